// Pure: one plain state object, replaced and never changed; whoever is interested is told.

/** @template {object} S @param {S} initial */
export function createStore(initial) {
  let state = Object.freeze(Object.assign({}, initial));
  /** @type {Set<(state: S, before: S) => void>} */
  const listeners = new Set();
  return {
    get: () => state,
    /** Only what differs counts; without a difference nobody is told. @param {Partial<S>} patch */
    set(patch) {
      const before = state;
      if (Object.entries(patch).every(([key, value]) => Object.is(before[key], value))) return;
      state = Object.freeze(Object.assign({}, before, patch));
      for (const listener of listeners) listener(state, before);
    },
    /** @param {(state: S, before: S) => void} listener @returns {() => void} */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
