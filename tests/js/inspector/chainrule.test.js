import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ACTIVATIONS,
  biasChain,
  deltaChain,
  dropoutScale,
  letterOf,
  subscriptText,
  unitChain,
  updateOf,
  weightChain,
} from "../../../static/js/inspector/chainrule.js";
import { parseRef, rateOf, refOf } from "../../../static/js/run/records.js";
import { finite, lastLayer, near, steps, viewOf } from "../golden.js";

const product = (factors) => factors.reduce((p, f) => p * f.value, 1);

/** Every weight of a step: [layer, from, to]. */
function* weights(step) {
  for (let layer = 1; layer <= lastLayer(step); layer++)
    for (const [from, row] of step.parameters[`W${layer}`].entries())
      for (const to of row.keys()) yield { layer, from, to };
}

/** Every unit that has weights coming in. */
function* units(step) {
  for (let layer = 1; layer <= lastLayer(step); layer++)
    for (const unit of step.parameters[`b${layer}`].keys()) yield { layer, unit };
}

for (const name of finite) {
  const view = viewOf(name);
  const { step, spotlightValues } = view;

  test(`a weight's factors multiply out to the sample's gradient: ${name}`, () => {
    for (const at of weights(step)) {
      const chain = weightChain(view, at);
      assert.ok(near(product(chain.factors), chain.product.value), JSON.stringify(at));
      assert.equal(chain.product.value, spotlightValues[`dW${at.layer}`][at.from][at.to]);
    }
  });

  test(`the batch's terms add up to the recorded gradient: ${name}`, () => {
    for (const at of weights(step)) {
      const { batch } = weightChain(view, at);
      assert.equal(batch.n, step.batch.indices.length);
      assert.ok(near(batch.total, batch.recorded.value), JSON.stringify(at));
    }
    for (const at of units(step)) {
      const { batch } = biasChain(view, at);
      assert.ok(near(batch.total, batch.recorded.value));
    }
  });

  test(`δ is what arrives times dropout, slope and batch norm, or answer − truth: ${name}`, () => {
    for (const { layer, unit } of units(step)) {
      const { result, factors, difference, norm, error } = deltaChain(view, layer, unit);
      if (norm) {
        assert.ok(near(product(factors), error.value), `dn${layer}[${unit}]`);
        assert.ok(near(error.value * norm.value, result.value), `batch norm, dz${layer}[${unit}]`);
      } else if (factors.length) assert.ok(near(product(factors), result.value), `dz${layer}[${unit}]`);
      if (difference) {
        const first = factors[0] ?? result;
        assert.ok(near(difference[0].value - difference[1].value, first.value));
      }
    }
  });

  test(`a unit's sum and what comes back are the sums of their lines: ${name}`, () => {
    for (const at of units(step)) {
      const unit = unitChain(view, at);
      const sum = unit.incoming.reduce((s, e) => s + e.product, unit.bias.value);
      assert.ok(near(sum, unit.sum.value));
      if (unit.arrives)
        assert.ok(
          near(
            unit.outgoing.reduce((s, e) => s + e.product, 0),
            unit.arrives.value,
          ),
        );
    }
  });

  test(`the update's parts make the recorded change: ${name}`, () => {
    for (const { layer, from, to } of weights(step)) {
      const u = updateOf(view, refOf(`W${layer}`, from, to));
      assert.equal(u.before + u.change, u.after);
      if (u.kind === "sgd") assert.ok(near(-u.rate * u.clip * (u.gradient + u.pull), u.change));
    }
  });
}

test("a number that is not recorded yet is undefined, one that is not finite is null", () => {
  const view = viewOf("tanh and sigmoid, dropout");
  const early = { ...view, operation: view.ops.findIndex((op) => op.name === "dz2") };
  const chain = weightChain(early, { layer: 2, from: 0, to: 0 });
  assert.notEqual(chain.factors[0].value, undefined);
  assert.notEqual(chain.product.value, 0);
  assert.equal(chain.product.value, undefined);
  assert.equal(chain.batch, null);
  assert.equal(chain.update, null);
  const lost = weightChain(viewOf("missing input"), { layer: 1, from: 1, to: 0 });
  assert.equal(lost.product.value, null);
});

test("the dropout rate of a layer is read from its records", () => {
  const view = viewOf("elu and gelu, sigmoid answer, a mask for each sample");
  assert.equal(rateOf(view, 1), 0.5);
  const { mask } = view.step.tape.find((record) => record.name === "d1");
  for (const [unit, kept] of mask[0].entries()) assert.equal(dropoutScale(view, 1, unit), kept ? 2 : 0);
  assert.equal(dropoutScale(viewOf("everything dropped"), 1, 0), 0);
});

test("before the first step nothing is known but the parameters", () => {
  const { parameters } = steps["no hidden layer"];
  const view = { step: null, spotlightValues: null, ops: [], operation: 0, progress: 0, run: { parameters } };
  const chain = weightChain(view, { layer: 1, from: 0, to: 0 });
  assert.equal(chain.target.value, parameters.W1[0][0]);
  assert.ok(chain.factors.every((f) => f.value === undefined));
});

test("references name a record and its indices, and letters are those of the page", () => {
  assert.deepEqual(parseRef("dW2[3][1]"), { record: "dW2", indices: [3, 1] });
  assert.equal(refOf("a1", 2), "a1[2]");
  assert.deepEqual(letterOf("dz3"), { base: "δ", sup: "3" });
  assert.deepEqual(letterOf("dW2"), { base: "∂W", sup: "2" });
  assert.deepEqual(letterOf("dgamma1"), { base: "∂γ", sup: "1" });
  assert.deepEqual(letterOf("d1"), { base: "d", sup: "1" });
  assert.deepEqual(letterOf("W1"), { base: "w", sup: "1" });
  assert.equal(subscriptText(4, 3), "54");
  assert.equal(subscriptText(9, 3), "10,4");
});

test("every activation's slope is that of its curve", () => {
  for (const [name, { value, slope }] of Object.entries(ACTIVATIONS))
    for (const z of [-2.3, -0.4, 0.3, 1.7]) {
      const h = 1e-5;
      const measured = (value(z + h) - value(z - h)) / (2 * h);
      assert.ok(near(slope(z, value(z)), measured, 1e-8), `${name} at ${z}`);
    }
});
