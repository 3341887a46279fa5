import assert from "node:assert/strict";
import { test } from "node:test";
import { GROUPS, PARTS, readNames, sheetOf } from "../../../static/js/page/parts.js";
import { LONGEST_TASK, readPresentation } from "../../../static/js/page/presentation.js";

const read = (query) => readPresentation(new URLSearchParams(query));

test("a group stands for all that is in it, and show= takes out of hide=", () => {
  const { hidden, errors } = read("?hide=controls,story&show=learning_rate");
  assert.ok(hidden.has("story") && hidden.has("dropout") && !hidden.has("learning_rate"));
  assert.equal(hidden.size, Object.keys(GROUPS.controls).length);
  assert.deepEqual(errors, []);
});

test("names that stand for nothing are named", () => {
  const { hidden, errors } = read("?hide=dropout,dorpout,constructor&show=everything");
  assert.deepEqual([...hidden], ["dropout"]);
  assert.deepEqual(errors, ["hide=dorpout,constructor", "show=everything"]);
});

test("no two parts have the same name", () => {
  const names = Object.values(GROUPS).flatMap((group) => Object.keys(group));
  assert.equal(new Set([...names, ...Object.keys(GROUPS)]).size, names.length + Object.keys(GROUPS).length);
  assert.deepEqual(Object.keys(PARTS), names);
});

test("a task is a text of bounded length, and what is too long is left out", () => {
  assert.equal(read(`?task=${"x".repeat(LONGEST_TASK)}`).task.length, LONGEST_TASK);
  const long = read(`?task=${"x".repeat(LONGEST_TASK + 1)}`);
  assert.equal(long.task, "");
  assert.match(long.errors[0], /501 characters, and 500 are allowed/);
});

test("a goal that cannot be read is named with why, and left out as a whole", () => {
  const { goal, errors } = read("?goal=test_loss<0.1,stop<5");
  assert.deepEqual(goal, []);
  assert.equal(errors.length, 1);
  assert.match(read("?goal=").errors[0], /at least one condition/);
});

test("where nothing is left in a place, the place goes too", () => {
  assert.doesNotMatch(sheetOf(new Set(["noise"])), /#fold-data/);
  assert.match(sheetOf(new Set(["noise", "test_fraction"])), /#fold-data/);
  assert.match(sheetOf(new Set(readNames("controls,lessons").names)), /not\(.lesson\) \{ --rail: 0px/);
});
