// The edges of the graph: each shows its weight and, once the error has reached it, its gradient; and the edges to the
// loss.

import { createSvg, setAttribute, setAttributes, setShown } from "../dom/elements.js";
import { frameBudget, roundRobin } from "../dom/frames.js";
import { gradientClass, hueNames, valueClass } from "../format/colors.js";
import { isNumber, maxAbs, n1, n2 } from "../format/math.js";
import { operationProgress, showsOperations } from "../run/values.js";
import { hoveredWeight, isolated } from "../run/view.js";
import { edgeStyle } from "./edgestyle.js";
import { updateTimes } from "./flow.js";
import { angleAt, curveLength, edgeCurve, lossCurve, pathData, pointAt } from "./layout.js";

const SORTED = 160; // edges of a layer up to which stronger ones are laid on top

/**
 * The lines and the areas that take the pointer lie in two SVGs: where only units change, no line is painted again.
 * @returns all edges by layer (from 1), the edges to the loss, and their elements
 */
export function createEdges(lines, svg, layout) {
  const group = createSvg("g", { class: "edges" }, lines);
  const hits = createSvg("g", {}, svg);
  const edges = Object.assign([null], { next: 0 });
  for (let k = 1; k < layout.widths.length; k++) edges.push(createLayer(layout, k, createSvg("g", {}, group), hits));
  const lossEdges = layout.units.at(-1).map((_, unit) => {
    const route = lossCurve(layout, unit);
    return Object.assign(route, {
      line: createSvg("path", { class: "edge", d: pathData(route) }, group),
      mark: createSvg("path", {}, group),
    });
  });
  return { edges, lossEdges };
}

function createLayer(layout, k, group, hits) {
  const list = Object.assign([], { key: "", focus: "", order: "", group, hits });
  const many = k === 1 && layout.inputs; // then only what is drawn becomes elements
  for (let from = 0; from < layout.widths[k - 1]; from++)
    for (let to = 0; to < layout.widths[k]; to++) {
      const route = edgeCurve(layout, k, from, to);
      const edge = {
        layer: k,
        from,
        to,
        at: `[${from}][${to}]`,
        d: pathData(route),
        route,
        length: curveLength(route),
        size: 0,
        shown: true,
        halo: null,
        mark: null,
        line: null,
        hit: null,
      };
      list.push(edge);
      if (!many) createElements(list, edge);
    }
  return list;
}

/** The line of an edge and the area that takes the pointer. */
function createElements({ group, hits }, edge) {
  const { layer, from, to, at, d } = edge;
  edge.line = createSvg("path", { class: "edge", d }, group);
  const about = { role: "button", tabindex: "-1", "aria-label": `W${layer}${at}` };
  edge.hit = createSvg("path", { class: "hit", d, "data-edge": `${layer},${from},${to}`, ...about }, hits);
}

/** Draws an edge, or doesn't. @param {any} list of its layer @param {any} edge @param {boolean} on */
export function showEdge(list, edge, on) {
  edge.shown = on;
  if (on && !edge.line) createElements(list, edge);
  if (!edge.line) return;
  setVisible(edge.line, on);
  setShown(edge.hit, on);
  if (on) return;
  setAttribute(edge.line, "data-ref", null);
  for (const part of [edge.halo, edge.mark]) if (part) setVisible(part, false);
}

// ------------------------------------------------------------------ updating

const style = /** @type {import("./edgestyle.js").EdgeStyle} */ ({});

/** Hidden but laid out: it comes and goes in every step. */
const setVisible = (node, on) => setAttribute(node, "visibility", on ? null : "hidden");

/**
 * Updates the layers that may have changed: first those of the selection and of the operation, then the others in turn.
 * @param {object} scene @param {boolean} due whether it is any layer's turn @param {boolean} affected the operation's own layers'
 */
export function updateEdges(scene, due, affected) {
  const { view, records, edges, layout } = scene;
  const op = view.ops?.[view.operation];
  const t = operationProgress(view);
  const phase = op?.phase ?? "forward";
  const flowing = !showsOperations(view);
  const unit = isolated(view);
  const hovered = hoveredWeight(view);
  const focus = [
    flowing,
    Boolean(view.sweepFront),
    view.playbackMode,
    JSON.stringify(unit ?? hovered),
    JSON.stringify(view.selection),
    layout.inputs?.isAll(),
    scene.fading,
  ].join();
  const hasTime = frameBudget(view);
  edges.next = roundRobin(records.layers, edges.next, (i) => {
    const k = records.layers - i;
    const sum = scene.status(`z${k}`);
    const grad = scene.status(`dW${k}`);
    const activeTarget = grad > 0 && grad < 1 ? Math.floor(t * layout.widths[k] + 1e-9) : -1;
    const errorReturning = !flowing && k > 1 && op?.name === records.layerErrors[k - 1];
    const dropoutMasks = [k - 1, k].map((j) => scene.status(`d${j}`) > 0.3).join();
    const moved = phase === "update" && !flowing ? Math.round(updateTimes(t).moved * 24) / 24 : 0;
    const key = [
      records.id,
      sum > 0,
      sum >= 1,
      grad >= 1,
      activeTarget,
      errorReturning,
      phase,
      dropoutMasks,
      moved,
      focus,
    ].join();
    if (edges[k].key === key) return true;
    const urgent = edges[k].focus !== focus || (affected && (op?.layer === k || op?.layer === k - 1));
    if (!urgent && !(due && hasTime())) return false;
    Object.assign(edges[k], { key, focus });
    updateLayer(scene, k, { sum, grad, t, activeTarget, errorReturning, phase, moved, flowing, unit, hovered });
    return true;
  });
}

function updateLayer(scene, k, state) {
  const { records, layout } = scene;
  const W = records.parameters[`W${k}`];
  const added = state.moved ? records.update?.[`W${k}`] : null;
  const dW = records.batch(`dW${k}`);
  const list = scene.edges[k];
  const many = k === 1 && layout.inputs;
  if (many) many.choose(list, scene, state);
  for (const edge of list) {
    if (many) showEdge(list, edge, edge.shown);
    if (!edge.shown) continue;
    const { from, to, at, line } = edge;
    const before = W[from][to];
    const w = isNumber(before) && isNumber(added?.[from]?.[to]) ? before + added[from][to] * state.moved : before;
    const g = dW?.[from]?.[to];
    edgeStyle(style, scene, k, edge, state, w, g);
    const {
      showsGradient,
      width,
      opacity,
      dash,
      halo: haloWidth,
      notFinite,
      chevrons: marks,
      affected: touched,
    } = style;
    if (haloWidth > 0 && !edge.halo) {
      edge.halo = createSvg("path", { d: edge.d, pathLength: "1" });
      line.before(edge.halo);
    }
    if (edge.halo) updateHalo(edge.halo);
    setAttribute(line, "data-ref", `${showsGradient ? "dW" : "W"}${k}${at}`);
    setAttribute(
      line,
      "class",
      `edge ${notFinite ? "nan-dark" : dash ? "dotted" : showsGradient ? gradientClass(g) : valueClass(w)}`,
    );
    setAttribute(line, "stroke-width", n2(width));
    setAttribute(line, "stroke-dasharray", dash);
    setAttribute(line, "stroke-opacity", n2(opacity));
    if (marks && !edge.mark) {
      edge.mark = createSvg("path");
      line.after(edge.mark);
    }
    if (edge.mark) setVisible(edge.mark, marks);
    if (marks)
      setAttributes(edge.mark, {
        d: chevronPath(edge.route, 1.6 + width * 0.55),
        class: `chevrons ${width > 3 ? "light" : gradientClass(g)}`,
      });
    edge.size = touched ? 1e9 : showsGradient ? width : width * 0.01;
  }
  if (scene.fading) return; // an element that is moved in the document loses its transition
  if (layout.halo && !state.flowing && state.phase !== "update" && list.length <= SORTED) sortByWidth(list);
}

function updateHalo(halo) {
  setVisible(halo, style.halo > 0);
  if (style.halo <= 0) return;
  setAttribute(halo, "class", style.notFinite ? "edge nan-light" : "halo");
  setAttribute(halo, "stroke-width", n2(style.halo));
  setAttribute(halo, "stroke-dasharray", style.notFinite || style.unbroken ? null : "0 .16 .68 1");
  setAttribute(halo, "stroke-opacity", style.notFinite || style.unbroken ? null : 0.8);
}

/** Stronger edges lie on top; moved only when their order changed. */
function sortByWidth(list) {
  const order = [...list].sort((a, b) => a.size - b.size);
  const key = order.map((e) => e.at).join("");
  if (list.order === key) return;
  list.order = key;
  list.group.append(...order.flatMap((e) => [e.halo, e.line, e.mark].filter(Boolean)));
}

/** Three chevrons against the direction of an edge. */
function chevronPath(route, size, positions = [0.44, 0.5, 0.56]) {
  let d = "";
  for (const t of positions) {
    const [x, y] = pointAt(route, t);
    const angle = angleAt(route, t);
    const c = Math.cos(angle) * size;
    const s = Math.sin(angle) * size;
    d += `M${n1(x + 0.5 * c + s)} ${n1(y + 0.5 * s - c)}L${n1(x - 0.5 * c)} ${n1(y - 0.5 * s)}L${n1(x + 0.5 * c - s)} ${n1(y + 0.5 * s + c)}`;
  }
  return d;
}

/** From the outputs to the loss, and back. */
export function updateLossEdges(scene) {
  const { status, layout, records, view } = scene;
  const error = records.values(records.error);
  const outputs = records.values("outputs");
  const errorReturning = showsOperations(view) && error !== null && status(records.error) > 0.05;
  const gradientKnown = status("L") > 0.85 && outputs !== null;
  const classes = layout.multipleOutputs && records.probabilities;
  scene.lossEdges.forEach(({ line, mark, ...route }, u) => {
    const v = errorReturning ? error[u] : gradientKnown ? outputs[u] : undefined;
    const notFinite = v === null;
    const unknown = v === undefined;
    const colorClass = unknown
      ? "neutral"
      : notFinite
        ? "nan-light"
        : errorReturning
          ? gradientClass(v)
          : classes
            ? hueNames(u)
            : valueClass(v);
    const share = notFinite ? 0.5 : Math.abs(v ?? 0) / (records.probabilities ? 1 : maxAbs(error) || 1);
    const width = !errorReturning ? 2 : layout.multipleOutputs ? 0.6 + 4.4 * share : layout.detailed ? 4 : 3;
    const ref = errorReturning ? `${records.error}[${u}]` : `outputs[${u}]`;
    setAttributes(line, {
      class: `edge ${colorClass}`,
      "stroke-width": n2(width),
      "stroke-opacity": unknown ? 0.6 : 0.8,
      "data-ref": ref,
    });
    const chevrons = errorReturning && layout.detailed && !layout.multipleOutputs && isNumber(v) && v !== 0;
    setShown(mark, chevrons || notFinite);
    if (notFinite)
      setAttributes(mark, { class: "edge nan-dark", d: pathData(route), "stroke-width": 4, "stroke-dasharray": "4 4" });
    else if (chevrons)
      setAttributes(mark, {
        class: "chevrons light",
        d: chevronPath(route, 5, [0.34, 0.5, 0.66]),
        "stroke-width": null,
        "stroke-dasharray": null,
      });
  });
}
