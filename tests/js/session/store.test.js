import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../../static/js/session/store.js";

test("listeners get the new state and the one before", () => {
  const { reader, set } = createStore({ a: 1, b: 2 });
  const seen = [];
  const stop = reader.subscribe((state, before) => seen.push([state.a, before.a]));
  set({ a: 5 });
  stop();
  set({ a: 6 });
  assert.deepEqual(seen, [[5, 1]]);
  assert.deepEqual(reader.get(), { a: 6, b: 2 });
});

test("a reader cannot write", () => {
  const { reader } = createStore({ a: 1 });
  assert.deepEqual(Object.keys(reader).sort(), ["get", "subscribe"]);
});

test("nobody is told when nothing changed, and nobody can change the state in place", () => {
  const { reader, set } = createStore({ a: 1 });
  let told = 0;
  reader.subscribe(() => told++);
  set({ a: 1 });
  assert.equal(told, 0);
  assert.throws(() => {
    reader.get().a = 2;
  });
});
