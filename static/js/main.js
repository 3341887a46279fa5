// The composition root of the playground: creates all parts, connects them, and draws them in order. Nobody imports it.

import { createGradientChart, createLossChart } from "./charts/curves.js";
import { local, matchesMedia, screenSize, session } from "./dom/browser.js";
import { lazyCommand, lazyView, loadStyle } from "./dom/lazy.js";
import { applyPageZoom } from "./dom/pagezoom.js";
import { createGraph } from "./network/graph.js";
import { createLayerStats } from "./network/layerstats.js";
import { createCaption, createCaptionFold } from "./page/caption.js";
import { createFrames, createScheduler } from "./page/frames.js";
import { listenToKeys } from "./page/keyboard.js";
import { createNotices } from "./page/notices.js";
import { createPrint } from "./page/print.js";
import { createPlacement, createShell, listenToScreen, listenToShell } from "./page/shell.js";
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

const screen = {
  theme: root.dataset.theme,
  reduced: matchesMedia("(prefers-reduced-motion: reduce)"),
  size: screenSize(),
};
const store = createStore(initialState({ catalog, local, speeds: SPEEDS.length, screen }));
const { reader } = store; // the commands alone get the store, and with it the right to write

const api = createApi({
  root: root.dataset.root ?? "",
  onOffline: (seconds) => commands.offline(seconds),
  onOnline: () => commands.online(),
});
const address = {
  read: () => location.search,
  write: (query) => {
    if (query !== location.search) history.replaceState(null, "", query || location.pathname);
  },
};
const commands = createCommands({ store, api, catalog, session, local, address });

/* ---------- views ---------- */

const { redraw, start } = createFrames({
  state: reader.get,
  tick(elapsed) {
    commands.tick(elapsed);
    instruments?.tick(elapsed);
  },
  showLatest: commands.showLatest,
  draw,
});

/** Instruments are loaded after the first paint. @type {any} */
let instruments = null;

const help = lazyCommand(async () => (await import("./page/help.js")).createHelp(find("help"), commands, reader.get));
const on = {
  select: commands.select,
  hover: commands.hover,
  hoverRef: commands.hoverRef,
  structure: ({ hidden }) => commands.restart({ hidden }),
  spotlight: commands.spotlight,
  scrub: commands.scrub,
  move: (direction) => (direction > 0 ? commands.forward() : commands.back()),
  zoom: commands.setTapeView,
  goto: commands.scrubSteps,
  changes() {
    commands.tab("output");
    requestAnimationFrame(() => find("rewind").scrollIntoView({ block: "nearest" }));
  },
  scatter: (scatter) => commands.setEnvironment({ scatter }),
  help: () => {},
};
const graph = createGraph(find("graph"), { ...on, onRender: (scene) => instruments?.onRender(scene) });
const stats = createLayerStats(find("stats"));
const tape = createTape(find("operations"), on);
const plane = createPlane(find("plane"), on);
const stepChart = lazyView(
  () => true,
  async () => (await import("./tape/stepchart.js")).createStepChart(find("timeline"), on),
  redraw,
);
const inspector = lazyView(
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
const confusion = lazyView(
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
const divergence = lazyView(
  (view) => Boolean(view.divergence),
  async () => {
    const [{ createDivergence }] = await Promise.all([
      import("./charts/divergence.js"),
      loadStyle("charts/divergence"),
    ]);
    return createDivergence(find("divergence"), find("trials"), on);
  },
  redraw,
);
const helpBars = lazyView(
  (view) => Boolean(view.step),
  async () => (await import("./charts/updatebars.js")).createUpdateBars(find("update-bars")),
  redraw,
);
const charts = [confusion, helpBars, divergence, createLossChart(find("loss"))];
const gradients = createGradientChart(find("gradient"));
const controls = createControls(app, catalog, {
  config: () => ({ ...reader.get().config, ...reader.get().pending }),
  change: commands.change,
  restart: commands.restart,
  stage: commands.stage,
  measure: (run, steps) => api.instrument(run, "scaling", `steps=${steps}`),
});
const notices = createNotices(find, { ...commands, tryNow: api.tryNow, help, download });
const upload = createUpload(find, async () => {
  const [{ createUploadDialog }] = await Promise.all([import("./setup/table.js"), loadStyle("setup/table")]);
  return createUploadDialog(find, catalog, {
    inspect: api.inspect,
    use: commands.useTable,
    pause: commands.pause,
    state: reader.get,
  });
});
const exportLinks = lazyView(
  (state) => state.setup,
  async () => ({ render: (await import("./page/export.js")).createExport(find("export-links"), api.exportUrl) }),
  () => exportLinks.render(reader.get()),
);
/** The chapters of the story, for the captions' "why?". @type {any} */
let chapters = null;
const chapterLinks = lazyView(
  (view) => Boolean(view.step),
  async () => {
    chapters = await import("./story/chapters.js");
    return { render() {} };
  },
  redraw,
);
/** At the first sign of a reader all parts are loaded, before the server can be away. */
const loadAll = () => {
  for (const part of [inspector, chapterLinks, stepChart, exportLinks, divergence, helpBars]) part.load();
};
for (const sign of ["pointerdown", "keydown", "wheel"]) addEventListener(sign, loadAll, { once: true, passive: true });
const viewOf = createViewer();

/** Experiments, remedies and comparisons are loaded when they are asked for. @type {any} */
let lessons = null;
async function lesson() {
  lessons ??= await (await import("./lessons/lesson.js")).createLessons({
    reader,
    commands,
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

const shell = createShell(app, find, commands.pendingWords);
const caption = createCaption(find, { instruments: () => instruments, chapters: () => chapters });
const placeInspector = createPlacement(find, graph.overlapsTile);
const scheduler = createScheduler();

function draw(current = reader.get()) {
  const view = viewOf(current, commands.history());
  const isDue = scheduler(view, current);
  if (isDue("shell") && shell(current, view)) {
    upload(current);
    exportLinks.render(current);
    controls.render(current);
    notices.render(current);
    caption.legend(view);
  }
  if (isDue("caption")) caption.caption(view, current);
  if (!view.run || current.lostRun) return;
  const onStage = lessons?.graphView(view) ?? view;
  graph.render(instruments?.graphView(onStage) ?? onStage, isDue);
  if (current.tapeView === "steps") stepChart.render(view);
  else if (isDue("tape")) tape.render(view);
  const showsRemedies = current.divergence && !current.selection;
  chapterLinks.render(view);
  inspector.render(showsRemedies ? { ...view, step: null, selection: null } : view);
  placeInspector(view, current.size);
  if (isDue("stats") && (current.size !== "phone" || current.tab === "layers")) stats.render(view);
  if (isDue("plane")) plane.render(view);
  if (isDue("charts")) for (const chart of charts) chart.render(view);
  if (isDue("gradients")) gradients.render(view);
  lessons?.render(view);
  instruments?.render(view, current);
  if (isDue("caption")) caption.announce(view, current);
}

createPrint(app, {
  size: () => reader.get().size,
  layoutForPrint(size, theme) {
    commands.setEnvironment({ size, theme });
    draw({ ...reader.get(), playing: false }); // all of it at once
  },
});

/** Back from the story: shows the operation and the selection where the reader left. */
async function restorePlayhead() {
  if (!location.hash.includes("op=")) return;
  await chapterLinks.load();
  const place = chapters?.readPosition(location.hash);
  const { ops } = viewOf(reader.get(), commands.history());
  const op = place ? ops.findIndex((each) => each.names.includes(place.op)) : -1;
  if (op < 0) return;
  history.replaceState(null, "", location.pathname + location.search);
  commands.scrub(op);
  if (place.selection) commands.select(place.selection);
}

/* ---------- input ---------- */

createCaptionFold(find("caption"));
listenToShell(app, find, commands, {
  state: reader.get,
  help,
  openExperiment: (id) => lesson().then((made) => made.open(id)),
  compare: (pending) => lesson().then((made) => made.compare(pending)),
});
listenToKeys(commands, reader.get, {
  focus: (id) => find(id).focus(),
  help,
  escape() {
    const { setup, selection } = reader.get();
    if (setup) commands.setup(false);
    else if (instruments?.escape()) return true;
    else if (selection) commands.select(null);
    else return Boolean(lessons?.escape());
    return true;
  },
});
listenToScreen(commands, reader.get, redraw);

/** The run as a file: setup, changes and the steps that are kept here. */
function download() {
  const url = URL.createObjectURL(new Blob([JSON.stringify(commands.save())], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `run-step-${reader.get().shownStep}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// The story's last chapter shows the run that was on this page.
addEventListener("pagehide", () => {
  if (reader.get().run) session.set("left", JSON.stringify({ step: reader.get().shownStep, address: location.search }));
});

start();
const experimentId = new URLSearchParams(location.search).get("experiment");
if (experimentId)
  lesson()
    .then((made) => made.begin(experimentId))
    .then(restorePlayhead);
else commands.begin().then(restorePlayhead);
import("./instruments/instruments.js").then(async ({ createInstruments }) => {
  const openBeside = (config) => lesson().then((made) => made.compare(config));
  instruments = await createInstruments({
    reader,
    commands,
    api,
    catalog,
    app,
    find,
    on,
    redraw,
    overlapsTile: graph.overlapsTile,
    beside: openBeside,
  });
  redraw();
});
