// What the reader has changed of the small network (input, target, learning rate, weights), its URL, and changing it by
// dragging in the picture.

import { setHidden } from "../dom/elements.js";
import { fromQuery, indexOf, storyNumber, toQuery } from "./expressions.js";

const LIMITS = { x: [-3, 3], y: [0, 1], eta: [0, 40] };
const WEIGHT = [-2, 2]; // of what may be chosen by hand
const AFTER_STEP = [-10, 10]; // of what a long step may lead to
const URL_DELAY = 250; // ms of rest before the address is written

/**
 * @param {{shapes: Record<string, number[]>, start: any, find: (id: string) => HTMLElement, changed: () => void,
 *   addressParts: () => {runQuery: string, hash: string}}} of addressParts: what else the address says
 */
export function createSetting({ shapes, start, find, changed, addressParts }) {
  const sliders = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[data-field]")]);
  const resetLink = find("put-back");
  let setting = fromQuery(location.search, start);
  let timer = 0;

  const isWeight = (field) => !(field in LIMITS);

  /** @param {Partial<typeof setting>} wanted */
  function change(wanted) {
    setting = { ...setting, ...wanted };
    show();
    write();
    changed();
  }

  function set(field, value) {
    const [low, high] = LIMITS[field] ?? WEIGHT;
    const rounded = Math.round(Math.min(high, Math.max(low, value)) * 100) / 100;
    if (!isWeight(field)) return change({ [field]: rounded });
    return change({ w: setting.w.map((w, i) => (i === indexOf(shapes, field) ? rounded : w)) });
  }

  function show() {
    for (const input of sliders) {
      const { field } = input.dataset;
      const value = isWeight(field) ? setting.w[indexOf(shapes, field)] : setting[field];
      const [low, high] = [Number(input.min), Number(input.max)];
      if (Number(input.value) !== value) input.value = String(value);
      input.style.setProperty("--p", `${((value - low) / (high - low)) * 100}%`);
    }
    setHidden(resetLink, !toQuery(setting, start));
    resetLink.textContent = `put back ${storyNumber(start.x)}, ${storyNumber(start.y)}, ${storyNumber(start.eta)}`;
  }

  /** The address says it, a moment later. */
  function write() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { runQuery, hash } = addressParts();
      const query = [runQuery, toQuery(setting, start)].filter(Boolean).join("&");
      history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}${hash}`);
    }, URL_DELAY);
  }

  for (const input of sliders) input.addEventListener("input", () => set(input.dataset.field, Number(input.value)));
  resetLink.addEventListener("click", (event) => {
    event.preventDefault();
    change({ ...start });
  });

  return {
    now: () => setting,
    query: () => toQuery(setting, start),
    set,
    show,
    write,
    /** The thirteen numbers after a step. @param {number[]} w */
    setWeights: (w) => change({ w: w.map((value) => Math.max(AFTER_STEP[0], Math.min(AFTER_STEP[1], value))) }),
  };
}

/**
 * @param {HTMLElement} live @param {{input: {is: (target: any) => boolean, box: () => {left: number, width: number}},
 *   set: (field: string, value: number) => void}} of
 */
export function enableDragging(live, { input, set }) {
  /** [client x of the low end, of the high end, low, high, field] */
  function scaleOf(handle) {
    if (!handle) {
      const { left, width } = input.box();
      return [left, left + width, -3, 3, "x"];
    }
    const setting = /** @type {any} */ (live.querySelector(`[data-drag="${handle.dataset.drag}"]`)) ?? handle;
    const [x0, x1, low, high] = setting.dataset.scale.split(" ").map(Number);
    const svg = setting.ownerSVGElement;
    const box = svg.getBoundingClientRect();
    const scale = box.width / svg.viewBox.baseVal.width;
    return [box.left + x0 * scale, box.left + x1 * scale, low, high, setting.dataset.drag];
  }

  function begin(event) {
    const handle = event.target.closest("[data-drag]");
    if (event.button || (!handle && !input.is(event.target))) return;
    event.preventDefault();
    event.stopPropagation();
    const drag = (pointer) => {
      const [left, right, low, high, field] = scaleOf(handle);
      set(field, low + ((pointer.clientX - left) / (right - left)) * (high - low));
    };
    const release = () => {
      removeEventListener("pointermove", drag);
      for (const name of ["pointerup", "pointercancel"]) removeEventListener(name, release);
    };
    addEventListener("pointermove", drag);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, release);
    drag(event);
  }

  live.addEventListener("pointerdown", begin, true);
}
