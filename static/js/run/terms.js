// Which term of the glossary explains an operation, a phase, or a verdict on a layer. Pure.

/** By what an operation computes, where it is more than its record's. */
const KINDS = {
  sigmoid: "sigmoid",
  relu: "relu",
  softmax_cross_entropy: "cross-entropy",
  binary_cross_entropy: "cross-entropy",
  squared_error: "squared-error",
  sgd: "gradient-descent",
  momentum: "momentum",
  nesterov: "momentum",
};

/** By the record: "dW2" is a "dW". */
const RECORDS = {
  x: "input",
  z: "weighted-sum",
  n: "batch-norm",
  a: "activation",
  d: "dropout",
  L: "loss",
  dz: "error",
  dn: "slope",
  da: "chain-rule",
  dd: "chain-rule",
  dW: "gradient",
  db: "bias",
  dgamma: "batch-norm",
  update: "optimizer",
};

export const TERM_OF_PHASE = {
  forward: "forward-pass",
  loss: "loss",
  backward: "backpropagation",
  update: "optimizer",
};

/** By the health of a layer or a network, as the server names it. */
export const TERM_OF_STATUS = {
  vanishing: "vanishing",
  exploding: "exploding",
  too_fast: "stability-limit",
  dead: "dead-unit",
  saturated: "saturated-unit",
  no_gradient: "no-gradient",
  not_finite: "nan",
  guessing: "guessing",
  never_answers: "confusion-matrix",
  batch_of_one: "batch-norm",
  overfits: "overfitting",
  healthy: "health",
};

/** @param {{name: string, kind: string, phase: string}} op */
export function termOfOperation({ name, kind, phase }) {
  const own = phase === "backward" ? null : KINDS[kind];
  return own ?? RECORDS[name.replace(/\d+$/, "")] ?? null;
}
