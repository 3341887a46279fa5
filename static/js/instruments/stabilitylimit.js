// The tick on the learning rate's slider: where the limit is known exactly, or, dashed, an estimate of the curvature now.

import { observeBox } from "../dom/size.js";
import { isNumber } from "../format/math.js";
import { format } from "../format/numbers.js";
import { textOf } from "../run/settings.js";
import { Problem } from "../session/api.js";

const EVERY = 100; // steps after which an estimate is made anew while playing
const BREATH = 2500; // ms between two estimates while playing: they take the server's time from training
const PAUSE = 400; // ms of rest after which it is made anew while paused
const LOW = -5; // the slider's ends, in powers of ten
const HIGH = 1;

/** Where a rate stands on the slider, 0 to 1; null beyond its right end. @param {number} rate */
export function placeOf(rate) {
  if (!isNumber(rate) || rate <= 0) return null;
  const at = (Math.log10(rate) - LOW) / (HIGH - LOW);
  return at > 1 ? null : Math.max(0, at);
}

/** An estimate has no more than two digits. @param {number} v */
const rough = (v) => (v < 0.01 ? format(v) : String(Number(v.toPrecision(2))));

/** @param {HTMLElement} host @param {{api: any, get: () => any, set: (patch: any) => void, page: any, redraw: () => void}} of */
export function createRateLimit(host, { api, get, set, page, redraw }) {
  const slider = /** @type {HTMLInputElement} */ (host.querySelector("input[type=range]"));
  const make = (className, parent = host) => {
    const made = document.createElement("span");
    made.className = className;
    parent.append(made);
    return made;
  };
  const box = make("limit");
  box.hidden = true;
  const beyond = make("limit-beyond", box);
  const ghost = make("limit-tick ghost", box);
  const tick = make("limit-tick", box);
  const words = make("limit-words");
  words.id = "limit-words";
  words.hidden = true;
  slider.setAttribute("aria-describedby", words.id);
  const track = observeBox(slider, redraw);
  let asked = null; // what was asked for last
  let waiting = 0;
  let under = false;
  let measured = Number.NEGATIVE_INFINITY; // when

  function want(state) {
    const { run, at, position, config, playing, away, gone, busy } = state;
    if (!run || away || gone || busy || !config) return;
    const known = get().limit;
    const setup = [run.id, config.l2, config.batch_size, config.l1, config.clip_norm].join();
    const step = playing ? position : at;
    if (known?.setup === setup) {
      if (known.exact || known.step === step) return;
      if (playing && Math.abs(position - known.step) < EVERY) return;
    }
    const key = `${setup} ${playing ? Math.floor(step / EVERY) : step}`;
    if (under || key === asked) return;
    if (playing && known?.setup === setup && performance.now() - measured < BREATH) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => measure(run, setup, key, playing ? null : step), playing || !known ? 0 : PAUSE);
  }

  async function measure(run, setup, key, step) {
    const state = page.get();
    if (under || state.run !== run || (step ?? 0) > state.furthest) return; // or that step was let go meanwhile
    asked = key;
    measured = performance.now();
    under = true;
    try {
      const found = await api.instrument(run.id, "limit", step === null ? "" : `step=${step}`);
      const first = found.exact ? null : await firstOf(run, found);
      if (page.get().run === run) set({ limit: { ...found, setup, run: run.id, first, rate: found.learning_rate } });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    } finally {
      under = false;
    }
  }

  /** What the estimate was where the run began. */
  async function firstOf(run, found) {
    const { limit } = get();
    if (limit?.run === run.id && !limit.exact) return limit.first;
    const begins = run.first_step ?? 0;
    if (page.get().run !== run) return null; // it was let go meanwhile
    return found.step === begins ? found.limit : (await api.instrument(run.id, "limit", `step=${begins}`)).limit;
  }

  let drawn = null;
  return {
    render(_view, state) {
      want(state);
      const { limit } = get();
      const mine = limit && limit.run === state.run?.id ? limit : null;
      const key = `${mine?.limit} ${mine?.exact} ${mine?.first} ${track.width} ${track.left} ${track.top} ${state.size}`;
      if (key === drawn) return;
      drawn = key;
      draw(mine, state.size);
    },
  };

  function draw(limit, size) {
    const at = limit ? placeOf(limit.limit) : null;
    box.hidden = at === null;
    words.hidden = at === null;
    if (at === null) return;
    const thumb = size === "phone" ? 18 : 11;
    const wide = track.width - thumb;
    Object.assign(box.style, {
      left: `${track.left + thumb / 2}px`,
      top: `${track.top}px`,
      width: `${wide}px`,
      height: `${track.height}px`,
    });
    box.classList.toggle("exact", limit.exact);
    tick.style.left = `${(at * wide).toFixed(1)}px`;
    beyond.style.left = `${(at * wide + 2).toFixed(1)}px`;
    const began = limit.exact ? null : placeOf(limit.first);
    ghost.hidden = began === null || Math.abs(began - at) * wide < 1.5;
    if (began !== null) ghost.style.left = `${(began * wide).toFixed(1)}px`;
    words.textContent = limit.exact
      ? `2/λmax = ${textOf("learning_rate", limit.limit)}, exact: above it every start grows`
      : `≈ ${rough(limit.limit)}, estimate now (step ${limit.step}): 2/λmax of the loss as it is curved here. Networks often learn well above it.`;
    words.classList.toggle("exact", limit.exact);
  }
}
