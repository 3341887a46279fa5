// The network graph: an SVG of units, weights and the loss, a canvas of tiles below it and a canvas of what flows
// above. A frame is a function of the View; what was written is remembered only so that equal values are not written
// again.

import { readColors } from "../dom/browser.js";
import { createHtml, createSvg, setAttributes } from "../dom/elements.js";
import { withStyles } from "../dom/lazy.js";
import { pixelRatio, pointerIn } from "../dom/pagezoom.js";
import { observeSize } from "../dom/size.js";
import { computedShare, hasColumnNames, stepValues } from "../run/values.js";
import { createEdges, updateEdges, updateLossEdges } from "./edges.js";
import { drawFlow } from "./flow.js";
import { createFlowCanvas } from "./flowcanvas.js";
import { createInteraction } from "./interaction.js";
import { createLayerControls } from "./layercontrols.js";
import { FEW_INPUTS, graphLayout } from "./layout.js";
import { updateLoss } from "./loss.js";
import { createOverview } from "./overview.js";
import { createSelectedWeight, updateSelectedWeight } from "./selectedweight.js";
import { createTiles } from "./tiles.js";
import { createUnits, updateUnits } from "./units.js";

const FADES = { in: 80, out: 160, slow: 300 }; // ms: hovered, left, and from the flow to single operations

/**
 * @param {HTMLElement} element
 * @param {{select?: Function, hover?: Function, structure?: (change: {hidden: object[]}) => void, loss?: () => void,
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
  const tiles = createTiles(tileCanvas, redraw);
  const createControls = createLayerControls(createHtml("div", { class: "graph-heads" }, content), on);
  let pinchScale = () => 1;
  const zoom = () => pinchScale();
  const overview = createOverview(element, scroller, zoom);
  const tip = createHtml("div", { class: "graph-tip" }, element);
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;

  let wide = null; // how many inputs are drawn, once there are some
  let view = null; // the last one given, for events
  let elements = null; // elements and geometry of one structure
  let colors = null;
  let resolution = 1; // what the canvases' resolution is multiplied by
  const recordsFor = createRecordsCache();
  let records = null;

  if (navigator.maxTouchPoints > 0) enablePinchZoom();
  const size = observeSize(element, redraw);
  const fade = createFade(content, redraw);
  const interaction = createInteraction(
    { element, scroller, content, svg, tip, size, zoom },
    { shown: () => ({ view, elements, records }), fade, on },
  );

  function redraw() {
    if (view) render(view);
  }

  /** Two fingers make it larger: nothing that a screen without touch needs to load. */
  async function enablePinchZoom() {
    const { createPinch } = await import("./pinchzoom.js");
    pinchScale = createPinch(scroller, content, {
      allowed: () => Boolean(elements) && !elements.layout.detailed,
      moved: overview.onMoved,
      settled() {
        resolution = Math.ceil(zoom() * 2 - 0.2) / 2; // the canvases are drawn again, as fine as they are shown
        redraw();
      },
    });
  }

  /** @param {any} next @param {(part: string) => boolean} [due] which parts have their turn in this frame: all by default */
  function render(next, due = () => true) {
    if (view && view.playbackMode !== next.playbackMode && next.playbackMode === "operations") fade("slow");
    view = next;
    const { width, height } = size.measure();
    if (!view?.run || width < 40 || height < 40) return;
    records = recordsFor(view);
    const many = records.widths[0] > FEW_INPUTS;
    if (many && !wide) return loadWide();
    const inputs = many ? wide.inputsOf(view) : null;
    const structure = structureKey(view, records, width, height, resolution) + (inputs?.key ?? "");
    if (elements?.structure !== structure) createElements(structure, width, height, inputs);
    wide?.update(many ? elements.layout : null);
    updateColors();
    tiles.update({ view, elements, colors }, due("tiles"));
    updateScene(sceneOf(), due);
    interaction.update();
    overview.follow(view);
  }

  let loading = false;
  async function loadWide() {
    if (loading) return;
    loading = true;
    try {
      const { createWideInputs } = await withStyles(import("./wideinputs.js"), ["network/wideinputs"], "tape/band");
      wide = createWideInputs(content, redraw);
      redraw();
    } finally {
      loading = false; // where the server is away: the next time again
    }
  }

  function updateColors() {
    if (colors?.theme === view.theme && elements.canvas !== null) return;
    colors = Object.assign(readColors(), { theme: view.theme });
    elements.canvas = createFlowCanvas(flowCanvas.getContext("2d"), colors.css);
    tiles.clear();
  }

  /** What the parts of the graph draw: its elements, the records, and how far each is computed. */
  function sceneOf() {
    const status = computedShare(records, view);
    const dropped = (k, unit) =>
      k > 0 &&
      k < records.layers &&
      view.playbackMode !== "fast" &&
      records.kept(k, unit) === 0 &&
      status(`d${k}`) > 0.3;
    const fading = Boolean(content.dataset.fade);
    return { ...elements, records, view, status, dropped, columnRange: tiles.columnRange, fading };
  }

  function updateScene(scene, due) {
    updateEdges(scene, due("edges"), due("own"));
    updateUnits(scene, due("units"), due("left"));
    updateLossEdges(scene);
    updateLoss(scene);
    updateSelectedWeight(scene);
    elements.canvas.clear(elements.layout.width, elements.layout.height);
    drawFlow(elements.canvas, scene);
    on.onRender?.(scene);
  }

  function createElements(structure, width, height, inputs) {
    const layout = graphLayout({
      widths: records.widths,
      width,
      height,
      size: view.size ?? "wide",
      table: hasColumnNames(view),
      inputs,
    });
    content.style.width = `${layout.width}px`;
    content.style.height = `${height}px`;
    for (const canvas of [tileCanvas, flowCanvas]) resizeCanvas(canvas, layout.width, height, resolution);
    const hadFocus = svg.contains(document.activeElement);
    for (const each of [edgeSvg, svg]) {
      setAttributes(each, { viewBox: `0 0 ${layout.width} ${height}`, width: layout.width, height });
      each.replaceChildren();
    }
    createNotFinitePattern(svg);
    const edges = createEdges(edgeSvg, svg, layout);
    const selected = createSelectedWeight(svg);
    const units = createUnits(svg, layout, view.run.config.features, view.samples, Boolean(on.loss));
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
    overview.build(layout);
  }

  /** Whether a tile with its gauges, or the loss node, lies under a box of the window. @param {DOMRect} box */
  function overlapsTile(box) {
    if (!elements || box.height === 0) return false;
    const { units, loss } = elements.layout;
    const { x: left, y: top } = pointerIn(svg, { clientX: box.left, clientY: box.top });
    const { x: right, y: bottom } = pointerIn(svg, { clientX: box.right, clientY: box.bottom });
    const overlaps = ({ x, y, s }) =>
      x + s / 2 + 14 > left && x - s / 2 - 14 < right && y + s / 2 + 14 > top && y - s / 2 < bottom;
    return overlaps({ ...loss, s: 2 * loss.r }) || units.some((column) => column.some(overlaps));
  }

  return { render, overlapsTile, layout: () => elements?.layout ?? null };
}

/** The records of a View; new ones, with another id, only where what they are read from has changed. */
function createRecordsCache() {
  let records = null;
  let key = [];
  return (view) => {
    const next = [view.step, view.spotlightValues, view.ops, view.run, view.samples, view.spotlight?.index];
    if (records && next.every((part, i) => part === key[i])) return records;
    key = next;
    records = Object.assign(stepValues(view), { id: (records?.id ?? 0) + 1 });
    return records;
  };
}

/** What the graph's elements depend on: where it changes, they are created again. */
const structureKey = (view, records, width, height, resolution) =>
  [
    width,
    height,
    view.size,
    records.widths,
    view.run.config.features,
    hasColumnNames(view),
    JSON.stringify(view.run.config.hidden),
    pixelRatio(),
    resolution,
  ].join("|");

/** For a while, what changes its strength does so smoothly: graph.css has the transitions. */
function createFade(content, redraw) {
  let timer = 0;
  return (/** @type {keyof typeof FADES} */ how) => {
    clearTimeout(timer);
    content.dataset.fade = how;
    timer = setTimeout(() => {
      delete content.dataset.fade;
      redraw();
    }, FADES[how] + 40);
  };
}

function resizeCanvas(canvas, width, height, resolution) {
  const ratio = Math.min(Math.min(pixelRatio(), 2.5) * resolution, 4, 8000 / width);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
}

/** The stripes of a value that is not finite. */
function createNotFinitePattern(svg) {
  const size = { width: 8, height: 8 };
  const pattern = createSvg(
    "pattern",
    { id: "graph-nan", ...size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    createSvg("defs", {}, svg),
  );
  createSvg("rect", { ...size, class: "nan-light" }, pattern);
  createSvg("rect", { width: 4, height: 8, class: "nan-dark" }, pattern);
}
