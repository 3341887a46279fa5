// Chapter four: one number is raised, and the loss of a second run stands beside the first.

import { createSvg, setAttribute, setAttributes, setShown, setText } from "./elements.js";
import { pointAt } from "./layout.js";
import { n1, subscript, superscript, valueClass } from "./scales.js";
import { shown } from "./storybind.js";
import { leader } from "./storykeylines.js";

/** @param {Element} over @param {{x: number, y: number, r: number}} loss */
export function createTrial(over, { x, y, r }) {
  const group = createSvg("g", { class: "story-trial", display: "none" }, over);
  const lead = createSvg("path", { class: "lead" }, group);
  const text = createSvg("text", {}, group);
  const letter = createSvg("tspan", { class: "it" }, text);
  const [index, raised] = [createSvg("tspan", {}, text), createSvg("tspan", { class: "strong" }, text)];
  const again = createSvg("text", { class: "strong", x, y: n1(y + r + 22), "text-anchor": "middle" }, group);
  createSvg("text", { class: "t2", x, y: n1(y + r + 38), "text-anchor": "middle" }, group).textContent = "run again";

  return function paint({ view, edges, layout }) {
    const now = view.story.trial;
    const seen = Boolean(now) && !layout.phone;
    setShown(group, seen);
    if (!seen) return;
    const [, stem, digit, path] = /^([Wb])(\d)((?:\[\d\])+)$/.exec(now.of) ?? [];
    const layer = Number(digit);
    const [i, j] = [...path.matchAll(/\d/g)].map((m) => Number(m[0]));
    const line = stem === "W" ? edges[layer].find((edge) => edge.from === i && edge.to === j) : null;
    const [px, py] = line ? pointAt(line.route, 0.5) : topOf(layout.units[layer][i]);
    const low = Boolean(line) && py > layout.middle;
    const last = layer === 3;
    const [tx, ty] = [px + (last ? 30 : 0), py + (low ? 62 : -58)];
    setText(letter, line ? "w" : "b");
    const units = line ? subscript(i + 1) + subscript(j + 1) : last ? "" : subscript(i + 1);
    setText(index, `${superscript(layer)}${units}: ${shown(now.value)} → `);
    setText(raised, shown(now.value + now.size));
    setAttribute(raised, "class", `strong ${valueClass(now.value + now.size)}`);
    setAttributes(text, { x: n1(tx), y: n1(ty), "text-anchor": last ? "start" : "middle" });
    setAttribute(lead, "d", leader(tx - (last ? 5 : 0), ty + (low ? -14 : last ? -4 : 5), px, py + (low ? 6 : -6)));
    setText(again, shown(now.L));
  };
}

/** Where a unit's offset is drawn. */
const topOf = ({ x, y, s }) => [x + s / 4, y - s / 2 - 6];
