// Annotations on the story's picture: leader lines from words to their place, the raised weight of chapter four, path
// lines.

import { createSvg, setAttribute, setAttributes, setShown, setText } from "../dom/elements.js";
import { valueClass } from "../format/colors.js";
import { clamp, n1 } from "../format/math.js";
import { subscript, superscript } from "../format/numbers.js";
import { pointAt } from "../network/layout.js";
import { storyNumber } from "./expressions.js";

const EDGE_MARGIN = 6; // px that a word keeps from the picture's edge

/** The curve between a word and its place. */
export const leaderPath = (x1, y1, x2, y2) => `M${n1(x1)} ${n1(y1)}Q${n1((x1 + x2) / 2)} ${n1(y1)} ${n1(x2)} ${n1(y2)}`;

/** @param {Element} parent @param {{inputOffset: (x: number) => number}} of how far along its axis an input is */
export function createLeaderLines(parent, { inputOffset }) {
  const group = createSvg("g", { class: "keys-over", "aria-hidden": "true" }, parent);
  let drawnFor = "";

  function update(scene) {
    const { leaderLines, x } = scene.view.story;
    const list = scene.layout.phone ? [] : (leaderLines ?? []).filter(({ ref }) => isKnown(scene, ref));
    const now = list.length ? JSON.stringify([list.map((key) => key.text), x]) : "";
    if (drawnFor === now) return;
    drawnFor = now;
    group.replaceChildren();
    for (const key of list) drawLeader(scene, key);
  }

  function drawLeader(scene, { text, ref, across, down, anchor }) {
    const [x, y] = anchorPoint(scene, ref, anchor, down);
    const label = createSvg("text", { class: "key", x: n1(x + across), y: n1(y + down), "text-anchor": anchor }, group);
    label.textContent = text;
    const length = /** @type {any} */ (label).getComputedTextLength();
    const begin = anchor === "start" ? 0 : anchor === "end" ? length : length / 2;
    const at = clamp(x + across, EDGE_MARGIN + begin, scene.layout.width - EDGE_MARGIN - length + begin);
    setAttribute(label, "x", n1(at));
    const side = anchor === "start" ? -5 : anchor === "end" ? 5 : 0;
    const d = leaderPath(at + side, y + down + (side ? -4 : down < 0 ? 6 : -14), x, y);
    createSvg("path", { class: "leader", d }, group);
    createSvg("circle", { class: "leader-dot", cx: n1(x), cy: n1(y), r: 2.4 }, group);
  }

  /** Where a record is seen in the picture. */
  function anchorPoint({ layout, edges, view }, ref, anchor, down) {
    const [, stem, layer, path] = /^([A-Za-z]+?)(\d?)((?:\[\d\])*)$/.exec(ref) ?? [];
    const k = Number(layer);
    const [i = 0, j = 0] = [...(path ?? "").matchAll(/\d/g)].map((m) => Number(m[0]));
    const { loss, units } = layout;
    if (stem === "L") return [loss.x, loss.y + loss.r + 2];
    if (stem === "y") return [loss.x - 25, loss.y - loss.r - 52];
    if (stem === "x") return [units[0][0].x + inputOffset(view.story.x), units[0][0].y + 12];
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

  return update;
}

const isKnown = ({ status }, ref) =>
  /^[WbxyL]/.test(ref) ? ref !== "L" || status("L") > 0.9 : status(ref.replace(/\[.*/, "")) >= 1;

// Chapter four: one number is raised, and the loss of a second run stands beside the first.

/** @param {Element} parent @param {{x: number, y: number, r: number}} loss */
export function createTrial(parent, { x, y, r }) {
  const group = createSvg("g", { class: "story-trial", display: "none" }, parent);
  const lead = createSvg("path", { class: "leader" }, group);
  const text = createSvg("text", {}, group);
  const letter = createSvg("tspan", { class: "variable" }, text);
  const [index, raisedValue] = [createSvg("tspan", {}, text), createSvg("tspan", { class: "strong" }, text)];
  const secondLoss = createSvg("text", { class: "strong", x, y: n1(y + r + 22), "text-anchor": "middle" }, group);
  createSvg("text", { class: "muted", x, y: n1(y + r + 38), "text-anchor": "middle" }, group).textContent = "run again";

  return function update({ view, edges, layout }) {
    const now = view.story.trial;
    const visible = Boolean(now) && !layout.phone;
    setShown(group, visible);
    if (!visible) return;
    const [, stem, digit, path] = /^([Wb])(\d)((?:\[\d\])+)$/.exec(now.of) ?? [];
    const layer = Number(digit);
    const [i, j] = [...path.matchAll(/\d/g)].map((m) => Number(m[0]));
    const line = stem === "W" ? edges[layer].find((edge) => edge.from === i && edge.to === j) : null;
    const [px, py] = line ? pointAt(line.route, 0.5) : biasPoint(layout.units[layer][i]);
    const low = Boolean(line) && py > layout.middle;
    const last = layer === 3;
    const [tx, ty] = [px + (last ? 30 : 0), py + (low ? 62 : -58)];
    setText(letter, line ? "w" : "b");
    const units = line ? subscript(i + 1) + subscript(j + 1) : last ? "" : subscript(i + 1);
    setText(index, `${superscript(layer)}${units}: ${storyNumber(now.value)} → `);
    setText(raisedValue, storyNumber(now.value + now.size));
    setAttribute(raisedValue, "class", `strong ${valueClass(now.value + now.size)}`);
    setAttributes(text, { x: n1(tx), y: n1(ty), "text-anchor": last ? "start" : "middle" });
    setAttribute(lead, "d", leaderPath(tx - (last ? 5 : 0), ty + (low ? -14 : last ? -4 : 5), px, py + (low ? 6 : -6)));
    setText(secondLoss, storyNumber(now.L));
  };
}

/** Where a unit's bias is drawn. */
const biasPoint = ({ x, y, s }) => [x + s / 4, y - s / 2 - 6];

// Paths from a weight to the loss, each in its own lane: solid, then dashed, and lettered. What an earlier path has
// multiplied before is dotted.

const LANE_WIDTH = 9; // px from path line to path line

/** @param {Element} parent */
export function createPathLines(parent) {
  const group = createSvg("g", { class: "path-lines" }, parent);
  let drawn = null;

  return function update({ view, layout, edges }) {
    const paths = view.story.paths ?? null;
    if (drawn === paths) return;
    drawn = paths;
    group.replaceChildren();
    (paths ?? []).forEach(({ path, letter, repeats }, n) => {
      const lane = (n - (paths.length - 1) / 2) * LANE_WIDTH;
      const places = path.map((ref) => /^W(\d)\[(\d)\]\[(\d)\]$/.exec(ref).slice(1).map(Number));
      for (const { d, repeated } of stretches(places, repeats, { edges, loss: layout.loss, lane }))
        createSvg("path", { class: `path-line${repeated ? " repeated" : n % 2 ? " dashed" : ""}`, d }, group);
      const second = places.find(([k]) => k === 2);
      if (letter && second) addLetter(layout.units[2][second[2]], second[2] > 0, letter);
    });
  };

  /** A path in stretches that are new and stretches that are repeated: its lines, and between them across the units. */
  function stretches(places, repeats, { edges, loss, lane }) {
    const at = (x, y) => `${n1(x)} ${n1(y + lane)}`;
    const isFront = (i) => i < repeats.front;
    const isBack = (i) => i >= places.length - repeats.back;
    const found = [];
    const draw = (from, to, repeated) => {
      if (found.at(-1)?.repeated === repeated) found.at(-1).d += to;
      else found.push({ d: `M${from}${to}`, repeated });
    };
    let end = "";
    places.forEach(([k, from, to], i) => {
      const { x1, y1, x2, y2, cx1, cx2 } = edges[k].find((edge) => edge.from === from && edge.to === to).route;
      if (end) draw(end, `L${at(x1, y1)}`, isFront(i - 1) || isBack(i));
      draw(at(x1, y1), `C${at(cx1, y1)} ${at(cx2, y2)} ${at(x2, y2)}`, isFront(i) || isBack(i));
      end = at(x2, y2);
    });
    draw(end, `L${at(loss.x - loss.r - 3, loss.y)}`, repeats.loss);
    return found;
  }

  function addLetter({ x, y, s }, low, letter) {
    const at = y + (low ? s / 2 + 58 : -s / 2 - 22);
    createSvg("circle", { class: "path-line-disc", cx: n1(x), cy: n1(at - 4), r: 10 }, group);
    const text = createSvg("text", { class: "path-line-label", x: n1(x), y: n1(at), "text-anchor": "middle" }, group);
    text.textContent = letter;
  }
}
