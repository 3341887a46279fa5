// The playhead: moved by operations, layers, steps and epochs, and by scrubbing.

import { nextLayer } from "../run/operations.js";
import { stepsToEpoch } from "../run/settings.js";

const LAST_OPERATION = Number.MAX_SAFE_INTEGER; // clamped to the last operation of a step

/** @param {import("./context.js").SessionContext} context */
export function createPlayhead(context) {
  const { get, set, lastOperation } = context;
  const pause = () => context.playback.pause();
  let wantedStep = null; // the latest step asked for by scrubbing
  let followedStep = null; // the latest step of the run that this one follows

  function setPlayhead(k, op, t, more = {}) {
    const { config } = get();
    const then = context.changes.configAt(k);
    const same = config && Object.keys(then).every((name) => then[name] === config[name]);
    set({ shownStep: k, operation: op, progress: t, ...more, config: same ? config : then }); // the same object, so that no control is drawn again
    context.runs.writeUrl();
  }

  async function goTo(k, op = lastOperation(k)) {
    const connection = context.connection;
    if (!(await context.training.ensure(k)) || connection !== context.connection) return;
    const end = lastOperation(k);
    if (context.isDiverged(k) && op >= end) context.playback.stopAtDivergence(k);
    else setPlayhead(k, Math.min(op, end), 1, { animating: false });
  }

  /* ---------- forward and back ---------- */

  async function forward() {
    const { shownStep, operation, progress, reduced } = get();
    await pause();
    if (context.isDiverged(shownStep) && operation >= lastOperation(shownStep)) return;
    const begin = { progress: reduced ? 1 : 0, animating: !reduced, animateUntil: 0 };
    if (shownStep > 0 && operation < lastOperation(shownStep)) {
      if (context.isDiverged(shownStep) && operation + 1 >= lastOperation(shownStep))
        return context.playback.stopAtDivergence();
      return set({ operation: operation + 1, ...begin });
    }
    if (progress < 1 && shownStep > 0) set({ progress: 1 });
    const connection = context.connection;
    if ((await context.training.ensure(shownStep + 1)) && connection === context.connection)
      setPlayhead(shownStep + 1, 0, begin.progress, begin);
  }

  async function back() {
    await pause();
    const { shownStep, operation } = get();
    if (operation > 0) return set({ operation: operation - 1, progress: 1, animating: false });
    if (shownStep <= context.firstStep()) return;
    const k = shownStep - 1;
    if (await context.training.ensure(k)) setPlayhead(k, lastOperation(k), 1, { animating: false });
  }

  async function batch() {
    await pause();
    const { shownStep, divergence } = get();
    if (context.isDiverged(shownStep)) return;
    const connection = context.connection;
    if (!(await context.training.ensure(shownStep + 1)) || connection !== context.connection) return;
    if (context.isDiverged(shownStep + 1) && !divergence) await context.playback.showDivergence(shownStep + 1);
    else await goTo(shownStep + 1, LAST_OPERATION);
  }

  async function epoch() {
    await pause();
    const { shownStep, samples, config, run, lastStep, divergence } = get();
    if (context.isDiverged(shownStep)) return;
    const begun = shownStep === context.firstStep() ? run.epoch : context.stepAt(shownStep).step.epoch;
    const n = stepsToEpoch(begun, samples.train, config.batch_size);
    const target = shownStep + n;
    if (target > lastStep && !get().divergedAt) {
      const every = Math.max(1, Math.ceil(n / 60));
      await context.serialize(() => {
        const steps = target - get().trainedStep;
        return steps > 0 ? context.training.train({ steps, every, evaluate_every: every }) : undefined;
      });
    }
    const { divergedAt } = get();
    if (divergedAt && divergedAt <= target && !divergence) await context.playback.showDivergence(divergedAt);
    else await goTo(Math.min(target, get().lastStep), LAST_OPERATION);
  }

  /* ---------- within the step ---------- */

  async function jumpLayer(direction) {
    await pause();
    const { shownStep, operation } = get();
    if (shownStep > 0)
      set({ operation: nextLayer(context.operationsAt(), operation, direction), progress: 1, animating: false });
  }

  async function first() {
    await pause();
    if (get().shownStep > 0) set({ operation: 0, progress: 1, animating: false });
  }

  async function last() {
    await pause();
    if (get().shownStep > 0) await goTo(get().shownStep);
  }

  function scrub(op, t = 1) {
    if (get().playing) context.enqueue(pause);
    const { shownStep } = get();
    if (shownStep === 0) return;
    const end = lastOperation(shownStep);
    if (context.isDiverged(shownStep) && op >= end) set({ operation: end, progress: 0, animating: false });
    else set({ operation: Math.max(0, Math.min(end, op)), progress: t, animating: false });
  }

  /* ---------- over steps ---------- */

  /** Scrubs over steps: only the latest one asked for counts. */
  function scrubSteps(k) {
    const { lastStep, operation, shownStep } = get();
    const busy = wantedStep !== null;
    wantedStep = Math.max(context.firstStep(), Math.min(lastStep, Math.round(k)));
    if (busy) return;
    context
      .enqueue(async () => {
        await pause();
        const part = shownStep === 0 ? LAST_OPERATION : operation;
        while (wantedStep !== null && wantedStep !== get().shownStep) {
          const target = wantedStep;
          await goTo(target, target === 0 ? 0 : part);
          if (wantedStep === target) break;
        }
      })
      .finally(clearWantedStep);
  }

  const stepBy = (n) => scrubSteps((wantedStep ?? get().shownStep) + n);
  const clearWantedStep = () => {
    wantedStep = null;
  };

  /** Trains to a step in several requests, so that the progress is shown. @param {number} target @param {number} every */
  async function trainTo(target, every, { strides = 16, going = () => true } = {}) {
    await pause();
    const generation = context.generation;
    const wide = Math.max(1, Math.ceil((target - get().trainedStep) / strides));
    while (generation === context.generation && going() && !get().divergedAt && get().trainedStep < target) {
      const k = Math.min(target, get().trainedStep + wide);
      await context.serialize(() => context.training.trainSummary(k - 1, every));
      if (
        generation !== context.generation ||
        get().divergedAt ||
        !(await context.training.ensure(k)) ||
        generation !== context.generation
      )
        break;
      setPlayhead(k, lastOperation(k), 1, { animating: false });
    }
    const { divergedAt, shownStep } = get();
    if (generation !== context.generation) return;
    if (divergedAt) await context.playback.showDivergence(divergedAt);
    else if (shownStep < target && get().trainedStep >= target) await goTo(target, LAST_OPERATION);
  }

  /** Follows another run to its step; only the latest one asked for counts. */
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
          const { trainedStep, lastStep, divergedAt } = get();
          if (target > lastStep && !divergedAt) {
            const every = Math.max(1, Math.ceil((target - 1 - trainedStep) / 10));
            await context.serialize(() => context.training.trainSummary(target - 1, every));
          }
          if (generation !== context.generation) break;
          await goTo(get().divergedAt ? Math.min(target, get().divergedAt) : target, LAST_OPERATION);
          if (inReach() === target) break;
        }
      })
      .finally(() => {
        followedStep = null;
      });
  }

  /** Animates the forward pass of the step shown, operation by operation, up to the loss. */
  async function showForward() {
    await pause();
    const { shownStep, reduced } = get();
    await context.training.load(shownStep);
    const loss = context.operationsAt().findIndex((op) => op.phase === "loss");
    if (reduced) set({ operation: loss, progress: 1, animating: false });
    else set({ operation: 0, progress: 0, animating: true, animateUntil: loss });
  }

  return {
    showForward,
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
