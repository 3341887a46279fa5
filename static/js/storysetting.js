// What the reader has changed of the small network: the input, the target, the rate, a weight; and the address that says it.

import { fromQuery, indexOf, shown, toQuery } from "./storybind.js";

const LIMITS = { x: [-3, 3], y: [0, 1], eta: [0, 20] };
const WEIGHT = [-2, 2];
const PAUSE = 250; // ms of rest before the address is written

/**
 * @param {{shapes: Record<string, number[]>, start: any, find: (id: string) => HTMLElement, changed: () => void,
 *   place: () => {kept: string, hash: string}}} of place: what else the address says
 */
export function createSetting({ shapes, start, find, changed, place }) {
  const sliders = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[data-field]")]);
  const back = find("put-back");
  let now = fromQuery(location.search, start);
  let writing = 0;

  const isWeight = (field) => !(field in LIMITS);

  /** @param {Partial<typeof now>} wanted */
  function change(wanted) {
    now = { ...now, ...wanted };
    show();
    write();
    changed();
  }

  function set(field, value) {
    const [low, high] = LIMITS[field] ?? WEIGHT;
    const rounded = Math.round(Math.min(high, Math.max(low, value)) * 100) / 100;
    if (!isWeight(field)) return change({ [field]: rounded });
    return change({ w: now.w.map((w, i) => (i === indexOf(shapes, field) ? rounded : w)) });
  }

  function show() {
    for (const input of sliders) {
      const { field } = input.dataset;
      const value = isWeight(field) ? now.w[indexOf(shapes, field)] : now[field];
      const [low, high] = [Number(input.min), Number(input.max)];
      if (Number(input.value) !== value) input.value = String(value);
      input.style.setProperty("--p", `${((value - low) / (high - low)) * 100}%`);
    }
    back.hidden = !toQuery(now, start);
    back.textContent = `put back ${shown(start.x)}, ${shown(start.y)}, ${shown(start.eta)}`;
  }

  /** The address says it, a moment later. */
  function write() {
    clearTimeout(writing);
    writing = setTimeout(() => {
      const { kept, hash } = place();
      const query = [kept, toQuery(now, start)].filter(Boolean).join("&");
      history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}${hash}`);
    }, PAUSE);
  }

  for (const input of sliders) input.addEventListener("input", () => set(input.dataset.field, Number(input.value)));
  back.addEventListener("click", (event) => {
    event.preventDefault();
    change({ ...start });
  });

  return {
    now: () => now,
    query: () => toQuery(now, start),
    set,
    show,
    write,
    /** The thirteen numbers after a step. @param {number[]} w */
    take: (w) => change({ w: w.map((value) => Math.max(WEIGHT[0], Math.min(WEIGHT[1], value))) }),
  };
}
