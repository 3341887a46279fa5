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
import { errorFigure, lossFigure } from "../../../static/js/instruments/checkmarks.js";
import { weightCheck } from "./weightcheck.js";

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
    "not finite",
  ]);
  assert.deepEqual([0.117, 4e-9, null].map(errorText), ["11.7 %", "4.0·10⁻⁹", "not finite"]);
});

test("the slider lies over the axis of h", () => {
  const { left, width } = stepTrack(240, 11);
  assert.equal(left + 5.5, stepPosition(-14, 240));
  assert.equal(left + width - 5.5, stepPosition(0, 240));
});

const box = { width: 240, height: 178, letter: "w" };

test("the last secant lingers pale, and turns into the new one", () => {
  const [old, data] = [weightCheck({ h: 1, loss_below: 0.3, loss_above: 0.9, secant: 0.3 }), weightCheck()];
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
});

test("figures are made of finite numbers, whatever is lost", () => {
  for (const data of [
    weightCheck(),
    weightCheck({ h: 1e-12, loss_above: null, secant: null, relative_error: null }),
    weightCheck({ gradient: null }),
  ])
    for (const svg of [
      lossFigure({ data, before: weightCheck({ h: 1 }) }, interpolateRuns(weightCheck({ h: 1 }), data, 0.5), box),
      errorFigure(data, 240),
    ]) {
      assert.ok(svg.length > 100);
      assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
    }
});
