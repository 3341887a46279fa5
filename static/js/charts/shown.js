// What of a run's series belongs to the step that the page shows. Pure.

import { isComputed } from "../run/records.js";
import { shownEvaluation, showsOperations } from "../run/values.js";

/**
 * Of a step that is not shown yet (it is read ahead while the one before it plays) nothing is drawn; where somebody walked
 * back, what came later is drawn, and stands behind the shown step.
 * @param {any} view @param {number} k the last step whose numbers the page shows
 * @returns {{length: number, at: number, isBack: boolean}} how many rows are drawn, and which of them is the shown one; -1
 *   where none is
 */
export function shownRows({ series, step, lastStep, playing, ...view }, k) {
  const at = rowUpTo(series.steps, k);
  const walkedBack = lastStep > (step?.step ?? 0) + 1 && (!playing || showsOperations({ ...view, step }));
  const isBack = walkedBack && at < series.steps.length - 1;
  return { length: isBack ? series.steps.length : at + 1, at, isBack };
}

/** The step after which tiles and plane are shown. */
export const evaluatedStep = (view) => shownEvaluation(view)?.step ?? Number.POSITIVE_INFINITY;

/** The last step whose gradients are computed at the playhead. */
export function gradientStep(view) {
  if (!view.step) return 0;
  return isComputed(view, "dW1") ? view.step.step : view.step.step - 1;
}

/** The last row up to step k. @param {ArrayLike<number>} steps ascending @param {number} k */
function rowUpTo(steps, k) {
  let low = -1;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle] <= k) low = middle;
    else high = middle - 1;
  }
  return low;
}
