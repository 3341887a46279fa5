// Inputs of a wide table: a strip of cells, coloured by what the network sees, those of one column of the table together
// under its name.

import { createSvg, setAttribute } from "../dom/elements.js";
import { clamp, easeOut, isNumber, maxAbs, n1, n2, progress } from "../format/math.js";
import { format } from "../format/numbers.js";
import { columnTitle } from "../run/settings.js";
import { selected } from "./tiles.js";

const LETTER = 6.5; // px, of a name
const LINE = 12; // px, of a name's height
const BETWEEN = 3; // px between the cells of two columns

/** Middle and half width of the column, by the width of the graph. @param {number} width @param {boolean} narrow */
export const stripColumn = (width, narrow) => {
  const cell = narrow ? 6 : 9;
  const names = narrow ? clamp(width * 0.12, 34, 60) : clamp(width * 0.12, 70, 128);
  return { left: names + cell, half: cell };
};

/** @param {any} view */
export function createStrip(view) {
  const { samples } = view;
  const features = view.run.config.features;
  const groups = groupsOf(samples, features);

  /** Cells from top to bottom, with a gap between two columns of the table. */
  function place({ x, half, top, bottom }) {
    const height = bottom - 44 - top - 6;
    const gap = Math.min(BETWEEN, (0.3 * height) / groups.length);
    const cell = Math.min(24, (height - gap * (groups.length - 1)) / features.length);
    const used = cell * features.length + gap * (groups.length - 1);
    let y = top + 6 + (height - used) / 2;
    const units = new Array(features.length);
    for (const { members } of groups) {
      for (const unit of members) {
        units[unit] = { x, y: y + cell / 2, s: cell, out: { x: x + half + 5, y: y + cell / 2 } };
        y += cell;
      }
      y += gap;
    }
    return units;
  }

  function create(svg, layout) {
    const cells = layout.units[0];
    const half = layout.inputs.column(layout.visible).half;
    const strip = createSvg("g", { class: "strip", role: "group", "aria-label": `${features.length} inputs` }, svg);
    const room = layout.columns[0] - half - 10;
    const names = createSvg("g", { "aria-hidden": "true" }, strip);
    const letters = Math.floor(room / LETTER);
    const written = new Set(); // cut names that are alike tell nothing
    for (const { title, y } of namesThatFit(groups, cells)) {
      const name = title.length > letters ? `${title.slice(0, Math.max(1, letters - 1))}…` : title;
      if (written.has(name)) continue;
      written.add(name);
      const text = createSvg("text", { class: "strip-name", x: n1(layout.columns[0] - half - 6), y: n1(y + 4) }, names);
      text.textContent = name;
    }
    const parts = cells.map(({ x, y, s }, unit) => createCell(strip, x, y, s, half, unit));
    for (const { members } of groups) {
      const [first, last] = [cells[members[0]], cells[members.at(-1)]];
      const top = first.y - first.s / 2;
      const box = { x: n1(first.x - half), y: n1(top), width: 2 * half, height: n1(last.y + last.s / 2 - top) };
      createSvg("rect", { class: "strip-frame", ...box }, strip);
    }
    return parts;
  }

  function createCell(strip, x, y, s, half, unit) {
    const g = createSvg("g", { class: "node cell", role: "button", tabindex: "-1", "data-unit": `0,${unit}` }, strip);
    const box = { x: n1(x - half), y: n1(y - s / 2), width: 2 * half, height: n1(s) };
    const ground = createSvg("rect", { class: "ground", ...box }, g);
    const fill = createSvg("rect", { class: "value", ...box }, g);
    const frame = createSvg("rect", { class: "frame off", ...box }, g);
    return { g, s, k: 0, unit, fill, frame, ground, label: labelOf(unit) };
  }

  /** The name of an input, and of the column that it comes from where that has others. */
  const labelOf = (unit) => {
    const group = groups.find(({ members }) => members.includes(unit));
    const name = columnTitle(features[unit], samples?.units[samples.columns.indexOf(features[unit])] ?? "");
    return group.members.length > 1 && !name.startsWith(group.title) ? `${group.title}: ${name}` : name;
  };

  function update({ view, records, status, columnRange }, part, fade) {
    const { unit, g } = part;
    const value = records.values("x")?.[unit];
    const missing = value === null;
    const entered = view.step ? easeOut(progress(status("x"), 0, 0.4)) : 1;
    const largest = maxAbs(columnRange(unit)) || 1;
    const level = isNumber(value) ? clamp(Math.abs(value) / largest) * entered : 0;
    setAttribute(g, "opacity", fade === 1 ? null : fade);
    setAttribute(part.fill, "class", missing ? "value lost" : `value ${value < 0 ? "negative" : "positive"}`);
    setAttribute(part.fill, "fill-opacity", missing ? 1 : n2(level));
    const ends = [view.hover, view.selection].some((s) => s?.kind === "weight" && s.layer === 1 && s.from === unit);
    const pointed = view.hover?.kind === "unit" && view.hover.layer === 0 && view.hover.unit === unit;
    const chosen = selected(view, part) || ends;
    setAttribute(part.frame, "class", `frame${chosen ? " chosen" : pointed ? " now" : " off"}`);
    const words = missing ? "missing" : isNumber(value) ? format(value) : "not known";
    setAttribute(g, "aria-label", `input ${part.label}: ${words}`);
    part.title = part.label;
  }

  return { key: `strip ${groups.map(({ title, members }) => title + members).join()}`, place, create, update };
}

/**
 * The inputs by the column of the table that they come from, in order.
 * @param {any} samples @param {string[]} features @returns {{title: string, members: number[]}[]}
 */
export function groupsOf(samples, features) {
  const source = new Map();
  for (const { name, becomes, unit } of samples?.sources ?? [])
    for (const column of becomes) source.set(column, columnTitle(name, unit));
  const groups = [];
  const known = new Map();
  features.forEach((feature, unit) => {
    const title = source.get(feature) ?? feature;
    if (!known.has(title)) {
      known.set(title, { title, members: [] });
      groups.push(known.get(title));
    }
    known.get(title).members.push(unit);
  });
  return groups;
}

/**
 * Names at the height of their cells, as far as they leave each other room: those of many cells first.
 * @param {{title: string, members: number[]}[]} groups @param {{y: number}[]} cells
 */
export function namesThatFit(groups, cells) {
  const wanted = groups.map(({ title, members }) => ({
    title,
    count: members.length,
    y: (cells[members[0]].y + cells[members.at(-1)].y) / 2,
  }));
  const placed = [];
  for (const name of [...wanted].sort((a, b) => b.count - a.count || a.y - b.y))
    if (placed.every(({ y }) => Math.abs(y - name.y) >= LINE)) placed.push(name);
  return placed.sort((a, b) => a.y - b.y);
}
