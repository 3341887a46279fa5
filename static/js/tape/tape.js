// The tape: one cell per recorded operation of the step, what each one reads, and the playhead that scrubs over them.

import { createHtml, createStripes, createSvg, setAttribute } from "../dom/elements.js";
import { frameBudget, oncePerFrame, roundRobin } from "../dom/frames.js";
import { observeSize } from "../dom/size.js";
import { clamp, easeOut } from "../format/math.js";
import { operationText } from "../run/operations.js";
import { refsOf } from "../run/records.js";
import { createCell, drawLink, fillCell, highlightCell, linksOf, placeCell } from "./cell.js";
import { createButtons, createHeader } from "./header.js";
import { createInteraction } from "./interaction.js";
import * as plan from "./layout.js";

const FILL_SHARE = 0.18; // share of an operation in which its cell fills
const ARC_SHARE = 0.27; // and in which its arcs are drawn
const NOT_REACHED = "ahead";

/**
 * @param {HTMLElement} element
 * @param {{scrub?: (op: number, t: number) => void, move?: (operations: number) => void, counts?: boolean,
 *   hover?: (target: any) => void, hoverRef?: (ref: string|null) => void}} on
 */
export function createTape(element, on = {}) {
  element.classList.add("tape-view");
  const header = on.counts ? createHeader(element) : null; // on the page the band has its own
  const row = createHtml("div", { class: "tape-row" }, element);
  const buttons = createButtons(row, "operation", (d) => (on.move ? on.move(d) : interaction.goTo(last.operation + d)));
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
  const scrolledGroup = createSvg("g", {}, root); // the phone's row moves under a fixed playhead
  const arcs = createSvg("g", { class: "tape-arcs" }, scrolledGroup);
  const cellsGroup = createSvg("g", {}, scrolledGroup);
  const turn = createSvg("path", { class: "tape-turn" }, scrolledGroup);
  const minimapGroup = createSvg("g", { class: "minimap" }, root);
  // What moves in every frame has a picture of its own, and stays within its rule's box: the cells are not painted again.
  const playheadSvg = createSvg("svg", { class: "tape-cells", "aria-hidden": "true" }, slider);
  const rule = createSvg("path", { class: "tape-rule" }, playheadSvg);
  const doneRule = createSvg("path", { class: "tape-done" }, playheadSvg);
  const pointer = createSvg("path", { class: "tape-pointer" }, playheadSvg);
  const sweepLine = createSvg("path", { class: "tape-sweep" }, playheadSvg);
  const arrow = createSvg("path", { class: "tape-arrow" }, arcs);

  let last = null;
  let builtFor = {};
  let structure = "";
  let placedFor = "";
  let filledFrom = {};
  let nextToFill = 0;
  let highlighted = {};
  let layout = null;
  let cells = [];
  let links = [];
  let minimap = null;
  let offset = 0; // of the phone's row
  const draw = oncePerFrame(() => last && render(last));
  const size = observeSize(slider, () => {
    placedFor = "";
    draw();
  });
  const interaction = createInteraction(slider, {
    shown: () => ({ view: last, layout, cells, offset, minimap }),
    redraw: draw,
    on,
  });

  function render(view) {
    last = view;
    const { ops, size: device } = view;
    const phone = device === "phone";
    const box = size.measure();
    header?.render(view, phone);
    setAttribute(element, "data-size", device);
    if (!box.width) return;
    const sweepFront = view.playing && view.playbackMode !== "operations" && view.sweepFront ? view.sweepFront : null; // a sweep over whole steps
    createElements(ops, phone);
    layOut(view, box, phone, sweepFront);
    if (!ops.length) return;
    const op = clamp(view.operation ?? 0, 0, ops.length - 1);
    const t = view.step ? (view.progress ?? 1) : 1;
    const filledCount = !view.step ? 0 : sweepFront ? cells.length : op + 1;
    fillCells(view, filledCount);
    const reached = !sweepFront ? ops.length : view.playbackMode === "fast" ? plan.sweepAt(layout, sweepFront) : op + t;
    updateCellStates(view, op, t, sweepFront, filledCount, reached);
    drawLinks(view, op, t, sweepFront);
    highlightCells(view, op, sweepFront);
    updatePlayhead(op, t, sweepFront, reached, phone);
    buttons.render(
      sweepFront ? "one step" : `op ${op + 1} / ${ops.length}`,
      op > 0,
      !view.divergence || op < ops.length - 1,
    );
    setAttribute(slider, "aria-valuemax", ops.length);
    setAttribute(slider, "aria-valuenow", op + 1);
    if (!sweepFront) setAttribute(slider, "aria-valuetext", operationText(ops, op));
  }

  /** Elements, once per structure: names of the cells and how they hang together. */
  function createElements(ops, phone) {
    if (ops === builtFor.ops && phone === builtFor.phone) return;
    builtFor = { ops, phone };
    const key = `${ops.map((op) => `${op.names.join("+")}<${op.reads}|${op.from}`).join(" ")} ${phone}`;
    if (key === structure) {
      for (const cell of cells) cell.op = ops[cell.op.index];
      return;
    }
    structure = key;
    placedFor = "";
    filledFrom = {};
    cellsGroup.replaceChildren();
    for (const link of links) link.group.remove();
    cells = ops.map((op) => createCell(op, cellsGroup));
    links = linksOf(ops, arcs);
    arcs.append(arrow);
    minimapGroup.replaceChildren();
    minimap = null;
    if (phone && ops.length > 30) loadMinimap(ops, key);
  }

  /** A long tape's second row comes when a phone first shows one. */
  async function loadMinimap(ops, key) {
    const { createMinimap } = await import("./minimap.js");
    if (structure !== key) return;
    minimap = createMinimap(ops, minimapGroup);
    draw();
  }

  /** Where everything lies; only again when the box, the structure or the magnifier has changed. */
  function layOut(view, box, phone, sweepFront) {
    const { ops } = view;
    const hoverX = interaction.hoverX();
    const at = hoverX !== null && layout && !phone ? plan.magnifierAt(layout, hoverX) : (view.operation ?? 0);
    const magnifier = sweepFront || phone ? null : Math.round(at * 20) / 20;
    const plain = layout && !layout.magnified && layout.base - layout.gap >= plan.MAGNIFY_BELOW;
    const key = `${box.width} ${box.height} ${plain ? "" : magnifier}`;
    if (key === placedFor) return;
    layout = plan.tapeLayout(ops, { ...box, lead: phone ? 0 : 84, phone, lens: magnifier });
    placedFor =
      layout.magnified || plain || layout.base - layout.gap >= plan.MAGNIFY_BELOW
        ? `${box.width} ${box.height} ${layout.magnified ? magnifier : ""}`
        : key;
    for (const picture of [root, playheadSvg]) setAttribute(picture, "viewBox", `0 0 ${box.width} ${box.height}`);
    const { bottom } = layout;
    for (const cell of cells) placeCell(cell, layout);
    setAttribute(
      turn,
      "d",
      ops.length
        ? `M${plan.round(layout.turnAt)} ${plan.round(bottom - layout.largest - 6)}V${plan.round(bottom + 6)}`
        : "",
    );
    setAttribute(buttons.element, "style", null);
    buttons.at(bottom - layout.largest / 2);
    for (const link of links) link.placedFor = "";
  }

  /** The marks of the cells that are shown, from the records. Written again only when a cell's own numbers are others. */
  function fillCells(view, filledCount) {
    const nominal = layout.nominal;
    const { step } = view;
    const spot = spotlightValues(view);
    if (filledFrom.step !== step || filledFrom.spotlightValues !== spot || filledFrom.nominal !== nominal)
      filledFrom = { step, spotlightValues: spot, nominal };
    const hasTime = frameBudget(view);
    nextToFill = roundRobin(filledCount, nextToFill, (i) => {
      const cell = cells[i];
      if (cell.filledFrom === filledFrom) return true;
      if (!hasTime()) return false;
      cell.filledFrom = filledFrom;
      fillCell(cell, step, spot, nominal);
      return true;
    });
  }

  /** Which cells are filled, current, read. */
  function updateCellStates(view, op, t, sweepFront, filledCount, reached) {
    const current = view.ops[op];
    const used = sweepFront ? [] : [...current.reads, ...current.from];
    const fading = view.reduced || sweepFront ? 1 : clamp(t / FILL_SHARE);
    cells.forEach((cell, i) => {
      const on = i < filledCount;
      const now = !sweepFront && i === op;
      let name = on ? "tape-cell" : "tape-cell future";
      if (now) name += " now";
      else if (used.includes(i) && view.step) name += " used";
      if (sweepFront && i > reached) name += ` ${NOT_REACHED}`;
      setAttribute(cell.group, "class", name);
      setAttribute(cell.glyph, "fill-opacity", now && fading < 1 ? fading.toFixed(2) : null); // a group's opacity would be a layer
    });
  }

  function drawLinks(view, op, t, sweepFront) {
    const share = view.reduced ? 1 : easeOut(clamp(t / ARC_SHARE));
    const now = {
      op,
      share,
      hidden: Boolean(sweepFront) || !view.step,
      layout,
      placedFor,
    };
    let reads = 0;
    for (const link of links) if (drawLink(link, now)) reads++;
    setAttribute(arrow, "class", reads && share >= 1 && !layout.minimap ? "tape-arrow" : "off");
    if (reads)
      setAttribute(
        arrow,
        "d",
        `M${plan.round(plan.middle(layout, op) - 4)} ${plan.round(layout.bottom - layout.size[op] - 8)}l4 6l4 -6`,
      );
  }

  /** What is selected or pointed at elsewhere is framed in its cells. */
  function highlightCells(view, op, sweepFront) {
    const now = {
      ref: view.hoverRef,
      hover: view.hover,
      selection: view.selection,
      op,
      glide: !!sweepFront,
      filledFrom,
      placedFor,
    };
    if (Object.keys(now).every((key) => now[key] === highlighted[key])) return;
    highlighted = now;
    const refs = sweepFront ? [] : view.hoverRef ? [view.hoverRef] : refsOf(view.hover ?? view.selection, view.ops);
    for (const cell of cells) highlightCell(cell, refs, cell.op.index <= op);
  }

  function updatePlayhead(op, t, sweepFront, reached, phone) {
    const raw = sweepFront ? plan.sweepX(layout, reached) : plan.playheadAt(layout, op, t);
    offset = phone ? layout.width / 2 - raw : 0;
    const x = raw + offset;
    const y = layout.bottom + (layout.minimap ? 19 : 21);
    setAttribute(scrolledGroup, "transform", phone ? `translate(${plan.round(offset)} 0)` : null);
    setAttribute(pointer, "d", `M${plan.round(x)} ${plan.round(y)}l-5.5 8h11z`);
    const [from, to] = phone ? [20, layout.width - 20] : [layout.left, layout.right];
    setAttribute(rule, "d", `M${from} ${plan.round(y + 8.5)}H${plan.round(to)}`);
    setAttribute(doneRule, "d", `M${from} ${plan.round(y + 8.5)}H${plan.round(x)}`);
    setAttribute(
      sweepLine,
      "d",
      sweepFront ? `M${plan.round(x)} ${plan.round(layout.bottom - layout.largest - 8)}V${plan.round(y - 1)}` : "",
    );
    if (!minimap) return;
    const { step, ops } = last;
    minimap.render({
      op,
      at: sweepFront ? reached : op,
      step,
      reads: sweepFront || !step ? [] : ops[op].reads,
      layout,
    });
  }

  return { render };
}

/** The spotlight sample's own values by record name. */
const spotlightValues = (view) => view.spotlightValues?.values ?? view.spotlightValues ?? null;
