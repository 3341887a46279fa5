// What the views beside the graph share: their elements, stripes, sizes and the marks of the classes.

import { hueText, SHAPES, shapeOf } from "./planemap.js";
import { furnish, make as svg } from "./svg.js";

export { make as svg, say, write as set } from "./svg.js";

/** @param {string} name @param {Record<string, any>} attributes @param {Element|null} parent @returns {any} */
export const html = (name, attributes = {}, parent = null) => furnish(document.createElement(name), attributes, parent);

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
  addEventListener("remeasure", () => {
    spoken = false;
  });
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
  if (name === "tint") path.style.color = hueText(k);
  return path;
}
