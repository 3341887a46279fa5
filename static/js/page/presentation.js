// What an address says of the page and not of the run: what it hides and shows, a task with its goal, and whether it is in
// a frame of another page.

import { loadStyle } from "../dom/lazy.js";
import { readGoal } from "../run/goal.js";
import { createExercise } from "./exercise.js";
import { PARTS, readNames, sheetOf } from "./parts.js";

export const LONGEST_TASK = 500; // characters: the link still fits into a QR code

/**
 * Reads it. What can't be read is named in `errors` and left out; a goal as a whole, since a part of it is reached too early.
 * @param {URLSearchParams} query
 * @returns {{hidden: Set<string>, shown: string[], task: string, goal: import("../run/goal.js").Condition[], errors: string[]}}
 */
export function readPresentation(query) {
  const errors = [];
  const named = (parameter) => {
    const { names, unknown } = readNames(query.getAll(parameter).join(","));
    if (unknown.length) errors.push(`${parameter}=${unknown.join(",")}`);
    return names;
  };
  const hidden = named("hide");
  const shown = named("show");
  let task = (query.get("task") ?? "").trim();
  if (task.length > LONGEST_TASK) {
    errors.push(`task= (${task.length} characters, and ${LONGEST_TASK} are allowed)`);
    task = "";
  }
  for (const mode of ["embed", "projector"])
    if (query.has(mode) && query.get(mode) !== "1") errors.push(`${mode}=${query.get(mode)} (1 is allowed)`);
  const goal = query.has("goal") ? readGoal(query.getAll("goal").join(",")) : { conditions: [], errors: [] };
  errors.push(...goal.errors.map((error) => `goal= (${error})`));
  return {
    hidden: new Set(hidden.filter((name) => !shown.includes(name))),
    shown,
    task,
    goal: goal.errors.length ? [] : goal.conditions,
    errors,
  };
}

/**
 * @param {{app: HTMLElement, find: (id: string) => HTMLElement, commands: import("../session/commands.js").Commands,
 *   state: () => any, operation: () => any, link: () => string, query: string, session: {get: (key: string) => string|null, set: (key: string, value: string) => void}}} of
 * @returns {Promise<{errors: string[], begun: () => void, render: (state: any) => void}>}
 */
export async function createPresentation({ app, find, commands, state, operation, link, query, session }) {
  const { hidden, shown, task, goal, errors } = readPresentation(new URLSearchParams(query));
  hide(hidden);
  const opened = Number(new URLSearchParams(query).get("step")) || 0;
  if (task || goal.length) await loadStyle("page/exercise", "page/layout");
  const exercise =
    task || goal.length ? createExercise(find("guide"), { task, goal, commands, session, opened }) : null;
  const embed = app.classList.contains("embed")
    ? (await import("./embed.js")).createEmbed({ app, commands, state, operation, link })
    : null;
  app.classList.toggle("has-exercise", Boolean(exercise));

  return {
    errors,
    /** Once the run is there: opens what the address shows. */
    begun() {
      const parts = shown.map((name) => PARTS[name]);
      const opens = Object.assign({}, ...parts.map(({ open }) => open ?? {}));
      for (const { band, chart } of parts) Object.assign(opens, band && { band }, chart && { chart });
      for (const { at } of parts) document.querySelector(at)?.closest("details")?.setAttribute("open", "");
      commands.setEnvironment({ ...opens, ...(shown.length && { unfolded: true }), ...(exercise && { guide: 0 }) });
    },
    render(current) {
      closeHidden(current);
      exercise?.render(current);
      embed?.render();
    },
  };

  /** What is hidden is not open either, whoever opened it. */
  function closeHidden({ band, chart }) {
    for (const name of hidden) {
      if (PARTS[name].band === band) commands.setEnvironment({ band: "closed" });
      if (PARTS[name].chart === chart) commands.setEnvironment({ chart: "loss" });
    }
  }
}

/** Hides them, and takes away the shortcuts that go with them. @param {Set<string>} hidden */
function hide(hidden) {
  if (!hidden.size) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(sheetOf(hidden));
  document.adoptedStyleSheets.push(sheet);
  const keys = [...hidden].map((name) => PARTS[name].key);
  addEventListener(
    "keydown",
    (event) => {
      const { target, key } = event;
      const typing = /** @type {Element} */ (target).closest("input, select, textarea, button, summary, a, dialog");
      if (!typing && keys.includes(key.length > 1 ? key : key.toLowerCase())) event.stopImmediatePropagation();
    },
    { capture: true },
  );
}
