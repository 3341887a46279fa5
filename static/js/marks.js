// Building elements once and changing only what differs. Every view that draws in SVG does it through here.

import { SHAPES, shapeOf } from "./planemap.js";

const SVG = "http://www.w3.org/2000/svg";
/** @type {WeakMap<Element, Record<string, string>>} */
const known = new WeakMap();

/** @param {string} name @param {Record<string, any>} attributes @param {Element|null} parent @returns {any} */
export function svg(name, attributes = {}, parent = null) {
  return make(document.createElementNS(SVG, name), attributes, parent);
}

/** @param {string} name @param {Record<string, any>} attributes @param {Element|null} parent @returns {any} */
export function html(name, attributes = {}, parent = null) {
  return make(document.createElement(name), attributes, parent);
}

function make(element, attributes, parent) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text") element.textContent = value;
    else if (value !== false && value !== null && value !== undefined) set(element, key, value);
  }
  parent?.append(element);
  return element;
}

function writtenOn(element) {
  const last = known.get(element) ?? {};
  if (!known.has(element)) known.set(element, last);
  return last;
}

/** Writes an attribute where it differs; null takes it away. @param {Element} element @param {string} name @param {any} value */
export function set(element, name, value) {
  const last = writtenOn(element);
  const text = value === null || value === undefined ? null : String(value);
  if (last[name] === text && name in last) return;
  last[name] = /** @type {string} */ (text);
  if (text === null) element.removeAttribute(name);
  else element.setAttribute(name, text);
}

/** Writes a text where it differs. @param {Element} element @param {string} text */
export function say(element, text) {
  const last = writtenOn(element);
  if (last[" text"] === text) return;
  last[" text"] = text;
  element.textContent = text;
}

/** Stripes for what is not finite, to be named by a fill. @param {Element} root svg @param {string} id @param {number} size */
export function stripes(root, id, size = 8) {
  const half = size / 2;
  const pattern = svg(
    "pattern",
    { id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("defs", {}, root),
  );
  svg("rect", { width: size, height: size, class: "lost-y" }, pattern);
  svg("rect", { width: half, height: size, class: "lost-k" }, pattern);
}

/** Tells the size of an element now and whenever it changes. @param {HTMLElement} element @param {() => void} changed */
export function sizeOf(element, changed) {
  const box = { width: 0, height: 0 };
  let spoken = false;
  const read = (width, height) => {
    spoken = true;
    if (width === box.width && height === box.height) return false;
    [box.width, box.height] = [width, height];
    return true;
  };
  new ResizeObserver(([entry]) => {
    if (read(Math.round(entry.contentRect.width), Math.round(entry.contentRect.height))) changed();
  }).observe(element);
  return {
    box,
    /** Asks the element itself only before the observer has spoken: in a frame that would force a layout. */
    measure() {
      if (!spoken) read(element.clientWidth, element.clientHeight);
      return box;
    },
  };
}

/** Calls back once, before the next frame, however often it is asked. @param {() => void} call */
export function onceAFrame(call) {
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

/** The mark of a class, in its hue. */
export function classMark(parent, { task, classes }, k) {
  const target = task === "binary" ? [k] : classes.map((_, j) => (j === k ? 1 : 0));
  const root = svg("svg", { viewBox: "-1.4 -1.4 2.8 2.8", class: "class-key", "aria-hidden": "true" }, parent);
  const name = task === "binary" ? (k ? "vp" : "vn") : k < 3 ? `c${k + 1}` : "tint";
  const path = svg("path", { d: SHAPES[shapeOf(target, task)], class: `pt train ${name}` }, root);
  if (name === "tint") path.style.color = `color-mix(in srgb, var(--c${(k % 3) + 1}) 60%, var(--hmid))`;
  return path;
}
