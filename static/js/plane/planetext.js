// What the plane says in words: of a sample, of the field at a point, in its note and to a screen reader. Pure.

import { classOf } from "../format/colors.js";
import { isNumber } from "../format/math.js";
import { format, fullDigits, realText, subscript } from "../format/numbers.js";
import { realNumber } from "../run/targets.js";
import { between } from "./projection.js";
import { gridsOf } from "./surface.js";

const orMissing = (v) => (isNumber(v) ? fullDigits(v) : "missing");
const pretty = (name) => name.replace(/_/g, " ");

export const headingText = (samples, plane) =>
  !plane.field ? "Scatter" : samples.task === "multiclass" ? "Decision regions" : "Output plane";

/** Three lines: its number, its coordinates, its target. @param {any} samples @param {any} plane @param {number} i */
export function sampleText(samples, plane, i) {
  const where = plane.names
    .slice(0, plane.field ? 2 : samples.columns.length > 1 ? 2 : 1)
    .map((name, k) => `${name} = ${orMissing(k ? plane.y[i] : plane.x[i])}`);
  const target = samples.targets[i];
  const what =
    samples.task === "regression"
      ? `target ${target.map(fullDigits).join(", ")}`
      : `class ${samples.classes[classOf(target, samples.task)] ?? classOf(target, samples.task)}`;
  const wrong = samples.flipped?.includes(i) ? " (label flipped)" : "";
  return `sample ${i}, ${i < samples.train ? "train" : "test"}\n${where.join(", ")}\n${what}${wrong}`;
}

/**
 * Three lines: the outputs at a point, where it lies, after which step; "" without a field.
 * @param {any} samples @param {any} plane @param {any} evaluation @param {number} u across @param {number} v down, both 0 to 1
 */
export function fieldText(samples, plane, evaluation, u, v) {
  const layer = plane.field ? evaluation?.surfaces?.layers.at(-1) : null;
  if (!layer || !isNumber(layer.lo)) return "";
  const grids = gridsOf(layer);
  const n = Math.round(Math.sqrt(grids[0].length));
  const values = grids.map((grid, k) =>
    realNumber(samples, layer.lo + (between(grid, n, u, v) / 255) * (layer.hi - layer.lo), k),
  );
  const [x1, x2, y1, y2] = plane.extent;
  const nameOf = (k) =>
    samples.task === "binary"
      ? `probability of ${samples.classes[1] ?? "class 1"}`
      : samples.task === "multiclass"
        ? `p(${samples.classes[k] ?? k})`
        : `ŷ${values.length > 1 ? subscript(k + 1) : ""}`;
  const at = `${plane.names[0]} ${format(x1 + u * (x2 - x1), 2)}, ${plane.names[1]} ${format(y2 - v * (y2 - y1), 2)}`;
  return `${values.map((value, k) => `${nameOf(k)} ≈ ${realText(value)}`).join(", ")}\n${at}\nevaluation mode, after step ${evaluation.step}`;
}

/** @param {any} view @param {any} plane @param {any} evaluation */
export function noteText(view, plane, evaluation) {
  if (!plane.field) {
    const missed = evaluation?.beeswarms?.wrong?.filter((i) => i >= view.samples.train).length;
    const wrong =
      missed === undefined ? "" : missed ? "○ test rows classified wrong" : "every test row classified right";
    return [wrong, `ring: sample ${view.spotlight?.index ?? 0}.`].filter(Boolean).join(" · ");
  }
  const config = view.config ?? view.run?.config ?? {};
  const norm = config.batch_norm || config.hidden?.some((layer) => layer.batch_norm);
  const mode = evaluation?.surfaces
    ? `Evaluation mode: no dropout${norm ? ", running averages" : ""}.`
    : "No field yet.";
  if (view.previous) return `Dashed: the boundary after step ${view.previous.step}. ${mode}`;
  if (evaluation?.step === 0) return `The field is one random guess. ${mode}`;
  return mode;
}

/** @param {any} view @param {any} plane @param {any} evaluation @param {string} title */
export function labelText(view, plane, evaluation, title) {
  const { samples } = view;
  const index = view.spotlight?.index;
  const target = Number.isInteger(index)
    ? `; in the spotlight ${sampleText(samples, plane, index).replace(/\n/g, ", ")}`
    : "";
  const state = evaluation ? `, evaluation mode, after step ${evaluation.step}` : "";
  const name = plane.field ? title : `Scatter of ${plane.names.map(pretty).join(" and ")}`;
  return `${name}${state}: ${samples.train} training and ${samples.targets.length - samples.train} test samples${target}. Arrow keys go to the next sample in that direction.`;
}
