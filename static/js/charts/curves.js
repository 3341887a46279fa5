// The loss curve and the gradient norms of the layers over the steps.

import { createSvg, setAttribute, setText } from "../dom/elements.js";
import { clamp, isNumber, n1 } from "../format/math.js";
import { format, fullDigits, superscript, thousands } from "../format/numbers.js";
import { isTargetScaled } from "../run/targets.js";
import { createLineChart } from "./linechart.js";
import { binnedPath, evenIndices, extentOf, lastFinite, linear, linePath, spread, wantsLog } from "./scale.js";
import { evaluatedStep, gradientStep } from "./shown.js";

const TABLE_ROWS = 60; // of a chart as a table

/** The first rows of a series. */
const drawnOf = (series, length) => {
  const cut = (column) => column.subarray(0, length);
  const [steps, loss, train, test] = [series.steps, series.loss, series.train, series.test].map(cut);
  return { steps, loss, train, test, norms: series.norms.map(cut), version: `${series.version} ${length}` };
};

/** Loss over the steps: the training set solid, the test set dashed, the batches' own loss pale behind them.
 * @param {HTMLElement} element */
export function createLossChart(element) {
  const chart = createLineChart(element, "Loss curve", { right: 58, height: "loss", term: "loss" });
  const batchArea = createSvg("path", { class: "batch-area", "data-ref": "L" }, chart.lines);
  const lines = {
    loss: createSvg("path", { class: "line batch", "data-ref": "L" }, chart.lines),
    test: createSvg("path", { class: "line test", "data-ref": "test_loss" }, chart.lines),
    train: createSvg("path", { class: "line train", "data-ref": "train_loss" }, chart.lines),
  };
  const end = createSvg("circle", { r: 2.4, class: "chart-end" }, chart.over);
  const ends = {
    train: createSvg("text", { class: "end-label strong" }, chart.over),
    test: createSvg("text", { class: "end-label" }, chart.over),
  };
  const empty = createSvg(
    "text",
    { class: "chart-empty", "text-anchor": "middle", text: "begins with the first step" },
    chart.over,
  );

  return chart.drawing(evaluatedStep, (view, box, rows) => {
    const series = drawnOf(view.series, rows.length);
    const hasSteps = series.steps.length > 1;
    const columns = [series.train, series.test, series.loss];
    const log = wantsLog(columns);
    const first = series.steps[0] ?? 0;
    const shownStep = series.steps[rows.at] ?? first;
    chart.small(`${lossName(view)}${log ? ", log" : ""}${rows.isBack ? ` · at step ${thousands(shownStep)}` : ""}`);
    const { Y, low, high } = chart.axes(extentOf(columns, log ? 0 : undefined), log, 3);
    const last = hasSteps ? series.steps.at(-1) : first + 1;
    const X = linear(first, last, box.left, box.right);
    const inside = (v) => Y(clamp(v, low, high));
    for (const name of ["train", "test"])
      setAttribute(lines[name], "d", hasSteps ? linePath(series.steps, series[name], X, inside, { log }) : "");
    const batches = hasSteps
      ? binnedPath(series.steps, series.loss, X, inside, { log, bin: 1 })
      : { line: "", area: "", most: 0 };
    setAttribute(lines.loss, "d", batches.most > 1 ? "" : batches.line);
    setAttribute(batchArea, "d", batches.area);
    const lastShown = (name) => lastFinite(series[name], rows.at);
    const at = { train: lastShown("train"), test: lastShown("test"), loss: lastShown("loss") };
    const main = at.train > 0 || at.loss < 0 ? "train" : "loss";
    const value = { train: series[main][at[main]], test: series.test[at.test] };
    const heights = spread(
      [isNumber(value.test) ? Y(value.test) : box.top, isNumber(value.train) ? Y(value.train) : box.bottom],
      12.5,
      box.top + 2,
      box.bottom - 2,
    );
    ["test", "train"].forEach((name, i) => {
      const v = hasSteps || name === "train" ? value[name] : undefined;
      setText(
        ends[name],
        isNumber(v)
          ? hasSteps
            ? `${name === "train" && main === "loss" ? "batch" : name} ${short(v)}`
            : `${format(v, 2)} at step ${first}`
          : "",
      );
      setAttribute(ends[name], "x", hasSteps ? box.right + 6 : box.left + 9);
      setAttribute(ends[name], "y", (hasSteps ? heights[i] : isNumber(v) ? Y(v) : 0) + 3.5);
    });
    const middle = box.top + (box.bottom - box.top) * 0.62;
    const covered = isNumber(value.train) && Math.abs(Y(value.train) - middle) < 16; // by the value
    setAttribute(empty, "visibility", hasSteps ? "hidden" : null);
    setAttribute(empty, "x", box.left + (box.right - box.left) * 0.5);
    setAttribute(empty, "y", covered ? Y(value.train) - 16 : middle);
    setAttribute(end, "visibility", isNumber(value.train) ? null : "hidden");
    if (isNumber(value.train)) {
      setAttribute(end, "cx", n1(X(series.steps[at[main]])));
      setAttribute(end, "cy", n1(Y(value.train)));
    }
    chart.name(
      `Loss: ${isNumber(value.train) ? `${main === "train" ? "train" : "batch"} ${format(value.train)}` : "none yet"}${isNumber(value.test) ? `, test ${format(value.test)}` : ""}${hasSteps ? `, at step ${shownStep}` : ""}`,
    );
    chart.hovering(X, series.steps, (i) => wordsAt(series, i));
    chart.table(["step", "train", "test", "batch"], series.version, () =>
      evenIndices(series.steps.length, TABLE_ROWS).map((i) => [
        String(series.steps[i]),
        ...["train", "test", "loss"].map((name) => (isNumber(series[name][i]) ? format(series[name][i]) : "")),
      ]),
    );
  });
}

/** A loss in the little room beside its line. */
const short = (v) => (v >= 1e5 || v < 1e-3 ? format(v).replace(/\.\d/, "") : format(v, v < 0.0995 ? 3 : 2));

function wordsAt(series, i) {
  const valueText = (name) => {
    const at = lastFinite(series[name], i);
    return at < 0 ? null : `${fullDigits(series[name][at])}${at === i ? "" : ` (step ${series.steps[at]})`}`;
  };
  const rows = [
    ["train", valueText("train")],
    ["test", valueText("test")],
    ["this batch", isNumber(series.loss[i]) ? fullDigits(series.loss[i]) : null],
  ];
  return [`step ${series.steps[i]}`, ...rows.filter(([, text]) => text).map(([name, text]) => `${name} ${text}`)].join(
    "\n",
  );
}

/** ‖∂W‖ of each layer over the steps. @param {HTMLElement} element */
export function createGradientChart(element) {
  const chart = createLineChart(element, "Gradient flow", { right: 28, height: "flow", term: "gradient-norm" });
  const empty = createSvg(
    "text",
    { class: "chart-empty", "text-anchor": "middle", text: "no gradient yet" },
    chart.over,
  );
  let lines = [];
  let areas = [];
  let labels = [];

  return chart.drawing(gradientStep, (view, box, rows) => {
    const series = drawnOf(view.series, rows.length);
    const layers = series.norms.length;
    if (lines.length !== layers) {
      for (const old of [...lines, ...areas, ...labels]) old.remove();
      areas = series.norms.map(() => createSvg("path", { class: "flow-area" }, chart.lines));
      lines = series.norms.map((_, k) =>
        createSvg(
          "path",
          {
            class: "line flow",
            "data-ref": `dW${k + 1}.norm`,
            "stroke-opacity": (layers > 1 ? 0.42 + (0.58 * k) / (layers - 1) : 1).toFixed(2),
          },
          chart.lines,
        ),
      );
      lines.forEach((line, k) => {
        line.style.strokeWidth = (layers > 1 ? 2.2 - (1.1 * k) / (layers - 1) : 1.6).toFixed(1);
      });
      labels = series.norms.map((_, k) =>
        createSvg("text", { class: "end-label variable", text: `W${superscript(k + 1)}` }, chart.over),
      );
    }
    const extent = extentOf(series.norms, 0);
    const hasSteps = !!extent;
    setAttribute(empty, "visibility", hasSteps ? "hidden" : null);
    setAttribute(empty, "x", (box.left + box.right) / 2);
    setAttribute(empty, "y", box.top + (box.bottom - box.top) * 0.62);
    const { Y } = chart.axes(extent, true, 5);
    const first = series.steps[0] ?? 0;
    const last = Math.max(first + 1, series.steps.at(-1) ?? 1);
    const X = linear(first, last, box.left, box.right);
    const at = series.norms.map((column) => lastFinite(column, rows.at));
    const now = at.map((i, k) => (i < 0 ? undefined : series.norms[k][i]));
    let fullestBin = 0;
    lines.forEach((line, k) => {
      const path = hasSteps
        ? binnedPath(series.steps, series.norms[k], X, Y, { log: true })
        : { line: "", area: "", most: 0 };
      setAttribute(line, "d", path.line);
      setAttribute(areas[k], "d", path.area);
      fullestBin = Math.max(fullestBin, path.most);
    });
    chart.small(
      `‖∂W‖${fullestBin > 1 ? "" : " per layer"}, log${fullestBin > 1 ? `, mean of ${fullestBin}` : ""}${rows.isBack ? ` · step ${thousands(series.steps[rows.at] ?? 0)}` : ""}`,
    );
    const wanted = now.map((v) => (isNumber(v) ? Y(v) : box.bottom));
    const gap = Math.min(10.5, (box.bottom - box.top) / Math.max(1, layers - 1));
    spread(wanted, gap, box.top + 2, box.bottom).forEach((y, k) => {
      setAttribute(labels[k], "visibility", isNumber(now[k]) ? null : "hidden");
      setAttribute(labels[k], "x", box.right + 4);
      setAttribute(labels[k], "y", n1(y + 4));
    });
    chart.name(
      now.some(isNumber)
        ? `Size of the gradient per layer, log scale, at step ${series.steps[rows.at]}: ${now.map((v, i) => `W${i + 1} ${format(v)}`).join(", ")}`
        : "Size of the gradient per layer: none yet",
    );
    chart.hovering(X, series.steps, (i) => {
      const rows = series.norms
        .map((column, layer) => (isNumber(column[i]) ? `‖∂W${superscript(layer + 1)}‖ ${fullDigits(column[i])}` : null))
        .filter(Boolean);
      return [`step ${series.steps[i]}`, ...(rows.length ? rows : ["no gradient recorded here"])].join("\n");
    });
    chart.table(["step", ...labels.map((_, i) => `W${superscript(i + 1)}`)], series.version, () =>
      evenIndices(series.steps.length, TABLE_ROWS)
        .filter((i) => series.norms.some((c) => isNumber(c[i])))
        .map((i) => [String(series.steps[i]), ...series.norms.map((c) => (isNumber(c[i]) ? format(c[i]) : ""))]),
    );
  });
}

const LOSS_NAMES = {
  binary_cross_entropy: "cross-entropy",
  softmax_cross_entropy: "cross-entropy",
  squared_error: "½(ŷ − y)²",
};
const lossName = (view) =>
  `${LOSS_NAMES[view.ops?.find((op) => op.phase === "loss")?.kind] ?? ""}${isTargetScaled(view.samples) ? ", y scaled" : ""}`;
