// All that can be done on the page. These modules are the only writers of the store; each holds one part of the deeds,
// and they know each other by the desk alone, where what they share lies.
import { setupWords } from "../run/settings.js";
import { createChanging } from "./changes.js";
import { createDesk } from "./context.js";
import { createPlaying } from "./playback.js";
import { createWalking } from "./playhead.js";
import { createMemory } from "./recovery.js";
import { createRuns } from "./runs.js";
import { createTraining } from "./training.js";

/** @param {Parameters<typeof createDesk>[0]} of */
export function createActions(of) {
  const desk = createDesk(of);
  desk.runs = createRuns(desk);
  desk.training = createTraining(desk);
  desk.changing = createChanging(desk);
  desk.walking = createWalking(desk);
  desk.playing = createPlaying(desk);
  desk.memory = createMemory(desk);

  const { get, set, local, move, walk, instead, did } = desk;
  const { runs, training, changing, walking, playing, memory } = desk;
  const { defaults } = desk.catalog;
  /** What needs no turn of its own waits all the same while a run is brought to its step. */
  const once =
    (deed) =>
    (...given) =>
      desk.opening ? void move(async () => deed(...given)) : deed(...given);
  return {
    history: () => desk.history,
    begin: (lesson) => move(() => runs.begin(lesson)),
    tick: playing.tick,
    follow: () => get().playing && desk.driving && playing.follow(),
    play: once(playing.play),
    pause: () => move(playing.halt),
    toggle: once(() => (get().playing ? void move(playing.halt) : playing.play())),
    speed: playing.speed,
    forward: () => walk(walking.forward),
    back: () => walk(walking.back),
    batch: () => walk(walking.batch),
    epoch: () => walk(walking.epoch),
    jump: (direction) => move(() => walking.jump(direction)),
    first: () => move(walking.first),
    last: () => move(walking.last),
    scrub: walking.scrub,
    scrubSteps: once(walking.scrubSteps),
    stepBy: once(walking.stepBy),
    learn: (target, every, options) => move(() => walking.learn(target, every, options)),
    reach: walking.reach,
    reset: () => instead(() => runs.create(get().config)),
    seed: () => instead(() => runs.create({ ...get().config, seed: get().config.seed + 1 })),
    enter: (config, name) => instead(() => runs.enter(config, name)),
    leave: () => instead(runs.leave),
    takeOver: (id, points) => instead(() => runs.takeOver(id, points)),
    open: (config, from = null) => instead(() => runs.open(config, from)),
    rescue: (remedy) => instead(() => runs.rescue(remedy)),
    /** Nothing more is asked for this run; settles once what is under way has ended. */
    end() {
      desk.era++;
      return desk.settled();
    },
    useTable: memory.useTable,
    change: changing.change,
    restart: (fields) => instead(() => changing.restart(fields)),
    collect: changing.collect,
    undo: () => set({ pending: null }),
    apply: changing.apply,
    pendingWords: changing.pendingWords,
    layers: changing.layers,
    select(selection) {
      set({ selection });
      if (selection) did("select");
    },
    hover: (hover) => set({ hover }),
    hoverRef: (hoverRef) => set({ hoverRef }),
    spotlight(index) {
      set({ spotlight: { index } });
      if (get().at > 0) move(() => training.load(get().at));
    },
    again: (fresh) =>
      instead(async () => {
        const { gone } = get();
        set({ gone: null });
        if (fresh) await runs.create(fresh === true ? defaults : changing.fitting(defaults, fresh));
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
    away: memory.away,
    returned: memory.returned,
    tell: memory.tell,
    environment: (values) => set(values),
    save() {
      const { base, changes, at } = get();
      return { config: base, changes, step: at, steps: desk.history?.kept() ?? [] };
    },
  };
}
