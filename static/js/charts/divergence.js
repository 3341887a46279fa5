// A run that diverged: its loss in the last steps, those steps as a table, and the loss curves of the remedies that
// were tried.

import { createHtml, setAttribute, setHidden, setText } from "../dom/elements.js";
import { oncePerFrame } from "../dom/frames.js";
import { observeSize } from "../dom/size.js";
import { isNumber, n1 } from "../format/math.js";
import { format, thousands } from "../format/numbers.js";
import { REMEDY_STEPS } from "../run/clock.js";
import { lastSteps } from "../run/history.js";
import { notFiniteText } from "../run/notfinite.js";
import { heading } from "./linechart.js";
import { extentOf, lastFinite, linear, linePath, spread, stepTicks, tickText, valueAxis } from "./scale.js";

const ROWS = 6;
const MIN_STEPS_BEFORE = 8; // steps before the one that broke that the chart always has
const LEFT = 30;
const TOP = 6;
const BOTTOM = 15;

/**
 * @param {HTMLElement} element @param {HTMLElement} remedyElement the figure of the remedies
 * @param {{goto?: (step: number) => void}} on
 */
export function createDivergence(element, remedyElement, on = {}) {
  const { small } = heading(element, "Loss, step by step", "");
  const chart = createPicture(element, draw);
  const table = createHtml("table", { class: "step-table" }, element);
  const header = createHtml("tr", {}, createHtml("thead", {}, table));
  for (const text of ["step", "loss", "‖gradient‖"]) createHtml("th", { scope: "col", text }, header);
  const body = createHtml("tbody", {}, table);
  const remedyHeading = heading(remedyElement, "", "");
  const remedyChart = createPicture(remedyElement, drawRemedies);
  let last = null;
  let writtenFor = "";

  function render(view) {
    setVisible(element, Boolean(view.divergence));
    setVisible(remedyElement, Boolean(view.divergence?.remedies?.length));
    if (!view.divergence) return; // a picture that is still asked for is that of the run that broke
    last = view;
    setText(remedyHeading.title, view.divergence.remedies?.length === 2 ? "The two suggestions" : "The suggestion");
    chart.draw();
    remedyChart.draw();
    writeTable(view);
  }

  // ---- the last steps

  function writeTable({ series, divergence, step }) {
    const key = `${series.version} ${step?.step} ${divergence.step} ${divergence.readable}`;
    if (key === writtenFor) return;
    writtenFor = key;
    const focus = [...body.querySelectorAll("button")].indexOf(/** @type {any} */ (document.activeElement));
    body.replaceChildren();
    for (const row of lastSteps(series, ROWS, divergence.readable)) {
      const line = createHtml("tr", row.step === step?.step ? { "aria-current": "step" } : {}, body);
      const title = row.step === divergence.step ? "where it broke" : `go to step ${thousands(row.step)}`;
      const name = createHtml("th", { scope: "row" }, line);
      createHtml("button", { type: "button", class: "link", title, text: thousands(row.step) }, name).addEventListener(
        "click",
        () => on.goto?.(row.step),
      );
      const divergedRecord = row.step === divergence.step ? divergence.record : null;
      const cell = (v, ref, lost) =>
        createHtml(
          "td",
          { class: isNumber(v) ? "" : "lost", "data-ref": ref, text: isNumber(v) ? format(v, v < 10 ? 3 : 1) : lost },
          line,
        );
      const lostText = (name) => notFiniteText(divergedRecord?.tape.find((record) => record.name === name));
      cell(row.loss, "L", lostText("L"));
      if (row.evaluated) createHtml("td", { text: "–" }, line);
      else cell(row.gradient, "norm", lostText("dW1"));
    }
    if (focus >= 0) body.querySelectorAll("button")[focus]?.focus({ preventScroll: true });
  }

  // ---- the loss

  function draw(W, H) {
    const { series, divergence, step } = last;
    const { step: end, readable } = divergence;
    const stepsBefore = readable ? Math.max(MIN_STEPS_BEFORE, 2 * (end - readable)) : MIN_STEPS_BEFORE;
    const at = [...series.steps.keys()].filter((i) => isNumber(series.loss[i]) && series.steps[i] >= end - stepsBefore);
    const steps = at.map((i) => series.steps[i]);
    const loss = at.map((i) => series.loss[i]);
    const X = linear(Math.min(steps[0] ?? end - 1, end - 1), end, LEFT, W - 14);
    const { Y, log, grid } = axes([loss], X, W, H);
    setText(small, log ? "log" : "");
    const overflowed = !divergence.record?.tape.find((record) => record.name === "L")?.not_finite?.nan;
    const height = overflowed || !loss.length ? TOP : Y(loss[loss.length - 1]);
    const cross = `M${n1(X(end)) - 3.5} ${n1(height) - 3.5}l7 7m0 -7l-7 7`;
    const currentStep = step && steps.includes(step.step) ? step.step : null;
    return {
      label: `Loss of each step, ${loss.length ? `${format(loss[0])} in step ${steps[0]}, ${format(loss[loss.length - 1])} in step ${steps[steps.length - 1]}` : "none"}; lost in step ${end}`,
      inner: `${grid}${currentStep === null ? "" : `<path class="chart-here" d="M${n1(X(currentStep))} ${TOP}V${H - BOTTOM}"/>`}<path class="line diverged" d="${linePath(steps, loss, X, Y, { log })}"/><path class="diverged-end" d="${cross}"/>${currentStep === null ? "" : `<circle class="chart-end" r="2.6" cx="${n1(X(currentStep))}" cy="${n1(Y(loss[steps.indexOf(currentStep)]))}"/>`}`,
    };
  }

  // ---- the remedies

  function drawRemedies(W, H) {
    const remedies = last.divergence.remedies ?? [];
    if (!remedies.length) return { label: "", inner: "" };
    const first = last.run.first_step ?? 0;
    const lines = remedies.map(({ curve }) => ({ steps: curve.map(([k]) => k), loss: curve.map(([, v]) => v) }));
    const all = lines.map(({ loss }) => loss);
    const extent = extentOf(all, 0);
    const X = linear(first, first + REMEDY_STEPS, LEFT, W - 58);
    const { Y, log, grid } = axes(all, X, W - 44, H, Boolean(extent) && extent[1] > 10 * extent[0]);
    setText(remedyHeading.small, `${REMEDY_STEPS} steps${log ? ", log" : ""}`);
    const ends = all.map((loss) => lastFinite(loss));
    const heights = spread(
      ends.map((i, k) => (i < 0 ? TOP : Y(all[k][i]))),
      12,
      TOP + 2,
      H - BOTTOM - 2,
    );
    const drawn = lines.map(({ steps, loss }, k) => {
      const path = `<path class="line ${k ? "other" : "run"}" d="${linePath(steps, loss, X, Y, { log })}"/>`;
      if (ends[k] < 0) return path;
      const x = n1(X(steps[ends[k]]));
      return `${path}<circle class="chart-end" r="2.4" cx="${x}" cy="${n1(Y(loss[ends[k]]))}"/><text class="end-label${k ? "" : " strong"}" x="${n1(W - 52)}" y="${n1(heights[k] + 3.5)}">${remedies[k].short}</text>`;
    });
    return {
      label: remedies
        .map(({ label, loss }) => `${label}: ${loss === null ? "breaks as well" : `loss ${format(loss)}`}`)
        .join("; "),
      inner: grid + drawn.reverse().join(""),
    };
  }

  return { render };
}

const setVisible = (element, shown) => {
  setHidden(element, !shown);
};

/** A picture that is drawn again when what it shows, or its box, has changed.
 * @param {HTMLElement} element @param {(W: number, H: number) => {label: string, inner: string}} picture */
function createPicture(element, picture) {
  const host = createHtml("div", { class: "chart divergence" }, element);
  let drawn = "";
  const size = observeSize(
    host,
    oncePerFrame(() => draw()),
  );
  function draw() {
    const { width, height } = size.measure();
    if (!width) return;
    const { label, inner } = picture(width, height);
    if (inner === drawn) return;
    drawn = inner;
    host.innerHTML = `<svg viewBox="0 0 ${n1(width)} ${n1(height)}" role="img">${inner}</svg>`;
    setAttribute(/** @type {any} */ (host.firstElementChild), "aria-label", label);
  }
  return { draw };
}

/** Both axes with their ticks. @param {any[]} columns @param {boolean} [logarithmic] as the values ask for, unless given */
function axes(columns, X, right, H, logarithmic) {
  const { log, low, ticks, Y } = valueAxis(columns, { bottom: H - BOTTOM, top: TOP, count: 3, log: logarithmic });
  const lines = ticks.map(
    (v) =>
      `<path class="${v === low ? "base" : ""}" d="M${LEFT} ${n1(Y(v))}H${n1(right - 14)}"/><text class="tick" text-anchor="end" x="${LEFT - 4}" y="${n1(Y(v) + 3.5)}">${tickText(v, log)}</text>`,
  );
  const [first, last] = [X.invert(LEFT), X.invert(right - 14)].map(Math.round);
  const below = stepTicks(first, last, right - 14 - LEFT, 44).map(
    (k) => `<text class="tick" text-anchor="middle" x="${n1(X(k))}" y="${H - 3}">${thousands(k)}</text>`,
  );
  return { Y, log, grid: `<g class="chart-grid">${lines.join("")}${below.join("")}</g>` };
}
