// How a number becomes a text, a colour class or a length. Pure: no DOM, no state.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const MINUS = "−";

/** True for a finite number; the wire writes null where a record holds NaN or an infinity. */
export const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

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

/** Every digit that the record holds, for tooltips. */
export function full(value) {
  return isNumber(value) ? String(value).replace(/-/g, MINUS) : format(value);
}

/** 33554432 → "33 554 432" with narrow spaces; strings (exact integers above 2^53) pass through. */
export const thousands = (value) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");

/** Class of a value's sign, for text and strokes. Null has none of the two hues. */
export const valueClass = (value) => (isNumber(value) ? (value < 0 ? "vn" : "vp") : "nan");

/** Class of a gradient's sign. */
export const gradientClass = (value) => (isNumber(value) ? (value < 0 ? "gn" : "gp") : "nan");

export const clamp = (value, low = 0, high = 1) => Math.max(low, Math.min(high, value));

/** Where value lies between low and high, held to 0..1. */
export const progress = (value, low, high) => (high > low ? clamp((value - low) / (high - low)) : value < low ? 0 : 1);

/** Largest |value| in nested lists, numbers that are not finite left out; 0 when there are none. */
export function maxAbs(values) {
  if (!Array.isArray(values)) return isNumber(values) ? Math.abs(values) : 0;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, maxAbs(value));
  return largest;
}

/** True when every number in nested lists is finite. */
export const allNumbers = (values) => (Array.isArray(values) ? values.every(allNumbers) : isNumber(values));

/** value / limit in -1..1; 0 where nothing can be told. */
export const share = (value, limit) => (isNumber(value) && limit > 0 ? clamp(value / limit, -1, 1) : 0);

/**
 * How wide a layer's gradients may be drawn against the network's largest: linear within a layer, logarithmic across
 * layers, so that vanishing is seen (1 for the largest layer, 0.06 from 5.2 decades below it on).
 */
export function layerFactor(layerMax, networkMax) {
  if (!(layerMax > 0) || !(networkMax > 0)) return 0.06;
  return clamp(1 + Math.log10(layerMax / networkMax) / 5.5, 0.06, 1);
}

/** Position of a size on a logarithmic bar from 10^low to 10^high, 0..1. */
export const logPosition = (size, low, high) => (size > 0 ? clamp((Math.log10(size) - low) / (high - low)) : 0);

/** "#rrggbb", "#rgb" or "rgb(r, g, b)" → [r, g, b]. */
export function rgb(color) {
  const text = color.trim();
  if (text.startsWith("#")) {
    const hex = text.length < 7 ? [...text.slice(1)].map((c) => c + c).join("") : text.slice(1);
    return [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));
  }
  return (text.match(/[\d.]+/g) ?? [0, 0, 0]).slice(0, 3).map(Number);
}

/** The colour at share t of the way from a to b, both [r, g, b]. */
export const mix = (a, b, t) => a.map((v, i) => Math.round(v + (b[i] - v) * t));

const EASED = 256; // places of a table, between which an easing is a straight line: within 1/10 000 of the curve

/** A CSS cubic-bezier easing as a function of 0..1. */
function cubicBezier(x1, y1, x2, y2) {
  const at = (a, b, t) => 3 * a * t * (1 - t) ** 2 + 3 * b * t ** 2 * (1 - t) + t ** 3;
  const solve = (x) => {
    let low = 0;
    let high = 1;
    for (let i = 0; i < 16; i++) {
      const middle = (low + high) / 2;
      if (at(x1, x2, middle) < x) low = middle;
      else high = middle;
    }
    return at(y1, y2, (low + high) / 2);
  };
  const table = Float64Array.from({ length: EASED + 1 }, (_, i) => (i % EASED ? solve(i / EASED) : i / EASED));
  return (x) => {
    if (x <= 0 || x >= 1) return clamp(x);
    const i = Math.floor(x * EASED);
    return table[i] + (table[i + 1] - table[i]) * (x * EASED - i);
  };
}

/** For what travels. */
export const easeTravel = cubicBezier(0.6, 0.05, 0.3, 0.95);

/** For gauges and fades. */
export const easeOut = cubicBezier(0.22, 0.8, 0.28, 1);

/** To a tenth, to a hundredth of a pixel. */
export const n1 = (v) => Math.round(v * 10) / 10;
export const n2 = (v) => Math.round(v * 100) / 100;
