// The outputs all over the plane, as a picture and as contour lines.

import { createSvg, setAttribute } from "../dom/elements.js";
import { hueOf, mix } from "../format/colors.js";
import { clamp, isNumber, n1 } from "../format/math.js";
import { scaledNumber } from "../run/targets.js";
import { certainty, valueScale } from "./projection.js";
import { contour, gridsOf, levelByte } from "./surface.js";

const STRENGTH = 0.62;
const GAMMA = 0.85;
const REGIONS = 160; // pixels across of the decision regions
const PROBABILITIES = [0.1, 0.3, 0.5, 0.7, 0.9]; // ½ is the boundary

/** How the outputs are drawn: a picture, the boundary, and thinner lines. Both lines as segments in a box of side 1. */
export function readingOf(layer, samples) {
  const grids = gridsOf(layer);
  const n = Math.round(Math.sqrt(grids[0].length));
  if (samples.task === "multiclass" && grids.length > 1) return regionsOf(layer, grids, n);
  const scale = samples.task === "regression" ? targetScale(samples) : { of: (p) => 2 * p - 1, centre: 0.5, half: 0.5 };
  const levels =
    samples.task === "regression" ? [-0.8, -0.4, 0, 0.4, 0.8].map((s) => scale.centre + s * scale.half) : PROBABILITIES;
  const lines = (level) => contour(grids[0], n, levelByte(layer, level));
  return {
    bold: lines(levels[2]),
    thin: [0, 1, 3, 4].flatMap((k) => lines(levels[k])),
    picture: (colors) => {
      const ramp = Array.from({ length: 256 }, (_, byte) =>
        valueHue(scale.of(layer.lo + (byte / 255) * (layer.hi - layer.lo)), STRENGTH, colors),
      );
      return paint(n, (i) => ramp[grids[0][i]]);
    },
  };
}

/** The likeliest class at each place, the paler the less certain; lines where two are equally likely, and at p = 0.9. */
function regionsOf(layer, grids, n) {
  const value = (byte) => layer.lo + (byte / 255) * (layer.hi - layer.lo);
  const lead = grids.map((grid, k) =>
    Float64Array.from(
      grid,
      (byte, i) => byte - Math.max(...grids.map((other, j) => (j === k ? Number.NEGATIVE_INFINITY : other[i]))),
    ),
  );
  const best = Float64Array.from(grids[0], (_, i) => Math.max(...grids.map((grid) => value(grid[i]))));
  return {
    bold: lead.slice(grids.length === 2 ? 1 : 0).flatMap((margin) => contour(margin, n, 0)),
    thin: contour(best, n, 0.9),
    picture: (colors) => paintRegions(grids, n, value, colors),
  };
}

function paintRegions(grids, n, value, colors) {
  const hues = grids.map((_, k) => classHue(k, colors));
  const color = [0, 0, 0];
  const low = value(0);
  const span = (value(255) - low) / 255;
  const share = (REGIONS - 1) / (n - 1);
  return paint(REGIONS, (at) => {
    const fx = (at % REGIONS) / share;
    const fy = Math.floor(at / REGIONS) / share;
    const [i, j] = [Math.min(n - 2, Math.floor(fx)), Math.min(n - 2, Math.floor(fy))];
    const [a, b] = [fx - i, fy - j];
    const node = j * n + i;
    let best = 0;
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < grids.length; k++) {
      const grid = grids[k];
      const p =
        (grid[node] * (1 - a) + grid[node + 1] * a) * (1 - b) + (grid[node + n] * (1 - a) + grid[node + n + 1] * a) * b;
      if (p > largest) [best, largest] = [k, p];
    }
    const strength = certainty(low + largest * span, grids.length);
    for (let c = 0; c < 3; c++) color[c] = colors.hmid[c] + (hues[best][c] - colors.hmid[c]) * strength;
    return color;
  });
}

const scratch = new Map();
/** @param {number} side @param {(index: number) => number[]} color rgb */
function paint(side, color) {
  if (!scratch.has(side)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    scratch.set(side, { canvas, context, image: context.createImageData(side, side) });
  }
  const { canvas, context, image } = scratch.get(side);
  const data = image.data;
  for (let i = 0; i < side * side; i++) {
    const [r, g, b] = color(i);
    data[4 * i] = r;
    data[4 * i + 1] = g;
    data[4 * i + 2] = b;
    data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

export const valueHue = (v, strength, colors) =>
  mix(colors.hmid, v < 0 ? colors.fneg : colors.fpos, Math.abs(clamp(v, -1, 1)) ** GAMMA * strength);
export const classHue = (k, colors) => hueOf(k, [colors.c1, colors.c2, colors.c3], colors.hmid);

/** Lines of a box of side 1 as a path, `side` pixels wide. */
export const pathOf = (segments, side) => {
  let d = "";
  for (let i = 0; i < segments.length; i += 4)
    d += `M${n1(segments[i] * side)} ${n1(segments[i + 1] * side)}L${n1(segments[i + 2] * side)} ${n1(segments[i + 3] * side)}`;
  return d;
};

const ranges = new WeakMap();
/** In the target's own units. */
export function targetRange(samples) {
  if (!ranges.has(samples)) {
    const values = samples.targets.map((row) => row[0]).filter(isNumber);
    ranges.set(
      samples,
      values.length ? [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] : [-1, 1],
    );
  }
  return ranges.get(samples);
}
/** In the units of the outputs, which the field is drawn in. */
export const targetScale = (samples) => {
  const [low, high] = targetRange(samples);
  return valueScale(scaledNumber(samples, low), scaledNumber(samples, high));
};

// The sample in the spotlight, on the plane.

const RADIUS = 4;

/** Ring, crosshair, and stripes where a coordinate is missing. */
export function makeSpot(root) {
  const group = createSvg("g", { class: "off" }, root);
  const cross = createSvg("path", { class: "plane-cross" }, group);
  const gone = createSvg("rect", { class: "off", fill: "url(#plane-lost)" }, group);
  const halo = createSvg("circle", { class: "plane-halo", r: 9 }, group);
  const ring = createSvg("circle", { class: "plane-ring", r: 8 }, group);
  const mark = createSvg("path", {}, group);
  return {
    group,
    mark,
    show(known, x, y, { width, height }) {
      setAttribute(group, "class", known && (x !== null || y !== null) ? "plane-spot" : "off");
      if (!known) return;
      const whole = x !== null && y !== null;
      for (const part of [halo, ring]) {
        setAttribute(part, "class", whole ? (part === halo ? "plane-halo" : "plane-ring") : "off");
        setAttribute(part, "cx", n1(x ?? 0));
        setAttribute(part, "cy", n1(y ?? 0));
      }
      setAttribute(mark, "transform", `translate(${n1(x ?? 0)} ${n1(y ?? 0)}) scale(${RADIUS})`);
      setAttribute(
        cross,
        "d",
        whole
          ? `M${n1(x)} 0V${n1(y - 9)}M${n1(x)} ${n1(y + 9)}V${height}M0 ${n1(y)}H${n1(x - 9)}M${n1(x + 9)} ${n1(y)}H${width}`
          : "",
      );
      setAttribute(gone, "class", whole ? "off" : "");
      setAttribute(gone, "x", x === null ? 0 : n1(x - 4));
      setAttribute(gone, "y", y === null ? 0 : n1(y - 4));
      setAttribute(gone, "width", x === null ? width : 8);
      setAttribute(gone, "height", y === null ? height : 8);
    },
  };
}

/** @param {number[]} color r, g, b */
export const cssColor = ([r, g, b]) => `rgb(${r} ${g} ${b})`;
