// The layout of the tape: where its cells lie and which marks stand in them. Pure: numbers in, numbers out.

import { clamp, isNumber, maxAbs } from "../format/math.js";
/** @typedef {import("../run/operations.js").Operation} Operation */

export const MAGNIFY_BELOW = 28; // pixels: narrower cells grow under the pointer
const MAGNIFIER_REACH = 2.3; // in cells
const MAX_CELL = 48; // pixels, where the tape is tall enough for the arcs above it
const PHONE_PITCH = 50;

/**
 * Where each cell lies. In the phone's row the cells keep their pitch and the row itself is moved.
 * @param {Operation[]} ops
 * @param {{width: number, height: number, lead?: number, phone?: boolean, lens?: number|null}} options
 *   lens: the place under the magnifier, in cells
 */
export function tapeLayout(ops, { width, height, lead = 84, phone = false, lens: magnifier = null }) {
  const n = ops.length;
  const forward = ops.filter((op) => op.phase === "forward" || op.phase === "loss").length;
  const turn = phone ? 16 : 22;
  const left = phone ? 0 : 20 + lead;
  const base = phone ? PHONE_PITCH : Math.max(1, (width - left - 20 - 2 * turn) / Math.max(1, n));
  const maxSize = clamp(height - 68, 20, MAX_CELL);
  const gap = base > 36 ? 7 : base > 12 ? 3 : 1;
  const magnified = !phone && magnifier !== null && base - gap < MAGNIFY_BELOW;
  const widths = magnified ? magnifiedWidths(n, base, /** @type {number} */ (magnifier)) : new Array(n).fill(base);
  const x = [];
  let at = left;
  ops.forEach((op, i) => {
    const turns = (i >= forward ? 1 : 0) + (op.phase === "update" ? 1 : 0);
    x.push(at + turns * turn);
    at += widths[i];
  });
  const size = widths.map((w) => Math.min(w - gap, maxSize));
  const largest = magnified ? maxSize : Math.max(1, ...size);
  const strip = phone && n > 30 ? 34 : 0;
  const arc = strip ? 2 : clamp(height - largest - 44, 6, 42);
  return {
    n,
    forward,
    x,
    size,
    pitch: widths,
    base,
    gap,
    left,
    right: phone ? at + 2 * turn : width - 20,
    arc,
    strip,
    magnified,
    largest,
    width,
    height,
    bottom: 4 + strip + arc + largest,
    nominal: magnified ? maxSize : Math.min(base - gap, maxSize),
    turnAt: forward < n ? x[forward] - (x[forward] - x[forward - 1] - size[forward - 1]) / 2 : at,
  };
}

/** @typedef {ReturnType<typeof tapeLayout>} Layout */

/** Cells near the pointer widen, the others give way; order and whole length stay. */
function magnifiedWidths(n, base, magnifier) {
  const factors = Array.from({ length: n }, (_, i) => 1 + 2.1 * Math.exp(-(((i - magnifier) / MAGNIFIER_REACH) ** 2)));
  const sum = factors.reduce((a, b) => a + b, 0);
  return factors.map((f) => (f * base * n) / sum);
}

/** @param {Layout} layout @param {number} i */
export const middle = (layout, i) => layout.x[i] + layout.size[i] / 2;

/** Where the playhead stands: in the middle of a cell once it is computed, on the way there before.
 * @param {Layout} layout @param {number} op @param {number} t */
export function playheadAt(layout, op, t) {
  if (!layout.n) return layout.left;
  const to = middle(layout, op);
  const from = op > 0 ? middle(layout, op - 1) : layout.x[0];
  return from + (to - from) * clamp(t);
}

/** The reverse: which operation is how far when the playhead is dragged to px.
 * @param {Layout} layout @param {number} px @returns {{op: number, t: number}} */
export function operationAt(layout, px) {
  for (let op = 0; op < layout.n; op++) {
    const to = middle(layout, op);
    if (px > to && op < layout.n - 1) continue;
    const from = op > 0 ? middle(layout, op - 1) : layout.x[0];
    return { op, t: clamp((px - from) / Math.max(1e-9, to - from)) };
  }
  return { op: 0, t: 1 };
}

/** The cell at px, the nearest one beside the row. @param {Layout} layout @param {number} px */
export function cellAt(layout, px) {
  for (let i = 0; i < layout.n - 1; i++) if (px < (layout.x[i] + layout.size[i] + layout.x[i + 1]) / 2) return i;
  return Math.max(0, layout.n - 1);
}

/** Where in the evenly spaced row px lies, in cells: the magnifier follows it without jumping.
 * @param {Layout} layout @param {number} px */
export const magnifierAt = (layout, px) => clamp((px - layout.left) / layout.base - 0.5, 0, layout.n - 1);

/** Which cell a sweep that turns at the loss has reached, as a fraction of the row, 0 … n.
 * @param {{n: number, forward: number}} layout @param {{x: number, backward: boolean}} front */
export const sweepAt = (layout, { x, backward }) =>
  backward ? layout.forward + (1 - clamp(x)) * (layout.n - layout.forward) : clamp(x) * layout.forward;

/** Where the full-height line of a sweep stands. @param {Layout} layout @param {number} reached 0 … n */
export function sweepX(layout, reached) {
  const i = Math.min(layout.n - 1, Math.floor(reached));
  return layout.x[i] + clamp(reached - i) * (layout.size[i] + layout.gap / 2);
}

/** An arc from the middle of one cell to another, higher the farther. @param {Layout} layout @param {number} from @param {number} to */
export function arcPath(layout, from, to) {
  const [x1, x2] = [middle(layout, from), middle(layout, to)];
  const [y1, y2] = [from, to].map((i) => layout.bottom - layout.size[i] - 2);
  const span = Math.max(1, layout.x[Math.max(0, layout.n - 2)] - layout.x[0]);
  const rise = Math.max(10, layout.arc * (Math.abs(x2 - x1) / span) ** 0.62) * 1.3;
  const top = Math.max(layout.strip + 2 - layout.arc * 0.3, Math.min(y1, y2) - rise);
  return `M${round(x1)} ${round(y1)}C${round(x1)} ${round(top)} ${round(x2)} ${round(top)} ${round(x2)} ${round(y2)}`;
}

/** A number for an SVG attribute. @param {number} v */
export const round = (v) => String(Math.round(v * 10) / 10);

/**
 * What a cell shows: the spotlight sample's own values where the record is per sample, the recorded batch gradient of
 * a parameter. No part where nothing is known.
 * @param {Operation} op @param {any} step @param {Record<string, any>|null} spot
 * @returns {{name: string, rows: (number|null)[][], vector: boolean, source: any}[]} source: the record's value itself
 */
export function cellParts(op, step, spot) {
  if (!step || op.phase === "update") return [];
  const partOf = (name) => {
    const ofParameter = /^d(W|b|gamma|beta)\d+$/.test(name);
    const source = ofParameter ? step.tape.find((record) => record.name === name)?.value : spot?.[name];
    if (source === undefined) return null;
    if (!Array.isArray(source)) return { name, rows: [[source]], vector: false, source };
    if (Array.isArray(source[0])) return { name, rows: source, vector: false, source };
    const rows = /^db\d/.test(name) ? [source] : source.map((v) => [v]); // a bias lies below its W, column by column
    return { name, rows, vector: true, source };
  };
  return op.names.map(partOf).filter((part) => part !== null);
}

/** @param {{name: string, rows: any[][], vector: boolean}} part @param {number} i @param {number} j */
export function refOf(part, i, j) {
  if (part.vector) return `${part.name}[${Math.max(i, j)}]`;
  return part.rows.length === 1 && part.rows[0].length === 1 && part.name === "L" ? "L" : `${part.name}[${i}][${j}]`;
}

/**
 * The grid of a Hinton diagram in a box: parts below each other, the squares' pitch and where each part begins.
 * @param {ReturnType<typeof cellParts>} parts @param {number} box side of the cell
 */
export function hintonGrid(parts, box) {
  const rows = parts.reduce((sum, part) => sum + part.rows.length, 0) + 0.5 * Math.max(0, parts.length - 1);
  const columns = Math.max(1, ...parts.map((part) => part.rows[0]?.length ?? 1));
  const pitch = Math.min((box - 6) / Math.max(1, rows), (box - 6) / columns, box > 36 ? 11 : 6);
  let y = (box - pitch * rows) / 2;
  const starts = parts.map((part) => {
    const start = { x: (box - pitch * (part.rows[0]?.length ?? 1)) / 2, y };
    y += (part.rows.length + 0.5) * pitch;
    return start;
  });
  return { pitch, starts, limit: maxAbs(parts.map((part) => part.rows)) };
}

/**
 * One mark: area is magnitude, filled is positive, a frame negative, a dash exactly 0, a striped square not finite.
 * @param {number|null} value @param {number} limit @param {number} x centre @param {number} y centre @param {number} pitch
 * @returns {{shape: "positive"|"negative"|"zero"|"lost", d: string}}
 */
export function hintonMark(value, limit, x, y, pitch) {
  if (!isNumber(value)) return { shape: "lost", d: square(x, y, pitch * 0.92) };
  if (value === 0) return { shape: "zero", d: box(x, y, pitch * 0.4, Math.min(0.9, pitch * 0.3)) };
  const share = limit > 0 ? Math.abs(/** @type {number} */ (value)) / limit : 0;
  const side = pitch * 0.9 * Math.max(0.16, Math.sqrt(share));
  if (/** @type {number} */ (value) > 0) return { shape: "positive", d: square(x, y, side) };
  const hole = side - 2.6;
  return { shape: "negative", d: square(x, y, side) + (side > 3.4 ? square(x, y, hole) : "") };
}

const square = (x, y, side) => box(x, y, side, side);
const box = (x, y, w, h) =>
  `M${hundredth(x - w / 2)} ${hundredth(y - h / 2)}h${hundredth(w)}v${hundredth(h)}h${hundredth(-w)}z`;
const hundredth = (v) => String(Math.round(v * 100) / 100);

/** Which mark lies at a place inside the box; null beside them all.
 * @param {ReturnType<typeof cellParts>} parts @param {number} box @param {number} x @param {number} y */
export function markAt(parts, box, x, y) {
  const { pitch, starts } = hintonGrid(parts, box);
  for (let p = 0; p < parts.length; p++) {
    const i = Math.floor((y - starts[p].y) / pitch);
    const j = Math.floor((x - starts[p].x) / pitch);
    const value = parts[p].rows[i]?.[j];
    if (value !== undefined) return { ref: refOf(parts[p], i, j), value };
  }
  return null;
}
