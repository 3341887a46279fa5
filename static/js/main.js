// The composition root of the playground: creates all parts, connects them, and draws them in order. Nobody imports it.

import { createGradientChart, createLossChart } from "./charts/curves.js";
import { createMetrics } from "./charts/metrics.js";
import { createChartTabs } from "./charts/tabs.js";
import { local, matchesMedia, screenSize, session } from "./dom/browser.js";
import { lazyCommand, lazyView, withStyles } from "./dom/lazy.js";
import { applyPageZoom } from "./dom/pagezoom.js";
import { listenToTerms } from "./dom/terms.js";
import { createGraph } from "./network/graph.js";
import { createCaption, createCaptionFold } from "./page/caption.js";
import { createFrames, createScheduler } from "./page/frames.js";
import { createGuide } from "./page/guide.js";
import { listenToKeys } from "./page/keyboard.js";
import { createNotices } from "./page/notices.js";
import { createPrint } from "./page/print.js";
import { createPlacement, createShell, listenToScreen, listenToShell } from "./page/shell.js";
import { createPlane } from "./plane/plane.js";
import { SPEEDS } from "./run/clock.js";
import { picturePixels } from "./run/settings.js";
import { createViewer } from "./run/view.js";
import { createApi } from "./session/api.js";
import { createCommands } from "./session/commands.js";
import { createStore, initialState } from "./session/store.js";
import { createControls } from "./setup/controls.js";
import { hasNamedColumns } from "./setup/dataset.js";
import { createUpload } from "./setup/upload.js";
import { createBand } from "./tape/band.js";

applyPageZoom();
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const root = document.documentElement;
const app = find("app");
const catalog = JSON.parse(find("catalog").textContent);

const screen = {
  theme: root.dataset.theme,
  reduced: matchesMedia("(prefers-reduced-motion: reduce)"),
  size: screenSize(),
  tight: false, // whether the units of the graph stand close
};
const store = createStore(initialState({ catalog, local, speeds: SPEEDS.length, screen }));
const { reader } = store; // the commands alone get the store, and with it the right to write

const api = createApi({
  root: root.dataset.root ?? "",
  onOffline: (seconds) => commands.offline(seconds),
  onOnline: () => commands.online(),
});
let shownQuery = location.search; // of the setup on the page
const address = {
  read: () => location.search,
  unread: /** @type {string[]} */ ([]), // what of it the presentation can't read
  write: (query, isNew) => {
    shownQuery = query;
    if (query === location.search) return;
    if (isNew) history.pushState({ settings: settingsBack() + 1 }, "", query || location.pathname);
    else history.replaceState(history.state, "", query || location.pathname);
  },
};
/** How many entries of the browser's history before this one are settings of this page, and can be undone. */
const settingsBack = () => history.state?.settings ?? 0;
// The browser's back and forward buttons lead from settings to settings; each opens as its address does.
addEventListener("popstate", () => {
  if (location.search !== shownQuery) location.reload();
});
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
  loss: () => commands.openLoss(),
  hover: commands.hover,
  hoverRef: commands.hoverRef,
  structure: ({ hidden }) => commands.restart({ hidden }),
  spotlight: commands.spotlight,
  scrub: commands.scrub,
  move: (direction) => (direction > 0 ? commands.forward() : commands.back()),
  showView: commands.setBand,
  goto: commands.scrubSteps,
  changes() {
    commands.tab("output");
    requestAnimationFrame(() => find("rewind").scrollIntoView({ block: "nearest" }));
  },
  scatter: (scatter) => commands.setEnvironment({ scatter }),
  help: () => {},
};
const graph = createGraph(find("graph"), {
  ...on,
  onRender(scene) {
    instruments?.onRender(scene);
    const { tight } = scene.layout; // the caption says what that leaves out
    if (tight !== reader.get().tight) commands.setEnvironment({ tight });
  },
});
const stats = lazyView(
  () => true,
  async () => {
    const { createLayerStats } = await withStyles(
      import("./network/layerstats.js"),
      ["network/layerstats"],
      "tape/band",
    );
    return createLayerStats(find("stats"));
  },
  redraw,
);
const band = createBand(find("band-head"), on);
const tape = lazyView(
  () => true,
  async () => {
    const { createTape } = await withStyles(import("./tape/tape.js"), ["tape/tape"], "tape/band");
    return createTape(find("operations"), on);
  },
  redraw,
);
const plane = createPlane(find("plane"), on);
const picture = lazyView(
  () => true,
  async () => {
    const { createPicturePanel } = await withStyles(import("./plane/picturepanel.js"), ["plane/picture"], "page/side");
    return createPicturePanel(find("plane"), {
      spotlight: on.spotlight,
      draw: commands.spotlightDrawn,
      predict: api.predict,
    });
  },
  redraw,
);
const stepChart = lazyView(
  () => true,
  async () => {
    const { createStepChart } = await withStyles(import("./tape/stepchart.js"), ["tape/tape"], "tape/band");
    return createStepChart(find("timeline"), on);
  },
  redraw,
);
const inspector = lazyView(
  (view) => Boolean(view.selection) || view.run.parameters[`b${view.run.config.hidden.length + 1}`].length > 1,
  async () => {
    const sheets = ["inspector/inspector", "inspector/unit"];
    const { createInspector } = await withStyles(import("./inspector/inspector.js"), sheets, "tape/band");
    return createInspector(find("inspector"), on);
  },
  redraw,
);
const sampleLoss = lazyView(
  (view) => view.sampleLoss,
  async () => {
    const { createSampleLoss } = await withStyles(import("./inspector/sampleloss.js"), ["inspector/sampleloss"]);
    return createSampleLoss(find("sample-loss"), () => commands.openLoss(false));
  },
  redraw,
);
const confusion = lazyView(
  (view) => view.chart === "confusion",
  async () => {
    const { createConfusion } = await withStyles(import("./charts/confusion.js"), ["charts/confusion"], "page/side");
    return createConfusion(find("confusion"));
  },
  redraw,
);
const predicted = lazyView(
  (view) => view.chart === "predicted",
  async () => {
    const { createPredicted } = await withStyles(import("./charts/predicted.js"), ["charts/predicted"], "page/side");
    return createPredicted(find("predicted"), { predictions: api.predictions, spotlight: commands.spotlight });
  },
  redraw,
);
const divergence = lazyView(
  (view) => Boolean(view.divergence),
  async () => {
    const { createDivergence } = await withStyles(import("./charts/divergence.js"), ["charts/divergence"]);
    return createDivergence(find("divergence"), find("trials"), on);
  },
  redraw,
);
const helpBars = lazyView(
  (view) => view.chart === "update",
  async () => (await import("./charts/updatebars.js")).createUpdateBars(find("update-bars")),
  redraw,
);
const metrics = createMetrics(find("metrics"));
const chartTabs = createChartTabs(find("chart-tabs"), find("side"), commands.setChart);
const lossChart = createLossChart(find("loss"));
const gradients = createGradientChart(find("gradient"));
const controls = createControls(app, catalog, {
  config: () => ({ ...reader.get().config, ...reader.get().pending }),
  change: commands.change,
  restart: commands.restart,
  stage: commands.stage,
  measure: (run, steps) => api.instrument(run, "scaling", `steps=${steps}`),
});
const notices = createNotices(find, { ...commands, tryNow: api.tryNow, help, download });
const upload = createUpload(
  find,
  async () => {
    const { createUploadDialog } = await withStyles(import("./setup/table.js"), ["setup/table"]);
    return createUploadDialog(find, catalog, {
      inspect: api.inspect,
      forget: api.forgetFile,
      use: commands.useTable,
      pause: commands.pause,
      state: reader.get,
    });
  },
  commands.openSaved,
);
const share = lazyView(
  (state) => state.shareOpen,
  async () => {
    const [{ createShare, createFurther }] = await Promise.all([
      withStyles(import("./page/share.js"), ["page/share"]),
      chapterLinks.load(),
    ]);
    return createShare(find("share"), {
      root: root.dataset.root ?? "",
      where: () => ({ operation: shownOperation(), selection: Boolean(reader.get().selection) }),
      link: momentLink,
      save: download,
      close: () => commands.share(false),
      further: createFurther({
        commands,
        state: reader.get,
        link: momentLink,
        operation: shownOperation,
        file: api.file,
      }),
    });
  },
  () => share.render(reader.get()),
);
const legend = lazyView(
  (state) => state.legendOpen,
  async () => {
    const { createLegend } = await withStyles(import("./page/legend.js"), ["page/legend"], "page/layout");
    return createLegend(find("legend"), {
      root: root.dataset.root ?? "",
      fetchTerms: api.glossary,
      close: () => commands.openLegend(false),
    });
  },
  () => legend.render(reader.get()),
);
const exportLinks = lazyView(
  (state) => state.setup,
  async () => ({ render: (await import("./page/export.js")).createExport(find("export-links"), api.exportUrl) }),
  () => exportLinks.render(reader.get()),
);
const predictor = lazyView(
  (state) => state.setup && hasNamedColumns(state.samples) && !picturePixels(state),
  async () => {
    const { createPredictor } = await withStyles(import("./setup/predictor.js"), ["setup/predictor"]);
    return createPredictor(find("predictor"), api.predictRows);
  },
  () => predictor.render(reader.get()),
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
  for (const part of [tape, stats, inspector, chapterLinks, stepChart, exportLinks, divergence, helpBars]) part.load();
};
for (const sign of ["pointerdown", "keydown", "wheel"]) addEventListener(sign, loadAll, { once: true, passive: true });
addEventListener("partfailed", () => {
  if (!reader.get().offline)
    commands.notify({ bold: "A part of the page could not be loaded.", text: "It is tried again by itself." });
});
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

/** What the address says of the page itself: parts hidden, a task. Loaded where it says something. @type {any} */
let presentation = null;
async function present() {
  if (!/[?&](hide|show|task|goal|embed|projector)=/.test(location.search)) return;
  const { createPresentation } = await import("./page/presentation.js");
  const query = location.search;
  presentation = await createPresentation({
    ...{ app, find, commands, query, session },
    state: reader.get,
    operation: shownOperation,
    link: momentLink,
  });
  address.unread = presentation.errors;
}

/* ---------- drawing ---------- */

reader.subscribe(redraw);

const shell = createShell(app, find, commands.pendingWords);
const guide = createGuide(find("guide"), app);
const lessonList = lazyView(
  (state) => state.lessonsOpen,
  async () => {
    const { createLessonList } = await withStyles(import("./lessons/list.js"), ["lessons/list"]);
    return createLessonList(find("lessons"), { close: () => commands.openLessons(false) });
  },
  () => lessonList.render(reader.get()),
);
const caption = createCaption(find, { instruments: () => instruments, chapters: () => chapters });
const placeInspector = createPlacement(find, graph.overlapsTile);
const scheduler = createScheduler();

function draw(current = reader.get()) {
  const view = viewOf(current, commands.history());
  const isDue = scheduler(view, current);
  if (isDue("shell") && shell(current, view)) {
    upload(current);
    exportLinks.render(current);
    predictor.render(current);
    controls.render(current);
    notices.render(current);
    caption.key(view);
    guide(current);
    lessonList.render(current);
    share.render(current);
    legend.render(current);
  }
  presentation?.render(current);
  if (isDue("caption")) caption.caption(view, current);
  if (!view.run || current.lostRun) return;
  const onStage = lessons?.graphView(view) ?? view;
  graph.render(instruments?.graphView(onStage) ?? onStage, isDue);
  band.render(view);
  if (current.band === "steps") stepChart.render(view);
  if ((current.band === "operations" || current.paper) && isDue("tape")) tape.render(view);
  const showsRemedies = current.divergence && !current.selection;
  chapterLinks.render(view);
  inspector.render(showsRemedies ? { ...view, step: null, selection: null } : view);
  placeInspector(view, current.size);
  const showsLayers = current.size === "phone" ? current.tab === "layers" : current.band === "layers" || current.paper;
  if (isDue("stats") && showsLayers) stats.render(view);
  if (isDue("plane")) {
    const pictured = Boolean(picturePixels(view));
    find("plane").classList.toggle("pictured", pictured);
    (pictured ? picture : plane).render(view);
  }
  if (isDue("charts")) drawCharts(view, current);
  if (isDue("gradients") && (view.chart === "gradients" || current.tab === "layers" || current.paper))
    gradients.render(view);
  lessons?.render(view);
  instruments?.render(view, current);
  if (isDue("caption")) caption.announce(view, current);
}

/** The scores, and of the charts the one that is shown. */
function drawCharts(view, { chart, lesson, paper }) {
  metrics.render(view);
  sampleLoss.render(view);
  divergence.render(view);
  const shown = chartTabs.render(view, lesson ? "loss" : chart);
  if (shown === "loss" || paper) lossChart.render(view);
  if (shown === "confusion") confusion.render(view);
  if (shown === "predicted") predicted.render(view);
  else if (shown === "update") helpBars.render(view);
}

createPrint(app, {
  size: () => reader.get().size,
  layoutForPrint(size, theme) {
    commands.setEnvironment({ size, theme, paper: size !== "phone" });
    draw({ ...reader.get(), playing: false }); // all of it at once
  },
});

/** Back from the story: shows the operation and the selection where the reader left. */
async function restorePlayhead() {
  if (!location.hash.includes("op=")) return;
  await chapterLinks.load();
  const position = chapters?.readPosition(location.hash);
  const { ops } = viewOf(reader.get(), commands.history());
  const op = position ? ops.findIndex((each) => each.names.includes(position.op)) : -1;
  if (op < 0) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  commands.scrub(op);
  if (position.selection) commands.select(position.selection);
}

/** The operation under the playhead, and of how many; null before the first step. */
function shownOperation() {
  const state = reader.get();
  const { ops } = viewOf(state, commands.history());
  return state.shownStep ? { ...ops[state.operation], of: ops.length } : null;
}

/** A link to what is shown now: setup, changes and step in its query, operation and selection behind its #. */
function momentLink() {
  const op = shownOperation();
  const { origin, pathname } = location;
  const position = op && chapters ? `#${chapters.positionQuery(op.name, reader.get().selection)}` : "";
  return `${origin}${pathname}${commands.currentQuery()}${position}`;
}

/* ---------- input ---------- */

createCaptionFold(find("caption"));
listenToTerms(api.glossary);
listenToShell(app, find, commands, {
  state: reader.get,
  help,
  openExperiment: (id) => lesson().then((lessons) => lessons.open(id)),
  compare: (pending) => lesson().then((lessons) => lessons.compare(pending)),
});
listenToKeys(commands, reader.get, {
  undo: () => settingsBack() > 0 && history.back(),
  redo: () => history.forward(),
  focus: (id) => find(id).focus(),
  help,
  escape() {
    const { shareOpen, lessonsOpen, setup, legendOpen, sampleLoss, selection } = reader.get();
    if (shareOpen) commands.share(false);
    else if (lessonsOpen) commands.openLessons(false);
    else if (setup) commands.setup(false);
    else if (legendOpen) commands.openLegend(false);
    else if (instruments?.escape()) return true;
    else if (sampleLoss) commands.openLoss(false);
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
  commands.writeUrl();
  if (reader.get().run) session.set("left", JSON.stringify({ step: reader.get().shownStep, address: location.search }));
});

async function begin() {
  await present();
  const experimentId = new URLSearchParams(location.search).get("lesson");
  if (experimentId) await (await lesson()).begin(experimentId);
  else await commands.begin();
  presentation?.begun();
  await restorePlayhead();
}

start();
begin();
import("./instruments/instruments.js").then(async ({ createInstruments }) => {
  const openBeside = (config) => lesson().then((lessons) => lessons.compare(config));
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
