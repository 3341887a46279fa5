// Where samples lie on the input plane, which one is nearest to a point, and which is next in a direction. Pure.

import { clamp, isNumber } from "../format/math.js";

/**
 * The two columns that the plane shows, and its range. With two raw columns these; otherwise a pair that was chosen, or
 * the first two; a single one lies against the target.
 * @param {any} samples @param {[number, number, number, number]|null|undefined} extent of the surfaces
 * @param {string[]|null} pair names of columns
 */
export function planeOf(samples, extent, pair = null) {
  const two = samples.columns.length === 2;
  const names = two ? samples.columns : (pair ?? samples.columns.slice(0, 2));
  const columns = names.map((name, i) => {
    const raw = samples.columns.indexOf(name);
    return raw >= 0 ? samples.inputs.map((row) => row[raw]) : samples.values.map((row) => row[i]);
  });
  if (columns.length < 2) columns.push(samples.targets.map((row) => row[0]));
  const [x, y] = columns;
  const range = extent ?? [...paddedRange(x), ...paddedRange(y)];
  return { x, y, extent: range, names: [names[0] ?? "", names[1] ?? "target"], field: two };
}

function paddedRange(column) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const v of column) {
    if (!isNumber(v)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (!(high >= low)) return [-1, 1];
  const margin = (high - low) / 16 || Math.max(1, Math.abs(low));
  return [low - margin, high + margin];
}

const boxOf = (size) => (typeof size === "number" ? { width: size, height: size } : size);

/** Sample → pixels in a square of `size`, or in a box; null where a coordinate is missing. */
export function positionOf(plane, index, size) {
  const { width, height } = boxOf(size);
  const [x1, x2, y1, y2] = plane.extent;
  const [x, y] = [plane.x[index], plane.y[index]];
  return {
    x: isNumber(x) ? ((x - x1) / (x2 - x1)) * width : null,
    y: isNumber(y) ? ((y2 - y) / (y2 - y1)) * height : null,
  };
}

/** The sample nearest to a pixel, within reach; -1 without one. */
export function sampleAt(plane, px, py, size, reach = 12) {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < plane.x.length; i++) {
    const p = positionOf(plane, i, size);
    if (p.x === null || p.y === null) continue;
    const distance = (p.x - px) ** 2 + (p.y - py) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/**
 * The nearest sample in a direction (dx, dy on the screen): within 45° of it, else anything on that side; -1 at the rim.
 * @param {any} size as in positionOf
 */
export function neighbour(plane, index, dx, dy, size = 1) {
  const { width, height } = boxOf(size);
  const here = positionOf(plane, index, size);
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < plane.x.length; i++) {
    const p = positionOf(plane, i, size);
    if (i === index || p.x === null || p.y === null) continue;
    const [vx, vy] = [p.x - (here.x ?? width / 2), p.y - (here.y ?? height / 2)];
    const along = vx * dx + vy * dy;
    const across = Math.abs(vx * dy - vy * dx);
    if (along <= 0) continue;
    const cost = (along + 2 * across) * (across <= along ? 1 : 4);
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}

/** A grid's value at a place, between its nodes: u, v in 0..1 from the upper left corner. @param {ArrayLike<number>} grid */
export function between(grid, n, u, v) {
  const [fx, fy] = [clamp(u) * (n - 1), clamp(v) * (n - 1)];
  const [i, j] = [Math.min(n - 2, Math.floor(fx)), Math.min(n - 2, Math.floor(fy))];
  const [a, b] = [fx - i, fy - j];
  const at = j * n + i;
  const above = grid[at] * (1 - a) + grid[at + 1] * a;
  return above * (1 - b) + (grid[at + n] * (1 - a) + grid[at + n + 1] * a) * b;
}

/** How strongly a winning probability is coloured, 0.1 … 0.52 of the class hue. */
export const certainty = (p, classes) => 0.1 + 0.42 * clamp((p - 1 / classes) / (1 - 1 / classes));

/** A regression's values as −1 … 1 for the ramp: around zero where they have both signs, else around their middle. */
export function valueScale(low, high) {
  const limit = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const centre = low < 0 && high > 0 ? 0 : (low + high) / 2;
  const half = low < 0 && high > 0 ? limit : (high - low) / 2 || 1;
  return { centre, half, of: (/** @type {number} */ v) => clamp((v - centre) / half, -1, 1) };
}
