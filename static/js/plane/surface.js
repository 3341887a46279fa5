// Surfaces as heat maps: one byte a point, mapped through colour ramps onto a canvas, with contour lines.

import { mix } from "../format/colors.js";
import { clamp } from "../format/math.js";

const GAMMA = 0.85;
const CLASS_STRENGTH = 0.78;

/** base64 → bytes, row by row from the top (x2max). */
export function decode(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

const decoded = new WeakMap();

/** All grids of one layer of surfaces as bytes, decoded once. @param {{lo: number, hi: number, units: string[]}} layer */
export function gridsOf(layer) {
  if (!decoded.has(layer)) decoded.set(layer, layer.units.map(decode));
  return decoded.get(layer);
}

/** The size below which a share of a layer's |values| lie: what unbounded activations are drawn against. */
export function percentile(layer, share = 0.98) {
  const { lo, hi } = layer;
  const counts = new Uint32Array(256);
  let total = 0;
  for (const grid of gridsOf(layer)) {
    for (const byte of grid) counts[byte]++;
    total += grid.length;
  }
  const sizes = Array.from(counts, (count, byte) => [Math.abs(lo + (byte / 255) * (hi - lo)), count]);
  sizes.sort((a, b) => a[0] - b[0]);
  let below = 0;
  for (const [size, count] of sizes) {
    below += count;
    if (below >= share * total) return size;
  }
  return 0;
}

/**
 * How a layer's values are read as colour: `limit` is where the hue is full, `centre` what is neutral, `level` where the
 * contour runs.
 * @param {string} kind activation, or binary | class | regression for the outputs
 * @returns {{centre: number, limit: number, level: number, classes: boolean}}
 */
export function readingOf(kind, layer) {
  if (kind === "binary") return { centre: 0.5, limit: 0.5, level: 0.5, classes: false };
  if (kind === "class") return { centre: 0, limit: 1, level: 0.5, classes: true };
  if (kind === "sigmoid" || kind === "step") return { centre: 0, limit: 1, level: 0.5, classes: false };
  if (kind === "tanh") return { centre: 0, limit: 1, level: 0, classes: false };
  return { centre: 0, limit: percentile(layer) || 1, level: 0, classes: false };
}

/**
 * The colour of each of the 256 bytes, as one 32-bit pixel (little endian, opaque).
 * @param {{lo: number, hi: number}} layer @param {any} reading of readingOf, or one with `pixels` of its own
 * @param {object} colors of readColors @param {number[]} [hue] of a class
 */
export function rampOf(layer, reading, colors, hue) {
  if (reading.pixels) return reading.pixels; // slope tiles bring their own
  const { lo, hi } = layer;
  const pixels = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const v = clamp((lo + (byte / 255) * (hi - lo) - reading.centre) / reading.limit, -1, 1);
    const [r, g, b] = reading.classes
      ? mix(colors.hmid, hue ?? colors.fpos, Math.max(0, v) * CLASS_STRENGTH)
      : mix(colors.hmid, v < 0 ? colors.fneg : colors.fpos, Math.abs(v) ** GAMMA);
    pixels[byte] = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  }
  return pixels;
}

/**
 * Where a grid crosses a level, by marching squares: segments x1, y1, x2, y2 … in a box of side 1, y downwards. The
 * grid's points are nodes: the outermost lie on the rim.
 * @param {ArrayLike<number>} grid size × size, rows from the top @param {number} size @param {number} level in the grid's numbers
 */
export function contour(grid, size, level) {
  const segments = [];
  const points = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let y = 0; y < size - 1; y++)
    for (let x = 0; x < size - 1; x++) {
      const i = y * size + x;
      const a = grid[i] - level;
      const b = grid[i + 1] - level;
      const c = grid[i + size + 1] - level;
      const d = grid[i + size] - level;
      const code = (a > 0 ? 1 : 0) | (b > 0 ? 2 : 0) | (c > 0 ? 4 : 0) | (d > 0 ? 8 : 0);
      if (code === 0 || code === 15) continue;
      let n = 0;
      const cross = (px, py) => {
        points[n++] = px / (size - 1);
        points[n++] = py / (size - 1);
      };
      if (a > 0 !== b > 0) cross(x + a / (a - b), y);
      if (b > 0 !== c > 0) cross(x + 1, y + b / (b - c));
      if (c > 0 !== d > 0) cross(x + 1 - c / (c - d), y + 1);
      if (d > 0 !== a > 0) cross(x, y + 1 - d / (d - a));
      for (let k = 0; k + 3 < n; k += 4) segments.push(points[k], points[k + 1], points[k + 2], points[k + 3]);
    }
  return segments;
}

/** A level in bytes. Where the level is the layer's own floor (ReLU's zero), just above it, so that its edge is seen. */
export function levelByte(layer, level) {
  if (layer.hi <= layer.lo) return -1;
  const byte = ((level - layer.lo) / (layer.hi - layer.lo)) * 255;
  return Math.abs(byte) < 1e-6 ? 0.5 : byte;
}

const FEATURES = {
  x1: (a) => a,
  x2: (_, b) => b,
  "x1^2": (a) => a * a,
  "x2^2": (_, b) => b * b,
  "x1*x2": (a, b) => a * b,
  "sin(x1)": (a) => Math.sin(a),
  "sin(x2)": (_, b) => Math.sin(b),
};

/** Whether a feature has a name of its own on the plane, x1 or x1*x2; a column's own name is none. */
export const isFeature = (name) => name in FEATURES;

/** The feature's name on the plane: that of a column is x1 or x2; undefined where there is no plane. */
export const planeFeature = (name, { columns, extent }) =>
  !extent ? undefined : isFeature(name) ? name : ["x1", "x2"][columns.indexOf(name)];

/**
 * A feature over the plane as the network receives it (scaled), as a layer of one grid. The scaling is read from the
 * samples themselves: pairs of the raw and the scaled value, joined by straight lines.
 * @param {string} name @param {number[]} extent x1min, x1max, x2min, x2max
 * @param {{inputs: number[][], values: number[][]}} samples @param {number} index of the feature
 */
export function featureLayer(name, extent, samples, index, size = 24) {
  const feature = FEATURES[name];
  const scaled = scalingOf(
    samples.inputs.map(([a, b]) => feature(a, b)),
    samples.values.map((row) => row[index]),
  );
  const values = new Float64Array(size * size);
  let largest = 0;
  for (let j = 0; j < size; j++)
    for (let i = 0; i < size; i++) {
      const a = extent[0] + (i / (size - 1)) * (extent[1] - extent[0]);
      const b = extent[3] - (j / (size - 1)) * (extent[3] - extent[2]);
      const v = scaled(feature(a, b));
      values[j * size + i] = v;
      largest = Math.max(largest, Math.abs(v));
    }
  const layer = { lo: -largest || -1, hi: largest || 1, units: [""] };
  decoded.set(layer, [Uint8Array.from(values, (v) => Math.round(((v / (largest || 1) + 1) / 2) * 255))]);
  return layer;
}

/** The monotone map through pairs (raw, scaled), continued in a straight line beyond both ends. */
export function scalingOf(raw, scaled) {
  const pairs = raw
    .map((r, i) => [r, scaled[i]])
    .filter(([r, s]) => Number.isFinite(r) && Number.isFinite(s) && r !== null && s !== null)
    .sort((a, b) => a[0] - b[0])
    .filter(([r], i, all) => i === 0 || r > all[i - 1][0]);
  if (pairs.length < 2 || pairs.every(([r, s]) => r === s)) return (v) => v;
  return (v) => {
    let low = 0;
    let high = pairs.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (pairs[middle][0] <= v) low = middle;
      else high = middle;
    }
    const [r0, s0] = pairs[low];
    const [r1, s1] = pairs[high];
    return s0 + ((v - r0) / (r1 - r0)) * (s1 - s0);
  };
}

/** Draws a picture whose outermost pixels are nodes on the rim: half of each lies outside. */
export const drawNodes = (ctx, picture, x, y, side) =>
  ctx.drawImage(picture, 0.5, 0.5, picture.width - 1, picture.height - 1, x, y, side, side);
