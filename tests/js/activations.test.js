import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIVATIONS } from "../../static/js/activations.js";
import { near } from "./golden.js";

test("every activation's slope is that of its curve", () => {
  for (const [name, { value, slope }] of Object.entries(ACTIVATIONS))
    for (const z of [-2.3, -0.4, 0.3, 1.7]) {
      const h = 1e-5;
      const measured = (value(z + h) - value(z - h)) / (2 * h);
      assert.ok(near(slope(z, value(z)), measured, 1e-8), `${name} at ${z}`);
    }
});
