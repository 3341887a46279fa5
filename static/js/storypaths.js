// Recording off: every path from a weight to the loss lights up, one after the other, and its factors are counted.

import { pathsOf } from "./storybind.js";

const PAUSE = 350; // ms: at most three a second

/**
 * @param {number[]} widths
 * @param {(now: {counted: {path: number, all: number, products: number}|null, routes: any[]|null}) => void} tell
 */
export function createCounter(widths, tell) {
  const all = pathsOf(widths);
  const ends = all.filter((path) => path[0] === "W1[0][0]").map((path, i) => ({ path, letter: "ab"[i] }));
  let timer = 0;

  /** Those of the first weight stay, lettered. */
  function finish() {
    clearInterval(timer);
    tell({ counted: null, routes: ends });
  }

  function start() {
    clearInterval(timer);
    let path = 0;
    let products = 0;
    const next = () => {
      if (path === all.length) return finish();
      products += 2 * all[path].length;
      path += 1;
      return tell({ counted: { path, all: all.length, products }, routes: [{ path: all[path - 1] }] });
    };
    next();
    timer = setInterval(next, PAUSE);
  }

  return {
    start,
    finish,
    clear() {
      clearInterval(timer);
      tell({ counted: null, routes: null });
    },
  };
}
