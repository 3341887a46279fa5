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

test("vanishing through sigmoid layers is explained, and not to raise the rate", () => {
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
    /^Layer 1 receives 1\/10.000 of the gradient/,
  );
});

test("a loss that diverges asks for what can be changed at once", () => {
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
  assert.deepEqual(helps(found).slice(0, 2), [{ learning_rate: 0.03 }, { clip_norm: 0.1 }]);
  assert.deepEqual(
    found.remedies.slice(0, 2).map((help) => help.restarts),
    [false, false],
  );
});

test("dead units are prevented, not cured: the slower run begins again", () => {
  const sick = judged("dead", [layer(1), layer(2, { status: "dead", dead: 7 }), layer(3, { units: 1 })]);
  const found = diagnose(sick, setup({ hidden: hidden(2, "relu"), learning_rate: 3 }), catalog);
  assert.match(
    found.words,
    /^7 of 8 units of layer 2 are dead: .* They come back only if an earlier layer moves their sums\.$/,
  );
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

test("overfitting is named", () => {
  const overfitted = judged("healthy", [layer(1), layer(2)], { train_loss: 0.002, test_loss: 4.99 });
  assert.deepEqual(helps(diagnose(overfitted, setup(), catalog)), [{ dropout: 0.5 }, { l2: 0.01 }]);
  assert.equal(diagnose({ ...overfitted, train_accuracy: null }, setup(), catalog), null);
  assert.equal(diagnose({ ...overfitted, test_loss: null }, setup(), catalog), null);
});

const NO_GRADIENT = { status: "no_gradient", norm: 0 };

test("at a dropout of 1 every gradient is named as 0, with its cause", () => {
  const still = judged(
    "no_gradient",
    [1, 2, 3].map((k) => layer(k, NO_GRADIENT)),
  );
  const found = diagnose(still, setup({ dropout: 1 }), catalog);
  assert.equal(found.status, "no_gradient");
  assert.match(
    found.words,
    /^No gradient: every entry of ∂W¹, ∂W² and ∂W³ is 0, because a dropout of 1 leaves every unit out\.$/,
  );
  const one = setup({ hidden: [{ units: 8, activation: "tanh", dropout: 1 }, ...hidden(1, "tanh")] });
  const partly = diagnose(judged("no_gradient", [layer(1, NO_GRADIENT), layer(2), layer(3)]), one, catalog);
  assert.match(partly.words, /leaves every unit out of a layer\.$/);
  assert.doesNotMatch(partly.more, /Only the output/);
  assert.deepEqual(
    found.remedies.map(({ fields, restarts: anew }) => [fields, anew]),
    [
      [{ dropout: 0.5 }, false],
      [{ dropout: 0 }, false],
    ],
  );
});

test("weights that are all 0 are named as the cause, and other weights are the remedy", () => {
  const still = judged("no_gradient", [layer(1, NO_GRADIENT), layer(2, NO_GRADIENT)], { step: 0 });
  const found = diagnose(still, setup({ initializer: "zeros", hidden: hidden(1, "tanh") }), catalog);
  assert.match(found.words, /every entry of ∂W¹ and ∂W² is 0, because all weights are 0/);
  assert.deepEqual(helps(found), [{ initializer: "glorot_uniform", initializer_scale: 1 }]);
});

const NOTE = { kind: "batch_of_one", batch_size: 16, train: 65, train_loss: 0.441, batch_statistics_loss: 0.176 };

test("a batch of one under batch norm is told with where it comes from and what it costs", () => {
  const found = diagnose(
    judged("healthy", [layer(1), layer(2)], { notes: [NOTE] }),
    setup({ batch_norm: true }),
    catalog,
  );
  assert.equal(found.status, "batch_of_one");
  assert.match(found.words, /^A batch of one under batch norm \(65 samples, batches of 16\)/);
  assert.match(found.words, /0\.441 with running averages, 0\.176 with the whole set/);
  assert.deepEqual(helps(found), [{ batch_size: 17 }, { batch_norm: false }]);
  const stopped = judged("no_gradient", [layer(1, NO_GRADIENT), layer(2)], { notes: [{ ...NOTE, batch_size: 1 }] });
  const single = diagnose(stopped, setup({ batch_norm: true }), catalog);
  assert.match(single.words, /^No gradient: every entry of ∂W¹ is 0 where .*\(a step of a single sample\)/);
  assert.deepEqual(helps(single)[0], { batch_size: 16 });
});

const guessed = (more = {}) => {
  const found = judged("healthy", [layer(1), layer(2)], { train_loss: 0.6932, ...more });
  Object.assign(found.health, { learning: "guessing", constant_loss: Math.LN2 });
  return found;
};
const samples = { task: "binary", train: 2, targets: [[0], [1], [1]], extent: [0, 1, 0, 1] };

test("guessing is told with the loss of the best constant prediction", () => {
  const found = diagnose(guessed(), setup(), catalog, null, { epoch: 3.5, samples });
  assert.equal(
    found.words,
    "Guessing: after three epochs the training loss 0.6932 is no better than always answering 50 % (0.6931).".replace(
      "three",
      "3",
    ),
  );
  assert.match(diagnose(guessed({ train_loss: 0.68 }), setup(), catalog).words, /0\.6800 is hardly better than/);
});

test("where it guesses for what is in the data, that is named first", () => {
  const prices = {
    ...samples,
    task: "regression",
    targets: [[90e3], [120e3], [150e3]],
    values: [[0], [1], [2]],
    features: ["size"],
  };
  const found = diagnose(guessed(), setup(), catalog, null, { epoch: 3, samples: prices });
  assert.match(found.words, /^Guessing: the target is not scaled; gradients as large as its numbers \(about 122.474\)/);
  assert.deepEqual(helps(found)[0], { target_scaling: "standard" });
  const saturated = judged("saturated", [layer(1, { status: "saturated", saturated: 8 }), layer(2)]);
  assert.match(
    diagnose(saturated, setup(), catalog, null, { epoch: 3, samples: prices }).words,
    /^The target is not scaled/,
  );
  const scaled = { ...prices, target_scaling: { scaling: "standard", offset: [120e3], scale: [25e3] } };
  assert.match(diagnose(guessed(), setup(), catalog, null, { epoch: 3, samples: scaled }).words, /training loss/);
  const far = { ...samples, values: [[0.1], [17.2], [0.2]], features: ["income"] };
  const told = (config) => diagnose(guessed(), setup(config), catalog, null, { epoch: 3, samples: far });
  assert.match(told({ scaling: "standard" }).words, /^Guessing: income of sample 1 lies 17 standard deviations/);
  assert.deepEqual(helps(told({ scaling: "standard" }))[0], { scaling: "clip" });
  assert.match(told({ scaling: "clip" }).words, /training loss/);
});

test("guessing is said beside what else is wrong", () => {
  const both = guessed();
  both.health.status = "no_gradient";
  both.health.layers = [layer(1, NO_GRADIENT), layer(2)];
  const { words, status } = diagnose(both, setup(), catalog, null, { epoch: 1, samples });
  assert.equal(status, "no_gradient");
  assert.match(words, /^No gradient: every .* Loss 0\.6932; always answering 50 % costs 0\.6931\.$/);
});

test("dead units of the first layer never come back, unless something but the gradient moves their sums", () => {
  const sick = judged("dead", [layer(1, { status: "dead", dead: 8 }), layer(2)]);
  const relu = setup({ hidden: hidden(1, "relu") });
  assert.match(diagnose(sick, relu, catalog).words, /their own weights get no gradient\..*they never come back\.$/);
  for (const [more, moves] of [
    [{ l2: 0.01 }, "the penalty"],
    [{ optimizer: "adam" }, "the optimizer’s momentum"],
    [{ l1: 0.1, optimizer: "momentum", batch_norm: true }, "the penalty, the optimizer’s momentum or batch norm"],
  ])
    assert.match(
      diagnose(sick, { ...relu, ...more }, catalog).words,
      new RegExp(`They come back only if ${moves} moves their sums\\.$`),
    );
  assert.match(diagnose(sick, { ...relu, optimizer: "rmsprop" }, catalog).words, /they never come back\.$/);
});

test("a loss that diverges is offered no cure that its own experiment refutes", () => {
  const found = diagnose(
    judged(
      "exploding",
      [1, 2].map((k) => layer(k, { status: "exploding" })),
      { train_loss: 4e7 },
    ),
    setup(),
    catalog,
  );
  assert.ok(found.remedies.every(({ fields }) => !("batch_norm" in fields) && fields.clip_norm !== 1));
});
