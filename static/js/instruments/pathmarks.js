// The sum over paths, drawn: the current path on the graph, the row of all paths, the sum and its panel.

import { setHidden } from "../dom/elements.js";
import { observeBox } from "../dom/size.js";
import { gradientClass, valueClass } from "../format/colors.js";
import { clamp, isNumber, maxAbs, n1 } from "../format/math.js";
import { duration, format, integerText, subscript, superscript, thousands } from "../format/numbers.js";
import { angleAt, lossCurve, pathData, pointAt } from "../network/layout.js";
import { weightName } from "../run/records.js";
import { layerWidths } from "../run/values.js";
import { cellOf, cellsOf, factorsOf, MAX_SECONDS, pathAt, productOf, productsOf, tapeFinishedAt } from "./pathplan.js";

const ROWS_SHOWN = 12; // rows of a sum; the others are summed up in one row
const MAX_SUMMED = 1500; // paths of one weight that are added up again for its sum so far
const MAX_EARLIER = 60; // paths of a weight that are drawn beside the one now
const edgeOf = (scene, layer, from, to) => scene.edges[layer]?.find((e) => e.from === from && e.to === to);

/** "x₁", "d²₃", "f′", "w³₁₂", "δ³": what a factor is. */
export function factorName(factor, records) {
  const { kind, layer, unit, from } = factor;
  if (kind === "weight") return weightName(layer, from, unit);
  if (kind === "slope") return ["f′", ...(records.index.has(`d${layer}`) ? ["mask"] : []), "γ/σ"][factor.part ?? 0];
  if (kind === "error")
    return records.index.has(`da${layer}`) && layer === records.layers
      ? `∂ŷ${subscript(unit + 1)}`
      : `δ${superscript(layer)}${records.widths[layer] > 1 ? subscript(unit + 1) : ""}`;
  const name = records.layerOutputs[layer] ?? "x";
  return `${name.replace(/\d/g, "")}${layer ? superscript(layer) : ""}${subscript(unit + 1)}`;
}

/** The record behind a factor. @param {any} factor @param {any} records */
export function factorRef(factor, records) {
  const { kind, layer, unit, from } = factor;
  if (kind === "weight") return `W${layer}[${from}][${unit}]`;
  if (kind === "slope") return `a${layer}[${unit}]`;
  if (kind === "error") return `${records.error}[${unit}]`;
  return `${records.layerOutputs[layer] ?? "x"}[${unit}]`;
}

export const factorClass = ({ kind, value }) =>
  kind === "slope" ? "" : kind === "error" ? gradientClass(value) : valueClass(value);

/** The current path in ink, this weight's earlier ones thin, its factors on what they come from. @returns {string} SVG */
export function pathMarks(scene, { plan, at, data }) {
  const { layout, records } = scene;
  const { factors } = data.measured;
  const path = pathAt(plan, at);
  const first = edgeOf(scene, path.layer, path.from, path.to);
  if (!first) return "";
  const chain = (units) => units.slice(1).map((unit, i) => edgeOf(scene, path.layer + 1 + i, units[i], unit));
  const line = (d, cls, width, more = "") => `<path class="edge ${cls}" d="${d}" stroke-width="${width}"${more}/>`;
  const earlier = new Set();
  for (let number = Math.max(0, path.number - MAX_EARLIER); number < path.number; number++)
    for (const edge of chain(pathAt(plan, path.first + number).units)) earlier.add(edge);
  let svg = [...earlier].map((edge) => line(edge.d, "instrument-ink", 1.6, ' stroke-opacity=".42"')).join("");
  const now = chain(path.units);
  const last = path.units[path.units.length - 1];
  const lineWidth = layout.detailed ? 4.4 : 2.8;
  const lossPath = pathData(lossCurve(layout, last));
  for (const d of [first.d, ...now.map((edge) => edge.d), lossPath])
    svg += line(d, "instrument-background", lineWidth + 8);
  svg += line(first.d, "instrument-ink", lineWidth, ' stroke-dasharray="7 6"');
  for (const edge of now)
    svg += line(edge.d, "instrument-ink", lineWidth) + chevrons(edge.route, layout.detailed ? 6.4 : 4);
  svg += line(lossPath, "instrument-ink", lineWidth);
  const unitsOnPath = [[path.layer - 1, path.from], ...path.units.map((unit, i) => [path.layer + i, unit])];
  for (const [k, unit] of unitsOnPath) {
    const { x, y, s } = layout.units[k][unit];
    svg += `<rect class="instrument-frame" x="${n1(x - s / 2)}" y="${n1(y - s / 2)}" width="${n1(s)}" height="${n1(s)}" rx="${k === records.layers ? layout.outputRadius : layout.radius}"/>`;
  }
  return layout.detailed
    ? svg + factorLabels(scene, first, now, last, factorsOf(path, factors, records.parameters))
    : svg;
}

function factorLabels({ layout, records }, first, now, last, factors) {
  const placed = [];
  const label = (x, y, factor, anchor = "middle") => {
    const height = 17;
    let top = y < layout.top + 12 ? y + 40 : y; // below the line, where it would stand in the heads
    while (placed.some(([px, py]) => Math.abs(px - x) < 74 && Math.abs(py - top) < height)) top += height;
    placed.push([x, top]);
    return `<text class="value-label ${factorClass(factor)}" text-anchor="${anchor}" x="${n1(x)}" y="${n1(clamp(top, 12, layout.height - 4))}" data-ref="${factorRef(factor, records)}"><tspan class="variable">${factorName(factor, records)}</tspan><tspan dx="4">${format(factor.value)}</tspan></text>`;
  };
  return factors
    .map((factor) => {
      if (factor.kind === "value") {
        const [x, y] = pointAt(first.route, 0.5);
        return label(x, y - 13, factor);
      }
      if (factor.kind === "weight") {
        const [x, y] = pointAt(now[factor.layer - first.layer - 1].route, 0.5);
        return label(x, y - 19, factor);
      }
      if (factor.kind === "error") {
        const { x, y, s } = layout.units[factor.layer][last];
        return label((x + s / 2 + layout.loss.x - layout.loss.r) / 2 + 4, y - 15, factor);
      }
      if (factor.layer === records.layers && factor.value === 1) return ""; // the output has no slope of its own
      const { x, y, s } = layout.units[factor.layer][factor.unit];
      return label(x + s / 2 + 12, y + s / 2 + 6, factor, "start");
    })
    .join("");
}

/** Against the direction of travel, on paper. */
function chevrons(route, size) {
  let d = "";
  for (const t of [0.4, 0.5, 0.6]) {
    const [x, y] = pointAt(route, t);
    const angle = angleAt(route, t);
    const [c, s] = [Math.cos(angle) * size, Math.sin(angle) * size];
    d += `M${n1(x + 0.5 * c + s)} ${n1(y + 0.5 * s - c)}L${n1(x - 0.5 * c)} ${n1(y - 0.5 * s)}L${n1(x + 0.5 * c - s)} ${n1(y + 0.5 * s + c)}`;
  }
  return `<path class="instrument-chevron under" d="${d}"/><path class="instrument-chevron" d="${d}"/>`;
}

/**
 * The row of paths: a cell a path with the way it takes and its value, grouped by weight; where the tape would have finished.
 * @returns {string} SVG
 */
export function bandMarks({ plan, at, data }, parameters, tape, width, height) {
  const left = 20;
  const { cells, groups, width: cellWidth } = cellsOf(plan, left, width - 20);
  const current = cellOf(plan, at);
  const top = 14;
  const cellHeight = clamp(height - top - 52, 24, 58);
  const value = top + cellHeight + 11;
  const { factors } = data.measured;
  const values = plan.merged
    ? cells.map((cell) => gradientOf(data, plan.weights[cell.at]))
    : cells.map((cell) => productOf(factorsOf(pathAt(plan, cell.first), factors, parameters)));
  const largest = maxAbs(values) || 1;
  const X = (cell, unit, count) => cell.x + 2.4 + (cellWidth - 4.8) * (count > 1 ? unit / (count - 1) : 0.5);
  const Y = (k) => top + 6 + ((plan.last - k) * (cellHeight - 12)) / plan.last;
  let svg = "";
  cells.forEach((cell, i) => {
    const now = i === current;
    if (cellWidth < 2 && !now && i % Math.ceil(2 / cellWidth)) return;
    const on = i <= current;
    svg += `<rect class="path-cell${on ? "" : " future"}${now ? " now" : ""}" x="${n1(cell.x)}" y="${top}" width="${n1(Math.max(1, cellWidth - 0.8))}" height="${cellHeight}" rx="${cellWidth > 8 ? 2.5 : 1}"/>`;
    if (!on || cellWidth < 7) return;
    if (!plan.merged) {
      const path = pathAt(plan, cell.first);
      const unitsOnPath = [[path.layer - 1, path.from], ...path.units.map((unit, j) => [path.layer + j, unit])];
      const points = unitsOnPath.map(([k, unit]) => `${n1(X(cell, unit, plan.widths[k]))} ${n1(Y(k))}`);
      const [x, y] = points[0].split(" ");
      svg += `<path class="path-braid${now ? " now" : ""}" d="M${points.join("L")}"/><circle class="path-foot" cx="${x}" cy="${y}" r="1.7"/>`;
    }
    const v = values[i];
    const side = isNumber(v) ? Math.min(cellWidth - 1, 2 + 14 * Math.sqrt(Math.abs(v) / largest)) : 0;
    if (v !== 0 && side > 0)
      svg += `<rect class="path-value ${gradientClass(v)}" x="${n1(cell.x + cellWidth / 2 - side / 2)}" y="${n1(value - side / 2)}" width="${n1(side)}" height="${n1(side)}"/>`;
  });
  for (const { layer, x, end, weights, paths } of groups) {
    const long = `∂W${superscript(layer)}: ${thousands(weights)} ${weights === 1 ? "weight" : "weights"}, ${thousands(paths)} ${paths === 1 ? "path" : "paths"} each`;
    const short = `∂W${superscript(layer)}`;
    const text = end - x > 5.4 * long.length ? long : end - x > 60 ? `${short}: ${thousands(weights * paths)}` : short;
    svg += `<path class="path-rule" d="M${n1(x)} ${value + 12}H${n1(end)}"/><text class="muted" x="${n1(x)}" y="${value + 26}">${text}</text>`;
  }
  const now = cells[current];
  svg += `<path class="tape-pointer" d="M${n1(now.x + cellWidth / 2)} ${value + 14}l-5.5 8h11z"/>`;
  const end = tapeFinishedAt(plan, tape);
  if (end < plan.total) {
    const cell = cells[cellOf(plan, end)];
    const share = plan.merged ? (end - plan.weights[cell.at].first) / cell.paths : 0;
    const x = n1(cell.x - 1.6 + share * cellWidth);
    const right = x < width - 230;
    svg += `<path class="path-end" d="M${x} ${top - 9}V${value + 9}"/><text class="path-ended" text-anchor="${right ? "start" : "end"}" x="${n1(x + (right ? 6 : -6))}" y="${top - 3}">${thousands(tape)}: with the tape, finished here</text>`;
  }
  return svg;
}

const gradientOf = (data, { layer, from, to }) => data.measured.gradients[`W${layer}`][from][to];

/** The path under a point of the row. */
export function pathAtX(plan, x, width) {
  const { cells, width: cellWidth } = cellsOf(plan, 20, width - 20);
  let best = 0;
  for (let i = 0; i < cells.length; i++) if (cells[i].x <= x + 0.5) best = i;
  const cell = cells[best];
  const share = clamp((x - cell.x) / cellWidth, 0, 0.999);
  return cell.first + (plan.merged ? Math.floor(share * cell.paths) : 0);
}

/** Rows of the sum: what each path adds, those that are still to come, and the sum so far. */
export function sumRows({ plan, at, data }, parameters) {
  // the server's whole sum is the same number: added up in the same order
  const path = pathAt(plan, at);
  const weight = plan.weights[path.at];
  const moreThanShown = weight.paths > ROWS_SHOWN;
  const from = moreThanShown ? clamp(path.number - ROWS_SHOWN + 2, 0, weight.paths - ROWS_SHOWN) : 0;
  const whole = path.number === weight.paths - 1 ? { sum: gradientOf(data, weight) } : null;
  const done =
    whole ??
    (path.number < MAX_SUMMED ? productsOf(plan, weight, data.measured.factors, parameters, path.number + 1) : null);
  const rows = [];
  for (let number = from; number < Math.min(weight.paths, from + ROWS_SHOWN); number++) {
    const rowPath = pathAt(plan, weight.first + number);
    const product = productOf(factorsOf(rowPath, data.measured.factors, parameters));
    const passedUnits = rowPath.units.slice(1, plan.widths[plan.last] > 1 ? undefined : -1);
    rows.push({
      units: passedUnits,
      product,
      state: number < path.number ? "done" : number === path.number ? "now" : "later",
    });
  }
  return { path, weight, rows, earlier: from, later: weight.paths - from - rows.length, sum: done?.sum ?? null };
}

/** The sum as a waterfall: each bar begins where the last one ended. @returns {{svg: string, height: number}} */
export function waterfall({ rows, earlier, later, sum, path }, width) {
  const rowHeight = 21;
  const left = Math.max(128, Math.round(width * 0.53));
  const before = rows.reduce((rest, row) => (row.state === "later" ? rest : rest - row.product), sum ?? 0);
  const marks = [before];
  for (const row of rows) marks.push(marks[marks.length - 1] + (row.state === "later" ? 0 : row.product));
  const [low, top] = [Math.min(0, ...marks), Math.max(0, ...marks)];
  const X = (v) => left + ((v - low) / (top - low || 1)) * (width - left - 4);
  const bar = (y, a, b, v, ref = "") =>
    `<rect class="${gradientClass(v)}" x="${n1(Math.min(X(a), X(b)))}" y="${y + 4}" width="${n1(Math.max(0.8, Math.abs(X(b) - X(a))))}" height="${rowHeight - 9}"${ref}/>`;
  let y = 0;
  let svg = "";
  const note = (words) => {
    svg += `<text class="muted" x="0" y="${y + 15}">${words}</text>`;
    y += rowHeight;
  };
  if (earlier) note(`… ${thousands(earlier)} earlier, together ${format(before, 4)}`);
  rows.forEach((row, i) => {
    const name = row.units.length ? `via ${row.units.map((unit) => unit + 1).join("→")}` : "path";
    const fits = Math.max(5, Math.floor((left - (row.state === "now" ? 84 : 62)) / 6.2));
    const text = row.state === "later" ? "not yet" : `${row.state === "now" ? "now " : ""}${format(row.product, 4)}`;
    svg += `<text class="variable text-13${row.state === "later" ? " muted" : ""}" x="0" y="${y + 15}">${name.length > fits ? `…${name.slice(1 - fits)}` : name}</text><text text-anchor="end" class="figure-number${row.state === "later" ? " muted" : ""}" x="${left - 10}" y="${y + 15}">${text}</text>`;
    if (row.state !== "later") svg += bar(y, marks[i], marks[i + 1], row.product);
    y += rowHeight;
  });
  if (later) note(`… ${thousands(later)} more to come`);
  svg += `<path class="instrument-ink" d="M0 ${y + 2.5}H${width}"/><path class="instrument-grid" d="M${n1(X(0))} 0V${y + 26}"/>`;
  y += 4;
  svg += `<text class="variable text-13" x="0" y="${y + 16}">so far</text><text text-anchor="end" class="figure-number strong ${gradientClass(sum)}" x="${left - 10}" y="${y + 16}">${sum === null ? "" : format(sum, 4)}</text>`;
  if (sum !== null) svg += bar(y, 0, sum, sum, ` data-ref="dW${path.layer}[${path.from}][${path.to}]"`);
  return { svg, height: y + 28 };
}

// The panel beside the graph: the sum over a weight's paths, the cost at other depths, or why the sum is refused.

const DEPTHS = [3, 6, 10];

/** @param {HTMLElement} side @param {{close: () => void, changed: () => void}} on */
export function createPathPanel(side, on) {
  const panel = document.createElement("section");
  Object.assign(panel, { className: "instrument-side paths-side", hidden: true, tabIndex: -1 });
  panel.setAttribute("aria-label", "The gradient, path by path");
  side.append(panel);
  const size = observeBox(panel, on.changed);
  panel.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("[data-close]")) on.close();
  });

  function sum(paths, view) {
    const { data, plan } = paths;
    const rows = sumRows(paths, view.step?.parameters ?? view.run.parameters);
    const { path, weight } = rows;
    const { svg, height } = waterfall(rows, size.width);
    const recorded = view.spotlightValues?.[`dW${path.layer}`]?.[path.from]?.[path.to];
    const ref = `dW${path.layer}[${path.from}][${path.to}]`;
    panel.innerHTML = `<header class="section-heading"><b>Weight ${path.from + 1} → ${path.to + 1}, layer ${path.layer}</b><small>this sample alone</small></header>
<figure><figcaption class="equation-heading"><i>∂L/∂w = sum over its paths</i><small>${thousands(weight.paths)} ${weight.paths === 1 ? "path" : "paths"}</small></figcaption><svg class="graph-svg waterfall" viewBox="0 0 ${size.width} ${height}" height="${height}" role="img" aria-label="the sum so far ${format(rows.sum, 4)}">${svg}</svg>
<table class="comparison-table"><tbody><tr><td>the tape recorded</td><td><b data-ref="${ref}" class="${gradientClass(recorded)}" title="${recorded}">${recorded === undefined ? "" : format(recorded, 4)}</b></td></tr><tr><td>all ${integerText(plan.total)}, apart from the tape by</td><td><b>${format(data.measured.largest_difference)}</b></td></tr></tbody></table></figure>
${costTable(data, view.run)}`;
  }

  function refused(found, view) {
    const widths = layerWidths(view.run.parameters);
    panel.innerHTML = `<header class="section-heading"><b>Without the tape</b><button type="button" class="link" data-close>close</button></header><div class="refused" role="alert"><p class="section-heading warning">✕ Refused for ${architectureText(widths)}</p><p class="instrument-text">${integerText(found.multiplications, 16)} multiplications for one sample: about ${duration(found.seconds)} on this server. With the tape it is ${thousands(found.tape_multiplications)}. Recording stays on.</p></div>${costTable(found, view.run)}`;
  }

  return {
    sum,
    refused,
    width: () => size.width,
    /** @param {boolean} on */
    show(on) {
      setHidden(panel, !on);
    },
  };
}

/** What other depths would take, at the rate measured on this server. */
function costTable(data, run) {
  const { hidden } = run.config;
  const widths = layerWidths(run.parameters);
  const cellWidth = Math.max(...hidden.map((layer) => layer.units), 0);
  const like = (layers) => [widths[0], ...Array(layers).fill(cellWidth), widths[widths.length - 1]];
  const others = data.deeper.filter(({ layers }) => DEPTHS.includes(layers) && layers !== hidden.length);
  const rows = [row(data, widths, "this-net"), ...others.map((deep) => row(deep, like(deep.layers)))];
  return `<figure><figcaption class="equation-heading"><i>What would it take?</i><small>${format(data.rate / 1e6, 1)}·10⁶ a second here</small></figcaption><table class="comparison-table takes"><thead><tr><th>network</th><th>tape</th><th>paths</th><th>time</th></tr></thead><tbody>${rows.join("")}</tbody></table><p class="help-text">Multiplications of the backward pass, for one sample.</p></figure>`;
}

const row = ({ tape_multiplications, multiplications, seconds }, widths, className = "") =>
  `<tr class="${className}"><td>${architectureText(widths)}</td><td>${thousands(tape_multiplications)}</td><td>${integerText(multiplications, 9)}</td><td class="${seconds > MAX_SECONDS ? "warning" : ""}">${duration(seconds)}</td></tr>`;

const architectureText = (widths) => {
  const hidden = widths.slice(1, -1);
  const same = hidden.length > 3 && hidden.every((n) => n === hidden[0]);
  return same ? `${widths[0]}-[${hidden[0]}]×${hidden.length}-${widths[widths.length - 1]}` : widths.join("-");
};
