// Remedies for a diverged run: each is tried as a fork of its first step, trained for some steps.

import { REMEDY_STEPS } from "../run/clock.js";
import { Interrupted } from "./api.js";

const CLIP = 0.1;

/**
 * @param {any} api @param {any} run that diverged @param {any} config in force @param {number} first its initial loss
 * @returns {Promise<{label: string, short: string, fields: any, run: any, loss: number|null, curve: [number, number][]}[]>}
 */
export async function tryRemedies(api, run, config, first) {
  const remedies = [];
  const from = `from step ${run.first_step ?? 0}`;
  for (let rate = config.learning_rate / 10; rate >= 1e-5 && remedies.length < 1; rate /= 10) {
    const tried = await tryRemedy(api, run, config, { learning_rate: Number(rate.toPrecision(3)) });
    const helped = tried.loss !== null && !(tried.loss > first);
    if (helped || rate / 10 < 1e-5)
      remedies.push({ ...tried, label: `Lower the rate to ${short(rate)}, ${from}`, short: `η ${short(rate)}` });
    else api.remove(tried.run.id).catch(() => {});
  }
  if (config.clip_norm === null || config.clip_norm > CLIP) {
    const tried = await tryRemedy(api, run, config, { clip_norm: CLIP });
    remedies.push({ ...tried, label: `Clip the gradient at ${CLIP}, ${from}`, short: `clip ${CLIP}` });
  }
  return remedies;
}

async function tryRemedy(api, run, config, fields) {
  const { learning_rate, batch_size, momentum, l1, l2, clip_norm, dropout } = config;
  const kept = { learning_rate, batch_size, momentum, l1, l2, clip_norm, dropout, ...fields };
  for (;;) {
    const fork = await api.fork(run.id, { step: run.first_step ?? 0, ...kept });
    /** @type {[number, number][]} */
    const curve = [];
    let loss = null;
    const receive = (line) => {
      if (line.type === "evaluation") loss = line.stopped ? null : line.train_loss;
      else curve.push([line.step, line.tape.find((record) => record.name === "L")?.mean ?? Number.NaN]);
    };
    try {
      await api.train(
        fork.id,
        { steps: REMEDY_STEPS, every: 3, detail: "summary", surfaces: 0, from_step: fork.step },
        receive,
      );
      return { fields, run: fork, loss, curve };
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error; // the server was offline and is back: try again
      api.remove(fork.id).catch(() => {});
    }
  }
}

const short = (value) => String(Number(value.toPrecision(2)));
