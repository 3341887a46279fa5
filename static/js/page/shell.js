// The shell: toolbar, drawer, tabs and layout, and the clicks and keys on them.
import { local, screenSize } from "../dom/browser.js";
import { htmlWriter, setHidden, syncAttribute, syncText } from "../dom/elements.js";
import { applyPageZoom } from "../dom/pagezoom.js";
import { modeOfSpeed, SPEEDS, speedText, speedWords } from "../run/clock.js";
import { textOf } from "../run/settings.js";
import { BAND_PARTS } from "../run/view.js";
import { createRailFolds } from "./folds.js";

/** The state that shell and notices depend on; it does not change in every frame. */
const SHOWN = (
  "playing speed theme size tight tab setup band unfolded sampleLoss lessonsOpen legendOpen shareOpen datasetsOpen guide offline shownStep lastStep wholeStep operation divergence config pending message busy lostRun tables " +
  "selection run base changes samples rate epoch version letters lesson paper"
).split(" ");

/** What changes with every operation and step. */
const MOVING = ["operation", "shownStep", "lastStep", "epoch", "version"];
const SETTLED = SHOWN.filter((name) => !MOVING.includes(name));

/** @param {string[]} names @returns {(state: any) => boolean} whether one of these is another than when last asked */
function onChange(names) {
  let before = null;
  return (state) => {
    const now = names.map((name) => state[name]);
    if (before && now.every((value, i) => value === before[i])) return false;
    before = now;
    return true;
  };
}

/**
 * @param {HTMLElement} app @param {(id: string) => HTMLElement} find @param {() => string[]} pendingWords
 * @returns {(state: any, view: any) => boolean} draws it, where it has changed, and says whether it has
 */
export function createShell(app, find, pendingWords) {
  const root = document.documentElement;
  const write = htmlWriter();
  /** @returns {HTMLElement} */
  const one = (selector) => app.querySelector(selector);
  /** @returns {HTMLElement[]} */
  const all = (selector) => [...app.querySelectorAll(selector)];

  function renderApp({
    playing,
    offline,
    setup,
    run,
    lostRun,
    lesson,
    tab,
    size,
    theme,
    band,
    unfolded,
    lessonsOpen,
    shareOpen,
    legendOpen,
    sampleLoss,
  }) {
    app.classList.toggle("playing", playing);
    app.classList.toggle("offline", Boolean(offline));
    app.classList.toggle("setup-open", setup);
    app.classList.toggle("without-run", !run || Boolean(lostRun));
    app.classList.toggle("lesson", Boolean(lesson));
    syncAttribute(app, "data-tab", tab);
    syncAttribute(app, "data-size", size);
    app.classList.toggle("unfolded", unfolded);
    app.classList.toggle("shows-sample-loss", sampleLoss);
    syncAttribute(app, "data-band", band);
    find("side").classList.toggle("shows-steps", band === "steps");
    setHidden(find("lessons"), !lessonsOpen);
    setHidden(find("share"), !shareOpen);
    setHidden(find("legend"), !legendOpen);
    syncAttribute(one(".legend-button"), "aria-expanded", String(legendOpen));
    syncAttribute(one(".share-button"), "aria-expanded", String(shareOpen));
    syncText(one(".theme .button-label"), theme === "dark" ? "light" : "dark");
    if (root.dataset.theme === theme) return;
    root.classList.add("fade");
    root.dataset.theme = theme;
    setTimeout(() => root.classList.remove("fade"), 250);
  }

  let lacking = true;
  /** Disables what needs the server. */
  function offlineState({ offline, lostRun, run }) {
    const lacks = Boolean(offline || lostRun || !run);
    if (!lacks && !lacking) return;
    lacking = lacks;
    for (const element of all(".main-slider, .quick-settings, .rail, .drawer")) {
      if (offline || !run) {
        element.setAttribute("aria-disabled", "true");
        element.title = offline ? "Needs the server, which is away" : "";
      } else if (element.hasAttribute("aria-disabled")) {
        element.removeAttribute("aria-disabled");
        element.title = "";
      }
    }
    for (const element of all(".transport .needs-server"))
      syncAttribute(element, "aria-disabled", lacks ? "true" : null);
  }

  function transport({ playing, speed, shownStep, operation, run }) {
    syncAttribute(one("[data-do=play]"), "aria-label", playing ? "Pause" : "Play");
    syncText(one(".play-word"), playing ? "Pause" : "Play");
    const atStart = shownStep === 0 || (shownStep > 1 && shownStep === (run?.first_step ?? 0) + 1 && operation === 0);
    one("[data-do=back]").toggleAttribute("disabled", atStart);
    const slider = /** @type {HTMLInputElement} */ (find("speed"));
    slider.value = String(speed);
    slider.style.setProperty("--p", `${(speed / (SPEEDS.length - 1)) * 100}%`);
    syncAttribute(slider, "aria-valuetext", speedWords(speed));
    syncText(find("speed-text"), speedText(speed));
  }

  /** A step keeps the masks that it was computed with. */
  function dropoutFrom({ changes, shownStep, playing, speed }) {
    const amid = shownStep > 0 && !(playing && modeOfSpeed(speed) === "fast");
    const waits = amid && changes.some(({ field, step }) => field === "dropout" && step === shownStep);
    setHidden(find("dropout-from"), !waits);
    if (waits) syncText(find("dropout-from"), `from step ${shownStep + 1} on`);
  }

  function drawer({ setup, size, letters }) {
    const element = find("setup");
    if (element.hidden === setup) {
      setHidden(element, !setup);
      if (setup) element.focus({ preventScroll: true });
      else one(size === "phone" ? ".more-button" : ".menu")?.focus({ preventScroll: true });
    }
    const menu = one(".menu");
    syncAttribute(menu, "aria-expanded", String(setup));
    syncText(menu.querySelector("span"), setup ? "close" : "settings");
    syncAttribute(find("shortcut-letters"), "aria-checked", String(letters));
  }

  function penalty({ step }) {
    const reported = step ? `: ${textOf("penalty", step.penalty)} in step ${step.step}` : "";
    syncText(find("penalty"), `The penalty is reported apart${reported}.`);
  }

  /** The staged changes, and the buttons that apply or undo them. */
  function stagedChanges() {
    const words = pendingWords();
    const n = words.length;
    const button = (id) => /** @type {HTMLButtonElement} */ (find(id));
    for (const id of ["apply", "compare", "undo"]) if (button(id).disabled === n > 0) button(id).disabled = !n;
    const count = n ? `: ${n} change${n > 1 ? "s" : ""}` : "";
    const named = n ? words.join(", ").replace(/[<&]/g, "") : "nothing to change yet";
    write(find("apply"), `Restart${count}<small>${named}</small>`);
    write(find("undo"), `Undo${n > 1 ? (n === 2 ? " both" : " all") : ""}<small>keep this run</small>`);
  }

  /** A tablet has no rail: until the first step is done its data sets stand below the metrics. */
  function placeData(size, unfolded, paper) {
    const data = find("data");
    const beside = size === "tablet" && !unfolded && !paper;
    if (beside && data.parentElement !== find("side")) find("metrics").after(data);
    else if (!beside && data.parentElement !== find("rail")) find("rail").prepend(data);
  }

  /** A phone shows plane and metrics where the tape is closed, or plays too fast to be read. */
  function placeSummary(shown) {
    app.classList.toggle("shows-summary", shown);
    setHidden(find("phone-summary"), !shown);
    const home = find(shown ? "phone-summary" : "side");
    if (find("plane").parentElement !== home) home.prepend(find("plane"), find("metrics"));
  }

  /** Places the parts for this screen size and shows those of the chosen tab. */
  function placeParts({ size, tab, band, lessonsOpen, unfolded, playing, speed, paper }) {
    const rail = find("rail");
    const home = size === "tablet" ? find("rail-place") : app;
    if (rail.parentElement !== home) size === "tablet" ? home.append(rail) : find("stage").before(rail);
    const statsHome = size === "phone" ? find("side") : find("tape");
    if (find("stats").parentElement !== statsHome) statsHome.append(find("stats"));
    placeData(size, unfolded, paper);
    placeSummary(
      size === "phone" && tab === "network" && (band === "closed" || (playing && modeOfSpeed(speed) !== "operations")),
    );
    for (const [name, id] of Object.entries(BAND_PARTS))
      setHidden(find(id), paper ? name === "steps" : band !== name && !(id === "stats" && size === "phone"));
    syncAttribute(find("caption"), "tabindex", size === "phone" ? "0" : null); // it can be unfolded there
    for (const button of all(".tabs [role=tab]")) {
      const chosen = button.dataset.tab === (lessonsOpen ? "lessons" : tab);
      syncAttribute(button, "aria-selected", String(chosen));
      syncAttribute(button, "tabindex", chosen ? "0" : "-1");
    }
  }

  const renderFolds = createRailFolds(find);
  const changed = onChange(SHOWN);
  const settledChanged = onChange(SETTLED);
  return (state, view) => {
    if (!changed(state)) return false;
    transport(state);
    dropoutFrom(state);
    penalty(view);
    if (!settledChanged(state)) return true;
    renderApp(state);
    offlineState(state);
    drawer(state);
    stagedChanges();
    placeParts(state);
    renderFolds(state);
    return true;
  };
}

/**
 * Places the inspector: a unit's fills the right column; a weight's is beside the graph, unless it would cover a tile.
 * @param {(id: string) => HTMLElement} find @param {(box: DOMRect) => boolean} covers whether a box covers tiles
 */
export function createPlacement(find, covers) {
  const placement = { key: "", aside: false, resized: false };
  const element = find("inspector");
  new ResizeObserver(() => {
    placement.resized = true;
  }).observe(element);
  return function placeInspector({ selection, run }, size) {
    const { kind } = element.dataset;
    const strip = !find("message").hidden; // it takes height from the graph
    const key = [kind, JSON.stringify(selection), size, innerWidth, innerHeight, run.id, strip].join();
    const fillsColumn = kind === "unit";
    if (key !== placement.key || placement.resized) {
      if (key !== placement.key) placement.aside = fillsColumn || (size === "tablet" && Boolean(selection));
      Object.assign(placement, { key, resized: false });
      move(element, find(placement.aside ? "unit" : "stage"));
      if (!placement.aside && size === "wide" && kind && covers(element.getBoundingClientRect())) {
        placement.aside = true;
        move(element, find("unit"));
      }
    }
    const hidden = !placement.aside || !kind;
    setHidden(find("unit"), hidden);
    find("app").classList.toggle("shows-unit", fillsColumn);
    const classes = find("side").classList;
    classes.toggle("shows-edge", !hidden && !fillsColumn);
    classes.toggle("shows-update", !hidden && kind === "update");
    classes.toggle("shows-classes", !hidden && kind === "classes");
  };
}

function move(element, parent) {
  if (element.parentElement === parent) return;
  const focus = element.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  parent.append(element);
  focus?.focus({ preventScroll: true });
}

/**
 * Clicks and keys in the shell: buttons by their data-do, links to experiments, the tabs, the speed, the drawer.
 * @param {HTMLElement} app @param {(id: string) => HTMLElement} find
 * @param {import("../session/commands.js").Commands} commands
 * @param {{state: () => any, help: () => void, openExperiment: (id: string) => void, compare: (pending: any) => void}} page
 */
export function listenToShell(app, find, commands, { state, help, openExperiment, compare }) {
  /** The thumb bar's second row, on a phone: new seed, epoch, speed, help, light or dark. */
  function more() {
    const open = app.classList.toggle("more-open");
    app.querySelector(".more-button").setAttribute("aria-expanded", String(open));
  }

  /** A phone's tabs: the lessons lie over the others. */
  function chooseTab(tab) {
    commands.openLessons(tab === "lessons");
    commands.tab(tab === "lessons" ? state().tab : tab);
  }

  const buttons = {
    more,
    reset: commands.reset,
    seed: commands.seed,
    back: commands.back,
    play: commands.toggle,
    forward: commands.forward,
    batch: commands.batch,
    epoch: commands.epoch,
    setup: () => commands.setup(),
    help,
    theme: commands.theme,
    share: () => commands.share(),
    legend: () => commands.openLegend(),
    lessons: () => commands.openLessons(),
    datasets: commands.openDatasets,
    "next-guide": commands.nextGuide,
    "end-guide": commands.endGuide,
  };
  app.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const link = /** @type {HTMLElement|null} */ (target.closest("a[data-experiment]"));
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      commands.openLessons(false);
      if (!state().offline) openExperiment(link.dataset.experiment);
      return;
    }
    /** @type {HTMLElement|null} */
    const button = target.closest("[data-do], [data-tab][role=tab]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    if (button.dataset.do) buttons[button.dataset.do]();
    else chooseTab(button.dataset.tab);
  });

  app.querySelector(".tabs").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const tabs = /** @type {HTMLElement[]} */ ([...app.querySelectorAll(".tabs [role=tab]")]).filter((each) =>
      each.checkVisibility(),
    );
    const index = tabs.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = tabs[(index + by + tabs.length) % tabs.length];
    chooseTab(next.dataset.tab);
    next.focus();
  });

  const speed = /** @type {HTMLInputElement} */ (find("speed"));
  speed.addEventListener("input", () => commands.speed(Number(speed.value)));
  find("transport").addEventListener("keydown", (event) => {
    // a toolbar's arrows step operations here; Tab goes from button to button
    if (event.target === speed && /^Arrow/.test(event.key)) event.stopPropagation();
  });

  find("apply").addEventListener("click", commands.apply);
  find("undo").addEventListener("click", commands.undo);
  find("compare").addEventListener("click", () => {
    const { pending } = state();
    commands.undo();
    commands.setup(false);
    compare(pending);
  });
  find("shortcut-letters").addEventListener("click", commands.toggleLetters);
}

/**
 * What the screen says of itself: its size, its theme, less motion, and whether it is seen.
 * @param {import("../session/commands.js").Commands} commands @param {() => any} state @param {() => void} redraw
 */
export function listenToScreen(commands, state, redraw) {
  addEventListener("resize", () => {
    applyPageZoom();
    const size = screenSize();
    if (size !== state().size) commands.setEnvironment({ size });
    redraw();
  });
  matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", (event) =>
    commands.setEnvironment({ reduced: event.matches }),
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
    if (!local.get("theme")) commands.setEnvironment({ theme: event.matches ? "dark" : "light" });
  });
  let pausedUnseen = false; // nothing is drawn in a hidden tab; it goes on once it is seen again
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && state().playing) {
      pausedUnseen = true;
      commands.pause();
    } else if (!document.hidden && pausedUnseen) {
      pausedUnseen = false;
      if (!state().playing && !state().divergence) commands.play();
    }
  });
  listenToPixelRatio(redraw);
}

/** On another screen, or at another zoom, the canvases are drawn anew. */
function listenToPixelRatio(redraw) {
  const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  query.addEventListener(
    "change",
    () => {
      dispatchEvent(new Event("resize"));
      redraw();
      listenToPixelRatio(redraw);
    },
    { once: true },
  );
}
