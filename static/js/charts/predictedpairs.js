// True and predicted numbers of a regression's samples: which are numbers, where they lie, and which is next. Pure.

import { isNumber } from "../format/math.js";
import { niceStep } from "./scale.js";

/**
 * @typedef {{truth: number[], predicted: (number|null)[], train: number[], test: number[], lost: number}} Pairs
 *   by sample; `train` and `test` list the samples whose prediction is a number, `lost` counts the others
 */

/** Of the first output. @param {{targets: number[][], train: number}} samples @param {(number|null)[][]} outputs @returns {Pairs} */
export function pairsOf({ targets, train }, outputs) {
  const truth = targets.map(([v]) => v);
  const predicted = outputs.map(([v]) => v);
  const known = [...predicted.keys()].filter((i) => isNumber(predicted[i]));
  return {
    truth,
    predicted,
    train: known.filter((i) => i < train),
    test: known.filter((i) => i >= train),
    lost: predicted.length - known.length,
  };
}

/** One range for both axes: that of the truth, and of the predictions as far as half of it beyond. @param {Pairs} pairs */
export function rangeOf({ truth, predicted }) {
  let [low, high] = [Math.min(...truth), Math.max(...truth)];
  const span = high - low || Math.abs(high) || 1;
  const [least, most] = [low - span / 2, high + span / 2];
  for (const v of predicted) {
    if (!isNumber(v)) continue;
    low = Math.min(low, Math.max(v, least));
    high = Math.max(high, Math.min(v, most));
  }
  const room = (high - low || span) * 0.04;
  return [low - room, high + room];
}

/** Round numbers between low and high. @param {number} low @param {number} high @param {number} count about so many */
export function ticksOf(low, high, count) {
  const step = niceStep((high - low) / Math.max(1, count));
  const found = [];
  for (let v = Math.ceil(low / step) * step; v <= high; v += step) found.push(Number(v.toPrecision(12)));
  return found;
}

/** The sample nearest to a place, -1 where none is within reach; points beyond the range lie on its edge. @param {Pairs} pairs */
export function nearestPoint({ truth, predicted, train, test }, X, Y, x, y, reach) {
  let best = -1;
  let least = reach * reach;
  for (const i of [...train, ...test]) {
    const away = (X(truth[i]) - x) ** 2 + (Y(predicted[i]) - y) ** 2;
    if (away <= least) [best, least] = [i, away];
  }
  return best;
}

/** The sample with the next larger (or smaller) value; from none the smallest. @param {(number|null)[]} values @param {number} index */
export function nextPoint(values, index, by) {
  const order = [...values.keys()].filter((i) => isNumber(values[i])).sort((a, b) => values[a] - values[b] || a - b);
  const at = order.indexOf(index);
  return order[at < 0 ? 0 : Math.max(0, Math.min(order.length - 1, at + by))] ?? -1;
}
