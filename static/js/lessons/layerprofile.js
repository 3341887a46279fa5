// The layer profile: the gradient or the signal of each layer, one row a layer, on powers of ten or decibels, with the
// line through them. Pure.

import { linear, tickText } from "../charts/scale.js";
import { clamp, isNumber, n1 } from "../format/math.js";
import { format, superscript } from "../format/numbers.js";
import { ANCHOR_END, ANCHOR_MIDDLE, polyline, signedText, svg, svgText } from "./figures.js";

/** The straight line through points (x, y) by least squares; null with fewer than two. @param {[number, number][]} points */
export function lineThrough(points) {
  const n = points.length;
  if (n < 2) return null;
  const mx = points.reduce((sum, [x]) => sum + x, 0) / n;
  const my = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  if (!sxx) return null;
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx;
  return { slope, at: (/** @type {number} */ x) => my + slope * (x - mx) };
}

/** Whole decades that hold all values, at least three and at most ten: smaller values lie on its edge.
 * @param {(number|null)[]} logs */
export function decadeRange(logs) {
  const known = logs.filter(isNumber);
  if (!known.length) return [-4, 0];
  const high = Math.ceil(Math.max(...known) + 0.15);
  const low = Math.min(high - 3, Math.floor(Math.min(...known) - 0.15));
  return [Math.max(low, high - 10), high];
}

/** Whole tens of decibels around all values, zero among them. @param {(number|null)[]} values */
export function decibelRange(values) {
  const known = values.filter(isNumber);
  return [
    Math.min(-20, 10 * Math.floor((Math.min(0, ...known) - 4) / 10)),
    Math.max(20, 10 * Math.ceil((Math.max(0, ...known) + 4) / 10)),
  ];
}

/** Ticks from low to high, no more than `most`. */
export function axisTicks([low, high], step, maxTicks = 7) {
  let by = step;
  while ((high - low) / by > maxTicks) by += step;
  const ticks = [];
  for (let v = Math.ceil(low / by) * by; v <= high; v += by) ticks.push(v);
  return ticks;
}

/**
 * The rows of a profile in a box. Exactly 0 has no logarithm and lies left of the axis; what is not finite gets a cross.
 * @param {{value: number|null, exact?: number|null}[][]} sets for each run its rows from the first layer on: the position
 *   on the axis, and, where that is null, the size itself (0, or null where it was lost)
 * @param {{left: number, right: number, top: number, bottom: number}} box @param {[number, number]} range of the axis
 * @param {number} fitted how many rows, from the first, the line goes through
 */
export function profileRows(sets, box, range, fitted) {
  const rows = Math.max(...sets.map((set) => set.length));
  const pitch = (box.bottom - box.top) / Math.max(1, rows);
  const X = linear(range[0], range[1], box.left, box.right);
  const Y = (row) => box.top + pitch * (row + 0.5);
  const inside = (x) => Math.max(box.left, Math.min(box.right, x));
  return {
    X,
    Y,
    rows,
    sets: sets.map((set) => {
      const dots = set.map(({ value, exact }, row) => ({
        row,
        y: Y(row),
        x: isNumber(value) ? inside(X(value)) : box.left - 9,
        kind: isNumber(value) ? "dot" : exact === 0 ? "zero" : "lost",
      }));
      /** @type {[number, number][]} */
      const known = set.flatMap(({ value }, row) => (isNumber(value) && row < fitted ? [[row, value]] : []));
      const line = lineThrough(known);
      const ends = line ? [known[0][0], known[known.length - 1][0]] : null;
      return {
        dots,
        line: line && ends ? ends.map((row) => [inside(X(line.at(row))), Y(row)]) : null,
        slope: line?.slope ?? null,
      };
    }),
  };
}

/** The line that a theory draws from the last fitted row of a set toward the first. */
export function theoryLine(profile, set, slope, fitted, range) {
  const last = Math.min(fitted, set.length) - 1;
  if (last < 1 || !isNumber(set[last].value)) return null;
  const ends = [0, last].map((row) => [set[last].value - slope * (last - row), row]);
  if (ends[0][0] < range[0] || ends[0][0] > range[1]) {
    const edge = ends[0][0] < range[0] ? range[0] : range[1];
    ends[0] = [edge, last - (set[last].value - edge) / slope];
  }
  return ends.map(([value, row]) => [profile.X(value), profile.Y(row)]);
}

/** Dots at one position are stacked. @param {number[]} places pixels @param {number} wide of a dot
 * @returns {number[]} how many lie below each */
export function stackHeights(places, wide) {
  const columns = new Map();
  return places.map((x) => {
    const column = Math.round(x / wide);
    const below = columns.get(column) ?? 0;
    columns.set(column, below + 1);
    return below;
  });
}

export const rowValues = {
  gradient: (layers) => layers.map(({ log10_rms, rms }) => ({ value: log10_rms, exact: rms })),
  signal: (layers) =>
    layers
      .filter(({ decibels }, i) => decibels !== null || i < layers.length - 1)
      .map(({ decibels }) => ({ value: decibels, exact: null })),
};

/**
 * One row a layer: a dot for its gradient (or signal), and the line through them.
 * @param {"gradient"|"signal"} kind
 * @param {{profile: any, paleProfile?: any}[]} runs this run and, hollow and dashed, the one beside it; paleProfile: how it
 *   is at the other end of the training
 * @param {number} W @param {number} H pixels
 * @param {{numbers?: boolean, theory?: boolean}} [parts] numbers: each dot's value at the right; theory: the expected slopes
 */
export function profilePicture(kind, runs, W, H, { numbers = true, theory = true } = {}) {
  const signal = kind === "signal";
  const sets = runs.map(({ profile }) => rowValues[kind](profile.layers));
  const paleSets = runs.map(({ paleProfile }) => (paleProfile ? rowValues[kind](paleProfile.layers) : null));
  const fitted = Math.max(1, runs[0].profile.layers.length - 1);
  const all = [...sets, ...paleSets.filter(Boolean)].flat();
  const values = all.map(({ value }) => value);
  const range = /** @type {[number, number]} */ (signal ? decibelRange(values) : decadeRange(values));
  const box = { left: 40, right: W - (numbers ? 56 : 14), top: 4, bottom: H - 18 };
  const profile = profileRows(sets, box, range, fitted);
  const hasZero = !signal && all.some(({ exact }) => exact === 0);
  const out = [
    ...(signal ? noiseMarks(profile, box) : []),
    ...axisMarks(signal, profile, box, range, hasZero, W, H),
    ...rowMarks(signal, profile, box),
  ];
  if (!signal && theory) out.push(theoryLines(runs, profile, sets, fitted, range, box));
  paleSets.forEach((set, i) => {
    const pale = set && profileRows([set], box, range, fitted).sets[0];
    if (pale) out.push(`<g class="pale">${profileMarks(pale, signal, i > 0, () => false)}</g>`);
  });
  const middles = profile.sets.map(({ line }) => (line ? (line[0][0] + line[1][0]) / 2 : 0));
  profile.sets.forEach((set, i) => {
    const isUnhealthy = signal ? ({ row }) => sets[i][row].value < 0 : unhealthy(runs[i].profile, set.slope);
    out.push(profileMarks(set, signal, i > 0, isUnhealthy, i > 0 ? profile.sets[0].dots : []));
    if (W > 300) out.push(slopeText(signal, runs[i].profile, set.line, middles, i, box));
  });
  if (numbers) out.push(...numberTexts(signal, runs[0].profile, sets[0], profile.sets[0], W));
  return svg(
    W,
    H,
    `${signal ? "Signal against noise" : "Size of the gradient"} by layer. ${profileText(signal, runs)}`,
    out.join(""),
    "lesson-drawing",
  );
}

/** Left of 0 dB the noise is louder than the signal. */
const noiseMarks = (profile, box) => [
  `<rect class="loud" x="${box.left}" y="${box.top}" width="${n1(profile.X(0) - box.left)}" height="${box.bottom - box.top}"/>`,
  svgText(profile.X(0) - 6, box.top + 11, "noise is louder", `${ANCHOR_END} class="warning"`),
];

/** Decades or decibels; left of them, where a gradient is exactly 0, a place for it. */
function axisMarks(signal, profile, box, range, hasZero, W, H) {
  const out = [];
  for (const v of axisTicks(range, signal ? 10 : 1, W < 300 ? 5 : 8)) {
    const x = profile.X(v);
    out.push(`<path class="${signal && v === 0 ? "base" : "grid"}" d="M${n1(x)} ${box.top}V${n1(box.bottom)}"/>`);
    if (!hasZero || x > box.left + 18)
      out.push(svgText(x, H - 4, signal ? format(v, 0) : tickText(10 ** v, true), `${ANCHOR_MIDDLE} class="tick"`));
  }
  if (hasZero)
    out.push(
      `<path class="zero" d="M${box.left - 9} ${box.top}V${box.bottom}"/>${svgText(box.left - 9, H - 4, "0", `${ANCHOR_MIDDLE} class="tick"`)}`,
    );
  return out;
}

const rowMarks = (signal, profile, box) =>
  Array.from({ length: profile.rows }, (_, row) => [
    `<path class="row" d="M${box.left} ${n1(profile.Y(row))}H${box.right}"/>`,
    svgText(2, profile.Y(row) + 4, `${signal ? "a" : "δ"}${superscript(row + 1)}`, 'class="variable"'),
  ]).flat();

/** The slope of a run's line, on the side where the other run's line is not. */
function slopeText(signal, profile, line, middles, i, box) {
  const slope = signal ? profile.noise_slope : profile.slope;
  if (!line || !isNumber(slope)) return "";
  const [[x1, y1], [x2, y2]] = line;
  const low = !signal && profile.status && profile.status !== "healthy";
  const left = middles.length > 1 && middles[i] < middles[1 - i] && middles[i] > box.left + 70;
  const x = Math.min(middles[i] + (left ? -12 : 14), box.right - 52);
  const y = (y1 + y2) / 2 + (left === x1 < x2 ? 20 : -8);
  const attributes = `class="slope${low ? " warning" : ""}" ${left ? ANCHOR_END : ""}`;
  return svgText(x, y, signedText(slope, signal ? 1 : 2), attributes);
}

/** Each dot's value, at the right edge. */
function numberTexts(signal, profile, rows, set, W) {
  const isUnhealthy = unhealthy(profile, set.slope);
  return set.dots.map(({ y, kind, row }) => {
    const { value, exact } = rows[row];
    const gradientText = kind === "zero" ? "0" : isNumber(exact) ? format(exact) : "NaN";
    const signalText = isNumber(value) ? `${format(value, 1)} dB` : "";
    const warns = kind !== "dot" || isUnhealthy({ row });
    const attributes = `${ANCHOR_END} class="num${warns ? " warning" : ""}"`;
    return svgText(W, y + 4, signal ? signalText : gradientText, attributes);
  });
}

const profileText = (signal, runs) =>
  runs
    .map(({ profile }, i) => {
      const layers = profile.layers.map(
        (r) => `layer ${r.layer} ${signal ? `${format(r.decibels, 1)} decibels` : format(r.rms)}`,
      );
      return `${i ? "beside it" : "this run"}: ${layers.join(", ")}`;
    })
    .join("; ");

/** From the last layer's dot on: what a theory expects of the layers before it. */
export function theoryLines(runs, profile, sets, fitted, range, box) {
  const { theory_slope: theorySlope } = runs[0].profile;
  const lines = isNumber(theorySlope) ? [[theorySlope, signedText(theorySlope)]] : [];
  if (runs.length === 1) lines.push([0, "0"], [-0.301, "−0.30"]);
  return lines
    .map(([slope, name]) => {
      const line = theoryLine(profile, sets[0], slope, fitted, range);
      if (!line) return "";
      return `<path class="theory" d="${polyline(line)}"/>${svgText(clamp(line[0][0], box.left + 10, box.right - 10), Math.max(line[0][1] - 8, box.top + 6), name, `${ANCHOR_MIDDLE} class="warning small"`)}`;
    })
    .join("");
}

/** Judged only before the first step, by the slope: dots from the third-last layer down turn. */
export function unhealthy(profile, slope) {
  const outOfRange = /vanishing|exploding/.test(profile.status) && isNumber(slope);
  return ({ row }) => outOfRange && row < profile.layers.length - 2;
}

/**
 * The dots of a run and the line through them.
 * @param {any} set of profileRows @param {boolean} square a signal: squares, joined one by one @param {boolean} hollow the
 *   second run @param {(dot: any) => boolean} isUnhealthy
 * @param {any[]} dotsBelow dots of the other run: where one lies in the same place, the hollow one goes around it
 */
export function profileMarks(set, square, hollow, isUnhealthy, dotsBelow = []) {
  const line = set.line ? `<path class="fit${hollow ? " dash" : ""}" d="${polyline(set.line)}"/>` : "";
  const join = square
    ? `<path class="fit${hollow ? " dash" : ""}" d="${polyline(set.dots.filter((d) => d.kind === "dot").map((d) => [d.x, d.y]))}"/>`
    : line;
  return (
    join +
    set.dots
      .map((dot) => {
        const hue = `${dot.kind === "dot" ? (isUnhealthy(dot) ? " warning" : "") : " warning"}${hollow ? " hollow" : ""}`;
        if (dot.kind === "lost") return svgText(dot.x, dot.y + 4, "✕", `${ANCHOR_MIDDLE} class="warning"`);
        const overlaps = dotsBelow.some(({ x, y }) => Math.hypot(x - dot.x, y - dot.y) < 6);
        const r = overlaps ? 7 : square ? 4 : 4.4;
        const form = overlaps ? `${hue} around` : hue;
        return dot.kind === "zero" || square
          ? `<rect class="mark${form}" x="${n1(dot.x - r)}" y="${n1(dot.y - r)}" width="${2 * r}" height="${2 * r}"/>`
          : `<circle class="mark${form}" cx="${n1(dot.x)}" cy="${n1(dot.y)}" r="${r}"/>`;
      })
      .join("")
  );
}
