import assert from "node:assert/strict";
import test from "node:test";
import { indexOf } from "../../../static/js/run/operations.js";
import {
  computedShare,
  isDense,
  layerFactor,
  shownEvaluation,
  stepValues,
  valueAt,
  valueText,
} from "../../../static/js/run/values.js";
import { steps, viewOf } from "../golden.js";

const NAME = "tanh and sigmoid, dropout";

for (const name of Object.keys(steps)) {
  test(`${name}: every weight, gradient and spotlight value can be looked up by its mark's name`, () => {
    const view = viewOf(name);
    const records = stepValues(view);
    for (const { name: record, value } of view.step.tape) {
      if (record === "update" || record === "L") continue;
      if (/^d(W|b|gamma|beta)/.test(record)) {
        const at = Array.isArray(value[0]) ? "[0][0]" : "[0]";
        assert.equal(valueAt(records, `${record}${at}`).value, Array.isArray(value[0]) ? value[0][0] : value[0]);
      } else assert.equal(valueAt(records, `${record}[0]`).value, view.spotlightValues[record][0]);
    }
    assert.equal(valueAt(records, "L").value, view.spotlightValues.L);
    assert.equal(valueAt(records, "update.W1[0][0]").value, view.step.tape.at(-1).value.W1[0][0]);
    assert.equal(valueAt(records, "W1[0][0]").value, view.step.parameters.W1[0][0]);
  });

  test(`${name}: no measure is NaN or negative`, () => {
    for (const measure of stepValues(viewOf(name)).measures.slice(1))
      for (const [key, value] of Object.entries(measure)) assert.ok(Number.isFinite(value) && value >= 0, key);
  });
}

test("what lies before the playhead is done, what lies under it is under way, the rest has not begun", () => {
  const view = viewOf(NAME, { playbackMode: "operations", progress: 0.3 });
  view.operation = indexOf(view.ops, "dW2");
  const status = computedShare(stepValues(view), view);
  assert.equal(status("z1"), 1);
  assert.equal(status("dW2"), 0.3);
  assert.equal(status("db2"), 0.3);
  assert.equal(status("dW1"), 0);
  assert.equal(status("n1"), 0);
});

test("while whole steps are shown everything is done; with reduced motion an operation stands at its end", () => {
  const flowing = viewOf(NAME, { playbackMode: "flow", operation: 0, progress: 0 });
  assert.equal(computedShare(stepValues(flowing), flowing)("dW1"), 1);
  const reduced = viewOf(NAME, { playbackMode: "operations", operation: 1, progress: 0.1, reduced: true });
  assert.equal(computedShare(stepValues(reduced), reduced)("z1"), 1);
});

test("a tooltip names record, layer, index, step and the whole number", () => {
  const view = viewOf(NAME);
  const value = view.step.tape.find((record) => record.name === "dW2").value[1][0];
  assert.equal(
    valueText(stepValues(view), view, "dW2[1][0]"),
    `dW2[1][0] · layer 2, from unit 2 to unit 1 · step ${view.step.step} · mean of the batch: ${String(value).replace(/-/g, "−")}`,
  );
  assert.match(valueText(stepValues(view), view, "a1[2]"), /^a1\[2\] · layer 1, unit 3 · .*spotlight sample: /);
});

test("the mask is that of the spotlight's row", () => {
  const view = viewOf("elu and gelu, sigmoid answer, a mask for each sample");
  const row = view.step.batch.indices.indexOf(view.spotlight.index);
  const { mask } = view.step.tape.find((record) => record.name === "d1");
  const { kept } = stepValues(view);
  assert.deepEqual(
    mask[row].map((_, unit) => kept(1, unit)),
    mask[row],
  );
});

test("the chain of records is found by itself: dropout, batch norm, answers with an activation", () => {
  assert.deepEqual(
    stepValues(viewOf(NAME)).layerOutputs,
    ["x", "d1", "d2", "z3"].slice(0, stepValues(viewOf(NAME)).layerOutputs.length),
  );
  const squashed = stepValues(viewOf("batch norm and dropout, tanh answer, sample outside the batch"));
  assert.equal(squashed.error, `da${squashed.layers}`);
  assert.equal(squashed.layerOutputs.at(-1), `a${squashed.layers}`);
  assert.equal(squashed.layerErrors[1], "dd1");
});

test("in a network of more than 200 weights each layer's largest steps are shown, of a small one all", () => {
  assert.equal(isDense([2, 8, 8, 8, 8, 1]), true);
  assert.equal(isDense([2, 8, 8, 8, 1]), false);
  const matrix = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => (-1) ** j * (8 * i + j)));
  const view = viewOf(NAME);
  const zeros = (rows, columns) => Array.from({ length: rows }, () => Array(columns).fill(0));
  const parameters = {};
  const widths = [2, 8, 8, 8, 8, 1];
  for (let k = 1; k < widths.length; k++) {
    parameters[`W${k}`] = zeros(widths[k - 1], widths[k]);
    parameters[`b${k}`] = Array(widths[k]).fill(0);
  }
  const tape = [
    { name: "dW2", value: matrix },
    { name: "dW1", value: zeros(2, 8) },
  ];
  const records = stepValues({ ...view, step: { ...view.step, parameters, tape }, spotlightValues: null, ops: [] });
  const shown = matrix.flat().filter((v) => Math.abs(v) >= records.largestFrom(2));
  assert.equal(shown.length, 22); // a third of 64, and the size itself
  assert.equal(records.largestFrom(1), 0);
});

test("a layer's factor is 1 for the largest layer and falls by decades, never to zero", () => {
  assert.equal(layerFactor(2, 2), 1);
  assert.ok(Math.abs(layerFactor(0.02, 2) - (1 - 2 / 5.5)) < 1e-12);
  assert.equal(layerFactor(1e-30, 2), 0.06);
  assert.equal(layerFactor(0, 0), 0.06);
});

test("at the end of a step the evaluation after it is shown, with reduced motion as well", () => {
  const view = viewOf(NAME);
  const both = { ...view, before: { step: 4 }, after: { step: 5 }, operation: view.ops.length - 1 };
  for (const reduced of [false, true]) {
    assert.equal(shownEvaluation({ ...both, reduced, progress: 1 }).step, 5);
    assert.equal(shownEvaluation({ ...both, reduced, progress: 0.5 }).step, 4);
    assert.equal(shownEvaluation({ ...both, reduced, progress: 1, operation: 0 }).step, 4);
  }
});
