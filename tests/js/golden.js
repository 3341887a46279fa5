// The recorded steps that both languages read, as the views that the page would make of them.
import { readFileSync } from "node:fs";
import { operations } from "../../static/js/run/operations.js";

const cases = JSON.parse(readFileSync(new URL("../golden/steps.json", import.meta.url), "utf8"));

/** The recorded steps by name. */
export const steps = Object.fromEntries(Object.entries(cases).map(([name, { step }]) => [name, step]));

/** A step at the end of its last operation, with its spotlight; `more` overrides. */
export function viewOf(name, more = {}) {
  const { step, index, target, controls } = cases[name];
  const ops = operations(step);
  const known = { samples: { targets: { [index]: target } }, run: { controls } };
  return {
    step,
    spotlightValues: step.spotlight,
    spotlight: { index },
    ops,
    operation: ops.length - 1,
    progress: 1,
    ...known,
    ...more,
  };
}

export const finite = Object.keys(steps).filter((name) => steps[name].finite);
export const lastLayer = (step) => Object.keys(step.parameters).filter((name) => name.startsWith("W")).length;

/** |a − b|, against the larger of both or one. */
export const near = (a, b, tolerance = 1e-9) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
