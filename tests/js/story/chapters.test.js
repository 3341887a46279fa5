import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CHAPTERS, chapterAddress, chapterOf, positionQuery, readPosition } from "../../../static/js/story/chapters.js";
import { steps } from "../golden.js";

const golden = JSON.parse(readFileSync(new URL("../../golden/story.json", import.meta.url), "utf8"));

test("every operation of every recorded step has its chapter", () => {
  assert.deepEqual(CHAPTERS, golden.chapters);
  for (const step of Object.values(steps))
    for (const record of step.tape) assert.ok(CHAPTERS.includes(chapterOf(record)), record.name);
  const tape = golden.settings.fixed.step.tape;
  const told = Object.fromEntries(tape.map((record) => [record.name, chapterOf(record)]));
  assert.deepEqual(
    [told.x, told.z1, told.a3, told.L, told.da3, told.dz3, told.dW3, told.da2, told.update],
    ["function", "forward", "forward", "loss", "turn", "slope", "weight", "sum", "update"],
  );
  assert.equal(chapterOf({ name: "d1", kind: "dropout", phase: "forward" }), "yours");
  assert.equal(
    chapterAddress("/play", { run: "a b", step: 7, op: "dz2" }, { name: "dz2", kind: "tanh", phase: "backward" }),
    "/play/story?run=a%20b&step=7&op=dz2#slope",
  );
});

test("a place within a step goes into an address and comes back", () => {
  for (const selection of [
    null,
    { kind: "weight", layer: 2, from: 0, to: 11 },
    { kind: "bias", layer: 1, unit: 3 },
    { kind: "unit", layer: 0, unit: 1 },
  ])
    assert.deepEqual(readPosition(`#${positionQuery("dW2", selection)}`), { op: "dW2", selection });
  assert.equal(readPosition("#slope"), null);
  for (const pick of ["weight,1", "constructor,1,2", "unit,1,-2", "bias,x,1"])
    assert.deepEqual(readPosition(`?op=x&pick=${pick}`), { op: "x", selection: null });
});
