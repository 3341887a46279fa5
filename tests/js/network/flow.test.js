import assert from "node:assert/strict";
import test from "node:test";
import { edgeStyle } from "../../../static/js/network/edgestyle.js";
import { drawFlow, forwardTime, targetTime, updateBarLength, updateTimes } from "../../../static/js/network/flow.js";
import { curveLength, edgeCurve, graphLayout, lossCurve } from "../../../static/js/network/layout.js";
import { indexOf } from "../../../static/js/run/operations.js";
import { computedShare, stepValues } from "../../../static/js/run/values.js";
import { steps, viewOf } from "../golden.js";

const NAME = "tanh and sigmoid, dropout";

/** A scene as the graph makes it, without any element. */
function sceneOf(view, height = 470) {
  const records = stepValues(view);
  const layout = graphLayout({ widths: records.widths, width: 964, height, size: "wide" });
  const edges = [null];
  for (let k = 1; k <= records.layers; k++) {
    edges.push([]);
    for (let from = 0; from < records.widths[k - 1]; from++)
      for (let to = 0; to < records.widths[k]; to++) {
        const route = edgeCurve(layout, k, from, to);
        edges[k].push({ layer: k, from, to, route, length: curveLength(route) });
      }
  }
  const status = computedShare(records, view);
  const dropped = (k, unit) => k > 0 && k < records.layers && records.kept(k, unit) === 0 && status(`d${k}`) > 0.3;
  const lossEdges = layout.units.at(-1).map((_, unit) => lossCurve(layout, unit));
  return { view, records, layout, edges, lossEdges, status, dropped };
}

/** All that is drawn, as [tool, ...arguments]. */
function marksOf(view, height) {
  const marks = [];
  const pen = new Proxy(
    {},
    {
      get:
        (_, tool) =>
        (...args) =>
          marks.push([tool, ...args]),
    },
  );
  drawFlow(pen, sceneOf(view, height));
  return marks;
}

const at = (name, record, t, more = {}) => {
  const view = viewOf(name, { playbackMode: "operations", progress: t, ...more });
  view.operation = indexOf(view.ops, record);
  return view;
};
const numbersIn = (marks) => marks.flatMap((mark) => JSON.stringify(mark).match(/null|NaN/g) ?? []);

for (const name of Object.keys(steps)) {
  test(`${name}: nothing is drawn at a place that is not a number, at any time of any operation`, () => {
    const { ops } = viewOf(name);
    for (let op = 0; op < ops.length; op++)
      for (const t of [0, 0.2, 0.5, 0.8, 0.95, 1]) {
        const marks = marksOf(viewOf(name, { playbackMode: "operations", operation: op, progress: t })).map((mark) => {
          if (mark[0] !== "updateBar") return mark;
          const { gradient: whole, update: core, at: place } = mark[1];
          return [whole ?? 0, core ?? 0, place];
        });
        assert.deepEqual(numbersIn(marks), [], `${ops[op].name} ${t}`);
      }
    for (const x of [0, 0.4, 1])
      for (const backward of [true, false])
        assert.deepEqual(numbersIn(marksOf(viewOf(name, { playbackMode: "flow", sweepFront: { x, backward } }))), []);
  });
}

test("dots carry the sign and the size of the products w·h", () => {
  const view = at(NAME, "z1", 0.5);
  const marks = marksOf(view).filter(([tool, , , , , alpha]) => tool === "dot" && alpha === 1);
  const { parameters } = view.step;
  const products = parameters.W1.flatMap((row, from) => row.map((w) => w * view.spotlightValues.x[from]));
  const alive = parameters.b1.length * parameters.W1.length;
  assert.ok(marks.length > 0 && marks.length <= alive);
  const largest = Math.max(...products.map(Math.abs));
  for (const [, , , r, ink] of marks) {
    const product = products.find((p) => Math.abs(0.8 + 6 * Math.sqrt(Math.abs(p) / largest) - r) < 1e-9);
    assert.notEqual(product, undefined, "a dot whose size is no product");
    assert.ok(
      products.some((p) => Math.abs(Math.abs(p) - Math.abs(product)) < 1e-12 && ink === (p < 0 ? "vneg" : "vpos")),
    );
  }
});

test("values travel to the right and errors to the left", () => {
  const mean = (t, record, tool) => {
    const marks = marksOf(at(NAME, record, t)).filter((mark) => mark[0] === tool && (mark[5] === 1 || mark[6] === 1));
    return marks.reduce((sum, mark) => sum + mark[1], 0) / marks.length;
  };
  assert.ok(mean(0.5, "z1", "dot") > mean(0.3, "z1", "dot"));
  assert.ok(mean(0.5, "dd1", "chevron") < mean(0.3, "dd1", "chevron"));
});

test("a frame is a function of the view: the same again, backwards too", () => {
  const frames = [0.2, 0.5, 0.8].map((t) => JSON.stringify(marksOf(at(NAME, "dW2", t))));
  const again = [0.8, 0.5, 0.2].map((t) => JSON.stringify(marksOf(at(NAME, "dW2", t)))).reverse();
  assert.deepEqual(frames, again);
});

test("with reduced motion nothing travels: every time gives the same picture", () => {
  for (const record of ["z1", "L", stepValues(viewOf(NAME)).error, "dW2", "update"]) {
    const early = JSON.stringify(marksOf(at(NAME, record, 0.1, { reduced: true })));
    assert.equal(early, JSON.stringify(marksOf(at(NAME, record, 0.9, { reduced: true }))), record);
    assert.ok(early.length > 2, `${record} shows where it runs`);
  }
});

test("after the jump the filled part of an update bar is to its outline as the step is to the gradient", () => {
  const view = at("no hidden layer", "update", 0.9);
  const gradient = view.step.tape.find((r) => r.name === "dW1").value;
  const added = view.step.tape.at(-1).value.W1;
  const bars = marksOf(view).filter(([tool]) => tool === "updateBar");
  assert.ok(bars.length > 0);
  for (const [, { gradient: whole, update: core }] of bars) {
    const share = curveLength(core) / curveLength(whole);
    const ratio = Math.abs(added[0][0] / gradient[0][0]);
    assert.ok(Math.abs(share - ratio) < 0.05, `${share} ${ratio}`);
  }
});

test("where units stand close only a layer's largest gradients get their bars", () => {
  const matrix = Array.from({ length: 6 }, (_, i) => Array.from({ length: 4 }, (_, j) => 1 + 4 * i + j));
  const weights = {
    W1: [matrix[0].concat(5, 6), matrix[1].concat(7, 8)],
    W2: matrix,
    b1: Array(6).fill(0),
    b2: Array(4).fill(0),
  };
  const update = { name: "update", value: { W1: weights.W1, W2: matrix } };
  const tape = [{ name: "dW1", value: weights.W1 }, { name: "dW2", value: matrix }, update];
  const view = at("no hidden layer", "update", 0.9);
  const of = { ...view, step: { ...view.step, parameters: weights, tape }, spotlightValues: null };
  const barsOf = (height) => marksOf(of, height).filter(([tool]) => tool === "updateBar").length;
  assert.equal(barsOf(600), 12 + 24);
  assert.equal(barsOf(420), 12 + 9); // a third of 24, and the size itself
});

test("one changed weight changes one edge, and no other", () => {
  const view = at(NAME, "z2", 1);
  const looks = (v) => {
    const scene = sceneOf(v);
    return scene.edges.flatMap((list, k) =>
      (list ?? []).map((edge) => {
        const look = {};
        const state = {
          sum: scene.status(`z${k}`),
          grad: 0,
          t: 1,
          back: false,
          phase: "forward",
          flowing: false,
          unit: null,
          one: null,
        };
        edgeStyle(look, scene, k, edge, state, scene.records.parameters[`W${k}`][edge.from][edge.to], undefined);
        return `${k} ${edge.from} ${edge.to} ${JSON.stringify(look)}`;
      }),
    );
  };
  const W = view.step.parameters.W1;
  const largest = Math.max(...W.flat().map(Math.abs));
  const [from, to] = W.flatMap((row, i) => row.map((w, j) => [i, j, w])).find(
    ([, j, w]) => Math.abs(w) < 0.9 * largest && stepValues(view).kept(1, j),
  );
  const other = structuredClone({ step: view.step });
  other.step.parameters.W1[from][to] *= 1.05;
  const before = looks(view);
  const after = looks({ ...view, step: other.step });
  const changed = before.filter((look, i) => look !== after[i]);
  assert.equal(changed.length, 1);
  assert.ok(changed[0].startsWith(`1 ${from} ${to} `));
});

test("times: sums overlap and all arrive, gradients take turns, an update ends where it should", () => {
  assert.equal(forwardTime(1, 5, 6), 1);
  assert.ok(forwardTime(0.5, 0, 6) > forwardTime(0.5, 5, 6));
  assert.equal(targetTime(1, 3, 4), 1);
  assert.equal(targetTime(0.5, 3, 4), 0);
  assert.deepEqual(updateTimes(1), { grown: 1, shrunk: 1, moved: 1, faded: 1 });
  assert.deepEqual(updateTimes(0), { grown: 0, shrunk: 0, moved: 0, faded: 0 });
});

test("update bars grow with the root of the gradient and are rings below 1.5 %", () => {
  assert.equal(updateBarLength(2, 2), 55);
  assert.equal(updateBarLength(0.01, 2), 0);
  assert.equal(updateBarLength(null, 2), 0);
  assert.equal(updateBarLength(1, 0), 0);
});
