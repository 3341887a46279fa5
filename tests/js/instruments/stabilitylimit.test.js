import assert from "node:assert/strict";
import { test } from "node:test";
import { sliderPosition } from "../../../static/js/instruments/stabilitylimit.js";

test("the tick stands where the rate stands", () => {
  assert.equal(sliderPosition(1e-5), 0);
  assert.ok(Math.abs(sliderPosition(10) - 1) < 1e-12);
  assert.ok(Math.abs(sliderPosition(0.1) - 4 / 6) < 1e-12);
  assert.equal(sliderPosition(11), null);
  assert.equal(sliderPosition(null), null);
  assert.equal(sliderPosition(1e-7), 0);
});
