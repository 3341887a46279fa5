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
 * One row a layer. `runs`: [{profile, paleProfile}] of the first run and of the second (hollow, dashed).
 * @param {"gradient"|"signal"} kind @param {{profile: any, paleProfile?: any}[]} runs @param {number} W @param {number} H
 */
export function profilePicture(kind, runs, W, H, { numbers = true, theory = true } = {}) {
  const signal = kind === "signal";
  const sets = runs.map(({ profile }) => rowValues[kind](profile.layers));
  const paleSets = runs.map(({ paleProfile }) => (paleProfile ? rowValues[kind](paleProfile.layers) : null));
  const fitted = Math.max(1, runs[0].profile.layers.length - 1);
  const all = [...sets, ...paleSets.filter(Boolean)].flat().map(({ value }) => value);
  const range = /** @type {[number, number]} */ (signal ? decibelRange(all) : decadeRange(all));
  const box = { left: 40, right: W - (numbers ? 56 : 14), top: 4, bottom: H - 18 };
  const profile = profileRows(sets, box, range, fitted);
  const paleRows = paleSets
    .map((set) => (set ? profileRows([set], box, range, fitted).sets[0] : null))
    .map((g, i) => g && { ...g, i });
  const ticks = axisTicks(range, signal ? 10 : 1, W < 300 ? 5 : 8);
  const out = [];
  if (signal)
    out.push(
      `<rect class="loud" x="${box.left}" y="${box.top}" width="${n1(profile.X(0) - box.left)}" height="${box.bottom - box.top}"/>`,
      svgText(profile.X(0) - 6, box.top + 11, "noise is louder", `${ANCHOR_END} class="warning"`),
    );
  const zero = !signal && [...sets, ...paleSets.filter(Boolean)].flat().some(({ exact }) => exact === 0);
  for (const v of ticks) {
    const x = profile.X(v);
    out.push(`<path class="${signal && v === 0 ? "base" : "grid"}" d="M${n1(x)} ${box.top}V${n1(box.bottom)}"/>`);
    if (!zero || x > box.left + 18)
      out.push(svgText(x, H - 4, signal ? format(v, 0) : tickText(10 ** v, true), `${ANCHOR_MIDDLE} class="tick"`));
  }
  if (zero)
    out.push(
      `<path class="zero" d="M${box.left - 9} ${box.top}V${box.bottom}"/>${svgText(box.left - 9, H - 4, "0", `${ANCHOR_MIDDLE} class="tick"`)}`,
    );
  for (let row = 0; row < profile.rows; row++)
    out.push(
      `<path class="row" d="M${box.left} ${n1(profile.Y(row))}H${box.right}"/>`,
      svgText(2, profile.Y(row) + 4, `${signal ? "a" : "δ"}${superscript(row + 1)}`, 'class="variable"'),
    );
  if (!signal && theory) out.push(theoryLines(runs, profile, sets, fitted, range, box));
  for (const set of paleRows)
    if (set) out.push(`<g class="pale">${profileMarks(set, signal, set.i > 0, () => false)}</g>`);
  const middles = profile.sets.map(({ line }) => (line ? (line[0][0] + line[1][0]) / 2 : 0));
  profile.sets.forEach((set, i) => {
    const of = runs[i].profile;
    const isUnhealthy = signal ? ({ row }) => sets[i][row].value < 0 : unhealthy(of, set.slope);
    out.push(profileMarks(set, signal, i > 0, isUnhealthy, i > 0 ? profile.sets[0].dots : []));
    const slope = signal ? of.noise_slope : of.slope;
    if (set.line && isNumber(slope) && W > 300) {
      const [[x1, y1], [x2, y2]] = set.line;
      const low = !signal && of.status && of.status !== "healthy";
      const left = runs.length > 1 && middles[i] < middles[1 - i] && middles[i] > box.left + 70;
      const x = Math.min(middles[i] + (left ? -12 : 14), box.right - 52);
      const y = (y1 + y2) / 2 + (left === x1 < x2 ? 20 : -8);
      out.push(
        svgText(
          x,
          y,
          signedText(slope, signal ? 1 : 2),
          `class="slope${low ? " warning" : ""}" ${left ? ANCHOR_END : ""}`,
        ),
      );
    }
  });
  if (numbers)
    profile.sets[0].dots.forEach(({ y, kind: mark, row }) => {
      const { value, exact } = sets[0][row];
      const words = signal
        ? isNumber(value)
          ? `${format(value, 1)} dB`
          : ""
        : mark === "zero"
          ? "0"
          : isNumber(exact)
            ? format(exact)
            : "NaN";
      out.push(
        svgText(
          W,
          y + 4,
          words,
          `${ANCHOR_END} class="num${mark === "dot" && !unhealthy(runs[0].profile, profile.sets[0].slope)({ row }) ? "" : " warning"}"`,
        ),
      );
    });
  const label = runs
    .map(
      ({ profile: l }, i) =>
        `${i ? "beside it" : "this run"}: ${l.layers.map((r) => `layer ${r.layer} ${signal ? `${format(r.decibels, 1)} decibels` : format(r.rms)}`).join(", ")}`,
    )
    .join("; ");
  return svg(
    W,
    H,
    `${signal ? "Signal against noise" : "Size of the gradient"} by layer. ${label}`,
    out.join(""),
    "lesson-drawing",
  );
}

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

/** @param {any} set @param {boolean} square @param {boolean} hollow @param {(dot: any) => boolean} isUnhealthy
 * @param {any[]} dotsBelow dots of the other run: where one lies in the same place, the hollow one goes around it */
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
