import assert from "node:assert/strict";
import { test } from "node:test";
import { curvePath, densityOf } from "../../../static/js/setup/columns.js";

const samples = (inputs, targets, more = {}) => ({
  inputs: inputs.map((v) => [v]),
  targets: targets.map((t) => [t]),
  train: inputs.length,
  task: "binary",
  classes: ["a", "b"],
  ...more,
});
const sum = (shares) => shares.reduce((a, b) => a + b, 0);

test("each class is a share of its own training rows", () => {
  const { low, high, missing, curves } = densityOf(samples([0, 5, 5, 10, null], [0, 1, 1, 1, 0]), 0);
  assert.deepEqual([low, high, missing], [0, 10, 1]);
  assert.deepEqual(
    curves.map(({ k }) => k),
    [0, 1],
  );
  const peak = (shares) => shares.indexOf(Math.max(...shares));
  assert.equal(peak(curves[0].shares), 0);
  assert.equal(peak(curves[1].shares), curves[1].shares.length / 2);
});

test("test rows are left out, and many classes or none are one curve", () => {
  assert.equal(densityOf(samples([1, 2, 99], [0, 1, 1], { train: 2 }), 0).high, 2);
  const classes = Array.from({ length: 7 }, (_, k) => `c${k}`);
  const many = { ...samples([1, 2], [0, 1], { task: "multiclass", classes }), targets: [[1], [0]] };
  assert.equal(densityOf(many, 0).curves.length, 1);
  const { curves } = densityOf(samples([1, 2, 3, 4], [0.5, 1, 2, 3], { task: "regression", classes: [] }), 0);
  assert.equal(curves.length, 1);
  assert.ok(Math.abs(sum(curves[0].shares.slice(1, -1)) - 0.625) < 0.2);
});

test("a column of one value stands in the middle, an empty one has no curve", () => {
  const { curves } = densityOf(samples([7, 7], [0, 1]), 0);
  assert.equal(curves[0].shares.indexOf(Math.max(...curves[0].shares)), curves[0].shares.length / 2);
  assert.equal(densityOf(samples([null, null], [0, 1]), 0), null);
});

test("the tallest place touches the top", () => {
  assert.equal(curvePath([0, 1], 1, 20, 10), "M0 10L5.0 10.0L15.0 0.0L20 10");
});
