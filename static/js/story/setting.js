// What the reader has changed of the small network: the input, the target, the rate, a weight; and the address that says it.

import { fromQuery, indexOf, shown, toQuery } from "./expressions.js";

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

/**
 * @param {HTMLElement} live @param {{input: {is: (target: any) => boolean, box: () => {left: number, width: number}},
 *   set: (field: string, value: number) => void}} of
 */
export function letPull(live, { input, set }) {
  /** [client x of the low end, of the high end, low, high, field] */
  function scaleOf(area) {
    if (!area) {
      const { left, width } = input.box();
      return [left, left + width, -3, 3, "x"];
    }
    const now = /** @type {any} */ (live.querySelector(`[data-drag="${area.dataset.drag}"]`)) ?? area;
    const [x0, x1, low, high] = now.dataset.scale.split(" ").map(Number);
    const svg = now.ownerSVGElement;
    const box = svg.getBoundingClientRect();
    const scale = box.width / svg.viewBox.baseVal.width;
    return [box.left + x0 * scale, box.left + x1 * scale, low, high, now.dataset.drag];
  }

  function begin(event) {
    const area = event.target.closest("[data-drag]");
    if (event.button || (!area && !input.is(event.target))) return;
    event.preventDefault();
    event.stopPropagation();
    const pull = (moved) => {
      const [left, right, low, high, field] = scaleOf(area);
      set(field, low + ((moved.clientX - left) / (right - left)) * (high - low));
    };
    const release = () => {
      removeEventListener("pointermove", pull);
      for (const name of ["pointerup", "pointercancel"]) removeEventListener(name, release);
    };
    addEventListener("pointermove", pull);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, release);
    pull(event);
  }

  live.addEventListener("pointerdown", begin, true);
}
