import assert from "node:assert/strict";
import { test } from "node:test";
import { createLineReader } from "../../static/js/jsonl.js";

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
