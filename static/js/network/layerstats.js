// Layer statistics below the graph: histograms of a layer's activations and gradients over the training set, the norm
// of its gradient on a logarithmic bar, and its health. One tab stop: the arrow keys go from head to head and from layer to
// layer.

import { createHtml, createSvg, setAttribute, setText } from "../dom/elements.js";
import { frameBudget } from "../dom/frames.js";
import { roveWithArrows } from "../dom/roving.js";
import { observeSize } from "../dom/size.js";
import { clamp, isNumber, n1 } from "../format/math.js";
import { format, superscript } from "../format/numbers.js";
import { evidence, GLYPHS, healthWords } from "../run/health.js";
import { TERM_OF_STATUS } from "../run/terms.js";
import { computedShare, hasColumnNames, layerWidths, shownEvaluation } from "../run/values.js";
import { createHistogram, updateHistogram } from "./histogram.js";
import { columnPositions, FEW_INPUTS } from "./layout.js";
import { inputColumn } from "./wideinputs.js";

const PHONE_ROW = 74; // pixels from layer to layer
const TIGHT_PITCH = 76; // pixels from column to column below which "▾ vanishing" is written smaller

/**
 * @param {HTMLElement} element
 * @returns {{render: (view: object) => void}}
 */
export function createLayerStats(element) {
  element.classList.add("stats");
  createKey(element);
  const svg = createSvg("svg", { role: "group", "aria-label": "layer statistics" }, element);
  const setTabStop = roveWithArrows(svg, "[tabindex]");
  let builtFor = "";
  let layers = [];
  let drawnState = [];

  let last = null;
  const box = observeSize(element, () => render(last));

  function render(view) {
    last = view;
    if (!view?.run) return;
    const { width, height } = box.measure();
    if (width < 40) return;
    const ops = view.ops ?? [];
    const widths = layerWidths(view.run.parameters);
    const key = [width, height, view.size, widths, hasColumnNames(view), view.run.config.dataset].join("|");
    if (key !== builtFor) {
      builtFor = key;
      build(view, widths, width, height);
    }
    const status = computedShare({ index: indexOf(ops) }, view);
    const evaluation = shownEvaluation(view);
    const hasTime = frameBudget(view);
    layers.forEach((layer, i) => {
      const k = i + 1;
      const activationName = k === layers.length ? "L" : indexOf(ops).has(`a${k}`) ? `a${k}` : `z${k}`;
      const state = [
        evaluation,
        view.step && status(activationName) >= 1,
        view.step && status(`dW${k}`) >= 1,
        view.playing,
      ];
      if ((drawnState[i] && state.every((part, j) => part === drawnState[i][j])) || !hasTime()) return;
      drawnState[i] = state;
      updateLayer(layer, k, ...state);
    });
  }

  const indexCache = new WeakMap();
  function indexOf(ops) {
    if (!indexCache.has(ops))
      indexCache.set(ops, new Map(ops.flatMap((op) => op.names.map((name) => [name, op.index]))));
    return indexCache.get(ops);
  }

  function build(view, widths, width, height) {
    const { size } = view;
    const focused = [...svg.querySelectorAll("[tabindex]")].indexOf(document.activeElement);
    svg.replaceChildren();
    drawnState = [];
    const count = widths.length - 1;
    const { columns, width: content } = columnPositions({
      widths,
      width,
      size,
      table: hasColumnNames(view),
      column: widths[0] > FEW_INPUTS ? inputColumn(view, width) : null,
    });
    const pitch = columns[1] - columns[0];
    const form = size === "phone" ? "phone" : count > 5 || pitch < 150 ? "stacked" : "columns";
    const phone = form === "phone";
    const unit = Math.min(1, Math.max(0.7, height / (form === "stacked" ? 117 : 108)));
    svg.setAttribute("width", phone ? width : content);
    svg.setAttribute("height", phone ? Math.max(height, PHONE_ROW * count + 12) : height);
    if (!phone) createSvg("path", { class: "rule", d: `M22 .5H${width - 22}` }, svg);
    for (const [x, y, words, kind, term] of ROW_NAMES[form])
      addText(svg, x, y * unit, words, { class: kind, ...(term ? explained(term) : {}) });
    layers = columns.slice(1).map((x, i) => {
      const box =
        form === "phone" ? phoneBox(width, i) : form === "stacked" ? stackedBox(x, pitch, unit) : columnBox(x, unit);
      return createLayer(svg, { k: i + 1, last: i + 1 === count, form, pitch, box });
    });
    const stops = [...svg.querySelectorAll("[tabindex]")];
    setTabStop((stop) => stops.indexOf(stop) === focused)?.focus();
  }

  return { render };
}

/** A layer without a gradient does not learn: nothing is wrong with its numbers, and nothing is right. */
const STATUS_CLASSES = { healthy: "healthy", no_gradient: "strong" };

/** What stands right of the layers: each mark of their health, explained under the pointer and with the keyboard. */
function createKey(element) {
  const key = createHtml("p", { class: "health-key" });
  element.after(key);
  for (const status of ["healthy", "vanishing", "exploding", "dead", "saturated", "no_gradient", "not_finite"])
    createHtml(
      "span",
      {
        "data-term": TERM_OF_STATUS[status],
        tabindex: -1,
        text: `${GLYPHS[status]} ${status.replace("_", " ")}`,
      },
      key,
    );
  roveWithArrows(key, "[tabindex]")(); // one tab stop here, too
}

/** What stands left of the layers, by form: x, y, words, class, and the term that explains it. */
const ROW_NAMES = {
  phone: [],
  columns: [
    [26, 28, "activations", "muted", "activation"],
    [26, 44, "errors", "muted", "error"],
    [26, 73, "‖∂W‖", "muted variable", "gradient-norm"],
    [26, 98, "health", "muted", "health"],
  ],
  stacked: [
    [26, 28, "a", "muted variable", "activation"],
    [26, 58, "δ", "muted variable", "error"],
    [10, 79, "‖∂W‖", "muted variable", "gradient-norm"],
    [10, 95, "10⁻⁷–10", "tick"],
  ],
};

/** A head that is explained under the pointer and with the keyboard. */
const explained = (term) => ({ "data-term": term, tabindex: -1 });

function addText(parent, x, y, words, attributes = {}) {
  const node = createSvg("text", { x: n1(x), y: n1(y), ...attributes }, parent);
  node.textContent = words;
  return node;
}

// One layer's elements and what is written into them.

/**
 * @param {SVGElement} svg
 * @param {{k: number, last: boolean, form: string, pitch: number, box: ReturnType<typeof columnBox>}} layer
 */
function createLayer(svg, { k, last, form, pitch, box }) {
  const stacked = form === "stacked";
  const group = createSvg(
    "g",
    { role: "img", tabindex: -1, class: stacked && pitch < TIGHT_PITCH ? "tight" : null },
    svg,
  );
  const { bar, left, right, width, height, y1, y2 } = box;
  if (form === "columns") {
    const centred = { class: "muted variable", "text-anchor": "middle" };
    addText(group, left + width / 2, y1 + 13, last ? "ŷ" : `a${superscript(k)}`, centred);
    addText(group, right + width / 2, y2 + 13, `δ${superscript(k)}`, centred);
  }
  if (form === "phone") addText(group, 20, y1 - 18, last ? "Output" : `Hidden ${k}`, { class: "strong" });
  const values = createHistogram(group, left, y1, width, height, `histograms.${k}.activation`);
  const gradients = createHistogram(group, right, y2, width, height, `histograms.${k}.gradient`);
  const lowest = stacked ? -7 : -5;
  createSvg("path", { class: "norm-track", d: `M${n1(bar.x)} ${n1(bar.y)}h${n1(bar.width)}` }, group);
  for (let e = lowest; e <= 1; e++) {
    const x = bar.x + (bar.width * (e - lowest)) / (1 - lowest);
    createSvg("path", { class: "mid", d: `M${n1(x)} ${n1(bar.y + 4)}v2.5` }, group);
  }
  const norm = createSvg("path", { class: "norm", "data-ref": `health.${k}.norm` }, group);
  if (k === 1 && form === "columns") {
    addText(svg, bar.x, bar.y + 15, "10⁻⁵", { class: "tick" });
    addText(svg, bar.x + bar.width, bar.y + 15, "10", { class: "tick", "text-anchor": "end" });
  }
  const [statusText, number] = [box.statusText, box.norm].map(([x, y, anchor]) =>
    addText(group, x, y, "", { "text-anchor": anchor }),
  );
  return { symbolOnly: stacked && pitch < 60, group, box, lowest, values, gradients, norm, statusText, number };
}

function updateLayer(layer, k, evaluation, forward, backward, playing) {
  const histograms = evaluation?.histograms?.layers?.[k - 1];
  const health = evaluation?.health?.layers?.[k - 1];
  updateHistogram(layer.values, histograms?.activation, forward, playing, "vpos", "vneg");
  updateHistogram(layer.gradients, histograms?.gradient, backward, playing, "gpos", "gneg");
  const { bar } = layer.box;
  const size = health && isNumber(health.norm) ? logPosition(health.norm, layer.lowest, 1) : 0;
  setAttribute(layer.norm, "display", size > 0 && (backward || playing) ? "inline" : "none");
  setAttribute(layer.norm, "class", backward ? "norm" : "norm before");
  setAttribute(layer.norm, "d", `M${n1(bar.x)} ${n1(bar.y)}h${n1(Math.max(1, bar.width * size))}`);
  const known = backward && health;
  const guessing = evaluation?.health?.learning === "guessing";
  const words = known ? healthWords(health, guessing) : "· waiting";
  setText(layer.statusText, layer.symbolOnly ? words[0] : words);
  setAttribute(
    layer.statusText,
    "class",
    !known || words.startsWith("·") ? "waiting" : (STATUS_CLASSES[health.status] ?? "warning"),
  );
  const term = known ? TERM_OF_STATUS[health.status] : null;
  setAttribute(layer.statusText, "data-term", term); // under the pointer and at a tap
  setAttribute(layer.group, "data-focus-term", term);
  setText(layer.number, known ? format(health.norm) : "");
  setAttribute(
    layer.group,
    "aria-label",
    `layer ${k}: ${known ? `${words.slice(2)}: ${evidence(health, evaluation.health.layers.at(-1))}` : "not computed yet"}`,
  );
}

// Where a layer's parts stand, by form.

function columnBox(x, unit) {
  return {
    left: x - 73,
    right: x + 5,
    width: 68,
    height: 34 * unit,
    y1: 44 * unit,
    y2: 44 * unit,
    bar: { x: x - 73, y: 69 * unit, width: 146 },
    statusText: [x - 73, 98 * unit, "start"],
    norm: [x + 73, 98 * unit, "end"],
  };
}

function stackedBox(x, pitch, unit) {
  const w = Math.min(62, pitch - 16);
  return {
    left: x - w / 2,
    right: x - w / 2,
    width: w,
    height: 22 * unit,
    y1: 30 * unit,
    y2: 60 * unit,
    bar: { x: x - w / 2, y: 80 * unit, width: w },
    statusText: [x, 112 * unit, "middle"],
    norm: [x, 98 * unit, "middle"],
  };
}

function phoneBox(width, i) {
  const y = 52 + i * PHONE_ROW;
  const w = Math.min(84, (width - 184) / 2); // the word of its health needs 66
  const left = 92;
  return {
    left,
    right: left + w + 14,
    width: w,
    height: 36,
    y1: y,
    y2: y,
    bar: { x: left, y: y + 12, width: 2 * w + 14 },
    statusText: [left + 2 * w + 26, y - 14, "start"],
    norm: [left + 2 * w + 26, y + 6, "start"],
  };
}

/** Position of a size on a logarithmic bar from 10^low to 10^high, 0..1. */
export const logPosition = (size, lowest, high) =>
  size > 0 ? clamp((Math.log10(size) - lowest) / (high - lowest)) : 0;
