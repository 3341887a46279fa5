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
    if (dirty && now - drawnAt >= (fast ? gapOf(current) : 0)) {
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

const playsOperations = ({ playing, speed }) => playing && modeOf(speed) === "operations";

const TURNS = 3; // frames until all parts have come to their turn

/**
 * How many frames ago the operation on the page began; many, where single operations don't play. The frame in which one
 * follows another belongs to the graph; tape, caption and bar come in the next ones: no frame carries it all. On a
 * machine with too few frames an operation for that, all come at once.
 */
export function createSince() {
  let begun = [];
  let since = 0;
  return ({ step, op }, state) => {
    const same = begun[0] === step && begun[1] === op;
    const starved = !same && since < TURNS;
    begun = [step, op];
    since = same ? since + 1 : 0;
    return playsOperations(state) && !starved ? since : Number.POSITIVE_INFINITY;
  };
}

/** While single operations play, what stands beside the graph takes turns, one a frame: no frame carries it all. */
export function createTurns() {
  let turn = 0;
  return (views, view, state) => {
    if (playsOperations(state)) views[turn++ % views.length].render(view);
    else for (const one of views) one.render(view);
  };
}
