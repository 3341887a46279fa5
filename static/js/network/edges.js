// The edges of the graph: a weight, once the error has come back its gradient; the way to the loss; and the selected
// weight with its × mark.

import { createSvg, setAttribute, setAttributes, setShown } from "../dom/elements.js";
import { frameBudget, roundRobin } from "../dom/frames.js";
import { gradientClass, hueNames, valueClass } from "../format/colors.js";
import { isNumber, maxAbs, n1, n2 } from "../format/math.js";
import { operationProgress, showsOperations } from "../run/values.js";
import { hoveredWeight, isolated, isWeight } from "../run/view.js";
import { turnTime, updateTimes } from "./flow.js";
import { angleAt, lengthOf, lossRouteOf, pathOf, pointAt, routeOf } from "./layout.js";

const STACKED = 160; // edges of a layer up to which stronger ones are laid on top

/**
 * What is seen of an edge and where it is hit stand in pictures of their own: where only units change, no line is painted.
 * @returns all edges by layer (from 1), the edges to the loss, and their elements
 */
export function buildEdges(lines, svg, layout) {
  const group = createSvg("g", { class: "edges" }, lines);
  const hits = createSvg("g", {}, svg);
  const edges = Object.assign([null], { next: 0 });
  for (let k = 1; k < layout.widths.length; k++) edges.push(buildLayer(layout, k, createSvg("g", {}, group), hits));
  const lossEdges = layout.units.at(-1).map((_, unit) => {
    const route = lossRouteOf(layout, unit);
    return Object.assign(route, {
      line: createSvg("path", { class: "edge", d: pathOf(route) }, group),
      mark: createSvg("path", {}, group),
    });
  });
  return { edges, lossEdges };
}

function buildLayer(layout, k, group, hits) {
  const list = Object.assign([], { group, key: "", focus: "", order: "" });
  for (let from = 0; from < layout.widths[k - 1]; from++)
    for (let to = 0; to < layout.widths[k]; to++) {
      const route = routeOf(layout, k, from, to);
      const d = pathOf(route);
      const at = `[${from}][${to}]`;
      list.push({
        layer: k,
        from,
        to,
        at,
        d,
        route,
        length: lengthOf(route),
        size: 0,
        under: null,
        mark: null,
        line: createSvg("path", { class: "edge", d }, group),
        hit: createSvg(
          "path",
          {
            class: "hit",
            d,
            "data-edge": `${k},${from},${to}`,
            role: "button",
            tabindex: "-1",
            "aria-label": `W${k}${at}`,
          },
          hits,
        ),
      });
    }
  return list;
}

// ------------------------------------------------------------------ how an edge looks

/**
 * @typedef {{turned: boolean, width: number, opacity: number, dash: string|null, casing: number, whole: boolean,
 *   lost: boolean, marks: boolean, touched: boolean}} Look
 * turned: the gradient is shown, no longer the weight; casing: width of the paper stroke below, whole: all along; lost: not finite
 */

/**
 * How one edge looks. A function of the scene; `look` is written into, so that a frame makes no garbage.
 * @param {Look} look @param {object} scene @param {{from: number, to: number}} edge of layer k
 * @param {object} state of its layer @param {number|null} w the weight now @param {number|null|undefined} g its recorded gradient
 */
export function lookOf(look, scene, k, edge, state, w, g) {
  const { layout, view } = scene;
  const { sum, grad, t, back, phase, flowing, unit, one } = state;
  const measure = scene.records.measures[k];
  const wide = layout.fine ? 5.2 : layout.phone ? 3.2 : 2.6;
  const part = measure.weight > 0 && isNumber(w) ? Math.abs(w) / measure.weight : 0;
  const steep = measure.gradient > 0 && isNumber(g) ? Math.abs(g) / measure.gradient : 0;
  const forward = phase === "forward" || phase === "loss";
  const arrived = grad >= 1 || (grad > 0 && turnTime(t, edge.to, layout.widths[k]) >= 1);
  const turned = !flowing && phase === "backward" && arrived && g !== undefined;
  look.casing = 0;
  look.dash = null;
  look.lost = look.marks = look.touched = look.whole = look.turned = false;

  if (scene.dropped(k - 1, edge.from) || scene.dropped(k, edge.to)) {
    look.width = 0.8;
    look.opacity = unit || one ? 0.4 : 1;
    look.dash = "1 5";
    return;
  }
  look.turned = turned;
  look.width = turned ? 0.4 + wide * measure.factor * steep : 0.5 + wide * Math.min(part, 1.4);
  if (!isNumber(w) || (turned && !isNumber(g))) {
    look.lost = true;
    look.width = look.casing = layout.fine ? 3 : 2;
    look.opacity = 1;
    look.dash = "3.5 4.5";
    return;
  }
  if (turned && g === 0) {
    look.width = 0.9;
    look.dash = "1 4";
    look.opacity = layout.fine ? 1 : 0.5;
  } else if (turned) {
    look.opacity = 0.2 + 0.68 * measure.factor * (0.35 + 0.65 * steep);
    look.casing = layout.casing ? look.width + 3.2 : 0;
    look.marks = layout.fine && look.width > 1.5;
  } else if (flowing) look.opacity = (view.front && !view.reduced ? 0.2 : 0.5) * (1 + 0.5 * part);
  else if (phase === "update")
    look.opacity = isWeight(view.selection, k, edge.from, edge.to) ? 0.6 : 0.22 * (1 + 0.4 * part);
  else if (grad > 0) {
    look.width *= 0.75;
    look.opacity = 0.17;
  } else {
    const live = forward && sum >= 1;
    look.opacity = ((sum > 0 && sum < 1) || back ? 0.26 : live ? 0.5 : 0.15) * (1 + 0.5 * part);
    if (live && layout.casing) look.casing = look.width + 3.2;
  }
  if (one || unit) focusOn(look, layout, k, edge, one, unit, turned && g === 0);
}

/** An edge under the pointer, or a unit's edges, come forward; the others step back. */
function focusOn(look, layout, k, edge, one, unit, zero) {
  const own = one
    ? isWeight(one, k, edge.from, edge.to)
    : (unit.layer === k && unit.unit === edge.to) || (unit.layer === k - 1 && unit.unit === edge.from);
  look.marks = look.marks && own && Boolean(one);
  if (own) {
    look.touched = true;
    if (!zero) look.opacity = Math.max(look.opacity, look.turned ? 0.9 : one ? 0.75 : 0.62);
    look.whole = Boolean(unit);
    if (unit) look.casing = layout.fine ? look.width + 4 : 0;
    return;
  }
  look.casing = 0;
  if (one) look.opacity *= 0.3;
  else {
    look.width = Math.min(1.2, look.width);
    look.opacity = 0.13;
  }
}

// ------------------------------------------------------------------ painting

const look = /** @type {Look} */ ({});

/** Hidden but laid out: it comes and goes in every step. */
const seen = (node, on) => setAttribute(node, "visibility", on ? null : "hidden");

/**
 * Paints the layers whose looks may have changed: what the reader is at, what the operation is at, the others in their turn.
 * @param {object} scene @param {boolean} due whether it is any layer's turn @param {boolean} own the operation's own layers'
 */
export function paintEdges(scene, due, own) {
  const { view, records, edges, layout } = scene;
  const op = view.ops?.[view.op];
  const t = operationProgress(view);
  const phase = op?.phase ?? "forward";
  const flowing = !showsOperations(view);
  const unit = isolated(view);
  const one = hoveredWeight(view);
  const focus = [
    flowing,
    Boolean(view.front),
    view.mode,
    JSON.stringify(unit ?? one),
    JSON.stringify(view.selection),
    scene.fading,
  ].join();
  const more = frameBudget(view);
  edges.next = roundRobin(records.layers, edges.next, (i) => {
    const k = records.layers - i;
    const sum = scene.status(`z${k}`);
    const grad = scene.status(`dW${k}`);
    const turn = grad > 0 && grad < 1 ? Math.floor(t * layout.widths[k] + 1e-9) : -1;
    const back = !flowing && k > 1 && op?.name === records.layerErrors[k - 1];
    const masks = [k - 1, k].map((j) => scene.status(`d${j}`) > 0.3).join();
    const moved = phase === "update" && !flowing ? Math.round(updateTimes(t).moved * 24) / 24 : 0;
    const key = [records.id, sum > 0, sum >= 1, grad >= 1, turn, back, phase, masks, moved, focus].join();
    if (edges[k].key === key) return true;
    const first = edges[k].focus !== focus || (own && (op?.layer === k || op?.layer === k - 1));
    if (!first && !(due && more())) return false;
    Object.assign(edges[k], { key, focus });
    paintLayer(scene, k, { sum, grad, t, back, phase, moved, flowing, unit, one });
    return true;
  });
}

function paintLayer(scene, k, state) {
  const { records, layout } = scene;
  const W = records.parameters[`W${k}`];
  const added = state.moved ? records.update?.[`W${k}`] : null;
  const dW = records.batch(`dW${k}`);
  const list = scene.edges[k];
  for (const edge of list) {
    const { from, to, at, line } = edge;
    const before = W[from][to];
    const w = isNumber(before) && isNumber(added?.[from]?.[to]) ? before + added[from][to] * state.moved : before;
    const g = dW?.[from]?.[to];
    lookOf(look, scene, k, edge, state, w, g);
    const { turned, width, opacity, dash, casing, lost, marks, touched } = look;
    if (casing > 0 && !edge.under) {
      edge.under = createSvg("path", { d: edge.d, pathLength: "1" });
      line.before(edge.under);
    }
    if (edge.under) paintUnder(edge.under);
    setAttribute(line, "data-ref", `${turned ? "dW" : "W"}${k}${at}`);
    setAttribute(line, "class", `edge ${lost ? "nan-k" : dash ? "dotted" : turned ? gradientClass(g) : valueClass(w)}`);
    setAttribute(line, "stroke-width", n2(width));
    setAttribute(line, "stroke-dasharray", dash);
    setAttribute(line, "stroke-opacity", n2(opacity));
    if (marks && !edge.mark) {
      edge.mark = createSvg("path");
      line.after(edge.mark);
    }
    if (edge.mark) seen(edge.mark, marks);
    if (marks)
      setAttributes(edge.mark, {
        d: chevronPath(edge.route, 1.6 + width * 0.55),
        class: `chevrons ${width > 3 ? "light" : gradientClass(g)}`,
      });
    edge.size = touched ? 1e9 : turned ? width : width * 0.01;
  }
  if (scene.fading) return; // an element that is moved in the document loses its transition
  if (layout.casing && !state.flowing && state.phase !== "update" && list.length <= STACKED) stack(list);
}

function paintUnder(under) {
  seen(under, look.casing > 0);
  if (look.casing <= 0) return;
  setAttribute(under, "class", look.lost ? "edge nan-y" : "casing");
  setAttribute(under, "stroke-width", n2(look.casing));
  setAttribute(under, "stroke-dasharray", look.lost || look.whole ? null : "0 .16 .68 1");
  setAttribute(under, "stroke-opacity", look.lost || look.whole ? null : 0.8);
}

/** Stronger edges lie on top; moved only when their order changed. */
function stack(list) {
  const order = [...list].sort((a, b) => a.size - b.size);
  const key = order.map((e) => e.at).join("");
  if (list.order === key) return;
  list.order = key;
  list.group.append(...order.flatMap((e) => [e.under, e.line, e.mark].filter(Boolean)));
}

/** Three chevrons against the direction of an edge. */
function chevronPath(route, size, places = [0.44, 0.5, 0.56]) {
  let d = "";
  for (const t of places) {
    const [x, y] = pointAt(route, t);
    const angle = angleAt(route, t);
    const c = Math.cos(angle) * size;
    const s = Math.sin(angle) * size;
    d += `M${n1(x + 0.5 * c + s)} ${n1(y + 0.5 * s - c)}L${n1(x - 0.5 * c)} ${n1(y - 0.5 * s)}L${n1(x + 0.5 * c - s)} ${n1(y + 0.5 * s + c)}`;
  }
  return d;
}

/** From the outputs to the loss, and back. */
export function paintLossEdges(scene) {
  const { status, layout, records, view } = scene;
  const error = records.values(records.error);
  const outputs = records.values("outputs");
  const back = showsOperations(view) && error !== null && status(records.error) > 0.05;
  const arrived = status("L") > 0.85 && outputs !== null;
  const classes = layout.several && records.probabilities;
  scene.lossEdges.forEach(({ line, mark, ...route }, u) => {
    const v = back ? error[u] : arrived ? outputs[u] : undefined;
    const lost = v === null;
    const quiet = v === undefined;
    const hue = quiet ? "quiet" : lost ? "nan-y" : back ? gradientClass(v) : classes ? hueNames(u) : valueClass(v);
    const share = lost ? 0.5 : Math.abs(v ?? 0) / (records.probabilities ? 1 : maxAbs(error) || 1);
    const width = !back ? 2 : layout.several ? 0.6 + 4.4 * share : layout.fine ? 4 : 3;
    const ref = back ? `${records.error}[${u}]` : `outputs[${u}]`;
    setAttributes(line, {
      class: `edge ${hue}`,
      "stroke-width": n2(width),
      "stroke-opacity": quiet ? 0.6 : 0.8,
      "data-ref": ref,
    });
    const chevrons = back && layout.fine && !layout.several && isNumber(v) && v !== 0;
    setShown(mark, chevrons || lost);
    if (lost)
      setAttributes(mark, { class: "edge nan-k", d: pathOf(route), "stroke-width": 4, "stroke-dasharray": "4 4" });
    else if (chevrons)
      setAttributes(mark, {
        class: "chevrons light",
        d: chevronPath(route, 5, [0.34, 0.5, 0.66]),
        "stroke-width": null,
        "stroke-dasharray": null,
      });
  });
}

// ------------------------------------------------------------------ the selected weight
