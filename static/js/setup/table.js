// The upload dialog: a file is inspected, decided about, and used as a table. Its contents are only ever inserted as text.

import { createHtml, setHidden } from "../dom/elements.js";
import { thousands } from "../format/numbers.js";
import { columnsOf, rowsOf } from "./tablecolumns.js";
import { decisionsOf } from "./tableroles.js";
import {
  excerpt,
  headline,
  limitsWords,
  linesWords,
  reasonOf,
  sampleWords,
  toQuery,
  undecided,
} from "./tableschema.js";

const errorHead = (text) => createHtml("h3", { class: "warning" }, null, "✕ ", text);

/**
 * Lines that do not fit, or why the file is none; null where all is well.
 * @param {any} shown what the panel knows: `found`, `problem`, `decisions`
 * @param {(next: any) => void} decide @param {(id: string, label: string, small: string) => HTMLElement} chooser
 */
export function faultsOf({ found, problem, decisions }, decide, chooser) {
  const failure = problem && !(problem.errors[0]?.line && found) ? problem : null;
  const faults = failure ? failure.errors.filter((error) => error.line) : (found?.malformed.faults ?? []);
  if (!failure && !faults.length) return null;
  if (!failure && decisions.malformed === "leave_out") return leftOutNote(found.malformed.lines, decisions, decide);
  const lines = failure ? [] : found.malformed.lines;
  const more = Math.max(lines.length - new Set(faults.map((fault) => fault.line)).size, faults.length - 3);
  return createHtml(
    "section",
    { class: "upload-error", "aria-label": "What does not fit" },
    null,
    faults.length ? faults.slice(0, 3).map(faultExcerpt) : errorHead(failure.message),
    more > 0 ? createHtml("p", { class: "help-text" }, null, `${thousands(more)} more like these.`) : null,
    createHtml(
      "div",
      { class: "button-row" },
      null,
      failure?.errors.some((error) => error.allowed?.includes?.("auto")) ? encodingButton(decisions, decide) : null,
      lines.length ? leaveOutButton(lines, found.becomes?.rows, decisions, decide) : null,
      chooser(
        "upload-corrected",
        failure ? "Another file" : "A corrected file",
        "choose it, or drop it anywhere on this page",
      ),
    ),
  );
}

function leftOutNote(lines, decisions, decide) {
  const refuse = () => decide({ ...decisions, malformed: "refuse" });
  return createHtml(
    "p",
    { class: "upload-left-out help-text" },
    null,
    `${linesWords(lines)} ${lines.length === 1 ? "is" : "are"} left out. `.replace(/^l/, "L"),
    createHtml("button", { type: "button", class: "link", id: "upload-refuse", onclick: refuse }, null, "Show again"),
  );
}

function encodingButton(decisions, decide) {
  const read = () => decide({ ...decisions, encoding: "auto" });
  return createHtml(
    "button",
    { type: "button", class: "button", id: "upload-encoding", onclick: read },
    null,
    "Find the encoding out",
    createHtml("small", {}, null, "it is not the one that was chosen"),
  );
}

/** One sentence about the file, and one click that changes what it says. */
const remark = (id, text, label, onclick) =>
  createHtml(
    "p",
    { class: "upload-left-out help-text" },
    null,
    `${text} `,
    createHtml("button", { type: "button", class: "link", id, onclick }, null, label),
  );

/** What was decided about the file as a whole, each with the click that decides otherwise. */
export function remarksOf({ found, decisions }, decide) {
  const { sample, extra_rows, header, header_doubt, notes } = found;
  const keeps = decisions.extra_rows === "keep";
  return [
    sample.of > sample.rows ? sampleOffer(sample, decisions, decide) : null,
    header_doubt
      ? remark(
          "upload-header",
          `${header_doubt[0].toUpperCase()}${header_doubt.slice(1)}.`,
          header === "yes" ? "It is a row" : "It holds the names",
          () => decide({ ...decisions, header: header === "yes" ? "no" : "yes" }),
        )
      : null,
    extra_rows.length
      ? remark(
          "upload-extra",
          `${extra_rows.map(({ line, why, text }) => `Line ${thousands(line)}, “${text}”: ${why}`).join("; ")}. ${keeps ? "Taken as a row." : "Left out."}`,
          keeps ? "Leave out" : "Take it as a row",
          () => decide({ ...decisions, extra_rows: keeps ? "leave_out" : "keep" }),
        )
      : null,
    notes.length
      ? createHtml(
          "p",
          { class: "help-text" },
          null,
          notes.map((note) => `${note[0].toUpperCase()}${note.slice(1)}.`).join(" "),
        )
      : null,
  ].filter(Boolean);
}

function sampleOffer(sample, decisions, decide) {
  if (decisions.sample)
    return remark("upload-sample", sampleWords(sample, true), "Take others", () =>
      decide({ ...decisions, seed: decisions.seed + 1 }),
    );
  return createHtml(
    "section",
    { class: "upload-sample", "aria-label": "More rows than a run can hold" },
    null,
    createHtml("p", {}, null, sampleWords(sample, false)),
    createHtml(
      "button",
      {
        type: "button",
        class: "button",
        id: "upload-sample",
        onclick: () => decide({ ...decisions, sample: sample.most }),
      },
      null,
      `Take ${thousands(sample.most)} at random`,
      createHtml("small", {}, null, "the same seed takes the same rows"),
    ),
  );
}

/** @param {number[]} lines @param {number|undefined} sound rows that are left then */
function leaveOutButton(lines, sound, decisions, decide) {
  const leave = () => decide({ ...decisions, malformed: "leave_out" });
  return createHtml(
    "button",
    { type: "button", class: "button", id: "upload-leave", onclick: leave },
    null,
    `Leave ${linesWords(lines)} out`,
    createHtml("small", {}, null, sound ? `the other ${thousands(sound)} rows are sound` : "and read the rest"),
  );
}

function faultExcerpt(fault) {
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

const LARGE = 500_000; // bytes from which on it is worth while to watch them go

/** How far a large file is, and the way to stop it. @param {() => void} cancel */
function createProgress(cancel) {
  const bar = /** @type {HTMLProgressElement} */ (
    createHtml("progress", { max: "1", "aria-label": "File sent" }, null)
  );
  const text = createHtml("span");
  const stop = createHtml(
    "button",
    { type: "button", class: "button", id: "upload-cancel", onclick: cancel },
    null,
    "Cancel",
  );
  const element = createHtml("div", { class: "upload-progress", hidden: "" }, null, bar, text, stop);
  return {
    element,
    show(sent, size) {
      setHidden(element, size < LARGE);
      if (sent < 1) bar.value = sent;
      else bar.removeAttribute("value"); // it is being read: nobody knows how long
      const all = `${thousands(Math.round(size / 1e5) / 10)} MB`;
      text.textContent = sent < 1 ? `${Math.round(100 * sent)} % of ${all} sent` : `${all} sent, being read …`;
    },
    hide() {
      setHidden(element, true);
    },
  };
}

const FILES = ".csv,.tsv,.txt,text/csv,text/plain";

/**
 * @param {(id: string) => HTMLElement} find @param {any} catalog
 * @param {{inspect: (file: Blob, query: string, signal: AbortSignal, onProgress: (sent: number) =>
 *   void) => Promise<any>, use: (file: Blob, query: string) => Promise<any>, forget: (file: Blob) => void, pause: () => void, state: () => any}} on `inspect` and `use` throw a Problem
 */
export function createUploadDialog(find, catalog, on) {
  const dialog = /** @type {HTMLDialogElement} */ (find("upload"));
  const { limits } = catalog;
  let file = null; // its bytes, in memory
  let decisions = undecided("");
  let found = null; // the last inspection
  let problem = null; // why the server refused the last request
  let busy = false;
  let lastRequest = null;
  let standing = decisions; // those that `found` is of

  const progress = createProgress(() => {
    lastRequest?.abort();
    busy = false;
    if (!found) return refuse("Reading it was cancelled.");
    decisions = standing;
    render();
  });
  find("upload-found").before(progress.element);
  find("upload-limits").textContent = limitsWords(limits);
  find("upload-use").addEventListener("click", use);
  dialog.addEventListener("close", () => {
    lastRequest?.abort();
    if (file) on.forget(file);
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
    if (file) on.forget(file);
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
    lastRequest?.abort();
    const request = new AbortController();
    lastRequest = request;
    const before = decisions;
    decisions = next;
    busy = true;
    render();
    try {
      const onProgress = (sent) => {
        if (lastRequest === request) progress.show(sent, file.size);
      };
      onProgress(0);
      const answer = await on.inspect(file, toQuery(next), request.signal, onProgress);
      if (lastRequest !== request) return;
      found = answer;
      standing = next;
      problem = null;
    } catch (error) {
      if (request.signal.aborted) return;
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
        dialog.querySelector(".upload-error button, .upload-error input, .upload-sample button, select")
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
    if (!busy) progress.hide();
    find("upload-facts").textContent = sound
      ? `${thousands(found.lines)} lines, ${thousands(found.bytes)} bytes, looked at, and forgotten when this closes`
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
    const parts = sound || problem ? [faultsOf(shown, decide, chooser)] : [];
    if (sound) parts.push(...remarksOf(shown, decide));
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
