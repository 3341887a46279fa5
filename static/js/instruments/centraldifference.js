// The central difference of one weight or bias: names, texts, the axis of h, and what a check of all parameters found.
// Pure.

import { clamp, isNumber } from "../format/math.js";
import { format, subscript, superscript } from "../format/numbers.js";
import { weightName } from "../run/records.js";
export const CURVE_HALF_WIDTH = 1.5; // how far the loss is drawn to each side
export const INITIAL_STEP = 0.5;
const TOLERANCE = 1e-6; // relative error of one entry
const MIN_DIVISOR = 1e-7; // the server never divides a difference by less
const ROUNDING = 1e-9; // of a loss of size 1: a difference below this is rounding, however small the gradient
const AXIS = { left: 26, right: 8 };

// ------------------------------------------------------------------ names

/** "w" or "b": the letter it has in a formula. */
export const parameterLetter = ({ kind }) => (kind === "bias" ? "b" : "w");

/** "Weight 3 → 1, layer 2" or "Bias of unit 3, layer 2". */
export const parameterTitle = ({ kind, layer, from, to, unit }) =>
  kind === "bias" ? `Bias of unit ${unit + 1}, layer ${layer}` : `Weight ${from + 1} → ${to + 1}, layer ${layer}`;

/** "w²₃₁" or "b²₃". */
export const parameterName = ({ kind, layer, from, to, unit }) =>
  kind === "bias" ? `b${superscript(layer)}${subscript(unit + 1)}` : weightName(layer, from, to);

/** As the server calls it. @returns {{parameter: string, index: number[]}} */
export const parameterIndex = ({ kind, layer, from, to, unit }) =>
  kind === "bias" ? { parameter: `b${layer}`, index: [unit] } : { parameter: `W${layer}`, index: [from, to] };

/** The selection of a parameter; null for batch norm's parameters, which the graph does not show. @returns {any} */
export function selectionOf(parameter, index) {
  const layer = Number(parameter.slice(1));
  if (parameter[0] === "W") return { kind: "weight", layer, from: index[0], to: index[1] };
  return /^b\d/.test(parameter) ? { kind: "bias", layer, unit: index[0] } : null;
}

export const refOf = (parameter, index) => `${parameter}[${index.join("][")}]`;

/** "W2[2][0]" or "b2[2]". */
export function serverName(selection) {
  const { parameter, index } = parameterIndex(selection);
  return refOf(parameter, index);
}

// ------------------------------------------------------------------ the secant

/** Two runs at a time between two distances: the last secant turns into the new one. @param {any} from null: nothing to turn from */
export function interpolateRuns(from, to, t) {
  if (!from || t >= 1) return to;
  const mix = (key) => (isNumber(from[key]) && isNumber(to[key]) ? from[key] + (to[key] - from[key]) * t : to[key]);
  return {
    ...to,
    h: mix("h"),
    secant: mix("secant"),
    loss_below: mix("loss_below"),
    loss_above: mix("loss_above"),
  };
}

// ------------------------------------------------------------------ all parameters at once

/** Radius of a ring: 1.4 px at 10⁻¹², 5.6 px from 10⁻⁸ on. */
export const ringRadius = (error) => (error > 0 ? clamp(1.4 + (Math.log10(error) + 12) * 1.05, 1.4, 5.6) : 1.4);

/** Whether an entry disagrees by more than rounding can explain. */
export const fails = (error, gradient, loss = 1) =>
  !isNumber(error) ||
  (error > TOLERANCE &&
    error * Math.max(MIN_DIVISOR, Math.abs(gradient ?? 1)) > ROUNDING * Math.max(1, Math.abs(loss ?? 1)));

/** Whether an entry has no error because its pass lies at a kink of an activation, where a difference is no derivative. */
export const atKink = (error, data) => error === null && data.finite !== false;

/** What the check found: how many entries are compared, how many of them fail, and how many lie at a kink. */
export function countFailures({ data, loss }, gradientOf) {
  let count = 0;
  let failed = 0;
  let kinks = 0;
  const visit = (error, gradient) => {
    if (Array.isArray(error)) {
      error.forEach((item, i) => {
        visit(item, gradient?.[i]);
      });
      return;
    }
    if (atKink(error, data)) {
      kinks++;
      return;
    }
    count++;
    if (fails(error, gradient, loss)) failed++;
  };
  for (const [name, errors] of Object.entries(data.parameters)) visit(errors, gradientOf(`d${name}`));
  return { count, failed, kinks };
}

// ------------------------------------------------------------------ the axis of h

/** Where 10^e stands on it, in pixels. */
export const stepPosition = (e, width) => AXIS.left + ((e + 14) / 14) * (width - AXIS.left - AXIS.right);
/** Where the slider lies over it. */
export const stepTrack = (width, thumb) => ({
  left: AXIS.left - thumb / 2,
  width: width - AXIS.left - AXIS.right + thumb,
});
/** Its two ends, in pixels. */
export const stepEnds = (width) => [AXIS.left, width - AXIS.right];

// ------------------------------------------------------------------ numbers

/** 10⁻⁵, and 1 for 10⁰. */
export const power = (e) => (e === 0 ? "1" : `10${superscript(e)}`);

/** h as its slider says it: 0.5, 10⁻⁵, 3.2·10⁻⁷. */
export function stepText(h) {
  const e = Math.log10(h);
  if (Math.abs(e - Math.round(e)) < 1e-9 && e < -2) return power(Math.round(e));
  return h >= 0.01 ? String(Number(h.toPrecision(2))) : format(h);
}

/** Four digits, whatever the size: 0.2191, −0.002995, 1.234·10⁻⁶. */
export function fourDigits(v) {
  if (!isNumber(v)) return "not finite";
  if (v === 0) return "0";
  const [mantissa, exponent] = Math.abs(v).toExponential(3).split("e");
  const sign = v < 0 ? "−" : "";
  const e = Number(exponent);
  return sign + (e < -4 || e > 4 ? `${mantissa}·10${superscript(e)}` : Math.abs(v).toFixed(Math.max(0, 3 - e)));
}

/** 11.7 %, 4.0·10⁻⁹. */
export const errorText = (error) =>
  !isNumber(error) ? "not finite" : error >= 1e-3 ? `${format(error * 100, 1)} %` : format(error);
