// The network graph. SVG for all that has a name, built once for each structure; a canvas of heat maps below it and a
// canvas of what moves above it. A frame is a function of the View: what was written is remembered only so that what did
// not change is not written again.

import { buildEdges, buildSelected, isWeight, paintEdges, paintLossEdges, paintSelected } from "./edges.js";
import { pixelRatio, placeIn } from "./enlarge.js";
import { flow, penOf } from "./flow.js";
import { createHeads } from "./heads.js";
import { featureLayer, gridsOf, kindsOf, paintTiles, planeFeature, readColors, readingOf } from "./heat.js";
import { layoutOf, nearestEdge, pointAt } from "./layout.js";
import { sizeOf } from "./marks.js";
import { createPinch } from "./pinch.js";
import { hueOf } from "./planemap.js";
import { clamp, isNumber } from "./scales.js";
import { describe, isTable, lookUp, namesColumns, recordsOf, shownEvaluation, statusOf } from "./scene.js";
import { html, make, n1, say, write, writeAll } from "./svg.js";
import { buildUnits, paintLoss, paintUnits } from "./units.js";

const REACH = 4.5; // half the width of an edge's hit area
const TOUCH_REACH = 9;
const READING_PAUSE = 4000; // ms after which a scrolled graph follows the playhead again
const FADES = { in: 80, out: 160, slow: 300 }; // ms (SPEC §6, §10): hovered, left, and from the flow to single operations
const TILES_A_FRAME = 8; // heat maps drawn in one frame while playing

/**
 * @param {HTMLElement} element
 * @param {{select?: Function, hover?: Function, structure?: (change: {hidden: object[]}) => void,
 *   painted?: (scene: any) => void}} on
 *   select(selection|null), hover(selection|null), structure: the hidden layers as they shall be, like config.hidden
 */
export function createGraph(element, on = {}) {
  element.classList.add("graph");
  const scroller = html("div", "graph-scroll", element);
  const content = html("div", "graph-content", scroller);
  const heat = html("canvas", "graph-heat", content);
  const svg = make("svg", { class: "graph-svg", role: "group", "aria-label": "network graph" }, content);
  const over = html("canvas", "graph-flow", content);
  const buildHeads = createHeads(html("div", "graph-heads", content), on);
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
  let tiles = []; // heat maps still to be drawn
  let swarm = null; // how a table's tiles are drawn, once one is shown
  let shown = "null"; // what the pointer is on
  let told = { thing: null, ref: null }; // what the tooltip tells of
  let scrolledAt = Number.NEGATIVE_INFINITY;
  let followed = -1;
  let own = false; // the graph scrolls itself
  let touch = false;
  let sharp = 1; // what the canvases' resolution is multiplied by
  let focused = [1, 0]; // layer, unit: where the tab stop is

  const zoom = createPinch(scroller, content, {
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

  const size = sizeOf(element, () => view && render(view));

  // ---------------------------------------------------------------- drawing

  function render(next) {
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
      sharp,
    ].join("|");
    if (built?.structure !== structure) build(structure, width, height);
    if (colors?.theme !== view.theme || built.pen === null) {
      colors = Object.assign(readColors(), { theme: view.theme });
      built.pen = penOf(over.getContext("2d"), colors.css);
      heatKey = [];
    }
    const status = statusOf(records, view);
    const dropped = (k, unit) =>
      k > 0 && k < records.layers && view.mode !== "fast" && records.kept(k, unit) === 0 && status(`d${k}`) > 0.3;
    paintHeat();
    const scene = { ...built, records, view, status, dropped, columnRange, fading: Boolean(content.dataset.fade) };
    paintEdges(scene);
    paintUnits(scene);
    paintLossEdges(scene);
    paintLoss(scene);
    paintSelected(scene);
    const ctx = over.getContext("2d");
    ctx.globalAlpha = 1;
    ctx.clearRect(0, 0, built.layout.width, built.layout.height);
    flow(built.pen, scene);
    on.painted?.(scene);
    if (!tip.hidden) tell();
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

  /** Heat maps, where the evaluation, the theme or the structure changed; while playing, some in each frame. */
  function paintHeat() {
    const evaluation = shownEvaluation(view);
    const key = [view.flip ?? evaluation, built, colors, view.samples];
    const ctx = heat.getContext("2d");
    if (key.some((part, i) => part !== heatKey[i])) {
      if (key[1] !== heatKey[1] || !(evaluation?.surfaces ?? evaluation?.swarms))
        ctx.clearRect(0, 0, built.layout.width, built.layout.height);
      if (key[3] !== heatKey[3]) built.features = new Map();
      heatKey = key;
      const turn = built.turn % Math.max(1, tiles.length);
      tiles = tilesOf(evaluation);
      tiles.push(...tiles.splice(0, turn)); // goes on where the last one was left, so that no tile starves
      Object.assign(built, {
        evaluation,
        extent: evaluation?.surfaces?.extent ?? view.samples?.extent ?? null,
        painting: built.painting + 1,
      });
    }
    if (tiles.length === 0) return;
    const part = tiles.splice(0, view.playing ? TILES_A_FRAME : tiles.length);
    built.turn += part.length;
    paintTiles(ctx, part, colors);
  }

  function tilesOf(evaluation) {
    const { layout } = built;
    const surfaces = view.flip ?? evaluation?.surfaces;
    const list = [];
    built.painted = layout.widths.map((count) => Array(count).fill(false));
    const last = layout.widths.length - 1;
    const kinds = kindsOf(view.run, view.samples?.task, layout.widths[last]);
    const add = (k, unit, tile) => {
      const { x, y, s } = layout.units[k][unit];
      const line = k === 0 ? 0 : k === last ? 1 : layout.tile < 20 ? 0.6 : 0.8;
      list.push({ x, y, s, line, radius: k === last ? layout.outputRadius : layout.radius, ...tile });
      built.painted[k][unit] = true;
    };
    if (evaluation?.swarms && isTable(view)) swarm ? swarmTiles(evaluation.swarms, kinds, add) : fetchSwarm();
    if (typeof surfaces?.layers?.[0]?.units?.[0] !== "string") return list;
    (view.run.config.features ?? []).forEach((name, unit) => {
      const own = view.samples && planeFeature(name, view.samples);
      if (!own) return;
      const key = `${own} ${surfaces.extent}`;
      if (!built.features.has(key)) built.features.set(key, featureLayer(own, surfaces.extent, view.samples, unit));
      const layer = built.features.get(key);
      add(0, unit, { layer, unit: 0, reading: { centre: 0, limit: layer.hi, level: 0, classes: false } });
    });
    surfaces.layers.forEach((layer, i) => {
      if (!isNumber(layer.lo) || !isNumber(layer.hi)) return;
      const reading = layer.reading ?? readingOf(kinds[i], layer);
      for (let unit = 0; unit < (layout.widths[i + 1] ?? 0); unit++)
        add(i + 1, unit, {
          layer,
          unit,
          reading,
          ...(layer.reading && { line: 0 }),
          hue: reading.classes ? hueOf(unit, [colors.c1, colors.c2, colors.c3], colors.hmid) : undefined,
        });
    });
    return list;
  }

  let fetching = false;
  function fetchSwarm() {
    if (fetching) return;
    fetching = true;
    const arrived = (module) => {
      swarm = module;
      heatKey = [];
      if (view) render(view);
    };
    import("./swarm.js").then(arrived, () => {
      fetching = false; // the server is away: the next time again
    });
  }

  /** No plane: each tile shows all training samples, each input its column as the network sees it. */
  function swarmTiles(swarms, kinds, add) {
    const { samples } = view;
    if (!built.features.has("places")) built.features.set("places", swarm.standing(samples, swarms.rows));
    const places = built.features.get("places");
    const hues = swarm.huesOf(samples, colors);
    for (let unit = 0; unit < samples.features.length; unit++) {
      const values = () => places.rows.map((i) => samples.values[i][unit]);
      add(0, unit, { paint: swarm.paintSwarm, places, hues, values, range: columnRange(unit) });
    }
    swarms.layers.forEach((layer, i) => {
      if (!isNumber(layer.lo) || !isNumber(layer.hi)) return;
      const range = swarm.rangeOf(kinds[i], layer);
      gridsOf(layer).forEach((bytes, unit) => {
        const value = (b, r) => (places.whole[r] ? layer.lo + (b / 255) * (layer.hi - layer.lo) : null);
        const values = () => Array.from(bytes, value); // worked out when its turn to be drawn has come
        add(i + 1, unit, { paint: swarm.paintSwarm, places, hues, values, range });
      });
    });
  }

  /** From the least to the largest scaled value of a column. */
  function columnRange(unit) {
    const key = `range ${unit}`;
    if (!built.features.has(key)) {
      let [low, high] = [Infinity, -Infinity];
      for (const { [unit]: v } of view.samples.values)
        if (isNumber(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
      built.features.set(key, high > low ? [low, high] : [low - 1, low + 1]);
    }
    return built.features.get(key);
  }

  // ---------------------------------------------------------------- building

  function build(structure, width, height) {
    const layout = layoutOf({
      widths: records.widths,
      width,
      height,
      size: view.size ?? "wide",
      table: namesColumns(view),
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
    writeAll(svg, { viewBox: `0 0 ${layout.width} ${height}`, width: layout.width, height });
    const hadFocus = svg.contains(document.activeElement);
    svg.replaceChildren();
    const stripes = {
      id: "graph-nan",
      width: 8,
      height: 8,
      patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(45)",
    };
    const pattern = make("pattern", stripes, make("defs", {}, svg));
    make("rect", { width: 8, height: 8, class: "nan-y" }, pattern);
    make("rect", { width: 4, height: 8, class: "nan-k" }, pattern);
    const edges = buildEdges(svg, layout);
    const selected = buildSelected(svg);
    const units = buildUnits(svg, layout, view.run.config.features, view.samples);
    built = { structure, layout, ...edges, ...units, selected, pen: null, features: new Map(), painting: 0, turn: 0 };
    focused = [Math.min(focused[0], layout.widths.length - 1), 0];
    rove(...focused);
    if (hadFocus) focusUnit(...focused);
    buildHeads(layout, view.run.config.hidden, view.catalog?.limits);
    buildMap(layout);
  }

  function buildMap(layout) {
    map.replaceChildren();
    map.toggleAttribute("hidden", !layout.scrolls);
    if (!layout.scrolls) return;
    const scale = 150 / layout.width;
    write(map, "viewBox", "0 0 150 30");
    layout.widths.forEach((count, k) => {
      const h = Math.min(3, 24 / count);
      for (let u = 0; u < count; u++)
        make(
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
    built.window = make("rect", { class: "window", y: 0.8, height: 25, rx: 4 }, map);
    moveWindow();
  }

  function moveWindow() {
    if (!built?.window) return;
    const scale = 150 / built.layout.width / zoom();
    writeAll(built.window, { x: n1(scroller.scrollLeft * scale), width: n1(built.layout.visible * scale) });
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

  // ---------------------------------------------------------------- pointing

  /** What an element stands for: a unit or an edge. */
  function thingOf(target) {
    const [layer, ...at] = (
      target.closest?.("[data-unit]")?.dataset.unit ??
      target.closest?.("[data-words]")?.dataset.words ??
      target.closest?.("[data-edge]")?.dataset.edge ??
      ""
    )
      .split(",")
      .map(Number);
    if (at.length === 1) return { kind: "unit", layer, unit: at[0] };
    return at.length === 2 ? { kind: "weight", layer, from: at[0], to: at[1] } : null;
  }

  /** What lies under a point: a unit, else the nearest edge, else nothing. */
  function under(event) {
    const thing = thingOf(event.target);
    if (thing?.kind === "unit" || !built) return thing;
    const at = placeIn(svg, event);
    const [x, y] = [at.x / zoom(), at.y / zoom()];
    for (let k = 1; k < built.edges.length; k++) {
      const { x1, x2 } = built.edges[k][0].route;
      if (x < x1 - 2 || x > x2 + 2) continue;
      const edge = nearestEdge(built.edges[k], x, y, touch ? TOUCH_REACH : REACH);
      if (edge) return { kind: "weight", layer: k, from: edge.from, to: edge.to };
    }
    return null;
  }

  function hover(thing, event) {
    const key = JSON.stringify(thing);
    if (key !== shown) {
      shown = key;
      if (view && !view.playing) fade(thing ? "in" : "out");
      on.hover?.(thing);
    }
    content.classList.toggle("pointing", Boolean(thing));
    const ref = thing?.kind === "weight" ? null : event?.target.closest?.("[data-ref]")?.dataset.ref;
    told = { thing, ref };
    if (!tell()) return;
    const at = event ? placeIn(element, event) : null;
    const [x, y] = at ? [at.x, at.y] : anchorOf(thing);
    const left = clamp(x + 14, 4, Math.max(4, size.box.width - tip.offsetWidth - 4));
    const below = y + 18 + tip.offsetHeight <= size.box.height;
    tip.style.transform = `translate(${n1(left)}px, ${n1(below ? y + 16 : Math.max(2, y - tip.offsetHeight - 12))}px)`;
  }

  /** Fills the tooltip; while it is shown it follows the playhead. */
  function tell() {
    const { thing, ref } = told;
    const lines = ref ? [describe(records, view, ref)] : thing ? linesOf(thing) : [];
    tip.hidden = lines.length === 0;
    say(tip, lines.join("\n"));
    return !tip.hidden;
  }

  const edgeOf = (s) => built.edges[s.layer].find((e) => isWeight(s, e.layer, e.from, e.to));

  function anchorOf(thing) {
    const place = thing.kind === "unit" ? built.layout.units[thing.layer][thing.unit] : null;
    const [x, y] = place ? [place.x, place.y + place.s / 2] : pointAt(edgeOf(thing).route, 0.5);
    return [x * zoom() - scroller.scrollLeft, y * zoom() - scroller.scrollTop];
  }

  /** The recorded numbers of a unit or a weight, as far as they are computed. @param {any} thing */
  function linesOf({ kind, layer, unit, from, to }) {
    const status = statusOf(records, view);
    const names =
      kind === "weight"
        ? ["W", "dW", "update.W"].filter(
            (stem) => status(stem === "W" ? "x" : stem === "dW" ? `dW${layer}` : "update") > 0 || stem === "W",
          )
        : layer === 0
          ? ["x"]
          : ["z", "n", "a", "d", "dd", "da", "dn", "dz"].filter((stem) => status(stem + layer) > 0).slice(-4);
    if (kind === "unit" && layer > 0) names.push("b");
    const at = kind === "weight" ? `[${from}][${to}]` : `[${unit}]`;
    const refs = names.map((stem) => `${stem}${layer || ""}${at}`);
    if (kind === "unit" && layer === records.layers && status("L") > 0) refs.push(`outputs${at}`);
    return refs.filter((ref) => lookUp(records, ref)?.known).map((ref) => describe(records, view, ref));
  }

  svg.addEventListener("pointermove", (event) => {
    touch = event.pointerType === "touch";
    if (!touch) hover(under(event), event);
  });
  svg.addEventListener("pointerleave", () => hover(null, null));
  svg.addEventListener("pointerdown", (event) => {
    touch = event.pointerType === "touch";
  });
  svg.addEventListener("click", (event) => {
    const thing = under(event);
    if (thing?.kind === "unit") rove(thing.layer, thing.unit);
    on.select?.(thing);
  });

  // ---------------------------------------------------------------- keys

  function rove(layer, unit) {
    for (const [l, u, stop] of [
      [...focused, "-1"],
      [layer, unit, "0"],
    ]) {
      const node = built.nodes[l]?.[u]?.g;
      if (node) write(node, "tabindex", stop);
    }
    focused = [layer, unit];
  }

  function focusUnit(layer, unit) {
    rove(layer, unit);
    built.nodes[layer][unit].g.focus();
  }

  svg.addEventListener("focusin", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.matches(":focus-visible")) hover(thingOf(target), null);
  });
  svg.addEventListener("focusout", (event) => {
    if (!svg.contains(/** @type {Node} */ (event.relatedTarget))) hover(null, null);
  });

  svg.addEventListener("keydown", (event) => {
    const here = thingOf(event.target);
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
    const [layer, unit] = focused;
    const { widths } = built.layout;
    const beside = (l) => widths[l] && focusUnit(l, Math.min(unit, widths[l] - 1));
    const act = {
      ArrowUp: () => focusUnit(layer, (unit + widths[layer] - 1) % widths[layer]),
      ArrowDown: () => focusUnit(layer, (unit + 1) % widths[layer]),
      ArrowLeft: () => beside(layer - 1),
      ArrowRight: () => beside(layer + 1),
      Home: () => focusUnit(0, 0),
      End: () => focusUnit(widths.length - 1, 0),
      Enter: () => on.select?.(here),
      " ": () => on.select?.(here),
      e: () => cycle(here, event.shiftKey ? -1 : 1),
      E: () => cycle(here, -1),
      Escape: () => leave(here),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });

  /** E walks the edges of the focused unit, those that come in first. */
  function cycle(here, direction) {
    const [layer, unit] = focused;
    const all = [
      ...(built.edges[layer] ?? []).filter((e) => e.to === unit),
      ...(built.edges[layer + 1] ?? []).filter((e) => e.from === unit),
    ];
    const at = here.kind === "weight" ? all.indexOf(edgeOf(here)) : direction > 0 ? -1 : 0;
    const edge = all[(at + direction + all.length) % all.length];
    write(
      edge.hit,
      "aria-label",
      linesOf({ kind: "weight", layer: edge.layer, from: edge.from, to: edge.to }).join("; "),
    );
    edge.hit.focus();
  }

  /** Escape: from an edge to its unit, then the selection, then out of the graph. */
  function leave(here) {
    const focus = /** @type {any} */ (document.activeElement);
    if (here.kind === "weight") focusUnit(...focused);
    else if (view.selection) on.select?.(null);
    else focus?.blur();
  }

  /** Whether a tile with its gauges, or the loss node, lies under a box of the window. @param {DOMRect} box */
  function covers(box) {
    if (!built || box.height === 0) return false;
    const { units, loss } = built.layout;
    const { x: left, y: top } = placeIn(svg, { clientX: box.left, clientY: box.top });
    const { x: right, y: bottom } = placeIn(svg, { clientX: box.right, clientY: box.bottom });
    const under = ({ x, y, s }) =>
      x + s / 2 + 14 > left && x - s / 2 - 14 < right && y + s / 2 + 14 > top && y - s / 2 < bottom;
    return under({ ...loss, s: 2 * loss.r }) || units.some((column) => column.some(under));
  }

  return { render, covers, layout: () => built?.layout ?? null };
}
