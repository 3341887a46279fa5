// The run beside the reader's own: a store, a memory and a hand of its own. It goes where the first one goes.
import { createActions } from "./actions.js";
import { createStore } from "./store.js";
import { createViewer } from "./view.js";

const nowhere = { get: () => null, set: () => {} };

/** @param {{api: any, catalog: any, first: any}} of `first`: the store of the run that leads */
export function createCompanion({ api, catalog, first }) {
  const store = createStore({
    ...first.get(),
    run: null,
    samples: null,
    lesson: "beside",
    visit: null,
    playing: false,
  });
  const actions = createActions({
    store,
    api,
    catalog,
    session: nowhere,
    local: nowhere,
    address: { read: () => "", write: () => {} },
  });
  const viewOf = createViewer();
  let lead = null; // the step at which the first run stood when this one was last moved
  let spot = first.get().spotlight;

  /** The operation of this run that belongs to one of the other's: the same place, or the record of that name. */
  function operation(view, other) {
    const op = other.ops[other.op];
    if (!op || view.ops.length === other.ops.length) return Math.min(other.op, Math.max(0, view.ops.length - 1));
    const same = view.ops.findIndex((own) => own.name === op.name);
    return same >= 0 ? same : Math.round((other.op / Math.max(1, other.ops.length - 1)) * (view.ops.length - 1));
  }

  return {
    store,
    get: store.get,
    history: actions.history,
    learn: actions.learn,
    /** @param {any} config @param {{run: string, step: number}|null} from */
    async open(config, from = null) {
      lead = first.get().at;
      await actions.open(config, from);
    },
    /** Where the first run went, this one goes; what plays there plays here. @param {any} other View of the first */
    follow(other) {
      const state = first.get();
      if (!store.get().run) return null;
      if (state.at !== lead) {
        lead = state.at;
        actions.reach(lead);
      }
      const { theme, reduced, size, speed, clock, playing, away, spotlight, selection, t } = state;
      actions.environment({ theme, reduced, size, speed, clock, playing, away, selection, moving: false });
      if (spotlight !== spot) {
        spot = spotlight;
        if (spotlight.index < store.get().samples.targets.length) actions.spotlight(spotlight.index);
      }
      const view = viewOf(store.get(), actions.history());
      const here = view.step && view.step.step === other.step?.step;
      const op = here ? operation(view, other) : Math.max(0, view.ops.length - 2); // its last gradient
      return { ...view, op, t: here ? Math.min(1, t) : 1, selection: fits(selection, view.run) ? selection : null };
    },
    /** Stands still although the first one moved: it has come to its own end. */
    stay() {
      lead = first.get().at;
    },
    /** The run is the reader's now, or nobody's. */
    close(keep = false) {
      const { run } = store.get();
      actions.end().then(() => run && !keep && api.remove(run.id).catch(() => {}));
    },
  };
}

function fits(selection, run) {
  if (!selection) return false;
  const { kind, layer, unit, from, to } = selection;
  const W = run.parameters[`W${Math.max(1, layer)}`];
  if (!W) return false;
  if (layer === 0) return unit < W.length;
  return kind === "weight" ? W[from]?.[to] !== undefined : unit < W[0].length;
}
