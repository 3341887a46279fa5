// Playing: the clock moves the playhead through the operations of a step, or whole steps are trained one after another.

import { advance, duration, FASTEST, modeOf, portion, REDUCED_OPS, remaining, SPEEDS } from "../run/clock.js";
import { cause } from "../run/notfinite.js";

const LINES = 15; // requests a second while whole steps are played at a chosen rate
const LEAD = 440; // ms before the end of a step at which the next one is asked for: at every speed amid an operation

/** @param {import("./context.js").SessionContext} desk */
export function createPlaying(desk) {
  const { get, set, api } = desk;

  function play() {
    const { stopped, playing, gone, run, at, op, speed } = get();
    if (playing || gone || !run) return;
    const flies = modeOf(speed) === "fast";
    if (stopped && at >= stopped.step && (flies || op >= desk.lastOf(at))) return set({ stopped: { ...stopped } });
    set({ playing: true, moving: false, clock: 0 });
    desk.did("play");
  }

  /** Stops playing; after whole steps at speed the last one opens, operation by operation. */
  async function halt() {
    if (!get().playing && !desk.driving) return;
    const fast = desk.driving !== null;
    set({ playing: false });
    desk.stream?.abort();
    if (desk.driving) await desk.driving;
    if (!fast) return;
    const { position, broken } = get();
    if (broken || position === 0) return; // where it broke is open already
    if (await desk.training.ensure(position)) {
      await desk.training.load(position);
      desk.walking.place(position, desk.lastOf(position), 1);
    }
  }

  function speed(index) {
    const to = Math.max(0, Math.min(SPEEDS.length - 1, index));
    const leaves = desk.driving && modeOf(to) !== "fast";
    set({ speed: to, clock: 0 });
    desk.local.set("speed", String(to));
    if (leaves || (desk.driving && to !== FASTEST)) desk.stream?.abort();
    if (leaves)
      desk.move(async () => {
        await halt();
        play();
      });
  }

  /* ---------- where a run breaks ---------- */

  /** The playhead stands before the update that would overwrite the weights with what is no number, or at an earlier op. */
  function breakDown(k = get().at, op = desk.lastOf(k)) {
    set({ playing: false });
    fall(k);
    const end = desk.lastOf(k);
    desk.walking.place(k, Math.min(op, end), op < end ? 1 : 0, { moving: false });
  }

  /** Where a run broke while nobody watched its operations: at the last step with sizes one can read, if there is one. */
  async function openBroken(k) {
    const mine = desk.era;
    const leading = led(k);
    let readable = await desk.unlessAway(leading);
    if (!desk.kept(k)) readable = await leading;
    if (mine !== desk.era) return;
    if (!readable || !desk.kept(readable)) return breakDown(k);
    set({ playing: false });
    fall(k, readable);
    desk.walking.place(readable, desk.lastOf(readable), 1, { moving: false });
  }

  /** The steps that led to step k are here; resolves to the one to be shown in its place. In a lesson that is k itself. */
  async function led(k) {
    await Promise.all([desk.training.load(k), desk.training.loadBefore(k)]);
    if (get().lesson || !grown(k)) return null;
    const readable = await desk.training.lastReadable(k);
    if (readable) await desk.training.load(readable);
    return readable;
  }

  function grown(k) {
    const { changes, run, samples } = get();
    return cause({ step: desk.kept(k)?.step, series: desk.history.series, changes, run, samples })?.grown;
  }

  /** The run is known to have broken in step k. What usually helps is tried once, wherever the reader then walks. */
  function fall(k, readable = null) {
    const { stopped, strip } = get();
    if (stopped?.step === k) return set({ stopped: { ...stopped, readable: stopped.readable ?? readable } });
    if (strip?.worse) set({ strip: null });
    set({ stopped: { step: k, record: desk.kept(k)?.step, readable, remedies: null } });
    const mine = desk.era;
    const still = () => mine === desk.era && get().stopped?.step === k;
    const trying = async () => {
      await desk.serial(async () => {}); // what is still trained comes first
      if (!readable && grown(k)) {
        const found = await desk.training.lastReadable(k);
        if (still()) set({ stopped: { ...get().stopped, readable: found } });
      }
      if (!still()) return;
      const { lesson, run, stopped } = get();
      const helpless = lesson || stopped.record?.tape[0].finite === false;
      const remedies = helpless
        ? []
        : await (await import("./remedies.js")).tryRemedies(api, run, desk.changing.configAt(k), get().first);
      if (still()) set({ stopped: { ...get().stopped, remedies } });
      else desk.runs.letGo(remedies);
    };
    desk.memory.attempt(trying).then(() => {
      if (still() && !get().stopped.remedies) set({ stopped: { ...get().stopped, remedies: [] } }); // it was refused
    });
  }

  /** One frame: the only thing that moves the playhead by itself. @param {number} dt ms since the last one */
  function tick(dt) {
    const { playing, speed, at, op, t, reduced, run, clock } = get();
    if (!run) return;
    if (!playing) return rest(dt);
    const mode = modeOf(speed);
    if (mode !== "operations") set({ clock: clock + dt });
    if (mode === "fast") return drive();
    if (desk.driving) return;
    const rate = reduced ? Math.min(REDUCED_OPS, SPEEDS[speed].ops) : SPEEDS[speed].ops;
    if (at === 0 || !desk.kept(at)) return onwards(at, 0);
    const whole = desk.ops().length;
    const broken = desk.broken(at);
    const count = broken ? whole - 1 : whole;
    const next = advance({ op, t: Math.min(t, op >= count ? 1 : t) }, dt, rate, count);
    if (next.over === null) {
      set({ op: next.op, t: reduced ? 1 : next.t, ...(reduced ? { rest: next.t } : {}) });
      if (remaining(next, rate, count) < LEAD && !broken) desk.training.want(at + 1);
    } else if (broken && (mode === "operations" || reduced || get().stopped)) breakDown();
    else if (broken) {
      set({ playing: false });
      desk.move(() => openBroken(at));
    } else onwards(at, Math.min(1, next.over / duration(rate)));
  }

  /** Not playing: one operation that was asked for runs to its end. */
  function rest(dt) {
    desk.training.recall();
    const { moving, t, speed } = get();
    if (!moving) return;
    const next = t + dt / duration(Math.max(1, Math.min(8, SPEEDS[speed].ops ?? 8)));
    set(next >= 1 ? { t: 1, moving: false } : { t: next });
  }

  function onwards(at, t) {
    if (desk.ready(at + 1) && desk.history.evaluation(at)) desk.walking.place(at + 1, 0, t);
    else {
      if (at > 0) set({ op: desk.lastOf(at), t: 1 });
      desk.training.want(at + 1);
    }
  }

  /* ---------- whole steps ---------- */

  /** Requests one after the other, each sized by the speed asked for or by the rate measured. */
  function drive() {
    desk.driving ??= desk.memory
      .attempt(async () => {
        const mine = desk.era;
        let rate = get().rate || 300;
        let shown = 0;
        const { at, position, run } = get();
        if (at < position) {
          await desk.serial(() => api.rewind(run.id, at));
          set({ position: at, broken: null });
        }
        while (get().playing && modeOf(get().speed) === "fast" && mine === desk.era && !get().broken) {
          const began = performance.now();
          const from = get().position;
          await (get().speed === FASTEST ? driveFreely(rate) : driveSteadily(began));
          const seconds = (performance.now() - began) / 1000;
          const done = get().position - from;
          if (done > 0) rate = shown ? 0.5 * rate + (0.5 * done) / seconds : done / seconds;
          shown++;
          follow(rate);
        }
        const { broken } = get();
        if (broken && mine === desk.era) await openBroken(broken);
      })
      .finally(() => {
        desk.driving = null;
        desk.stream = null;
      });
  }

  /** As many steps as the machine gives, in one long stream that a pause cuts off. */
  async function driveFreely(rate) {
    const { every, steps } = portion(rate, 4, get().reduced ? 1 : 3);
    desk.stream = new AbortController();
    const { signal } = desk.stream;
    await desk
      .serial(() => desk.training.train({ steps, every, evaluate_every: every }, { signal }))
      .catch((error) => {
        if (!signal.aborted) throw error;
      });
    desk.stream = null;
    if (signal.aborted) await desk.serial(desk.training.resync);
  }

  /** So many steps a second as the speed says. */
  async function driveSteadily(began) {
    const { speed, reduced } = get();
    const { steps } = SPEEDS[speed];
    const n = Math.max(1, Math.round(steps / (reduced ? 2 : LINES)));
    await desk.serial(() => desk.training.stride(n));
    const rest = (n / steps) * 1000 - (performance.now() - began);
    if (rest > 1) await new Promise((done) => setTimeout(done, rest));
  }

  /** While whole steps are played, the page shows the latest that came in full. */
  function follow(rate = get().rate) {
    let k = get().position;
    while (k > get().at && !desk.kept(k)) k--;
    if (k > get().at) set({ at: k, op: desk.lastOf(k), t: 1, rate });
    else set({ rate });
    desk.runs.write();
  }

  return { play, halt, speed, breakDown, openBroken, tick, follow };
}
