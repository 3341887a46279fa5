// The operations of a training step, in the order in which they were computed. Pure.
// An operation is one record of the tape; the gradients of a layer's W and b, one computation, share an operation,
// and so do those of its gamma and beta.

import { superscript, thousands } from "../format/numbers.js";
import { layerWidths } from "./values.js";

/**
 * @typedef {{name: string, kind: string, phase: "forward"|"loss"|"backward"|"update", layer: number|null,
 *   reads: string[], multiplications: number, value?: any}} TapeRecord
 * @typedef {{index: number, name: string, names: string[], kind: string, phase: TapeRecord["phase"],
 *   layer: number|null, label: {base: string, sup: string}, record: TapeRecord, records: TapeRecord[],
 *   reads: number[], from: number[], multiplications: number}} Operation
 */

/** The operations of a recorded step. @param {{tape: TapeRecord[]}} step @returns {Operation[]} */
export const operations = (step) => fromTape(step.tape);

/** The operation that has this record, or -1. @param {Operation[]} ops @param {string} name */
export const indexOf = (ops, name) => ops.findIndex((op) => op.names.includes(name));

/** The first operation of the next or previous layer and phase.
 * @param {Operation[]} ops @param {number} index @param {1|-1} direction */
export function nextLayer(ops, index, direction) {
  const group = (/** @type {Operation} */ op) => `${op.phase} ${op.layer}`;
  const last = ops.length - 1;
  let i = index;
  if (direction < 0 && i > 0 && group(ops[i - 1]) === group(ops[i])) {
    while (i > 0 && group(ops[i - 1]) === group(ops[index])) i--;
    return i;
  }
  while (i + direction >= 0 && i + direction <= last && group(ops[i]) === group(ops[index])) i += direction;
  if (direction < 0) while (i > 0 && group(ops[i - 1]) === group(ops[i])) i--;
  return i;
}

/**
 * The operations that the first step will record, before anything has been trained: the same names, no values.
 * @param {{config: any, parameters: Record<string, any>}} run @param {string} [task] of its data @returns {Operation[]}
 */
export const planned = (run, task = "") => fromTape(plannedTape(run, task));

/** @param {TapeRecord[]} tape @returns {Operation[]} */
function fromTape(tape) {
  /** @type {TapeRecord[][]} */
  const cells = [];
  for (const record of tape) {
    const before = cells.at(-1)?.[0];
    const first = { db: "dW", dbeta: "dgamma" }[record.name.replace(/\d+$/, "")];
    if (first && before?.name === `${first}${record.layer}`) cells.at(-1)?.push(record);
    else cells.push([record]);
  }
  /** @type {Map<string, number>} */
  const at = new Map();
  cells.forEach((records, i) => {
    for (const record of records) at.set(record.name, i);
  });
  return cells.map((records, index) => {
    const [record] = records;
    const sources = [...new Set(records.flatMap((r) => r.reads))].map((name) => at.get(name) ?? -1);
    const forward = (/** @type {number} */ i) => /forward|loss/.test(cells[i][0].phase);
    const known = sources.filter((i) => i >= 0 && i !== index);
    return {
      index,
      name: record.name,
      names: records.map((r) => r.name),
      kind: record.kind,
      phase: record.phase,
      layer: record.layer,
      label: labelOf(record.name),
      record,
      records,
      reads: known.filter(forward),
      from: known.filter((i) => !forward(i)),
      multiplications: records.reduce((sum, r) => sum + (r.multiplications || 0), 0),
    };
  });
}

/** "dW2" is written ∂W², "dz2" δ². @param {string} name */
export function labelOf(name) {
  if (name === "update") return { base: "W′", sup: "" };
  const [, stem, sup] = /^([a-zA-Z]+?)(\d*)$/.exec(name) ?? ["", name, ""];
  if (stem === "dz") return { base: "δ", sup };
  if (stem === "dgamma") return { base: "∂γ", sup };
  if (stem === "dbeta") return { base: "∂β", sup };
  return { base: sup && stem.length > 1 && stem[0] === "d" ? `∂${stem.slice(1)}` : stem, sup };
}

/** @param {{config: any, parameters: Record<string, any>}} run @param {string} task @returns {TapeRecord[]} */
function plannedTape({ config, parameters }, task) {
  const last = config.hidden.length + 1;
  const inputs = (/** @type {number} */ k) => parameters[`W${k}`].length;
  const units = (/** @type {number} */ k) => parameters[`b${k}`].length;
  const hidden = config.hidden.map((/** @type {any} */ layer) => ({
    activation: layer.activation,
    dropout: layer.dropout ?? config.dropout,
    norm: layer.batch_norm ?? config.batch_norm,
  }));
  const loss = lossOf(config, units(last), task);
  const squashed = loss === "squared_error" && /sigmoid|tanh/.test(config.output_activation);
  /** @type {TapeRecord[]} */
  const tape = [];
  const add = (name, kind, phase, layer, reads, multiplications) =>
    tape.push({ name, kind, phase, layer, reads, multiplications });
  add("x", "input", "forward", 0, [], 0);
  const outputs = ["x"]; // the record that leaves layer k
  for (let k = 1; k <= last; k++) {
    const n = units(k);
    const h = hidden[k - 1];
    add(`z${k}`, "dense", "forward", k, [outputs[k - 1], `W${k}`, `b${k}`], inputs(k) * n);
    let out = `z${k}`;
    if (h?.norm) {
      out = `n${k}`;
      add(out, "batch_norm", "forward", k, [`z${k}`, `gamma${k}`, `beta${k}`], n);
    }
    if (h || squashed) {
      const from = out;
      out = `a${k}`;
      add(out, h ? h.activation : config.output_activation, "forward", k, [from], 0);
    }
    if (h?.dropout > 0) {
      out = `d${k}`;
      add(out, "dropout", "forward", k, [`a${k}`], n);
    }
    outputs[k] = out;
  }
  add("L", loss, "loss", last, [outputs[last], "y"], 0);
  let error = `d${outputs[last]}`;
  add(error, loss, "backward", last, ["L", outputs[last], "y"], units(last));
  if (squashed) add(`dz${last}`, config.output_activation, "backward", last, [error, `a${last}`], units(last));
  for (let k = last; k >= 1; k--) {
    const n = units(k);
    const h = hidden[k - 1];
    if (h) {
      error = `d${outputs[k]}`;
      add(error, "dense", "backward", k, [`dz${k + 1}`, `W${k + 1}`], n * units(k + 1));
      if (h.dropout > 0) add(`da${k}`, "dropout", "backward", k, [`dd${k}`, `d${k}`], n);
      add(h.norm ? `dn${k}` : `dz${k}`, h.activation, "backward", k, [`da${k}`, `a${k}`], n);
      if (h.norm) {
        add(`dgamma${k}`, "batch_norm", "backward", k, [`dn${k}`, `n${k}`], n);
        add(`dbeta${k}`, "batch_norm", "backward", k, [`dn${k}`], 0);
        add(`dz${k}`, "batch_norm", "backward", k, [`dn${k}`, `n${k}`], n);
      }
    }
    add(`dW${k}`, "dense", "backward", k, [`dz${k}`, outputs[k - 1]], inputs(k) * n);
    add(`db${k}`, "dense", "backward", k, [`dz${k}`], 0);
  }
  const gradients = tape.filter((r) => /^d(W|b|gamma|beta)\d/.test(r.name)).map((r) => r.name);
  const size = Object.values(parameters).flat(2).length;
  add("update", config.optimizer, "update", null, gradients, size);
  return tape;
}

/** @param {any} config @param {number} outputs @param {string} task */
function lossOf(config, outputs, task) {
  if (config.loss !== "auto") return config.loss;
  if (task === "regression") return "squared_error";
  return outputs > 1 ? "softmax_cross_entropy" : "binary_cross_entropy";
}

/** What an operation is, in words: "gradient of W2". @param {{name: string, kind: string}} op */
export function operationWords(op) {
  if (op.name === "update") return "update of all parameters";
  const [, stem, k] = /^([a-zA-Z]+?)(\d*)$/.exec(op.name) ?? ["", op.name, ""];
  if (stem.length > 1 && stem[0] === "d") return `gradient of ${stem.slice(1)}${k}`;
  const words = {
    x: "input",
    z: "weighted sums",
    n: "batch norm",
    a: `${op.kind.replace(/_/g, " ")} of`,
    d: "dropout",
    L: "loss",
  };
  return stem === "a"
    ? `${op.kind.replace(/_/g, " ")}, a${k}`
    : `${words[stem] ?? op.kind}${k ? `, ${stem}${k}` : ` ${stem}`}`;
}

/** "operation 17 of 22, gradient of W2, reads d1". @param {Operation[]} ops @param {number} index */
export function operationText(ops, index) {
  const op = ops[index];
  if (!op) return "nothing recorded yet";
  const reads = op.reads.map((i) => ops[i].name);
  return `operation ${index + 1} of ${ops.length}, ${operationWords(op)}${reads.length ? `, reads ${reads.join(" and ")}` : ""}`;
}

/**
 * The tape's counter: the step's own numbers, and each as a sum. A sum is only spelled out where it comes to exactly
 * the recorded number.
 * @param {any} step null before the first @param {Operation[]} ops @param {Record<string, any>} parameters
 */
export function counter(step, ops, parameters) {
  const widths = layerWidths(parameters);
  const terms = pathTerms(widths, ops);
  const product = widths.reduce((p, n) => p * BigInt(n), 1n);
  const sum = terms.reduce((s, term) => s + term.value, 0n);
  const paths = String(step?.paths ?? product);
  const byPath = String(step?.path_multiplications ?? sum);
  const backward = ops.filter((op) => op.phase === "backward" && op.multiplications > 0);
  const withTape = backward.reduce((s, op) => s + op.multiplications, 0);
  return {
    paths,
    byPath,
    withTape,
    pathsSum: String(product) === paths ? `${widths.join(" · ")} = ${thousands(paths)}` : "",
    byPathSum: String(sum) === byPath ? terms.map((term) => term.text) : [],
    tapeSum: backward.map((op) => `${op.label.base}${superscript(op.label.sup)} ${thousands(op.multiplications)}`),
  };
}

/** Multiplications of the backward pass up to and including an operation. @param {Operation[]} ops @param {number} index */
export const multiplicationsUpTo = (ops, index) =>
  ops.slice(0, index + 1).reduce((sum, op) => sum + (op.phase === "backward" ? op.multiplications : 0), 0);

/** Layer by layer: weights × paths of each to the loss × factors of each path. */
export function pathTerms(widths, ops) {
  const has = (name) => ops.some((op) => op.names.includes(name));
  const last = widths.length - 1;
  return widths.slice(1).map((units, index) => {
    const l = index + 1;
    const onward = widths.slice(l + 1).reduce((p, n) => p * BigInt(n), 1n);
    let factors = 0;
    for (let k = l; k <= last; k++) factors += 2 + (has(`d${k}`) ? 1 : 0) + (has(`n${k}`) ? 1 : 0);
    const weights = BigInt(widths[l - 1] * units);
    const value = weights * onward * BigInt(factors);
    const text = `W${superscript(l)}: ${thousands(weights)} weights · ${thousands(onward)} ${onward === 1n ? "path" : "paths"} · ${factors} factors = ${thousands(value)}`;
    return { value, text };
  });
}
