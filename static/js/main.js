// The composition root: puts the page together, assembles the View, and runs the one animation loop. Nobody imports it.
import { createActions } from "./actions.js";
import { createApi } from "./api.js";
import { createDivergence, createGradientChart, createHelpBars, createLossChart } from "./charts.js";
import { createControls } from "./controls.js";
import { createFold } from "./fold.js";
import { createGraph } from "./graph.js";
import { listen } from "./keyboard.js";
import { later, styled } from "./later.js";
import { createHelp, createNotices, htmlWriter } from "./notices.js";
import { createOwnFiles } from "./ownfile.js";
import "./paper.js";
import { createPlane } from "./plane.js";
import { FASTEST, modeOf, SPEEDS, speedText, speedWords } from "./player.js";
import { isTable } from "./scene.js";
import { textOf } from "./settings.js";
import { createStats } from "./stats.js";
import { createStore } from "./store.js";
import { createTape } from "./tape.js";
import { createViewer } from "./view.js";
import { announce, caption, glyph } from "./words.js";

const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const root = document.documentElement;
const app = find("app");
const catalog = JSON.parse(find("catalog").textContent);
const show = htmlWriter();
/** @returns {HTMLElement} */
const one = (selector) => app.querySelector(selector);
/** @returns {HTMLElement[]} */
const all = (selector) => [...app.querySelectorAll(selector)];

/** What the browser remembers, where it may. */
/** @returns {Storage|null} */
const storage = (name) => {
  try {
    return name === "local" ? localStorage : sessionStorage;
  } catch {
    return null; // storage is switched off
  }
};
const keep = (name) => ({
  get: (key) => storage(name)?.getItem(key) ?? null,
  set(key, value) {
    try {
      storage(name)?.setItem(key, value);
    } catch {
      // full, or not allowed: then it is not remembered
    }
  },
});
const local = keep("local");
const session = keep("session");

const media = (query) => matchMedia(query).matches;
const sizeNow = () =>
  media("screen and (max-width: 720px)") ? "phone" : media("(max-width: 1180px)") ? "tablet" : "wide";
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

let dirty = true;
const redraw = () => {
  dirty = true;
};

/** Instruments come once the page is there. @type {any} */
let bench = null;

const help = createHelp(find("help"), actions, store.get);
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
  scatter: (scatter) => actions.environment({ scatter }),
  help: () => {},
};
const graph = createGraph(find("graph"), { ...on, painted: (scene) => bench?.painted(scene) });
const stats = createStats(find("stats"));
const tape = createTape(find("operations"), on);
const plane = createPlane(find("plane"), on);
const band = later(
  () => true,
  async () => (await import("./timelineband.js")).createTimelineBand(find("timeline"), on),
  redraw,
);
const inspector = later(
  (view) => Boolean(view.selection) || view.run.parameters[`b${view.run.config.hidden.length + 1}`].length > 1,
  async () => {
    const [{ createInspector }] = await Promise.all([import("./inspector.js"), styled("inspector", "tape")]);
    return createInspector(find("inspector"), on);
  },
  redraw,
);
const confusion = later(
  isTable,
  async () => (await import("./confusion.js")).createConfusion(find("confusion")),
  redraw,
);
const charts = [
  confusion,
  createHelpBars(find("help-bars")),
  createDivergence(find("divergence"), on),
  createLossChart(find("loss")),
  createGradientChart(find("gradient")),
];
const controls = createControls(app, catalog, {
  config: () => ({ ...store.get().config, ...store.get().pending }),
  change: actions.change,
  restart: actions.restart,
  collect: actions.collect,
  measure: (run, steps) => api.instrument(run, "scaling", `steps=${steps}`),
});
const notices = createNotices(find, { ...actions, tryNow: api.tryNow, help, download });
const ownFiles = createOwnFiles(find, async () => {
  const [{ createOwnTable }] = await Promise.all([import("./owntable.js"), styled("owntable")]);
  return createOwnTable(find, catalog, {
    look: api.inspect,
    use: actions.useTable,
    pause: actions.pause,
    state: store.get,
  });
});
const takeAway = later(
  (state) => state.setup,
  async () => ({ render: (await import("./takeaway.js")).createTakeAway(find("takeaway"), api.exportOf) }),
  () => takeAway.render(store.get()),
);
/** The chapters of the story, for the captions' "why?". @type {any} */
let chapters = null;
const whys = later(
  (view) => Boolean(view.step),
  async () => {
    chapters = await import("./chapters.js");
    return { render() {} };
  },
  redraw,
);
/** What a reader will want next is here before the server can be away: after the first sign of one. */
const awaken = () => {
  for (const part of [inspector, whys, band, takeAway]) part.fetched();
};
for (const sign of ["pointerdown", "keydown", "wheel"]) addEventListener(sign, awaken, { once: true, passive: true });
const viewOf = createViewer();

/** Experiments, cures and comparisons come when they are asked for. @type {any} */
let lessons = null;
async function lesson() {
  lessons ??= await (await import("./lesson.js")).createLessons({
    store,
    actions,
    api,
    catalog,
    app,
    find,
    on,
    redraw() {
      dirty = true;
    },
  });
  return lessons;
}

/* ---------- drawing ---------- */

store.subscribe(redraw);

let before = performance.now();
let drawnAt = 0;
function frame(now) {
  const elapsed = Math.min(100, now - before);
  before = now;
  if (!document.hidden) actions.tick(elapsed);
  if (!document.hidden) bench?.tick(elapsed);
  const state = store.get();
  const fast = state.playing && modeOf(state.speed) === "fast";
  const gap = !fast ? 0 : state.reduced ? 500 : state.speed === FASTEST ? 120 : SPEEDS[state.speed].steps > 60 ? 50 : 0;
  if (dirty && now - drawnAt >= gap) {
    drawnAt = now;
    dirty = false;
    draw(fast, now);
  }
  requestAnimationFrame(frame);
}

/** While whole steps are played, what is recorded changes at most 20 times a second; only the sweep moves in between. */
let followed = 0;
function draw(fast, now) {
  if (fast && now - followed >= 50) {
    followed = now;
    actions.follow();
    dirty = false;
  }
  const current = store.get();
  const view = viewOf(current, actions.history());
  shell(current, view);
  if (!view.run || current.gone) return;
  const onStage = lessons?.graphView(view) ?? view;
  graph.render(bench?.graphView(onStage) ?? onStage);
  if (current.band === "steps" && current.size !== "phone") band.render(view);
  else if (!turnsOver(view, current)) tape.render(view);
  const rescue = current.stopped && !current.selection;
  whys.render(view);
  inspector.render(rescue ? { ...view, step: null, selection: null } : view);
  seat(view, current.size);
  beside(view, current);
  lessons?.render(view);
  bench?.render(view, current);
  say(view, current);
}

/** The frame in which a step follows another belongs to the graph: the tape comes with the next. */
let turned = null;
function turnsOver({ step }, { playing, speed }) {
  const over = playing && modeOf(speed) === "operations" && step !== turned;
  turned = step;
  return over;
}

/** While single operations play, what stands beside the graph takes turns, one a frame: no frame carries it all. */
let turn = 0;
function beside(view, { size, tab, playing, speed }) {
  const views = size !== "phone" || tab === "layers" ? [stats, plane, ...charts] : [plane, ...charts];
  if (playing && modeOf(speed) === "operations") views[turn++ % views.length].render(view);
  else for (const one of views) one.render(view);
}

/** A unit's numbers fill the right column; a weight's stand beside the graph, but where they would cover a tile. */
const seated = { key: "", aside: false, grown: false };
new ResizeObserver(() => {
  seated.grown = true;
}).observe(find("inspector"));
function seat({ selection, run }, size) {
  const element = find("inspector");
  const { kind } = element.dataset;
  const key = [kind, JSON.stringify(selection), size, innerWidth, innerHeight, run.id].join();
  const whole = kind === "unit";
  if (key !== seated.key || seated.grown) {
    if (key !== seated.key) seated.aside = whole || (size === "tablet" && Boolean(selection));
    Object.assign(seated, { key, grown: false });
    move(element, find(seated.aside ? "unit" : "stage"));
    if (!seated.aside && size === "wide" && kind && graph.covers(element.getBoundingClientRect())) {
      seated.aside = true;
      move(element, find("unit"));
    }
  }
  const hidden = !seated.aside || !kind;
  if (find("unit").hidden !== hidden) find("unit").hidden = hidden;
  const classes = find("side").classList;
  classes.toggle("of-unit", whole && size === "wide");
  classes.toggle("of-edge", !hidden && !whole);
  classes.toggle("of-update", !hidden && kind === "update");
}

function move(element, place) {
  if (element.parentElement === place) return;
  const focus = element.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  place.append(element);
  focus?.focus({ preventScroll: true });
}

let shown = null;
function shell(state, view) {
  const { playing, speed, theme, size, tab, setup, band: zoom, away } = state;
  const key = [
    playing,
    speed,
    theme,
    size,
    tab,
    setup,
    zoom,
    away,
    state.at,
    state.furthest,
    state.op,
    state.stopped,
    state.config,
    state.pending,
    state.visit,
    state.strip,
    state.busy,
    state.gone,
    state.tables,
    state.selection,
    state.run,
    state.base,
    state.changes,
    state.samples,
    state.rate,
    state.epoch,
    state.version,
    state.letters,
    state.lesson,
  ];
  if (!shown || key.some((value, i) => value !== shown[i])) {
    shown = key;
    app.classList.toggle("playing", playing);
    app.classList.toggle("away", Boolean(away));
    app.classList.toggle("setup-open", setup);
    app.classList.toggle("bare", !state.run || Boolean(state.gone));
    for (const element of all(".big, .opts, .rail, .drawer")) {
      if (away) {
        element.setAttribute("aria-disabled", "true");
        element.title = "Needs the server, which is away";
      } else if (element.hasAttribute("aria-disabled")) {
        element.removeAttribute("aria-disabled");
        element.title = "";
      }
    }
    app.classList.toggle("lesson", Boolean(state.lesson));
    app.dataset.tab = tab;
    app.dataset.size = size;
    if (size === "phone")
      find("caption").tabIndex = 0; // it unfolds there
    else find("caption").removeAttribute("tabindex");
    const play = one("[data-do=play]");
    play.setAttribute("aria-label", playing ? "Pause" : "Play");
    for (const element of all(".transport .needs"))
      if (away || state.gone) element.setAttribute("aria-disabled", "true");
      else element.removeAttribute("aria-disabled");
    const slider = /** @type {HTMLInputElement} */ (find("speed"));
    slider.value = String(speed);
    slider.style.setProperty("--p", `${(speed / (SPEEDS.length - 1)) * 100}%`);
    slider.setAttribute("aria-valuetext", speedWords(speed));
    find("speed-text").textContent = speedText(speed);
    if (root.dataset.theme !== theme) {
      root.classList.add("fade");
      root.dataset.theme = theme;
      setTimeout(() => root.classList.remove("fade"), 250);
    }
    const drawer = find("setup");
    if (drawer.hidden === setup) {
      drawer.hidden = !setup;
      if (setup) drawer.focus({ preventScroll: true });
      else one(size === "phone" ? "#rail [data-do=setup]" : ".menu")?.focus({ preventScroll: true });
    }
    const menu = one(".menu");
    menu.setAttribute("aria-expanded", String(setup));
    menu.querySelector("span").textContent = setup ? "close" : size === "wide" ? "more" : "setup";
    const rail = find("rail");
    const home = size === "tablet" ? find("data-here") : app;
    if (rail.parentElement !== home) size === "tablet" ? home.append(rail) : find("stage").before(rail);
    const statsHome = size === "phone" ? find("side") : find("stage");
    if (find("stats").parentElement !== statsHome) statsHome.append(find("stats"));
    find("operations").hidden = zoom === "steps" && size !== "phone";
    find("timeline").hidden = !find("operations").hidden;
    for (const button of all("[role=tab]")) {
      const chosen = button.dataset.tab === tab;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
    find("letters").setAttribute("aria-checked", String(state.letters));
    app
      .querySelector("[data-do=back]")
      .toggleAttribute(
        "disabled",
        state.at === 0 || (state.at === (state.run?.first_step ?? 0) + 1 && state.op === 0 && state.at > 1),
      );
    const words = actions.pendingWords();
    const apply = /** @type {HTMLButtonElement} */ (find("apply"));
    apply.disabled = !words.length;
    show(
      apply,
      `Restart${words.length ? `: ${words.length} change${words.length > 1 ? "s" : ""}` : ""}<small>${words.length ? words.join(", ").replace(/[<&]/g, "") : "nothing to change yet"}</small>`,
    );
    /** @type {HTMLButtonElement} */ (find("compare")).disabled = !words.length;
    const undo = /** @type {HTMLButtonElement} */ (find("undo"));
    undo.disabled = !words.length;
    show(undo, `Undo${words.length > 1 ? (words.length === 2 ? " both" : " all") : ""}<small>go on</small>`);
    find("penalty").textContent = view.step
      ? `The penalty is reported apart: ${textOf("penalty", view.step.penalty)} in step ${view.step.step}.`
      : "The penalty is reported apart.";
    ownFiles(state);
    takeAway.render(state);
    controls.render(state);
    notices.render(state);
    find("side").classList.toggle("of-steps", zoom === "steps");
    legend(view);
  }
  captionOf(view, state);
}

function captionOf(view, state) {
  const element = find("caption");
  if (!view.run) return show(element, "");
  const own = bench?.caption(view);
  const said = own ?? caption(view);
  const hue =
    { right: "vp", left: view.ops[view.op]?.phase === "backward" ? "gp" : "", stop: "warn" }[said.direction] ?? "";
  const formula = [said.formula, said.sentence].filter(Boolean);
  const mode =
    view.step && !own && !(view.playing && view.mode === "fast") ? `<span class="mode">${trainMode(view)}</span>` : "";
  return show(
    element,
    `<p class="ph"><b class="${hue}">${glyph(said.direction)}${said.phase}</b><span>${said.position}</span>${own ? "" : why(view)}${mode}${state.at && state.size === "phone" ? `<span>step ${state.at}</span>` : ""}</p><h2>${said.title}</h2><p>${formula.length ? formula.join(formula.length > 1 && said.formula ? ". " : " ") : (said.text ?? "")}</p>`,
  );
}

/** The story's chapter that explains this operation, and the way back to it. */
function why(view) {
  const op = view.ops[view.op];
  if (!chapters || !view.step || view.playing || !op) return "";
  const from = { run: view.run.id, step: view.step.step, op: op.name, selection: view.selection };
  const href = chapters.chapterAddress(root.dataset.root ?? "", from, op.record).replaceAll("&", "&amp;");
  return `<a class="why" href="${href}" title="The chapter of the story that explains this">why?</a>`;
}

/** Back from the story: the operation and the selection that were left. */
async function settle() {
  if (!location.hash.includes("op=")) return;
  await whys.fetched();
  const place = chapters?.readPlace(location.hash);
  const { ops } = viewOf(store.get(), actions.history());
  const op = place ? ops.findIndex((each) => each.names.includes(place.op)) : -1;
  if (op < 0) return;
  history.replaceState(null, "", location.pathname + location.search);
  actions.scrub(op);
  if (place.selection) actions.select(place.selection);
}

/** A training step runs in training mode; the plane, the tiles and the losses in the charts are evaluated. */
const trainMode = (view) =>
  view.step.dropout > 0 || view.ops.some((op) => op.kind === "batch_norm" || op.kind === "dropout")
    ? `training mode, ${view.ops.some((op) => op.kind === "dropout") ? "mask" : "batch statistics"} on`
    : "training mode";

const DOT = (hue) => `<circle cx="7" cy="4.5" r="4.3" fill="var(--v${hue})"/>`;
const LEGENDS = {
  both: `<span><svg viewBox="0 0 34 9"><path d="M0 4.5H14" stroke="var(--vneg)" stroke-width="3"/><path d="M20 4.5H34" stroke="var(--vpos)" stroke-width="3"/>${DOT("neg")}<circle cx="27" cy="4.5" r="4.3" fill="var(--vpos)"/></svg>value − / +</span><span>round, travels →</span><span><svg viewBox="0 0 34 9"><path d="M0 4.5H14" stroke="var(--gneg)" stroke-width="2"/><path d="M20 4.5H34" stroke="var(--gpos)" stroke-width="2"/><path d="M9 0L4 4.5L9 9" fill="none" stroke="var(--gneg)" stroke-width="2.4"/><path d="M29 0L24 4.5L29 9" fill="none" stroke="var(--gpos)" stroke-width="2.4"/></svg>gradient − / +</span><span>chevron, travels ←</span>`,
  update: (n) =>
    `<span><svg viewBox="0 0 34 9"><rect x="1" y="1" width="32" height="7" rx="3.5" fill="none" stroke="var(--gpos)" stroke-width="1.6"/></svg>whole gradient, mean of ${n}</span><span></span><span><svg viewBox="0 0 34 9"><rect x="11" y="1.5" width="12" height="6" rx="3" fill="var(--vneg)"/></svg>the step that is taken</span><span></span>`,
};
function legend(view) {
  const updating = view.step && view.ops[view.op]?.phase === "update" && view.mode === "operations";
  show(find("legend"), updating ? LEGENDS.update(view.step.batch.indices.length) : LEGENDS.both);
}

/* ---------- in words ---------- */

let said = "";
let saidAt = 0;
let timer = 0;
function say(view, state) {
  const { text, urgent } = announce(view);
  const words = state.away
    ? "The server is away. What is recorded can be read on."
    : state.strip
      ? `${state.strip.bold ?? ""} ${state.strip.text ?? ""}`
      : text;
  const quick = view.playing && (SPEEDS[state.speed].ops ?? 99) > 2;
  if (!words || words === said || (quick && !urgent && !state.away && !state.strip)) return;
  const now = performance.now();
  if (urgent) {
    said = words;
    find("alarm").textContent = words;
    return;
  }
  clearTimeout(timer);
  timer = setTimeout(
    () => {
      said = words;
      saidAt = performance.now();
      find("live").textContent = words;
    },
    Math.max(0, 2000 - (now - saidAt)),
  );
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
    else if (bench?.escape()) return true;
    else if (selection) actions.select(null);
    else return Boolean(lessons?.escape());
    return true;
  },
});
const resized = () => {
  const size = sizeNow();
  if (size !== store.get().size) actions.environment({ size });
  dirty = true;
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

requestAnimationFrame(frame);
const asked = new URLSearchParams(location.search).get("experiment");
if (asked)
  lesson()
    .then((made) => made.begin(asked))
    .then(settle);
else actions.begin().then(settle);
import("./bench.js").then(async ({ createBench }) => {
  const beside = (config) => lesson().then((made) => made.compare(config));
  bench = await createBench({ store, actions, api, catalog, app, find, on, redraw, covers: graph.covers, beside });
  redraw();
});
