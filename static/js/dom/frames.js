// Work spread over frames: how long a part may take in one, where it goes on in the next, and calls once a frame.

/**
 * Whether a part of what plays may go on in this frame: for a short while, and once at least; the rest comes in its next
 * turns, so that a fast machine is done at once and a slow one keeps its frames. What stands still is drawn whole.
 * @param {{playing: boolean, frameBudget?: number}} view frameBudget in ms
 */
export function frameBudget(view) {
  const until = performance.now() + Math.max(1, view.frameBudget ?? 0);
  let first = true;
  return () => {
    const more = first || !view.playing || performance.now() < until;
    first = false;
    return more;
  };
}

/**
 * Goes once through so many pieces of a part, from where the last frame left off: none starves.
 * @param {number} count @param {number} from @param {(i: number) => boolean} visit whether this piece is as it shall be
 * @returns {number} where the next frame goes on
 */
export function roundRobin(count, from, visit) {
  let next = 0;
  let left = false;
  for (let i = 0; i < count; i++) {
    const at = (from + i) % count;
    if (visit(at) || left) continue;
    next = at;
    left = true;
  }
  return next;
}

/** Calls back once, before the next frame, however often it is asked. @param {() => void} call */
export function oncePerFrame(call) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      call();
    });
  };
}
