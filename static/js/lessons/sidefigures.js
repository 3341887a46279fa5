// What a lesson shows in the column beside the stage: its ladder, its counts over time, and whether it was luck.

import { format, thousands } from "../format/numbers.js";
import { pairOf, trained } from "./comparison.js";
import { dotsPicture, figure, lostPicture, numberOf, pairPicture, spreadsOf } from "./figures.js";
import { ladderPicture } from "./layerprofile.js";

/** @param {HTMLElement} side */
export function createSideFigures(side) {
  const before = side.querySelector("#loss");
  const box = document.createElement("div");
  box.className = "lesson-side";
  before?.before(box);
  const ladder = figure(box, "Gradient ladder");
  const beside = figure(box, "");
  const signal = figure(box, "Signal against noise");
  const dead = figure(box, "Dead units");
  const lost = figure(box, "Lost numbers");
  const spread = figure(box, "Twins");
  const loss = figure(box, "Loss");
  const luck = figure(box, "Is it luck?");
  const all = { ladder, beside, signal, dead, lost, spread, loss, luck };

  /** @param {{view: any, other: any, lesson: any, own: any}} of */
  function render({ view, other, lesson, own }) {
    const on = lesson ? wanted(lesson, other, view, own) : new Set();
    if (box.hidden === on.size > 0) box.hidden = on.size === 0;
    for (const [name, { element }] of Object.entries(all))
      if (element.hidden === on.has(name)) element.hidden = !on.has(name);
    if (!on.size || (own.size === "phone" && own.tab !== "output")) return;
    const { ladders } = lesson;
    const late = /gradients|health/.test(lesson.experiment?.instrument ?? "");
    if (on.has("ladder")) drawLadder(ladder, other ? "this run" : "Gradient ladder", ladders.own, late, view);
    if (on.has("beside")) drawLadder(beside, "beside it", ladders.its, late, view);
    if (on.has("signal"))
      signal.show([ladders.own, view.theme], () => {
        const { W } = signal.box();
        const { start } = ladders.own;
        return {
          small: "dB, noise 0.01 a unit",
          html: ladderPicture("signal", [{ ladder: start }], W, heightOf(start)),
          note: `${format(start.noise_slope, 1)} decibels a layer. Sigmoids take at least 12.`,
        };
      });
    const units = view.run.config.hidden.reduce((sum, layer) => sum + layer.units, 0);
    if (on.has("dead"))
      dead.show([view.series.version, view.theme], () => ({
        small: `of ${units}, whole training set`,
        html: pairPicture([{ series: view.series, name: "" }], "dead", dead.box().W, 120, {
          ceiling: units,
          whole: true,
        }).html,
      }));
    if (on.has("lost"))
      lost.show([view.step, view.op, view.theme], () => {
        const { html, sum } = lostPicture(view, lost.box().W, 120);
        const many =
          sum === 1 ? "One recorded number of this step is" : `${thousands(sum)} recorded numbers of this step are`;
        return { small: "by operation", html, note: `${many} no number.` };
      });
    if (on.has("spread")) drawSpread(view);
    if (on.has("loss"))
      loss.show([view.series.version, other?.series.version, view.theme], () => {
        const { html, log } = pairPicture(
          other ? pairOf(view, other) : [{ series: view.series, name: "" }],
          trained(view),
          loss.box().W,
          120,
        );
        return { small: `${log ? "log, " : ""}training set, both runs`, html };
      });
    if (on.has("luck")) drawLuck(lesson, view);
  }

  function wanted({ experiment, ladders, luck: counted }, other, view, own) {
    const on = new Set();
    if (counted) on.add("luck");
    if (!experiment) return on;
    const kind = experiment.instrument;
    if (other) {
      if (kind === "ladder") on.add("loss");
      if (/gradients|health/.test(kind)) {
        if (ladders.own?.start) on.add("ladder");
        if (ladders.its?.start) on.add("beside");
      }
      return on;
    }
    if (/ladder|gradients|health/.test(kind) && ladders.own?.start) on.add("ladder");
    if (kind === "ladder" && experiment.id === "vanishing" && ladders.own?.start) on.add("signal");
    if (kind === "health") on.add("dead");
    if (own.stopped && view.step?.finite === false) on.add("lost");
    if (kind === "units" && view.step) on.add("spread");
    return on;
  }

  const heightOf = (of) => 26 + of.layers.length * 25;

  /** Claims about a start are read before the first step; what training does, as it stands. */
  function drawLadder(chart, title, pair, late, view) {
    chart.show([pair, late, title, view.theme], () => {
      const main = (late && pair.end) || pair.start;
      const ghost = main === pair.start ? pair.end : pair.start;
      const { W } = chart.box();
      const zero = main.layers.some((layer) => layer.rms === 0);
      const words = [
        main.slope === null ? "" : `${main.slope > 0 ? "+" : ""}${format(main.slope, 2)} decades a layer.`,
        main.theory_slope === null || late ? "" : "A sigmoid’s slope is at most ¼: at least log₁₀ 4 = 0.60 (dashed).",
        zero ? "Square at 0: exactly zero, not small." : "",
        ghost && ghost.step !== main.step
          ? `Pale: ${ghost.step ? `after step ${thousands(ghost.step)}` : "before the first step"}.`
          : "",
      ];
      return {
        title,
        small: `rms δ, ${main.step ? `after step ${thousands(main.step)}` : "before the first step"}`,
        html: ladderPicture(
          "gradient",
          [{ ladder: main, ghost: ghost && ghost.step !== main.step ? ghost : null }],
          W,
          heightOf(main),
          { theory: !late },
        ),
        note: words.filter(Boolean).join(" "),
      };
    });
  }

  function drawSpread(view) {
    spread.show([view.step, view.theme], () => {
      const rows = spreadsOf(view.step.parameters);
      const same = rows.every((row) => row.spread === 0);
      return {
        small: "largest difference between two units",
        html: `<table class="cmp"><tbody>${rows.map((row) => `<tr><th scope="row">weights into layer ${row.layer}</th><td class="${row.spread ? "" : "ill"}">${row.spread ? format(row.spread) : "exactly 0"}</td></tr>`).join("")}</tbody></table>`,
        note: `Read from the recorded parameters of step ${view.step.step}.${same ? " Every tile of a layer is the same picture." : ""}`,
      };
    });
  }

  function drawLuck({ luck: counted }, view) {
    luck.show([counted, view.theme], () => {
      const { rows, measure, seeds, busy } = counted;
      const done = rows[0].values.length;
      const said = rows.map((row) => {
        const known = row.values.filter((v) => v !== null).sort((a, b) => a - b);
        const span = known.length
          ? `${numberOf(known[0], measure.kind)} to ${numberOf(known[known.length - 1], measure.kind)}`
          : "no number";
        return `${row.name}: ${span}; as claimed in ${row.held} of ${row.values.length}.`;
      });
      return {
        small: `${measure.title}, ${busy ? `${done} of ${seeds}` : done} seeds`,
        html: dotsPicture(rows, measure, luck.box().W),
        note: `${said.join(" ")} Each dot is a run of its own, trained just now.`,
      };
    });
  }

  return { render };
}
