// What the server measures of a lesson's run: its verdict, again and again while it trains, and its ladders.
import { Problem } from "../session/api.js";

const QUICK = 150; // ms that a verdict may take to be asked for again and again

/** @param {import("./lesson.js").Lectern} lectern */
export function createMeasuring(lectern) {
  const { get, set, page, api } = lectern;
  let measured = null; // the run and step that the verdict is of
  let slow = 0;
  let asking = false;

  function forget() {
    measured = null;
  }

  /** While it runs: how far it is, and the number so far where that is quickly had. */
  async function watch(going, target) {
    while (going()) {
      await new Promise((done) => setTimeout(done, 90));
      if (!going()) return;
      set({ progress: { step: page.get().position, steps: target } });
      if (slow < QUICK && page.get().position > 0) await measure(false);
    }
  }

  async function measure(final) {
    const { experiment } = get();
    const state = page.get();
    if (!experiment || !state.run || state.away) return;
    const mine = lectern.turn;
    const began = performance.now();
    const key = `${state.run.id} ${state.position}`;
    const found = await lectern.asked(() => api.verdict(state.run.id, experiment.id));
    slow = performance.now() - began;
    if (!found || mine !== lectern.turn || page.get().run !== state.run) return;
    measured = key;
    const finished = found.status !== "measuring";
    set({ verdict: { ...found, final }, done: final && finished, finished: final && finished });
  }

  /** The ladders of both runs: before the first step, and as they stand. */
  async function ladders() {
    const mine = lectern.turn;
    const of = async (run, now, broken) => {
      const first = run.first_step ?? 0;
      const [start, end] = await Promise.all(
        [first, broken ? null : now].map((k) =>
          k === null ? null : lectern.asked(() => api.instrument(run.id, "ladder", `step=${k}`)),
        ),
      );
      return { start, end };
    };
    const state = page.get();
    if (!state.run) return;
    const other = lectern.beside?.get();
    const [own, its] = await Promise.all([
      of(state.run, state.position, state.broken),
      other?.run ? of(other.run, other.position, other.broken) : null,
    ]);
    if (mine === lectern.turn && page.get().run === state.run) set({ ladders: { own, its } });
  }

  /** The reader's run has gone on, back or elsewhere by itself: then the verdict is asked for anew. */
  /** @param {any} state @param {any} own */
  function recheck(state, { experiment, running, verdict }) {
    if (!experiment || !state.lesson || running || state.playing || state.away || asking || !state.run) return;
    const key = `${state.run.id} ${state.position}`;
    if (key === measured || (!verdict && state.position < experiment.train.steps && !state.broken)) return;
    measured = key;
    asking = true;
    measure(true)
      .then(ladders)
      .finally(() => {
        asking = false;
      });
  }

  return { watch, measure, ladders, recheck, forget };
}

// Whether it was luck: a lesson's setup under other seeds, each really run, judged and forgotten.

const SEEDS = 12;

/** @param {import("./lesson.js").Lectern} lectern */
export function createSeeds(lectern) {
  const { get, set, page, api } = lectern;

  /** The same setup under other seeds, each really run. */
  async function luck() {
    const { experiment, luck: now, cure: cured, running } = get();
    if (running || now?.busy || page.get().away) return;
    const mine = lectern.turn;
    const { base } = page.get();
    const rows = [
      { id: "", name: "this setup", hollow: false, config: base, steps: lectern.stepsOf(), values: [], held: 0 },
    ];
    const other = cured && cured.from_step === null ? lectern.beside?.get() : null;
    if (other && cured)
      rows.push({
        id: cured.id,
        name: cured.title,
        hollow: true,
        config: other.base,
        steps: cured.steps,
        values: [],
        held: 0,
      });
    const measure = rows.length > 1 && cured ? cured.measure : experiment.measure;
    const publish = (busy) => set({ luck: { busy, measure, rows: rows.map((row) => ({ ...row })), seeds: SEEDS } });
    publish(true);
    for (let seed = 0; seed < SEEDS; seed++)
      for (const row of rows) {
        if (mine !== lectern.turn) return set({ luck: { ...get().luck, busy: false } });
        const verdict = await lectern.asked(() => tried(experiment, { ...row.config, seed: base.seed + seed }, row));
        const own = verdict?.measures.find((item) => item.name === measure.name) ?? verdict?.measure;
        row.values = [...row.values, own?.name === measure.name ? own.value : null];
        if (verdict?.held) row.held++;
        publish(true);
      }
    publish(false);
  }

  async function tried(experiment, config, { id, steps }) {
    const made = await api.create(Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null)));
    try {
      await api
        .train(made.id, { steps, every: 100_000, detail: "summary", surfaces: 0 }, () => {})
        .catch((error) => {
          if (!(error instanceof Problem)) throw error;
        });
      return await api.verdict(made.id, experiment.id, id || undefined);
    } finally {
      api.remove(made.id).catch(() => {});
    }
  }

  return { luck };
}
