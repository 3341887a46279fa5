// A unit: its sum, its activation, the error that comes back, and the chain rule through it. Pure: a view in, markup
// out.

import { gradientClass, valueClass } from "../format/colors.js";
import { isNumber } from "../format/math.js";
import { format, fullDigits } from "../format/numbers.js";
import { isComputed, networkOf } from "../run/records.js";
import { picturePixels, pixelWords } from "../run/settings.js";
import { ACTIVATIONS, unitChain } from "./chainrule.js";
import { batchNormSource } from "./gradient.js";
import {
  alone,
  block,
  EQUALS,
  escaped,
  heading,
  letters,
  math,
  mi,
  NOT_COMPUTED,
  row,
  symbol,
  TIMES,
  valueMarkup,
  valueTitle,
  waterfall,
} from "./markup.js";

// A unit's activation as a curve: the point it stands at, the tangent there, a tick for each sample. Pure: a chain in, markup out.

/** The activation's curve with the point, its tangent, and a tick for each sample of the batch. */
export function activationCurve(view, c) {
  const kind = c.slope.activation;
  const title = math(
    mi("a"),
    "<mo>=</mo>",
    `<mtext>${kind.replace("_", " ")}</mtext>`,
    "<mo>(</mo>",
    mi(c.scaled ? "n" : "z"),
    "<mo>)</mo>",
  );
  const note = c.batch.length && c.answer.value !== undefined ? "ticks: the whole batch" : "";
  const [W, H] = [214, 116];
  const z = (c.scaled ?? c.sum).value;
  const at = isNumber(z) && c.answer.value !== undefined;
  const R = Math.max(3, ...(at ? [Math.abs(z) * 1.15, ...c.batch.map((v) => Math.abs(v) * 1.05)] : []));
  const f = ACTIVATIONS[kind].value;
  const [low, high] =
    kind === "sigmoid" || kind === "step" ? [0, 1] : kind === "tanh" ? [-1, 1] : [Math.min(0, f(-R)), f(R)];
  const X = (v) => ((v + R) / (2 * R)) * W;
  const Y = (v) => 10 + ((high - v) / (high - low)) * (H - 30);
  let d = "";
  for (let i = 0; i <= 96; i++)
    d += `${i ? "L" : "M"}${X(-R + (i * R) / 48).toFixed(1)} ${Y(f(-R + (i * R) / 48)).toFixed(1)}`;
  const rug = at ? c.batch.map((v) => `<path class="rug" d="M${X(v).toFixed(1)} ${H - 8}v8"/>`).join("") : "";
  const point = at && isNumber(c.answer.value) ? pointOnCurve(view, c, { X, Y, R, W, H, z, high, low }) : "";
  return block(
    title,
    note,
    `<svg class="curve" viewBox="0 0 ${W} ${H}" role="img" aria-label="${kind.replace("_", " ")}${at ? `, slope ${format(c.slope.value)} at ${format(z)}` : ""}"><path class="axis" d="M0 ${Y(0).toFixed(1)}H${W}M${W / 2} 4V${H - 10}"/><path class="value-link" d="${d}"/>${rug}${point}${high === 1 ? `<text class="muted" x="0" y="${Y(1) + 3}">1</text>` : ""}</svg>${at ? "" : NOT_COMPUTED}`,
  );
}

function pointOnCurve(view, c, { X, Y, R, W, H, z, high, low }) {
  const a = c.answer.value;
  const slope = c.slope.value;
  const [px, py] = [X(z), Y(a)];
  const rise = slope * ((H - 30) / W) * ((2 * R) / (high - low)); // in pixels a pixel
  const run = 42 / Math.hypot(1, rise);
  const tangent = `M${(px - run).toFixed(1)} ${(py + rise * run).toFixed(1)}L${(px + run).toFixed(1)} ${(py - rise * run).toFixed(1)}`;
  const right = px > W * 0.62;
  const across = z > 0 ? -1 : 1;
  const hue = a === 0 ? "" : valueClass(a);
  const tone = slope === 0 ? "" : gradientClass(slope);
  const input = c.scaled ?? c.sum;
  const slopeX = z > R * 0.2 ? 0 : W;
  const slopeY = z > R * 0.2 ? 24 : H - 44;
  const anchor = z > R * 0.2 ? "start" : "end";
  return `<path class="drop ${hue}" d="M${px.toFixed(1)} ${H - 10}V${py.toFixed(1)}H${W / 2}"/><path class="halo" d="${tangent}"/><path class="tangent ${tone}" d="${tangent}"/>
<g data-ref="${c.answer.ref}"><title>${escaped(valueTitle(view, c.answer))}</title><circle class="${hue}" cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="4.2"/><text class="strong ${hue}" x="${W / 2 + across * 8}" y="${(py + 4).toFixed(1)}" text-anchor="${across < 0 ? "end" : "start"}"><tspan class="variable">a</tspan> = ${format(a)}</text></g>
<g data-ref="${input.ref}"><title>${escaped(valueTitle(view, input))}</title><text x="${(px + (right ? -6 : 6)).toFixed(1)}" y="${(py > H - 44 ? py - 9 : H - 14).toFixed(1)}" text-anchor="${right ? "end" : "start"}"><tspan class="variable">${input.base}</tspan> = ${format(z)}</text></g>
<g data-ref="${c.slope.ref}"><title>slope, from ${escaped(valueTitle(view, c.answer))} · ${fullDigits(slope)}</title><text class="muted" x="${slopeX}" y="${slopeY}" text-anchor="${anchor}">slope</text><text class="strong ${tone}" x="${slopeX}" y="${slopeY + 14}" text-anchor="${anchor}">${SLOPE_FORMULAS[c.slope.activation] ?? ""}${format(slope)}</text></g>`;
}

const SLOPE_FORMULAS = { tanh: "1 − a² = ", sigmoid: "a (1 − a) = " };

const SUM_SIGN = '<mo>=</mo><mo lspace="0.1em" rspace="0.2em">Σ</mo>';

export function unitSection(view, { layer, unit }) {
  const c = unitChain(view, { layer, unit });
  const name =
    layer === 0
      ? `Input ${unit + 1}${placeOf(view, unit)}`
      : `Unit ${unit + 1}, ${c.layer === c.last ? "output" : `hidden ${layer}`}`;
  const parts = [
    layer === 0 ? inputPart(view, c, unit) : sumPart(view, c),
    c.scaled ? batchNormPart(view, c) : "",
    c.answer ? activationCurve(view, c) : "",
  ];
  parts.push(
    layer === c.last ? answerPart(view, c) : layer === 0 ? "" : errorPart(view, c),
    layer === 0 ? "" : chainPart(view, c),
  );
  return `${heading(name, alone(view), "", layer === 0 ? "input" : "unit")}${parts.join("")}`;
}

/** Where in a picture an input lies. */
function placeOf(view, unit) {
  const picture = picturePixels(view);
  if (!picture) return "";
  const pixel = picture.at[unit];
  return `, ${pixelWords(Math.floor(pixel / picture.columns), pixel % picture.columns)}`;
}

/** ∂L/∂x of an input that is a pixel: it is drawn on the digit. */
function inputSlope(view, unit) {
  const slope = view.spotlightValues?.dx?.[unit];
  return picturePixels(view) && isNumber(slope) && isComputed(view, "dW1")
    ? ` The gradient of this sample’s loss, drawn on the digit: ∂L/∂x = ${format(slope)}.`
    : "";
}

function inputPart(view, c, unit) {
  const value = c.sum.value;
  return block(
    math(symbol(c.sum)),
    "",
    `<p class="sub">${value === undefined ? "No sample has entered yet." : `This sample brings ${valueMarkup(view, c.sum, { strong: true })}.`} An input only hands its number on: there is nothing here to learn, so training takes no gradient of it.${inputSlope(view, unit)}</p>`,
  );
}

function sumPart(view, c) {
  const source = c.incoming[0]?.other.base ?? "x";
  const title = math(mi("z"), SUM_SIGN, mi("w"), "<mo>·</mo>", mi(source), "<mo>+</mo>", mi("b"));
  if (c.sum.value === undefined) return block(title, "", NOT_COMPUTED);
  const rows = c.incoming.map((e) => edgeRow(view, e, "value"));
  rows.push({
    ref: c.bias.ref,
    name: "b",
    words: "bias",
    value: c.bias.value,
    term: c.bias,
    selection: { kind: "bias", layer: c.layer, unit: c.unit },
  });
  rows.sort((p, q) => Number(!!p.off) - Number(!!q.off) || Math.abs(q.value ?? 0) - Math.abs(p.value ?? 0));
  return block(title, "largest first", waterfall(view, rows, c.sum, "value"));
}

function edgeRow(view, edge, hue) {
  const { weight, other, layer, from, to } = edge;
  const factor = other.value < 0 ? `(${format(other.value, 2)})` : format(other.value, 2);
  return {
    ref: weight.ref,
    name: letters(other),
    words: edge.dropped ? "dropped: 0" : `${format(weight.value, 2)} × ${factor}`,
    title: `${valueTitle(view, weight)} × ${valueTitle(view, other)} = ${fullDigits(edge.product)}`,
    value: edge.product,
    off: edge.dropped,
    selection: { kind: "weight", layer, from, to },
    hue,
  };
}

function batchNormPart(view, c) {
  const title = math(
    mi("n"),
    "<mo>=</mo>",
    mi("γ"),
    "<mo>·</mo>",
    "<mover><mi>x</mi><mo>^</mo></mover>",
    "<mo>+</mo>",
    mi("β"),
  );
  if (c.scaled.value === undefined) return block(title, "batch norm", NOT_COMPUTED);
  return block(
    title,
    "batch norm",
    `<p class="equation-large">${batchNormNumbers(view, c)}</p>${batchNormNotes(view, c.norm)}`,
  );
}

/** n = γ (z − E[z]) ÷ √Var[z] + β, in numbers. */
function batchNormNumbers(view, { sum, norm, scaled }) {
  const { gamma, beta, moments } = norm;
  if (!moments || !isNumber(norm.hat)) return valueMarkup(view, scaled, { strong: true });
  const spread = `<span class="value-link" title="standard deviation of the batch, √(variance + 10⁻⁵)">${format(Math.sqrt(moments.variance + 1e-5))}</span>`;
  const mean = `<span class="value-link" title="mean of the batch">${moments.mean < 0 ? `(${format(moments.mean)})` : format(moments.mean)}</span>`;
  return `${valueMarkup(view, gamma)}${TIMES}(${valueMarkup(view, sum)}<span class="op">−</span>${mean})<span class="op">÷</span>${spread}<wbr><span class="op">+</span>${valueMarkup(view, beta, { brackets: true })}${EQUALS}${valueMarkup(view, scaled, { strong: true })}`;
}

/** The batch's mean and variance against the running ones, and the gradients of γ and β. */
function batchNormNotes(view, { moments, running, dgamma, dbeta }) {
  if (!moments) return "";
  const row = (name, m, v) => `<tr><th scope="row">${name}</th><td>${format(m)}</td><td>${format(v)}</td></tr>`;
  const table = `<table class="moments"><thead><tr><td></td><th scope="col">mean</th><th scope="col">variance</th></tr></thead><tbody>${row("this batch, in training", moments.mean, moments.variance)}${running ? row("running, in evaluation", running.mean, running.variance) : ""}</tbody></table>`;
  const gradients =
    dgamma.value === undefined
      ? ""
      : `<p class="sub">∂γ ${valueMarkup(view, dgamma)} · ∂β ${valueMarkup(view, dbeta)}, of the whole batch</p>`;
  return table + gradients;
}

function errorPart(view, c) {
  const title = math(mi("∂"), mi(c.arrives.base.slice(1)), SUM_SIGN, mi("w"), "<mo>·</mo>", mi("δ"));
  if (c.arrives.value === undefined) return block(title, "over the outgoing lines", NOT_COMPUTED);
  return block(
    title,
    "over the outgoing lines",
    waterfall(
      view,
      c.outgoing.map((e) => edgeRow(view, e, "gradient")),
      c.arrives,
      "gradient",
      6,
    ),
  );
}

function answerPart(view, c) {
  const [answer, truth] = c.delta.difference;
  const ce = networkOf(view).loss !== "squared_error"; // then δ itself is the difference
  const letter = ce || !c.delta.factors.length ? mi("δ") : row(symbol({ base: "∂ŷ" }));
  const title = math(letter, "<mo>=</mo>", symbol({ base: answer.base }), "<mo>−</mo>", mi("y"));
  if (answer.value === undefined) return block(title, "at the loss", NOT_COMPUTED);
  const to = c.delta.factors[0] ?? c.delta.result;
  return block(
    title,
    "at the loss",
    `<p class="equation-large">${valueMarkup(view, answer)}<span class="op">−</span>${valueMarkup(view, truth, { digits: 0, brackets: true })}${to.value === undefined ? "" : `${EQUALS}${valueMarkup(view, to, { strong: true })}`}</p>`,
  );
}

function chainPart(view, c) {
  const { delta } = c;
  const target = delta.norm ? delta.error : delta.result;
  if (!delta.factors.length) return "";
  if (target.value === undefined) return `<div class="chain">${NOT_COMPUTED}</div>`;
  const cells = delta.factors.map(
    (f) => `<div>${valueMarkup(view, f)}<span>${f.role === "arrives" ? "arrives" : f.words}</span></div>`,
  );
  const first = `<div class="chain">${cells.join("<i>×</i>")}<i>=</i><div>${valueMarkup(view, target, { strong: true })}<span>${letterText(target)}${delta.norm ? "" : " = ∂b"}</span></div></div>`;
  const norm =
    delta.norm && delta.result.value !== undefined
      ? `<p class="sub">${batchNormSource(view, delta.result, delta, EQUALS + valueMarkup(view, delta.result, { strong: true }))}</p>`
      : "";
  return first + norm;
}

const letterText = ({ base, sup, sub }) => `${base}<sup>${sup}</sup><sub>${sub}</sub>`;
