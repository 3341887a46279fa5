// The key lines: each leads from a word to its place in the picture, where a symbol stands for the first time.

import { createSvg, setAttribute } from "./elements.js";
import { pointAt } from "./layout.js";
import { clamp, n1 } from "./scales.js";

const EDGE = 6; // px that a word keeps from the picture's edge

/** The curve between a word and its place. */
export const leader = (x1, y1, x2, y2) => `M${n1(x1)} ${n1(y1)}Q${n1((x1 + x2) / 2)} ${n1(y1)} ${n1(x2)} ${n1(y2)}`;

/** @param {Element} over @param {{reach: (x: number) => number}} of how far along its axis an input is */
export function createKeyLines(over, { reach }) {
  const group = createSvg("g", { class: "keys-over", "aria-hidden": "true" }, over);
  let told = "";

  function paint(scene) {
    const { keys, x } = scene.view.story;
    const list = scene.layout.phone ? [] : (keys ?? []).filter(({ ref }) => isKnown(scene, ref));
    const now = list.length ? JSON.stringify([list.map((key) => key.text), x]) : "";
    if (told === now) return;
    told = now;
    group.replaceChildren();
    for (const key of list) draw(scene, key);
  }

  function draw(scene, { text, ref, across, down, anchor }) {
    const [x, y] = anchorOf(scene, ref, anchor, down);
    const label = createSvg("text", { class: "key", x: n1(x + across), y: n1(y + down), "text-anchor": anchor }, group);
    label.textContent = text;
    const length = /** @type {any} */ (label).getComputedTextLength();
    const begin = anchor === "start" ? 0 : anchor === "end" ? length : length / 2;
    const at = clamp(x + across, EDGE + begin, scene.layout.width - EDGE - length + begin);
    setAttribute(label, "x", n1(at));
    const side = anchor === "start" ? -5 : anchor === "end" ? 5 : 0;
    const d = leader(at + side, y + down + (side ? -4 : down < 0 ? 6 : -14), x, y);
    createSvg("path", { class: "lead", d }, group);
    createSvg("circle", { class: "lead-dot", cx: n1(x), cy: n1(y), r: 2.4 }, group);
  }

  /** Where a record is seen in the picture. */
  function anchorOf({ layout, edges, view }, ref, anchor, down) {
    const [, stem, layer, path] = /^([A-Za-z]+?)(\d?)((?:\[\d\])*)$/.exec(ref) ?? [];
    const k = Number(layer);
    const [i = 0, j = 0] = [...(path ?? "").matchAll(/\d/g)].map((m) => Number(m[0]));
    const { loss, units } = layout;
    if (stem === "L") return [loss.x, loss.y + loss.r + 2];
    if (stem === "y") return [loss.x - 25, loss.y - loss.r - 52];
    if (stem === "x") return [units[0][0].x + reach(view.story.x), units[0][0].y + 12];
    if (stem === "W") {
      const [x, y] = pointAt(edges[k].find((edge) => edge.from === i && edge.to === j).route, 0.5);
      return [x, k === 2 && i === j ? y - 23 : y]; // above the number that stands on a level line
    }
    const { x, y, s } = units[k][i];
    if (ref === "da3[0]") return [(x + s / 2 + loss.x - loss.r) / 2 + 6, y + 8];
    if (stem === "a" && anchor === "start") return [x + s / 2 + 10, y];
    if (stem === "a") return down < 0 ? [x, y - s / 2 + 3] : [x - s / 2 + 24, y + s / 2 + 26];
    if (stem === "b") return [x + s / 4, y - s / 2 - 5];
    if (stem === "z") return [x - s / 2 - 6, y - s / 4];
    return [x + s / 2 + 6, y + s / 3];
  }

  return paint;
}

const isKnown = ({ status }, ref) =>
  /^[WbxyL]/.test(ref) ? ref !== "L" || status("L") > 0.9 : status(ref.replace(/\[.*/, "")) >= 1;
