// Asking for steps: trained now, or had again from the server's record; what comes is taken into the history.
import { format } from "../format/numbers.js";
import { readableUpTo } from "../run/history.js";
import { Interrupted, Problem } from "./api.js";

const PRECEDING_STEPS = 8; // steps before one that broke that are looked at for why
const ONLY_LAST_LINE = 100_000; // an `every` that no step reaches: only the last line comes

/** @param {import("./context.js").SessionContext} context */
export function createTraining(context) {
  const { get, set, api } = context;
  let risingCount = 0; // evaluations in a row that are far above where the loss began
  let prefetching = null; // the step that is on its way
  let loadingStates = null; // the step whose ends are on their way

  /** Another run has come: what was counted and waited for was the old one's. */
  function reset() {
    risingCount = 0;
    prefetching = null;
  }

  /** Inside the queue: trains, and takes in what comes. */
  async function train(body, { signal = undefined, chartsOnly = false } = {}) {
    await context.changes.sendPatch();
    const generation = context.generation;
    const { run, position, spotlight } = get();
    const { index } = spotlight;
    try {
      await api.train(
        run.id,
        { from_step: position, ...(body.detail === "summary" ? {} : { spotlight: index }), ...body },
        (line) => {
          if (generation === context.generation) receive(line, index, chartsOnly);
        },
        signal,
      );
    } catch (error) {
      if (generation !== context.generation) return;
      const conflict = error instanceof Problem && error.status === 409;
      if (error instanceof Interrupted || (conflict && error.kind !== "not-finite")) await resync();
      else if (conflict) set({ broken: get().position });
      else throw error;
    }
  }

  /** Inside the queue: so many steps, of which only the last comes. */
  const trainSilently = (steps) => train({ steps, every: ONLY_LAST_LINE });

  /** Inside the queue: to step k with nothing but what the charts need. */
  async function trainSummary(k, every) {
    const steps = k - get().position;
    if (steps <= 0 || get().broken) return;
    await train({ steps, every, detail: "summary", evaluate_every: every, surfaces: 0 }, { chartsOnly: true });
  }

  function receive(line, spotlight, chartsOnly) {
    const { position, furthest } = get();
    const reached = { position: Math.max(position, line.step), furthest: Math.max(furthest, line.step) };
    if (line.type === "step") {
      context.history.addStep(line, spotlight);
      set({ ...reached, epoch: line.epoch });
      if (line.finite === false) set({ broken: line.step });
    } else if (line.type === "evaluation") {
      if (chartsOnly) context.history.addChartPoint(line);
      else {
        context.history.addEvaluation(line);
        watchLoss(line);
      }
      set(reached);
      if (line.stopped) set({ broken: line.step });
    }
    context.bumpVersion();
  }

  /** Steps that are too long need not end in infinity: a loss far above where it began is said in time. */
  function watchLoss({ train_loss, stopped }) {
    const { first, config, strip, lesson } = get();
    if (lesson) return; // there it is the point
    if (stopped || !(train_loss > 3 * first) || config.learning_rate === 0) {
      risingCount = 0;
      if (strip?.worse && !(train_loss > first)) set({ strip: null });
      return;
    }
    if (++risingCount !== 3) return;
    const rate = Number((config.learning_rate / 10).toPrecision(2));
    const text = `The loss is ${format(train_loss)}, and began at ${format(first)}: each step jumps past the bottom that it aims for.`;
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

  /** Where does the run stand? Asked after a stream broke off, until nothing moves it any more. */
  async function resync() {
    const { run } = get();
    let now = await api.run(run.id);
    for (let tries = 0; now.training && tries < 50; tries++) {
      await new Promise((done) => setTimeout(done, 20));
      now = await api.run(run.id);
    }
    context.history.addEvaluation(now.evaluation);
    set({
      position: now.step,
      furthest: Math.max(now.furthest_step, now.step),
      changes: now.changes,
      epoch: now.epoch,
    });
    context.bumpVersion();
  }

  /* ---------- from the server's record ---------- */

  /** Step k and the evaluations at both its ends, where the browser doesn't keep them. */
  async function load(k) {
    if (get().away) return;
    const generation = context.generation;
    const { run, spotlight } = get();
    const first = context.firstStep();
    const requests = [];
    if (k > first && !context.isLoaded(k))
      requests.push(
        api
          .step(run.id, k, spotlight.index)
          .then((step) => generation === context.generation && context.history.addStep(step, spotlight.index)),
      );
    for (const j of [k - 1, k])
      if (j >= first && !context.history.evaluation(j))
        requests.push(
          api.evaluation(run.id, j).then(
            (evaluation) => generation === context.generation && context.history.addEvaluation(evaluation),
            (error) => {
              if (!(error instanceof Problem) || error.status === 404) throw error;
            },
          ),
        );
    await Promise.all(requests);
    if (generation === context.generation) context.bumpVersion();
  }

  /** The steps that led to step k, for what can be said of why it broke: where whole steps flew by they aren't here, nor
   * is the one that the run began with. */
  async function loadPreceding(k) {
    const generation = context.generation;
    const { run, spotlight } = get();
    const first = context.firstStep() + 1;
    const from = Math.max(first, k - PRECEDING_STEPS);
    const missing = Array.from({ length: Math.max(0, k - from) }, (_, i) => from + i).filter((j) => !context.stepAt(j));
    const [firstStep, ...steps] = await Promise.all([
      first < from ? api.stepSummary(run.id, first) : null,
      ...missing.map((j) => api.step(run.id, j, spotlight.index)),
    ]);
    if (generation !== context.generation) return;
    for (const step of firstStep ? [firstStep, ...steps] : steps) context.history.addStep(step, spotlight.index);
  }

  /**
   * The last step before k, which broke, whose sizes can be read; null where there is none, or only the one right before
   * k. Where whole steps flew by it is looked for: first by halves, at last one by one.
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

  /** Step k: from memory, from the server's record, or trained now. */
  async function ensure(k) {
    const generation = context.generation;
    const evaluated = () => [k - 1, k].every((j) => context.history.evaluation(j));
    for (let tries = 0; tries < 4 && generation === context.generation; tries++) {
      if (context.isLoaded(k) && (k === 0 || get().away || evaluated())) return true;
      if (get().away) return false; // what is here can be read; the rest waits
      if (k <= get().furthest) await load(k);
      else if (get().broken) return false;
      else
        await context.serialize(() => {
          const { position } = get();
          if (generation === context.generation && position === k - 1) return train({ steps: 1, evaluate_every: 1 });
          if (generation === context.generation && position < k - 1) return trainSilently(k - 1 - position);
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

  /** What the step shown remembers, at both its ends, once a thing is selected that speaks of it. */
  function loadStates() {
    const { run, at, selection, states, away } = get();
    if (!selection || at <= context.firstStep() || states?.at === at || loadingStates === at || away) return;
    const { optimizer, batch_norm, hidden } = run.config;
    if (optimizer === "sgd" && !batch_norm && !hidden.some((layer) => layer.batch_norm)) return;
    loadingStates = at;
    const generation = context.generation;
    context.recovery
      .guard(async () => {
        const [before, after] = await Promise.all([at - 1, at].map((k) => api.state(run.id, k)));
        if (generation === context.generation) set({ states: { at, before: before.state, after: after.state } });
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
