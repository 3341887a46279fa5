// A lesson on the page: an experiment is set up and run, measured by the server, compared with remedies and other
// seeds.

import { setHidden } from "../dom/elements.js";
import { loadStyle } from "../dom/lazy.js";
import { Problem } from "../session/api.js";
import { createStore } from "../session/store.js";
import { createComparison } from "./comparison.js";
import { createMeasurement, createSeedStudy } from "./measurement.js";
import { createPanel } from "./panel.js";
import { createSideFigures } from "./sidefigures.js";
import { createStageFigures } from "./stage.js";
import { createTraining } from "./training.js";
import { createRemedies } from "./variants.js";

const INITIAL = {
  verdict: null,
  remedy: null,
  remedyVerdict: null,
  tried: {},
  layerProfiles: {},
  answers: {},
  seedStudy: null,
  stageFigure: false,
  picture: null,
  running: false,
  done: false,
  finished: false,
  indexed: false,
  progress: null,
  comparing: false,
};

/** @typedef {ReturnType<typeof createContext>} LessonContext */

/** What the parts of a lesson share; they know each other by it alone. */
function createContext({ page, commands, api, catalog, find, redraw }) {
  const store = createStore(/** @type {any} */ ({ ...INITIAL, list: [], experiment: null }));
  const { set } = store;
  const { get, subscribe } = store.reader;
  subscribe(redraw);
  const context = {
    ...{ get, set, page, commands, api, catalog, find },
    stageFigures: /** @type {any} */ (null),
    /** @type {ReturnType<typeof import("./variants.js").createSecondRun>|null} the run beside the lesson's own */
    secondRun: null,
    generation: 0, // grows with each experiment and remedy: answers to earlier requests are dropped

    measurement: /** @type {any} */ (null),
    training: /** @type {any} */ (null),
    remedies: /** @type {any} */ (null),

    stepsOf: () => get().experiment.train.steps,
    everyOf: (steps = context.stepsOf()) =>
      Math.max(1, get().experiment?.train.evaluate_every || Math.ceil(steps / 40)),
    /** The server's answer, or null where it says no. */
    async orNull(work) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Problem) return null;
        throw error;
      }
    },
  };
  context.measurement = createMeasurement(context);
  context.training = createTraining(context);
  context.remedies = createRemedies(context);
  return context;
}

/** @param {{reader: any, commands: import("../session/commands.js").Commands, api: any, catalog: any, app: HTMLElement, find: (id: string) => HTMLElement, on: any, redraw: () => void}} of */
export async function createLessons({ reader: page, commands, api, catalog, app, find, on, redraw }) {
  await Promise.all(["lesson", "figures", "comparison", "stage"].map((name) => loadStyle(`lessons/${name}`)));
  const context = createContext({ page, commands, api, catalog, find, redraw });
  const { get, set, measurement, training, remedies } = context;
  let experiments = null;

  const panel = createPanel(find("lesson"), {
    run: training.run,
    again: training.again,
    stop: () => set({ running: false }),
    cure: remedies.tryRemedy,
    keep: remedies.keep,
    close: remedies.close,
    back: () => set({ indexed: !get().indexed }),
    restore: closeLesson,
    luck: createSeedStudy(context).measureSeeds,
    board: toggleStageFigure,
    ask,
  });
  const comparison = createComparison(find, on, { close: remedies.close, keep: remedies.keep });
  const side = createSideFigures(find("side"));
  const stageFigures = createStageFigures(find("stage"), find("side"), { api, page, follow: commands.restart, redraw });
  context.stageFigures = stageFigures;

  const loadList = async () => {
    experiments ??= await api.experiments();
    set({ list: experiments });
    return experiments;
  };
  const findExperiment = async (id) => (await loadList()).find((item) => item.id === id) ?? null;

  // ------------------------------------------------------------------ coming and going

  /** The page begins with a lesson: its address says which. */
  async function begin(id) {
    const experiment = await findExperiment(id);
    if (!experiment) {
      await commands.begin();
      return commands.notify({ bold: "There is no such experiment:", text: `${id}. The rail lists them all.` }, 0);
    }
    startLesson(experiment);
    await commands.begin(experiment);
    await measureCurrent();
  }

  async function open(id, remedyId = null) {
    const experiment = await findExperiment(id);
    if (!experiment) return;
    startLesson(experiment);
    await commands.openLesson(experiment.config, experiment.id);
    find("lesson").focus({ preventScroll: true });
    find("lesson").querySelector(".lesson-panel-read")?.scrollTo(0, 0);
    measureCurrent();
    if (remedyId) await training.run().then(() => remedies.tryRemedy(remedyId));
  }

  function startLesson(experiment) {
    context.generation++;
    measurement.clear();
    remedies.discard();
    stageFigures.clear();
    set({ ...INITIAL, experiment });
    if (page.get().size === "phone") commands.tab("data");
  }

  /** What of this experiment can be read off the run as it stands. */
  async function measureCurrent() {
    await measurement.loadLayerProfiles();
    if (get().experiment && page.get().trainedStep >= context.stepsOf()) await measurement.measure(true);
  }

  async function closeLesson() {
    context.generation++;
    set({ running: false });
    remedies.discard();
    stageFigures.clear();
    await commands.closeLesson();
    set({ ...INITIAL, experiment: null });
    if (page.get().size === "phone") commands.tab("network");
    find("graph").focus({ preventScroll: true });
  }

  // ------------------------------------------------------------------ pictures and questions

  /** A phone has it in the network's place: asked for from the panel, it is shown there. */
  function toggleStageFigure() {
    const phone = page.get().size === "phone";
    set({ stageFigure: phone || !get().stageFigure });
    if (phone) commands.tab("network");
  }

  async function ask(id) {
    const { experiment, answers } = get();
    const { run } = page.get();
    const found = await context.orNull(() => api.answer(run.id, experiment.id, id, context.secondRun?.get().run?.id));
    if (found) set({ answers: { ...answers, [id]: found } });
  }

  // ------------------------------------------------------------------ drawing

  function render(view) {
    const state = page.get();
    const own = get();
    const lesson = own.experiment && state.lesson ? own : null;
    panel.render(lesson ? { ...lesson, stageFigures: stageFigures.shows(lesson.experiment) } : {}, state);
    const element = find("lesson");
    setHidden(element, !lesson);
    const host = state.size === "tablet" ? find("side") : app;
    if (element.parentElement !== host) host === app ? find("stage").before(element) : host.prepend(element);
    const { secondRun } = context;
    const secondView = secondRun?.get().run ? secondRun.follow(view) : null;
    const showsStageFigure = Boolean(lesson && own.stageFigure && stageFigures.shows(own.experiment));
    app.classList.toggle("comparing", Boolean(secondView) && !showsStageFigure);
    app.classList.toggle("has-stage-figure", showsStageFigure);
    app.dataset.instrument = lesson?.experiment.instrument ?? "";
    if (!showsStageFigure)
      comparison.render({ view, other: secondView, first: state, second: secondRun?.get(), lesson: own });
    side.render({ view, other: secondView, lesson: lesson ?? (secondView ? own : null), first: state });
    stageFigures.render(showsStageFigure ? { view, lesson: own, state } : null);
    measurement.refreshVerdict(state, own);
  }

  return {
    begin,
    open,
    compare: remedies.compare,
    render,
    /** The first graph makes room for the second. */
    graphView: (view) => (context.secondRun?.get().run && view.size !== "phone" ? { ...view, size: "half" } : view),
    escape() {
      if (get().stageFigure) set({ stageFigure: false });
      else if (context.secondRun) remedies.close();
      else return false;
      return true;
    },
  };
}
