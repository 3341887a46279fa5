// Recording off: every path from a weight to the loss lights up, one after the other, and its factors are counted; of
// networks that have others than the picture's paths only the number is shown.

import { thousands } from "../format/numbers.js";
import { pathsOf } from "./expressions.js";

const PAUSE = 350; // ms: at most three a second
const WIDTHS = [1, 2, 2, 1];
const MOST = 4096; // paths that may be walked one by one

/**
 * @param {{find: (id: string) => HTMLElement, fixed: any, reduced: () => boolean, changed: () => void, ask: () => void}} of
 *   fixed: the counts of the networks with other layers; ask: for their drawing
 */
export function createRecording({ find, fixed, reduced, changed, ask }) {
  const all = pathsOf(WIDTHS);
  const ends = all.filter((path) => path[0] === "W1[0][0]").map((path, i) => ({ path, letter: "ab"[i] }));
  const own = fixed.grow.findIndex(({ layers }) => layers === WIDTHS.length - 2) + 1;
  let on = true;
  let layers = own;
  let wide = false;
  let timer = 0;
  /** @type {{path: number, products: number}|null} */
  let counted = null;
  /** @type {{path: string[], letter?: string}[]|null} */
  let routes = null;

  const networks = () => fixed[wide ? "wide" : "grow"];
  const network = () => networks()[layers - 1];

  function show(now) {
    ({ counted, routes } = now);
    const number = counted && find("note").querySelector(".count.warn");
    if (number) number.textContent = thousands(counted.products);
    changed();
  }

  /** Those of the first weight stay, lettered. */
  function finish() {
    clearInterval(timer);
    show({ counted: null, routes: ends });
  }

  function walk() {
    clearInterval(timer);
    let path = 0;
    let products = 0;
    const next = () => {
      if (path === all.length) return finish();
      products += 2 * all[path].length;
      path += 1;
      return show({ counted: { path, products }, routes: [{ path: all[path - 1] }] });
    };
    next();
    timer = setInterval(next, PAUSE);
  }

  function count() {
    if (layers !== own || wide || reduced()) finish();
    else walk();
  }

  function set(recording) {
    on = recording;
    find("recording").setAttribute("aria-checked", String(on));
    clearInterval(timer);
    show({ counted: null, routes: null });
    if (!on) count();
  }

  function grow(by) {
    layers = Math.max(1, Math.min(networks().length, layers + by));
    find("layers").textContent = String(layers);
    const { naive, tape } = network();
    find("say").textContent = `${layers} hidden layers: ${naive} multiplications path by path, ${tape} with the tape`;
    ask();
    if (!on) count();
  }

  find("recording").addEventListener("click", () => set(!on));
  find("wide").addEventListener("change", (event) => {
    wide = /** @type {HTMLInputElement} */ (event.target).checked;
    grow(0);
  });
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-layers]")))
    button.addEventListener("click", () => grow(Number(button.dataset.layers)));

  return {
    off: () => !on,
    routes: () => routes,
    counting: () => Boolean(counted),
    count,
    restore: () => !on && set(true),
    /** What the drawing of the counts is asked for with. */
    asked: () => ({ layers: String(layers), wide: wide ? "1" : "0" }),
    words: () => {
      if (counted) return `Path ${counted.path} of ${all.length}, multiplied out on its own.`;
      const { paths } = network();
      if (layers === own && !wide)
        return "Two paths lead from w¹₁₁ to the loss. Each is multiplied out on its own, then they are added.";
      return paths > MOST
        ? `${thousands(paths)} paths: too many to walk one by one.`
        : `${thousands(paths)} paths, every one multiplied out on its own.`;
    },
  };
}
