// The network graph. SVG for all that has a name, built once for each structure, the lines in a picture of their own; a
// canvas of heat maps below and a canvas of what moves above. A frame is a function of the View: what was written is
// remembered only so that what did not change is not written again.

import { readColors } from "../dom/browser.js";
import { createHtml, createSvg, setAttribute, setAttributes } from "../dom/elements.js";
import { pixelRatio, pointerIn } from "../dom/pagezoom.js";
import { observeSize } from "../dom/size.js";
import { clamp, n1 } from "../format/math.js";
import { computedShare, hasColumnNames, stepValues } from "../run/values.js";
import { buildEdges, paintEdges, paintLossEdges } from "./edges.js";
import { flow } from "./flow.js";
import { penOf } from "./flowcanvas.js";
import { createHand } from "./interaction.js";
import { createHeads } from "./layercontrols.js";
import { layoutOf } from "./layout.js";
import { paintLoss } from "./loss.js";
import { buildSelected, paintSelected } from "./selectedweight.js";
import { createTiles } from "./tiles.js";
import { buildUnits, paintUnits } from "./units.js";

const READING_PAUSE = 4000; // ms after which a scrolled graph follows the playhead again
const FADES = { in: 80, out: 160, slow: 300 }; // ms (SPEC §6, §10): hovered, left, and from the flow to single operations

/**
 * @param {HTMLElement} element
 * @param {{select?: Function, hover?: Function, structure?: (change: {hidden: object[]}) => void,
 *   painted?: (scene: any) => void}} on
 *   select(selection|null), hover(selection|null), structure: the hidden layers as they shall be, like config.hidden
 */
export function createGraph(element, on = {}) {
  element.classList.add("graph");
  const scroller = createHtml("div", { class: "graph-scroll" }, element);
  const content = createHtml("div", { class: "graph-content" }, scroller);
  const heat = createHtml("canvas", { class: "graph-heat" }, content);
  const lines = createSvg("svg", { class: "graph-svg graph-lines", "aria-hidden": "true" }, content);
  const svg = createSvg("svg", { class: "graph-svg", role: "group", "aria-label": "network graph" }, content);
  const over = createHtml("canvas", { class: "graph-flow" }, content);
  const tiles = createTiles(heat, () => view && render(view));
  const buildHeads = createHeads(createHtml("div", { class: "graph-heads" }, content), on);
  const map = createSvg("svg", { class: "graph-map", "aria-hidden": "true" }, element);
  const tip = createHtml("div", { class: "graph-tip" }, element);
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;

  let view = null; // the last one given, for events
  let built = null; // elements and geometry of one structure
  let colors = null;
  let records = null;
  let recordsKey = [];
  let scrolledAt = Number.NEGATIVE_INFINITY;
  let followed = -1;
  let own = false; // the graph scrolls itself
  let sharp = 1; // what the canvases' resolution is multiplied by

  let pinched = () => 1;
  const zoom = () => pinched();
  if (navigator.maxTouchPoints > 0) listenToFingers();
  /** Two fingers make it larger: nothing that a screen without touch needs to load. */
  async function listenToFingers() {
    const { createPinch } = await import("./pinchzoom.js");
    pinched = createPinch(scroller, content, {
      allowed: () => Boolean(built) && !built.layout.fine,
      moved() {
        scrolledAt = performance.now();
        moveWindow();
      },
      settled() {
        sharp = Math.ceil(zoom() * 2 - 0.2) / 2; // the canvases are drawn anew, as fine as they are shown
        if (view) render(view);
      },
    });
  }

  const size = observeSize(element, () => view && render(view));
  const hand = createHand(
    { element, scroller, content, svg, tip, size, zoom },
    { shown: () => ({ view, built, records }), fade, on },
  );

  // ---------------------------------------------------------------- drawing

  /** @param {any} next @param {(part: string) => boolean} [due] which parts come to their turn in this frame: all of them */
  function render(next, due = () => true) {
    if (view && view.mode !== next.mode && next.mode === "operations") fade("slow");
    view = next;
    const { width, height } = size.measure();
    if (!view?.run || width < 40 || height < 40) return;
    const key = [view.step, view.spot, view.ops, view.run, view.samples, view.spotlight?.index];
    if (!records || key.some((part, i) => part !== recordsKey[i])) {
      records = Object.assign(stepValues(view), { id: (records?.id ?? 0) + 1 });
      recordsKey = key;
    }
    const structure = [
      width,
      height,
      view.size,
      records.widths,
      view.run.config.features,
      hasColumnNames(view),
      JSON.stringify(view.run.config.hidden),
      pixelRatio(),
      sharp,
    ].join("|");
    if (built?.structure !== structure) build(structure, width, height);
    if (colors?.theme !== view.theme || built.pen === null) {
      colors = Object.assign(readColors(), { theme: view.theme });
      built.pen = penOf(over.getContext("2d"), colors.css);
      tiles.forget();
    }
    const status = computedShare(records, view);
    const dropped = (k, unit) =>
      k > 0 && k < records.layers && view.mode !== "fast" && records.kept(k, unit) === 0 && status(`d${k}`) > 0.3;
    tiles.paint({ view, built, colors }, due("tiles"));
    const scene = {
      ...built,
      records,
      view,
      status,
      dropped,
      columnRange: tiles.columnRange,
      fading: Boolean(content.dataset.fade),
    };
    paintEdges(scene, due("edges"), due("own"));
    paintUnits(scene, due("units"), due("left"));
    paintLossEdges(scene);
    paintLoss(scene);
    paintSelected(scene);
    built.pen.clear(built.layout.width, built.layout.height);
    flow(built.pen, scene);
    on.painted?.(scene);
    hand.follow();
    follow();
  }

  let fading = 0;
  /** For so long, what gets another strength gets it by and by: graph.css knows how. @param {keyof typeof FADES} how */
  function fade(how) {
    clearTimeout(fading);
    content.dataset.fade = how;
    fading = setTimeout(() => {
      delete content.dataset.fade;
      if (view) render(view);
    }, FADES[how] + 40);
  }

  // ---------------------------------------------------------------- building

  function build(structure, width, height) {
    const layout = layoutOf({
      widths: records.widths,
      width,
      height,
      size: view.size ?? "wide",
      table: hasColumnNames(view),
    });
    const ratio = Math.min(Math.min(pixelRatio(), 2.5) * sharp, 4, 8000 / layout.width);
    content.style.width = `${layout.width}px`;
    content.style.height = `${height}px`;
    for (const canvas of [heat, over]) {
      canvas.width = Math.round(layout.width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${layout.width}px`;
      canvas.style.height = `${height}px`;
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    const hadFocus = svg.contains(document.activeElement);
    for (const each of [lines, svg]) {
      setAttributes(each, { viewBox: `0 0 ${layout.width} ${height}`, width: layout.width, height });
      each.replaceChildren();
    }
    const stripes = {
      id: "graph-nan",
      width: 8,
      height: 8,
      patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(45)",
    };
    const pattern = createSvg("pattern", stripes, createSvg("defs", {}, svg));
    createSvg("rect", { width: 8, height: 8, class: "nan-y" }, pattern);
    createSvg("rect", { width: 4, height: 8, class: "nan-k" }, pattern);
    const edges = buildEdges(lines, svg, layout);
    const selected = buildSelected(svg);
    const units = buildUnits(svg, layout, view.run.config.features, view.samples);
    built = { structure, layout, ...edges, ...units, selected, pen: null, features: new Map(), painting: 0, turn: 0 };
    hand.settle(hadFocus);
    buildHeads(layout, view.run.config.hidden, view.catalog?.limits);
    buildMap(layout);
  }

  function buildMap(layout) {
    map.replaceChildren();
    map.toggleAttribute("hidden", !layout.scrolls);
    if (!layout.scrolls) return;
    const scale = 150 / layout.width;
    setAttribute(map, "viewBox", "0 0 150 30");
    layout.widths.forEach((count, k) => {
      const h = Math.min(3, 24 / count);
      for (let u = 0; u < count; u++)
        createSvg(
          "rect",
          {
            x: n1(layout.columns[k] * scale - 1.6),
            y: n1(13 + (u - (count - 1) / 2) * h - h / 3),
            width: 3.2,
            height: n1(h * 0.72),
          },
          map,
        );
    });
    built.window = createSvg("rect", { class: "window", y: 0.8, height: 25, rx: 4 }, map);
    moveWindow();
  }

  function moveWindow() {
    if (!built?.window) return;
    const scale = 150 / built.layout.width / zoom();
    setAttributes(built.window, { x: n1(scroller.scrollLeft * scale), width: n1(built.layout.visible * scale) });
  }

  /** On narrow screens a deep network scrolls with the playhead, unless the reader has just scrolled. */
  function follow() {
    const { layout } = built;
    if (!layout.scrolls || view.op === followed || performance.now() - scrolledAt < READING_PAUSE) return;
    followed = view.op;
    const op = view.ops?.[view.op];
    if (!op) return;
    const k = op.phase === "update" ? 1 : (op.layer ?? 0);
    const x = op.name === "L" ? layout.loss.x : (layout.columns[Math.max(0, k - 1)] + layout.columns[k]) / 2;
    const left = Math.round(clamp(x * zoom() - layout.visible / 2, 0, layout.width * zoom() - layout.visible));
    own = own || left !== scroller.scrollLeft;
    scroller.scrollLeft = left;
    moveWindow();
  }

  scroller.addEventListener("scroll", () => {
    if (!own) scrolledAt = performance.now();
    own = false;
    moveWindow();
  });

  /** The miniature is dragged to a place. */
  const jump = (event) => {
    if (!built || (event.type === "pointermove" && event.buttons === 0)) return;
    const box = map.getBoundingClientRect();
    const at = clamp((event.clientX - box.left) / box.width) * built.layout.width * zoom();
    scroller.scrollLeft = at - built.layout.visible / 2;
  };
  map.addEventListener("pointerdown", jump);
  map.addEventListener("pointermove", jump);

  // ---------------------------------------------------------------- room

  /** Whether a tile with its gauges, or the loss node, lies under a box of the window. @param {DOMRect} box */
  function covers(box) {
    if (!built || box.height === 0) return false;
    const { units, loss } = built.layout;
    const { x: left, y: top } = pointerIn(svg, { clientX: box.left, clientY: box.top });
    const { x: right, y: bottom } = pointerIn(svg, { clientX: box.right, clientY: box.bottom });
    const under = ({ x, y, s }) =>
      x + s / 2 + 14 > left && x - s / 2 - 14 < right && y + s / 2 + 14 > top && y - s / 2 < bottom;
    return under({ ...loss, s: 2 * loss.r }) || units.some((column) => column.some(under));
  }

  return { render, covers, layout: () => built?.layout ?? null };
}
