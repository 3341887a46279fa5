// Instruments that lie beside the network: what ails it, flipped tiles, the limit of the rate, an edge held, recording off.
// What is large comes when it is asked for. None of them moves the run.

import { htmlWriter, syncAttribute } from "../dom/elements.js";
import { lazyView, loadStyle } from "../dom/lazy.js";
import { isTable } from "../run/values.js";
import { Problem } from "../session/api.js";
import { createStore } from "../session/store.js";
import { createHoldGesture, parameterAt, parameterOf } from "./longpress.js";
import { createRateLimit } from "./stabilitylimit.js";

const NOT_IN_FIELDS = "dialog, select, textarea, input:not([type=range])";
const SHOWN = [
  ["output", "output"],
  ["slope", "slope f′"],
  ["gradient", "gradient"],
  ["all", "all three"],
];
/**
 * @param {{store: any, actions: any, api: any, catalog: any, app: HTMLElement, find: (id: string) => HTMLElement,
 *   redraw: () => void, on: any, covers: (box: DOMRect) => boolean, beside: (config: any) => void}} of
 *   covers: whether a box lies over a tile; beside: opens another setup beside the run
 */
export async function createBench({ store: page, actions, api, catalog, app, find, redraw, on, covers, beside }) {
  await loadStyle("instruments/instruments");
  const bench = createStore(
    /** @type {any} */ ({
      tiles: "output",
      truth: null,
      flips: {},
      held: null,
      checks: null,
      paths: null,
      limit: null,
    }),
  );
  const { set } = bench;
  const { get, subscribe } = bench.reader;
  subscribe(redraw);
  const show = htmlWriter();
  const stage = find("stage");
  const section = (id, className, label, parent) => {
    const made = document.createElement("section");
    Object.assign(made, { id, className, hidden: true });
    made.setAttribute("aria-label", label);
    parent.append(made);
    return made;
  };
  const bar = section("tiles", "bench-bar", "Tiles", stage);
  const legend = section("bench-legend", "bench-legend", "Colours of the tiles", stage);
  const line = section("diagnosis", "diagnosis", "Diagnosis", stage);
  line.setAttribute("aria-live", "polite");
  const diagnosis = lazyView(
    mayBeIll,
    async () => (await import("./diagnosis.js")).createDiagnosisLine(line, { page, actions, catalog, stage, beside }),
    redraw,
  );
  const limits = createRateLimit(find("eta"), { api, set, get, page, redraw });
  let last = null; // the View that is drawn
  let shownRun = null;
  const views = {}; // what was fetched: held, paths, flip

  /** The server's answer, or null where it says no (then it is told) or is away. */
  async function ask(name, query = "") {
    const { run } = page.get();
    try {
      const answer = await api.instrument(run.id, name, query);
      return page.get().run === run ? answer : null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (page.get().run === run && error.kind !== "unknown-run")
        actions.tell({ bold: "That could not be measured.", text: error.errors[0]?.message ?? error.message });
      return null;
    }
  }

  const tools = { get, set, page, actions, ask, find, app, stage, on, redraw, view: () => last, covers };
  async function part(name) {
    views[name] ??= dressed(name).then((module) => module.create(tools));
    try {
      views[name] = await views[name];
    } catch (error) {
      delete views[name]; // the server is away: the next time again
      throw error;
    }
    return views[name];
  }
  const here = (name) => (views[name]?.render ? views[name] : null);

  // ------------------------------------------------------------------ holding, checking, flipping, summing

  const possible = () => {
    const { run, away, gone, stopped, playing } = page.get();
    if (!run || away || gone) return false;
    if (playing) actions.pause();
    if (get().tiles === "all") set({ tiles: "output" });
    return !stopped;
  };

  async function hold(selection) {
    if (possible()) (await part("held")).hold(selection);
  }

  async function check() {
    if (possible()) (await part("held")).check();
  }

  async function tiles(name) {
    if (!page.get().run || !SHOWN.some(([known]) => known === name)) return;
    if (name !== "output") await part("flip");
    if (get().paths && name === "all") here("path").end();
    set(name === "all" ? { tiles: name, held: null, checks: null } : { tiles: name }); // they lie over one large graph
  }

  let turned = Promise.resolve();
  function nextTiles() {
    turned = turned.then(() => {
      const names = choices().map(([name]) => name);
      return tiles(names[(names.indexOf(get().tiles) + 1) % names.length]);
    });
  }

  const choices = () =>
    page.get().size === "wide" && !page.get().lesson ? SHOWN : SHOWN.filter(([name]) => name !== "all");

  async function recording(off) {
    if (!off) here("path")?.end();
    else if (possible()) (await part("path")).begin();
  }

  const endHeld = () => set({ held: null });
  /** Escape in the graph would be the graph's own; what lies over it comes first. */
  const leaves = (target) => Boolean(target.closest(".graph")) && letGo();
  function letGo() {
    const { held, checks, paths, tiles: shown } = get();
    if (held) endHeld();
    else if (checks) set({ checks: null });
    else if (paths) here("path").end();
    else if (shown === "all") set({ tiles: "output" });
    else return false;
    return true;
  }

  createHoldGesture(find("graph"), { hold, holding: () => Boolean(get().held), end: endHeld });

  // ------------------------------------------------------------------ keys and buttons

  const letters = {
    h(target) {
      if (get().held) return endHeld();
      const parameter = parameterAt(target) ?? parameterOf(page.get().selection);
      if (!parameter) return false;
      hold(parameter);
    },
    g: check,
    v: nextTiles,
  };
  addEventListener(
    "keydown",
    (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest(NOT_IN_FIELDS))
        return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const moved = (get().paths && here("path")?.key(key, event)) || (key === "Escape" && leaves(target));
      const own = letters[key];
      if (!moved && (!own || !page.get().letters || own(target) === false)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  find("transport").addEventListener(
    "click",
    (event) => {
      const deed = /** @type {HTMLElement} */ (event.target).closest("[data-do]")?.getAttribute("data-do");
      if (get().paths && deed && here("path")?.transport(deed)) event.stopPropagation();
    },
    true,
  );
  bar.addEventListener("click", (event) => {
    const { tiles: name, bench: deed } = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset ?? {};
    if (name) tiles(name);
    if (deed === "check") check();
    if (deed === "hold") letters.h(bar);
  });
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by || !(/** @type {HTMLElement} */ (event.target).dataset.tiles)) return;
    event.preventDefault();
    event.stopPropagation();
    const names = choices().map(([name]) => name);
    const next = names[(names.indexOf(get().tiles) + by + names.length) % names.length];
    tiles(next).then(() =>
      requestAnimationFrame(() => /** @type {HTMLElement} */ (bar.querySelector(`[data-tiles=${next}]`))?.focus()),
    );
  });
  // ------------------------------------------------------------------ the switch in the tape's heading

  const head = find("operations").querySelector(".tape-head h2");
  const record = document.createElement("button");
  Object.assign(record, { type: "button", className: "record" });
  record.setAttribute("role", "switch");
  record.innerHTML = '<i class="sw" aria-hidden="true"></i><span></span>';
  record.setAttribute("aria-label", "Recording");
  head?.after(record);
  record.addEventListener("click", () => {
    if (record.getAttribute("aria-disabled") !== "true") recording(!get().paths);
  });

  function renderSwitch(view) {
    const on = !get().paths || Boolean(get().paths.refused);
    const able = Boolean(view.step) && !page.get().away;
    syncAttribute(record, "aria-checked", String(on));
    syncAttribute(record, "aria-disabled", able ? null : "true");
    const title = !able
      ? "Recording: can be switched off once there is a step"
      : on
        ? "Recording: switch it off, and see what the gradient takes without the tape"
        : "Recording is off: every path is multiplied out again";
    if (record.title !== title) record.title = title;
    const text = on ? "recording" : "off";
    if (record.lastElementChild.textContent !== text) record.lastElementChild.textContent = text;
  }

  // ------------------------------------------------------------------ drawing

  /** The View for the graph: tiles flipped, nothing else selected while an instrument is held against it. */
  function graphView(view) {
    last = view;
    const { held, checks, paths } = get();
    let next = here("flip")?.graphView(view) ?? view;
    if (held || checks || paths?.data) {
      const update = view.ops[view.op]?.phase === "update";
      const back = paths?.data ? view.ops.findLastIndex((op) => op.phase !== "update" && op.phase !== "backward") : -1;
      next = { ...next, selection: null, hover: held || paths?.data ? null : next.hover };
      if (paths?.data && back >= 0) next = { ...next, op: back, t: 1, mode: "operations" };
      else if (update) next = { ...next, op: view.op - 1, t: 1 };
    }
    return next;
  }

  /** After the graph is painted: what lies over it. */
  function painted(scene) {
    here("held")?.painted(scene);
    here("path")?.painted(scene);
    here("flip")?.painted(scene);
  }

  function caption(view) {
    return here("held")?.caption(view) ?? here("path")?.caption(view) ?? here("flip")?.caption(view) ?? null;
  }

  function render(view, state) {
    if (state.run !== shownRun) {
      shownRun = state.run;
      set({ held: null, checks: null, flips: {}, truth: null });
      if (get().paths) here("path")?.end();
    }
    const { held, checks, paths, tiles: shown } = get();
    const busy = Boolean(held || checks || paths);
    stage.classList.toggle("benched", busy);
    const beside = Boolean(held || paths?.data || paths?.refused);
    find("side").classList.toggle("of-bench", beside);
    if (beside)
      find("side").tabIndex = 0; // it may scroll
    else find("side").removeAttribute("tabindex");
    stage.classList.toggle("holding", Boolean(held || paths?.data));
    app.classList.toggle("tiles-all", shown === "all" && choices().length === SHOWN.length);
    if (shown === "all" && choices().length < SHOWN.length) tiles("slope");
    syncAttribute(find("graph"), "data-tiles", shown);
    renderBar(view, state, shown);
    renderLegend(view, busy);
    renderSwitch(view);
    diagnosis.render({ view, state, limit: get().limit });
    for (const name of ["held", "path", "flip"]) here(name)?.render(view, state);
    limits.render(view, state);
  }

  function renderBar(view, state, shown) {
    const table = isTable(view);
    const free = !get().held && !get().paths;
    const parameter = free && parameterOf(state.selection);
    const radios = table
      ? ""
      : `<div role="radiogroup" aria-label="Tiles show"><b aria-hidden="true">Tiles show</b>${choices()
          .map(
            ([name, text]) =>
              `<button type="button" role="radio" aria-checked="${name === shown}" tabindex="${name === shown ? 0 : -1}" data-tiles="${name}">${text}</button>`,
          )
          .join("")}</div>`;
    const act = state.stopped
      ? ""
      : parameter
        ? `<button type="button" class="link" data-bench="hold" title="The network is run again, a little to both sides of it (H)">± move this ${parameter.kind}</button>`
        : free && !get().checks
          ? '<button type="button" class="link" data-bench="check" title="Every gradient against two runs of the network (G)">± check all</button>'
          : "";
    show(bar, state.away ? "" : `${act}${radios}`);
  }

  function renderLegend(view, busy) {
    const words =
      (busy ? (here("held")?.legend() ?? here("path")?.legend()) : null) ?? here("flip")?.legend(view) ?? "";
    show(legend, words);
    stage.classList.toggle("own-legend", Boolean(words));
  }

  function tick(elapsed) {
    here("path")?.tick(elapsed);
  }

  return { graphView, painted, caption, render, escape: letGo, tick };
}

/** A network that has just been made has nothing to say while the server calls it healthy. */
const mayBeIll = ({ state: { position, run, config }, limit }) =>
  position > 0 || run.evaluation?.health?.status !== "healthy" || config.dropout === 1 || limit?.exact;

const INSTRUMENTS = {
  held: () => import("./gradientcheck.js"),
  flip: () => import("./slopetiles.js"),
  path: () => import("./pathsum.js"),
};

/** An instrument with its style, which comes before a lesson's. */
async function dressed(name) {
  const [module] = await Promise.all([INSTRUMENTS[name](), loadStyle("instruments/overlay", "lessons/lesson")]);
  return module;
}
