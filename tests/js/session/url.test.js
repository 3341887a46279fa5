import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromQuery, toQuery } from "../../../static/js/session/url.js";

/** Addresses as Python reads them too: `tests/runs/test_address.py`. */
const addresses = JSON.parse(readFileSync(new URL("../../golden/addresses.json", import.meta.url), "utf8"));

const defaults = {
  dataset: "circles",
  noise: 0.1,
  features: ["x1", "x2"],
  hidden: [
    { units: 6, activation: "tanh", dropout: null, batch_norm: null },
    { units: 4, activation: "tanh", dropout: null, batch_norm: null },
  ],
  batch_norm: false,
  learning_rate: 0.3,
  clip_norm: null,
  seed: 0,
  parameters: null,
};
const there = (config, step, changes) => toQuery({ config: { ...defaults, ...config }, step, changes }, defaults);

test("defaults leave the address alone", () => assert.equal(there({}), ""));

test("a setup reads as one would say it", () => {
  const hidden = [
    { units: 8, activation: "relu" },
    { units: 8, activation: "leaky_relu" },
  ];
  assert.equal(
    there({ dataset: "spirals", hidden, learning_rate: 0.02 }),
    "?dataset=spirals&hidden=8relu,8leaky_relu&learning_rate=0.02",
  );
});

test("there and back is the same setup, step and changes", () => {
  const config = {
    dataset: "moons",
    features: ["x1", "x1^2", "x1*x2", "sin(x1)"],
    hidden: [
      { units: 3, activation: "relu", dropout: 0.5, batch_norm: true },
      { units: 2, activation: "elu", batch_norm: false },
      { units: 1, activation: "step", dropout: 0 },
    ],
    batch_norm: true,
    learning_rate: 1e-5,
    clip_norm: 0.1,
    seed: 12,
  };
  const changes = [
    { step: 10, name: "dropout", value: 1 },
    { step: 20, name: "clip_norm", value: null },
  ];
  const address = fromQuery(there(config, 367, changes), defaults);
  assert.deepEqual(address, { config, step: 367, changes, run: null, page: [], errors: [] });
});

test("no hidden layers can be said", () => {
  assert.deepEqual(fromQuery(there({ hidden: [] }), defaults).config, { hidden: [] });
});

test("nonsense is named and left out", () => {
  const { config, step, errors } = fromQuery(
    "?learning_rate=fast&hidden=tanh6&step=-3&noise=0.2&utm=1&change=3",
    defaults,
  );
  assert.deepEqual(config, { noise: 0.2 });
  assert.equal(step, 0);
  assert.deepEqual(errors, ["learning_rate=fast", "hidden=tanh6", "step=-3", "change=3"]);
});

test("names that the page does not know are named, but for what others hang onto links", () => {
  const read = (query) => fromQuery(query, defaults).errors;
  assert.deepEqual(read("?lr=0.1&config={"), ["lr=0.1", "config={"]);
  assert.deepEqual(read("?seeed"), ["seeed"]);
  assert.deepEqual(read("?utm_source=a&fbclid=b&lesson=dying&from=story"), []);
  assert.deepEqual(read("?features="), ["features"]);
});

test("a table in place is too long for an address", () => {
  assert.equal(there({ dataset: { inputs: [[1]], targets: [0], task: "binary" } }), "");
});

test("an own table stands by its name, and its columns may be called anything", () => {
  const features = ["height, cm", "back\\slash", "sex=f", "x<y & z"];
  const query = there({ dataset: "table-1mHqPnab2RB9Vqm7xmd2IA", features });
  assert.deepEqual(fromQuery(query, defaults).config, { dataset: "table-1mHqPnab2RB9Vqm7xmd2IA", features });
});

test("what an address says of the page is kept as it is, whatever becomes of the run", () => {
  const query = "?seed=3&hide=dropout,controls&task=50%25%20%26%20more&goal=test_accuracy%3E=0.95,step%3C=500";
  const { page, config, errors } = fromQuery(query, defaults);
  assert.deepEqual(page, [
    ["hide", "dropout,controls"],
    ["task", "50% & more"],
    ["goal", "test_accuracy>=0.95,step<=500"],
  ]);
  assert.deepEqual(errors, []);
  assert.equal(toQuery({ config: { ...defaults, ...config }, page }, defaults), query);
});

test("an address is read as Python reads it", () => {
  const every = { ...defaults, l2: 0 };
  for (const { query, config, step = 0, changes = [], run = null, errors = [] } of addresses)
    assert.deepEqual(fromQuery(query, every), { config, step, changes, run, page: [], errors }, query);
});
