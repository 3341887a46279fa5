// A lesson on the page: an experiment is set up and run, measured by the server, cured beside itself, and counted over seeds.

import { loadStyle } from "../dom/lazy.js";
import { Problem } from "../session/api.js";
import { createStore } from "../session/store.js";
import { createFork } from "./comparison.js";
import { createMeasuring, createSeeds } from "./measurement.js";
import { createPanel } from "./panel.js";
import { createSideFigures } from "./sidefigures.js";
import { createBoards } from "./stage.js";
import { createTraining } from "./training.js";
import { createCures } from "./variants.js";

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

/** @typedef {ReturnType<typeof createLectern>} Lectern */

/** What the parts of a lesson share; they know each other by it alone. */
function createLectern({ page, actions, api, catalog, find, redraw }) {
  const store = createStore(/** @type {any} */ ({ ...FRESH, list: [], experiment: null }));
  const { set } = store;
  const { get, subscribe } = store.reader;
  subscribe(redraw);
  const lectern = {
    ...{ get, set, page, actions, api, catalog, find },
    boards: /** @type {any} */ (null),
    /** @type {ReturnType<typeof import("./variants.js").createCompanion>|null} the run beside this one */
    beside: null,
    turn: 0, // grows when another experiment or cure comes: what was asked for before is dropped

    measuring: /** @type {any} */ (null),
    training: /** @type {any} */ (null),
    cures: /** @type {any} */ (null),

    stepsOf: () => get().experiment.train.steps,
    everyOf: (steps = lectern.stepsOf()) =>
      Math.max(1, get().experiment?.train.evaluate_every || Math.ceil(steps / 40)),
    /** The server's answer, or null where it says no. */
    async asked(work) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Problem) return null;
        throw error;
      }
    },
  };
  lectern.measuring = createMeasuring(lectern);
  lectern.training = createTraining(lectern);
  lectern.cures = createCures(lectern);
  return lectern;
}

/** @param {{store: any, actions: any, api: any, catalog: any, app: HTMLElement, find: (id: string) => HTMLElement, on: any, redraw: () => void}} of */
export async function createLessons({ store: page, actions, api, catalog, app, find, on, redraw }) {
  await Promise.all(["lesson", "figures", "comparison", "stage"].map((name) => loadStyle(`lessons/${name}`)));
  const lectern = createLectern({ page, actions, api, catalog, find, redraw });
  const { get, set, measuring, training, cures } = lectern;
  let list = null;

  const panel = createPanel(find("lesson"), {
    run: training.run,
    again: training.again,
    stop: () => set({ running: false }),
    cure: cures.cure,
    keep: cures.keep,
    close: cures.close,
    back: () => set({ indexed: !get().indexed }),
    restore,
    luck: createSeeds(lectern).luck,
    board,
    ask,
  });
  const fork = createFork(find, on, { close: cures.close, keep: cures.keep });
  const side = createSideFigures(find("side"));
  const boards = createBoards(find("stage"), find("side"), { api, page, follow: actions.restart, redraw });
  lectern.boards = boards;

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
    if (wanted) await training.run().then(() => cures.cure(wanted));
  }

  function take(experiment) {
    lectern.turn++;
    measuring.forget();
    cures.letGo();
    boards.forget();
    set({ ...FRESH, experiment });
    if (page.get().size === "phone") actions.tab("data");
  }

  /** What of this experiment can be read off the run as it stands. */
  async function catchUp() {
    await measuring.ladders();
    if (get().experiment && page.get().position >= lectern.stepsOf()) await measuring.measure(true);
  }

  async function restore() {
    lectern.turn++;
    set({ running: false });
    cures.letGo();
    boards.forget();
    await actions.leave();
    set({ ...FRESH, experiment: null });
    if (page.get().size === "phone") actions.tab("network");
    find("graph").focus({ preventScroll: true });
  }

  // ------------------------------------------------------------------ pictures and questions

  /** A phone has it in the network's place: asked for from the panel, it is shown there. */
  function board() {
    const phone = page.get().size === "phone";
    set({ board: phone || !get().board });
    if (phone) actions.tab("network");
  }

  async function ask(id) {
    const { experiment, answers } = get();
    const { run } = page.get();
    const found = await lectern.asked(() => api.answer(run.id, experiment.id, id, lectern.beside?.get().run?.id));
    if (found) set({ answers: { ...answers, [id]: found } });
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
    const { beside } = lectern;
    const other = beside?.get().run ? beside.follow(view) : null;
    const boarded = Boolean(lesson && own.board && boards.shows(own.experiment));
    app.classList.toggle("forked", Boolean(other) && !boarded);
    app.classList.toggle("boarded", boarded);
    app.dataset.instrument = lesson?.experiment.instrument ?? "";
    if (!boarded) fork.render({ view, other, own: state, its: beside?.get(), lesson: own });
    side.render({ view, other, lesson: lesson ?? (other ? own : null), own: state });
    boards.render(boarded ? { view, lesson: own, state } : null);
    measuring.recheck(state, own);
  }

  return {
    begin,
    open,
    compare: cures.compare,
    render,
    /** The first graph makes room for the second. */
    graphView: (view) => (lectern.beside?.get().run && view.size !== "phone" ? { ...view, size: "fork" } : view),
    escape() {
      if (get().board) set({ board: false });
      else if (lectern.beside) cures.close();
      else return false;
      return true;
    },
  };
}
