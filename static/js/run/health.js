// The health of a layer and of a whole network as a glyph and a few words, and the numbers behind it. Pure.

import { format, superscript, thousands } from "../format/numbers.js";

export const GLYPHS = {
  healthy: "✓",
  vanishing: "▾",
  exploding: "▴",
  too_fast: "▴",
  dead: "◌",
  no_gradient: "○",
  saturated: "◐",
  not_finite: "✕",
  overfits: "≠",
  guessing: "≈",
  batch_of_one: "◌",
};

/**
 * A layer's health in words, with its glyph. Where the network only guesses, a layer that has its gradient is not called
 * healthy: something is wrong that this layer doesn't show.
 * @param {{status: string, units: number, dead: number, saturated: number}} health @param {boolean} [guessing]
 */
export function healthWords({ status, units, dead, saturated }, guessing = false) {
  if (guessing && status === "healthy") return "· has a gradient";
  const words = {
    dead: `${dead} of ${units} dead`,
    saturated: `${saturated} of ${units} saturated`,
    not_finite: "not finite",
    no_gradient: "no gradient",
  };
  return `${GLYPHS[status] ?? "·"} ${words[status] ?? status}`;
}

/**
 * A whole network's, its units counted over all hidden layers. A start that was judged ill is named where nothing else is.
 * @param {{status: string, layers: any[], learning?: string|null}} health @param {{status: string}|null} [start] its layer profile before the first step
 * @returns {{words: string, ill: boolean, well?: boolean}}
 */
export function networkWords({ status, layers, learning }, start) {
  const hidden = layers.slice(0, -1);
  const sum = (of) => hidden.reduce((all, layer) => all + of(layer), 0);
  const units = sum((layer) => layer.units);
  const dead = sum((layer) => layer.dead);
  const flat = sum((layer) => (layer.flat ? layer.units : 0));
  const wordsFor = (name) => healthWords({ status: name, units, dead, saturated: sum((layer) => layer.saturated) });
  if (flat) return { words: `${GLYPHS.dead} ${flat} of ${units} without a slope`, ill: true };
  const grave = /^(saturated|no_gradient|exploding|not_finite)$/.test(status);
  if (dead && !grave) return { words: wordsFor("dead"), ill: status === "dead" || dead > units / 4 };
  if (status !== "healthy") return { words: wordsFor(status), ill: true };
  if (learning === "guessing") return { words: `${GLYPHS.guessing} guessing`, ill: true };
  if (start && /vanishing|exploding/.test(start.status))
    return { words: `${wordsFor(start.status)} at the start`, ill: true };
  return { words: wordsFor("healthy"), ill: false, well: true };
}

/**
 * The number behind a layer's verdict, in words. @param {any} health of the layer @param {{norm: number|null}} last the output layer's
 */
export function evidence({ status, layer, norm, units, dead, dead_at_start: atStart, saturated, flat }, last) {
  const W = `∂W${superscript(layer)}`;
  const times = (a, b) => (a > 0 && b > 0 ? thousands(format(a / b, 0)) : "∞");
  const words = {
    no_gradient: `every entry of ${W} is 0${flat ? ": the slope of a step is 0 everywhere" : ""}`,
    dead: `${dead} of ${units} units have slope 0 on every training sample${atStart ? `, ${atStart} of them from the start` : ""}`,
    saturated: `${saturated} of ${units} units sit at an end of their range on over 90 % of the training samples`,
    vanishing: `‖${W}‖ = ${format(norm)} is 1/${times(last.norm, norm)} of the output layer’s`,
    exploding: `‖${W}‖ = ${format(norm)}, the output layer’s is ${format(last.norm)}`,
    not_finite: `an entry of ${W}, a weight or an activation is not a finite number`,
  };
  return words[status] ?? `‖${W}‖ = ${format(norm)}`;
}

/** "50 %", "the mean of the targets": what the best constant prediction is. @param {any} samples of the run */
export function constantAnswer(samples) {
  if (!samples) return "the best constant";
  const { task, targets, train } = samples;
  if (task === "regression") return "the mean of the targets";
  if (task === "multiclass") return "the classes’ shares";
  const ones = targets.slice(0, train).reduce((sum, [y]) => sum + y, 0);
  return `${Math.round((100 * ones) / train)} %`;
}
