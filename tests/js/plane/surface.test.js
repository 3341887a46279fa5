import assert from "node:assert/strict";
import test from "node:test";
import { outputKinds } from "../../../static/js/network/tiles.js";
import {
  contour,
  decode,
  featureLayer,
  gridsOf,
  isFeature,
  levelByte,
  percentile,
  rampOf,
  readingOf,
  scalingOf,
} from "../../../static/js/plane/surface.js";

const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const colors = { hmid: [250, 245, 234], fneg: [240, 164, 100], fpos: [95, 159, 217] };
const channels = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255, pixel >>> 24];

test("a surface travels as base64 and comes back byte by byte", () => {
  assert.deepEqual([...decode(base64([0, 7, 128, 255]))], [0, 7, 128, 255]);
  const layer = { lo: 0, hi: 1, units: [base64([1, 2, 3, 4])] };
  assert.equal(gridsOf(layer), gridsOf(layer), "decoded once");
});

test("the neutral value is paper, both ends are full hue, and the sign decides the hue", () => {
  const layer = { lo: -1, hi: 1, units: [] };
  const ramp = rampOf(layer, { centre: 0, limit: 1, classes: false }, colors);
  assert.deepEqual(channels(ramp[0]), [...colors.fneg, 255]);
  assert.deepEqual(channels(ramp[255]), [...colors.fpos, 255]);
  const [r, g, b] = channels(ramp[128]);
  assert.ok(Math.abs(r - 250) < 4 && Math.abs(g - 245) < 4 && Math.abs(b - 234) < 4);
});

test("a probability is neutral at one half, a class tile at zero", () => {
  const layer = { lo: 0, hi: 1, units: [] };
  const binary = rampOf(layer, readingOf("binary", layer), colors);
  assert.deepEqual(channels(binary[0]).slice(0, 3), colors.fneg);
  assert.deepEqual(channels(binary[255]).slice(0, 3), colors.fpos);
  const hue = [181, 129, 0];
  const classes = rampOf(layer, readingOf("class", layer), colors, hue);
  assert.deepEqual(channels(classes[0]).slice(0, 3), colors.hmid);
  assert.deepEqual(channels(classes[255]).slice(0, 3), [196, 155, 51]);
});

test("unbounded activations are read against the 98th percentile of the layer", () => {
  const bytes = Array.from({ length: 100 }, (_, i) => (i < 98 ? 51 : 255));
  const layer = { lo: 0, hi: 10, units: [base64(bytes)] };
  assert.equal(percentile(layer), 2);
  assert.equal(readingOf("relu", layer).limit, 2);
  assert.equal(readingOf("tanh", layer).limit, 1);
});

test("a contour of a slope is a straight line where the level is", () => {
  const size = 8;
  const grid = Array.from({ length: 64 }, (_, i) => i % size);
  const segments = contour(grid, size, 3.5);
  assert.equal(segments.length, 4 * (size - 1));
  for (let i = 0; i < segments.length; i += 2) assert.ok(Math.abs(segments[i] - 0.5) < 1e-12);
});

test("a contour around a hill is closed: every point ends exactly two segments", () => {
  const size = 12;
  const grid = Array.from({ length: 144 }, (_, i) => 60 - ((i % size) - 5.3) ** 2 - (Math.floor(i / size) - 5.7) ** 2);
  const ends = new Map();
  const segments = contour(grid, size, 45);
  assert.ok(segments.length > 0);
  for (let i = 0; i < segments.length; i += 2) {
    const key = `${segments[i].toFixed(9)} ${segments[i + 1].toFixed(9)}`;
    ends.set(key, (ends.get(key) ?? 0) + 1);
  }
  for (const count of ends.values()) assert.equal(count, 2);
});

test("a flat surface has no contour, a relu's zero has one at its edge", () => {
  assert.equal(contour(new Uint8Array(16).fill(9), 4, levelByte({ lo: 1, hi: 1 }, 0)).length, 0);
  assert.equal(levelByte({ lo: 0, hi: 4 }, 0), 0.5);
  assert.equal(levelByte({ lo: -1, hi: 1 }, 0), 127.5);
  assert.ok(levelByte({ lo: 0.6, hi: 0.9 }, 0.5) < 0);
});

test("a feature is drawn over the plane in the numbers that the network receives", () => {
  const samples = {
    inputs: [
      [-1, 0],
      [0, 0],
      [1, 0],
    ],
    values: [[-3], [0], [3]],
  };
  const layer = featureLayer("x1", [-2, 2, -2, 2], samples, 0, 4);
  assert.ok(Math.abs(layer.hi - 6) < 1e-9);
  const [grid] = gridsOf(layer);
  assert.equal(grid[0], 0);
  assert.equal(grid[3], 255);
  assert.equal(isFeature("sin(x2)"), true);
  assert.equal(isFeature("bill length"), false);
});

test("a scaling is read from pairs and continued beyond them", () => {
  const scale = scalingOf([0, 2, 1, 1, null], [10, 30, 20, 20, 5]);
  assert.equal(scale(1.5), 25);
  assert.equal(scale(3), 40);
  assert.equal(scalingOf([1], [1])(7), 7);
});

test("the last layer is read by the task", () => {
  const run = { config: { hidden: [{ activation: "relu" }] } };
  assert.deepEqual(outputKinds(run, "binary", 1), ["relu", "binary"]);
  assert.deepEqual(outputKinds(run, "multiclass", 3), ["relu", "class"]);
  assert.deepEqual(outputKinds(run, "regression", 2), ["relu", "regression"]);
});
