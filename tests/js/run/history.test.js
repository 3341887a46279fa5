import assert from "node:assert/strict";
import { test } from "node:test";
import { createHistory } from "../../../static/js/run/history.js";

const step = (k, loss = 1 / k) => ({
  step: k,
  tape: [
    { name: "L", value: loss },
    { name: "dW1", value: [[k]], norm: k },
  ],
});
const evaluation = (k) => ({ step: k, train_loss: k / 10, test_loss: k === 3 ? null : k / 5 });

test("the last steps are kept in full, older ones are let go", () => {
  const history = createHistory({ layers: 1, maxSteps: 3 });
  for (let k = 1; k <= 5; k++) history.addStep(step(k), 0);
  assert.deepEqual(
    history.steps().map((s) => s.step),
    [3, 4, 5],
  );
  assert.equal(history.step(2), undefined);
  assert.equal(history.step(4).spotlight, 0);
});

test("bytes bound it too, and the newest always stays", () => {
  const history = createHistory({ layers: 1, maxBytes: 100 });
  for (let k = 1; k <= 5; k++) history.addStep(step(k), 0, 60);
  assert.deepEqual(
    history.steps().map((s) => s.step),
    [5],
  );
  history.addStep(step(6), 0, 600);
  assert.deepEqual(
    history.steps().map((s) => s.step),
    [6],
  );
});

test("every step leaves its loss and norms for the charts, every evaluation its losses", () => {
  const history = createHistory({ layers: 1 });
  history.addEvaluation(evaluation(0));
  history.addStep(step(1), 0);
  history.addStep(step(3), 0);
  history.addStep(step(2), 0);
  history.addEvaluation(evaluation(2));
  const { steps, loss, train, norms } = history.series;
  assert.deepEqual([...steps], [0, 1, 2, 3]);
  assert.deepEqual([...loss], [Number.NaN, 1, 1 / 2, 1 / 3]);
  assert.deepEqual([...train], [0, Number.NaN, 0.2, Number.NaN]);
  assert.deepEqual([...norms[0]], [Number.NaN, 1, 2, 3]);
});

test("a summary counts for the charts, but cannot be opened", () => {
  const history = createHistory({ layers: 1 });
  history.addStep(
    {
      step: 4,
      tape: [
        { name: "L", mean: 0.5, value: undefined },
        { name: "dW1", mean: 0, norm: 2 },
      ],
    },
    0,
  );
  assert.equal(history.step(4), undefined);
  assert.deepEqual([...history.series.loss], [0.5]);
});

test("a very long training keeps its shape in bounded memory", () => {
  const history = createHistory({ layers: 1, maxPoints: 1000, maxSteps: 10 });
  for (let k = 1; k <= 20000; k++) history.addStep(step(k), 0, 1);
  const { steps } = history.series;
  assert.ok(steps.length <= 1000 && steps.length > 400);
  assert.ok(steps[0] <= 32 && steps.at(-1) > 19900);
  for (let i = 1; i < steps.length; i++) assert.ok(steps[i] > steps[i - 1]);
});

test("what came after a step can be forgotten", () => {
  const history = createHistory({ layers: 1 });
  for (let k = 1; k <= 5; k++) {
    history.addStep(step(k), 0);
    history.addEvaluation(evaluation(k));
  }
  history.discardAfter(3);
  assert.deepEqual([...history.series.steps], [1, 2, 3]);
  assert.equal(history.step(4), undefined);
  assert.equal(history.evaluationNear(9).step, 3);
  history.addStep(step(4, 9), 0);
  assert.equal(history.series.loss.at(-1), 9);
  assert.ok(Number.isNaN(history.series.train.at(-1)));
});
