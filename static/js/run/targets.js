// A regression's numbers in the target's own units, and in the scaled ones that the network is trained in. Pure.

/** Whether loss, outputs and gradients of the run are in other units than its targets. @param {any} samples */
export const isTargetScaled = (samples) => samples?.target_scaling?.scaling === "standard";

/** A sample's target as the outputs are compared with it, a number for each output. @param {any} samples @param {number} i */
export function scaledTarget(samples, i) {
  const target = samples?.targets?.[i] ?? null;
  return target && isTargetScaled(samples) ? target.map((v, k) => scaledNumber(samples, v, k)) : target;
}

/** @param {any} samples @param {number} v in the target's own units @param {number} [k] which output */
export function scaledNumber(samples, v, k = 0) {
  if (!isTargetScaled(samples)) return v;
  const { offset, scale } = samples.target_scaling;
  return (v - offset[k]) / scale[k];
}

/** @param {any} samples @param {number} v of an output, as the network answers @param {number} [k] which output */
export function realNumber(samples, v, k = 0) {
  if (!isTargetScaled(samples)) return v;
  const { offset, scale } = samples.target_scaling;
  return v * scale[k] + offset[k];
}
