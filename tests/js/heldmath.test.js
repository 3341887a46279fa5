import assert from "node:assert/strict";
import test from "node:test";
import { gradientColor, largestSlope, slopeColor, slopeText, surfacesOf } from "../../static/js/flipmath.js";
import {
  alongFigure,
  errorText,
  fails,
  fourDigits,
  heldMarks,
  hPlace,
  hText,
  hTrack,
  judged,
  ringRadius,
  veeFigure,
} from "../../static/js/heldmath.js";
import { placeOf } from "../../static/js/ratelimit.js";

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
  const checks = { loss: 1, data: { parameters: { W1: [[1e-10, 0.5]], b1: [1e-9] } } };
  assert.deepEqual(
    judged(checks, () => [[0.1, 0.2]]),
    { count: 3, failed: 1 },
  );
});

test("numbers as the panel says them", () => {
  assert.deepEqual([0.5, 1, 1e-5, 1e-14, 3.16e-7].map(hText), ["0.5", "1", "10⁻⁵", "10⁻¹⁴", "3.2·10⁻⁷"]);
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
  const { left, width } = hTrack(240, 11);
  assert.equal(left + 5.5, hPlace(-14, 240));
  assert.equal(left + width - 5.5, hPlace(0, 240));
});

test("figures are made of finite numbers, whatever is lost", () => {
  for (const data of [
    probe(),
    probe({ h: 1e-12, loss_above: null, secant: null, relative_error: null }),
    probe({ gradient: null }),
  ])
    for (const svg of [alongFigure({ data, before: probe({ h: 1 }) }, 240), veeFigure(data, 240)]) {
      assert.ok(svg.length > 100);
      assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
    }
});

test("what is held is drawn as three widths, and marks what it can reach", () => {
  const unit = (x, y) => ({ x, y, s: 50 });
  const layout = {
    fine: true,
    gap: 11,
    gauge: 4.5,
    radius: 9,
    outputRadius: 11,
    units: [[unit(0, 0)], [unit(200, 0), unit(200, 80)], [unit(400, 0)]],
    loss: { x: 500, y: 0, r: 27 },
  };
  const route = { x1: 30, y1: 0, cx1: 80, cy1: 0, cx2: 120, cy2: 80, x2: 170, y2: 80 };
  const scene = {
    layout,
    edges: [null, [{ from: 0, to: 1, d: "M0 0", route }], []],
    records: {
      layers: 2,
      leaves: ["x", "a1"],
      measures: [null, { weight: 1, activation: 1 }, { weight: 1, activation: 1 }],
      parameters: { W1: [[0.2, 0.3]] },
    },
  };
  const run = (a, p, L) => ({ a1: [0.1, a], outputs: [p], L });
  const held = {
    selection: { layer: 1, from: 0, to: 1 },
    h: 0.5,
    data: { ...probe({ weight: 0.3 }), spotlight: { below: run(0.2, 0.4, 0.5), above: run(0.6, 0.7, 0.9) } },
  };
  const svg = heldMarks(scene, held);
  assert.equal(svg.match(/class="bench-bar"/g).length, 4);
  assert.equal(svg.match(/data-ref="a1\[1\]"/g).length, 2);
  assert.doesNotMatch(svg, /data-ref="a1\[0\]"/);
  assert.match(svg, /0\.300 ± 0\.5/);
  assert.match(svg, /\+ 0\.900/);
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
  assert.equal(placeOf(1e-5), 0);
  assert.ok(Math.abs(placeOf(10) - 1) < 1e-12);
  assert.ok(Math.abs(placeOf(0.1) - 4 / 6) < 1e-12);
  assert.equal(placeOf(11), null);
  assert.equal(placeOf(null), null);
  assert.equal(placeOf(1e-7), 0);
});
