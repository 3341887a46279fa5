// A unit from both sides: its sum, its answer, what comes back, and the chain that they make. Pure: a view in, markup out.
import { curvePart } from "./inspectorcurve.js";
import { normLine } from "./inspectorgradient.js";
import { alone, block, by, heading, is, later, num, titled } from "./inspectormarks.js";
import { math, mi, row, symbol } from "./mathml.js";
import { format, full, isNumber } from "./scales.js";
import { unitChain } from "./unitchain.js";
import { letters, waterfall } from "./waterfall.js";

const SUM = '<mo>=</mo><mo lspace="0.1em" rspace="0.2em">Σ</mo>';

export function unitSection(view, { layer, unit }) {
  const c = unitChain(view, { layer, unit });
  const name =
    layer === 0 ? `Input ${unit + 1}` : `Unit ${unit + 1}, ${c.layer === c.last ? "output" : `hidden ${layer}`}`;
  const parts = [
    layer === 0 ? inputPart(view, c) : sumPart(view, c),
    c.scaled ? normPart(view, c) : "",
    c.answer ? curvePart(view, c) : "",
  ];
  parts.push(
    layer === c.last ? answerPart(view, c) : layer === 0 ? "" : backPart(view, c),
    layer === 0 ? "" : chainPart(view, c),
  );
  return `${heading(name, alone(view))}${parts.join("")}`;
}

function inputPart(view, c) {
  const value = c.sum.value;
  return block(
    math(symbol(c.sum)),
    "",
    `<p class="sub">${value === undefined ? "No sample has entered yet." : `This sample brings ${num(view, c.sum, { strong: true })}.`} An input only hands its number on: there is nothing here to learn, so no gradient is taken.</p>`,
  );
}

function sumPart(view, c) {
  const source = c.incoming[0]?.other.base ?? "x";
  const title = math(mi("z"), SUM, mi("w"), "<mo>·</mo>", mi(source), "<mo>+</mo>", mi("b"));
  if (c.sum.value === undefined) return block(title, "", later);
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
    title: `${titled(view, weight)} × ${titled(view, other)} = ${full(edge.product)}`,
    value: edge.product,
    off: edge.dropped,
    selection: { kind: "weight", layer, from, to },
    hue,
  };
}

function normPart(view, c) {
  const title = math(
    mi("n"),
    "<mo>=</mo>",
    mi("γ"),
    "<mo>·</mo>",
    "<mover><mi>z</mi><mo>^</mo></mover>",
    "<mo>+</mo>",
    mi("β"),
  );
  if (c.scaled.value === undefined) return block(title, "batch norm", later);
  return block(title, "batch norm", `<p class="eqbig">${normNumbers(view, c)}</p>${normNotes(view, c.norm)}`);
}

/** n = γ (z − μ) ÷ σ + β, in numbers. */
function normNumbers(view, { sum, norm, scaled }) {
  const { gamma, beta, moments } = norm;
  if (!moments || !isNumber(norm.hat)) return num(view, scaled, { strong: true });
  const spread = `<span class="f" title="spread of the batch, √(variance + 10⁻⁵)">${format(Math.sqrt(moments.variance + 1e-5))}</span>`;
  const mean = `<span class="f" title="mean of the batch">${moments.mean < 0 ? `(${format(moments.mean)})` : format(moments.mean)}</span>`;
  return `${num(view, gamma)}${by}(${num(view, sum)}<span class="op">−</span>${mean})<span class="op">÷</span>${spread}<wbr><span class="op">+</span>${num(view, beta, { brackets: true })}${is}${num(view, scaled, { strong: true })}`;
}

/** The batch's mean and spread against the running ones, and the gradients of γ and β. */
function normNotes(view, { moments, running, dgamma, dbeta }) {
  if (!moments) return "";
  const row = (name, m, v) => `<tr><th scope="row">${name}</th><td>${format(m)}</td><td>${format(v)}</td></tr>`;
  const table = `<table class="moments"><thead><tr><td></td><th scope="col">mean</th><th scope="col">variance</th></tr></thead><tbody>${row("this batch, in training", moments.mean, moments.variance)}${running ? row("running, in evaluation", running.mean, running.variance) : ""}</tbody></table>`;
  const gradients =
    dgamma.value === undefined
      ? ""
      : `<p class="sub">∂γ ${num(view, dgamma)} · ∂β ${num(view, dbeta)}, of the whole batch</p>`;
  return table + gradients;
}

function backPart(view, c) {
  const title = math(mi("∂"), mi(c.arrives.base.slice(1)), SUM, mi("w"), "<mo>·</mo>", mi("δ"));
  if (c.arrives.value === undefined) return block(title, "over the outgoing lines", later);
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
  const ce = answer.base === "p";
  const letter = ce || !c.delta.factors.length ? mi("δ") : row(symbol({ base: "∂ŷ" }));
  const title = math(letter, "<mo>=</mo>", symbol({ base: answer.base }), "<mo>−</mo>", mi("y"));
  if (answer.value === undefined) return block(title, "at the loss", later);
  const to = c.delta.factors[0] ?? c.delta.result;
  return block(
    title,
    "at the loss",
    `<p class="eqbig">${num(view, answer)}<span class="op">−</span>${num(view, truth, { digits: 0, brackets: true })}${to.value === undefined ? "" : `${is}${num(view, to, { strong: true })}`}</p>`,
  );
}

function chainPart(view, c) {
  const { delta } = c;
  const target = delta.norm ? delta.error : delta.result;
  if (!delta.factors.length) return "";
  if (target.value === undefined) return `<div class="chain">${later}</div>`;
  const cells = delta.factors.map(
    (f) => `<div>${num(view, f)}<span>${f.role === "arrives" ? "arrives" : f.words}</span></div>`,
  );
  const first = `<div class="chain">${cells.join("<i>×</i>")}<i>=</i><div>${num(view, target, { strong: true })}<span>${plain(target)}${delta.norm ? "" : " = ∂b"}</span></div></div>`;
  const norm =
    delta.norm && delta.result.value !== undefined
      ? `<p class="sub">${normLine(view, delta.result, delta, is + num(view, delta.result, { strong: true }))}</p>`
      : "";
  return first + norm;
}

const plain = ({ base, sup, sub }) => `${base}<sup>${sup}</sup><sub>${sub}</sub>`;
