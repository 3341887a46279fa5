import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf, digitOf } from "../../../static/js/plane/bitmap.js";

const zero = [Array.from({ length: 41 }, (_, i) => [50 + 25 * Math.sin(i / 6.4), 50 + 40 * Math.cos(i / 6.4)])];
const one = [
  [
    [50, 8],
    [48, 92],
  ],
];
const rows = (pixels) => Array.from({ length: 8 }, (_, r) => pixels.slice(8 * r, 8 * r + 8));
const columns = (pixels) => rows(pixels)[0].map((_, c) => rows(pixels).map((row) => row[c]));
const used = (lines) => lines.filter((line) => line.some((v) => v >= 4)).length;

test("an empty pad is an empty sheet", () => assert.deepEqual(digitOf([]), new Array(64).fill(0)));

test("blocks of 4 × 4 are counted, row by row", () => {
  const bitmap = new Uint8Array(1024);
  for (const [x, y] of [
    [0, 0],
    [3, 3],
    [4, 3],
    [31, 31],
  ])
    bitmap[32 * y + x] = 1;
  const counts = blocksOf(bitmap);
  assert.deepEqual([counts[0], counts[1], counts[63]], [2, 1, 1]);
  assert.equal(
    counts.reduce((a, b) => a + b),
    4,
  );
  assert.deepEqual(blocksOf(new Uint8Array(1024).fill(1)), new Array(64).fill(16));
});

test("a digit fills the height and six columns, with about as much ink as the data’s", () => {
  const pixels = digitOf(zero);
  assert.ok(pixels.every((v) => Number.isInteger(v) && v >= 0 && v <= 16));
  assert.equal(used(rows(pixels)), 8);
  assert.equal(used(columns(pixels)), 6);
  const ink = pixels.reduce((a, b) => a + b);
  assert.ok(ink > 260 && ink < 360, String(ink));
  assert.ok(pixels[8 * 3 + 3] < 4 && pixels[8 * 4 + 4] < 4, "hollow");
});

test("where and how large it was drawn makes no difference", () => {
  const moved = zero.map((stroke) => stroke.map(([x, y]) => [x * 0.3 + 400, y * 0.3 - 20]));
  assert.deepEqual(digitOf(moved), digitOf(zero));
});

test("a narrow one stays narrow, and a dot is a dot", () => {
  assert.equal(used(columns(digitOf(one))), 2);
  assert.ok(digitOf([[[5, 5]]]).some((v) => v > 0));
});
