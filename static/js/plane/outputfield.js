// The network's output over the input plane: the picture on a canvas, its contours and the boundary of an earlier step.

import { createStripes, createSvg, setAttribute } from "../dom/elements.js";
import { pixelRatio } from "../dom/pagezoom.js";
import { isNumber } from "../format/math.js";
import { pathOf, readingOf } from "./field.js";
import { drawNodes } from "./surface.js";

const isReadable = (layer) => isNumber(layer?.lo) && isNumber(layer?.hi);

/** @param {HTMLCanvasElement} canvas @param {SVGElement} root of the lines above it */
export function createOutputField(canvas, root) {
  createStripes(root, "plane-lost");
  const lost = createSvg("rect", { class: "off", fill: "url(#plane-lost)", width: "100%", height: "100%" }, root);
  const lines = createSvg("g", { class: "plane-lines" }, root);
  const [thin, bold, previous] = ["thin", "bold", "previous"].map((name) =>
    createSvg("path", { class: `contour ${name}` }, lines),
  );
  return {
    /**
     * Layers are those of the outputs, null where there is no field: then nothing is drawn. Stripes, where values are
     * not finite.
     * @param {any} samples @param {{layer: any, earlier: any, side: number, colors: any}} now
     */
    draw(samples, { layer, earlier, side, colors }) {
      const pixels = Math.round(side * pixelRatio());
      if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
      const context = canvas.getContext("2d");
      context.clearRect(0, 0, pixels, pixels);
      setAttribute(lost, "class", !layer || isReadable(layer) ? "off" : "plane-lost");
      const reading = isReadable(layer) ? readingOf(layer, samples) : null;
      const before = reading && isReadable(earlier) ? readingOf(earlier, samples) : null;
      setAttribute(thin, "d", reading ? pathOf(reading.thin, side) : "");
      setAttribute(bold, "d", reading ? pathOf(reading.bold, side) : "");
      setAttribute(previous, "d", before ? pathOf(before.bold, side) : "");
      if (!reading) return;
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = "high";
      drawNodes(context, reading.picture(colors), 0, 0, pixels);
    },
  };
}
