// Playback: the clock moves the playhead through the operations of a step, or whole steps are trained one after another.

import {
  advance,
  FASTEST,
  modeOfSpeed,
  movementDuration,
  pacedStream,
  REDUCED_OPS,
  remaining,
  requestSize,
  SPEEDS,
} from "../run/clock.js";
import { cause } from "../run/notfinite.js";

const FRAMES_PER_SECOND = 15; // while whole steps are played at a chosen rate
const REDUCED_FRAMES = 2;
const RATE_SECONDS = 1; // over which the rate is measured, once it is known roughly
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
  }

  /** Stops playing; after whole steps the last one is shown operation by operation. */
  async function pause() {
    if (!get().playing && !context.streaming) return;
    const fast = context.streaming !== null;
    set({ playing: false });
    context.runs.flushUrl();
    context.streamController?.abort();
    if (context.streaming) await context.streaming;
    if (!fast) return;
    const { trainedStep, divergedAt } = get();
    if (divergedAt || trainedStep === 0) return; // the divergence is shown already
    if (await context.training.ensure(trainedStep)) {
      await context.training.load(trainedStep);
      context.playhead.setPlayhead(trainedStep, context.lastOperation(trainedStep), 1);
      context.runs.flushUrl();
    }
  }

  function speed(index) {
    const to = Math.max(0, Math.min(SPEEDS.length - 1, index));
    const leavesFast = context.streaming && modeOfSpeed(to) !== "fast";
    set({ speed: to, elapsed: 0 });
    context.local.set("speed", String(to));
    context.guideDone(3);
    if (context.streaming) context.streamController?.abort(); // it goes on at the new speed
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
    const { animating, animateUntil, operation, progress, speed } = get();
    if (!animating) return;
    const next = progress + dt / movementDuration(Math.max(1, Math.min(8, SPEEDS[speed].ops ?? 8)));
    if (next < 1) set({ progress: next });
    else set(operation < animateUntil ? { operation: operation + 1, progress: 0 } : { progress: 1, animating: false });
  }

  function advanceStep(at, t) {
    if (context.isLoaded(at + 1) && context.history.evaluation(at)) context.playhead.setPlayhead(at + 1, 0, t);
    else {
      if (at > 0) set({ operation: context.lastOperation(at), progress: 1 });
      context.training.prefetch(at + 1);
    }
  }

  /* ---------- whole steps ---------- */

  let measured = 0; // steps a second, 0 until it is known
  let mark = { step: 0, at: 0 }; // from which it is measured on

  function beginMeasuring() {
    measured = 0;
    mark = { step: get().trainedStep, at: performance.now() };
  }

  /** Steps a second, as they come. @param {number} [least] seconds over which it is measured */
  function measureRate(least = measured ? RATE_SECONDS : RATE_SECONDS / 3) {
    const seconds = (performance.now() - mark.at) / 1000;
    const done = get().trainedStep - mark.step;
    if (done <= 0 || seconds <= least) return measured || get().rate;
    measured = measured ? 0.5 * measured + (0.5 * done) / seconds : done / seconds;
    mark = { step: get().trainedStep, at: performance.now() };
    return measured;
  }

  /** Whole steps, from one stream: a second one is opened only once it has ended, or at another speed. */
  function stream() {
    context.streaming ??= context.recovery
      .guard(async () => {
        const generation = context.generation;
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
          beginMeasuring();
          await openStream();
          showLatestStep(measureRate(0));
        }
        const { divergedAt } = get();
        if (divergedAt && generation === context.generation) await showDivergence(divergedAt);
      })
      .finally(() => {
        context.streaming = null;
        context.streamController = null;
      });
  }

  /** One long stream, at the speed's rate or as fast as the server computes, that a pause or another speed aborts. */
  async function openStream() {
    const { speed, reduced, rate } = get();
    const { steps } = SPEEDS[speed];
    const paced = () => pacedStream(steps, reduced ? REDUCED_FRAMES : FRAMES_PER_SECOND);
    const body = speed === FASTEST ? unboundedStream(rate || 300, reduced) : paced();
    context.streamController = new AbortController();
    const { signal } = context.streamController;
    await context
      .serialize(() => context.training.train(body, { signal }))
      .catch((error) => {
        if (!signal.aborted) throw error;
      });
    context.streamController = null;
    if (signal.aborted) await context.serialize(context.training.resync);
  }

  /** At the highest speed it is as long as some seconds take, at the rate measured so far. */
  function unboundedStream(rate, reduced) {
    const { every, steps } = requestSize(rate, 4, reduced ? 1 : 3);
    return { every, steps, evaluate_every: every };
  }

  /** Shows the latest step that was received in full, with the evaluation after it. */
  function showLatestStep(rate = measureRate()) {
    let k = get().trainedStep;
    const isHere = () => context.stepAt(k) && context.history.evaluation(k);
    while (k > get().shownStep && !isHere()) k--;
    if (k > get().shownStep) set({ shownStep: k, operation: context.lastOperation(k), progress: 1, rate });
    else set({ rate });
    context.runs.writeUrl();
  }

  return { play, pause, speed, stopAtDivergence, showDivergence, tick, showLatestStep };
}
