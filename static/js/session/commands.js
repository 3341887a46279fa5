// All commands of the page. They are the only writers of the store; each part holds some of them, and reaches the others
// through the context that all share.
import { setupWords } from "../run/settings.js";
import { createChanges } from "./changes.js";
import { createContext } from "./context.js";
import { createPlayback } from "./playback.js";
import { createPlayhead } from "./playhead.js";
import { createRecovery } from "./recovery.js";
import { createRuns } from "./runs.js";
import { createTraining } from "./training.js";

/** @typedef {ReturnType<typeof createCommands>} Commands what the page's other parts may ask for */

/** @param {Parameters<typeof createContext>[0]} of */
export function createCommands(of) {
  const context = createContext(of);
  context.runs = createRuns(context);
  context.training = createTraining(context);
  context.changes = createChanges(context);
  context.playhead = createPlayhead(context);
  context.playback = createPlayback(context);
  context.recovery = createRecovery(context);
  unfoldAfterFirstStep(context, of.store.reader);

  const { get, set, local, enqueue, enqueueStep, replaceRun, guideDone } = context;
  const { runs, training, changes, playhead, playback, recovery } = context;
  const { defaults } = context.catalog;
  let drawings = 0;
  /** A command that is not queued waits all the same while a run is being brought to its step. */
  const afterOpening =
    (command) =>
    (...args) =>
      context.opening ? void enqueue(async () => command(...args)) : command(...args);
  return {
    history: () => context.history,
    begin: (lesson) => enqueue(() => runs.begin(lesson)),
    tick: playback.tick,
    writeUrl: runs.flushUrl,
    showLatest: () => get().playing && context.streaming && playback.showLatestStep(),
    play: afterOpening(playback.play),
    pause: () => enqueue(playback.pause),
    toggle: afterOpening(() => (get().playing ? void enqueue(playback.pause) : playback.play())),
    speed: playback.speed,
    forward: () => enqueueStep(playhead.forward),
    back: () => enqueueStep(playhead.back),
    batch: () => enqueueStep(playhead.batch),
    epoch: () => enqueueStep(playhead.epoch),
    jumpLayer: (direction) => enqueue(() => playhead.jumpLayer(direction)),
    first: () => enqueue(playhead.first),
    last: () => enqueue(playhead.last),
    scrub: playhead.scrub,
    scrubSteps: afterOpening(playhead.scrubSteps),
    stepBy: afterOpening(playhead.stepBy),
    trainTo: (target, every, options) => enqueue(() => playhead.trainTo(target, every, options)),
    follow: playhead.follow,
    reset: () => replaceRun(() => runs.create(get().config)),
    seed: () => replaceRun(() => runs.create({ ...get().config, seed: get().config.seed + 1 })),
    openLesson: (config, name) => replaceRun(() => runs.openLesson(config, name)),
    closeLesson: () => replaceRun(runs.closeLesson),
    adoptRun: (id, points) => replaceRun(() => runs.adoptRun(id, points)),
    openRun: (config, from = null) => replaceRun(() => runs.open(config, from)),
    /** A run from a file: an export stands where it stood; a saved moment is its setup, trained again to that step. */
    openSaved: (saved) => replaceRun(() => (saved.start ? runs.openExport(saved) : runs.recreate(saved))),
    adoptRemedy: (remedy) => replaceRun(() => runs.adoptRemedy(remedy)),
    /** Requests nothing more for this run; settles once what is under way has ended. */
    end() {
      context.generation++;
      return context.settled();
    },
    useTable: recovery.useTable,
    decideMissing: (missing) => replaceRun(() => recovery.decideMissing(missing)),
    change: changes.change,
    restart: (fields) => replaceRun(() => changes.restart(fields)),
    stage: changes.stage,
    undo: () => set({ pending: null }),
    apply: changes.applyStaged,
    pendingWords: changes.pendingWords,
    editLayers: changes.editLayers,
    select(selection) {
      set({ selection, sampleLoss: false });
      if (selection) guideDone(4);
    },
    hover: (hover) => set({ hover }),
    hoverRef: (hoverRef) => set({ hoverRef }),
    spotlight(index) {
      set({ spotlight: { index } });
      context.streamController?.abort(); // it goes on with this sample
      if (get().shownStep > 0) enqueue(() => training.load(get().shownStep));
    },
    /** A sample that is none of the run's: its raw values and the class that it shall be. */
    spotlightDrawn(input, target) {
      const wanted = get().samples.classes.map((_, k) => (k === target ? 1 : 0));
      set({ spotlight: { index: `drawn ${++drawings}`, input, target: wanted } });
      if (get().shownStep > 0) enqueue(() => playhead.showForward());
    },
    recoverRun: (fresh) =>
      replaceRun(async () => {
        const { lostRun } = get();
        set({ lostRun: null });
        if (fresh) await runs.create(fresh === true ? defaults : changes.withDefaults(defaults, fresh));
        else await runs.recreate(lostRun);
      }),
    cancel: () => set({ busy: { ...get().busy, cancelled: true } }),
    lostRunText: () =>
      setupWords({ ...defaults, ...get().lostRun?.config, features: get().lostRun?.config.features ?? ["", ""] }),
    setBand(band) {
      set({ band });
      local.set("band", band);
    },
    openLegend: (open = !get().legendOpen) => set({ legendOpen: open }),
    openLoss: (open = !get().sampleLoss) => set({ sampleLoss: open, selection: null, tab: "network" }),
    setChart(chart) {
      set({ chart });
      local.set("chart", chart);
    },
    currentQuery: runs.currentQuery,
    share: (open = !get().shareOpen) => set({ shareOpen: open }),
    nextGuide: () => guideDone(get().guide),
    endGuide: () => context.setGuide(0),
    restartGuide: () => context.setGuide(1),
    openLessons: (open = !get().lessonsOpen) => set({ lessonsOpen: open }),
    openDatasets: () => set({ datasetsOpen: !get().datasetsOpen }),
    setup: (open = !get().setup) => set({ setup: open }),
    tab: (tab) => set({ tab }),
    theme() {
      const theme = get().theme === "dark" ? "light" : "dark";
      set({ theme });
      local.set("theme", theme);
    },
    toggleLetters() {
      set({ letters: !get().letters });
      local.set("letters", get().letters ? "on" : "off");
    },
    offline: recovery.setOffline,
    online: recovery.setOnline,
    notify: recovery.notify,
    setEnvironment(values) {
      const { reduced } = get();
      set(values);
      if (get().reduced !== reduced) context.streamController?.abort(); // it goes on with as many frames as are shown now
    },
    save() {
      const { base, changes, shownStep } = get();
      return { config: base, changes, step: shownStep, steps: context.history?.steps() ?? [] };
    },
  };
}

/**
 * Once the first whole step is done, however it was reached, what the first visit leaves out is shown for good, and the tape
 * opens, unless the reader has chosen another instrument.
 * @param {import("./context.js").SessionContext} context @param {import("./store.js").Reader<import("./store.js").State>} reader
 */
function unfoldAfterFirstStep(context, reader) {
  reader.subscribe(({ unfolded, guide, wholeStep, shownStep, operation, progress, run }) => {
    if (!run || (wholeStep && guide !== 1) || shownStep < 1) return;
    if (shownStep === 1 && (operation < context.lastOperation(1) || progress < 1)) return;
    context.guideDone(1);
    if (!wholeStep) context.set({ wholeStep: true });
    if (unfolded) return;
    context.local.set("unfolded", "yes");
    context.set({ unfolded: true, ...(context.local.get("band") ? {} : { band: "operations" }) });
    context.local.set("band", context.get().band);
  });
}
