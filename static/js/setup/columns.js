// The columns of a table: the distribution of each, class by class, and the test of what each scaling does to the run.

import { createHtml, createSvg, setHidden, setText } from "../dom/elements.js";
import { classOf, hueText } from "../format/colors.js";
import { isNumber } from "../format/math.js";
import { format } from "../format/numbers.js";
import { columnTitle } from "../run/settings.js";
import { hasNamedColumns } from "./dataset.js";

const STEPS = 200;

/**
 * @param {HTMLElement} host @param {string[]} names of the scalings, in the order of their buttons
 * @param {(run: string, steps: number) => Promise<any>} measure throws a Problem
 */
export function createScalingTest(host, names, measure) {
  const table = createHtml("table", { class: "scaling-test" }, host);
  const note = createHtml("p", { class: "help-text" }, host);
  note.setAttribute("role", "status");
  const button = createHtml("button", { class: "link", text: "measure each" }, host);
  button.type = "button";
  button.title = `Trains this setup for ${STEPS} steps under each of the five scalings, from the same seed`;
  button.addEventListener("click", ask);
  let measuredFor = ""; // the run and setup that the numbers belong to
  let run = "";
  let asked = "";
  let away = false;
  clear();

  function clear() {
    table.hidden = true;
    table.replaceChildren();
    button.hidden = false;
    setText(note, "");
  }

  async function ask() {
    if (asked || away) return;
    const current = measuredFor;
    asked = current;
    button.hidden = true;
    setText(note, `Training five runs, ${STEPS} steps each …`);
    try {
      const { scalings, steps } = await measure(run, STEPS);
      if (current === measuredFor) show(scalings, steps);
    } catch (error) {
      if (!error.errors) throw error;
      if (current === measuredFor) {
        clear();
        setText(note, `That could not be measured: ${error.message}`);
      }
    } finally {
      asked = "";
    }
  }

  function show(scalings, steps) {
    const of = names.map((name) => scalings.find((item) => item.scaling === name));
    const tested = of.some((item) => isNumber(item.test_accuracy) || isNumber(item.test_loss));
    const byAccuracy = of.some((item) => isNumber(item.train_accuracy));
    const kind = `${tested ? "test" : "train"}_${byAccuracy ? "accuracy" : "loss"}`;
    table.replaceChildren();
    const head = createHtml("tr", {}, createHtml("thead", { class: "visually-hidden" }, table));
    for (const name of names) createHtml("th", { text: name }, head).scope = "col";
    lines("units saturated at step 0, %", of, (item) => [
      percent(item.saturated_at_start),
      item.saturated_at_start > 0.5,
    ]);
    lines(
      byAccuracy ? `${tested ? "test" : "training"} rows right, %` : `${tested ? "test" : "training"} loss`,
      of,
      (item) =>
        item.stopped_at !== null ? ["NaN", true] : [byAccuracy ? percent(item[kind]) : format(item[kind], 2), false],
    );
    table.hidden = false;
    setText(note, `Measured: this setup, ${steps} steps under each.`);
  }

  function lines(title, of, cell) {
    const body = createHtml("tbody", {}, table);
    const name = createHtml("th", { text: title }, createHtml("tr", {}, body));
    name.scope = "rowgroup";
    name.colSpan = of.length;
    const row = createHtml("tr", {}, body);
    for (const item of of) {
      const [text, ill] = cell(item);
      createHtml("td", { class: `${ill ? "unhealthy" : ""}${item.in_force ? " now" : ""}`, text }, row);
    }
  }

  return {
    /** @param {any} state */
    render(state) {
      run = state.run.id;
      away = Boolean(state.offline);
      if (away) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
      const now = JSON.stringify([run, state.config]);
      if (now === measuredFor) return;
      measuredFor = now;
      clear();
    },
  };
}

const percent = (share) => (isNumber(share) ? `${Math.round(share * 100)}` : "–");

const BINS = 22;
const CLASSES = 6; // with more classes there is one curve for all rows

/**
 * Shares of each class's own training rows, bin by bin, lightly smoothed; with one curve where there are no classes.
 * @param {any} samples of a run @param {number} column its place among the raw columns
 * @returns {{low: number, high: number, missing: number, curves: {k: number, shares: number[]}[]}|null} null without a range
 */
export function densityOf({ inputs, targets, train, task, classes }, column) {
  const values = inputs.slice(0, train).map((row) => row[column]);
  const sound = values.filter(isNumber);
  if (!sound.length) return null;
  const [low, high] = sound.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [sound[0], sound[0]]);
  const apart = task !== "regression" && classes.length <= CLASSES;
  const counts = (apart ? classes : [""]).map(() => new Array(BINS).fill(0));
  values.forEach((v, i) => {
    if (!isNumber(v)) return;
    const bin = high > low ? Math.min(BINS - 1, Math.floor(((v - low) / (high - low)) * BINS)) : BINS >> 1;
    counts[apart ? classOf(targets[i], task) : 0][bin]++;
  });
  const curves = counts.map((own, k) => ({ k: apart ? k : -1, shares: smooth(own) }));
  return { low, high, missing: values.length - sound.length, curves };
}

/** Each bin with a quarter of either neighbour, as a share of all. @param {number[]} counts */
function smooth(counts) {
  const all = counts.reduce((a, b) => a + b, 0) || 1;
  return counts.map((count, i) => (count / 2 + (counts[i - 1] ?? 0) / 4 + (counts[i + 1] ?? 0) / 4) / all);
}

/** A curve above a base line, from side to side. @param {number[]} shares @param {number} most the height of the tallest */
export function curvePath(shares, most, width, height) {
  const step = width / shares.length;
  const places = shares.map(
    (share, i) => `${((i + 0.5) * step).toFixed(1)} ${(height * (1 - share / most)).toFixed(1)}`,
  );
  return `M0 ${height}L${places.join("L")}L${width} ${height}`;
}

const WIDTH = 160;
const HEIGHT = 20;

/**
 * @param {HTMLElement} rail @param {any} catalog
 * @param {(run: string, steps: number) => Promise<any>} measure
 */
export function createTableRail(rail, catalog, measure) {
  const columns = /** @type {HTMLElement} */ (rail.querySelector("#features"));
  const below = rail.querySelector("#scaling-text");
  const host = document.createElement("div");
  below.after(host);
  const test = createScalingTest(
    host,
    catalog.scalings.map(({ name }) => name),
    measure,
  );
  let drawn = null; // the samples, and the first of the buttons they are drawn in

  /** @param {any} state */
  function render(state) {
    const { samples } = state;
    const listed = columns.querySelector("button");
    setHidden(host, !state.run || !hasNamedColumns(samples));
    if (!host.hidden) test.render(state);
    const first = columns.firstElementChild;
    if (state.run?.config.dataset !== state.config.dataset) return; // the samples are still those of the data set before
    if (!samples || samples.extent || !listed || (drawn && drawn[0] === samples && drawn[1] === first)) return;
    drawn = [samples, first];
    const spreads = samples.columns.map((_, k) => densityOf(samples, k));
    const most = Math.max(...spreads.flatMap((spread) => spread?.curves.flatMap(({ shares }) => shares) ?? []), 1e-9);
    for (const button of /** @type {Iterable<HTMLElement>} */ (columns.children)) {
      const k = samples.columns.indexOf(button.dataset.name);
      if (k < 0) continue;
      const title = columnTitle(samples.columns[k], samples.units[k], true);
      button.textContent = title;
      button.title = spreads[k] ? `${title}: how each class’s training rows are spread` : title;
      if (spreads[k]) draw(button, spreads[k], samples, most);
    }
  }

  return { render };
}

function draw(button, { curves }, { task }, most) {
  const root = createSvg("svg", {
    class: "spread",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  for (const { k, shares } of curves) {
    const hue =
      k < 0 ? "whole" : task === "binary" ? (k ? "value-positive" : "value-negative") : k < 3 ? `c${k + 1}` : "tint";
    const path = createSvg("path", { class: hue, d: curvePath(shares, most, WIDTH, HEIGHT - 1) }, root);
    if (hue === "tint") path.style.color = hueText(k);
  }
  button.append(root);
}
