// What is said of the data beside their settings: where they come from, who is in them, how each scaling conditions them.

import { classMark, createHtml, setText } from "./elements.js";
import { planeClasses } from "./planemap.js";
import { format, isNumber, superscript, thousands } from "./scales.js";

/** @param {HTMLElement} about @param {NodeListOf<HTMLElement>} scalings their buttons @param {any} catalog */
export function createAbout(about, scalings, catalog) {
  const text = createHtml("p", {}, about);
  const classes = createHtml("ul", { class: "class-counts" }, about);
  let shown = null;

  /** @param {any} config @param {any} samples of the run, or null before they are here */
  return function render(config, samples) {
    const dataset = catalog.datasets.find((d) => d.name === config.dataset);
    const own = samples && !dataset?.preview;
    const left = samples?.left_out ?? dataset?.left_out;
    const why = (samples?.why || dataset?.why || "").replace(/\.$/, "");
    const words = dataset && !dataset.preview ? dataset.description : dataset ? "" : "A table of your own.";
    setText(
      text,
      `${words}${left ? ` ${thousands(left)} ${left === 1 ? "row is" : "rows are"} left out${why ? `: ${why}` : ""}.` : ""}`,
    );
    text.hidden = !text.textContent;
    if (samples === shown) return;
    shown = samples;
    classes.replaceChildren();
    classes.hidden = !own || samples.task === "regression";
    if (!classes.hidden)
      planeClasses(samples).forEach((count, k) => {
        const item = createHtml("li", {}, classes);
        classMark(item, samples, k);
        createHtml("span", { text: String(samples.classes[k]) }, item);
        createHtml("b", { text: thousands(count) }, item);
      });
    if (samples) conditions(samples, scalings);
  };
}

/** Whether the columns are a table's, with names of their own. @param {any} samples of the run */
export const namesItsColumns = (samples) => Boolean(samples?.columns.some((name) => !/^x\d+$/.test(name)));

/** κ under each scaling, below its button. */
function conditions({ condition }, buttons) {
  for (const button of buttons) {
    const kappa = condition?.[button.dataset.value];
    button.dataset.kappa = kappa === undefined ? "" : short(kappa);
    button.title = `${button.title.split(" κ = ")[0]} κ = ${isNumber(kappa) ? format(kappa) : "not known"}`;
  }
}

const short = (v) => (!isNumber(v) ? "–" : v < 9999 ? format(v, 0) : `10${superscript(Math.round(Math.log10(v)))}`);
