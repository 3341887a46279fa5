// The layout of the graph: the positions of columns and tiles and the curve of every edge. Pure: numbers in, numbers
// out.

import { clamp, n1 } from "../format/math.js";

/**
 * Paddings of the three page sizes and of deep networks, in CSS pixels.
 * left: middle of the input column; right: from the loss node's middle to the edge; loss: from the output to the loss node.
 */
const PADDINGS = {
  wide: { left: 92, right: 62, loss: 142, top: 27, bottom: 8, radius: 27, output: 86, pitch: 92 },
  tablet: { left: 66, right: 56, loss: 118, top: 27, bottom: 8, radius: 27, output: 86, pitch: 92 },
  phone: { left: 36, right: 32, loss: 80, top: 26, bottom: 8, radius: 20, output: 50, pitch: 52 },
  story: { left: 88, right: 58, loss: 140, top: 40, bottom: 34, radius: 29, output: 104, pitch: 190, tile: 104 },
  "story-narrow": { left: 62, right: 42, loss: 92, top: 36, bottom: 32, radius: 27, output: 84, pitch: 170, tile: 84 },
  "story-phone": { left: 30, right: 26, loss: 62, top: 22, bottom: 22, radius: 20, output: 52, pitch: 136, tile: 52 },
  half: { left: 50, right: 40, loss: 84, top: 8, bottom: 6, radius: 19, output: 52, pitch: 92 },
  deep: { left: 50, right: 40, loss: 84, top: 27, bottom: 6, radius: 19, output: 52, pitch: 92 },
};
/** Up to so many inputs have a tile each. */
export const FEW_INPUTS = 10;
const NUMBERS_PITCH = 50; // px from unit to unit from which the numbers under the tiles stay
const NUMBERS_ROOM = 20; // px that they take
const TIGHT_PITCH = 72; // px from unit to unit below which the bars of an update would cover each other
const DIGIT_WIDTH = 6.7; // px, of the numbers under tiles
const DEEP_LAYERS = 5; // hidden layers from which tiles stand in straight fans, without numbers
const PHONE_LAYERS = 3; // hidden layers that fit on a phone without scrolling
const PHONE_PITCH = 76;
const TILE_HALF = 20; // px that a column takes to either side; a wider one of inputs pushes the others on
const ROOMY_WIDTH = 1130; // width of a stage from which tiles may grow

const TABLE_ROOM = { wide: 30, tablet: 26, phone: 40, deep: 36 }; // for what stands left of a table's columns
const LABEL_HEIGHT = 18; // pixels of an input's name above its tile
const LABEL_BESIDE_BELOW = 26; // a smaller tile has it on its left

function paddingsFor(widths, size, table, column) {
  const hidden = widths.length - 2;
  if (/phone$/.test(size)) {
    const deep = hidden > PHONE_LAYERS;
    const left = column?.left ?? PADDINGS[size].left + (deep && table ? TABLE_ROOM.phone : 0);
    return { ...PADDINGS[size], left, compact: deep, phone: true };
  }
  const paddings =
    size === "half" ? PADDINGS.half : hidden >= DEEP_LAYERS ? PADDINGS.deep : (PADDINGS[size] ?? PADDINGS.wide);
  const room = hidden >= DEEP_LAYERS && size !== "half" ? TABLE_ROOM.deep : TABLE_ROOM[size];
  const left = column?.left ?? paddings.left + (table ? (room ?? 0) : 0);
  return { ...paddings, left, compact: hidden >= DEEP_LAYERS || size === "half", phone: false };
}

/**
 * Abscissae of the columns (inputs, hidden layers, output) and of the loss node. They depend on the width alone, so
 * that what stands below the graph can line up with it.
 * @param {{widths: number[], width: number, size: string, table?: boolean, column?: {left: number, half: number}|null}} box
 *   widths: units per column, inputs first, outputs last; column: middle and half width of that of many inputs
 * @returns {{columns: number[], loss: number, width: number, pitch: number}} width: of the content; larger than the box's where it scrolls
 */
export function columnPositions({ widths, width, size, table = false, column = null }) {
  const paddings = paddingsFor(widths, size, table, column);
  const gaps = widths.length - 1;
  const extra = Math.max(0, (column?.half ?? 0) - TILE_HALF);
  const content =
    paddings.phone && paddings.compact
      ? paddings.left + extra + PHONE_PITCH * gaps + paddings.loss + paddings.right
      : Math.max(width, 240);
  const loss = content - paddings.right;
  const pitch = (loss - paddings.loss - paddings.left - extra) / gaps;
  const columns = widths.map((_, k) => paddings.left + (k ? extra : 0) + pitch * k);
  return { columns, loss, width: content, pitch };
}

/**
 * The whole arrangement of a network in a box.
 * @param {{widths: number[], width: number, height: number, size: string, table?: boolean, inputs?: any}} box inputs: how many are drawn (wideinputs.js)
 * In what it returns, compact: many layers or little width, so without names and axes; detailed: tiles large enough for
 * thick edges, their own numbers and arrowheads.
 */
export function graphLayout({ widths, width, height, size, table = false, inputs = null }) {
  const column = inputs?.column(width) ?? null;
  const paddings = paddingsFor(widths, size, table, column);
  const horizontal = columnPositions({ widths, width, size, table, column });
  const last = widths.length - 1;
  const top = paddings.top;
  const bottom = Math.max(height - paddings.bottom - (horizontal.width > width ? 36 : 0), top + 60);
  const middle = (top + bottom) / 2;
  const wide = width >= ROOMY_WIDTH && !paddings.phone && !paddings.tile;
  const tallest = Math.max(...widths.slice(1));
  const pitch = Math.min((bottom - top) / tallest, wide ? 112 : paddings.pitch);
  const keepsNumbers = !paddings.phone && !paddings.deep && !paddings.tile && pitch >= NUMBERS_PITCH;
  const tile = Math.max(
    8,
    Math.round(
      Math.min(
        keepsNumbers ? Math.floor(pitch - NUMBERS_ROOM) : pitch,
        pitch * (paddings.phone || paddings.compact ? 0.68 : 0.7),
        horizontal.pitch * (paddings.tile ? 0.56 : 0.5),
        paddings.tile ?? (wide ? 72 : 58),
      ),
    ),
  );
  const detailed = !paddings.compact && !paddings.phone && tile >= 30;
  const several = widths[last] > 1;

  const inputPitch = Math.min(pitch * 1.7, 150, (bottom - top) / widths[0]);
  const inputSide = Math.min(tile, inputPitch * (detailed ? 0.56 : 0.7));
  const inputTile = Math.round(
    inputSide < LABEL_BESIDE_BELOW ? inputSide : clamp(inputPitch - LABEL_HEIGHT, LABEL_BESIDE_BELOW, inputSide),
  );
  const inputShift = inputTile >= LABEL_BESIDE_BELOW && inputPitch * widths[0] > bottom - top - 12 ? 6 : 0; // the first name keeps clear of the head
  const outputPitch = several ? Math.min(paddings.phone ? 60 : 84, (bottom - top) / widths[last]) : 0;
  const outputTile = several
    ? Math.round(Math.min(tile + 4, 60, outputPitch * 0.66, detailed && outputPitch >= 50 ? outputPitch - 22 : 60))
    : Math.min(paddings.output, horizontal.pitch * 0.62, (bottom - top) * 0.5);
  const span = several ? outputPitch * widths[last] : outputTile;
  const outputLift = several && detailed ? clamp(middle - span / 2 - top, 0, 58) : 0; // keeps the corner below the outputs free
  const unitPitch = (k) => (k === 0 ? inputPitch : k === last ? outputPitch : pitch);
  const side = (k) => (k === 0 ? inputTile : k === last ? outputTile : tile);
  const units = widths.map((count, k) =>
    Array.from({ length: count }, (_, u) => ({
      x: horizontal.columns[k],
      y: middle + (u - (count - 1) / 2) * unitPitch(k) + (k === 0 ? inputShift : k === last ? -outputLift : 0),
      s: side(k),
    })),
  );
  if (inputs) units[0] = inputs.place({ x: horizontal.columns[0], half: column.half, top, bottom, middle });
  return {
    widths,
    size,
    table,
    inputs,
    width: horizontal.width,
    height,
    visible: width,
    scrolls: horizontal.width > width,
    columns: horizontal.columns,
    columnPitch: horizontal.pitch,
    units,
    tile,
    pitch,
    tight: pitch < TIGHT_PITCH, // then only a layer's largest gradients get their bars
    top,
    bottom,
    middle,
    gap: detailed ? 11 : paddings.phone ? 7 : 8,
    gauge: detailed ? 4.5 : tile < 16 ? 2.5 : 3.5,
    radius: detailed ? 9 : Math.min(6, tile * 0.2),
    outputRadius: detailed ? 11 : 7,
    loss: { x: horizontal.loss, y: middle - outputLift, r: paddings.radius },
    compact: paddings.compact,
    phone: paddings.phone,
    detailed,
    halo: detailed && tile >= 40,
    numbers: detailed && !paddings.tile && pitch - tile >= NUMBERS_ROOM, // the story writes its own
    multipleOutputs: several,
    tightOutputs: several && outputPitch < 50, // their names take the place of the next one's bias
    // letters that two numbers have together: under a tile between its gauges' ends, above the output beside two names
    roomBelow: { hidden: (tile + 22) / DIGIT_WIDTH, output: (outputTile + 34 - 44) / (DIGIT_WIDTH * 1.14) },
  };
}

/**
 * The curve of the edge from unit `from` of column `layer - 1` to unit `to` of column `layer`: it leaves and enters at
 * its own port and bends in its own lane. Points of a cubic Bézier curve.
 * @returns {{x1: number, y1: number, cx1: number, cy1: number, cx2: number, cy2: number, x2: number, y2: number}}
 */
export function edgeCurve(layout, layer, from, to) {
  const a = layout.units[layer - 1][from];
  const z = layout.units[layer][to];
  const targets = layout.widths[layer];
  const sources = layout.widths[layer - 1];
  const x1 = a.out?.x ?? a.x + a.s / 2 + (layer === 1 ? layout.gap - 2 : layout.gap);
  const x2 = z.x - z.s / 2 - layout.gap;
  const y1 = a.out?.y ?? a.y + port(to, targets, a.s);
  const y2 = z.y + port(from, sources, z.s);
  const run = x2 - x1;
  const lane = layout.detailed && sources > 1 ? (from / (sources - 1) - 0.5) * 0.17 * (z.y > a.y ? -1 : 1) : 0;
  const slant = layout.detailed ? 0 : 0.26 * (y2 - y1);
  return {
    x1,
    y1,
    cx1: x1 + run * (0.34 + lane),
    cy1: y1 + slant,
    cx2: x1 + run * (0.66 + lane),
    cy2: y2 - slant,
    x2,
    y2,
  };
}

const port = (index, count, side) => (index - (count - 1) / 2) * Math.min(6.4, (side * 0.62) / count);

/** The curve from output unit `unit` to the loss node. */
export function lossCurve(layout, unit) {
  const outputs = layout.units[layout.units.length - 1];
  const o = outputs[unit];
  const { x, y, r } = layout.loss;
  const spread = (unit - (outputs.length - 1) / 2) * Math.min(9, (r * 1.5) / outputs.length);
  const x1 = o.x + o.s / 2 + layout.gap;
  const x2 = x - Math.sqrt(Math.max(0, r * r - spread * spread)) - 3;
  const run = x2 - x1;
  return { x1, y1: o.y, cx1: x1 + run * 0.42, cy1: o.y, cx2: x2 - run * 0.44, cy2: y + spread, x2, y2: y + spread };
}

/** The point of a curve at t (0 at its source, 1 at its target). */
export function pointAt(e, t) {
  const u = 1 - t;
  const a = u * u * u;
  const b = 3 * u * u * t;
  const c = 3 * u * t * t;
  const d = t * t * t;
  return [a * e.x1 + b * e.cx1 + c * e.cx2 + d * e.x2, a * e.y1 + b * e.cy1 + c * e.cy2 + d * e.y2];
}

/** Direction of travel along a curve at t, in radians. */
export function angleAt(e, t) {
  const u = 1 - t;
  const x = u * u * (e.cx1 - e.x1) + 2 * u * t * (e.cx2 - e.cx1) + t * t * (e.x2 - e.cx2);
  const y = u * u * (e.cy1 - e.y1) + 2 * u * t * (e.cy2 - e.cy1) + t * t * (e.y2 - e.cy2);
  return x === 0 && y === 0 ? 0 : Math.atan2(y, x);
}

/** The part of a curve between t0 and t1, as a curve (de Casteljau). */
export function curveSection(e, t0, t1) {
  const mid = (p, q, t) => p + (q - p) * t;
  const cut = (p0, p1, p2, p3) => {
    // blossom of the curve: f(t0,t0,t0), f(t0,t0,t1), f(t0,t1,t1), f(t1,t1,t1)
    const f = (r, s, t) => {
      const a = mid(p0, p1, r);
      const b = mid(p1, p2, r);
      const c = mid(p2, p3, r);
      return mid(mid(a, b, s), mid(b, c, s), t);
    };
    return [f(t0, t0, t0), f(t0, t0, t1), f(t0, t1, t1), f(t1, t1, t1)];
  };
  const [x1, cx1, cx2, x2] = cut(e.x1, e.cx1, e.cx2, e.x2);
  const [y1, cy1, cy2, y2] = cut(e.y1, e.cy1, e.cy2, e.y2);
  return { x1, y1, cx1, cy1, cx2, cy2, x2, y2 };
}

/** A curve's length, from 12 chords. */
export function curveLength(e) {
  let length = 0;
  let [x, y] = [e.x1, e.y1];
  for (let i = 1; i <= 12; i++) {
    const [nx, ny] = pointAt(e, i / 12);
    length += Math.hypot(nx - x, ny - y);
    [x, y] = [nx, ny];
  }
  return length;
}

/** How far along its edge a weight carries its mark: neighbouring edges at different places. */
export function updateBarPosition({ widths }, layer, from, to) {
  const [sources, targets] = [widths[layer - 1], widths[layer]];
  return (
    0.5 +
    (sources > 1 ? (from / (sources - 1) - 0.5) * (sources > 2 ? 0.5 : 0.16) : 0) -
    (targets > 1 && sources < 3 ? (to / (targets - 1) - 0.5) * 0.24 : 0)
  );
}

/** A curve as the `d` of a path. */
export const pathData = (e) =>
  `M${n1(e.x1)} ${n1(e.y1)}C${n1(e.cx1)} ${n1(e.cy1)} ${n1(e.cx2)} ${n1(e.cy2)} ${n1(e.x2)} ${n1(e.y2)}`;

/** Distance from a point to a curve, from 16 chords. */
export function distanceToCurve(e, x, y) {
  let nearest = Infinity;
  let [ax, ay] = [e.x1, e.y1];
  for (let i = 1; i <= 16; i++) {
    const [bx, by] = pointAt(e, i / 16);
    const dx = bx - ax;
    const dy = by - ay;
    const along = clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1));
    nearest = Math.min(nearest, Math.hypot(x - ax - along * dx, y - ay - along * dy));
    [ax, ay] = [bx, by];
  }
  return nearest;
}

/**
 * The nearest of a gap's edges within reach of a point, or null.
 * @param {any[]} edges each with its route
 */
export function nearestEdge(edges, x, y, reach) {
  let best = null;
  let nearest = reach;
  for (const edge of edges) {
    const e = edge.route;
    if (edge.shown === false) continue; // one of many inputs’, not drawn
    if (x < e.x1 - reach || x > e.x2 + reach) continue;
    if (y < Math.min(e.y1, e.y2) - reach || y > Math.max(e.y1, e.y2) + reach) continue;
    const distance = distanceToCurve(e, x, y);
    if (distance <= nearest) [best, nearest] = [edge, distance];
  }
  return best;
}
