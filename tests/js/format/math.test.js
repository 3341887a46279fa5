import assert from "node:assert/strict";
import { test } from "node:test";
import { allNumbers, clamp, easeOut, easeTravel, isNumber, maxAbs, share } from "../../../static/js/format/math.js";

test("the largest size skips what is not finite", () => {
  assert.equal(
    maxAbs([
      [1, -3],
      [null, 2],
    ]),
    3,
  );
  assert.equal(maxAbs([null]), 0);
  assert.equal(share(2, 4), 0.5);
  assert.equal(share(-9, 4), -1);
  assert.equal(share(null, 4), 0);
  assert.equal(share(1, 0), 0);
});

test("easings start at 0, end at 1 and never turn back", () => {
  for (const ease of [easeOut, easeTravel]) {
    assert.equal(ease(0), 0);
    assert.equal(ease(1), 1);
    let last = 0;
    for (let i = 1; i <= 50; i++) {
      const next = ease(i / 50);
      assert.ok(next >= last - 1e-4);
      last = next;
    }
  }
  assert.equal(clamp(7), 1);
});

test("only finite numbers are numbers", () => {
  assert.equal(isNumber(null), false);
  assert.equal(isNumber(0), true);
  assert.equal(allNumbers([[1, 2], [3]]), true);
  assert.equal(allNumbers([[1, null]]), false);
});
