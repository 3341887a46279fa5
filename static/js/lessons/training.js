// The training of a lesson's run: as many steps as its claim needs, then its measurement; and again from the start.

/** @param {import("./lesson.js").LessonContext} context */
export function createTraining(context) {
  const { get, set, page, commands, find } = context;

  async function run() {
    const { experiment, running } = get();
    if (running || page.get().offline) return;
    const generation = context.generation;
    const target = context.stepsOf();
    set({ running: true, stageFigure: false, progress: { step: page.get().trainedStep, steps: target } });
    scrollToVerdict();
    const isRunning = () => get().running && generation === context.generation;
    const measuringDone = context.measurement.watch(isRunning, target);
    await commands.trainTo(target, context.everyOf(), { strides: target > 1 ? 16 : 1, going: isRunning });
    if (generation !== context.generation) return;
    const completed = get().running;
    set({ running: false });
    await measuringDone;
    if (generation !== context.generation) return;
    await context.measurement.measure(true);
    requestAnimationFrame(() => requestAnimationFrame(scrollToVerdict));
    await context.measurement.loadLayerProfiles();
    if (generation !== context.generation) return; // a second run was opened meanwhile
    if (completed && context.stageFigures.shows(experiment)) set({ stageFigure: true });
    else if (experiment.instrument === "tape") await showNanSpread(generation);
  }

  /** How NaN spreads from a missing cell: that sample is put in the spotlight, and the tape runs once, operation by operation. */
  async function showNanSpread(generation) {
    const { samples, divergence, reduced, run } = page.get();
    const sampleWithGap = samples.inputs.findIndex((row) => row.includes(null));
    if (!divergence || sampleWithGap < 0) return;
    commands.spotlight(sampleWithGap);
    const last = page.get().operation;
    let currentOperation = last;
    for (let op = 0; op <= last && !reduced; op++) {
      const now = page.get();
      if (generation !== context.generation || now.run !== run || now.operation !== currentOperation || now.playing)
        return;
      commands.scrub(op);
      currentOperation = op;
      await new Promise((done) => setTimeout(done, 260));
    }
  }

  /** The number counts up where it can be seen. */
  function scrollToVerdict() {
    const box = find("lesson").querySelector(".lesson-panel-read");
    const verdict = /** @type {HTMLElement} */ (box?.querySelector(".verdict"));
    if (!box || !verdict) return;
    const behavior = page.get().reduced ? "auto" : "smooth";
    const scroller = page.get().size === "tablet" ? find("side") : box;
    const distance = verdict.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTo({ top: scroller.scrollTop + distance - 8, behavior });
  }

  async function runAgain() {
    context.remedies.discard();
    context.measurement.clear();
    set({ verdict: null, done: false, tried: {}, answers: {} });
    await commands.reset();
    await run();
  }

  return { run, again: runAgain, scrollToVerdict };
}
