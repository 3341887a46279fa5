// The frame loop, which moves the clock and draws, and the scheduler, which decides what is drawn in a frame.
import { frameInterval, modeOfSpeed } from "../run/clock.js";

const SLEEP_MS = 250; // ms between two checks while nothing moves

/**
 * The loop runs in every animation frame while something is drawn, and sleeps while nothing changes.
 * @param {{state: () => any, tick: (elapsed: number) => void, showLatest: () => void, draw: () => void}} of
 */
export function createFrames({ state, tick, showLatest, draw }) {
  let dirty = true;
  let before = performance.now();
  let drawnAt = 0;
  let latestAt = 0;
  let sleep = null;

  function frame(now) {
    const elapsed = Math.min(100, Math.max(0, now - before));
    before = now;
    if (!document.hidden) tick(elapsed);
    const current = state();
    const fast = current.playing && modeOfSpeed(current.speed) === "fast";
    const wanted = dirty || current.playing;
    if (wanted && now - drawnAt >= (fast ? frameInterval(current) : 0)) {
      drawnAt = now;
      if (fast && now - latestAt >= 50) {
        latestAt = now;
        showLatest(); // what is recorded changes at most 20 times a second; only the sweep moves in between
      }
      dirty = false;
      draw();
    }
    if (wanted || dirty) requestAnimationFrame(frame);
    else sleep = setTimeout(wake, SLEEP_MS);
  }

  function wake() {
    clearTimeout(sleep);
    sleep = null;
    before = performance.now(); // the time asleep does not count
    requestAnimationFrame(frame);
  }

  return {
    redraw() {
      dirty = true;
      if (sleep !== null) wake();
    },
    start: () => requestAnimationFrame(frame),
  };
}

/** What is drawn in turn, one part a frame: the parts of the graph, and in between what is beside it. */
const CYCLE = ["edges", "stats", "tiles", "stats", "units", "beside"];
/** The same for the first operation of a step, and for the update. */
const BEGIN = ["units", "units", "stats", "edges", "stats", "beside"];
const UPDATE = ["edges", "units", "edges", "beside"];
/** In the modes "flow" and "fast": what is drawn in every frame, and what in turn. */
const FLOW = { always: ["tape", "own"], turns: ["caption", "shell", ...CYCLE] };
const STEPS = { always: ["tape", "own", "edges", "tiles"], turns: ["units", "stats", "beside", "caption", "shell"] };
/**
 * Frames after the beginning of an operation from which on a part is drawn: "own" are the edges of its layers, "left" the
 * units of the operation before. @type {Record<string, number>}
 */
const DELAYS = { tape: 1, own: 2, caption: 3, shell: 4, left: 4 };
const CYCLE_FROM = 5;
/** The parts beside the graph, one in each of their turns. */
const SIDE_PARTS = ["plane", "charts", "gradients"];

/**
 * Decides what is drawn in a frame; during playback no frame draws everything. The frame in which an operation begins draws
 * its units and moving marks; the tape, edges, caption and toolbar follow in the next frames, then the rest in turn. Where
 * an operation has too few frames for that, and in the modes "flow" and "fast", the parts are drawn in turn in every frame;
 * there a new step is drawn whole, so that all parts are of the same one.
 */
export function createScheduler() {
  let begun = [];
  let since = 0;
  let turn = 0;
  let row = 0;
  const take = (round) => {
    const next = round[turn++ % round.length];
    return next === "beside" ? SIDE_PARTS[row++ % SIDE_PARTS.length] : next;
  };

  /** @returns {(part: string) => boolean} whether this part is drawn in this frame */
  return ({ step, operation, ops }, state) => {
    const sameStep = begun[0] === step;
    const same = sameStep && begun[1] === operation;
    const starved = !same && since < CYCLE_FROM;
    begun = [step, operation];
    since = same ? since + 1 : 0;
    const mode = modeOfSpeed(state.speed);
    const fast = mode === "fast";
    if (!state.playing || (fast && frameInterval(state) > 0)) return () => true;
    if (mode !== "operations" && !sameStep) return () => true; // of a new step all parts at once: no two say different ones
    if (mode !== "operations" || starved) {
      since = Math.max(since, CYCLE_FROM);
      const { always, turns } = fast ? STEPS : FLOW;
      const next = take(turns);
      return (part) => part === next || always.includes(part);
    }
    const round = ops?.[operation]?.phase === "update" ? UPDATE : operation === 0 ? BEGIN : CYCLE;
    const free = since >= CYCLE_FROM || (round === UPDATE && since < DELAYS.own);
    const next = free ? take(round) : "";
    return (part) => (part in DELAYS ? since >= DELAYS[part] : part === next);
  };
}
