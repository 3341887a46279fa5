// An exercise: the task that somebody set in the address, its goal with what of it holds at present, and the result
// once all of it did.

import { createHtml, setHidden, setText } from "../dom/elements.js";
import { thousands } from "../format/numbers.js";
import { checkGoal, goalText, isReached } from "../run/goal.js";
import { runWords } from "../run/runwords.js";
import { copyWith } from "./copyfield.js";

/**
 * @param {Element} before the element that it follows
 * @param {{task: string, goal: import("../run/goal.js").Condition[], commands: import("../session/commands.js").Commands,
 *   session: {get: (key: string) => string|null, set: (key: string, value: string) => void}, opened: number}} of
 *   opened: the step that the address asks for: what was measured on the way there is no result
 * @returns {{render: (state: any) => void}}
 */
export function createExercise(before, { task, goal, commands, session, opened }) {
  const element = createHtml("section", { class: "exercise", "aria-labelledby": "exercise-title" });
  before.after(element);
  const words = createHtml("div", { class: "exercise-task" }, element);
  createHtml("h2", { id: "exercise-title", text: task ? "Task" : "Goal" }, words);
  if (task) createHtml("p", { text: task, tabindex: "0" }, words); // a long one scrolls
  const board = createGoal(element, goal, Boolean(task));
  const result = createResult(element);
  const kept = `exercise ${task} ${goalText(goal)}`;
  let reached = JSON.parse(session.get(kept) || "null");
  let seen = { run: "", upTo: -1 };
  let first = true;
  let version = -1;

  /** Looks through the evaluations that came since. */
  function watch({ run, trainedStep, base, changes }) {
    if (run.id !== seen.run) {
      seen = { run: run.id, upTo: first ? opened - 1 : -1 };
      first = false;
    }
    seen.upTo = Math.min(seen.upTo, Math.max(trainedStep, opened - 1)); // a run that was rewound comes by again
    for (const evaluation of commands.history().evaluationsAfter(seen.upTo)) {
      seen.upTo = evaluation.step;
      if (!isReached(goal, evaluation, base)) continue;
      if (reached && isOf(run) && reached.step <= evaluation.step) continue;
      const { step } = evaluation;
      reached = { run: run.id, step, setup: runWords({ base, changes }, step), query: commands.currentQuery(step) };
      session.set(kept, JSON.stringify(reached));
    }
  }

  /** Whether the result is this run's, or that of one that was the same up to there. */
  const isOf = (run) => reached.run === run.id || reached.query === commands.currentQuery(reached.step);

  return {
    render(state) {
      const history = commands.history();
      if (!state.run || !history || !goal.length) return;
      if (state.version !== version) watch(state);
      version = state.version;
      const evaluation = history.evaluationNear(state.shownStep);
      board(checkGoal(goal, evaluation, state.base), evaluation?.step);
      result(reached);
    },
  };
}

/**
 * The conditions, and which of them hold.
 * @param {HTMLElement} parent @param {import("../run/goal.js").Condition[]} goal @param {boolean} named whether it is called a goal
 * @returns {(checked: {holds: boolean, words: string, now: string}[], step?: number) => void}
 */
export function createGoal(parent, goal, named) {
  if (!goal.length) return () => {};
  const element = createHtml("div", { class: "exercise-goal" }, parent);
  const heading = createHtml("h3", {}, element);
  if (named) createHtml("span", { text: "Goal" }, heading);
  const at = createHtml("small", {}, heading);
  const list = createHtml("ul", {}, element);
  const items = goal.map(() => {
    const item = createHtml("li", {}, list);
    const mark = createHtml("span", { class: "exercise-mark", "aria-hidden": "true" }, item);
    const condition = createHtml("b", {}, item);
    const now = createHtml("small", {}, item);
    return { item, mark, condition, now, spoken: createHtml("span", { class: "visually-hidden" }, item) };
  });
  return (checked, step) => {
    setText(at, step === undefined ? "" : `at step ${thousands(step)}`);
    checked.forEach(({ holds, words, now }, k) => {
      const { item, mark, condition, spoken, now: number } = items[k];
      item.classList.toggle("holds", holds);
      setText(mark, holds ? "✓" : "");
      setText(condition, words);
      setText(number, now && `now ${now}`);
      setText(spoken, holds ? ", holds" : ", does not hold");
    });
  };
}

/** The line that says where it was reached, with a link that anybody can open to check it. */
function createResult(parent) {
  const element = createHtml("p", { class: "exercise-result", role: "status" }, parent);
  const text = createHtml("span", {}, element);
  const link = createHtml("a", { hidden: true, text: "Link to this result" }, element);
  const copy = createHtml("button", { type: "button", class: "link", hidden: true, text: "Copy it" }, element);
  copy.addEventListener("click", () => copyWith(copy, link.href));
  return (reached) => {
    if (!reached) return;
    const words = `Reached at step ${thousands(reached.step)}: ${reached.setup}.`;
    if (text.textContent === words) return;
    text.textContent = words;
    link.href = `${location.pathname}${reached.query}`;
    setHidden(link, false);
    setHidden(copy, false);
    element.classList.add("reached");
  };
}
