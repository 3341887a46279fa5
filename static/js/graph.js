// The network graph: tiles, gauges, edges, loss. SVG for all that has a name, built once for each structure; a canvas of
// heat maps below it and a canvas of what moves above it. A frame is a function of the View: written attributes are
// remembered only so that what did not change is not written again.

import { flow, penOf, turnTime, sumTime, updateTimes } from "./flow.js";
import { featureLayer, isFeature, kindsOf, paintTiles, readColors, readingOf } from "./heat.js";
import { angleAt, layoutOf, lossRouteOf, nearestEdge, pathOf, pointAt, routeOf } from "./layout.js";
import { clamp, easeOut, format, gradientClass, isNumber, progress, share, subscript, superscript, valueClass } from "./scales.js";
import { describe, lookUp, recordsOf, single, statusOf, timeOf } from "./scene.js";

const SVG = "http://www.w3.org/2000/svg";
const MAX_LAYERS = 10;
const MAX_UNITS = 16;
const REACH = 4.5; // half the width of an edge's hit area
const TOUCH_REACH = 9;
const READING_PAUSE = 4000; // ms after which a scrolled graph follows the playhead again

/** Sets an attribute unless it has that value already; null takes it away. */
function write(node, name, value) {
  const cache = (node.written ??= {});
  if (cache[name] === value) return;
  cache[name] = value;
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

function say(node, text) {
  if (node.said === text) return;
  node.said = text;
  node.textContent = text;
}

const show = (node, on) => write(node, "display", on ? null : "none");

function make(tag, attributes = {}, parent = null) {
  const node = document.createElementNS(SVG, tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  parent?.append(node);
  return node;
}

function html(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

const n1 = (v) => Math.round(v * 10) / 10;
const n2 = (v) => Math.round(v * 100) / 100;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const isWeight = (s, layer, from, to) => s?.kind === "weight" && s.layer === layer && s.from === from && s.to === to;

/**
 * @param {HTMLElement} element
 * @param {{select?: Function, hover?: Function, structure?: Function}} on select(selection|null), hover(selection|null),
 *   structure({hidden}): the hidden layers as they shall be, in the shape of config.hidden
 * @returns {{render: (view: object) => void, layout: () => object|null}}
 */
export function createGraph(element, on = {}) {
  element.classList.add("graph");
  const scroller = html("div", "graph-scroll", element);
  const content = html("div", "graph-content", scroller);
  const heat = html("canvas", "graph-heat", content);
  const svg = make("svg", { class: "graph-svg", role: "group", "aria-label": "network graph" }, content);
  const over = html("canvas", "graph-flow", content);
  const heads = html("div", "graph-heads", content);
  heads.setAttribute("role", "toolbar");
  heads.setAttribute("aria-label", "layers of the network");
  const map = make("svg", { class: "graph-map", "aria-hidden": "true" }, element);
  const tip = html("div", "graph-tip", element);
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;

  let view = null; // the last one given, for events
  let built = null; // elements and geometry of one structure
  let colors = null;
  let records = null;
  let recordsKey = [];
  let heatKey = [];
  let shownHover = null;
  let scrolledAt = -Infinity;
  let followedOp = -1;
  let touch = false;
  let focused = [1, 0]; // layer, unit: where the roving tab stop is

  // ---------------------------------------------------------------- drawing

  function render(next) {
    view = next;
    if (!view?.run) return;
    const width = element.clientWidth;
    const height = element.clientHeight;
    if (width < 40 || height < 40) return;
    const key = [view.step, view.spot, view.ops, view.run, view.samples, view.spotlight?.index];
    if (!records || key.some((part, i) => part !== recordsKey[i])) {
      records = recordsOf(view);
      recordsKey = key;
      if (built) built.fresh = true;
    }
    const structure = [width, height, view.size, records.widths, view.run.config.features, devicePixelRatio].join("|");
    if (built?.structure !== structure) build(structure, width, height);
    if (!colors || colors.theme !== view.theme) {
      colors = Object.assign(readColors(), { theme: view.theme });
      built.pen = penOf(over.getContext("2d"), colors.css);
      heatKey = [];
    }
    const status = statusOf(records, view);
    const dropped = (k, unit) =>
      k > 0 && k < records.layers && view.mode !== "fast" && records.kept(k, unit) === 0 && status(`d${k}`) > 0.3;
    const scene = { ...built, records, view, status, dropped };
    paintHeat(scene);
    paintEdges(scene);
    paintUnits(scene);
    paintLoss(scene);
    paintSelected(scene);
    paintFlow(scene);
    built.fresh = false;
    follow(scene);
  }

  function paintFlow(scene) {
    const ctx = over.getContext("2d");
    ctx.globalAlpha = 1;
    ctx.clearRect(0, 0, scene.layout.width, scene.layout.height);
    flow(built.pen, scene);
  }

  /** The surfaces that belong to the parameters on screen. */
  function evaluationOf() {
    const ended = view.ops?.[view.op]?.phase === "update" && timeOf(view) >= 1;
    return (single(view) && !ended ? (view.before ?? view.after) : (view.after ?? view.before)) ?? view.run.evaluation ?? null;
  }

  function paintHeat(scene) {
    const evaluation = evaluationOf();
    const key = [evaluation, built, colors, view.samples];
    if (key.every((part, i) => part === heatKey[i])) return;
    heatKey = key;
    const { layout } = scene;
    const ctx = heat.getContext("2d");
    ctx.clearRect(0, 0, layout.width, layout.height);
    const surfaces = evaluation?.surfaces;
    built.extent = surfaces?.extent ?? null;
    const ready = surfaces && typeof surfaces.layers?.[0]?.units?.[0] === "string";
    built.painted = layout.widths.map((count) => Array(count).fill(false));
    const tiles = [];
    const add = (k, unit, layer, kind, hue) => {
      const { x, y, s } = layout.units[k][unit];
      const last = k === layout.widths.length - 1;
      const radius = last ? layout.outputRadius : layout.radius;
      const line = k === 0 ? 0 : last ? 1 : layout.tile < 20 ? 0.6 : 0.8;
      tiles.push({ x, y, s, radius, layer, unit: kind === null ? 0 : unit, reading: kind === null ? { centre: 0, limit: layer.hi, level: 0, classes: false } : readingOf(kind, layer), hue, line });
      built.painted[k][unit] = true;
    };
    if (ready) {
      const features = view.run.config.features ?? [];
      features.forEach((name, unit) => {
        if (!isFeature(name) || view.samples?.inputs?.[0]?.length !== 2) return;
        built.features ??= new Map();
        const featureKey = `${name} ${surfaces.extent}`;
        if (!built.features.has(featureKey)) built.features.set(featureKey, featureLayer(name, surfaces.extent, view.samples, unit));
        add(0, unit, built.features.get(featureKey), null);
      });
      const kinds = kindsOf(view.run, view.samples?.task, layout.widths.at(-1));
      surfaces.layers.forEach((layer, i) => {
        if (!isNumber(layer.lo) || !isNumber(layer.hi)) return;
        layer.units.forEach((_, unit) => {
          if (layout.units[i + 1]?.[unit]) add(i + 1, unit, layer, kinds[i], kinds[i] === "class" ? colors[`c${(unit % 3) + 1}`] : undefined);
        });
      });
    }
    paintTiles(ctx, tiles, colors);
    built.fresh = true;
  }

  // ---------------------------------------------------------------- building

  function build(structure, width, height) {
    const layout = layoutOf({ widths: records.widths, width, height, size: view.size ?? "wide" });
    const ratio = Math.min(devicePixelRatio || 1, 2.5);
    content.style.width = `${layout.width}px`;
    content.style.height = `${height}px`;
    for (const canvas of [heat, over]) {
      canvas.width = Math.round(layout.width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${layout.width}px`;
      canvas.style.height = `${height}px`;
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    svg.setAttribute("viewBox", `0 0 ${layout.width} ${height}`);
    svg.setAttribute("width", layout.width);
    svg.setAttribute("height", height);
    const hadFocus = svg.contains(document.activeElement);
    svg.replaceChildren();
    const pattern = make("pattern", { id: "graph-nan", width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, make("defs", {}, svg));
    make("rect", { width: 8, height: 8, class: "nan-y" }, pattern);
    make("rect", { width: 4, height: 8, class: "nan-k" }, pattern);
    const edgeGroup = make("g", { class: "edges" }, svg);
    const hits = make("g", { class: "hits" }, svg);
    const edges = [null];
    for (let k = 1; k < layout.widths.length; k++) edges.push(buildEdges(layout, k, edgeGroup, hits));
    const lossGroup = make("g", { class: "loss-edges" }, svg);
    const lossEdges = layout.units.at(-1).map((_, unit) => lossRouteOf(layout, unit));
    const lossParts = lossEdges.map((route) => ({
      line: make("path", { class: "edge", d: pathOf(route) }, lossGroup),
      mark: make("path", { class: "chevrons" }, lossGroup),
    }));
    const selected = buildSelected(make("g", { class: "selected", "aria-hidden": "true" }, svg));
    const nodes = layout.units.map((column, k) => column.map((place, unit) => buildUnit(svg, layout, k, unit, place)));
    const loss = buildLoss(svg, layout);
    built = { structure, layout, edges, lossEdges, lossParts, selected, nodes, loss, keys: [], fresh: true, pen: penOf(over.getContext("2d"), colors?.css ?? {}) };
    if (!colors) colors = null;
    else built.pen = penOf(over.getContext("2d"), colors.css);
    heatKey = [];
    focused = [Math.min(focused[0], layout.widths.length - 1), 0];
    rove(...focused);
    if (hadFocus) nodes[focused[0]][focused[1]].g.focus();
    buildHeads(layout);
    buildMap(layout);
  }

  function buildEdges(layout, k, group, hits) {
    const g = make("g", { "data-layer": k }, group);
    const list = [];
    for (let from = 0; from < layout.widths[k - 1]; from++)
      for (let to = 0; to < layout.widths[k]; to++) {
        const route = routeOf(layout, k, from, to);
        const d = pathOf(route);
        const at = `[${from}][${to}]`;
        const edge = { layer: k, from, to, route, d, at, under: null, mark: null };
        edge.weight = make("path", { class: "edge", d, "data-ref": `W${k}${at}` }, g);
        edge.gradient = make("path", { class: "edge", d, "data-ref": `dW${k}${at}`, display: "none" }, g);
        edge.gradient.written = { display: "none" };
        edge.hit = make("path", { class: "hit", d, "data-edge": `${k},${from},${to}`, role: "button", tabindex: "-1", "aria-label": `weight W${k}${at}, from unit ${from + 1} to unit ${to + 1}` }, hits);
        list.push(edge);
      }
    list.group = g;
    return list;
  }

  /** Drawn below an edge: its casing, or the yellow of its stripes. Made when first needed. */
  function underOf(edge) {
    if (!edge.under) {
      edge.under = make("path", { class: "casing", d: edge.d, pathLength: "1" });
      edge.weight.before(edge.under);
    }
    return edge.under;
  }

  function markOf(edge) {
    if (!edge.mark) {
      edge.mark = make("path", { class: "chevrons" });
      edge.gradient.after(edge.mark);
    }
    return edge.mark;
  }

  function buildUnit(parent, layout, k, unit, { x, y, s }) {
    const last = k === layout.widths.length - 1;
    const input = k === 0;
    const rx = last ? layout.outputRadius : layout.radius;
    const g = make("g", { class: "node", role: "button", tabindex: "-1", "data-unit": `${k},${unit}`, transform: `translate(${n1(x - s / 2)} ${n1(y - s / 2)})` }, parent);
    make("rect", { class: "ground", width: s, height: s, rx }, g);
    const part = { g, s, k, unit, input, last, rx };
    part.veil = make("rect", { class: "veil", width: s, height: s, rx }, g);
    part.body = make("g", {}, g);
    part.frame = make("rect", { class: "frame", width: s, height: s, rx }, part.body);
    part.ring = make("circle", { class: "ring", r: last && layout.fine ? 3.4 : layout.fine ? 2.3 : 1.6 }, part.body);
    if (input) return buildInput(part, layout);
    const bar = (at) => {
      make("path", { class: "track", d: `M${at} 2V${s - 2}`, "stroke-width": layout.gauge }, part.body);
      const fill = make("path", { class: "bar", "stroke-width": layout.gauge }, part.body);
      const ghost = make("path", { class: "ghost" }, part.body);
      make("path", { class: "zero", d: `M${at - layout.gauge / 2 - 1} ${s / 2}h${layout.gauge + 2}` }, part.body);
      return { fill, ghost, at };
    };
    part.left = bar(-layout.gap / 2);
    part.right = bar(s + layout.gap / 2);
    if (layout.fine) {
      make("path", { class: "track", d: `M3 -5H${s - 3}`, "stroke-width": 2.6 }, part.body);
      part.top = make("path", { class: "bar", "stroke-width": 2.6, "data-ref": `b${k}[${unit}]` }, part.body);
      make("path", { class: "zero", d: `M${s / 2} -7.4v4.6` }, part.body);
    }
    if (last && layout.fine && !layout.several) {
      const label = make("text", { x: -16, y: -15 }, part.body);
      make("tspan", { class: "it big" }, label).textContent = "ŷ";
      part.value = make("tspan", { dx: 5, class: "num12", "data-ref": `outputs[${unit}]` }, label);
      const error = make("text", { x: s + 18, y: -15, "text-anchor": "end" }, part.body);
      part.errorName = make("tspan", { class: "it" }, error);
      part.errorName.textContent = `δ${superscript(k)}`;
      part.error = make("tspan", { dx: 4, class: "num12", "data-ref": `dz${k}[${unit}]` }, error);
    } else if (last && layout.fine) {
      const text = make("text", { x: s / 2, y: s + 13, "text-anchor": "middle" }, part.body);
      part.name = make("tspan", { class: "it mid" }, text);
      part.value = make("tspan", { dx: 5, class: "num", "data-ref": `outputs[${unit}]` }, text);
      part.token = make("path", { class: "class-mark" }, part.body);
    } else if (layout.fine || layout.numbers) {
      part.value = make("text", { class: "num", x: -11, y: s + 12 }, part.body);
      part.error = make("text", { class: "num", x: s + 11, y: s + 12, "text-anchor": "end" }, part.body);
    }
    return part;
  }

  function buildInput(part, layout) {
    const { body, s, unit } = part;
    const name = view.run.config.features?.[unit] ?? `x${unit + 1}`;
    part.axis = make("g", {}, body);
    const axis = { x1: 0, x2: 1 }[name] ?? -1;
    part.variable = axis;
    if (axis === 0) make("path", { class: "axis", d: `M0 ${s + 7}H${s}M.5 ${s + 4}v6M${s / 2} ${s + 5}v4M${s - 0.5} ${s + 4}v6` }, part.axis);
    if (axis === 1) make("path", { class: "axis", d: `M-7 0V${s}M-10 .5h6M-9 ${s / 2}h4M-10 ${s - 0.5}h6` }, part.axis);
    if (axis >= 0) part.marker = make("path", { class: "marker", d: axis === 0 ? "M0 4l-4 -7h8z" : "M-4 0l7 -4v8z", "data-ref": `x[${unit}]` }, part.axis);
    if (axis >= 0 && layout.fine && s >= 36) {
      part.low = make("text", { class: "tick", x: axis ? -13 : 0, y: axis ? s + 2 : s + 21, "text-anchor": axis ? "end" : "middle" }, part.axis);
      part.high = make("text", { class: "tick", x: axis ? -13 : s, y: axis ? 5 : s + 21, "text-anchor": axis ? "end" : "middle" }, part.axis);
    }
    const many = s < 26;
    const text = make("text", many ? { x: -6, y: s / 2 + 3.5, "text-anchor": "end" } : { x: s / 2, y: layout.fine ? -8 : -5, "text-anchor": "middle" }, body);
    const label = make("tspan", { class: isFeature(name) ? "it" : "column" }, text);
    label.textContent = isFeature(name) ? featureText(name) : name;
    write(label, "font-size", many ? "11" : layout.fine ? (name.length > 2 ? "13" : "16") : "12");
    part.label = name;
    if (layout.fine && !many) part.value = make("tspan", { dx: 6, class: "num12", "data-ref": `x[${unit}]` }, text);
    return part;
  }

  function buildLoss(parent, layout) {
    const { x, y, r } = layout.loss;
    const up = layout.fine ? 40 : 22;
    const g = make("g", { class: "loss", role: "img" }, parent);
    make("path", { class: "axis", d: `M${x} ${y - r - up}V${y - r - 3}M${x - 3} ${y - r - 7}l3 5l3 -5` }, g);
    const target = make("text", { x, y: y - r - up - 7, "text-anchor": "middle" }, g);
    make("tspan", { class: "it", "font-size": layout.fine ? 15 : 12 }, target).textContent = "y";
    const targetValue = make("tspan", { dx: 3, class: "num", "data-ref": layout.several ? "y" : "y[0]" }, target);
    const circle = make("circle", { class: "frame", cx: x, cy: y, r }, g);
    const letter = make("text", { class: "it", x, "text-anchor": "middle", "font-size": layout.fine ? 21 : 16 }, g);
    letter.textContent = "L";
    const value = make("text", { class: "num", x, y: layout.fine ? y + 15 : y + r + 13, "text-anchor": "middle", "data-ref": "L" }, g);
    const after = make("g", { class: "helped" }, g);
    const line = (dy, className) => make("text", { x, y: y + r + dy, "text-anchor": "middle", class: className }, after);
    line(18, "t2").textContent = "this batch";
    return { g, circle, letter, value, targetValue, after, from: line(32, "t2"), to: line(47, "strong") };
  }

  function buildSelected(g) {
    const outline = make("path", { class: "outline" }, g);
    const line = make("path", { class: "edge" }, g);
    const disc = make("g", {}, g);
    make("circle", { class: "disc", r: 12 }, disc);
    make("path", { class: "cross", d: "M-4.1 -4.1L4.1 4.1M4.1 -4.1L-4.1 4.1" }, disc);
    const chip = () => {
      const text = make("text", { class: "chip" }, g);
      return { text, name: make("tspan", { class: "it" }, text), value: make("tspan", { dx: 4 }, text) };
    };
    return { g, outline, line, disc, source: chip(), error: chip() };
  }

  function buildHeads(layout) {
    heads.replaceChildren();
    if (layout.phone) {
      if (layout.deep)
        layout.columns.slice(1, -1).forEach((x, i) => {
          html("span", "head-number", heads, String(i + 1)).style.left = `${x}px`;
        });
      return;
    }
    const hidden = view.run.config.hidden;
    const at = (node, x) => {
      node.style.left = `${n1(x)}px`;
      return node;
    };
    const button = (parent, text, name, act, enabled = true) => {
      const node = html("button", "head-button", parent, text);
      node.type = "button";
      node.tabIndex = -1;
      node.title = name;
      node.setAttribute("aria-label", name);
      if (!enabled) node.setAttribute("aria-disabled", "true");
      node.addEventListener("click", () => enabled && act());
      return node;
    };
    const change = (next) => on.structure?.({ hidden: next });
    const adder = (i) => {
      const left = layout.columns[i];
      const right = layout.columns[i + 1];
      const zone = at(html("div", "head-gap", heads), (left + right) / 2);
      const where = i < hidden.length ? `before hidden layer ${i + 1}` : "before the output";
      button(zone, layout.deep ? "+" : "+ layer", `add a hidden layer here, ${where}`, () => change(inserted(hidden, i)), hidden.length < MAX_LAYERS);
    };
    layout.columns.forEach((x, k) => {
      const output = k === layout.columns.length - 1;
      const head = at(html("div", layout.deep ? "head deep" : "head", heads), x);
      if (k === 0) html("b", "", head, layout.deep ? "" : "Inputs");
      else if (output) html("b", "", head, "Output");
      else {
        const layer = hidden[k - 1];
        const units = (n) => change(hidden.map((h, i) => (i === k - 1 ? { ...h, units: n } : h)));
        html("b", "", head, layout.deep ? String(k) : `Hidden ${k}`);
        button(head, "−", `remove a unit from hidden layer ${k}`, () => units(layer.units - 1), layer.units > 1);
        html("span", "head-count", head, String(layer.units));
        button(head, "+", `add a unit to hidden layer ${k}`, () => units(layer.units + 1), layer.units < MAX_UNITS);
        button(head, "×", `remove hidden layer ${k}`, () => change(hidden.filter((_, i) => i !== k - 1))).classList.add("head-remove");
      }
      if (!output) adder(k);
    });
    if (!layout.deep) at(html("div", "head", heads), layout.loss.x).append(html("b", "", null, "Loss"));
    const first = heads.querySelector("button");
    if (first) first.tabIndex = 0;
  }

  function buildMap(layout) {
    map.replaceChildren();
    map.toggleAttribute("hidden", !layout.scrolls);
    built.window = null;
    if (!layout.scrolls) return;
    const scale = 150 / layout.width;
    map.setAttribute("viewBox", "0 0 150 30");
    layout.widths.forEach((count, k) => {
      const h = Math.min(3, 24 / count);
      for (let u = 0; u < count; u++)
        make("rect", { x: n1(layout.columns[k] * scale - 1.6), y: n1(13 + (u - (count - 1) / 2) * h - h / 3), width: 3.2, height: n1(h * 0.72) }, map);
    });
    built.window = make("rect", { class: "window", y: 0.8, height: 25, rx: 4, width: n1(layout.visible * scale) }, map);
    built.mapScale = scale;
    moveWindow();
  }

  function moveWindow() {
    if (built?.window) write(built.window, "x", n1(scroller.scrollLeft * built.mapScale));
  }

  // ---------------------------------------------------------------- edges

  function paintEdges(scene) {
    const op = view.ops?.[view.op];
    const t = timeOf(view);
    const phase = !view.step && !single(view) ? "forward" : (op?.phase ?? "forward");
    const unit = isolatedUnit();
    const one = view.hover?.kind === "weight" ? view.hover : null;
    for (let k = 1; k <= records.layers; k++) {
      const sum = scene.status(`z${k}`);
      const grad = scene.status(`dW${k}`);
      const turns = grad > 0 && grad < 1 ? Math.floor(t * scene.layout.widths[k] + 1e-9) : -1;
      const back = k > 1 && op?.name === records.arrives[k - 1];
      const masks = [k - 1, k].map((j) => (j > 0 && j < records.layers ? scene.status(`d${j}`) > 0.3 : false));
      const moved = phase === "update" && single(view) ? Math.round(updateTimes(t).moved * 32) / 32 : 0;
      const flowing = !single(view);
      const key = [sum > 0, sum >= 1, grad >= 1, turns, back, phase, masks, moved, flowing, view.mode === "fast", view.selection?.layer === k && view.selection.kind === "weight" ? `${view.selection.from},${view.selection.to}` : "", unit ? `${unit.layer},${unit.unit}` : "", one ? `${one.layer},${one.from},${one.to}` : ""].join();
      if (!built.fresh && built.keys[k] === key) continue;
      built.keys[k] = key;
      paintLayer(scene, k, { sum, grad, t, back, phase, moved, flowing, unit, one });
    }
  }

  function paintLayer(scene, k, state) {
    const { layout } = scene;
    const W = records.parameters[`W${k}`];
    const added = state.moved ? records.update?.[`W${k}`] : null;
    const dW = records.batch(`dW${k}`);
    const measure = records.measures[k];
    const list = scene.edges[k];
    const look = { casing: 0, w: 0, wo: 0, wd: null, g: 0, go: 0, gd: null, nan: 0, marks: false };
    for (const edge of list) {
      const w = W[edge.from][edge.to];
      const now = added && isNumber(added[edge.from]?.[edge.to]) && isNumber(w) ? w + added[edge.from][edge.to] * state.moved : w;
      const g = dW?.[edge.from]?.[edge.to];
      lookOf(look, scene, k, edge, state, measure, w, now, g);
      const under = look.casing > 0 || look.nan ? underOf(edge) : edge.under;
      if (under) {
        show(under, look.casing > 0 || look.nan > 0);
        write(under, "class", look.nan ? "edge nan-y" : "casing");
        write(under, "stroke-width", n2(look.nan || look.casing));
        write(under, "stroke-dasharray", look.nan || look.whole ? null : "0 .16 .68 1");
        write(under, "opacity", look.nan || look.whole ? null : ".8");
      }
      show(edge.weight, look.wo > 0);
      if (look.wo > 0) {
        write(edge.weight, "class", `edge ${look.wd ? "dotted" : look.nan ? "nan-k" : valueClass(now)}`);
        write(edge.weight, "stroke-width", n2(look.w));
        write(edge.weight, "stroke-dasharray", look.wd);
        write(edge.weight, "opacity", n2(look.wo));
      }
      show(edge.gradient, look.go > 0);
      if (look.go > 0) {
        write(edge.gradient, "class", `edge ${look.gd === "1 4" ? "dotted" : look.nan ? "nan-k" : gradientClass(g)}`);
        write(edge.gradient, "stroke-width", n2(look.g));
        write(edge.gradient, "stroke-dasharray", look.gd);
        write(edge.gradient, "opacity", n2(look.go));
      }
      const mark = look.marks ? markOf(edge) : edge.mark;
      if (mark) {
        show(mark, look.marks);
        if (look.marks) {
          write(mark, "d", chevronPath(edge.route, 1.6 + look.g * 0.55));
          write(mark, "class", `chevrons ${look.g > 3 ? "light" : gradientClass(g)}`);
        }
      }
      edge.size = look.touched ? 1e9 : look.go > 0 ? look.g : look.w * 0.01;
    }
    if (layout.casing && list.length <= 160) stack(list);
  }

  /** How an edge looks; written into `look`, so that a frame makes no garbage. */
  function lookOf(look, scene, k, edge, { sum, grad, t, back, phase, flowing, unit, one }, measure, w, now, g) {
    const { layout } = scene;
    const wide = layout.fine ? 5.2 : layout.phone ? 3.2 : 2.6;
    const part = measure.weight > 0 && isNumber(now) ? Math.abs(now) / measure.weight : 0;
    const steep = measure.gradient > 0 && isNumber(g) ? Math.abs(g) / measure.gradient : 0;
    const F = measure.factor;
    const chosen = isWeight(view.selection, k, edge.from, edge.to);
    look.casing = look.go = look.nan = 0;
    look.wd = look.gd = null;
    look.marks = look.touched = look.whole = false;
    look.w = 0.5 + wide * Math.min(part, 1.4);
    look.g = 0.4 + wide * F * steep;
    const gradientOpacity = 0.2 + 0.68 * F * (0.35 + 0.65 * steep);
    const arrived = grad >= 1 || (grad > 0 && turnTime(t, edge.to, layout.widths[k]) >= 1);
    const forward = phase === "forward" || phase === "loss";
    const gradientShown = !flowing && !forward && phase !== "update" && arrived && g !== undefined;

    if (scene.dropped(k - 1, edge.from) || scene.dropped(k, edge.to)) {
      look.w = 0.8;
      look.wo = unit || one ? 0.4 : 1;
      look.wd = "1 5";
      return;
    }
    const lost = !isNumber(now) || (gradientShown && !isNumber(g));
    if (lost) {
      look.nan = layout.fine ? 3 : 2;
      look.w = look.g = look.nan;
      look.wo = gradientShown ? 0 : 1;
      look.go = gradientShown ? 1 : 0;
      look.wd = null;
      look.gd = "3.5 4.5";
      if (!gradientShown) look.wd = null;
      return;
    }
    if (flowing) look.wo = view.front && !view.reduced ? 0.2 * (1 + 0.5 * part) : 0.5 * (1 + 0.5 * part);
    else if (phase === "update") look.wo = chosen ? 0.6 : 0.22 * (1 + 0.4 * part);
    else if (gradientShown) {
      look.wo = 0;
      look.go = gradientOpacity;
      if (g === 0) {
        look.g = 0.9;
        look.gd = "1 4";
        look.go = layout.fine ? 1 : 0.5;
      } else {
        look.casing = layout.casing ? look.g + 3.2 : 0;
        look.marks = layout.fine && look.g > 1.5;
      }
    } else if (grad > 0) {
      look.w *= 0.75;
      look.wo = chosen ? 0.7 : 0.17;
    } else {
      const active = (sum > 0 && sum < 1) || back;
      look.wo = (active ? 0.26 : forward ? (sum >= 1 ? 0.5 : 0.16) : 0.15) * (1 + 0.5 * part);
      if (forward && sum >= 1 && layout.casing) look.casing = look.w + 3.2;
    }
    if (one) {
      if (isWeight(one, k, edge.from, edge.to)) {
        look.wo = look.go > 0 ? 0 : Math.max(look.wo, 0.75);
        look.go = look.go > 0 ? Math.max(look.go, 0.95) : 0;
        look.touched = true;
      } else {
        look.wo *= 0.3;
        look.go *= 0.3;
        look.casing = 0;
        look.marks = false;
      }
    } else if (unit) {
      const incoming = unit.layer === k && unit.unit === edge.to;
      const outgoing = unit.layer === k - 1 && unit.unit === edge.from;
      if (incoming || outgoing) {
        look.touched = true;
        const shown = look.go > 0;
        if (g !== 0) look.go = shown ? 0.9 : 0;
        look.wo = shown ? 0 : Math.max(look.wo, 0.62);
        look.casing = layout.fine ? (shown ? look.g : look.w) + 4 : 0;
        look.whole = true;
        look.marks = false;
      } else {
        look.w = Math.min(1.2, look.w);
        look.g = Math.min(1.2, look.g);
        look.wo = look.wo > 0 ? 0.13 : 0;
        look.go = look.go > 0 ? 0.13 : 0;
        look.casing = 0;
        look.marks = false;
      }
    }
  }

  /** Stronger edges lie on top; moved only when their order changed. */
  function stack(list) {
    const order = [...list].sort((a, b) => a.size - b.size);
    const key = order.map((e) => e.at).join("");
    if (list.order === key) return;
    list.order = key;
    for (const { under, weight, gradient, mark } of order) {
      if (under) list.group.append(under);
      list.group.append(weight, gradient);
      if (mark) list.group.append(mark);
    }
  }

  const isolatedUnit = () => {
    const h = view.hover;
    if (h?.kind === "unit" || h?.kind === "bias") return h;
    if (h) return null;
    const s = view.selection;
    return s?.kind === "unit" || s?.kind === "bias" ? s : null;
  };

  // ---------------------------------------------------------------- units

  function paintUnits(scene) {
    const unit = isolatedUnit();
    const one = view.hover?.kind === "weight" ? view.hover : null;
    for (let k = 0; k < scene.nodes.length; k++) {
      const fadeOf = (u) => {
        if (one) return (one.layer === k && one.to === u) || (one.layer === k + 1 && one.from === u) ? 1 : 0.3;
        if (!unit || Math.abs(unit.layer - k) === 1) return 1;
        return unit.layer === k && unit.unit === u ? 1 : 0.35;
      };
      if (k === 0) paintInputs(scene, fadeOf);
      else paintColumn(scene, k, fadeOf);
    }
  }

  function paintInputs(scene, fadeOf) {
    const x = records.values("x");
    const raw = view.samples?.inputs?.[view.spotlight?.index];
    const { extent } = built;
    const status = scene.status("x");
    const slid = easeOut(progress(status, 0, 0.4));
    scene.nodes[0].forEach((part, u) => {
      const value = x?.[u];
      const lost = x !== null && !isNumber(value);
      const fade = fadeOf(u);
      write(part.body, "opacity", fade === 1 ? null : fade);
      write(part.veil, "opacity", n2(built.painted?.[0][u] ? 1 - fade : 1));
      write(part.frame, "class", `frame on${chosen(0, u)}`);
      stripes(part, lost, true);
      show(part.ring, false);
      if (part.value) {
        say(part.value, x ? (lost ? "missing" : format(value)) : "");
        write(part.value, "class", `num12 ${lost ? "warn" : valueClass(value)}`);
      }
      const at = extent && raw && part.variable >= 0 ? extent.slice(part.variable * 2, part.variable * 2 + 2) : null;
      if (part.axis) show(part.axis, at !== null);
      if (at && part.marker) {
        const position = clamp(((isNumber(raw[part.variable]) ? raw[part.variable] : 0) - at[0]) / (at[1] - at[0]));
        const place = 0.5 + (position - 0.5) * slid;
        show(part.marker, !lost && slid > 0);
        write(part.marker, "transform", part.variable === 0 ? `translate(${n1(place * part.s)} ${part.s})` : `translate(0 ${n1((1 - place) * part.s)})`);
        if (part.low) {
          say(part.low, short(at[0]));
          say(part.high, short(at[1]));
        }
      }
      name(part, () => `input ${part.label}: ${x ? (lost ? "missing" : format(value)) : "not known"}`);
    });
  }

  function paintColumn(scene, k, fadeOf) {
    const { status, layout } = scene;
    const op = view.ops?.[view.op];
    const t = timeOf(view);
    const last = k === records.layers;
    const flowing = !single(view);
    const measure = records.measures[k];
    const sum = status(`z${k}`);
    const now = !flowing && op?.layer === k && !/^(z|dW)/.test(op.name) && (op.phase !== "loss" || last);
    const answers = last ? (records.index.has(`a${k}`) ? [[`a${k}`, 1]] : [["outputs", 0.4]]) : [[`a${k}`, 1], [`d${k}`, 1]];
    const errors = (last ? [`da${k}`, `dz${k}`] : [`dd${k}`, `da${k}`, `dn${k}`, `dz${k}`]).filter((name) => records.index.has(name));
    const bias = records.parameters[`b${k}`];
    const moved = op?.phase === "update" && single(view) ? updateTimes(t).moved : 0;
    const arrives = !last && op?.name === records.arrives[k];
    const later = records.values(`dz${k}`);
    const numbered = layout.numbers && !flowing;
    scene.nodes[k].forEach((part, u) => {
      const out = scene.dropped(k, u);
      const fade = fadeOf(u);
      const reach = sum >= 1 ? 1 : sum > 0 ? easeOut(progress(sumTime(t, u, layout.widths[k]), 0.86, 1)) : 0;
      const painted = built.painted?.[k]?.[u];
      const spotlit = reach > 0.5 && built.extent && view.samples?.inputs?.[view.spotlight?.index];
      write(part.body, "opacity", fade === 1 ? null : fade);
      write(part.veil, "opacity", n2(!painted || out ? 1 : 1 - (0.38 + 0.62 * reach) * fade));

      // left gauge: the answer, as its latest record
      let value = null;
      let from = null;
      let ref = null;
      let grown = 0;
      for (const [record, portion] of answers) {
        const done = status(record === "outputs" ? "L" : record);
        if (done <= 0) continue;
        from = value;
        value = records.values(record)?.[u];
        ref = `${record}[${u}]`;
        grown = easeOut(progress(done, 0, portion));
      }
      const known = ref !== null && value !== undefined && records.values(ref.replace(/\[.*/, "")) !== null;
      gauge(part.left, part, known && !out, isNumber(from) ? from + (value - from) * grown : isNumber(value) ? value * grown : value, measure.activation, valueClass(value), ref);

      // right gauge: what arrived of the error, on its way to δ
      let error = null;
      let errorFrom = null;
      let errorRef = null;
      let errorGrown = 0;
      for (const record of errors) {
        const done = status(record);
        if (done <= 0) continue;
        errorFrom = error;
        error = records.values(record)?.[u];
        errorRef = `${record}[${u}]`;
        errorGrown = easeOut(record === records.error ? progress(done, 0.6, 1) : arrives && record === op.name ? progress(done, 0.55, 1) : done);
      }
      const errorKnown = errorRef !== null && error !== undefined;
      const limit = measure.error / (layout.deep && !last ? measure.factor : 1);
      gauge(part.right, part, errorKnown && !out, isNumber(errorFrom) && isNumber(error) ? errorFrom + (error - errorFrom) * errorGrown : isNumber(error) ? error * errorGrown : error, limit, gradientClass(error), errorRef);
      ghosts(part, k, u, measure, limit);

      if (part.top) {
        const b = bias?.[u];
        const change = records.update?.[`b${k}`]?.[u];
        const at = isNumber(b) ? share(b + (isNumber(change) ? change * moved : 0), measure.bias) * (part.s / 2 - 3) : 0;
        show(part.top, isNumber(b) && b !== 0 && !out);
        write(part.top, "d", `M${part.s / 2} -5h${n1(at)}`);
        write(part.top, "class", `bar ${valueClass(b)}`);
      }

      const lost = (known && !isNumber(value)) || (!known && sum >= 1 && records.values(`z${k}`) !== null && !isNumber(records.values(`z${k}`)[u]));
      stripes(part, lost && !out, false);
      strike(part, out, numbered);
      write(part.frame, "class", `frame${out ? " out" : now ? " now" : reach >= 1 ? " on" : ""}${chosen(k, u)}`);
      show(part.ring, Boolean(spotlit) && painted && !out && !lost);
      if (spotlit && painted) {
        const [x1, x2] = view.samples.inputs[view.spotlight.index];
        const [a, b, c, d] = built.extent;
        write(part.ring, "cx", n1(clamp((x1 - a) / (b - a)) * part.s));
        write(part.ring, "cy", n1(clamp((d - x2) / (d - c)) * part.s));
      }
      const finished = ref !== null && grown >= 1;
      const focusOn = fade === 1 && (isolatedUnit()?.layer === k && isolatedUnit()?.unit === u);
      if (part.value) {
        const on = known && !out && (finished || (ref && from !== null)) && (last || numbered || focusOn);
        say(part.value, on ? format(grown >= 1 || from === null ? value : from) : "");
        write(part.value, "class", `${last && !layout.several ? "num12" : "num"} ${on && !isNumber(value) ? "warn" : last && layout.several ? "strong" : valueClass(value)}`);
        if (on && !last) write(part.value, "data-ref", ref);
      }
      if (part.error) {
        const done = errors.length > 0 && status(`dz${k}`) >= 1;
        const on = done && later && later[u] !== undefined && !out && (last || numbered || focusOn);
        say(part.error, on ? format(later[u]) : "");
        write(part.error, "class", `${last ? "num12" : "num"} ${on && !isNumber(later[u]) ? "warn" : gradientClass(later?.[u])}`);
        write(part.error, "data-ref", `dz${k}[${u}]`);
        if (part.errorName) show(part.errorName, Boolean(on));
      }
      if (part.name) {
        say(part.name, `${records.probabilities ? "p" : "ŷ"}${subscript(u + 1)}`);
        if (part.token) {
          show(part.token, records.probabilities);
          write(part.token, "class", `class-mark c${(u % 3) + 1}`);
          write(part.token, "d", classMark(u, -21, part.s / 2 - 12, 4.6));
        }
      }
      name(part, () => {
        const activation = known && finished ? format(value) : "not computed yet";
        const gradient = later && status(`dz${k}`) >= 1 ? format(later[u]) : "not computed yet";
        return `layer ${k} unit ${u + 1}${last ? ", output" : ""}: activation ${activation}, gradient ${gradient}${out ? ", dropped" : ""}`;
      });
    });
  }

  /** A unit's name for a screen reader: not rewritten while whole steps fly by. */
  function name(part, text) {
    if (!single(view) && part.g.written?.["aria-label"]) return;
    write(part.g, "aria-label", text());
  }

  const chosen = (k, u) => {
    const s = view.selection;
    return (s?.kind === "unit" || s?.kind === "bias") && s.layer === k && s.unit === u ? " chosen" : "";
  };

  function gauge(bar, part, on, value, limit, className, ref) {
    show(bar.fill, on && value !== 0);
    if (!on || value === 0) return;
    const middle = part.s / 2;
    if (isNumber(value)) {
      write(bar.fill, "d", `M${bar.at} ${middle}V${n1(middle - (middle - 2) * share(value, limit))}`);
      write(bar.fill, "class", `bar ${className}`);
    } else {
      write(bar.fill, "d", `M${bar.at} 2V${part.s - 2}`);
      write(bar.fill, "class", "bar lost");
    }
    write(bar.fill, "data-ref", ref);
  }

  /** Cross-bars where the gauges stood some steps ago, where the View carries that step's spotlight. */
  function ghosts(part, k, u, measure, limit) {
    const past = view.past?.spot;
    const at = (bar, value, most) => {
      const on = past && !single(view) && isNumber(value);
      show(bar.ghost, Boolean(on));
      if (on) write(bar.ghost, "d", `M${n1(bar.at - built.layout.gauge / 2 - 3)} ${n1(part.s / 2 - (part.s / 2 - 2) * share(value, most))}h${n1(built.layout.gauge + 6)}`);
    };
    at(part.left, (past?.[part.last ? "outputs" : `a${k}`] ?? [])[u], measure.activation);
    at(part.right, (past?.[`dz${k}`] ?? [])[u], limit);
  }

  /** Stripes on a tile: on its frame where a value is lost, all over it where an input is. */
  function stripes(part, on, whole) {
    if (!on && !part.stripes) return;
    const { s, rx } = part;
    if (!part.stripes) {
      part.stripes = make("path", {
        class: "stripes",
        "fill-rule": "evenodd",
        d: `M${rx} 0H${s - rx}Q${s} 0 ${s} ${rx}V${s - rx}Q${s} ${s} ${s - rx} ${s}H${rx}Q0 ${s} 0 ${s - rx}V${rx}Q0 0 ${rx} 0z${whole ? "" : `M${s * 0.2} ${s * 0.2}V${s * 0.8}H${s * 0.8}V${s * 0.2}z`}`,
      });
      part.frame.before(part.stripes);
    }
    show(part.stripes, on);
  }

  /** The stroke through a dropped unit. */
  function strike(part, on, numbered) {
    if (!on && !part.strike) return;
    const { s } = part;
    if (!part.strike) {
      part.strike = make("g", { class: "strike" }, part.body);
      make("path", { d: `M${n1(s * 0.16)} ${n1(s * 0.84)}L${n1(s * 0.84)} ${n1(s * 0.16)}` }, part.strike);
      part.word = make("text", { x: s / 2, y: s + 12, "text-anchor": "middle" }, part.strike);
      part.word.textContent = "dropped";
    }
    show(part.strike, on);
    show(part.word, numbered);
    write(part.g, "class", on ? "node dropped" : "node");
  }

  // ---------------------------------------------------------------- loss

  function paintLoss(scene) {
    const { status, layout, loss } = scene;
    const op = view.ops?.[view.op];
    const flowing = !single(view);
    const done = status("L");
    const outputs = records.values("outputs");
    const error = records.values(records.error);
    const turned = flowing ? 0 : status(records.error);
    const back = turned > 0 && (turned >= 1 || turned > 0.05);
    const largest = Math.max(...(error ?? []).map((v) => Math.abs(v ?? 0)), 1e-300);
    scene.lossParts.forEach(({ line, mark }, u) => {
      const route = scene.lossEdges[u];
      const g = error?.[u];
      const lostValue = done > 0.35 && outputs !== null && !isNumber(outputs[u]);
      let className = "quiet";
      let width = 2;
      if (back && error) {
        className = isNumber(g) ? gradientClass(g) : "nan-k";
        width = layout.several ? 0.6 + 4.4 * (isNumber(g) ? Math.abs(g) / (records.probabilities ? 1 : largest) : 0.5) : layout.fine ? 4 : 3;
      } else if (done > 0.85 && outputs) {
        className = lostValue ? "nan-k" : layout.several && records.probabilities ? `c${(u % 3) + 1}` : valueClass(outputs[u]);
      }
      write(line, "class", `edge ${className}`);
      write(line, "stroke-width", n2(width));
      write(line, "stroke-dasharray", className === "nan-k" ? "4 4" : null);
      write(line, "opacity", className === "quiet" ? 0.6 : 0.8);
      write(line, "data-ref", back && error ? `${records.error}[${u}]` : `outputs[${u}]`);
      const marked = back && layout.fine && !layout.several && isNumber(g) && g !== 0;
      show(mark, marked);
      if (marked) {
        write(mark, "d", chevronPath(route, 5, [0.34, 0.5, 0.66]));
        write(mark, "class", "chevrons light");
      }
    });
    const arrived = done >= 0.85;
    const L = records.values("L");
    const on = arrived && L !== null && L !== undefined ? true : arrived && view.spot && "L" in view.spot;
    const { x, y } = layout.loss;
    write(loss.circle, "class", `frame${op?.name === "L" && !flowing ? " now" : ""}`);
    write(loss.letter, "y", layout.fine ? (on ? y : y + 7) : y + 5);
    write(loss.letter, "x", x);
    say(loss.value, on && (layout.fine || layout.deep) ? format(L) : "");
    write(loss.value, "class", `num${on && !isNumber(L) ? " warn strong" : ""}`);
    const targets = records.targets;
    say(loss.targetValue, targets ? `= ${targets.map((v) => (Number.isInteger(v) ? String(v).replace("-", "−") : format(v))).join(" ")}` : "");
    const helped = op?.phase === "update" && !flowing && layout.fine && view.step?.loss_after !== undefined && timeOf(view) >= 0.85;
    show(loss.after, Boolean(helped));
    if (helped) {
      const before = view.step.loss ?? records.tape.get("L")?.value;
      say(loss.from, `${format(before)} →`);
      say(loss.to, format(view.step.loss_after));
    }
    write(loss.g, "aria-label", on ? `loss ${format(L)}` : "loss, not computed yet");
  }

  // ---------------------------------------------------------------- the selected weight

  function paintSelected(scene) {
    const { selected, layout, status } = scene;
    const s = view.selection?.kind === "weight" ? view.selection : null;
    const edge = s && scene.edges[s.layer]?.find((e) => e.from === s.from && e.to === s.to);
    const updating = view.ops?.[view.op]?.phase === "update" && single(view);
    show(selected.g, Boolean(edge));
    if (!edge) return;
    const k = s.layer;
    const done = status(`dW${k}`);
    const turn = done >= 1 ? 1 : done > 0 ? turnTime(timeOf(view), s.to, layout.widths[k]) : 0;
    const dW = records.batch(`dW${k}`)?.[s.from]?.[s.to];
    const shown = single(view) && !updating;
    const spread = shown && turn >= 1 && isNumber(dW);
    const w = records.parameters[`W${k}`][s.from][s.to];
    const measure = records.measures[k];
    const width = spread
      ? 0.4 + (layout.fine ? 5.2 : 3) * measure.factor * (measure.gradient > 0 ? Math.abs(dW) / measure.gradient : 0)
      : 0.5 + (layout.fine ? 5.2 : 3) * (measure.weight > 0 && isNumber(w) ? Math.abs(w) / measure.weight : 0);
    const out = scene.dropped(k - 1, s.from) || scene.dropped(k, s.to);
    write(selected.outline, "d", edge.d);
    write(selected.outline, "stroke-width", n2(width + 3.4));
    write(selected.outline, "opacity", out ? 0.3 : spread ? 0.9 : 0.55);
    write(selected.line, "d", edge.d);
    write(selected.line, "stroke-width", n2(width));
    write(selected.line, "class", `edge ${out ? "quiet" : spread ? gradientClass(dW) : valueClass(w)}`);
    write(selected.line, "data-ref", `${spread ? "dW" : "W"}${edge.layer}${edge.at}`);
    show(selected.outline, !updating);
    show(selected.line, !updating);
    const [mx, my] = pointAt(edge.route, 0.5);
    show(selected.disc, shown);
    write(selected.disc, "transform", `translate(${n1(mx)} ${n1(my)})${layout.fine ? "" : " scale(.75)"}`);
    write(selected.disc, "class", turn >= 0.7 ? "" : "waiting");
    const source = records.leaves[k - 1];
    const h = records.values(source)?.[s.from];
    const dz = records.values(`dz${k}`)?.[s.to];
    const slope = pointAt(edge.route, 0.8)[1] - pointAt(edge.route, 0.2)[1];
    const chip = ({ text, name: label, value }, on, x, y, anchor, letter, v, className, ref) => {
      show(text, on);
      if (!on) return;
      write(text, "x", n1(x));
      write(text, "y", n1(y));
      write(text, "text-anchor", anchor);
      write(text, "class", `chip ${className}`);
      write(text, "data-ref", ref);
      say(label, letter);
      say(value, format(v));
    };
    const roomy = layout.fine && shown && layout.columnPitch > 120;
    chip(selected.source, roomy && status(source) >= 1 && h !== undefined && h !== null, edge.route.x1 + 2, my - (slope > 0 ? 17 + Math.min(30, slope * 0.3) : 16), "start", `${source.replace(/\d+/, "")}${superscript(source.replace(/\D+/, ""))}${subscript(s.from + 1)}`, h, valueClass(h), `${source}[${s.from}]`);
    chip(selected.error, roomy && status(`dz${k}`) >= 1 && dz !== undefined && dz !== null, edge.route.x2 - 3, my + (slope > 0 ? -16 : 27 + Math.max(-46, slope * 0.45)), "end", `δ${superscript(k)}${subscript(s.to + 1)}`, dz, gradientClass(dz), `dz${k}[${s.to}]`);
  }

  // ---------------------------------------------------------------- following on narrow screens

  function follow({ layout }) {
    if (!layout.scrolls || view.op === followedOp || performance.now() - scrolledAt < READING_PAUSE) return;
    followedOp = view.op;
    const op = view.ops?.[view.op];
    if (!op) return;
    const k = op.phase === "update" ? 1 : (op.layer ?? 0);
    const x = op.name === "L" ? layout.loss.x : (layout.columns[Math.max(0, k - 1)] + layout.columns[k]) / 2;
    follow.own = true;
    scroller.scrollLeft = clamp(x - layout.visible / 2, 0, layout.width - layout.visible);
    moveWindow();
  }

  scroller.addEventListener("scroll", () => {
    if (!follow.own) scrolledAt = performance.now();
    follow.own = false;
    moveWindow();
  });

  // ---------------------------------------------------------------- pointing, keys

  const placeOf = (event) => {
    const box = svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  /** What lies under a point: a unit, else the nearest edge, else null. */
  function under(event) {
    const node = event.target.closest?.("[data-unit]");
    if (node) {
      const [layer, unit] = node.dataset.unit.split(",").map(Number);
      return { kind: "unit", layer, unit };
    }
    if (!built) return null;
    const [x, y] = placeOf(event);
    for (let k = 1; k < built.edges.length; k++) {
      const { x1, x2 } = built.edges[k][0].route;
      if (x < x1 - 2 || x > x2 + 2) continue;
      const edge = nearestEdge(built.edges[k], x, y, touch || event.pointerType === "touch" ? TOUCH_REACH : REACH);
      if (edge) return { kind: "weight", layer: k, from: edge.from, to: edge.to };
    }
    return null;
  }

  function hover(next, event) {
    if (!same(next, shownHover)) {
      shownHover = next;
      on.hover?.(next);
    }
    content.classList.toggle("pointing", Boolean(next));
    const ref = event?.target.closest?.("[data-ref]")?.dataset.ref;
    tell(next, next?.kind === "weight" ? null : ref, event);
  }

  function tell(next, ref, event) {
    const lines = next || ref ? tipLines(next, ref) : [];
    tip.hidden = lines.length === 0;
    if (tip.hidden) return;
    say(tip, lines.join("\n"));
    const box = element.getBoundingClientRect();
    const [x, y] = event && "clientX" in event && event.type.startsWith("pointer") ? [event.clientX - box.left, event.clientY - box.top] : anchorOf(next);
    const left = clamp(x + 14, 4, Math.max(4, element.clientWidth - tip.offsetWidth - 4));
    const above = y + 18 + tip.offsetHeight > element.clientHeight;
    tip.style.transform = `translate(${n1(left)}px, ${n1(above ? y - tip.offsetHeight - 12 : y + 16)}px)`;
  }

  function anchorOf(s) {
    if (!s || !built) return [0, 0];
    const [x, y] = s.kind === "weight" ? pointAt(built.edges[s.layer].find((e) => isWeight(s, e.layer, e.from, e.to)).route, 0.5) : [built.layout.units[s.layer][s.unit].x, built.layout.units[s.layer][s.unit].y + built.layout.units[s.layer][s.unit].s / 2];
    return [x - scroller.scrollLeft, y];
  }

  function tipLines(next, ref) {
    if (ref) return [describe(records, view, ref)];
    const known = statusOf(records, view);
    if (next.kind === "weight") {
      const at = `[${next.from}][${next.to}]`;
      const refs = [`W${next.layer}${at}`];
      if (known(`dW${next.layer}`) > 0) refs.push(`dW${next.layer}${at}`);
      if (known("update") > 0) refs.push(`update.W${next.layer}${at}`);
      return refs.map((r) => describe(records, view, r));
    }
    if (next.layer === 0) return [describe(records, view, `x[${next.unit}]`)];
    const names = [`z`, `n`, `a`, `d`, `dd`, `da`, `dn`, `dz`].map((stem) => `${stem}${next.layer}`).filter((n) => known(n) > 0);
    const refs = names.map((n) => `${n}[${next.unit}]`);
    if (next.layer === records.layers && known("L") > 0) refs.push(`outputs[${next.unit}]`);
    refs.push(`b${next.layer}[${next.unit}]`);
    return refs.filter((r) => lookUp(records, r)?.known).slice(-5).map((r) => describe(records, view, r));
  }

  svg.addEventListener("pointermove", (event) => {
    touch = event.pointerType === "touch";
    if (!touch) hover(under(event), event);
  });
  svg.addEventListener("pointerleave", () => hover(null));
  svg.addEventListener("pointerdown", (event) => {
    touch = event.pointerType === "touch";
  });
  svg.addEventListener("click", (event) => {
    const found = under(event);
    if (found?.kind === "unit") rove(found.layer, found.unit);
    on.select?.(found);
  });

  function rove(layer, unit) {
    built?.nodes[focused[0]]?.[focused[1]]?.g.setAttribute("tabindex", "-1");
    focused = [layer, unit];
    built.nodes[layer][unit].g.setAttribute("tabindex", "0");
  }

  function focusUnit(layer, unit) {
    rove(layer, unit);
    built.nodes[layer][unit].g.focus();
  }

  svg.addEventListener("focusin", (event) => {
    if (!event.target.matches(":focus-visible")) return;
    const next = focusedThing(event.target);
    if (next) hover(next, null);
  });
  svg.addEventListener("focusout", () => hover(null));

  function focusedThing(target) {
    const node = target.closest?.("[data-unit]");
    if (node) {
      const [layer, unit] = node.dataset.unit.split(",").map(Number);
      return { kind: "unit", layer, unit };
    }
    const hit = target.closest?.("[data-edge]");
    if (!hit) return null;
    const [layer, from, to] = hit.dataset.edge.split(",").map(Number);
    return { kind: "weight", layer, from, to };
  }

  svg.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const here = focusedThing(event.target);
    if (!here) return;
    const [layer, unit] = focused;
    const { widths } = built.layout;
    const act = {
      ArrowUp: () => focusUnit(layer, (unit + widths[layer] - 1) % widths[layer]),
      ArrowDown: () => focusUnit(layer, (unit + 1) % widths[layer]),
      ArrowLeft: () => layer > 0 && focusUnit(layer - 1, Math.min(unit, widths[layer - 1] - 1)),
      ArrowRight: () => layer < widths.length - 1 && focusUnit(layer + 1, Math.min(unit, widths[layer + 1] - 1)),
      Home: () => focusUnit(0, 0),
      End: () => focusUnit(widths.length - 1, 0),
      Enter: () => on.select?.(here),
      " ": () => on.select?.(here),
      e: () => cycle(layer, unit, here, event.shiftKey ? -1 : 1),
      E: () => cycle(layer, unit, here, -1),
      Escape: () => leave(here),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });

  /** E walks the edges of the focused unit, those that come in first. */
  function cycle(layer, unit, here, direction) {
    const own = [
      ...(built.edges[layer] ?? []).filter((e) => e.to === unit),
      ...(built.edges[layer + 1] ?? []).filter((e) => e.from === unit),
    ];
    if (!own.length) return;
    const at = here.kind === "weight" ? own.findIndex((e) => isWeight(here, e.layer, e.from, e.to)) : direction > 0 ? -1 : 0;
    const edge = own[(at + direction + own.length) % own.length];
    edge.hit.setAttribute("aria-label", tipLines({ kind: "weight", layer: edge.layer, from: edge.from, to: edge.to }, null).join("; "));
    edge.hit.focus();
  }

  /** Escape: from an edge to its unit, then the selection, then out of the graph. */
  function leave(here) {
    if (here.kind === "weight") focusUnit(...focused);
    else if (view.selection) on.select?.(null);
    else document.activeElement?.blur?.();
  }

  heads.addEventListener("keydown", (event) => {
    const buttons = [...heads.querySelectorAll("button")];
    const at = buttons.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = buttons[clamp(to, 0, buttons.length - 1)];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });

  return { render, layout: () => built?.layout ?? null };
}

/** The hidden layers with one more before place i: a copy of its neighbour. */
const inserted = (hidden, i) => {
  const neighbour = hidden[i] ?? hidden[i - 1] ?? { units: 4, activation: "tanh" };
  return [...hidden.slice(0, i), { ...neighbour }, ...hidden.slice(i)];
};

const featureText = (name) =>
  name.replace(/(\d)\^2/, (_, d) => `${subscript(d)}²`).replace(/x(\d)/g, (_, d) => `x${subscript(d)}`).replace("*", "");

const short = (v) => (Math.abs(v) >= 10 ? format(v, 0) : String(Number(v.toFixed(1))).replace("-", "−"));

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

/** A class's shape: circle, triangle, square, then again. */
function classMark(u, x, y, r) {
  if (u % 3 === 0) return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  if (u % 3 === 1) return `M${x} ${n1(y - r * 1.25)}l${n1(r * 1.15)} ${n1(r * 2.1)}h${n1(-r * 2.3)}z`;
  return `M${n1(x - r * 0.92)} ${n1(y - r * 0.92)}h${n1(r * 1.84)}v${n1(r * 1.84)}h${n1(-r * 1.84)}z`;
}
