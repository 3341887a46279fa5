// Chapter four: one number is raised, and the loss of a second run stands beside the first.

import { pointAt } from "./layout.js";
import { subscript, superscript, valueClass } from "./scales.js";
import { shown } from "./storybind.js";
import { leader } from "./storykeylines.js";
import { make, n1, say, show, write, writeAll } from "./svg.js";

/** @param {Element} over @param {{x: number, y: number, r: number}} loss */
export function createTrial(over, { x, y, r }) {
  const group = make("g", { class: "story-trial", display: "none" }, over);
  const lead = make("path", { class: "lead" }, group);
  const text = make("text", {}, group);
  const letter = make("tspan", { class: "it" }, text);
  const [index, raised] = [make("tspan", {}, text), make("tspan", { class: "strong" }, text)];
  const again = make("text", { class: "strong", x, y: n1(y + r + 22), "text-anchor": "middle" }, group);
  make("text", { class: "t2", x, y: n1(y + r + 38), "text-anchor": "middle" }, group).textContent = "run again";

  return function paint({ view, edges, layout }) {
    const now = view.story.trial;
    const seen = Boolean(now) && !layout.phone;
    show(group, seen);
    if (!seen) return;
    const [, stem, digit, path] = /^([Wb])(\d)((?:\[\d\])+)$/.exec(now.of) ?? [];
    const layer = Number(digit);
    const [i, j] = [...path.matchAll(/\d/g)].map((m) => Number(m[0]));
    const line = stem === "W" ? edges[layer].find((edge) => edge.from === i && edge.to === j) : null;
    const [px, py] = line ? pointAt(line.route, 0.5) : topOf(layout.units[layer][i]);
    const low = Boolean(line) && py > layout.middle;
    const last = layer === 3;
    const [tx, ty] = [px + (last ? 30 : 0), py + (low ? 62 : -58)];
    say(letter, line ? "w" : "b");
    const units = line ? subscript(i + 1) + subscript(j + 1) : last ? "" : subscript(i + 1);
    say(index, `${superscript(layer)}${units}: ${shown(now.value)} → `);
    say(raised, shown(now.value + now.size));
    write(raised, "class", `strong ${valueClass(now.value + now.size)}`);
    writeAll(text, { x: n1(tx), y: n1(ty), "text-anchor": last ? "start" : "middle" });
    write(lead, "d", leader(tx - (last ? 5 : 0), ty + (low ? -14 : last ? -4 : 5), px, py + (low ? 6 : -6)));
    say(again, shown(now.L));
  };
}

/** Where a unit's offset is drawn. */
const topOf = ({ x, y, s }) => [x + s / 4, y - s / 2 - 6];
