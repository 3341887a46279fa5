// The numbers, colours and wordings of the story's text, changed in place.

import { colorClass, evaluate, storyNumber, wording } from "./expressions.js";

const TINT_TIME = 160; // ms

/** @param {ParentNode} page */
export function createNumbers(page) {
  const all = (selector) => /** @type {HTMLElement[]} */ ([...page.querySelectorAll(selector)]);
  const numbers = all("[data-bind]").map((element) => {
    const { bind, digits, size } = element.dataset;
    return { element, bind, digits: Number(digits ?? 4), unsigned: size, last: null };
  });
  const colored = all("[data-hue]").map((element) => ({ element, of: element.dataset.hue }));
  const texts = all("[data-text]").map((element) => ({ element, of: element.dataset.text }));
  const wordings = all("[data-cases]").map((element) => ({ element, cases: JSON.parse(element.dataset.cases) }));

  function writeNumber(entry, values) {
    const value = evaluate(entry.bind, values);
    if (value === entry.last) return;
    const { element, last } = entry;
    const text = storyNumber(entry.unsigned ? Math.abs(value) : value, entry.digits);
    const isData = element instanceof HTMLDataElement;
    const hue = colorClass(entry.bind, values);
    if (hue || isData) element.setAttribute("class", [isData && "quantity", hue].filter(Boolean).join(" "));
    if (last !== null && element.textContent !== text) tint(element);
    entry.last = value;
    element.textContent = text;
    if (!isData) return;
    element.value = String(value);
    element.title = `${entry.bind} = ${value}`;
  }

  function writeAll(values) {
    for (const entry of numbers) writeNumber(entry, values);
    for (const { element, of } of colored) element.setAttribute("class", colorClass(of, values));
    for (const { element, of } of texts) setText(element, evaluate(of, values));
    for (const { element, cases } of wordings) setText(element, wording(cases, values));
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
    showOriginal() {
      printing = true;
      if (first) writeAll(first);
    },
    showCurrent() {
      printing = false;
      if (latest) writeAll(latest);
    },
  };
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tint(element) {
  element.classList.add("tint");
  setTimeout(() => element.classList.remove("tint"), TINT_TIME);
}
