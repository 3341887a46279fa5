import assert from "node:assert/strict";
import { test } from "node:test";
import { parameterOf } from "../../../static/js/instruments/longpress.js";

test("a unit is checked by its bias, an input not at all", () => {
  assert.deepEqual(parameterOf({ kind: "unit", layer: 2, unit: 2 }), { kind: "bias", layer: 2, unit: 2 });
  assert.equal(parameterOf({ kind: "unit", layer: 0, unit: 1 }), null);
  assert.equal(parameterOf(null), null);
});
