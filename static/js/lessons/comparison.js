// Two runs on one stage: this one solid, the other dashed. Their graphs side by side, their curves in one chart.

import { createHtml, setText } from "../dom/elements.js";
import { isNumber } from "../format/math.js";
import { format, thousands } from "../format/numbers.js";
import { createGraph } from "../network/graph.js";
import { createPlane } from "../plane/plane.js";
import { networkWords } from "../run/health.js";
import { differences, LABELS, textOf } from "../run/settings.js";
import { figure, pairPicture } from "./figures.js";
import { ladderPicture } from "./layerprofile.js";

/** @param {(id: string) => HTMLElement} find @param {any} on @param {{close: () => void, keep: () => void}} acts */
export function createFork(find, on, acts) {
  const stage = find("stage");
  const heads = createHtml("div", { class: "fork-heads" }, stage);
  const [left, right] = ["", " d"].map((dash) => {
    const head = createHtml("div", { class: "fork-head" }, heads);
    createHtml("i", { class: `ln${dash}` }, head);
    return {
      name: createHtml("b", {}, head),
      differs: createHtml("span", { class: "differs" }, head),
      state: createHtml("span", { class: "state" }, head),
      head,
    };
  });
  const graphHost = createHtml("div", { class: "graph-b" }, stage);
  const charts = createHtml("div", { class: "fork-charts" }, stage);
  const first = figure(charts, "Loss");
  const second = figure(charts, "");
  const planeHost = createHtml("figure", { class: "plane-b" }, null);
  find("plane").after(planeHost);
  const bar = createHtml("div", { class: "fork-bar" }, stage);
  for (const [words, act] of [
    ["Keep the right one", acts.keep],
    ["Close", acts.close],
  ]) {
    const button = createHtml("button", { class: "link", text: words }, bar);
    button.type = "button";
    button.addEventListener("click", /** @type {() => void} */ (act));
  }
  let graph = null;
  let plane = null;

  return {
    /** @param {{view: any, other: any, own: any, its: any, lesson: any}} of */
    render({ view, other, own, its, lesson }) {
      if (!other) return;
      graph ??= createGraph(graphHost, { select: on.select, painted: on.painted });
      plane ??= createPlane(planeHost, { spotlight: on.spotlight });
      const seat = view.size === "phone" ? find("side") : stage; // a phone has them below the planes
      if (charts.parentElement !== seat) seat.append(charts);
      const words = differenceWords(own.config, its.config);
      const apart = own.at !== its.at;
      const { ladders } = lesson;
      write(left, "this run", words.map(([a]) => a).join(", "), stateWords(own, view, apart, ladders.own?.start));
      write(
        right,
        `fork from step ${thousands(its.run.first_step ?? 0)}`,
        words.map(([, b]) => b).join(", "),
        stateWords(its, other, apart, ladders.its?.start),
      );
      graph.render({ ...other, size: view.size === "phone" ? "phone" : "fork" });
      plane.render(other);
      draw(view, other, lesson);
    },
  };

  function write(head, name, differs, { words, ill, well = false }) {
    setText(head.name, name);
    setText(head.differs, differs);
    head.head.title = differs;
    setText(head.state, words);
    head.state.classList.toggle("warn", ill);
    head.state.classList.toggle("well", well);
  }

  function draw(view, other, { experiment, ladders }) {
    const runs = pairOf(view, other);
    const key = [view.series.version, other.series.version, view.theme];
    const gradient = ladders.own?.start && ladders.its?.start;
    if (experiment?.instrument === "ladder") {
      const pair = gradient
        ? [{ ladder: ladders.own.start }, { ladder: ladders.its.start }]
        : ladders.own?.start
          ? [{ ladder: ladders.own.start }]
          : [];
      for (const [chart, kind, title, small] of /** @type {[any, "gradient"|"signal", string, string][]} */ ([
        [first, "gradient", "Gradient ladder", "rms δ, before the first step, decades a layer"],
        [second, "signal", "Signal against noise", "dB, forward, noise 0.01 a unit"],
      ]))
        chart.show([ladders, kind, view.theme], () => {
          const { W, H } = chart.box();
          return { title, small, html: pair.length ? ladderPicture(kind, pair, W, H, { numbers: false }) : "" };
        });
      return;
    }
    first.show(key, () => {
      const { W, H } = first.box();
      const { html: made, log } = pairPicture(runs, trained(view), W, H);
      return {
        title: "Loss",
        small: `${log ? "log, " : ""}${trained(view) === "train" ? "training set" : "each step’s batch"}, both runs`,
        html: made,
      };
    });
    const units = view.run.config.hidden.reduce((sum, layer) => sum + layer.units, 0);
    const dead =
      experiment?.instrument === "health" ||
      (!experiment && [...view.series.dead, ...other.series.dead].some((v) => v > 0));
    const gap = experiment?.id === "dropout";
    second.show(key, () => {
      const { W, H } = second.box();
      if (dead)
        return {
          title: "Dead units",
          small: `of ${units}, whole training set`,
          html: pairPicture(runs, "dead", W, H, { ceiling: units, whole: true }).html,
        };
      if (gap) return { title: "Gap", small: "test loss − training loss", html: pairPicture(runs, "gap", W, H).html };
      return { title: "First layer’s gradient", small: "‖∂W¹‖, log", html: pairPicture(runs, "norm0", W, H).html };
    });
  }
}

export const pairOf = (view, other) => [
  { series: view.series, name: "this" },
  { series: other.series, name: "fork" },
];

/** The loss of the whole training set; where a missing cell leaves it no number, that of the batches. */
export const trained = (view) => (view.series.train.some(Number.isFinite) ? "train" : "loss");

/** What a run is, in a few words. @param {any} state @param {any} view @param {boolean} apart @param {any} start its ladder */
function stateWords(state, view, apart, start) {
  const evaluation = view.after ?? view.before;
  const step = `step ${thousands(state.at)}`;
  if (state.broken && state.at >= state.broken) return { words: `✕ not finite, ${step}`, ill: true };
  if (!evaluation) return { words: step, ill: false };
  const health = networkWords(evaluation.health, start);
  const loss = isNumber(evaluation.train_loss) ? `loss ${format(evaluation.train_loss)}` : "loss lost";
  return { ...health, words: `${health.words} · ${loss}${apart ? `, ${step}` : ""}` };
}

const SECOND = /^(samples|noise|label_noise|test_fraction)$/;

/** Pairs of words for every field in which two setups differ, the telling ones first.
 * @param {any} a @param {any} b @returns {[string, string][]} */
function differenceWords(a, b) {
  const names = differences(a, b).filter((name) => !/^(from|parameters|features)$/.test(name) && a[name] !== undefined);
  return [...names.filter((name) => !SECOND.test(name)), ...names.filter((name) => SECOND.test(name))].map((name) => [
    wordsOf(name, a[name]),
    wordsOf(name, b[name]),
  ]);
}

function wordsOf(name, value) {
  if (name === "hidden") return layersOf(value);
  if (name === "dataset") return typeof value === "string" ? value.replaceAll("_", " ") : tableWords(value);
  if (name === "batch_norm") return value ? "batch norm" : "no batch norm";
  const symbol =
    { learning_rate: "η", dropout: "p", clip_norm: "clip", initializer: "", optimizer: "", scaling: "scaling" }[name] ??
    LABELS[name] ??
    name;
  return `${symbol} ${typeof value === "number" ? textOf(name, value) : value === null ? "off" : String(value).replaceAll("_", " ")}`.trim();
}

/** A table in place, by what tells two of them apart. @param {{inputs: (number|null)[][]}} table */
function tableWords({ inputs }) {
  const empty = inputs.flat().filter((cell) => cell === null).length;
  return `${thousands(inputs.length)} rows${empty ? `, ${empty} empty ${empty === 1 ? "cell" : "cells"}` : ""}`;
}

function layersOf(hidden) {
  const kinds = [...new Set(hidden.map((layer) => layer.activation.replaceAll("_", " ")))];
  const units = [...new Set(hidden.map((layer) => layer.units))];
  const shape = units.length === 1 ? `${hidden.length} × ${units[0]}` : hidden.map((layer) => layer.units).join("-");
  return hidden.length ? `${shape} ${kinds.join(", ")}` : "no hidden layer";
}
