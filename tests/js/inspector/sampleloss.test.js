import assert from "node:assert/strict";
import { test } from "node:test";
import { targetOf } from "../../../static/js/inspector/chainrule.js";
import { lossOfSample, sampleLossHtml } from "../../../static/js/inspector/sampleloss.js";
import { lastLayer, near, viewOf } from "../golden.js";

const LINEAR_OUTPUTS = [
  "tanh and sigmoid, dropout", // binary cross-entropy
  "relu and leaky, batch norm, softmax", // cross-entropy of several classes
  "linear and step, two answers, clipped", // squared error
];

for (const name of LINEAR_OUTPUTS) {
  const view = viewOf(name);
  const { step, spotlightValues: values } = view;
  const found = lossOfSample(view);

  test(`the curve passes through the recorded loss: ${name}`, () => {
    assert.ok(near(found.loss, values.L), `${found.loss} and ${values.L}`);
    assert.ok(near(found.curve(found.at), values.L));
  });

  test(`the tangent's slope is the curve's derivative there: ${name}`, () => {
    const h = 1e-5;
    const derivative = (found.curve(found.at + h) - found.curve(found.at - h)) / (2 * h);
    assert.ok(near(found.slope, derivative, 1e-7), `${found.slope} and ${derivative}`);
  });

  test(`and it is the recorded error at the output: ${name}`, () => {
    const unit = view.ops.some(({ kind }) => kind === "softmax_cross_entropy") ? targetOf(view).indexOf(1) : 0;
    assert.ok(near(found.slope, values[`dz${lastLayer(step)}`][unit]));
  });
}

test("before the forward pass has reached the loss there is nothing to draw", () => {
  const early = { ...viewOf(LINEAR_OUTPUTS[0]), operation: 1 };
  assert.equal(lossOfSample(early), null);
  assert.match(sampleLossHtml(early), /once the forward pass has reached/);
});

test("an infinite loss has no curve, and the words say so", () => {
  const view = viewOf("overflow");
  assert.equal(lossOfSample(view), null);
  assert.match(sampleLossHtml(view), /is not a finite number/);
});
