import assert from "node:assert/strict";
import { test } from "node:test";
import { indexOf, labelOf, nextLayer, operations, planned } from "../../../static/js/run/operations.js";

const record = (name, kind, phase, layer, reads, multiplications = 0) => ({
  name,
  kind,
  phase,
  layer,
  reads,
  multiplications,
});
const step = {
  tape: [
    record("x", "input", "forward", 0, []),
    record("z1", "dense", "forward", 1, ["x", "W1", "b1"], 4),
    record("a1", "tanh", "forward", 1, ["z1"]),
    record("z2", "dense", "forward", 2, ["a1", "W2", "b2"], 2),
    record("L", "binary_cross_entropy", "loss", 2, ["z2", "y"]),
    record("dz2", "binary_cross_entropy", "backward", 2, ["L", "z2", "y"], 1),
    record("dW2", "dense", "backward", 2, ["dz2", "a1"], 2),
    record("db2", "dense", "backward", 2, ["dz2"]),
    record("da1", "dense", "backward", 1, ["dz2", "W2"], 2),
    record("dz1", "tanh", "backward", 1, ["da1", "a1"], 2),
    record("dW1", "dense", "backward", 1, ["dz1", "x"], 4),
    record("db1", "dense", "backward", 1, ["dz1"]),
    record("update", "sgd", "update", null, ["dW1", "db1", "dW2", "db2"], 9),
  ],
};

test("every record has a cell, and only W and b of one layer share one", () => {
  const ops = operations(step);
  assert.deepEqual(
    ops.flatMap((op) => op.names),
    step.tape.map((r) => r.name),
  );
  assert.deepEqual(ops[indexOf(ops, "db2")].names, ["dW2", "db2"]);
  assert.equal(ops.length, step.tape.length - 2);
});

test("a gradient reads what the forward pass recorded and goes on from the error behind it", () => {
  const ops = operations(step);
  const dW1 = ops[indexOf(ops, "dW1")];
  assert.deepEqual(dW1.reads, [indexOf(ops, "x")]);
  assert.deepEqual(dW1.from, [indexOf(ops, "dz1")]);
  assert.deepEqual(ops[indexOf(ops, "dz2")].from, []);
});

test("an unknown record has no cell", () => assert.equal(indexOf(operations(step), "d1"), -1));

test("labels are written as in the books", () => {
  assert.deepEqual(labelOf("dW12"), { base: "∂W", sup: "12" });
  assert.deepEqual(labelOf("dz2"), { base: "δ", sup: "2" });
  assert.deepEqual(labelOf("d1"), { base: "d", sup: "1" });
  assert.deepEqual(labelOf("dd1"), { base: "∂d", sup: "1" });
  assert.deepEqual(labelOf("dgamma1"), { base: "∂γ", sup: "1" });
  assert.deepEqual(labelOf("L"), { base: "L", sup: "" });
});

test("jumping by layers stops at the first cell of each", () => {
  const ops = operations(step);
  assert.equal(nextLayer(ops, 0, 1), 1);
  assert.equal(nextLayer(ops, 1, 1), 3);
  assert.equal(nextLayer(ops, 3, -1), 1);
  assert.equal(nextLayer(ops, 2, -1), 1);
  assert.equal(nextLayer(ops, ops.length - 1, 1), ops.length - 1);
  assert.equal(nextLayer(ops, 0, -1), 0);
});

test("the plan before the first step names the same cells as the recorded step", () => {
  const config = {
    hidden: [{ units: 2, activation: "tanh" }],
    dropout: 0,
    batch_norm: false,
    loss: "auto",
    output_activation: "auto",
    optimizer: "sgd",
  };
  const parameters = {
    W1: [
      [1, 2],
      [3, 4],
    ],
    b1: [0, 0],
    W2: [[1], [2]],
    b2: [0],
  };
  const plan = planned({ config, parameters });
  assert.deepEqual(
    plan.map((op) => op.names),
    operations(step).map((op) => op.names),
  );
  assert.deepEqual(
    plan.map((op) => op.multiplications),
    operations(step).map((op) => op.multiplications),
  );
});

test("the plan knows dropout, batch norm and a squashed output", () => {
  const config = {
    hidden: [{ units: 1, activation: "relu", dropout: 0.5, batch_norm: true }],
    dropout: 0,
    batch_norm: false,
    loss: "squared_error",
    output_activation: "sigmoid",
    optimizer: "adam",
  };
  const parameters = { W1: [[1]], b1: [0], gamma1: [1], beta1: [0], W2: [[1]], b2: [0] };
  const names = planned({ config, parameters }).flatMap((op) => op.names);
  assert.deepEqual(
    names,
    "x z1 n1 a1 d1 z2 a2 L da2 dz2 dW2 db2 dd1 da1 dn1 dgamma1 dbeta1 dz1 dW1 db1 update".split(" "),
  );
});
