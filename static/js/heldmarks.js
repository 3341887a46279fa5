// Pure: what is drawn on the graph for a weight or bias that is held, and the rings of a check of all weights.
import { atKink, errorText, fails, hText, nameOf, placeOf, ringRadius, wireName } from "./heldmath.js";
import { middleOf, pointAt } from "./layout.js";
import { easeOut, format, isNumber, n1, progress, share, valueClass } from "./scales.js";

const wideOf = (layout) => (layout.fine ? 5.2 : layout.phone ? 3.2 : 2.6);
const edgeOf = (scene, { layer, from, to }) => scene.edges[layer]?.find((e) => e.from === from && e.to === to);

function numberOf(parameters, selection) {
  const { parameter, index } = placeOf(selection);
  return index.reduce((part, i) => part?.[i], parameters[parameter]);
}

/** Its three widths, and both runs' values on everything downstream. @returns {string} SVG */
export function heldMarks(scene, { selection, data, h }) {
  const now = data?.weight ?? numberOf(scene.records.parameters, selection);
  const drawn = selection.kind === "bias" ? biasBand(scene, selection, now, h) : band(scene, selection, now, h);
  if (!drawn) return "";
  const { layout } = scene;
  const [x, y] = drawn.badge;
  const [chipX, chipY, anchor] = drawn.chip ?? [x, y + 31, "middle"];
  let svg = drawn.svg;
  if (data?.spotlight) svg += downstream(scene, selection, data.spotlight);
  svg += `<g transform="translate(${n1(x)} ${n1(y)})${layout.fine ? "" : " scale(.75)"}" data-ref="${wireName(selection)}"><circle r="13" class="bench-badge"/><path class="bench-sign" d="M0 -7.5v8M-4 -3.5h8M-4 5.5h8"/></g>`;
  if (layout.fine)
    svg += `<text class="chip" text-anchor="${anchor}" x="${n1(chipX)}" y="${n1(chipY)}"><tspan class="it">${nameOf(selection)}</tspan><tspan dx="4">${format(now)} ± ${hText(h)}</tspan></text>`;
  return svg;
}

/** The three values, the largest first, so that none hides another. */
const three = (now, h) => [now - h, now, now + h].sort((a, b) => Math.abs(b) - Math.abs(a));
const FADING = [0.3, 0.55, 1];

/** A weight: a band of its three widths. */
function band(scene, selection, now, h) {
  const edge = edgeOf(scene, selection);
  if (!edge) return null;
  const { layout, records } = scene;
  const largest = records.measures[selection.layer].weight || 1;
  const width = (v) => 0.5 + wideOf(layout) * Math.min(2.5, Math.abs(v) / largest);
  const line = (cls, size, opacity = 1) =>
    `<path class="edge ${cls}" d="${edge.d}" stroke-width="${n1(size)}" stroke-opacity="${opacity}"/>`;
  const values = three(now, h);
  const top = width(values[0]);
  const svg =
    line("bench-paper", top + 9) +
    line("bench-ink", top + 4) +
    line("bench-paper", top + 1.4) +
    values.map((v, i) => line(valueClass(v), width(v), FADING[i])).join("");
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
    `<path class="edge ${valueClass(v)}" d="M${n1(x)} ${n1(high)}h${n1(share(v, limit) * (s / 2 - 3))}" stroke-width="${layout.fine ? 5 : 3.4}" stroke-opacity="${FADING[i]}"/>`;
  const base = `<path class="edge bench-paper" d="M${n1(x - s / 2 - 2)} ${n1(high)}h${n1(s + 4)}" stroke-width="9"/><path class="edge bench-ink" d="M${n1(x - s / 2 + 1)} ${n1(high)}h${n1(s - 2)}" stroke-width="${layout.fine ? 8 : 6}"/><path class="edge bench-paper" d="M${n1(x - s / 2 + 2.4)} ${n1(high)}h${n1(s - 4.8)}" stroke-width="${layout.fine ? 5.6 : 3.8}"/>`;
  const badge = [x + s / 2 + (layout.fine ? 26 : 14), high];
  const above = layer === records.layers && !layout.several; // on the right the loss is near
  const chip = above ? [x, high - 28, "middle"] : [badge[0] + 18, high + 5, "start"];
  return { svg: base + three(now, h).map(bar).join(""), badge, chip };
}

/** Two cross-bars on the left gauge of each unit that the parameter can reach. */
function downstream({ layout, records }, { layer, to, unit: own = to }, { below, above }) {
  let svg = "";
  for (let k = layer; k <= records.layers; k++) {
    const last = k === records.layers;
    const name = last ? "outputs" : records.leaves[k];
    layout.units[k].forEach(({ x, y, s }, unit) => {
      if (k === layer && unit !== own) return;
      const rx = last ? layout.outputRadius : layout.radius;
      svg += `<rect class="bench-frame" x="${n1(x - s / 2)}" y="${n1(y - s / 2)}" width="${n1(s)}" height="${n1(s)}" rx="${rx}"/>`;
      const values = [below[name]?.[unit], above[name]?.[unit]];
      svg += crossBars(layout, records.measures[k].activation, { x, y, s }, values, `${name}[${unit}]`);
    });
  }
  if (!layout.fine) return svg;
  const { x, y, r } = layout.loss;
  const text = (dy, cls, words, ref = "") =>
    `<text class="${cls}" text-anchor="middle" x="${n1(x)}" y="${n1(y + r + dy)}"${ref}>${words}</text>`;
  return `${svg}${text(17, "t2", "this point")}${text(32, "num12", `− ${format(below.L)}`, ' data-ref="L"')}${text(47, "num12", `+ ${format(above.L)}`, ' data-ref="L"')}`;
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
        `<path class="bench-bar" d="M${n1(left - layout.gauge / 2 - 5)} ${n1(at(v))}h${n1(layout.gauge + 8)}" data-ref="${ref}"/>`,
    )
    .join("");
  if (!layout.fine || marks.length < 2) return svg;
  const middle = (at(minus) + at(plus)) / 2;
  const apart = Math.max(9, Math.abs(at(minus) - at(plus)));
  for (const [v, sign] of marks) {
    const side = (sign === "−") === at(minus) >= at(plus) ? 1 : -1;
    svg += `<text class="bench-mark" text-anchor="end" x="${n1(left - layout.gauge / 2 - 7)}" y="${n1(middle + (side * apart) / 2 + 3.5)}"><title>${format(v)}</title>${sign}</text>`;
  }
  return svg;
}

// ------------------------------------------------------------------ all weights

const OVERLAP = 0.45; // of the rings of two layers, as of the pulses of two units

/** How far a layer's rings have come, backwards from the output as the gradients did. */
const comes = (t, k, layers) => {
  const span = 1 / (1 + (layers - 1) * (1 - OVERLAP));
  const start = (layers - k) * span * (1 - OVERLAP);
  return easeOut(progress(t, start, start + span));
};

/** One ring a weight in the middle of its edge; the worst has a second one and its number. @returns {string} SVG */
export function ringMarks(scene, { data, loss }, hidden = null, t = 1) {
  const { layout, edges, records } = scene;
  const scale = layout.fine ? 1 : 0.7;
  const { parameter, index } = data.worst;
  let svg = "";
  let last = "";
  for (let k = 1; k < layout.widths.length; k++) {
    const errors = data.parameters[`W${k}`];
    const gradients = records.batch(`dW${k}`);
    const grown = comes(t, k, records.layers);
    if (!errors || grown <= 0) continue;
    for (const { from, to, route, at } of edges[k] ?? []) {
      if (hidden?.layer === k && hidden.from === from && hidden.to === to) continue;
      const error = errors[from]?.[to];
      if (atKink(error, data)) continue;
      const [x, y] = pointAt(route, middleOf(layout, k, from, to));
      const bad = fails(error, gradients?.[from]?.[to], loss);
      const r = n1(ringRadius(error ?? 1) * scale * grown);
      svg += `<circle class="bench-ring${bad ? " bad" : ""}" cx="${n1(x)}" cy="${n1(y)}" r="${r}" data-ref="dW${k}${at}"><title>dW${k}${at}: apart by ${errorText(error)} of itself</title></circle>`;
      if (t < 1 || parameter !== `W${k}` || index[0] !== from || index[1] !== to) continue;
      const right = layout.units[k][to].x - layout.units[k][to].s / 2 - layout.gap - 8;
      last = `<circle class="bench-worst" cx="${n1(x)}" cy="${n1(y)}" r="12"/>`;
      if (layout.fine)
        last += `<text class="chip bench-small" text-anchor="end" x="${n1(Math.min(x + 38, right))}" y="${n1(y - 18)}">worst ${errorText(error)}</text>`;
    }
  }
  return svg + last;
}
