// The story's composition root: which chapter is read, what the picture shows of it, what the reader changes.

import { applyPageZoom } from "./dom/pagezoom.js";
import { listenToTerms } from "./dom/terms.js";
import { targetOf } from "./run/records.js";
import { createApi } from "./session/api.js";
import { createNote } from "./story/caption.js";
import { valuesOf } from "./story/expressions.js";
import { createContents, createReader, listenToKeys } from "./story/navigation.js";
import { createNumbers } from "./story/numbers.js";
import { createPathSum } from "./story/paths.js";
import { createMotion, createPicture } from "./story/picture.js";
import { createAnswers, createPrint, createTextMode } from "./story/preferences.js";
import { createSmallNetwork } from "./story/runs.js";
import { createSetting, enableDragging } from "./story/setting.js";
import { createUserRun } from "./story/userrun.js";

applyPageZoom();
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const root = document.documentElement;
const base = root.dataset.root ?? "";
const story = find("story");
const live = find("live");
const facts = JSON.parse(find("facts").textContent);
const sections = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".chapter")]);
const media = (query) => matchMedia(query).matches;
const reducedNow = () => media("(prefers-reduced-motion: reduce)");
const sizeNow = () => (media("(max-width: 860px)") ? "phone" : media("(max-width: 1180px)") ? "tablet" : "wide");
const chapters = sections.map((section, i) => ({
  ...section.dataset,
  ...facts.chapters[i],
  id: section.id,
  section,
  title: section.querySelector("h2").textContent,
}));

/** The reader's position in the story, and what there is to be shown. */
const state = {
  at: 0, // chapter
  operation: 0,
  progress: 1,
  motion: null,
  selection: null,
  hover: null,
  hoverRef: null,
  small: null, // the small network: {run, step, spot, ops, samples}
  trials: facts.trials,
  notes: null, // drawings for the present setting, once they are others than the page's
  size: sizeNow(),
  reduced: reducedNow(),
  offline: 0,
};
let values = null; // what the numbers are read from
let dirty = true;

const redraw = () => {
  dirty = true;
};
const chapter = () => chapters[state.at];
const selectionOf = (ref) => (ref ? targetOf(ref.replace(/^([Wb])/, "d$1")) : null);

/* ---------- the engine ---------- */

const setOffline = (seconds) => {
  state.offline = seconds;
  redraw();
};
const api = createApi({ root: base, onOffline: setOffline, onOnline: () => setOffline(0) });
listenToTerms(api.glossary);
const engine = createSmallNetwork({
  api,
  shapes: facts.shapes,
  start: facts.start,
  onStep(record) {
    const isFirst = !state.small;
    state.small = record;
    updateNumbers();
    if (isFirst) motion.networkArrived();
  },
  onTrials({ trials, notes }) {
    Object.assign(state, { trials, notes });
    updateNumbers();
    showNote();
  },
});
const numbers = createNumbers(document);
const userRun = createUserRun({ api, facts, base, strip: find("user-run-bar"), changed: reenter });

/** Writes every number that has changed, in place. */
function updateNumbers() {
  if (!state.small) return;
  const described = userRun.description();
  values = valuesOf(state.small.step, state.trials, { ...facts.fixed, mine: { ...facts.fixed.mine, ...described } });
  numbers.write(values);
  find("yours")
    .querySelector(".formula")
    .toggleAttribute("hidden", Boolean(described && !described.unit));
  redraw();
}

const setting = createSetting({
  shapes: facts.shapes,
  start: facts.start,
  find,
  changed() {
    motion.stop();
    engine.ask(setting.now());
    askTrials();
    redraw();
  },
  addressParts: () => ({ runQuery: userRun.query(), hash: state.at || location.hash ? `#${chapter().id}` : "" }),
});
const pathSum = createPathSum({
  find,
  fixed: facts.fixed,
  reduced: reducedNow,
  changed: redraw,
  ask: () => askTrials(0),
});

/** @param {number} [pause] */
const askTrials = (pause) =>
  engine.askTrials(setting.now(), { weight: selectedWeight(), ...pathSum.noteQuery() }, pause);
const selectedWeight = () =>
  state.selection?.kind === "weight"
    ? `W${state.selection.layer}[${state.selection.from}][${state.selection.to}]`
    : state.selection?.kind === "bias"
      ? `b${state.selection.layer}[${state.selection.unit}]`
      : "W3[0][0]";

/* ---------- the picture ---------- */

/** What is shown: the reader's own run, the last chapter's network, or the small one. */
const shownRun = () => userRun.linkedRun() ?? (chapter().note === "yours" ? userRun.network() : state.small);
const sumsOverPaths = () => chapter().note === "paths" && pathSum.isActive();
const note = createNote({ chapters, live, host: find("note") });
const picture = createPicture({
  live,
  find,
  note,
  on: {
    select,
    hover: setHover,
    scrub: (to, progress) => motion.seek(to, progress),
    move: (by) => motion.seek(state.operation + by),
    hoverRef: (ref) => {
      state.hoverRef = ref;
      redraw();
    },
  },
});

function draw() {
  const source = shownRun();
  if (!source) return;
  picture.draw(state, source, {
    chapter: chapter(),
    isSmallNetwork: source === state.small,
    atRest: motion.isAtRest(),
    selectedWeight: selectedWeight(),
    setting: setting.now(),
    sumsOverPaths: sumsOverPaths(),
    shownPaths: pathSum.shownPaths(),
    isCounting: pathSum.isCounting(),
    captionOverride: captionOverride(),
  });
}

/** What is said above the picture, where it isn't the operation. */
function captionOverride() {
  if (state.offline) return { words: `The server is away; asked again in ${Math.ceil(state.offline)} s.` };
  return sumsOverPaths() ? { head: "Recording off", words: pathSum.caption() } : {};
}

/** The note below the picture, and in it the chosen bar among the thirteen. */
function showNote() {
  const other = Boolean(userRun.linkedRun());
  const name = other || chapter().note === "yours" ? "" : chapter().note;
  note.show(state.at, { name, drawn: state.notes, phone: state.size === "phone", other });
  for (const trial of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".trial")))
    trial.classList.toggle("chosen", trial.dataset.weight === selectedWeight());
}

/* ---------- chapters ---------- */

const motion = createMotion({
  state,
  chapter,
  network: shownRun,
  linkedPosition: () => (userRun.linkedRun() ? userRun.position : null),
  countPaths() {
    if (sumsOverPaths()) pathSum.count();
    return sumsOverPaths();
  },
  selectionOf,
  redraw,
});

const contents = createContents({ chapters, find, home: userRun.home });
let enteredChapter = -1;
/** @param {number} i */
function enter(i) {
  if (i === enteredChapter) return;
  enteredChapter = i;
  state.at = i;
  motion.cancel();
  pathSum.restore();
  contents.show(i);
  live.dataset.chapter = chapter().id;
  if (chapter().note === "yours" && !userRun.network()) userRun.open();
  userRun.updateStrip(chapter().note === "yours");
  const before = selectedWeight();
  motion.rest();
  if (state.notes && before !== selectedWeight()) askTrials(0);
  showNote();
  setting.write();
  motion.playSoon(() => contents.say(i));
}

/** Another network is there: the chapter is entered again. */
function reenter() {
  updateNumbers();
  enteredChapter = -1;
  enter(state.at);
}

const reader = createReader({
  sections,
  top() {
    const { left, top, bottom } = live.getBoundingClientRect();
    return state.size !== "phone" ? 0 : left > 0 ? top : bottom; // beside the text, or above it
  },
  reduced: reducedNow,
  enter,
});

function select(thing) {
  motion.stop();
  state.selection = thing ?? selectionOf(chapter().selection);
  showNote();
  if (/^(blame|hand)$/.test(chapter().note)) askTrials(0);
  redraw();
}

function setHover(thing) {
  if (JSON.stringify(thing) === JSON.stringify(state.hover)) return;
  state.hover = thing;
  redraw();
}

/** Back to what the chapter shows. */
function backToChapter() {
  Object.assign(state, { hover: null, hoverRef: null });
  pathSum.restore();
  motion.rest();
  showNote();
}

/* ---------- pointer, keys, print ---------- */

const textMode = createTextMode({ story, here: () => chapter().section, theme: find("theme"), changed: redraw });
enableDragging(live, { input: { is: picture.isInput, box: picture.inputBox }, set: setting.set });
listenToKeys({
  turn: reader.turn,
  seek: (by) => motion.seek(state.operation + by),
  first: () => reader.goTo(0),
  last: () => reader.goTo(chapters.length - 1),
  toggleTextMode: textMode.toggle,
  play: motion.play,
  back: backToChapter,
  choose: (ref) => select(selectionOf(ref)),
});
story.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const closest = (selector) => /** @type {HTMLElement|null} */ (target.closest(selector));
  const button = closest("[data-play]");
  const i = chapters.findIndex(({ id }) => id === button?.dataset.play);
  if (button && i !== state.at) reader.goTo(i);
  else if (button) motion.play();
  const kind = closest("[data-save]")?.dataset.save;
  if (kind === "SVG" || kind === "PNG") save(kind);
  const ref = closest(".trial")?.dataset.weight ?? closest(".words [data-ref]")?.dataset.ref;
  if (ref) select(selectionOf(ref));
});
/** Saves the picture of the chapter that is read. @param {"SVG"|"PNG"} kind */
async function save(kind) {
  const { saveChapter } = await import("./story/chapterpicture.js");
  motion.stop();
  const { x, y, eta } = setting.now();
  const of =
    shownRun() === state.small ? `Layers of 1, 2, 2 and 1, x ${x}, target ${y}, η ${eta}.` : "A run of one’s own.";
  await saveChapter(live, { kind, chapter: { ...chapter(), ordinal: state.at + 1 }, of, redraw, file: api.file });
}
find("play").addEventListener("click", motion.play);
find("again").addEventListener("click", () => {
  if (values) setting.setWeights(Object.keys(facts.shapes).flatMap((name) => values.next[name].flat()));
});
for (const link of contents.links)
  link.addEventListener("click", (event) => {
    const i = chapters.findIndex(({ id }) => link.getAttribute("href") === `#${id}`);
    if (i < 0) return;
    event.preventDefault();
    reader.goTo(i);
  });
const playgroundLink = /** @type {HTMLAnchorElement} */ (find("take"));
for (const eventName of ["pointerdown", "focus"])
  playgroundLink.addEventListener(eventName, () => {
    const source = userRun.network();
    if (source) playgroundLink.href = userRun.playgroundAddress(source.ops[state.operation].name, state.selection);
  });

/** Pointing at a number or a symbol lights its mark in the picture and on the tape. */
function highlight(ref) {
  if (ref === state.hoverRef) return;
  const found = selectionOf(ref);
  state.hoverRef = ref;
  state.hover = found && (found.kind === "weight" || chapter().selection === "") ? found : null;
  redraw();
}
for (const name of ["pointerover", "focusin"])
  find("text").addEventListener(name, ({ target }) =>
    highlight(/** @type {any} */ (target).closest?.(".words [data-ref]")?.getAttribute("data-ref") ?? null),
  );
find("text").addEventListener("focusout", () => highlight(null));

addEventListener("resize", () => {
  applyPageZoom();
  const resized = sizeNow() !== state.size;
  state.size = sizeNow();
  note.clear();
  showNote();
  if (resized)
    chapter().section.scrollIntoView({ behavior: "instant" }); // another layout: the same chapter
  else reader.read();
  redraw();
});
matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", () => {
  state.reduced = reducedNow();
  motion.stop();
  redraw();
});
const answers = createAnswers(document);
createPrint({
  before() {
    numbers.showOriginal();
    note.setPrinting(true);
    answers.open();
  },
  after() {
    numbers.showCurrent();
    note.setPrinting(false);
    answers.restore();
    showNote();
  },
});

/* ---------- the one loop ---------- */

function frame(time) {
  motion.advance(time);
  if (dirty) {
    dirty = false;
    draw();
  }
  requestAnimationFrame(frame);
}

textMode.restore();
setting.show();
engine.ask(setting.now(), 0);
userRun.begin();
reader.begin(
  Math.max(
    0,
    chapters.findIndex(({ id }) => `#${id}` === location.hash),
  ),
);
requestAnimationFrame(frame);
