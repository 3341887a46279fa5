// Changes of the settings: applied during training, or staged until the run restarts.
import { changeWords, differences, oneOf } from "../run/settings.js";
import { rateOffer } from "./sensiblerate.js";

const DRAG_MS = 30; // changes within this time go into one request

/** @param {import("./context.js").SessionContext} context */
export function createChanges(context) {
  const { get, set, api, catalog } = context;
  let deferred = null; // changes made while a run is brought to its step, or while a step is under way

  /** The settings in force in the step after `k`: those of the start and every change since. */
  function configAt(k) {
    const { base, changes } = get();
    const config = { ...base };
    for (const { step, field, value } of changes) if (step <= k) config[field] = oneOf(value);
    return { ...config, ...context.patch, ...deferred };
  }

  /** The changes up to step k, as the URL and another run take them. */
  const changesUntil = (k, changes = get().changes) =>
    changes.filter((c) => c.step <= k).map((c) => ({ step: c.step, name: c.field, value: oneOf(c.value) }));

  /** What a data set brings along: its features, a scaling, and what else it proposes. */
  function datasetDefaults(name) {
    const found = catalog.datasets.find((d) => d.name === name);
    return { features: found?.default_features, scaling: catalog.defaults.scaling, ...found?.proposal };
  }

  /** A config with some fields changed. Another data set brings its own features, scalings and loss, and what it proposes, where none are named. */
  function withDefaults(config, fields) {
    const next = { ...config, ...fields };
    if (!("dataset" in fields) || fields.dataset === config.dataset) return next;
    const to = catalog.datasets.find((d) => d.name === fields.dataset);
    const from = catalog.datasets.find((d) => d.name === config.dataset);
    const changed = differences(next, from?.proposal ?? {});
    for (const name of Object.keys(from?.proposal ?? {})) // what only the data set before had proposed
      if (!(name in fields) && !changed.includes(name)) next[name] = catalog.defaults[name];
    const own = datasetDefaults(fields.dataset);
    const auto = { target_scaling: "auto", loss: "auto", output_activation: "auto" };
    for (const [name, value] of Object.entries({ ...own, ...auto })) if (!(name in fields)) next[name] = value;
    if (next.loss !== "auto" && !catalog.losses.find((l) => l.name === next.loss)?.tasks.includes(to?.task)) {
      next.loss = "auto";
      next.output_activation = "auto";
    }
    if (!next.features) delete next.features;
    return next;
  }

  /* ---------- during training ---------- */

  /** Inside the server queue, or while a stream is open: sends the pending changes. */
  async function sendPatch() {
    if (!Object.keys(context.patch).length) return;
    const generation = context.generation;
    const fields = { ...context.patch };
    const { run, shownStep, trainedStep } = get();
    try {
      // While whole steps are played the shown step lags behind the run: that is no rewind.
      if (!context.streaming && !context.streamController && shownStep < trainedStep && !get().busy)
        await rewind(run, shownStep);
      const now = await api.patch(run.id, fields);
      if (generation !== context.generation) return;
      for (const name of Object.keys(fields)) if (context.patch[name] === fields[name]) delete context.patch[name];
      set({ changes: now.changes });
      context.runs.writeUrl();
    } catch (error) {
      // Another server trains it: the stream ends first, and goes on with the change.
      if (error.kind === "busy" && context.streamController) return context.streamController.abort();
      context.patch = {};
      if (generation === context.generation) set({ config: configAt(get().shownStep) });
      throw error;
    }
  }

  /** A change in the past: the steps after it are discarded. */
  async function rewind(run, at) {
    await api.rewind(run.id, at);
    context.history.discardAfter(at);
    if (get().lastStep > at + 1)
      context.recovery.notify({
        text: `Back at step ${at}. From here the run goes on with the change; later steps are discarded.`,
      });
    context.runs.discard(get().divergence?.remedies);
    set({ trainedStep: at, lastStep: at, divergedAt: null, divergence: null });
  }

  let isSending = false;
  function change(fields) {
    if ("learning_rate" in fields) context.guideDone(2);
    return (context.opening || context.requestedSteps) && !get().offline ? defer(fields) : applyNow(fields);
  }

  async function applyNow(fields) {
    if (!get().run || get().offline) return set({ config: get().config && { ...get().config } }); // a new object: the control is drawn again as it was
    set({ config: { ...get().config, ...fields } });
    Object.assign(context.patch, fields);
    if (isSending) return;
    isSending = true;
    await new Promise((done) => setTimeout(done, DRAG_MS));
    while (Object.keys(context.patch).length)
      await context.recovery.guard(() => (context.streamController ? sendPatch() : context.serialize(sendPatch)));
    isSending = false;
  }

  /** Applies the change after the step that the run is being brought to, or that was requested before. */
  function defer(fields) {
    if (get().config) set({ config: { ...get().config, ...fields } });
    const first = !deferred;
    deferred = { ...deferred, ...fields };
    if (!first) return;
    context.enqueue(() => {
      const all = deferred;
      deferred = null;
      return get().offline && get().base ? set({ config: configAt(get().shownStep) }) : applyNow(all);
    });
  }

  /* ---------- what needs a new network ---------- */

  const restart = (fields) =>
    context.recovery.guard(async () => {
      if (get().offline || !get().run) return set({ config: { ...get().config } });
      const config = withDefaults(get().config, fields);
      set({ config });
      await context.runs.create(config);
      const offer = "optimizer" in fields && !("learning_rate" in fields) ? rateOffer(get().config) : null;
      if (offer) context.recovery.notify(offer, 20);
    });

  /** Stages changes in the drawer until the reader applies or undoes them. */
  function stage(fields) {
    const { config, pending } = get();
    const next = { ...config, ...pending, ...fields };
    set({ pending: differences(config, next).length ? next : null });
  }

  function applyStaged() {
    const { pending, config } = get();
    if (!pending) return;
    const fields = Object.fromEntries(differences(config, pending).map((name) => [name, pending[name]]));
    context.replaceRun(() => restart(fields)).then(() => set({ pending: null, setup: false }));
  }

  const pendingWords = () => (get().pending ? changeWords(get().config, get().pending) : []);

  function editLayers(alter) {
    const hidden = get().config.hidden.map((layer) => ({ ...layer }));
    alter(hidden);
    const { limits } = catalog;
    if (hidden.length <= limits.layers && hidden.every((layer) => layer.units >= 1 && layer.units <= limits.units))
      context.replaceRun(() => restart({ hidden }));
  }

  return {
    configAt,
    changesUntil,
    withDefaults,
    datasetDefaults,
    sendPatch,
    change,
    restart,
    stage,
    applyStaged,
    pendingWords,
    editLayers,
  };
}
