// The runs of the story: one run and one recorded step of the small network for each setting, and runs of other
// networks.

import { operations } from "../run/operations.js";
import { parametersOf, toQuery } from "./expressions.js";

const CHANGE_DELAY = 90; // ms of rest before a change is sent on
const TRIALS_DELAY = 220; // and before the trials are asked for

/**
 * @param {{api: any, shapes: Record<string, number[]>, start: any, onStep: (record: any) => void,
 *   onTrials: (answer: any) => void}} of
 */
export function createSmallNetwork({ api, shapes, start, onStep, onTrials }) {
  let wanted = null;
  let busy = false;
  let timer = 0;
  let trialsTimer = 0;
  let lastRequest = 0;

  const configOf = ({ x, y, eta, w }) => ({
    dataset: { inputs: [[x]], targets: [[y]], task: "regression" },
    hidden: [
      { units: 2, activation: "sigmoid" },
      { units: 2, activation: "sigmoid" },
    ],
    loss: "squared_error",
    output_activation: "sigmoid",
    learning_rate: eta,
    batch_size: 1,
    test_fraction: 0,
    parameters: parametersOf(shapes, w),
  });

  /** A run of its own, one recorded step, and the run is given back. */
  async function record(setting) {
    const run = await api.create(configOf(setting));
    let step = /** @type {any} */ (null);
    await api.train(run.id, { steps: 1, spotlight: 0, surfaces: 0 }, (line) => {
      if (line.type === "step") step = line;
    });
    api.remove(run.id).catch(() => {});
    return {
      run,
      step,
      spotlightValues: step.spotlight,
      ops: withOwnNames(operations(step)),
      samples: samplesOf(setting),
    };
  }

  async function recordNext() {
    if (busy || !wanted) return;
    busy = true;
    const setting = wanted;
    wanted = null;
    try {
      onStep(await record(setting));
    } finally {
      busy = false;
    }
    recordNext();
  }

  return {
    /** The latest setting wins; what is asked for in between is never sent. */
    ask(setting, pause = CHANGE_DELAY) {
      wanted = setting;
      clearTimeout(timer);
      timer = setTimeout(recordNext, busy ? 0 : pause);
    },
    /** What the engine says around a setting; `more` chooses among the notes. */
    askTrials(setting, more, pause = TRIALS_DELAY) {
      clearTimeout(trialsTimer);
      trialsTimer = setTimeout(async () => {
        const request = ++lastRequest;
        const query = [toQuery(setting, start), new URLSearchParams(more).toString()].filter(Boolean).join("&");
        const answer = await api.trials(query);
        if (request === lastRequest) onTrials(answer);
      }, pause);
    },
  };
}

/** The output's answer has a name of its own in the text: ŷ, and ∂ŷ in the backward pass. */
const OWN_NAMES = { a3: { base: "ŷ", sup: "" }, da3: { base: "∂ŷ", sup: "" } };
const withOwnNames = (ops) => ops.map((op) => (OWN_NAMES[op.name] ? { ...op, label: OWN_NAMES[op.name] } : op));

const samplesOf = ({ x, y }) => ({
  columns: ["x1"],
  units: [""],
  classes: [],
  features: ["x1"],
  values: [[x]],
  inputs: [[x]],
  targets: [[y]],
  train: 1,
  extent: [-3, 3, 0, 1],
  task: "regression",
});

const recordOf = (run, samples, step, after) => ({
  run,
  samples,
  step,
  spotlightValues: step.spotlight,
  ops: operations(step),
  before: after,
  after,
});

/** A run of this setup, trained to its step. @param {any} api @param {{config: any, step: number}} yours */
export async function trainRun(api, { config, step: steps }) {
  const run = await api.create(config);
  const samples = await api.samples(run.id);
  const lines = /** @type {any} */ ({});
  await api.train(run.id, { steps, every: steps, spotlight: 0 }, (line) => {
    lines[line.type] = line;
  });
  return recordOf(run, samples, lines.step, lines.evaluation);
}

/** A step of a run that is there already. @param {any} api @param {string} id @param {number} k */
export async function openStep(api, id, k) {
  const run = await api.run(id);
  const [samples, step, after] = await Promise.all([api.samples(id), api.step(id, k, 0), api.evaluation(id, k)]);
  return recordOf(run, samples, step, after);
}
