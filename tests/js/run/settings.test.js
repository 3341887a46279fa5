import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allowed,
  changeWords,
  differences,
  isUploadedTable,
  positionOf,
  setupWords,
  stepsToEpoch,
  textOf,
  typed,
  valueAt,
} from "../../../static/js/run/settings.js";

const rate = { scale: "log", low: -5, high: 1, step: 0.01 };
const limits = { type: "number", min: 0, max: 1000 };

test("a learning rate and its place on the slider", () => {
  assert.equal(valueAt(rate, -1), 0.1);
  assert.equal(valueAt(rate, 1), 10);
  assert.ok(Math.abs(positionOf(rate, 0.3) + 0.5229) < 1e-3);
  assert.equal(positionOf(rate, 0), -5);
  assert.equal(positionOf(rate, 1000), 1);
});

test("penalties have their zero at the left end", () => {
  const penalty = { scale: "log0", low: -6, high: 0, step: 0.05 };
  assert.equal(valueAt(penalty, -6), 0);
  assert.equal(valueAt(penalty, -3), 0.001);
});

test("what may be typed", () => {
  assert.deepEqual(typed("learning_rate", "0", limits), { value: 0 });
  assert.deepEqual(typed("learning_rate", "1000", limits), { value: 1000 });
  assert.deepEqual(typed("learning_rate", "0,02", limits), { value: 0.02 });
  assert.deepEqual(typed("learning_rate", "1e-3", limits), { value: 0.001 });
  assert.deepEqual(typed("learning_rate", "10⁻⁵", limits), { value: 1e-5 });
  assert.deepEqual(typed("learning_rate", "10", limits), { value: 10 });
  assert.deepEqual(typed("clip_norm", "off", { ...limits, nullable: true }), { value: null });
});

test("nonsense is answered with what is allowed", () => {
  for (const text of ["fast", "", "-1", "1001", "NaN", "1/0", "∞"])
    assert.equal(typed("learning_rate", text, limits).error, "Learning rate: a number from 0 to 1000.");
  assert.match(typed("seed", "1.5", { type: "integer", min: 0, max: 9 }).error, /whole number from 0 to 9/);
  assert.match(typed("beta1", "1", { type: "number", min: 0, below: 1 }).error, /from 0 to below 1/);
});

test("values are written short", () => {
  assert.equal(textOf("learning_rate", 0.3), "0.30");
  assert.equal(textOf("learning_rate", 1), "1.00");
  assert.equal(textOf("dropout", 0), "0.00");
  assert.equal(textOf("batch_size", 16), "16");
  assert.equal(textOf("clip_norm", null), "off");
  assert.equal(textOf("learning_rate", 0.00002), "2.0·10⁻⁵");
});

test("a collected change says what it does", () => {
  const hidden = [
    { units: 6, activation: "tanh" },
    { units: 4, activation: "tanh" },
  ];
  const config = { hidden, optimizer: "sgd", batch_norm: false };
  const pending = { hidden: [hidden[0], { units: 4, activation: "relu" }], optimizer: "adam", batch_norm: false };
  assert.deepEqual(differences(config, pending), ["hidden", "optimizer"]);
  assert.deepEqual(changeWords(config, pending), ["layer 2: 4 relu", "adam"]);
});

test("a setup fits in one line", () => {
  const config = {
    dataset: "circles",
    features: ["x1", "x2"],
    hidden: [{ units: 6, activation: "tanh" }],
    optimizer: "sgd",
    learning_rate: 0.3,
    dropout: 0.25,
  };
  assert.equal(setupWords(config), "circles, 2-6 tanh, sgd, η 0.30, p 0.25");
});

test("an epoch ends with its remainder", () => {
  assert.equal(stepsToEpoch(0, 201, 16), 13);
  assert.equal(stepsToEpoch(32 / 201, 201, 16), 11);
  assert.equal(stepsToEpoch(1, 201, 16), 13);
  assert.equal(stepsToEpoch(0, 1, 16), 1);
});

test("a link's values are held against the catalog", () => {
  const catalog = {
    limits: { layers: 2 },
    layer: {
      units: { type: "integer", min: 1, max: 16 },
      activation: { choices: ["tanh"] },
      dropout: { min: 0, max: 1 },
    },
    fields: { dataset: { type: "string" }, hidden: { type: "array" }, scaling: { choices: ["none"] } },
    datasets: [{ name: "circles" }],
  };
  const ok = (field, value) => allowed(value, catalog.fields[field], catalog);
  assert.ok(ok("dataset", "circles") && !ok("dataset", "squares"));
  assert.ok(ok("scaling", "none") && !ok("scaling", "some"));
  assert.ok(ok("hidden", [{ units: 6, activation: "tanh", dropout: null }]) && ok("hidden", []));
  assert.ok(
    !ok("hidden", [{ units: 99, activation: "tanh" }]) && !ok("hidden", [{ units: 6, activation: "tanh", dropout: 2 }]),
  );
});

test("an own table is known by its name, and told of as one", () => {
  const dataset = "table-1mHqPnab2RB9Vqm7xmd2IA";
  assert.ok(isUploadedTable(dataset));
  assert.ok(!isUploadedTable("circles") && !isUploadedTable({ inputs: [] }) && !isUploadedTable(undefined));
  const config = { dataset, features: ["a"], hidden: [], optimizer: "sgd", learning_rate: 0.3, dropout: 0 };
  assert.match(setupWords(config), /^own table, 1/);
});
