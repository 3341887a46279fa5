// What the commands share: the store, the server, the history of the run on the page, and which command comes after which.
import { operations } from "../run/operations.js";

/**
 * A type whose unknown properties are errors: those of an object written in a script would pass for any.
 * @template T @typedef {{[Name in keyof T]: T[Name]}} Closed
 */
/** @typedef {Closed<ReturnType<typeof createContext>>} SessionContext */
/**
 * The parts of the commands, each by its name. The type check holds that what one asks of another is there.
 * @typedef {{
 *   runs: Closed<ReturnType<typeof import("./runs.js").createRuns>>,
 *   training: Closed<ReturnType<typeof import("./training.js").createTraining>>,
 *   changes: Closed<ReturnType<typeof import("./changes.js").createChanges>>,
 *   playhead: Closed<ReturnType<typeof import("./playhead.js").createPlayhead>>,
 *   playback: Closed<ReturnType<typeof import("./playback.js").createPlayback>>,
 *   recovery: Closed<ReturnType<typeof import("./recovery.js").createRecovery>>,
 * }} Parts
 */
/** @typedef {{get: (key: string) => string|null, set: (key: string, value: string) => void}} Storage */

/**
 * @param {{store: import("./store.js").Store<import("./store.js").State>, api: Closed<ReturnType<typeof import("./api.js").createApi>>,
 *   catalog: any, session: Storage, local: Storage, address: {read: () => string, write: (query: string) => void}}} of
 */
export function createContext({ store, api, catalog, session, local, address }) {
  const { reader, set } = store;
  const { get } = reader;
  const operationCache = new WeakMap();
  let serverQueue = Promise.resolve();
  let playheadQueue = Promise.resolve();
  const shared = {
    ...{ get, set, api, catalog, session, local, address },
    /** What is recorded of the run, and kept here. */
    history: /** @type {Closed<ReturnType<typeof import("../run/history.js").createHistory>>} */ (null),
    generation: 0, // grows with each run; what an older one still answers is dropped
    connection: 0, // grows when the server goes away: nobody is taken elsewhere when it comes back
    patch: {}, // what was changed while it trains, and isn't sent yet
    /** Ends the one long stream. */
    streamController: /** @type {AbortController|null} */ (null),
    /** Set while whole steps are played. */
    streaming: /** @type {Promise<any>|null} */ (null),
    /** Set while a run is brought to the step that was asked for. */
    opening: /** @type {Promise<void>|null} */ (null),
    requestedSteps: 0, // steps asked for and not shown yet: what is changed after them is in force after them
    cancellations: 0, // grows when a run shall be brought no further, as another takes its place

    /** What moves or changes the run on the server, one after the other; who waits in it must not ask for it again. */
    serialize(work) {
      const result = serverQueue.then(work);
      serverQueue = result.catch(() => {});
      return result;
    },
    /** What moves the playhead, one after the other, and none before a run stands where it was asked for. */
    enqueue(work) {
      playheadQueue = playheadQueue
        .then(() => (get().away ? null : context.opening))
        .then(() => context.recovery.guard(work));
      return playheadQueue;
    },
    /** The same for a step, or so many, asked for by hand. */
    enqueueStep(work) {
      context.requestedSteps++;
      return context.enqueue(work).finally(() => context.requestedSteps--);
    },
    /** Brings a run to where it was asked for; the outermost of several counts. @param {() => Promise<any>} work */
    async whileOpening(work) {
      if (context.opening) return work();
      let open = () => {};
      context.opening = new Promise((done) => {
        open = done;
      });
      try {
        return await work();
      } finally {
        context.opening = null;
        open();
        context.runs.writeUrl();
      }
    },
    /** Whoever wants another run needn't wait until this one has come to its step. */
    replaceRun(work) {
      if (context.opening) context.cancellations++;
      return context.enqueue(work);
    },
    /** What waits for the server shall not keep the reader waiting. */
    clearQueue() {
      playheadQueue = Promise.resolve();
    },
    /** What the server answers; undefined where it goes away before. */
    async unlessOffline(work) {
      if (get().away) return undefined;
      let unsubscribe = () => {};
      const lost = new Promise((done) => {
        unsubscribe = reader.subscribe(({ away }) => away && done(undefined));
      });
      return Promise.race([work, lost]).finally(unsubscribe);
    },
    async settled() {
      await playheadQueue;
      await serverQueue;
    },

    stepAt: (k) => context.history?.step(k),
    isDiverged: (k) => context.stepAt(k)?.step.finite === false,
    isLoaded: (k) => k === 0 || context.stepAt(k)?.spotlight === get().spotlight.index,
    operationsAt(k = get().at) {
      const step = context.stepAt(k)?.step;
      if (!step) return [];
      if (!operationCache.has(step)) operationCache.set(step, operations(step));
      return operationCache.get(step);
    },
    lastOperation: (k) => (k === 0 ? 0 : Math.max(0, context.operationsAt(k).length - 1)),
    /** The step that the address names: where the last readable step is shown for one that broke, the one that broke. */
    urlStep() {
      const { at, stopped } = get();
      return stopped?.readable === at ? stopped.step : at;
    },
    /** The step before which nothing was recorded: a fork begins later than at 0. */
    firstStep: () => get().run.first_step ?? 0,
    bumpVersion: () => set({ version: get().version + 1 }),
    /** What a first visitor is shown to try, and has tried. */
    markTried(thing) {
      const { visit } = get();
      if (!visit || visit.includes(thing)) return;
      const next = [...visit, thing];
      set({ visit: next.length >= 3 ? null : next });
      local.set("visited", next.length >= 3 ? "all" : next.join(" "));
    },
  };
  const context = Object.assign(shared, /** @type {Parts} */ ({}));
  return context;
}
