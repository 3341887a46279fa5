// The heading of the plane, and what it shows of a table.

import { createHtml, setText } from "./elements.js";
import { columnTitle } from "./inputs.js";

/** The heading; over a scatter of a table, two selects for its columns. */
export function createChooser(title, choose) {
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
      if (box.hidden === on) box.hidden = !on;
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
