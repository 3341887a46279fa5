// What moves on the graph, drawn on a canvas above it: products going forward, errors coming back, weight gradients,
// the update, and the sweep over whole steps. A function of the View alone; the canvas is handed in, so that a test can
// read what is drawn.

import { hueNames } from "../format/colors.js";
import { clamp, easeOut, easeTravel, isNumber, progress } from "../format/math.js";
import { operationProgress, showsOperations } from "../run/values.js";
import { angleAt, curveSection, pointAt, updateBarPosition } from "./layout.js";

const valueToken = (v) => (isNumber(v) ? (v < 0 ? "vneg" : "vpos") : "nan-y");
const gradientToken = (v) => (isNumber(v) ? (v < 0 ? "gneg" : "gpos") : "nan-y");

/** a·b, or null where that is no number. */
const multiply = (a, b) => (isNumber(a) && isNumber(b) && isNumber(a * b) ? a * b : null);

/** When the pulses towards target `to` of `count` are under way in a sum: staggered, overlapping by 45 %. */
export const forwardTime = (t, to, count) => clamp(t * 1.45 - (0.45 * to) / Math.max(1, count - 1));

/** When target `to` of `count` has its turn in a weight gradient: one after another. */
export const targetTime = (t, to, count) => clamp(t * count - to);

/** The length of an update bar: 9 to 55 px by the root of its share of the layer's largest, 0 (a ring) below 1.5 %. */
export const updateBarLength = (gradient, largest) =>
  isNumber(gradient) && largest > 0 && Math.abs(gradient) / largest >= 0.015
    ? 9 + 46 * Math.sqrt(Math.abs(gradient) / largest)
    : 0;

/** The three times of an update: update bars grow, their filled part shrinks to the step, edges take their new width. */
export const updateTimes = (t) => ({
  grown: easeOut(progress(t, 0, 0.4)),
  shrunk: easeTravel(progress(t, 0.4, 0.9)),
  moved: easeTravel(progress(t, 0.4, 1)),
  faded: progress(t, 0.9, 1),
});

/**
 * Draws one frame.
 * @param {object} canvas as createFlowCanvas returns it
 * @param {{records: object, view: object, layout: object, edges: object[][], lossEdges: object[], status: Function, isolated: object|null}} scene
 */
export function drawFlow(canvas, scene) {
  const { view, records } = scene;
  const isolated = unitInFocus(scene);
  if (!showsOperations(view)) {
    if (view.sweepFront && !view.reduced) drawSweep(canvas, scene);
    return;
  }
  const op = view.ops?.[view.operation];
  if (op && view.step) {
    const k = op.layer;
    if (/^z\d/.test(op.name)) drawForward(canvas, scene, k);
    else if (op.name === "L") drawOutputs(canvas, scene);
    else if (op.phase === "backward" && op.name === records.error) drawLossGradient(canvas, scene);
    else if (/^dW\d/.test(op.name)) drawProducts(canvas, scene, k);
    else if (op.phase === "backward" && op.name === records.layerErrors[k] && k < records.layers)
      drawBackward(canvas, scene, k + 1);
    else if (op.phase === "update") drawUpdateBars(canvas, scene);
  }
  if (isolated && op?.phase !== "update") drawUnitEdges(canvas, scene, isolated);
}

const unitInFocus = ({ view }) =>
  view.hover?.kind === "unit"
    ? view.hover
    : view.hover
      ? null
      : view.selection?.kind === "unit"
        ? view.selection
        : null;

/** Edges on which something may travel: not dropped at either end, and not left out by an isolated unit. */
function* activeEdges(scene, k) {
  const { edges } = scene;
  const unit = unitInFocus(scene);
  for (const edge of edges[k]) {
    if (edge.shown === false) continue;
    if (scene.dropped(k - 1, edge.from) || scene.dropped(k, edge.to)) continue;
    if (unit && !(unit.layer === k && unit.unit === edge.to) && !(unit.layer === k - 1 && unit.unit === edge.from))
      continue;
    yield edge;
  }
}

/** z = W h + b: one dot for each product, its size the product's, its colour the product's sign. */
function drawForward(canvas, scene, k) {
  const { records, view, layout } = scene;
  const t = operationProgress(view);
  const W = records.parameters[`W${k}`];
  const h = records.values(records.layerOutputs[k - 1]);
  if (!h) return;
  const { forward } = records.measures[k];
  for (const { from, to, route } of activeEdges(scene, k)) {
    const product = multiply(W[from][to], h[from]);
    const size = product === null ? 0.6 : Math.sqrt(Math.abs(product) / (forward || 1));
    const token = valueToken(product);
    if (view.reduced) {
      canvas.arrow(route, 1, 3 + 5 * size, token, 0.35 + 0.65 * size);
      continue;
    }
    const travel = forwardTime(t, to, layout.widths[k]);
    if (travel <= 0 || travel >= 1) continue;
    const r = 0.8 + (layout.detailed ? 6 : 3.4) * size;
    for (let i = 3; i >= 0; i--) {
      const along = easeTravel(travel) - i * 0.035;
      if (along > 0) canvas.dot(...pointAt(route, along), r * (1 - i * 0.2), token, [1, 0.35, 0.2, 0.1][i]);
    }
  }
}

/** The outputs run to the loss. */
function drawOutputs(canvas, { records, view, lossEdges, layout }) {
  const outputs = records.values("outputs");
  if (!outputs) return;
  const t = operationProgress(view);
  const travel = progress(t, 0.35, 0.85);
  lossEdges.forEach((route, unit) => {
    const token =
      layout.multipleOutputs && records.probabilities ? hueNames(unit).slice(0, 2) : valueToken(outputs[unit]);
    if (view.reduced) canvas.arrow(route, 1, 7, token, 0.9);
    else if (travel > 0 && travel < 1)
      for (let i = 2; i >= 0; i--) {
        const along = easeTravel(travel) - i * 0.07;
        if (along > 0)
          canvas.dot(
            ...pointAt(route, along),
            (layout.detailed ? 5.4 : 3.6) * (1 - i * 0.22),
            token,
            [1, 0.4, 0.18][i],
          );
      }
  });
}

/** The error leaves the loss. */
function drawLossGradient(canvas, { records, view, lossEdges, layout }) {
  const gradient = records.values(records.error);
  if (!gradient) return;
  const travel = progress(operationProgress(view), 0, 0.6);
  const largest = Math.max(...gradient.map((v) => Math.abs(v ?? 0)), 1e-300);
  lossEdges.forEach((route, unit) => {
    const token = gradientToken(gradient[unit]);
    const size =
      (layout.detailed ? 3 : 2.2) +
      (layout.detailed ? 4 : 2.4) * Math.sqrt(Math.abs(gradient[unit] ?? largest) / largest);
    if (view.reduced) canvas.arrow(route, -1, size * 1.4, token, 0.9);
    else if (travel > 0 && travel < 1) drawChevrons(canvas, route, 1 - easeTravel(travel), size, token, 0.07);
  });
}

function drawChevrons(canvas, route, along, size, token, spacing = 0.045) {
  for (let i = 2; i >= 0; i--) {
    const at = Math.min(1, along + i * spacing);
    canvas.chevron(...pointAt(route, at), angleAt(route, at), size, token, [1, 0.5, 0.22][i]);
  }
}

/** ∂d = W δ: what each edge brings back, its size the product's. */
function drawBackward(canvas, scene, k) {
  const { records, view, layout } = scene;
  const t = operationProgress(view);
  const W = records.parameters[`W${k}`];
  const dz = records.values(`dz${k}`);
  if (!dz) return;
  const { backward, factor } = records.measures[k];
  for (const { from, to, route } of activeEdges(scene, k)) {
    const product = multiply(W[from][to], dz[to]);
    const size = product === null ? 0.6 : Math.sqrt((Math.abs(product) / (backward || 1)) * factor);
    if (product === 0) continue;
    const token = gradientToken(product);
    if (view.reduced) {
      canvas.arrow(route, -1, 3 + 5 * size, token, 0.35 + 0.65 * size);
      continue;
    }
    const travel = forwardTime(t, to, layout.widths[k]);
    if (travel <= 0 || travel >= 1) continue;
    drawChevrons(
      canvas,
      route,
      1 - easeTravel(travel),
      (layout.detailed ? 2 : 1.5) + (layout.detailed ? 5 : 2.6) * size,
      token,
    );
  }
}

/** ∂W = δ · h: activation and error meet in the middle of the edge, and their product spreads from there. */
function drawProducts(canvas, scene, k) {
  const { records, view, layout } = scene;
  const t = operationProgress(view);
  const h = records.values(records.layerOutputs[k - 1]);
  const dz = records.values(`dz${k}`);
  const dW = records.batch(`dW${k}`);
  const { activation } = records.measures[k - 1] ?? { activation: Math.max(...(h ?? [1]).map(Math.abs)) || 1 };
  const { error, factor, gradient } = records.measures[k];
  const selectedWeight = view.selection?.kind === "weight" && view.selection.layer === k ? view.selection : null;
  for (const { from, to, route, length } of activeEdges(scene, k)) {
    const travel = view.reduced ? 1 : targetTime(t, to, layout.widths[k]);
    const selected = selectedWeight && selectedWeight.from === from && selectedWeight.to === to;
    if (view.reduced) {
      const g = dW?.[from]?.[to];
      if (g !== 0) canvas.arrow(route, -1, layout.detailed ? 6 : 4, gradientToken(g), 0.55);
      continue;
    }
    if (travel <= 0 || travel >= 1) continue;
    if (travel < 0.7) {
      const halfway = selected ? 0.5 - 18 / Math.max(60, length) : 0.5; // before the × mark
      const along = halfway * easeTravel(travel / 0.7);
      const value = h?.[from];
      const size = isNumber(value) ? Math.sqrt(clamp(Math.abs(value) / activation)) : 0.6;
      const errorSize = isNumber(dz?.[to]) ? Math.sqrt(clamp(Math.abs(dz[to]) / (error || 1)) * factor) : 0.6;
      const scale = selected ? 1.35 : 1;
      for (let i = 2; i >= 0; i--) {
        const r = (layout.detailed ? 1.6 + 3.4 * size : 1 + 1.8 * size) * scale;
        if (value !== 0 && h)
          canvas.dot(
            ...pointAt(route, Math.max(0, along - i * 0.035)),
            r * (1 - i * 0.22),
            valueToken(value),
            [0.95, 0.4, 0.18][i],
          );
      }
      if (dz && dz[to] !== 0)
        drawChevrons(
          canvas,
          route,
          1 - along,
          ((layout.detailed ? 2 : 1.5) + (layout.detailed ? 4.4 : 2.4) * errorSize) * scale,
          gradientToken(dz[to]),
        );
    } else {
      const half = 0.5 * easeOut((travel - 0.7) / 0.3);
      const g = dW?.[from]?.[to];
      if (g === 0 || g === undefined) continue;
      const share = isNumber(g) ? Math.abs(g) / (gradient || 1) : 1;
      const width = 0.4 + (layout.detailed ? 5.2 : layout.phone ? 3.2 : 2.6) * factor * share;
      canvas.line(
        curveSection(route, 0.5 - half, 0.5 + half),
        width,
        gradientToken(g),
        0.2 + 0.68 * factor * (0.35 + 0.65 * share),
      );
    }
  }
}

/** The update: the outline of a bar is the gradient, its filled part what is added, in the colour of that change. */
function drawUpdateBars(canvas, scene) {
  const { records, view, layout } = scene;
  if (!records.update) return;
  const phases = updateTimes(operationProgress(view));
  const { grown, shrunk } = phases;
  const faded = view.playing ? phases.faded : 0; // while the update is read, the bars stay
  if (faded >= 1 || grown <= 0) return;
  const selectedWeight = view.selection?.kind === "weight" ? view.selection : null;
  for (let k = 1; k <= records.layers; k++) {
    const dW = records.batch(`dW${k}`);
    const added = records.update[`W${k}`];
    const largest = records.measures[k].gradient;
    if (!dW || !added) continue;
    const smallest = layout.tight || records.dense ? records.largestFrom(k) : 0;
    const scale = layout.detailed ? 1 : 0.5;
    for (const { from, to, route, length } of activeEdges(scene, k)) {
      const g = dW[from][to];
      const u = added[from][to];
      if (!isNumber(g) || !isNumber(u) || (g === 0 && u === 0) || Math.abs(g) < smallest) continue;
      const middle = updateBarPosition(layout, k, from, to);
      const gradientLength = Math.min(updateBarLength(g, largest) * scale, length * 0.8);
      const ratio = g === 0 ? 0 : Math.abs(u / g);
      const updateLength = Math.min(gradientLength * (1 + (ratio - 1) * shrunk), length * 0.9);
      const selected =
        selectedWeight && selectedWeight.layer === k && selectedWeight.from === from && selectedWeight.to === to;
      const centred = (size) =>
        curveSection(route, clamp(middle - size / length / 2), clamp(middle + size / length / 2));
      canvas.updateBar(
        {
          gradient: gradientLength > 0 ? centred(gradientLength * grown) : null,
          update: gradientLength > 0 ? centred(Math.max(0.5, updateLength * grown)) : null,
          clipped: records.clip < 1 && gradientLength > 0 ? centred(gradientLength * records.clip) : null,
          at: pointAt(route, middle),
          scale,
          exceeds: ratio > 1.0001,
        },
        gradientToken(g),
        valueToken(u),
        selected,
      );
    }
  }
  if (faded > 0) canvas.fade(1 - faded);
}

/** An isolated unit's edges carry three still marks each: dots in, chevrons out. */
function drawUnitEdges(canvas, scene, { layer, unit }) {
  const { records, status } = scene;
  if (layer > 0 && status(`z${layer}`) > 0) {
    const h = records.values(records.layerOutputs[layer - 1]);
    const W = records.parameters[`W${layer}`];
    for (const { from, to, route } of activeEdges(scene, layer)) {
      const product = to === unit ? multiply(W[from][to], h?.[from]) : null;
      if (product === null) continue;
      const many = layer === 1 && scene.layout.inputs; // then smaller, so that they leave each other room
      const size =
        (many ? 0.55 : 1) * (1.6 + 6 * Math.sqrt(Math.abs(product) / (records.measures[layer].forward || 1)));
      for (let i = 0; i < 3; i++)
        canvas.dot(...pointAt(route, 0.5 + i * 0.055), size * [0.6, 0.8, 1][i], valueToken(product), [0.25, 0.5, 1][i]);
    }
  }
  const next = layer + 1;
  if (next > records.layers || status(`dz${next}`) < 1) return;
  const dz = records.values(`dz${next}`);
  const W = records.parameters[`W${next}`];
  for (const { from, to, route } of activeEdges(scene, next)) {
    const product = from === unit ? multiply(W[from][to], dz?.[to]) : null;
    if (product === null || product === 0) continue;
    const size = 3 + 4.5 * Math.sqrt(Math.abs(product) / (records.measures[next].backward || 1));
    for (let i = 0; i < 3; i++) {
      const along = 0.5 - i * 0.055;
      canvas.chevron(
        ...pointAt(route, along),
        angleAt(route, along),
        size * [0.6, 0.8, 1][i],
        gradientToken(product),
        [0.3, 0.6, 1][i],
      );
    }
  }
}

/** Whole steps: dots behind the front, chevrons before it, each as dense and fast as its product is large. */
function drawSweep(canvas, scene) {
  const { records, view, layout, edges } = scene;
  const { x, backward } = view.sweepFront;
  const phase = view.sweepFront.phase ?? (backward ? 1 - x / 2 : x / 2);
  const start = layout.columns[0];
  const at = start + x * (layout.loss.x - start);
  const total = edges.reduce((sum, list) => sum + (list?.length ?? 0), 0);
  const threshold = total > 700 ? 0.45 : total > 300 ? 0.2 : 0.05;
  for (let k = 1; k <= records.layers; k++) {
    const W = records.parameters[`W${k}`];
    const h = records.values(records.layerOutputs[k - 1]);
    const dz = records.values(`dz${k}`);
    const { forward, backward: largest, factor } = records.measures[k];
    for (const { from, to, route } of activeEdges(scene, k)) {
      const v = multiply(W[from][to], h?.[from]);
      const g = multiply(W[from][to], dz?.[to]);
      const forwardSize = v === null ? 0 : Math.sqrt(Math.abs(v) / (forward || 1));
      const backwardSize = g === null ? 0 : Math.sqrt(Math.abs(g) / (largest || 1)) * factor;
      const count = Math.max(layout.detailed ? 4 : 3, Math.round((route.x2 - route.x1) / 24));
      const phaseOffset = ((to * 7 + from * 3) % 10) / 10;
      if (route.x1 < at && forwardSize > threshold) {
        const shift = phaseOffset + phase * (1 + Math.round(5 * forwardSize));
        for (let i = 0; i < count; i++) {
          const along = (i + (shift % 1)) / count;
          const [px, py] = pointAt(route, along);
          const distance = (at - px) / layout.width;
          if (distance < 0) continue;
          const fade = backward ? clamp(1 - distance * 1.7, 0.12, 1) : clamp(1 - distance * 1.1, 0.3, 1);
          const alpha = (0.15 + 0.75 * forwardSize) * fade;
          canvas.dash(
            route,
            Math.max(0, along - 0.022 - 0.03 * forwardSize),
            along,
            1 + 3.4 * forwardSize,
            valueToken(v),
            alpha * 0.45,
          );
          canvas.dot(px, py, 0.9 + (layout.detailed ? 3.6 : 2.2) * forwardSize, valueToken(v), alpha);
        }
      }
      if (route.x2 > at && backwardSize > threshold * factor) {
        const shift = phaseOffset + 1 - phase * (1 + Math.round(5 * backwardSize));
        for (let i = 0; i < count; i++) {
          const along = (i + (((shift % 1) + 1) % 1)) / count;
          const [px, py] = pointAt(route, along);
          const distance = (px - at) / layout.width;
          if (distance < 0) continue;
          const fade = backward ? clamp(1 - distance * 1.1, 0.3, 1) : clamp(1 - distance * 1.7, 0.12, 1);
          canvas.chevron(
            px,
            py,
            angleAt(route, along),
            1.2 + (layout.detailed ? 4 : 2.4) * backwardSize,
            gradientToken(g),
            (0.15 + 0.7 * backwardSize) * fade,
          );
        }
      }
    }
  }
  canvas.front(at, layout.top - 4, layout.bottom, backward);
}
