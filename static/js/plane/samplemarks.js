// The samples on the plane: one shape each, in the hue of its class or value; rings around some of them; the spotlight.

import { createSvg, setAttribute, setText } from "../dom/elements.js";
import { classOf, mix, SHAPES, shapeAt, shapeOf } from "../format/colors.js";
import { n1 } from "../format/math.js";
import { columnTitle } from "../run/settings.js";
import { scaledTarget } from "../run/targets.js";
import { classHue, cssColor, makeSpot, targetScale, valueHue } from "./field.js";
import { positionOf } from "./projection.js";

const RADIUS = { train: 2.5, test: 2.2 };

/** @typedef {{width: number, height: number}} Frame a field is a square, a scatter as wide as the column */

/** @param {SVGElement} root */
export function createSampleMarks(root) {
  const group = createSvg("g", { class: "plane-points" }, root);
  /** @type {SVGElement[]} */
  const marks = [];
  return {
    /** @param {number} index */
    at: (index) => marks[index],
    /** @param {any} samples @param {any} plane @param {Frame} frame @param {any} colors */
    draw(samples, plane, frame, colors) {
      const n = samples.targets.length;
      while (marks.length > n) marks.pop().remove();
      const hue = hueOfSamples(samples, colors);
      for (let i = 0; i < n; i++) {
        marks[i] ??= createSvg("path", { "data-ref": `inputs[${i}]` }, group);
        const mark = marks[i];
        const set = i < samples.train ? "train" : "test";
        const { x, y } = positionOf(plane, i, frame);
        const known = x !== null && y !== null;
        setAttribute(mark, "class", known ? `point ${set} ${hue.name(i)}` : "off");
        if (!known) continue;
        const shape = shapeOf(samples.targets[i], samples.task);
        setAttribute(mark, "d", shapeAt(shape, n1(x), n1(y), RADIUS[set]));
        mark.style.color = hue.color(i);
      }
    },
  };
}

/** A sample's hue: its class, or its value. @param {any} samples @param {any} colors */
function hueOfSamples(samples, colors) {
  if (samples.task === "binary")
    return {
      name: (i) => (classOf(samples.targets[i], "binary") ? "value-positive" : "value-negative"),
      color: () => "",
    };
  if (samples.task === "multiclass") {
    const name = (i) => classOf(samples.targets[i], "multiclass");
    return {
      name: (i) => (name(i) < 3 ? `c${name(i) + 1}` : "tint"),
      color: (i) => (name(i) < 3 ? "" : cssColor(classHue(name(i), colors))),
    };
  }
  const scale = targetScale(samples);
  const hue = (i) => valueHue(scale.of(scaledTarget(samples, i)[0] ?? 0), 1, colors);
  return { name: () => "value", color: (i) => cssColor(i < samples.train ? hue(i) : mix(hue(i), colors.ink, 0.35)) };
}

/** The names of two columns at the plane's edges; x1 and x2 need no words. @param {SVGElement} root */
export function createAxisNames(root) {
  const axes = ["end", "start"].map((anchor) =>
    createSvg("text", { class: "plane-axis", "text-anchor": anchor }, root),
  );
  /** @param {any} samples @param {any} plane @param {Frame} frame */
  return (samples, plane, frame) => {
    const plain = plane.names.join() === "x1,x2";
    plane.names.forEach((name, k) => {
      setText(axes[k], plain ? "" : columnTitle(name, samples.units[samples.columns.indexOf(name)], true));
      setAttribute(axes[k], "x", k ? 7 : frame.width - 7);
      setAttribute(axes[k], "y", k ? 16 : frame.height - 8);
    });
  };
}

/** Rings: around the samples of the batch while they are read, and around test samples that are classified wrong. */
export function createRings(root) {
  const batch = createSvg("path", { class: "plane-batch", "data-ref": "batch.indices" }, root);
  const wrong = createSvg("path", { class: "plane-wrong", "data-ref": "beeswarms.wrong" }, root);
  const rings = (rows, plane, frame, radius) =>
    rows
      .map((i) => positionOf(plane, i, frame))
      .map((at) => (at.x === null || at.y === null ? "" : ringPath(at, radius)))
      .join("");
  return {
    drawBatch(view, plane, frame) {
      const reading = view.step && view.playbackMode === "operations" && view.ops[view.operation]?.name === "x";
      setAttribute(batch, "class", reading ? "plane-batch" : "off");
      if (reading) setAttribute(batch, "d", rings(view.step.batch.indices, plane, frame, 5));
    },
    /** Where no field can show it. */
    drawWrong(evaluation, samples, plane, frame) {
      const rows = plane.field ? [] : (evaluation?.beeswarms?.wrong ?? []);
      setAttribute(
        wrong,
        "d",
        rings(
          rows.filter((i) => i >= samples.train),
          plane,
          frame,
          5.5,
        ),
      );
    },
  };
}

/** The sample in the spotlight, larger, with lines to the axes. @param {SVGElement} root */
export function createSpotlight(root) {
  const spot = makeSpot(root);
  return (view, samples, plane, frame, markAt) => {
    const index = view.spotlight?.index;
    const known = Number.isInteger(index) && samples.targets[index];
    const { x, y } = known ? positionOf(plane, index, frame) : { x: null, y: null };
    spot.show(!!known, x, y, frame);
    if (!known) return;
    const mark = markAt(index);
    const shape = mark.getAttribute("class");
    setAttribute(spot.mark, "d", SHAPES[shapeOf(samples.targets[index], samples.task)]);
    setAttribute(spot.mark, "class", shape === "off" ? "off" : shape.replace("test", "train"));
    spot.mark.style.color = mark.style.color;
    setAttribute(spot.group, "data-ref", `inputs[${index}]`);
  };
}

const ringPath = ({ x, y }, r) => `M${n1(x - r)} ${n1(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
