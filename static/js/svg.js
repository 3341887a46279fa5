// Elements made once, and attributes and texts written only where they differ from what stands there.

export { n1, n2 } from "./scales.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * A new SVG element in its parent; what is null, undefined or false is left out, `text` is what it says.
 * @param {string} tag @param {Record<string, any>} attributes @param {Element|null} parent
 */
export const make = (tag, attributes = {}, parent = null) =>
  furnish(document.createElementNS(SVG, tag), attributes, parent);

/** @template {Element} E @param {E} node @param {Record<string, any>} attributes @param {Element|null} parent @returns {E} */
export function furnish(node, attributes, parent) {
  for (const name in attributes) {
    const value = attributes[name];
    if (name === "text") node.textContent = value;
    else if (value !== false && value !== null && value !== undefined) write(node, name, value);
  }
  parent?.append(node);
  return node;
}

/**
 * The same for HTML.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} className @param {Element|null} parent @param {string} [text]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function html(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

/** Sets an attribute unless it has that value already; null or undefined takes it away. @param {any} node */
export function write(node, name, value) {
  node.written ??= {};
  const next = value ?? null;
  if (node.written[name] === next) return;
  node.written[name] = next;
  if (next === null) node.removeAttribute(name);
  else node.setAttribute(name, next);
}

/** @param {any} node @param {Record<string, any>} attributes */
export function writeAll(node, attributes) {
  for (const name in attributes) write(node, name, attributes[name]);
}

/**
 * The same for an element that others write too: what counts is what stands in the document. Writing the same again
 * would have the page laid out and painted for nothing.
 * @param {Element} node @param {string} name @param {string|null} value
 */
export function put(node, name, value) {
  if (node.getAttribute(name) === value) return;
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

/** @param {Element} node @param {string} text */
export function tell(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {HTMLElement} node @param {boolean} hidden */
export function hide(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/** @param {any} node @param {string} text */
export function say(node, text) {
  if (node.said === text) return;
  node.said = text;
  node.textContent = text;
}

export const show = (node, on) => write(node, "display", on ? null : "none");
