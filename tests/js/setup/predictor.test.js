import assert from "node:assert/strict";
import { test } from "node:test";
import { cellOf, written } from "../../../static/js/setup/predictor.js";

const of = new Map(
  Object.entries({ size: 39.1, age: null, "port=S": 0, "port=Q": 1, "sex=m": 0, "floor=1": 0, "floor=2": 0 }),
);

const PLAIN = { decimal: "point", date: "" };

test("numbers and dates are written as the column's file writes them", () => {
  assert.equal(written(1234.5, { decimal: "comma", date: "" }), "1234,5");
  assert.equal(written(18690, { date: "ymd" }), "2021-03-04");
  assert.equal(written(18690, { date: "dmy" }), "04.03.2021");
  assert.equal(written(18690, { date: "mdy" }), "03/04/2021");
  assert.equal(written(18690.75, { date: "ymd" }), "2021-03-04 18:00:00");
});

test("a sample's numbers and categories stand as its file has them", () => {
  assert.equal(cellOf({ becomes: ["size"], values: [], indicates: [], format: PLAIN }, of), "39.1");
  assert.equal(cellOf({ becomes: ["age"], values: [], indicates: [], format: PLAIN }, of), "");
  const told = { becomes: ["size", "size missing"], values: [], indicates: [], says_missing: true, format: PLAIN };
  assert.equal(cellOf(told, new Map([...of, ["size missing", 1]])), "");
  assert.equal(cellOf(told, new Map([...of, ["size missing", 0]])), "39.1");
  const port = { becomes: ["port=S", "port=Q"], values: ["S", "Q"], indicates: ["S", "Q"] };
  assert.equal(cellOf(port, of), "Q");
  assert.equal(cellOf({ becomes: ["sex=m"], values: ["f", "m"], indicates: ["m"] }, of), "f");
  assert.equal(cellOf({ becomes: ["floor=1", "floor=2"], values: ["1", "2"], indicates: ["1", "2"] }, of), "");
});
