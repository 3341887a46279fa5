import assert from "node:assert/strict";
import { test } from "node:test";
import { operations } from "../../static/js/timeline.js";
import { announce, caption, cause, describe, glyph, refName, refTitle } from "../../static/js/words.js";
import { steps, viewOf } from "./golden.js";

const at = (name, record, more = {}) => {
  const view = viewOf(name, more);
  return { ...view, op: view.ops.findIndex((op) => op.names.includes(record)) };
};
const DROPOUT = "tanh and sigmoid, dropout";
const NORMED = "relu and leaky, batch norm, softmax";

for (const name of Object.keys(steps))
  test(`every operation has a title and a sentence: ${name}`, () => {
    const view = viewOf(name);
    for (const op of view.ops) {
      const said = caption({ ...view, op: op.index });
      assert.ok(said.title && said.sentence && said.phase, op.name);
      assert.doesNotMatch(JSON.stringify(said), /undefined|NaN[^"]|null|\[object/, op.name);
      assert.match(said.position, /^operation \d+ of \d+$/);
    }
  });

test("a weight's gradient is said with the real layers, in the order of the records' shapes", () => {
  const said = caption(at(DROPOUT, "dW2"));
  assert.equal(said.phase, "Backward");
  assert.equal(said.direction, "left");
  assert.equal(said.title, "A weight’s gradient is error × recorded value");
  assert.equal(said.formula, "∂W² = (d¹)ᵀ δ², ∂b² = Σ δ²");
  assert.match(said.text, /d¹ is not worked out again, it is read from the tape\.$/);
});

test("the forward pass names what really enters a layer", () => {
  assert.equal(caption(at(DROPOUT, "z1")).formula, "z¹ = x W¹ + b¹");
  assert.equal(caption(at(DROPOUT, "z2")).formula, "z² = d¹ W² + b²");
  assert.equal(caption(at(NORMED, "z2")).formula, "z² = a¹ W² + b²");
  assert.equal(caption(at(NORMED, "a1")).formula, "a¹ = max(0, n¹)");
});

test("dropout counts the units of its own mask", () => {
  const view = at(DROPOUT, "d1");
  const out = view.step.tape.find((r) => r.name === "d1").mask[0].filter((kept) => !kept).length;
  const words = [
    "spares all of layer 1 this time",
    "silences one of four units in layer 1",
    "silences two of four units in layer 1",
  ];
  assert.equal(caption(view).title, `Dropout ${words[out]}`);
  assert.equal(caption(at("everything dropped", "d1")).title, "Dropout silences all of layer 1");
  assert.match(
    caption(at("elu and gelu, sigmoid answer, a mask for each sample", "d1")).title,
    /others for each sample/,
  );
});

test("each loss turns around in its own words, with the batch's 1/n", () => {
  assert.equal(caption(at(NORMED, "dz3")).title, "Softmax and cross-entropy turn around in one step");
  assert.equal(caption(at(NORMED, "dz3")).formula, "δ³ = (p − y) ÷ 4");
  assert.equal(caption(at("elu and gelu, sigmoid answer, a mask for each sample", "da3")).formula, "∂ŷ = (ŷ − y) ÷ 4");
  assert.equal(caption(at("linear and step, two answers, clipped", "dz3")).formula, "δ³ = (ŷ − y) ÷ 4");
});

test("the update says which optimizer, and what was done to the gradient before", () => {
  const clipped = caption(at("linear and step, two answers, clipped", "update"));
  assert.match(clipped.sentence, /clipped first, to 0\.\d+ of its length/);
  assert.match(clipped.sentence, /penalty/);
  assert.match(caption(at(NORMED, "update")).title, /speed/);
  const still = at(DROPOUT, "update");
  assert.equal(caption({ ...still, step: { ...still.step, learning_rate: 0 } }).title, "Nothing moves");
});

test("before the first step, nothing has been learned", () => {
  const view = {
    step: null,
    ops: [],
    op: 0,
    t: 0,
    samples: { targets: Array(300).fill([0]) },
    config: { initializer: "he_normal" },
  };
  const said = caption(view);
  assert.equal(said.title, "Nothing has been learned yet");
  assert.equal(said.position, "300 samples, weights drawn at random");
  assert.equal(caption({ ...view, config: { initializer: "zeros" } }).position, "300 samples, every weight is 0");
});

test("playing fast, the step's number is the title and the live region is quiet", () => {
  const view = viewOf(DROPOUT, { playing: true, mode: "fast", rate: 34 });
  const said = caption({ ...view, step: { ...view.step, step: 2184, epoch: 182 } });
  assert.equal(said.title, "Step 2\u202f184");
  assert.equal(said.position, "epoch 182 · 34 steps a second, every one computed");
  assert.equal(announce(view).text, "");
});

test("walked back, the position says so, and the line of steps says what was changed next", () => {
  const view = viewOf(DROPOUT, { run: { step: 480, furthest_step: 480 } });
  assert.match(caption(view).position, /^step 3 of 480, walked back · operation/);
  const changes = [{ step: 11, field: "learning_rate", before: 0.6, value: 6 }];
  assert.equal(caption({ ...view, band: "steps", changes }).title, "Eight steps before the learning rate was raised");
});

test("a missing input is named, with its sample and its column", () => {
  const view = viewOf("missing input");
  const why = cause(view);
  assert.equal(why.kind, "missing");
  assert.equal(why.title, "Sample 2 has no x₂");
  assert.equal(caption(view).phase, "Stopped at step 1");
  assert.equal(announce(view).urgent, true);
  assert.match(caption(at("missing input", "dW2")).sentence, /^What it reads is lost, so all \d+ numbers are lost\.$/);
});

test("an overflow is named with the record where it happened and how the loss grew", () => {
  const view = viewOf("overflow", { series: { steps: [1, 2, 3, 4], loss: [1.26, 574, 1.2e13, 8e64, null] } });
  const why = cause(view);
  assert.equal(why.kind, "overflow");
  assert.equal(why.record, "L");
  assert.equal(why.title, "The steps were too long: each one made the loss larger");
  assert.match(why.text, /^At learning rate 3(\.0+)? the loss went from 1\.260 to 8\.0·10⁶⁴ in 3 steps/);
  const raised = { step: 2, field: "learning_rate", before: 1, value: 3 };
  assert.match(cause({ ...view, changes: [raised] }).text, /^The loss went from/); // not all at this rate
  assert.match(cause({ ...view, changes: [{ ...raised, step: 1 }] }).text, /^At learning rate/);
  assert.deepEqual(why.helps[0].change, { learning_rate: 0.3 });
  assert.equal(cause(viewOf(DROPOUT)), null);
  assert.equal(cause(viewOf("overflow")).title, "A number grew too large to be written down");
});

test("a loss that grew is counted in steps, also where only some of them came", () => {
  const series = { steps: [1, 10, 20, 21], loss: [1, 100, 1e10, null] };
  const view = viewOf("overflow", { series });
  assert.match(
    cause({ ...view, step: { ...view.step, step: 21 } }).text,
    / to 1\.0·10¹⁰ in 19 steps, on average 3\.4 times/,
  );
});

test("the last step with sizes one can read says what became of it, and the way to the step that broke", () => {
  const record = { ...viewOf("overflow").step, step: 5 };
  const series = { steps: [1, 2, 3, 4, 5], loss: [1.26, 574, 1.2e13, 8e64, null] };
  const view = viewOf(DROPOUT, { series, stopped: { step: 5, readable: 3, record, remedies: null } });
  const said = caption(view);
  assert.equal(said.phase, "Stopped at step 5");
  assert.match(said.position, /^learning rate 3(\.0+)? · squared error$/);
  assert.equal(said.title, "The steps were too long: each one made the loss larger");
  assert.equal(
    said.sentence,
    "In 4 steps the loss went from 1.260 to more than a number can hold. Shown is step 3, the last with sizes one can read.",
  );
  assert.deepEqual(said.way, { step: 5, text: "Step 5, where it broke" });
  assert.equal(announce(view).urgent, true);
  assert.equal(caption({ ...view, op: 0 }).way, undefined);
  assert.equal(caption({ ...view, playing: true }).way, undefined);
  const broken = { ...viewOf("overflow", { series, stopped: view.stopped }), step: record };
  assert.deepEqual(caption(broken).way, { step: 3, text: "Step 3, the last with sizes one can read" });
});

test("a step whose loss alone was lost stops before its update too", () => {
  const { step } = viewOf("overflow");
  const tape = step.tape.map((record) => (record.name === "L" ? record : { ...record, finite: undefined }));
  const view = { ...viewOf("overflow"), step: { ...step, tape } };
  const said = caption({ ...view, ops: operations(view.step) });
  assert.equal(said.phase, "Stopped at step 1");
});

test("a mark's name gives record, layer, units from 1 and the step", () => {
  assert.equal(refName("dW2", [3, 1], 17), "dW2[3][1] · layer 2 · from unit 4 to unit 2 · step 17");
  assert.equal(refName("W1", [0, 2], 17), "W1[0][2] · layer 1 · from input 1 to unit 3 · step 17");
  assert.equal(refName("a1", [2], 17), "a1[2] · layer 1 · unit 3 · step 17");
  assert.equal(refName("dz2", [7, 3], 17), "dz2[7][3] · layer 2 · row 8 of the batch, unit 4 · step 17");
  assert.equal(refName("x", [1], 17), "x[1] · number 2 · step 17");
  assert.equal(refName("L", [], { step: 1700 }), "L · step 1\u202f700");
  assert.match(refTitle("a1[2]", -0.123456789012, 17), /step 17 · −0\.123456789012$/);
  assert.match(refTitle("a1[2]", undefined, 17), /not computed yet$/);
});

test("a unit and a weight are described by their numbers at the playhead", () => {
  const view = viewOf(DROPOUT);
  assert.match(
    describe({ kind: "unit", layer: 2, unit: 0 }, view),
    /^layer 2 unit 1: activation \S+, gradient \S+$|dropped/,
  );
  assert.match(describe({ kind: "unit", layer: 0, unit: 1 }, view), /^input 2: value \S+$/);
  assert.match(
    describe({ kind: "weight", layer: 2, from: 1, to: 0 }, view),
    /^unit 2 of layer 1 to unit 1 of layer 2: weight \S+, gradient \S+$/,
  );
  assert.match(describe({ kind: "weight", layer: 2, from: 1, to: 0 }, { ...view, op: 0 }), /weight \S+$/);
  assert.match(describe({ kind: "bias", layer: 1, unit: 0 }, view), /^layer 1 unit 1: bias \S+, gradient \S+$/);
});

test("every direction has its sign", () => {
  for (const direction of ["right", "left", "down", "both", "stop"]) assert.match(glyph(direction), /^<svg/);
  assert.equal(glyph("none"), "");
});
