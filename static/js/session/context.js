// What the commands share: the store, the server, the history of the run on the page, and which command comes after which.
import { operations } from "../run/operations.js";

/**
 * A type whose unknown properties are errors: those of an object written in a script would pass for any.
 * @template T @typedef {{[Name in keyof T]: T[Name]}} Closed
 */
/** @typedef {Closed<ReturnType<typeof createDesk>>} SessionContext */
/**
 * The parts of the commands, each by its name. The type check holds that what one asks of another is there.
 * @typedef {{
 *   runs: Closed<ReturnType<typeof import("./runs.js").createRuns>>,
 *   training: Closed<ReturnType<typeof import("./training.js").createTraining>>,
 *   changing: Closed<ReturnType<typeof import("./changes.js").createChanging>>,
 *   walking: Closed<ReturnType<typeof import("./playhead.js").createWalking>>,
 *   playing: Closed<ReturnType<typeof import("./playback.js").createPlaying>>,
 *   memory: Closed<ReturnType<typeof import("./recovery.js").createMemory>>,
 * }} Parts
 */
/** @typedef {{get: (key: string) => string|null, set: (key: string, value: string) => void}} Storage */

/**
 * @param {{store: import("./store.js").Store<import("./store.js").State>, api: Closed<ReturnType<typeof import("./api.js").createApi>>,
 *   catalog: any, session: Storage, local: Storage, address: {read: () => string, write: (query: string) => void}}} of
 */
export function createDesk({ store, api, catalog, session, local, address }) {
  const { reader, set } = store;
  const { get } = reader;
  const cells = new WeakMap();
  let queue = Promise.resolve();
  let moves = Promise.resolve();
  const shared = {
    ...{ get, set, api, catalog, session, local, address },
    /** What is recorded of the run, and kept here. */
    history: /** @type {Closed<ReturnType<typeof import("../run/history.js").createHistory>>} */ (null),
    era: 0, // grows with each run; what an older one still answers is dropped
    turns: 0, // grows when the server goes away: nobody is taken elsewhere when it comes back
    patch: {}, // what was changed while it trains, and isn't sent yet
    /** Ends the one long stream. */
    stream: /** @type {AbortController|null} */ (null),
    /** Set while whole steps are played. */
    driving: /** @type {Promise<any>|null} */ (null),
    /** Set while a run is brought to the step that was asked for. */
    opening: /** @type {Promise<void>|null} */ (null),
    asked: 0, // steps asked for and not shown yet: what is changed after them is in force after them
    cuts: 0, // grows when a run shall be brought no further, as another takes its place

    /** What moves or changes the run on the server, one after the other; who waits in it must not ask for it again. */
    serial(work) {
      const result = queue.then(work);
      queue = result.catch(() => {});
      return result;
    },
    /** What moves the playhead, one after the other, and none before a run stands where it was asked for. */
    move(work) {
      moves = moves.then(() => (get().away ? null : desk.opening)).then(() => desk.memory.attempt(work));
      return moves;
    },
    /** The same for a step, or so many, asked for by hand. */
    walk(work) {
      desk.asked++;
      return desk.move(work).finally(() => desk.asked--);
    },
    /** Brings a run to where it was asked for; the outermost of several counts. @param {() => Promise<any>} work */
    async opens(work) {
      if (desk.opening) return work();
      let open = () => {};
      desk.opening = new Promise((done) => {
        open = done;
      });
      try {
        return await work();
      } finally {
        desk.opening = null;
        open();
        desk.runs.write();
      }
    },
    /** Whoever wants another run needn't wait until this one has come to its step. */
    instead(work) {
      if (desk.opening) desk.cuts++;
      return desk.move(work);
    },
    /** What waits for the server shall not keep the reader waiting. */
    overtake() {
      moves = Promise.resolve();
    },
    /** What the server answers; undefined where it goes away before. */
    async unlessAway(work) {
      if (get().away) return undefined;
      let off = () => {};
      const left = new Promise((done) => {
        off = reader.subscribe(({ away }) => away && done(undefined));
      });
      return Promise.race([work, left]).finally(off);
    },
    async settled() {
      await moves;
      await queue;
    },

    kept: (k) => desk.history?.step(k),
    broken: (k) => desk.kept(k)?.step.finite === false,
    ready: (k) => k === 0 || desk.kept(k)?.spotlight === get().spotlight.index,
    ops(k = get().at) {
      const step = desk.kept(k)?.step;
      if (!step) return [];
      if (!cells.has(step)) cells.set(step, operations(step));
      return cells.get(step);
    },
    lastOf: (k) => (k === 0 ? 0 : Math.max(0, desk.ops(k).length - 1)),
    /** The step that the address names: where the last readable step is shown for one that broke, the one that broke. */
    stands() {
      const { at, stopped } = get();
      return stopped?.readable === at ? stopped.step : at;
    },
    /** The step before which nothing was recorded: a fork begins later than at 0. */
    firstStep: () => get().run.first_step ?? 0,
    grew: () => set({ version: get().version + 1 }),
    /** What a first visitor is shown to try, and has tried. */
    did(thing) {
      const { visit } = get();
      if (!visit || visit.includes(thing)) return;
      const next = [...visit, thing];
      set({ visit: next.length >= 3 ? null : next });
      local.set("visited", next.length >= 3 ? "all" : next.join(" "));
    },
  };
  const desk = Object.assign(shared, /** @type {Parts} */ ({}));
  return desk;
}
