import assert from "node:assert/strict";
import { test } from "node:test";
import { dotPositions, samplePositions, valueRange } from "../../../static/js/network/beeswarm.js";

const birds = {
  task: "multiclass",
  classes: ["a", "b", "c"],
  values: [[0], [0], [0], [0], [0], [0]],
  targets: [0, 1, 2, 0, 1, 2].map((k) => [0, 1, 2].map((j) => Number(j === k))),
};

test("each class has its column, and heights are the values", () => {
  const places = samplePositions(birds, [0, 1, 2, 3]);
  assert.deepEqual([...places.groups], [0, 1, 2, 0]);
  const dots = dotPositions(places, [-1, 0, 1, 1], [-1, 1], 60, 2);
  const at = (i) => [dots[2 * i], dots[2 * i + 1]];
  assert.ok(at(0)[0] < 20 && at(1)[0] > 20 && at(1)[0] < 40 && at(2)[0] > 40);
  assert.ok(at(0)[1] > at(1)[1] && at(1)[1] > at(2)[1]);
  assert.equal(at(2)[1], at(3)[1]);
});

test("dots at one height spread out within their column and never leave the tile", () => {
  const rows = Array.from({ length: 300 }, (_, i) => i);
  const samples = {
    task: "binary",
    classes: ["no", "yes"],
    values: rows.map(() => [0]),
    targets: rows.map((i) => [i % 2]),
  };
  const dots = dotPositions(
    samplePositions(samples, rows),
    rows.map(() => 0.5),
    [0, 1],
    40,
    1.5,
  );
  const xs = rows.filter((i) => i % 2 === 0).map((i) => dots[2 * i]);
  assert.equal(new Set(xs.map((x) => x.toFixed(6))).size, 150);
  assert.ok(xs.every((x) => x > 0 && x < 20));
});

test("a missing value has no dot, an equal range no height of its own", () => {
  const dots = dotPositions(samplePositions(birds, [0, 1]), [null, 3], [3, 4], 40, 2);
  assert.ok(Number.isNaN(dots[0]) && Number.isNaN(dots[1]));
  assert.ok(dots[3] > 30);
});

test("a regression goes from left to right by its target", () => {
  const samples = { task: "regression", classes: [], values: [[0], [0], [0]], targets: [[5], [10], [7.5]] };
  const dots = dotPositions(samplePositions(samples, [0, 1, 2]), [0, 0, 0], [-1, 1], 42, 2);
  assert.ok(dots[0] < dots[4] && dots[4] < dots[2]);
  assert.equal(dots[4], 21);
});

test("ranges hold zero, and one where answers are probabilities", () => {
  assert.deepEqual(valueRange("tanh", { lo: -0.2, hi: 0.2 }), [-1, 1]);
  assert.deepEqual(valueRange("relu", { lo: 0, hi: 4 }), [0, 4]);
  assert.deepEqual(valueRange("class", { lo: 0.1, hi: 0.3 }), [0, 1]);
  assert.deepEqual(valueRange("linear", { lo: 0, hi: 0 }), [-1, 1]);
});
