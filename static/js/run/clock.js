// Playback speeds and clock arithmetic: how long an operation lasts, and where the playhead is after some milliseconds. Pure.

/** Each position of the speed slider: operations a second, then whole steps a second, at last as many as the server computes.
 * @typedef {{ops?: number, steps?: number}} Speed @type {Speed[]} */
export const SPEEDS = [
  ...[0.5, 1, 2, 4, 8, 15, 30, 60].map((ops) => ({ ops })),
  ...[10, 30, 100, 300, 1000, Number.POSITIVE_INFINITY].map((steps) => ({ steps })),
];
export const FASTEST = SPEEDS.length - 1;
/** Operations a second that are shown with reduced motion, at most. */
export const REDUCED_OPS = 2;
/** Steps for which a remedy is tried. */
export const REMEDY_STEPS = 300;
const MAX_STEPS = 100_000; // of one stream
const MIN_SWEEP_PERIOD = 500; // ms there and back; nothing alternates faster
const FAST_SWEEP_PERIOD = 1100;

/** @param {number} index @returns {"operations"|"flow"|"fast"} */
export function modeOfSpeed(index) {
  const { ops } = SPEEDS[index];
  if (ops === undefined) return "fast";
  return ops <= 8 ? "operations" : "flow";
}

/** Milliseconds in which an operation's marks move. @param {number} ops operations a second */
export const movementDuration = (ops) => (ops === 1 ? 900 : Math.min(900, 800 / ops));
/** Milliseconds from one operation to the next: the movement and a short pause. @param {number} ops */
export const operationPeriod = (ops) => 1000 / ops;

/** @param {number} index */
export function speedText(index) {
  const { ops, steps } = SPEEDS[index];
  if (ops !== undefined) return `${ops === 0.5 ? "½" : ops} op/s`;
  return steps === Number.POSITIVE_INFINITY ? "fastest" : `${steps} steps/s`;
}

/** The same for a screen reader. @param {number} index */
export function speedWords(index) {
  const { ops, steps } = SPEEDS[index];
  if (ops !== undefined)
    return `${ops === 0.5 ? "half an operation" : ops === 1 ? "1 operation" : `${ops} operations`} a second`;
  return steps === Number.POSITIVE_INFINITY ? "as fast as the server goes" : `${steps} steps a second`;
}

/**
 * The playhead some time later, within one step. progress runs from 0 to 1 while the operation moves, and on beyond 1 during
 * the pause. `over` is the time left once the last operation is done, else null.
 * @param {{operation: number, progress: number}} at @param {number} elapsed ms @param {number} ops operations a second
 * @param {number} count cells of the step @returns {{operation: number, progress: number, over: number|null}}
 */
export function advance({ operation, progress }, elapsed, ops, count) {
  const whole = operationPeriod(ops) / movementDuration(ops);
  const turns = operation + (progress + elapsed / movementDuration(ops)) / whole;
  if (turns >= count) return { operation: count - 1, progress: 1, over: (turns - count) * operationPeriod(ops) };
  return { operation: Math.floor(turns), progress: (turns - Math.floor(turns)) * whole, over: null };
}

/** Time until the playhead is through the step. @param {{operation: number, progress: number}} at @param {number} ops @param {number} count */
export const remaining = ({ operation, progress }, ops, count) =>
  (count - operation) * operationPeriod(ops) - progress * movementDuration(ops);

/**
 * Flow and fast: where the sweep is, once there and once back; x 0 at the inputs, 1 at the loss.
 * @param {number} elapsed ms since playing began @param {number} index of SPEEDS @param {number} count cells of a step
 */
export function sweepFrontAt(elapsed, index, count) {
  const { ops } = SPEEDS[index];
  const period = ops ? Math.max(MIN_SWEEP_PERIOD, count * operationPeriod(ops)) : FAST_SWEEP_PERIOD;
  const phase = (elapsed % period) / period;
  const backward = phase >= 0.5;
  return { x: backward ? 2 - 2 * phase : 2 * phase, backward, phase };
}

/**
 * At the highest speed: how many steps one request asks for and how often a line comes, from the rate measured so far.
 * @param {number} rate steps a second @param {number} seconds that a request shall last @param {number} lines a second
 */
export function requestSize(rate, seconds = 1.5, lines = 8) {
  const every = Math.max(1, Math.min(20_000, Math.round(rate / lines)));
  return { every, steps: Math.max(every, Math.min(100_000, Math.round((rate * seconds) / every) * every)) };
}

/**
 * At a chosen rate: the body of one long stream, a step and an evaluation for each frame.
 * @param {number} rate steps a second @param {number} frames a second, at most
 */
export function pacedStream(rate, frames) {
  const every = Math.max(1, Math.round(rate / frames));
  return { every, evaluate_every: every, steps: MAX_STEPS - (MAX_STEPS % every), per_second: (2 * rate) / every };
}

/** Milliseconds between two frames while whole steps are played. */
export function frameInterval({ reduced, speed }) {
  if (reduced) return 500;
  if (speed === FASTEST) return 120;
  return SPEEDS[speed].steps > 60 ? 50 : 0;
}
