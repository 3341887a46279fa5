// The heading of the plane; over a scatter of a table it holds two selects for the columns shown.

import { createHtml, setHidden, setText } from "../dom/elements.js";
import { columnTitle } from "../run/settings.js";

/**
 * @param {HTMLElement} title @param {(pair: string[]) => void} choose
 * @returns {{render: (text: string, samples: any, plane: any) => void}}
 */
export function createHeading(title, choose) {
  const word = createHtml("span", {}, title);
  const box = createHtml("span", { class: "scatter" }, title);
  const selects = ["Columns across", "Columns upwards"].map((label, i) => {
    if (i) box.append(" × ");
    return createHtml("select", { "aria-label": label }, box);
  });
  let shown = null;
  for (const select of selects) select.addEventListener("change", () => choose(selects.map((s) => s.value)));
  return {
    render(text, samples, plane) {
      setText(word, text);
      const on = !plane.field && samples.columns.length > 1;
      setHidden(box, !on);
      if (!on) return;
      selects.forEach((select, i) => {
        if (shown !== samples) {
          select.replaceChildren();
          samples.columns.forEach((name, c) => {
            createHtml("option", { value: name, text: columnTitle(name, samples.units[c]) }, select);
          });
        }
        if (select.value !== plane.names[i]) select.value = plane.names[i];
      });
      shown = samples;
    },
  };
}

/** The chosen pair of columns, where the data have both. */
export const pairOf = (samples, pair) => (pair?.every((name) => samples.columns.includes(name)) ? pair : null);
