// A small plane on a canvas: outputs from 0 to 1 as a field with its decision boundary, and samples on top.

import { pixelRatio } from "../dom/pagezoom.js";
import { classOf, mix, SHAPES } from "../format/colors.js";
import { clamp, isNumber } from "../format/math.js";
import { contour, drawNodes } from "./surface.js";

const STRENGTH = 0.62;
const GAMMA = 0.85;

/** @param {HTMLCanvasElement} canvas @param {number} side pixels */
export function ready(canvas, side) {
  const ratio = Math.min(pixelRatio(), 2.5);
  const pixels = Math.round(side * ratio);
  if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
  const ctx = canvas.getContext("2d");
  ctx.setTransform(pixels / side, 0, 0, pixels / side, 0, 0);
  ctx.clearRect(0, 0, side, side);
  return ctx;
}

/**
 * @param {CanvasRenderingContext2D} ctx @param {number} side @param {ArrayLike<number>} values size², rows from the top, 0 to 1
 * @param {any} colors of readColors
 */
export function drawField(ctx, side, values, colors, line = 1.4) {
  const size = Math.round(Math.sqrt(values.length));
  const picture = document.createElement("canvas");
  picture.width = picture.height = size;
  const inner = picture.getContext("2d");
  const image = inner.createImageData(size, size);
  for (let i = 0; i < values.length; i++) {
    const v = isNumber(values[i]) ? clamp(2 * values[i] - 1, -1, 1) : 0;
    const [r, g, b] = mix(colors.hmid, v < 0 ? colors.fneg : colors.fpos, Math.abs(v) ** GAMMA * STRENGTH);
    image.data.set([r, g, b, 255], 4 * i);
  }
  inner.putImageData(image, 0, 0);
  ctx.imageSmoothingEnabled = true;
  ctx.imageSmoothingQuality = "high";
  drawNodes(ctx, picture, 0, 0, side);
  const segments = contour(values, size, 0.5);
  ctx.beginPath();
  for (let i = 0; i < segments.length; i += 4) {
    ctx.moveTo(segments[i] * side, segments[i + 1] * side);
    ctx.lineTo(segments[i + 2] * side, segments[i + 3] * side);
  }
  ctx.lineWidth = line;
  ctx.strokeStyle = colors.css.ink;
  ctx.stroke();
}

/**
 * Samples of two classes. @param {CanvasRenderingContext2D} ctx
 * @param {{x: number|null, y: number|null, target: number[]}[]} points places from 0 to 1, y upwards @param {any} colors
 */
export function drawSamples(ctx, side, points, colors, radius = 2.2) {
  for (const { x, y, target } of points) {
    if (!isNumber(x) || !isNumber(y)) continue;
    const on = classOf(target, "binary");
    ctx.save();
    ctx.translate(clamp(x, 0.015, 0.985) * side, (1 - clamp(y, 0.015, 0.985)) * side);
    ctx.scale(radius, radius);
    const path = new Path2D(on ? SHAPES.circle : SHAPES.diamond);
    ctx.lineWidth = 0.5;
    ctx.strokeStyle = colors.css.paper;
    ctx.stroke(path);
    ctx.fillStyle = on ? colors.css.vpos : colors.css.vneg;
    ctx.fill(path);
    ctx.restore();
  }
}

/** From the least to the largest finite value of a column. @param {(number|null)[]} column @returns {[number, number]} */
export function rangeOf(column) {
  let [low, high] = [Infinity, -Infinity];
  for (const v of column) if (isNumber(v)) [low, high] = [Math.min(low, v), Math.max(high, v)];
  return high > low ? [low, high] : [low - 1, low + 1];
}
