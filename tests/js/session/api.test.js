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
      if (address.endsWith("/readyz")) {
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

test("a question that is one too many at once is asked again, and what changes something is not", async (t) => {
  t.after(() => {
    globalThis.fetch = fetched;
  });
  const fetched = globalThis.fetch;
  const asked = [];
  globalThis.fetch = /** @type {any} */ (
    async (_, { method }) => {
      asked.push(method);
      const refused = { ok: false, status: 429, headers: new Headers({ "Retry-After": "0" }) };
      const problem = async () => ({ detail: "One client may have 40 measurements at the same time." });
      return asked.length === 2 ? { ok: true, status: 200, json: async () => "found" } : { ...refused, json: problem };
    }
  );
  const api = createApi({ root: "", onOffline: assert.fail, onOnline: assert.fail });
  assert.equal(await api.instrument("run", "limit"), "found");
  await assert.rejects(api.create({}), /One client may have 40 measurements/);
  assert.deepEqual(asked, ["GET", "GET", "POST"]);
  await assert.rejects(api.instrument("run", "limit"), /One client may have 40 measurements/);
  assert.equal(asked.length, 9, "not for good");
});

test("a server that has too much to do is asked again, and is not taken for one that is away", async (t) => {
  t.after(() => {
    globalThis.fetch = fetched;
  });
  const fetched = globalThis.fetch;
  const asked = [];
  globalThis.fetch = /** @type {any} */ (
    async (_, { method }) => {
      asked.push(method);
      if (asked.length === 3) return Response.json({ id: "run" });
      const problem = { type: "urn:backprop-playground:overloaded", detail: "It has too much to do at present." };
      return Response.json(problem, { status: 503, headers: { "Retry-After": "0" } });
    }
  );
  const api = createApi({ root: "", onOffline: assert.fail, onOnline: assert.fail });
  assert.deepEqual(await api.create({}), { id: "run" });
  assert.deepEqual(asked, ["POST", "POST", "POST"]);
  await assert.rejects(api.create({}), /too much to do at present/);
  assert.equal(asked.length, 9, "not for good");
});

test("a file is sent once, by its name from then on, and again where the server forgot it", async (t) => {
  t.after(() => {
    globalThis.fetch = fetched;
  });
  const fetched = globalThis.fetch;
  const asked = [];
  let kept = true;
  globalThis.fetch = /** @type {any} */ (
    async (address, { method, body }) => {
      asked.push(`${method} ${address.replace("/api/", "")}${body ? " with the file" : ""}`);
      const answer = (status, found) => ({ ok: status < 400, status, json: async () => found });
      if (address.includes("file=") && !kept) return answer(404, { type: "urn:backprop-playground:unknown-file" });
      return answer(200, address.includes("inspections") ? { file: "file-a" } : { name: "table-a" });
    }
  );
  const api = createApi({ root: "", onOffline: () => {}, onOnline: () => {} });
  const file = new Blob(["a,b"]);
  await api.inspect(file, "seed=0");
  await api.inspect(file, "seed=1");
  kept = false;
  await api.inspect(file, "seed=2");
  kept = true;
  assert.equal((await api.makeTable(file, "seed=2")).name, "table-a");
  api.forgetFile(file);
  await api.makeTable(file, "seed=3");
  assert.deepEqual(asked, [
    "POST inspections?seed=0 with the file",
    "POST inspections?seed=1&file=file-a",
    "POST inspections?seed=2&file=file-a",
    "POST inspections?seed=2 with the file",
    "POST datasets?seed=2&file=file-a",
    "DELETE inspections/file-a",
    "POST datasets?seed=3 with the file",
  ]);
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
