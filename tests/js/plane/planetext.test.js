import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldText, headingText, labelText, noteText, sampleText } from "../../../static/js/plane/planetext.js";

const samples = {
  task: "binary",
  columns: ["x1", "x2"],
  classes: ["no", "yes"],
  targets: [[0], [1]],
  train: 1,
  flipped: [1],
};
const plane = { field: true, names: ["x1", "x2"], x: [0.5, -1], y: [-0.25, null], extent: [-1, 1, -1, 1] };
const scatter = { ...plane, field: false, names: ["bill_length", "depth"] };
const surfaces = { layers: [{ lo: 0, hi: 1, units: [Buffer.from([0, 255, 0, 255]).toString("base64")] }] };

test("a sample says its number, its coordinates and its class", () => {
  assert.equal(sampleText(samples, plane, 0), "sample 0, train\nx1 = 0.5, x2 = −0.25\nclass no");
  assert.equal(sampleText(samples, plane, 1), "sample 1, test\nx1 = −1, x2 = missing\nclass yes (label flipped)");
  assert.match(sampleText({ ...samples, task: "regression", targets: [[2.5]] }, plane, 0), /target 2\.5$/);
});

test("the field says its value between the nodes, and nothing where there is none", () => {
  const evaluation = { step: 7, surfaces };
  assert.equal(
    fieldText(samples, plane, evaluation, 0.25, 0.5),
    "probability of yes ≈ 0.25\nx1 −0.50, x2 0\nevaluation mode, after step 7",
  );
  assert.equal(fieldText(samples, scatter, evaluation, 0.25, 0.5), "");
  assert.equal(fieldText(samples, plane, { step: 7 }, 0.25, 0.5), "");
});

test("heading, note and label say what is shown", () => {
  assert.deepEqual(
    [
      headingText(samples, plane),
      headingText({ ...samples, task: "multiclass" }, plane),
      headingText(samples, scatter),
    ],
    ["Output plane", "Decision regions", "Scatter"],
  );
  const view = { samples, spotlight: { index: 1 }, config: { batch_norm: true } };
  assert.equal(noteText(view, plane, { step: 3, surfaces }), "Evaluation mode: no dropout, running averages.");
  assert.match(noteText({ ...view, previous: { step: 2 } }, plane, { step: 3, surfaces }), /^Dashed: .* step 2\./);
  assert.match(noteText(view, scatter, { step: 3, beeswarms: { wrong: [1] } }), /classified wrong · ring: sample 1\./);
  assert.match(noteText(view, scatter, { step: 3, beeswarms: { wrong: [0] } }), /every test row classified right/);
  assert.match(
    labelText(view, scatter, { step: 3 }, ""),
    /^Scatter of bill length and depth, .*: 1 training and 1 test/,
  );
});
