// What is opened beside a lesson's run: a cure, another setup, from the start or from some step; judged, kept or let go.

import { differences } from "../run/settings.js";
import { createViewer } from "../run/view.js";
import { createCommands } from "../session/commands.js";
import { createStore } from "../session/store.js";

// The run beside the reader's own: a store, a memory and a hand of its own. It goes where the first one goes.

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
  const actions = createCommands({
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
    get: store.reader.get,
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
      if (!store.reader.get().run) return null;
      if (state.at !== lead) {
        lead = state.at;
        actions.reach(lead);
      }
      const { theme, reduced, size, speed, clock, playing, away, spotlight, selection, t } = state;
      actions.environment({ theme, reduced, size, speed, clock, playing, away, selection, moving: false });
      if (spotlight !== spot) {
        spot = spotlight;
        if (spotlight.index < store.reader.get().samples.targets.length) actions.spotlight(spotlight.index);
      }
      const view = viewOf(store.reader.get(), actions.history());
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
      const { run } = store.reader.get();
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

/** @param {import("./lesson.js").Lectern} lectern */
export function createCures(lectern) {
  const { get, set, page, actions, api, catalog } = lectern;

  function letGo(kept = false) {
    lectern.beside?.close(kept);
    lectern.beside = null;
    set({ cure: null, cured: null, comparing: false });
  }

  /** What is to be opened beside the run: from its start, or from the step where the cure comes in. */
  async function cure(id) {
    const { experiment, running } = get();
    const found = [...experiment.cures, ...experiment.beside].find((item) => item.id === id);
    if (!found || running || page.get().away) return;
    const { run, base, position, broken } = page.get();
    const well = broken ? broken - 1 : position;
    const step = found.from_step === "well" ? well : Math.min(found.from_step, position);
    const from = found.from_step === null ? null : { run: run.id, step };
    const whole = experiment.beside.includes(found);
    const start = from
      ? found.changes
      : fitting(whole ? { ...experiment.config, seed: base.seed } : base, found.changes);
    const target = from && found.from_step !== "well" ? from.step + found.steps : found.steps;
    await stand(start, from, { cure: found, target });
  }

  /** Another data set has its own columns. */
  function fitting(config, changes) {
    const next = { ...config, ...changes, from: null };
    if ("dataset" in changes && !("features" in changes)) delete next.features;
    return next;
  }

  /** A second run on the stage, trained as far as it shall be. */
  async function stand(config, from, { cure: found = null, target }) {
    lectern.turn++;
    const mine = lectern.turn;
    letGo();
    const other = createCompanion({ api, catalog, first: page });
    lectern.beside = other;
    set({
      cure: found,
      cured: null,
      ladders: { ...get().ladders, its: null },
      running: true,
      comparing: !found,
      board: false,
      progress: { step: 0, steps: target },
    });
    try {
      await other.open(config, from);
    } catch (error) {
      if (mine === lectern.turn) letGo();
      throw error;
    }
    if (!other.get().run) {
      const { strip } = other.get();
      if (strip) actions.tell(strip, 0);
      if (mine === lectern.turn) {
        letGo();
        set({ running: false });
      }
      return;
    }
    const going = () => get().running && mine === lectern.turn;
    lectern.training.toVerdict();
    other.stay();
    const both = [other.learn(target, lectern.everyOf(target - other.get().position), { strides: 12, going })];
    if (page.get().position < target && !page.get().broken)
      both.push(actions.learn(target, lectern.everyOf(target), { strides: 12, going }));
    const ticking = setInterval(() => set({ progress: { step: other.get().position, steps: target } }), 80);
    await Promise.all(both).finally(() => clearInterval(ticking));
    other.stay();
    if (mine !== lectern.turn) return;
    const { op, at: place, stopped } = page.get();
    if (place > 0 && op > 0 && !stopped) actions.scrub(op - 1); // the gradients of both, not the steps that they become
    if (found) await judge(found, other, mine);
    if (mine !== lectern.turn) return;
    set({ running: false });
    await lectern.measuring.ladders();
  }

  async function judge(found, other, mine) {
    const { experiment } = get();
    const verdict = await lectern.asked(() => api.verdict(other.get().run.id, experiment.id, found.id));
    if (!verdict || mine !== lectern.turn) return;
    const { text, before_text } = verdict.measure;
    set({
      cured: { ...verdict, final: true },
      tried: { ...get().tried, [found.id]: { text, before_text, held: verdict.held } },
    });
  }

  async function keep() {
    const other = lectern.beside;
    if (!other || get().running) return;
    const { run } = other.get();
    const { series } = other.history();
    const points = Array.from(series.steps, (step, i) => ({
      step,
      train_loss: series.train[i],
      test_loss: series.test[i],
    })).filter(({ train_loss }) => !Number.isNaN(train_loss));
    lectern.turn++;
    letGo(true);
    await actions.takeOver(run.id, points);
    if (!get().experiment) return;
    set({ answers: {} });
    await lectern.measuring.measure(true);
    await lectern.measuring.ladders();
  }

  function closeBeside() {
    lectern.turn++;
    set({ running: false });
    letGo();
    set({ ladders: { ...get().ladders, its: null } });
  }

  /** Two runs with the same data and seed and something changed, as far as this one has come. */
  async function compare(config) {
    const { run, base, position } = page.get();
    if (!run || get().running || !differences(base, config).length) return;
    await stand(config, null, { target: Math.max(position, 1) });
  }

  return { cure, keep, compare, letGo, close: closeBeside };
}
