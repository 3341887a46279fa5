// The upload dialog: a file is inspected, decided about, and used as a table. Its contents are only ever inserted as text.

import { createHtml } from "../dom/elements.js";
import { thousands } from "../format/numbers.js";
import { columnsOf, rowsOf } from "./tablecolumns.js";
import { decisionsOf } from "./tableroles.js";
import { excerpt, headline, limitsWords, linesWords, reasonOf, toQuery, undecided } from "./tableschema.js";

const errorHead = (text) => createHtml("h3", { class: "warning" }, null, "✕ ", text);

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
      { class: "upload-left-out help-text" },
      null,
      `${linesWords(lines)} ${lines.length === 1 ? "is" : "are"} left out. `.replace(/^l/, "L"),
      createHtml(
        "button",
        {
          type: "button",
          class: "link",
          id: "upload-refuse",
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
    { class: "upload-error", "aria-label": "What does not fit" },
    null,
    faults.length ? faults.slice(0, 3).map(place) : errorHead(said.message),
    more > 0 || faults.length > 3
      ? createHtml(
          "p",
          { class: "help-text" },
          null,
          `${thousands(Math.max(more, faults.length - 3))} more like these.`,
        )
      : null,
    createHtml(
      "div",
      { class: "button-row" },
      null,
      latin
        ? createHtml(
            "button",
            {
              type: "button",
              class: "button",
              id: "upload-latin",
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
              class: "button",
              id: "upload-leave",
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

const FILES = ".csv,.tsv,.txt,text/csv,text/plain";

/**
 * @param {(id: string) => HTMLElement} find @param {any} catalog
 * @param {{inspect: (file: Blob, query: string, signal: AbortSignal) => Promise<any>, use: (file: Blob, query: string) =>
 *   Promise<any>, pause: () => void, state: () => any}} on `inspect` and `use` throw a Problem
 */
export function createUploadDialog(find, catalog, on) {
  const dialog = /** @type {HTMLDialogElement} */ (find("upload"));
  const { limits } = catalog;
  let file = null; // its bytes, in memory
  let decisions = undecided("");
  let found = null; // the last inspection
  let problem = null; // why the server refused the last request
  let busy = false;
  let asked = null;

  find("upload-limits").textContent = limitsWords(limits);
  find("upload-use").addEventListener("click", use);
  dialog.addEventListener("close", () => {
    asked?.abort();
    file = found = problem = null;
  });

  function onFileChosen({ target: input }) {
    const [chosen] = input.files;
    input.value = ""; // the same file can be chosen again, corrected
    if (chosen) open(chosen);
  }

  /** A label that opens the file chooser; its input has the focus and the name. It answers even when redrawn meanwhile. */
  const chooser = (id, label, small) =>
    createHtml(
      "label",
      { class: "button" },
      null,
      createHtml("input", {
        type: "file",
        class: "visually-hidden upload-file",
        id,
        accept: FILES,
        onchange: onFileChosen,
      }),
      label,
      createHtml("small", {}, null, small),
    );

  /* ---------- the file ---------- */

  /** @param {File} chosen */
  async function open(chosen) {
    if (on.state().offline) return;
    on.pause();
    const again = dialog.open && decisions.title === chosen.name; // the corrected file: what was decided still holds
    decisions = again ? { ...decisions, malformed: "refuse" } : undecided(chosen.name.slice(0, limits.name_characters));
    file = found = problem = null;
    if (!dialog.open) dialog.showModal();
    find("upload-title").focus();
    render();
    if (chosen.size > limits.file_bytes)
      return refuse(
        `The file has ${thousands(chosen.size)} bytes; ${thousands(limits.file_bytes)} are the most that a table may have.`,
      );
    try {
      file = new Blob([await chosen.arrayBuffer()], { type: "text/csv" });
    } catch {
      return refuse("The file can’t be read. Is it a folder, or has it just been changed?");
    }
    return decide(decisions);
  }

  function refuse(message) {
    problem = { message, errors: [] };
    render();
  }

  /** Asks what the file is under these decisions; where they can't be, the ones before stand. */
  async function decide(next) {
    asked?.abort();
    const mine = new AbortController();
    asked = mine;
    const before = decisions;
    decisions = next;
    busy = true;
    render();
    try {
      const answer = await on.inspect(file, toQuery(next), mine.signal);
      if (asked !== mine) return;
      found = answer;
      problem = null;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!error.errors) throw error;
      problem = error;
      if (found) decisions = before;
    }
    busy = false;
    render();
  }

  async function use() {
    if (busy || !found) return;
    if (!found.ready) {
      const open = /** @type {HTMLElement} */ (
        dialog.querySelector(".upload-error button, .upload-error input, select")
      );
      return open?.focus();
    }
    busy = true;
    render();
    try {
      await on.use(file, toQuery(decisions));
      dialog.close();
    } catch (error) {
      if (!error.errors) throw error;
      problem = error;
    }
    busy = false;
    render();
  }

  /* ---------- the panel ---------- */

  function render() {
    if (!dialog.open) return;
    const focus = document.activeElement?.id;
    const away = on.state().offline;
    const sound = Boolean(found);
    dialog.setAttribute("aria-busy", String(busy));
    find("upload-facts").textContent = sound
      ? `${thousands(found.lines)} lines, ${thousands(found.bytes)} bytes, looked at and not kept`
      : away
        ? "the server is away; this goes on when it is back"
        : busy
          ? "being read …"
          : "";
    find("upload-title").textContent =
      `${decisions.title}${sound ? `: ${headline(found, decisions.malformed === "leave_out")}` : ""}`;
    find("upload-sub").textContent = sound
      ? "Confirm what each column is. Nothing restarts before you press “Use this table”."
      : problem
        ? "This file can’t be taken as it is."
        : "";
    const shown = { found, problem, decisions, decide, catalog, config: on.state().config };
    const notes = found?.notes.length ? createHtml("p", { class: "help-text" }, null, found.notes.join(" ")) : null;
    const parts = sound || problem ? [faultsOf(shown, decide, chooser), notes] : [];
    find("upload-found").replaceChildren(
      ...[...parts, ...(sound ? [columnsOf(shown, decide), rowsOf(found)] : [])].filter(Boolean),
    );
    find("upload-open").replaceChildren(...(sound ? decisionsOf(shown) : []));
    const reason = !sound ? (problem ? "first another file" : "") : busy ? "one moment" : reasonOf(found);
    const button = find("upload-use");
    if (reason || !sound) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
    find("upload-why").textContent = reason || (sound ? "your run starts anew on it" : "");
    if (!busy) find("upload-said").textContent = problem?.message ?? (reason || (sound ? "Ready to be used." : ""));
    if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus({ preventScroll: true });
  }

  return {
    open,
    /** @param {any} state */
    render({ offline }) {
      if (dialog.open && Boolean(offline) !== dialog.classList.contains("is-offline")) render();
      dialog.classList.toggle("is-offline", Boolean(offline));
    },
  };
}
