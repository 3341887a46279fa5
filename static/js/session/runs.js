// The run on the page: created, opened or replaced, as the URL, a lesson or the reader asks for it.

import { format } from "../format/numbers.js";
import { REMEDY_STEPS } from "../run/clock.js";
import { createHistory } from "../run/history.js";
import { allowed, oneOf } from "../run/settings.js";
import { Problem } from "./api.js";
import { fromQuery, toQuery } from "./url.js";

const MAX_STEPS_PER_REQUEST = 5000; // so that a long replay can be stopped

/** @param {import("./context.js").SessionContext} context */
export function createRuns(context) {
  const { get, set, api, catalog, session, address } = context;
  const { defaults } = catalog;
  let urlBaseline = defaults; // what the URL leaves out: the defaults, or a lesson's own setup
  let lessonName = ""; // of the lesson that the URL names

  /** Shows this run: state, history and URL are its own from here on. */
  async function showRun(run, { at = run.step, playhead = null } = {}) {
    context.generation++;
    context.patch = {};
    context.training.reset();
    discard(get().divergence?.remedies, run.id);
    const [samples] = await Promise.all([api.samples(run.id), context.recovery.ensureTable(run.config.dataset)]);
    context.history = createHistory({ layers: run.config.hidden.length + 1 });
    context.history.addEvaluation(run.evaluation);
    const first = run.first_step ?? 0;
    const base = { ...run.config, from: null };
    if (run.config.from && "dropout" in run.controls && run.controls.dropout.length)
      base.dropout = run.controls.dropout[0];
    const { spotlight, selection, message } = get();
    set({
      run,
      samples,
      base,
      changes: run.changes,
      trainedStep: run.step,
      lastStep: Math.max(run.step, run.furthest_step ?? 0),
      shownStep: 0,
      operation: 0,
      progress: 1,
      animating: false,
      divergence: null,
      lostRun: null,
      states: null,
      pending: null,
      rate: 0,
      spotlight: spotlight.index < samples.targets.length ? spotlight : { index: 0 },
      selection: exists(selection, run) ? selection : null,
      hover: null,
      hoverRef: null,
      epoch: run.epoch,
      initialLoss: run.step === first ? run.evaluation.train_loss : Number.NaN,
      message: message?.worse ? null : message,
    });
    if (Number.isNaN(get().initialLoss))
      api.evaluation(run.id, first).then(
        (e) => get().run === run && set({ initialLoss: e.train_loss }),
        () => {},
      );
    session.set("run", run.id);
    if (at > 0) await goToStep(at, playhead);
    else context.playhead.setPlayhead(0, 0, 1);
    context.bumpVersion();
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

  const remove = (run) => void api.remove(run.id).catch(() => {});

  /** Removes the runs of remedies that were not adopted. @param {any[]|null|undefined} remedies @param {string} [taken] id of the one that was */
  function discard(remedies, taken) {
    for (const { run } of remedies ?? []) if (run.id !== taken) remove(run);
  }

  /** Replaces the run by a new one, at step 0; `keep` leaves the old one on the server. */
  async function create(config, keep = false) {
    await context.playback.pause();
    const old = keep ? null : get().run;
    const made = await api.create(requestBody(config));
    set({ divergedAt: null });
    await showRun(await api.run(made.id));
    if (old) remove(old);
  }

  function requestBody(config) {
    const body = {};
    for (const [name, value] of Object.entries(config)) {
      if (value === null || value === undefined || name === "from") continue;
      if (JSON.stringify(value) !== JSON.stringify(defaults[name]) || name === "features") body[name] = value;
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
    const made = await api.create(from ? { from, ...config } : requestBody(config));
    set({ divergedAt: null });
    await showRun(await api.run(made.id));
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
    urlBaseline = lesson ? { ...defaults, ...config, from: null, parameters: null } : defaults;
    lessonName = lesson;
  }

  /** Shows a lesson's run; the reader's own run is saved for when the lesson is closed. */
  async function openLesson(config, name) {
    await context.playback.pause();
    const { run, base, changes, shownStep, operation, lesson } = get();
    const first = !lesson && run;
    const step = context.urlStep();
    const setup = { config: base, changes: changes.filter((c) => c.step <= step), step };
    if (first) session.set("mine", JSON.stringify({ run: run.id, op: step === shownStep ? operation : null, setup }));
    setUrlBaseline(name, config);
    set({ lesson: name, selection: null, message: null });
    await create({ ...config, from: null }, first);
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
  function writeUrl() {
    if (writeTimer) return;
    writeTimer = setTimeout(() => {
      writeTimer = 0;
      const { base, run } = get();
      if (!run || context.opening) return;
      const step = context.urlStep();
      const query = toQuery({ config: base, step, changes: context.changes.changesUntil(step) }, urlBaseline);
      address.write(lessonName ? `?experiment=${lessonName}${query.replace("?", "&")}` : query);
    }, 500);
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
      : context.changes.withDefaults(defaults, wanted.config);
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
    const runQuery = toQuery({ config: { ...run.config, from: null }, step, changes: known }, urlBaseline);
    const config = lessonName
      ? { ...urlBaseline, ...wanted.config }
      : context.changes.withDefaults(defaults, wanted.config);
    if (!wanted.run && runQuery !== query && runQuery !== toQuery({ config, step, changes }, urlBaseline)) return false;
    if (step > run.furthest_step) return false;
    if (!wanted.run && run.changes.some((c) => c.step > step) && !step) return false;
    await showExisting(run, { at: wanted.run ? run.step : step });
    return true;
  }

  return { create, open, adoptRun, adoptRemedy, recreate, openLesson, closeLesson, writeUrl, begin, discard };
}
