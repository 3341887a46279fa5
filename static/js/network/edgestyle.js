// How an edge looks: colour source, width, opacity and halo, as a function of the scene.

import { isNumber } from "../format/math.js";
import { isWeight } from "../run/view.js";
import { targetTime } from "./flow.js";

/**
 * @typedef {{showsGradient: boolean, width: number, opacity: number, dash: string|null, halo: number, unbroken: boolean,
 *   notFinite: boolean, chevrons: boolean, affected: boolean}} EdgeStyle
 * showsGradient: no longer the weight; halo: width of the paper-coloured stroke below; unbroken: that stroke runs all along
 */

/**
 * Writes how one edge looks into `style`, so that a frame allocates nothing.
 * @param {EdgeStyle} style @param {object} scene @param {{from: number, to: number}} edge of layer k
 * @param {object} state of its layer @param {number|null} w the weight now @param {number|null|undefined} g its recorded gradient
 */
export function edgeStyle(style, scene, k, edge, state, w, g) {
  const { layout, view } = scene;
  const { sum, grad, t, errorReturning, phase, flowing, unit, hovered } = state;
  const measure = scene.records.measures[k];
  const maxWidth = layout.detailed ? 5.2 : layout.phone ? 3.2 : 2.6;
  const weightShare = measure.weight > 0 && isNumber(w) ? Math.abs(w) / measure.weight : 0;
  const gradientShare = measure.gradient > 0 && isNumber(g) ? Math.abs(g) / measure.gradient : 0;
  const forward = phase === "forward" || phase === "loss";
  const gradientKnown = grad >= 1 || (grad > 0 && targetTime(t, edge.to, layout.widths[k]) >= 1);
  const showsGradient = !flowing && phase === "backward" && gradientKnown && g !== undefined;
  style.halo = 0;
  style.dash = null;
  style.notFinite = style.chevrons = style.affected = style.unbroken = style.showsGradient = false;

  if (scene.dropped(k - 1, edge.from) || scene.dropped(k, edge.to)) {
    style.width = 0.8;
    style.opacity = unit || hovered ? 0.4 : 1;
    style.dash = "1 5";
    return;
  }
  style.showsGradient = showsGradient;
  style.width = showsGradient
    ? 0.4 + maxWidth * measure.factor * gradientShare
    : 0.5 + maxWidth * Math.min(weightShare, 1.4);
  if (!isNumber(w) || (showsGradient && !isNumber(g))) {
    style.notFinite = true;
    style.width = style.halo = layout.detailed ? 3 : 2;
    style.opacity = 1;
    style.dash = "3.5 4.5";
    return;
  }
  const zero = showsGradient ? g === 0 : w === 0;
  if (zero) {
    style.width = 0.9;
    style.dash = "1 4";
    style.opacity = layout.detailed ? 1 : 0.5;
  } else if (!view.step) {
    // nothing is "not reached yet" before the first step
    style.opacity = 0.42 * (1 + 0.5 * weightShare);
    if (layout.halo) style.halo = style.width + 3.2;
  } else if (showsGradient) {
    style.opacity = 0.2 + 0.68 * measure.factor * (0.35 + 0.65 * gradientShare);
    style.halo = layout.halo ? style.width + 3.2 : 0;
    style.chevrons = layout.detailed && style.width > 1.5;
  } else if (flowing) style.opacity = (view.sweepFront && !view.reduced ? 0.2 : 0.5) * (1 + 0.5 * weightShare);
  else if (phase === "update")
    style.opacity = isWeight(view.selection, k, edge.from, edge.to) ? 0.6 : 0.22 * (1 + 0.4 * weightShare);
  else if (grad > 0) {
    style.width *= 0.75;
    style.opacity = 0.17;
  } else {
    const live = forward && sum >= 1;
    style.opacity = ((sum > 0 && sum < 1) || errorReturning ? 0.26 : live ? 0.5 : 0.15) * (1 + 0.5 * weightShare);
    if (live && layout.halo) style.halo = style.width + 3.2;
  }
  if (hovered || unit) emphasize(style, layout, k, edge, hovered, unit, zero);
}

/** An edge under the pointer, or a unit's edges, come forward; the others step back. */
function emphasize(style, layout, k, edge, hovered, unit, zero) {
  const affected = hovered
    ? isWeight(hovered, k, edge.from, edge.to)
    : (unit.layer === k && unit.unit === edge.to) || (unit.layer === k - 1 && unit.unit === edge.from);
  style.chevrons = style.chevrons && affected && Boolean(hovered);
  if (affected) {
    style.affected = true;
    if (!zero) style.opacity = Math.max(style.opacity, style.showsGradient ? 0.9 : hovered ? 0.75 : 0.62);
    style.unbroken = Boolean(unit);
    if (unit) style.halo = layout.detailed ? style.width + 4 : 0;
    return;
  }
  style.halo = 0;
  if (hovered) style.opacity *= 0.3;
  else {
    style.width = Math.min(1.2, style.width);
    style.opacity = 0.13;
  }
}
