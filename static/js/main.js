// The composition root: puts the page together, and says in which order it is drawn. Nobody imports it.

import { createGradientChart, createLossChart } from "./charts/curves.js";
import { local, media, session, sizeNow } from "./dom/browser.js";
import { deedLater, later, loadStyle } from "./dom/lazy.js";
import { enlarge } from "./dom/pagezoom.js";
import { createGraph } from "./network/graph.js";
import { createLayerStats } from "./network/layerstats.js";
import { createFold, createTelling } from "./page/caption.js";
import { createFrames, createTurns } from "./page/frames.js";
import { listen } from "./page/keyboard.js";
import { createNotices } from "./page/notices.js";
import { createPaper } from "./page/print.js";
import { createSeat, createShell } from "./page/shell.js";
import { createPlane } from "./plane/plane.js";
import { SPEEDS } from "./run/clock.js";
import { isTable } from "./run/values.js";
import { createViewer } from "./run/view.js";
import { createApi } from "./session/api.js";
import { createActions } from "./session/commands.js";
import { createStore } from "./session/store.js";
import { createControls } from "./setup/controls.js";
import { createOwnFiles } from "./setup/upload.js";
import { createTape } from "./tape/tape.js";

enlarge();
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const root = document.documentElement;
const app = find("app");
const catalog = JSON.parse(find("catalog").textContent);
/** @returns {HTMLElement} */
const one = (selector) => app.querySelector(selector);
/** @returns {HTMLElement[]} */
const all = (selector) => [...app.querySelectorAll(selector)];

const visited = local.get("visited");

const store = createStore({
  catalog,
  run: null,
  samples: null,
  base: null,
  config: null,
  changes: [],
  at: 0,
  op: 0,
  t: 1,
  moving: false,
  playing: false,
  speed: Math.min(SPEEDS.length - 1, Number(local.get("speed") ?? 1) || 1),
  clock: 0,
  rate: 0,
  position: 0,
  furthest: 0,
  broken: null,
  epoch: 0,
  first: Number.NaN,
  spotlight: { index: 0 },
  selection: null,
  hover: null,
  hoverRef: null,
  band: "operations",
  away: null,
  strip: null,
  busy: null,
  pending: null,
  setup: false,
  tab: "network",
  stopped: null,
  gone: null,
  tables: [],
  lesson: null,
  visit: visited === "all" ? null : (visited ?? "").split(" ").filter(Boolean),
  letters: local.get("letters") !== "off",
  theme: root.dataset.theme,
  reduced: media("(prefers-reduced-motion: reduce)"),
  size: sizeNow(),
  version: 0,
});

const api = createApi({
  root: root.dataset.root ?? "",
  onAway: (seconds) => actions.away(seconds),
  onBack: () => actions.returned(),
});
const address = {
  read: () => location.search,
  write: (query) => {
    if (query !== location.search) history.replaceState(null, "", query || location.pathname);
  },
};
const actions = createActions({ store, api, catalog, session, local, address });

/* ---------- the page's parts ---------- */

const { redraw, start } = createFrames({
  state: store.get,
  tick(elapsed) {
    actions.tick(elapsed);
    instruments?.tick(elapsed);
  },
  follow: actions.follow,
  draw,
});

/** Instruments come once the page is there. @type {any} */
let instruments = null;

const help = deedLater(async () => (await import("./page/help.js")).createHelp(find("help"), actions, store.get));
const on = {
  select: actions.select,
  hover: actions.hover,
  hoverRef: actions.hoverRef,
  structure: ({ hidden }) => actions.restart({ hidden }),
  spotlight: actions.spotlight,
  scrub: actions.scrub,
  move: (direction) => (direction > 0 ? actions.forward() : actions.back()),
  zoom: actions.zoom,
  goto: actions.scrubSteps,
  changes() {
    actions.tab("output");
    requestAnimationFrame(() => find("walk").scrollIntoView({ block: "nearest" }));
  },
  scatter: (scatter) => actions.environment({ scatter }),
  help: () => {},
};
const graph = createGraph(find("graph"), { ...on, onRender: (scene) => instruments?.onRender(scene) });
const stats = createLayerStats(find("stats"));
const tape = createTape(find("operations"), on);
const plane = createPlane(find("plane"), on);
const band = later(
  () => true,
  async () => (await import("./tape/stepchart.js")).createStepChart(find("timeline"), on),
  redraw,
);
const inspector = later(
  (view) => Boolean(view.selection) || view.run.parameters[`b${view.run.config.hidden.length + 1}`].length > 1,
  async () => {
    const sheets = ["inspector", "unit"];
    const [{ createInspector }] = await Promise.all([
      import("./inspector/inspector.js"),
      ...sheets.map((name) => loadStyle(`inspector/${name}`, "tape/tape")),
    ]);
    return createInspector(find("inspector"), on);
  },
  redraw,
);
const confusion = later(
  isTable,
  async () => {
    const [{ createConfusion }] = await Promise.all([
      import("./charts/confusion.js"),
      loadStyle("charts/confusion", "page/side"),
    ]);
    return createConfusion(find("confusion"));
  },
  redraw,
);
const breakdown = later(
  (view) => Boolean(view.stopped),
  async () => {
    const [{ createDivergence }] = await Promise.all([
      import("./charts/divergence.js"),
      loadStyle("charts/divergence"),
    ]);
    return createDivergence(find("divergence"), find("trials"), on);
  },
  redraw,
);
const helpBars = later(
  (view) => Boolean(view.step),
  async () => (await import("./charts/updatebars.js")).createUpdateBars(find("help-bars")),
  redraw,
);
const charts = [confusion, helpBars, breakdown, createLossChart(find("loss"))];
const gradients = createGradientChart(find("gradient"));
const controls = createControls(app, catalog, {
  config: () => ({ ...store.get().config, ...store.get().pending }),
  change: actions.change,
  restart: actions.restart,
  collect: actions.collect,
  measure: (run, steps) => api.instrument(run, "scaling", `steps=${steps}`),
});
const notices = createNotices(find, { ...actions, tryNow: api.tryNow, help, download });
const ownFiles = createOwnFiles(find, async () => {
  const [{ createOwnTable }] = await Promise.all([import("./setup/table.js"), loadStyle("setup/table")]);
  return createOwnTable(find, catalog, {
    look: api.inspect,
    use: actions.useTable,
    pause: actions.pause,
    state: store.get,
  });
});
const takeAway = later(
  (state) => state.setup,
  async () => ({ render: (await import("./page/export.js")).createTakeAway(find("takeaway"), api.exportOf) }),
  () => takeAway.render(store.get()),
);
/** The chapters of the story, for the captions' "why?". @type {any} */
let chapters = null;
const whys = later(
  (view) => Boolean(view.step),
  async () => {
    chapters = await import("./story/chapters.js");
    return { render() {} };
  },
  redraw,
);
/** What a reader will want next is here before the server can be away: after the first sign of one. */
const awaken = () => {
  for (const part of [inspector, whys, band, takeAway, breakdown, helpBars]) part.fetched();
};
for (const sign of ["pointerdown", "keydown", "wheel"]) addEventListener(sign, awaken, { once: true, passive: true });
const viewOf = createViewer();

/** Experiments, cures and comparisons come when they are asked for. @type {any} */
let lessons = null;
async function lesson() {
  lessons ??= await (await import("./lessons/lesson.js")).createLessons({
    store,
    actions,
    api,
    catalog,
    app,
    find,
    on,
    redraw,
  });
  return lessons;
}

/* ---------- drawing ---------- */

store.subscribe(redraw);

const shell = createShell(app, find, actions.pendingWords);
const telling = createTelling(find, { instruments: () => instruments, chapters: () => chapters });
const seat = createSeat(find, graph.overlapsTile);
const turns = createTurns();

function draw(current = store.get()) {
  const view = viewOf(current, actions.history());
  const due = turns(view, current);
  if (due("shell") && shell(current, view)) {
    ownFiles(current);
    takeAway.render(current);
    controls.render(current);
    notices.render(current);
    telling.legend(view);
  }
  if (due("caption")) telling.caption(view, current);
  if (!view.run || current.gone) return;
  const onStage = lessons?.graphView(view) ?? view;
  graph.render(instruments?.graphView(onStage) ?? onStage, due);
  if (current.band === "steps") band.render(view);
  else if (due("tape")) tape.render(view);
  const rescue = current.stopped && !current.selection;
  whys.render(view);
  inspector.render(rescue ? { ...view, step: null, selection: null } : view);
  seat(view, current.size);
  if (due("stats") && (current.size !== "phone" || current.tab === "layers")) stats.render(view);
  if (due("plane")) plane.render(view);
  if (due("charts")) for (const chart of charts) chart.render(view);
  if (due("gradients")) gradients.render(view);
  lessons?.render(view);
  instruments?.render(view, current);
  if (due("caption")) telling.say(view, current);
}

createPaper(app, {
  size: () => store.get().size,
  lay(size, theme) {
    actions.environment({ size, theme });
    draw({ ...store.get(), playing: false }); // whole, not by turns
  },
});

/** Back from the story: the operation and the selection that were left. */
async function settle() {
  if (!location.hash.includes("op=")) return;
  await whys.fetched();
  const place = chapters?.readPosition(location.hash);
  const { ops } = viewOf(store.get(), actions.history());
  const op = place ? ops.findIndex((each) => each.names.includes(place.op)) : -1;
  if (op < 0) return;
  history.replaceState(null, "", location.pathname + location.search);
  actions.scrub(op);
  if (place.selection) actions.select(place.selection);
}

/* ---------- what the reader does ---------- */

/** The thumb bar's second row, on a phone: new seed, epoch, speed, help, light or dark. */
function more() {
  const open = app.classList.toggle("more-open");
  one(".moreb").setAttribute("aria-expanded", String(open));
}

createFold(find("caption"));

const deeds = {
  more,
  reset: actions.reset,
  seed: actions.seed,
  back: actions.back,
  play: actions.toggle,
  forward: actions.forward,
  batch: actions.batch,
  epoch: actions.epoch,
  setup: () => actions.setup(),
  help,
  theme: actions.theme,
};
app.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const door = /** @type {HTMLElement|null} */ (target.closest("a[data-experiment]"));
  if (door && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    if (!store.get().away) lesson().then((made) => made.open(door.dataset.experiment));
    return;
  }
  /** @type {HTMLElement|null} */
  const button = target.closest("[data-do], [data-tab][role=tab]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  if (button.dataset.do) deeds[button.dataset.do]();
  else actions.tab(button.dataset.tab);
});
one(".tabs").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const tabs = all("[role=tab]");
  const next =
    tabs[(tabs.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + by + tabs.length) % tabs.length];
  actions.tab(next.dataset.tab);
  next.focus();
});
find("transport").addEventListener("keydown", (event) => {
  // a toolbar's arrows step operations here (SPEC §7); Tab goes from button to button
  if (event.target === find("speed") && /^Arrow/.test(event.key)) event.stopPropagation();
});
find("speed").addEventListener("input", () =>
  actions.speed(Number(/** @type {HTMLInputElement} */ (find("speed")).value)),
);
find("apply").addEventListener("click", actions.apply);
find("undo").addEventListener("click", actions.undo);
find("compare").addEventListener("click", () => {
  const { pending } = store.get();
  actions.undo();
  actions.setup(false);
  lesson().then((made) => made.compare(pending));
});
find("letters").addEventListener("click", actions.letters);
listen(actions, store.get, {
  focus: (id) => find(id).focus(),
  help,
  escape() {
    const { setup, selection } = store.get();
    if (setup) actions.setup(false);
    else if (instruments?.escape()) return true;
    else if (selection) actions.select(null);
    else return Boolean(lessons?.escape());
    return true;
  },
});
const resized = () => {
  enlarge();
  const size = sizeNow();
  if (size !== store.get().size) actions.environment({ size });
  redraw();
};
addEventListener("resize", resized);
matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", (event) =>
  actions.environment({ reduced: event.matches }),
);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
  if (!local.get("theme")) actions.environment({ theme: event.matches ? "dark" : "light" });
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden && store.get().playing) actions.pause();
});

/** The run as a file: setup, changes and the steps that are kept here. */
function download() {
  const url = URL.createObjectURL(new Blob([JSON.stringify(actions.save())], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `run-step-${store.get().at}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** The story's last chapter shows the run that was left here. */
addEventListener("pagehide", () => {
  if (store.get().run) session.set("left", JSON.stringify({ step: store.get().at, address: location.search }));
});

start();
const asked = new URLSearchParams(location.search).get("experiment");
if (asked)
  lesson()
    .then((made) => made.begin(asked))
    .then(settle);
else actions.begin().then(settle);
import("./instruments/instruments.js").then(async ({ createInstruments }) => {
  const beside = (config) => lesson().then((made) => made.compare(config));
  instruments = await createInstruments({
    store,
    actions,
    api,
    catalog,
    app,
    find,
    on,
    redraw,
    overlapsTile: graph.overlapsTile,
    beside,
  });
  redraw();
});
