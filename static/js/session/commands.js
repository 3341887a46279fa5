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

/** @param {Parameters<typeof createContext>[0]} of */
export function createCommands(of) {
  const context = createContext(of);
  context.runs = createRuns(context);
  context.training = createTraining(context);
  context.changes = createChanges(context);
  context.playhead = createPlayhead(context);
  context.playback = createPlayback(context);
  context.recovery = createRecovery(context);

  const { get, set, local, enqueue, enqueueStep, replaceRun, markTried } = context;
  const { runs, training, changes, playhead, playback, recovery } = context;
  const { defaults } = context.catalog;
  /** A command that is not queued waits all the same while a run is being brought to its step. */
  const afterOpening =
    (command) =>
    (...args) =>
      context.opening ? void enqueue(async () => command(...args)) : command(...args);
  return {
    history: () => context.history,
    begin: (lesson) => enqueue(() => runs.begin(lesson)),
    tick: playback.tick,
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
    adoptRemedy: (remedy) => replaceRun(() => runs.adoptRemedy(remedy)),
    /** Requests nothing more for this run; settles once what is under way has ended. */
    end() {
      context.generation++;
      return context.settled();
    },
    useTable: recovery.useTable,
    change: changes.change,
    restart: (fields) => replaceRun(() => changes.restart(fields)),
    stage: changes.stage,
    undo: () => set({ pending: null }),
    apply: changes.applyStaged,
    pendingWords: changes.pendingWords,
    editLayers: changes.editLayers,
    select(selection) {
      set({ selection });
      if (selection) markTried("select");
    },
    hover: (hover) => set({ hover }),
    hoverRef: (hoverRef) => set({ hoverRef }),
    spotlight(index) {
      set({ spotlight: { index } });
      if (get().shownStep > 0) enqueue(() => training.load(get().shownStep));
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
    setTapeView: (tapeView) => set({ tapeView }),
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
    restartOnboarding() {
      local.set("visited", "");
      set({ onboarding: [] });
    },
    offline: recovery.setOffline,
    online: recovery.setOnline,
    notify: recovery.notify,
    setEnvironment: (values) => set(values),
    save() {
      const { base, changes, shownStep } = get();
      return { config: base, changes, step: shownStep, steps: context.history?.steps() ?? [] };
    },
  };
}
