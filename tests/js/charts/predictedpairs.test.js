import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestPoint, nextPoint, pairsOf, rangeOf, ticksOf } from "../../../static/js/charts/predictedpairs.js";

const samples = { targets: [[10], [30], [20], [40]], train: 3 };
const pairs = pairsOf(samples, [[12], [29], [null], [1000]]);

test("each sample is a pair of its true and its predicted number, by split", () => {
  assert.deepEqual(pairs, {
    truth: [10, 30, 20, 40],
    predicted: [12, 29, null, 1000],
    train: [0, 1],
    test: [3],
    lost: 1,
  });
});

test("both axes have one range, and a prediction far beyond does not squeeze the others", () => {
  const [low, high] = rangeOf(pairs);
  assert.ok(low < 10 && low > 5);
  assert.ok(high > 55 && high < 60, `half the truth's range beyond it, not ${high}`);
  assert.deepEqual(rangeOf({ ...pairs, truth: [7], predicted: [7] }), [7 - 0.28, 7 + 0.28]);
  assert.deepEqual(ticksOf(low, high, 3), [20, 40]);
});

test("a point is found where it lies, and the next by value", () => {
  const scale = (v) => v;
  assert.equal(nearestPoint(pairs, scale, scale, 11, 13, 5), 0);
  assert.equal(nearestPoint(pairs, scale, scale, 20, 12, 5), -1);
  assert.equal(nextPoint(pairs.truth, 0, 1), 2);
  assert.equal(nextPoint(pairs.truth, 3, 1), 3);
  assert.equal(nextPoint(pairs.predicted, 0, 1), 1);
  assert.equal(nextPoint(pairs.predicted, 2, -1), 0);
  assert.equal(nextPoint([null], 0, 1), -1);
});
