// What the mark under the pointer stands for: record, index, full value. One note for the whole page.

import { createHtml, setText } from "./elements.js";
import { placeInWindow } from "./pagezoom.js";

let note = null;

/** @param {string} text lines, the first one strong @param {number} clientX @param {number} clientY */
export function readout(text, clientX, clientY) {
  note ??= makeNote();
  const [first, ...rest] = text.split("\n");
  setText(note.children[0], first);
  setText(note.children[1], rest.join("\n"));
  note.hidden = false;
  const { x, y, ...room } = placeInWindow(clientX, clientY);
  const { offsetWidth: width, offsetHeight: height } = note;
  const left = Math.max(6, Math.min(x + 14, room.width - width - 6));
  const top = y > room.height * 0.75 ? y - height - 14 : y + 18; // never over the tape
  note.style.transform = `translate(${Math.round(left)}px, ${Math.round(Math.max(4, top))}px)`;
}

export function noReadout() {
  if (note) note.hidden = true;
}

function makeNote() {
  const made = createHtml("div", { class: "readout", "aria-hidden": "true" }, document.body);
  createHtml("b", {}, made);
  createHtml("span", {}, made);
  return made;
}
