import assert from "node:assert/strict";
import { test } from "node:test";
import { createApi } from "../../static/js/api.js";

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
  const api = createApi({ root: "", onAway: (s) => events.push(s), onBack: () => events.push("back") });
  const asked = api.remove("run");
  assert.equal(await asked, null);
  assert.deepEqual(events, [1, "try", "try", "back"]);
});
