// Numbers as text: decimals, powers of ten, super- and subscripts, counts in words. Pure.

import { isNumber } from "./math.js";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const MINUS = "−";

/** 12 → "¹²", -7 → "⁻⁷". */
export const superscript = (n) =>
  String(n)
    .replace(/[-−]/g, "⁻")
    .replace(/\d/g, (c) => SUPERSCRIPTS[c]);

/** 12 → "₁₂". */
export const subscript = (n) =>
  String(n)
    .replace(/[-−]/g, "₋")
    .replace(/\d/g, (c) => SUBSCRIPTS[c]);

/**
 * A number as the page writes it: three decimals, none from 100 on, powers of ten below 0.001 and from 100 000 on.
 * @param {number|null|undefined} value
 * @param {number} digits decimals between 0.001 and 100
 */
export function format(value, digits = 3) {
  if (value === Infinity || value === -Infinity) return value < 0 ? `${MINUS}∞` : "∞";
  if (!isNumber(value)) return "NaN";
  if (value === 0) return "0";
  return (value < 0 ? MINUS : "") + magnitude(Math.abs(value), digits);
}

/**
 * Two numbers that share a line: as many decimals as both have room for, then powers of ten without one.
 * @param {(number|null)[]} values @param {number} room in letters of a digit's width @returns {string[]}
 */
export function formatWithin(values, room) {
  let texts = values.map((value) => format(value));
  for (let digits = 2; digits >= 1 && lettersOf(texts) > room; digits--)
    texts = values.map((value) => coarse(value, digits));
  return texts;
}
const coarse = (value, digits) => {
  const text = format(value, digits);
  if (!text.includes("·10")) return text;
  const [mantissa, exponent] = Math.abs(value).toExponential(0).split("e");
  return `${value < 0 ? MINUS : ""}${mantissa}·10${superscript(Number(exponent))}`;
};
/** The width of some texts and the gap between them. @param {string[]} texts */
export const lettersOf = (texts) =>
  texts.reduce(
    (sum, text) => sum + [...text].reduce((w, c) => w + (/[.·]/.test(c) ? 0.5 : /[⁰¹²³⁴-⁹⁻]/.test(c) ? 0.7 : 1), 0),
    0.8,
  );

function magnitude(size, digits) {
  if (size < 0.001 || size >= 99999.5) {
    const [mantissa, exponent] = size.toExponential(1).split("e");
    return `${mantissa}·10${superscript(Number(exponent))}`;
  }
  const text = size.toFixed(digits);
  if (Number(text) >= 100) return size.toFixed(0);
  return Number(text) === 0 ? size.toPrecision(1) : text;
}

/** A number in units of its own, such as a price: whole and grouped from 1000 on, where a computed value has powers of ten. */
export const realText = (value) =>
  isNumber(value) && Math.abs(value) >= 999.5 && Math.abs(value) < 1e12
    ? (value < 0 ? MINUS : "") + thousands(Math.round(Math.abs(value)))
    : format(value, 2);

/** Every digit that the record holds, for tooltips. */
export function fullDigits(value) {
  return isNumber(value) ? String(value).replace(/-/g, MINUS) : format(value);
}

/** 33554432 → "33 554 432" with narrow spaces; strings (exact integers above 2^53) pass through. */
export const thousands = (value) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");

const COUNT = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
export const count = (n) => COUNT[n] ?? thousands(n);
export const many = (n, word, plural = `${word}s`) => `${n === 1 ? "one" : thousands(n)} ${n === 1 ? word : plural}`;
export const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** An exact integer, which may be a long text: whole up to 16 digits, then as a power of ten. @param {string|number} value */
export function integerText(value, digits = 16) {
  const text = String(value);
  if (!/^\d+$/.test(text) || text.length <= digits) return thousands(text);
  return `${text[0]}.${text[1]}·10${superscript(text.length - 1)}`;
}

/** Seconds in the unit that suits. @param {number} s */
export function duration(s) {
  const [size, unit] = [
    [1e-6, "µs", 1e-3],
    [1e-3, "ms", 1],
    [1, "s", 100],
    [60, "min", 6000],
    [3600, "h", 200_000],
    [86_400, "days", 4e7],
    [31_557_600, "years", Infinity],
  ].find(([, , limit]) => s < /** @type {number} */ (limit));
  const v = s / /** @type {number} */ (size);
  return `${v >= 1e5 ? v.toExponential(1).replace(/e\+?(\d+)/, (_, e) => `·10${superscript(e)}`) : Number(v.toPrecision(2))} ${unit}`;
}
