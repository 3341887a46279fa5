// Batch norm as a knob: in none, one, two, … of the layers, the loss at several learning rates. Each mark is a run of its
// own, trained just now.

import { logarithmic } from "../charts/scale.js";
import { createHtml } from "../dom/elements.js";
import { n1 } from "../format/math.js";
import { format, thousands } from "../format/numbers.js";
import { ANCHOR_END, ANCHOR_MIDDLE, figureHead, polyline, svg, svgText } from "./figures.js";

export const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];
const LEARNED = 0.5; // of the best constant prediction's loss: below it a run has learned

/**
 * The largest rate at which the network learned with batch norm in so many layers, or null.
 * @param {{layers: number, rate: number, outcome: "learned"|"neither"|"exploded"}[]} runs @param {number} layers
 */
export function largestRate(runs, layers) {
  const rates = runs.filter((run) => run.layers === layers && run.outcome === "learned").map(({ rate }) => rate);
  return rates.length ? Math.max(...rates) : null;
}

/** What became of a run, by its last evaluation. @param {any} evaluation */
export function outcomeOf({ train_loss: loss, stopped, health }) {
  if (stopped || loss === null || health.status === "exploding") return "exploded";
  return loss < LEARNED * health.constant_loss ? "learned" : "neither";
}

/** @param {any} of */
export function createNormKnob({ host, api, page, experiment, going: isCurrent, redraw }) {
  const { base } = page.get();
  const { steps } = experiment.train;
  const positions = base.hidden.length + 1;
  const head = figureHead(
    host,
    "Batch norm · …",
    "The largest learning rate for each number of layers with batch norm",
    `Batch norm in the first layers of the network, from none to all ${positions - 1}; each mark is a run of ${thousands(steps)} steps, trained just now.`,
  );
  const drawing = createHtml("div", { class: "knob" }, host);
  const note = createHtml("p", { class: "help-text" }, host);
  const runs = [];
  let drawnFor = "";
  measure();

  async function measure() {
    for (let layers = 0; layers < positions; layers++)
      for (const rate of RATES) {
        const evaluation = await train(layers, rate);
        if (!isCurrent()) return;
        runs.push({ layers, rate, loss: evaluation.train_loss, outcome: outcomeOf(evaluation) });
        redraw();
      }
  }

  /** The run on the page with these two settings, evaluated at its end. */
  async function train(layers, rate) {
    const hidden = base.hidden.map((layer, k) => ({ ...layer, batch_norm: k < layers }));
    const config = { ...base, hidden, learning_rate: rate };
    const run = await api.create(Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null)));
    let last = null;
    try {
      await api.train(run.id, { steps, every: 100_000, detail: "summary" }, (line) => {
        if (line.type === "evaluation") last = line;
      });
    } finally {
      api.remove(run.id).catch(() => {});
    }
    return last;
  }

  function render(view) {
    const key = [runs.length, view.theme, drawing.clientWidth].join();
    if (key === drawnFor) return;
    drawnFor = key;
    const count = positions * RATES.length;
    head.setProgress(
      runs.length < count ? `${runs.length} of ${count} runs trained` : `${count} runs, seed ${base.seed ?? 0}`,
    );
    drawing.innerHTML = picture(drawing.clientWidth || 600, 330);
    note.textContent = `After ${thousands(steps)} steps: ● the loss is below half of the best constant prediction’s · × it is not finite, or more than a million times what it began with · ○ neither. The line joins the largest rates marked ●; beside them stands the loss.`;
  }

  function picture(W, H) {
    const box = { left: 64, right: W - 46, top: 14, bottom: H - 46 };
    const X = (layers) => box.left + ((layers + 0.5) * (box.right - box.left)) / positions;
    const Y = logarithmic(RATES[0] / 1.8, RATES.at(-1) * 1.8, box.bottom, box.top);
    const out = RATES.map(
      (rate) =>
        `<path class="grid" d="M${box.left} ${n1(Y(rate))}H${box.right}"/>${svgText(box.left - 8, Y(rate) + 4, String(rate), `${ANCHOR_END} class="tick"`)}`,
    );
    const best = [];
    for (let layers = 0; layers < positions; layers++) {
      out.push(svgText(X(layers), box.bottom + 18, String(layers), `${ANCHOR_MIDDLE} class="strong"`));
      const rate = largestRate(runs, layers);
      if (rate !== null)
        best.push({ layers, rate, loss: runs.find((r) => r.layers === layers && r.rate === rate).loss });
    }
    if (best.length > 1)
      out.push(`<path class="fit wide" d="${polyline(best.map((b) => [X(b.layers), Y(b.rate)]))}"/>`);
    for (const { layers, rate, loss, outcome } of runs) {
      const [x, y] = [X(layers), Y(rate)];
      const title = `<title>layers with batch norm: ${layers}; rate ${rate}; loss ${loss === null ? "not finite" : format(loss)}</title>`;
      out.push(
        outcome === "exploded"
          ? `<path class="fit" d="M${n1(x - 4)} ${n1(y - 4)}l8 8m0 -8l-8 8">${title}</path>`
          : `<circle class="mark${outcome === "learned" ? "" : " hollow"}" cx="${n1(x)}" cy="${n1(y)}" r="4.5">${title}</circle>`,
      );
    }
    for (const { layers, rate, loss } of best)
      out.push(svgText(X(layers) - 8, Y(rate) - 8, format(loss, 1), `${ANCHOR_END} class="tick"`));
    out.push(
      svgText(box.left - 8, box.top - 2, "rate η", `${ANCHOR_END} class="tick"`),
      svgText((box.left + box.right) / 2, H - 6, "layers with batch norm", `${ANCHOR_MIDDLE} class="tick"`),
    );
    const words = Array.from({ length: positions }, (_, layers) => {
      const rate = largestRate(runs, layers);
      return `${layers}: ${rate === null ? "none" : rate}`;
    });
    return svg(
      W,
      H,
      `largest learning rate at which it learned, by layers with batch norm: ${words.join(", ")}`,
      out.join(""),
      "lesson-drawing",
    );
  }

  return { render };
}
