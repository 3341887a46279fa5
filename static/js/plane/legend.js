// The legend below the plane: a shape and a hue for each class, or the scale of the targets.

import { createHtml, createSvg } from "../dom/elements.js";
import { SHAPES, shapeOf } from "../format/colors.js";
import { realText } from "../format/numbers.js";
import { realNumber } from "../run/targets.js";
import { classHue, cssColor, targetRange, targetScale } from "./field.js";

/** @param {HTMLElement} legend @param {any} samples @param {any} colors */
export function writeLegend(legend, samples, colors) {
  legend.replaceChildren();
  if (samples.task === "regression") addScale(legend, samples);
  else addClasses(legend, samples, colors);
  if (samples.train < samples.targets.length) createHtml("span", { class: "hollow", text: "hollow = test" }, legend);
}

function addScale(legend, samples) {
  const [low, high] = targetRange(samples);
  const { centre } = targetScale(samples);
  const scale = createHtml("span", { class: "plane-ramp" }, legend);
  createHtml("span", { text: realText(low) }, scale);
  createHtml("i", { "aria-hidden": "true" }, scale);
  const neutral = realNumber(samples, centre);
  const words = neutral === 0 && low < 0 && high > 0 ? "" : `, neutral at ${realText(neutral)}`;
  createHtml("span", { text: `${realText(high)}${words}` }, scale);
}

function addClasses(legend, samples, colors) {
  const binary = samples.task === "binary";
  const order = binary ? [1, 0] : samples.classes.map((_, k) => k);
  for (const k of order) {
    const target = binary ? [k] : samples.classes.map((_, j) => (j === k ? 1 : 0));
    const tint = !binary && k >= 3;
    const name = binary ? (k ? "value-positive" : "value-negative") : tint ? "tint" : `c${k + 1}`;
    const item = createHtml("span", {}, legend);
    const picture = createSvg("svg", { viewBox: "-1.4 -1.4 2.8 2.8", "aria-hidden": "true" }, item);
    const shape = SHAPES[shapeOf(target, samples.task)];
    const mark = createSvg("path", { d: shape, class: `point train ${name}` }, picture);
    mark.style.color = tint ? cssColor(classHue(k, colors)) : "";
    item.append(String(samples.classes[k] ?? k));
  }
}
