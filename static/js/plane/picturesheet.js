// A small picture: its pixels as ink on a sheet, the gradient with respect to them over it, and a frame around one.

import { createSvg, setAttribute } from "../dom/elements.js";
import { clamp, isNumber, maxAbs, n2 } from "../format/math.js";

/** @param {Element|null} parent @param {number} rows @param {number} columns @param {Record<string, any>} [attributes] */
export function createSheet(parent, rows, columns, attributes = {}) {
  const box = { class: "picture-sheet", viewBox: `0 0 ${columns} ${rows}`, ...attributes };
  const root = createSvg("svg", box, parent);
  createSvg("rect", { class: "sheet", width: columns, height: rows }, root);
  const pixels = Array.from({ length: rows * columns }, (_, i) =>
    createSvg("rect", { class: "ink", x: i % columns, y: Math.floor(i / columns), width: 1, height: 1 }, root),
  );
  const gradient = { positive: createSvg("path", {}, root), negative: createSvg("path", {}, root) };
  for (const sign in gradient) setAttribute(gradient[sign], "class", `pixel-gradient ${sign}`);
  const cursor = createSvg("rect", { class: "cursor", width: 1, height: 1, display: "none" }, root);
  return {
    root,
    /** @param {(number|null)[]} values @param {number} brightest @param {number[]|null} [slopes] of the loss, pixel by pixel */
    draw(values, brightest, slopes = null) {
      pixels.forEach((pixel, i) => {
        const level = isNumber(values[i]) ? clamp(values[i] / brightest) : 0;
        setAttribute(pixel, "fill-opacity", n2(level * (slopes ? 0.38 : 1)));
      });
      const limit = maxAbs(slopes) || 1;
      const marks = { positive: "", negative: "" };
      slopes?.forEach((slope, i) => {
        const side = isNumber(slope) ? 0.84 * Math.sqrt(Math.abs(slope) / limit) : 0;
        const drawn = slope < 0 ? side - 0.12 : side; // a hollow square's line lies half outside
        if (drawn > 0.06)
          marks[slope < 0 ? "negative" : "positive"] += square(i % columns, Math.floor(i / columns), drawn);
      });
      for (const sign in marks) setAttribute(gradient[sign], "d", marks[sign]);
    },
    /** @param {number} i -1 for none */
    point(i) {
      setAttribute(cursor, "display", i < 0 ? "none" : null);
      setAttribute(cursor, "x", i % columns);
      setAttribute(cursor, "y", Math.floor(i / columns));
    },
  };
}

const square = (column, row, side) =>
  `M${n2(column + 0.5 - side / 2)} ${n2(row + 0.5 - side / 2)}h${n2(side)}v${n2(side)}h${n2(-side)}z`;
