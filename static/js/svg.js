// Elements made once, and attributes written only where they differ from what stands there.

const SVG = "http://www.w3.org/2000/svg";

/** A new SVG element in its parent. @param {string} tag @param {Record<string, any>} attributes @param {Element|null} parent */
export function make(tag, attributes = {}, parent = null) {
  const node = document.createElementNS(SVG, tag);
  for (const name in attributes) write(node, name, attributes[name]);
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

/** Sets an attribute unless it has that value already; null takes it away. @param {any} node */
export function write(node, name, value) {
  node.written ??= {};
  if (node.written[name] === value) return;
  node.written[name] = value;
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

/** @param {any} node @param {Record<string, any>} attributes */
export function writeAll(node, attributes) {
  for (const name in attributes) write(node, name, attributes[name]);
}

/** @param {any} node @param {string} text */
export function say(node, text) {
  if (node.said === text) return;
  node.said = text;
  node.textContent = text;
}

export const show = (node, on) => write(node, "display", on ? null : "none");

/** To a tenth, to a hundredth of a pixel. */
export const n1 = (v) => Math.round(v * 10) / 10;
export const n2 = (v) => Math.round(v * 100) / 100;
