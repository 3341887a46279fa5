// The inputs of the graph: a feature with a small axis of the plane, or a table's column with its raw value.

import { createSvg, setAttribute, setShown, setText } from "../dom/elements.js";
import { valueClass } from "../format/colors.js";
import { clamp, easeOut, isNumber, n1, n2, progress } from "../format/math.js";
import { format, subscript, thousands } from "../format/numbers.js";
import { isFeature } from "../plane/surface.js";
import { columnTitle } from "../run/settings.js";
import { selected, updateStripes } from "./tiles.js";

const LETTER = 5.6; // px, of a column's name

/** A table's column: its name, and where its tile is large enough, this sample's raw and scaled value beside it. */
export function createColumn(part, layout, name, samples) {
  const { body, words, s, unit } = part;
  const at = samples?.columns.indexOf(name) ?? -1;
  const small = s < 26 || layout.phone || layout.compact;
  part.label = name;
  part.column = at;
  part.units = samples?.units[at] ?? "";
  const title = columnTitle(name, part.units);
  const labelBeside = s < 26 && !(layout.phone && !layout.compact && hasRoomAbove(layout));
  const position = labelBeside
    ? { x: -6, y: s / 2 + 3.5, "text-anchor": "end" }
    : { x: s / 2, y: -7, "text-anchor": "middle" };
  const room = labelBeside ? layout.columns[0] - s / 2 - 8 : 2 * layout.columns[0] - 4;
  const maxLetters = Math.max(3, Math.floor((labelBeside ? room : Math.min(room, layout.columnPitch)) / LETTER));
  const text = createSvg("text", { ...position, class: `${/^x\d+$/.test(name) ? "variable " : ""}text-11` }, words);
  text.textContent = /^x\d+$/.test(name)
    ? featureText(name)
    : title.length > maxLetters
      ? `${title.slice(0, maxLetters - 1)}…`
      : title;
  const left = samples?.extent && at === 1 ? -15 : -9;
  if (!small) {
    part.rawText = createSvg("text", { x: left, y: s / 2 - 3, "text-anchor": "end", class: "muted" }, words);
    part.value = createSvg("text", { x: left, y: s / 2 + 11, "text-anchor": "end", "data-ref": `x[${unit}]` }, words);
  }
  if (samples?.extent) return Object.assign(part, createAxis(part, at));
  part.axis = -1;
  part.marker = createSvg("path", { class: "marker", d: `M${s + 3} 0l6.5 -4v8z`, "data-ref": `x[${unit}]` }, body);
  return part;
}

/** Whether a name fits between one column's tile and the next. */
const hasRoomAbove = ({ units: [[first, second]] }) => !second || second.y - first.y - first.s >= 16;

/** A little axis of the plane, below a tile for x1, left of it for x2, and the mark of the sample's place on it. */
function createAxis({ body, s, unit }, axis) {
  const across = axis === 0;
  const g = createSvg("g", {}, body);
  const d = across
    ? `M0 ${s + 7}H${s}M.5 ${s + 4}v6M${s / 2} ${s + 5}v4M${s - 0.5} ${s + 4}v6`
    : `M-7 0V${s}M-10 .5h6M-9 ${s / 2}h4M-10 ${s - 0.5}h6`;
  createSvg("path", { class: "axis", d }, g);
  const mark = across ? "M0 4l-4 -7h8z" : "M-4 0l7 -4v8z";
  return { axis, axisGroup: g, marker: createSvg("path", { class: "marker", d: mark, "data-ref": `x[${unit}]` }, g) };
}

/** A feature: its name, its value, and for a plain coordinate a little axis with the sample's place on it. */
export function createInput(part, layout, name) {
  const { words, s, unit } = part;
  const small = s < 26;
  const plain = !isFeature(name);
  const text = createSvg(
    "text",
    small
      ? { x: -6, y: s / 2 + 3.5, "text-anchor": "end" }
      : { x: s / 2, y: layout.detailed ? -8 : -5, "text-anchor": "middle" },
    words,
  );
  const size = small || plain ? 11 : !layout.detailed ? 12 : name.length > 2 ? 13 : 16;
  const label = createSvg("tspan", { class: `${plain ? "" : "variable "}text-${size}` }, text);
  const spelled = name.replaceAll("_", " ");
  label.textContent = plain ? (spelled.length > 18 ? `${spelled.slice(0, 17)}…` : spelled) : featureText(name);
  part.label = name;
  const [first, second] = layout.units[0];
  const crowded = second && second.y - first.y - s < (layout.detailed ? 44 : 26); // no room for an axis below a tile
  part.axis = small || crowded ? -1 : ["x1", "x2"].indexOf(name);
  if (layout.detailed && !small && !plain) part.value = createSvg("tspan", { dx: 6, "data-ref": `x[${unit}]` }, text);
  else if (plain && s >= 34)
    part.value = createSvg(
      "text",
      { x: s / 2, y: s / 2 + 4, "text-anchor": "middle", "data-ref": `x[${unit}]` },
      words,
    );
  if (part.axis < 0) return part;
  Object.assign(part, createAxis(part, part.axis));
  const across = part.axis === 0;
  if (layout.detailed && s >= 36) {
    const addTick = (at) =>
      createSvg(
        "text",
        across
          ? { class: "tick", x: at * s, y: s + 21, "text-anchor": "middle" }
          : { class: "tick", x: -13, y: at ? 5 : s + 2, "text-anchor": "end" },
        words,
      );
    part.ticks = [addTick(0), addTick(1)];
  }
  return part;
}

export function updateInput({ view, records, status, extent, drawnTiles: painted, columnRange }, part, fade) {
  const x = records.values("x");
  const value = x?.[part.unit];
  const missing = x !== null && !isNumber(value);
  const raw = view.samples?.inputs?.[view.spotlight?.index]?.[part.axis];
  const slideProgress = easeOut(progress(status("x"), 0, 0.4));
  for (const group of [part.body, part.words]) setAttribute(group, "opacity", fade === 1 ? null : fade);
  setAttribute(part.dimmer, "fill-opacity", n2(painted?.[0][part.unit] ? 1 - fade : 1));
  setAttribute(part.frame, "class", `frame on${selected(view, part)}`);
  updateStripes(part, missing, true);
  if (part.value) {
    setText(part.value, x ? (missing ? "missing" : format(value)) : "");
    setAttribute(part.value, "class", `figure-number ${missing ? "warning" : valueClass(value)}`);
  }
  setAttribute(part.g, "aria-label", `input ${part.label}: ${x ? (missing ? "missing" : format(value)) : "not known"}`);
  const rawValue = view.samples?.inputs[view.spotlight?.index]?.[part.column];
  if (part.rawText) setText(part.rawText, x ? rawText(rawValue, part.units) : "");
  if (part.column !== undefined && part.axis < 0) {
    const [low, high] = columnRange(part.unit);
    setShown(part.marker, x !== null && !missing && slideProgress > 0);
    if (isNumber(value))
      setAttribute(
        part.marker,
        "transform",
        `translate(0 ${n1(part.s / 2 + (0.5 - clamp((value - low) / (high - low))) * (part.s - 7) * slideProgress)})`,
      );
    return;
  }
  if (!part.marker) return;
  setShown(part.axisGroup, Boolean(extent));
  if (!extent) return;
  const [low, high] = extent.slice(part.axis * 2, part.axis * 2 + 2);
  const position = 0.5 + (clamp(((raw ?? 0) - low) / (high - low)) - 0.5) * slideProgress;
  setShown(part.marker, isNumber(raw) && slideProgress > 0);
  setAttribute(
    part.marker,
    "transform",
    part.axis === 0 ? `translate(${n1(position * part.s)} ${part.s})` : `translate(0 ${n1((1 - position) * part.s)})`,
  );
  if (!part.ticks) return;
  setText(part.ticks[0], shortNumber(low));
  setText(part.ticks[1], shortNumber(high));
}

/** A raw value with its unit. */
function rawText(value, unit) {
  if (!isNumber(value)) return "";
  const number = thousands(Number.isInteger(value) ? String(value).replace("-", "−") : format(value, 1));
  return unit && number.length + unit.length < 9 ? `${number} ${unit}` : number;
}

const featureText = (name) =>
  name
    .replace(/(\d)\^2/, (_, d) => `${subscript(d)}²`)
    .replace(/x(\d+)/g, (_, d) => `x${subscript(d)}`)
    .replace("*", "");

const shortNumber = (v) => (Math.abs(v) >= 10 ? format(v, 0) : String(Number(v.toFixed(1))).replace("-", "−"));
