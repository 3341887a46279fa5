// Of a regression: what is predicted against what is true, in the target's own units. Each sample is a point; on the diagonal
// both are alike.

import { createHtml, createSvg, setAttribute, setHidden, setText } from "../dom/elements.js";
import { oncePerFrame } from "../dom/frames.js";
import { pointerIn } from "../dom/pagezoom.js";
import { observeSize } from "../dom/size.js";
import { hideTooltip, showTooltip } from "../dom/tooltip.js";
import { clamp, isNumber, n1 } from "../format/math.js";
import { realText, thousands } from "../format/numbers.js";
import { shownEvaluation } from "../run/values.js";
import { heading } from "./linechart.js";
import { nearestPoint, nextPoint, pairsOf, rangeOf, ticksOf } from "./predictedpairs.js";
import { linear } from "./scale.js";

const MARGIN = { left: 8, right: 8, top: 8, bottom: 22 };
const REACH = 16; // pixels around a point that are its own
const PAUSE = 700; // ms between two questions while it plays

/**
 * @param {HTMLElement} element
 * @param {{predictions: (run: string, step: number) => Promise<{outputs: number[][]}>, spotlight: (index: number) => void}} on
 */
export function createPredicted(element, on) {
  const { small: when } = heading(element, "Predicted against true", "");
  const board = createHtml(
    "div",
    { class: "predicted", role: "application", tabindex: 0, "aria-roledescription": "scatter of samples" },
    element,
  );
  const root = createSvg("svg", { "aria-hidden": "true" }, board);
  const path = (name) => createSvg("path", { class: name }, root);
  const [ticks, diagonal, train, test] = [
    "predicted-ticks",
    "predicted-diagonal",
    "predicted-train",
    "predicted-test",
  ].map(path);
  const ring = createSvg("circle", { class: "predicted-ring", r: 6 }, root);
  const labels = createSvg("g", { class: "predicted-labels" }, root);
  const note = createHtml("p", { class: "plane-note" }, element);
  let last = null;
  let answer = null; // the predictions that are here, and of which run and step they are
  let asking = null;
  let askedAt = 0;
  let pairs = null;
  let drawn = null;
  let moved = null; // where the keys have gone, until the page shows it
  const draw = oncePerFrame(() => last && render(last));
  const size = observeSize(board, draw);

  async function ask(run, step) {
    if (asking || (answer?.run === run && answer.step === step)) return;
    const wait = askedAt + PAUSE - performance.now();
    if (last.playing && wait > 0) return void setTimeout(draw, wait);
    asking = { run, step };
    askedAt = performance.now();
    try {
      const { outputs } = await on.predictions(run, step);
      answer = { run, step, outputs };
    } catch (error) {
      if (!error.errors) throw error;
      answer = { run, step, outputs: null }; // the server does not have that step any longer
    } finally {
      asking = null;
    }
    draw();
  }

  function render(view) {
    last = view;
    const { samples, run } = view;
    const evaluation = shownEvaluation(view);
    const shown = samples?.task === "regression" && Boolean(run && evaluation);
    setHidden(element, !shown);
    if (!shown) return;
    ask(run.id, evaluation.step);
    const { width, height } = size.measure();
    if (!answer?.outputs || answer.run !== run.id || !width) return;
    if (pairs?.of !== answer) pairs = { of: answer, ...pairsOf(samples, answer.outputs) };
    const index = view.spotlight?.index ?? -1;
    if (index === moved) moved = null;
    if (drawn?.pairs === pairs && drawn.width === width && drawn.height === height && drawn.index === index) return;
    drawn = { pairs, width, height, index };
    setText(when, answer.step ? `after step ${thousands(answer.step)}` : "step 0");
    place(width, height, index);
    tell(samples, index, evaluation.metrics);
  }

  let X = linear(0, 1, 0, 1);
  let Y = /** @type {(v: number) => number} */ (X);

  function place(width, height, index) {
    const [low, high] = rangeOf(pairs);
    X = linear(low, high, MARGIN.left, width - MARGIN.right);
    const up = linear(low, high, height - MARGIN.bottom, MARGIN.top);
    Y = (v) => up(clamp(v, low, high)); // what is predicted far beyond lies on the edge
    const dot = (i) => `M${n1(X(pairs.truth[i]))} ${n1(Y(pairs.predicted[i]))}h0`;
    const circle = (i) =>
      `M${n1(X(pairs.truth[i]) - 2.5)} ${n1(Y(pairs.predicted[i]))}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0`;
    setAttribute(root, "viewBox", `0 0 ${width} ${height}`);
    setAttribute(diagonal, "d", `M${X(low)} ${Y(low)}L${X(high)} ${Y(high)}`);
    setAttribute(train, "d", pairs.train.map(dot).join(""));
    setAttribute(test, "d", pairs.test.map(circle).join(""));
    const marks = ticksOf(low, high, width / 90);
    setAttribute(
      ticks,
      "d",
      marks
        .map(
          (v) =>
            `M${n1(X(v))} ${MARGIN.top}V${height - MARGIN.bottom}M${MARGIN.left} ${n1(Y(v))}H${width - MARGIN.right}`,
        )
        .join(""),
    );
    labels.replaceChildren();
    for (const v of marks) {
      const text = createSvg("text", { x: n1(X(v)), y: height - 6, "text-anchor": "middle" }, labels);
      text.textContent = realText(v);
    }
    const found = isNumber(pairs.predicted[index]);
    setAttribute(ring, "visibility", found ? "visible" : "hidden");
    if (!found) return;
    setAttribute(ring, "cx", n1(X(pairs.truth[index])));
    setAttribute(ring, "cy", n1(Y(pairs.predicted[index])));
  }

  const sampleText = (samples, i) =>
    `sample ${i} (${i < samples.train ? "training" : "test"}): true ${withUnit(samples, pairs.truth[i])}, predicted ${withUnit(samples, pairs.predicted[i])}`;

  function tell(samples, index, metrics) {
    const split = metrics?.test ? "test" : "train";
    const of = metrics?.[split];
    const name = samples.target || "target";
    const about = isNumber(of?.r2)
      ? `R² ${of.r2.toFixed(2)}, RMSE ${withUnit(samples, of.rmse)} in the ${split === "test" ? "test" : "training"} split`
      : "";
    const off = pairs.lost ? ` ${thousands(pairs.lost)} predictions are not numbers.` : "";
    setText(
      note,
      `Across: true ${name}; up: predicted. ● ${thousands(pairs.train.length)} training, ○ ${thousands(pairs.test.length)} test; on the line both are alike.${off}`,
    );
    const chosen = isNumber(pairs.predicted[index]) ? ` In the spotlight: ${sampleText(samples, index)}.` : "";
    setAttribute(
      board,
      "aria-label",
      `Predicted against true ${name}, ${thousands(pairs.test.length)} test and ${thousands(pairs.train.length)} training samples. ${about}.${off}${chosen}`,
    );
  }

  const pointAt = (event, reach) => {
    const { x, y } = pointerIn(board, event);
    return pairs && drawn ? nearestPoint(pairs, X, Y, x, y, reach) : -1;
  };
  board.addEventListener("click", (event) => {
    const index = pointAt(event, REACH);
    if (index >= 0) on.spotlight(index);
  });
  board.addEventListener("pointermove", (event) => {
    const index = event.pointerType === "touch" ? -1 : pointAt(event, REACH / 2);
    if (index >= 0) showTooltip(sampleText(last.samples, index), event.clientX, event.clientY);
    else hideTooltip();
  });
  board.addEventListener("pointerleave", hideTooltip);
  board.addEventListener("blur", () => {
    moved = null;
  });
  board.addEventListener("keydown", (event) => {
    const by = {
      ArrowRight: ["truth", 1],
      ArrowLeft: ["truth", -1],
      ArrowUp: ["predicted", 1],
      ArrowDown: ["predicted", -1],
    }[event.key];
    if (!by || !pairs || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const index = nextPoint(pairs[by[0]], moved ?? last.spotlight?.index ?? -1, by[1]);
    if (index < 0) return;
    moved = index;
    on.spotlight(index);
  });

  return { render };
}

/** @param {any} samples @param {number} value in the target's own units */
const withUnit = ({ target_unit: unit }, value) => `${realText(value)}${unit ? ` ${unit}` : ""}`;
