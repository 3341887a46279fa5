// The frame loop, which moves the clock and draws, and the scheduler, which decides what is drawn in a frame.
import { frameInterval, modeOfSpeed } from "../run/clock.js";

const SLEEP_MS = 250; // ms between two looks while nothing moves

/**
 * While something is drawn each frame follows the last; where nothing was to be drawn the loop sleeps until it is.
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
    before = performance.now(); // no clock ran meanwhile
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

/** What takes turns, one a frame: the graph's parts between what stands beside it. */
const CYCLE = ["edges", "stats", "tiles", "stats", "units", "beside"];
/** A step begins with nothing computed; the update moves all weights and biases. */
const BEGIN = ["units", "units", "stats", "edges", "stats", "beside"];
const UPDATE = ["edges", "units", "edges", "beside"];
/** Where operations flow, and where whole steps do: what is drawn in every frame, and what in turn. */
const FLOW = { always: ["tape", "own"], turns: ["caption", "shell", ...CYCLE] };
const STEPS = { always: ["tape", "own", "edges", "tiles"], turns: ["units", "stats", "beside", "caption", "shell"] };
/**
 * What waits for the frames after the one in which an operation begins: "own" are the edges of its layers, "left" the units
 * that it has gone on from. @type {Record<string, number>}
 */
const DELAYS = { tape: 1, own: 2, caption: 3, shell: 4, left: 4 };
const CYCLE_FROM = 5;
/** What stands beside the graph, one in each of its turns. */
const SIDE_PARTS = ["plane", "charts", "gradients"];

/**
 * What is drawn in a frame; while it plays, no frame carries it all. The one in which an operation begins belongs to that
 * operation's units and moving marks; its tape, edges, caption and bar come in the next ones, then the rest by turns. On a
 * machine with too few frames an operation for that, and while operations or steps flow, they take turns in every frame.
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
  return ({ step, op, ops }, state) => {
    const same = begun[0] === step && begun[1] === op;
    const starved = !same && since < CYCLE_FROM;
    begun = [step, op];
    since = same ? since + 1 : 0;
    const mode = modeOfSpeed(state.speed);
    const fast = mode === "fast";
    if (!state.playing || (fast && frameInterval(state) > 0)) return () => true;
    if (mode !== "operations" || starved) {
      since = Math.max(since, CYCLE_FROM);
      const { always, turns } = fast ? STEPS : FLOW;
      const next = take(turns);
      return (part) => part === next || always.includes(part);
    }
    const round = ops?.[op]?.phase === "update" ? UPDATE : op === 0 ? BEGIN : CYCLE;
    const free = since >= CYCLE_FROM || (round === UPDATE && since < DELAYS.own);
    const next = free ? take(round) : "";
    return (part) => (part in DELAYS ? since >= DELAYS[part] : part === next);
  };
}
