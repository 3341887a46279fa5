import assert from "node:assert/strict";
import test from "node:test";
import { largestRate, outcomeOf } from "../../../static/js/lessons/normknob.js";

const evaluation = (train_loss, more = {}) => ({
  train_loss,
  stopped: null,
  health: { status: "healthy", constant_loss: 0.08 },
  ...more,
});

test("a run has learned where its loss is below half of the best constant prediction's", () => {
  assert.equal(outcomeOf(evaluation(0.039)), "learned");
  assert.equal(outcomeOf(evaluation(0.041)), "neither");
});

test("a loss that is not finite, or a million times the first, has exploded", () => {
  assert.equal(outcomeOf(evaluation(null, { stopped: "not_finite" })), "exploded");
  assert.equal(outcomeOf(evaluation(3e9, { health: { status: "exploding", constant_loss: 0.08 } })), "exploded");
});

test("the largest rate is of those that learned, with so many layers", () => {
  const run = (layers, rate, outcome) => ({ layers, rate, outcome });
  const runs = [run(0, 0.01, "learned"), run(0, 0.1, "learned"), run(0, 1, "neither"), run(1, 1, "exploded")];
  assert.equal(largestRate(runs, 0), 0.1);
  assert.equal(largestRate(runs, 1), null);
});
