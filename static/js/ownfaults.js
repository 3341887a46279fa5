// What does not fit in a reader's file: where, with the lines around it, and what can be done about it.
import { el } from "./ownparts.js";
import { thousands } from "./scales.js";
import { excerpt, linesWords } from "./tabledecisions.js";

const errorHead = (text) => el("h3", { class: "warn" }, "✕ ", text);

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
    return el(
      "p",
      { class: "own-left note2" },
      `${linesWords(lines)} ${lines.length === 1 ? "is" : "are"} left out. `.replace(/^l/, "L"),
      el(
        "button",
        {
          type: "button",
          class: "link",
          id: "own-refuse",
          onclick: () => decide({ ...decisions, malformed: "refuse" }),
        },
        "Show again",
      ),
    );
  }
  const latin = said?.errors.some((error) => error.allowed?.includes?.("latin-1"));
  const lines = said ? [] : found.malformed.lines;
  const more = lines.length - new Set(faults.map((fault) => fault.line)).size;
  const sound = found?.becomes?.rows;
  return el(
    "section",
    { class: "own-error", "aria-label": "What does not fit" },
    faults.length ? faults.slice(0, 3).map(place) : errorHead(said.message),
    more > 0 || faults.length > 3
      ? el("p", { class: "note2" }, `${thousands(Math.max(more, faults.length - 3))} more like these.`)
      : null,
    el(
      "div",
      { class: "rowb" },
      latin
        ? el(
            "button",
            {
              type: "button",
              class: "act",
              id: "own-latin",
              onclick: () => decide({ ...decisions, encoding: "latin-1" }),
            },
            "Read it as Latin-1",
            el("small", {}, "as older programs write letters"),
          )
        : null,
      lines.length
        ? el(
            "button",
            {
              type: "button",
              class: "act",
              id: "own-leave",
              onclick: () => decide({ ...decisions, malformed: "leave_out" }),
            },
            `Leave ${linesWords(lines)} out`,
            el("small", {}, sound ? `the other ${thousands(sound)} rows are sound` : "and read the rest"),
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
    el(
      "span",
      { class: line === fault.line ? "bad" : "near" },
      el("b", {}, String(line)),
      `  ${before}`,
      bad ? el("mark", {}, bad, el("i", {}, "▴ here")) : "",
      `${after}\n`,
    ),
  );
  return [
    errorHead(`Line ${thousands(fault.line)}, column ${thousands(fault.column)}: ${fault.message}`),
    el("pre", { tabindex: "0", role: "group", "aria-label": `Line ${fault.line} and its neighbours` }, lines),
  ];
}
