import assert from "node:assert/strict";
import { test } from "node:test";
import { checkedMarks, ringMarks } from "../../../static/js/instruments/checkmarks.js";
import { weightCheck } from "./weightcheck.js";

const unit = (x, y) => ({ x, y, s: 50 });
const route = { x1: 30, y1: 0, cx1: 80, cy1: 0, cx2: 120, cy2: 80, x2: 170, y2: 80 };
const edge = (from, to) => ({ from, to, at: `[${from}][${to}]`, d: "M0 0", route });
const scene = {
  layout: {
    detailed: true,
    width: 600,
    gap: 11,
    gauge: 4.5,
    radius: 9,
    outputRadius: 11,
    widths: [1, 2, 1],
    units: [[unit(0, 0)], [unit(200, 0), unit(200, 80)], [unit(400, 0)]],
    loss: { x: 500, y: 0, r: 27 },
  },
  edges: [null, [edge(0, 0), edge(0, 1)], [edge(0, 0), edge(1, 0)]],
  records: {
    layers: 2,
    layerOutputs: ["x", "a1"],
    measures: [null, { weight: 1, bias: 1, activation: 1 }, { weight: 1, bias: 1, activation: 1 }],
    parameters: { W1: [[0.2, 0.3]], b1: [0, 0.4] },
    batch: () => null,
  },
};
const run = (a, p, L) => ({ a1: [0.1, a], outputs: [p], L });
const spotlight = { below: run(0.2, 0.4, 0.5), above: run(0.6, 0.7, 0.9) };

test("what is held is drawn as three widths, and marks what it can reach", () => {
  const selection = { kind: "weight", layer: 1, from: 0, to: 1 };
  const svg = checkedMarks(scene, { selection, h: 0.5, data: { ...weightCheck({ weight: 0.3 }), spotlight } });
  assert.equal(svg.match(/class="instrument-bar"/g).length, 4);
  assert.equal(svg.match(/data-ref="a1\[1\]"/g).length, 2);
  assert.doesNotMatch(svg, /data-ref="a1\[0\]"/);
  assert.match(svg, /0\.300 ± 0\.5/);
  assert.match(svg, /\+ 0\.900/);
});

test("a bias is held on its gauge, and reaches its own unit and what comes after", () => {
  const selection = { kind: "bias", layer: 1, unit: 1 };
  const svg = checkedMarks(scene, { selection, h: 0.5, data: { ...weightCheck({ weight: 0.4 }), spotlight } });
  assert.match(svg, /data-ref="b1\[1\]"/);
  assert.match(svg, /b¹₂.*0\.400 ± 0\.5/);
  assert.equal(svg.match(/data-ref="a1\[1\]"/g).length, 2);
  assert.doesNotMatch(svg, /data-ref="a1\[0\]"/);
  assert.equal(svg.match(/data-ref="outputs\[0\]"/g).length, 2);
});

test("rings come layer by layer from the output, the worst is ringed when all are there", () => {
  const data = {
    parameters: { W1: [[1e-9, 1e-10]], W2: [[1e-11], [1e-11]], b1: [0, 0] },
    worst: { parameter: "W1", index: [0, 0], relative_error: 1e-9 },
  };
  const layers = (t) =>
    [...ringMarks(scene, { data, loss: 1 }, null, t).matchAll(/data-ref="dW(\d)/g)].map((m) => m[1]);
  assert.deepEqual(layers(0), []);
  assert.deepEqual(layers(0.2), ["2", "2"]);
  assert.deepEqual(layers(0.8), ["1", "1", "2", "2"]);
  assert.doesNotMatch(ringMarks(scene, { data, loss: 1 }, null, 0.99), /instrument-worst/);
  assert.match(ringMarks(scene, { data, loss: 1 }), /instrument-worst.*worst 1\.0·10⁻⁹/);
});
