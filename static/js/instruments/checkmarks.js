// What the gradient check draws: the checked weight or bias on the graph, a ring for every weight, and the panel's
// figures. Pure.

import { gradientClass, valueClass } from "../format/colors.js";
import { clamp, easeOut, isNumber, n1, progress, share } from "../format/math.js";
import { format } from "../format/numbers.js";
import { pointAt, updateBarPosition } from "../network/layout.js";
import {
  atKink,
  CURVE_HALF_WIDTH,
  errorText,
  fails,
  parameterIndex,
  parameterName,
  power,
  refOf,
  ringRadius,
  serverName,
  stepEnds,
  stepPosition,
  stepText,
} from "./centraldifference.js";

const maxWidth = (layout) => (layout.detailed ? 5.2 : layout.phone ? 3.2 : 2.6);
const edgeOf = (scene, { layer, from, to }) => scene.edges[layer]?.find((e) => e.from === from && e.to === to);

function parameterValue(parameters, selection) {
  const { parameter, index } = parameterIndex(selection);
  return index.reduce((part, i) => part?.[i], parameters[parameter]);
}

/** Its three widths, and both runs' values on everything downstream. @returns {string} SVG */
export function checkedMarks(scene, { selection, data, h }) {
  const now = data?.weight ?? parameterValue(scene.records.parameters, selection);
  const drawn = selection.kind === "bias" ? biasBand(scene, selection, now, h) : weightBand(scene, selection, now, h);
  if (!drawn) return "";
  const { layout } = scene;
  const [x, y] = drawn.badge;
  const [chipX, chipY, anchor] = drawn.chip ?? [x, y + 31, "middle"];
  let svg = drawn.svg;
  if (data?.spotlight) svg += downstreamMarks(scene, selection, data.spotlight);
  svg += `<g transform="translate(${n1(x)} ${n1(y)})${layout.detailed ? "" : " scale(.75)"}" data-ref="${serverName(selection)}"><circle r="13" class="instrument-badge"/><path class="instrument-sign" d="M0 -7.5v8M-4 -3.5h8M-4 5.5h8"/></g>`;
  if (layout.detailed)
    svg += `<text class="value-label" text-anchor="${anchor}" x="${n1(chipX)}" y="${n1(chipY)}"><tspan class="variable">${parameterName(selection)}</tspan><tspan dx="4">${format(now)} ± ${stepText(h)}</tspan></text>`;
  return svg;
}

/** The three values, the largest first, so that none hides another. */
const threeValues = (now, h) => [now - h, now, now + h].sort((a, b) => Math.abs(b) - Math.abs(a));
const OPACITIES = [0.3, 0.55, 1];

/** A weight: a band of its three widths. */
function weightBand(scene, selection, now, h) {
  const edge = edgeOf(scene, selection);
  if (!edge) return null;
  const { layout, records } = scene;
  const largest = records.measures[selection.layer].weight || 1;
  const width = (v) => 0.5 + maxWidth(layout) * Math.min(2.5, Math.abs(v) / largest);
  const line = (cls, size, opacity = 1) =>
    `<path class="edge ${cls}" d="${edge.d}" stroke-width="${n1(size)}" stroke-opacity="${opacity}"/>`;
  const values = threeValues(now, h);
  const top = width(values[0]);
  const svg =
    line("instrument-background", top + 9) +
    line("instrument-ink", top + 4) +
    line("instrument-background", top + 1.4) +
    values.map((v, i) => line(valueClass(v), width(v), OPACITIES[i])).join("");
  return { svg, badge: pointAt(edge.route, 0.5) };
}

/** A bias: three lengths on the gauge above its tile. */
function biasBand({ layout, records }, { layer, unit }, now, h) {
  const tile = layout.units[layer]?.[unit];
  if (!tile) return null;
  const { x, y, s } = tile;
  const limit = records.measures[layer].bias;
  const high = y - s / 2 - 5;
  const bar = (v, i) =>
    `<path class="edge ${valueClass(v)}" d="M${n1(x)} ${n1(high)}h${n1(share(v, limit) * (s / 2 - 3))}" stroke-width="${layout.detailed ? 5 : 3.4}" stroke-opacity="${OPACITIES[i]}"/>`;
  const base = `<path class="edge instrument-background" d="M${n1(x - s / 2 - 2)} ${n1(high)}h${n1(s + 4)}" stroke-width="9"/><path class="edge instrument-ink" d="M${n1(x - s / 2 + 1)} ${n1(high)}h${n1(s - 2)}" stroke-width="${layout.detailed ? 8 : 6}"/><path class="edge instrument-background" d="M${n1(x - s / 2 + 2.4)} ${n1(high)}h${n1(s - 4.8)}" stroke-width="${layout.detailed ? 5.6 : 3.8}"/>`;
  const badge = [x + s / 2 + (layout.detailed ? 26 : 14), high];
  const above = layer === records.layers && !layout.multipleOutputs; // on the right the loss is near
  const label = above ? [x, high - 28, "middle"] : [badge[0] + 18, high + 5, "start"];
  return { svg: base + threeValues(now, h).map(bar).join(""), badge, chip: label };
}

/** Two cross-bars on the left gauge of each unit that the parameter can reach. */
function downstreamMarks({ layout, records }, { layer, to, unit: own = to }, { below, above }) {
  let svg = "";
  for (let k = layer; k <= records.layers; k++) {
    const last = k === records.layers;
    const name = last ? "outputs" : records.layerOutputs[k];
    layout.units[k].forEach(({ x, y, s }, unit) => {
      if (k === layer && unit !== own) return;
      const rx = last ? layout.outputRadius : layout.radius;
      svg += `<rect class="instrument-frame" x="${n1(x - s / 2)}" y="${n1(y - s / 2)}" width="${n1(s)}" height="${n1(s)}" rx="${rx}"/>`;
      const values = [below[name]?.[unit], above[name]?.[unit]];
      svg += crossBars(layout, records.measures[k].activation, { x, y, s }, values, `${name}[${unit}]`);
    });
  }
  if (!layout.detailed) return svg;
  const { x, y, r } = layout.loss;
  const text = (dy, cls, lineLabels, ref = "") =>
    `<text class="${cls}" text-anchor="middle" x="${n1(x)}" y="${n1(y + r + dy)}"${ref}>${lineLabels}</text>`;
  return `${svg}${text(17, "muted", "this point")}${text(32, "figure-number", `− ${format(below.L)}`, ' data-ref="L"')}${text(47, "figure-number", `+ ${format(above.L)}`, ' data-ref="L"')}`;
}

function crossBars(layout, limit, { x, y, s }, values, ref) {
  const [minus, plus] = values;
  const at = (v) => y - (s / 2 - 2) * share(v, limit);
  const left = x - s / 2 - layout.gap / 2;
  const marks = [
    [minus, "−"],
    [plus, "+"],
  ].filter(([v]) => isNumber(v));
  let svg = marks
    .map(
      ([v]) =>
        `<path class="instrument-bar" d="M${n1(left - layout.gauge / 2 - 5)} ${n1(at(v))}h${n1(layout.gauge + 8)}" data-ref="${ref}"/>`,
    )
    .join("");
  if (!layout.detailed || marks.length < 2) return svg;
  const middle = (at(minus) + at(plus)) / 2;
  const apart = Math.max(9, Math.abs(at(minus) - at(plus)));
  for (const [v, sign] of marks) {
    const side = (sign === "−") === at(minus) >= at(plus) ? 1 : -1;
    svg += `<text class="instrument-mark" text-anchor="end" x="${n1(left - layout.gauge / 2 - 7)}" y="${n1(middle + (side * apart) / 2 + 3.5)}"><title>${format(v)}</title>${sign}</text>`;
  }
  return svg;
}

// ------------------------------------------------------------------ all weights

const OVERLAP = 0.45; // of the rings of two layers, as of the pulses of two units

/** How far a layer's rings have come, backwards from the output as the gradients did. */
const ringProgress = (t, k, layers) => {
  const span = 1 / (1 + (layers - 1) * (1 - OVERLAP));
  const start = (layers - k) * span * (1 - OVERLAP);
  return easeOut(progress(t, start, start + span));
};

/** One ring a weight in the middle of its edge; the worst has a second one and its number. @returns {string} SVG */
export function ringMarks(scene, { data, loss }, hidden = null, t = 1) {
  const { layout, edges, records } = scene;
  const scale = layout.detailed ? 1 : 0.7;
  const { parameter, index } = data.worst;
  let svg = "";
  let last = "";
  for (let k = 1; k < layout.widths.length; k++) {
    const errors = data.parameters[`W${k}`];
    const gradients = records.batch(`dW${k}`);
    const progressNow = ringProgress(t, k, records.layers);
    if (!errors || progressNow <= 0) continue;
    for (const { from, to, route, at } of edges[k] ?? []) {
      if (hidden?.layer === k && hidden.from === from && hidden.to === to) continue;
      const error = errors[from]?.[to];
      if (atKink(error, data)) continue;
      const [x, y] = pointAt(route, updateBarPosition(layout, k, from, to));
      const failed = fails(error, gradients?.[from]?.[to], loss);
      const r = n1(ringRadius(error ?? 1) * scale * progressNow);
      svg += `<circle class="instrument-ring${failed ? " bad" : ""}" cx="${n1(x)}" cy="${n1(y)}" r="${r}" data-ref="dW${k}${at}"><title>dW${k}${at}: apart by ${errorText(error)} of itself</title></circle>`;
      if (t < 1 || parameter !== `W${k}` || index[0] !== from || index[1] !== to) continue;
      const right = layout.units[k][to].x - layout.units[k][to].s / 2 - layout.gap - 8;
      last = `<circle class="instrument-worst" cx="${n1(x)}" cy="${n1(y)}" r="12"/>`;
      if (layout.detailed)
        last += `<text class="value-label instrument-small" text-anchor="end" x="${n1(Math.min(x + 38, right))}" y="${n1(y - 18)}">worst ${errorText(error)}</text>`;
    }
  }
  return svg + last;
}

// The panel's figures: the loss along the weight with its tangent and secant, and the relative error over h.

const MIN_ERROR_EXPONENT = -12; // where the axis of errors ends

/**
 * The loss along the parameter, its tangent (recorded) and secant (two runs); the previous one stays, pale.
 * @param {{data: any, before: any}} checked @param {any} now the secant as it stands, on its way from the last to the new one
 * @param {{width: number, height: number, letter: string}} box @returns {string} SVG
 */
export function lossFigure({ data, before }, now, { width, height, letter }) {
  const { weights, losses } = data.line;
  const known = losses.filter(isNumber);
  if (!known.length) return "";
  const [low, high] = [Math.min(...known, data.loss), Math.max(...known, data.loss)];
  const pad = (high - low) * 0.12 || 0.01;
  const X = (v) => ((v - data.weight + CURVE_HALF_WIDTH) / (2 * CURVE_HALF_WIDTH)) * width;
  const Y = (v) => clamp(6 + ((high + pad - v) / (high - low + 2 * pad)) * (height - 26), -1e4, 1e4);
  const previous = before && before.h !== data.h ? before : null;
  const at = { X, Y, weight: data.weight, floor: height - 18 };
  const curve = weights
    .map((v, i) =>
      isNumber(losses[i]) ? `${i && isNumber(losses[i - 1]) ? "L" : "M"}${n1(X(v))} ${n1(Y(losses[i]))}` : "",
    )
    .join("");
  const tangent = isNumber(data.gradient)
    ? lineThrough(at, data.gradient, data.loss, 1.1, `instrument-tangent ${gradientClass(data.gradient)}`, data)
    : "";
  return (
    `<clipPath id="instrument-clip"><rect width="${width}" height="${height - 16}"/></clipPath><path class="instrument-base" d="M0 ${height - 18}H${width}"/>` +
    `<g clip-path="url(#instrument-clip)">${previous ? secant(at, previous, "instrument-secant pale") : ""}${tangent}<path class="instrument-curve" d="${curve}"/>${secant(at, now, "instrument-secant")}</g>` +
    `${previous ? `<g opacity=".3">${ends(at, previous, 3)}</g>` : ""}${ends(at, now, 4.4)}` +
    `<circle class="instrument-dot" cx="${n1(X(data.weight))}" cy="${n1(Y(data.loss))}" r="4.6"/>` +
    axisLetters(at, data.h, width, height, letter) +
    lineLabels(at, data, width, height)
  );
}

function lineThrough({ X, Y, weight }, slope, middle, reach, cls, data = null) {
  const ref = data ? ` data-ref="d${refOf(data.parameter, data.index)}"` : "";
  return `<path class="${cls}" d="M${n1(X(weight - reach))} ${n1(Y(middle - slope * reach))}L${n1(X(weight + reach))} ${n1(Y(middle + slope * reach))}"${ref}/>`;
}

const secant = (at, p, cls) =>
  isNumber(p.secant) && isNumber(p.loss_below + p.loss_above)
    ? lineThrough(at, p.secant, (p.loss_below + p.loss_above) / 2, clamp(1.22 * p.h, 0.3, CURVE_HALF_WIDTH), cls)
    : "";

const ends = ({ X, Y, weight, floor }, { h, loss_below, loss_above }, r) =>
  [
    [-h, loss_below],
    [h, loss_above],
  ]
    .filter(([, loss]) => isNumber(loss))
    .map(([offset, loss]) => {
      const [x, y] = [n1(X(weight + offset)), n1(Y(loss))];
      return `<path class="instrument-drop" d="M${x} ${y}V${floor}"/><circle class="instrument-end" cx="${x}" cy="${y}" r="${r}"/>`;
    })
    .join("");

function axisLetters({ X, weight }, h, width, height, letter) {
  const apart = h * (width / (2 * CURVE_HALF_WIDTH)) > 30;
  const places = apart
    ? [
        [-h, `${letter} − h`],
        [0, letter],
        [h, `${letter} + h`],
      ]
    : [[0, `${letter} ± h`]];
  return places
    .map(
      ([offset, text]) =>
        `<text class="variable text-13" text-anchor="middle" x="${n1(clamp(X(weight + Number(offset)), 16, width - 16))}" y="${height - 4}">${text}</text>`,
    )
    .join("");
}

/** "tangent" and "secant", each beside its line. */
function lineLabels({ X, Y, weight }, data, width, height) {
  const up = data.gradient > 0;
  const flat = !data.gradient && !data.secant; // the two lie on each other: below and above
  const yTangent = clamp(Y(data.loss + data.gradient * 1.1) + (up ? -7 : 14), 12, height - 24);
  let svg = `<text class="value-label instrument-small ${gradientClass(data.gradient)}" text-anchor="end" x="${width - 1}" y="${n1(yTangent)}">tangent</text>`;
  if (isNumber(data.loss_below)) {
    const right = data.h > 0.9;
    const y = clamp(Y(data.loss_below) + (up && !flat ? 15 : -8), 12, height - 22);
    svg += `<text class="value-label instrument-small" text-anchor="${right ? "start" : "end"}" x="${n1(X(weight - data.h) + (right ? 8 : -8))}" y="${n1(y)}">secant</text>`;
  }
  return svg;
}

/** Relative error over h: too wide, the loss bends; too narrow, the difference drowns. @returns {string} SVG */
export function errorFigure(data, width, height = 150) {
  const bottom = height - 8;
  const [left, right] = stepEnds(width);
  const X = (h) => stepPosition(Math.log10(h), width);
  const Y = (v) =>
    8 +
    (-Math.max(MIN_ERROR_EXPONENT, v > 0 ? Math.min(0, Math.log10(v)) : MIN_ERROR_EXPONENT) / -MIN_ERROR_EXPONENT) *
      (bottom - 8);
  let svg = [0, -4, -8, -12]
    .map(
      (e) =>
        `<path class="instrument-grid" d="M${left} ${n1(Y(10 ** e))}H${right}"/><text class="tick" text-anchor="end" x="${left - 4}" y="${n1(Y(10 ** e) + 3.5)}">${power(e)}</text>`,
    )
    .join("");
  const points = data.curve.filter((p) => isNumber(p.relative_error));
  const some = points.some((p) => p.relative_error > 0);
  const [x, y] = [n1(X(data.h)), n1(Y(data.relative_error ?? 1))];
  if (points.length)
    svg += `<path class="instrument-line" d="${points.map((p, i) => `${i ? "L" : "M"}${n1(X(p.h))} ${n1(Y(p.relative_error))}`).join("")}"/>`;
  if (some) {
    const best = points.reduce((a, b) => (b.relative_error < a.relative_error ? b : a));
    svg += `<text class="muted" text-anchor="middle" x="${n1(X(3e-12))}" y="${n1(Y(1e-7))}">rounding</text>`;
    svg += `<text class="muted" text-anchor="end" x="${n1(X(3e-4))}" y="${n1(Y(0.1) + 4)}">curvature</text>`;
    svg += `<circle class="instrument-end" cx="${n1(X(best.h))}" cy="${n1(Y(best.relative_error))}" r="3.2"/>`;
  }
  const end = data.h > 1e-3;
  svg += `<path class="instrument-stem" d="M${x} ${y}V${height}"/><circle class="instrument-dot" cx="${x}" cy="${y}" r="4.4"/>`;
  svg += `<text class="value-label instrument-small" text-anchor="${end ? "end" : "start"}" x="${n1(x + (end ? -9 : 9))}" y="${n1(Math.max(11, y - 2))}">${errorText(data.relative_error)}</text>`;
  return svg;
}
