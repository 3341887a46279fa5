import assert from "node:assert/strict";
import test from "node:test";
import { gradientClass, mix, rgb, valueClass } from "../../../static/js/format/colors.js";
import { allNumbers, clamp, easeOut, easeTravel, isNumber, maxAbs, share } from "../../../static/js/format/math.js";
import {
  format,
  formatWithin,
  fullDigits,
  subscript,
  superscript,
  thousands,
} from "../../../static/js/format/numbers.js";
import { logPosition } from "../../../static/js/network/layerstats.js";
import { layerFactor } from "../../../static/js/run/values.js";

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
  assert.equal(isNumber(null), false);
  assert.equal(isNumber(0), true);
  assert.equal(valueClass(null), "nan");
  assert.equal(allNumbers([[1, 2], [3]]), true);
  assert.equal(allNumbers([[1, null]]), false);
});

test("the full value keeps every digit", () => {
  assert.equal(fullDigits(-0.0389245137), "−0.0389245137");
  assert.equal(fullDigits(1.5e-9), "1.5e−9");
  assert.equal(fullDigits(null), "NaN");
});

test("signs have classes", () => {
  assert.equal(valueClass(0.1), "value-positive");
  assert.equal(valueClass(-0.1), "value-negative");
  assert.equal(gradientClass(0.1), "gradient-positive");
  assert.equal(gradientClass(-0.1), "gradient-negative");
});

test("indices can be raised and lowered", () => {
  assert.equal(superscript(12), "¹²");
  assert.equal(superscript(-7), "⁻⁷");
  assert.equal(subscript(10), "₁₀");
  assert.equal(thousands(33554432), "33\u202f554\u202f432");
  assert.equal(thousands("123456789012345678901"), "123\u202f456\u202f789\u202f012\u202f345\u202f678\u202f901");
});

test("the largest size skips what is not finite", () => {
  assert.equal(
    maxAbs([
      [1, -3],
      [null, 2],
    ]),
    3,
  );
  assert.equal(maxAbs([null]), 0);
  assert.equal(share(2, 4), 0.5);
  assert.equal(share(-9, 4), -1);
  assert.equal(share(null, 4), 0);
  assert.equal(share(1, 0), 0);
});

test("a layer's factor is 1 for the largest layer and falls by decades, never to zero", () => {
  assert.equal(layerFactor(2, 2), 1);
  assert.ok(Math.abs(layerFactor(0.02, 2) - (1 - 2 / 5.5)) < 1e-12);
  assert.equal(layerFactor(1e-30, 2), 0.06);
  assert.equal(layerFactor(0, 0), 0.06);
});

test("logarithmic bars stay within their ends", () => {
  assert.equal(logPosition(1e-5, -5, 1), 0);
  assert.equal(logPosition(10, -5, 1), 1);
  assert.equal(logPosition(0, -5, 1), 0);
});

test("colours are read and mixed", () => {
  assert.deepEqual(rgb("#1b5fa6"), [27, 95, 166]);
  assert.deepEqual(rgb(" #fff "), [255, 255, 255]);
  assert.deepEqual(rgb("rgb(1, 2, 3)"), [1, 2, 3]);
  assert.deepEqual(mix([0, 0, 0], [100, 200, 50], 0.5), [50, 100, 25]);
});

test("easings start at 0, end at 1 and never turn back", () => {
  for (const ease of [easeOut, easeTravel]) {
    assert.equal(ease(0), 0);
    assert.equal(ease(1), 1);
    let last = 0;
    for (let i = 1; i <= 50; i++) {
      const next = ease(i / 50);
      assert.ok(next >= last - 1e-4);
      last = next;
    }
  }
  assert.equal(clamp(7), 1);
});

test("two numbers on one line give up decimals before they touch", () => {
  assert.deepEqual(formatWithin([-1.322, 0.00097], 20), ["−1.322", "9.7·10⁻⁴"]);
  assert.deepEqual(formatWithin([0.265, -0.566], 12), ["0.265", "−0.566"]);
  const [a, b] = formatWithin([-1.322, 0.00097], 11);
  assert.equal(a, "−1.32");
  assert.equal(b, "1·10⁻³");
});
