import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { operations } from "../../../static/js/run/operations.js";
import { layerWidths } from "../../../static/js/run/values.js";
import { describeRun, shapeText } from "../../../static/js/story/userrun.js";
import { near, steps } from "../golden.js";

const golden = JSON.parse(readFileSync(new URL("../../golden/story.json", import.meta.url), "utf8"));

test("every text that a network brings", () => {
  assert.equal(golden.settings.fixed.fixed.mine.shape, shapeText([2, 6, 4, 1]));
  assert.equal(shapeText([1, 1]), "one input, one output");
  assert.equal(shapeText([13, 1, 16, 3]), "13 inputs, one unit, 16, three");
});

test("what is told of a trained network is read off its step", () => {
  for (const [name, step] of Object.entries(steps)) {
    const [hidden, ops] = [[], operations(step)];
    for (const units of layerWidths(step.parameters).slice(1, -1)) hidden.push({ units, dropout: null });
    const mine = describeRun({ run: { config: { hidden }, parameters: step.parameters }, step, ops });
    const masks = ops.filter((op) => op.phase === "forward" && op.kind === "dropout").map((op) => op.record.mask);
    const row = Math.max(0, step.batch.indices.indexOf(0));
    assert.equal(mine.masks, masks.length, name);
    assert.equal(mine.out, masks.flatMap((mask) => mask[row]).filter((kept) => !kept).length, name);
    assert.equal(
      mine.paths,
      layerWidths(step.parameters).reduce((a, b) => a * b),
      name,
    );
    assert.equal(
      mine.tape,
      ops.filter((op) => op.phase === "backward").reduce((sum, op) => sum + op.multiplications, 0),
      name,
    );
  }
});

test("where each sample has a mask of its own, one outside the batch has none", () => {
  const [step] = Object.values(steps).filter(({ tape }) => tape.some(({ mask }) => mask));
  const told = (indices, dropout_mask) => {
    const config = { hidden: [{}, {}, {}], dropout_mask };
    const run = { config, parameters: step.parameters };
    return describeRun({ run, step: { ...step, batch: { ...step.batch, indices } }, ops: operations(step) }).out;
  };
  assert.ok(told([7, 8], "per_step") > 0);
  assert.equal(told([7, 8], "per_sample"), 0);
});

test("the formula of the last chapter is there where it holds", () => {
  const { mine } = golden.settings.fixed.fixed;
  const { error, rate, activation, slope } = mine.unit;
  assert.ok(near((error / (1 - rate)) * (1 - activation ** 2), slope));
  const record = (name, kind, phase, mask) => ({ name, kind, phase, layer: 2, reads: [], multiplications: 0, mask });
  const step = (kind, kept) => ({
    tape: [
      record("d2", "dropout", "forward", [[1, 1, 1, kept]]),
      record("da2", "dropout", "backward"),
      record("dz2", kind, "backward"),
    ],
    batch: { indices: [0] },
    dropout: 0.5,
    spotlight: { dd2: [0, 0, 0, 2], a2: [0, 0, 0, 0.5], dz2: [0, 0, 0, 3] },
  });
  const parameters = { W1: [[0]], b1: [0], W2: [[0]], b2: [0, 0, 0, 0], W3: [[0]], b3: [0] };
  const config = { hidden: [{}, { dropout: null }] };
  const unit = (made) => describeRun({ run: { config, parameters }, step: made, ops: operations(made) }).unit;
  assert.deepEqual(unit(step("tanh", 1)), { error: 2, rate: 0.5, activation: 0.5, slope: 3 });
  assert.equal(unit(step("tanh", 0)), undefined);
  assert.equal(unit(step("relu", 1)), undefined);
});
