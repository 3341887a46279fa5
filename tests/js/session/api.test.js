import assert from "node:assert/strict";
import { test } from "node:test";
import { createApi, createLineReader } from "../../../static/js/session/api.js";

test("pressed while a try is under way, the next one follows at once when that fails", async (t) => {
  t.after(() => {
    globalThis.fetch = fetched;
  });
  const fetched = globalThis.fetch;
  const events = [];
  let tries = 0;
  globalThis.fetch = /** @type {any} */ (
    async (/** @type {string} */ address) => {
      if (address.endsWith("/healthz")) {
        events.push("try");
        if (++tries === 1) {
          api.tryNow();
          throw new TypeError("nobody answers");
        }
        return { ok: true };
      }
      if (tries < 2) throw new TypeError("nobody answers");
      return { ok: true, status: 204 };
    }
  );
  const api = createApi({ root: "", onOffline: (s) => events.push(s), onOnline: () => events.push("back") });
  const asked = api.remove("run");
  assert.equal(await asked, null);
  assert.deepEqual(events, [1, "try", "try", "back"]);
});

test("lines cut anywhere come out whole and in order", () => {
  const text = '{"a": 1}\n{"b": [2, 3]}\n\n{"c": "x"}\n';
  for (let cut = 0; cut <= text.length; cut++) {
    const reader = createLineReader();
    const lines = [...reader.push(text.slice(0, cut)), ...reader.push(text.slice(cut)), ...reader.end()];
    assert.deepEqual(lines, [{ a: 1 }, { b: [2, 3] }, { c: "x" }]);
  }
});

test("a last line without its line feed counts, half a line does not", () => {
  const whole = createLineReader();
  assert.deepEqual([...whole.push('{"a": 1}'), ...whole.end()], [{ a: 1 }]);
  const half = createLineReader();
  assert.deepEqual([...half.push('{"a": 1}\n{"b"'), ...half.end()], [{ a: 1 }]);
});
