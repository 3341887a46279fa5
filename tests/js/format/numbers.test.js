import assert from "node:assert/strict";
import test from "node:test";
import {
  format,
  formatWithin,
  fullDigits,
  subscript,
  superscript,
  thousands,
} from "../../../static/js/format/numbers.js";

test("numbers are written with three decimals and a real minus", () => {
  assert.equal(format(0.26543), "0.265");
  assert.equal(format(-0.5661), "−0.566");
  assert.equal(format(1), "1.000");
  assert.equal(format(0), "0");
  assert.equal(format(-0), "0");
  assert.equal(format(0.5, 2), "0.50");
});

test("a hundred and more has no decimals, very large and very small are powers of ten", () => {
  assert.equal(format(99.9996), "100");
  assert.equal(format(698.4), "698");
  assert.equal(format(-1234.5), "−1235");
  assert.equal(format(1.2e13), "1.2·10¹³");
  assert.equal(format(3.8e-7), "3.8·10⁻⁷");
  assert.equal(format(-9.3e-5), "−9.3·10⁻⁵");
  assert.equal(format(0.00099999), "1.0·10⁻³");
});

test("a small number is never rounded away, however few digits are asked for", () => {
  assert.equal(format(0.002, 2), "0.002");
  assert.equal(format(-0.004, 1), "−0.004");
});

test("what is not finite says so", () => {
  assert.equal(format(null), "NaN");
  assert.equal(format(undefined), "NaN");
  assert.equal(format(Number.NaN), "NaN");
  assert.equal(format(Infinity), "∞");
  assert.equal(format(-Infinity), "−∞");
});

test("the full value keeps every digit", () => {
  assert.equal(fullDigits(-0.0389245137), "−0.0389245137");
  assert.equal(fullDigits(1.5e-9), "1.5e−9");
  assert.equal(fullDigits(null), "NaN");
});

test("indices can be raised and lowered", () => {
  assert.equal(superscript(12), "¹²");
  assert.equal(superscript(-7), "⁻⁷");
  assert.equal(subscript(10), "₁₀");
  assert.equal(thousands(33554432), "33\u202f554\u202f432");
  assert.equal(thousands("123456789012345678901"), "123\u202f456\u202f789\u202f012\u202f345\u202f678\u202f901");
});

test("two numbers on one line give up decimals before they touch", () => {
  assert.deepEqual(formatWithin([-1.322, 0.00097], 20), ["−1.322", "9.7·10⁻⁴"]);
  assert.deepEqual(formatWithin([0.265, -0.566], 12), ["0.265", "−0.566"]);
  const [a, b] = formatWithin([-1.322, 0.00097], 11);
  assert.equal(a, "−1.32");
  assert.equal(b, "1·10⁻³");
});
