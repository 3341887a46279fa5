// The composition root: puts the page together, and says in which order it is drawn. Nobody imports it.

import { createGradientChart, createLossChart } from "./charts/curves.js";
import { local, matchesMedia, screenSize, session } from "./dom/browser.js";
import { deedLater, later, loadStyle } from "./dom/lazy.js";
import { applyPageZoom } from "./dom/pagezoom.js";
import { createGraph } from "./network/graph.js";
import { createStats } from "./network/layerstats.js";
import { createCaption, createCaptionFold } from "./page/caption.js";
import { createFrames, createScheduler } from "./page/frames.js";
import { listenToKeys } from "./page/keyboard.js";
import { createNotices } from "./page/notices.js";
import { createPrint } from "./page/print.js";
import { createPlacement, createShell } from "./page/shell.js";
import { createPlane } from "./plane/plane.js";
import { SPEEDS } from "./run/clock.js";
import { isTable } from "./run/values.js";
import { createViewer } from "./run/view.js";
import { createApi } from "./session/api.js";
import { createCommands } from "./session/commands.js";
import { createStore, initialState } from "./session/store.js";
import { createControls } from "./setup/controls.js";
import { createUpload } from "./setup/upload.js";
import { createTape } from "./tape/tape.js";

applyPageZoom();
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const root = document.documentElement;
const app = find("app");
const catalog = JSON.parse(find("catalog").textContent);
/** @returns {HTMLElement} */
const one = (selector) => app.querySelector(selector);
/** @returns {HTMLElement[]} */
const all = (selector) => [...app.querySelectorAll(selector)];

const screen = () => ({
  theme: root.dataset.theme,
  reduced: matchesMedia("(prefers-reduced-motion: reduce)"),
  size: screenSize(),
});
const store = createStore(initialState({ catalog, local, speeds: SPEEDS.length, screen: screen() }));
const { reader } = store;

const api = createApi({
  root: root.dataset.root ?? "",
  onOffline: (seconds) => actions.away(seconds),
  onOnline: () => actions.returned(),
});
const address = {
  read: () => location.search,
  write: (query) => {
    if (query !== location.search) history.replaceState(null, "", query || location.pathname);
  },
};
const actions = createCommands({ store, api, catalog, session, local, address });

/* ---------- the page's parts ---------- */

const { redraw, start } = createFrames({
  state: reader.get,
  tick(elapsed) {
    actions.tick(elapsed);
    bench?.tick(elapsed);
  },
  follow: actions.follow,
  draw,
});

/** Instruments come once the page is there. @type {any} */
let bench = null;

const help = deedLater(async () => (await import("./page/help.js")).createHelp(find("help"), actions, reader.get));
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
const graph = createGraph(find("graph"), { ...on, painted: (scene) => bench?.painted(scene) });
const stats = createStats(find("stats"));
const tape = createTape(find("operations"), on);
const plane = createPlane(find("plane"), on);
const band = later(
  () => true,
  async () => (await import("./tape/stepchart.js")).createTimelineBand(find("timeline"), on),
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
    const [{ createBreakdown }] = await Promise.all([import("./charts/divergence.js"), loadStyle("charts/divergence")]);
    return createBreakdown(find("divergence"), find("trials"), on);
  },
  redraw,
);
const helpBars = later(
  (view) => Boolean(view.step),
  async () => (await import("./charts/updatebars.js")).createHelpBars(find("help-bars")),
  redraw,
);
const charts = [confusion, helpBars, breakdown, createLossChart(find("loss"))];
const gradients = createGradientChart(find("gradient"));
const controls = createControls(app, catalog, {
  config: () => ({ ...reader.get().config, ...reader.get().pending }),
  change: actions.change,
  restart: actions.restart,
  collect: actions.collect,
  measure: (run, steps) => api.instrument(run, "scaling", `steps=${steps}`),
});
const notices = createNotices(find, { ...actions, tryNow: api.tryNow, help, download });
const ownFiles = createUpload(find, async () => {
  const [{ createUploadDialog }] = await Promise.all([import("./setup/table.js"), loadStyle("setup/table")]);
  return createUploadDialog(find, catalog, {
    look: api.inspect,
    use: actions.useTable,
    pause: actions.pause,
    state: reader.get,
  });
});
const takeAway = later(
  (state) => state.setup,
  async () => ({ render: (await import("./page/export.js")).createExport(find("takeaway"), api.exportUrl) }),
  () => takeAway.render(reader.get()),
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
    store: reader,
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

reader.subscribe(redraw);

const shell = createShell(app, find, actions.pendingWords);
const telling = createCaption(find, { instruments: () => bench, chapters: () => chapters });
const seat = createPlacement(find, graph.covers);
const turns = createScheduler();

function draw(current = reader.get()) {
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
  graph.render(bench?.graphView(onStage) ?? onStage, due);
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
  bench?.render(view, current);
  if (due("caption")) telling.say(view, current);
}

createPrint(app, {
  size: () => reader.get().size,
  layoutForPrint(size, theme) {
    actions.environment({ size, theme });
    draw({ ...reader.get(), playing: false }); // whole, not by turns
  },
});

/** Back from the story: the operation and the selection that were left. */
async function settle() {
  if (!location.hash.includes("op=")) return;
  await whys.fetched();
  const place = chapters?.readPlace(location.hash);
  const { ops } = viewOf(reader.get(), actions.history());
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

createCaptionFold(find("caption"));

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
    if (!reader.get().away) lesson().then((made) => made.open(door.dataset.experiment));
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
  const { pending } = reader.get();
  actions.undo();
  actions.setup(false);
  lesson().then((made) => made.compare(pending));
});
find("letters").addEventListener("click", actions.letters);
listenToKeys(actions, reader.get, {
  focus: (id) => find(id).focus(),
  help,
  escape() {
    const { setup, selection } = reader.get();
    if (setup) actions.setup(false);
    else if (bench?.escape()) return true;
    else if (selection) actions.select(null);
    else return Boolean(lessons?.escape());
    return true;
  },
});
const resized = () => {
  applyPageZoom();
  const size = screenSize();
  if (size !== reader.get().size) actions.environment({ size });
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
  if (document.hidden && reader.get().playing) actions.pause();
});

/** The run as a file: setup, changes and the steps that are kept here. */
function download() {
  const url = URL.createObjectURL(new Blob([JSON.stringify(actions.save())], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `run-step-${reader.get().at}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** The story's last chapter shows the run that was left here. */
addEventListener("pagehide", () => {
  if (reader.get().run) session.set("left", JSON.stringify({ step: reader.get().at, address: location.search }));
});

start();
const asked = new URLSearchParams(location.search).get("experiment");
if (asked)
  lesson()
    .then((made) => made.begin(asked))
    .then(settle);
else actions.begin().then(settle);
import("./instruments/instruments.js").then(async ({ createBench }) => {
  const beside = (config) => lesson().then((made) => made.compare(config));
  bench = await createBench({
    store: reader,
    actions,
    api,
    catalog,
    app,
    find,
    on,
    redraw,
    covers: graph.covers,
    beside,
  });
  redraw();
});
