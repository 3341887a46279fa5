import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellOf,
  columnNotes,
  excerpt,
  gapsOf,
  headline,
  limitsWords,
  missingChoices,
  partsOf,
  rangeOf,
  reasonOf,
  rolesOf,
  sampleWords,
  short,
  taskWords,
  toQuery,
  undecided,
  whyWords,
  withKind,
  withRole,
} from "../../../static/js/setup/tableschema.js";

const fresh = undecided("my.csv");
const narrow = (text) => text.replaceAll("\u202f", " ");

test("what is at its default isn't asked for", () => {
  assert.equal(toQuery(fresh), "title=my.csv");
  assert.equal(toQuery(undecided("a & b=c.csv")), "title=a%20%26%20b%3Dc.csv");
});

test("lists are repeated fields", () => {
  const decided = { ...fresh, inputs: ["a,b", "<b>"], missing: "leave_out", target: "y" };
  assert.equal(toQuery(decided), "title=my.csv&target=y&inputs=a%2Cb&inputs=%3Cb%3E&missing=leave_out");
});

test("a column has one kind and one role", () => {
  const numbers = withKind(fresh, "age: years", "number");
  assert.deepEqual(numbers.as, ["age: years:number"]);
  const categories = withKind(withKind(numbers, "b", "decimal_comma"), "age: years", "categories");
  assert.deepEqual(categories.as, ["b:decimal_comma", "age: years:categories"]);
  const input = withRole(fresh, "age", "input");
  const left = withRole(input, "age", "left out");
  assert.deepEqual([left.inputs, left.left_out], [[], ["age"]]);
  assert.deepEqual(fresh, undecided("my.csv"));
});

test("a target is neither an input nor left out, and another target takes its task with it", () => {
  const decided = withRole({ ...fresh, inputs: ["kind"], task: "regression" }, "kind", "target");
  assert.deepEqual([decided.target, decided.inputs, decided.task], ["kind", [], "auto"]);
  const back = withRole({ ...decided, task: "binary" }, "kind", "left out");
  assert.deepEqual([back.target, back.left_out, back.task], [null, ["kind"], "auto"]);
  const beside = withRole({ ...decided, task: "binary" }, "age", "left out");
  assert.deepEqual([beside.target, beside.task], ["kind", "binary"]);
});

test("texts and empty columns can only be left out; one value is nothing to predict", () => {
  assert.deepEqual(rolesOf({ kind: "text", role: "left out", distinct: 90 }), ["left out"]);
  assert.deepEqual(rolesOf({ kind: "empty", role: "left out", distinct: 0 }), ["left out"]);
  assert.deepEqual(rolesOf({ kind: "number", role: "left out", distinct: 1 }), ["input", "left out"]);
  assert.deepEqual(rolesOf({ kind: "number", role: "input", distinct: 9 }), ["target", "input", "left out"]);
});

test("the character that is meant is cut out of its line", () => {
  const around = [
    { line: 2, text: "a,b" },
    { line: 3, text: 'x,"y' },
  ];
  assert.deepEqual(excerpt({ line: 3, column: 3, starts_at: 1, around }), [
    { line: 2, before: "a,b", bad: "", after: "" },
    { line: 3, before: "x,", bad: '"', after: "y" },
  ]);
});

test("a place behind the end of the line is a blank, and characters are counted whole", () => {
  const [end] = excerpt({ line: 1, column: 4, starts_at: 1, around: [{ line: 1, text: "a,b" }] });
  assert.deepEqual([end.before, end.bad, end.after], ["a,b", "\u00a0", ""]);
  const [wide] = excerpt({ line: 1, column: 3, starts_at: 1, around: [{ line: 1, text: "🐧,;x" }] });
  assert.deepEqual([wide.before, wide.bad, wide.after], ["🐧,", ";", "x"]);
  const [cut] = excerpt({ line: 1, column: 43, starts_at: 41, around: [{ line: 1, text: "a\tb\0" }] });
  assert.deepEqual([cut.before, cut.bad, cut.after], ["…a→", "b", "\ufffd"]);
});

test("words for what was found", () => {
  const found = { columns: Array(7), malformed: { lines: [212] }, undecided: [{ path: "malformed", message: "" }] };
  assert.equal(headline(found), "seven columns, one line that does not fit");
  assert.equal(headline(found, true), "seven columns");
  assert.equal(reasonOf(found), "first decide about line 212");
  assert.equal(reasonOf({ ...found, malformed: { lines: [2, 5] } }), "first decide about 2 lines");
  assert.equal(
    reasonOf({ ...found, undecided: [{ path: "target", message: "no column will do" }] }),
    "no column will do",
  );
  assert.equal(reasonOf({ ...found, undecided: [] }), "");
  assert.equal(taskWords({ task: "multiclass", classes: ["a", "b", "c"] }), "three classes, softmax");
  assert.equal(taskWords({ task: "binary", classes: ["a", "b"] }), "two classes, cross-entropy");
  assert.equal(taskWords({ task: "regression", classes: [] }), "a number, squared error");
  assert.equal(whyWords({ why: "the ranges of a and b differ by 3.6e+03×", ratio: 3600 }).slice(-6), "3\u202f600×");
  assert.equal(whyWords({ why: "the values are small", ratio: null }), "the values are small");
});

test("numbers are short", () => {
  assert.deepEqual([32.1, 0.0312345, -5, 6300, 0].map(short).map(narrow), ["32.1", "0.0312", "−5", "6 300", "0"]);
  assert.equal(short(3e-7), "3.0·10⁻⁷");
  assert.equal(rangeOf({ kind: "number", low: 32.1, high: 59.6, distinct: 9 }), "32.1 to 59.6");
  assert.equal(rangeOf({ kind: "categories", low: null, high: null, distinct: 3 }), "3 kinds");
  assert.equal(rangeOf({ kind: "empty", low: null, high: null, distinct: 0 }), "–");
  assert.equal(gapsOf({ missing: 4 }, 4), "all");
  assert.deepEqual([null, -3.5, "=1+1"].map(cellOf), ["·", "−3.5", "=1+1"]);
});

test("the ways with missing values, each with what it leads to", () => {
  const fills = { mean: { bill: 43.92, body: 4201.03 }, median: { bill: 44, port: "S" }, most_frequent: {} };
  const choices = missingChoices({ rows: 9, remain: 332, fills });
  assert.deepEqual(
    choices.map(({ value }) => value),
    ["mean", "median", "most_frequent", "leave_out", "as_is"],
  );
  assert.deepEqual(
    choices.slice(0, 4).map(({ text }) => narrow(text)),
    ["bill 43.9, body 4 201", "bill 44, port S", "", "332 remain"],
  );
  assert.equal(choices[3].label, "Leave the 9 rows out");
});

test("rows are parted as the server parts them: a half goes to the even neighbour", () => {
  assert.deepEqual(partsOf(341, 0.33), [228, 113]);
  assert.deepEqual(partsOf(5, 0.5), [3, 2]);
  assert.deepEqual(partsOf(7, 0.5), [3, 4]);
  assert.deepEqual(partsOf(2, 0.9), [1, 1]);
  assert.deepEqual(partsOf(10, 0), [10, 0]);
});

test("limits are the catalog's", () => {
  const words = limitsWords({ file_bytes: 50_000_000, file_rows: 1_000_000, rows: 5000, features: 64, classes: 20 });
  assert.match(narrow(words), /^Files up to 50 MB and 1 000 000 rows; a run holds 5 000 of them, 64 inputs/);
});

test("more rows than a run can hold are an offer, and then a fact", () => {
  const sample = { rows: 5000, of: 20640, by: "kind", seed: 0 };
  assert.equal(narrow(sampleWords(sample, false)), "20 640 rows: take 5 000 at random, each class as often?");
  assert.equal(
    narrow(sampleWords(sample, true)),
    "5 000 of 20 640 rows at random, each class as often as in the file (seed 0).",
  );
  assert.equal(narrow(sampleWords({ ...sample, by: null }, true)), "5 000 of 20 640 rows at random (seed 0).");
});

test("a column says how it is read, what is missing and what it tells", () => {
  const column = { doubt: "", read: "comma for thousands", examples: [["1,250", 1250]], spellings: [], tells: 0.413 };
  assert.deepEqual(columnNotes(column).map(narrow), [
    "Comma for thousands: 1,250 → 1 250.",
    "Tells 41 % of the target.",
  ]);
  const gaps = {
    doubt: "'1,2' may be 1.2 or 12",
    read: "",
    examples: [],
    spellings: [{ name: "?", count: 6 }],
    tells: null,
  };
  assert.deepEqual(columnNotes(gaps), ["In doubt: '1,2' may be 1.2 or 12.", "Missing: “?” 6."]);
});
