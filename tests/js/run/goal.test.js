import assert from "node:assert/strict";
import { test } from "node:test";
import { checkGoal, conditionWords, goalText, isReached, readGoal } from "../../../static/js/run/goal.js";

const config = { hidden: [{ units: 6 }, { units: 4 }] };
const evaluation = { step: 240, train_loss: 0.1, test_loss: 0.16, train_accuracy: 0.99, test_accuracy: 0.9473 };
const conditions = (text) => readGoal(text).conditions;
const check = (text, of = evaluation) => checkGoal(conditions(text), of, config);

test("a goal there and back is the same goal", () => {
  const text = "test_accuracy>=0.95,step<=500,hidden_layers=2,train_loss<0.1";
  assert.equal(goalText(conditions(text)), text);
  assert.deepEqual(readGoal(text).errors, []);
});

test("a goal may be typed as it is read", () => {
  assert.deepEqual(conditions(" test_accuracy ≥ 95%, step ≤ 500 "), conditions("test_accuracy>=0.95,step<=500"));
  assert.equal(conditionWords(conditions("test_accuracy>=0.955")[0]), "test accuracy ≥ 95.5 %");
  assert.equal(conditionWords(conditions("step<=12000")[0]), "steps trained ≤ 12\u202f000");
});

test("what cannot be read is named with what is allowed, and the rest is kept", () => {
  const wrong = (text) => readGoal(text).errors.join(" ");
  assert.match(wrong("accuracy>=0.9"), /“accuracy>=0.9”: the measures are test_accuracy, train_accuracy/);
  assert.match(wrong("step=>3"), /write a measure, one of/);
  assert.match(wrong("step<=many"), /has to be a number/);
  assert.match(wrong("test_accuracy>=95"), /between 0 and 1/);
  assert.match(wrong("step<=50%"), /only an accuracy is a share/);
  assert.match(wrong(""), /at least one condition/);
  assert.match(wrong("constructor>1"), /the measures are/);
  assert.match(wrong(Array(9).fill("step<9").join()), /8 conditions at most/);
  assert.equal(goalText(conditions("step<=500,loss<1")), "step<=500");
});

test("each condition holds or does not, by the evaluation and the network", () => {
  const holds = (text) => check(text).map((each) => each.holds);
  assert.deepEqual(holds("test_accuracy>=0.95,test_accuracy<0.95,step<=240,step<240"), [false, true, true, false]);
  assert.deepEqual(holds("hidden_layers=2,hidden_units=10,hidden_units>10"), [true, true, false]);
  assert.deepEqual(holds("gap<0.07,gap<0.06"), [true, false]);
  assert.ok(isReached(conditions("test_loss<0.2,step<=500"), evaluation, config));
  assert.ok(!isReached(conditions("test_loss<0.2,step<=200"), evaluation, config));
});

test("a condition that fails never reads as if it held", () => {
  const [close] = check("test_accuracy>=0.95", { ...evaluation, test_accuracy: 0.94999 });
  assert.deepEqual(close, { holds: false, words: "test accuracy ≥ 95 %", now: "94.999 %" });
  assert.equal(check("test_accuracy>=0.9")[0].now, "95 %");
  assert.equal(check("test_loss<0.16")[0].now, "0.160");
});

test("what was not measured does not hold", () => {
  const [accuracy] = check("test_accuracy>=0", { ...evaluation, test_accuracy: null });
  assert.deepEqual([accuracy.holds, accuracy.now], [false, "not measured"]);
  assert.ok(!check("gap<1", { ...evaluation, test_loss: null })[0].holds);
  assert.deepEqual(check("step>=0", null), [{ holds: false, words: "steps trained ≥ 0", now: "" }]);
});

test("a regression is measured by its R², a classification has none", () => {
  const regression = { step: 3, train_loss: 0.1, metrics: { train: { r2: 0.912 }, test: { r2: null } } };
  assert.deepEqual(
    check("train_r2>=0.9,test_r2>=0.9", regression).map(({ holds, words, now }) => [holds, words, now]),
    [
      [true, "training R² ≥ 0.9", "0.912"],
      [false, "test R² ≥ 0.9", "not measured"],
    ],
  );
  assert.equal(check("train_r2>0", { metrics: { train: { accuracy: 1 }, test: null } })[0].now, "not measured");
});
