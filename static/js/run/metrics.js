// How good the network is, in numbers and words: loss, accuracy, RMSE and R² of both splits, and classes that no answer
// names. Pure.

import { isNumber } from "../format/math.js";
import { format, many, realText } from "../format/numbers.js";

const LOWEST_R2 = -100; // below it the size of a number so bad says nothing
const NAMED = 2; // classes that are named; the others are counted

/** 0.996 → "99.6 %": nothing is rounded up to all, or down to none. @param {number|null|undefined} share */
export function percent(share) {
  if (!isNumber(share)) return "–";
  const whole = Math.round(share * 100);
  const close = (share > 0.985 && share < 1) || (share < 0.015 && share > 0);
  if (!close) return `${whole} %`;
  const tenths = share > 0.5 ? Math.floor(share * 1000) : Math.ceil(share * 1000);
  return `${tenths / 10} %`;
}

/**
 * @typedef {{name: string, term: string, train: string, test: string, ref: string}} Metric
 * @param {any} evaluation @returns {Metric[]} the loss first; `test` is empty without a test split
 */
export function metricsOf(evaluation) {
  const { train, test } = evaluation.metrics;
  const one = (name, term, ref, write, of) => ({
    name,
    term,
    ref,
    train: write(of(train)),
    test: test ? write(of(test)) : "",
  });
  const number = (value) => (value === null || value === undefined ? "–" : format(value));
  const real = (value) => (isNumber(value) && value >= 999.5 ? realText(value) : number(value));
  const loss = {
    ...one("Loss", "loss", "loss", number, () => 0),
    train: evaluation.train_loss === null ? "not finite" : format(evaluation.train_loss),
    test: isNumber(evaluation.test_loss) ? format(evaluation.test_loss) : "",
  };
  if (train.accuracy !== undefined)
    return [loss, one("Accuracy", "accuracy", "accuracy", percent, (of) => of.accuracy)];
  return [
    loss,
    one("RMSE", "rmse", "rmse", real, (of) => of.rmse),
    one(
      "R²",
      "r2",
      "r2",
      (value) => (isNumber(value) ? (value < LOWEST_R2 ? `< −${-LOWEST_R2}` : format(value, 2)) : "–"),
      (of) => of.r2,
    ),
  ];
}

/** "Never predicts “no”: 0 of 22 test samples right.", or "". @param {any} evaluation @param {string[]} names of the classes */
export function neverAnswered(evaluation, names) {
  const split = evaluation.metrics?.test ? "test" : "train";
  const never = evaluation.metrics?.[split]?.never_answered ?? [];
  if (!never.length) return "";
  const named = never.slice(0, NAMED).map((k) => `“${names[k] ?? `class ${k + 1}`}”`);
  const others = never.length - named.length;
  const list = [...named, ...(others ? [`${many(others, "other class", "other classes")}`] : [])].join(
    others ? ", " : " or ",
  );
  const missed = never.reduce((sum, k) => sum + evaluation.confusion[split][k].reduce((a, b) => a + b, 0), 0);
  return `Never predicts ${list}: 0 of ${missed} ${split === "test" ? "test" : "training"} ${missed === 1 ? "sample" : "samples"} right.`;
}
