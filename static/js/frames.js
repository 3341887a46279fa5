// The one animation loop: it moves the clock, and draws what has changed, no more in a frame than fits into one.
import { FASTEST, modeOf, SPEEDS } from "./player.js";

/** @param {{state: () => any, tick: (elapsed: number) => void, follow: () => void, draw: () => void}} of */
export function createFrames({ state, tick, follow, draw }) {
  let dirty = true;
  let before = performance.now();
  let drawnAt = 0;
  let followed = 0;

  function frame(now) {
    const elapsed = Math.min(100, now - before);
    before = now;
    if (!document.hidden) tick(elapsed);
    const current = state();
    const fast = current.playing && modeOf(current.speed) === "fast";
    if ((dirty || current.playing) && now - drawnAt >= (fast ? gapOf(current) : 0)) {
      drawnAt = now;
      if (fast && now - followed >= 50) {
        followed = now;
        follow(); // what is recorded changes at most 20 times a second; only the sweep moves in between
      }
      dirty = false;
      draw();
    }
    requestAnimationFrame(frame);
  }

  return {
    redraw() {
      dirty = true;
    },
    start: () => requestAnimationFrame(frame),
  };
}

/** While whole steps are played: ms between two pictures. */
function gapOf({ reduced, speed }) {
  if (reduced) return 500;
  if (speed === FASTEST) return 120;
  return SPEEDS[speed].steps > 60 ? 50 : 0;
}

/** What takes turns, one a frame: the graph's parts between what stands beside it. */
const ROUND = ["edges", "stats", "tiles", "stats", "units", "beside"];
/** A step begins with nothing computed; the update moves all weights and biases. */
const BEGIN = ["units", "units", "stats", "edges", "stats", "beside"];
const UPDATE = ["edges", "units", "edges", "beside"];
/** Where operations flow, and where whole steps do: what is drawn in every frame, and what in turn. */
const FLOW = { always: ["tape"], turns: ["caption", "shell", ...ROUND] };
const STEPS = { always: ["tape", "edges", "tiles"], turns: ["units", "stats", "beside", "caption", "shell"] };
/** What waits for the frames after the one in which an operation begins. @type {Record<string, number>} */
const WAITS = { tape: 1, caption: 2, shell: 3 };
const ROUND_FROM = 4;

/**
 * What is drawn in a frame; while it plays, no frame carries it all. The one in which an operation begins belongs to that
 * operation's own marks; tape, caption and bar come in the next ones, then the rest by turns. On a machine with too few
 * frames an operation for that, and while operations or steps flow, they take turns in every frame.
 */
export function createTurns() {
  let begun = [];
  let since = 0;
  let turn = 0;

  /** @returns {(part: string) => boolean} whether this part is drawn in this frame */
  return ({ step, op, ops }, state) => {
    const same = begun[0] === step && begun[1] === op;
    const starved = !same && since < ROUND_FROM;
    begun = [step, op];
    since = same ? since + 1 : 0;
    const mode = modeOf(state.speed);
    const fast = mode === "fast";
    if (!state.playing || (fast && gapOf(state) > 0)) return () => true;
    if (mode !== "operations" || starved) {
      since = Math.max(since, ROUND_FROM);
      const { always, turns } = fast ? STEPS : FLOW;
      const next = turns[turn++ % turns.length];
      return (part) => part === next || always.includes(part);
    }
    const round = ops?.[op]?.phase === "update" ? UPDATE : op === 0 ? BEGIN : ROUND;
    const free = since >= ROUND_FROM || (round === UPDATE && since < WAITS.caption);
    const next = free ? round[turn++ % round.length] : "";
    return (part) => (part in WAITS ? since >= WAITS[part] : part === next);
  };
}

/** What stands beside the graph: one of them, or some together, in each of its turns, or all at once. */
export function createRow(views) {
  let turn = 0;
  return (view, all) => {
    for (const one of all ? views.flat() : [views[turn++ % views.length]].flat()) one.render(view);
  };
}

/**
 * Whether a part may go on in this frame: for so long, and once at least; the rest in its next turns, so that a fast
 * machine is done at once and a slow one keeps its frames. @param {boolean} playing else all is drawn at once
 */
export function spell(playing, ms = 1) {
  const until = performance.now() + ms;
  let first = true;
  return () => {
    const more = first || !playing || performance.now() < until;
    first = false;
    return more;
  };
}
