import assert from "node:assert/strict";
import { test } from "node:test";
import { rateOffer } from "../../../static/js/session/sensiblerate.js";

test("a rate far from what suits the optimizer is answered with one that suits it", () => {
  const offer = rateOffer({ optimizer: "adam", learning_rate: 0.3 });
  assert.equal(offer.bold, "A sensible learning rate for Adam is 0.01.");
  assert.equal(offer.text, "Now it is 0.3.");
  assert.deepEqual(offer.act, { label: "Use 0.01", fields: { learning_rate: 0.01 }, live: true });
  assert.equal(rateOffer({ optimizer: "sgd", learning_rate: 0.003 }).act.fields.learning_rate, 0.3);
});

test("a rate within three times of it is left alone, and so is an optimizer without one", () => {
  for (const learning_rate of [0.0034, 0.01, 0.029])
    assert.equal(rateOffer({ optimizer: "adam", learning_rate }), null);
  for (const learning_rate of [0.01 / 3, 0.03]) assert.ok(rateOffer({ optimizer: "adam", learning_rate }));
  assert.equal(rateOffer({ optimizer: "unknown", learning_rate: 100 }), null);
});

test("the offered rate is itself not answered with an offer", () => {
  for (const optimizer of ["sgd", "momentum", "nesterov", "rmsprop", "adam"]) {
    const { act } = rateOffer({ optimizer, learning_rate: 10 });
    assert.equal(rateOffer({ optimizer, ...act.fields }), null, optimizer);
  }
});
