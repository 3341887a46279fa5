import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../../static/js/session/store.js";

test("listeners get the new state and the one before", () => {
  const store = createStore({ a: 1, b: 2 });
  const seen = [];
  const stop = store.subscribe((state, before) => seen.push([state.a, before.a]));
  store.set({ a: 5 });
  stop();
  store.set({ a: 6 });
  assert.deepEqual(seen, [[5, 1]]);
  assert.deepEqual(store.get(), { a: 6, b: 2 });
});

test("nobody is told when nothing changed, and nobody can change the state in place", () => {
  const store = createStore({ a: 1 });
  let told = 0;
  store.subscribe(() => told++);
  store.set({ a: 1 });
  assert.equal(told, 0);
  assert.throws(() => {
    store.get().a = 2;
  });
});
