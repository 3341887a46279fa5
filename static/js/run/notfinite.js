// Why a step is not finite: the first record that is not, what led there, and what usually helps, in words. Pure.

import { isNumber } from "../format/math.js";
import { capital, count, format, many, subscript, thousands } from "../format/numbers.js";
import { networkOf, settingAt, stemOf } from "./records.js";

/**
 * Why a step is not finite, in plain words: the first record that was not, what led there, and what usually helps.
 * @returns {null | {kind: string, grown?: boolean, record: string, step: number, title: string, text: string,
 *   helps: {label: string, change: Record<string, any>}[]}}
 */
export function cause(view) {
  const step = view.step;
  if (step?.finite !== false) return null;
  const first = step.tape.find((record) => record.finite === false);
  if (!first) return null;
  if (first.name === "x") return missingInput(view, first);
  const rate = step.learning_rate;
  const grown = growthText(view);
  const nan = onlyNan(first);
  const title = grown
    ? "The steps were too long: each one made the loss larger"
    : nan
      ? "A number became NaN"
      : "Overflow: a number grew too large for float64";
  return {
    kind: nan && !grown ? "undefined" : "overflow",
    grown: Boolean(grown),
    record: first.name,
    step: step.step,
    title,
    text: [grown, overflowText(view)].filter(Boolean).join(" "),
    helps: helpsFor(rate, view),
  };
}

/** What a record holds that is no number: "∞", "−∞" or "NaN", as the record itself says. @param {any} record */
export function notFiniteText(record) {
  const lost = record?.not_finite;
  if (!lost || lost.nan) return "NaN";
  return lost["+inf"] ? "∞" : lost["-inf"] ? "−∞" : "NaN";
}

/**
 * A loss that is null: of outputs that are numbers it can only have passed the largest one; of others, what its record says.
 * @param {any} record of the batch's loss @param {any} outputs of the sample that it is the loss of
 */
export const lossText = (record, outputs) => (outputs?.length && outputs.every(isNumber) ? "∞" : notFiniteText(record));

const onlyNan = ({ not_finite: lostOnes }) => (lostOnes?.nan ?? 0) > 0 && !(lostOnes?.["+inf"] || lostOnes?.["-inf"]);

/** "In step 9, a sum of the output passed the largest number there is, 1.8·10³⁰⁸." */
export function overflowText(view) {
  const first = view.step.tape.find((record) => record.finite === false);
  const how = onlyNan(first) ? "is NaN" : "passed the largest number there is, 1.8·10³⁰⁸";
  return `In step ${thousands(view.step.step)}, ${placeText(first, view)} ${how}.`;
}

function helpsFor(rate, view) {
  const helps = [];
  if (rate > 0)
    helps.push({ label: `Lower the learning rate to ${format(rate / 10, 2)}`, change: { learning_rate: rate / 10 } });
  if (!settingAt(view, "clip_norm")) helps.push({ label: "Clip the gradient at 1", change: { clip_norm: 1 } });
  return helps;
}

function missingInput(view, record) {
  const at = view.step.batch.inputs.findIndex((row) => row.some((v) => v === null));
  const row = view.step.batch.indices[at];
  const column = view.step.batch.inputs[at]?.indexOf(null) ?? -1;
  const name = view.samples?.features?.[column] ?? (column < 0 ? "" : `x${subscript(column + 1)}`);
  const others =
    record.not_finite?.nan > 1 ? ` ${capital(count(record.not_finite.nan))} numbers are missing in this batch.` : "";
  const title = at < 0 ? "An input is not a number" : `Sample ${row} has no ${name}`;
  return {
    kind: "missing",
    record: "x",
    step: view.step.step,
    title,
    text: `The missing value enters every sum of layer 1. Whatever is computed from a NaN is NaN too, up to the loss and all the way back.${others}`,
    helps: [{ label: "Leave the rows with gaps out", change: {} }],
  };
}

/** The recorded losses where they rise without a break up to the end: from what, in which step, to what, in which. */
export function lossRise(view) {
  const { loss = [], steps: at = [] } = view.series ?? {};
  const finite = [...loss.keys()].filter((i) => isNumber(loss[i]));
  let begin = finite.length - 1;
  while (begin > 0 && loss[finite[begin - 1]] < loss[finite[begin]]) begin--;
  if (finite.length - begin < 2) return null;
  const [i, j] = [finite[begin], finite[finite.length - 1]];
  return loss[j] > 10 * loss[i] ? { from: loss[i], first: at[i], to: loss[j], last: at[j] } : null;
}

/** "At learning rate 3 the loss went from 1.26 to 8.0·10⁶⁴ in 4 steps …" where the recorded losses rise without a break. */
function growthText(view) {
  const grown = lossRise(view);
  if (!grown) return "";
  const { from, first, to, last } = grown;
  const turned = (view.changes ?? []).some((c) => c.field === "learning_rate" && c.step > first);
  const whose = turned ? "The loss" : `At learning rate ${format(view.step.learning_rate, 2)} the loss`;
  const times = format((to / from) ** (1 / (last - first)), 1);
  return `${whose} went from ${format(from)} to ${format(to)} in ${many(last - first, "step")}, on average ${times} times as much after each.`;
}

/** "dW2" → "the gradient of the weights of layer 2". */
function placeText(record, view) {
  const stem = stemOf(record.name);
  const k = record.layer;
  const layer = k === null || k === undefined ? "" : view && k === networkOf(view).last ? "the output" : `layer ${k}`;
  return PLACES[stem]?.(layer) ?? record.name;
}

const PLACES = {
  x: () => "an input",
  z: (layer) => `a sum of ${layer}`,
  n: (layer) => `a scaled sum of ${layer}`,
  a: (layer) => `an activation of ${layer}`,
  d: (layer) => `an activation of ${layer} after dropout`,
  L: () => "the loss",
  dz: (layer) => `the error at a sum of ${layer}`,
  dn: (layer) => `the error at a scaled sum of ${layer}`,
  da: (layer) => `the error at an activation of ${layer}`,
  dd: (layer) => `the error at an activation of ${layer} after dropout`,
  dW: (layer) => `the gradient of a weight into ${layer}`,
  db: (layer) => `the gradient of a bias of ${layer}`,
  dgamma: (layer) => `the gradient of a scale γ of ${layer}`,
  dbeta: (layer) => `the gradient of a shift β of ${layer}`,
  update: () => "the change of a parameter",
};
