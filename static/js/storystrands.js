// Paths from a weight to the loss, each in its own lane: solid, then dashed, and lettered.

import { createSvg } from "./elements.js";
import { n1 } from "./scales.js";

const LANE = 9; // px from strand to strand

/** @param {Element} over */
export function createStrands(over) {
  const group = createSvg("g", { class: "strands" }, over);
  let drawn = null;

  return function paint({ view, layout, edges }) {
    const routes = view.story.routes ?? null;
    if (drawn === routes) return;
    drawn = routes;
    group.replaceChildren();
    (routes ?? []).forEach(({ path, letter }, n) => {
      const lane = (n - (routes.length - 1) / 2) * LANE;
      const places = path.map((ref) => /^W(\d)\[(\d)\]\[(\d)\]$/.exec(ref).slice(1).map(Number));
      const parts = places.map(([k, from, to]) => {
        const { x1, y1, x2, y2, cx1, cx2 } = edges[k].find((edge) => edge.from === from && edge.to === to).route;
        const at = (x, y) => `${n1(x)} ${n1(y + lane)}`;
        return `${at(x1, y1)}C${at(cx1, y1)} ${at(cx2, y2)} ${at(x2, y2)}`;
      });
      const { x, y, r } = layout.loss;
      const d = `M${parts.join("L")}L${n1(x - r - 3)} ${n1(y + lane)}`;
      createSvg("path", { class: n % 2 ? "strand dashed" : "strand", d }, group);
      const second = places.find(([k]) => k === 2);
      if (letter && second) name(layout.units[2][second[2]], second[2] > 0, letter);
    });
  };

  function name({ x, y, s }, low, letter) {
    const at = y + (low ? s / 2 + 58 : -s / 2 - 22);
    createSvg("circle", { class: "strand-disc", cx: n1(x), cy: n1(at - 4), r: 10 }, group);
    const text = createSvg("text", { class: "strand-letter", x: n1(x), y: n1(at), "text-anchor": "middle" }, group);
    text.textContent = letter;
  }
}
