// Pure: how the values of a column are spread over the training rows, class by class.
import { classOf } from "./planemap.js";
import { isNumber } from "./scales.js";

const BINS = 22;
const CLASSES = 6; // more curves can't be told apart: then all rows are one

/**
 * Shares of each class's own training rows, bin by bin, lightly smoothed; with one curve where there are no classes.
 * @param {any} samples of a run @param {number} column its place among the raw columns
 * @returns {{low: number, high: number, missing: number, curves: {k: number, shares: number[]}[]}|null} null without a range
 */
export function densityOf({ inputs, targets, train, task, classes }, column) {
  const values = inputs.slice(0, train).map((row) => row[column]);
  const sound = values.filter(isNumber);
  if (!sound.length) return null;
  const [low, high] = sound.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [sound[0], sound[0]]);
  const apart = task !== "regression" && classes.length <= CLASSES;
  const counts = (apart ? classes : [""]).map(() => new Array(BINS).fill(0));
  values.forEach((v, i) => {
    if (!isNumber(v)) return;
    const bin = high > low ? Math.min(BINS - 1, Math.floor(((v - low) / (high - low)) * BINS)) : BINS >> 1;
    counts[apart ? classOf(targets[i], task) : 0][bin]++;
  });
  const curves = counts.map((own, k) => ({ k: apart ? k : -1, shares: smooth(own) }));
  return { low, high, missing: values.length - sound.length, curves };
}

/** Each bin with a quarter of either neighbour, as a share of all. @param {number[]} counts */
function smooth(counts) {
  const all = counts.reduce((a, b) => a + b, 0) || 1;
  return counts.map((count, i) => (count / 2 + (counts[i - 1] ?? 0) / 4 + (counts[i + 1] ?? 0) / 4) / all);
}

/** A curve above a base line, from side to side. @param {number[]} shares @param {number} most the height of the tallest */
export function curvePath(shares, most, width, height) {
  const step = width / shares.length;
  const places = shares.map(
    (share, i) => `${((i + 0.5) * step).toFixed(1)} ${(height * (1 - share / most)).toFixed(1)}`,
  );
  return `M0 ${height}L${places.join("L")}L${width} ${height}`;
}
