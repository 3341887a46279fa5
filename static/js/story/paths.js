// The sum over paths in the story: every path from a weight to the loss is shown in turn, its factors are counted, and
// those that an earlier path has multiplied before are marked; of other networks only the count is shown.

import { thousands } from "../format/numbers.js";
import { pathsOf, repeatsOf } from "./expressions.js";

const PATH_DELAY = 800; // ms: time to see what repeats
const LAYER_WIDTHS = [1, 2, 2, 1];
const MAX_WALKED = 4096; // paths that may be shown one by one

/**
 * @param {{find: (id: string) => HTMLElement, fixed: any, reduced: () => boolean, changed: () => void, ask: () => void}} of
 *   fixed: the counts of the networks with other layers; ask: for their drawing
 */
export function createPathSum({ find, fixed, reduced, changed, ask }) {
  const allPaths = pathsOf(LAYER_WIDTHS);
  const repeats = repeatsOf(allPaths);
  const allRepeated = repeats.reduce((sum, { products }) => sum + products, 0);
  const firstWeightPaths = allPaths
    .map((path, i) => ({ path, repeats: repeats[i] }))
    .filter(({ path }) => path[0] === "W1[0][0]")
    .map((found, i) => ({ ...found, letter: "ab"[i] }));
  const storyDepth = fixed.grow.findIndex(({ layers }) => layers === LAYER_WIDTHS.length - 2) + 1;
  let on = true;
  let layers = storyDepth;
  let wide = false;
  let timer = 0;
  /** @type {{path: number, products: number, repeated: number}|null} */
  let counting = null;
  /** @type {{path: string[], repeats: any, letter?: string}[]|null} */
  let shownPaths = null;

  const networks = () => fixed[wide ? "wide" : "grow"];
  const network = () => networks()[layers - 1];

  function show(now) {
    ({ counting, shownPaths } = now);
    const number = counting && find("note").querySelector(".count.warning");
    if (number) {
      number.textContent = thousands(counting.products);
      find("note").querySelector(".repeats").textContent = `${counting.repeated} of them done before`;
    }
    changed();
  }

  /** Those of the first weight stay, lettered. */
  function showFirstWeightPaths() {
    clearInterval(timer);
    show({ counting: null, shownPaths: firstWeightPaths });
  }

  function countPaths() {
    clearInterval(timer);
    let path = 0;
    let [products, repeated] = [0, 0];
    const next = () => {
      if (path === allPaths.length) return showFirstWeightPaths();
      products += 2 * allPaths[path].length;
      repeated += repeats[path].products;
      path += 1;
      return show({
        counting: { path, products, repeated },
        shownPaths: [{ path: allPaths[path - 1], repeats: repeats[path - 1] }],
      });
    };
    next();
    timer = setInterval(next, PATH_DELAY);
  }

  function count() {
    if (layers !== storyDepth || wide || reduced()) showFirstWeightPaths();
    else countPaths();
  }

  function set(recording) {
    on = recording;
    find("recording").setAttribute("aria-checked", String(on));
    clearInterval(timer);
    show({ counting: null, shownPaths: null });
    if (!on) count();
  }

  function changeDepth(by) {
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
    changeDepth(0);
  });
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-layers]")))
    button.addEventListener("click", () => changeDepth(Number(button.dataset.layers)));

  return {
    isActive: () => !on,
    shownPaths: () => shownPaths,
    isCounting: () => Boolean(counting),
    count,
    restore: () => !on && set(true),
    /** What the drawing of the counts is asked for with. */
    noteQuery: () => ({ layers: String(layers), wide: wide ? "1" : "0" }),
    caption: () => {
      if (counting) {
        const [all, repeated] = [2 * allPaths[counting.path - 1].length, repeats[counting.path - 1].products];
        return `Path ${counting.path} of ${allPaths.length}: ${all} multiplications, ${repeated || "none"} of them done before${repeated ? ", dotted" : ""}.`;
      }
      const { paths, naive } = network();
      if (layers === storyDepth && !wide)
        return `${allRepeated} of the ${naive} multiplications had been done before. From w¹₁₁ two paths lead to the loss: x · σ′ and δ³ are in both, dotted in b.`;
      return paths > MAX_WALKED
        ? `${thousands(paths)} paths: too many to walk one by one.`
        : `${thousands(paths)} paths, every one multiplied out on its own.`;
    },
  };
}
