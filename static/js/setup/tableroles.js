// The decisions about an uploaded table, and the network that results from them.

import { classMark, createChoice, createHtml, createSvg } from "../dom/elements.js";
import { thousands } from "../format/numbers.js";
import { missingChoices, partsOf, rolesOf, taskWords, whyWords, withRole } from "./tableschema.js";

/** @param {any} becomes of an inspection */
export function network({ columns: inputs, classes, task, proposal }) {
  const hidden = proposal.hidden.map(({ units }) => units);
  const outputs = task === "multiclass" ? classes.length : 1;
  const widths = [inputs.length, ...hidden, outputs];
  const height = Math.max(96, Math.min(200, 26 * Math.max(...widths)));
  const root = createSvg("svg", { viewBox: `0 0 240 ${height + 6}`, class: "network-sketch", "aria-hidden": "true" });
  const x = (k) => 106 + (k * 118) / Math.max(1, widths.length - 1);
  const y = (k, i) => 3 + (height * (i + 0.5)) / widths[k];
  const size = Math.max(4, Math.min(16, (0.62 * height) / Math.max(...widths), 80 / widths.length));
  for (let k = 1; k < widths.length; k++)
    for (let i = 0; i < widths[k - 1]; i++)
      for (let j = 0; j < widths[k]; j++) {
        const [a, b, half] = [x(k - 1) + size / 2, x(k) - size / 2, (x(k) - x(k - 1)) / 2];
        createSvg(
          "path",
          { d: `M${a} ${y(k - 1, i)}C${a + half * 0.7} ${y(k - 1, i)} ${b - half * 0.7} ${y(k, j)} ${b} ${y(k, j)}` },
          root,
        );
      }
  widths.forEach((width, k) => {
    for (let i = 0; i < width; i++)
      createSvg("rect", { x: x(k) - size / 2, y: y(k, i) - size / 2, width: size, height: size, rx: size / 4 }, root);
  });
  inputs.forEach((name, i) => {
    const text = createSvg("text", { x: x(0) - size / 2 - 6, y: y(0, i) + 3.5, "text-anchor": "end" }, root);
    text.textContent = name.length > 16 ? `${name.slice(0, 15)}…` : name.replaceAll("_", " ");
    createSvg("title", { text: name }, text);
  });
  if (task === "multiclass")
    classes.forEach((_, k) => {
      const path = classMark(root, { task, classes }, k);
      path.setAttribute(
        "transform",
        `translate(${x(widths.length - 1)} ${y(widths.length - 1, k)}) scale(${size * 0.27})`,
      );
      root.append(path);
    });
  for (const left of root.querySelectorAll("svg")) left.remove();
  return root;
}

const MODE = { binary: "two classes", multiclass: "several classes", regression: "a number" };
const SIGNS = {
  comma: "comma ,",
  semicolon: "semicolon ;",
  tab: "tab",
  pipe: "bar |",
  blanks: "blanks",
  point: "point .",
  yes: "yes",
  no: "no",
};

/**
 * @param {{found: any, decisions: any, decide: (next: any) => void, catalog: any, config: any}} shown what the panel
 *   knows; `config` is the run's that there is
 * @returns {HTMLElement[]}
 */
export const decisionsOf = (shown) => [predict(shown), missing(shown), becomes(shown), reading(shown)].filter(Boolean);

const decision = (title, small, ...inside) =>
  createHtml(
    "section",
    { "aria-label": title },
    null,
    createHtml("h3", { class: "section-heading" }, null, title, createHtml("small", {}, null, small)),
    ...inside,
  );
const set = (label, ...value) =>
  createHtml(
    "div",
    { class: "setting" },
    null,
    createHtml("span", {}, null, label),
    createHtml("span", { class: "setting-value" }, null, ...value),
  );

function predict({ found, decisions, decide, catalog }) {
  const { limits } = catalog;
  const able = found.columns.filter((column) => rolesOf(column).includes("target"));
  const task = found.becomes?.task ?? found.task;
  const column = found.columns.find(({ name }) => name === found.target);
  const tasks = catalog.tasks
    .map(({ name }) => name)
    .filter(
      (name) =>
        name === task ||
        (name === "regression"
          ? column?.kind === "number"
          : column?.distinct <= (name === "binary" ? 2 : limits.classes)),
    );
  return decision(
    "What to predict",
    "",
    found.target
      ? set(
          "column",
          createChoice(
            "upload-target",
            "Column to predict",
            able.map(({ name }) => [name, name]),
            found.target,
            (name) => decide(withRole(decisions, name, "target")),
          ),
        )
      : null,
    task
      ? set(
          "as",
          createChoice(
            "upload-task",
            "Task",
            tasks.map((name) => [name, MODE[name]]),
            task,
            (name) => decide({ ...decisions, task: name }),
          ),
        )
      : null,
    decisions.target
      ? ""
      : createHtml("p", { class: "help-text" }, null, `${found.target ? "Proposed" : "Nothing"}: ${found.target_why}.`),
  );
}

function missing({ found, decisions, decide }) {
  const { rows: gaps } = found.missing;
  if (!gaps) return decision("Missing values", "none among the inputs");
  const choices = missingChoices(found.missing).map(({ value, label, text }) =>
    createHtml(
      "label",
      { class: "option" },
      null,
      createHtml("input", {
        type: "radio",
        name: "upload-missing",
        id: `upload-missing-${value}`,
        value,
        checked: decisions.missing === value,
        onchange: () => decide({ ...decisions, missing: value }),
      }),
      createHtml("span", {}, null, label, createHtml("small", {}, null, text)),
    ),
  );
  const all = gaps + found.missing.remain;
  const filled = decisions.missing in found.missing.fills;
  return decision(
    "Missing values",
    `${thousands(gaps)} ${gaps === 1 ? "row" : "rows"} of ${thousands(all)}`,
    createHtml("div", { role: "radiogroup", "aria-label": "Missing values" }, null, choices),
    filled ? indicatorChoice(decisions, decide) : "",
    filled
      ? createHtml(
          "p",
          { class: "help-text" },
          null,
          "These are of all rows; a run fills in what its training rows alone say.",
        )
      : "",
  );
}

const indicatorChoice = (decisions, decide) =>
  createHtml(
    "label",
    { class: "option" },
    null,
    createHtml("input", {
      type: "checkbox",
      id: "upload-missing-indicator",
      checked: decisions.missing_indicator === "yes",
      onchange: ({ target }) => decide({ ...decisions, missing_indicator: target.checked ? "yes" : "no" }),
    }),
    createHtml(
      "span",
      {},
      null,
      "Tell the network too",
      createHtml("small", {}, null, "an input more for each column with gaps: 1 where it has one"),
    ),
  );

function becomes({ found, config }) {
  const { becomes: table, scaling } = found;
  if (!table) return null;
  const [train, test] = partsOf(table.rows, config?.test_fraction ?? 0);
  const row = (label, value) =>
    createHtml("tr", {}, null, createHtml("td", {}, null, label), createHtml("td", {}, null, value));
  return decision(
    "What it becomes",
    taskWords(table),
    network(table),
    createHtml(
      "table",
      { class: "comparison-table" },
      null,
      createHtml(
        "tbody",
        {},
        null,
        row("rows to train / to test", `${thousands(train)} / ${thousands(test)}`),
        row("inputs", String(table.columns.length)),
        table.left_out ? row("left out", table.why) : null,
        row("scaling", createHtml("b", {}, null, scaling.scaling === "standard" ? "z-score" : scaling.scaling)),
        row("learning rate", String(table.proposal.learning_rate)),
        table.proposal.l2 ? row("L2 penalty, as there are few rows", String(table.proposal.l2)) : null,
      ),
    ),
    createHtml("p", { class: "help-text" }, null, `because ${whyWords(scaling)}`),
  );
}

function reading({ found, decisions, decide, catalog }) {
  const chosen = (name, label) => {
    const names = catalog.file[name].choices.filter((value) => value !== "auto");
    const value = decisions[name] === "auto" ? found[name] : decisions[name];
    return set(
      label,
      createChoice(
        `own-${name}`,
        label,
        names.map((one) => [one, SIGNS[one] ?? one]),
        value,
        (one) => decide({ ...decisions, [name]: one }),
      ),
    );
  };
  return decision(
    "How it is read",
    "",
    chosen("separator", "between cells"),
    chosen("decimal", "before decimals"),
    chosen("header", "first line names columns"),
    chosen("encoding", "letters"),
  );
}
