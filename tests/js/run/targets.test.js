import assert from "node:assert/strict";
import { test } from "node:test";
import { realText } from "../../../static/js/format/numbers.js";
import { sampleLossHtml } from "../../../static/js/inspector/sampleloss.js";
import { targetScale } from "../../../static/js/plane/field.js";
import { fieldText } from "../../../static/js/plane/planetext.js";
import { isTargetScaled, realNumber, scaledNumber, scaledTarget } from "../../../static/js/run/targets.js";
import { stepValues, valueText } from "../../../static/js/run/values.js";
import { viewOf } from "../golden.js";

const scaled = { scaling: "standard", offset: [150_000, 10], scale: [20_000, 2] };
const samples = {
  task: "regression",
  columns: ["size", "rooms"],
  classes: [],
  targets: [
    [130_000, 12],
    [190_000, 10],
  ],
  train: 2,
  target_scaling: scaled,
};

test("a target is scaled for the network and back for its reader", () => {
  assert.deepEqual(scaledTarget(samples, 0), [-1, 1]);
  assert.equal(scaledTarget(samples, -1), null);
  assert.equal(scaledTarget(null, 0), null);
  assert.equal(scaledNumber(samples, 170_000), 1);
  assert.equal(realNumber(samples, 1), 170_000);
  assert.equal(realNumber(samples, -0.5, 1), 9);
});

test("without a scaling every number stays as it is", () => {
  for (const target_scaling of [{ scaling: "none", offset: [0], scale: [1] }, undefined]) {
    const plain = { ...samples, target_scaling };
    assert.ok(!isTargetScaled(plain));
    assert.equal(scaledTarget(plain, 1), plain.targets[1]);
    assert.equal(realNumber(plain, 0.3), 0.3);
    assert.equal(scaledNumber(plain, 7), 7);
  }
});

test("hues and contour lines are in the units of the outputs", () => {
  const { centre, half } = targetScale(samples);
  assert.deepEqual([centre, half], [0, 2]);
});

test("the plane tells an answer in the target's own units", () => {
  const plane = { field: true, names: ["size", "rooms"], x: [], y: [], extent: [0, 1, 0, 1] };
  const grid = Buffer.from([0, 255, 0, 255]).toString("base64");
  const evaluation = { step: 7, surfaces: { layers: [{ lo: -1, hi: 1, units: [grid] }] } };
  assert.match(fieldText(samples, plane, evaluation, 1, 0.5), /^ŷ ≈ 170\u202f000\n/);
});

test("the sample's loss and an output's tooltip say both units", () => {
  const view = viewOf("linear and step, two answers, clipped");
  const own = { ...view.samples, task: "regression", target_scaling: scaled };
  assert.doesNotMatch(sampleLossHtml(view), /scaled units/);
  assert.match(
    sampleLossHtml({ ...view, samples: own }),
    /in scaled units; in the target's own \d+\u202f\d{3} and \d+\u202f\d{3}</,
  );
  const [y] = view.spotlightValues.outputs;
  const text = valueText(stepValues({ ...view, samples: own }), { ...view, samples: own }, "outputs[0]");
  assert.ok(text.endsWith(`, in the target's own units ${String(y * 20_000 + 150_000)}`), text);
  assert.doesNotMatch(valueText(stepValues(view), view, "outputs[0]"), /own units/);
});

test("large numbers of a reader's own are written whole", () => {
  assert.deepEqual([151_240.4, -2_000_000, 12.345, 999.4].map(realText), [
    "151\u202f240",
    "−2\u202f000\u202f000",
    "12.35",
    "999",
  ]);
});
