import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsOf, namesThatFit } from "../../../static/js/network/strip.js";

const samples = {
  sources: [
    { name: "age", becomes: ["age"], unit: "" },
    { name: "weight_kg", becomes: ["weight_kg"], unit: "kg" },
    { name: "city", becomes: ["city=Bern", "city=Rome"], unit: "" },
  ],
};

test("inputs of one column of the table stand together under its name", () => {
  assert.deepEqual(groupsOf(samples, ["age", "city=Bern", "weight_kg", "city=Rome"]), [
    { title: "age", members: [0] },
    { title: "city", members: [1, 3] },
    { title: "weight", members: [2] },
  ]);
  assert.deepEqual(groupsOf(null, ["x1"]), [{ title: "x1", members: [0] }]);
});

test("names leave each other room, and those of many cells go first", () => {
  const cells = Array.from({ length: 7 }, (_, i) => ({ y: 5 * i }));
  const groups = [
    { title: "a", members: [0] },
    { title: "b", members: [1] },
    { title: "many", members: [2, 3, 4] },
    { title: "c", members: [5] },
    { title: "d", members: [6] },
  ];
  assert.deepEqual(
    namesThatFit(groups, cells).map(({ title }) => title),
    ["a", "many", "d"],
  );
});
