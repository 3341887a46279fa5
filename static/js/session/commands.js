// All that can be done on the page. These modules are the only writers of the store; each holds one part of the deeds,
// and they know each other by the context alone, where what they share lies.
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
  /** What needs no turn of its own waits all the same while a run is brought to its step. */
  const once =
    (deed) =>
    (...given) =>
      context.opening ? void enqueue(async () => deed(...given)) : deed(...given);
  return {
    history: () => context.history,
    begin: (lesson) => enqueue(() => runs.begin(lesson)),
    tick: playback.tick,
    follow: () => get().playing && context.streaming && playback.showLatestStep(),
    play: once(playback.play),
    pause: () => enqueue(playback.pause),
    toggle: once(() => (get().playing ? void enqueue(playback.pause) : playback.play())),
    speed: playback.speed,
    forward: () => enqueueStep(playhead.forward),
    back: () => enqueueStep(playhead.back),
    batch: () => enqueueStep(playhead.batch),
    epoch: () => enqueueStep(playhead.epoch),
    jump: (direction) => enqueue(() => playhead.jumpLayer(direction)),
    first: () => enqueue(playhead.first),
    last: () => enqueue(playhead.last),
    scrub: playhead.scrub,
    scrubSteps: once(playhead.scrubSteps),
    stepBy: once(playhead.stepBy),
    learn: (target, every, options) => enqueue(() => playhead.trainTo(target, every, options)),
    reach: playhead.follow,
    reset: () => replaceRun(() => runs.create(get().config)),
    seed: () => replaceRun(() => runs.create({ ...get().config, seed: get().config.seed + 1 })),
    enter: (config, name) => replaceRun(() => runs.openLesson(config, name)),
    leave: () => replaceRun(runs.closeLesson),
    takeOver: (id, points) => replaceRun(() => runs.adoptRun(id, points)),
    open: (config, from = null) => replaceRun(() => runs.open(config, from)),
    rescue: (remedy) => replaceRun(() => runs.adoptRemedy(remedy)),
    /** Nothing more is asked for this run; settles once what is under way has ended. */
    end() {
      context.generation++;
      return context.settled();
    },
    useTable: recovery.useTable,
    change: changes.change,
    restart: (fields) => replaceRun(() => changes.restart(fields)),
    collect: changes.stage,
    undo: () => set({ pending: null }),
    apply: changes.applyStaged,
    pendingWords: changes.pendingWords,
    layers: changes.editLayers,
    select(selection) {
      set({ selection });
      if (selection) markTried("select");
    },
    hover: (hover) => set({ hover }),
    hoverRef: (hoverRef) => set({ hoverRef }),
    spotlight(index) {
      set({ spotlight: { index } });
      if (get().at > 0) enqueue(() => training.load(get().at));
    },
    again: (fresh) =>
      replaceRun(async () => {
        const { gone } = get();
        set({ gone: null });
        if (fresh) await runs.create(fresh === true ? defaults : changes.withDefaults(defaults, fresh));
        else await runs.recreate(gone);
      }),
    cancel: () => set({ busy: { ...get().busy, cancelled: true } }),
    goneWords: () =>
      setupWords({ ...defaults, ...get().gone?.config, features: get().gone?.config.features ?? ["", ""] }),
    zoom: (band) => set({ band }),
    setup: (open = !get().setup) => set({ setup: open }),
    tab: (tab) => set({ tab }),
    theme() {
      const theme = get().theme === "dark" ? "light" : "dark";
      set({ theme });
      local.set("theme", theme);
    },
    letters() {
      set({ letters: !get().letters });
      local.set("letters", get().letters ? "on" : "off");
    },
    welcome() {
      local.set("visited", "");
      set({ visit: [] });
    },
    away: recovery.setOffline,
    returned: recovery.setOnline,
    tell: recovery.notify,
    environment: (values) => set(values),
    save() {
      const { base, changes, at } = get();
      return { config: base, changes, step: at, steps: context.history?.steps() ?? [] };
    },
  };
}
