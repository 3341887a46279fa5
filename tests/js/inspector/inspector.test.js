import assert from "node:assert/strict";
import { test } from "node:test";
import { inspectorContent } from "../../../static/js/inspector/inspector.js";
import { lastLayer, steps, viewOf } from "../golden.js";

/** Everything that can be selected in a step's network. */
function* selections(step) {
  for (let unit = 0; unit < step.parameters.W1.length; unit++) yield { kind: "unit", layer: 0, unit };
  for (let layer = 1; layer <= lastLayer(step); layer++)
    for (const unit of step.parameters[`b${layer}`].keys()) {
      yield { kind: "unit", layer, unit };
      yield { kind: "bias", layer, unit };
      for (const from of step.parameters[`W${layer}`].keys()) yield { kind: "weight", layer, from, to: unit };
    }
}

for (const name of Object.keys(steps))
  test(`whatever is selected, wherever the playhead stands, is sound markup: ${name}`, () => {
    for (const op of viewOf(name).ops)
      for (const selection of selections(steps[name])) {
        const { kind, html } = inspectorContent(viewOf(name, { operation: op.index, selection }));
        assert.ok(kind);
        assert.doesNotMatch(
          html,
          /undefined|\[object|Infinity|\s(?:d|x|y|cx|cy|width|height|viewBox)="[^"]*NaN|style=/,
          `${op.name} ${JSON.stringify(selection)}`,
        );
        const stack = [];
        for (const [, close, tag, self] of html.matchAll(/<(\/?)([a-z0-9]+)[^>]*?(\/?)>/gi)) {
          if (self || /^(br|wbr)$/.test(tag)) continue;
          if (close) assert.equal(stack.pop(), tag, html);
          else stack.push(tag);
        }
        assert.deepEqual(stack, []);
      }
  });

test("each factor of a weight stands on its record, with every digit in its title", () => {
  const view = viewOf("tanh and sigmoid, dropout", { selection: { kind: "weight", layer: 2, from: 1, to: 0 } });
  const { html } = inspectorContent({ ...view, operation: view.ops.findIndex((op) => op.name === "dW2") });
  for (const ref of ["dz2[0]", "d1[1]", "dW2[1][0]", "W2[1][0]", "dd2[0]", "d2[0]", "a2[0]"])
    assert.ok(html.includes(`data-ref="${ref}"`), ref);
  assert.ok(html.includes(String(view.spotlightValues.d1[1]).replace("-", "−")));
  assert.ok(html.includes("sample 0 alone"));
});

test("a weight not yet reached says so, and its value now", () => {
  const view = viewOf("tanh and sigmoid, dropout", {
    operation: 1,
    selection: { kind: "weight", layer: 2, from: 1, to: 0 },
  });
  const { html } = inspectorContent(view);
  assert.match(html, /not computed yet/);
  assert.match(html, /now/);
});

test("a number that is lost is shown as NaN, never as 0", () => {
  const view = viewOf("missing input", { selection: { kind: "weight", layer: 1, from: 1, to: 0 } });
  const { html } = inspectorContent({ ...view, operation: view.ops.length - 2 });
  assert.match(html, /class="value-link nan[^>]*>NaN</);
});

test("nothing selected shows nothing, but for the classes where softmax turns around", () => {
  assert.equal(inspectorContent(viewOf("tanh and sigmoid, dropout", { selection: null })).kind, "");
  const view = viewOf("relu and leaky, batch norm, softmax", { selection: null });
  const at = (name) => ({ ...view, operation: view.ops.findIndex((op) => op.name === name) });
  assert.equal(inspectorContent(at("dz3")).kind, "classes");
  assert.equal(inspectorContent(at("dW3")).kind, "");
});

test("at the update the selected weight shows its own step", () => {
  const view = viewOf("linear and step, two answers, clipped", {
    selection: { kind: "weight", layer: 1, from: 0, to: 0 },
  });
  const { kind, html } = inspectorContent({ ...view, progress: 0.1 });
  assert.equal(kind, "update");
  assert.match(html, /Clipped/);
});
