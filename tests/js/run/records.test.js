import assert from "node:assert/strict";
import { test } from "node:test";
import { isComputed, refName, refTitle } from "../../../static/js/run/records.js";
import { viewOf } from "../golden.js";

test("a mark's name gives record, layer, units from 1 and the step", () => {
  assert.equal(refName("dW2", [3, 1], 17), "dW2[3][1] · layer 2 · from unit 4 to unit 2 · step 17");
  assert.equal(refName("W1", [0, 2], 17), "W1[0][2] · layer 1 · from input 1 to unit 3 · step 17");
  assert.equal(refName("a1", [2], 17), "a1[2] · layer 1 · unit 3 · step 17");
  assert.equal(refName("dz2", [7, 3], 17), "dz2[7][3] · layer 2 · row 8 of the batch, unit 4 · step 17");
  assert.equal(refName("x", [1], 17), "x[1] · number 2 · step 17");
  assert.equal(refName("L", [], { step: 1700 }), "L · step 1\u202f700");
  assert.match(refTitle("a1[2]", -0.123456789012, 17), /step 17 · −0\.123456789012$/);
  assert.match(refTitle("a1[2]", undefined, 17), /not computed yet$/);
});

test("an operation's value is known once most of it has been shown", () => {
  const view = viewOf("tanh and sigmoid, dropout", { operation: 1, progress: 0.2 });
  assert.equal(isComputed(view, "x"), true);
  assert.equal(isComputed(view, "z1"), false);
  assert.equal(isComputed({ ...view, progress: 0.9 }, "z1"), true);
  assert.equal(isComputed({ ...view, playing: true, playbackMode: "fast" }, "dW1"), true);
  assert.equal(isComputed({ ...view, step: null }, "x"), false);
});
