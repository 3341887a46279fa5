// The name of a number: its record, layer, units and step. Pure: references in, words out.
import { parseRef } from "./recorded.js";
import { full, isNumber, thousands } from "./scales.js";

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
  return [refName(record, indices, step), note, value === undefined ? "not computed yet" : full(value)]
    .filter(Boolean)
    .join(" · ");
}
