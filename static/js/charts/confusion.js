// Who was taken for whom: counts by true class (rows) and answered class, beside tables that no plane can show.

import { classMark, createHtml, setAttribute, setText } from "../dom/elements.js";
import { thousands } from "../format/numbers.js";
import { isTable, shownEvaluation } from "../run/values.js";

const LARGE = 4; // classes up to which cells are large
const NAMED = 6; // and rows carry their names

/** @param {HTMLElement} element */
export function createConfusion(element) {
  element.classList.add("reading");
  const head = createHtml("h2", { class: "reading-head" }, element);
  createHtml("span", { text: "Confusion" }, head);
  const small = createHtml("small", {}, head);
  const table = createHtml("table", { class: "confusion" }, element);
  let built = null;
  let cells = [];
  let drawn = null;

  function render(view) {
    const evaluation = shownEvaluation(view);
    const counts = evaluation?.confusion?.test ?? evaluation?.confusion?.train;
    const shown = Boolean(counts) && isTable(view);
    if (element.hidden === shown) element.hidden = !shown;
    if (!shown || drawn === evaluation) return;
    if (built !== view.samples) build(view.samples);
    drawn = evaluation;
    const split = evaluation.confusion.test ? "test" : "train";
    const { train, targets } = view.samples;
    const all = split === "test" ? targets.length - train : train;
    const answered = counts.flat().reduce((a, b) => a + b, 0);
    setText(
      small,
      `${thousands(all)} ${split} rows${answered < all ? `, ${thousands(all - answered)} without an answer` : ""}`,
    );
    counts.forEach((row, truth) => {
      const most = row.reduce((a, b) => a + b, 0) || 1;
      row.forEach((count, said) => {
        const cell = cells[truth][said];
        setText(cell, String(count));
        setAttribute(cell, "data-ref", `confusion.${split}[${truth}][${said}]`);
        setAttribute(cell, "class", truth === said ? (count ? "right" : "") : count ? "error" : "");
        cell.style.setProperty("--share", (count / most).toFixed(3));
      });
    });
  }

  function build(samples) {
    built = samples;
    table.replaceChildren();
    const many = samples.classes.length > NAMED;
    element.classList.toggle("many", many);
    element.classList.toggle("some", !many && samples.classes.length > LARGE);
    const top = createHtml("tr", {}, createHtml("thead", {}, table));
    createHtml("td", { text: many ? "" : "true ↓ · said →" }, top);
    samples.classes.forEach((name, k) => {
      const th = createHtml("th", { scope: "col", title: name }, top);
      classMark(th, samples, k);
      createHtml("span", { class: "sr", text: `said ${name}` }, th);
    });
    const body = createHtml("tbody", {}, table);
    cells = samples.classes.map((name, k) => {
      const row = createHtml("tr", {}, body);
      const th = createHtml("th", { scope: "row", title: name }, row);
      classMark(th, samples, k);
      createHtml("span", { class: many ? "sr" : "", text: name }, th);
      return samples.classes.map(() => createHtml("td", {}, row));
    });
  }

  return { render };
}
