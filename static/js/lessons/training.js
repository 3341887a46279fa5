// A lesson's run: trained as far as its claim asks for, brought into view, and once more from the start.

/** @param {import("./lesson.js").Lectern} lectern */
export function createTraining(lectern) {
  const { get, set, page, actions, find } = lectern;

  async function run() {
    const { experiment, running } = get();
    if (running || page.get().away) return;
    const mine = lectern.turn;
    const target = lectern.stepsOf();
    set({ running: true, board: false, progress: { step: page.get().position, steps: target } });
    toVerdict();
    const going = () => get().running && mine === lectern.turn;
    const watching = lectern.measuring.watch(going, target);
    await actions.learn(target, lectern.everyOf(), { strides: target > 1 ? 16 : 1, going });
    if (mine !== lectern.turn) return;
    const whole = get().running;
    set({ running: false });
    await watching;
    if (mine !== lectern.turn) return;
    await lectern.measuring.measure(true);
    requestAnimationFrame(() => requestAnimationFrame(toVerdict));
    await lectern.measuring.ladders();
    if (mine !== lectern.turn) return; // a cure stands beside it by now
    if (whole && lectern.boards.shows(experiment)) set({ board: true });
    else if (experiment.instrument === "tape") await infection(mine);
  }

  /** What a missing cell does, operation by operation: that sample comes under the spotlight, and the tape runs once. */
  async function infection(mine) {
    const { samples, stopped, reduced, run } = page.get();
    const sick = samples.inputs.findIndex((row) => row.includes(null));
    if (!stopped || sick < 0) return;
    actions.spotlight(sick);
    const last = page.get().op;
    let here = last;
    for (let op = 0; op <= last && !reduced; op++) {
      const now = page.get();
      if (mine !== lectern.turn || now.run !== run || now.op !== here || now.playing) return;
      actions.scrub(op);
      here = op;
      await new Promise((done) => setTimeout(done, 260));
    }
  }

  /** The number counts up where it can be seen. */
  function toVerdict() {
    const box = find("lesson").querySelector(".lp-read");
    const verdict = /** @type {HTMLElement} */ (box?.querySelector(".verdict"));
    if (!box || !verdict) return;
    const behavior = page.get().reduced ? "auto" : "smooth";
    const scroller = page.get().size === "tablet" ? find("side") : box;
    const away = verdict.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTo({ top: scroller.scrollTop + away - 8, behavior });
  }

  async function again() {
    lectern.cures.letGo();
    lectern.measuring.forget();
    set({ verdict: null, done: false, tried: {}, answers: {} });
    await actions.reset();
    await run();
  }

  return { run, again, toVerdict };
}
