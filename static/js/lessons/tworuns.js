// Two runs in one chart, one of them dashed: loss, gap, gradient norm or dead units against the steps.

import {
  extentOf,
  lastFinite,
  linear,
  linePath,
  spread,
  stepTicks,
  tickText,
  valueAxis,
  wantsLog,
} from "../charts/scale.js";
import { clamp, isNumber, n1 } from "../format/math.js";
import { format, thousands } from "../format/numbers.js";
import { ANCHOR_END, ANCHOR_MIDDLE, svg, svgText } from "./figures.js";

/**
 * @param {{series: any, name: string}[]} runs this one (solid), and the one beside it (dashed)
 * @param {string} column of the series, or norm0, or gap
 * @param {number} W @param {number} H pixels
 * @param {{ceiling?: number, level?: {at: number, name: string}|null, whole?: boolean}} [axis] ceiling: the axis goes from 0
 *   up to it; level: a line with a name; whole: values are counts
 * @returns {{html: string, log: boolean}} log: whether the axis is logarithmic
 */
export function twoRunsPicture(runs, column, W, H, { ceiling = 0, level = null, whole = false } = {}) {
  const values = runs.map(({ series }) => valuesOf(series, column));
  const box = { left: 36, right: W - (runs[0].name ? 96 : 48), top: 8, bottom: H - 18 };
  const log = !whole && column !== "gap" && (column === "norm0" || wantsLog(values, 1.6) || reachesNearZero(values));
  const limit = (extent) => {
    if (column === "gap") return extent;
    return ceiling ? /** @type {[number, number]} */ ([0, ceiling]) : cappedExtent(extent, values, log);
  };
  const axis = valueAxis(values, { bottom: box.bottom, top: box.top, count: 4, log, limit });
  const first = Math.min(...runs.map(({ series }) => series.steps[0] ?? 0));
  const last = Math.max(first + 1, ...runs.map(({ series }) => series.steps.at(-1) ?? 1));
  const X = linear(first, last, box.left, box.right);
  const Y = (v) => axis.Y(clamp(v, axis.low, axis.high));
  const lines = runs.map(
    ({ series }, i) => `<path class="fit${i ? " dash" : ""}" d="${linePath(series.steps, values[i], X, Y, { log })}"/>`,
  );
  const ends = values.map((column) => lastFinite(column));
  const parts = [
    ...axisMarks(axis, box, log),
    ...stepMarks(first, last, X, box, H),
    levelMark(level, axis, box),
    ...lines,
    ...endMarks(runs, values, ends, { X, Y, box, whole }),
  ];
  const label = ends
    .map((k, i) => `${i ? "beside it" : "this run"} ${k < 0 ? "none yet" : format(values[i][k])}`)
    .join(", ");
  return { html: svg(W, H, `${label}, at step ${last}`, parts.join(""), "lesson-drawing"), log };
}

const valuesOf = (series, column) =>
  column === "norm0" ? series.norms[0] : column === "gap" ? generalizationGap(series) : series[column];

function axisMarks({ low, ticks, Y }, box, log) {
  return ticks.map(
    (v) =>
      `<path class="${v === low ? "base" : "grid"}" d="M${box.left} ${n1(Y(v))}H${box.right}"/>${svgText(box.left - 5, Y(v) + 3.5, tickText(v, log), `${ANCHOR_END} class="tick"`)}`,
  );
}

function stepMarks(first, last, X, box, H) {
  const width = box.right - box.left;
  return stepTicks(first, last, width, Math.min(90, width / 2)).map((k) =>
    svgText(X(k), H - 3, thousands(k), `${ANCHOR_MIDDLE} class="tick"`),
  );
}

function levelMark(level, { low, high, Y }, box) {
  if (!level || level.at <= low || level.at >= high) return "";
  const y = Y(level.at);
  return `<path class="level" d="M${box.left} ${n1(y)}H${box.right}"/>${svgText(box.left - 5, y + 3.5, level.name, `${ANCHOR_END} class="tick"`)}`;
}

/** A dot at the last number of each run, and that number beside it; the numbers don't touch. */
function endMarks(runs, values, ends, { X, Y, box, whole }) {
  const heights = spread(
    ends.map((k, i) => (k < 0 ? box.bottom : Y(values[i][k]))),
    13,
    box.top,
    box.bottom,
  );
  return runs.flatMap(({ series, name }, i) => {
    const k = ends[i];
    if (k < 0) return [];
    const diverged = k < series.steps.length - 1 && !isNumber(values[i].at?.(-1)) && i === 0 && series.lost;
    const value = whole ? String(Math.round(values[i][k])) : format(values[i][k], 3);
    const x = X(series.steps[k]);
    return [
      `<circle class="mark${i ? " hollow" : ""}" cx="${n1(x)}" cy="${n1(Y(values[i][k]))}" r="3"/>`,
      svgText(
        Math.min(x + 8, box.right + 8),
        heights[i] + 4,
        `${name ? `${name}: ` : ""}${diverged ? "✕" : value}`,
        `class="end${i ? "" : " strong"}"`,
      ),
    ];
  });
}

const reachesNearZero = (values) => {
  const found = extentOf(values, 0);
  return !!found && found[0] < found[1] / 30;
};
const generalizationGap = (series) => Float64Array.from(series.test, (v, i) => v - series.train[i]);

/** Values that exploded must not flatten all the others. */
function cappedExtent(extent, values, log) {
  if (!extent || log) return extent;
  const starts = values.map((v) => v[0]).filter(isNumber);
  const cap = 4 * Math.max(...starts, 1e-9);
  return /** @type {[number, number]} */ ([extent[0], Math.min(extent[1], Math.max(cap, extent[0]))]);
}
