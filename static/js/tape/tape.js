// The tape: one cell per recorded operation of the step, what each one reads, and the playhead that scrubs over them.

import { createHtml, createStripes, createSvg, setAttribute } from "../dom/elements.js";
import { frameBudget, oncePerFrame, roundRobin } from "../dom/frames.js";
import { observeSize } from "../dom/size.js";
import { clamp, easeOut } from "../format/math.js";
import { operationText } from "../run/operations.js";
import { refsOf } from "../run/records.js";
import { drawLink, fillCell, lightCell, linksOf, makeCell, placeCell } from "./cell.js";
import { createButtons, createHead } from "./header.js";
import { createHand } from "./interaction.js";
import * as plan from "./layout.js";

const FILL = 0.18; // share of an operation in which its cell fills
const DRAW = 0.27; // and in which its arcs are drawn
const EMPTY_FROM = 0.6; // where in the update the cells begin to empty
const AHEAD = "ahead";

/**
 * @param {HTMLElement} element
 * @param {{scrub?: (op: number, t: number) => void, move?: (operations: number) => void, zoom?: (name: string) => void,
 *   hover?: (target: any) => void, hoverRef?: (ref: string|null) => void}} on
 */
export function createTape(element, on = {}) {
  element.classList.add("band-view");
  const head = createHead(element, on);
  const row = createHtml("div", { class: "tape-row" }, element);
  const buttons = createButtons(row, "operation", (d) => (on.move ? on.move(d) : hand.goTo(last.op + d)));
  const slider = createHtml(
    "div",
    {
      class: "tape-slider",
      role: "slider",
      tabindex: 0,
      "aria-label": "Tape of recorded operations",
      "aria-valuemin": 1,
    },
    row,
  );
  const root = createSvg("svg", { class: "tape-cells", "aria-hidden": "true" }, slider);
  createStripes(root, "tape-lost");
  const moved = createSvg("g", {}, root); // the phone's row moves under a fixed playhead
  const arcs = createSvg("g", { class: "tape-arcs" }, moved);
  const cellsGroup = createSvg("g", {}, moved);
  const turn = createSvg("path", { class: "tape-turn" }, moved);
  const stripGroup = createSvg("g", { class: "tape-strip" }, root);
  // What moves in every frame has a picture of its own, and stays within its rule's box: the cells are not painted anew.
  const wire = createSvg("svg", { class: "tape-cells", "aria-hidden": "true" }, slider);
  const rule = createSvg("path", { class: "tape-rule" }, wire);
  const doneRule = createSvg("path", { class: "tape-done" }, wire);
  const pointer = createSvg("path", { class: "tape-pointer" }, wire);
  const sweep = createSvg("path", { class: "tape-sweep" }, wire);
  const arrow = createSvg("path", { class: "tape-arrow" }, arcs);

  let last = null;
  let built = {};
  let structure = "";
  let placed = "";
  let filled = {};
  let filling = 0;
  let lit = {};
  let layout = null;
  let cells = [];
  let links = [];
  let strip = null;
  let offset = 0; // of the phone's row
  const draw = oncePerFrame(() => last && render(last));
  const size = observeSize(slider, () => {
    placed = "";
    draw();
  });
  const hand = createHand(slider, {
    shown: () => ({ view: last, layout, cells, offset, strip }),
    redraw: draw,
    on,
  });

  function render(view) {
    last = view;
    const { ops, size: device } = view;
    const phone = device === "phone";
    const box = size.measure();
    head.render(view, phone);
    setAttribute(element, "data-size", device);
    if (!box.width) return;
    const glide = view.playing && view.mode !== "operations" && view.front ? view.front : null; // a sweep over whole steps
    build(ops, phone);
    place(view, box, phone, glide);
    if (!ops.length) return;
    const op = clamp(view.op ?? 0, 0, ops.length - 1);
    const t = view.step ? (view.t ?? 1) : 1;
    const whole = !view.step ? 0 : glide ? cells.length : op + 1;
    fill(view, whole);
    const reached = !glide ? ops.length : view.mode === "fast" ? plan.sweepAt(layout, glide) : op + t;
    const emptied = emptiedUntil(view, op, t, glide) * ops.length;
    states(view, op, t, glide, whole, reached, emptied);
    drawLinks(view, op, t, glide, emptied);
    light(view, op, glide);
    playhead(op, t, glide, reached, phone);
    buttons.render(glide ? "one step" : `op ${op + 1} / ${ops.length}`, op > 0, op < ops.length - 1);
    setAttribute(slider, "aria-valuemax", ops.length);
    setAttribute(slider, "aria-valuenow", op + 1);
    if (!glide) setAttribute(slider, "aria-valuetext", operationText(ops, op));
  }

  /** Elements, once per structure: names of the cells and how they hang together. */
  function build(ops, phone) {
    if (ops === built.ops && phone === built.phone) return;
    built = { ops, phone };
    const key = `${ops.map((op) => `${op.names.join("+")}<${op.reads}|${op.from}`).join(" ")} ${phone}`;
    if (key === structure) {
      for (const cell of cells) cell.op = ops[cell.op.index];
      return;
    }
    structure = key;
    placed = "";
    filled = {};
    cellsGroup.replaceChildren();
    for (const link of links) link.group.remove();
    cells = ops.map((op) => makeCell(op, cellsGroup));
    links = linksOf(ops, arcs);
    arcs.append(arrow);
    stripGroup.replaceChildren();
    strip = null;
    if (phone && ops.length > 30) addStrip(ops, key);
  }

  /** A long tape's second row comes when a phone first shows one. */
  async function addStrip(ops, key) {
    const { createStrip } = await import("./minimap.js");
    if (structure !== key) return;
    strip = createStrip(ops, stripGroup);
    draw();
  }

  /** Where everything lies; only again when the box, the structure or the lens has changed. */
  function place(view, box, phone, glide) {
    const { ops } = view;
    const hoverX = hand.hoverX();
    const at = hoverX !== null && layout && !phone ? plan.lensAt(layout, hoverX) : (view.op ?? 0);
    const lens = glide || phone ? null : Math.round(at * 20) / 20;
    const plain = layout && !layout.magnified && layout.base - layout.gap >= plan.LENS_BELOW;
    const key = `${box.width} ${box.height} ${plain ? "" : lens}`;
    if (key === placed) return;
    layout = plan.tapeLayout(ops, { ...box, lead: phone ? 0 : 84, phone, lens });
    placed =
      layout.magnified || plain || layout.base - layout.gap >= plan.LENS_BELOW
        ? `${box.width} ${box.height} ${layout.magnified ? lens : ""}`
        : key;
    for (const picture of [root, wire]) setAttribute(picture, "viewBox", `0 0 ${box.width} ${box.height}`);
    const { bottom } = layout;
    for (const cell of cells) placeCell(cell, layout);
    setAttribute(
      turn,
      "d",
      ops.length ? `M${plan.fix(layout.turnAt)} ${plan.fix(bottom - layout.largest - 6)}V${plan.fix(bottom + 6)}` : "",
    );
    setAttribute(buttons.element, "style", null);
    buttons.at(bottom - layout.largest / 2);
    for (const link of links) link.placed = "";
  }

  /** The marks of the cells that are shown, from the records. Written again only when a cell's own numbers are others. */
  function fill(view, whole) {
    const nominal = layout.nominal;
    const { step } = view;
    const spot = spotOf(view);
    if (filled.step !== step || filled.spot !== spot || filled.nominal !== nominal) filled = { step, spot, nominal };
    const more = frameBudget(view);
    filling = roundRobin(whole, filling, (i) => {
      const cell = cells[i];
      if (cell.filled === filled) return true;
      if (!more()) return false;
      cell.filled = filled;
      fillCell(cell, step, spot, nominal);
      return true;
    });
  }

  /** Which cells are filled, current, read. */
  function states(view, op, t, glide, whole, reached, emptied) {
    const current = view.ops[op];
    const used = glide ? [] : [...current.reads, ...current.from];
    const fading = view.reduced || glide ? 1 : clamp(t / FILL);
    cells.forEach((cell, i) => {
      const on = i < whole && i >= emptied;
      const now = !glide && i === op;
      let name = on ? "tape-cell" : "tape-cell future";
      if (now) name += " now";
      else if (used.includes(i) && view.step) name += " used";
      if (glide && i > reached) name += ` ${AHEAD}`;
      setAttribute(cell.group, "class", name);
      setAttribute(cell.glyph, "fill-opacity", now && fading < 1 ? fading.toFixed(2) : null); // a group's opacity would be a layer
    });
  }

  function drawLinks(view, op, t, glide, emptied) {
    const share = view.reduced ? 1 : easeOut(clamp(t / DRAW));
    const now = { op, share, emptied: glide || !view.step ? Number.POSITIVE_INFINITY : emptied, layout, placed };
    let reads = 0;
    for (const link of links) if (drawLink(link, now)) reads++;
    setAttribute(arrow, "class", reads && share >= 1 && !layout.strip ? "tape-arrow" : "off");
    if (reads)
      setAttribute(
        arrow,
        "d",
        `M${plan.fix(plan.middle(layout, op) - 4)} ${plan.fix(layout.bottom - layout.size[op] - 8)}l4 6l4 -6`,
      );
  }

  /** What is selected or pointed at elsewhere is framed in its cells. */
  function light(view, op, glide) {
    const now = {
      ref: view.hoverRef,
      hover: view.hover,
      selection: view.selection,
      op,
      glide: !!glide,
      filled,
      placed,
    };
    if (Object.keys(now).every((key) => now[key] === lit[key])) return;
    lit = now;
    const refs = glide ? [] : view.hoverRef ? [view.hoverRef] : refsOf(view.hover ?? view.selection, view.ops);
    for (const cell of cells) lightCell(cell, refs, cell.op.index <= op);
  }

  function playhead(op, t, glide, reached, phone) {
    const raw = glide ? plan.sweepX(layout, reached) : plan.playheadAt(layout, op, t);
    offset = phone ? layout.width / 2 - raw : 0;
    const x = raw + offset;
    const y = layout.bottom + (layout.strip ? 19 : 21);
    setAttribute(moved, "transform", phone ? `translate(${plan.fix(offset)} 0)` : null);
    setAttribute(pointer, "d", `M${plan.fix(x)} ${plan.fix(y)}l-5.5 8h11z`);
    const [from, to] = phone ? [20, layout.width - 20] : [layout.left, layout.right];
    setAttribute(rule, "d", `M${from} ${plan.fix(y + 8.5)}H${plan.fix(to)}`);
    setAttribute(doneRule, "d", `M${from} ${plan.fix(y + 8.5)}H${plan.fix(x)}`);
    setAttribute(
      sweep,
      "d",
      glide ? `M${plan.fix(x)} ${plan.fix(layout.bottom - layout.largest - 8)}V${plan.fix(y - 1)}` : "",
    );
    if (!strip) return;
    const { step, ops } = last;
    strip.render({ op, at: glide ? reached : op, step, reads: glide || !step ? [] : ops[op].reads, layout });
  }

  return { render };
}

/** The spotlight sample's own values by record name. */
const spotOf = (view) => view.spot?.values ?? view.spot ?? null;

/** How much of the row has emptied: from left to right in the last part of the update. */
function emptiedUntil(view, op, t, glide) {
  if (glide || view.reduced || view.ops[op].phase !== "update" || (t >= 1 && !view.playing)) return 0;
  return clamp((t - EMPTY_FROM) / (1 - EMPTY_FROM));
}
