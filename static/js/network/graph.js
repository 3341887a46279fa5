// The network graph. SVG for all that has a name, built once for each structure, the lines in a picture of their own; a
// canvas of heat maps below and a canvas of what moves above. A frame is a function of the View: what was written is
// remembered only so that what did not change is not written again.

import { readColors } from "../dom/browser.js";
import { createHtml, createSvg, setAttribute, setAttributes } from "../dom/elements.js";
import { pixelRatio, placeIn } from "../dom/pagezoom.js";
import { observeSize } from "../dom/size.js";
import { clamp, n1 } from "../format/math.js";
import { namesColumns, recordsOf, statusOf } from "../run/values.js";
import { createEdges, updateEdges, updateLossEdges } from "./edges.js";
import { drawFlow } from "./flow.js";
import { createFlowCanvas } from "./flowcanvas.js";
import { createInteraction } from "./interaction.js";
import { createLayerControls } from "./layercontrols.js";
import { graphLayout } from "./layout.js";
import { updateLoss } from "./loss.js";
import { createSelectedWeight, updateSelectedWeight } from "./selectedweight.js";
import { createTiles } from "./tiles.js";
import { createUnits, updateUnits } from "./units.js";

const FOLLOW_DELAY = 4000; // ms after which a scrolled graph follows the playhead again
const FADES = { in: 80, out: 160, slow: 300 }; // ms (SPEC §6, §10): hovered, left, and from the flow to single operations

/**
 * @param {HTMLElement} element
 * @param {{select?: Function, hover?: Function, structure?: (change: {hidden: object[]}) => void,
 *   onRender?: (scene: any) => void}} on
 *   select(selection|null), hover(selection|null), structure: the hidden layers as they shall be, like config.hidden
 */
export function createGraph(element, on = {}) {
  element.classList.add("graph");
  const scroller = createHtml("div", { class: "graph-scroll" }, element);
  const content = createHtml("div", { class: "graph-content" }, scroller);
  const tileCanvas = createHtml("canvas", { class: "graph-heat" }, content);
  const edgeSvg = createSvg("svg", { class: "graph-svg graph-lines", "aria-hidden": "true" }, content);
  const svg = createSvg("svg", { class: "graph-svg", role: "group", "aria-label": "network graph" }, content);
  const flowCanvas = createHtml("canvas", { class: "graph-flow" }, content);
  const tiles = createTiles(tileCanvas, () => view && render(view));
  const createControls = createLayerControls(createHtml("div", { class: "graph-heads" }, content), on);
  const overview = createSvg("svg", { class: "graph-map", "aria-hidden": "true" }, element);
  const tip = createHtml("div", { class: "graph-tip" }, element);
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;

  let view = null; // the last one given, for events
  let elements = null; // elements and geometry of one structure
  let colors = null;
  let records = null;
  let recordsKey = [];
  let scrolledAt = Number.NEGATIVE_INFINITY;
  let followedOperation = -1;
  let selfScrolled = false; // the graph scrolls itself
  let resolution = 1; // what the canvases' resolution is multiplied by

  let pinchScale = () => 1;
  const zoom = () => pinchScale();
  if (navigator.maxTouchPoints > 0) enablePinchZoom();
  /** Two fingers make it larger: nothing that a screen without touch needs to load. */
  async function enablePinchZoom() {
    const { createPinch } = await import("./pinchzoom.js");
    pinchScale = createPinch(scroller, content, {
      allowed: () => Boolean(elements) && !elements.layout.fine,
      moved() {
        scrolledAt = performance.now();
        updateWindow();
      },
      settled() {
        resolution = Math.ceil(zoom() * 2 - 0.2) / 2; // the canvases are drawn anew, as fine as they are shown
        if (view) render(view);
      },
    });
  }

  const size = observeSize(element, () => view && render(view));
  const interaction = createInteraction(
    { element, scroller, content, svg, tip, size, zoom },
    { shown: () => ({ view, elements, records }), fade, on },
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
      records = Object.assign(recordsOf(view), { id: (records?.id ?? 0) + 1 });
      recordsKey = key;
    }
    const structure = [
      width,
      height,
      view.size,
      records.widths,
      view.run.config.features,
      namesColumns(view),
      JSON.stringify(view.run.config.hidden),
      pixelRatio(),
      resolution,
    ].join("|");
    if (elements?.structure !== structure) createElements(structure, width, height);
    if (colors?.theme !== view.theme || elements.canvas === null) {
      colors = Object.assign(readColors(), { theme: view.theme });
      elements.canvas = createFlowCanvas(flowCanvas.getContext("2d"), colors.css);
      tiles.clear();
    }
    const status = statusOf(records, view);
    const dropped = (k, unit) =>
      k > 0 && k < records.layers && view.mode !== "fast" && records.kept(k, unit) === 0 && status(`d${k}`) > 0.3;
    tiles.update({ view, elements, colors }, due("tiles"));
    const scene = {
      ...elements,
      records,
      view,
      status,
      dropped,
      columnRange: tiles.columnRange,
      fading: Boolean(content.dataset.fade),
    };
    updateEdges(scene, due("edges"), due("own"));
    updateUnits(scene, due("units"), due("left"));
    updateLossEdges(scene);
    updateLoss(scene);
    updateSelectedWeight(scene);
    elements.canvas.clear(elements.layout.width, elements.layout.height);
    drawFlow(elements.canvas, scene);
    on.onRender?.(scene);
    interaction.update();
    scrollToOperation();
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

  function createElements(structure, width, height) {
    const layout = graphLayout({
      widths: records.widths,
      width,
      height,
      size: view.size ?? "wide",
      table: namesColumns(view),
    });
    const ratio = Math.min(Math.min(pixelRatio(), 2.5) * resolution, 4, 8000 / layout.width);
    content.style.width = `${layout.width}px`;
    content.style.height = `${height}px`;
    for (const canvas of [tileCanvas, flowCanvas]) {
      canvas.width = Math.round(layout.width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${layout.width}px`;
      canvas.style.height = `${height}px`;
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    const hadFocus = svg.contains(document.activeElement);
    for (const each of [edgeSvg, svg]) {
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
    const edges = createEdges(edgeSvg, svg, layout);
    const selected = createSelectedWeight(svg);
    const units = createUnits(svg, layout, view.run.config.features, view.samples);
    elements = {
      structure,
      layout,
      ...edges,
      ...units,
      selected,
      canvas: null,
      features: new Map(),
      tilesVersion: 0,
      tilesDrawn: 0,
    };
    interaction.restoreTabStop(hadFocus);
    createControls(layout, view.run.config.hidden, view.catalog?.limits);
    createOverview(layout);
  }

  function createOverview(layout) {
    overview.replaceChildren();
    overview.toggleAttribute("hidden", !layout.scrolls);
    if (!layout.scrolls) return;
    const scale = 150 / layout.width;
    setAttribute(overview, "viewBox", "0 0 150 30");
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
          overview,
        );
    });
    elements.window = createSvg("rect", { class: "window", y: 0.8, height: 25, rx: 4 }, overview);
    updateWindow();
  }

  function updateWindow() {
    if (!elements?.window) return;
    const scale = 150 / elements.layout.width / zoom();
    setAttributes(elements.window, { x: n1(scroller.scrollLeft * scale), width: n1(elements.layout.visible * scale) });
  }

  /** On narrow screens a deep network scrolls with the playhead, unless the reader has just scrolled. */
  function scrollToOperation() {
    const { layout } = elements;
    if (!layout.scrolls || view.op === followedOperation || performance.now() - scrolledAt < FOLLOW_DELAY) return;
    followedOperation = view.op;
    const op = view.ops?.[view.op];
    if (!op) return;
    const k = op.phase === "update" ? 1 : (op.layer ?? 0);
    const x = op.name === "L" ? layout.loss.x : (layout.columns[Math.max(0, k - 1)] + layout.columns[k]) / 2;
    const left = Math.round(clamp(x * zoom() - layout.visible / 2, 0, layout.width * zoom() - layout.visible));
    selfScrolled = selfScrolled || left !== scroller.scrollLeft;
    scroller.scrollLeft = left;
    updateWindow();
  }

  scroller.addEventListener("scroll", () => {
    if (!selfScrolled) scrolledAt = performance.now();
    selfScrolled = false;
    updateWindow();
  });

  /** The miniature is dragged to a place. */
  const dragOverview = (event) => {
    if (!elements || (event.type === "pointermove" && event.buttons === 0)) return;
    const box = overview.getBoundingClientRect();
    const at = clamp((event.clientX - box.left) / box.width) * elements.layout.width * zoom();
    scroller.scrollLeft = at - elements.layout.visible / 2;
  };
  overview.addEventListener("pointerdown", dragOverview);
  overview.addEventListener("pointermove", dragOverview);

  // ---------------------------------------------------------------- room

  /** Whether a tile with its gauges, or the loss node, lies under a box of the window. @param {DOMRect} box */
  function overlapsTile(box) {
    if (!elements || box.height === 0) return false;
    const { units, loss } = elements.layout;
    const { x: left, y: top } = placeIn(svg, { clientX: box.left, clientY: box.top });
    const { x: right, y: bottom } = placeIn(svg, { clientX: box.right, clientY: box.bottom });
    const overlaps = ({ x, y, s }) =>
      x + s / 2 + 14 > left && x - s / 2 - 14 < right && y + s / 2 + 14 > top && y - s / 2 < bottom;
    return overlaps({ ...loss, s: 2 * loss.r }) || units.some((column) => column.some(overlaps));
  }

  return { render, overlapsTile, layout: () => elements?.layout ?? null };
}
