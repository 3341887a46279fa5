// One setup five ways: each column is a run of its own with another scaling of the inputs, or another dropout rate.

import { axis, extentOf, linear, linePath } from "../charts/scale.js";
import { readColors } from "../dom/browser.js";
import { createHtml } from "../dom/elements.js";
import { isNumber } from "../format/math.js";
import { format, thousands } from "../format/numbers.js";
import { drawField, drawSamples, rangeOf, ready } from "../plane/miniature.js";
import { scalingOf } from "../plane/surface.js";
import { figureHead, measureText, svg } from "./figures.js";

const GRID_SIZE = 44; // of a field, along each side
const SCALING_NAMES = {
  none: "none",
  linear: "linear",
  standard: "z-score",
  clip: "clip, linear",
  log: "log, z-score",
};
const DROPOUT_RATES = [0, 0.2, 0.5, 0.8, 1];

/** @param {any} of */
export function createScalings({ host, api, page, experiment, follow, going: isCurrent, redraw }) {
  const { base, trainedStep, samples, run } = page.get();
  const byDropout = experiment.id === "dropout";
  const steps = Math.max(1, Math.min(5000, trainedStep || experiment.train.steps));
  const settings = byDropout ? DROPOUT_RATES : Object.keys(SCALING_NAMES);
  const fieldName = byDropout ? "dropout" : "scaling";
  const nameOf = (setting) => (byDropout ? `p = ${setting}` : SCALING_NAMES[setting]);
  const head = figureHead(
    host,
    `Side by side · step ${thousands(steps)} of five runs, one seed`,
    byDropout
      ? "The more is left out, the closer the two losses"
      : "What the columns look like decides what is learned",
    byDropout
      ? "Field and boundary: the network as it is used, without dropout. Below: training loss solid, test loss dashed."
      : "Each plane is drawn in its own scaled units, edge to edge.",
  );
  const grid = createHtml("div", { class: "columns" }, host);
  const columns = settings.map((setting) =>
    createColumn(grid, nameOf(setting), base[fieldName] === setting, () => follow({ [fieldName]: setting })),
  );
  let results = settings.map(() => null);
  let drawnFor = [];
  let version = 0;
  const plane = samples.columns.length === 2 && samples.task === "binary";
  const outlier = plane ? farthestSample(samples) : -1;
  if (!byDropout && outlier >= 0)
    head.setText(
      `Each plane is drawn in its own scaled units, edge to edge. Ring: sample ${outlier}, ${samples.columns.map((name, i) => `${name.replaceAll("_", " ")} ${format(samples.inputs[outlier][i], 1)}`).join(", ")}.`,
    );

  measure();

  async function measure() {
    const side = byDropout ? null : await api.instrument(run.id, "scaling", `steps=${steps}`);
    if (!isCurrent()) return;
    if (side) {
      results = settings.map((setting) => {
        const result = side.scalings.find((item) => item.scaling === setting);
        return { curve: result.losses, feature: side.feature, numbers: result };
      });
      version++;
      redraw();
    }
    for (const [i, setting] of settings.entries()) {
      const result = await trainWith(setting);
      if (!isCurrent()) return;
      results = results.map((item, k) => (k === i ? { ...item, ...result } : item));
      version++;
      redraw();
    }
  }

  /** The same run this way: its samples as the network sees them, and what it answers. */
  async function trainWith(setting) {
    const config = { ...base, [fieldName]: setting };
    const run = await api.create(Object.fromEntries(Object.entries(config).filter(([, v]) => v !== null)));
    try {
      const curve = [];
      const tested = [];
      /** @type {any} */
      let last = null;
      const every = Math.max(1, Math.round(steps / 60));
      await api.train(
        run.id,
        { steps, every: 100_000, evaluate_every: byDropout ? every : 0, detail: "summary", surfaces: 0 },
        (line) => {
          if (line.type !== "evaluation") return;
          last = line;
          curve.push([line.step, line.train_loss]);
          tested.push([line.step, line.test_loss]);
        },
      );
      const samplesSeen = await api.samples(run.id);
      const ranges = [0, 1].map((k) => rangeOf(samplesSeen.values.map((row) => row[k])));
      let predictions = null;
      if (plane && !last?.stopped) {
        const unscale = [0, 1].map((k) =>
          scalingOf(
            samplesSeen.values.map((row) => row[k]),
            samplesSeen.inputs.map((row) => row[k]),
          ),
        );
        const at = (k, share) => unscale[k](ranges[k][0] + share * (ranges[k][1] - ranges[k][0]));
        const places = Array.from({ length: GRID_SIZE * GRID_SIZE }, (_, i) => [
          at(0, (i % GRID_SIZE) / (GRID_SIZE - 1)),
          at(1, 1 - Math.floor(i / GRID_SIZE) / (GRID_SIZE - 1)),
        ]);
        predictions = (await api.predict(run.id, places)).outputs.map(([p]) => p);
      }
      return { seen: samplesSeen, ranges, answers: predictions, ...(byDropout ? { curve, tested, last } : {}) };
    } finally {
      api.remove(run.id).catch(() => {});
    }
  }

  function render(view) {
    const key = [version, view.theme, grid.clientWidth];
    if (key.every((v, i) => v === drawnFor[i])) return;
    drawnFor = key;
    const colors = readColors();
    columns.forEach((column, i) => {
      const result = results[i];
      if (result?.ranges) drawPlane(column, result, colors);
      if (result?.numbers && result.seen) drawHistogram(column, result);
      if (result?.curve) drawCurves(column, i);
      if (byDropout ? result?.last : result?.numbers)
        column.rows.innerHTML = byDropout ? rateRows(result.last) : scalingRows(result.numbers);
    });
  }

  function drawPlane(column, { seen: samplesSeen, ranges, answers: predictions }, colors) {
    const side = column.canvas.clientWidth;
    const ctx = ready(column.canvas, side);
    if (predictions) drawField(ctx, side, predictions, colors);
    const shareOf = (v, k) => (isNumber(v) ? (v - ranges[k][0]) / (ranges[k][1] - ranges[k][0]) : null);
    const points = samplesSeen.values.slice(0, byDropout ? samplesSeen.train : undefined).map((row, i) => ({
      x: shareOf(row[0], 0),
      y: shareOf(row[1], 1),
      target: samplesSeen.targets[i],
      i,
    }));
    drawSamples(ctx, side, points, colors);
    if (!byDropout && points[outlier]) {
      const { x, y } = points[outlier];
      ctx.beginPath();
      ctx.arc(Math.max(9, Math.min(side - 9, x * side)), Math.max(9, Math.min(side - 9, (1 - y) * side)), 7.5, 0, 7);
      ctx.lineWidth = 2;
      ctx.strokeStyle = colors.css.ink;
      ctx.stroke();
    }
    column.axis.replaceChildren(
      ...(byDropout
        ? []
        : [format(ranges[0][0], 1), samplesSeen.features[0].replaceAll("_", " "), format(ranges[0][1], 1)].map(
            (words) => createHtml("span", { text: words }, null),
          )),
    );
  }

  function drawHistogram(column, { numbers, feature }) {
    const { counts, lo, hi } = numbers.tail;
    const W = column.tail.clientWidth || 180;
    const largest = Math.max(...counts);
    const barWidth = W / counts.length;
    const concentrated = numbers.lowest_tenth > 0.9;
    const bars = counts
      .map((count, i) =>
        count
          ? `<rect class="bar${concentrated && i < counts.length / 10 ? " warning" : ""}" x="${(i * barWidth).toFixed(1)}" y="${(40 - 38 * Math.sqrt(count / largest)).toFixed(1)}" width="${(barWidth - 1).toFixed(1)}" height="${(38 * Math.sqrt(count / largest)).toFixed(1)}"/>`
          : "",
      )
      .join("");
    const words = `${percent(numbers.lowest_tenth)} in this tenth`;
    column.tail.innerHTML = `<p class="column-heading"><span>${feature.replaceAll("_", " ")}</span><span>${format(lo, 1)} to ${format(hi, 1)}</span></p>${svg(W, 58, `${feature}: ${words}`, `${bars}<path class="base" d="M0 40.5H${W}"/><path class="fit" d="M.5 43v5h${(W / 10).toFixed(1)}v-5"/><text x="${(W / 10 + 6).toFixed(1)}" y="52" class="${concentrated ? "warning strong" : ""}">${words}</text>`, "lesson-drawing")}`;
  }

  /** All five in each column, its own in ink. */
  function drawCurves(column, i) {
    const known = results.filter((item) => item?.curve?.length);
    const all = known.flatMap((item) => [item.curve, ...(item.tested ? [item.tested] : [])]);
    const W = column.curves.clientWidth || 180;
    const H = byDropout ? 150 : 84;
    const losses = all
      .flat()
      .map(([, v]) => v)
      .filter(isNumber)
      .sort((a, b) => a - b);
    const extent = extentOf([losses]);
    const finals = all.map((curve) => curve[curve.length - 1][1]).filter(isNumber);
    const top = byDropout ? 1.05 * Math.max(...finals) : Math.min(extent?.[1] ?? 1, 1.2);
    const { low, high } = axis(extent ? [0, Math.max(top, 0.1)] : null, false, 3);
    const Y = linear(low, high, H - 6, 6);
    const X = linear(1, steps, 1, W - 5);
    const line = (points, kind) =>
      `<path class="fit ${kind}" d="${linePath(
        points.map(([k]) => k),
        points.map(([, v]) => v),
        X,
        (v) => Y(Math.min(high, v)),
      )}"/>`;
    const out = known.filter((item) => item !== results[i]).map((item) => line(item.curve, "faint"));
    const result = results[i];
    out.push(`<path class="base" d="M0 ${H - 6}H${W}"/>`, line(result.curve, ""));
    if (result.tested) out.push(line(result.tested, "dash"));
    const end = result.curve.findLast(([, v]) => isNumber(v));
    if (end && !byDropout)
      out.push(
        `<circle class="mark" cx="${X(end[0]).toFixed(1)}" cy="${Y(Math.min(high, end[1])).toFixed(1)}" r="3"/><text x="${W - 8}" y="${(Y(Math.min(high, end[1])) + (Y(Math.min(high, end[1])) > H - 24 ? -7 : 15)).toFixed(1)}" text-anchor="end" class="strong">${format(result.numbers?.train_loss ?? end[1])}</text>`,
      );
    column.curves.innerHTML = `<p class="column-heading"><span>loss, ${thousands(steps)} steps</span><span>${byDropout ? "dashed: test" : ""}</span></p>${svg(W, H, `loss ${end ? format(end[1]) : "lost"}`, out.join(""), "lesson-drawing")}`;
  }

  return { render };
}

const percent = (v) => (isNumber(v) ? measureText(v, "percent") : "–");
const tableRow = (name, value, warn = false) =>
  `<tr><th scope="row">${name}</th><td class="${warn ? "unhealthy" : ""}">${value}</td></tr>`;

function scalingRows(of) {
  return `<tbody>${tableRow("accuracy", percent(of.train_accuracy), of.train_accuracy < 0.7)}${tableRow('<span data-term="condition-number" tabindex="0">condition κ</span>', isNumber(of.kappa) ? thousands(format(of.kappa, 2)) : "–", of.kappa > 1e4)}${tableRow("units saturated", percent(of.saturated_at_start), of.saturated_at_start > 0.5)}${of.stopped_at === null ? "" : tableRow("numbers ended in step", thousands(of.stopped_at), true)}</tbody>`;
}

function rateRows(of) {
  const gap = isNumber(of.test_loss) ? of.test_loss - of.train_loss : null;
  return `<tbody>${tableRow("training loss", format(of.train_loss))}${tableRow("test loss", isNumber(of.test_loss) ? format(of.test_loss) : "–")}${tableRow("gap", isNumber(gap) ? format(gap) : "–", gap > 0.5)}${tableRow("test accuracy", percent(of.test_accuracy))}</tbody>`;
}

/** The sample that lies farthest out, counted in the spread of each column. */
function farthestSample({ inputs }) {
  const ranges = [0, 1].map((k) => rangeOf(inputs.map((row) => row[k])));
  let [best, largest] = [0, -1];
  inputs.forEach((row, i) => {
    const out = Math.max(
      ...[0, 1].map((k) => (isNumber(row[k]) ? (row[k] - ranges[k][0]) / (ranges[k][1] - ranges[k][0]) : 0)),
    );
    if (out > largest) [best, largest] = [i, out];
  });
  return best;
}

function createColumn(grid, name, selected, follow) {
  const element = createHtml("div", { class: `column${selected ? " chosen" : ""}` }, grid);
  const title = createHtml("button", { class: "column-head", text: name }, element);
  title.type = "button";
  title.title = selected ? "This is the run on the page" : `Make this the run on the page: ${name}`;
  title.setAttribute("aria-pressed", String(selected));
  if (!selected) title.addEventListener("click", follow);
  const canvas = createHtml("canvas", { class: "column-plane" }, element);
  canvas.setAttribute("aria-hidden", "true");
  const axisName = createHtml("p", { class: "column-axis", text: "measuring …" }, element);
  const tail = createHtml("div", {}, element);
  const curves = createHtml("div", {}, element);
  const rows = createHtml("table", { class: "comparison-table" }, element);
  return { element, canvas, axis: axisName, tail, curves, rows };
}
