// Inputs that are the pixels of a picture: the sample itself stands in their column, and what they are weighted with,
// on the tiles of the first layer. In the backward pass the gradient of the sample's loss lies on its pixels.

import { createSvg, setAttribute, setAttributes, setShown } from "../dom/elements.js";
import { mix } from "../format/colors.js";
import { clamp, easeOut, isNumber, maxAbs, n1, n2, progress } from "../format/math.js";
import { format, fullDigits } from "../format/numbers.js";
import { pixelWords } from "../run/settings.js";
import { rawInput, shownParameters } from "../run/values.js";
import { selected } from "./tiles.js";

const MARGIN = 16; // px left of the picture
const GAP = 5; // px from the picture to where its edges begin

/** Middle and half width of the column, by the width of the graph. @param {number} width @param {boolean} phone */
export const pictureColumn = (width, phone) => {
  const side = phone ? clamp(width * 0.21, 64, 92) : clamp(width * 0.19, 84, 200);
  return { left: side / 2 + (phone ? 8 : MARGIN), half: side / 2 };
};

/**
 * @param {any} view @param {{rows: number, columns: number, at: number[]}} picture at: each input's pixel
 */
export function createPicture(view, { rows, columns, at }) {
  const { samples } = view;
  const brightest = maxAbs(samples.inputs.flat()) || 1;
  const places = at.map((pixel) => [Math.floor(pixel / columns), pixel % columns]);
  const unitAt = new Map(at.map((pixel, unit) => [pixel, unit]));

  /** Each pixel's middle, its side, and where its edges begin: at the right of its row, a little lower from column to column. */
  function place({ x, half, top, bottom, middle }) {
    const cell = Math.max(4, Math.floor(Math.min((2 * half) / columns, (bottom - top - 56) / rows))); // whole pixels: no seams
    const left = Math.round(x - (cell * columns) / 2);
    const upper = Math.round(Math.min(middle, bottom - 48 - (cell * rows) / 2) - (cell * rows) / 2);
    return places.map(([row, column]) => {
      const y = upper + (row + 0.5) * cell;
      const out = { x: left + cell * columns + GAP, y: y + (column - (columns - 1) / 2) * cell * 0.09 };
      return { x: left + (column + 0.5) * cell, y, s: cell, out };
    });
  }

  function create(svg, layout) {
    const group = createSvg("g", { class: "picture", role: "group", "aria-label": `${rows} × ${columns} pixels` }, svg);
    const cells = layout.units[0];
    const [first, s] = [cells[0], cells[0].s];
    const left = first.x - offsetOf(0, s) - s / 2;
    const top = first.y - offsetOf(1, s) - s / 2;
    createSvg("rect", { class: "sheet", x: n1(left), y: n1(top), width: n1(s * columns), height: n1(s * rows) }, group);
    const parts = cells.map(({ x, y }, unit) => createPixel(group, x, y, s, unit));
    const frame = { x: n1(left), y: n1(top), width: n1(s * columns), height: n1(s * rows) };
    createSvg("rect", { class: "picture-frame", ...frame }, group);
    return parts;
  }

  /** Pixels from the picture's left or upper edge to the first input's. */
  const offsetOf = (axis, s) => places[0][1 - axis] * s;

  function createPixel(group, x, y, s, unit) {
    const [row, column] = places[unit];
    const box = { x: n1(x - s / 2), y: n1(y - s / 2), width: s, height: s };
    const g = createSvg("g", { class: "node pixel", role: "button", tabindex: "-1", "data-unit": `0,${unit}` }, group);
    const ink = createSvg("rect", { class: "ink", ...box }, g);
    return { g, s, x, y, unit, k: 0, ink, mark: null, frame: null, label: pixelWords(row, column) };
  }

  function update({ view, records, status }, part) {
    const { unit, g, s } = part;
    const raw = rawInput(view)?.[at[unit]];
    const gradient = records.values("dx");
    const known = view.step && gradient ? easeOut(progress(status("dW1"), 0, 0.5)) : 0;
    const entered = view.step ? 0.25 + 0.75 * easeOut(progress(status("x"), 0, 0.4)) : 1;
    const level = isNumber(raw) ? clamp(raw / brightest) : 0;
    setAttribute(part.ink, "fill-opacity", n2(level * entered * (1 - 0.62 * known)));
    updateMark(part, known > 0 ? gradient[unit] : 0, maxAbs(gradient), known, s);
    updateFrame(view, part);
    const slope = known >= 1 ? `, gradient of the loss ${format(gradient[unit])}` : "";
    setAttribute(g, "aria-label", `${part.label}: ${valueWords(raw)}${slope}`);
    part.title = `${part.label}, ${valueWords(raw)}`;
  }

  const valueWords = (raw) => (isNumber(raw) ? `${fullDigits(raw)} of ${brightest}` : "not known");

  /** As on the tape: a full square for +, a hollow one for −, its side by the root of its share of the largest. */
  function updateMark(part, value, largest, known, s) {
    const side = isNumber(value) && largest > 0 ? s * 0.84 * Math.sqrt(Math.abs(value) / largest) * known : 0;
    if (side > 1 && !part.mark) {
      part.mark = createSvg("path", {}, part.g);
      if (part.frame) part.g.append(part.frame);
    }
    if (!part.mark) return;
    setShown(part.mark, side > 1);
    if (side <= 1) return;
    const line = Math.min(side / 3, Math.max(1.2, s * 0.12));
    setAttributes(part.mark, {
      class: `pixel-gradient ${value < 0 ? "negative" : "positive"}`,
      d: value < 0 ? square(part, side - line) : square(part, side),
      "stroke-width": value < 0 ? n2(line) : null,
      "data-ref": `dx[${part.unit}]`,
    });
  }

  const square = ({ x, y }, side) => `M${n2(x - side / 2)} ${n2(y - side / 2)}h${n2(side)}v${n2(side)}h${n2(-side)}z`;

  /** Around what is selected, pointed at, or at the end of a line that is. */
  function updateFrame(view, part) {
    const ends = [view.hover, view.selection].some(
      (what) => what?.kind === "weight" && what.layer === 1 && what.from === part.unit,
    );
    const pointed = view.hover?.kind === "unit" && view.hover.layer === 0 && view.hover.unit === part.unit;
    const chosen = Boolean(selected(view, part)) || ends;
    if ((chosen || pointed) && !part.frame) {
      const { x, y, s } = part;
      const box = { x: n1(x - s / 2 + 1), y: n1(y - s / 2 + 1), width: n1(s - 2), height: n1(s - 2) };
      part.frame = createSvg("rect", { class: "frame", ...box }, part.g);
    }
    if (!part.frame) return;
    setAttribute(part.frame, "class", `frame${chosen ? " chosen" : pointed ? " now" : " off"}`);
  }

  /** The input that an arrow key leads to: a neighbour in the picture; null where it leads out of it. */
  function next(unit, key) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
    if (!step) return null;
    let [row, column] = places[unit];
    do {
      row = (row + step[0] + rows) % rows;
      column += step[1];
      const found = unitAt.get(row * columns + column);
      if (column >= 0 && column < columns && found !== undefined) return found;
    } while (column >= 0 && column < columns);
    return key === "ArrowRight" ? null : unit;
  }

  /** Where an arrow key from the first layer's unit comes in: at the right, at its height. */
  const entry = (unit, count) => {
    const row = Math.min(rows - 1, Math.floor(((unit + 0.5) / count) * rows));
    for (let column = columns - 1; column >= 0; column--) {
      const found = unitAt.get(row * columns + column);
      if (found !== undefined) return found;
    }
    return 0;
  };

  /** A unit's weights as a picture, on its tile; the largest of the layer is full colour. */
  function weightTile(view, unit) {
    const W = shownParameters(view).W1;
    const largest = maxAbs(W) || 1;
    return {
      draw(ctx, { x, y, s, radius }, colors) {
        ctx.clearRect(x - s / 2, y - s / 2, s, s);
        ctx.save();
        ctx.beginPath();
        ctx.roundRect(x - s / 2, y - s / 2, s, s, Math.min(radius, 5));
        ctx.clip();
        ctx.fillStyle = colors.css["hair-2"];
        ctx.fillRect(x - s / 2, y - s / 2, s, s);
        const [w, h] = [s / columns, s / rows];
        places.forEach(([row, column], from) => {
          const v = W[from][unit];
          const share = isNumber(v) ? clamp(Math.abs(v) / largest) : 0;
          const [r, g, b] = mix(colors.hmid, v < 0 ? colors.vneg : colors.vpos, share);
          ctx.fillStyle = isNumber(v) ? `rgb(${r} ${g} ${b})` : colors.css["nan-y"];
          ctx.fillRect(x - s / 2 + column * w, y - s / 2 + row * h, w + 0.4, h + 0.4);
        });
        ctx.restore();
      },
    };
  }

  return { key: `picture ${rows} ${columns} ${at}`, place, create, update, next, entry, weightTile };
}
