// What an update does to one parameter, and how it came about. Pure: views in, values out.

import { known, parseRef, recordsOf, settingAt } from "./recorded.js";
import { isNumber } from "./scales.js";

/**
 * What the step's update does to one parameter: the recorded change, and how it came about. `plain` is −η·g alone;
 * `pull` is what l1 and l2 add to the gradient, `clip` how much of the whole gradient was let through.
 */
export function updateOf(view, ref) {
  const { record, indices } = parseRef(ref);
  const pick = (values) => indices.reduce((at, i) => at?.[i], values);
  const update = recordsOf(view.step).get("update");
  if (!update?.value || !known(view, "update")) return null;
  const before = pick(view.step.parameters[record]);
  const gradient = number(pick(recordsOf(view.step).get(`d${record}`)?.value));
  const change = number(pick(update.value[record]));
  const rate = view.step.learning_rate;
  const clip = update.clip_scale ?? 1;
  const plain = gradient === null ? null : -rate * gradient;
  const [l1, l2] = ["l1", "l2"].map((field) => settingAt(view, field) ?? 0);
  const pull = record[0] === "W" ? l1 * Math.sign(before) + l2 * before : 0;
  const after = change === null ? null : before + change;
  const moment = (state, name) => number(pick(state.optimizer[name]?.[record]) ?? 0);
  const memory = view.states
    ? Object.fromEntries(
        Object.keys(view.states.after.optimizer).map((name) => [
          name,
          { before: moment(view.states.before, name), after: moment(view.states.after, name) },
        ]),
      )
    : null;
  const used = gradient === null ? null : clip * (gradient + pull);
  return {
    ref,
    before,
    gradient,
    change,
    after,
    rate,
    clip,
    pull,
    plain,
    used,
    memory,
    updates: view.states?.after.updates,
    kind: update.kind,
  };
}

const number = (value) => (isNumber(value) ? value : null);
