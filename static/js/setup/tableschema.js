// The decisions about an uploaded table as a query, and the words for what was found in the file. Pure.

import { count, format, thousands } from "../format/numbers.js";

/**
 * @typedef {{title: string, encoding: string, separator: string, decimal: string, header: string, target: string|null,
 *   task: string, as: string[], inputs: string[], left_out: string[], missing: string, missing_indicator: string, missing_values: string[],
 *   malformed: string, extra_rows: string, sample: number|null, seed: number}} Decisions as the catalog's `file` names them; what is not said is proposed by the server
 */

/** @param {string} title @returns {Decisions} */
export const undecided = (title) => ({
  title,
  encoding: "auto",
  separator: "auto",
  decimal: "auto",
  header: "auto",
  target: null,
  task: "auto",
  as: [],
  inputs: [],
  left_out: [],
  missing: "mean",
  missing_indicator: "no",
  missing_values: [],
  malformed: "refuse",
  extra_rows: "leave_out",
  sample: null,
  seed: 0,
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

/** @param {Decisions} decisions @param {string} column @param {string} kind number, categories, or how numbers are read */
export function withKind(decisions, column, kind) {
  const others = decisions.as.filter((one) => one.slice(0, one.lastIndexOf(":")) !== column);
  const task = decisions.target === column ? "auto" : decisions.task;
  return { ...decisions, as: [...others, `${column}:${kind}`], task };
}

/** A value of a column stands for a missing one. @param {Decisions} decisions @param {string} column @param {string} value */
export const withMissingValue = (decisions, column, value) => ({
  ...decisions,
  missing_values: [...decisions.missing_values, `${column}:${value}`],
});

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

/** With all digits that tell. @param {number} value */
const whole = (value) =>
  thousands(String(Number(value.toPrecision(10))))
    .replace("-", "−")
    .replace(/\.(.*)$/, (all) => all.replaceAll("\u202f", ""));

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

/** The ways with missing values, each with what it leads to. @param {any} missing of an inspection */
export function missingChoices({ rows, remain, fills }) {
  return [
    {
      value: "mean",
      label: "Fill with the column’s mean",
      text: fillsText(fills.mean) || "of categories the share of each",
    },
    { value: "median", label: "Fill with the median", text: fillsText(fills.median) },
    { value: "most_frequent", label: "Fill with the most frequent", text: fillsText(fills.most_frequent) },
    {
      value: "leave_out",
      label: `Leave ${plural(rows, "the row", `the ${thousands(rows)} rows`)} out`,
      text: `${thousands(remain)} ${plural(remain, "remains", "remain")}`,
    },
    { value: "as_is", label: "Leave them missing", text: "the first step that meets one turns to NaN, and shows how" },
  ];
}

/** "age 29.7, port S" @param {Record<string, number|string>} fills by column, as over all rows */
function fillsText(fills) {
  const shown = Object.entries(fills).map(([name, v]) => `${name} ${typeof v === "number" ? short(v) : v}`);
  return shown.slice(0, 4).join(", ") + (shown.length > 4 ? ` and ${shown.length - 4} more` : "");
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
  if (open[0].path === "sample") return "first take a sample";
  if (open[0].path === "malformed") return `first decide about ${linesWords(malformed.lines)}`;
  return open[0].message;
}

/** @param {any} limits of the catalog */
export const limitsWords = ({ file_bytes, file_rows, rows, features, classes }) =>
  `Files up to ${thousands(file_bytes / 1e6)} MB and ${thousands(file_rows)} rows; a run holds ${thousands(rows)} of them, ${features} inputs and ${classes} classes.`;

/** "20 640 rows: take 5 000 at random, each class as often?", and what to say once that is decided. @param {any} sample */
export const sampleWords = ({ rows, of, by, seed }, taken) => {
  const often = by ? ", each class as often" : "";
  return taken
    ? `${thousands(rows)} of ${thousands(of)} rows at random${often} as in the file (seed ${seed}).`.replace(
        by ? "" : " as in the file",
        "",
      )
    : `${thousands(of)} rows: take ${thousands(rows)} at random${often}?`;
};

/** A column of an inspection in words beside its contents: how it is read, gaps, what it tells. @param {any} column */
export function columnNotes({ doubt, read, examples, spellings, tells }) {
  const shown = examples.map(([text, value]) => `${text} → ${whole(value)}`).join(", ");
  const spelled = spellings.map(({ name, count }) => `${name ? `“${name}”` : "blank"} ${thousands(count)}`).join(", ");
  return [
    doubt ? `In doubt: ${doubt}.` : read ? `${read[0].toUpperCase()}${read.slice(1)}${shown ? `: ${shown}` : ""}.` : "",
    spelled && spelled !== `blank ${thousands(spellings[0].count)}` ? `Missing: ${spelled}.` : "",
    tells === null || tells === undefined ? "" : `Tells ${Math.round(100 * tells)} % of the target.`,
  ].filter(Boolean);
}

/** Why this scaling is proposed, its ratio as the page writes numbers. @param {any} scaling of an inspection */
export const whyWords = ({ why, ratio }) => (ratio ? why.replace(/ [\d.e+]+×/, ` ${short(ratio)}×`) : why);
