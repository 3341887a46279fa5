// A goal: conditions on measures of the run, as an address names them (test_accuracy>=0.95,step<=500), read, written in
// words and checked against an evaluation. Pure.

import { isNumber } from "../format/math.js";
import { format, thousands } from "../format/numbers.js";

/**
 * The measures that a goal may name: under the name that experiments and their verdicts have for them.
 * @type {Record<string, {title: string, kind: "percent"|"number"|"integer", of: (evaluation: any, config: any) => number|null|undefined}>}
 */
export const MEASURES = {
  test_accuracy: { title: "test accuracy", kind: "percent", of: (e) => e.test_accuracy },
  train_accuracy: { title: "training accuracy", kind: "percent", of: (e) => e.train_accuracy },
  test_r2: { title: "test R²", kind: "number", of: (e) => e.metrics?.test?.r2 },
  train_r2: { title: "training R²", kind: "number", of: (e) => e.metrics?.train?.r2 },
  test_loss: { title: "test loss", kind: "number", of: (e) => e.test_loss },
  train_loss: { title: "training loss", kind: "number", of: (e) => e.train_loss },
  gap: {
    title: "test loss − training loss",
    kind: "number",
    of: (e) => (isNumber(e.test_loss) && isNumber(e.train_loss) ? e.test_loss - e.train_loss : null),
  },
  step: { title: "steps trained", kind: "integer", of: (e) => e.step },
  hidden_layers: { title: "hidden layers", kind: "integer", of: (_, config) => config.hidden.length },
  hidden_units: {
    title: "hidden units",
    kind: "integer",
    of: (_, config) => config.hidden.reduce((sum, { units }) => sum + units, 0),
  },
};

/** The relations, longest first: each with how it is written for reading. */
export const RELATIONS = {
  ">=": { sign: "≥", holds: (a, b) => a >= b },
  "<=": { sign: "≤", holds: (a, b) => a <= b },
  ">": { sign: ">", holds: (a, b) => a > b },
  "<": { sign: "<", holds: (a, b) => a < b },
  "=": { sign: "=", holds: (a, b) => a === b },
};
const MOST = 8; // conditions: more than fit on a line

/**
 * @typedef {{measure: string, relation: string, bound: number}} Condition
 * @param {string} text @returns {{conditions: Condition[], errors: string[]}} what could not be read, each with why
 */
export function readGoal(text) {
  const conditions = [];
  const errors = [];
  for (const part of text.split(",").map((each) => each.trim())) {
    if (!part) continue;
    const read = readCondition(part);
    if (typeof read === "string") errors.push(`“${part}”: ${read}`);
    else conditions.push(read);
  }
  if (!conditions.length && !errors.length) errors.push("a goal has at least one condition, such as test_loss<0.1");
  if (conditions.length > MOST) errors.push(`a goal has ${MOST} conditions at most`);
  return { conditions: conditions.slice(0, MOST), errors };
}

/** @returns {Condition|string} the condition, or what is wrong with it */
function readCondition(part) {
  const match = /^(\w+)\s*(>=|<=|≥|≤|>|<|=)\s*([^\s<>=≥≤]+)$/.exec(part);
  if (!match) return "write a measure, one of >= <= > < =, and a number";
  const [, measure, sign, number] = match;
  if (!Object.hasOwn(MEASURES, measure)) return `the measures are ${Object.keys(MEASURES).join(", ")}`;
  const percent = number.endsWith("%");
  const bound = percent ? Number(number.slice(0, -1)) / 100 : Number(number);
  if (!Number.isFinite(bound)) return "the bound has to be a number";
  const { kind } = MEASURES[measure];
  if (percent && kind !== "percent") return "only an accuracy is a share";
  if (kind === "percent" && !(bound >= 0 && bound <= 1)) return "an accuracy lies between 0 and 1";
  return { measure, relation: sign.replace("≥", ">=").replace("≤", "<="), bound };
}

/** As an address has it. @param {Condition[]} conditions */
export const goalText = (conditions) =>
  conditions.map(({ measure, relation, bound }) => `${measure}${relation}${bound}`).join(",");

/** "test accuracy ≥ 95 %". @param {Condition} condition */
export const conditionWords = ({ measure, relation, bound }) =>
  `${MEASURES[measure].title} ${RELATIONS[relation].sign} ${boundText(measure, bound)}`;

/** A bound, as exactly as it was set. */
function boundText(measure, bound) {
  const { kind } = MEASURES[measure];
  if (kind === "percent") return `${Number((bound * 100).toPrecision(6))} %`;
  return kind === "integer" && Number.isInteger(bound) ? thousands(bound) : String(bound).replace("-", "−");
}

/** What was measured, rounded away from the bound's side of it: a condition that fails never reads as if it held. */
function valueText({ measure, relation, bound }, value, holds) {
  if (!isNumber(value)) return "not measured";
  const { kind } = MEASURES[measure];
  if (kind === "integer") return thousands(value);
  const percent = kind === "percent";
  for (let decimals = percent ? 0 : 3; decimals < 7; decimals++) {
    const rounded = Number((percent ? value * 100 : value).toFixed(decimals));
    if (RELATIONS[relation].holds(percent ? rounded / 100 : rounded, bound) !== holds) continue;
    return percent ? `${rounded} %` : format(rounded, decimals);
  }
  return String(value);
}

/**
 * Which conditions hold, by an evaluation of the run and the config it was trained with.
 * @param {Condition[]} conditions @param {any} evaluation @param {any} config
 * @returns {{holds: boolean, words: string, now: string}[]}
 */
export const checkGoal = (conditions, evaluation, config) =>
  conditions.map((condition) => {
    const { measure, relation, bound } = condition;
    const value = evaluation ? (MEASURES[measure].of(evaluation, config) ?? null) : null;
    const holds = isNumber(value) && RELATIONS[relation].holds(value, bound);
    return { holds, words: conditionWords(condition), now: evaluation ? valueText(condition, value, holds) : "" };
  });

/** Whether all of them hold. */
export const isReached = (conditions, evaluation, config) =>
  checkGoal(conditions, evaluation, config).every(({ holds }) => holds);
