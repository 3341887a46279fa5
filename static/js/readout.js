// What the mark under the pointer stands for: record, index, full value. One note for the whole page.

import { html, say } from "./marks.js";

let note = null;

/** @param {string} text lines, the first one strong @param {number} x client pixels @param {number} y */
export function readout(text, x, y) {
  note ??= makeNote();
  const [first, ...rest] = text.split("\n");
  say(note.children[0], first);
  say(note.children[1], rest.join("\n"));
  note.hidden = false;
  const { offsetWidth: width, offsetHeight: height } = note;
  const left = Math.max(6, Math.min(x + 14, innerWidth - width - 6));
  const top = y > innerHeight * 0.75 ? y - height - 14 : y + 18; // never over the tape
  note.style.transform = `translate(${Math.round(left)}px, ${Math.round(Math.max(4, top))}px)`;
}

export function noReadout() {
  if (note) note.hidden = true;
}

function makeNote() {
  const made = html("div", { class: "readout", "aria-hidden": "true" }, document.body);
  html("b", {}, made);
  html("span", {}, made);
  return made;
}
