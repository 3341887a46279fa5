import assert from "node:assert/strict";
import { test } from "node:test";
import { createSince, createTurns } from "../../static/js/frames.js";

const playing = { playing: true, speed: 3 }; // four operations a second
const step = {};

test("the frame in which an operation begins is the first, and each part comes to its turn", () => {
  const since = createSince();
  for (let i = 0; i < 5; i++) since({ step, op: 0 }, playing);
  assert.deepEqual(
    [1, 1, 1, 1].map((op) => since({ step, op }, playing)),
    [0, 1, 2, 3],
  );
});

test("with too few frames for turns, and while nothing plays, all is drawn at once", () => {
  const since = createSince();
  for (let i = 0; i < 5; i++) since({ step, op: 0 }, playing);
  assert.equal(since({ step, op: 1 }, playing), 0);
  assert.equal(since({ step, op: 2 }, playing), Number.POSITIVE_INFINITY);
  assert.equal(since({ step, op: 2 }, { ...playing, playing: false }), Number.POSITIVE_INFINITY);
});

test("what stands beside takes turns while single operations play", () => {
  const beside = createTurns();
  const drawn = [];
  const views = ["a", "b"].map((name) => ({ render: () => drawn.push(name) }));
  for (let i = 0; i < 3; i++) beside(views, {}, playing);
  beside(views, {}, { ...playing, playing: false });
  assert.deepEqual(drawn, ["a", "b", "a", "a", "b"]);
});
