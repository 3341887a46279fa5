// Pure: the input plane as a picture: where a sample lies, which shape it has, which one is next in a direction.

import { clamp, isNumber, mix } from "./scales.js";

/** Shapes in a box of ±1.25, area about equal: classes by number. Two classes: ◆ the first, ● the second. */
export const SHAPES = {
  circle: "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z",
  diamond: "M0-1.25L1.25 0L0 1.25L-1.25 0z",
  triangle: "M0-1.2L1.15 .9H-1.15z",
  square: "M-.9-.9H.9V.9H-.9z",
  plus: "M-.4-1.2H.4V-.4H1.2V.4H.4V1.2H-.4V.4H-1.2V-.4H-.4z",
  cross: "M-1.1-.55L-.55-1.1L0-.55L.55-1.1L1.1-.55L.55 0L1.1 .55L.55 1.1L0 .55L-.55 1.1L-1.1 .55L-.55 0z",
  hexagon: "M-1.1 0L-.55-.95H.55L1.1 0L.55 .95H-.55z",
};

/**
 * A shape at its place, as one path. Hundreds of points each with a transform of their own are hundreds of coordinate
 * systems for the browser to put together anew whenever anything on the page moves.
 * @param {string} shape @param {number} x @param {number} y @param {number} r the factor on the shape's box
 */
export function shapeAt(shape, x, y, r) {
  const place = { M: [x, y], L: [x, y], H: [x], V: [y], a: [0, 0, null, null, null, 0, 0], z: [] };
  return SHAPES[shape].replace(/([MLHVaz])([^MLHVaz]*)/g, (_, command, numbers) => {
    const to = place[command];
    const values = numbers.match(/-?\d*\.?\d+/g) ?? [];
    const moved = values.map((v, i) => {
      const origin = to[i % to.length];
      return origin === null ? v : Math.round((origin + r * Number(v)) * 100) / 100;
    });
    return command + moved.join(" ");
  });
}

const ORDER = ["circle", "triangle", "square", "plus", "cross", "hexagon"];

/** The class number of a target as it is on the wire. @param {(number|null)[]} target @param {string} task */
export function classOf(target, task) {
  if (task === "binary") return (target[0] ?? 0) >= 0.5 ? 1 : 0;
  return target.reduce((best, v, i) => ((v ?? 0) > (target[best] ?? 0) ? i : best), 0);
}

/** How many samples each class has. @param {any} samples @returns {number[]} */
export function planeClasses({ targets, task, classes }) {
  const counts = classes.map(() => 0);
  for (const target of targets) counts[classOf(target, task)]++;
  return counts;
}

/** Name of the shape of class k, of several. @param {number} k */
export const shapeOfClass = (k) => ORDER[k % ORDER.length];

/**
 * The hue of class k, of several: one of three, from the fourth class on as a tint. From the seventh on the shapes come
 * again, each under another hue: no two of eighteen classes look alike.
 * @param {number} k
 */
const classHue = (k) => ({ hue: (k + Math.floor(k / ORDER.length)) % 3, tint: k >= 3 });

/** The same as names for CSS, c1 … c3 and tint. @param {number} k */
export const hueNames = (k) => `c${classHue(k).hue + 1}${classHue(k).tint ? " tint" : ""}`;

/** The same as a colour. @param {number} k */
export const hueText = (k) =>
  classHue(k).tint
    ? `color-mix(in srgb, var(--c${classHue(k).hue + 1}) 60%, var(--hmid))`
    : `var(--c${classHue(k).hue + 1})`;

/** Name of the shape for a target. @param {(number|null)[]} target @param {string} task */
export function shapeOf(target, task) {
  if (task === "regression") return "circle";
  const k = classOf(target, task);
  return task === "binary" ? (k ? "circle" : "diamond") : shapeOfClass(k);
}

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
export function place(plane, index, size) {
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
    const p = place(plane, i, size);
    if (p.x === null || p.y === null) continue;
    const distance = (p.x - px) ** 2 + (p.y - py) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/**
 * The nearest sample in a direction (dx, dy on the screen): within 45° of it, else anything on that side; -1 at the rim.
 * @param {any} size as in place
 */
export function neighbour(plane, index, dx, dy, size = 1) {
  const { width, height } = boxOf(size);
  const here = place(plane, index, size);
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < plane.x.length; i++) {
    const p = place(plane, i, size);
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

/** The hue of class k in numbers: one of the three of the palette, or a tint of it. @param {number} k @param {number[][]} hues rgb */
export const hueOf = (k, hues, middle) =>
  classHue(k).tint ? mix(hues[classHue(k).hue], middle, 0.4) : hues[classHue(k).hue];

/** A regression's values as −1 … 1 for the ramp: around zero where they have both signs, else around their middle. */
export function valueScale(low, high) {
  const limit = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const centre = low < 0 && high > 0 ? 0 : (low + high) / 2;
  const half = low < 0 && high > 0 ? limit : (high - low) / 2 || 1;
  return { centre, half, of: (/** @type {number} */ v) => clamp((v - centre) / half, -1, 1) };
}
