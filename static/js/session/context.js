// The context that all commands share: the store, the server, the history of the run, and the queues.
import { operations } from "../run/operations.js";
import { GUIDE_STEPS } from "./store.js";

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
 *   catalog: any, session: Storage, local: Storage, address: {read: () => string, unread?: string[], write: (query: string, isNew: boolean) => void}}} of
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
    generation: 0, // increases with each run; answers about an older run are dropped
    connection: 0, // increases when the server goes offline, so that its return does not move the playhead
    patch: {}, // settings that were changed during training and are not sent yet
    /** Aborts the unbounded stream. */
    streamController: /** @type {AbortController|null} */ (null),
    /** Set while whole steps are played. */
    streaming: /** @type {Promise<any>|null} */ (null),
    /** Set while a run is brought to the step that was asked for. */
    opening: /** @type {Promise<void>|null} */ (null),
    requestedSteps: 0, // steps requested and not shown yet: a change made meanwhile takes effect after them
    cancellations: 0, // increases when a run need not be brought any further because another replaces it

    /** Runs work that moves or changes the run on the server, one after the other. Work inside must not queue more and wait for it. */
    serialize(work) {
      const result = serverQueue.then(work);
      serverQueue = result.catch(() => {});
      return result;
    },
    /** Runs work that moves the playhead, one after the other, and not before an opening run has reached its step. */
    enqueue(work) {
      playheadQueue = playheadQueue
        .then(() => (get().offline ? null : context.opening))
        .then(() => context.recovery.guard(work));
      return playheadQueue;
    },
    /** The same for steps that the reader asks for. */
    enqueueStep(work) {
      context.requestedSteps++;
      return context.enqueue(work).finally(() => context.requestedSteps--);
    },
    /** Brings a run to the step that was asked for; of nested calls the outermost counts. @param {() => Promise<any>} work */
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
    /** Replaces the run, without waiting for the present one to reach its step. */
    replaceRun(work) {
      if (context.opening) context.cancellations++;
      return context.enqueue(work);
    },
    /** Work that waits for the server must not block what the reader does next. */
    clearQueue() {
      playheadQueue = Promise.resolve();
    },
    /** The server's answer, or undefined where it goes offline first. */
    async unlessOffline(work) {
      if (get().offline) return undefined;
      let unsubscribe = () => {};
      const lost = new Promise((done) => {
        unsubscribe = reader.subscribe(({ offline }) => offline && done(undefined));
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
    operationsAt(k = get().shownStep) {
      const step = context.stepAt(k)?.step;
      if (!step) return [];
      if (!operationCache.has(step)) operationCache.set(step, operations(step));
      return operationCache.get(step);
    },
    lastOperation: (k) => (k === 0 ? 0 : Math.max(0, context.operationsAt(k).length - 1)),
    /** The step for the URL: the one that diverged, also while the last readable step is shown in its place. */
    urlStep() {
      const { shownStep, divergence } = get();
      return divergence?.readable === shownStep ? divergence.step : shownStep;
    },
    /** The step at which the record begins: for a fork this is later than 0. */
    firstStep: () => get().run.first_step ?? 0,
    bumpVersion: () => set({ version: get().version + 1 }),
    /** The guide goes on once what it asks for is done: 1 a whole step, 2 the learning rate, 3 the speed, 4 a selection. */
    guideDone(step) {
      if (get().guide === step) context.setGuide(step < GUIDE_STEPS ? step + 1 : 0);
    },
    setGuide(guide) {
      set({ guide });
      local.set("guide", String(guide));
    },
  };
  const context = Object.assign(shared, /** @type {Parts} */ ({}));
  return context;
}
