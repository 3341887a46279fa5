// A lesson on the page: an experiment is set up and run, measured by the server, cured beside itself, and counted over seeds.
import { Problem } from "./api.js";
import { createBoards } from "./boards.js";
import { createCompanion } from "./companion.js";
import { createFork } from "./fork.js";
import { createPanel } from "./lessonpanel.js";
import { createSideFigures } from "./lessonside.js";
import { differences } from "./settings.js";
import { createStore } from "./store.js";

const SEEDS = 12;
const QUICK = 150; // ms that a verdict may take to be asked for again and again
const FRESH = {
  verdict: null,
  cure: null,
  cured: null,
  tried: {},
  ladders: {},
  answers: {},
  luck: null,
  board: false,
  picture: null,
  running: false,
  done: false,
  finished: false,
  indexed: false,
  progress: null,
  comparing: false,
};

/** @param {{store: any, actions: any, api: any, catalog: any, app: HTMLElement, find: (id: string) => HTMLElement, on: any, redraw: () => void}} of */
export async function createLessons({ store: page, actions, api, catalog, app, find, on, redraw }) {
  await styled();
  const store = createStore(/** @type {any} */ ({ ...FRESH, list: [], experiment: null }));
  const { get, set } = store;
  store.subscribe(redraw);
  let list = null;
  /** @type {ReturnType<typeof createCompanion>|null} */
  let beside = null;
  let turn = 0; // grows when another experiment or cure comes: what was asked for before is dropped
  let measured = null; // the run and step that the verdict is of
  let slow = 0;

  const panel = createPanel(find("lesson"), {
    run: () => run(),
    again: () => again(),
    stop: () => set({ running: false }),
    cure,
    keep,
    close: closeBeside,
    back: () => set({ indexed: !get().indexed }),
    restore,
    luck,
    board,
    ask,
  });
  const fork = createFork(find, on, { close: closeBeside, keep });
  const side = createSideFigures(find("side"));
  const boards = createBoards(find("stage"), find("side"), { api, page, follow: actions.restart, redraw });

  const known = async () => {
    list ??= await api.experiments();
    set({ list });
    return list;
  };
  const called = async (id) => (await known()).find((item) => item.id === id) ?? null;

  // ------------------------------------------------------------------ coming and going

  /** The page begins with a lesson: its address says which. */
  async function begin(id) {
    const experiment = await called(id);
    if (!experiment) {
      await actions.begin();
      return actions.tell({ bold: "There is no such experiment:", text: `${id}. The rail lists them all.` }, 0);
    }
    take(experiment);
    await actions.begin(experiment);
    await catchUp();
  }

  async function open(id, wanted = null) {
    const experiment = await called(id);
    if (!experiment) return;
    take(experiment);
    await actions.enter(experiment.config, experiment.id);
    find("lesson").focus({ preventScroll: true });
    find("lesson").querySelector(".lp-read")?.scrollTo(0, 0);
    catchUp();
    if (wanted) await run().then(() => cure(wanted));
  }

  function take(experiment) {
    turn++;
    measured = null;
    letGo();
    boards.forget();
    set({ ...FRESH, experiment });
    if (page.get().size === "phone") actions.tab("data");
  }

  /** What of this experiment can be read off the run as it stands. */
  async function catchUp() {
    await ladders();
    if (get().experiment && page.get().position >= get().experiment.train.steps) await measure(true);
  }

  async function restore() {
    turn++;
    set({ running: false });
    letGo();
    boards.forget();
    await actions.leave();
    set({ ...FRESH, experiment: null });
    if (page.get().size === "phone") actions.tab("network");
    find("graph").focus({ preventScroll: true });
  }

  function letGo(kept = false) {
    beside?.close(kept);
    beside = null;
    set({ cure: null, cured: null, comparing: false });
  }

  // ------------------------------------------------------------------ running and measuring

  const stepsOf = () => get().experiment.train.steps;
  const everyOf = (steps = stepsOf()) => Math.max(1, get().experiment?.train.evaluate_every || Math.ceil(steps / 40));

  async function run() {
    const { experiment, running } = get();
    if (running || page.get().away) return;
    const mine = turn;
    const target = stepsOf();
    set({ running: true, board: false, progress: { step: page.get().position, steps: target } });
    toVerdict();
    const going = () => get().running && mine === turn;
    const watching = watch(going, target);
    await actions.learn(target, everyOf(), { strides: target > 1 ? 16 : 1, going });
    if (mine !== turn) return;
    const whole = get().running;
    set({ running: false });
    await watching;
    if (mine !== turn) return;
    await measure(true);
    requestAnimationFrame(() => requestAnimationFrame(toVerdict));
    await ladders();
    if (whole && boards.shows(experiment)) set({ board: true });
    else if (experiment.instrument === "tape") await infection(mine);
  }

  /** What a missing cell does, operation by operation: that sample comes under the spotlight, and the tape runs once. */
  async function infection(mine) {
    const { samples, stopped, reduced, run } = page.get();
    const sick = samples.inputs.findIndex((row) => row.includes(null));
    if (!stopped || sick < 0) return;
    actions.spotlight(sick);
    const last = page.get().op;
    let here = last;
    for (let op = 0; op <= last && !reduced; op++) {
      const now = page.get();
      if (mine !== turn || now.run !== run || now.op !== here || now.playing) return;
      actions.scrub(op);
      here = op;
      await new Promise((done) => setTimeout(done, 260));
    }
  }

  /** The number counts up where it can be seen. */
  function toVerdict() {
    const box = find("lesson").querySelector(".lp-read");
    const verdict = /** @type {HTMLElement} */ (box?.querySelector(".verdict"));
    if (!box || !verdict) return;
    const behavior = page.get().reduced ? "auto" : "smooth";
    const scroller = page.get().size === "tablet" ? find("side") : box;
    const away = verdict.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTo({ top: scroller.scrollTop + away - 8, behavior });
  }

  async function again() {
    letGo();
    measured = null;
    set({ verdict: null, done: false, tried: {}, answers: {} });
    await actions.reset();
    await run();
  }

  /** A phone has it in the network's place: asked for from the panel, it is shown there. */
  function board() {
    const phone = page.get().size === "phone";
    set({ board: phone || !get().board });
    if (phone) actions.tab("network");
  }

  /** While it runs: how far it is, and the number so far where that is quickly had. */
  async function watch(going, target) {
    while (going()) {
      await new Promise((done) => setTimeout(done, 90));
      if (!going()) return;
      set({ progress: { step: page.get().position, steps: target } });
      if (slow < QUICK && page.get().position > 0) await measure(false);
    }
  }

  async function measure(final) {
    const { experiment } = get();
    const state = page.get();
    if (!experiment || !state.run || state.away) return;
    const mine = turn;
    const began = performance.now();
    const key = `${state.run.id} ${state.position}`;
    const found = await asked(() => api.verdict(state.run.id, experiment.id));
    slow = performance.now() - began;
    if (!found || mine !== turn || page.get().run !== state.run) return;
    measured = key;
    const finished = found.status !== "measuring";
    set({ verdict: { ...found, final }, done: final && finished, finished: final && finished });
  }

  async function asked(work) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Problem) return null;
      throw error;
    }
  }

  /** The ladders of both runs: before the first step, and as they stand. */
  async function ladders() {
    const mine = turn;
    const of = async (run, now, broken) => {
      const first = run.first_step ?? 0;
      const [start, end] = await Promise.all(
        [first, broken ? null : now].map((k) =>
          k === null ? null : asked(() => api.instrument(run.id, "ladder", `step=${k}`)),
        ),
      );
      return { start, end };
    };
    const state = page.get();
    if (!state.run) return;
    const other = beside?.get();
    const [own, its] = await Promise.all([
      of(state.run, state.position, state.broken),
      other?.run ? of(other.run, other.position, other.broken) : null,
    ]);
    if (mine === turn && page.get().run === state.run) set({ ladders: { own, its } });
  }

  // ------------------------------------------------------------------ cures

  /** What is to be opened beside the run: from its start, or from the step where the cure comes in. */
  async function cure(id) {
    const { experiment, running } = get();
    const found = [...experiment.cures, ...experiment.beside].find((item) => item.id === id);
    if (!found || running || page.get().away) return;
    const { run, base, position, broken } = page.get();
    const well = broken ? broken - 1 : position;
    const step = found.from_step === "well" ? well : Math.min(found.from_step, position);
    const from = found.from_step === null ? null : { run: run.id, step };
    const whole = experiment.beside.includes(found);
    const start = from
      ? found.changes
      : fitting(whole ? { ...experiment.config, seed: base.seed } : base, found.changes);
    const target = from && found.from_step !== "well" ? from.step + found.steps : found.steps;
    await stand(start, from, { cure: found, target });
  }

  /** Another data set has its own columns. */
  function fitting(config, changes) {
    const next = { ...config, ...changes, from: null };
    if ("dataset" in changes && !("features" in changes)) delete next.features;
    return next;
  }

  /** A second run on the stage, trained as far as it shall be. */
  async function stand(config, from, { cure: found = null, target }) {
    turn++;
    const mine = turn;
    letGo();
    const other = createCompanion({ api, catalog, first: page });
    beside = other;
    set({
      cure: found,
      cured: null,
      ladders: { ...get().ladders, its: null },
      running: true,
      comparing: !found,
      board: false,
      progress: { step: 0, steps: target },
    });
    try {
      await other.open(config, from);
    } catch (error) {
      if (mine === turn) letGo();
      throw error;
    }
    if (!other.get().run) {
      const { strip } = other.get();
      if (strip) actions.tell(strip, 0);
      if (mine === turn) {
        letGo();
        set({ running: false });
      }
      return;
    }
    const going = () => get().running && mine === turn;
    toVerdict();
    other.stay();
    const both = [other.learn(target, everyOf(target - other.get().position), { strides: 12, going })];
    if (page.get().position < target && !page.get().broken)
      both.push(actions.learn(target, everyOf(target), { strides: 12, going }));
    const ticking = setInterval(() => set({ progress: { step: other.get().position, steps: target } }), 80);
    await Promise.all(both).finally(() => clearInterval(ticking));
    other.stay();
    if (mine !== turn) return;
    const { op, at: place, stopped } = page.get();
    if (place > 0 && op > 0 && !stopped) actions.scrub(op - 1); // the gradients of both, not the steps that they become
    if (found) await judge(found, other, mine);
    if (mine !== turn) return;
    set({ running: false });
    await ladders();
  }

  async function judge(found, other, mine) {
    const { experiment } = get();
    const verdict = await asked(() => api.verdict(other.get().run.id, experiment.id, found.id));
    if (!verdict || mine !== turn) return;
    const { text, before_text } = verdict.measure;
    set({
      cured: { ...verdict, final: true },
      tried: { ...get().tried, [found.id]: { text, before_text, held: verdict.held } },
    });
  }

  async function keep() {
    const other = beside;
    if (!other || get().running) return;
    const { run } = other.get();
    const { series } = other.history();
    const points = Array.from(series.steps, (step, i) => ({
      step,
      train_loss: series.train[i],
      test_loss: series.test[i],
    })).filter(({ train_loss }) => !Number.isNaN(train_loss));
    turn++;
    letGo(true);
    await actions.takeOver(run.id, points);
    if (!get().experiment) return;
    set({ answers: {} });
    await measure(true);
    await ladders();
  }

  function closeBeside() {
    turn++;
    set({ running: false });
    letGo();
    set({ ladders: { ...get().ladders, its: null } });
  }

  // ------------------------------------------------------------------ questions, seeds

  async function ask(id) {
    const { experiment, answers } = get();
    const { run } = page.get();
    const found = await asked(() => api.answer(run.id, experiment.id, id, beside?.get().run?.id));
    if (found) set({ answers: { ...answers, [id]: found } });
  }

  /** The same setup under other seeds, each really run. */
  async function luck() {
    const { experiment, luck: now, cure: cured, running } = get();
    if (running || now?.busy || page.get().away) return;
    const mine = turn;
    const { base } = page.get();
    const rows = [{ id: "", name: "this setup", hollow: false, config: base, steps: stepsOf(), values: [], held: 0 }];
    const other = cured && cured.from_step === null ? beside?.get() : null;
    if (other && cured)
      rows.push({
        id: cured.id,
        name: cured.title,
        hollow: true,
        config: other.base,
        steps: cured.steps,
        values: [],
        held: 0,
      });
    const measure = rows.length > 1 && cured ? cured.measure : experiment.measure;
    const publish = (busy) => set({ luck: { busy, measure, rows: rows.map((row) => ({ ...row })), seeds: SEEDS } });
    publish(true);
    for (let seed = 0; seed < SEEDS; seed++)
      for (const row of rows) {
        if (mine !== turn) return set({ luck: { ...get().luck, busy: false } });
        const verdict = await asked(() => tried(experiment, { ...row.config, seed: base.seed + seed }, row));
        const own = verdict?.measures.find((item) => item.name === measure.name) ?? verdict?.measure;
        row.values = [...row.values, own?.name === measure.name ? own.value : null];
        if (verdict?.held) row.held++;
        publish(true);
      }
    publish(false);
  }

  async function tried(experiment, config, { id, steps }) {
    const made = await api.create(Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null)));
    try {
      await api
        .train(made.id, { steps, every: 100_000, detail: "summary", surfaces: 0 }, () => {})
        .catch((error) => {
          if (!(error instanceof Problem)) throw error;
        });
      return await api.verdict(made.id, experiment.id, id || undefined);
    } finally {
      api.remove(made.id).catch(() => {});
    }
  }

  // ------------------------------------------------------------------ comparing outside a lesson

  /** Two runs with the same data and seed and something changed, as far as this one has come. */
  async function compare(config) {
    const { run, base, position } = page.get();
    if (!run || get().running || !differences(base, config).length) return;
    await stand(config, null, { target: Math.max(position, 1) });
  }

  // ------------------------------------------------------------------ drawing

  function render(view) {
    const state = page.get();
    const own = get();
    const lesson = own.experiment && state.lesson ? own : null;
    panel.render(lesson ? { ...lesson, boards: boards.shows(lesson.experiment) } : {}, state);
    const element = find("lesson");
    if (element.hidden === Boolean(lesson)) element.hidden = !lesson;
    const seat = state.size === "tablet" ? find("side") : app;
    if (element.parentElement !== seat) seat === app ? find("stage").before(element) : seat.prepend(element);
    const other = beside?.get().run ? beside.follow(view) : null;
    const boarded = Boolean(lesson && own.board && boards.shows(own.experiment));
    app.classList.toggle("forked", Boolean(other) && !boarded);
    app.classList.toggle("boarded", boarded);
    app.dataset.instrument = lesson?.experiment.instrument ?? "";
    if (!boarded) fork.render({ view, other, own: state, its: beside?.get(), lesson: own });
    side.render({ view, other, lesson: lesson ?? (other ? own : null), own: state });
    boards.render(boarded ? { view, lesson: own, state } : null);
    recheck(state, own);
  }

  /** The reader's run has gone on, back or elsewhere by itself: then the verdict is asked for anew. */
  let asking = false;
  /** @param {any} state @param {any} own */
  function recheck(state, { experiment, running, verdict }) {
    if (!experiment || !state.lesson || running || state.playing || state.away || asking || !state.run) return;
    const key = `${state.run.id} ${state.position}`;
    if (key === measured || (!verdict && state.position < experiment.train.steps && !state.broken)) return;
    measured = key;
    asking = true;
    measure(true)
      .then(ladders)
      .finally(() => {
        asking = false;
      });
  }

  return {
    begin,
    open,
    compare,
    render,
    /** The first graph makes room for the second. */
    graphView: (view) => (beside?.get().run && view.size !== "phone" ? { ...view, size: "fork" } : view),
    escape() {
      if (get().board) set({ board: false });
      else if (beside) closeBeside();
      else return false;
      return true;
    },
  };
}

/** The lessons' style comes with them. */
function styled() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("../css/lesson.css", import.meta.url).href;
  return new Promise((done) => {
    link.onload = link.onerror = done;
    document.head.append(link);
  });
}
