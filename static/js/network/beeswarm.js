// Beeswarm plots, for inputs that no plane can show: one dot per training sample, at the height of the unit's
// activation, in a column per class or, in a regression, from left to right by target.

import { classOf, hueOf } from "../format/colors.js";
import { clamp, isNumber } from "../format/math.js";

/**
 * Where the samples lie across a tile, the same for every unit.
 * @param {any} samples @param {number[]} rows sample numbers
 * @returns {{rows: number[], complete: boolean[], groups: Uint8Array, columns: number, horizontal: Float64Array|null}}
 *   complete: no cell is missing; groups: each row's class; horizontal: each row's place from 0 to 1 in a regression
 */
export function samplePositions(samples, rows) {
  const complete = rows.map((i) => samples.values[i].every(isNumber));
  if (samples.task !== "regression") {
    const groups = Uint8Array.from(rows, (i) => classOf(samples.targets[i], samples.task));
    return { rows, complete, groups, columns: Math.max(2, samples.classes.length), horizontal: null };
  }
  const targets = rows.map((i) => samples.targets[i][0] ?? 0);
  const low = targets.reduce((a, b) => Math.min(a, b), Infinity);
  const high = targets.reduce((a, b) => Math.max(a, b), -Infinity);
  const horizontal = Float64Array.from(targets, (v) => (high > low ? (v - low) / (high - low) : 0.5));
  return { rows, complete, groups: new Uint8Array(rows.length), columns: 1, horizontal };
}

/**
 * The values at the lower and the upper edge of a tile; 0 lies between them.
 * @param {string} kind an activation, "class" or "binary" @param {{lo: number, hi: number}} layer
 * @returns {[number, number]}
 */
export function valueRange(kind, { lo, hi }) {
  if (kind === "tanh") return [-1, 1];
  const top = /^(sigmoid|step|class|binary)$/.test(kind) ? 1 : 0;
  const [low, high] = [Math.min(0, lo), Math.max(top, hi)];
  return high > low ? [low, high] : [low - 1, high + 1];
}

/**
 * Dots in a box of `side`: x, y of each row, NaN where a value is missing. Dots of one column at one height spread out
 * to both sides, closer where they are many.
 * @param {{groups: Uint8Array, columns: number, horizontal: Float64Array|null}} places of samplePositions
 * @param {ArrayLike<number>} values a row each @param {[number, number]} range of the values from
 *   bottom to top @param {number} side pixels @param {number} dot its width
 * @returns {Float64Array} x, y, x, y, …
 */
export function dotPositions({ groups, columns, horizontal }, values, [low, high], side, dot) {
  const margin = dot + 1.5;
  const height = side - 2 * margin;
  const width = (side - 2 * margin) / columns;
  const bins = Math.max(1, Math.floor(height / dot)) + 1;
  const counts = new Uint16Array(columns * bins);
  const binOf = (y) => Math.round(((y - margin) / height) * (bins - 1));
  const dots = new Float64Array(values.length * 2).fill(Number.NaN);
  for (let i = 0; i < values.length; i++) {
    if (!isNumber(values[i])) continue;
    const y = margin + (1 - clamp((values[i] - low) / (high - low))) * height;
    dots[2 * i + 1] = y;
    counts[groups[i] * bins + binOf(y)]++;
  }
  const placed = new Uint16Array(counts.length);
  for (let i = 0; i < values.length; i++) {
    const y = dots[2 * i + 1];
    if (Number.isNaN(y)) continue;
    const at = groups[i] * bins + binOf(y);
    const count = counts[at];
    const gap = Math.min(dot, (width * 0.92) / count);
    dots[2 * i] = horizontal
      ? margin + horizontal[i] * height
      : margin + (groups[i] + 0.5) * width + (placed[at]++ - (count - 1) / 2) * gap;
  }
  return dots;
}

/** The hue of a class; of a regression, the ink. @param {any} samples @param {any} colors @returns {(k: number) => number[]} [r, g, b] */
export function classColors({ task }, colors) {
  if (task === "regression") return () => colors["ink-2"];
  if (task === "binary") return (k) => (k ? colors.vpos : colors.vneg);
  return (k) => hueOf(k, [colors.c1, colors.c2, colors.c3], colors.hmid);
}

/**
 * Draws one tile: its ground, its zero, its dots.
 * @param {CanvasRenderingContext2D} ctx
 * @param {{x: number, y: number, s: number, radius: number, places: any, values: () => ArrayLike<number>, range: [number, number],
 *   hues: (k: number) => number[]}} tile x, y: its middle; places: of samplePositions; hues: of classColors
 * @param {any} colors
 */
export function drawBeeswarm(ctx, { x, y, s, radius, places, range, hues, ...tile }, colors) {
  const values = tile.values();
  const dot = s >= 44 ? 1.9 : s >= 26 ? 1.5 : 1.1;
  const dots = dotPositions(places, values, range, s, dot);
  const [left, top] = [x - s / 2, y - s / 2];
  ctx.clearRect(left, top, s, s);
  ctx.save();
  ctx.beginPath();
  ctx.roundRect(left, top, s, s, radius);
  ctx.clip();
  ctx.fillStyle = colors.css["paper-2"];
  ctx.fillRect(left, top, s, s);
  const zero = range[1] / (range[1] - range[0]);
  if (zero >= 0 && zero <= 1) {
    ctx.fillStyle = colors.css["hair-2"];
    ctx.fillRect(left, top + dot + 1.5 + zero * (s - 2 * dot - 3) - 0.4, s, 0.8);
  }
  for (let k = 0; k < places.columns; k++) {
    const [r, g, b] = hues(k);
    ctx.fillStyle = `rgb(${r} ${g} ${b})`;
    for (let i = 0; i < values.length; i++)
      if (places.groups[i] === k && !Number.isNaN(dots[2 * i]))
        ctx.fillRect(left + dots[2 * i] - dot / 2, top + dots[2 * i + 1] - dot / 2, dot, dot);
  }
  ctx.restore();
}
