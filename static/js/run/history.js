// The history of a run in the browser: the last steps in full, and a few numbers of every step for the charts. Pure.

import { isNumber } from "../format/math.js";

const MAX_STEPS = 300;
const MAX_BYTES = 48e6;
const MAX_POINTS = 100_000;

/**
 * @typedef {{step: any, spotlight: any, bytes: number}} Kept
 * @param {{layers: number, maxSteps?: number, maxBytes?: number, maxPoints?: number}} of
 */
export function createHistory({ layers, maxSteps = MAX_STEPS, maxBytes = MAX_BYTES, maxPoints = MAX_POINTS }) {
  /** @type {Map<number, Kept>} */
  const steps = new Map();
  /** @type {Map<number, any>} */
  const evaluations = new Map();
  const series = createSeries(layers, maxPoints);
  let bytes = 0;

  function discardStep(k) {
    bytes -= steps.get(k)?.bytes ?? 0;
    steps.delete(k);
  }
  return {
    series: series.value,
    /** @param {any} step @param {any} spotlight that the step was asked with @param {number} [size] bytes of its line */
    addStep(step, spotlight, size = byteSize(step)) {
      series.addStep(step);
      if (step.tape.some((record) => record.value === undefined && record.mean !== undefined)) return; // a summary
      discardStep(step.step);
      steps.set(step.step, { step, spotlight, bytes: size });
      bytes += size;
      for (const k of steps.keys()) {
        if (steps.size <= maxSteps && bytes <= maxBytes) break;
        if (k !== step.step) discardStep(k);
      }
    },
    addEvaluation(evaluation) {
      series.addEvaluation(evaluation);
      evaluations.delete(evaluation.step);
      evaluations.set(evaluation.step, evaluation);
      for (const k of evaluations.keys()) {
        if (evaluations.size <= maxSteps) break;
        if (k !== 0) evaluations.delete(k);
      }
    },
    /** An evaluation without surfaces, for the charts alone. */
    addChartPoint: series.addEvaluation,
    /** @param {number} k @returns {Kept|undefined} */
    step: (k) => steps.get(k),
    /** The last step up to k that is kept with the values of this sample. */
    stepBefore(k, index) {
      let best = null;
      for (const { step, spotlight } of steps.values())
        if (step.step <= k && step.step > (best?.step ?? 0) && spotlight === index) best = step;
      return best;
    },
    evaluation: (k) => evaluations.get(k),
    /** Those that are kept of steps after k, in their order. @param {number} k */
    evaluationsAfter: (k) => [...evaluations.values()].filter((e) => e.step > k).sort((a, b) => a.step - b.step),
    /** The latest evaluation at or before k. */
    evaluationNear(k) {
      let best;
      for (const e of evaluations.values()) if (e.step <= k && (!best || e.step > best.step)) best = e;
      return best;
    },
    /** Discards everything after step k: the run was rewound there and goes on differently. */
    discardAfter(k) {
      for (const j of [...steps.keys()]) if (j > k) discardStep(j);
      for (const j of [...evaluations.keys()]) if (j > k) evaluations.delete(j);
      series.cutAfter(k);
    },
    get size() {
      return { steps: steps.size, evaluations: evaluations.size, bytes, points: series.value.steps.length };
    },
    steps: () => [...steps.values()].map((entry) => entry.step).sort((a, b) => a.step - b.step),
  };
}

/** Bytes of a step, roughly: what its numbers would take in text. @param {any} value @returns {number} */
function byteSize(value) {
  if (typeof value === "number") return 18;
  if (Array.isArray(value)) return value.reduce((sum, v) => sum + byteSize(v), 2);
  if (value && typeof value === "object")
    return Object.values(value).reduce((/** @type {number} */ sum, v) => sum + 12 + byteSize(v), 2);
  return 8;
}

/**
 * Columns of float64 by step, sorted. Steps have a loss and norms, evaluations train and test loss; what is missing is
 * NaN. Above the limit every second point goes, so that any length of training keeps its shape.
 */
function createSeries(layers, maxPoints) {
  const columns = () => new Float64Array(1024).fill(Number.NaN);
  const store = {
    steps: columns(),
    loss: columns(),
    train: columns(),
    test: columns(),
    dead: columns(),
    norms: Array.from({ length: layers }, columns),
  };
  let length = 0;
  let stride = 1;
  const value = {
    steps: store.steps.subarray(0, 0),
    loss: store.loss.subarray(0, 0),
    train: store.train.subarray(0, 0),
    test: store.test.subarray(0, 0),
    /** units that answer 0 to the whole training set */
    dead: store.dead.subarray(0, 0),
    norms: store.norms.map((c) => c.subarray(0, 0)),
    /** grows with every change, so that a chart knows whether to draw */
    version: 0,
  };
  const names = /** @type {const} */ (["steps", "loss", "train", "test", "dead"]);

  function publish() {
    for (const name of names) value[name] = store[name].subarray(0, length);
    value.norms = store.norms.map((c) => c.subarray(0, length));
    value.version++;
  }
  const each = (change) => {
    for (const name of names) store[name] = change(store[name]);
    store.norms = store.norms.map(change);
  };
  /** The row of step k, made where there is none; -1 where this step is thinned out. */
  function rowOf(k, always) {
    let i = length;
    while (i > 0 && store.steps[i - 1] > k) i--;
    if (i > 0 && store.steps[i - 1] === k) return i - 1;
    if (!always && k % stride) return -1;
    if (length === maxPoints) {
      thin();
      return rowOf(k, always);
    }
    if (length === store.steps.length)
      each((column) => {
        const longer = new Float64Array(Math.min(maxPoints, column.length * 2)).fill(Number.NaN);
        longer.set(column);
        return longer;
      });
    if (i < length) each((column) => column.copyWithin(i + 1, i, length));
    each((column) => {
      column[i] = Number.NaN;
      return column;
    });
    store.steps[i] = k;
    length++;
    return i;
  }
  function thin() {
    stride *= 2;
    let to = 0;
    for (let from = 0; from < length; from++) {
      if (from % 2 && from !== length - 1) continue;
      for (const name of names) store[name][to] = store[name][from];
      for (const column of store.norms) column[to] = column[from];
      to++;
    }
    length = to;
    each((column) => column.fill(Number.NaN, length));
  }
  return {
    value,
    addStep(step) {
      const i = rowOf(step.step, false);
      if (i < 0) return;
      for (const record of step.tape) {
        if (record.name === "L") store.loss[i] = lossOf(record);
        const match = /^dW(\d+)$/.exec(record.name);
        if (match) store.norms[Number(match[1]) - 1][i] = record.norm ?? Number.NaN;
      }
      publish();
    },
    addEvaluation(evaluation) {
      const i = rowOf(evaluation.step, true);
      store.train[i] = evaluation.train_loss ?? Number.NaN;
      store.test[i] = evaluation.test_loss ?? Number.NaN;
      const layers = evaluation.health?.layers;
      store.dead[i] = layers ? layers.reduce((sum, layer) => sum + layer.dead, 0) : Number.NaN;
      publish();
    },
    cutAfter(k) {
      while (length > 0 && store.steps[length - 1] > k) length--;
      each((column) => column.fill(Number.NaN, length));
      publish();
    },
  };
}

/** A summary has the loss's mean where the full record has its value. */
const lossOf = (record) => {
  const value = record.value ?? record.mean;
  return typeof value === "number" ? value : Number.NaN;
};

export const READABLE = 1e5;

/** Where the last step lies whose loss and gradient have sizes that one can read: at `from`, or between it and `to`, the
 * next one that is known to have none. `from` is null where no such step is known, `to` where no later one is.
 * @param {{steps: ArrayLike<number>, loss: ArrayLike<number|null|undefined>, norms: ArrayLike<number|null|undefined>[]}} series @returns {{from: number|null, to: number|null}} */
export function readableUpTo({ steps, loss, norms }) {
  let to = null;
  for (let i = steps.length - 1; i >= 0; i--) {
    const sizes = [loss[i], ...norms.map((layer) => layer[i])];
    if (sizes.every((size) => isNumber(size) && size < READABLE)) return { from: steps[i], to };
    if (to === null || sizes.some(isNumber)) to = steps[i]; // else only an evaluation came of it
  }
  return { from: null, to };
}

/** The last steps of a run as rows: step, loss, size of the gradient (root of the sum of the layers' squares). A row
 * with nothing but an evaluation has no gradient, and the loss of the whole training set. An earlier step that is named
 * comes first, in the place of the earliest.
 * @param {{steps: ArrayLike<number>, loss: ArrayLike<number|null|undefined>, train: ArrayLike<number|null|undefined>, norms: ArrayLike<number|null|undefined>[]}} series */
export function lastSteps(series, count = 5, earlier = null) {
  const rows = [];
  for (let i = series.steps.length - 1; i >= 0 && rows.length < count; i--) {
    const norms = series.norms.map((layer) => layer[i]);
    const gradient = norms.every(isNumber) ? Math.hypot(.../** @type {number[]} */ (norms)) : null;
    const evaluated = !isNumber(series.loss[i]) && gradient === null && isNumber(series.train[i]);
    const known = evaluated || isNumber(series.loss[i]) || gradient !== null;
    if (!known && i < series.steps.length - 1) continue;
    if (earlier !== null && rows.length === count - 1 && series.steps[i] > earlier) continue;
    rows.unshift({ step: series.steps[i], loss: evaluated ? series.train[i] : series.loss[i], gradient, evaluated });
  }
  return rows;
}
