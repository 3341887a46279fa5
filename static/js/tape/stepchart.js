// The step chart: all steps of the run as a loss curve, with a playhead that can be dragged.

import {
  axis,
  changeFlags,
  extentOf,
  lastFinite,
  linear,
  linePath,
  logarithmic,
  nearest,
  stepTicks,
  tickText,
} from "../charts/scale.js";
import { createHtml, createSvg, setAttribute, setHidden, setText } from "../dom/elements.js";
import { oncePerFrame } from "../dom/frames.js";
import { pointerIn } from "../dom/pagezoom.js";
import { observeSize } from "../dom/size.js";
import { hideTooltip, showTooltip } from "../dom/tooltip.js";
import { clamp, isNumber, n1 } from "../format/math.js";
import { format, fullDigits, thousands } from "../format/numbers.js";
import { createButtons } from "./header.js";

const TOP = 14;
const LETTER_WIDTH = 6.2; // px, of a flag's words
const MIN_LEVEL_GAP = 11; // px, of the loss axis: its numbers don't touch

/**
 * @param {HTMLElement} element
 * @param {{goto?: (step: number) => void, changes?: () => void}} on changes: shows what
 * was changed, where the page has no room for it beside the chart
 */
export function createStepChart(element, on = {}) {
  element.classList.add("tape-view");
  const head = createHtml("div", { class: "tape-head" }, element);
  createHtml("em", { text: "drag to go back and forth: nothing is computed again" }, head);
  const count = createHtml("div", { class: "tape-count" }, head);
  const lossKind = createHtml("span", {}, count);
  const stepCount = createHtml("span", { text: "step " }, count);
  const now = createHtml("b", {}, stepCount);
  const of = createHtml("span", {}, stepCount);
  const changesButton =
    on.changes && createHtml("button", { type: "button", class: "tape-changes", "aria-controls": "rewind" }, head);
  changesButton?.addEventListener("click", () => on.changes?.());
  const row = createHtml("div", { class: "tape-row" }, element);
  const buttons = createButtons(row, "step", (d) => goBy(d));
  const slider = createHtml(
    "div",
    { class: "tape-slider", role: "slider", tabindex: 0, "aria-label": "Steps of the run" },
    row,
  );
  const root = createSvg("svg", { class: "tape-cells", "aria-hidden": "true" }, slider);
  const grid = createSvg("g", { class: "chart-grid" }, root);
  const flagGroup = createSvg("g", { class: "flags" }, root);
  const futureLine = createSvg("path", { class: "line run future", "data-ref": "train_loss" }, root);
  const pastLine = createSvg("path", { class: "line run", "data-ref": "train_loss" }, root);
  const rule = createSvg("path", { class: "tape-rule" }, root);
  const done = createSvg("path", { class: "tape-done" }, root);
  const cursor = createSvg("path", { class: "tape-sweep" }, root);
  const pointer = createSvg("path", { class: "tape-pointer", d: "M0 0l-6 9h12z" }, root);
  const end = createSvg("circle", { r: 2.8, class: "chart-end" }, root);
  const endLabel = createSvg("text", { class: "end-label strong" }, root);
  const axisLabel = createSvg("text", { class: "end-label tape-word", "text-anchor": "end", y: TOP - 4 }, root);
  const currentDot = createSvg("circle", { r: 3.2, class: "chart-end" }, root); // under a thumb there is no pointing at the line
  const currentLabel = createSvg("text", { class: "end-label strong tape-word" }, root);
  const empty = createSvg(
    "text",
    { class: "chart-empty", "text-anchor": "middle", text: "begins with the first step" },
    root,
  );
  const ticks = [];
  const flags = [];
  let last = null;
  let drawn = "";
  let scale = null;
  let dragging = false;
  const draw = oncePerFrame(() => last && render(last));
  const size = observeSize(slider, () => {
    drawn = "";
    draw();
  });

  function render(view) {
    last = view;
    const { series } = view;
    const phone = view.size === "phone";
    setAttribute(element, "data-size", view.size);
    const buttonHost = phone ? head : row;
    if (buttons.element.parentElement !== buttonHost) buttonHost.append(buttons.element);
    const box = size.measure();
    if (!series || !box.width) return;
    const at = stepOf(view);
    const trainedStep = series.steps.at(-1) ?? 0;
    const key = `${series.version} ${series.steps.length} ${box.width} ${box.height} ${view.size} ${JSON.stringify(view.changes ?? [])}`;
    if (key !== drawn) {
      drawn = key;
      layOut(view, box);
    }
    moveTo(at, trainedStep, view);
    setText(now, thousands(at));
    setText(of, ` of ${thousands(trainedStep)}`);
    if (changesButton) {
      const n = view.changes?.length ?? 0;
      setHidden(changesButton, !phone || (!n && at >= trainedStep));
      setText(changesButton, n ? `${n} change${n > 1 ? "s" : ""}` : "from here");
    }
    buttons.render(
      `step ${thousands(at)}${phone ? `\nof ${thousands(trainedStep)}` : ""}`,
      at > (series.steps[0] ?? 0),
      at < trainedStep,
    );
    setAttribute(slider, "aria-valuemin", series.steps[0] ?? 0);
    setAttribute(slider, "aria-valuemax", trainedStep);
    setAttribute(slider, "aria-valuenow", at);
    const i = nearest(series.steps, at);
    const loss = i < 0 ? undefined : scale?.values[lastFinite(scale.values, i)];
    setAttribute(
      slider,
      "aria-valuetext",
      `step ${at} of ${trainedStep}${isNumber(loss) ? `, loss ${format(loss)}` : ""}`,
    );
  }

  /** Axes, flags and the scale; the two lines follow with the cursor. */
  function layOut(view, { width, height }) {
    const { series } = view;
    const phone = view.size === "phone";
    const [left, right, bottom] = [phone ? 38 : 128, width - (phone ? 18 : 118), height - (phone ? 24 : 30)];
    const evaluated = countFinite(series.train) > Math.min(2, series.steps.length - 1);
    const values = evaluated ? series.train : series.loss;
    setText(lossKind, evaluated ? "loss of the training set, log" : "loss of each batch, log");
    setText(axisLabel, phone ? (evaluated ? "training loss, log" : "loss of each batch, log") : "");
    const first = series.steps[0] ?? 0;
    const trainedStep = Math.max(first + 1, series.steps.at(-1) ?? 1);
    const X = linear(first, trainedStep, left, right);
    const { low, high, ticks: levels } = tightLog(extentOf([values], 0));
    const Y = logarithmic(low, high, bottom, TOP + 4);
    scale = {
      X,
      Y,
      values,
      left,
      right,
      bottom,
      first,
      furthest: trainedStep,
      name: evaluated ? "training set" : "batch",
    };
    setAttribute(root, "viewBox", `0 0 ${width} ${height}`);
    buttons.at((TOP + bottom) / 2);
    const marks = [
      ...stepTicks(first, trainedStep, right - left, phone ? 66 : 90).map((k) => ({
        d: `M${n1(X(k))} ${bottom}v5`,
        x: X(k),
        y: bottom + (phone ? 15 : 17),
        anchor: "middle",
        text: thousands(k),
        level: false,
      })),
      ...spacedLevels(levels, Y).map((v) => ({
        d: `M${left} ${n1(Y(v))}H${right}`,
        x: left - 6,
        y: Y(v) + 3.5,
        anchor: "end",
        text: tickText(v, Math.log10(v) % 1 === 0),
        level: true,
      })),
    ];
    while (ticks.length < marks.length)
      ticks.push([createSvg("path", {}, grid), createSvg("text", { class: "tick" }, grid)]);
    ticks.forEach(([line, text], i) => {
      const mark = marks[i];
      for (const part of [line, text]) setAttribute(part, "visibility", mark ? null : "hidden");
      if (!mark) return;
      setAttribute(line, "d", mark.d);
      setAttribute(line, "class", mark.level ? "" : "mark");
      setAttribute(text, "x", n1(mark.x));
      setAttribute(text, "y", n1(mark.y));
      setAttribute(text, "text-anchor", mark.anchor);
      setText(text, mark.text);
    });
    placeFlags(view, width);
    const i = lastFinite(values);
    const hasSteps = i > 0;
    setAttribute(empty, "visibility", hasSteps ? "hidden" : null);
    setAttribute(empty, "x", (left + right) / 2);
    setAttribute(empty, "y", (TOP + bottom) / 2);
    for (const part of [end, endLabel]) setAttribute(part, "visibility", hasSteps ? null : "hidden");
    if (hasSteps) {
      setAttribute(end, "cx", n1(X(series.steps[i])));
      setAttribute(end, "cy", n1(Y(values[i])));
      setAttribute(endLabel, "x", n1(X(series.steps[i]) + 8));
      setAttribute(endLabel, "y", n1(clamp(Y(values[i]), TOP + 4, bottom - 4) + 4));
      setText(endLabel, phone ? "" : `this run ${format(values[i], 2)}`);
    }
  }

  function placeFlags(view, width) {
    const wanted = changeFlags(view.changes, view.config ?? view.run?.config);
    while (flags.length > wanted.length) flags.pop().group.remove();
    const words = flagLabels(wanted, width);
    wanted.forEach((change, i) => {
      flags[i] ??= createFlag();
      const flag = flags[i];
      const x = n1(scale.X(change.step));
      setAttribute(flag.group, "data-ref", `changes[${i}]`);
      setAttribute(flag.line, "d", `M${x} ${TOP - 10}V${scale.bottom}`);
      setAttribute(flag.sign, "d", `M${x} ${TOP - 11}h7l-2.5 3.5l2.5 3.5h-7z`);
      setAttribute(flag.text, "x", n1(words[i].x));
      setAttribute(flag.text, "y", TOP - 4);
      setAttribute(flag.text, "text-anchor", words[i].anchor);
      setAttribute(flag.text, "visibility", words[i].fits ? null : "hidden");
      setText(flag.text, change.text);
      setText(flag.title, `after step ${change.step}: ${change.words}`);
    });
    placeAxisLabel(words.filter((word) => word.fits));
  }

  /** Where each flag's words stand: at its right, at its left where the band ends, nowhere over others. */
  function flagLabels(wanted, width) {
    let free = Number.NEGATIVE_INFINITY;
    return wanted.map((change) => {
      const x = scale.X(change.step);
      const labelWidth = change.text.length * LETTER_WIDTH;
      const onLeft = x + 11 + labelWidth > width;
      const [from, to] = onLeft ? [x - 6 - labelWidth, x + 7] : [x, x + 11 + labelWidth];
      const fits = from > free;
      if (fits) free = to + 5;
      return { x: onLeft ? x - 6 : x + 11, anchor: onLeft ? "end" : "start", fits, from, to };
    });
  }

  /** What the line is, in the flags' row: at the right, else at the left, else nowhere. */
  function placeAxisLabel(words) {
    const labelWidth = axisLabel.textContent.length * 5.4;
    const free = (from, to) => words.every((word) => word.to < from || word.from > to);
    const ends = [scale.right, scale.left + labelWidth].find((to) => free(to - labelWidth, to));
    setAttribute(axisLabel, "visibility", ends === undefined ? "hidden" : null);
    if (ends !== undefined) setAttribute(axisLabel, "x", n1(ends));
  }

  function createFlag() {
    const group = createSvg("g", {}, flagGroup);
    const title = createSvg("title", {}, group);
    return {
      group,
      title,
      line: createSvg("path", { class: "flag-line" }, group),
      sign: createSvg("path", { class: "flag" }, group),
      text: createSvg("text", { class: "flag-text" }, group),
    };
  }

  let splitAt = "";
  function moveTo(at, trainedStep, view) {
    const { series } = view;
    const { X, Y, values, left, right, bottom } = scale;
    const i = nearest(series.steps, at);
    const key = `${drawn} ${i}`;
    if (key !== splitAt) {
      splitAt = key;
      const hasSteps = series.steps.length > 1;
      setAttribute(pastLine, "d", hasSteps ? linePath(series.steps, values, X, Y, { log: true, to: i }) : "");
      setAttribute(
        futureLine,
        "d",
        hasSteps && i < series.steps.length - 1
          ? linePath(series.steps, values, X, Y, { log: true, from: Math.max(0, lastFinite(values, i)) })
          : "",
      );
    }
    const x = n1(X(clamp(at, scale.first, trainedStep)));
    setAttribute(rule, "d", `M${left} ${bottom}H${right}`);
    setAttribute(done, "d", `M${left} ${bottom}H${x}`);
    setAttribute(cursor, "d", `M${x} ${TOP - 10}V${bottom + 4}`);
    setAttribute(pointer, "transform", `translate(${x} ${bottom + 3})`);
    const known = view.size === "phone" ? lastFinite(values, i) : -1;
    for (const part of [currentDot, currentLabel]) setAttribute(part, "visibility", known >= 0 ? null : "hidden");
    if (known < 0) return;
    const y = Y(values[known]);
    const onLeft = x > right - 44;
    setAttribute(currentDot, "cx", x);
    setAttribute(currentDot, "cy", n1(y));
    setAttribute(currentLabel, "x", n1(x + (onLeft ? -8 : 8)));
    setAttribute(currentLabel, "y", n1(y - TOP < 22 ? y + 14 : y - 6));
    setAttribute(currentLabel, "text-anchor", onLeft ? "end" : "start");
    setText(currentLabel, format(values[known], 3));
  }

  // ---- intents

  const stepAt = (event) => {
    const { x } = pointerIn(slider, event);
    const { left, right, first } = scale;
    const trainedStep = last.series.steps.at(-1) ?? first;
    return Math.round(first + clamp((x - left) / (right - left)) * (trainedStep - first));
  };
  const goto = (step) => {
    const { steps } = last.series;
    if (steps.length) on.goto?.(clamp(step, steps[0], steps.at(-1)));
  };
  const goBy = (d) => last?.series && goto(stepOf(last) + d);
  slider.addEventListener("pointerdown", (event) => {
    if (event.button || !scale) return;
    slider.setPointerCapture(event.pointerId);
    dragging = true;
    hideTooltip();
    goto(stepAt(event));
  });
  slider.addEventListener("pointermove", (event) => {
    if (!scale || !last.series.steps.length) return;
    const step = stepAt(event);
    if (dragging) {
      if (step !== stepOf(last)) goto(step);
      return;
    }
    const { steps } = last.series;
    const i = nearest(steps, step);
    const at = lastFinite(scale.values, i);
    if (at >= 0)
      showTooltip(
        `step ${steps[i]}\nloss of the ${scale.name} ${fullDigits(scale.values[at])}${at === i ? "" : ` (step ${steps[at]})`}`,
        event.clientX,
        event.clientY,
      );
  });
  const stop = () => {
    dragging = false;
  };
  slider.addEventListener("pointerup", stop);
  slider.addEventListener("pointercancel", stop);
  slider.addEventListener("pointerleave", hideTooltip);
  slider.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !last?.series.steps.length) return;
    const stride = event.shiftKey ? 10 : 1;
    const by = {
      ArrowRight: stride,
      ArrowUp: stride,
      ArrowLeft: -stride,
      ArrowDown: -stride,
      PageUp: 10,
      PageDown: -10,
    }[event.key];
    if (by) goBy(by);
    else if (event.key === "Home") goto(last.series.steps[0]);
    else if (event.key === "End") goto(last.series.steps.at(-1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return { render };
}

/** The step under the playhead; 0 before the first. */
const stepOf = (view) => view.step?.step ?? view.run?.step ?? 0;

/** Levels whose numbers have room below each other, the lowest first. */
function spacedLevels(levels, Y) {
  let above = Number.POSITIVE_INFINITY;
  return levels.filter((v) => {
    if (above - Y(v) < MIN_LEVEL_GAP) return false;
    above = Y(v);
    return true;
  });
}

function countFinite(values) {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (isNumber(values[i])) count++;
  return count;
}

/** A log axis that ends a little beyond the values, at least a factor of four wide, with powers of ten inside it, or
 * else 1, 2 and 5 times these. */
function tightLog(extent) {
  if (!extent) return { low: 0.1, high: 1, ticks: [] };
  const widen = Math.max(1.15, Math.sqrt((4 * extent[0]) / extent[1]));
  const [low, high] = [extent[0] / widen, extent[1] * widen];
  const inside = (v) => v >= low && v <= high;
  const tens = axis([low, high], true, 4).ticks.filter(inside);
  if (tens.length > 1) return { low, high, ticks: tens };
  const first = Math.floor(Math.log10(low));
  const ticks = [0, 1]
    .flatMap((e) => [1, 2, 5].map((f) => Number((f * 10 ** (first + e)).toPrecision(6))))
    .filter(inside);
  return { low, high, ticks };
}
