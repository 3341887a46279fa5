// What does not fit in a reader's file: where, with the lines around it, and what can be done about it.

import { createHtml } from "./elements.js";
import { thousands } from "./scales.js";
import { excerpt, linesWords } from "./tabledecisions.js";

const errorHead = (text) => createHtml("h3", { class: "warn" }, null, "✕ ", text);

/**
 * Lines that do not fit, or why the file is none; null where all is well.
 * @param {any} shown what the panel knows: `found`, `problem`, `decisions`
 * @param {(next: any) => void} decide @param {(id: string, label: string, small: string) => HTMLElement} chooser
 */
export function faultsOf({ found, problem, decisions }, decide, chooser) {
  const said = problem && !(problem.errors[0]?.line && found) ? problem : null;
  const faults = said ? said.errors.filter((error) => error.line) : (found?.malformed.faults ?? []);
  if (!said && !faults.length) return null;
  if (!said && decisions.malformed === "leave_out") {
    const { lines } = found.malformed;
    return createHtml(
      "p",
      { class: "own-left note2" },
      null,
      `${linesWords(lines)} ${lines.length === 1 ? "is" : "are"} left out. `.replace(/^l/, "L"),
      createHtml(
        "button",
        {
          type: "button",
          class: "link",
          id: "own-refuse",
          onclick: () => decide({ ...decisions, malformed: "refuse" }),
        },
        null,
        "Show again",
      ),
    );
  }
  const latin = said?.errors.some((error) => error.allowed?.includes?.("latin-1"));
  const lines = said ? [] : found.malformed.lines;
  const more = lines.length - new Set(faults.map((fault) => fault.line)).size;
  const sound = found?.becomes?.rows;
  return createHtml(
    "section",
    { class: "own-error", "aria-label": "What does not fit" },
    null,
    faults.length ? faults.slice(0, 3).map(place) : errorHead(said.message),
    more > 0 || faults.length > 3
      ? createHtml("p", { class: "note2" }, null, `${thousands(Math.max(more, faults.length - 3))} more like these.`)
      : null,
    createHtml(
      "div",
      { class: "rowb" },
      null,
      latin
        ? createHtml(
            "button",
            {
              type: "button",
              class: "act",
              id: "own-latin",
              onclick: () => decide({ ...decisions, encoding: "latin-1" }),
            },
            null,
            "Read it as Latin-1",
            createHtml("small", {}, null, "as older programs write letters"),
          )
        : null,
      lines.length
        ? createHtml(
            "button",
            {
              type: "button",
              class: "act",
              id: "own-leave",
              onclick: () => decide({ ...decisions, malformed: "leave_out" }),
            },
            null,
            `Leave ${linesWords(lines)} out`,
            createHtml("small", {}, null, sound ? `the other ${thousands(sound)} rows are sound` : "and read the rest"),
          )
        : null,
      chooser(
        "own-corrected",
        said ? "Another file" : "A corrected file",
        "choose it, or drop it anywhere on this page",
      ),
    ),
  );
}

function place(fault) {
  const lines = excerpt(fault).map(({ line, before, bad, after }) =>
    createHtml(
      "span",
      { class: line === fault.line ? "bad" : "near" },
      null,
      createHtml("b", {}, null, String(line)),
      `  ${before}`,
      bad ? createHtml("mark", {}, null, bad, createHtml("i", {}, null, "▴ here")) : "",
      `${after}\n`,
    ),
  );
  return [
    errorHead(`Line ${thousands(fault.line)}, column ${thousands(fault.column)}: ${fault.message}`),
    createHtml(
      "pre",
      { tabindex: "0", role: "group", "aria-label": `Line ${fault.line} and its neighbours` },
      null,
      lines,
    ),
  ];
}
