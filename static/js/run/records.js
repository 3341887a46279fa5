// The records of a step by name, what is computed at the playhead, and which settings were in force. Pure.

import { isNumber } from "../format/math.js";
import { fullDigits, subscript, superscript, thousands } from "../format/numbers.js";

/** "dW2[3][1]" → {record: "dW2", indices: [3, 1]}. */
export function parseRef(ref) {
  return { record: ref.replace(/\[.*$/, ""), indices: [...ref.matchAll(/\[(\d+)\]/g)].map((m) => Number(m[1])) };
}

/** ("dW2", 3, 1) → "dW2[3][1]". */
export const refOf = (record, ...indices) => record + indices.map((i) => `[${i}]`).join("");

/** "dW2" → "dW". */
export const stemOf = (name) => name.replace(/\d+$/, "");

const maps = new WeakMap();

/** A step's records by name. @returns {Map<string, any>} */
export function recordsByName(step) {
  if (!step) return new Map();
  if (!maps.has(step)) maps.set(step, new Map(step.tape.map((record) => [record.name, record])));
  return maps.get(step);
}

/** Whether the playhead has passed, or is finishing, the operation that records this name. */
export function isComputed(view, name) {
  if (!view.step) return false;
  if (
    !view.ops ||
    view.operation === undefined ||
    (view.playing && view.playbackMode && view.playbackMode !== "operations")
  )
    return true;
  const at = view.ops.findIndex((op) => op.names.includes(name));
  return at >= 0 && (at < view.operation || (at === view.operation && (view.progress ?? 1) >= 0.7));
}

const networks = new WeakMap();

/** The structure of the step's network, read from the names of its records. */
export function networkOf(view) {
  const { step } = view;
  if (!step) return readNetwork(view);
  if (!networks.has(step)) networks.set(step, readNetwork({ step }));
  return networks.get(step);
}

function readNetwork(view) {
  const names = new Set(view.step ? view.step.tape.map((r) => r.name) : (view.ops ?? []).flatMap((op) => op.names));
  const parameters = view.step?.parameters ?? view.run?.parameters ?? {};
  let last = 0;
  while (parameters[`W${last + 1}`]) last++;
  /** The record that leaves layer k. */
  const out = (k) => (k === 0 ? "x" : ([`d${k}`, `a${k}`, `n${k}`, `z${k}`].find((n) => names.has(n)) ?? `z${k}`));
  const kind = (name) =>
    view.step ? recordsByName(view.step).get(name)?.kind : view.ops?.find((op) => op.names.includes(name))?.kind;
  return { names, parameters, last, out, kind, loss: kind("L"), records: recordsByName(view.step) };
}

/** The dropout rate that was in force in this hidden layer: the step says the largest, its records say each. */
export function rateOf(view, layer) {
  const records = recordsByName(view.step);
  const [before, after] = [records.get(`a${layer}`)?.value, records.get(`d${layer}`)?.value];
  const stated = view.step?.dropout ?? 0;
  for (const [i, mask] of (records.get(`d${layer}`)?.mask ?? []).entries())
    for (const [u, kept] of mask.entries())
      if (kept && isNumber(before?.[i][u]) && Math.abs(before[i][u]) > 1e-9) {
        const rate = 1 - before[i][u] / after[i][u];
        return Math.abs(rate - stated) < 1e-9 ? stated : Math.round(rate * 1e9) / 1e9;
      }
  return stated;
}

/** What was in force at the view's step: what was changed since then is undone. */
export function settingAt(view, field) {
  const changes = (view.changes ?? view.run?.changes ?? []).filter((change) => change.field === field);
  const since = changes.filter((change) => change.step >= view.step.step);
  if (since.length) return since.reduce((first, c) => (c.step < first.step ? c : first)).before;
  if (changes.length) return changes.reduce((last, c) => (c.step >= last.step ? c : last)).value;
  return view.run?.controls?.[field] ?? view.config?.[field] ?? view.run?.config?.[field];
}

/** "dW2[3][1]" → {kind: "weight", layer: 2, from: 3, to: 1}; null where a number belongs to no weight or unit. @param {string} ref */
export function targetOf(ref) {
  const [, name, first, second] = /^([a-zA-Z]+\d*)\[(\d+)\](?:\[(\d+)\])?$/.exec(ref) ?? [];
  const [, stem, k] = /^([a-zA-Z]+?)(\d*)$/.exec(name ?? "") ?? [];
  if (!stem) return null;
  if (stem === "x") return { kind: "unit", layer: 0, unit: Number(first) };
  if (stem === "dW") return { kind: "weight", layer: Number(k), from: Number(first), to: Number(second) };
  if (stem === "db") return { kind: "bias", layer: Number(k), unit: Number(first) };
  return { kind: "unit", layer: Number(k), unit: Number(first) };
}

/** The numbers on the tape that a weight, bias or unit is made of. */
export function refsOf(target, ops) {
  if (!target) return [];
  const k = target.layer;
  const named = (pattern) => ops.flatMap((op) => op.names).filter((name) => pattern.test(name));
  if (target.kind === "weight") {
    const leaves = ops.filter((op) => op.phase === "forward" && op.layer === k - 1).at(-1)?.name;
    return [`dW${k}[${target.from}][${target.to}]`, `dz${k}[${target.to}]`, `${leaves}[${target.from}]`];
  }
  if (target.kind === "bias") return [`db${k}[${target.unit}]`, `dz${k}[${target.unit}]`];
  if (k === 0) return [`x[${target.unit}]`];
  return named(new RegExp(`^d?[znad]${k}$`)).map((name) => `${name}[${target.unit}]`);
}

/**
 * ("dW2", [3, 1], 17) → "dW2[3][1] · layer 2 · from unit 4 to unit 2 · step 17". Records keep their indices from 0,
 * units are counted from 1; two indices of a record that is not a weight are row of the batch and unit.
 */
export function refName(record, indices = [], step = undefined) {
  const layer = /(\d+)$/.exec(record)?.[1];
  const unit = (i) => (record === "x" || layer === undefined ? `number ${i + 1}` : `unit ${i + 1}`);
  const [first, second] = indices;
  const where =
    second === undefined
      ? first === undefined
        ? ""
        : unit(first)
      : /^d?W\d/.test(record)
        ? `from ${layer === "1" ? "input" : "unit"} ${first + 1} to unit ${second + 1}`
        : `row ${first + 1} of the batch, ${unit(second)}`;
  const when = typeof step === "object" ? step?.step : step;
  const parts = [
    record + indices.map((i) => `[${i}]`).join(""),
    layer && `layer ${layer}`,
    where,
    isNumber(when) && `step ${thousands(when)}`,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** The title of a mark: which record, layer, index and step, and every digit of its value. */
export function refTitle(ref, value, step, note = "") {
  const { record, indices } = parseRef(ref);
  return [refName(record, indices, step), note, value === undefined ? "not computed yet" : fullDigits(value)]
    .filter(Boolean)
    .join(" · ");
}

/** "w²₃₄" of a weight. */
export const weightName = (layer, from, to) =>
  `w${superscript(layer)}${subscript(from + 1)}${from > 8 || to > 8 ? "," : ""}${subscript(to + 1)}`;
