// The heat maps of the graph: what each tile shows of the network that is shown, drawn some in a frame while it plays.

import { spell } from "./frames.js";
import { featureLayer, gridsOf, kindsOf, paintTiles, planeFeature, readingOf } from "./heat.js";
import { hueOf } from "./planemap.js";
import { isNumber } from "./scales.js";
import { isTable, shownEvaluation } from "./scene.js";

const FEW = 4; // heat maps that are drawn together

/** @param {HTMLCanvasElement} canvas @param {() => void} redraw */
export function createTiles(canvas, redraw) {
  let { view, built, colors } = /** @type {any} */ ({}); // of the frame that is drawn
  let drawn = []; // what the tiles were drawn of
  let tiles = []; // those still to be drawn
  let swarm = null; // how a table's tiles are drawn, once one is shown

  /** Heat maps, where the evaluation, the theme or the structure changed; while playing, some in each of their turns. */
  function paint(now, due) {
    ({ view, built, colors } = now);
    if (!due && built === drawn[1] && colors === drawn[2]) return;
    const evaluation = shownEvaluation(view);
    const key = [view.flip ?? evaluation, built, colors, view.samples];
    const ctx = canvas.getContext("2d");
    if (key.some((part, i) => part !== drawn[i])) {
      if (key[1] !== drawn[1] || !(evaluation?.surfaces ?? evaluation?.swarms))
        ctx.clearRect(0, 0, built.layout.width, built.layout.height);
      if (key[3] !== drawn[3]) built.features = new Map();
      drawn = key;
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
    const more = spell(view);
    while (tiles.length > 0 && more()) {
      const part = tiles.splice(0, FEW);
      built.turn += part.length;
      paintTiles(ctx, part, colors);
    }
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
      drawn = [];
      redraw();
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

  return {
    paint,
    columnRange,
    /** Everything is drawn anew in the next frame. */
    forget() {
      drawn = [];
    },
  };
}
