// Pure: where the rungs of a ladder lie: one row a layer, sizes over powers of ten or decibels, the line through them.

import { linear } from "./chartscale.js";
import { isNumber } from "./scales.js";

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

/** Whole decades that hold all values, at least three and at most ten: what is smaller lies on the rim.
 * @param {(number|null)[]} logs */
export function decadesOf(logs) {
  const known = logs.filter(isNumber);
  if (!known.length) return [-4, 0];
  const high = Math.ceil(Math.max(...known) + 0.15);
  const low = Math.min(high - 3, Math.floor(Math.min(...known) - 0.15));
  return [Math.max(low, high - 10), high];
}

/** Whole tens of decibels around all values, zero among them. @param {(number|null)[]} values */
export function decibelsOf(values) {
  const known = values.filter(isNumber);
  return [
    Math.min(-20, 10 * Math.floor((Math.min(0, ...known) - 4) / 10)),
    Math.max(20, 10 * Math.ceil((Math.max(0, ...known) + 4) / 10)),
  ];
}

/** Ticks from low to high, no more than `most`. */
export function ticksOf([low, high], step, most = 7) {
  let by = step;
  while ((high - low) / by > most) by += step;
  const ticks = [];
  for (let v = Math.ceil(low / by) * by; v <= high; v += by) ticks.push(v);
  return ticks;
}

/**
 * A ladder in a box. What is exactly 0 has no logarithm and stands left of the axis; what is not finite is lost.
 * @param {{value: number|null, exact?: number|null}[][]} sets for each run its rows from the first layer on: the position
 *   on the axis, and, where that is null, the size itself (0, or null where it was lost)
 * @param {{left: number, right: number, top: number, bottom: number}} box @param {[number, number]} range of the axis
 * @param {number} fitted how many rows, from the first, the line goes through
 */
export function laddersOf(sets, box, range, fitted) {
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
export function theoryLine(ladder, set, slope, fitted, range) {
  const last = Math.min(fitted, set.length) - 1;
  if (last < 1 || !isNumber(set[last].value)) return null;
  const ends = [0, last].map((row) => [set[last].value - slope * (last - row), row]);
  if (ends[0][0] < range[0] || ends[0][0] > range[1]) {
    const edge = ends[0][0] < range[0] ? range[0] : range[1];
    ends[0] = [edge, last - (set[last].value - edge) / slope];
  }
  return ends.map(([value, row]) => [ladder.X(value), ladder.Y(row)]);
}

/** Dots that share a place stand on one another. @param {number[]} places pixels @param {number} wide of a dot
 * @returns {number[]} how many lie below each */
export function stacked(places, wide) {
  const columns = new Map();
  return places.map((x) => {
    const column = Math.round(x / wide);
    const below = columns.get(column) ?? 0;
    columns.set(column, below + 1);
    return below;
  });
}
