// The shell: toolbar, drawer, tabs and layout, and the clicks and keys on them.
import { local, screenSize } from "../dom/browser.js";
import { htmlWriter, setHidden, syncAttribute, syncText } from "../dom/elements.js";
import { applyPageZoom } from "../dom/pagezoom.js";
import { SPEEDS, speedText, speedWords } from "../run/clock.js";
import { textOf } from "../run/settings.js";

/** The state that shell and notices depend on; it does not change in every frame. */
const SHOWN = (
  "playing speed theme size tab setup tapeView offline shownStep lastStep operation divergence config pending onboarding message busy lostRun tables " +
  "selection run base changes samples rate epoch version letters lesson"
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

  function renderApp({ playing, offline, setup, run, lostRun, lesson, tab, size, theme, tapeView }) {
    app.classList.toggle("playing", playing);
    app.classList.toggle("offline", Boolean(offline));
    app.classList.toggle("setup-open", setup);
    app.classList.toggle("without-run", !run || Boolean(lostRun));
    app.classList.toggle("lesson", Boolean(lesson));
    syncAttribute(app, "data-tab", tab);
    syncAttribute(app, "data-size", size);
    find("side").classList.toggle("shows-steps", tapeView === "steps");
    if (root.dataset.theme === theme) return;
    root.classList.add("fade");
    root.dataset.theme = theme;
    setTimeout(() => root.classList.remove("fade"), 250);
  }

  let lacking = true;
  /** Disables what needs the server. */
  function offlineState({ offline, lostRun }) {
    const lacks = Boolean(offline || lostRun);
    if (!lacks && !lacking) return;
    lacking = lacks;
    for (const element of all(".main-slider, .quick-settings, .rail, .drawer")) {
      if (offline) {
        element.setAttribute("aria-disabled", "true");
        element.title = "Needs the server, which is away";
      } else if (element.hasAttribute("aria-disabled")) {
        element.removeAttribute("aria-disabled");
        element.title = "";
      }
    }
    for (const element of all(".transport .needs-server"))
      syncAttribute(element, "aria-disabled", offline || lostRun ? "true" : null);
  }

  function transport({ playing, speed, shownStep, operation, run }) {
    syncAttribute(one("[data-do=play]"), "aria-label", playing ? "Pause" : "Play");
    const atStart = shownStep === 0 || (shownStep > 1 && shownStep === (run?.first_step ?? 0) + 1 && operation === 0);
    one("[data-do=back]").toggleAttribute("disabled", atStart);
    const slider = /** @type {HTMLInputElement} */ (find("speed"));
    slider.value = String(speed);
    slider.style.setProperty("--p", `${(speed / (SPEEDS.length - 1)) * 100}%`);
    syncAttribute(slider, "aria-valuetext", speedWords(speed));
    syncText(find("speed-text"), speedText(speed));
  }

  function drawer({ setup, size, letters }) {
    const element = find("setup");
    if (element.hidden === setup) {
      element.hidden = !setup;
      if (setup) element.focus({ preventScroll: true });
      else one(size === "phone" ? "#rail [data-do=setup]" : ".menu")?.focus({ preventScroll: true });
    }
    const menu = one(".menu");
    syncAttribute(menu, "aria-expanded", String(setup));
    syncText(menu.querySelector("span"), setup ? "close" : size === "wide" ? "more" : "setup");
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
    write(find("undo"), `Undo${n > 1 ? (n === 2 ? " both" : " all") : ""}<small>go on</small>`);
  }

  /** Places the parts for this screen size and shows those of the chosen tab. */
  function placeParts({ size, tab, tapeView }) {
    const rail = find("rail");
    const home = size === "tablet" ? find("rail-place") : app;
    if (rail.parentElement !== home) size === "tablet" ? home.append(rail) : find("stage").before(rail);
    const statsHome = size === "phone" ? find("side") : find("stage");
    if (find("stats").parentElement !== statsHome) statsHome.append(find("stats"));
    setHidden(find("operations"), tapeView === "steps");
    setHidden(find("timeline"), !find("operations").hidden);
    syncAttribute(find("caption"), "tabindex", size === "phone" ? "0" : null); // it can be unfolded there
    for (const button of all("[role=tab]")) {
      const chosen = button.dataset.tab === tab;
      syncAttribute(button, "aria-selected", String(chosen));
      syncAttribute(button, "tabindex", chosen ? "0" : "-1");
    }
  }

  const changed = onChange(SHOWN);
  const settledChanged = onChange(SETTLED);
  return (state, view) => {
    if (!changed(state)) return false;
    transport(state);
    penalty(view);
    if (!settledChanged(state)) return true;
    renderApp(state);
    offlineState(state);
    drawer(state);
    stagedChanges();
    placeParts(state);
    return true;
  };
}

/**
 * Places the inspector: a unit's fills the right column; a weight's is beside the graph, unless it would cover a tile. The
 * onboarding is shown only where the network leaves room for it.
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
      find("app").classList.toggle("crowded", covers(find("onboarding").getBoundingClientRect()));
      move(element, find(placement.aside ? "unit" : "stage"));
      if (!placement.aside && size === "wide" && kind && covers(element.getBoundingClientRect())) {
        placement.aside = true;
        move(element, find("unit"));
      }
    }
    const hidden = !placement.aside || !kind;
    if (find("unit").hidden !== hidden) find("unit").hidden = hidden;
    find("app").classList.toggle("shows-unit", fillsColumn);
    const classes = find("side").classList;
    classes.toggle("shows-edge", !hidden && !fillsColumn);
    classes.toggle("shows-update", !hidden && kind === "update");
    classes.toggle("shows-classes", !hidden && kind === "classes");
  };
}

function move(element, place) {
  if (element.parentElement === place) return;
  const focus = element.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  place.append(element);
  focus?.focus({ preventScroll: true });
}

/**
 * Clicks and keys in the shell: buttons by their data-do, links to experiments, the tabs, the speed, the drawer.
 * @param {HTMLElement} app @param {(id: string) => HTMLElement} find @param {any} commands
 * @param {{state: () => any, help: () => void, openExperiment: (id: string) => void, compare: (pending: any) => void}} page
 */
export function listenToShell(app, find, commands, { state, help, openExperiment, compare }) {
  /** The thumb bar's second row, on a phone: new seed, epoch, speed, help, light or dark. */
  function more() {
    const open = app.classList.toggle("more-open");
    app.querySelector(".more-button").setAttribute("aria-expanded", String(open));
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
  };
  app.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const link = /** @type {HTMLElement|null} */ (target.closest("a[data-experiment]"));
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (!state().offline) openExperiment(link.dataset.experiment);
      return;
    }
    /** @type {HTMLElement|null} */
    const button = target.closest("[data-do], [data-tab][role=tab]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    if (button.dataset.do) buttons[button.dataset.do]();
    else commands.tab(button.dataset.tab);
  });

  app.querySelector(".tabs").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const tabs = /** @type {HTMLElement[]} */ ([...app.querySelectorAll("[role=tab]")]);
    const index = tabs.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = tabs[(index + by + tabs.length) % tabs.length];
    commands.tab(next.dataset.tab);
    next.focus();
  });

  const speed = /** @type {HTMLInputElement} */ (find("speed"));
  speed.addEventListener("input", () => commands.speed(Number(speed.value)));
  find("transport").addEventListener("keydown", (event) => {
    // a toolbar's arrows step operations here (SPEC §7); Tab goes from button to button
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

/** What the screen says of itself: its size, its theme, less motion, and whether it is seen. */
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
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && state().playing) commands.pause();
  });
}
