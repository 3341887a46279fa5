// Layer statistics below the graph: histograms of a layer's activations and gradients over the training set, the norm
// of its gradient on a logarithmic bar, and its health.

import { createSvg, setAttribute, setText } from "../dom/elements.js";
import { frameBudget } from "../dom/frames.js";
import { observeSize } from "../dom/size.js";
import { clamp, isNumber, n1 } from "../format/math.js";
import { format, superscript } from "../format/numbers.js";
import { healthWords } from "../run/health.js";
import { computedShare, hasColumnNames, layerWidths, showsOperations } from "../run/values.js";
import { columnPositions } from "./layout.js";

const BINS = 25;
const TIGHT_PITCH = 76; // pixels from column to column below which "▾ vanishing" is written smaller

/**
 * @param {HTMLElement} element
 * @returns {{render: (view: object) => void}}
 */
export function createLayerStats(element) {
  element.classList.add("stats");
  const svg = createSvg("svg", { role: "group", "aria-label": "layer statistics" }, element);
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
    const key = [width, height, view.size, widths, hasColumnNames(view)].join("|");
    if (key !== builtFor) {
      builtFor = key;
      build(widths, width, height, view.size, hasColumnNames(view));
    }
    const status = computedShare({ index: indexOf(ops) }, view);
    const evaluation =
      (showsOperations(view) ? (view.before ?? view.after) : (view.after ?? view.before)) ?? view.run.evaluation;
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

  function build(widths, width, height, size, table) {
    svg.replaceChildren();
    drawnState = [];
    const count = widths.length - 1;
    const phone = size === "phone";
    const { columns, width: content } = columnPositions({ widths, width, size, table });
    const pitch = columns[1] - columns[0];
    const stacked = !phone && (count > 5 || pitch < 150);
    const row = 74;
    svg.setAttribute("width", phone ? width : content);
    svg.setAttribute("height", phone ? Math.max(height, row * count + 12) : height);
    const addText = (x, y, words, attributes = {}) => {
      const node = createSvg("text", { x: n1(x), y: n1(y), ...attributes }, svg);
      node.textContent = words;
      return node;
    };
    if (!phone) createSvg("path", { class: "rule", d: `M22 .5H${width - 22}` }, svg);
    const lowest = stacked ? -7 : -5;
    const unit = Math.min(1, Math.max(0.7, height / 108));
    if (!phone && !stacked) {
      addText(26, 28 * unit, "values", { class: "muted" });
      addText(26, 44 * unit, "gradients", { class: "muted" });
      addText(26, 73 * unit, "‖∂W‖", { class: "muted variable" });
      addText(26, 98 * unit, "health", { class: "muted" });
    } else if (stacked) {
      addText(26, 28 * unit, "a", { class: "muted variable" });
      addText(26, 58 * unit, "δ", { class: "muted variable" });
      addText(10, 80 * unit, "‖∂W‖", { class: "muted variable" });
      addText(10, 92 * unit, "10⁻⁷–10", { class: "tick" });
    }
    layers = columns.slice(1).map((x, i) => {
      const k = i + 1;
      const last = k === count;
      const group = createSvg("g", { role: "img", class: stacked && pitch < TIGHT_PITCH ? "tight" : null }, svg);
      const place = phone
        ? phoneBox(width, i, row)
        : stacked
          ? stackedBox(x, pitch, unit)
          : {
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
      const addLabel = (lx, ly, base) => {
        const node = createSvg(
          "text",
          { class: "muted variable", x: n1(lx), y: n1(ly), "text-anchor": "middle" },
          group,
        );
        node.textContent = base;
      };
      const name = last ? "ŷ" : `a${superscript(k)}`;
      if (!stacked && !phone) {
        addLabel(place.left + place.width / 2, place.y1 + 13, name);
        addLabel(place.right + place.width / 2, place.y2 + 13, `δ${superscript(k)}`);
      }
      if (phone) {
        const head = createSvg("text", { class: "strong", x: 20, y: n1(place.y1 - 18) }, group);
        head.textContent = last ? "Output" : `Hidden ${k}`;
      }
      const elements = {
        symbolOnly: stacked && pitch < 60,
        group,
        box: place,
        low: lowest,
        values: histogram(group, place.left, place.y1, place.width, place.height, `histograms.${k}.activation`),
        gradients: histogram(group, place.right, place.y2, place.width, place.height, `histograms.${k}.gradient`),
      };
      const { bar } = place;
      createSvg("path", { class: "norm-track", d: `M${n1(bar.x)} ${n1(bar.y)}h${n1(bar.width)}` }, group);
      for (let e = lowest; e <= 1; e++)
        createSvg(
          "path",
          { class: "mid", d: `M${n1(bar.x + (bar.width * (e - lowest)) / (1 - lowest))} ${n1(bar.y + 4)}v2.5` },
          group,
        );
      elements.norm = createSvg("path", { class: "norm", "data-ref": `health.${k}.norm` }, group);
      if (i === 0 && !stacked && !phone) {
        addText(bar.x, bar.y + 15, "10⁻⁵", { class: "tick" });
        addText(bar.x + bar.width, bar.y + 15, "10", { class: "tick", "text-anchor": "end" });
      }
      elements.statusText = createSvg(
        "text",
        { x: n1(place.statusText[0]), y: n1(place.statusText[1]), "text-anchor": place.statusText[2] },
        group,
      );
      elements.number = createSvg(
        "text",
        { x: n1(place.norm[0]), y: n1(place.norm[1]), "text-anchor": place.norm[2] },
        group,
      );
      return elements;
    });
  }

  function histogram(parent, x, y, w, h, ref) {
    createSvg("path", { class: "base", d: `M${n1(x)} ${n1(y + 0.5)}h${n1(w)}` }, parent);
    const zero = createSvg("path", { class: "mid" }, parent);
    const group = createSvg("g", { class: "bars" }, parent);
    const step = w / BINS;
    const bars = Array.from({ length: BINS }, (_, i) =>
      createSvg(
        "rect",
        { x: n1(x + i * step), width: n1(Math.max(0.8, step - 0.5)), y: n1(y), height: 0, "data-ref": `${ref}[${i}]` },
        group,
      ),
    );
    return { group, bars, zero, x, y, width: w, height: h };
  }

  /** Bars as high as the root of their counts; the mark below stands at zero, where zero lies within. */
  function updateHistogram(h, data, shown, before, positive, negative) {
    const visible = data && (shown || before) && isNumber(data.lo) && isNumber(data.hi);
    setAttribute(h.group, "class", shown ? "bars" : "bars before");
    setAttribute(h.group, "display", visible ? "inline" : "none");
    const at = !visible ? -1 : data.hi > data.lo ? -data.lo / (data.hi - data.lo) : data.lo === 0 ? 0.5 : -1;
    setAttribute(h.zero, "display", at < 0 || at > 1 ? "none" : "inline");
    if (!visible) return;
    const highest = Math.max(...data.counts, 1);
    const step = (data.hi - data.lo) / BINS;
    data.counts.forEach((count, i) => {
      const size = count > 0 ? Math.max(0.8, h.height * Math.sqrt(count / highest)) : 0;
      setAttribute(h.bars[i], "y", n1(h.y - size));
      setAttribute(h.bars[i], "height", n1(size));
      setAttribute(h.bars[i], "class", data.lo + (i + 0.5) * step < 0 ? negative : positive);
    });
    if (at >= 0 && at <= 1) setAttribute(h.zero, "d", `M${n1(h.x + h.width * at)} ${n1(h.y)}v3.5`);
  }

  function updateLayer(layer, k, evaluation, forward, backward, playing) {
    const histograms = evaluation?.histograms?.layers?.[k - 1];
    const health = evaluation?.health?.layers?.[k - 1];
    updateHistogram(layer.values, histograms?.activation, forward, playing, "vpos", "vneg");
    updateHistogram(layer.gradients, histograms?.gradient, backward, playing, "gpos", "gneg");
    const { bar } = layer.box;
    const size = health && isNumber(health.norm) ? logPosition(health.norm, layer.low, 1) : 0;
    setAttribute(layer.norm, "display", size > 0 && (backward || playing) ? "inline" : "none");
    setAttribute(layer.norm, "class", backward ? "norm" : "norm before");
    setAttribute(layer.norm, "d", `M${n1(bar.x)} ${n1(bar.y)}h${n1(Math.max(1, bar.width * size))}`);
    const told = backward && health;
    const words = told ? healthWords(health) : "· waiting";
    setText(layer.statusText, layer.symbolOnly ? words[0] : words);
    setAttribute(layer.statusText, "class", told ? (health.status === "healthy" ? "healthy" : "warning") : "waiting");
    setText(layer.number, told ? format(health.norm) : "");
    setAttribute(
      layer.group,
      "aria-label",
      `layer ${k}: ${told ? `${healthWords(health).slice(2)}, gradient norm ${format(health.norm)}` : "not computed yet"}`,
    );
  }

  return { render };
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

function phoneBox(width, i, row) {
  const y = 52 + i * row;
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
