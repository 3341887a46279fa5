// The instruments beside the network: diagnosis, slope tiles, stability limit, gradient check, sum over paths. The
// large ones are loaded when they are asked for. None of them changes the run.

import { htmlWriter, syncAttribute } from "../dom/elements.js";
import { lazyView, loadStyle, withStyles } from "../dom/lazy.js";
import { isTable } from "../run/values.js";
import { Problem } from "../session/api.js";
import { createStore } from "../session/store.js";
import { createLongPress, parameterAt, parameterOf } from "./longpress.js";
import { createStabilityLimit } from "./stabilitylimit.js";

const FIELDS = "dialog, select, textarea, input:not([type=range])";
const TILE_CHOICES = [
  ["output", "output"],
  ["slope", "slope f′"],
  ["gradient", "gradient"],
  ["all", "all three"],
];
/**
 * @param {{reader: any, commands: any, api: any, catalog: any, app: HTMLElement, find: (id: string) => HTMLElement,
 *   redraw: () => void, on: any, overlapsTile: (box: DOMRect) => boolean, beside: (config: any) => void}} of
 *   overlapsTile: whether a box lies over a tile; beside: opens another setup beside the run
 */
export async function createInstruments({
  reader: page,
  commands,
  api,
  catalog,
  app,
  find,
  redraw,
  on,
  overlapsTile,
  beside,
}) {
  await loadStyle("instruments/instruments");
  const store = createStore(
    /** @type {any} */ ({
      tiles: "output",
      truth: null,
      slopeTiles: {},
      checked: null,
      checks: null,
      paths: null,
      limit: null,
    }),
  );
  const { set } = store;
  const { get, subscribe } = store.reader;
  subscribe(redraw);
  const show = htmlWriter();
  const stage = find("stage");
  const section = (id, className, label, parent) => {
    const created = document.createElement("section");
    Object.assign(created, { id, className, hidden: true });
    created.setAttribute("aria-label", label);
    parent.append(created);
    return created;
  };
  const bar = section("tiles", "instrument-bar", "Tiles", find("stage-tools"));
  const legend = section("instrument-legend", "instrument-legend", "Colours of the tiles", stage);
  const diagnosisLine = section("diagnosis", "diagnosis", "Diagnosis", stage);
  diagnosisLine.setAttribute("aria-live", "polite");
  const diagnosis = lazyView(
    mayHaveFinding,
    async () =>
      (await import("./diagnosis.js")).createDiagnosisLine(diagnosisLine, { page, commands, catalog, stage, beside }),
    redraw,
  );
  const stabilityLimit = createStabilityLimit(find("learning-rate-control"), { api, set, get, page, redraw });
  let last = null; // the View that is drawn
  let shownRun = null;
  const loaded = {}; // the instruments of INSTRUMENTS that were loaded

  /** The server's answer, or null where it refuses (then a message says so) or cannot be reached. */
  async function ask(name, query = "") {
    const { run } = page.get();
    try {
      const answer = await api.instrument(run.id, name, query);
      return page.get().run === run ? answer : null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (page.get().run === run && error.kind !== "unknown-run")
        commands.notify({ bold: "That could not be measured.", text: error.errors[0]?.message ?? error.message });
      return null;
    }
  }

  const context = {
    get,
    set,
    page,
    commands,
    ask,
    find,
    app,
    stage,
    on,
    redraw,
    view: () => last,
    overlapsTile,
  };
  async function load(name) {
    loaded[name] ??= loadInstrument(name).then((module) => module.create(context));
    try {
      loaded[name] = await loaded[name];
    } catch (error) {
      delete loaded[name]; // the server is away: the next time again
      throw error;
    }
    return loaded[name];
  }
  const ifLoaded = (name) => (loaded[name]?.render ? loaded[name] : null);

  // ------------------------------------------------------------------ commands

  const canMeasure = () => {
    const { run, offline, lostRun, divergence, playing } = page.get();
    if (!run || offline || lostRun) return false;
    if (playing) commands.pause();
    if (get().tiles === "all") set({ tiles: "output" });
    return !divergence;
  };

  async function checkParameter(selection) {
    if (canMeasure()) (await load("gradientCheck")).checkParameter(selection);
  }

  async function checkAll() {
    if (canMeasure()) (await load("gradientCheck")).check();
  }

  async function setTiles(name) {
    if (!page.get().run || !TILE_CHOICES.some(([known]) => known === name)) return;
    if (name !== "output") await load("slopes");
    if (get().paths && name === "all") ifLoaded("pathSum").end();
    set(name === "all" ? { tiles: name, checked: null, checks: null } : { tiles: name }); // they lie over one large graph
  }

  let tileQueue = Promise.resolve();
  function showNextTiles() {
    tileQueue = tileQueue.then(() => {
      const names = choices().map(([name]) => name);
      return setTiles(names[(names.indexOf(get().tiles) + 1) % names.length]);
    });
  }

  const choices = () =>
    page.get().size === "wide" && !page.get().lesson ? TILE_CHOICES : TILE_CHOICES.filter(([name]) => name !== "all");

  async function sumOverPaths(off) {
    if (!off) ifLoaded("pathSum")?.end();
    else if (canMeasure()) (await load("pathSum")).begin();
  }

  const endCheck = () => set({ checked: null });
  /** Escape in the graph would be the graph's own; what lies over it comes first. */
  const leavesGraph = (target) => Boolean(target.closest(".graph")) && closeTopmost();
  function closeTopmost() {
    const { checked, checks, paths, tiles: shownTiles } = get();
    if (checked) endCheck();
    else if (checks) set({ checks: null });
    else if (paths) ifLoaded("pathSum").end();
    else if (shownTiles === "all") set({ tiles: "output" });
    else return false;
    return true;
  }

  createLongPress(find("graph"), { checkParameter, isChecking: () => Boolean(get().checked), end: endCheck });

  // ------------------------------------------------------------------ keys and buttons

  const shortcuts = {
    h(target) {
      if (get().checked) return endCheck();
      const parameter = parameterAt(target) ?? parameterOf(page.get().selection);
      if (!parameter) return false;
      checkParameter(parameter);
    },
    g: checkAll,
    v: showNextTiles,
  };
  addEventListener(
    "keydown",
    (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest(FIELDS)) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const handled =
        (get().paths && ifLoaded("pathSum")?.key(key, event)) || (key === "Escape" && leavesGraph(target));
      const shortcut = shortcuts[key];
      if (!handled && (!shortcut || !page.get().letters || shortcut(target) === false)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  find("transport").addEventListener(
    "click",
    (event) => {
      const command = /** @type {HTMLElement} */ (event.target).closest("[data-do]")?.getAttribute("data-do");
      if (get().paths && command && ifLoaded("pathSum")?.transport(command)) event.stopPropagation();
    },
    true,
  );
  bar.addEventListener("click", (event) => {
    const command = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset.tool;
    if (command === "check") checkAll();
    if (command === "hold") shortcuts.h(bar);
  });
  bar.addEventListener("change", ({ target }) => setTiles(/** @type {HTMLSelectElement} */ (target).value));
  // ------------------------------------------------------------------ the switch in the tape's heading

  const recordSwitch = document.createElement("button");
  Object.assign(recordSwitch, { type: "button", className: "record" });
  recordSwitch.setAttribute("role", "switch");
  recordSwitch.innerHTML = '<i class="toggle" aria-hidden="true"></i><span></span>';
  recordSwitch.setAttribute("aria-label", "Recording");
  find("record-place").append(recordSwitch);
  recordSwitch.addEventListener("click", () => {
    if (recordSwitch.getAttribute("aria-disabled") === "true") return;
    const sums = recordSwitch.closest("details");
    sums.querySelector("summary").focus({ preventScroll: true });
    sums.open = false; // they would lie over what is shown now
    sumOverPaths(!get().paths);
  });

  function renderSwitch(view) {
    const on = !get().paths || Boolean(get().paths.refused);
    const available = Boolean(view.step) && !page.get().offline;
    syncAttribute(recordSwitch, "aria-checked", String(on));
    syncAttribute(recordSwitch, "aria-disabled", available ? null : "true");
    const title = !available
      ? "Recording: can be switched off once there is a step"
      : on
        ? "Recording: switch it off, and see what the gradient takes without the tape"
        : "Recording is off: every path is multiplied out again";
    if (recordSwitch.title !== title) recordSwitch.title = title;
    const text = on ? "recording" : "off";
    if (recordSwitch.lastElementChild.textContent !== text) recordSwitch.lastElementChild.textContent = text;
  }

  // ------------------------------------------------------------------ drawing

  /** The View for the graph: with slope tiles, and nothing selected while an instrument is active. */
  function graphView(view) {
    last = view;
    const { checked, checks, paths } = get();
    let next = ifLoaded("slopes")?.graphView(view) ?? view;
    if (checked || checks || paths?.data) {
      const update = view.ops[view.operation]?.phase === "update";
      const back = paths?.data ? view.ops.findLastIndex((op) => op.phase !== "update" && op.phase !== "backward") : -1;
      next = { ...next, selection: null, hover: checked || paths?.data ? null : next.hover };
      if (paths?.data && back >= 0) next = { ...next, operation: back, progress: 1, playbackMode: "operations" };
      else if (update) next = { ...next, operation: view.operation - 1, progress: 1 };
    }
    return next;
  }

  /** After the graph is painted: what lies over it. */
  function onRender(scene) {
    ifLoaded("gradientCheck")?.onRender(scene);
    ifLoaded("pathSum")?.onRender(scene);
    ifLoaded("slopes")?.onRender(scene);
  }

  function caption(view) {
    return (
      ifLoaded("gradientCheck")?.caption(view) ??
      ifLoaded("pathSum")?.caption(view) ??
      ifLoaded("slopes")?.caption(view) ??
      null
    );
  }

  function render(view, state) {
    if (state.run !== shownRun) {
      shownRun = state.run;
      set({ checked: null, checks: null, slopeTiles: {}, truth: null });
      if (get().paths) ifLoaded("pathSum")?.end();
    }
    const { checked, checks, paths, tiles: shownTiles } = get();
    const active = Boolean(checked || checks || paths);
    stage.classList.toggle("has-instrument", active);
    const beside = Boolean(checked || paths?.data || paths?.refused);
    find("side").classList.toggle("shows-instrument", beside);
    if (beside)
      find("side").tabIndex = 0; // it may scroll
    else find("side").removeAttribute("tabindex");
    stage.classList.toggle("checking", Boolean(checked || paths?.data));
    app.classList.toggle("tiles-all", shownTiles === "all" && choices().length === TILE_CHOICES.length);
    if (shownTiles === "all" && choices().length < TILE_CHOICES.length) setTiles("slope");
    syncAttribute(find("graph"), "data-tiles", shownTiles);
    renderBar(view, state, shownTiles);
    renderLegend(view, active);
    renderSwitch(view);
    diagnosis.render({ view, state, limit: get().limit });
    for (const name of ["gradientCheck", "pathSum", "slopes"]) ifLoaded(name)?.render(view, state);
    stabilityLimit.render(view, state);
  }

  function renderBar(view, state, shownTiles) {
    const table = isTable(view);
    const idle = !get().checked && !get().paths;
    const parameter = idle && parameterOf(state.selection);
    const tileChoice = table
      ? ""
      : `<label>Tiles show <select aria-label="Tiles show">${choices()
          .map(([name, text]) => `<option value="${name}"${name === shownTiles ? " selected" : ""}>${text}</option>`)
          .join("")}</select></label>`;
    const checkButton = state.divergence
      ? ""
      : parameter
        ? `<button type="button" class="link" data-tool="hold" title="The network is run again, a little to both sides of it (H)">± move this ${parameter.kind}</button>`
        : idle && !get().checks
          ? '<button type="button" class="link" data-tool="check" title="Every gradient against two runs of the network (G)">Check gradients</button>'
          : "";
    show(bar, state.offline || !state.unfolded ? "" : `${checkButton}${tileChoice}`);
  }

  function renderLegend(view, active) {
    const words =
      (active ? (ifLoaded("gradientCheck")?.legend() ?? ifLoaded("pathSum")?.legend()) : null) ??
      ifLoaded("slopes")?.legend(view) ??
      "";
    show(legend, words);
    stage.classList.toggle("replaces-legend", Boolean(words));
  }

  function tick(elapsed) {
    ifLoaded("pathSum")?.tick(elapsed);
  }

  return { graphView, onRender, caption, render, escape: closeTopmost, tick };
}

/** A network that has just been made has nothing to say while the server calls it healthy. */
const mayHaveFinding = ({ state: { trainedStep, run, config }, limit }) =>
  trainedStep > 0 || run.evaluation?.health?.status !== "healthy" || config.dropout === 1 || limit?.exact;

const INSTRUMENTS = {
  gradientCheck: () => import("./gradientcheck.js"),
  slopes: () => import("./slopetiles.js"),
  pathSum: () => import("./pathsum.js"),
};

/** An instrument with its style, which comes before a lesson's. */
async function loadInstrument(name) {
  return withStyles(INSTRUMENTS[name](), ["instruments/overlay"], "lessons/lesson");
}
