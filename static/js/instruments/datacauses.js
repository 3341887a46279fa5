// Why a network guesses, where that is in the data: a target in its own large units, or a value far from all others. Pure.

import { format, realText } from "../format/numbers.js";
import { isTargetScaled } from "../run/targets.js";

const FAR = 12; // standard deviations from the mean; and the size from which on a target has to be scaled
/** @type {WeakMap<any, any>} */
const outliers = new WeakMap(); // by samples: looked for once

/** @param {any} samples @param {any} config @returns {{words: string, remedy: {label: string, fields: any}, harmsLayers: boolean} | null} */
export function causeInData(samples, config) {
  const size = samples.task === "regression" && !isTargetScaled(samples) ? typicalSize(samples.targets) : 0;
  if (size > FAR)
    return {
      words: `the target is not scaled; gradients as large as its numbers (about ${realText(size)}) throw the weights far off.`,
      remedy: { label: "Scale the target", fields: { target_scaling: "standard" } },
      harmsLayers: true,
    };
  if (config.scaling !== "standard") return null;
  if (!outliers.has(samples)) outliers.set(samples, outlierOf(samples));
  const far = outliers.get(samples);
  return (
    far && {
      words: `${far.name} of sample ${far.sample} lies ${format(far.away, 0)} standard deviations from the mean; beside it all other values are nearly alike.`,
      remedy: { label: "Clip what lies far outside", fields: { scaling: "clip" } },
      harmsLayers: false,
    }
  );
}

/** @param {number[][]} targets */
const typicalSize = (targets) => Math.sqrt(targets.reduce((sum, [v]) => sum + v * v, 0) / targets.length);

/** The training value farthest out, null where none is far. @param {any} samples */
function outlierOf({ values, train, features }) {
  let found = null;
  for (let k = 0; k < features.length; k++)
    for (let sample = 0; sample < train; sample++) {
      const away = Math.abs(values[sample][k] ?? 0);
      if (away > (found?.away ?? FAR)) found = { sample, away, name: features[k] };
    }
  return found;
}
