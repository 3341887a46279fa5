// The columns of an uploaded file as they were recognised, and its first rows.

import { classMark, createChoice, createHtml, createSvg } from "../dom/elements.js";
import { thousands } from "../format/numbers.js";
import { cellOf, columnNotes, gapsOf, rangeOf, rolesOf, withKind, withMissingValue, withRole } from "./tableschema.js";

const ROLE = { target: "◎ target", input: "● input", "left out": "left out" };
const KIND = {
  number: "number",
  decimal_point: "number, 1,234.5",
  decimal_comma: "number, 1.234,5",
  date_ymd: "date",
  date_dmy: "date, day first",
  date_mdy: "date, month first",
  categories: "categories",
  text: "text",
  empty: "empty",
};
const SHOWN = 120; // of very wide tables the columns that are used, and as many others

const head = (title, text) =>
  createHtml(
    "div",
    { class: "upload-heading" },
    null,
    createHtml("h3", {}, null, title),
    createHtml("span", {}, null, text),
  );

/**
 * What each column was taken for, and is to be.
 * @param {any} shown what the panel knows: `found`, `decisions` @param {(next: any) => void} decide
 */
export function columnsOf({ found, decisions }, decide) {
  const body = shownColumns(found.columns).map(([column, i]) =>
    createHtml(
      "tr",
      { class: column.role === "left out" ? "is-out" : null },
      null,
      createHtml("th", { scope: "row", title: column.name }, null, column.name),
      createHtml(
        "td",
        {},
        null,
        createChoice(
          `upload-kind-${i}`,
          `${column.name}: kind`,
          column.kinds.map((kind) => [kind, KIND[kind]]),
          column.kinds[0],
          (kind) => decide(withKind(decisions, column.name, kind)),
        ),
      ),
      createHtml(
        "td",
        { class: column.role === "target" ? "is-target" : null },
        null,
        createChoice(
          `upload-role-${i}`,
          `${column.name}: role`,
          rolesOf(column).map((role) => [role, ROLE[role]]),
          column.role,
          (role) => decide(withRole(decisions, column.name, role)),
        ),
      ),
      createHtml(
        "td",
        { class: "value-summary" },
        null,
        columnContents(column, found),
        columnNotes(column).map((text) => createHtml("small", {}, null, text)),
        column.suspects.map(({ name, count }, k) =>
          createHtml(
            "button",
            {
              type: "button",
              class: "link",
              id: `upload-suspect-${i}-${k}`,
              onclick: () => decide(withMissingValue(decisions, column.name, name)),
            },
            null,
            `${name} (${thousands(count)}×) ${/\d/.test(name) ? "lies far outside" : "is no number"}: take it as missing`,
          ),
        ),
      ),
      createHtml("td", { class: "numeric" }, null, rangeOf(column)),
      createHtml("td", { class: column.missing ? "missing" : null }, null, gapsOf(column, found.rows)),
    ),
  );
  return createHtml(
    "section",
    { "aria-label": "Columns" },
    null,
    head(
      "Columns, as recognised",
      `${thousands(found.rows)} rows read${found.columns.length > SHOWN ? `, ${SHOWN} of ${thousands(found.columns.length)} columns shown` : ""}; choose another kind or role to change it`,
    ),
    createHtml(
      "div",
      { class: "upload-wide" },
      null,
      createHtml(
        "table",
        { class: "upload-table table-columns" },
        null,
        createHtml(
          "thead",
          {},
          null,
          createHtml(
            "tr",
            {},
            null,
            ["column", "kind", "role", "what is in it", "range", "missing"].map((name, i) =>
              createHtml("th", { scope: "col", class: i === 4 ? "numeric" : null }, null, name),
            ),
          ),
        ),
        createHtml("tbody", {}, null, body),
      ),
    ),
  );
}

/** Columns with their numbers: all, or of a very wide table those that are used and some of the others. */
function shownColumns(columns) {
  const all = columns.map((column, i) => [column, i]);
  if (all.length <= SHOWN) return all;
  const used = all.filter(([{ role }]) => role !== "left out");
  const others = all.filter(([{ role }]) => role === "left out").slice(0, Math.max(0, SHOWN - used.length));
  return [...used, ...others].sort((a, b) => a[1] - b[1]);
}

/** What is in a column: where its numbers lie, its most frequent values, or why it is left out. */
function columnContents(column, found) {
  if (column.role === "left out" && column.why && column.why !== "so decided") return column.why;
  if (column.histogram) return bars(column.histogram.counts);
  const task = found.becomes?.task ?? "multiclass";
  return (column.values ?? []).slice(0, 4).map(({ name, count }) => {
    const value = createHtml("span", { class: "value" });
    const classes = found.becomes?.classes ?? [];
    const k = column.role === "target" ? classes.indexOf(name) : -1;
    if (k >= 0) classMark(value, { task, classes }, k);
    value.append(`${name} ${thousands(count)}`);
    return value;
  });
}

function bars(counts) {
  const most = Math.max(...counts);
  const root = createSvg("svg", { viewBox: "0 0 120 22", class: "bars", "aria-hidden": "true" });
  counts.forEach((count, i) => {
    const height = (20 * count) / most;
    createSvg("rect", { x: (i * 120) / counts.length, y: 22 - height, width: 96 / counts.length, height }, root);
  });
  createSvg("path", { d: "M0 21.5H120" }, root);
  return root;
}

/** The first rows. @param {any} found an inspection */
export function rowsOf(found) {
  const off = found.columns.map((column) => (column.role === "left out" ? "is-out" : null));
  return createHtml(
    "section",
    { "aria-label": "First rows" },
    null,
    head("First rows", "as they will be read; · is a missing value"),
    createHtml(
      "div",
      { class: "upload-wide", tabindex: "0", role: "group", "aria-label": "First rows" },
      null,
      createHtml(
        "table",
        { class: "upload-table first-rows" },
        null,
        createHtml(
          "thead",
          {},
          null,
          createHtml(
            "tr",
            {},
            null,
            found.columns.map(({ name }, i) => createHtml("th", { scope: "col", class: off[i] }, null, name)),
          ),
        ),
        createHtml(
          "tbody",
          {},
          null,
          found.first_rows.cells.slice(0, 5).map((row) =>
            createHtml(
              "tr",
              {},
              null,
              row.map((cell, i) => createHtml("td", { class: off[i] }, null, cellOf(cell))),
            ),
          ),
        ),
      ),
    ),
  );
}
