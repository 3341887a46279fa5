// The confusion matrix: counts by true class (rows) and predicted class (columns).

import { classMark, createHtml, setAttribute, setHidden, setText } from "../dom/elements.js";
import { thousands } from "../format/numbers.js";
import { isTable, shownEvaluation } from "../run/values.js";

const LARGE_CELL_CLASSES = 4; // classes up to which cells are large
const NAMED_CLASSES = 6; // and rows carry their names

/** @param {HTMLElement} element */
export function createConfusion(element) {
  element.classList.add("side-figure");
  const head = createHtml("h2", { class: "side-figure-head" }, element);
  createHtml("span", { text: "Confusion", "data-term": "confusion-matrix", tabindex: 0 }, head);
  const small = createHtml("small", {}, head);
  const table = createHtml("table", { class: "confusion" }, element);
  let builtFor = null;
  let cells = [];
  let drawnFor = null;

  function render(view) {
    const evaluation = shownEvaluation(view);
    const counts = evaluation?.confusion?.test ?? evaluation?.confusion?.train;
    const shown = Boolean(counts);
    setHidden(element, !shown);
    if (!shown || drawnFor === evaluation) return;
    if (builtFor !== view.samples) build(view.samples);
    drawnFor = evaluation;
    const split = evaluation.confusion.test ? "test" : "train";
    const { train, targets } = view.samples;
    const all = split === "test" ? targets.length - train : train;
    const answered = counts.flat().reduce((a, b) => a + b, 0);
    setText(
      small,
      `${thousands(all)} ${split === "test" ? "test" : "training"} ${isTable(view) ? "rows" : "points"}${answered < all ? `, ${thousands(all - answered)} without an answer` : ""}`,
    );
    counts.forEach((row, trueClass) => {
      const rowTotal = row.reduce((a, b) => a + b, 0) || 1;
      row.forEach((count, predicted) => {
        const cell = cells[trueClass][predicted];
        setText(cell, String(count));
        setAttribute(cell, "data-ref", `confusion.${split}[${trueClass}][${predicted}]`);
        setAttribute(cell, "class", trueClass === predicted ? (count ? "right" : "") : count ? "error" : "");
        cell.style.setProperty("--share", (count / rowTotal).toFixed(3));
      });
    });
  }

  function build(samples) {
    builtFor = samples;
    table.replaceChildren();
    const compact = samples.classes.length > NAMED_CLASSES;
    element.classList.toggle("many", compact);
    element.classList.toggle("some", !compact && samples.classes.length > LARGE_CELL_CLASSES);
    const top = createHtml("tr", {}, createHtml("thead", {}, table));
    createHtml("td", { text: compact ? "" : "true ↓ · predicted →" }, top);
    samples.classes.forEach((name, k) => {
      const th = createHtml("th", { scope: "col", title: name }, top);
      classMark(th, samples, k);
      createHtml("span", { class: "visually-hidden", text: `predicted ${name}` }, th);
    });
    const body = createHtml("tbody", {}, table);
    cells = samples.classes.map((name, k) => {
      const row = createHtml("tr", {}, body);
      const th = createHtml("th", { scope: "row", title: name }, row);
      classMark(th, samples, k);
      createHtml("span", { class: compact ? "visually-hidden" : "", text: name }, th);
      return samples.classes.map(() => createHtml("td", {}, row));
    });
  }

  return { render };
}
