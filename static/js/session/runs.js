// The run on the page: created, opened or replaced, as the URL, a lesson or the reader asks for it.

import { format } from "../format/numbers.js";
import { REMEDY_STEPS } from "../run/clock.js";
import { createHistory } from "../run/history.js";
import { allowed, isUploadedTable, oneOf } from "../run/settings.js";
import { Problem } from "./api.js";
import { fromQuery, toQuery } from "./url.js";

const MAX_STEPS_PER_REQUEST = 5000; // so that a long replay can be stopped
const ONE_DRAG = 1500; // ms within which changes of a setting are one entry of the browser's history

/** @param {import("./context.js").SessionContext} context */
export function createRuns(context) {
  const { get, set, api, catalog, session, address } = context;
  const { defaults } = catalog;
  let urlBaseline = defaults; // what the URL leaves out: the defaults, or a lesson's own setup
  let lessonName = ""; // of the lesson that the URL names
  /** @type {[string, string][]} */
  let page = []; // what the URL says of the page: kept, whatever becomes of the run

  /**
   * Shows this run: state, history and URL are its own from here on. All of them begin together, once what the step needs is
   * here: until then the page shows the run before.
   */
  async function showRun(found, { at = found.step, playhead = null } = {}) {
    context.generation++;
    context.patch = {};
    context.training.reset();
    discard(get().divergence?.remedies, found.id);
    const first = found.first_step ?? 0;
    const asked = api.samples(found.id);
    const [samples, run] = await Promise.all([
      asked,
      atItsStart(found, asked),
      context.recovery.ensureTable(found.config.dataset),
    ]);
    const history = createHistory({ layers: run.config.hidden.length + 1 });
    for (const evaluation of [run.evaluation, found.evaluation]) history.addEvaluation(evaluation);
    const shown = get().spotlight;
    const drawn = "input" in shown && get().run?.config.dataset === run.config.dataset;
    const spotlight = drawn || shown.index < samples.targets.length ? shown : { index: 0 };
    if (at > first) await context.training.load(at, { run, spotlight, history });
    const { selection, message } = get();
    context.history = history;
    set({
      run,
      samples,
      base: run.config,
      changes: run.changes,
      trainedStep: found.step,
      lastStep: Math.max(found.step, found.furthest_step ?? 0),
      shownStep: Math.max(at, first),
      operation: playhead ?? context.lastOperation(at),
      progress: 1,
      wholeStep: false,
      animating: false,
      divergence: null,
      lostRun: null,
      states: null,
      pending: null,
      rate: 0,
      spotlight,
      selection: exists(selection, run) ? selection : null,
      hover: null,
      hoverRef: null,
      epoch: found.epoch,
      initialLoss: run.evaluation.train_loss ?? Number.NaN,
      message: message?.worse ? null : message,
    });
    session.set("run", run.id);
    if (at > 0) await goToStep(at, playhead);
    else context.playhead.setPlayhead(0, 0, 1);
    context.bumpVersion();
  }

  /**
   * A run as it began, wherever it stands now: with the parameters, the evaluation and the epoch that a page at its first step
   * shows. How far it has come since is in the store. @param {any} run @param {Promise<any>} samples of the run
   */
  async function atItsStart(run, samples) {
    const first = run.first_step ?? 0;
    if (run.step === first) return { ...run, furthest_step: first };
    const [{ parameters, state }, evaluation, next, { train }] = await Promise.all([
      api.state(run.id, first),
      api.evaluation(run.id, first),
      first > 0 ? api.stepSummary(run.id, first + 1) : null,
      samples,
    ]);
    const epoch = next ? next.epoch - next.batch.indices.length / train : 0;
    return { ...run, step: first, furthest_step: first, parameters, state, evaluation, epoch };
  }

  /** Goes to a step, or to an operation of it; a run that diverged there is shown as it is when it diverges. */
  async function goToStep(k, playhead = null) {
    if (get().divergedAt === k && playhead === null) return context.playback.showDivergence(k);
    await context.training.load(k);
    if (get().divergedAt === k) context.playback.stopAtDivergence(k, playhead ?? undefined);
    else context.playhead.setPlayhead(k, playhead ?? context.lastOperation(k), 1);
  }

  const exists = (selection, run) => {
    if (!selection) return false;
    const { kind, layer, unit, from, to } = selection;
    if (layer === 0) return kind === "unit" && unit < run.parameters.W1.length;
    const W = run.parameters[`W${layer}`];
    return Boolean(W) && (kind === "weight" ? W[from]?.[to] !== undefined : unit < W[0].length);
  };

  /** What an address leaves out: the defaults, and of a built-in data set what it brings along. */
  const baselineOf = (dataset) =>
    lessonName || isUploadedTable(dataset)
      ? urlBaseline
      : { ...urlBaseline, ...context.changes.datasetDefaults(dataset) };
  const setupQuery = (setup) => toQuery({ page, ...setup }, baselineOf(setup.config.dataset));
  // An address leaves the defaults out: without these it means them, and not what an uploaded table proposes.
  const { scaling, hidden, learning_rate, l2 } = defaults;
  const named = { scaling, hidden, learning_rate, l2 };
  const leftOut = (dataset) => (isUploadedTable(dataset) ? named : {});

  const remove = (run) => void api.remove(run.id).catch(() => {});

  /** Removes the runs of remedies that were not adopted. @param {any[]|null|undefined} remedies @param {string} [taken] id of the one that was */
  function discard(remedies, taken) {
    for (const { run } of remedies ?? []) if (run.id !== taken) remove(run);
  }

  /** Replaces the run by a new one, at step 0; `keep` leaves the old one on the server. */
  async function create(config, keep = false) {
    await context.playback.pause();
    if (writeTimer) flushUrl();
    const old = keep ? null : get().run;
    const created = await api.create(requestBody(config));
    set({ divergedAt: null });
    await showRun(await api.run(created.id));
    if (old) remove(old);
  }

  function requestBody(config) {
    const body = {};
    for (const [name, value] of Object.entries(config)) {
      if (value === null || value === undefined) continue;
      // what a data set may propose is always named, so that the reader's own choice stands
      if (JSON.stringify(value) !== JSON.stringify(defaults[name]) || name === "features" || name in named)
        body[name] = value;
    }
    return body;
  }

  /** Shows a run that the server has. @param {any} run @param {{at?: number, playhead?: number}} [where] */
  async function showExisting(run, where) {
    set({ divergedAt: run.evaluation.stopped ? run.step : null });
    await showRun(run, where);
  }

  /** A new run, or a fork of another one at a step (`config` then holds only what differs). */
  async function open(config, from = null) {
    const old = get().run;
    const created = await (from ? api.fork(from.run, { step: from.step, ...config }) : api.create(requestBody(config)));
    set({ divergedAt: null });
    await showRun(await api.run(created.id));
    if (old) remove(old);
  }

  /** Replaces the run by another one that is trained already. */
  async function adoptRun(id, points) {
    await context.playback.pause();
    const old = get().run;
    await showExisting(await api.run(id));
    for (const line of points) context.history.addChartPoint(line);
    context.bumpVersion();
    if (old && old.id !== id) remove(old);
  }

  /** Opens a run that was exported as JSON, exactly where it stood. */
  const openExport = async (saved) => adoptRun((await api.openSaved(saved)).id, []);

  /** Replaces the diverged run by the run of a remedy. */
  async function adoptRemedy(remedy) {
    const points = remedy.curve.map(([step, train_loss]) => ({ step, train_loss, test_loss: null }));
    await adoptRun(remedy.run.id, points);
    context.recovery.notify({
      bold: `${remedy.label}.`,
      text:
        remedy.loss === null
          ? "This is the run that was tried: it broke as well."
          : `This is the run that was tried: ${REMEDY_STEPS} steps, loss ${format(remedy.loss)}. Walk back, or train on.`,
    });
  }

  /* ---------- replay ---------- */

  /** Creates a run again, up to the step where it was: the same setup and seed give the same numbers. */
  const recreate = ({ config, changes, step }) =>
    context.whileOpening(async () => {
      await create(config);
      if (!step && !changes.length) return;
      await replayChanges(changes, step);
      const { trainedStep } = get();
      if (trainedStep > 0) await goToStep(trainedStep);
      context.bumpVersion();
    });

  /** Trains to a step, with the changes that were made before it. */
  async function replayChanges(changes, target) {
    const generation = context.generation;
    const { cancellations } = context;
    const going = () =>
      generation === context.generation && cancellations === context.cancellations && !get().busy?.cancelled;
    const total = target - get().trainedStep;
    const every = Math.max(1, Math.min(MAX_STEPS_PER_REQUEST, Math.ceil(total / 200)));
    const chunk = Math.min(MAX_STEPS_PER_REQUEST, Math.max(500, every * 20));
    const busy = (done) => set({ busy: { text: `Training again to step ${target}`, done } });
    const goTo = async (k) => {
      while (get().trainedStep < k && going()) {
        const from = get().trainedStep;
        busy(total ? 1 - (target - from) / total : 1);
        await context.serialize(() => context.training.trainSummary(Math.min(k, from + chunk), every));
        if (get().trainedStep === from) break; // it diverged there before, and does so again
      }
    };
    busy(0);
    try {
      for (const { step, field, name, value } of changes) {
        if (step > target) break;
        await goTo(step);
        if (!going()) return;
        context.patch = { [field ?? name]: oneOf(value) };
        await context.serialize(context.changes.sendPatch);
      }
      await goTo(target);
    } finally {
      set({ busy: null });
    }
  }

  /* ---------- lessons ---------- */

  /** Sets what the URL leaves out. */
  function setUrlBaseline(lesson, config) {
    urlBaseline = lesson ? { ...defaults, ...config, parameters: null } : defaults;
    lessonName = lesson;
  }

  /** Shows a lesson's run; the reader's own run is saved for when the lesson is closed. */
  async function openLesson(config, name) {
    await context.playback.pause();
    if (writeTimer) flushUrl();
    const { run, base, changes, shownStep, operation, lesson } = get();
    const first = !lesson && run;
    const step = context.urlStep();
    const setup = { config: base, changes: changes.filter((c) => c.step <= step), step };
    if (first) session.set("mine", JSON.stringify({ run: run.id, op: step === shownStep ? operation : null, setup }));
    setUrlBaseline(name, config);
    set({ lesson: name, selection: null, message: null });
    await create(config, first);
    writeUrl();
  }

  /** Shows the reader's own run again, at the step where it was left. */
  async function closeLesson() {
    const savedRun = JSON.parse(session.get("mine") || "null");
    session.set("mine", "");
    await context.playback.pause();
    setUrlBaseline("", null);
    set({ lesson: null, divergedAt: null, selection: null });
    if (!savedRun) return create(defaults);
    const old = get().run;
    try {
      const run = await api.run(savedRun.run);
      await showExisting(run, { at: Math.min(run.furthest_step, savedRun.setup.step), playhead: savedRun.op });
      if (old && old.id !== run.id) remove(old);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await recreate(savedRun.setup);
    }
    writeUrl();
  }

  /* ---------- the URL ---------- */

  let writeTimer = 0;
  let writtenSetup = null; // the setup that the URL names, apart from its step
  let writtenChanges = 0; // how many changes of settings it names
  let pushedAt = 0; // when the browser's history got its latest entry
  function writeUrl() {
    writeTimer ||= setTimeout(flushUrl, 500);
  }

  /** Writes the URL now. Another setup is another entry of the browser's history: its back button leads to the one before. */
  function flushUrl() {
    clearTimeout(writeTimer);
    writeTimer = 0;
    if (!get().run || context.opening) return;
    const setup = queryOf({});
    const changed = get().changes.length !== writtenChanges && Date.now() - pushedAt > ONE_DRAG;
    const isNew = writtenSetup !== null && (setup !== writtenSetup || changed);
    if (isNew) pushedAt = Date.now();
    writtenSetup = setup;
    writtenChanges = get().changes.length;
    address.write(currentQuery(), isNew);
  }

  /** The query that leads back to what is shown now, or to another step: setup, changes and step; `more` overrides them. */
  function currentQuery(step = context.urlStep(), more = {}) {
    return queryOf({ step, changes: context.changes.changesUntil(step), ...more });
  }

  function queryOf(moment) {
    const query = setupQuery({ config: get().base, ...moment });
    return lessonName ? `?lesson=${lessonName}${query.replace("?", "&")}` : query;
  }

  /** At the start: opens what the URL asks for, or the default setup. */
  const begin = (lesson = null) => context.whileOpening(() => readUrl(lesson));

  async function readUrl(lesson) {
    if (lesson) {
      setUrlBaseline(lesson.id, lesson.config);
      set({ lesson: lessonName });
    }
    const query = address.read();
    const wanted = fromQuery(query, urlBaseline);
    page = wanted.page;
    wanted.errors.push(...(address.unread ?? []));
    const [hasTable] = await Promise.all([
      context.recovery.ensureTable(wanted.config.dataset),
      context.recovery.ensureTables(),
    ]);
    if (!hasTable) {
      const { config: asked, changes, step } = wanted;
      return set({
        lostRun: { config: asked, changes, step, table: true },
        config: { ...defaults, ...asked, dataset: defaults.dataset, features: defaults.features },
      });
    }
    for (const [name, value] of Object.entries(wanted.config))
      if (!allowed(value, catalog.fields[name], catalog)) {
        wanted.errors.push(`${name}=${typeof value === "object" ? "…" : value}`);
        delete wanted.config[name];
      }
    wanted.changes = wanted.changes.filter((change) => {
      if (canChange(change)) return true;
      wanted.errors.push(`change=${change.step}:${change.name}:${change.value ?? "none"}`);
      return false;
    });
    const config = lesson
      ? { ...urlBaseline, ...wanted.config }
      : context.changes.withDefaults(defaults, { ...leftOut(wanted.config.dataset), ...wanted.config });
    if (wanted.config.features) config.features = wanted.config.features;
    else if (wanted.config.dataset && !lesson) delete config.features;
    const setup = { config, changes: wanted.changes, step: wanted.step };
    const id = wanted.run ?? session.get("run");
    try {
      const found = id ? await reopen(id, wanted, query) : false;
      if (!found && (wanted.run || context.recovery.isLongReplay(wanted.step)))
        return set({ lostRun: { ...setup, far: !wanted.run }, config: { ...urlBaseline, ...config } });
      if (!found) await recreate(setup);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const [first] = error.errors;
      await create(urlBaseline);
      context.recovery.notify(
        {
          bold: "The link asks for something that does not exist.",
          text: `${first ? `${first.path}: ${first.message}. ` : ""}This is the default setup.`,
        },
        0,
      );
      return;
    }
    if (wanted.errors.length)
      context.recovery.notify(
        { bold: "Not all of the link could be read:", text: `${wanted.errors.join(", ")} was left out.` },
        0,
      );
  }

  /** Whether a setting may take this value during training. */
  function canChange({ name, value }) {
    const limits = catalog.fields[name];
    if (!limits || limits.restart) return false;
    return value === null ? defaults[name] === null : allowed(value, limits, catalog);
  }

  /** Shows the run of this session where it is the one that the URL asks for. */
  async function reopen(id, wanted, query) {
    let run;
    try {
      run = await api.run(id);
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
    if (lessonName && JSON.stringify(run.config.dataset) !== JSON.stringify(urlBaseline.dataset)) return false;
    const { step, changes } = wanted;
    const known = context.changes.changesUntil(step, run.changes);
    const runQuery = setupQuery({ config: run.config, step, changes: known });
    const config = lessonName
      ? { ...urlBaseline, ...wanted.config }
      : context.changes.withDefaults(defaults, { ...leftOut(wanted.config.dataset), ...wanted.config });
    if (!wanted.run && runQuery !== query && runQuery !== setupQuery({ config, step, changes })) return false;
    if (step > run.furthest_step) return false;
    // An address without a step asks for a network that has learned nothing: that is a new run, not the end of this one.
    if (!wanted.run && !step && run.furthest_step > (run.first_step ?? 0)) return false;
    await showExisting(run, { at: wanted.run ? run.step : step });
    return true;
  }

  return {
    create,
    open,
    adoptRun,
    openExport,
    adoptRemedy,
    recreate,
    openLesson,
    closeLesson,
    writeUrl,
    flushUrl,
    currentQuery,
    begin,
    discard,
  };
}
