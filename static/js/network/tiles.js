// The tiles of the graph: the heat map of every unit, drawn a few in each frame while the run plays, and the marks on a
// tile.

import { createSvg, setAttribute, setAttributes, setShown } from "../dom/elements.js";
import { frameBudget } from "../dom/frames.js";
import { hueOf } from "../format/colors.js";
import { isNumber, n1, n2, share } from "../format/math.js";
import {
  contour,
  drawNodes,
  featureLayer,
  gridsOf,
  levelByte,
  planeFeature,
  rampOf,
  readingOf,
} from "../plane/surface.js";
import { isTable, shownEvaluation, shownParameters } from "../run/values.js";

const TILES_AT_ONCE = 4; // heat maps that are drawn together

/** @param {HTMLCanvasElement} canvas @param {() => void} redraw */
export function createTiles(canvas, redraw) {
  let { view, elements, colors } = /** @type {any} */ ({}); // of the frame that is drawn
  let drawnKey = []; // what the tiles were drawn of
  let tiles = []; // those still to be drawn
  let beeswarm = null; // how a table's tiles are drawn, once one is shown

  /** Heat maps, where the evaluation, the theme or the structure changed; while playing, some in each of their turns. */
  function update(frame, due) {
    ({ view, elements, colors } = frame);
    if (!due && elements === drawnKey[1] && colors === drawnKey[2]) return;
    const evaluation = shownEvaluation(view);
    const weights = elements.layout.inputs?.weightTile && shownParameters(view).W1;
    const key = [view.tileSurfaces ?? evaluation, elements, colors, view.samples, weights];
    const ctx = canvas.getContext("2d");
    if (key.some((part, i) => part !== drawnKey[i])) {
      if (key[1] !== drawnKey[1] || !(evaluation?.surfaces ?? evaluation?.beeswarms))
        ctx.clearRect(0, 0, elements.layout.width, elements.layout.height);
      if (key[3] !== drawnKey[3]) elements.features = new Map();
      drawnKey = key;
      const skip = elements.tilesDrawn % Math.max(1, tiles.length);
      tiles = tilesOf(evaluation);
      tiles.push(...tiles.splice(0, skip)); // goes on where the last one was left, so that no tile starves
      Object.assign(elements, {
        evaluation,
        extent: evaluation?.surfaces?.extent ?? view.samples?.extent ?? null,
        tilesVersion: elements.tilesVersion + 1,
      });
    }
    if (tiles.length === 0) return;
    const hasTime = frameBudget(view);
    while (tiles.length > 0 && hasTime()) {
      const part = tiles.splice(0, TILES_AT_ONCE);
      elements.tilesDrawn += part.length;
      drawTiles(ctx, part, colors);
    }
  }

  function tilesOf(evaluation) {
    const { layout } = elements;
    const surfaces = view.tileSurfaces ?? evaluation?.surfaces;
    const list = [];
    elements.drawnTiles = layout.widths.map((count) => Array(count).fill(false));
    const last = layout.widths.length - 1;
    const kinds = outputKinds(view.run, view.samples?.task, layout.widths[last]);
    const add = (k, unit, tile) => {
      const { x, y, s } = layout.units[k][unit];
      const line = k === 0 ? 0 : k === last ? 1 : layout.tile < 20 ? 0.6 : 0.8;
      list.push({ x, y, s, line, radius: k === last ? layout.outputRadius : layout.radius, ...tile });
      elements.drawnTiles[k][unit] = true;
    };
    const { inputs } = layout;
    if (inputs?.weightTile && !view.tileSurfaces)
      for (let unit = 0; unit < layout.widths[1]; unit++) add(1, unit, inputs.weightTile(view, unit));
    if (evaluation?.beeswarms && isTable(view))
      beeswarm ? beeswarmTiles(evaluation.beeswarms, kinds, add) : loadBeeswarm();
    if (typeof surfaces?.layers?.[0]?.units?.[0] !== "string") return list;
    (view.run.config.features ?? []).forEach((name, unit) => {
      const planeName = view.samples && planeFeature(name, view.samples);
      if (!planeName) return;
      const key = `${planeName} ${surfaces.extent}`;
      if (!elements.features.has(key))
        elements.features.set(key, featureLayer(planeName, surfaces.extent, view.samples, unit));
      const layer = elements.features.get(key);
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

  let loading = false;
  function loadBeeswarm() {
    if (loading) return;
    loading = true;
    const onLoad = (module) => {
      beeswarm = module;
      drawnKey = [];
      redraw();
    };
    import("./beeswarm.js").then(onLoad, () => {
      loading = false; // the server is away: the next time again
    });
  }

  /** No plane: each tile shows all training samples, each input its column as the network sees it. */
  function beeswarmTiles(beeswarms, kinds, add) {
    const { samples } = view;
    if (!elements.features.has("places"))
      elements.features.set("places", beeswarm.samplePositions(samples, beeswarms.rows));
    const places = elements.features.get("places");
    const hues = beeswarm.classColors(samples, colors);
    const { inputs } = elements.layout;
    for (let unit = 0; unit < samples.features.length && !inputs; unit++) {
      const values = () => places.rows.map((i) => samples.values[i][unit]);
      add(0, unit, { draw: beeswarm.drawBeeswarm, places, hues, values, range: columnRange(unit) });
    }
    beeswarms.layers.forEach((layer, i) => {
      if (!isNumber(layer.lo) || !isNumber(layer.hi) || (i === 0 && inputs?.weightTile)) return;
      const range = beeswarm.valueRange(kinds[i], layer);
      gridsOf(layer).forEach((bytes, unit) => {
        const value = (b, r) => (places.complete[r] ? layer.lo + (b / 255) * (layer.hi - layer.lo) : null);
        const values = () => Array.from(bytes, value); // worked out when its turn to be drawn has come
        add(i + 1, unit, { draw: beeswarm.drawBeeswarm, places, hues, values, range });
      });
    });
  }

  /** From the least to the largest scaled value of a column. */
  function columnRange(unit) {
    const key = `range ${unit}`;
    if (!elements.features.has(key)) {
      let [low, high] = [Infinity, -Infinity];
      for (const { [unit]: v } of view.samples.values)
        if (isNumber(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
      elements.features.set(key, high > low ? [low, high] : [low - 1, low + 1]);
    }
    return elements.features.get(key);
  }

  return {
    update,
    columnRange,
    /** Everything is drawn again in the next frame. */
    clear() {
      drawnKey = [];
    },
  };
}

// Marks on a tile: its gauges, stripes where a number is not finite, the mark of dropout, the ring of a dead unit.

export const selected = ({ selection: s }, { k, unit }) =>
  (s?.kind === "unit" || s?.kind === "bias") && s.layer === k && s.unit === unit ? " chosen" : "";

/** A bar from the middle, up for +, down for −; striped over its whole length where the number is not finite. */
export function updateGauge(bar, s, reading, limit, classOf) {
  setShown(bar.fill, Boolean(reading) && reading.value !== 0);
  if (!reading || reading.value === 0) return;
  const { at, value, ref } = reading;
  const d = isNumber(at)
    ? `M${bar.at} ${s / 2}V${n2(s / 2 - (s / 2 - 2) * share(at, limit))}`
    : `M${bar.at} 2V${s - 2}`;
  setAttributes(bar.fill, { d, class: `bar ${isNumber(value) ? classOf(value) : "lost"}`, "data-ref": ref });
}

/** A cross-bar where the gauge was some steps ago, if the View carries that. */
export function updatePrevious(bar, s, layout, value, limit) {
  setShown(bar.previous, isNumber(value));
  if (isNumber(value))
    setAttribute(
      bar.previous,
      "d",
      `M${n1(bar.at - layout.gauge / 2 - 3)} ${n1(s / 2 - (s / 2 - 2) * share(value, limit))}h${n1(layout.gauge + 6)}`,
    );
}

/** Two numbers that have no room below or above a tile are spread to both sides. @param {any} part @param {number} over letters too many */
export function spread({ numbers: [left, right], s, last }, over) {
  const out = over > 0 ? over * 4 : 0;
  setAttribute(left, "x", n1((last ? -16 : -11) - out));
  setAttribute(right, "x", n1((last ? s + 18 : s + 11) + out));
}

/** Stripes: on a tile's frame where a value is lost, all over it where an input is. */
export function updateStripes(part, on, covered) {
  const { s, rx } = part;
  if (on && !part.stripes) {
    const hole = covered ? "" : `M${s * 0.2} ${s * 0.2}V${s * 0.8}H${s * 0.8}V${s * 0.2}z`;
    const d = `M${rx} 0H${s - rx}Q${s} 0 ${s} ${rx}V${s - rx}Q${s} ${s} ${s - rx} ${s}H${rx}Q0 ${s} 0 ${s - rx}V${rx}Q0 0 ${rx} 0z${hole}`;
    part.stripes = createSvg("path", { class: "stripes", "fill-rule": "evenodd", d });
    part.frame.before(part.stripes);
  }
  if (part.stripes) setShown(part.stripes, on);
}

/** The stroke through a dropped unit. */
export function updateDropoutMark(part, on, labelled) {
  const { s } = part;
  if (on && !part.dropoutMark) {
    part.dropoutMark = createSvg("g", { class: "dropout-mark" }, part.body);
    createSvg("path", { d: `M${n1(s * 0.16)} ${n1(s * 0.84)}L${n1(s * 0.84)} ${n1(s * 0.16)}` }, part.dropoutMark);
    part.dropoutLabel = createSvg(
      "text",
      { class: "struck", x: s / 2, y: s + 12, "text-anchor": "middle" },
      part.words,
    );
    part.dropoutLabel.textContent = "dropped";
  }
  if (!part.dropoutMark) return;
  setShown(part.dropoutMark, on);
  setShown(part.dropoutLabel, on && labelled);
  setAttribute(part.g, "class", on ? "node dropped" : "node");
}

/** A unit with slope 0 on every training sample: a dark tile with a dashed ring. */
export function updateDeadRing(part, on) {
  if (on && !part.deadRing)
    part.deadRing = createSvg(
      "circle",
      { class: "dead-ring", cx: part.s / 2, cy: part.s / 2, r: n1(part.s * 0.19) },
      part.body,
    );
  if (part.deadRing) setShown(part.deadRing, on);
}

/** How the values of a run's layers are to be read, one kind a layer, the outputs last. */
export function outputKinds(run, task, outputs) {
  const hidden = run.config.hidden.map((layer) => layer.activation);
  const probability = task === "binary" || (task !== "regression" && outputs === 1);
  return [...hidden, outputs > 1 && task === "multiclass" ? "class" : probability ? "binary" : "regression"];
}

/** Sides of a tile's rounded corner path, for canvas. */
export function roundedPath(ctx, x, y, side, radius) {
  ctx.beginPath();
  ctx.roundRect(x, y, side, side, radius);
}

/**
 * Draws tiles onto a canvas: grid, contour, clipped to rounded squares.
 * @param {CanvasRenderingContext2D} ctx scaled to CSS pixels
 * @param {{x: number, y: number, s: number, radius: number, layer: object, unit: number, reading: object, hue?: number[],
 *   line: number}[] | any[]} tiles x, y: middle; or tiles of beeswarms
 */
export function drawTiles(ctx, tiles, colors) {
  const scratch = document.createElement("canvas");
  const inner = scratch.getContext("2d");
  const ramps = new Map();
  let image = null;
  let pixels = null;
  ctx.imageSmoothingEnabled = true;
  ctx.imageSmoothingQuality = "medium";
  for (const tile of tiles) {
    if (tile.draw) {
      tile.draw(ctx, tile, colors);
      continue;
    }
    const { x, y, s, radius, layer, unit, reading, hue, line } = tile;
    const grid = gridsOf(layer)[unit];
    const size = Math.round(Math.sqrt(grid.length));
    if (!image || image.width !== size) {
      scratch.width = scratch.height = size;
      image = inner.createImageData(size, size);
      pixels = new Uint32Array(image.data.buffer);
    }
    const key = hue ?? layer;
    if (!ramps.has(key)) ramps.set(key, rampOf(layer, reading, colors, hue));
    const ramp = ramps.get(key);
    for (let i = 0; i < grid.length; i++) pixels[i] = ramp[grid[i]];
    inner.putImageData(image, 0, 0);
    ctx.clearRect(x - s / 2, y - s / 2, s, s);
    ctx.save();
    roundedPath(ctx, x - s / 2, y - s / 2, s, radius);
    ctx.clip();
    drawNodes(ctx, scratch, x - s / 2, y - s / 2, s);
    if (line > 0) {
      const segments = contour(grid, size, levelByte(layer, reading.level));
      ctx.beginPath();
      for (let i = 0; i < segments.length; i += 4) {
        ctx.moveTo(x - s / 2 + segments[i] * s, y - s / 2 + segments[i + 1] * s);
        ctx.lineTo(x - s / 2 + segments[i + 2] * s, y - s / 2 + segments[i + 3] * s);
      }
      ctx.globalAlpha = 0.55;
      ctx.lineWidth = line;
      ctx.strokeStyle = colors.css.ink;
      ctx.stroke();
    }
    ctx.restore();
  }
}
