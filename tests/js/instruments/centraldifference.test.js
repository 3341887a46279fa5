import assert from "node:assert/strict";
import test from "node:test";
import {
  countFailures,
  errorText,
  fails,
  fourDigits,
  interpolateRuns,
  parameterIndex as onWire,
  parameterName,
  parameterTitle,
  ringRadius,
  selectionOf,
  serverName,
  stepPosition,
  stepText,
  stepTrack,
} from "../../../static/js/instruments/centraldifference.js";
import { checkedMarks, errorFigure, lossFigure, ringMarks } from "../../../static/js/instruments/checkmarks.js";
import { parameterOf } from "../../../static/js/instruments/longpress.js";
import {
  gradientColor,
  largestSlope,
  slopeColor,
  slopeText,
  surfacesOf,
} from "../../../static/js/instruments/slopes.js";
import { sliderPosition } from "../../../static/js/instruments/stabilitylimit.js";

const probe = (more = {}) => ({
  parameter: "W2",
  index: [3, 1],
  h: 0.5,
  weight: 0.8,
  loss: 0.5,
  loss_below: 0.4,
  loss_above: 0.62,
  secant: 0.22,
  gradient: 0.248,
  relative_error: 0.117,
  curve: Array.from({ length: 29 }, (_, i) => ({ h: 10 ** (-i / 2), relative_error: 10 ** -Math.min(i, 14) })),
  line: { weights: [-0.7, 0.8, 2.3], losses: [0.2, 0.5, null] },
  ...more,
});

test("rings grow with the logarithm of the error", () => {
  assert.equal(ringRadius(1e-12), 1.4);
  assert.ok(Math.abs(ringRadius(1e-8) - 5.6) < 0.01);
  assert.equal(ringRadius(1), 5.6);
  assert.equal(ringRadius(0), 1.4);
});

test("an entry fails only where rounding can't explain it", () => {
  assert.equal(fails(4e-9, 0.1), false);
  assert.equal(fails(1e-4, 1e-7), false);
  assert.equal(fails(1e-3, 0.1), true);
  assert.equal(fails(null, 0.1), true);
  assert.equal(fails(1, 0), true);
  const checks = { loss: 1, data: { parameters: { W1: [[1e-10, 0.5]], b1: [1e-9] } } };
  assert.deepEqual(
    countFailures(checks, () => [[0.1, 0.2]]),
    { count: 3, failed: 1, kinks: 0 },
  );
});

test("an entry at a kink has no error, a lost one fails", () => {
  const parameters = { W1: [[1e-10, null]], b1: [null] };
  assert.deepEqual(
    countFailures({ loss: 1, data: { parameters } }, () => [[0.1, 0.2]]),
    { count: 1, failed: 0, kinks: 2 },
  );
  assert.deepEqual(
    countFailures({ loss: 1, data: { parameters, finite: false } }, () => [[0.1, 0.2]]),
    { count: 3, failed: 2, kinks: 0 },
  );
});

test("numbers as the panel says them", () => {
  assert.deepEqual([0.5, 1, 1e-5, 1e-14, 3.16e-7].map(stepText), ["0.5", "1", "10⁻⁵", "10⁻¹⁴", "3.2·10⁻⁷"]);
  assert.deepEqual([0.21914, -0.0029953, 1.6061e-6, 0, null].map(fourDigits), [
    "0.2191",
    "−0.002995",
    "1.606·10⁻⁶",
    "0",
    "no number",
  ]);
  assert.deepEqual([0.117, 4e-9, null].map(errorText), ["11.7 %", "4.0·10⁻⁹", "no number"]);
});

test("the slider lies over the axis of h", () => {
  const { left, width } = stepTrack(240, 11);
  assert.equal(left + 5.5, stepPosition(-14, 240));
  assert.equal(left + width - 5.5, stepPosition(0, 240));
});

const box = { width: 240, height: 178, letter: "w" };

test("the last secant lingers pale, and turns into the new one", () => {
  const [old, data] = [probe({ h: 1, loss_below: 0.3, loss_above: 0.9, secant: 0.3 }), probe()];
  const secants = (t) =>
    lossFigure({ data, before: old }, interpolateRuns(old, data, t), box).match(
      /<path class="instrument-secant[^>]*>/g,
    );
  const [pale, first] = secants(0);
  assert.equal(first, pale.replace(" pale", ""));
  const [still, last] = secants(1);
  assert.equal(still, pale);
  assert.equal(last, lossFigure({ data, before: null }, data, box).match(/<path class="instrument-secant[^>]*>/)[0]);
  const [, middle] = secants(0.5);
  assert.ok(middle !== first && middle !== last);
  assert.equal(interpolateRuns(old, data, 0.5).h, 0.75);
});

test("a weight and a bias have their own names", () => {
  const bias = { kind: "bias", layer: 2, unit: 2 };
  const weight = { kind: "weight", layer: 2, from: 2, to: 0 };
  assert.deepEqual(
    [parameterTitle(bias), parameterName(bias), serverName(bias)],
    ["Bias of unit 3, layer 2", "b²₃", "b2[2]"],
  );
  assert.deepEqual(
    [parameterTitle(weight), parameterName(weight), serverName(weight)],
    ["Weight 3 → 1, layer 2", "w²₃₁", "W2[2][0]"],
  );
  for (const selection of [bias, weight]) {
    const { parameter, index } = onWire(selection);
    assert.deepEqual(selectionOf(parameter, index), selection);
  }
  assert.equal(selectionOf("gamma1", [0]), null);
  assert.deepEqual(parameterOf({ kind: "unit", layer: 2, unit: 2 }), bias);
  assert.equal(parameterOf({ kind: "unit", layer: 0, unit: 1 }), null);
  assert.equal(parameterOf(null), null);
});

test("figures are made of finite numbers, whatever is lost", () => {
  for (const data of [
    probe(),
    probe({ h: 1e-12, loss_above: null, secant: null, relative_error: null }),
    probe({ gradient: null }),
  ])
    for (const svg of [
      lossFigure({ data, before: probe({ h: 1 }) }, interpolateRuns(probe({ h: 1 }), data, 0.5), box),
      errorFigure(data, 240),
    ]) {
      assert.ok(svg.length > 100);
      assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
    }
});

const unit = (x, y) => ({ x, y, s: 50 });
const route = { x1: 30, y1: 0, cx1: 80, cy1: 0, cx2: 120, cy2: 80, x2: 170, y2: 80 };
const edge = (from, to) => ({ from, to, at: `[${from}][${to}]`, d: "M0 0", route });
const scene = {
  layout: {
    fine: true,
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
  const svg = checkedMarks(scene, { selection, h: 0.5, data: { ...probe({ weight: 0.3 }), spotlight } });
  assert.equal(svg.match(/class="instrument-bar"/g).length, 4);
  assert.equal(svg.match(/data-ref="a1\[1\]"/g).length, 2);
  assert.doesNotMatch(svg, /data-ref="a1\[0\]"/);
  assert.match(svg, /0\.300 ± 0\.5/);
  assert.match(svg, /\+ 0\.900/);
});

test("a bias is held on its gauge, and reaches its own unit and what comes after", () => {
  const selection = { kind: "bias", layer: 1, unit: 1 };
  const svg = checkedMarks(scene, { selection, h: 0.5, data: { ...probe({ weight: 0.4 }), spotlight } });
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

test("a slope is dark where nothing passes, and a gradient of exactly 0 has no hue", () => {
  const colors = {
    dead: [0, 0, 0],
    light: [255, 255, 255],
    hmid: [250, 245, 234],
    gfneg: [180, 75, 171],
    gfpos: [44, 154, 95],
  };
  assert.deepEqual(slopeColor(0, 0.25, colors), colors.dead);
  assert.deepEqual(slopeColor(largestSlope("sigmoid"), 0.25, colors), colors.light);
  assert.equal(slopeText(0.25), "¼");
  assert.deepEqual(gradientColor(-2, 1, colors), colors.gfneg);
  const layer = { lo: -0.3, hi: 1.1, units: [Buffer.from([55, 54, 56, 0]).toString("base64")] };
  const { pixels } = surfacesOf({ show: "gradient", layers: [layer] }, ["tanh"], colors).layers[0].reading;
  const neutral = ((255 << 24) | (234 << 16) | (245 << 8) | 250) >>> 0;
  assert.equal(pixels[Math.round((0.3 / 1.4) * 255)], neutral);
  assert.equal([...pixels].filter((pixel) => pixel === neutral).length, 1);
});

test("the tick stands where the rate stands", () => {
  assert.equal(sliderPosition(1e-5), 0);
  assert.ok(Math.abs(sliderPosition(10) - 1) < 1e-12);
  assert.ok(Math.abs(sliderPosition(0.1) - 4 / 6) < 1e-12);
  assert.equal(sliderPosition(11), null);
  assert.equal(sliderPosition(null), null);
  assert.equal(sliderPosition(1e-7), 0);
});
