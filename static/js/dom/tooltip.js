// The tooltip beside the pointer, one for the whole page.

import { createHtml, setText } from "./elements.js";
import { pointerInWindow } from "./pagezoom.js";

let tooltip = null;

/** @param {string} text lines, the first one strong @param {number} clientX @param {number} clientY */
export function showTooltip(text, clientX, clientY) {
  tooltip ??= createTooltip();
  const [first, ...rest] = text.split("\n");
  setText(tooltip.children[0], first);
  setText(tooltip.children[1], rest.join("\n"));
  tooltip.hidden = false;
  const { x, y, ...room } = pointerInWindow(clientX, clientY);
  const { offsetWidth: width, offsetHeight: height } = tooltip;
  const left = Math.max(6, Math.min(x + 14, room.width - width - 6));
  const top = y > room.height * 0.75 ? y - height - 14 : y + 18; // above the pointer near the bottom, so that it never covers the tape
  tooltip.style.transform = `translate(${Math.round(left)}px, ${Math.round(Math.max(4, top))}px)`;
}

export function hideTooltip() {
  if (tooltip) tooltip.hidden = true;
}

function createTooltip() {
  const box = createHtml("div", { class: "tooltip", "aria-hidden": "true" }, document.body);
  createHtml("b", {}, box);
  createHtml("span", {}, box);
  return box;
}
