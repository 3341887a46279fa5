// The state of the page: what it begins as, and the store that holds it.

/** @template S @typedef {{get: () => S, subscribe: (listener: (state: S, before: S) => void) => () => void}} Reader */
/** @template S @typedef {{reader: Reader<S>, set: (patch: Partial<S>) => void}} Store */
/** @typedef {ReturnType<typeof initialState>} State */

/**
 * One plain object, replaced and never changed in place. Who has the reader alone cannot write.
 * @template {object} S @param {S} initial @returns {Store<S>}
 */
export function createStore(initial) {
  let state = Object.freeze(Object.assign({}, initial));
  /** @type {Set<(state: S, before: S) => void>} */
  const listeners = new Set();
  return {
    reader: {
      get: () => state,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    /** Only what differs counts; without a difference no listener is called. */
    set(patch) {
      const before = state;
      if (Object.entries(patch).every(([key, value]) => Object.is(before[key], value))) return;
      state = Object.freeze(Object.assign({}, before, patch));
      for (const listener of listeners) listener(state, before);
    },
  };
}

/**
 * @param {{catalog: any, local: {get: (key: string) => string|null}, speeds: number, screen: {theme: string, reduced: boolean, size: string, tight: boolean}}} of
 *   `local` holds the settings saved in the browser, `speeds` is the number of positions of the speed slider
 */
export function initialState({ catalog, local, speeds, screen }) {
  const unfolded = local.get("unfolded") === "yes";
  return {
    catalog,
    run: null,
    samples: null,
    base: null,
    config: null,
    changes: [],
    shownStep: 0,
    operation: 0,
    progress: 1,
    animating: false,
    animateUntil: 0, // the operation up to which one after the other is animated
    playing: false,
    speed: Math.min(speeds - 1, Number(local.get("speed") ?? 1) || 1),
    elapsed: 0,
    reducedProgress: 0, // with reduced motion an operation is shown done at once; this is the time since, as progress
    rate: 0,
    trainedStep: 0,
    lastStep: 0,
    wholeStep: false, // whether a whole step of the run has been shown
    divergedAt: null,
    epoch: 0,
    initialLoss: Number.NaN,
    spotlight: /** @type {{index: any, input?: number[], target?: number[]}} */ ({ index: 0 }), // with input: none of the run's samples
    selection: null,
    hover: null,
    hoverRef: null,
    states: null,
    scatter: null,
    band: local.get("band") ?? "closed", // what is open below the network: operations, layers, steps, or closed
    chart: local.get("chart") ?? "loss", // beside the network: loss, confusion, predicted, gradients or update
    unfolded, // what the first visit leaves for later is shown
    offline: null,
    message: null,
    busy: null,
    pending: null,
    setup: false,
    tab: "network",
    divergence: null,
    lostRun: null,
    tables: [],
    lesson: null,
    guide: guideOf(local.get("guide")),
    lessonsOpen: false,
    paper: false, // all parts of a phone's page are laid out for the printer
    shareOpen: false,
    legendOpen: false,
    sampleLoss: false, // the loss of the spotlight sample is open
    datasetsOpen: false,
    letters: local.get("letters") !== "off",
    version: 0,
    ...screen,
  };
}

export const GUIDE_STEPS = 4;
/** The step of the guide to show, 1 to 4; 0 once it has ended. @param {string|null} saved */
const guideOf = (saved) => (saved === null ? 1 : Math.min(GUIDE_STEPS, Number(saved) || 0));
