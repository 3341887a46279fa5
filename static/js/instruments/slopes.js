// The colours of slope tiles and gradient tiles, and the marks on them. Pure.

import { mix } from "../format/colors.js";
import { clamp, isNumber } from "../format/math.js";
import { format } from "../format/numbers.js";
import { percentile } from "../plane/surface.js";

const SLOPE_GAMMA = 0.7;
const GRADIENT_GAMMA = 0.7;

/** The largest slope an activation has. @param {string} name */
export const largestSlope = (name) => ({ sigmoid: 0.25, gelu: 1.129 })[name] ?? 1;
export const slopeText = (largest) => (largest === 0.25 ? "¼" : format(largest, 2).replace(/\.?0+$/, ""));

/** @param {number} v @param {number} largest @param {{dead: number[], light: number[]}} colors */
export const slopeColor = (v, largest, { dead, light }) => mix(dead, light, clamp(v / largest) ** SLOPE_GAMMA);
/** @param {number} v @param {number} limit @param {{hmid: number[], gfneg: number[], gfpos: number[]}} colors */
export const gradientColor = (v, limit, { hmid, gfneg, gfpos }) =>
  mix(hmid, v < 0 ? gfneg : gfpos, clamp(Math.abs(v) / limit) ** GRADIENT_GAMMA);

/** The colour of each byte of a layer, as one 32-bit pixel. The byte that 0 falls on is 0, never a faint hue. */
function pixelsOf({ lo, hi }, color) {
  const step = (hi - lo) / 255;
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    const v = lo + byte * step;
    const [r, g, b] = color(Math.abs(v) <= step / 2 ? 0 : v);
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}

/** What a layer's gradient is drawn against: the size below which 98 % of its points lie. */
function gradientLimit(layer) {
  if (!isNumber(layer.lo)) return 1;
  return percentile(layer) || Math.max(Math.abs(layer.lo), Math.abs(layer.hi)) || 1;
}

/** The server's answer as surfaces that the graph can paint. @param {any} found @param {string[]} activations one a layer */
export function surfacesOf(found, activations, colors) {
  if (!found?.layers) return null;
  return {
    ...found,
    layers: found.layers.map((layer, i) => {
      if (!isNumber(layer.lo)) return layer;
      const limit = found.show === "slope" ? largestSlope(activations[i]) : gradientLimit(layer);
      const color =
        found.show === "slope" ? (v) => slopeColor(v, limit, colors) : (v) => gradientColor(v, limit, colors);
      return { ...layer, limit, reading: { pixels: pixelsOf(layer, color), level: 0, classes: false, line: false } };
    }),
  };
}

/** Mean slopes under the tiles, "dead", a warn frame where a unit is saturated. @returns {string} SVG */
export function slopeMarks({ layout }, found, health) {
  let svg = "";
  layout.units.slice(1, -1).forEach((column, i) => {
    const layerHealth = health?.layers?.[i];
    const means = found.layers[i].means;
    column.forEach(({ x, y, s }, unit) => {
      const dead = layerHealth?.dead_units?.includes(unit);
      const saturated = !dead && layerHealth?.saturated_units?.includes(unit);
      if (saturated)
        svg += `<rect class="slope-mark" x="${x - s / 2 - 4}" y="${y - s / 2 - 4}" width="${s + 8}" height="${s + 8}" rx="${layout.radius + 2}"/>`;
      if (layout.pitch - s >= 12 && isNumber(means?.[unit]))
        svg += `<text class="num${dead || saturated ? " warning" : " muted"}" text-anchor="middle" x="${x}" y="${y + s / 2 + 12}">${dead ? "dead" : format(means[unit], 2)}</text>`;
    });
  });
  return svg;
}

/** A serif 0 where nothing arrives at all; below each column what its strongest hue stands for. @returns {string} SVG */
export function gradientMarks({ layout }, found) {
  let svg = "";
  layout.units.slice(1).forEach((column, i) => {
    const { zeros, limit } = found.layers[i] ?? {};
    for (const unit of zeros ?? []) {
      const { x, y } = column[unit] ?? {};
      if (x !== undefined)
        svg += `<text class="variable text-16 muted" text-anchor="middle" x="${x}" y="${y + 5}">0</text>`;
    }
    const { x, y, s } = column[column.length - 1];
    if (layout.detailed && limit)
      svg += `<text class="num muted" text-anchor="middle" x="${x}" y="${y + s / 2 + 12}">± ${format(limit, 2)}</text>`;
  });
  return svg;
}

/** "0.55 in layer 1, 0.12 in layer 2". @param {any} found */
export const limitText = (found) =>
  found.layers
    .slice(0, -1)
    .map((layer, i) => `${format(layer.limit ?? 0, 2)} in layer ${i + 1}`)
    .join(", ");

/** What the slopes say of the layers: dead and saturated units, as the evaluation judges them. @param {any} health */
export function slopeFindings(health) {
  const words = [];
  for (const [name, text] of [
    ["dead", "Dead"],
    ["saturated", "Saturated"],
  ]) {
    const layers = (health?.layers ?? []).filter((layer) => layer[name] > 0);
    if (layers.length)
      words.push([text, layers.map((layer) => `${layer[name]} of ${layer.units} in layer ${layer.layer}`).join(", ")]);
  }
  return words;
}
