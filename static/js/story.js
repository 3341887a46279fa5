// The story's composition root: which chapter is read, what the picture shows of it, what the reader changes.
import { toQuery as playgroundQuery } from "./address.js";
import { createApi } from "./api.js";
import { placeText, readPlace } from "./chapters.js";
import { createGraph } from "./graph.js";
import { superscript, thousands } from "./scales.js";
import { evaluate, fromQuery, indexOf, motionAt, shown, toQuery, valuesOf } from "./storybind.js";
import { createCaption, createReadingLine } from "./storycaption.js";
import { createDrawing } from "./storydraw.js";
import { createEngine, opened, trained } from "./storyengine.js";
import { createNumbers } from "./storynumbers.js";
import { createCounter } from "./storypaths.js";
import { createTape, targetOf } from "./tape.js";
import { operations } from "./timeline.js";

const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const root = document.documentElement;
const base = root.dataset.root ?? "";
const story = find("story");
const live = find("live");
const facts = JSON.parse(find("facts").textContent);
const sections = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".chapter")]);
const links = [...document.querySelectorAll(".contents a")];
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
const query = new URLSearchParams(location.search);
const came = readPlace(location.search) ?? { op: "x", selection: null }; // from where in the run that a link from the playground brought

let setting = fromQuery(location.search, facts.start); // what the reader has asked for
let values = null; // what the numbers are read from
let trials = facts.trials;
let notes = null; // drawings for the present setting, once they are others than the page's
let small = null; // {run, step, spot, ops, samples} of the small network
let large = null; // the same of the last chapter's network
let guest = null; // and of the reader's own run, where a link from the playground brought one
let at = 0; // chapter
let op = 0;
let t = 1;
let motion = null;
let hover = null;
let hoverRef = null;
let selection = null;
let recording = true;
let layers = 2;
let wide = false;
let counted = null; // multiplications shown while paths light up one by one
let routes = null;
let dirty = true;
let size = sizeNow();
let away = 0;

const api = createApi({
  root: base,
  onAway: (seconds) => {
    away = seconds;
    dirty = true;
  },
  onBack: () => {
    away = 0;
    dirty = true;
  },
});
const engine = createEngine({
  api,
  shapes: facts.shapes,
  start: facts.start,
  onStep(run, step, of) {
    const samples = {
      columns: ["x1"],
      units: [""],
      classes: [],
      features: ["x1"],
      values: [[of.x]],
      inputs: [[of.x]],
      targets: [[of.y]],
      train: 1,
      extent: [-3, 3, 0, 1],
      task: "regression",
    };
    const begins = !small;
    small = { run, step, spot: step.spotlight, ops: named(operations(step)), samples };
    tell();
    if (begins && !motion) rest();
  },
  onTrials(answer) {
    ({ trials, notes } = answer);
    tell();
    note();
    if (size === "phone" && !printing) inText(notes);
  },
});

/** The output's answer has a name of its own in the text: ŷ, and ∂ŷ on the way back. */
const named = (ops) =>
  ops.map((o) =>
    o.name === "a3"
      ? { ...o, label: { base: "ŷ", sup: "" } }
      : o.name === "da3"
        ? { ...o, label: { base: "∂ŷ", sup: "" } }
        : o,
  );

/* ---------- numbers ---------- */

const numbers = createNumbers(document);
const sliders = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[data-field]")]);
let first = null;
let printing = false;

/** Writes every number that has changed, in place. */
function tell() {
  if (!small) return;
  values = valuesOf(small.step, trials, facts.fixed);
  first ??= values;
  if (!printing) numbers.write(values);
  dirty = true;
}

/** Another input, target, rate or weight. @param {Partial<typeof setting>} wanted */
function change(wanted) {
  setting = { ...setting, ...wanted };
  stop();
  engine.ask(setting);
  askTrials();
  slide();
  address();
  dirty = true;
}

const askTrials = (pause) =>
  engine.askTrials(setting, { weight: chosen(), layers: String(layers), wide: wide ? "1" : "0" }, pause);
const chosen = () =>
  selection?.kind === "weight"
    ? `W${selection.layer}[${selection.from}][${selection.to}]`
    : selection?.kind === "bias"
      ? `b${selection.layer}[${selection.unit}]`
      : "W3[0][0]";

function set(field, value) {
  const limits = { x: [-3, 3], y: [0, 1], eta: [0, 20] }[field] ?? [-2, 2];
  const rounded = Math.round(Math.min(limits[1], Math.max(limits[0], value)) * 100) / 100;
  if (field in facts.start && field !== "w") return change({ [field]: rounded });
  const w = [...setting.w];
  w[indexOf(facts.shapes, field)] = rounded;
  return change({ w });
}

/** Puts the sliders where the setting is. */
function slide() {
  for (const input of sliders) {
    const field = input.dataset.field;
    const value = field in facts.start ? setting[field] : setting.w[indexOf(facts.shapes, field)];
    if (Number(input.value) !== value) input.value = String(value);
    input.style.setProperty("--p", `${((value - Number(input.min)) / (Number(input.max) - Number(input.min))) * 100}%`);
  }
  const changed = toQuery(setting, facts.start);
  const back = find("put-back");
  back.hidden = !changed;
  back.textContent = `put back ${shown(facts.start.x)}, ${shown(facts.start.y)}, ${shown(facts.start.eta)}`;
}

let writing = 0;
function address() {
  clearTimeout(writing);
  writing = setTimeout(() => {
    const changed = toQuery(setting, facts.start);
    const kept = guest
      ? `run=${encodeURIComponent(query.get("run"))}&step=${query.get("step")}&${placeText(came.op, came.selection)}`
      : "";
    const search = [kept, changed].filter(Boolean).join("&");
    history.replaceState(
      history.state,
      "",
      `${location.pathname}${search ? `?${search}` : ""}${at || location.hash ? `#${chapters[at].id}` : ""}`,
    );
  }, 250);
}

/* ---------- the picture ---------- */

const drawing = createDrawing();
const graph = createGraph(find("stage"), { select, hover: point, painted: drawing.paint });
const tape = createTape(find("tape"), {
  scrub: (to, progress) => seek(to, progress),
  move: (by) => seek(op + by),
  hover: point,
  hoverRef: (ref) => {
    hoverRef = ref;
    dirty = true;
  },
});

/** What is shown: the reader's own run, the last chapter's network, or the small one. */
const shownRun = () => guest ?? (chapters[at].note === "yours" ? large : small);

function viewOf() {
  const source = shownRun();
  if (!source) return null;
  const chapter = chapters[at];
  const isSmall = source === small;
  const still = !motion && !counted;
  const trial = isSmall && chapter.note === "blame" ? trials.all.find((entry) => entry.of === chosen()) : null;
  return {
    ...source,
    catalog: null,
    config: source.run.config,
    op: Math.min(op, source.ops.length - 1),
    t,
    playing: Boolean(motion),
    mode: "operations",
    front: null,
    selection: recordingOff() ? null : selection,
    hover,
    hoverRef,
    spotlight: { index: 0 },
    theme: root.dataset.theme,
    reduced: reducedNow(),
    size,
    story: isSmall
      ? {
          curves: trials.curves,
          keys: still && !recordingOff() && op === restOf(chapter) ? chapter.keys : null,
          x: setting.x,
          y: setting.y,
          routes,
          trial: trial && { ...trial, value: evaluate(trial.of, small.step.parameters), size: trials.size },
        }
      : null,
  };
}

const recordingOff = () => chapters[at].note === "paths" && !recording;
const graphSize = () =>
  shownRun() !== small ? size : { phone: "story-phone", tablet: "story-narrow", wide: "story" }[size];

function draw() {
  const view = viewOf();
  if (!view) return;
  const doors = chapters[at].note === "doors" && !guest && size !== "phone";
  if (!doors) graph.render({ ...view, size: graphSize() });
  tape.render(recordingOff() ? { ...view, step: null, spot: null } : view);
  caption(view, said());
  line(read(view), graph.layout());
}

const caption = createCaption(find("caption"));
const line = createReadingLine(live, find("stage"));

const MOST = 4096; // paths that may be walked one by one
const pathsNow = () => facts.fixed[wide ? "wide" : "grow"][layers - 1].paths;

/** What is said above the picture. */
const said = () =>
  away
    ? { words: `The server is away; asked again in ${Math.ceil(away)} s.` }
    : recordingOff()
      ? {
          head: "Recording off",
          words: counted
            ? `Path ${counted.path} of ${counted.all}, multiplied out on its own.`
            : pathsNow() > MOST
              ? `${thousands(pathsNow())} paths: too many to walk one by one.`
              : "Every path is multiplied out on its own.",
        }
      : {};

/** The cell that the chapter's operation reads, and the unit that it supplies: [record, layer, unit]. */
function read(view) {
  const { id } = chapters[at];
  if (motion || !view.story || size === "phone" || op !== restOf(chapters[at])) return null;
  if (id === "slope") return ["a3", 3, 0];
  if (id !== "weight" || (selection && selection.kind !== "weight")) return null;
  const layer = selection ? selection.layer - 1 : 2;
  return [layer ? `a${layer}` : "x", layer, selection?.from ?? 0];
}

/* ---------- the note below the picture ---------- */

let noted = "";
function note() {
  const chapter = chapters[at];
  const place = find("note");
  const name = guest || chapter.note === "yours" ? "" : chapter.note;
  const drawn = name && (notes?.[name] ?? chapter.section.querySelector(".note-here").innerHTML);
  const key = `${at} ${Boolean(guest)} ${size === "phone"} ${drawn}`;
  live.classList.toggle("is-doors", name === "doors" && size !== "phone");
  live.dataset.note = name;
  if (key === noted) return mark();
  noted = key;
  if (size === "phone" && !guest) {
    place.innerHTML = `<p class="line">${chapter.section.querySelector(".only").innerHTML}</p>`;
  } else place.innerHTML = drawn || "";
  if (name === "doors" && size !== "phone") {
    const head = document.createElement("div");
    head.className = "doors-head";
    head.innerHTML =
      "<h3>One path back, factor by factor</h3><p>From the output to the first layer, through this very network. The bar is what is left of the error.</p>";
    place.prepend(head);
    place.append(chapter.section.querySelector(".doors").cloneNode(true));
  }
  return mark();
}

/** The notes in the text, which a phone shows; paper gets back those that the page came with. */
const stills = chapters.map(({ section }) => section.querySelector(".note-here").innerHTML);
function inText(drawn) {
  chapters.forEach(({ section, note: name }, i) => {
    const place = section.querySelector(".note-here");
    const html = drawn?.[name] ?? stills[i];
    if (place.innerHTML !== html) place.innerHTML = html;
  });
}

/** The chosen bar among the thirteen. */
function mark() {
  for (const trial of document.querySelectorAll(".trial"))
    trial.classList.toggle("chosen", /** @type {HTMLElement} */ (trial).dataset.weight === chosen());
}

/* ---------- chapters ---------- */

const indexOfOp = (name) =>
  Math.max(
    0,
    (shownRun()?.ops ?? []).findIndex((o) => o.names.includes(name)),
  );
const restOf = (chapter) => indexOfOp(chapter.op);
const endOf = (chapter) => (chapter.op === "update" ? 0.9 : 1);

function selectionOf(ref) {
  const found = ref ? targetOf(ref.replace(/^([Wb])/, "d$1")) : null;
  return found;
}

/** Where the chapter rests. */
function rest() {
  motion = null;
  const chapter = chapters[at];
  op = guest
    ? Math.max(
        0,
        guest.ops.findIndex((o) => o.names.includes(came.op)),
      )
    : restOf(chapter);
  t = guest ? 1 : endOf(chapter);
  selection = guest ? came.selection : selectionOf(chapter.selection);
  dirty = true;
}

let waiting = 0;
let entered = -1;
/** @param {number} i @param {boolean} play */
function enter(i, play = true) {
  if (i === entered) return;
  entered = i;
  at = i;
  clearTimeout(waiting);
  if (!recording) record(true);
  sections.forEach((section, k) => {
    section.classList.toggle("on", k === i);
    for (const number of section.querySelectorAll(".prose data[data-ref]")) {
      if (k === i) {
        number.setAttribute("tabindex", "0");
        number.setAttribute("role", "button");
      } else for (const name of ["tabindex", "role"]) number.removeAttribute(name);
    }
  });
  links.forEach((link, k) => {
    link.classList.toggle("done", k < i);
    if (k === i) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  });
  turns();
  live.dataset.chapter = chapters[i].id;
  root.style.setProperty("--progress", String((i + 1) / chapters.length));
  find("progress").textContent = `chapter ${i + 1} of ${chapters.length}`;
  if (chapters[i].note === "yours") openYours();
  const own = chosen();
  rest();
  if (notes && own !== chosen()) askTrials(0);
  note();
  address();
  waiting = setTimeout(() => {
    find("say").textContent =
      `Chapter ${i + 1}: ${chapters[i].title}. ${chapters[i].section.querySelector(".ask span").textContent}`;
    if (play && !reducedNow() && !guest) start();
  }, 250);
}

function turns() {
  const write = (id, i, key, otherwise) => {
    const link = /** @type {HTMLAnchorElement} */ (find(id));
    const kbd = document.createElement("kbd");
    kbd.textContent = key;
    link.toggleAttribute("data-end", !chapters[i]);
    link.href = chapters[i] ? `#${chapters[i].id}` : id === "next" ? `${base}/` : "#function";
    const text = document.createElement("span");
    text.textContent = chapters[i]?.title ?? otherwise;
    link.replaceChildren(...(id === "previous" ? [kbd, text] : [text, kbd]));
  };
  write("previous", at - 1, "K", "Start");
  write("next", at + 1, "J", "To the playground");
}

/** Plays the chapter's one motion. With reduced motion it goes on by one operation instead. */
function start() {
  const chapter = chapters[at];
  if (!shownRun() || guest) return guest ? seek(op + 1) : undefined;
  if (chapter.note === "paths" && !recording) return countPaths();
  if (reducedNow()) return seek(op >= shownRun().ops.length - 1 ? 0 : op + 1);
  selection = selectionOf(chapter.selection);
  const seconds = Number(chapter.seconds);
  if (!seconds) return undefined;
  motion = {
    from: indexOfOp(chapter.begin),
    to: restOf(chapter),
    end: endOf(chapter),
    seconds,
    begun: performance.now(),
  };
  dirty = true;
  return undefined;
}

function stop() {
  clearTimeout(waiting);
  if (!motion) return;
  motion = null;
  op = restOf(chapters[at]);
  t = endOf(chapters[at]);
}

/** The reader's hand on the tape: nothing moves by itself until the next chapter. */
function seek(to, progress = 1) {
  const source = shownRun();
  if (!source) return;
  clearTimeout(waiting);
  motion = null;
  op = Math.max(0, Math.min(source.ops.length - 1, to));
  t = op === source.ops.length - 1 ? Math.min(progress, 0.9) : progress;
  dirty = true;
}

function select(thing) {
  clearTimeout(waiting);
  stop();
  selection = thing ?? selectionOf(chapters[at].selection);
  note();
  if (/^(blame|hand)$/.test(chapters[at].note)) askTrials(0);
  dirty = true;
}

function point(thing) {
  if (JSON.stringify(thing) === JSON.stringify(hover)) return;
  hover = thing;
  dirty = true;
}

let aim = /** @type {number|null} */ (null); // the chapter that the page is on its way to
let arriving = 0;
function goTo(i) {
  aim = Math.max(0, Math.min(chapters.length - 1, i));
  clearTimeout(arriving);
  arriving = setTimeout(arrived, 1200); // where no scrollend is told
  const chapter = chapters[aim];
  chapter.section.scrollIntoView({ behavior: reducedNow() ? "auto" : "smooth", block: "start" });
  chapter.section.querySelector("h2").focus({ preventScroll: true });
}

function arrived() {
  clearTimeout(arriving);
  aim = null;
  reader();
}
addEventListener("scrollend", arrived);

/* ---------- which chapter is being read ---------- */

let scrolling = false;
function reader() {
  scrolling = false;
  const top = size === "phone" ? live.getBoundingClientRect().bottom : 0;
  const mark = top + (innerHeight - top) * 0.42;
  let i = sections.findIndex((section) => section.getBoundingClientRect().bottom > mark);
  if (i < 0) i = sections.length - 1;
  if (aim === null || aim === i) enter(i);
}
addEventListener(
  "scroll",
  () => {
    if (scrolling) return;
    scrolling = true;
    requestAnimationFrame(reader);
  },
  { passive: true },
);

/* ---------- path by path ---------- */

const counter = createCounter([1, 2, 2, 1], (now) => {
  ({ counted, routes } = now);
  const number = counted && find("note").querySelector(".count.warn");
  if (number) number.textContent = thousands(counted.products);
  dirty = true;
});
function record(on) {
  recording = on;
  find("recording").setAttribute("aria-checked", String(on));
  counter.clear();
  if (!on) countPaths();
  dirty = true;
}

/** Two layers of two are walked path by path; of other networks only the number is shown. */
function countPaths() {
  if (layers !== 2 || wide || reducedNow()) counter.finish();
  else counter.start();
}

find("recording").addEventListener("click", () => record(!recording));
find("wide").addEventListener("change", (event) => {
  wide = /** @type {HTMLInputElement} */ (event.target).checked;
  grow(0);
});
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-layers]")))
  button.addEventListener("click", () => grow(Number(button.dataset.layers)));
function grow(by) {
  layers = Math.max(1, Math.min(facts.fixed[wide ? "wide" : "grow"].length, layers + by));
  find("layers").textContent = String(layers);
  const now = facts.fixed[wide ? "wide" : "grow"][layers - 1];
  find("say").textContent =
    `${layers} hidden layers: ${now.naive} multiplications path by path, ${now.tape} with the tape`;
  askTrials(0);
  if (!recording) countPaths();
}
find("again").addEventListener("click", () => {
  if (!small) return;
  const w = Object.keys(facts.shapes).flatMap((name) => values.next[name].flat());
  change({ w: w.map((value) => Math.max(-2, Math.min(2, value))) });
});

/* ---------- the last chapter, and the reader's own run ---------- */

let opening = false;
async function openYours() {
  if (opening) return;
  opening = true;
  large = await trained(api, facts.yours);
  if (chapters[at].note === "yours") {
    entered = -1;
    enter(at);
  }
}

async function openGuest() {
  const [id, k] = [query.get("run"), Number(query.get("step"))];
  if (!id || !(k >= 1)) return;
  try {
    guest = await opened(api, id, k);
  } catch {
    return; // the run is gone: the story has its own
  }
  const strip = find("yours-strip");
  const label = guest.ops.find((o) => o.names.includes(came.op))?.label ?? guest.ops[0].label;
  const changes = guest.run.changes
    .filter((c) => c.step <= k)
    .map((c) => ({ step: c.step, name: c.field, value: c.value }));
  const back = document.createElement("a");
  back.href = `${base}/${playgroundQuery({ config: { ...guest.run.config, from: null }, step: k, changes }, facts.defaults)}#${placeText(came.op, came.selection)}`;
  back.textContent = `Back to step ${k}`;
  const other = document.createElement("button");
  other.type = "button";
  other.textContent = "Show the story’s network";
  other.addEventListener("click", () => {
    guest = null;
    strip.hidden = true;
    entered = -1;
    enter(at);
  });
  const words = document.createElement("span");
  words.textContent = `Your run, step ${k}, operation ${label.base}${superscript(label.sup)}`;
  strip.replaceChildren(words, other, back);
  strip.hidden = false;
  rest();
  note();
}

/* ---------- hands and keys ---------- */

for (const input of sliders) input.addEventListener("input", () => set(input.dataset.field, Number(input.value)));
find("put-back").addEventListener("click", (event) => {
  event.preventDefault();
  change({ ...facts.start });
});
story.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const play = /** @type {HTMLElement} */ (target.closest("[data-play]"));
  if (play) {
    const i = chapters.findIndex((chapter) => chapter.id === play.dataset.play);
    if (i !== at) goTo(i);
    else start();
  }
  const voice = /** @type {HTMLElement} */ (target.closest("[data-voice]"));
  if (voice) speak(voice.dataset.voice);
  const bar = /** @type {HTMLElement} */ (target.closest(".trial"));
  if (bar) select(selectionOf(bar.dataset.weight));
  const symbol = /** @type {HTMLElement} */ (target.closest(".words [data-ref]"));
  if (symbol) select(selectionOf(symbol.dataset.ref));
});
find("play").addEventListener("click", start);
find("theme").addEventListener("click", () => {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  keep("theme", root.dataset.theme);
  dirty = true;
});
for (const link of links) link.addEventListener("click", follow);
find("previous").addEventListener("click", follow);
find("next").addEventListener("click", follow);
function follow(event) {
  const i = chapters.findIndex((chapter) => event.currentTarget.getAttribute("href") === `#${chapter.id}`);
  if (i < 0) return;
  event.preventDefault();
  goTo(i);
}

/** Pointing at a number or a symbol lights its mark in the picture and on the tape. */
const refAt = (event) =>
  /** @type {HTMLElement} */ (event.target).closest?.(".words [data-ref]")?.getAttribute("data-ref") ?? null;
function light(ref) {
  if (ref === hoverRef) return;
  hoverRef = ref;
  const found = selectionOf(ref);
  hover = found && (found.kind === "weight" || chapters[at].selection === "") ? found : null;
  dirty = true;
}
find("text").addEventListener("pointerover", (event) => light(refAt(event)));
find("text").addEventListener("focusin", (event) => light(refAt(event)));
find("text").addEventListener("focusout", () => light(null));

/** Pulling the input in the picture, the target on its parabola, the rate on its curve. */
live.addEventListener(
  "pointerdown",
  (event) => {
    if (event.button) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const area = /** @type {any} */ (target.closest("[data-drag]"));
    if (!area && !drawing.isInput(target)) return;
    event.preventDefault();
    event.stopPropagation();
    const pull = (moved) => {
      const [low, high, from, to, field] = scaleOf(area);
      const share = (moved.clientX - low) / (high - low);
      set(field, from + share * (to - from));
    };
    const release = () => {
      removeEventListener("pointermove", pull);
      removeEventListener("pointerup", release);
      removeEventListener("pointercancel", release);
    };
    addEventListener("pointermove", pull);
    addEventListener("pointerup", release);
    addEventListener("pointercancel", release);
    pull(event);
  },
  true,
);
function scaleOf(area) {
  if (!area) {
    const box = drawing.inputBox();
    return [box.left, box.left + box.width, -3, 3, "x"];
  }
  const now = /** @type {any} */ (find("note").querySelector(`[data-drag="${area.dataset.drag}"]`)) ?? area;
  const [x0, x1, low, high] = now.dataset.scale.split(" ").map(Number);
  const svg = now.ownerSVGElement;
  const box = svg.getBoundingClientRect();
  const scale = box.width / svg.viewBox.baseVal.width;
  return [box.left + x0 * scale, box.left + x1 * scale, low, high, now.dataset.drag];
}

addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const target = /** @type {HTMLElement} */ (event.target);
  const field = target.matches?.("input, select, textarea");
  const pressed = target.closest?.("button, a, [role=button], [role=slider], summary");
  const number = target.closest?.("data[data-ref]");
  const act = {
    j: () => goTo((aim ?? at) + 1),
    k: () => goTo((aim ?? at) - 1),
    PageDown: () => goTo((aim ?? at) + 1),
    PageUp: () => goTo((aim ?? at) - 1),
    ArrowRight: field ? null : () => seek(op + 1),
    ArrowLeft: field ? null : () => seek(op - 1),
    Home: field ? null : () => goTo(0),
    End: field ? null : () => goTo(chapters.length - 1),
    n: () => speak(story.classList.contains("numbers") ? "words" : "numbers"),
    " ": field || pressed ? null : start,
    Enter: number ? () => select(selectionOf(number.getAttribute("data-ref"))) : null,
    Escape: handBack,
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

/** Escape: the picture is the chapter's again. */
function handBack() {
  hover = null;
  hoverRef = null;
  if (!recording) record(true);
  rest();
  note();
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // storage may be switched off
  }
}

function speak(voice) {
  const numbers = voice === "numbers";
  const before = chapters[at].section.getBoundingClientRect().top;
  story.classList.toggle("numbers", numbers);
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-voice]")))
    button.setAttribute("aria-pressed", String(button.dataset.voice === voice));
  scrollBy({ top: chapters[at].section.getBoundingClientRect().top - before, behavior: "instant" });
  keep("story-voice", voice);
}

/* ---------- size, theme, paper ---------- */

addEventListener("resize", () => {
  size = sizeNow();
  formulas();
  noted = "";
  note();
  reader();
  dirty = true;
});
matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", () => {
  stop();
  labels();
  dirty = true;
});
addEventListener("beforeprint", () => {
  printing = true; // the stills are those of the run that the page came with
  if (first) numbers.write(first);
  inText(null);
});
addEventListener("afterprint", () => {
  printing = false;
  if (values) numbers.write(values);
  if (size === "phone") inText(notes);
});

function labels() {
  const text = reducedNow() ? "Next operation" : "Play this chapter";
  for (const button of document.querySelectorAll(".play span")) button.textContent = text;
  find("play").setAttribute("aria-label", text);
}

/** A formula that is wider than the page can be scrolled by keys, too. */
function formulas() {
  for (const formula of document.querySelectorAll(".formula, .note-here"))
    for (const [name, value] of [
      ["tabindex", "0"],
      ["role", "group"],
      ["aria-label", formula.className === "formula" ? "Formula" : "Drawing"],
    ])
      if (formula.scrollWidth > formula.clientWidth) formula.setAttribute(name, value);
      else formula.removeAttribute(name);
}

/* ---------- the one loop ---------- */

function frame(now) {
  if (motion) {
    const where = motionAt(motion, now - motion.begun);
    op = where.op;
    t = where.t;
    if (where.over) motion = null;
    dirty = true;
  }
  if (dirty) {
    dirty = false;
    draw();
  }
  requestAnimationFrame(frame);
}

try {
  if (localStorage.getItem("story-voice") === "numbers") speak("numbers");
} catch {
  // storage may be switched off
}
labels();
formulas();
slide();
engine.ask(setting, 0);
openGuest();
const wantedChapter = chapters.findIndex((chapter) => `#${chapter.id}` === location.hash);
enter(Math.max(0, wantedChapter));
requestAnimationFrame(frame);
