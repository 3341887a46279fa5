// The decisions about an uploaded table as a query, and the words for what was found in the file. Pure.

import { count, format, thousands } from "../format/numbers.js";

/**
 * @typedef {{title: string, encoding: string, separator: string, decimal: string, header: string, target: string|null,
 *   task: string, numbers: string[], categories: string[], inputs: string[], left_out: string[], missing: string,
 *   malformed: string}} Decisions as the catalog's `file` names them; what is not said is proposed by the server
 */

/** @param {string} title @returns {Decisions} */
export const undecided = (title) => ({
  title,
  encoding: "utf-8",
  separator: "auto",
  decimal: "auto",
  header: "auto",
  target: null,
  task: "auto",
  numbers: [],
  categories: [],
  inputs: [],
  left_out: [],
  missing: "keep",
  malformed: "refuse",
});

/** @param {Decisions} decisions */
export function toQuery(decisions) {
  const parts = [];
  for (const [name, value] of Object.entries(decisions)) {
    if (value === null || value === standard(name)) continue;
    for (const one of Array.isArray(value) ? value : [value]) parts.push(`${name}=${encodeURIComponent(one)}`);
  }
  return parts.join("&");
}
const standard = (name) => undecided("")[name];

const without = (names, name) => names.filter((other) => other !== name);

/** @param {Decisions} decisions @param {string} column @param {"number"|"categories"} kind */
export function withKind(decisions, column, kind) {
  const numbers = without(decisions.numbers, column);
  const categories = without(decisions.categories, column);
  (kind === "number" ? numbers : categories).push(column);
  return { ...decisions, numbers, categories, task: decisions.target === column ? "auto" : decisions.task };
}

/** Another target takes its task with it. @param {Decisions} decisions @param {string} column @param {string} role */
export function withRole(decisions, column, role) {
  const inputs = without(decisions.inputs, column);
  const left_out = without(decisions.left_out, column);
  if (role === "target") return { ...decisions, inputs, left_out, target: column, task: "auto" };
  (role === "input" ? inputs : left_out).push(column);
  const was = decisions.target === column;
  return {
    ...decisions,
    inputs,
    left_out,
    ...(was ? { target: null } : {}),
    task: was || !decisions.target ? "auto" : decisions.task,
  };
}

/** Roles that a column may have, the one it has first of all among them. @param {any} column of an inspection */
export function rolesOf({ kind, role, distinct }) {
  const fit = kind === "number" || kind === "categories";
  return ["target", "input", "left out"].filter(
    (name) => name === role || name === "left out" || (fit && (name === "input" || distinct > 1)),
  );
}

/* ---------- in words ---------- */

const plural = (n, one, many = `${one}s`) => (n === 1 ? one : many);

/** "seven columns, one line that does not fit" @param {any} found an inspection @param {boolean} leftOut */
export function headline({ columns, malformed }, leftOut = false) {
  const bad = leftOut ? 0 : malformed.lines.length;
  const whole = `${count(columns.length)} ${plural(columns.length, "column")}`;
  return bad ? `${whole}, ${count(bad)} ${plural(bad, "line that does not fit", "lines that do not fit")}` : whole;
}

/** Three digits, or a whole number. @param {number} value */
export function short(value) {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 0.001)) return format(value);
  return (size >= 100 ? thousands(Math.round(value)) : String(Number(value.toPrecision(3)))).replace("-", "−");
}

/** @param {any} column of an inspection */
export function rangeOf({ kind, low, high, distinct }) {
  if (kind === "number" && low !== null) return low === high ? short(low) : `${short(low)} to ${short(high)}`;
  return kind === "empty" ? "–" : `${thousands(distinct)} ${kind === "text" ? "texts" : plural(distinct, "kind")}`;
}

/** @param {any} column @param {number} rows */
export const gapsOf = ({ missing }, rows) => (missing && missing === rows ? "all" : thousands(missing));

/** A cell as it will be read. @param {number|string|null} cell */
export const cellOf = (cell) =>
  cell === null ? "·" : typeof cell === "number" ? String(cell).replace("-", "−") : cell;

const visible = (text) =>
  [...text].map((c) => (c === "\t" ? "→" : c < " " || (c > "~" && c < "\u00a0") ? "\ufffd" : c)).join("");

/**
 * A line that does not fit and its neighbours, the character that is meant cut out of its line.
 * @param {any} fault of an inspection or of a problem's errors
 */
export function excerpt({ line, column, starts_at: from = 1, around = [] }) {
  return around.map((near) => {
    const lead = from > 1 ? "…" : "";
    if (near.line !== line) return { line: near.line, before: lead + visible(near.text), bad: "", after: "" };
    const text = [...near.text]; // the server counts characters, not their halves
    const at = column - from;
    const bad = visible(text.slice(at, at + 1).join(""));
    return {
      line,
      before: lead + visible(text.slice(0, at).join("")),
      bad: bad.trim() ? bad : "\u00a0",
      after: visible(text.slice(at + 1).join("")),
    };
  });
}

/** What the lines that do not fit are called on a button. @param {number[]} lines */
export const linesWords = (lines) =>
  lines.length === 1 ? `line ${thousands(lines[0])}` : `${thousands(lines.length)} lines`;

/** The three ways with missing values, each with what it leads to. @param {any} missing of an inspection */
export function missingChoices({ rows, remain, means }) {
  const filled = Object.entries(means).map(([name, mean]) => `${name} ${short(mean)}`);
  const told = filled.slice(0, 4).join(", ") + (filled.length > 4 ? ` and ${filled.length - 4} more` : "");
  return [
    { value: "keep", label: "Leave them missing", text: "the first step that meets one turns to NaN, and shows how" },
    {
      value: "drop",
      label: `Drop the ${plural(rows, "row", `${thousands(rows)} rows`)}`,
      text: `${thousands(remain)} ${plural(remain, "remains", "remain")}`,
    },
    { value: "mean", label: "Fill with the column’s mean", text: told },
  ];
}

/** Rows to train and rows to test, as the server parts them. @param {number} rows @param {number} fraction */
export function partsOf(rows, fraction) {
  const exact = rows * fraction;
  const even = Math.floor(exact) + (Math.floor(exact) % 2); // a half goes to the even neighbour, as in Python
  const test = Math.min(Math.abs(exact % 1) === 0.5 ? even : Math.round(exact), rows - 1);
  return [rows - test, test];
}

/** @param {any} becomes of an inspection */
export function taskWords({ task, classes }) {
  if (task === "regression") return "a number, squared error";
  const loss = task === "binary" ? "cross-entropy" : "softmax";
  return `${count(classes.length)} ${plural(classes.length, "class", "classes")}, ${loss}`;
}

/** Why the table can't be used yet, in one line; "" once it can. @param {any} found an inspection */
export function reasonOf({ undecided: open, malformed }) {
  if (!open.length) return "";
  if (open[0].path === "malformed") return `first decide about ${linesWords(malformed.lines)}`;
  return open[0].message;
}

/** @param {any} limits of the catalog */
export const limitsWords = ({ file_bytes, rows, file_columns, features, classes }) =>
  `At most ${thousands(file_bytes / 1e6)} MB, ${thousands(rows)} rows and ${file_columns} columns; ${features} inputs, where each category counts as one; ${classes} classes.`;

/** Why this scaling is proposed, its ratio as the page writes numbers. @param {any} scaling of an inspection */
export const whyWords = ({ why, ratio }) => (ratio ? why.replace(/ [\d.e+]+×/, ` ${short(ratio)}×`) : why);
