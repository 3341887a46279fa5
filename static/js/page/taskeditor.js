// Sets a task: a text, conditions of a goal, and what is hidden, with a preview and the link that holds all of it.

import { createHtml, setHidden, setText } from "../dom/elements.js";
import { loadStyle } from "../dom/lazy.js";
import { checkGoal, goalText, MEASURES, RELATIONS } from "../run/goal.js";
import { createCopyField } from "./copyfield.js";
import { createGoal } from "./exercise.js";
import { GROUPS, namesText } from "./parts.js";
import { LONGEST_TASK, readPresentation } from "./presentation.js";

const MOST_CONDITIONS = 4; // more would be no goal that a learner keeps in mind
const GROUP_TITLES = { controls: "Settings", transport: "Buttons of the toolbar", parts: "Parts of the page" };
/** What a new condition begins as, by measure. */
const BOUNDS = { test_accuracy: 0.95, train_accuracy: 0.95, test_loss: 0.1, train_loss: 0.1, gap: 0.05, step: 500 };

/**
 * @param {HTMLElement} element
 * @param {{link: (page: [string, string][], fromHere: boolean) => string, measured: () => {evaluation: any, config: any}}} of
 *   link: the address of the present setup with these parameters; measured: what the present run gives for a goal
 */
export async function createTaskEditor(element, { link, measured }) {
  await loadStyle("page/exercise", "page/layout");
  const present = readPresentation(new URLSearchParams(location.search));
  const hidden = new Set(present.hidden);
  /** @type {import("../run/goal.js").Condition[]} */
  const goal = [...present.goal];

  const task = createField(element, "Task, in your own words", "textarea", { rows: 3, maxlength: LONGEST_TASK });
  task.value = present.task;
  const conditions = createHtml("fieldset", {}, element);
  createHtml("legend", { text: "Goal: the run is measured by these" }, conditions);
  const rows = createHtml("div", {}, conditions);
  const add = createHtml("button", { type: "button", class: "link", text: "Add a condition" }, conditions);
  const hide = createHtml("fieldset", {}, element);
  createHtml("legend", { text: "Hide from the learner" }, hide);
  for (const group of Object.keys(GROUPS)) createChoices(hide, group, hidden, update);
  const from = createHtml("label", { class: "task-check" }, element);
  const fromHere = createHtml("input", { type: "checkbox" }, from);
  from.append("Begin at the step that is shown now, not at step 0");

  const preview = createHtml("div", { class: "task-preview", role: "group", "aria-label": "Preview" }, element);
  const { field, button } = createCopyField(element, {
    label: "The link with the task",
    copy: "Copy link",
    copied: "The link with the task is copied.",
  });
  const open = createHtml("a", { class: "link", target: "_blank", text: "Try it in a new tab" }, element);

  add.addEventListener("click", () => {
    const unused = Object.keys(MEASURES).find((name) => !goal.some(({ measure }) => measure === name));
    goal.push(conditionOn(unused ?? "step"));
    drawRows();
    rows.lastElementChild.querySelector("select").focus();
  });
  task.addEventListener("input", update);
  fromHere.addEventListener("change", update);
  drawRows();

  function drawRows() {
    rows.replaceChildren(...goal.map((condition, k) => createRow(condition, k)));
    setHidden(add, goal.length >= MOST_CONDITIONS);
    update();
  }

  function createRow(condition, k) {
    const row = createHtml("div", { class: "task-condition" });
    const named = (text) => `${text} of condition ${k + 1}`;
    const measure = select(
      row,
      named("Measure"),
      condition.measure,
      Object.entries(MEASURES).map(([name, { title }]) => [name, title]),
    );
    const relation = select(
      row,
      named("Relation"),
      condition.relation,
      Object.entries(RELATIONS).map(([name, { sign }]) => [name, sign]),
    );
    const bound = createHtml("input", { type: "number", step: "any", "aria-label": named("Bound") }, row);
    const unit = createHtml("span", {}, row);
    const remove = createHtml(
      "button",
      { type: "button", class: "close", "aria-label": `Remove condition ${k + 1}`, text: "×" },
      row,
    );
    const isShare = () => MEASURES[condition.measure].kind === "percent";
    const show = () => {
      bound.value = String(isShare() ? Number((condition.bound * 100).toPrecision(6)) : condition.bound);
      setText(unit, isShare() ? "%" : "");
    };
    show();
    measure.addEventListener("change", () => {
      Object.assign(condition, conditionOn(measure.value));
      relation.value = condition.relation;
      show();
      update();
    });
    relation.addEventListener("change", () => {
      condition.relation = relation.value;
      update();
    });
    bound.addEventListener("input", () => {
      const value = bound.valueAsNumber;
      const right = Number.isFinite(value) && (!isShare() || (value >= 0 && value <= 100));
      bound.setAttribute("aria-invalid", String(!right));
      if (!right) return;
      condition.bound = isShare() ? Number((value / 100).toPrecision(6)) : value;
      update();
    });
    remove.addEventListener("click", () => {
      goal.splice(k, 1);
      drawRows();
      add.focus();
    });
    return row;
  }

  /** Draws the preview and the link anew. */
  function update() {
    const text = task.value.trim();
    const page = /** @type {[string, string][]} */ (
      [
        ["task", text],
        ["goal", goalText(goal)],
        ["hide", namesText(hidden)],
      ].filter(([, value]) => value)
    );
    preview.replaceChildren();
    setHidden(preview, !text && !goal.length);
    const strip = createHtml("div", { class: "exercise" }, preview);
    if (text)
      createHtml(
        "div",
        { class: "exercise-task" },
        strip,
        createHtml("h3", { text: "Task" }),
        createHtml("p", { text }),
      );
    const { evaluation, config } = measured();
    createGoal(strip, goal, true)(checkGoal(goal, evaluation, config), evaluation?.step);
    field.value = link(page, fromHere.checked);
    open.href = field.value;
    const empty = !page.length;
    button.disabled = empty;
    setHidden(open, empty);
  }

  return { render: update };
}

/** @returns {import("../run/goal.js").Condition} */
function conditionOn(measure) {
  const least = /accuracy/.test(measure);
  const counted = /^hidden/.test(measure);
  return { measure, relation: least ? ">=" : counted ? "=" : "<=", bound: BOUNDS[measure] ?? 2 };
}

/** A field below its label. @returns {any} */
function createField(parent, label, tag, attributes) {
  const element = createHtml("label", { class: "task-field" }, parent);
  createHtml("span", { text: label }, element);
  return createHtml(tag, attributes, element);
}

/** @param {HTMLElement} parent @param {string} label @param {string} value @param {string[][]} options @returns {HTMLSelectElement} */
function select(parent, label, value, options) {
  const element = createHtml("select", { "aria-label": label }, parent);
  for (const [name, text] of options) createHtml("option", { value: name, text, selected: name === value }, element);
  return element;
}

/** The names of a group, each with a box, and one box for all of them. */
function createChoices(parent, group, hidden, update) {
  const details = createHtml("details", {}, parent);
  const summary = createHtml("summary", {}, details);
  const names = Object.keys(GROUPS[group]);
  const box = (text) => {
    const label = createHtml("label", { class: "task-check" }, details);
    const input = createHtml("input", { type: "checkbox" }, label);
    label.append(text);
    return input;
  };
  const all = box("all of them");
  const boxes = names.map((name) => box(GROUPS[group][name].title));
  function show() {
    const n = names.filter((name) => hidden.has(name)).length;
    names.forEach((name, k) => {
      boxes[k].checked = hidden.has(name);
    });
    all.checked = n === names.length;
    all.indeterminate = n > 0 && n < names.length;
    setText(summary, `${GROUP_TITLES[group]}${n ? `: ${n === names.length ? "all" : n}` : ""}`);
  }
  details.addEventListener("change", ({ target }) => {
    const chosen = target === all ? names : [names[boxes.indexOf(target)]];
    for (const name of chosen) target.checked ? hidden.add(name) : hidden.delete(name);
    show();
    update();
  });
  show();
}
