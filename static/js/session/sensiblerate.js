// A learning rate that suits the optimizer: offered where the one in force is far from it.

/** Where each optimizer usually begins. Adaptive ones divide by the gradient's own size, so their steps are about η long. */
const SENSIBLE = { sgd: 0.3, momentum: 0.03, nesterov: 0.03, rmsprop: 0.01, adam: 0.01 };
const NAMES = {
  sgd: "plain SGD",
  momentum: "momentum",
  nesterov: "Nesterov momentum",
  rmsprop: "RMSProp",
  adam: "Adam",
};
const FAR = 3; // times larger or smaller

/**
 * The message that offers it, or null. @param {{optimizer: string, learning_rate: number}} config after the change
 */
export function rateOffer({ optimizer, learning_rate: rate }) {
  const sensible = SENSIBLE[optimizer];
  if (!sensible || (rate > sensible / FAR && rate < sensible * FAR)) return null;
  return {
    bold: `A sensible learning rate for ${NAMES[optimizer]} is ${sensible}.`,
    text: `Now it is ${rate}.`,
    act: { label: `Use ${sensible}`, fields: { learning_rate: sensible }, live: true },
  };
}
