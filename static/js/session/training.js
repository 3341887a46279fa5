// Steps from the server: trained now, or read from its record; what it sends goes into the history.
import { format } from "../format/numbers.js";
import { readableUpTo } from "../run/history.js";
import { Interrupted, Problem } from "./api.js";

const PRECEDING_STEPS = 8; // steps before a diverged one that are read to explain it
const ONLY_LAST_LINE = 100_000; // an `every` that no step reaches: only the last line comes

/** The spotlight as the server takes it: a sample's number, or a sample that is none of the run's.
 * @param {{index: any, input?: number[], target?: number[]}} spotlight */
const sampleOf = ({ index, input, target }) => (input ? { input, target } : index);

/** @param {import("./context.js").SessionContext} context */
export function createTraining(context) {
  const { get, set, api } = context;
  let risingCount = 0; // successive evaluations far above the initial loss
  let prefetching = null; // the request under way
  let loadingStates = null; // the step whose optimizer states are being loaded

  /** For another run. */
  function reset() {
    risingCount = 0;
    prefetching = null;
  }

  /** Inside the server queue: trains, and receives what the stream sends. */
  async function train(body, { signal = undefined, chartsOnly = false } = {}) {
    await context.changes.sendPatch();
    const generation = context.generation;
    const { run, trainedStep, spotlight } = get();
    const { index } = spotlight;
    try {
      await api.train(
        run.id,
        { from_step: trainedStep, ...(body.detail === "summary" ? {} : { spotlight: sampleOf(spotlight) }), ...body },
        (line) => {
          if (generation === context.generation) receive(line, index, chartsOnly);
        },
        signal,
      );
    } catch (error) {
      if (generation !== context.generation) return;
      const conflict = error instanceof Problem && error.status === 409;
      if (error instanceof Interrupted || (conflict && error.kind !== "not-finite"))
        await resync(error instanceof Interrupted ? get().trainedStep : 0);
      else if (conflict) set({ divergedAt: get().trainedStep });
      else throw error;
    }
  }

  /** Inside the server queue: so many steps, of which only the last is sent. */
  const trainSilently = (steps) => train({ steps, every: ONLY_LAST_LINE });

  /** Inside the server queue: to step k with nothing but what the charts need. */
  async function trainSummary(k, every) {
    const steps = k - get().trainedStep;
    if (steps <= 0 || get().divergedAt) return;
    await train({ steps, every, detail: "summary", evaluate_every: every, surfaces: 0 }, { chartsOnly: true });
  }

  function receive(line, spotlight, chartsOnly) {
    const { trainedStep, lastStep } = get();
    const reached = { trainedStep: Math.max(trainedStep, line.step), lastStep: Math.max(lastStep, line.step) };
    if (line.type === "step") {
      context.history.addStep(line, spotlight);
      set({ ...reached, epoch: line.epoch });
      if (line.finite === false) set({ divergedAt: line.step });
    } else if (line.type === "evaluation") {
      if (chartsOnly) context.history.addChartPoint(line);
      else {
        context.history.addEvaluation(line);
        watchLoss(line);
      }
      set(reached);
      if (line.stopped) set({ divergedAt: line.step });
    }
    context.bumpVersion();
  }

  /** Notifies of a loss that stays far above the initial one, before it overflows. */
  function watchLoss({ train_loss, stopped }) {
    const { initialLoss, config, message, lesson } = get();
    if (lesson) return; // a lesson may be about it
    if (stopped || !(train_loss > 3 * initialLoss) || config.learning_rate === 0) {
      risingCount = 0;
      if (message?.worse && !(train_loss > initialLoss)) set({ message: null });
      return;
    }
    if (++risingCount !== 3) return;
    const rate = Number((config.learning_rate / 10).toPrecision(2));
    const text = `The loss is ${format(train_loss)}, and began at ${format(initialLoss)}: each step jumps past the bottom that it aims for.`;
    context.recovery.notify(
      {
        bold: "The steps are too long.",
        text,
        worse: true,
        act: { label: `Lower the rate to ${rate}, from step 0`, fields: { learning_rate: rate } },
      },
      0,
    );
  }

  /** Reads the position of the run after an interrupted stream, once nothing trains it any more. A server that died may
   * have kept less than was `seen`: the steps between are trained again, the same to the last bit. */
  async function resync(seen = 0) {
    const { run } = get();
    let now = await api.run(run.id);
    for (let wait = 20; now.training && wait < 2000; wait *= 1.2) {
      await new Promise((done) => setTimeout(done, wait));
      now = await api.run(run.id);
    }
    if (now.step < seen)
      now = await api.rewind(run.id, seen).then(
        () => api.run(run.id),
        () => now,
      );
    context.history.addEvaluation(now.evaluation);
    set({
      trainedStep: now.step,
      lastStep: Math.max(now.furthest_step, now.step),
      changes: now.changes,
      epoch: now.epoch,
    });
    context.bumpVersion();
  }

  /* ---------- from the server's record ---------- */

  /** Loads step k and the evaluations before and after it, unless the history has them: of the run on the page, or of one
   * that is about to be. @param {number} k @param {{run: any, spotlight: {index: any, input?: number[], target?: number[]}, history: any}} [of] */
  async function load(k, of = { ...get(), history: context.history }) {
    const { run, spotlight, history } = of;
    if (get().offline) return;
    const generation = context.generation;
    const first = run.first_step ?? 0;
    const requests = [];
    if (k > first && history.step(k)?.spotlight !== spotlight.index)
      requests.push(
        api
          .step(run.id, k, sampleOf(spotlight))
          .then((step) => generation === context.generation && history.addStep(step, spotlight.index)),
      );
    for (const j of [k - 1, k])
      if (j >= first && !history.evaluation(j))
        requests.push(
          api.evaluation(run.id, j).then(
            (evaluation) => generation === context.generation && history.addEvaluation(evaluation),
            (error) => {
              if (!(error instanceof Problem) || error.status === 404) throw error;
            },
          ),
        );
    await Promise.all(requests);
    if (generation === context.generation && history === context.history) context.bumpVersion();
  }

  /** Loads the steps before step k and the run's first step, from which the divergence is explained. At high speed they
   * were not sent. */
  async function loadPreceding(k) {
    const generation = context.generation;
    const { run, spotlight } = get();
    const first = context.firstStep() + 1;
    const from = Math.max(first, k - PRECEDING_STEPS);
    const missing = Array.from({ length: Math.max(0, k - from) }, (_, i) => from + i).filter((j) => !context.stepAt(j));
    const [firstStep, ...steps] = await Promise.all([
      first < from ? api.stepSummary(run.id, first) : null,
      ...missing.map((j) => api.step(run.id, j, sampleOf(spotlight))),
    ]);
    if (generation !== context.generation) return;
    for (const step of firstStep ? [firstStep, ...steps] : steps) context.history.addStep(step, spotlight.index);
  }

  /**
   * The last step before the diverged step k whose loss and gradient are still readable; null where there is none, or only
   * the one right before k. Among steps that were not sent it is searched for by bisection, at last one by one.
   */
  async function lastReadable(k) {
    const generation = context.generation;
    const { run } = get();
    const first = context.firstStep();
    for (let before = Number.POSITIVE_INFINITY; ; ) {
      const { from, to } = readableUpTo(context.history.series);
      const low = from ?? first;
      const gap = (to ?? low) - low;
      if (gap <= 1 || gap >= before) return low > first && low < k - 1 ? low : null;
      before = gap;
      const unknown =
        gap > PRECEDING_STEPS ? [low + (gap >> 1)] : Array.from({ length: gap - 1 }, (_, i) => low + 1 + i);
      const steps = await Promise.all(unknown.map((j) => api.stepSummary(run.id, j)));
      if (generation !== context.generation) return null;
      for (const step of steps) context.history.addStep(step, null);
    }
  }

  /** Makes sure that step k is in the history: it is read from the server's record, or trained now. */
  async function ensure(k) {
    const generation = context.generation;
    const evaluated = () => [k - 1, k].every((j) => context.history.evaluation(j));
    for (let tries = 0; tries < 4 && generation === context.generation; tries++) {
      if (context.isLoaded(k) && (k === 0 || get().offline || evaluated())) return true;
      if (get().offline) return false;
      if (k <= get().lastStep) await load(k);
      else if (get().divergedAt) return false;
      else
        await context.serialize(() => {
          const { trainedStep } = get();
          if (generation === context.generation && trainedStep === k - 1) return train({ steps: 1, evaluate_every: 1 });
          if (generation === context.generation && trainedStep < k - 1) return trainSilently(k - 1 - trainedStep);
        });
    }
    return context.isLoaded(k) && generation === context.generation;
  }

  function prefetch(k) {
    prefetching ??= context.recovery
      .guard(() => ensure(k))
      .finally(() => {
        prefetching = null;
      });
    return prefetching;
  }

  /** Loads the optimizer state before and after the shown step once something is selected whose details show it. */
  function loadStates() {
    const { run, shownStep, selection, states, offline } = get();
    if (
      !selection ||
      shownStep <= context.firstStep() ||
      states?.at === shownStep ||
      loadingStates === shownStep ||
      offline
    )
      return;
    const { optimizer, batch_norm, hidden } = run.config;
    if (optimizer === "sgd" && !batch_norm && !hidden.some((layer) => layer.batch_norm)) return;
    loadingStates = shownStep;
    const generation = context.generation;
    context.recovery
      .guard(async () => {
        const [before, after] = await Promise.all([shownStep - 1, shownStep].map((k) => api.state(run.id, k)));
        if (generation === context.generation)
          set({ states: { at: shownStep, before: before.state, after: after.state } });
      })
      .finally(() => {
        loadingStates = null;
      });
  }

  return {
    reset,
    train,
    trainSilently,
    trainSummary,
    resync,
    load,
    loadPreceding,
    lastReadable,
    ensure,
    prefetch,
    loadStates,
  };
}
