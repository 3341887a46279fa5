// Scales, ticks and paths of charts over any number of steps, whose values may not be finite. Pure.

import { isNumber, n1 } from "../format/math.js";
import { format, superscript } from "../format/numbers.js";
import { textOf } from "../run/settings.js";

/** @typedef {ArrayLike<number|null|undefined>} Values */

/** Smallest and largest of some columns; null when there is no finite number (above `floor`, for a log scale).
 * @param {Values[]} columns @param {number} floor @returns {[number, number]|null} */
export function extentOf(columns, floor = Number.NEGATIVE_INFINITY) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const v = /** @type {number} */ (column[i]);
      if (v < low && v > floor && isNumber(v)) low = v;
      if (v > high && v > floor && isNumber(v)) high = v;
    }
  }
  return high >= low ? [low, high] : null;
}

/** value → pixel, and back with `invert`.
 * @param {number} low @param {number} high @param {number} from pixel of low @param {number} to pixel of high */
export function linear(low, high, from, to) {
  const slope = high > low ? (to - from) / (high - low) : 0;
  const scale = (/** @type {number} */ v) => (slope ? from + (v - low) * slope : (from + to) / 2);
  scale.invert = (/** @type {number} */ px) => (slope ? low + (px - from) / slope : Number.POSITIVE_INFINITY);
  return scale;
}

/** The same over powers of ten; low and high above 0, a value that is not lies on the low end. */
export const logarithmic = (low, high, from, to) => {
  const scale = linear(Math.log10(low), Math.log10(high), from, to);
  return (/** @type {number} */ v) => (v > 0 ? scale(Math.log10(v)) : from);
};

/** A sound axis for some values: the range, and ticks inside it that a reader can say.
 * @param {[number, number]|null} extent @param {boolean} log @param {number} count at most so many ticks, about */
export function axis(extent, log, count = 4) {
  if (!extent) return { low: log ? 0.1 : 0, high: 1, ticks: [], log };
  return log ? logAxis(extent, count) : linearAxis(extent, count);
}

function linearAxis([low, high], count) {
  const from = Math.min(0, low);
  const to = high > from ? high : from + 1;
  const step = niceStep((to - from) / Math.max(1, count));
  const ticks = [];
  for (let v = Math.ceil(from / step) * step; v <= to + step * 1e-9; v += step) ticks.push(Number(v.toPrecision(12)));
  return { low: from, high: to, ticks, log: false };
}

function logAxis([low, high], count) {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(high) - 1e-9));
  const every = Math.max(1, niceStep((last - first) / count));
  const ticks = [];
  for (let e = Math.ceil(first / every) * every; e <= last; e += every) ticks.push(10 ** e);
  return { low: 10 ** first, high: 10 ** last, ticks, log: true };
}

/** 1, 2 or 5 times a power of ten, at least as large. @param {number} rough */
export function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((f) => f * power).find((step) => step >= rough * (1 - 1e-9)) ?? 10 * power;
}

/** Whole steps for the axis of time, none closer than `apart` pixels. */
export function stepTicks(first, last, pixels, apart = 70) {
  if (last <= first) return [first];
  const step = Math.max(1, niceStep((last - first) / Math.max(1, Math.floor(pixels / apart))));
  const ticks = [];
  for (let k = Math.ceil(first / step) * step; k <= last; k += step) ticks.push(Math.round(k));
  return ticks;
}

/** "10⁻³" on a log axis, "0.5" on a linear one. */
export function tickText(v, log) {
  if (!log) return Math.abs(v) >= 1000 ? format(v, 0) : String(Number(v.toPrecision(6))).replace("-", "−");
  const e = Math.round(Math.log10(v));
  return e === 0 ? "1" : e === 1 ? "10" : e === -1 ? "0.1" : `10${superscript(e)}`;
}

/** Several orders of magnitude, all above 0: only a log scale shows them.
 * @param {Values[]} columns */
export function wantsLog(columns, decades = 2.5) {
  const all = extentOf(columns);
  const positive = extentOf(columns, 0);
  return !!positive && !!all && all[0] >= 0 && Math.log10(positive[1] / positive[0]) > decades && positive[1] > 10;
}

/**
 * The axis of some columns in a chart: linear or logarithmic, its range and ticks, and the scale from values to pixels.
 * @param {Values[]} columns
 * @param {{bottom: number, top: number, count: number, log?: boolean, limit?: (extent: [number, number]|null) => [number, number]|null}} of
 *   log: as wantsLog says, unless given; limit: what the axis shows of the values' extent
 */
export function valueAxis(columns, { bottom, top, count, log = wantsLog(columns), limit = (extent) => extent }) {
  const { low, high, ticks } = axis(limit(extentOf(columns, log ? 0 : undefined)), log, count);
  return { log, low, high, ticks, Y: (log ? logarithmic : linear)(low, high, bottom, top) };
}

/**
 * An SVG path through a column. Where several steps fall on one pixel the path runs through their first, smallest,
 * largest and last value, so 100 000 steps cost no more than the pixels and no peak is lost. What is missing or not
 * finite is left out; what a log scale cannot show (0) makes a gap.
 * @param {ArrayLike<number>} steps @param {Values} values @param {any} X linear @param {(v: number) => number} Y
 * @param {{log?: boolean, from?: number, to?: number}} options indices
 */
export function linePath(steps, values, X, Y, { log = false, from = 0, to = steps.length - 1 } = {}) {
  let path = "";
  let pointsInLine = 0; // points since the line was taken up
  let column = 0;
  let next = Number.NEGATIVE_INFINITY; // the step at which the next column of pixels begins
  let [first, low, high, last, count] = [0, 0, 0, 0, 0];
  const fine = to - from > 2000 ? 1 : 2; // columns a pixel
  const addPoint = (/** @type {number} */ v) => {
    path += `${pointsInLine++ ? "L" : "M"}${column} ${n1(Y(v))}`;
  };
  const flush = () => {
    if (!count) return;
    addPoint(first);
    if (count > 2 && low !== first) addPoint(low);
    if (count > 2 && high !== first && high !== low) addPoint(high);
    if (count > 1) addPoint(last);
    count = 0;
  };
  const endLine = () => {
    flush();
    if (pointsInLine === 1) path += "h0"; // a round cap makes it a dot
    pointsInLine = 0;
  };
  for (let i = from; i <= to; i++) {
    const v = /** @type {number} */ (values[i]);
    if (!isNumber(v)) continue;
    if (log && v <= 0) {
      endLine();
      continue;
    }
    if (steps[i] >= next) {
      flush();
      column = Math.round(X(steps[i]) * fine) / fine;
      next = X.invert(column + 0.5 / fine);
      if (next <= steps[i]) next = Number.NEGATIVE_INFINITY;
    }
    if (!count) first = low = high = v;
    else if (v < low) low = v;
    else if (v > high) high = v;
    last = v;
    count++;
  }
  endLine();
  return path;
}

/**
 * A restless column, where several steps fall on one bin of pixels: a line through the bins' means (of the logarithms on
 * a log scale) and the area between their smallest and largest values. With at most one value a bin it is linePath.
 * @param {ArrayLike<number>} steps @param {Values} values @param {any} X linear @param {(v: number) => number} Y
 * @returns {{line: string, area: string, most: number}} most: values in the fullest bin
 */
export function binnedPath(steps, values, X, Y, { log = false, bin = 3 } = {}) {
  const bins = [];
  let now = null;
  let next = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < steps.length; i++) {
    const v = /** @type {number} */ (values[i]);
    if (!isNumber(v) || (log && v <= 0)) continue;
    if (steps[i] >= next) {
      next = X.invert((Math.floor(X(steps[i]) / bin) + 1) * bin);
      if (next <= steps[i]) next = Number.NEGATIVE_INFINITY;
      now = { sum: 0, count: 0, low: v, high: v, at: 0 };
      bins.push(now);
    }
    now.sum += log ? Math.log(v) : v;
    now.at += steps[i];
    now.count++;
    if (v < now.low) now.low = v;
    if (v > now.high) now.high = v;
  }
  const fullest = bins.reduce((m, b) => Math.max(m, b.count), 0);
  if (bins.length > 2 && bins[0].count < fullest / 2) mergeBins(bins[1], /** @type {any} */ (bins.shift()));
  if (bins.length > 2 && bins[bins.length - 1].count < fullest / 2) mergeBins(bins[bins.length - 2], bins.pop());
  if (fullest <= 1) return { line: linePath(steps, values, X, Y, { log }), area: "", most: fullest };
  const mean = (b) => (log ? Math.exp(b.sum / b.count) : b.sum / b.count);
  const at = (v) => (b) => `${n1(X(b.at / b.count))} ${n1(Y(v(b)))}`;
  const upper = bins.map(at((b) => b.high));
  const lower = bins.map(at((b) => b.low)).reverse();
  return { line: `M${bins.map(at(mean)).join("L")}`, area: `M${[...upper, ...lower].join("L")}z`, most: fullest };
}

/** A bin that the rim has cut short would say more than it knows. */
function mergeBins(bin, rest) {
  for (const key of ["sum", "at", "count"]) bin[key] += rest[key];
  bin.low = Math.min(bin.low, rest.low);
  bin.high = Math.max(bin.high, rest.high);
}

/** Labels at the ends of lines: none closer than `gap`, order kept, all between low and high.
 * @param {number[]} wanted @returns {number[]} */
export function spread(wanted, gap, low, high) {
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  for (let k = 0; k < order.length; k++) order[k].y = Math.max(order[k].y, k ? order[k - 1].y + gap : low);
  for (let k = order.length - 1; k >= 0; k--)
    order[k].y = Math.min(order[k].y, k < order.length - 1 ? order[k + 1].y - gap : high);
  const result = new Array(wanted.length);
  for (const { y, i } of order) result[i] = y;
  return result;
}

/** Index of the recorded step nearest to k; -1 in an empty list. @param {ArrayLike<number>} steps ascending @param {number} k */
export function nearest(steps, k) {
  let low = 0;
  let high = steps.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (steps[mid] < k) low = mid + 1;
    else high = mid;
  }
  return low > 0 && k - steps[low - 1] <= steps[low] - k ? low - 1 : low;
}

/** Index of the last finite value, -1 without one. @param {Values|undefined} values */
export function lastFinite(values, until = (values?.length ?? 0) - 1) {
  for (let i = until; i >= 0; i--) if (isNumber(values?.[i])) return i;
  return -1;
}

/** At most `count` indices, evenly spread, with the first and the last. */
export function evenIndices(length, count) {
  if (length <= count) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / (count - 1)));
}

const FIELDS = {
  learning_rate: ["η", "learning rate"],
  dropout: ["p", "dropout"],
  batch_size: ["batch", "batch size"],
  momentum: ["μ", "momentum"],
  l1: ["λ₁", "L1"],
  l2: ["λ₂", "L2"],
  clip_norm: ["clip", "clip norm"],
};

/**
 * What was changed while training, old → new, one flag a step. What the wire does not say about "before" is the change before it, or
 * the run's config. @param {any[]|null|undefined} changes {step, field, before, value} @param {Record<string, any>} config
 */
export function changeFlags(changes, config = {}) {
  const now = { ...config };
  const flags = [];
  for (const { step, field, before, value } of [...(changes ?? [])].sort((a, b) => a.step - b.step)) {
    const [symbol, plain] = FIELDS[field] ?? [field, field];
    const shown = (v) => (field === "batch_size" ? textOf(field, v) : short(v));
    const move = `${shown(before === undefined ? now[field] : before)} → ${shown(value)}`;
    now[field] = value;
    if (flags.at(-1)?.step !== step) flags.push({ step, text: [], words: [] });
    flags.at(-1).text.push(`${symbol} ${move}`);
    flags.at(-1).words.push(`${plain} ${move}`);
  }
  return flags.map(({ step, text, words }) => ({ step, text: text.join(", "), words: words.join(", ") }));
}

function short(value) {
  if (value === null || value === undefined) return "off";
  if (Array.isArray(value)) return [...new Set(value.map(short))].join(" ");
  return isNumber(value) ? String(Number(value.toPrecision(4))).replace("-", "−") : String(value);
}
