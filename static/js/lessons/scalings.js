// One setup five ways: each column is a run of its own, really trained, drawn in its own units from edge to edge.

import { axis, extentOf, linear, linePath } from "../charts/scale.js";
import { readColors } from "../dom/browser.js";
import { createHtml } from "../dom/elements.js";
import { isNumber } from "../format/math.js";
import { format, thousands } from "../format/numbers.js";
import { drawField, drawSamples, rangeOf, ready } from "../plane/miniature.js";
import { scalingOf } from "../plane/surface.js";
import { boardHead, numberOf, svg } from "./figures.js";

const NODES = 44; // of a field, along each side
const NAMES = { none: "none", linear: "linear", standard: "z-score", clip: "clip, linear", log: "log, z-score" };
const RATES = [0, 0.2, 0.5, 0.8, 1];

/** @param {any} of */
export function createColumns({ host, api, page, experiment, follow, going, redraw }) {
  const { base, position, samples, run } = page.get();
  const rates = experiment.id === "dropout";
  const steps = Math.max(1, Math.min(5000, position || experiment.train.steps));
  const ways = rates ? RATES : Object.keys(NAMES);
  const field = rates ? "dropout" : "scaling";
  const nameOf = (way) => (rates ? `p = ${way}` : NAMES[way]);
  const head = boardHead(
    host,
    `Side by side · step ${thousands(steps)} of five runs, one seed`,
    rates ? "The more is left out, the closer the two losses" : "What the columns look like decides what is learned",
    rates
      ? "Field and boundary: the network as it is used, without dropout. Below: training loss solid, test loss dashed."
      : "Each plane is drawn in its own scaled units, edge to edge.",
  );
  const grid = createHtml("div", { class: "columns" }, host);
  const columns = ways.map((way) => columnOf(grid, nameOf(way), base[field] === way, () => follow({ [field]: way })));
  let found = ways.map(() => null);
  let drawn = [];
  let version = 0;
  const plane = samples.columns.length === 2 && samples.task === "binary";
  const far = plane ? farthest(samples) : -1;
  if (!rates && far >= 0)
    head.under(
      `Each plane is drawn in its own scaled units, edge to edge. Ring: sample ${far}, ${samples.columns.map((name, i) => `${name.replaceAll("_", " ")} ${format(samples.inputs[far][i], 1)}`).join(", ")}.`,
    );

  measure();

  async function measure() {
    const side = rates ? null : await api.instrument(run.id, "scaling", `steps=${steps}`);
    if (!going()) return;
    if (side) {
      found = ways.map((way) => {
        const own = side.scalings.find((item) => item.scaling === way);
        return { curve: own.losses, feature: side.feature, numbers: own };
      });
      version++;
      redraw();
    }
    for (const [i, way] of ways.entries()) {
      const own = await trained(way);
      if (!going()) return;
      found = found.map((item, k) => (k === i ? { ...item, ...own } : item));
      version++;
      redraw();
    }
  }

  /** The same run this way: its samples as the network sees them, and what it answers. */
  async function trained(way) {
    const config = { ...base, [field]: way, from: null };
    const made = await api.create(Object.fromEntries(Object.entries(config).filter(([, v]) => v !== null)));
    try {
      const curve = [];
      const tested = [];
      /** @type {any} */
      let last = null;
      const every = Math.max(1, Math.round(steps / 60));
      await api.train(
        made.id,
        { steps, every: 100_000, evaluate_every: rates ? every : 0, detail: "summary", surfaces: 0 },
        (line) => {
          if (line.type !== "evaluation") return;
          last = line;
          curve.push([line.step, line.train_loss]);
          tested.push([line.step, line.test_loss]);
        },
      );
      const seen = await api.samples(made.id);
      const ranges = [0, 1].map((k) => rangeOf(seen.values.map((row) => row[k])));
      let answers = null;
      if (plane && !last?.stopped) {
        const back = [0, 1].map((k) =>
          scalingOf(
            seen.values.map((row) => row[k]),
            seen.inputs.map((row) => row[k]),
          ),
        );
        const at = (k, share) => back[k](ranges[k][0] + share * (ranges[k][1] - ranges[k][0]));
        const places = Array.from({ length: NODES * NODES }, (_, i) => [
          at(0, (i % NODES) / (NODES - 1)),
          at(1, 1 - Math.floor(i / NODES) / (NODES - 1)),
        ]);
        answers = (await api.predict(made.id, places)).outputs.map(([p]) => p);
      }
      return { seen, ranges, answers, ...(rates ? { curve, tested, last } : {}) };
    } finally {
      api.remove(made.id).catch(() => {});
    }
  }

  function render(view) {
    const key = [version, view.theme, grid.clientWidth];
    if (key.every((v, i) => v === drawn[i])) return;
    drawn = key;
    const colors = readColors();
    columns.forEach((column, i) => {
      const own = found[i];
      if (own?.ranges) drawPlane(column, own, colors);
      if (own?.numbers && own.seen) drawTail(column, own);
      if (own?.curve) drawCurves(column, i);
      if (rates ? own?.last : own?.numbers)
        column.rows.innerHTML = rates ? rateRows(own.last) : scalingRows(own.numbers);
    });
  }

  function drawPlane(column, { seen, ranges, answers }, colors) {
    const side = column.canvas.clientWidth;
    const ctx = ready(column.canvas, side);
    if (answers) drawField(ctx, side, answers, colors);
    const shareOf = (v, k) => (isNumber(v) ? (v - ranges[k][0]) / (ranges[k][1] - ranges[k][0]) : null);
    const points = seen.values
      .slice(0, rates ? seen.train : undefined)
      .map((row, i) => ({ x: shareOf(row[0], 0), y: shareOf(row[1], 1), target: seen.targets[i], i }));
    drawSamples(ctx, side, points, colors);
    if (!rates && points[far]) {
      const { x, y } = points[far];
      ctx.beginPath();
      ctx.arc(Math.max(9, Math.min(side - 9, x * side)), Math.max(9, Math.min(side - 9, (1 - y) * side)), 7.5, 0, 7);
      ctx.lineWidth = 2;
      ctx.strokeStyle = colors.css.ink;
      ctx.stroke();
    }
    column.axis.replaceChildren(
      ...(rates
        ? []
        : [format(ranges[0][0], 1), seen.features[0].replaceAll("_", " "), format(ranges[0][1], 1)].map((words) =>
            createHtml("span", { text: words }, null),
          )),
    );
  }

  function drawTail(column, { numbers, feature }) {
    const { counts, lo, hi } = numbers.tail;
    const W = column.tail.clientWidth || 180;
    const most = Math.max(...counts);
    const wide = W / counts.length;
    const crowded = numbers.lowest_tenth > 0.9;
    const bars = counts
      .map((count, i) =>
        count
          ? `<rect class="bar${crowded && i < counts.length / 10 ? " lw" : ""}" x="${(i * wide).toFixed(1)}" y="${(40 - 38 * Math.sqrt(count / most)).toFixed(1)}" width="${(wide - 1).toFixed(1)}" height="${(38 * Math.sqrt(count / most)).toFixed(1)}"/>`
          : "",
      )
      .join("");
    const words = `${percent(numbers.lowest_tenth)} in this tenth`;
    column.tail.innerHTML = `<p class="colh"><span>${feature.replaceAll("_", " ")}</span><span>${format(lo, 1)} to ${format(hi, 1)}</span></p>${svg(W, 58, `${feature}: ${words}`, `${bars}<path class="base" d="M0 40.5H${W}"/><path class="fit" d="M.5 43v5h${(W / 10).toFixed(1)}v-5"/><text x="${(W / 10 + 6).toFixed(1)}" y="52" class="${crowded ? "lw strong" : ""}">${words}</text>`, "lad")}`;
  }

  /** All five in each column, its own in ink. */
  function drawCurves(column, i) {
    const known = found.filter((item) => item?.curve?.length);
    const all = known.flatMap((item) => [item.curve, ...(item.tested ? [item.tested] : [])]);
    const W = column.curves.clientWidth || 180;
    const H = rates ? 150 : 84;
    const losses = all
      .flat()
      .map(([, v]) => v)
      .filter(isNumber)
      .sort((a, b) => a - b);
    const extent = extentOf([losses]);
    const finals = all.map((curve) => curve[curve.length - 1][1]).filter(isNumber);
    const top = rates ? 1.05 * Math.max(...finals) : Math.min(extent?.[1] ?? 1, 1.2);
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
    const out = known.filter((item) => item !== found[i]).map((item) => line(item.curve, "faint"));
    const own = found[i];
    out.push(`<path class="base" d="M0 ${H - 6}H${W}"/>`, line(own.curve, ""));
    if (own.tested) out.push(line(own.tested, "dash"));
    const end = own.curve.findLast(([, v]) => isNumber(v));
    if (end && !rates)
      out.push(
        `<circle class="mark" cx="${X(end[0]).toFixed(1)}" cy="${Y(Math.min(high, end[1])).toFixed(1)}" r="3"/><text x="${W - 8}" y="${(Y(Math.min(high, end[1])) + (Y(Math.min(high, end[1])) > H - 24 ? -7 : 15)).toFixed(1)}" text-anchor="end" class="strong">${format(own.numbers?.train_loss ?? end[1])}</text>`,
      );
    column.curves.innerHTML = `<p class="colh"><span>loss, ${thousands(steps)} steps</span><span>${rates ? "dashed: test" : ""}</span></p>${svg(W, H, `loss ${end ? format(end[1]) : "lost"}`, out.join(""), "lad")}`;
  }

  return { render };
}

const percent = (v) => (isNumber(v) ? numberOf(v, "percent") : "–");
const row = (name, value, warn = false) =>
  `<tr><th scope="row">${name}</th><td class="${warn ? "ill" : ""}">${value}</td></tr>`;

function scalingRows(of) {
  return `<tbody>${row("accuracy", percent(of.train_accuracy), of.train_accuracy < 0.7)}${row("condition κ", isNumber(of.kappa) ? thousands(format(of.kappa, 2)) : "–", of.kappa > 1e4)}${row("units saturated", percent(of.saturated_at_start), of.saturated_at_start > 0.5)}${of.stopped_at === null ? "" : row("numbers ended in step", thousands(of.stopped_at), true)}</tbody>`;
}

function rateRows(of) {
  const gap = isNumber(of.test_loss) ? of.test_loss - of.train_loss : null;
  return `<tbody>${row("training loss", format(of.train_loss))}${row("test loss", isNumber(of.test_loss) ? format(of.test_loss) : "–")}${row("gap", isNumber(gap) ? format(gap) : "–", gap > 0.5)}${row("test accuracy", percent(of.test_accuracy))}</tbody>`;
}

/** The sample that lies farthest out, counted in the spread of each column. */
function farthest({ inputs }) {
  const ranges = [0, 1].map((k) => rangeOf(inputs.map((row) => row[k])));
  let [best, most] = [0, -1];
  inputs.forEach((row, i) => {
    const out = Math.max(
      ...[0, 1].map((k) => (isNumber(row[k]) ? (row[k] - ranges[k][0]) / (ranges[k][1] - ranges[k][0]) : 0)),
    );
    if (out > most) [best, most] = [i, out];
  });
  return best;
}

function columnOf(grid, name, chosen, follow) {
  const element = createHtml("div", { class: `column${chosen ? " chosen" : ""}` }, grid);
  const title = createHtml("button", { class: "column-head", text: name }, element);
  title.type = "button";
  title.title = chosen ? "This is the run on the page" : `Make this the run on the page: ${name}`;
  title.setAttribute("aria-pressed", String(chosen));
  if (!chosen) title.addEventListener("click", follow);
  const canvas = createHtml("canvas", { class: "column-plane" }, element);
  canvas.setAttribute("aria-hidden", "true");
  const axisName = createHtml("p", { class: "colx" }, element);
  const tail = createHtml("div", {}, element);
  const curves = createHtml("div", {}, element);
  const rows = createHtml("table", { class: "cmp" }, element);
  return { element, canvas, axis: axisName, tail, curves, rows };
}
