import assert from "node:assert/strict";
import test from "node:test";
import { metricsOf, neverAnswered, percent } from "../../../static/js/run/metrics.js";

const classification = (more = {}) => ({
  train_loss: 0.69,
  test_loss: 0.7,
  metrics: { train: { accuracy: 0.95, never_answered: [1] }, test: { accuracy: 0.5, never_answered: [1] } },
  confusion: {
    train: [
      [190, 0],
      [10, 0],
    ],
    test: [
      [77, 0],
      [22, 0],
    ],
  },
  ...more,
});
const written = (evaluation) => metricsOf(evaluation).map(({ name, train, test: below }) => [name, train, below]);

test("a classification has its accuracy beside the loss, training and test", () => {
  assert.deepEqual(written(classification()), [
    ["Loss", "0.690", "0.700"],
    ["Accuracy", "95 %", "50 %"],
  ]);
});

test("a regression has RMSE and R², and nothing of a test split where there is none", () => {
  const found = written({
    train_loss: 0.02,
    test_loss: null,
    metrics: { train: { rmse: 0.2, r2: 0.913 }, test: null },
  });
  assert.deepEqual(found, [
    ["Loss", "0.020", ""],
    ["RMSE", "0.200", ""],
    ["R²", "0.91", ""],
  ]);
});

test("what is not finite or not known is no number", () => {
  const lost = {
    train_loss: null,
    test_loss: null,
    metrics: { train: { rmse: null, r2: null }, test: { rmse: 1, r2: null } },
  };
  assert.deepEqual(written(lost), [
    ["Loss", "not finite", ""],
    ["RMSE", "–", "1.000"],
    ["R²", "–", "–"],
  ]);
});

test("almost all is not all", () => {
  assert.deepEqual([0, 0.004, 0.5, 0.98, 0.996, 0.9999, 1, null].map(percent), [
    "0 %",
    "0.4 %",
    "50 %",
    "98 %",
    "99.6 %",
    "99.9 %",
    "100 %",
    "–",
  ]);
});

test("a class that is never answered is named, with how many samples that costs", () => {
  assert.equal(neverAnswered(classification(), ["yes", "no"]), "Never predicts “no”: 0 of 22 test samples right.");
  const alone = classification({ metrics: { train: { accuracy: 0.95, never_answered: [1] }, test: null } });
  assert.match(neverAnswered(alone, ["yes", "no"]), /0 of 10 training samples/);
  assert.equal(neverAnswered({ metrics: { train: { rmse: 1 }, test: null } }, []), "");
});
