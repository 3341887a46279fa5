// The story in the browser says what the server said: the same bindings, digits, colours and wordings, from the same step.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { operations } from "../../../static/js/run/operations.js";
import { CHAPTERS, chapterAddress, chapterOf, positionQuery, readPosition } from "../../../static/js/story/chapters.js";
import * as story from "../../../static/js/story/expressions.js";
import { describeRun, shapeText, widthsOf } from "../../../static/js/story/userrun.js";
import { near, steps } from "../golden.js";

const golden = JSON.parse(readFileSync(new URL("../../golden/story.json", import.meta.url), "utf8"));
const start = golden.settings.fixed.setting;

for (const [name, told] of Object.entries(golden.settings)) {
  const values = story.valuesOf(told.step, told.trials, told.fixed);

  test(`every number of the text, ${name}`, () => {
    for (const [binding, digits, text, hue] of told.shown) {
      assert.equal(story.storyNumber(story.evaluate(binding, values), digits), text, binding);
      assert.equal(story.colorClass(binding, values), hue, binding);
    }
  });

  test(`every wording, ${name}`, () => {
    for (const [cases, said] of told.wordings) assert.equal(story.wording(cases, values), said);
  });

  test(`an address brings the setting back, ${name}`, () => {
    const query = story.toQuery(told.setting, start);
    assert.deepEqual(story.fromQuery(`?${query}`, start), told.setting);
    assert.equal(query === "", name === "fixed");
  });

  test(`the thirteen numbers make the parameters, ${name}`, () => {
    assert.deepEqual(story.parametersOf(golden.shapes, told.setting.w), told.step.parameters);
    for (const { of } of told.trials.all)
      assert.equal(told.setting.w[story.indexOf(golden.shapes, of)], story.evaluate(of, told.step.parameters));
  });
}

test("every text that a network brings", () => {
  assert.equal(golden.settings.fixed.fixed.mine.shape, shapeText([2, 6, 4, 1]));
  assert.equal(shapeText([1, 1]), "one input, one output");
  assert.equal(shapeText([13, 1, 16, 3]), "13 inputs, one unit, 16, three");
});

test("what is told of a trained network is read off its step", () => {
  for (const [name, step] of Object.entries(steps)) {
    const [hidden, ops] = [[], operations(step)];
    for (const units of widthsOf(step.parameters).slice(1, -1)) hidden.push({ units, dropout: null });
    const mine = describeRun({ run: { config: { hidden }, parameters: step.parameters }, step, ops });
    const masks = ops.filter((op) => op.phase === "forward" && op.kind === "dropout").map((op) => op.record.mask);
    const row = Math.max(0, step.batch.indices.indexOf(0));
    assert.equal(mine.lots, masks.length, name);
    assert.equal(mine.out, masks.flatMap((mask) => mask[row]).filter((kept) => !kept).length, name);
    assert.equal(
      mine.paths,
      widthsOf(step.parameters).reduce((a, b) => a * b),
      name,
    );
    assert.equal(
      mine.tape,
      ops.filter((op) => op.phase === "backward").reduce((sum, op) => sum + op.multiplications, 0),
      name,
    );
  }
});

test("where each sample has a lot of its own, one outside the batch has none", () => {
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
  const { error, rate, answer, slope } = mine.unit;
  assert.ok(near((error / (1 - rate)) * (1 - answer ** 2), slope));
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
  assert.deepEqual(unit(step("tanh", 1)), { error: 2, rate: 0.5, answer: 0.5, slope: 3 });
  assert.equal(unit(step("tanh", 0)), undefined);
  assert.equal(unit(step("relu", 1)), undefined);
});

test("a number that rounds up keeps its digits, one beyond counting is a power", () => {
  assert.equal(story.storyNumber(0.0996, 2), "0.10");
  assert.equal(story.storyNumber(-0.10996, 4), "−0.1100");
  assert.equal(story.storyNumber(999.96, 4), "1000");
  assert.equal(story.storyNumber(7.1678e25), "7.17·10²⁵");
});

test("one changed record changes its own numbers only", () => {
  const told = golden.settings.fixed;
  const before = story.valuesOf(told.step, told.trials, told.fixed);
  const step = structuredClone(told.step);
  step.spotlight.dz3[0] *= 2;
  const after = story.valuesOf(step, told.trials, told.fixed);
  for (const [binding] of told.shown) {
    const changed = story.evaluate(binding, before) !== story.evaluate(binding, after);
    assert.equal(changed, /\bdz3\b/.test(binding), binding);
  }
});

test("what is no expression is refused", () => {
  for (const source of [
    "",
    "a3[",
    "1 +",
    "(1",
    "a3[0] a3[0]",
    "min(1",
    "'a'",
    "constructor",
    "a3.constructor",
    "__proto__",
    "x[0] ** 2",
  ])
    assert.throws(() => story.evaluate(source, { a3: [1], x: [1] }), Error, source);
});

test("conditions read as in the text", () => {
  const values = { a: 1, b: { c: [2, 3] } };
  assert.equal(story.evaluate("a < b.c[0] and b.c[1] >= 3 or 1 == 2", values), true);
  assert.equal(story.evaluate("-a + 2 * (b.c[1] - 1) / 4", values), 0);
  assert.equal(story.evaluate("max(a, b.c[1], abs(-5))", values), 5);
});

test("a chapter's motion sets out, arrives, and stands", () => {
  const motion = { from: 8, to: 10, end: 1, seconds: 2.4 };
  assert.deepEqual(story.motionAt(motion, 0), { op: 8, t: 0, over: false });
  assert.equal(story.motionAt(motion, 1200).op, 9);
  assert.deepEqual(story.motionAt(motion, 2400), { op: 10, t: 1, over: true });
  assert.deepEqual(story.motionAt({ ...motion, seconds: 0 }, 0), { op: 10, t: 1, over: true });
});

test("every path from a weight to the loss is walked once", () => {
  const paths = story.pathsOf([1, 2, 2, 1]);
  assert.equal(paths.length, golden.settings.fixed.fixed.count.all);
  assert.equal(new Set(paths.map(String)).size, paths.length);
  assert.equal(
    paths.reduce((sum, path) => sum + 2 * path.length, 0),
    golden.settings.fixed.fixed.count.naive,
  );
  assert.deepEqual(
    paths.filter((path) => path[0] === "W1[0][0]"),
    [
      ["W1[0][0]", "W2[0][0]", "W3[0][0]"],
      ["W1[0][0]", "W2[0][1]", "W3[1][0]"],
    ],
  );
});

test("every operation of every recorded step has its chapter", () => {
  assert.deepEqual(CHAPTERS, golden.chapters);
  for (const step of Object.values(steps))
    for (const record of step.tape) assert.ok(CHAPTERS.includes(chapterOf(record)), record.name);
  const tape = golden.settings.fixed.step.tape;
  const told = Object.fromEntries(tape.map((record) => [record.name, chapterOf(record)]));
  assert.deepEqual(
    [told.x, told.z1, told.a3, told.L, told.da3, told.dz3, told.dW3, told.da2, told.update],
    ["function", "forward", "forward", "loss", "turn", "slope", "weight", "sum", "update"],
  );
  assert.equal(chapterOf({ name: "d1", kind: "dropout", phase: "forward" }), "yours");
  assert.equal(
    chapterAddress("/play", { run: "a b", step: 7, op: "dz2" }, { name: "dz2", kind: "tanh", phase: "backward" }),
    "/play/story?run=a%20b&step=7&op=dz2#slope",
  );
});

test("a place within a step goes into an address and comes back", () => {
  for (const selection of [
    null,
    { kind: "weight", layer: 2, from: 0, to: 11 },
    { kind: "bias", layer: 1, unit: 3 },
    { kind: "unit", layer: 0, unit: 1 },
  ])
    assert.deepEqual(readPosition(`#${positionQuery("dW2", selection)}`), { op: "dW2", selection });
  assert.equal(readPosition("#slope"), null);
  for (const pick of ["weight,1", "constructor,1,2", "unit,1,-2", "bias,x,1"])
    assert.deepEqual(readPosition(`?op=x&pick=${pick}`), { op: "x", selection: null });
});
