// The numbers, colours and wordings of the text: each changed in place, none counted up.

import { evaluate, hueOf, shown, wording } from "./expressions.js";

const TINT = 160; // ms

/** @param {ParentNode} page */
export function createNumbers(page) {
  const all = (selector) => /** @type {HTMLElement[]} */ ([...page.querySelectorAll(selector)]);
  const bound = all("[data-bind]").map((element) => {
    const { bind, digits, size } = element.dataset;
    return { element, bind, digits: Number(digits ?? 4), unsigned: size, last: null };
  });
  const tied = all("[data-hue]").map((element) => ({ element, of: element.dataset.hue }));
  const said = all("[data-text]").map((element) => ({ element, of: element.dataset.text }));
  const worded = all("[data-cases]").map((element) => ({ element, cases: JSON.parse(element.dataset.cases) }));

  function writeNumber(entry, values) {
    const value = evaluate(entry.bind, values);
    if (value === entry.last) return;
    const { element, last } = entry;
    const text = shown(entry.unsigned ? Math.abs(value) : value, entry.digits);
    const isData = element instanceof HTMLDataElement;
    const hue = hueOf(entry.bind, values);
    if (hue || isData) element.setAttribute("class", [isData && "q", hue].filter(Boolean).join(" "));
    if (last !== null && element.textContent !== text) tint(element);
    entry.last = value;
    element.textContent = text;
    if (!isData) return;
    element.value = String(value);
    element.title = `${entry.bind} = ${value}`;
  }

  function writeAll(values) {
    for (const entry of bound) writeNumber(entry, values);
    for (const { element, of } of tied) element.setAttribute("class", hueOf(of, values));
    for (const { element, of } of said) say(element, evaluate(of, values));
    for (const { element, cases } of worded) say(element, wording(cases, values));
  }

  let first = null;
  let latest = null;
  let printing = false;
  return {
    /** Writes what has changed. @param {Record<string, any>} values */
    write(values) {
      first ??= values;
      latest = values;
      if (!printing) writeAll(values);
    },
    /** On paper are the numbers that the page came with. */
    still() {
      printing = true;
      if (first) writeAll(first);
    },
    live() {
      printing = false;
      if (latest) writeAll(latest);
    },
  };
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tint(element) {
  element.classList.add("tint");
  setTimeout(() => element.classList.remove("tint"), TINT);
}
