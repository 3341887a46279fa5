// One line on a run up to a step: its setup, its seed, and how often a setting was changed on the way. Pure.

import { setupWords } from "./settings.js";

/** @param {{base: any, changes: {step: number}[]}} run @param {number} step */
export function runWords({ base, changes }, step) {
  const changed = changes.filter((change) => change.step <= step).length;
  const ending = changed ? `, ${changed} ${changed === 1 ? "change" : "changes"} on the way` : "";
  return `${setupWords(base)}, seed ${base.seed}${ending}`;
}
