import assert from "node:assert/strict";
import { test } from "node:test";
import { known } from "../../static/js/recorded.js";
import { viewOf } from "./golden.js";

test("an operation's value is known once most of it has been shown", () => {
  const view = viewOf("tanh and sigmoid, dropout", { op: 1, t: 0.2 });
  assert.equal(known(view, "x"), true);
  assert.equal(known(view, "z1"), false);
  assert.equal(known({ ...view, t: 0.9 }, "z1"), true);
  assert.equal(known({ ...view, playing: true, mode: "fast" }, "dW1"), true);
  assert.equal(known({ ...view, step: null }, "x"), false);
});
