// The panel of a reader's own table: looked at, decided about, used. What is in a file is only ever text here.
import { classMark, svg } from "./marks.js";
import { thousands } from "./scales.js";
import {
  cellOf,
  excerpt,
  gapsOf,
  headline,
  limitsWords,
  linesWords,
  missingChoices,
  partsOf,
  rangeOf,
  reasonOf,
  rolesOf,
  taskWords,
  toQuery,
  undecided,
  whyWords,
  withKind,
  withRole,
} from "./tabledecisions.js";

const FILES = ".csv,.tsv,.txt,text/csv,text/plain";
const ROLE = { target: "◎ target", input: "● input", "left out": "left out" };
const KIND = { number: "number", categories: "categories", text: "text", empty: "empty" };
const MODE = { binary: "two classes", multiclass: "several classes", regression: "a number" };
const SIGNS = { comma: "comma ,", semicolon: "semicolon ;", tab: "tab", point: "point .", yes: "yes", no: "no" };

/** An element with what is in it; texts become text, whatever they hold. @returns {any} */
function el(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...inside.flat(Number.POSITIVE_INFINITY).filter((part) => part !== null && part !== ""));
  return element;
}

/**
 * @param {(id: string) => HTMLElement} find @param {any} catalog
 * @param {{look: (file: Blob, query: string, signal: AbortSignal) => Promise<any>, use: (file: Blob, query: string) =>
 *   Promise<any>, pause: () => void, state: () => any}} on `look` and `use` throw what api.js calls a Problem
 */
export function createOwnTable(find, catalog, on) {
  const dialog = /** @type {HTMLDialogElement} */ (find("own"));
  const { limits, file: fields } = catalog;
  let file = null; // its bytes, in memory
  let decisions = undecided("");
  let found = null; // the last inspection
  let problem = null; // what the last answer said no to
  let busy = false;
  let asked = null;

  find("own-limits").textContent = limitsWords(limits);
  find("own-use").addEventListener("click", use);
  dialog.addEventListener("close", () => {
    asked?.abort();
    file = found = problem = null;
  });

  function take({ target: input }) {
    const [chosen] = input.files;
    input.value = ""; // the same file can be chosen again, corrected
    if (chosen) open(chosen);
  }

  /** A label that opens the file chooser; its input has the focus and the name. It answers even when redrawn meanwhile. */
  const chooser = (id, label, small) =>
    el(
      "label",
      { class: "act" },
      el("input", { type: "file", class: "sr own-file", id, accept: FILES, onchange: take }),
      label,
      el("small", {}, small),
    );

  /* ---------- the file ---------- */

  /** @param {File} chosen */
  async function open(chosen) {
    if (on.state().away) return;
    on.pause();
    const again = dialog.open && decisions.title === chosen.name; // the corrected file: what was decided still holds
    decisions = again ? { ...decisions, malformed: "refuse" } : undecided(chosen.name.slice(0, limits.name_characters));
    file = found = problem = null;
    if (!dialog.open) dialog.showModal();
    find("own-title").focus();
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
      const answer = await on.look(file, toQuery(next), mine.signal);
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
      const open = /** @type {HTMLElement} */ (dialog.querySelector(".own-error button, .own-error input, select"));
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
    const away = on.state().away;
    const sound = Boolean(found);
    dialog.setAttribute("aria-busy", String(busy));
    find("own-facts").textContent = sound
      ? `${thousands(found.lines)} lines, ${thousands(found.bytes)} bytes, looked at and not kept`
      : away
        ? "the server is away; this goes on when it is back"
        : busy
          ? "being read …"
          : "";
    find("own-title").textContent =
      `${decisions.title}${sound ? `: ${headline(found, decisions.malformed === "leave_out")}` : ""}`;
    find("own-sub").textContent = sound
      ? "Confirm what each column is. Nothing restarts before you press “Use this table”."
      : problem
        ? "This file can’t be taken as it is."
        : "";
    find("own-found").replaceChildren(
      ...(sound || problem ? [errors(), notes(), ...(sound ? [columns(), rows()] : [])] : []).filter(Boolean),
    );
    find("own-open").replaceChildren(...(sound ? [predict(), missing(), becomes(), reading()] : []).filter(Boolean));
    const reason = !sound ? (problem ? "first another file" : "") : busy ? "one moment" : reasonOf(found);
    const button = find("own-use");
    if (reason || !sound) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
    find("own-why").textContent = reason || (sound ? "your run starts anew on it" : "");
    if (!busy) find("own-said").textContent = problem?.message ?? (reason || (sound ? "Ready to be used." : ""));
    if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus({ preventScroll: true });
  }

  const errorHead = (text) => el("h3", { class: "warn" }, "✕ ", text);

  function errors() {
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

  const notes = () => (found?.notes.length ? el("p", { class: "note2" }, found.notes.join(" ")) : null);

  const head = (title, text) => el("div", { class: "own-h" }, el("h3", {}, title), el("span", {}, text));

  /** A quiet choice in place; a single possibility is only a word. */
  function pick(id, label, options, value, change) {
    if (options.length < 2) return options.find(([name]) => name === value)?.[1] ?? value;
    return el(
      "select",
      { id, "aria-label": label, onchange: (event) => change(event.target.value) },
      options.map(([name, text]) => el("option", { value: name, selected: name === value }, text)),
    );
  }

  function columns() {
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
        el("td", { class: "held" }, held(column)),
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
  function held(column) {
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

  function rows() {
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

  /* ---------- what is to be decided ---------- */

  const decision = (title, small, ...inside) =>
    el("section", { "aria-label": title }, el("h3", { class: "h" }, title, el("small", {}, small)), ...inside);
  const set = (label, ...value) =>
    el("div", { class: "set" }, el("span", {}, label), el("span", { class: "v" }, ...value));

  function predict() {
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
            pick(
              "own-target",
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
            pick(
              "own-task",
              "Task",
              tasks.map((name) => [name, MODE[name]]),
              task,
              (name) => decide({ ...decisions, task: name }),
            ),
          )
        : null,
      decisions.target
        ? ""
        : el("p", { class: "note2" }, found.target ? `Proposed: ${found.target_why}.` : `${found.target_why}.`),
    );
  }

  function missing() {
    const { rows: gaps } = found.missing;
    if (!gaps) return decision("Missing values", "none among the inputs");
    const choices = missingChoices(found.missing).map(({ value, label, text }) =>
      el(
        "label",
        { class: "opt" },
        el("input", {
          type: "radio",
          name: "own-missing",
          id: `own-missing-${value}`,
          value,
          checked: decisions.missing === value,
          onchange: () => decide({ ...decisions, missing: value }),
        }),
        el("span", {}, label, el("small", {}, text)),
      ),
    );
    const all = gaps + found.missing.remain;
    return decision(
      "Missing values",
      `${thousands(gaps)} ${gaps === 1 ? "row" : "rows"} of ${thousands(all)}`,
      el("div", { role: "radiogroup", "aria-label": "Missing values" }, choices),
    );
  }

  function becomes() {
    const { becomes: made, scaling } = found;
    if (!made) return null;
    const [train, test] = partsOf(made.rows, on.state().config?.test_fraction ?? 0);
    const row = (label, value) => el("tr", {}, el("td", {}, label), el("td", {}, value));
    return decision(
      "What it becomes",
      taskWords(made),
      network(made),
      el(
        "table",
        { class: "cmp" },
        el(
          "tbody",
          {},
          row("rows to train / to test", `${thousands(train)} / ${thousands(test)}`),
          row("inputs", String(made.columns.length)),
          made.left_out ? row("left out", made.why) : null,
          row("scaling", el("b", {}, scaling.scaling === "standard" ? "z-score" : scaling.scaling)),
        ),
      ),
      el("p", { class: "note2" }, `because ${whyWords(scaling)}`),
    );
  }

  /** The network that there will be: the columns in, the layers of the run there is, the classes out. */
  function network({ columns: inputs, classes, task }) {
    const hidden = (on.state().config?.hidden ?? []).map(({ units }) => units);
    const outputs = task === "multiclass" ? classes.length : 1;
    const widths = [inputs.length, ...hidden, outputs];
    const height = Math.max(96, Math.min(200, 26 * Math.max(...widths)));
    const root = svg("svg", { viewBox: `0 0 240 ${height + 6}`, class: "net", "aria-hidden": "true" });
    const x = (k) => 106 + (k * 118) / Math.max(1, widths.length - 1);
    const y = (k, i) => 3 + (height * (i + 0.5)) / widths[k];
    const size = Math.max(4, Math.min(16, (0.62 * height) / Math.max(...widths), 80 / widths.length));
    for (let k = 1; k < widths.length; k++)
      for (let i = 0; i < widths[k - 1]; i++)
        for (let j = 0; j < widths[k]; j++) {
          const [a, b, half] = [x(k - 1) + size / 2, x(k) - size / 2, (x(k) - x(k - 1)) / 2];
          svg(
            "path",
            { d: `M${a} ${y(k - 1, i)}C${a + half * 0.7} ${y(k - 1, i)} ${b - half * 0.7} ${y(k, j)} ${b} ${y(k, j)}` },
            root,
          );
        }
    widths.forEach((width, k) => {
      for (let i = 0; i < width; i++)
        svg("rect", { x: x(k) - size / 2, y: y(k, i) - size / 2, width: size, height: size, rx: size / 4 }, root);
    });
    inputs.forEach((name, i) => {
      const text = svg("text", { x: x(0) - size / 2 - 6, y: y(0, i) + 3.5, "text-anchor": "end" }, root);
      text.textContent = name.length > 16 ? `${name.slice(0, 15)}…` : name.replaceAll("_", " ");
      svg("title", { text: name }, text);
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

  function reading() {
    const chosen = (name, label) => {
      const names = fields[name].choices.filter((value) => value !== "auto");
      const value = decisions[name] === "auto" ? found[name] : decisions[name];
      return set(
        label,
        pick(
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

  return {
    open,
    /** @param {any} state */
    render({ away }) {
      if (dialog.open && Boolean(away) !== dialog.classList.contains("is-away")) render();
      dialog.classList.toggle("is-away", Boolean(away));
    },
  };
}
