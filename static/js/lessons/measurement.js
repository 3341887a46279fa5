// What the server measures of a lesson's run: its verdict, again and again while it trains, its layer profiles, other
// seeds.

import { Problem } from "../session/api.js";
import { markLessonDone } from "./list.js";

const MAX_REQUEST_TIME = 150; // ms that a verdict may take to be asked for again and again

/** @param {import("./lesson.js").LessonContext} context */
export function createMeasurement(context) {
  const { get, set, page, api } = context;
  let measuredFor = null; // the run and step that the verdict is of
  let lastRequestTime = 0;
  let pending = false;

  function clear() {
    measuredFor = null;
  }

  /** While it runs: how far it is, and the number so far where that is quickly had. */
  async function watch(isRunning, target) {
    while (isRunning()) {
      await new Promise((done) => setTimeout(done, 90));
      if (!isRunning()) return;
      set({ progress: { step: page.get().trainedStep, steps: target } });
      if (lastRequestTime < MAX_REQUEST_TIME && page.get().trainedStep > 0) await measure(false);
    }
  }

  async function measure(final) {
    const { experiment } = get();
    const state = page.get();
    if (!experiment || !state.run || state.offline) return;
    const generation = context.generation;
    const startedAt = performance.now();
    const key = `${state.run.id} ${state.trainedStep}`;
    const found = await context.orNull(() => api.verdict(state.run.id, experiment.id));
    lastRequestTime = performance.now() - startedAt;
    if (!found || generation !== context.generation || page.get().run !== state.run) return;
    measuredFor = key;
    const finished = found.status !== "measuring";
    if (final && found.status === "held") markLessonDone(experiment.id);
    set({ verdict: { ...found, final }, done: final && finished, finished: final && finished });
  }

  /** The layer profiles of both runs: before the first step, and as they stand. */
  async function loadLayerProfiles() {
    const generation = context.generation;
    const profilesOf = async (run, now, broken) => {
      const first = run.first_step ?? 0;
      const [start, end] = await Promise.all(
        [first, broken ? null : now].map((k) =>
          k === null ? null : context.orNull(() => api.instrument(run.id, "layer_profile", `step=${k}`)),
        ),
      );
      return { start, end };
    };
    const state = page.get();
    if (!state.run) return;
    const secondRun = context.secondRun?.get();
    const [own, second] = await Promise.all([
      profilesOf(state.run, state.trainedStep, state.divergedAt),
      secondRun?.run ? profilesOf(secondRun.run, secondRun.trainedStep, secondRun.divergedAt) : null,
    ]);
    if (generation === context.generation && page.get().run === state.run)
      set({ layerProfiles: { first: own, second } });
  }

  /** Where the reader has taken the run to another step, the verdict is requested again. */
  /** @param {any} state @param {any} own */
  function refreshVerdict(state, { experiment, running, verdict }) {
    if (!experiment || !state.lesson || running || state.playing || state.offline || pending || !state.run) return;
    const key = `${state.run.id} ${state.trainedStep}`;
    if (key === measuredFor || (!verdict && state.trainedStep < experiment.train.steps && !state.divergedAt)) return;
    measuredFor = key;
    pending = true;
    measure(true)
      .then(loadLayerProfiles)
      .finally(() => {
        pending = false;
      });
  }

  return { watch, measure, loadLayerProfiles, refreshVerdict, clear };
}

// The seed study: a lesson's setup under other seeds, each really run, judged and removed.

const SEEDS = 12;

/** @param {import("./lesson.js").LessonContext} context */
export function createSeedStudy(context) {
  const { get, set, page, api } = context;

  /** The same setup under other seeds, each really run. */
  async function measureSeeds() {
    const { experiment, seedStudy: now, remedy, running } = get();
    if (running || now?.busy || page.get().offline) return;
    const generation = context.generation;
    const { base } = page.get();
    const rows = [
      { id: "", name: "this setup", hollow: false, config: base, steps: context.stepsOf(), values: [], held: 0 },
    ];
    const secondRun = remedy && remedy.from_step === null ? context.secondRun?.get() : null;
    if (secondRun && remedy)
      rows.push({
        id: remedy.id,
        name: remedy.title,
        hollow: true,
        config: secondRun.base,
        steps: remedy.steps,
        values: [],
        held: 0,
      });
    const measure = rows.length > 1 && remedy ? remedy.measure : experiment.measure;
    const publish = (busy) =>
      set({ seedStudy: { busy, measure, rows: rows.map((row) => ({ ...row })), seeds: SEEDS } });
    publish(true);
    for (let seed = 0; seed < SEEDS; seed++)
      for (const row of rows) {
        if (generation !== context.generation) return set({ seedStudy: { ...get().seedStudy, busy: false } });
        const verdict = await context.orNull(() =>
          verdictFor(experiment, { ...row.config, seed: base.seed + seed }, row),
        );
        const own = verdict?.measures.find((item) => item.name === measure.name) ?? verdict?.measure;
        row.values = [...row.values, own?.name === measure.name ? own.value : null];
        if (verdict?.held) row.held++;
        publish(true);
      }
    publish(false);
  }

  async function verdictFor(experiment, config, { id, steps }) {
    const run = await api.create(Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null)));
    try {
      await api
        .train(run.id, { steps, every: 100_000, detail: "summary", surfaces: 0 }, () => {})
        .catch((error) => {
          if (!(error instanceof Problem)) throw error;
        });
      return await api.verdict(run.id, experiment.id, id || undefined);
    } finally {
      api.remove(run.id).catch(() => {});
    }
  }

  return { measureSeeds };
}
