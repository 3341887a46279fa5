import assert from "node:assert/strict";
import { test } from "node:test";
import { logPosition } from "../../../static/js/network/layerstats.js";

test("logarithmic bars stay within their ends", () => {
  assert.equal(logPosition(1e-5, -5, 1), 0);
  assert.equal(logPosition(10, -5, 1), 1);
  assert.equal(logPosition(0, -5, 1), 0);
});
