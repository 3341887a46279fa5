// Asking for steps: trained now, or had again from the server's record; what comes is taken into the history.
import { format } from "../format/numbers.js";
import { readableUpTo } from "../run/history.js";
import { Interrupted, Problem } from "./api.js";

const LED = 8; // steps before one that broke that are looked at for why
const LONG = 100_000; // an `every` that no step reaches: only the last line comes

/** @param {import("./context.js").SessionContext} desk */
export function createTraining(desk) {
  const { get, set, api } = desk;
  let worse = 0; // evaluations in a row that are far above where the loss began
  let wanted = null; // the step that is on its way
  let recalling = null; // the step whose ends are on their way

  /** Another run has come: what was counted and waited for was the old one's. */
  function anew() {
    worse = 0;
    wanted = null;
  }

  /** Inside the queue: trains, and takes in what comes. */
  async function train(body, { signal = undefined, note = false } = {}) {
    await desk.changing.sendPatch();
    const mine = desk.era;
    const { run, position, spotlight } = get();
    const { index } = spotlight;
    try {
      await api.train(
        run.id,
        { from_step: position, ...(body.detail === "summary" ? {} : { spotlight: index }), ...body },
        (line) => {
          if (mine === desk.era) take(line, index, note);
        },
        signal,
      );
    } catch (error) {
      if (mine !== desk.era) return;
      const conflict = error instanceof Problem && error.status === 409;
      if (error instanceof Interrupted || (conflict && error.kind !== "not-finite")) await resync();
      else if (conflict) set({ broken: get().position });
      else throw error;
    }
  }

  /** Inside the queue: so many steps, of which only the last comes. */
  const stride = (steps) => train({ steps, every: LONG });

  /** Inside the queue: to step k with nothing but what the charts need. */
  async function sketch(k, every) {
    const steps = k - get().position;
    if (steps <= 0 || get().broken) return;
    await train({ steps, every, detail: "summary", evaluate_every: every, surfaces: 0 }, { note: true });
  }

  function take(line, spotlight, note) {
    const { position, furthest } = get();
    const reached = { position: Math.max(position, line.step), furthest: Math.max(furthest, line.step) };
    if (line.type === "step") {
      desk.history.addStep(line, spotlight);
      set({ ...reached, epoch: line.epoch });
      if (line.finite === false) set({ broken: line.step });
    } else if (line.type === "evaluation") {
      if (note) desk.history.noteEvaluation(line);
      else {
        desk.history.addEvaluation(line);
        watch(line);
      }
      set(reached);
      if (line.stopped) set({ broken: line.step });
    }
    desk.grew();
  }

  /** Steps that are too long need not end in infinity: a loss far above where it began is said in time. */
  function watch({ train_loss, stopped }) {
    const { first, config, strip, lesson } = get();
    if (lesson) return; // there it is the point
    if (stopped || !(train_loss > 3 * first) || config.learning_rate === 0) {
      worse = 0;
      if (strip?.worse && !(train_loss > first)) set({ strip: null });
      return;
    }
    if (++worse !== 3) return;
    const rate = Number((config.learning_rate / 10).toPrecision(2));
    const text = `The loss is ${format(train_loss)}, and began at ${format(first)}: each step jumps past the bottom that it aims for.`;
    desk.memory.tell(
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
    desk.history.addEvaluation(now.evaluation);
    set({
      position: now.step,
      furthest: Math.max(now.furthest_step, now.step),
      changes: now.changes,
      epoch: now.epoch,
    });
    desk.grew();
  }

  /* ---------- from the server's record ---------- */

  /** Step k and the evaluations at both its ends, where the browser doesn't keep them. */
  async function load(k) {
    if (get().away) return;
    const mine = desk.era;
    const { run, spotlight } = get();
    const first = desk.firstStep();
    const wants = [];
    if (k > first && !desk.ready(k))
      wants.push(
        api
          .step(run.id, k, spotlight.index)
          .then((step) => mine === desk.era && desk.history.addStep(step, spotlight.index)),
      );
    for (const j of [k - 1, k])
      if (j >= first && !desk.history.evaluation(j))
        wants.push(
          api.evaluation(run.id, j).then(
            (evaluation) => mine === desk.era && desk.history.addEvaluation(evaluation),
            (error) => {
              if (!(error instanceof Problem) || error.status === 404) throw error;
            },
          ),
        );
    await Promise.all(wants);
    if (mine === desk.era) desk.grew();
  }

  /** The steps that led to step k, for what can be said of why it broke: where whole steps flew by they aren't here, nor
   * is the one that the run began with. */
  async function loadBefore(k) {
    const mine = desk.era;
    const { run, spotlight } = get();
    const first = desk.firstStep() + 1;
    const from = Math.max(first, k - LED);
    const missed = Array.from({ length: Math.max(0, k - from) }, (_, i) => from + i).filter((j) => !desk.kept(j));
    const [begun, ...steps] = await Promise.all([
      first < from ? api.outline(run.id, first) : null,
      ...missed.map((j) => api.step(run.id, j, spotlight.index)),
    ]);
    if (mine !== desk.era) return;
    for (const step of begun ? [begun, ...steps] : steps) desk.history.addStep(step, spotlight.index);
  }

  /**
   * The last step before k, which broke, whose sizes can be read; null where there is none, or only the one right before
   * k. Where whole steps flew by it is looked for: first by halves, at last one by one.
   */
  async function lastReadable(k) {
    const mine = desk.era;
    const { run } = get();
    const first = desk.firstStep();
    for (let before = Number.POSITIVE_INFINITY; ; ) {
      const { from, to } = readableUpTo(desk.history.series);
      const low = from ?? first;
      const gap = (to ?? low) - low;
      if (gap <= 1 || gap >= before) return low > first && low < k - 1 ? low : null;
      before = gap;
      const unknown = gap > LED ? [low + (gap >> 1)] : Array.from({ length: gap - 1 }, (_, i) => low + 1 + i);
      const steps = await Promise.all(unknown.map((j) => api.outline(run.id, j)));
      if (mine !== desk.era) return null;
      for (const step of steps) desk.history.addStep(step, null);
    }
  }

  /** Step k: from memory, from the server's record, or trained now. */
  async function ensure(k) {
    const mine = desk.era;
    const judged = () => [k - 1, k].every((j) => desk.history.evaluation(j));
    for (let tries = 0; tries < 4 && mine === desk.era; tries++) {
      if (desk.ready(k) && (k === 0 || get().away || judged())) return true;
      if (get().away) return false; // what is here can be read; the rest waits
      if (k <= get().furthest) await load(k);
      else if (get().broken) return false;
      else
        await desk.serial(() => {
          const { position } = get();
          if (mine === desk.era && position === k - 1) return train({ steps: 1, evaluate_every: 1 });
          if (mine === desk.era && position < k - 1) return stride(k - 1 - position);
        });
    }
    return desk.ready(k) && mine === desk.era;
  }

  function want(k) {
    wanted ??= desk.memory
      .attempt(() => ensure(k))
      .finally(() => {
        wanted = null;
      });
    return wanted;
  }

  /** What the step shown remembers, at both its ends, once a thing is selected that speaks of it. */
  function recall() {
    const { run, at, selection, states, away } = get();
    if (!selection || at <= desk.firstStep() || states?.at === at || recalling === at || away) return;
    const { optimizer, batch_norm, hidden } = run.config;
    if (optimizer === "sgd" && !batch_norm && !hidden.some((layer) => layer.batch_norm)) return;
    recalling = at;
    const mine = desk.era;
    desk.memory
      .attempt(async () => {
        const [before, after] = await Promise.all([at - 1, at].map((k) => api.state(run.id, k)));
        if (mine === desk.era) set({ states: { at, before: before.state, after: after.state } });
      })
      .finally(() => {
        recalling = null;
      });
  }

  return { anew, train, stride, sketch, resync, load, loadBefore, lastReadable, ensure, want, recall };
}
