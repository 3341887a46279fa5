// The chain rule of one weight, bias or unit, as factors that stand on recorded numbers. Pure: views in, values out.
// Every factor carries the record and the indices it was read from, so that it can be followed on the screen; a value
// is undefined before it is recorded and null where it is not finite.

import { isNumber } from "../format/math.js";
import { isComputed, networkOf, parseRef, rateOf, recordsByName, refOf, settingAt } from "../run/records.js";
import { scaledTarget } from "../run/targets.js";

// Activations as curves, to be drawn and to have a slope. Pure: numbers in, numbers out.

const GELU_SCALE = Math.sqrt(2 / Math.PI);

/** What an activation does to a sum, its slope from the recorded sum and answer, and how that slope is written. */
export const ACTIVATIONS = {
  linear: { value: (z) => z, slope: () => 1, formula: "1" },
  sigmoid: { value: (z) => 1 / (1 + Math.exp(-z)), slope: (_, a) => a * (1 - a), formula: "a (1 − a)" },
  tanh: { value: Math.tanh, slope: (_, a) => 1 - a * a, formula: "1 − a²" },
  relu: { value: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0), formula: "1 or 0" },
  leaky_relu: {
    value: (z) => (z > 0 ? z : 0.01 * z),
    slope: (z) => (z > 0 ? 1 : 0.01),
    formula: "1 or 0.01",
  },
  elu: {
    value: (z) => (z > 0 ? z : Math.expm1(z)),
    slope: (z, a) => (z > 0 ? 1 : a + 1),
    formula: "1 or a + 1",
  },
  gelu: { value: (z) => 0.5 * z * (1 + geluGate(z)), slope: geluSlope, formula: "of the gate" },
  step: { value: (z) => (z > 0 ? 1 : 0), slope: () => 0, formula: "0" },
};

function geluGate(z) {
  return Math.tanh(GELU_SCALE * (z + 0.044715 * z ** 3));
}

function geluSlope(z) {
  const t = geluGate(z);
  return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * GELU_SCALE * (1 + 3 * 0.044715 * z * z);
}

// What an update does to one parameter, and how it came about. Pure: views in, values out.

/**
 * What the step's update does to one parameter: the recorded change, and how it came about. `plain` is −η·g alone;
 * `penalty` is what l1 and l2 add to the gradient, `clip` how much of the whole gradient was let through.
 */
export function updateOf(view, ref) {
  const { record, indices } = parseRef(ref);
  const pick = (values) => indices.reduce((at, i) => at?.[i], values);
  const update = recordsByName(view.step).get("update");
  if (!update?.value || !isComputed(view, "update")) return null;
  const before = pick(view.step.parameters[record]);
  const gradient = finiteOrNull(pick(recordsByName(view.step).get(`d${record}`)?.value));
  const change = finiteOrNull(pick(update.value[record]));
  const rate = view.step.learning_rate;
  const clip = update.clip_scale ?? 1;
  const plain = gradient === null ? null : -rate * gradient;
  const [l1, l2] = ["l1", "l2"].map((field) => settingAt(view, field) ?? 0);
  const penalty = record[0] === "W" ? l1 * Math.sign(before) + l2 * before : 0;
  const after = change === null ? null : before + change;
  const moment = (state, name) => finiteOrNull(pick(state.optimizer[name]?.[record]) ?? 0);
  const memory = view.states
    ? Object.fromEntries(
        Object.keys(view.states.after.optimizer).map((name) => [
          name,
          { before: moment(view.states.before, name), after: moment(view.states.after, name) },
        ]),
      )
    : null;
  const used = gradient === null ? null : clip * (gradient + penalty);
  return {
    ref,
    before,
    gradient,
    change,
    after,
    rate,
    clip,
    pull: penalty,
    plain,
    used,
    memory,
    updates: view.states?.after.updates,
    kind: update.kind,
  };
}

const finiteOrNull = (value) => (isNumber(value) ? value : null);

export const EPSILON = 1e-5; // of batch norm

const isGradient = (record) => /^d[zandWbg]/.test(record);

/** A record's letter as the page writes it: "dz" is δ, other gradients ∂ and the letter. */
export function letterOf(record) {
  const [, stem, sup = ""] = /^([a-z]+?)(\d*)$/i.exec(record) ?? [record, record];
  if (stem === "dz") return { base: "δ", sup };
  if (isGradient(record)) return { base: `∂${{ gamma: "γ", beta: "β" }[stem.slice(1)] ?? stem.slice(1)}`, sup };
  return {
    base: { outputs: "ŷ", gamma: "γ", beta: "β" }[stem] ?? (/^[Wb]$/.test(stem) ? stem.toLowerCase() : stem),
    sup,
  };
}

/** Units are counted from 1 for readers; from and to of a weight get a comma once one has two figures. */
export const subscriptText = (...indices) => indices.map((i) => i + 1).join(indices.some((i) => i > 8) ? "," : "");

/** One number of the chain: where it stands and what it is. */
export function term(view, record, indices, value) {
  const seen =
    record === "y" || /^(W|b|gamma|beta)\d/.test(record) || isComputed(view, record === "outputs" ? "L" : record);
  return {
    ref: refOf(record, ...indices),
    record,
    indices,
    ...letterOf(record),
    sub: subscriptText(...indices),
    kind: isGradient(record) ? "gradient" : "value",
    value: seen && value !== undefined ? (isNumber(value) ? value : null) : undefined,
  };
}

/** The spotlight sample's value of a record's unit. */
export const sampleTerm = (view, record, unit) => term(view, record, [unit], view.spotlightValues?.[record]?.[unit]);

export const parameterTerm = (net, view, record, ...indices) =>
  term(
    view,
    record,
    indices,
    indices.reduce((at, i) => at?.[i], net.parameters[record]),
  );

/** The row of the batch that holds the spotlight sample, or -1. */
const sampleRow = (view) => view.step?.batch?.indices?.indexOf(view.spotlight?.index ?? -1) ?? -1;

/** The spotlight sample's target y, as the wire has it: a list, one number for each output. */
export function targetOf(view) {
  const row = sampleRow(view);
  const target =
    row >= 0
      ? view.step.batch.targets[row]
      : (view.spotlight?.target ?? scaledTarget(view.samples, view.spotlight?.index ?? -1));
  return typeof target === "number" ? [target] : target;
}

/** By how much dropout scaled this unit for the spotlight sample: 0 if it was dropped, else 1/(1−p). */
export function dropoutScale(view, layer, unit) {
  const mask = recordsByName(view.step).get(`d${layer}`)?.mask;
  if (!mask || !isComputed(view, `d${layer}`)) return undefined;
  const row = sampleRow(view);
  const alike = mask.every((other) => other[unit] === mask[0][unit]);
  const kept = row >= 0 || alike ? mask[Math.max(0, row)][unit] : view.step.dropout < 1; // no row, no mask: it keeps every unit
  return kept ? 1 / (1 - rateOf(view, layer)) : 0;
}

/** Where δ of a unit comes from: a difference at the loss, else what arrives × dropout scale × slope (× batch norm).
 * @returns {{result: any, error?: any, factors: any[], difference: any[]|null, norm: any}} */
export function deltaChain(view, layer, unit) {
  const net = networkOf(view);
  const result = sampleTerm(view, `dz${layer}`, unit);
  if (layer === net.last) return outputChain(view, net, unit, result);
  const dropped = net.names.has(`d${layer}`);
  const normed = net.names.has(`n${layer}`);
  /** @type {any[]} */
  const factors = [
    { ...sampleTerm(view, dropped ? `dd${layer}` : `da${layer}`, unit), role: "arrives", words: "arriving error" },
  ];
  if (dropped) factors.push(dropoutFactor(view, layer, unit));
  factors.push(slopeFactor(view, net, layer, unit));
  if (!normed) return { result, factors, difference: null, norm: null };
  return {
    result,
    error: sampleTerm(view, `dn${layer}`, unit),
    factors,
    difference: null,
    norm: batchNormFactor(view, net, layer, unit),
  };
}

function outputChain(view, net, unit, result) {
  const outputs = {
    ...sampleTerm(view, "outputs", unit),
    ref: refOf("outputs", unit),
    base: "ŷ",
  };
  outputs.value =
    view.spotlightValues?.outputs && isComputed(view, "L")
      ? finiteOrNull(view.spotlightValues.outputs[unit])
      : undefined;
  const difference = [outputs, term(view, "y", [unit], targetOf(view)?.[unit])];
  const answer = `a${net.last}`;
  if (!net.names.has(answer)) return { result, factors: [], difference, norm: null };
  const arrives = {
    ...sampleTerm(view, `da${net.last}`, unit),
    base: "∂ŷ",
    sup: "",
    role: "arrives",
    words: "error at the output",
  };
  return { result, factors: [arrives, slopeFactor(view, net, net.last, unit)], difference, norm: null };
}

function dropoutFactor(view, layer, unit) {
  const value = dropoutScale(view, layer, unit);
  return {
    ref: refOf(`d${layer}`, unit),
    record: `d${layer}`,
    indices: [unit],
    kind: "scale",
    value,
    role: "dropout scale",
    words: value === 0 ? "dropped" : "dropout scale",
  };
}

/** The slope of the layer's activation at the spotlight sample, from what the way forward wrote down. */
export function slopeFactor(view, net, layer, unit) {
  const activation = net.kind(`a${layer}`) ?? "linear";
  const z = view.spotlightValues?.[net.names.has(`n${layer}`) ? `n${layer}` : `z${layer}`]?.[unit];
  const a = view.spotlightValues?.[`a${layer}`]?.[unit];
  const rule = ACTIVATIONS[activation];
  const seen = isComputed(view, `a${layer}`) && z !== undefined;
  return {
    ref: refOf(`a${layer}`, unit),
    record: `a${layer}`,
    indices: [unit],
    kind: "slope",
    activation,
    formula: rule.formula,
    value: seen ? (isNumber(z) && isNumber(a) ? rule.slope(z, a) : null) : undefined,
    role: "slope",
    words: "slope",
  };
}

/** The batch's mean and variance of a unit's sum, as the step used them: biased. */
export function batchMoments(net, layer, unit) {
  const column = net.records.get(`z${layer}`)?.value?.map((row) => row[unit]);
  if (!column) return null;
  const mean = column.reduce((s, v) => s + v, 0) / column.length;
  return { mean, variance: column.reduce((s, v) => s + (v - mean) ** 2, 0) / column.length };
}

/** Batch norm in the backward pass, for one sample: γ ÷ the batch's standard deviation. It and the mean are held constant. */
function batchNormFactor(view, net, layer, unit) {
  const moments = batchMoments(net, layer, unit);
  const factor = {
    ref: refOf(`n${layer}`, unit),
    record: `n${layer}`,
    indices: [unit],
    kind: "scale",
    role: "batch norm",
    words: "γ ÷ √Var[z]",
  };
  if (!moments || !isComputed(view, `dz${layer}`)) return { ...factor, value: undefined };
  const spread = Math.sqrt(moments.variance + EPSILON);
  return { ...factor, value: finiteOrNull(net.parameters[`gamma${layer}`][unit] / spread) };
}

/** ∂L/∂w of one weight for the spotlight sample: the error at its end times the value at its beginning. */
export function weightChain(view, { layer, from, to }) {
  const net = networkOf(view);
  const error = sampleTerm(view, `dz${layer}`, to);
  const source = sampleTerm(view, net.out(layer - 1), from);
  const own = view.spotlightValues?.[`dW${layer}`]?.[from]?.[to];
  return {
    layer,
    target: parameterTerm(net, view, `W${layer}`, from, to),
    factors: [error, source],
    product: term(view, `dW${layer}`, [from, to], own ?? times(error.value, source.value)),
    delta: deltaChain(view, layer, to),
    batch: batchTerms(view, net, { layer, from, to }),
    update: updateOf(view, refOf(`W${layer}`, from, to)),
  };
}

export const times = (a, b) =>
  a === undefined || b === undefined ? undefined : a === null || b === null ? null : a * b;

/** ∂L/∂b of one bias: the error itself, because a bias multiplies a one. */
export function biasChain(view, { layer, unit }) {
  const net = networkOf(view);
  return {
    layer,
    target: parameterTerm(net, view, `b${layer}`, unit),
    factors: [sampleTerm(view, `dz${layer}`, unit)],
    product: sampleTerm(view, `db${layer}`, unit),
    delta: deltaChain(view, layer, unit),
    batch: batchTerms(view, net, { layer, from: -1, to: unit }),
    update: updateOf(view, refOf(`b${layer}`, unit)),
  };
}

/** The batch's terms, one a sample, as recorded (each already ÷ n): their sum is the recorded dW (or db: from is -1). */
function batchTerms(view, net, { layer, from, to }) {
  const errors = net.records.get(`dz${layer}`)?.value;
  const sources = net.records.get(net.out(layer - 1))?.value;
  const name = from < 0 ? `db${layer}` : `dW${layer}`;
  if (!errors || (from >= 0 && !sources) || !isComputed(view, name)) return null;
  const rows = errors.map((error, row) => {
    const value = from < 0 ? 1 : sources[row][from];
    const ok = isNumber(error[to]) && isNumber(value);
    return {
      row,
      index: view.step.batch.indices[row],
      error: error[to],
      value,
      product: ok ? error[to] * value : null,
    };
  });
  const recorded = net.records.get(name)?.value;
  const total = rows.reduce((sum, r) => (sum === null || r.product === null ? null : sum + r.product), 0);
  const value = from < 0 ? recorded?.[to] : recorded?.[from]?.[to];
  return {
    n: rows.length,
    rows,
    total,
    own: sampleRow(view),
    recorded: term(view, name, from < 0 ? [to] : [from, to], value),
  };
}

// A unit from both sides: the lines that come in and go out, its sum, its answer, its batch norm. Pure: views in, values out.

/** A unit from both sides: what came in, what it made of it, what came back. */
export function unitChain(view, { layer, unit }) {
  const net = networkOf(view);
  const incoming =
    layer === 0
      ? []
      : (net.parameters[`W${layer}`] ?? []).map((_, from) => edgeTerm(view, net, layer, from, unit, true));
  const outgoing =
    layer === net.last
      ? []
      : (net.parameters[`W${layer + 1}`]?.[unit] ?? []).map((_, to) => edgeTerm(view, net, layer + 1, unit, to, false));
  const bias = layer === 0 ? null : parameterTerm(net, view, `b${layer}`, unit);
  return {
    layer,
    unit,
    last: net.last,
    loss: net.loss,
    incoming: incoming.sort(bySize),
    bias,
    sum: layer === 0 ? sampleTerm(view, "x", unit) : sampleTerm(view, `z${layer}`, unit),
    scaled: net.names.has(`n${layer}`) ? sampleTerm(view, `n${layer}`, unit) : null,
    norm: net.names.has(`n${layer}`) ? batchNormOf(view, net, layer, unit) : null,
    answer: net.names.has(`a${layer}`) ? sampleTerm(view, `a${layer}`, unit) : null,
    slope: layer > 0 && net.names.has(`a${layer}`) ? slopeFactor(view, net, layer, unit) : null,
    outgoing: outgoing.sort(bySize),
    arrives:
      layer === 0 || layer === net.last
        ? null
        : sampleTerm(view, net.names.has(`d${layer}`) ? `dd${layer}` : `da${layer}`, unit),
    delta: layer === 0 ? null : deltaChain(view, layer, unit),
    batch: layer === 0 ? [] : batchColumn(net, net.names.has(`n${layer}`) ? `n${layer}` : `z${layer}`, unit),
  };
}

const bySize = (p, q) => Number(p.dropped) - Number(q.dropped) || Math.abs(q.product ?? 0) - Math.abs(p.product ?? 0);

/** A unit's recorded values over the batch's samples. */
const batchColumn = (net, name, unit) => (net.records.get(name)?.value ?? []).map((row) => row[unit]).filter(isNumber);

/** One line of a unit: weight × the value it carries (forward) or × the error it brings back. */
function edgeTerm(view, net, layer, from, to, forward) {
  const weight = parameterTerm(net, view, `W${layer}`, from, to);
  const other = forward ? sampleTerm(view, net.out(layer - 1), from) : sampleTerm(view, `dz${layer}`, to);
  const at = forward ? [layer - 1, from] : [layer, to];
  const dropped = net.names.has(`d${at[0]}`) && dropoutScale(view, at[0], at[1]) === 0;
  return { weight, other, product: times(weight.value, other.value), dropped, layer, from, to };
}

/** All of a unit's batch norm: the batch's mean and variance, γ and β and their gradients, and what evaluation uses. */
function batchNormOf(view, net, layer, unit) {
  const [gamma, beta] = ["gamma", "beta"].map((name) => parameterTerm(net, view, `${name}${layer}`, unit));
  const [dgamma, dbeta] = ["dgamma", "dbeta"].map((name) =>
    term(view, `${name}${layer}`, [unit], net.records.get(`${name}${layer}`)?.value?.[unit]),
  );
  const running = view.states?.after.batch_norm;
  const moments = isComputed(view, `n${layer}`) ? batchMoments(net, layer, unit) : null;
  const z = view.spotlightValues?.[`z${layer}`]?.[unit];
  const hat = moments && isNumber(z) ? (z - moments.mean) / Math.sqrt(moments.variance + EPSILON) : undefined;
  return {
    gamma,
    beta,
    dgamma,
    dbeta,
    moments,
    hat,
    running: running && {
      mean: running[`running_mean${layer}`]?.[unit],
      variance: running[`running_variance${layer}`]?.[unit],
    },
  };
}
