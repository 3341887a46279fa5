// What moves on the graph, drawn on a canvas above it: dots forward, chevrons back, capsules of the update, the flow of
// whole steps. A frame is a function of the View; nothing of the last one is kept. `flow` draws through a pen, so that a
// test can read the marks.

import { hueNames } from "../format/colors.js";
import { clamp, easeOut, easeTravel, isNumber, progress } from "../format/math.js";
import { operationProgress, showsOperations } from "../run/values.js";
import { angleAt, middleOf, pointAt, sectionOf } from "./layout.js";

const valueInk = (v) => (isNumber(v) ? (v < 0 ? "vneg" : "vpos") : "nan-y");
const gradientInk = (v) => (isNumber(v) ? (v < 0 ? "gneg" : "gpos") : "nan-y");

/** a·b, or null where that is no number. */
const times = (a, b) => (isNumber(a) && isNumber(b) && isNumber(a * b) ? a * b : null);

/** When the pulses towards target `to` of `count` are under way in a sum: staggered, overlapping by 45 %. */
export const sumTime = (t, to, count) => clamp(t * 1.45 - (0.45 * to) / Math.max(1, count - 1));

/** When target `to` of `count` has its turn in a weight gradient: one after another. */
export const turnTime = (t, to, count) => clamp(t * count - to);

/** How large a capsule is: 9 to 55 px by the root of its share of the layer's largest, 0 (a ring) below 1.5 %. */
export const capsuleLength = (gradient, largest) =>
  isNumber(gradient) && largest > 0 && Math.abs(gradient) / largest >= 0.015
    ? 9 + 46 * Math.sqrt(Math.abs(gradient) / largest)
    : 0;

/** The three times of an update: capsules grow, cores shrink to the step, edges take their new width. */
export const updateTimes = (t) => ({
  grown: easeOut(progress(t, 0, 0.4)),
  shrunk: easeTravel(progress(t, 0.4, 0.9)),
  moved: easeTravel(progress(t, 0.4, 1)),
  faded: progress(t, 0.9, 1),
});

/**
 * Draws one frame.
 * @param {object} pen dot, chevron, arrow, line, capsule, front
 * @param {{records: object, view: object, layout: object, edges: object[][], lossEdges: object[], status: Function, isolated: object|null}} scene
 */
export function flow(pen, scene) {
  const { view, records } = scene;
  const isolated = isolatedUnit(scene);
  if (!showsOperations(view)) {
    if (view.front && !view.reduced) sweep(pen, scene);
    return;
  }
  const op = view.ops?.[view.op];
  if (op && view.step) {
    const k = op.layer;
    if (/^z\d/.test(op.name)) sums(pen, scene, k);
    else if (op.name === "L") answer(pen, scene);
    else if (op.phase === "backward" && op.name === records.error) turnRound(pen, scene);
    else if (/^dW\d/.test(op.name)) meetings(pen, scene, k);
    else if (op.phase === "backward" && op.name === records.layerErrors[k] && k < records.layers)
      returns(pen, scene, k + 1);
    else if (op.phase === "update") capsules(pen, scene);
  }
  if (isolated && op?.phase !== "update") unitMarks(pen, scene, isolated);
}

const isolatedUnit = ({ view }) =>
  view.hover?.kind === "unit"
    ? view.hover
    : view.hover
      ? null
      : view.selection?.kind === "unit"
        ? view.selection
        : null;

/** Edges on which something may travel: not dropped at either end, and not left out by an isolated unit. */
function* live(scene, k) {
  const { edges } = scene;
  const unit = isolatedUnit(scene);
  for (const edge of edges[k]) {
    if (scene.dropped(k - 1, edge.from) || scene.dropped(k, edge.to)) continue;
    if (unit && !(unit.layer === k && unit.unit === edge.to) && !(unit.layer === k - 1 && unit.unit === edge.from))
      continue;
    yield edge;
  }
}

/** z = W h + b: one dot for each product, its size the product's, its colour the product's sign. */
function sums(pen, scene, k) {
  const { records, view, layout } = scene;
  const t = operationProgress(view);
  const W = records.parameters[`W${k}`];
  const h = records.values(records.layerOutputs[k - 1]);
  if (!h) return;
  const { forward } = records.measures[k];
  for (const { from, to, route } of live(scene, k)) {
    const product = times(W[from][to], h[from]);
    const size = product === null ? 0.6 : Math.sqrt(Math.abs(product) / (forward || 1));
    const ink = valueInk(product);
    if (view.reduced) {
      pen.arrow(route, 1, 3 + 5 * size, ink, 0.35 + 0.65 * size);
      continue;
    }
    const local = sumTime(t, to, layout.widths[k]);
    if (local <= 0 || local >= 1) continue;
    const r = 0.8 + (layout.fine ? 6 : 3.4) * size;
    for (let i = 3; i >= 0; i--) {
      const q = easeTravel(local) - i * 0.035;
      if (q > 0) pen.dot(...pointAt(route, q), r * (1 - i * 0.2), ink, [1, 0.35, 0.2, 0.1][i]);
    }
  }
}

/** The outputs run to the loss. */
function answer(pen, { records, view, lossEdges, layout }) {
  const outputs = records.values("outputs");
  if (!outputs) return;
  const t = operationProgress(view);
  const local = progress(t, 0.35, 0.85);
  lossEdges.forEach((route, unit) => {
    const ink = layout.several && records.probabilities ? hueNames(unit).slice(0, 2) : valueInk(outputs[unit]);
    if (view.reduced) pen.arrow(route, 1, 7, ink, 0.9);
    else if (local > 0 && local < 1)
      for (let i = 2; i >= 0; i--) {
        const q = easeTravel(local) - i * 0.07;
        if (q > 0) pen.dot(...pointAt(route, q), (layout.fine ? 5.4 : 3.6) * (1 - i * 0.22), ink, [1, 0.4, 0.18][i]);
      }
  });
}

/** The error leaves the loss. */
function turnRound(pen, { records, view, lossEdges, layout }) {
  const gradient = records.values(records.error);
  if (!gradient) return;
  const local = progress(operationProgress(view), 0, 0.6);
  const largest = Math.max(...gradient.map((v) => Math.abs(v ?? 0)), 1e-300);
  lossEdges.forEach((route, unit) => {
    const ink = gradientInk(gradient[unit]);
    const size =
      (layout.fine ? 3 : 2.2) + (layout.fine ? 4 : 2.4) * Math.sqrt(Math.abs(gradient[unit] ?? largest) / largest);
    if (view.reduced) pen.arrow(route, -1, size * 1.4, ink, 0.9);
    else if (local > 0 && local < 1) chevrons(pen, route, 1 - easeTravel(local), size, ink, 0.07);
  });
}

function chevrons(pen, route, q, size, ink, spacing = 0.045) {
  for (let i = 2; i >= 0; i--) {
    const at = Math.min(1, q + i * spacing);
    pen.chevron(...pointAt(route, at), angleAt(route, at), size, ink, [1, 0.5, 0.22][i]);
  }
}

/** ∂d = W δ: what each edge brings back, its size the product's. */
function returns(pen, scene, k) {
  const { records, view, layout } = scene;
  const t = operationProgress(view);
  const W = records.parameters[`W${k}`];
  const dz = records.values(`dz${k}`);
  if (!dz) return;
  const { backward, factor } = records.measures[k];
  for (const { from, to, route } of live(scene, k)) {
    const product = times(W[from][to], dz[to]);
    const size = product === null ? 0.6 : Math.sqrt((Math.abs(product) / (backward || 1)) * factor);
    if (product === 0) continue;
    const ink = gradientInk(product);
    if (view.reduced) {
      pen.arrow(route, -1, 3 + 5 * size, ink, 0.35 + 0.65 * size);
      continue;
    }
    const local = sumTime(t, to, layout.widths[k]);
    if (local <= 0 || local >= 1) continue;
    chevrons(pen, route, 1 - easeTravel(local), (layout.fine ? 2 : 1.5) + (layout.fine ? 5 : 2.6) * size, ink);
  }
}

/** ∂W = δ · h: value and error meet in the middle of the edge, and their product spreads from there. */
function meetings(pen, scene, k) {
  const { records, view, layout } = scene;
  const t = operationProgress(view);
  const h = records.values(records.layerOutputs[k - 1]);
  const dz = records.values(`dz${k}`);
  const dW = records.batch(`dW${k}`);
  const { activation } = records.measures[k - 1] ?? { activation: Math.max(...(h ?? [1]).map(Math.abs)) || 1 };
  const { error, factor, gradient } = records.measures[k];
  const chosen = view.selection?.kind === "weight" && view.selection.layer === k ? view.selection : null;
  for (const { from, to, route, length } of live(scene, k)) {
    const local = view.reduced ? 1 : turnTime(t, to, layout.widths[k]);
    const selected = chosen && chosen.from === from && chosen.to === to;
    if (view.reduced) {
      const g = dW?.[from]?.[to];
      if (g !== 0) pen.arrow(route, -1, layout.fine ? 6 : 4, gradientInk(g), 0.55);
      continue;
    }
    if (local <= 0 || local >= 1) continue;
    if (local < 0.7) {
      const stop = selected ? 0.5 - 18 / Math.max(60, length) : 0.5; // before the × mark
      const q = stop * easeTravel(local / 0.7);
      const value = h?.[from];
      const size = isNumber(value) ? Math.sqrt(clamp(Math.abs(value) / activation)) : 0.6;
      const back = isNumber(dz?.[to]) ? Math.sqrt(clamp(Math.abs(dz[to]) / (error || 1)) * factor) : 0.6;
      const grow = selected ? 1.35 : 1;
      for (let i = 2; i >= 0; i--) {
        const r = (layout.fine ? 1.6 + 3.4 * size : 1 + 1.8 * size) * grow;
        if (value !== 0 && h)
          pen.dot(
            ...pointAt(route, Math.max(0, q - i * 0.035)),
            r * (1 - i * 0.22),
            valueInk(value),
            [0.95, 0.4, 0.18][i],
          );
      }
      if (dz && dz[to] !== 0)
        chevrons(
          pen,
          route,
          1 - q,
          ((layout.fine ? 2 : 1.5) + (layout.fine ? 4.4 : 2.4) * back) * grow,
          gradientInk(dz[to]),
        );
    } else {
      const half = 0.5 * easeOut((local - 0.7) / 0.3);
      const g = dW?.[from]?.[to];
      if (g === 0 || g === undefined) continue;
      const share = isNumber(g) ? Math.abs(g) / (gradient || 1) : 1;
      const width = 0.4 + (layout.fine ? 5.2 : layout.phone ? 3.2 : 2.6) * factor * share;
      pen.line(
        sectionOf(route, 0.5 - half, 0.5 + half),
        width,
        gradientInk(g),
        0.2 + 0.68 * factor * (0.35 + 0.65 * share),
      );
    }
  }
}

/** The update: hollow capsules are whole gradients, their cores what is added, in the hue of that change. */
function capsules(pen, scene) {
  const { records, view, layout } = scene;
  if (!records.update) return;
  const phases = updateTimes(operationProgress(view));
  const { grown, shrunk } = phases;
  const faded = view.playing ? phases.faded : 0; // who stands at the update reads it: the capsules stay
  if (faded >= 1 || grown <= 0) return;
  const chosen = view.selection?.kind === "weight" ? view.selection : null;
  for (let k = 1; k <= records.layers; k++) {
    const dW = records.batch(`dW${k}`);
    const added = records.update[`W${k}`];
    const largest = records.measures[k].gradient;
    if (!dW || !added) continue;
    const floor = records.floor(k);
    const scale = layout.fine ? 1 : 0.5;
    for (const { from, to, route, length } of live(scene, k)) {
      const g = dW[from][to];
      const u = added[from][to];
      if (!isNumber(g) || !isNumber(u) || (g === 0 && u === 0) || Math.abs(g) < floor) continue;
      const middle = middleOf(layout, k, from, to);
      const whole = Math.min(capsuleLength(g, largest) * scale, length * 0.8);
      const ratio = g === 0 ? 0 : Math.abs(u / g);
      const core = Math.min(whole * (1 + (ratio - 1) * shrunk), length * 0.9);
      const selected = chosen && chosen.layer === k && chosen.from === from && chosen.to === to;
      const between = (size) => sectionOf(route, clamp(middle - size / length / 2), clamp(middle + size / length / 2));
      pen.capsule(
        {
          whole: whole > 0 ? between(whole * grown) : null,
          core: whole > 0 ? between(Math.max(0.5, core * grown)) : null,
          collar: records.clip < 1 && whole > 0 ? between(whole * records.clip) : null,
          at: pointAt(route, middle),
          scale,
          over: ratio > 1.0001,
        },
        gradientInk(g),
        valueInk(u),
        selected,
      );
    }
  }
  if (faded > 0) pen.fade(1 - faded);
}

/** An isolated unit's edges carry three still marks each: dots in, chevrons out. */
function unitMarks(pen, scene, { layer, unit }) {
  const { records, status } = scene;
  if (layer > 0 && status(`z${layer}`) > 0) {
    const h = records.values(records.layerOutputs[layer - 1]);
    const W = records.parameters[`W${layer}`];
    for (const { from, to, route } of live(scene, layer)) {
      const product = to === unit ? times(W[from][to], h?.[from]) : null;
      if (product === null) continue;
      const size = 1.6 + 6 * Math.sqrt(Math.abs(product) / (records.measures[layer].forward || 1));
      for (let i = 0; i < 3; i++)
        pen.dot(...pointAt(route, 0.5 + i * 0.055), size * [0.6, 0.8, 1][i], valueInk(product), [0.25, 0.5, 1][i]);
    }
  }
  const next = layer + 1;
  if (next > records.layers || status(`dz${next}`) < 1) return;
  const dz = records.values(`dz${next}`);
  const W = records.parameters[`W${next}`];
  for (const { from, to, route } of live(scene, next)) {
    const product = from === unit ? times(W[from][to], dz?.[to]) : null;
    if (product === null || product === 0) continue;
    const size = 3 + 4.5 * Math.sqrt(Math.abs(product) / (records.measures[next].backward || 1));
    for (let i = 0; i < 3; i++) {
      const q = 0.5 - i * 0.055;
      pen.chevron(
        ...pointAt(route, q),
        angleAt(route, q),
        size * [0.6, 0.8, 1][i],
        gradientInk(product),
        [0.3, 0.6, 1][i],
      );
    }
  }
}

/** Whole steps: dots behind the front, chevrons before it, each as dense and fast as its product is large. */
function sweep(pen, scene) {
  const { records, view, layout, edges } = scene;
  const { x, backward } = view.front;
  const phase = view.front.phase ?? (backward ? 1 - x / 2 : x / 2);
  const start = layout.columns[0];
  const at = start + x * (layout.loss.x - start);
  const total = edges.reduce((sum, list) => sum + (list?.length ?? 0), 0);
  const least = total > 700 ? 0.45 : total > 300 ? 0.2 : 0.05;
  for (let k = 1; k <= records.layers; k++) {
    const W = records.parameters[`W${k}`];
    const h = records.values(records.layerOutputs[k - 1]);
    const dz = records.values(`dz${k}`);
    const { forward, backward: largest, factor } = records.measures[k];
    for (const { from, to, route } of live(scene, k)) {
      const v = times(W[from][to], h?.[from]);
      const g = times(W[from][to], dz?.[to]);
      const m = v === null ? 0 : Math.sqrt(Math.abs(v) / (forward || 1));
      const n = g === null ? 0 : Math.sqrt(Math.abs(g) / (largest || 1)) * factor;
      const count = Math.max(layout.fine ? 4 : 3, Math.round((route.x2 - route.x1) / 24));
      const own = ((to * 7 + from * 3) % 10) / 10;
      if (route.x1 < at && m > least) {
        const shift = own + phase * (1 + Math.round(5 * m));
        for (let i = 0; i < count; i++) {
          const q = (i + (shift % 1)) / count;
          const [px, py] = pointAt(route, q);
          const far = (at - px) / layout.width;
          if (far < 0) continue;
          const near = backward ? clamp(1 - far * 1.7, 0.12, 1) : clamp(1 - far * 1.1, 0.3, 1);
          const alpha = (0.15 + 0.75 * m) * near;
          pen.dash(route, Math.max(0, q - 0.022 - 0.03 * m), q, 1 + 3.4 * m, valueInk(v), alpha * 0.45);
          pen.dot(px, py, 0.9 + (layout.fine ? 3.6 : 2.2) * m, valueInk(v), alpha);
        }
      }
      if (route.x2 > at && n > least * factor) {
        const shift = own + 1 - phase * (1 + Math.round(5 * n));
        for (let i = 0; i < count; i++) {
          const q = (i + (((shift % 1) + 1) % 1)) / count;
          const [px, py] = pointAt(route, q);
          const far = (px - at) / layout.width;
          if (far < 0) continue;
          const near = backward ? clamp(1 - far * 1.1, 0.3, 1) : clamp(1 - far * 1.7, 0.12, 1);
          pen.chevron(
            px,
            py,
            angleAt(route, q),
            1.2 + (layout.fine ? 4 : 2.4) * n,
            gradientInk(g),
            (0.15 + 0.7 * n) * near,
          );
        }
      }
    }
  }
  pen.front(at, layout.top - 4, layout.bottom, backward);
}
