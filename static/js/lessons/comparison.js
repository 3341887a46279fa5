// Two runs on one stage, the first solid, the second dashed: their graphs side by side, their curves in one chart.

import { createHtml, setText } from "../dom/elements.js";
import { isNumber } from "../format/math.js";
import { format, thousands } from "../format/numbers.js";
import { createGraph } from "../network/graph.js";
import { createPlane } from "../plane/plane.js";
import { networkWords } from "../run/health.js";
import { differences, LABELS, textOf } from "../run/settings.js";
import { figure } from "./figures.js";
import { profilePicture } from "./layerprofile.js";
import { twoRunsPicture } from "./tworuns.js";

/** @param {(id: string) => HTMLElement} find @param {any} on @param {{close: () => void, keep: () => void}} commands */
export function createComparison(find, on, commands) {
  const stage = find("stage");
  const headings = createHtml("div", { class: "comparison-heads" }, stage);
  const [leftHeading, rightHeading] = ["", " dashed"].map((dash) => {
    const head = createHtml("div", { class: "comparison-head" }, headings);
    createHtml("i", { class: `line-key${dash}` }, head);
    return {
      name: createHtml("b", {}, head),
      differs: createHtml("span", { class: "differs" }, head),
      state: createHtml("span", { class: "state" }, head),
      head,
    };
  });
  const graphHost = createHtml("div", { class: "graph-b" }, stage);
  const charts = createHtml("div", { class: "comparison-charts" }, stage);
  const leftChart = figure(charts, "Loss");
  const second = figure(charts, "");
  const planeHost = createHtml("figure", { class: "plane-b" }, null);
  find("plane").after(planeHost);
  const bar = createHtml("div", { class: "comparison-bar" }, stage);
  for (const [words, command] of [
    ["Keep the right one", commands.keep],
    ["Close", commands.close],
  ]) {
    const button = createHtml("button", { class: "link", text: words }, bar);
    button.type = "button";
    button.addEventListener("click", /** @type {() => void} */ (command));
  }
  let graph = null;
  let plane = null;

  return {
    /** @param {{view: any, other: any, first: any, second: any, lesson: any}} of */
    render({ view, other: secondView, first: own, second, lesson }) {
      if (!secondView) return;
      graph ??= createGraph(graphHost, { select: on.select, onRender: on.onRender });
      plane ??= createPlane(planeHost, { spotlight: on.spotlight });
      const chartHost = view.size === "phone" ? find("side") : stage; // a phone has them below the planes
      if (charts.parentElement !== chartHost) chartHost.append(charts);
      const words = differingFields(own.config, second.config);
      const atDifferentSteps = own.shownStep !== second.shownStep;
      const { layerProfiles } = lesson;
      updateHeading(
        leftHeading,
        "this run",
        words.map(([a]) => a).join(", "),
        stateText(own, view, atDifferentSteps, layerProfiles.first?.start),
      );
      updateHeading(
        rightHeading,
        `fork from step ${thousands(second.run.first_step ?? 0)}`,
        words.map(([, b]) => b).join(", "),
        stateText(second, secondView, atDifferentSteps, layerProfiles.second?.start),
      );
      graph.render({ ...secondView, size: view.size === "phone" ? "phone" : "half" });
      plane.render(secondView);
      drawCharts(view, secondView, lesson);
    },
  };

  function updateHeading(head, name, differs, { words, ill, well = false }) {
    setText(head.name, name);
    setText(head.differs, differs);
    head.head.title = differs;
    setText(head.state, words);
    head.state.classList.toggle("warning", ill);
    head.state.classList.toggle("well", well);
  }

  function drawCharts(view, secondView, { experiment, layerProfiles }) {
    const runs = seriesPair(view, secondView);
    const key = [view.series.version, secondView.series.version, view.theme];
    const gradient = layerProfiles.first?.start && layerProfiles.second?.start;
    if (experiment?.instrument === "layer_profile") {
      const pair = gradient
        ? [{ profile: layerProfiles.first.start }, { profile: layerProfiles.second.start }]
        : layerProfiles.first?.start
          ? [{ profile: layerProfiles.first.start }]
          : [];
      for (const [chart, kind, title, small] of /** @type {[any, "gradient"|"signal", string, string][]} */ ([
        [leftChart, "gradient", "Gradient by layer", "rms δ, before the first step, decades a layer"],
        [second, "signal", "Signal against noise", "dB, forward, noise 0.01 a unit"],
      ]))
        chart.show([layerProfiles, kind, view.theme], () => {
          const { W, H } = chart.box();
          return { title, small, html: pair.length ? profilePicture(kind, pair, W, H, { numbers: false }) : "" };
        });
      return;
    }
    leftChart.show(key, () => {
      const { W, H } = leftChart.box();
      const { html, log } = twoRunsPicture(runs, trainingColumn(view), W, H);
      return {
        title: "Loss",
        small: `${log ? "log, " : ""}${trainingColumn(view) === "train" ? "training set" : "each step’s batch"}, both runs`,
        html,
      };
    });
    const units = view.run.config.hidden.reduce((sum, layer) => sum + layer.units, 0);
    const dead =
      experiment?.instrument === "health" ||
      (!experiment && [...view.series.dead, ...secondView.series.dead].some((v) => v > 0));
    const gap = experiment?.id === "dropout";
    second.show(key, () => {
      const { W, H } = second.box();
      if (dead)
        return {
          title: "Dead units",
          small: `of ${units}, whole training set`,
          html: twoRunsPicture(runs, "dead", W, H, { ceiling: units, whole: true }).html,
        };
      if (gap)
        return { title: "Gap", small: "test loss − training loss", html: twoRunsPicture(runs, "gap", W, H).html };
      return { title: "First layer’s gradient", small: "‖∂W¹‖, log", html: twoRunsPicture(runs, "norm0", W, H).html };
    });
  }
}

export const seriesPair = (view, secondView) => [
  { series: view.series, name: "this" },
  { series: secondView.series, name: "fork" },
];

/** The loss of the whole training set; where a missing cell leaves it no number, that of the batches. */
export const trainingColumn = (view) => (view.series.train.some(Number.isFinite) ? "train" : "loss");

/** What a run is, in a few words. @param {any} state @param {any} view @param {boolean} atDifferentSteps @param {any} start its layer profile before the first step */
function stateText(state, view, atDifferentSteps, start) {
  const evaluation = view.after ?? view.before;
  const step = `step ${thousands(state.shownStep)}`;
  if (state.divergedAt && state.shownStep >= state.divergedAt) return { words: `✕ not finite, ${step}`, ill: true };
  if (!evaluation) return { words: step, ill: false };
  const health = networkWords(evaluation.health, start);
  const loss = isNumber(evaluation.train_loss) ? `loss ${format(evaluation.train_loss)}` : "loss lost";
  return { ...health, words: `${health.words} · ${loss}${atDifferentSteps ? `, ${step}` : ""}` };
}

const SECONDARY = /^(samples|noise|label_noise|test_fraction)$/;

/** Pairs of words for every field in which two setups differ, the most informative first.
 * @param {any} a @param {any} b @returns {[string, string][]} */
function differingFields(a, b) {
  const names = differences(a, b).filter((name) => !/^(parameters|features)$/.test(name) && a[name] !== undefined);
  return [...names.filter((name) => !SECONDARY.test(name)), ...names.filter((name) => SECONDARY.test(name))].map(
    (name) => [fieldText(name, a[name]), fieldText(name, b[name])],
  );
}

function fieldText(name, value) {
  if (name === "hidden") return layersText(value);
  if (name === "dataset") return typeof value === "string" ? value.replaceAll("_", " ") : tableText(value);
  if (name === "batch_norm") return value ? "batch norm" : "no batch norm";
  const symbol =
    { learning_rate: "η", dropout: "p", clip_norm: "clip", initializer: "", optimizer: "", scaling: "scaling" }[name] ??
    LABELS[name] ??
    name;
  return `${symbol} ${typeof value === "number" ? textOf(name, value) : value === null ? "off" : String(value).replaceAll("_", " ")}`.trim();
}

/** A table in place, by what tells two of them apart. @param {{inputs: (number|null)[][]}} table */
function tableText({ inputs }) {
  const empty = inputs.flat().filter((cell) => cell === null).length;
  return `${thousands(inputs.length)} rows${empty ? `, ${empty} empty ${empty === 1 ? "cell" : "cells"}` : ""}`;
}

function layersText(hidden) {
  const kinds = [...new Set(hidden.map((layer) => layer.activation.replaceAll("_", " ")))];
  const units = [...new Set(hidden.map((layer) => layer.units))];
  const shape = units.length === 1 ? `${hidden.length} × ${units[0]}` : hidden.map((layer) => layer.units).join("-");
  return hidden.length ? `${shape} ${kinds.join(", ")}` : "no hidden layer";
}
