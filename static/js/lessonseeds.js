// Whether it was luck: a lesson's setup under other seeds, each really run, judged and forgotten.
import { Problem } from "./api.js";

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
