// The gradient of a weight or a bias as a product, and where its error came from. Pure: a chain in, markup out.
import { batchSection } from "./inspectorbatch.js";
import { alone, by, className, heading, is, layerName, num, short, sym, times } from "./inspectormarks.js";
import { derivative, equation, escaped, math } from "./mathml.js";

const CROSS =
  '<svg class="cross" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7"/><path d="M5.4 5.4l5.2 5.2m0 -5.2l-5.2 5.2"/></svg>';

export function gradientSection(view, selection, chain, open) {
  const weight = selection.kind === "weight";
  const place = layerName(view, chain.layer);
  const name = weight
    ? `Weight ${selection.from + 1} → ${selection.to + 1}, ${place}`
    : `Bias ${selection.unit + 1}, ${place}`;
  const ready = chain.factors.every((f) => f.value !== undefined) && chain.product.value !== undefined;
  const line = weight
    ? `${times(chain.factors.map((f, i) => num(view, f, { brackets: i > 0 })))}${is}${num(view, chain.product, { strong: true, note: "this sample alone" })}`
    : num(view, chain.product, { strong: true, note: "this sample alone" });
  const wide = ready && [...chain.factors, chain.product].reduce((length, f) => length + short(f.value).length, 0) > 17;
  if (view.size === "phone")
    return `${heading(name, alone(view), weight ? CROSS : "")}<div class="eqline">${equation(chain, className)}</div>${whereLine(view, chain)}`;
  return `${heading(name, alone(view), weight ? CROSS : "")}
<div class="eq"><span class="lhs">${math(derivative(chain.target))}</span>${is}<span class="rhs">${chain.factors.map((f) => sym(view, f)).join('<span class="op">·</span>')}</span>
${ready ? `<span class="rhs second${wide ? " wide" : ""}">${is}${line}</span>` : `<span class="rhs second later">not computed yet</span>`}</div>
${whereLine(view, chain)}
<p class="sub"><i>${weight ? "w" : "b"}</i> now ${num(view, chain.target, { strong: true })}${chain.batch ? ` · batch mean ${num(view, chain.batch.recorded, { strong: true })}` : ""}</p>
${chain.batch ? batchSection(view, chain, open) : ""}`;
}

/** Where δ came from, with its numbers, and in words below. */
function whereLine(view, { factors: [error], delta }) {
  if (error.value === undefined) return "";
  const { factors, difference, norm } = delta;
  const lines = [];
  if (difference && !factors.length) lines.push(differenceLine(view, error, difference));
  else {
    const to = norm ? delta.error : error;
    lines.push(
      `where ${sym(view, to)}${is}${times(factors.map((f, i) => num(view, f, { brackets: i > 0, note: f.words })))}<br>${inWords(factors)}`,
    );
    if (difference) lines.push(differenceLine(view, factors[0], difference));
    if (norm) lines.push(normLine(view, error, delta));
  }
  return lines.map((line) => `<p class="sub">${line}</p>`).join("");
}

const inWords = (factors) =>
  factors
    .map((f) => (f.role === "slope" && f.value !== undefined ? `slope <i>${escaped(f.formula)}</i>` : f.words))
    .join(" × ");

function differenceLine(view, error, [answer, truth]) {
  const what =
    answer.base === "p"
      ? "probability − truth: the loss and its squashing turn around in one step"
      : "answer − truth: the slope of half a square";
  return `where ${sym(view, error)}${is}${num(view, answer)}<span class="op">−</span>${num(view, truth, { digits: 0, brackets: true })}<br>${what}`;
}

export function normLine(view, error, { norm, error: before }, result = "") {
  if (norm.value === undefined) return "";
  return `${sym(view, error)}${is}${num(view, before)}${by}${num(view, norm, { note: norm.words })}${result}<br>error × batch norm’s γ ÷ spread, held still`;
}
