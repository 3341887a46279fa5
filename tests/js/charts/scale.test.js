import assert from "node:assert/strict";
import { test } from "node:test";
import * as charts from "../../../static/js/charts/scale.js";
import { promiseWords } from "../../../static/js/charts/updatebars.js";
import { lastSteps, readableUpTo } from "../../../static/js/run/history.js";

const identity = charts.linear(0, 1000, 0, 1000);
const points = (path) => [...path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])]);

test("a line over few steps goes through each value", () => {
  assert.equal(charts.linePath([0, 1, 2], [3, 1, 2], identity, identity), "M0 3L1 1L2 2");
});

test("100 000 steps cost no more than the pixels and lose no peak", () => {
  const n = 100_000;
  const steps = Float64Array.from({ length: n }, (_, i) => i);
  const values = Float64Array.from({ length: n }, (_, i) => Math.sin(i / 9000));
  values[54_321] = 77;
  const X = charts.linear(0, n - 1, 0, 200);
  const drawn = points(charts.linePath(steps, values, X, identity));
  assert.ok(drawn.length <= 4 * 402, `${drawn.length} points`);
  assert.ok(drawn.some(([, y]) => y === 77));
});

test("what is missing or not finite is left out and never written", () => {
  const values = [1, Number.NaN, null, Number.POSITIVE_INFINITY, undefined, 2];
  const path = charts.linePath([0, 1, 2, 3, 4, 5], values, identity, identity);
  assert.equal(path, "M0 1L5 2");
  assert.equal(charts.linePath([0, 1], [null, Number.NaN], identity, identity), "");
  assert.deepEqual(charts.extentOf([values]), [1, 2]);
  assert.equal(charts.extentOf([[null]]), null);
});

test("an exact zero is a gap on a log scale", () => {
  assert.equal(
    charts.linePath([0, 1, 2, 3], [1, 0, 1, 1], identity, identity, { log: true }),
    "M0 1h0M2 1L3 1",
    "and what stands alone is a dot",
  );
});

test("a restless column becomes the means of its bins, inside their extremes", () => {
  const steps = Array.from({ length: 300 }, (_, i) => i);
  const values = steps.map((i) => (i % 2 ? 1 : 100));
  const { line, area, most } = charts.binnedPath(steps, values, charts.linear(0, 100, 0, 10), identity, {
    log: true,
    bin: 3,
  });
  assert.equal(most, 30);
  for (const [, y] of points(line)) assert.ok(Math.abs(y - 10) < 1e-9);
  assert.deepEqual(
    [...new Set(points(area).map(([, y]) => y))].sort((a, b) => a - b),
    [1, 100],
  );
  const few = charts.binnedPath([0, 10], [1, 2], identity, identity);
  assert.equal(few.area, "");
  assert.equal(few.line, "M0 1L10 2");
});

test("axes end on numbers that can be said", () => {
  assert.deepEqual(charts.axis([0.13, 0.74], false, 3).ticks, [0, 0.5]);
  assert.deepEqual(charts.axis([0.002, 0.7], true, 5).ticks, [0.001, 0.01, 0.1, 1]);
  const wide = charts.axis([0.5, 1e75], true, 3);
  assert.ok(wide.ticks.length <= 4);
  assert.deepEqual(charts.axis(null, true).ticks, []);
  assert.equal(charts.tickText(0.001, true), "10⁻³");
  assert.equal(charts.tickText(0.5, false), "0.5");
});

test("a flat or empty range divides nothing by zero", () => {
  assert.ok(Number.isFinite(charts.linear(2, 2, 0, 100)(2)));
  assert.ok(Number.isFinite(charts.logarithmic(1, 10, 0, 100)(0)));
  const { low, high } = charts.axis([0, 0], false, 3);
  assert.ok(high > low);
});

test("only several orders of magnitude ask for a log scale", () => {
  assert.equal(charts.wantsLog([[0.7, 0.5, 0.001]]), false);
  assert.equal(charts.wantsLog([[1, 1e8]]), true);
  assert.equal(charts.wantsLog([[Number.NaN]]), false);
});

test("labels at line ends keep apart, in order, inside", () => {
  const at = charts.spread([50, 51, 10], 12, 0, 60);
  assert.equal(at[2], 10);
  assert.ok(at[1] - at[0] >= 12 - 1e-9 && at[1] <= 60);
});

test("the nearest recorded step is found", () => {
  const steps = Float64Array.from([0, 10, 20, 50]);
  assert.deepEqual(
    [-5, 4, 6, 34, 36, 99].map((k) => charts.nearest(steps, k)),
    [0, 0, 1, 2, 3, 3],
  );
  assert.equal(charts.nearest([], 3), -1);
});

test("changes are flags: old → new, one a step, the old from before or from the config", () => {
  const flags = charts.changeFlags(
    [
      { step: 240, field: "learning_rate", before: 0.6, value: 3 },
      { step: 120, field: "learning_rate", value: 0.6 },
      { step: 240, field: "clip_norm", before: null, value: 1 },
    ],
    { learning_rate: 0.3 },
  );
  assert.deepEqual(
    flags.map((f) => [f.step, f.text]),
    [
      [120, "η 0.3 → 0.6"],
      [240, "η 0.6 → 3, clip off → 1"],
    ],
  );
  assert.deepEqual(charts.changeFlags(null), []);
});

test("the promise of the slope is judged by what came", () => {
  assert.match(promiseWords(1, 0.9, 0.5), /curved/);
  assert.match(promiseWords(1, 1.2, 0.5), /went up/);
  assert.match(promiseWords(1, 0.4, 0.5), /more than promised/);
  assert.match(promiseWords(1, 0.5, 0.5), /kept/);
  assert.match(promiseWords(0.50005, 0.50002, 0.5), /kept/); // what reads alike isn't said to differ
  assert.match(promiseWords(1, null, 0.5), /no longer a number/);
});

test("the last steps of a run that broke: what was seen, and that the rest was lost", () => {
  const series = {
    steps: [0, 1, 2],
    loss: [Number.NaN, 3, Number.NaN],
    train: [1.5, Number.NaN, Number.NaN],
    norms: [
      [Number.NaN, 3, Number.NaN],
      [Number.NaN, 4, Number.NaN],
    ],
  };
  assert.deepEqual(lastSteps(series), [
    { step: 0, loss: 1.5, gradient: null, evaluated: true },
    { step: 1, loss: 3, gradient: 5, evaluated: false },
    { step: 2, loss: Number.NaN, gradient: null, evaluated: false },
  ]);
});

test("an earlier step that is named is the first of the last rows", () => {
  const steps = [1, 2, 3, 4, 5, 6, 7];
  const series = { steps, loss: steps, train: steps, norms: [steps] };
  const at = (count, earlier) => lastSteps(series, count, earlier).map((row) => row.step);
  assert.deepEqual(at(4, 2), [2, 5, 6, 7]);
  assert.deepEqual(at(4, 6), [4, 5, 6, 7]);
  assert.deepEqual(at(3, null), [5, 6, 7]);
});

test("where the last step with sizes one can read lies", () => {
  const of = (loss, norms = loss, steps = loss.map((_, i) => i + 1)) => readableUpTo({ steps, loss, norms: [norms] });
  assert.deepEqual(of([1, 40, 3e7, 4e90, Number.NaN]), { from: 2, to: 3 });
  assert.deepEqual(of([1, 40, 30, 4, 5], [1, 2, 1e6, 1e9, Number.NaN]), { from: 2, to: 3 });
  assert.deepEqual(of([1, 2, 3]), { from: 3, to: null });
  assert.deepEqual(of([1, 2, Number.NaN]), { from: 2, to: 3 });
  assert.deepEqual(of([1e9, 1e99, Number.NaN]), { from: null, to: 1 });
  // step 20 was only evaluated: what its sizes were is not known
  assert.deepEqual(of([1, Number.NaN, 1e99, Number.NaN], undefined, [10, 20, 30, 31]), { from: 10, to: 30 });
});
