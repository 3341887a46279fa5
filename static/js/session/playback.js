// Playing: the clock moves the playhead through the operations of a step, or whole steps are trained one after another.

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

const REQUESTS_PER_SECOND = 15; // requests a second while whole steps are played at a chosen rate
const PREFETCH_MS = 440; // ms before the end of a step at which the next one is asked for: at every speed amid an operation

/** @param {import("./context.js").SessionContext} context */
export function createPlayback(context) {
  const { get, set, api } = context;

  function play() {
    const { stopped, playing, gone, run, at, op, speed } = get();
    if (playing || gone || !run) return;
    const isFast = modeOfSpeed(speed) === "fast";
    if (stopped && at >= stopped.step && (isFast || op >= context.lastOperation(at)))
      return set({ stopped: { ...stopped } });
    set({ playing: true, moving: false, clock: 0 });
    context.markTried("play");
  }

  /** Stops playing; after whole steps at speed the last one opens, operation by operation. */
  async function pause() {
    if (!get().playing && !context.streaming) return;
    const fast = context.streaming !== null;
    set({ playing: false });
    context.streamController?.abort();
    if (context.streaming) await context.streaming;
    if (!fast) return;
    const { position, broken } = get();
    if (broken || position === 0) return; // where it broke is open already
    if (await context.training.ensure(position)) {
      await context.training.load(position);
      context.playhead.setPlayhead(position, context.lastOperation(position), 1);
    }
  }

  function speed(index) {
    const to = Math.max(0, Math.min(SPEEDS.length - 1, index));
    const leavesFast = context.streaming && modeOfSpeed(to) !== "fast";
    set({ speed: to, clock: 0 });
    context.local.set("speed", String(to));
    if (leavesFast || (context.streaming && to !== FASTEST)) context.streamController?.abort();
    if (leavesFast)
      context.enqueue(async () => {
        await pause();
        play();
      });
  }

  /* ---------- where a run breaks ---------- */

  /** The playhead stands before the update that would overwrite the weights with what is no number, or at an earlier op. */
  function stopAtDivergence(k = get().at, op = context.lastOperation(k)) {
    set({ playing: false });
    markDiverged(k);
    const end = context.lastOperation(k);
    context.playhead.setPlayhead(k, Math.min(op, end), op < end ? 1 : 0, { moving: false });
  }

  /** Where a run broke while nobody watched its operations: at the last step with sizes one can read, if there is one. */
  async function showDivergence(k) {
    const generation = context.generation;
    const loadingPreceding = loadPreceding(k);
    let readable = await context.unlessOffline(loadingPreceding);
    if (!context.stepAt(k)) readable = await loadingPreceding;
    if (generation !== context.generation) return;
    if (!readable || !context.stepAt(readable)) return stopAtDivergence(k);
    set({ playing: false });
    markDiverged(k, readable);
    context.playhead.setPlayhead(readable, context.lastOperation(readable), 1, { moving: false });
  }

  /** The steps that led to step k are here; resolves to the one to be shown in its place. In a lesson that is k itself. */
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

  /** The run is known to have broken in step k. What usually helps is tried once, wherever the reader then walks. */
  function markDiverged(k, readable = null) {
    const { stopped, strip } = get();
    if (stopped?.step === k) return set({ stopped: { ...stopped, readable: stopped.readable ?? readable } });
    if (strip?.worse) set({ strip: null });
    set({ stopped: { step: k, record: context.stepAt(k)?.step, readable, remedies: null } });
    const generation = context.generation;
    const isCurrent = () => generation === context.generation && get().stopped?.step === k;
    const tryRemediesOnce = async () => {
      await context.serialize(async () => {}); // what is still trained comes first
      if (!readable && hasGrown(k)) {
        const found = await context.training.lastReadable(k);
        if (isCurrent()) set({ stopped: { ...get().stopped, readable: found } });
      }
      if (!isCurrent()) return;
      const { lesson, run, stopped } = get();
      const hopeless = lesson || stopped.record?.tape[0].finite === false;
      const remedies = hopeless
        ? []
        : await (await import("./remedies.js")).tryRemedies(api, run, context.changes.configAt(k), get().first);
      if (isCurrent()) set({ stopped: { ...get().stopped, remedies } });
      else context.runs.discard(remedies);
    };
    context.recovery.guard(tryRemediesOnce).then(() => {
      if (isCurrent() && !get().stopped.remedies) set({ stopped: { ...get().stopped, remedies: [] } }); // it was refused
    });
  }

  /** One frame: the only thing that moves the playhead by itself. @param {number} dt ms since the last one */
  function tick(dt) {
    const { playing, speed, at, op, t, reduced, run, clock } = get();
    if (!run) return;
    if (!playing) return finishOperation(dt);
    const mode = modeOfSpeed(speed);
    if (mode !== "operations") set({ clock: clock + dt });
    if (mode === "fast") return stream();
    if (context.streaming) return;
    const rate = reduced ? Math.min(REDUCED_OPS, SPEEDS[speed].ops) : SPEEDS[speed].ops;
    if (at === 0 || !context.stepAt(at)) return advanceStep(at, 0);
    const whole = context.operationsAt().length;
    const broken = context.isDiverged(at);
    const count = broken ? whole - 1 : whole;
    const next = advance({ op, t: Math.min(t, op >= count ? 1 : t) }, dt, rate, count);
    if (next.over === null) {
      set({ op: next.op, t: reduced ? 1 : next.t, ...(reduced ? { rest: next.t } : {}) });
      if (remaining(next, rate, count) < PREFETCH_MS && !broken) context.training.prefetch(at + 1);
    } else if (broken && (mode === "operations" || reduced || get().stopped)) stopAtDivergence();
    else if (broken) {
      set({ playing: false });
      context.enqueue(() => showDivergence(at));
    } else advanceStep(at, Math.min(1, next.over / movementDuration(rate)));
  }

  /** Not playing: one operation that was asked for runs to its end. */
  function finishOperation(dt) {
    context.training.loadStates();
    const { moving, t, speed } = get();
    if (!moving) return;
    const next = t + dt / movementDuration(Math.max(1, Math.min(8, SPEEDS[speed].ops ?? 8)));
    set(next >= 1 ? { t: 1, moving: false } : { t: next });
  }

  function advanceStep(at, t) {
    if (context.isLoaded(at + 1) && context.history.evaluation(at)) context.playhead.setPlayhead(at + 1, 0, t);
    else {
      if (at > 0) set({ op: context.lastOperation(at), t: 1 });
      context.training.prefetch(at + 1);
    }
  }

  /* ---------- whole steps ---------- */

  /** Requests one after the other, each sized by the speed asked for or by the rate measured. */
  function stream() {
    context.streaming ??= context.recovery
      .guard(async () => {
        const generation = context.generation;
        let rate = get().rate || 300;
        let shown = 0;
        const { at, position, run } = get();
        if (at < position) {
          await context.serialize(() => api.rewind(run.id, at));
          set({ position: at, broken: null });
        }
        while (
          get().playing &&
          modeOfSpeed(get().speed) === "fast" &&
          generation === context.generation &&
          !get().broken
        ) {
          const began = performance.now();
          const from = get().position;
          await (get().speed === FASTEST ? streamUnbounded(rate) : streamPaced(began));
          const seconds = (performance.now() - began) / 1000;
          const done = get().position - from;
          if (done > 0) rate = shown ? 0.5 * rate + (0.5 * done) / seconds : done / seconds;
          shown++;
          showLatestStep(rate);
        }
        const { broken } = get();
        if (broken && generation === context.generation) await showDivergence(broken);
      })
      .finally(() => {
        context.streaming = null;
        context.streamController = null;
      });
  }

  /** As many steps as the machine gives, in one long stream that a pause cuts off. */
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

  /** So many steps a second as the speed says. */
  async function streamPaced(began) {
    const { speed, reduced } = get();
    const { steps } = SPEEDS[speed];
    const n = Math.max(1, Math.round(steps / (reduced ? 2 : REQUESTS_PER_SECOND)));
    await context.serialize(() => context.training.trainSilently(n));
    const rest = (n / steps) * 1000 - (performance.now() - began);
    if (rest > 1) await new Promise((done) => setTimeout(done, rest));
  }

  /** While whole steps are played, the page shows the latest that came in full. */
  function showLatestStep(rate = get().rate) {
    let k = get().position;
    while (k > get().at && !context.stepAt(k)) k--;
    if (k > get().at) set({ at: k, op: context.lastOperation(k), t: 1, rate });
    else set({ rate });
    context.runs.writeUrl();
  }

  return { play, pause, speed, stopAtDivergence, showDivergence, tick, showLatestStep };
}
