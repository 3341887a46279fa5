import assert from "node:assert/strict";
import { test } from "node:test";
import { runWords } from "../../../static/js/run/runwords.js";

const hidden = [{ units: 3, activation: "relu" }];
const base = {
  dataset: "moons",
  features: ["x1", "x2"],
  hidden,
  optimizer: "sgd",
  learning_rate: 0.3,
  dropout: 0,
  seed: 7,
};

test("a run in one line counts the changes up to the step", () => {
  const changes = [{ step: 2 }, { step: 5 }, { step: 9 }];
  assert.equal(runWords({ base, changes }, 1), "moons, 2-3 relu, sgd, η 0.30, p 0, seed 7");
  assert.match(runWords({ base, changes }, 2), /seed 7, 1 change on the way$/);
  assert.match(runWords({ base, changes }, 8), /, 2 changes on the way$/);
});
