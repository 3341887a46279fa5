import assert from "node:assert/strict";
import test from "node:test";
import { diagnose } from "../../../static/js/instruments/diagnosis.js";

const catalog = { patch: ["learning_rate", "dropout", "batch_size", "momentum", "l1", "l2", "clip_norm"] };
const hidden = (n, activation, units = 8) => Array.from({ length: n }, () => ({ units, activation }));
const setup = (more = {}) => ({
  hidden: hidden(2, "tanh"),
  initializer: "glorot_uniform",
  initializer_scale: 1,
  batch_norm: false,
  optimizer: "sgd",
  learning_rate: 0.3,
  clip_norm: null,
  dropout: 0,
  l2: 0,
  scaling: "none",
  seed: 0,
  ...more,
});
const layer = (k, more = {}) => ({
  layer: k,
  status: "healthy",
  norm: 0.1,
  units: 8,
  dead: 0,
  dead_at_start: 0,
  saturated: 0,
  flat: false,
  ...more,
});
const judged = (status, layers, more = {}) => ({
  step: 10,
  train_loss: 0.3,
  test_loss: 0.3,
  train_accuracy: 0.9,
  stopped: null,
  health: { status, slope: 0.1, layers },
  ...more,
});
const helps = (found) => found.remedies.map((help) => help.fields);

test("what is healthy is not spoken of", () => {
  const well = judged("healthy", [layer(1), layer(2), layer(3)]);
  assert.equal(diagnose(well, setup(), catalog), null);
  assert.equal(diagnose(null, setup(), catalog), null);
  assert.equal(diagnose({ ...judged("exploding", [layer(1)]), stopped: "not_finite" }, setup(), catalog), null);
});

test("sigmoid layers that fade are told why, and not to raise the rate", () => {
  const start = judged(
    "vanishing",
    [1, 2, 3, 4].map((k) => layer(k)),
    { step: 0 },
  );
  start.health.slope = 0.65;
  const found = diagnose(start, setup({ hidden: hidden(3, "sigmoid") }), catalog);
  assert.match(found.words, /leaves 1\/4\.5 of the gradient/);
  assert.deepEqual(helps(found)[0].hidden, hidden(3, "relu"));
  assert.ok(found.remedies.every((help) => help.restarts && !("learning_rate" in help.fields)));
  const later = judged("vanishing", [layer(1, { status: "vanishing", norm: 1e-5 }), layer(2), layer(3)]);
  assert.match(
    diagnose(later, setup({ hidden: hidden(2, "sigmoid") }), catalog).words,
    /^Layer 1 is told 1\/10.000 of what/,
  );
});

test("a loss that has left the ground asks for what can be changed at once", () => {
  const found = diagnose(
    judged(
      "exploding",
      [1, 2, 3].map((k) => layer(k, { status: "exploding" })),
      { train_loss: 4e7 },
    ),
    setup(),
    catalog,
  );
  assert.match(found.words, /4\.0·10⁷/);
  assert.deepEqual(helps(found).slice(0, 2), [{ clip_norm: 1 }, { learning_rate: 0.03 }]);
  assert.deepEqual(
    found.remedies.slice(0, 2).map((help) => help.restarts),
    [false, false],
  );
});

test("dead units are prevented, not cured: the slower run begins again", () => {
  const sick = judged("dead", [layer(1), layer(2, { status: "dead", dead: 7 }), layer(3, { units: 1 })]);
  const found = diagnose(sick, setup({ hidden: hidden(2, "relu"), learning_rate: 3 }), catalog);
  assert.match(found.words, /^7 of 8 units of layer 2 answer 0/);
  assert.deepEqual(helps(found)[0], { learning_rate: 0.3 });
  assert.ok(found.remedies.every((help) => help.restarts));
});

test("a step that is flat everywhere is named as such", () => {
  const found = diagnose(
    judged("no_gradient", [layer(1, { status: "no_gradient", flat: true }), layer(2)]),
    setup({ hidden: hidden(1, "step") }),
    catalog,
  );
  assert.match(found.words, /slope is 0 everywhere/);
  assert.deepEqual(helps(found)[0], { hidden: hidden(1, "tanh") });
});

test("saturated by raw columns: scale them", () => {
  const found = diagnose(
    judged("saturated", [layer(1, { status: "saturated", saturated: 8 }), layer(2)]),
    setup(),
    catalog,
  );
  assert.deepEqual(helps(found)[0], { scaling: "standard" });
});

test("only a limit that is exact is spoken of", () => {
  const well = judged("healthy", [layer(1)]);
  const over = { limit: 0.5, over: 2, exact: true };
  assert.deepEqual(helps(diagnose(well, setup({ hidden: [] }), catalog, over)), [{ learning_rate: 0.25 }]);
  assert.equal(diagnose(well, setup(), catalog, { ...over, exact: false }), null);
  assert.equal(diagnose(well, setup({ hidden: [] }), catalog, { ...over, over: 0.99 }), null);
});

test("what is known by heart", () => {
  const heart = judged("healthy", [layer(1), layer(2)], { train_loss: 0.002, test_loss: 4.99 });
  assert.deepEqual(helps(diagnose(heart, setup(), catalog)), [{ dropout: 0.5 }, { l2: 0.01 }]);
  assert.equal(diagnose({ ...heart, train_accuracy: null }, setup(), catalog), null);
  assert.equal(diagnose({ ...heart, test_loss: null }, setup(), catalog), null);
});

test("at a dropout of 1 nothing is ill and nothing is learned", () => {
  const still = judged(
    "healthy",
    [1, 2, 3].map((k) => layer(k, { norm: 0 })),
  );
  const found = diagnose(still, setup({ dropout: 1 }), catalog);
  assert.equal(found.status, "silent");
  assert.match(found.words, /exactly 0/);
  assert.deepEqual(
    found.remedies.map(({ fields, restarts: anew }) => [fields, anew]),
    [
      [{ dropout: 0.5 }, false],
      [{ dropout: 0 }, false],
    ],
  );
  assert.equal(diagnose(still, setup({ dropout: 1, hidden: [] }), catalog), null);
  assert.equal(diagnose(judged("healthy", [layer(1), layer(2)]), setup({ dropout: 1 }), catalog), null);
});
