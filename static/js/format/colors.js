// Colours, shapes and hues of values, gradients and classes. Pure.

import { isNumber } from "./math.js";

/** Class of a value's sign, for text and strokes. Null has none of the two hues. */
export const valueClass = (value) => (isNumber(value) ? (value < 0 ? "value-negative" : "value-positive") : "nan");

/** Class of a gradient's sign. */
export const gradientClass = (value) =>
  isNumber(value) ? (value < 0 ? "gradient-negative" : "gradient-positive") : "nan";

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
  const origins = { M: [x, y], L: [x, y], H: [x], V: [y], a: [0, 0, null, null, null, 0, 0], z: [] };
  return SHAPES[shape].replace(/([MLHVaz])([^MLHVaz]*)/g, (_, command, numbers) => {
    const to = origins[command];
    const values = numbers.match(/-?\d*\.?\d+/g) ?? [];
    const moved = values.map((v, i) => {
      const origin = to[i % to.length];
      return origin === null ? v : Math.round((origin + r * Number(v)) * 100) / 100;
    });
    return command + moved.join(" ");
  });
}

export const SHAPE_ORDER = ["circle", "triangle", "square", "plus", "cross", "hexagon"];

/** The class number of a target as it is on the wire. @param {(number|null)[]} target @param {string} task */
export function classOf(target, task) {
  if (task === "binary") return (target[0] ?? 0) >= 0.5 ? 1 : 0;
  return target.reduce((best, v, i) => ((v ?? 0) > (target[best] ?? 0) ? i : best), 0);
}

/** How many samples each class has. @param {any} samples @returns {number[]} */
export function classCounts({ targets, task, classes }) {
  const counts = classes.map(() => 0);
  for (const target of targets) counts[classOf(target, task)]++;
  return counts;
}

/** Name of the shape of class k, of several. @param {number} k */
export const shapeOfClass = (k) => SHAPE_ORDER[k % SHAPE_ORDER.length];

/**
 * The hue of class k, of several: one of three, from the fourth class on as a tint. From the seventh on the shapes come
 * again, each under another hue: no two of eighteen classes look alike.
 * @param {number} k
 */
export const classHue = (k) => ({ hue: (k + Math.floor(k / SHAPE_ORDER.length)) % 3, tint: k >= 3 });

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

/** The hue of class k in numbers: one of the three of the palette, or a tint of it. @param {number} k @param {number[][]} hues rgb */
export const hueOf = (k, hues, middle) =>
  classHue(k).tint ? mix(hues[classHue(k).hue], middle, 0.4) : hues[classHue(k).hue];
