// Creating elements and setting their attributes and texts.

import { hueText, SHAPES, shapeOf } from "../format/colors.js";

const SVG = "http://www.w3.org/2000/svg";

/** A new SVG element in its parent. @param {string} tag @param {Record<string, any>} [attributes] @param {Element|null} [parent] @returns {any} */
export const createSvg = (tag, attributes = {}, parent = null) =>
  assignAttributes(document.createElementNS(SVG, tag), attributes, parent);

/**
 * A new HTML element in its parent, with what is in it; strings become text, whatever they hold.
 * @param {string} tag @param {Record<string, any>} [attributes] @param {Element|null} [parent] @param {...any} children
 * @returns {any}
 */
export function createHtml(tag, attributes = {}, parent = null, ...children) {
  const node = assignAttributes(document.createElement(tag), attributes, parent);
  node.append(...children.flat(Number.POSITIVE_INFINITY).filter((child) => child !== null && child !== ""));
  return node;
}

/**
 * Sets all attributes at once: `text` is what the element says, `onclick` and the like are listeners, true is an attribute
 * without a value; null, undefined and false are left out.
 * @template {Element} E @param {E} node @param {Record<string, any>} attributes @param {Element|null} parent @returns {E}
 */
export function assignAttributes(node, attributes, parent) {
  for (const name in attributes) {
    const value = attributes[name];
    if (value === false || value === null || value === undefined) continue;
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else setAttribute(node, name, value === true && !name.startsWith("aria-") ? "" : value);
  }
  parent?.append(node);
  return node;
}

/** Sets an attribute unless it has that value already; null or undefined takes it away. @param {any} node */
export function setAttribute(node, name, value) {
  node.written ??= {};
  const next = value ?? null;
  if (node.written[name] === next) return;
  node.written[name] = next;
  if (next === null) node.removeAttribute(name);
  else node.setAttribute(name, next);
}

/** @param {any} node @param {Record<string, any>} attributes */
export function setAttributes(node, attributes) {
  for (const name in attributes) setAttribute(node, name, attributes[name]);
}

/**
 * Sets an attribute of an element that others write too: it is compared with the document. Writing an equal value would
 * cause layout and paint for nothing.
 * @param {Element} node @param {string} name @param {string|null} value
 */
export function syncAttribute(node, name, value) {
  if (node.getAttribute(name) === value) return;
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

/** @param {Element} node @param {string} text */
export function syncText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {HTMLElement} node @param {boolean} hidden */
export function setHidden(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/** @param {any} node @param {string} text */
export function setText(node, text) {
  if (node.said === text) return;
  node.said = text;
  node.textContent = text;
}

export const setShown = (node, on) => setAttribute(node, "display", on ? null : "none");

/** A select, or plain text where there is only one option. */
export function createChoice(id, label, options, value, change) {
  if (options.length < 2) return options.find(([name]) => name === value)?.[1] ?? value;
  return createHtml(
    "select",
    { id, "aria-label": label, onchange: (event) => change(event.target.value) },
    null,
    options.map(([name, text]) => createHtml("option", { value: name, selected: name === value, text })),
  );
}

/** A pattern of stripes for values that are not finite. @param {Element} root svg @param {string} id @param {number} size */
export function createStripes(root, id, size = 8) {
  const half = size / 2;
  const pattern = createSvg(
    "pattern",
    { id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    createSvg("defs", {}, root),
  );
  createSvg("rect", { width: size, height: size, class: "stripe-light" }, pattern);
  createSvg("rect", { width: half, height: size, class: "stripe-dark" }, pattern);
}

/** The mark of a class, in its hue. */
export function classMark(parent, { task, classes }, k) {
  const target = task === "binary" ? [k] : classes.map((_, j) => (j === k ? 1 : 0));
  const root = createSvg("svg", { viewBox: "-1.4 -1.4 2.8 2.8", class: "class-key", "aria-hidden": "true" }, parent);
  const name = task === "binary" ? (k ? "value-positive" : "value-negative") : k < 3 ? `c${k + 1}` : "tint";
  const path = createSvg("path", { d: SHAPES[shapeOf(target, task)], class: `point train ${name}` }, root);
  if (name === "tint") path.style.color = hueText(k);
  return path;
}

export const escapeHtml = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Writes a region's HTML when it differs, and hides it when there is none; the focus stays at its place. */
export function htmlWriter() {
  const written = new WeakMap();
  return (element, html) => {
    if (written.get(element) === html) return;
    written.set(element, html);
    const controls = () => [...element.querySelectorAll("button, summary, [tabindex]")];
    const focus = controls().indexOf(document.activeElement);
    element.innerHTML = html;
    element.hidden = !html;
    if (focus >= 0) controls()[focus]?.focus({ preventScroll: true });
  };
}
