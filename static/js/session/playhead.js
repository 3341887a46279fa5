// The playhead: one operation, one step or one epoch on or back, and wherever it is dragged.

import { nextLayer } from "../run/operations.js";
import { stepsToEpoch } from "../run/settings.js";

const LAST_OPERATION = Number.MAX_SAFE_INTEGER; // an operation that no step has: its last one is meant

/** @param {import("./context.js").SessionContext} context */
export function createPlayhead(context) {
  const { get, set, lastOperation } = context;
  const pause = () => context.playback.pause();
  let wantedStep = null; // the last place asked for by scrubbing
  let followedStep = null; // the last step asked for by what is moved along

  function setPlayhead(k, op, t, more = {}) {
    const { config } = get();
    const then = context.changes.configAt(k);
    const same = config && Object.keys(then).every((name) => then[name] === config[name]);
    set({ at: k, op, t, ...more, config: same ? config : then }); // the same object: no control is drawn anew
    context.runs.writeUrl();
  }

  async function goTo(k, op = lastOperation(k)) {
    const connection = context.connection;
    if (!(await context.training.ensure(k)) || connection !== context.connection) return;
    const end = lastOperation(k);
    if (context.isDiverged(k) && op >= end) context.playback.stopAtDivergence(k);
    else setPlayhead(k, Math.min(op, end), 1, { moving: false });
  }

  /* ---------- one on, one back ---------- */

  async function forward() {
    const { at, op, t, reduced } = get();
    await pause();
    if (context.isDiverged(at) && op >= lastOperation(at)) return;
    const begin = { t: reduced ? 1 : 0, moving: !reduced };
    if (at > 0 && op < lastOperation(at)) {
      if (context.isDiverged(at) && op + 1 >= lastOperation(at)) return context.playback.stopAtDivergence();
      return set({ op: op + 1, ...begin });
    }
    if (t < 1 && at > 0) set({ t: 1 });
    const connection = context.connection;
    if ((await context.training.ensure(at + 1)) && connection === context.connection)
      setPlayhead(at + 1, 0, begin.t, { moving: begin.moving });
  }

  async function back() {
    await pause();
    const { at, op } = get();
    if (op > 0) return set({ op: op - 1, t: 1, moving: false });
    if (at <= context.firstStep()) return;
    const k = at - 1;
    if (await context.training.ensure(k)) setPlayhead(k, lastOperation(k), 1, { moving: false });
  }

  async function batch() {
    await pause();
    const { at, stopped } = get();
    if (context.isDiverged(at)) return;
    const connection = context.connection;
    if (!(await context.training.ensure(at + 1)) || connection !== context.connection) return;
    if (context.isDiverged(at + 1) && !stopped) await context.playback.showDivergence(at + 1);
    else await goTo(at + 1, LAST_OPERATION);
  }

  async function epoch() {
    await pause();
    const { at, samples, config, run, furthest, stopped } = get();
    if (context.isDiverged(at)) return;
    const begun = at === context.firstStep() ? run.epoch : context.stepAt(at).step.epoch;
    const n = stepsToEpoch(begun, samples.train, config.batch_size);
    const target = at + n;
    if (target > furthest && !get().broken) {
      const every = Math.max(1, Math.ceil(n / 60));
      await context.serialize(() => {
        const steps = target - get().position;
        return steps > 0 ? context.training.train({ steps, every, evaluate_every: every }) : undefined;
      });
    }
    const { broken } = get();
    if (broken && broken <= target && !stopped) await context.playback.showDivergence(broken);
    else await goTo(Math.min(target, get().furthest), LAST_OPERATION);
  }

  /* ---------- within the step ---------- */

  async function jumpLayer(direction) {
    await pause();
    const { at, op } = get();
    if (at > 0) set({ op: nextLayer(context.operationsAt(), op, direction), t: 1, moving: false });
  }

  async function first() {
    await pause();
    if (get().at > 0) set({ op: 0, t: 1, moving: false });
  }

  async function last() {
    await pause();
    if (get().at > 0) await goTo(get().at);
  }

  function scrub(op, t = 1) {
    context.markTried("tape");
    if (get().playing) context.enqueue(pause);
    const { at } = get();
    if (at === 0) return;
    const end = lastOperation(at);
    if (context.isDiverged(at) && op >= end) set({ op: end, t: 0, moving: false });
    else set({ op: Math.max(0, Math.min(end, op)), t, moving: false });
  }

  /* ---------- over steps ---------- */

  /** Scrubbing over steps: only the last place asked for counts. */
  function scrubSteps(k) {
    const { furthest, op, at } = get();
    const busy = wantedStep !== null;
    wantedStep = Math.max(context.firstStep(), Math.min(furthest, Math.round(k)));
    if (busy) return;
    context
      .enqueue(async () => {
        await pause();
        const part = at === 0 ? LAST_OPERATION : op;
        while (wantedStep !== null && wantedStep !== get().at) {
          const target = wantedStep;
          await goTo(target, target === 0 ? 0 : part);
          if (wantedStep === target) break;
        }
      })
      .finally(clearWantedStep);
  }

  const stepBy = (n) => scrubSteps((wantedStep ?? get().at) + n);
  const clearWantedStep = () => {
    wantedStep = null;
  };

  /** Trains on to a step in some strides, so that it is seen on its way. @param {number} target @param {number} every */
  async function trainTo(target, every, { strides = 16, going = () => true } = {}) {
    await pause();
    const generation = context.generation;
    const wide = Math.max(1, Math.ceil((target - get().position) / strides));
    while (generation === context.generation && going() && !get().broken && get().position < target) {
      const k = Math.min(target, get().position + wide);
      await context.serialize(() => context.training.trainSummary(k - 1, every));
      if (
        generation !== context.generation ||
        get().broken ||
        !(await context.training.ensure(k)) ||
        generation !== context.generation
      )
        break;
      setPlayhead(k, lastOperation(k), 1, { moving: false });
    }
    const { broken, at } = get();
    if (generation !== context.generation) return;
    if (broken) await context.playback.showDivergence(broken);
    else if (at < target && get().position >= target) await goTo(target, LAST_OPERATION);
  }

  /** Where another run has gone, this one follows; only the last place asked for counts. */
  function follow(k) {
    const busy = followedStep !== null;
    followedStep = k;
    if (busy) return;
    const inReach = () => Math.max(context.firstStep(), followedStep);
    context
      .enqueue(async () => {
        const generation = context.generation;
        while (followedStep !== null && generation === context.generation) {
          const target = inReach();
          const { position, furthest, broken } = get();
          if (target > furthest && !broken) {
            const every = Math.max(1, Math.ceil((target - 1 - position) / 10));
            await context.serialize(() => context.training.trainSummary(target - 1, every));
          }
          if (generation !== context.generation) break;
          await goTo(get().broken ? Math.min(target, get().broken) : target, LAST_OPERATION);
          if (inReach() === target) break;
        }
      })
      .finally(() => {
        followedStep = null;
      });
  }

  return {
    setPlayhead,
    forward,
    back,
    batch,
    epoch,
    jumpLayer,
    first,
    last,
    scrub,
    scrubSteps,
    stepBy,
    clearWantedStep,
    trainTo,
    follow,
  };
}
