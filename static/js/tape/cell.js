// A cell of the tape: one recorded operation, its numbers as marks, its label, and the frame of what is pointed at.

import { createSvg, setAttribute, setText } from "../dom/elements.js";
import { isNumber } from "../format/math.js";
import { superscript } from "../format/numbers.js";
import { termOfOperation } from "../run/terms.js";
import * as plan from "./layout.js";

/** The elements of one operation's cell. */
export function createCell(op, parent) {
  const group = createSvg("g", { "data-ref": op.name, "data-op": op.index }, parent);
  const frame = createSvg("rect", { class: "tape-frame" }, group);
  const glyph = createSvg("g", { class: "tape-glyph" }, group);
  const highlight = createSvg("rect", { class: "tape-highlighted" }, glyph);
  const label = createSvg(
    "text",
    { class: "tape-label", "text-anchor": "middle", "data-term": termOfOperation(op) },
    group,
  );
  label.textContent = op.label.base;
  if (op.label.sup) createSvg("tspan", { text: superscript(op.label.sup) }, label);
  return {
    op,
    group,
    frame,
    glyph,
    highlight,
    label,
    filledFrom: null,
    marks: [],
    merged: [],
    nominal: 0,
    parts: [],
    separator: null,
    glyphText: null,
  };
}

/** Where it lies. @param {any} cell @param {import("./layout.js").Layout} layout */
export function placeCell(cell, layout) {
  const { bottom, size, x } = layout;
  const i = cell.op.index;
  const tiny = layout.magnified || layout.largest < 24;
  const c = size[i];
  setAttribute(cell.group, "transform", `translate(${plan.round(x[i])} ${plan.round(bottom - c)})`);
  setAttribute(cell.frame, "width", plan.round(c));
  setAttribute(cell.frame, "height", plan.round(c));
  setAttribute(cell.frame, "rx", c < 34 ? 3 : 5);
  const scale = c / layout.nominal;
  setAttribute(
    cell.glyph,
    "transform",
    Math.abs(scale - 1) < 0.001 ? null : `scale(${Math.round(scale * 1000) / 1000})`,
  );
  setAttribute(cell.label, "x", plan.round(c / 2));
  setAttribute(cell.label, "y", plan.round(c + (c < 34 ? 13 : 16)));
  cell.label.style.fontSize = `${tiny ? Math.max(11, Math.min(14, c * 0.42)).toFixed(1) : c < 34 ? 11 : 14}px`;
  setAttribute(cell.label, "visibility", c > 15 ? null : "hidden");
}

/** Its marks, from the records. A cell is written again only when its own numbers are others. */
export function fillCell(cell, step, spot, nominal) {
  const parts = plan.cellParts(cell.op, step, spot);
  const same =
    cell.nominal === nominal &&
    parts.length === cell.parts.length &&
    parts.every((p, i) => cell.parts[i].source === p.source);
  if (same && cell.op.phase !== "update") return;
  cell.nominal = nominal;
  cell.parts = parts;
  if (cell.op.phase === "update") writeUpdateGlyph(cell, step, nominal);
  else writeGlyph(cell, nominal);
}

function writeUpdateGlyph(cell, step, nominal) {
  cell.glyphText ??= createSvg("text", { class: "tape-label", "text-anchor": "middle" }, cell.glyph);
  setAttribute(cell.glyphText, "x", plan.round(nominal / 2));
  setAttribute(cell.glyphText, "y", plan.round(nominal / 2 + nominal / 10));
  cell.glyphText.style.fontSize = `${nominal > 36 ? 12 : 11}px`;
  setText(cell.glyphText, cell.op.kind === "sgd" ? "−ηg" : "+Δ");
  setAttribute(cell.glyphText, "visibility", step ? null : "hidden");
}

function writeGlyph(cell, nominal) {
  const { parts } = cell;
  const grid = plan.hintonGrid(parts, nominal);
  const hue = cell.op.phase === "backward" ? "gradient" : "value";
  const merged = grid.pitch < 2.6;
  const paths = { positive: "", negative: "", zero: "", lost: "" };
  let k = 0;
  parts.forEach((part, p) => {
    part.rows.forEach((values, i) => {
      values.forEach((value, j) => {
        const x = grid.starts[p].x + (j + 0.5) * grid.pitch;
        const y = grid.starts[p].y + (i + 0.5) * grid.pitch;
        const { shape, d } = plan.hintonMark(value, grid.limit, x, y, grid.pitch);
        if (merged) {
          paths[shape] += d;
          return;
        }
        cell.marks[k] ??= createSvg("path", {}, cell.glyph);
        updateMark(cell.marks[k++], shape, d, hue, plan.refOf(part, i, j));
      });
    });
  });
  for (const surplus of cell.marks.splice(merged ? 0 : k)) surplus.remove();
  for (const surplus of cell.merged.splice(0)) surplus.remove();
  if (merged)
    for (const [shape, d] of Object.entries(paths)) {
      if (!d) continue;
      const path = createSvg("path", {}, cell.glyph);
      updateMark(path, shape, d, hue, cell.op.name);
      cell.merged.push(path);
    }
  updateSeparator(cell, grid, nominal);
  if (parts.length && parts.every((part) => part.rows.flat().every((v) => !isNumber(v)))) {
    const all = createSvg("path", { d: `M3 3H${nominal - 3}V${nominal - 3}H3z` }, cell.glyph); // nothing is left of this cell
    updateMark(all, "lost", all.getAttribute("d"), hue, cell.op.name);
    cell.merged.push(all);
  }
}

function updateSeparator(cell, grid, nominal) {
  const two = cell.parts.length > 1;
  if (!two && !cell.separator) return;
  cell.separator ??= createSvg("path", { class: "tape-split" }, cell.glyph);
  const y = two ? grid.starts[1].y - grid.pitch * 0.25 : 0;
  setAttribute(
    cell.separator,
    "d",
    two ? `M${plan.round(grid.starts[0].x)} ${plan.round(y)}H${plan.round(nominal - grid.starts[0].x)}` : "",
  );
}

function updateMark(mark, shape, d, hue, ref) {
  setAttribute(mark, "d", d);
  setAttribute(
    mark,
    "class",
    `series-marker ${shape === "positive" ? `${hue}-positive` : shape === "negative" ? `${hue}-negative` : shape}`,
  );
  setAttribute(mark, "fill", shape === "lost" ? "url(#tape-lost)" : null);
  setAttribute(mark, "data-ref", ref);
}

/** Frames the number of a cell that one of these names refers to. @param {string[]} refs @param {boolean} reached */
export function highlightCell(cell, refs, reached) {
  const position = refs.length ? markPosition(cell, refs) : null;
  setAttribute(cell.highlight, "class", position && reached ? "tape-highlighted" : "off");
  if (!position) return;
  for (const [name, value] of Object.entries(position)) setAttribute(cell.highlight, name, plan.round(value));
}

/** Where in a cell's glyph one of the numbers stands. */
function markPosition(cell, refs) {
  const { pitch, starts } = plan.hintonGrid(cell.parts, cell.nominal ?? 1);
  for (const ref of refs) {
    const p = cell.parts.findIndex((part) => ref.startsWith(`${part.name}[`));
    if (p < 0) continue;
    const [i, j] = [...ref.matchAll(/\[(\d+)\]/g)].map((m) => Number(m[1]));
    const part = cell.parts[p];
    const [row, column] = part.vector ? (part.rows.length === 1 ? [0, i] : [i, 0]) : [i, j];
    if (part.rows[row]?.[column] === undefined) continue;
    const side = Math.max(pitch, 4);
    return {
      x: starts[p].x + (column + 0.5) * pitch - side / 2,
      y: starts[p].y + (row + 0.5) * pitch - side / 2,
      width: side,
      height: side,
    };
  }
  return null;
}

// What each operation reads: arcs from the cells that were recorded before, bars from the neighbour.

/** All links of a step's operations. @param {any[]} ops @param {Element} parent */
export function linksOf(ops, parent) {
  return ops.flatMap((op) => [
    ...op.reads.map((from) =>
      createLink(parent, op, from, op.phase !== "backward" && op.index - from === 1 ? "bar" : "read"),
    ),
    ...op.from.map((from) =>
      createLink(parent, op, from, op.phase === "backward" && op.index - from === 1 ? "bar" : "go"),
    ),
  ]);
}

function createLink(parent, op, from, kind) {
  const group = createSvg("g", { class: "off" }, parent);
  const path = createSvg("path", { class: `tape-${kind}` }, group);
  const dot = kind === "read" ? createSvg("circle", { class: "tape-dot", r: 3.4 }, group) : null;
  return {
    to: op.index,
    from,
    kind,
    stays: kind === "read" && op.phase === "backward",
    group,
    path,
    dot,
    placedFor: "",
  };
}

/** Shows the link where its operation stands, drawn so far; true where that one reads here. It goes with the cell that is
 * read. @param {any} link
 * @param {{op: number, share: number, hidden: boolean, layout: import("./layout.js").Layout, placedFor: string}} now
 *   emptied: how many cells are, placed: the key of the layout */
export function drawLink(link, { op, share, hidden, layout, placedFor: placed }) {
  const now = link.to === op;
  const shown = !hidden && (!layout.strip || link.kind === "bar") && (now || (link.stays && link.to < op));
  setAttribute(link.group, "class", shown ? (now ? "now" : "past") : "off");
  if (!shown) return false;
  placeLink(link, layout, placed);
  const growing = now && link.kind === "read" && share < 1;
  setAttribute(link.path, "pathLength", growing ? 100 : null);
  setAttribute(link.path, "stroke-dasharray", growing ? "100 100" : null);
  setAttribute(link.path, "stroke-dashoffset", growing ? (100 * (1 - share)).toFixed(1) : null);
  setAttribute(link.path, "stroke-opacity", now && link.kind === "go" && share < 1 ? share.toFixed(2) : null);
  return now && link.kind === "read";
}

function placeLink(link, layout, placed) {
  if (link.placedFor === placed) return;
  link.placedFor = placed;
  const { from, to } = link;
  if (link.kind === "bar") {
    const y = layout.bottom - Math.min(layout.size[from], layout.size[to]) / 2;
    setAttribute(
      link.path,
      "d",
      `M${plan.round(layout.x[from] + layout.size[from])} ${plan.round(y)}H${plan.round(layout.x[to])}`,
    );
    return;
  }
  setAttribute(link.path, "d", plan.arcPath(layout, from, to));
  if (!link.dot) return;
  setAttribute(link.dot, "cx", plan.round(plan.middle(layout, from)));
  setAttribute(link.dot, "cy", plan.round(layout.bottom - layout.size[from] - 2));
}
