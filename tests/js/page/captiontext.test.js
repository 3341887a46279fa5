import assert from "node:assert/strict";
import { test } from "node:test";
import { announcement, caption, glyph } from "../../../static/js/page/captiontext.js";
import { operations } from "../../../static/js/run/operations.js";
import { steps, viewOf } from "../golden.js";

const at = (name, record, more = {}) => {
  const view = viewOf(name, more);
  return { ...view, operation: view.ops.findIndex((op) => op.names.includes(record)) };
};
const DROPOUT = "tanh and sigmoid, dropout";
const NORMED = "relu and leaky, batch norm, softmax";

for (const name of Object.keys(steps))
  test(`every operation has a title and a sentence: ${name}`, () => {
    const view = viewOf(name);
    for (const op of view.ops) {
      const said = caption({ ...view, operation: op.index });
      assert.ok(said.title && said.sentence && said.phase, op.name);
      const words = JSON.stringify(said).replace(/NaN (?:times|too)|(?:from a|is|became) NaN/g, "");
      assert.doesNotMatch(words, /undefined|NaN[^"]|null|\[object/, op.name);
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
    "leaves out none of layer 1 this time",
    "leaves out one of four units in layer 1",
    "leaves out two of four units in layer 1",
  ];
  assert.equal(caption(view).title, `Dropout ${words[out]}`);
  assert.equal(caption(at("everything dropped", "d1")).title, "Dropout leaves out all of layer 1");
  assert.match(
    caption(at("elu and gelu, sigmoid answer, a mask for each sample", "d1")).title,
    /others for each sample/,
  );
});

test("the backward pass begins at each loss in its own words, with the batch's 1/n", () => {
  assert.equal(caption(at(NORMED, "dz3")).title, "The backward pass begins: softmax and cross-entropy in one step");
  assert.equal(caption(at(NORMED, "dz3")).formula, "δ³ = (ŷ − y) ÷ 4");
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

test("a phone's caption says that only the largest updates are drawn; elsewhere the key does", () => {
  const view = { ...at(DROPOUT, "update"), tight: true };
  const matrix = Array.from({ length: 5 }, () => Array(4).fill(1));
  const wide = { ...view, step: { ...view.step, parameters: { W1: matrix, b1: matrix[0] } } };
  assert.match(caption({ ...wide, size: "phone" }).sentence, /Bars: each layer’s largest gradients\./);
  for (const other of [
    { ...wide, size: "wide" },
    { ...wide, size: "phone", tight: false },
    { ...view, size: "phone" },
  ])
    assert.doesNotMatch(caption(other).sentence, /Bars/);
});

test("before the first step, nothing has been learned", () => {
  const view = {
    step: null,
    ops: [],
    operation: 0,
    progress: 0,
    samples: { targets: Array(300).fill([0]) },
    config: { initializer: "he_normal" },
  };
  const said = caption(view);
  assert.equal(said.title, "Nothing has been learned yet");
  assert.equal(said.position, "300 samples, weights drawn at random");
  assert.equal(caption({ ...view, config: { initializer: "zeros" } }).position, "300 samples, every weight is 0");
});

test("playing fast, the step's number is the title and the live region is quiet", () => {
  const view = viewOf(DROPOUT, { playing: true, playbackMode: "fast", rate: 34 });
  const said = caption({ ...view, step: { ...view.step, step: 2184, epoch: 182 } });
  assert.equal(said.title, "Step 2\u202f184");
  assert.equal(said.position, "epoch 182 · 34 steps a second, every one computed");
  assert.equal(announcement(view, caption(view)).text, "");
});

test("walked back, the position says so, and the line of steps says what was changed next", () => {
  const view = viewOf(DROPOUT, { run: { step: 480, furthest_step: 480 } });
  assert.match(caption(view).position, /^step 3 of 480, walked back · operation/);
  const changes = [{ step: 11, field: "learning_rate", before: 0.6, value: 6 }];
  assert.equal(caption({ ...view, band: "steps", changes }).title, "Eight steps before the learning rate was raised");
});

test("the last step with sizes one can read says what became of it, and the way to the step that broke", () => {
  const record = { ...viewOf("overflow").step, step: 5 };
  const series = { steps: [1, 2, 3, 4, 5], loss: [1.26, 574, 1.2e13, 8e64, null] };
  const view = viewOf(DROPOUT, { series, divergence: { step: 5, readable: 3, record, remedies: null } });
  const said = caption(view);
  assert.equal(said.phase, "Stopped at step 5");
  assert.match(said.position, /^learning rate 3 · squared error$/);
  assert.equal(said.title, "The steps were too long: each one made the loss larger");
  assert.equal(
    said.sentence,
    "In 4 steps the loss went from 1.260 to more than a number can hold. Shown is step 3, the last with sizes one can read.",
  );
  assert.deepEqual(said.way, { step: 5, text: "step 5, where it broke" });
  assert.equal(announcement(view, caption(view)).urgent, true);
  assert.equal(caption({ ...view, operation: 0 }).way, undefined);
  assert.equal(caption({ ...view, playing: true }).way, undefined);
  const broken = { ...viewOf("overflow", { series, divergence: view.divergence }), step: record };
  assert.deepEqual(caption(broken).way, { step: 3, text: "step 3, the last with sizes one can read" });
});

test("a step whose loss alone was lost stops before its update too", () => {
  const { step } = viewOf("overflow");
  const tape = step.tape.map((record) => (record.name === "L" ? record : { ...record, finite: undefined }));
  const view = { ...viewOf("overflow"), step: { ...step, tape } };
  const said = caption({ ...view, ops: operations(view.step) });
  assert.equal(said.phase, "Stopped at step 1");
});

test("every direction has its sign", () => {
  for (const direction of ["right", "left", "down", "both", "stop"]) assert.match(glyph(direction), /^<svg/);
  assert.equal(glyph("none"), "");
});
