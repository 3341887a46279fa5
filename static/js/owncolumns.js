// The columns of a reader's file as they were recognised, and its first rows.
import { classMark, svg } from "./marks.js";
import { el, pick } from "./ownparts.js";
import { thousands } from "./scales.js";
import { cellOf, gapsOf, rangeOf, rolesOf, withKind, withRole } from "./tabledecisions.js";

const ROLE = { target: "◎ target", input: "● input", "left out": "left out" };
const KIND = { number: "number", categories: "categories", text: "text", empty: "empty" };

const head = (title, text) => el("div", { class: "own-h" }, el("h3", {}, title), el("span", {}, text));

/**
 * What each column was taken for, and is to be.
 * @param {any} shown what the panel knows: `found`, `decisions` @param {(next: any) => void} decide
 */
export function columnsOf({ found, decisions }, decide) {
  const body = found.columns.map((column, i) =>
    el(
      "tr",
      { class: column.role === "left out" ? "is-out" : null },
      el("th", { scope: "row", title: column.name }, column.name),
      el(
        "td",
        {},
        pick(
          `own-kind-${i}`,
          `${column.name}: kind`,
          column.kinds.map((kind) => [kind, KIND[kind]]),
          column.kind,
          (kind) => decide(withKind(decisions, column.name, kind)),
        ),
      ),
      el(
        "td",
        { class: column.role === "target" ? "is-target" : null },
        pick(
          `own-role-${i}`,
          `${column.name}: role`,
          rolesOf(column).map((role) => [role, ROLE[role]]),
          column.role,
          (role) => decide(withRole(decisions, column.name, role)),
        ),
      ),
      el("td", { class: "held" }, held(column, found)),
      el("td", { class: "n" }, rangeOf(column)),
      el("td", { class: column.missing ? "ms" : null }, gapsOf(column, found.rows)),
    ),
  );
  return el(
    "section",
    { "aria-label": "Columns" },
    head("Columns, as recognised", `${thousands(found.rows)} rows read; choose another kind or role to change it`),
    el(
      "div",
      { class: "own-wide" },
      el(
        "table",
        { class: "csv cols" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            ["column", "kind", "role", "what is in it", "range", "missing"].map((name, i) =>
              el("th", { scope: "col", class: i === 4 ? "n" : null }, name),
            ),
          ),
        ),
        el("tbody", {}, body),
      ),
    ),
  );
}

/** What is in a column: where its numbers lie, its most frequent values, or why it is left out. */
function held(column, found) {
  if (column.role === "left out" && column.why && column.why !== "so decided") return column.why;
  if (column.histogram) return bars(column.histogram.counts);
  const task = found.becomes?.task ?? "multiclass";
  return (column.values ?? []).slice(0, 4).map(({ name, count }) => {
    const value = el("span", { class: "value" });
    const classes = found.becomes?.classes ?? [];
    const k = column.role === "target" ? classes.indexOf(name) : -1;
    if (k >= 0) classMark(value, { task, classes }, k);
    value.append(`${name} ${thousands(count)}`);
    return value;
  });
}

function bars(counts) {
  const most = Math.max(...counts);
  const root = svg("svg", { viewBox: "0 0 120 22", class: "bars", "aria-hidden": "true" });
  counts.forEach((count, i) => {
    const height = (20 * count) / most;
    svg("rect", { x: (i * 120) / counts.length, y: 22 - height, width: 96 / counts.length, height }, root);
  });
  svg("path", { d: "M0 21.5H120" }, root);
  return root;
}

/** The first rows. @param {any} found an inspection */
export function rowsOf(found) {
  const off = found.columns.map((column) => (column.role === "left out" ? "is-out" : null));
  return el(
    "section",
    { "aria-label": "First rows" },
    head("First rows", "as they will be read; empty cells stay empty"),
    el(
      "div",
      { class: "own-wide", tabindex: "0", role: "group", "aria-label": "First rows" },
      el(
        "table",
        { class: "csv first" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            found.columns.map(({ name }, i) => el("th", { scope: "col", class: off[i] }, name)),
          ),
        ),
        el(
          "tbody",
          {},
          found.first_rows.cells.slice(0, 5).map((row) =>
            el(
              "tr",
              {},
              row.map((cell, i) => el("td", { class: off[i] }, cellOf(cell))),
            ),
          ),
        ),
      ),
    ),
  );
}
