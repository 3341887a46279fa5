// Work spread over animation frames: time budgets, round-robin order, and calls once a frame.

/**
 * A function that says whether a part may go on drawing in this frame: once at least, and then while the budget lasts. The
 * rest is drawn in later frames, so that slow machines keep their frame rate. While nothing plays there is no limit.
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
 * Visits all items once, starting where the last frame left off, so that none starves.
 * @param {number} count @param {number} from @param {(i: number) => boolean} visit whether the item is up to date
 * @returns {number} the first item that is not
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
