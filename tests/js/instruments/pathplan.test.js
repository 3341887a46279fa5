import assert from "node:assert/strict";
import test from "node:test";
import { duration } from "../../../static/js/format/numbers.js";
import {
  cellOf,
  cellsOf,
  factorsOf,
  multipliedUntil,
  pathAt,
  pathPlan,
  productsOf,
  tapeFinishedAt,
  weightAt,
} from "../../../static/js/instruments/pathplan.js";

/** Numbers that are as good as any. */
const some = (rows, columns, seed) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => Math.sin(seed + 3.7 * i + 1.3 * j)));

function network(widths) {
  const parameters = {};
  const slopes = [];
  const below = [some(1, widths[0], 0)[0]];
  for (let k = 1; k < widths.length; k++) {
    parameters[`W${k}`] = some(widths[k - 1], widths[k], k);
    slopes.push(some(1, widths[k], 10 + k));
    if (k < widths.length - 1) below.push(some(1, widths[k], 20 + k)[0]);
  }
  return { parameters, factors: { below, slopes, top: some(1, widths.at(-1), 30)[0] } };
}

/** The same by the chain rule with a memory. */
function withTape(widths, { parameters, factors }) {
  const last = widths.length - 1;
  let error = factors.top.map((v, u) => v * factors.slopes[last - 1][0][u]);
  const gradients = {};
  for (let k = last; k >= 1; k--) {
    gradients[k] = factors.below[k - 1].map((h) => error.map((e) => h * e));
    const W = parameters[`W${k}`];
    if (k > 1)
      error = W.map((row, i) => row.reduce((sum, w, j) => sum + w * error[j], 0) * factors.slopes[k - 2][0][i]);
  }
  return gradients;
}

test("the counts are those of the recipes", () => {
  const plan = (widths) =>
    pathPlan(
      widths,
      widths.slice(1).map(() => 1),
    );
  for (const [widths, total, products] of [
    [[1, 2, 2, 1], 10, 44],
    [[2, 8, 8, 1], 200, 1040],
    [[2, 6, 4, 1], 76, 392],
    [[2, 8, 8, 8, 1], 1608, 11536],
    [[2, ...Array(6).fill(8), 1], 823880, 10849552],
  ])
    assert.deepEqual([plan(widths).total, plan(widths).multiplications], [total, products]);
});

for (const widths of [
  [2, 6, 4, 1],
  [1, 2, 2, 1],
  [3, 4, 2, 3],
  [2, 1],
])
  test(`${widths.join("-")}: the sum over all paths is the gradient`, () => {
    const net = network(widths);
    const plan = pathPlan(
      widths,
      widths.slice(1).map(() => 1),
    );
    const gradients = withTape(widths, net);
    for (const weight of plan.weights) {
      const { products, sum } = productsOf(plan, weight, net.factors, net.parameters);
      assert.equal(products.length, weight.paths);
      assert.ok(Math.abs(sum - gradients[weight.layer][weight.from][weight.to]) < 1e-12);
    }
  });

test("each path is its weight's, and each multiplication is counted once", () => {
  const plan = pathPlan([2, 3, 2, 1], [2, 1, 1]);
  const net = network([2, 3, 2, 1]);
  net.factors.slopes[0].push([1, 2, 0]);
  let counted = 0;
  const seen = new Set();
  for (let index = 0; index < plan.total; index++) {
    const path = pathAt(plan, index);
    seen.add(`${path.layer} ${path.from} ${path.units}`);
    counted += factorsOf(path, net.factors, net.parameters).length - 1;
    assert.equal(multipliedUntil(plan, index), counted);
    assert.equal(weightAt(plan, index), path.at);
  }
  assert.equal(seen.size, plan.total);
  assert.equal(counted, plan.multiplications);
});

test("where the tape would have been finished", () => {
  const plan = pathPlan([2, 6, 4, 1], [1, 1, 1]);
  const end = tapeFinishedAt(plan, 79);
  assert.ok(multipliedUntil(plan, end - 1) <= 79 && multipliedUntil(plan, end) > 79);
  assert.equal(tapeFinishedAt(plan, 1e9), plan.total);
});

test("cells lie in order within the band; very many paths share one a weight", () => {
  for (const widths of [
    [2, 6, 4, 1],
    [2, ...Array(6).fill(8), 1],
  ]) {
    const plan = pathPlan(
      widths,
      widths.slice(1).map(() => 1),
    );
    const { cells, width } = cellsOf(plan, 20, 1400);
    assert.equal(cells.length, plan.merged ? plan.weights.length : plan.total);
    assert.ok(cells.every((cell, i) => i === 0 || cell.x >= cells[i - 1].x + width - 1e-6));
    assert.ok(cells.at(-1).x + width <= 1400.001);
    assert.equal(cells[cellOf(plan, plan.total - 1)].at, plan.weights.length - 1);
  }
});

test("durations in the unit that suits", () => {
  assert.deepEqual([2.3e-5, 0.87, 12, 4620, 5724 * 60, 1e12].map(duration), [
    "23 µs",
    "870 ms",
    "12 s",
    "77 min",
    "4 days",
    "32000 years",
  ]);
});
