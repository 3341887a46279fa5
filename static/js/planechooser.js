// The heading of the plane, and what it shows of a table.

import { columnTitle } from "./inputs.js";
import { html, say } from "./marks.js";

/** The heading; over a scatter of a table, two selects for its columns. */
export function createChooser(title, choose) {
  const word = html("span", {}, title);
  const box = html("span", { class: "scatter" }, title);
  const selects = ["Columns across", "Columns upwards"].map((label, i) => {
    if (i) box.append(" × ");
    return html("select", { "aria-label": label }, box);
  });
  let shown = null;
  for (const select of selects) select.addEventListener("change", () => choose(selects.map((s) => s.value)));
  return {
    render(text, samples, plane) {
      say(word, text);
      const on = !plane.field && samples.columns.length > 1;
      if (box.hidden === on) box.hidden = !on;
      if (!on) return;
      selects.forEach((select, i) => {
        if (shown !== samples) {
          select.replaceChildren();
          samples.columns.forEach((name, c) => {
            html("option", { value: name, text: columnTitle(name, samples.units[c]) }, select);
          });
        }
        if (select.value !== plane.names[i]) select.value = plane.names[i];
      });
      shown = samples;
    },
  };
}
