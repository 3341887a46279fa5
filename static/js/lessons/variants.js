// The second run beside a lesson's own: a remedy or another setup, from the start or from some step; then kept or
// discarded.

import { differences } from "../run/settings.js";
import { createViewer } from "../run/view.js";
import { createCommands } from "../session/commands.js";
import { createStore } from "../session/store.js";

// The second run: with a store, a history and commands of its own. It follows the step of the first.

const noStorage = { get: () => null, set: () => {} };

/** @param {{api: any, catalog: any, first: any}} of `first`: the store of the run that leads */
export function createSecondRun({ api, catalog, first }) {
  const store = createStore({
    ...first.get(),
    run: null,
    samples: null,
    lesson: "beside",
    guide: 0,
    playing: false,
  });
  const commands = createCommands({
    store,
    api,
    catalog,
    session: noStorage,
    local: noStorage,
    address: { read: () => "", write: () => {} },
  });
  const viewOf = createViewer();
  let leadingStep = null; // the step at which the first run stood when this one was last moved
  let spot = first.get().spotlight;

  /** The operation of this run that belongs to one of the other's: the same place, or the record of that name. */
  function matchingOperation(view, firstView) {
    const op = firstView.ops[firstView.op];
    if (!op || view.ops.length === firstView.ops.length)
      return Math.min(firstView.op, Math.max(0, view.ops.length - 1));
    const same = view.ops.findIndex((candidate) => candidate.name === op.name);
    return same >= 0
      ? same
      : Math.round((firstView.op / Math.max(1, firstView.ops.length - 1)) * (view.ops.length - 1));
  }

  return {
    store,
    get: store.reader.get,
    history: commands.history,
    learn: commands.trainTo,
    /** @param {any} config @param {{run: string, step: number}|null} from */
    async open(config, from = null) {
      leadingStep = first.get().shownStep;
      await commands.openRun(config, from);
    },
    /** Where the first run went, this one goes; what plays there plays here. @param {any} firstView View of the first */
    follow(firstView) {
      const state = first.get();
      if (!store.reader.get().run) return null;
      if (state.shownStep !== leadingStep) {
        leadingStep = state.shownStep;
        commands.follow(leadingStep);
      }
      const { theme, reduced, size, speed, elapsed, playing, offline, spotlight, selection, progress } = state;
      commands.setEnvironment({ theme, reduced, size, speed, elapsed, playing, offline, selection, animating: false });
      if (spotlight !== spot) {
        spot = spotlight;
        if (spotlight.index < store.reader.get().samples.targets.length) commands.spotlight(spotlight.index);
      }
      const view = viewOf(store.reader.get(), commands.history());
      const sameStep = view.step && view.step.step === firstView.step?.step;
      const op = sameStep ? matchingOperation(view, firstView) : Math.max(0, view.ops.length - 2); // its last gradient
      return {
        ...view,
        operation: op,
        progress: sameStep ? Math.min(1, progress) : 1,
        selection: selectionExists(selection, view.run) ? selection : null,
      };
    },
    /** Stands still although the first one moved: it has come to its own end. */
    freeze() {
      leadingStep = first.get().shownStep;
    },
    /** The run is the reader's now, or nobody's. */
    close(keepSecondRun = false) {
      const { run } = store.reader.get();
      commands.end().then(() => run && !keepSecondRun && api.remove(run.id).catch(() => {}));
    },
  };
}

function selectionExists(selection, run) {
  if (!selection) return false;
  const { kind, layer, unit, from, to } = selection;
  const W = run.parameters[`W${Math.max(1, layer)}`];
  if (!W) return false;
  if (layer === 0) return unit < W.length;
  return kind === "weight" ? W[from]?.[to] !== undefined : unit < W[0].length;
}

/** @param {import("./lesson.js").LessonContext} context */
export function createRemedies(context) {
  const { get, set, page, commands, api, catalog } = context;

  function discard(kept = false) {
    context.secondRun?.close(kept);
    context.secondRun = null;
    set({ remedy: null, remedyVerdict: null, comparing: false });
  }

  /** What is to be opened beside the run: from its start, or from the step where the remedy starts. */
  async function tryRemedy(id) {
    const { experiment, running } = get();
    const variant = [...experiment.cures, ...experiment.beside].find((item) => item.id === id);
    if (!variant || running || page.get().offline) return;
    const { run, base, trainedStep, divergedAt } = page.get();
    const lastFiniteStep = divergedAt ? divergedAt - 1 : trainedStep;
    const step = variant.from_step === "well" ? lastFiniteStep : Math.min(variant.from_step, trainedStep);
    const from = variant.from_step === null ? null : { run: run.id, step };
    const startsAfresh = experiment.beside.includes(variant);
    const start = from
      ? variant.changes
      : withDefaults(startsAfresh ? { ...experiment.config, seed: base.seed } : base, variant.changes);
    const target = from && variant.from_step !== "well" ? from.step + variant.steps : variant.steps;
    await openVariant(start, from, { remedy: variant, target });
  }

  /** Another data set has its own columns. */
  function withDefaults(config, changes) {
    const next = { ...config, ...changes };
    if ("dataset" in changes && !("features" in changes)) delete next.features;
    return next;
  }

  /** A second run on the stage, trained as far as it shall be. */
  async function openVariant(config, from, { remedy: variant = null, target }) {
    context.generation++;
    const generation = context.generation;
    discard();
    const secondRun = createSecondRun({ api, catalog, first: page });
    context.secondRun = secondRun;
    set({
      remedy: variant,
      remedyVerdict: null,
      layerProfiles: { ...get().layerProfiles, second: null },
      running: true,
      comparing: !variant,
      stageFigure: false,
      progress: { step: 0, steps: target },
    });
    try {
      await secondRun.open(config, from);
    } catch (error) {
      if (generation === context.generation) discard();
      throw error;
    }
    if (!secondRun.get().run) {
      const { message } = secondRun.get();
      if (message) commands.notify(message, 0);
      if (generation === context.generation) {
        discard();
        set({ running: false });
      }
      return;
    }
    const isRunning = () => get().running && generation === context.generation;
    context.training.scrollToVerdict();
    secondRun.freeze();
    const runs = [
      secondRun.learn(target, context.everyOf(target - secondRun.get().trainedStep), { strides: 12, going: isRunning }),
    ];
    if (page.get().shownStep < target && !page.get().divergedAt)
      runs.push(commands.trainTo(target, context.everyOf(target), { strides: 12, going: isRunning }));
    const progressTimer = setInterval(
      () => set({ progress: { step: secondRun.get().trainedStep, steps: target } }),
      80,
    );
    await Promise.all(runs).finally(() => clearInterval(progressTimer));
    secondRun.freeze();
    if (generation !== context.generation) return;
    const { operation, shownStep, divergence } = page.get();
    if (shownStep > 0 && operation > 0 && !divergence) commands.scrub(operation - 1); // the gradients of both, not the steps that they become
    if (variant) await requestVerdict(variant, secondRun, generation);
    if (generation !== context.generation) return;
    set({ running: false });
    await context.measurement.loadLayerProfiles();
  }

  async function requestVerdict(variant, secondRun, generation) {
    const { experiment } = get();
    const verdict = await context.orNull(() => api.verdict(secondRun.get().run.id, experiment.id, variant.id));
    if (!verdict || generation !== context.generation) return;
    const { text, before_text } = verdict.measure;
    set({
      remedyVerdict: { ...verdict, final: true },
      tried: { ...get().tried, [variant.id]: { text, before_text, held: verdict.held } },
    });
  }

  async function keepSecondRun() {
    const secondRun = context.secondRun;
    if (!secondRun || get().running) return;
    const { run } = secondRun.get();
    const { series } = secondRun.history();
    const points = Array.from(series.steps, (step, i) => ({
      step,
      train_loss: series.train[i],
      test_loss: series.test[i],
    })).filter(({ train_loss }) => !Number.isNaN(train_loss));
    context.generation++;
    discard(true);
    await commands.adoptRun(run.id, points);
    if (!get().experiment) return;
    set({ answers: {} });
    await context.measurement.measure(true);
    await context.measurement.loadLayerProfiles();
  }

  function close() {
    context.generation++;
    set({ running: false });
    discard();
    set({ layerProfiles: { ...get().layerProfiles, second: null } });
  }

  /** Two runs with the same data and seed and something changed, both at the step that is shown. */
  async function compare(config) {
    const { run, base, shownStep } = page.get();
    if (!run || get().running || !differences(base, config).length) return;
    await openVariant(config, null, { target: shownStep });
  }

  return { tryRemedy, keep: keepSecondRun, compare, discard, close };
}
