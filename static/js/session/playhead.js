// The playhead: one operation, one step or one epoch on or back, and wherever it is dragged.

import { nextLayer } from "../run/operations.js";
import { stepsToEpoch } from "../run/settings.js";

const END = Number.MAX_SAFE_INTEGER; // an operation that no step has: its last one is meant

/** @param {import("./context.js").SessionContext} desk */
export function createWalking(desk) {
  const { get, set, lastOf } = desk;
  const halt = () => desk.playing.halt();
  let wish = null; // the last place asked for by scrubbing
  let aim = null; // the last step asked for by what is moved along

  function place(k, op, t, more = {}) {
    const { config } = get();
    const then = desk.changing.configAt(k);
    const same = config && Object.keys(then).every((name) => then[name] === config[name]);
    set({ at: k, op, t, ...more, config: same ? config : then }); // the same object: no control is drawn anew
    desk.runs.write();
  }

  async function goTo(k, op = lastOf(k)) {
    const turn = desk.turns;
    if (!(await desk.training.ensure(k)) || turn !== desk.turns) return;
    const end = lastOf(k);
    if (desk.broken(k) && op >= end) desk.playing.breakDown(k);
    else place(k, Math.min(op, end), 1, { moving: false });
  }

  /* ---------- one on, one back ---------- */

  async function forward() {
    const { at, op, t, reduced } = get();
    await halt();
    if (desk.broken(at) && op >= lastOf(at)) return;
    const begin = { t: reduced ? 1 : 0, moving: !reduced };
    if (at > 0 && op < lastOf(at)) {
      if (desk.broken(at) && op + 1 >= lastOf(at)) return desk.playing.breakDown();
      return set({ op: op + 1, ...begin });
    }
    if (t < 1 && at > 0) set({ t: 1 });
    const turn = desk.turns;
    if ((await desk.training.ensure(at + 1)) && turn === desk.turns)
      place(at + 1, 0, begin.t, { moving: begin.moving });
  }

  async function back() {
    await halt();
    const { at, op } = get();
    if (op > 0) return set({ op: op - 1, t: 1, moving: false });
    if (at <= desk.firstStep()) return;
    const k = at - 1;
    if (await desk.training.ensure(k)) place(k, lastOf(k), 1, { moving: false });
  }

  async function batch() {
    await halt();
    const { at, stopped } = get();
    if (desk.broken(at)) return;
    const turn = desk.turns;
    if (!(await desk.training.ensure(at + 1)) || turn !== desk.turns) return;
    if (desk.broken(at + 1) && !stopped) await desk.playing.openBroken(at + 1);
    else await goTo(at + 1, END);
  }

  async function epoch() {
    await halt();
    const { at, samples, config, run, furthest, stopped } = get();
    if (desk.broken(at)) return;
    const begun = at === desk.firstStep() ? run.epoch : desk.kept(at).step.epoch;
    const n = stepsToEpoch(begun, samples.train, config.batch_size);
    const target = at + n;
    if (target > furthest && !get().broken) {
      const every = Math.max(1, Math.ceil(n / 60));
      await desk.serial(() => {
        const steps = target - get().position;
        return steps > 0 ? desk.training.train({ steps, every, evaluate_every: every }) : undefined;
      });
    }
    const { broken } = get();
    if (broken && broken <= target && !stopped) await desk.playing.openBroken(broken);
    else await goTo(Math.min(target, get().furthest), END);
  }

  /* ---------- within the step ---------- */

  async function jump(direction) {
    await halt();
    const { at, op } = get();
    if (at > 0) set({ op: nextLayer(desk.ops(), op, direction), t: 1, moving: false });
  }

  async function first() {
    await halt();
    if (get().at > 0) set({ op: 0, t: 1, moving: false });
  }

  async function last() {
    await halt();
    if (get().at > 0) await goTo(get().at);
  }

  function scrub(op, t = 1) {
    desk.did("tape");
    if (get().playing) desk.move(halt);
    const { at } = get();
    if (at === 0) return;
    const end = lastOf(at);
    if (desk.broken(at) && op >= end) set({ op: end, t: 0, moving: false });
    else set({ op: Math.max(0, Math.min(end, op)), t, moving: false });
  }

  /* ---------- over steps ---------- */

  /** Scrubbing over steps: only the last place asked for counts. */
  function scrubSteps(k) {
    const { furthest, op, at } = get();
    const busy = wish !== null;
    wish = Math.max(desk.firstStep(), Math.min(furthest, Math.round(k)));
    if (busy) return;
    desk
      .move(async () => {
        await halt();
        const part = at === 0 ? END : op;
        while (wish !== null && wish !== get().at) {
          const here = wish;
          await goTo(here, here === 0 ? 0 : part);
          if (wish === here) break;
        }
      })
      .finally(forgetWish);
  }

  const stepBy = (n) => scrubSteps((wish ?? get().at) + n);
  const forgetWish = () => {
    wish = null;
  };

  /** Trains on to a step in some strides, so that it is seen on its way. @param {number} target @param {number} every */
  async function learn(target, every, { strides = 16, going = () => true } = {}) {
    await halt();
    const mine = desk.era;
    const wide = Math.max(1, Math.ceil((target - get().position) / strides));
    while (mine === desk.era && going() && !get().broken && get().position < target) {
      const k = Math.min(target, get().position + wide);
      await desk.serial(() => desk.training.sketch(k - 1, every));
      if (mine !== desk.era || get().broken || !(await desk.training.ensure(k)) || mine !== desk.era) break;
      place(k, lastOf(k), 1, { moving: false });
    }
    const { broken, at } = get();
    if (mine !== desk.era) return;
    if (broken) await desk.playing.openBroken(broken);
    else if (at < target && get().position >= target) await goTo(target, END);
  }

  /** Where another run has gone, this one follows; only the last place asked for counts. */
  function reach(k) {
    const busy = aim !== null;
    aim = k;
    if (busy) return;
    const inReach = () => Math.max(desk.firstStep(), aim);
    desk
      .move(async () => {
        const mine = desk.era;
        while (aim !== null && mine === desk.era) {
          const here = inReach();
          const { position, furthest, broken } = get();
          if (here > furthest && !broken) {
            const every = Math.max(1, Math.ceil((here - 1 - position) / 10));
            await desk.serial(() => desk.training.sketch(here - 1, every));
          }
          if (mine !== desk.era) break;
          await goTo(get().broken ? Math.min(here, get().broken) : here, END);
          if (inReach() === here) break;
        }
      })
      .finally(() => {
        aim = null;
      });
  }

  return {
    place,
    forward,
    back,
    batch,
    epoch,
    jump,
    first,
    last,
    scrub,
    scrubSteps,
    stepBy,
    forgetWish,
    learn,
    reach,
  };
}
