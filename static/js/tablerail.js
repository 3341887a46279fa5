// The rail beside a table: each column with the spread of its classes, and below the scalings what each would make of it.
import { namesItsColumns } from "./about.js";
import { curvePath, densityOf } from "./density.js";
import { createSvg } from "./elements.js";
import { columnTitle } from "./inputs.js";
import { hueText } from "./planemap.js";
import { createScalingTest } from "./scalingtest.js";

const WIDTH = 160;
const HEIGHT = 20;

/**
 * @param {HTMLElement} rail @param {any} catalog
 * @param {(run: string, steps: number) => Promise<any>} measure
 */
export function createTableRail(rail, catalog, measure) {
  const columns = /** @type {HTMLElement} */ (rail.querySelector("#features"));
  const below = rail.querySelector("#scaling-text");
  const host = document.createElement("div");
  below.after(host);
  const test = createScalingTest(
    host,
    catalog.scalings.map(({ name }) => name),
    measure,
  );
  let drawn = null; // the samples, and the first of the buttons they are drawn in

  /** @param {any} state */
  function render(state) {
    const { samples } = state;
    host.hidden = !state.run || !namesItsColumns(samples);
    if (!host.hidden) test.render(state);
    const first = columns.firstElementChild;
    if (!samples || samples.extent || (drawn && drawn[0] === samples && drawn[1] === first)) return;
    drawn = [samples, first];
    const spreads = samples.columns.map((_, k) => densityOf(samples, k));
    const most = Math.max(...spreads.flatMap((spread) => spread?.curves.flatMap(({ shares }) => shares) ?? []), 1e-9);
    for (const button of /** @type {Iterable<HTMLElement>} */ (columns.children)) {
      const k = samples.columns.indexOf(button.dataset.name);
      if (k < 0) continue;
      const title = columnTitle(samples.columns[k], samples.units[k], true);
      button.textContent = title;
      button.title = spreads[k] ? `${title}: how each class’s training rows are spread` : title;
      if (spreads[k]) draw(button, spreads[k], samples, most);
    }
  }

  return { render };
}

function draw(button, { curves }, { task }, most) {
  const root = createSvg("svg", {
    class: "spread",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  for (const { k, shares } of curves) {
    const hue = k < 0 ? "whole" : task === "binary" ? (k ? "vp" : "vn") : k < 3 ? `c${k + 1}` : "tint";
    const path = createSvg("path", { class: hue, d: curvePath(shares, most, WIDTH, HEIGHT - 1) }, root);
    if (hue === "tint") path.style.color = hueText(k);
  }
  button.append(root);
}
