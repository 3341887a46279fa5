// Pure: an edge that is held. What is drawn for w − h and w + h on the graph, the loss along the weight, the V over h.
import { pointAt } from "./layout.js";
import { weightName } from "./pathmath.js";
import { clamp, format, gradientClass, isNumber, share, superscript, valueClass } from "./scales.js";

export const REACH = 1.5; // how far the loss is drawn to each side of the weight
export const FIRST_H = 0.5;
const FAILS = 1e-6; // relative error of one entry
const NOISE = 1e-9; // of a loss of size 1: less than this is rounding, however small the gradient
const FLOOR = -12; // where the axis of errors ends
const AXIS = { left: 26, right: 8 };

const n1 = (v) => Math.round(v * 10) / 10;
const wideOf = (layout) => (layout.fine ? 5.2 : layout.phone ? 3.2 : 2.6);
const edgeOf = (scene, { layer, from, to }) => scene.edges[layer]?.find((e) => e.from === from && e.to === to);
const power = (e) => (e === 0 ? "1" : `10${superscript(e)}`);

/** h as its slider says it: 0.5, 10⁻⁵, 3.2·10⁻⁷. */
export const hText = (h) => {
  const e = Math.log10(h);
  if (Math.abs(e - Math.round(e)) < 1e-9 && e < -2) return power(Math.round(e));
  return h >= 0.01 ? String(Number(h.toPrecision(2))) : format(h);
};

// ------------------------------------------------------------------ on the graph

/** The edge as a band of its three widths, and both runs' values on everything downstream. @returns {string} SVG */
export function heldMarks(scene, { selection, data, h }) {
  const edge = edgeOf(scene, selection);
  if (!edge) return "";
  const { layout, records } = scene;
  const { layer, from, to } = selection;
  const { d, route } = edge;
  const w = data?.weight ?? records.parameters[`W${layer}`][from][to];
  const largest = records.measures[layer].weight || 1;
  const width = (v) => 0.5 + wideOf(layout) * Math.min(2.5, Math.abs(v) / largest);
  const three = [w - h, w, w + h].sort((a, b) => width(b) - width(a));
  const line = (cls, size, opacity = 1) =>
    `<path class="edge ${cls}" d="${d}" stroke-width="${n1(size)}" stroke-opacity="${opacity}"/>`;
  const top = width(three[0]);
  let svg = line("bench-paper", top + 9) + line("bench-ink", top + 4) + line("bench-paper", top + 1.4);
  svg += three.map((v, i) => line(valueClass(v), width(v), [0.3, 0.55, 1][i])).join("");
  if (data?.spotlight) svg += downstream(scene, selection, data.spotlight);
  const [x, y] = pointAt(route, 0.5);
  svg += `<g transform="translate(${n1(x)} ${n1(y)})${layout.fine ? "" : " scale(.75)"}" data-ref="W${layer}[${from}][${to}]"><circle r="13" class="bench-badge"/><path class="bench-sign" d="M0 -7.5v8M-4 -3.5h8M-4 5.5h8"/></g>`;
  if (layout.fine)
    svg += `<text class="chip" text-anchor="middle" x="${n1(x)}" y="${n1(y + 31)}"><tspan class="it">${weightName(layer, from, to)}</tspan><tspan dx="4">${format(w)} ± ${hText(h)}</tspan></text>`;
  return svg;
}

/** Two cross-bars on the left gauge of each unit that the weight can reach. */
function downstream({ layout, records }, { layer, to }, { below, above }) {
  let svg = "";
  for (let k = layer; k <= records.layers; k++) {
    const last = k === records.layers;
    const name = last ? "outputs" : records.leaves[k];
    layout.units[k].forEach(({ x, y, s }, unit) => {
      if (k === layer && unit !== to) return;
      const rx = last ? layout.outputRadius : layout.radius;
      svg += `<rect class="bench-frame" x="${n1(x - s / 2)}" y="${n1(y - s / 2)}" width="${n1(s)}" height="${n1(s)}" rx="${rx}"/>`;
      svg += crossBars(
        layout,
        records.measures[k].activation,
        { x, y, s },
        below[name]?.[unit],
        above[name]?.[unit],
        `${name}[${unit}]`,
      );
    });
  }
  const { x, y, r } = layout.loss;
  const [minus, plus] = [below.L, above.L];
  if (!layout.fine) return svg;
  const text = (dy, cls, words, ref = "") =>
    `<text class="${cls}" text-anchor="middle" x="${n1(x)}" y="${n1(y + r + dy)}"${ref}>${words}</text>`;
  return `${svg}${text(17, "t2", "this point")}${text(32, "num12", `− ${format(minus)}`, ' data-ref="L"')}${text(47, "num12", `+ ${format(plus)}`, ' data-ref="L"')}`;
}

function crossBars(layout, limit, { x, y, s }, minus, plus, ref) {
  const at = (v) => y - (s / 2 - 2) * share(v, limit);
  const left = x - s / 2 - layout.gap / 2;
  let svg = "";
  const marks = [
    [minus, "−"],
    [plus, "+"],
  ].filter(([v]) => isNumber(v));
  for (const [v] of marks)
    svg += `<path class="bench-bar" d="M${n1(left - layout.gauge / 2 - 5)} ${n1(at(v))}h${n1(layout.gauge + 8)}" data-ref="${ref}"/>`;
  if (!layout.fine || marks.length < 2) return svg;
  const middle = (at(minus) + at(plus)) / 2;
  const apart = Math.max(9, Math.abs(at(minus) - at(plus)));
  for (const [v, sign] of marks) {
    const side = (sign === "−") === at(minus) >= at(plus) ? 1 : -1;
    svg += `<text class="bench-mark" text-anchor="end" x="${n1(left - layout.gauge / 2 - 7)}" y="${n1(middle + (side * apart) / 2 + 3.5)}"><title>${format(v)}</title>${sign}</text>`;
  }
  return svg;
}

// ------------------------------------------------------------------ all edges

/** Radius of a ring: 1.4 px at 10⁻¹², 5.6 px from 10⁻⁸ on. */
export const ringRadius = (error) => (error > 0 ? clamp(1.4 + (Math.log10(error) + 12) * 1.05, 1.4, 5.6) : 1.4);

/** Whether an entry disagrees by more than rounding can explain. */
export const fails = (error, gradient, loss = 1) =>
  !isNumber(error) || (error > FAILS && error * Math.abs(gradient ?? 1) > NOISE * Math.max(1, Math.abs(loss ?? 1)));

/** One ring a weight in the middle of its edge; the worst has a second one and its number. @returns {string} SVG */
export function ringMarks(scene, { data, loss }, hidden = null) {
  const { layout, edges, records } = scene;
  const scale = layout.fine ? 1 : 0.7;
  const { worst } = data;
  let svg = "";
  let last = "";
  for (let k = 1; k < layout.widths.length; k++) {
    const errors = data.parameters[`W${k}`];
    const gradients = records.batch(`dW${k}`);
    if (!errors) continue;
    for (const { from, to, route, at } of edges[k] ?? []) {
      if (hidden?.layer === k && hidden.from === from && hidden.to === to) continue;
      const error = errors[from]?.[to];
      const [x, y] = pointAt(route, middleOf(layout, k, from, to));
      const bad = fails(error, gradients?.[from]?.[to], loss);
      const r = n1(ringRadius(error ?? 1) * scale);
      svg += `<circle class="bench-ring${bad ? " bad" : ""}" cx="${n1(x)}" cy="${n1(y)}" r="${r}" data-ref="dW${k}${at}"><title>dW${k}${at}: apart by ${format(error)} of itself</title></circle>`;
      if (worst.parameter === `W${k}` && worst.index[0] === from && worst.index[1] === to) {
        last = `<circle class="bench-worst" cx="${n1(x)}" cy="${n1(y)}" r="12"/>`;
        if (layout.fine)
          last += `<text class="chip bench-small" text-anchor="middle" x="${n1(x)}" y="${n1(y - 18)}">worst ${format(error)}</text>`;
      }
    }
  }
  return svg + last;
}

/** Neighbouring edges carry their mark at different places. */
function middleOf(layout, k, from, to) {
  const sources = layout.widths[k - 1];
  const targets = layout.widths[k];
  return (
    0.5 +
    (sources > 1 ? (from / (sources - 1) - 0.5) * (sources > 2 ? 0.5 : 0.16) : 0) -
    (targets > 1 && sources < 3 ? (to / (targets - 1) - 0.5) * 0.24 : 0)
  );
}

/** What the check found: how many entries, how many of them fail. */
export function judged({ data, loss }, gradientOf) {
  let count = 0;
  let failed = 0;
  for (const [name, errors] of Object.entries(data.parameters)) {
    const gradients = gradientOf(`d${name}`);
    const walk = (e, g) => {
      if (Array.isArray(e)) {
        for (const [i, item] of e.entries()) walk(item, g?.[i]);
        return;
      }
      count++;
      if (fails(e, g, loss)) failed++;
    };
    walk(errors, gradients);
  }
  return { count, failed };
}

// ------------------------------------------------------------------ beside the graph

/** The loss along the weight, its tangent (recorded) and secant (two runs); the one before lingers pale. @returns {string} SVG */
export function alongFigure({ data, before }, width, height = 178) {
  const { weights, losses } = data.line;
  const known = losses.filter(isNumber);
  if (!known.length) return "";
  const [low, high] = [Math.min(...known, data.loss), Math.max(...known, data.loss)];
  const pad = (high - low) * 0.12 || 0.01;
  const X = (v) => ((v - data.weight + REACH) / (2 * REACH)) * width;
  const Y = (v) => clamp(6 + ((high + pad - v) / (high - low + 2 * pad)) * (height - 26), -1e4, 1e4);
  const straight = (slope, middle, reach, cls, ref) =>
    `<path class="${cls}" d="M${n1(X(data.weight - reach))} ${n1(Y(middle - slope * reach))}L${n1(X(data.weight + reach))} ${n1(Y(middle + slope * reach))}"${ref ? ` data-ref="${ref}"` : ""}/>`;
  const secant = (p, cls) =>
    isNumber(p.secant) && isNumber(p.loss_below + p.loss_above)
      ? straight(p.secant, (p.loss_below + p.loss_above) / 2, clamp(1.22 * p.h, 0.3, REACH), cls, "")
      : "";
  const ends = (p, faint) =>
    [-1, 1]
      .map((sign) => {
        const v = sign < 0 ? p.loss_below : p.loss_above;
        if (!isNumber(v)) return "";
        const [x, y] = [n1(X(data.weight + sign * p.h)), n1(Y(v))];
        return `<g${faint ? ' opacity=".3"' : ""}><path class="bench-drop" d="M${x} ${y}V${height - 18}"/><circle class="bench-end" cx="${x}" cy="${y}" r="${faint ? 3 : 4.4}"/></g>`;
      })
      .join("");
  const curve = weights
    .map((v, i) =>
      isNumber(losses[i]) ? `${i && isNumber(losses[i - 1]) ? "L" : "M"}${n1(X(v))} ${n1(Y(losses[i]))}` : "",
    )
    .join("");
  const ref = `d${data.parameter}[${data.index.join("][")}]`;
  const old = before && before.h !== data.h ? before : null;
  let svg = `<clipPath id="bench-clip"><rect width="${width}" height="${height - 16}"/></clipPath><path class="bench-base" d="M0 ${height - 18}H${width}"/><g clip-path="url(#bench-clip)">`;
  if (old) svg += secant(old, "bench-secant pale");
  svg += isNumber(data.gradient)
    ? straight(data.gradient, data.loss, 1.1, `bench-tangent ${gradientClass(data.gradient)}`, ref)
    : "";
  svg += `<path class="bench-curve" d="${curve}"/>${secant(data, "bench-secant")}</g>`;
  if (old) svg += ends(old, true);
  svg += `${ends(data, false)}<circle class="bench-dot" cx="${n1(X(data.weight))}" cy="${n1(Y(data.loss))}" r="4.6"/>`;
  const letters =
    data.h * (width / (2 * REACH)) > 30
      ? [
          [-data.h, "w − h"],
          [0, "w"],
          [data.h, "w + h"],
        ]
      : [[0, "w ± h"]];
  svg += letters
    .map(
      ([v, t]) =>
        `<text class="it s13" text-anchor="middle" x="${n1(clamp(X(data.weight + Number(v)), 16, width - 16))}" y="${height - 4}">${t}</text>`,
    )
    .join("");
  const up = data.gradient > 0;
  const yTangent = clamp(Y(data.loss + data.gradient * 1.1) + (up ? -7 : 14), 12, height - 24);
  svg += `<text class="chip bench-small ${gradientClass(data.gradient)}" text-anchor="end" x="${width - 1}" y="${n1(yTangent)}">tangent</text>`;
  if (isNumber(data.loss_below))
    svg += `<text class="chip bench-small" text-anchor="${data.h > 0.9 ? "start" : "end"}" x="${n1(X(data.weight - data.h) + (data.h > 0.9 ? 8 : -8))}" y="${n1(clamp(Y(data.loss_below) + (up ? 15 : -8), 12, height - 22))}">secant</text>`;
  return svg;
}

/** Where 10^e stands on the axis of h, in pixels. */
export const hPlace = (e, width) => AXIS.left + ((e + 14) / 14) * (width - AXIS.left - AXIS.right);
/** Where the slider lies over that axis. */
export const hTrack = (width, thumb) => ({
  left: AXIS.left - thumb / 2,
  width: width - AXIS.left - AXIS.right + thumb,
});

/** Relative error over h: too wide, the loss bends; too narrow, the difference drowns. @returns {string} SVG */
export function veeFigure(data, width, height = 150) {
  const bottom = height - 8;
  const X = (h) => hPlace(Math.log10(h), width);
  const Y = (v) => 8 + (-Math.max(FLOOR, v > 0 ? Math.min(0, Math.log10(v)) : FLOOR) / -FLOOR) * (bottom - 8);
  let svg = [0, -4, -8, -12]
    .map(
      (e) =>
        `<path class="bench-grid" d="M${AXIS.left} ${n1(Y(10 ** e))}H${width - AXIS.right}"/><text class="tick" text-anchor="end" x="${AXIS.left - 4}" y="${n1(Y(10 ** e) + 3.5)}">${power(e)}</text>`,
    )
    .join("");
  const points = data.curve.filter((p) => isNumber(p.relative_error));
  if (points.length) {
    const best = points.reduce((a, b) => (b.relative_error < a.relative_error ? b : a));
    svg += `<path class="bench-line" d="${points.map((p, i) => `${i ? "L" : "M"}${n1(X(p.h))} ${n1(Y(p.relative_error))}`).join("")}"/>`;
    svg += `<text class="t2" text-anchor="middle" x="${n1(X(3e-12))}" y="${n1(Y(1e-7))}">rounding</text><text class="t2" text-anchor="middle" x="${n1(X(1e-5))}" y="${n1(Y(0.1) + 4)}">curvature</text>`;
    svg += `<circle class="bench-end" cx="${n1(X(best.h))}" cy="${n1(Y(best.relative_error))}" r="3.2"/>`;
  }
  const [x, y] = [n1(X(data.h)), n1(Y(data.relative_error ?? 1))];
  const near = data.h > 1e-3;
  svg += `<path class="bench-stem" d="M${x} ${y}V${height}"/><circle class="bench-dot" cx="${x}" cy="${y}" r="4.4"/>`;
  svg += `<text class="chip bench-small" text-anchor="${near ? "end" : "start"}" x="${n1(x + (near ? -9 : 9))}" y="${n1(Math.max(11, y - 2))}">${errorText(data.relative_error)}</text>`;
  return svg;
}

/** Four digits, whatever the size: 0.2191, −0.002995, 1.234·10⁻⁶. */
export function fourDigits(v) {
  if (!isNumber(v)) return "no number";
  if (v === 0) return "0";
  const [mantissa, exponent] = Math.abs(v).toExponential(3).split("e");
  const sign = v < 0 ? "−" : "";
  const e = Number(exponent);
  return sign + (e < -4 || e > 4 ? `${mantissa}·10${superscript(e)}` : Math.abs(v).toFixed(Math.max(0, 3 - e)));
}

/** 11.7 %, 4.0·10⁻⁹. */
export const errorText = (error) =>
  !isNumber(error) ? "no number" : error >= 1e-3 ? `${format(error * 100, 1)} %` : format(error);
