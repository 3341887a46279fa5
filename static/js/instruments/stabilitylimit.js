// The stability limit 2/λmax as a tick on the learning rate's slider: exact where it is known, else estimated, and
// dashed.

import { setHidden } from "../dom/elements.js";
import { observeBox } from "../dom/size.js";
import { isNumber } from "../format/math.js";
import { format } from "../format/numbers.js";
import { textOf } from "../run/settings.js";
import { Problem } from "../session/api.js";

const STEPS_BETWEEN = 100; // steps after which an estimate is made again while playing
const TIME_BETWEEN = 2500; // ms between two estimates while playing: they take the server's time from training
const IDLE_TIME = 400; // ms of rest after which it is made again while paused
const MIN_EXPONENT = -5; // the slider's ends, in powers of ten
const MAX_EXPONENT = 1;
const TICK_WIDTHS = [26, 26, 17, 13]; // pixels of the numbers below the slider, which stand from end to end
const NAME_WIDTH = 33; // and of the word "limit" among them

/** The position of a rate on the slider, 0 to 1; null beyond its right end. @param {number} rate */
export function sliderPosition(rate) {
  if (!isNumber(rate) || rate <= 0) return null;
  const at = (Math.log10(rate) - MIN_EXPONENT) / (MAX_EXPONENT - MIN_EXPONENT);
  return at > 1 ? null : Math.max(0, at);
}

/** An estimate has no more than two digits. @param {number} v */
const estimateText = (v) => (v < 0.01 ? format(v) : String(Number(v.toPrecision(2))));

/** @param {HTMLElement} host @param {{api: any, get: () => any, set: (patch: any) => void, page: any, redraw: () => void}} of */
export function createStabilityLimit(host, { api, get, set, page, redraw }) {
  const slider = /** @type {HTMLInputElement} */ (host.querySelector("input[type=range]"));
  const createSpan = (className, parent = host) => {
    const child = document.createElement("span");
    child.className = className;
    parent.append(child);
    return child;
  };
  const box = createSpan("limit");
  box.hidden = true;
  const beyond = createSpan("limit-beyond", box);
  const firstTick = createSpan("limit-tick initial", box);
  const tick = createSpan("limit-tick", box);
  const name = createSpan("limit-name", box);
  name.textContent = "limit";
  const words = createSpan("limit-words");
  words.id = "limit-words";
  words.hidden = true;
  slider.setAttribute("aria-describedby", words.id);
  const track = observeBox(slider, redraw);
  let requestedFor = null; // what was asked for last
  let timer = 0;
  let measuring = false;
  let measuredAt = Number.NEGATIVE_INFINITY; // when

  function request(state) {
    const { run, shownStep, trainedStep, config, playing, offline, lostRun, busy } = state;
    if (!run || offline || lostRun || busy || !config) return;
    const stabilityLimit = get().limit;
    const setup = [run.id, config.l2, config.batch_size, config.l1, config.clip_norm].join();
    const step = playing ? trainedStep : shownStep;
    if (stabilityLimit?.setup === setup) {
      if (stabilityLimit.exact || stabilityLimit.step === step) return;
      if (playing && Math.abs(trainedStep - stabilityLimit.step) < STEPS_BETWEEN) return;
    }
    const key = `${setup} ${playing ? Math.floor(step / STEPS_BETWEEN) : step}`;
    if (measuring || key === requestedFor) return;
    if (playing && stabilityLimit?.setup === setup && performance.now() - measuredAt < TIME_BETWEEN) return;
    clearTimeout(timer);
    timer = setTimeout(
      () => measure(run, setup, key, playing ? null : step),
      playing || !stabilityLimit ? 0 : IDLE_TIME,
    );
  }

  async function measure(run, setup, key, step) {
    const state = page.get();
    if (measuring || state.run !== run || (step ?? 0) > state.lastStep) return; // or that step was let go meanwhile
    requestedFor = key;
    measuredAt = performance.now();
    measuring = true;
    try {
      const found = await api.instrument(run.id, "limit", step === null ? "" : `step=${step}`);
      const first = found.exact ? null : await firstEstimate(run, found);
      if (page.get().run === run) set({ limit: { ...found, setup, run: run.id, first, rate: found.learning_rate } });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    } finally {
      measuring = false;
    }
  }

  /** What the estimate was where the run began. */
  async function firstEstimate(run, found) {
    const { limit } = get();
    if (limit?.run === run.id && !limit.exact) return limit.first;
    const firstStep = run.first_step ?? 0;
    if (page.get().run !== run) return null; // it was let go meanwhile
    return found.step === firstStep ? found.limit : (await api.instrument(run.id, "limit", `step=${firstStep}`)).limit;
  }

  let drawn = null;
  return {
    render(_view, state) {
      request(state);
      const { limit } = get();
      const runLimit = limit && limit.run === state.run?.id ? limit : null;
      const key = `${runLimit?.limit} ${runLimit?.exact} ${runLimit?.settled} ${runLimit?.first} ${track.width} ${track.left} ${track.top} ${state.size}`;
      if (key === drawn) return;
      drawn = key;
      draw(runLimit, state.size);
    },
  };

  /** The numbers below the slider give way to the word. @param {number|null} middle of the word, in pixels */
  function coverTicks(middle) {
    const gap = (track.width - TICK_WIDTHS.reduce((sum, each) => sum + each)) / (TICK_WIDTHS.length - 1);
    let left = 0;
    [...host.querySelectorAll(".ticks span")].forEach((tick, i) => {
      const distance = middle === null ? Number.POSITIVE_INFINITY : Math.abs(middle - left - TICK_WIDTHS[i] / 2);
      tick.classList.toggle("covered", distance < (NAME_WIDTH + TICK_WIDTHS[i]) / 2);
      left += TICK_WIDTHS[i] + gap;
    });
  }

  function draw(limit, size) {
    const at = limit ? sliderPosition(limit.limit) : null;
    if (at === null) coverTicks(null);
    setHidden(box, at === null);
    setHidden(words, at === null);
    if (at === null) return;
    const thumb = size === "phone" ? 18 : 11;
    const trackWidth = track.width - thumb;
    Object.assign(box.style, {
      left: `${track.left + thumb / 2}px`,
      top: `${track.top}px`,
      width: `${trackWidth}px`,
      height: `${track.height}px`,
    });
    box.classList.toggle("exact", limit.exact);
    coverTicks(thumb / 2 + at * trackWidth);
    tick.style.left = name.style.left = `${(at * trackWidth).toFixed(1)}px`;
    beyond.style.left = `${(at * trackWidth + 2).toFixed(1)}px`;
    const firstPosition = limit.exact ? null : sliderPosition(limit.first);
    setHidden(firstTick, firstPosition === null || Math.abs(firstPosition - at) * trackWidth < 1.5);
    if (firstPosition !== null) firstTick.style.left = `${(firstPosition * trackWidth).toFixed(1)}px`;
    words.textContent = limit.exact
      ? `2/λmax = ${textOf("learning_rate", limit.limit)}, exact: above it every start grows`
      : `${limit.settled ? `≈ ${estimateText(limit.limit)}, estimate now` : `${estimateText(limit.limit)} or less, not settled: iterations from two starts do not agree within 5 %`} (step ${limit.step}): 2/λmax of the loss as it is curved here. Networks often learn well above it.`;
    words.classList.toggle("exact", limit.exact);
  }
}
