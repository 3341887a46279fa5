// The story's composition root: which chapter is read, what the picture shows of it, what the reader changes.

import { applyPageZoom } from "./dom/pagezoom.js";
import { targetOf } from "./run/records.js";
import { createApi } from "./session/api.js";
import { createNote } from "./story/caption.js";
import { motionAt, valuesOf } from "./story/expressions.js";
import { createContents, createReader, listenToKeys } from "./story/navigation.js";
import { createNumbers } from "./story/numbers.js";
import { createRecording } from "./story/paths.js";
import { createPicture } from "./story/picture.js";
import { createPaper, createVoice } from "./story/preferences.js";
import { createEngine } from "./story/runs.js";
import { createSetting, letPull } from "./story/setting.js";
import { createYours } from "./story/userrun.js";

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

/** Where the reader stands, and what is there to be shown. */
const now = {
  at: 0, // chapter
  op: 0,
  t: 1,
  motion: null,
  selection: null,
  hover: null,
  hoverRef: null,
  small: null, // the small network: {run, step, spot, ops, samples}
  trials: facts.trials,
  notes: null, // drawings for the present setting, once they are others than the page's
  size: sizeNow(),
  reduced: reducedNow(),
  away: 0,
};
let values = null; // what the numbers are read from
let dirty = true;

const redraw = () => {
  dirty = true;
};
const chapter = () => chapters[now.at];
const selectionOf = (ref) => (ref ? targetOf(ref.replace(/^([Wb])/, "d$1")) : null);

/* ---------- the engine ---------- */

const awayFor = (seconds) => {
  now.away = seconds;
  redraw();
};
const api = createApi({ root: base, onOffline: awayFor, onOnline: () => awayFor(0) });
const engine = createEngine({
  api,
  shapes: facts.shapes,
  start: facts.start,
  onStep(record) {
    const begins = !now.small;
    now.small = record;
    tell();
    if (begins && !now.motion) rest();
  },
  onTrials({ trials, notes }) {
    Object.assign(now, { trials, notes });
    tell();
    showNote();
  },
});
const numbers = createNumbers(document);
const yours = createYours({ api, facts, base, strip: find("yours-strip"), changed: again });

/** Writes every number that has changed, in place. */
function tell() {
  if (!now.small) return;
  const mine = yours.mine();
  values = valuesOf(now.small.step, now.trials, { ...facts.fixed, mine: { ...facts.fixed.mine, ...mine } });
  numbers.write(values);
  find("yours")
    .querySelector(".formula")
    .toggleAttribute("hidden", Boolean(mine && !mine.unit));
  redraw();
}

const setting = createSetting({
  shapes: facts.shapes,
  start: facts.start,
  find,
  changed() {
    stop();
    engine.ask(setting.now());
    askTrials();
    redraw();
  },
  place: () => ({ kept: yours.kept(), hash: now.at || location.hash ? `#${chapter().id}` : "" }),
});
const recording = createRecording({
  find,
  fixed: facts.fixed,
  reduced: reducedNow,
  changed: redraw,
  ask: () => askTrials(0),
});

/** @param {number} [pause] */
const askTrials = (pause) => engine.askTrials(setting.now(), { weight: chosen(), ...recording.asked() }, pause);
const chosen = () =>
  now.selection?.kind === "weight"
    ? `W${now.selection.layer}[${now.selection.from}][${now.selection.to}]`
    : now.selection?.kind === "bias"
      ? `b${now.selection.layer}[${now.selection.unit}]`
      : "W3[0][0]";

/* ---------- the picture ---------- */

/** What is shown: the reader's own run, the last chapter's network, or the small one. */
const shownRun = () => yours.guest() ?? (chapter().note === "yours" ? yours.last() : now.small);
const recordingOff = () => chapter().note === "paths" && recording.off();
const note = createNote({ chapters, live, place: find("note") });
const picture = createPicture({
  live,
  find,
  note,
  on: {
    select,
    hover: point,
    scrub: seek,
    move: (by) => seek(now.op + by),
    hoverRef: (ref) => {
      now.hoverRef = ref;
      redraw();
    },
  },
});

function draw() {
  const source = shownRun();
  if (!source) return;
  picture.draw(now, source, {
    chapter: chapter(),
    own: source === now.small,
    rests: now.op === restOf(chapter()),
    chosen: chosen(),
    setting: setting.now(),
    off: recordingOff(),
    routes: recording.routes(),
    counting: recording.counting(),
    said: said(),
  });
}

/** What is said above the picture, where it isn't the operation. */
function said() {
  if (now.away) return { words: `The server is away; asked again in ${Math.ceil(now.away)} s.` };
  return recordingOff() ? { head: "Recording off", words: recording.words() } : {};
}

/** The note below the picture, and in it the chosen bar among the thirteen. */
function showNote() {
  const other = Boolean(yours.guest());
  const name = other || chapter().note === "yours" ? "" : chapter().note;
  note.show(now.at, { name, drawn: now.notes, phone: now.size === "phone", other });
  for (const trial of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".trial")))
    trial.classList.toggle("chosen", trial.dataset.weight === chosen());
}

/* ---------- chapters ---------- */

/** Where a record stands on the tape; a network that hasn't got it is shown as its error turns round. */
function indexOfOp(name) {
  const ops = shownRun()?.ops ?? [];
  const found = ops.findIndex((op) => op.names.includes(name));
  return Math.max(0, found < 0 ? ops.findIndex((op) => op.phase === "backward") : found);
}
const restOf = ({ op }) => indexOfOp(op);
const endOf = ({ op }) => (op === "update" ? 0.9 : 1);

/** Where the chapter rests. */
function rest() {
  const selection = selectionOf(chapter().selection);
  const resting = { op: restOf(chapter()), t: endOf(chapter()), selection };
  const left = { op: indexOfOp(yours.place.op), t: 1, selection: yours.place.selection };
  Object.assign(now, { motion: null }, yours.guest() ? left : resting);
  redraw();
}

const contents = createContents({ chapters, find, home: yours.home });
let waiting = 0;
let entered = -1;
/** @param {number} i */
function enter(i) {
  if (i === entered) return;
  entered = i;
  now.at = i;
  clearTimeout(waiting);
  recording.restore();
  contents.show(i);
  live.dataset.chapter = chapter().id;
  if (chapter().note === "yours" && !yours.last()) yours.open();
  yours.tell(chapter().note === "yours");
  const before = chosen();
  rest();
  if (now.notes && before !== chosen()) askTrials(0);
  showNote();
  setting.write();
  waiting = setTimeout(() => {
    contents.say(i);
    if (!reducedNow() && !yours.guest()) play();
  }, 250);
}

/** Another network is there: the chapter is entered anew. */
function again() {
  tell();
  entered = -1;
  enter(now.at);
}

const reader = createReader({
  sections,
  top() {
    const { left, top, bottom } = live.getBoundingClientRect();
    return now.size !== "phone" ? 0 : left > 0 ? top : bottom; // beside the text, or above it
  },
  reduced: reducedNow,
  enter,
});

/** Plays the chapter's one motion. With reduced motion it goes on by one operation instead. */
function play() {
  if (!shownRun()) return;
  const { begin, seconds, selection } = chapter();
  if (yours.guest()) seek(now.op + 1);
  else if (recordingOff()) recording.count();
  else if (reducedNow()) seek(now.op >= shownRun().ops.length - 1 ? 0 : now.op + 1);
  else {
    const way = { from: indexOfOp(begin), to: restOf(chapter()), end: endOf(chapter()), seconds: Number(seconds) };
    now.selection = selectionOf(selection);
    now.motion = { ...way, begun: performance.now() };
    redraw();
  }
}

function stop() {
  clearTimeout(waiting);
  if (now.motion) Object.assign(now, { motion: null, op: restOf(chapter()), t: endOf(chapter()) });
}

/** The reader's hand on the tape: nothing moves by itself until the next chapter. */
function seek(to, progress = 1) {
  const source = shownRun();
  if (!source) return;
  clearTimeout(waiting);
  const last = source.ops.length - 1;
  const op = Math.max(0, Math.min(last, to));
  Object.assign(now, { motion: null, op, t: op === last ? Math.min(progress, 0.9) : progress });
  redraw();
}

function select(thing) {
  stop();
  now.selection = thing ?? selectionOf(chapter().selection);
  showNote();
  if (/^(blame|hand)$/.test(chapter().note)) askTrials(0);
  redraw();
}

function point(thing) {
  if (JSON.stringify(thing) === JSON.stringify(now.hover)) return;
  now.hover = thing;
  redraw();
}

/** The picture is the chapter's again. */
function handBack() {
  Object.assign(now, { hover: null, hoverRef: null });
  recording.restore();
  rest();
  showNote();
}

/* ---------- hands, keys, paper ---------- */

const voice = createVoice({ story, here: () => chapter().section, theme: find("theme"), changed: redraw });
letPull(live, { input: { is: picture.isInput, box: picture.inputBox }, set: setting.set });
listenToKeys({
  turn: reader.turn,
  seek: (by) => seek(now.op + by),
  first: () => reader.goTo(0),
  last: () => reader.goTo(chapters.length - 1),
  voice: voice.other,
  play,
  back: handBack,
  choose: (ref) => select(selectionOf(ref)),
});
story.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const under = (selector) => /** @type {HTMLElement|null} */ (target.closest(selector));
  const button = under("[data-play]");
  const i = chapters.findIndex(({ id }) => id === button?.dataset.play);
  if (button && i !== now.at) reader.goTo(i);
  else if (button) play();
  const ref = under(".trial")?.dataset.weight ?? under(".words [data-ref]")?.dataset.ref;
  if (ref) select(selectionOf(ref));
});
find("play").addEventListener("click", play);
find("again").addEventListener("click", () => {
  if (values) setting.take(Object.keys(facts.shapes).flatMap((name) => values.next[name].flat()));
});
for (const link of contents.links)
  link.addEventListener("click", (event) => {
    const i = chapters.findIndex(({ id }) => link.getAttribute("href") === `#${id}`);
    if (i < 0) return;
    event.preventDefault();
    reader.goTo(i);
  });
const take = /** @type {HTMLAnchorElement} */ (find("take"));
for (const sign of ["pointerdown", "focus"])
  take.addEventListener(sign, () => {
    const source = yours.last();
    if (source) take.href = yours.take(source.ops[now.op].name, now.selection);
  });

/** Pointing at a number or a symbol lights its mark in the picture and on the tape. */
function light(ref) {
  if (ref === now.hoverRef) return;
  const found = selectionOf(ref);
  now.hoverRef = ref;
  now.hover = found && (found.kind === "weight" || chapter().selection === "") ? found : null;
  redraw();
}
for (const name of ["pointerover", "focusin"])
  find("text").addEventListener(name, ({ target }) =>
    light(/** @type {any} */ (target).closest?.(".words [data-ref]")?.getAttribute("data-ref") ?? null),
  );
find("text").addEventListener("focusout", () => light(null));

addEventListener("resize", () => {
  applyPageZoom();
  const moved = sizeNow() !== now.size;
  now.size = sizeNow();
  note.forget();
  showNote();
  if (moved)
    chapter().section.scrollIntoView({ behavior: "instant" }); // another layout: the same chapter
  else reader.read();
  redraw();
});
matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", () => {
  now.reduced = reducedNow();
  stop();
  redraw();
});
createPaper({
  before() {
    numbers.still();
    note.paper(true);
  },
  after() {
    numbers.live();
    note.paper(false);
    showNote();
  },
});

/* ---------- the one loop ---------- */

function frame(time) {
  if (now.motion) {
    const { op, t, over } = motionAt(now.motion, time - now.motion.begun);
    Object.assign(now, { op, t, motion: over ? null : now.motion });
    redraw();
  }
  if (dirty) {
    dirty = false;
    draw();
  }
  requestAnimationFrame(frame);
}

voice.remember();
setting.show();
engine.ask(setting.now(), 0);
yours.begin();
reader.begin(
  Math.max(
    0,
    chapters.findIndex(({ id }) => `#${id}` === location.hash),
  ),
);
requestAnimationFrame(frame);
