// The values of a recorded step by the names of its records, and how far each is computed at the playhead. Pure.

import { clamp, isNumber, maxAbs } from "../format/math.js";
import { fullDigits } from "../format/numbers.js";
import { isTargetScaled, realNumber, scaledTarget } from "./targets.js";

const FEW_WEIGHTS = 16; // into a layer: each shows its update
const BOUNDED = new Set(["tanh", "sigmoid", "step"]);

/**
 * What does not depend on the playhead: shapes, values by name, and the maxima that drawings are scaled by.
 * @param {object} view
 */
export function stepValues(view) {
  const { run, step, samples, spotlight } = view;
  const parameters = step?.parameters ?? run.parameters;
  const tape = new Map((step?.tape ?? []).map((record) => [record.name, record]));
  const spot = view.spotlightValues ?? {};
  const ops = view.ops ?? [];
  const widths = layerWidths(parameters);
  const layers = widths.length - 1;
  const index = new Map();
  for (const op of ops) for (const name of op.names) index.set(name, op.index);

  const values = (name) => {
    if (name === "x" && !spot.x) return samples?.values?.[spotlight?.index] ?? null;
    const value = spot[name];
    return Array.isArray(value) && Array.isArray(value[0]) && !/^dW/.test(name) ? value[0] : (value ?? null);
  };
  const batch = (name) => tape.get(name)?.value ?? null;
  const targets = spotlight?.target ?? scaledTarget(samples, spotlight?.index ?? -1);
  const row = step?.batch?.indices?.indexOf(spotlight?.index) ?? -1;

  /** For each layer, the record of its outputs, and the record of the error that comes back from layer k + 1. */
  const layerOutputs = ["x"];
  const layerErrors = [];
  for (let k = 1; k <= layers; k++) {
    const forward = ops.filter((op) => op.phase === "forward" && op.layer === k);
    layerOutputs.push(forward.at(-1)?.name ?? `a${k}`);
    layerErrors[k] = index.has(`dd${k}`) ? `dd${k}` : `da${k}`;
  }
  const error = ops.find((op) => op.phase === "backward")?.name ?? `dz${layers}`;
  const loss = tape.get("L")?.kind ?? ops.find((op) => op.name === "L")?.kind ?? "";
  const probabilities = /cross_entropy/.test(loss);

  const measures = [null];
  for (let k = 1; k <= layers; k++) {
    const W = parameters[`W${k}`];
    const h = values(layerOutputs[k - 1]);
    const dz = values(`dz${k}`);
    let forward = 0;
    let backward = 0;
    for (let from = 0; from < widths[k - 1]; from++)
      for (let to = 0; to < widths[k]; to++) {
        forward = Math.max(forward, absProduct(W[from][to], h?.[from]));
        backward = Math.max(backward, absProduct(W[from][to], dz?.[to]));
      }
    const gradients = [`dz${k}`, `dn${k}`, `da${k}`, `dd${k}`].map((name) => maxAbs(values(name)));
    const unbounded = k < layers ? !BOUNDED.has(ops[index.get(`a${k}`)]?.kind) : !probabilities;
    const answers = k < layers ? [values(`a${k}`), values(`d${k}`)] : [values("outputs"), targets];
    measures.push({
      weight: maxAbs(W),
      bias: maxAbs(parameters[`b${k}`]),
      gradient: maxAbs(batch(`dW${k}`)),
      forward,
      backward,
      error: k === layers && probabilities ? 1 : Math.max(...gradients),
      activation: unbounded ? maxAbs(answers) || 1 : 1,
      factor: 1,
    });
  }
  const largestGradient = Math.max(...measures.slice(1).map((m) => m.gradient));
  for (const m of measures.slice(1)) m.factor = layerFactor(m.gradient, largestGradient);

  return {
    parameters,
    tape,
    widths,
    layers,
    index,
    values,
    batch,
    targets,
    layerOutputs,
    layerErrors,
    error,
    loss,
    probabilities,
    measures,
    dense: isDense(widths),
    largestFrom: memoize((k) => least(batch(`dW${k}`))),
    update: tape.get("update")?.value ?? null,
    clip: tape.get("update")?.clip_scale ?? 1,
    /** 0 where dropout masked the unit for the spotlight sample. A sample outside the batch has no mask of its own. */
    kept: (k, unit) =>
      row < 0 && run?.config?.dropout_mask === "per_sample"
        ? 1
        : (tape.get(`d${k}`)?.mask?.[Math.max(0, row)]?.[unit] ?? 1),
  };
}

/** Whether there are too many weights for each to show its update; then only each layer's largest do. @param {number[]} widths */
export const isDense = (widths) => widths.slice(1).reduce((sum, width, k) => sum + width * widths[k], 0) > 200;

/** Whether some layer shows the update of its largest weights alone: of many, or where its units stand close. */
export function largestOnly({ step, tight }) {
  const widths = layerWidths(step.parameters);
  return isDense(widths) || (tight && widths.slice(1).some((width, k) => width * widths[k] > FEW_WEIGHTS));
}

/** The size from which on the largest of a matrix lie: a third of them, at most 24; all of a small one. */
function least(matrix) {
  const sizes = matrix
    .flat()
    .map((v) => Math.abs(v ?? 0))
    .sort((a, b) => b - a);
  return sizes.length > FEW_WEIGHTS ? sizes[Math.min(Math.floor(sizes.length / 3), 24)] : 0;
}

/** A function of a layer that remembers its results. */
function memoize(compute) {
  const known = new Map();
  return (k) => {
    if (!known.has(k)) known.set(k, compute(k));
    return known.get(k);
  };
}

/** |a·b|, 0 where that is no number. */
const absProduct = (a, b) => (isNumber(a) && isNumber(b) && isNumber(a * b) ? Math.abs(a * b) : 0);

/** Whether the data set is a table; then tiles show the training samples as beeswarms, not the input plane. */
export const isTable = ({ samples }) => Boolean(samples) && !samples.extent;

/** Whether the inputs are named after their columns. */
export const hasColumnNames = (view) =>
  isTable(view) || Boolean(view.run?.config.features?.some((name) => !/x\d/.test(name)));

/** Units of every column, inputs first. @param {Record<string, any>} parameters */
export function layerWidths(parameters) {
  if (!parameters?.W1) return [];
  const widths = [parameters.W1.length];
  for (let k = 1; parameters[`b${k}`]; k++) widths.push(parameters[`b${k}`].length);
  return widths;
}

/**
 * How far a record is computed: 0 not begun, 1 done, in between while its operation is under the playhead.
 * @param {object} records of recordsOf @param {object} view
 * @returns {(name: string) => number}
 */
export function computedShare(records, view) {
  if (view.playbackMode !== "operations" && view.playbackMode !== undefined && view.step)
    return (name) => (records.index.has(name) ? 1 : 0);
  const t = operationProgress(view);
  return (name) => {
    const index = records.index.get(name);
    if (index === undefined || index > view.operation) return 0;
    return index < view.operation ? 1 : t;
  };
}

/** Progress of the operation under the playhead. With reduced motion it is shown as completed; the update, just before. */
export function operationProgress(view) {
  if (!view.reduced) return clamp(view.progress ?? 1);
  return view.ops?.[view.operation]?.phase === "update" ? 0.9 : 1;
}

/** Whether the playhead stands at the end of a step. With reduced motion the update's bars stay, but the step is over. */
const stepIsOver = ({ ops, operation, progress: at }) => ops?.[operation]?.phase === "update" && (at ?? 1) >= 1;

/** Whether single operations are shown, not the sweep over whole steps. */
export const showsOperations = (view) =>
  view.playbackMode === "operations" || view.playbackMode === undefined || !view.step;

/** The evaluation that tiles and plane show: that before the step, or that after it once the update is done or at high speed. */
export function shownEvaluation(view) {
  const done = stepIsOver(view);
  const order = showsOperations(view) && !done ? [view.before, view.after] : [view.after, view.before];
  return order.find((e) => e?.surfaces ?? e?.beeswarms) ?? order.find(Boolean) ?? view.run?.evaluation ?? null;
}

/** The sample in the spotlight as it is in the data, null where there is none. @param {any} view */
export const rawInput = ({ spotlight, samples }) => spotlight?.input ?? samples?.inputs?.[spotlight?.index] ?? null;

let moved = { step: null, parameters: null }; // the last step whose parameters were moved on

/** The parameters that the graph shows: those before the step, once its update is done those after it. @param {any} view */
export function shownParameters(view) {
  const { step, run } = view;
  const before = step?.parameters ?? run.parameters;
  const update = step?.tape?.at(-1)?.value;
  const done = showsOperations(view) && stepIsOver(view);
  if (!done || !update) return before;
  if (moved.step !== step) {
    const add = (a, b) =>
      Array.isArray(a) ? a.map((v, i) => add(v, b[i])) : isNumber(a) && isNumber(b) ? a + b : null;
    const entries = Object.entries(before).map(([name, value]) => [
      name,
      update[name] ? add(value, update[name]) : value,
    ]);
    moved = { step, parameters: Object.fromEntries(entries) };
  }
  return moved.parameters;
}

const REF = /^(update\.)?([A-Za-z]+?)(\d*)((?:\[\d+\])*)$/;

/**
 * The value that a reference names, and where it is recorded.
 * @param {object} records @param {string} ref "dW2[3][1]", "a1[2]", "update.b1[0]", "L"
 * @returns {{value: any, stem: string, layer: number|null, at: number[], of: string, known: boolean}|null}
 */
export function valueAt(records, ref) {
  const match = REF.exec(ref ?? "");
  if (!match) return null;
  const [, update, stem, number, path] = match;
  const at = [...path.matchAll(/\d+/g)].map((m) => Number(m[0]));
  const name = stem + number;
  const parameter = /^(W|b|gamma|beta)$/.test(stem) && number;
  const holder = update
    ? records.update?.[name]
    : parameter
      ? records.parameters[name]
      : /^d(W|b|gamma|beta)$/.test(stem)
        ? records.batch(name)
        : name === "y"
          ? records.targets
          : records.values(name);
  const of = update
    ? "added by the update"
    : parameter
      ? "before the update"
      : /^d(W|b|gamma|beta)$/.test(stem)
        ? "mean of the batch"
        : "spotlight sample";
  let value = holder;
  for (const i of at) value = value?.[i];
  return {
    value: value === undefined ? null : value,
    stem,
    layer: number ? Number(number) : null,
    at,
    of,
    known: value !== undefined && holder !== null,
  };
}

/** A mark's tooltip: record, layer, index, step and the whole number. */
export function valueText(records, view, ref) {
  const found = valueAt(records, ref);
  if (!found) return ref;
  const { layer, at, stem, of, value, known } = found;
  const where = [];
  if (layer) where.push(`layer ${layer}`);
  if (at.length === 2 && /W$/.test(stem)) where.push(`from unit ${at[0] + 1} to unit ${at[1] + 1}`);
  else if (at.length) where.push(`${/^d?x$/.test(stem) ? "input" : "unit"} ${at[0] + 1}`);
  const when = view.step ? `step ${view.step.step}` : "step 0";
  const number = known && !Array.isArray(value);
  const text = number ? fullDigits(value) + ownUnits(view.samples, stem, value, at[0]) : "not computed yet";
  return `${ref} · ${[where.join(", "), when, of].filter(Boolean).join(" · ")}: ${text}`;
}

/** What an answer or target is in the target's own units, where these are others. */
const ownUnits = (samples, stem, value, k) =>
  isTargetScaled(samples) && /^(y|outputs)$/.test(stem) && isNumber(value)
    ? `, in the target's own units ${fullDigits(realNumber(samples, value, k))}`
    : "";

/**
 * How wide a layer's gradients may be drawn against the network's largest: linear within a layer, logarithmic across
 * layers, so that vanishing is seen (1 for the largest layer, 0.06 from 5.2 decades below it on).
 */
export function layerFactor(layerMax, networkMax) {
  if (!(layerMax > 0) || !(networkMax > 0)) return 0.06;
  return clamp(1 + Math.log10(layerMax / networkMax) / 5.5, 0.06, 1);
}
