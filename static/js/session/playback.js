// Playback: the clock moves the playhead through the operations of a step, or whole steps are trained one after another.

import {
  advance,
  FASTEST,
  modeOfSpeed,
  movementDuration,
  REDUCED_OPS,
  remaining,
  requestSize,
  SPEEDS,
} from "../run/clock.js";
import { cause } from "../run/notfinite.js";

const REQUESTS_PER_SECOND = 15; // while whole steps are played at a chosen rate
const PREFETCH_MS = 440; // ms before the end of a step at which the next one is asked for: at every speed amid an operation

/** @param {import("./context.js").SessionContext} context */
export function createPlayback(context) {
  const { get, set, api } = context;

  function play() {
    const { divergence, playing, lostRun, run, shownStep, operation, speed } = get();
    if (playing || lostRun || !run) return;
    const isFast = modeOfSpeed(speed) === "fast";
    if (divergence && shownStep >= divergence.step && (isFast || operation >= context.lastOperation(shownStep)))
      return set({ divergence: { ...divergence } });
    set({ playing: true, animating: false, elapsed: 0 });
    context.markTried("play");
  }

  /** Stops playing; after whole steps the last one is shown operation by operation. */
  async function pause() {
    if (!get().playing && !context.streaming) return;
    const fast = context.streaming !== null;
    set({ playing: false });
    context.streamController?.abort();
    if (context.streaming) await context.streaming;
    if (!fast) return;
    const { trainedStep, divergedAt } = get();
    if (divergedAt || trainedStep === 0) return; // the divergence is shown already
    if (await context.training.ensure(trainedStep)) {
      await context.training.load(trainedStep);
      context.playhead.setPlayhead(trainedStep, context.lastOperation(trainedStep), 1);
    }
  }

  function speed(index) {
    const to = Math.max(0, Math.min(SPEEDS.length - 1, index));
    const leavesFast = context.streaming && modeOfSpeed(to) !== "fast";
    set({ speed: to, elapsed: 0 });
    context.local.set("speed", String(to));
    if (leavesFast || (context.streaming && to !== FASTEST)) context.streamController?.abort();
    if (leavesFast)
      context.enqueue(async () => {
        await pause();
        play();
      });
  }

  /* ---------- divergence ---------- */

  /** Stops at the update that would make the weights not finite, before it is applied, or at an earlier operation. */
  function stopAtDivergence(k = get().shownStep, op = context.lastOperation(k)) {
    set({ playing: false });
    markDiverged(k);
    const end = context.lastOperation(k);
    context.playhead.setPlayhead(k, Math.min(op, end), op < end ? 1 : 0, { animating: false });
  }

  /** Shows a divergence that came while whole steps were played: at the last readable step, if there is one. */
  async function showDivergence(k) {
    const generation = context.generation;
    const loadingPreceding = loadPreceding(k);
    let readable = await context.unlessOffline(loadingPreceding);
    if (!context.stepAt(k)) readable = await loadingPreceding;
    if (generation !== context.generation) return;
    if (!readable || !context.stepAt(readable)) return stopAtDivergence(k);
    set({ playing: false });
    markDiverged(k, readable);
    context.playhead.setPlayhead(readable, context.lastOperation(readable), 1, { animating: false });
  }

  /** Loads the steps before step k; resolves to the one to be shown in its place, or null to show k itself, as in lessons. */
  async function loadPreceding(k) {
    await Promise.all([context.training.load(k), context.training.loadPreceding(k)]);
    if (get().lesson || !hasGrown(k)) return null;
    const readable = await context.training.lastReadable(k);
    if (readable) await context.training.load(readable);
    return readable;
  }

  function hasGrown(k) {
    const { changes, run, samples } = get();
    return cause({ step: context.stepAt(k)?.step, series: context.history.series, changes, run, samples })?.grown;
  }

  /** Records that the run diverged in step k, and tries the usual remedies once. */
  function markDiverged(k, readable = null) {
    const { divergence, message } = get();
    if (divergence?.step === k)
      return set({ divergence: { ...divergence, readable: divergence.readable ?? readable } });
    if (message?.worse) set({ message: null });
    set({ divergence: { step: k, record: context.stepAt(k)?.step, readable, remedies: null } });
    const generation = context.generation;
    const isCurrent = () => generation === context.generation && get().divergence?.step === k;
    const tryRemediesOnce = async () => {
      await context.serialize(async () => {}); // after what is still being trained
      if (!readable && hasGrown(k)) {
        const found = await context.training.lastReadable(k);
        if (isCurrent()) set({ divergence: { ...get().divergence, readable: found } });
      }
      if (!isCurrent()) return;
      const { lesson, run, divergence } = get();
      const hopeless = lesson || divergence.record?.tape[0].finite === false;
      const remedies = hopeless
        ? []
        : await (await import("./remedies.js")).tryRemedies(api, run, context.changes.configAt(k), get().initialLoss);
      if (isCurrent()) set({ divergence: { ...get().divergence, remedies } });
      else context.runs.discard(remedies);
    };
    context.recovery.guard(tryRemediesOnce).then(() => {
      if (isCurrent() && !get().divergence.remedies) set({ divergence: { ...get().divergence, remedies: [] } }); // the server refused
    });
  }

  /** Moves the playhead by one frame. @param {number} dt ms since the last one */
  function tick(dt) {
    const { playing, speed, shownStep, operation, reduced, run, elapsed } = get();
    const progress = reduced ? get().reducedProgress : get().progress;
    if (!run) return;
    if (!playing) return finishOperation(dt);
    const mode = modeOfSpeed(speed);
    if (mode !== "operations") set({ elapsed: elapsed + dt });
    if (mode === "fast") return stream();
    if (context.streaming) return;
    const rate = reduced ? Math.min(REDUCED_OPS, SPEEDS[speed].ops) : SPEEDS[speed].ops;
    if (shownStep === 0 || !context.stepAt(shownStep)) return advanceStep(shownStep, 0);
    const whole = context.operationsAt().length;
    const broken = context.isDiverged(shownStep);
    const count = broken ? whole - 1 : whole;
    const next = advance(
      { operation, progress: Math.min(progress, operation >= count ? 1 : progress) },
      dt,
      rate,
      count,
    );
    if (next.over === null) {
      const { operation: reached, progress: moved } = next;
      set(
        reduced ? { operation: reached, progress: 1, reducedProgress: moved } : { operation: reached, progress: moved },
      );
      if (remaining(next, rate, count) < PREFETCH_MS && !broken) context.training.prefetch(shownStep + 1);
    } else if (broken && (mode === "operations" || reduced || get().divergence)) stopAtDivergence();
    else if (broken) {
      set({ playing: false });
      context.enqueue(() => showDivergence(shownStep));
    } else {
      set({ reducedProgress: 0 });
      advanceStep(shownStep, Math.min(1, next.over / movementDuration(rate)));
    }
  }

  /** While not playing: an operation that was stepped to is animated to its end. */
  function finishOperation(dt) {
    context.training.loadStates();
    const { animating, progress, speed } = get();
    if (!animating) return;
    const next = progress + dt / movementDuration(Math.max(1, Math.min(8, SPEEDS[speed].ops ?? 8)));
    set(next >= 1 ? { progress: 1, animating: false } : { progress: next });
  }

  function advanceStep(at, t) {
    if (context.isLoaded(at + 1) && context.history.evaluation(at)) context.playhead.setPlayhead(at + 1, 0, t);
    else {
      if (at > 0) set({ operation: context.lastOperation(at), progress: 1 });
      context.training.prefetch(at + 1);
    }
  }

  /* ---------- whole steps ---------- */

  /** Requests steps one stream after the other, each as long as the chosen speed or the measured rate asks for. */
  function stream() {
    context.streaming ??= context.recovery
      .guard(async () => {
        const generation = context.generation;
        let rate = get().rate || 300;
        let shown = 0;
        const { shownStep, trainedStep, run } = get();
        if (shownStep < trainedStep) {
          await context.serialize(() => api.rewind(run.id, shownStep));
          set({ trainedStep: shownStep, divergedAt: null });
        }
        while (
          get().playing &&
          modeOfSpeed(get().speed) === "fast" &&
          generation === context.generation &&
          !get().divergedAt
        ) {
          const began = performance.now();
          const from = get().trainedStep;
          await (get().speed === FASTEST ? streamUnbounded(rate) : streamPaced(began));
          const seconds = (performance.now() - began) / 1000;
          const done = get().trainedStep - from;
          if (done > 0) rate = shown ? 0.5 * rate + (0.5 * done) / seconds : done / seconds;
          shown++;
          showLatestStep(rate);
        }
        const { divergedAt } = get();
        if (divergedAt && generation === context.generation) await showDivergence(divergedAt);
      })
      .finally(() => {
        context.streaming = null;
        context.streamController = null;
      });
  }

  /** As many steps as the server computes, in one long stream that a pause aborts. */
  async function streamUnbounded(rate) {
    const { every, steps } = requestSize(rate, 4, get().reduced ? 1 : 3);
    context.streamController = new AbortController();
    const { signal } = context.streamController;
    await context
      .serialize(() => context.training.train({ steps, every, evaluate_every: every }, { signal }))
      .catch((error) => {
        if (!signal.aborted) throw error;
      });
    context.streamController = null;
    if (signal.aborted) await context.serialize(context.training.resync);
  }

  /** As many steps a second as the speed says. */
  async function streamPaced(began) {
    const { speed, reduced } = get();
    const { steps } = SPEEDS[speed];
    const n = Math.max(1, Math.round(steps / (reduced ? 2 : REQUESTS_PER_SECOND)));
    await context.serialize(() => context.training.trainSilently(n));
    const rest = (n / steps) * 1000 - (performance.now() - began);
    if (rest > 1) await new Promise((done) => setTimeout(done, rest));
  }

  /** Shows the latest step that was received in full. */
  function showLatestStep(rate = get().rate) {
    let k = get().trainedStep;
    while (k > get().shownStep && !context.stepAt(k)) k--;
    if (k > get().shownStep) set({ shownStep: k, operation: context.lastOperation(k), progress: 1, rate });
    else set({ rate });
    context.runs.writeUrl();
  }

  return { play, pause, speed, stopAtDivergence, showDivergence, tick, showLatestStep };
}
