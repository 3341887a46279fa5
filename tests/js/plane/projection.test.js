import assert from "node:assert/strict";
import { test } from "node:test";
import * as plane from "../../../static/js/plane/projection.js";

const samples = {
  columns: ["x1", "x2"],
  features: ["x1", "x2"],
  inputs: [
    [-1, 1],
    [1, 1],
    [1, -1],
    [0, 0],
    [0.5, null],
  ],
  values: [
    [-1, 1],
    [1, 1],
    [1, -1],
    [0, 0],
    [0.5, null],
  ],
  targets: [[0], [1], [1], [0], [1]],
  task: "binary",
  train: 3,
};
const extent = [-2, 2, -2, 2];

test("x1 grows to the right and x2 upwards", () => {
  const map = plane.planeOf(samples, extent);
  assert.deepEqual(plane.positionOf(map, 0, 100), { x: 25, y: 25 });
  assert.deepEqual(plane.positionOf(map, 2, 100), { x: 75, y: 75 });
  assert.deepEqual(plane.positionOf(map, 4, 100), { x: 62.5, y: null }, "a missing coordinate has no place");
  assert.deepEqual(
    plane.positionOf(map, 2, { width: 200, height: 40 }),
    { x: 150, y: 30 },
    "a scatter is wider than high",
  );
});

test("a click takes the nearest sample within reach, of either split", () => {
  const map = plane.planeOf(samples, extent);
  assert.equal(plane.sampleAt(map, 78, 24, 100), 1);
  assert.equal(plane.sampleAt(map, 52, 51, 100), 3);
  assert.equal(plane.sampleAt(map, 5, 95, 100), -1);
});

test("arrows walk to the nearest sample on that side, and stop at the rim", () => {
  const map = plane.planeOf(samples, extent);
  assert.equal(plane.neighbour(map, 0, 1, 0), 1);
  assert.equal(plane.neighbour(map, 1, 0, 1), 2);
  assert.equal(plane.neighbour(map, 1, 1, 0), -1);
  assert.equal(plane.neighbour(map, 3, -1, 0), 0);
});

test("other than two columns: the first two columns, or a chosen pair, raw", () => {
  const table = {
    ...samples,
    columns: ["a", "b", "c"],
    features: ["b", "c", "a"],
    inputs: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    values: [
      [0, 0, 0],
      [1, 1, 1],
    ],
    targets: [[0], [1]],
  };
  const map = plane.planeOf(table, null);
  assert.equal(map.field, false);
  assert.deepEqual(map.x, [1, 4]);
  assert.deepEqual(map.y, [2, 5]);
  assert.deepEqual(plane.planeOf(table, null, ["c", "a"]).x, [3, 6]);
  const one = plane.planeOf({ ...table, columns: ["a"], features: ["a"], inputs: [[1], [4]] }, null);
  assert.deepEqual(one.names, ["a", "target"]);
  assert.ok(one.extent.every(Number.isFinite));
});

test("between the nodes of a grid values are mixed, on them they are exact", () => {
  const grid = [0, 10, 20, 30];
  assert.equal(plane.between(grid, 2, 0, 0), 0);
  assert.equal(plane.between(grid, 2, 1, 1), 30);
  assert.equal(plane.between(grid, 2, 0.5, 0.5), 15);
});

test("values with both signs are read around zero, others around their middle", () => {
  assert.equal(plane.valueScale(-1, 3).of(0), 0);
  assert.equal(plane.valueScale(-1, 3).of(3), 1);
  assert.equal(plane.valueScale(100, 300).of(200), 0);
  assert.equal(plane.valueScale(5, 5).of(5), 0);
});
