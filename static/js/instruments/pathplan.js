// The paths from every weight to the loss, in the order in which they are multiplied out, and the factors of each.
// Pure.

const MAX_CELLS = 400; // more paths than this: one cell a weight
export const MAX_SECONDS = 30; // seconds that a sum may take; the server says the same

/**
 * All weights of a network, the output layer's first, each with the paths that lead from it to the loss.
 * @param {number[]} widths units of each column, inputs first
 * @param {number[]} factors slopes (and mask, and batch norm) that a path picks up at a unit of layer 1, 2, ...
 */
export function pathPlan(widths, factors) {
  const last = widths.length - 1;
  const weights = [];
  let total = 0;
  let multiplications = 0;
  for (let layer = last; layer >= 1; layer--) {
    const paths = widths.slice(layer + 1).reduce((product, n) => product * n, 1);
    const each = factors.slice(layer - 1).reduce((sum, n) => sum + n, 0) + (last - layer) + 1;
    for (let from = 0; from < widths[layer - 1]; from++)
      for (let to = 0; to < widths[layer]; to++) {
        weights.push({ layer, from, to, first: total, paths, each, before: multiplications });
        total += paths;
        multiplications += paths * each;
      }
  }
  return { widths, last, weights, total, multiplications, merged: total > MAX_CELLS };
}

/** @typedef {ReturnType<typeof pathPlan>} Plan */

/** The weight that path `index` belongs to. @param {Plan} plan @param {number} index */
export function weightAt(plan, index) {
  let low = 0;
  let high = plan.weights.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (plan.weights[middle].first <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A path: its weight, and the units it takes from the weight's target to the outputs. @param {Plan} plan @param {number} index */
export function pathAt(plan, index) {
  const at = weightAt(plan, index);
  const weight = plan.weights[at];
  return { at, ...weight, number: index - weight.first, units: unitsOf(plan, weight, index - weight.first) };
}

/** The last layer's unit changes first. */
function unitsOf(plan, { layer, to }, number) {
  const units = [];
  let rest = number;
  for (let k = plan.last; k > layer; k--) {
    units.unshift(rest % plan.widths[k]);
    rest = Math.floor(rest / plan.widths[k]);
  }
  return [to, ...units];
}

/**
 * What a path is multiplied from, in the order in which it is done.
 * @param {{layer: number, from: number, units: number[]}} path @param {any} factors as the server's sum says
 * @param {Record<string, number[][]>} parameters
 * @returns {{kind: "value"|"slope"|"weight"|"error", layer: number, unit: number, from?: number, part?: number, value: number}[]}
 *   part of a slope: f′, then the mask, then batch norm, as far as the layer has them
 */
export function factorsOf({ layer, from, units }, factors, parameters) {
  const found = [{ kind: "value", layer: layer - 1, unit: from, value: factors.below[layer - 1][from] }];
  units.forEach((unit, i) => {
    const k = layer + i;
    if (i > 0)
      found.push({
        kind: "weight",
        layer: k,
        from: units[i - 1],
        unit,
        value: parameters[`W${k}`][units[i - 1]][unit],
      });
    factors.slopes[k - 1].forEach((slope, part) => {
      found.push({ kind: "slope", layer: k, unit, part, value: slope[unit] });
    });
  });
  const last = units[units.length - 1];
  found.push({ kind: "error", layer: layer + units.length - 1, unit: last, value: factors.top[last] });
  return /** @type {any} */ (found);
}

/** @param {{value: number}[]} factors */
export const productOf = (factors) =>
  factors.slice(1).reduce((product, { value }) => product * value, factors[0].value);

/** Products of a weight's first paths, and their sum as it is added up. */
export function productsOf(plan, weight, factors, parameters, count = weight.paths) {
  const products = [];
  let sum = 0;
  for (let number = 0; number < count; number++) {
    const path = { ...weight, units: unitsOf(plan, weight, number) };
    const product = productOf(factorsOf(path, factors, parameters));
    products.push(product);
    sum += product;
  }
  return { products, sum };
}

/** Multiplications up to and with path `index`. @param {Plan} plan @param {number} index */
export function multipliedUntil(plan, index) {
  if (index < 0) return 0;
  const weight = plan.weights[weightAt(plan, index)];
  return weight.before + (index - weight.first + 1) * weight.each;
}

/** The first path that is not done yet when the tape has finished. @param {Plan} plan @param {number} tape multiplications */
export function tapeFinishedAt(plan, tape) {
  let index = 0;
  for (const { first, paths, each, before } of plan.weights) {
    if (before + paths * each <= tape) {
      index = first + paths;
      continue;
    }
    return first + Math.max(0, Math.floor((tape - before) / each));
  }
  return index;
}

/**
 * Where the cells of the row lie: one a path, or one a weight; gaps between weights and between layers.
 * @param {Plan} plan @param {number} left @param {number} right
 */
export function cellsOf(plan, left, right) {
  const layers = plan.last;
  const count = plan.merged ? plan.weights.length : plan.total;
  const available = right - left;
  const cellWidth = available / count;
  const gaps = { layer: Math.min(22, available * 0.03), weight: plan.merged ? 0 : Math.min(3.2, cellWidth * 0.25) };
  const width = (available - (layers - 1) * gaps.layer - (plan.weights.length - layers) * gaps.weight) / count;
  const cells = [];
  const groups = [];
  let x = left;
  plan.weights.forEach((weight, at) => {
    const before = plan.weights[at - 1];
    if (before) x += before.layer === weight.layer ? gaps.weight : gaps.layer;
    if (before?.layer !== weight.layer)
      groups.push({ layer: weight.layer, x, end: x, weights: 0, paths: weight.paths });
    const group = groups[groups.length - 1];
    for (let i = 0; i < (plan.merged ? 1 : weight.paths); i++) {
      cells.push({ x, at, first: weight.first + i, paths: plan.merged ? weight.paths : 1 });
      x += width;
    }
    group.weights++;
    group.end = x;
  });
  return { cells, groups, width };
}

/** The cell that a path lies in. @param {Plan} plan @param {number} index */
export const cellOf = (plan, index) => (plan.merged ? weightAt(plan, index) : index);
