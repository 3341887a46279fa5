import assert from "node:assert/strict";
import test from "node:test";
import { constantAnswer, evidence, healthWords, networkWords } from "../../../static/js/run/health.js";

const layer = (more = {}) => ({ units: 8, dead: 0, saturated: 0, flat: false, status: "healthy", ...more });
const network = (status, ...hidden) => ({ status, layers: [...hidden.map(layer), layer({ units: 1 })] });
const words = (...of) => networkWords(...of).words;

test("a layer is named by what ails it, counted where there is something to count", () => {
  assert.equal(healthWords(layer()), "✓ healthy");
  assert.equal(healthWords(layer({ status: "dead", dead: 3 })), "◌ 3 of 8 dead");
  assert.equal(healthWords(layer({ status: "not_finite" })), "✕ not finite");
});

test("a network's units are counted over all hidden layers", () => {
  assert.deepEqual(networkWords(network("healthy", { dead: 1 }, {})), { words: "◌ 1 of 16 dead", ill: false });
  assert.deepEqual(networkWords(network("healthy", { dead: 3 }, { dead: 2 })), { words: "◌ 5 of 16 dead", ill: true });
});

test("what is graver than dead units is named in their place", () => {
  assert.equal(words(network("saturated", { dead: 7, saturated: 8 })), "◐ 8 of 8 saturated");
  assert.equal(words(network("exploding", { dead: 8 })), "▴ exploding");
  assert.equal(words(network("no_gradient", { flat: true })), "◌ 8 of 8 without a slope");
  assert.equal(words(network("no_gradient", { dead: 1 })), "○ no gradient");
});

test("only a network that is well, and was at its start, is called healthy", () => {
  assert.deepEqual(networkWords(network("healthy", {}), { status: "healthy" }), {
    words: "✓ healthy",
    ill: false,
    well: true,
  });
  assert.equal(words(network("healthy", {}), { status: "vanishing" }), "▾ vanishing at the start");
  assert.equal(words(network("healthy", {}), { status: "" }), "✓ healthy");
});

test("where the network only guesses, no layer is called healthy", () => {
  assert.equal(healthWords(layer(), true), "· has a gradient");
  assert.equal(healthWords(layer({ status: "no_gradient" }), true), "○ no gradient");
  const guesses = { ...network("healthy", {}), learning: "guessing" };
  assert.deepEqual(networkWords(guesses), { words: "≈ guessing", ill: true });
});

test("a verdict has its number beside it", () => {
  const of = (status, more) => evidence({ layer: 2, status, norm: 0.001, ...layer(more), ...{ status } }, { norm: 1 });
  assert.equal(of("no_gradient"), "every entry of ∂W² is 0");
  assert.match(of("no_gradient", { flat: true }), /slope of a step is 0 everywhere/);
  assert.equal(
    of("dead", { dead: 7, dead_at_start: 2 }),
    "7 of 8 units have slope 0 on every training sample, 2 of them from the start",
  );
  assert.match(of("vanishing"), /‖∂W²‖ = 0\.001 is 1\/1.000 of the output layer’s/);
  assert.equal(of("healthy"), "‖∂W²‖ = 0.001");
});

test("the best constant prediction is named by the task", () => {
  assert.equal(constantAnswer({ task: "binary", train: 4, targets: [[1], [1], [1], [0], [0]] }), "75 %");
  assert.equal(constantAnswer({ task: "regression", train: 1, targets: [[1]] }), "the mean of the targets");
  assert.equal(constantAnswer({ task: "multiclass", train: 1, targets: [[1, 0, 0]] }), "the classes’ shares");
});
