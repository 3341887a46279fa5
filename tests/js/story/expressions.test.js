// The story in the browser says what the server said: the same bindings, digits, colours and wordings, from the same step.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as story from "../../../static/js/story/expressions.js";

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

test("what the paths repeat is what recording saves", () => {
  const { naive, tape } = golden.settings.fixed.fixed.count;
  const paths = story.pathsOf([1, 2, 2, 1]);
  const repeats = story.repeatsOf(paths);
  assert.equal(
    repeats.reduce((sum, { products }) => sum + products, 0),
    naive - tape,
  );
  assert.deepEqual(repeats[0], { front: 0, back: 0, loss: false, products: 0 });
  assert.deepEqual(repeats[1], { front: 1, back: 0, loss: true, products: 3 }); // x · σ′ and δ³ are those of path a
  assert.deepEqual(repeats[3], { front: 1, back: 1, loss: true, products: 5 });
});
