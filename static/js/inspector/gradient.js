// The gradient of a weight or bias: what each sample of the batch adds to it, and the factors of the product. Pure: a
// chain in, markup out.

import { fullDigits, thousands } from "../format/numbers.js";
import { networkOf, refOf, refTitle } from "../run/records.js";
import {
  alone,
  attributes,
  className,
  derivative,
  EQUALS,
  equation,
  escaped,
  heading,
  layerName,
  letterMarkup,
  math,
  short,
  symbol,
  TIMES,
  times,
  valueMarkup,
} from "./markup.js";

/** The batch's terms: a bar for each sample, and the numbers for whoever wants them. */
export function batchSection(view, chain, open) {
  const { batch } = chain;
  if (batch.n === 1) return '<p class="sub">The batch is this one sample, so this is the whole gradient.</p>';
  const weight = chain.factors.length > 1;
  const size = (r) => Math.abs(r.product ?? 0);
  const rows = [...batch.rows].sort((p, q) => size(q) - size(p)).slice(0, 16);
  const rest = batch.total - rows.reduce((sum, r) => sum + (r.product ?? 0), 0);
  const cells = (...texts) =>
    texts
      .filter((_, i) => weight || i !== 2)
      .map((text) => `<td>${text}</td>`)
      .join("");
  const term = (r) =>
    `<span class="${className({ kind: "gradient", value: r.product })}" title="${fullDigits(r.product)}">${short(r.product)}</span>`;
  const line = (r) => {
    const [error, value] = [0, 1].map((which) =>
      which && !weight ? "" : valueMarkup(view, rowTerm(chain, r, which), { stop: false }),
    );
    return `<tr${r.row === batch.own ? ' class="this-sample"' : ""}>${cells(thousands(r.index), error, value, term(r))}</tr>`;
  };
  const more = batch.n - rows.length;
  const whole = valueMarkup(view, batch.recorded, { strong: true, stop: false });
  const moving = [...networkOf(view).names].some((name) => name[0] === "n" && Number(name.slice(1)) >= chain.layer);
  return `<details class="batch"${open ? " open" : ""}><summary aria-label="÷ ${batch.n}, the samples of the batch">÷ ${batch.n}</summary>${batch.rows.some(size) ? batchBars(view, chain) : ""}
<p class="sub">Each of the batch’s ${batch.n} samples gives such a product. All of them ÷ ${batch.n}, added up, are the recorded ${math(symbol(batch.recorded))}.${moving ? " Alone, a sample is held at the batch’s mean and standard deviation; here it moves them too." : ""}</p>
<div class="scroll" tabindex="0" role="region" aria-label="the batch’s terms"><table><thead><tr><th>sample</th><th>error ÷ ${batch.n}</th>${weight ? "<th>value</th>" : ""}<th>product</th></tr></thead><tbody>${rows
    .sort((p, q) => p.row - q.row)
    .map(line)
    .join(
      "",
    )}${more ? `<tr>${cells(`${thousands(more)} more`, "", "", term({ product: batch.total === null ? null : rest }))}</tr>` : ""}</tbody><tfoot><tr>${cells("sum", "", "", whole)}</tr></tfoot></table></div></details>`;
}

const rowTerm = (chain, r, which) => {
  const f = chain.factors[which];
  return { ref: refOf(f.record, r.row, f.indices[0]), value: which ? r.value : r.error, kind: f.kind };
};

function batchBars(view, { batch, factors }) {
  const [width, height, middle] = [264, 30, 15];
  const most = Math.max(...batch.rows.map((r) => Math.abs(r.product ?? 0))) || 1;
  const step = width / batch.n;
  const gap = step > 4 ? 1 : 0;
  const body = batch.rows
    .map((r, i) => {
      const h = (Math.abs(r.product ?? 0) / most) * (middle - 1);
      const hue = r.product === null ? "nan-bar" : r.product < 0 ? "gradient-negative" : "gradient-positive";
      const pairs = {
        class: hue,
        x: (i * step).toFixed(1),
        y: (r.product < 0 ? middle : middle - h).toFixed(1),
        width: Math.max(0.6, step - gap).toFixed(1),
        height: Math.max(r.product === null ? middle : 0.4, h).toFixed(1),
      };
      const title = `sample ${r.index} · ${refTitle(refOf(factors[0].record, r.row, factors[0].indices[0]), r.error, view.step.step)} · term ${fullDigits(r.product)}`;
      const own =
        i === batch.own
          ? `<path class="this-sample" d="M${(i * step + (step - gap) / 2).toFixed(1)} ${height - 1}l-3.4 5.4h6.8z"/>`
          : "";
      return `<g data-ref="${refOf(factors[0].record, r.row, factors[0].indices[0])}"><title>${escaped(title)}</title><rect${attributes(pairs)}/>${own}</g>`;
    })
    .join("");
  return `<svg class="bars" viewBox="0 0 ${width} ${height + 6}" role="img" aria-label="${batch.n} terms, one for each sample of the batch"><path class="axis" d="M0 ${middle}H${width}"/>${body}</svg>`;
}

// The gradient of a weight or a bias as a product, and where its error came from. Pure: a chain in, markup out.

const PRODUCT_MARK =
  '<svg class="cross" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7"/><path d="M5.4 5.4l5.2 5.2m0 -5.2l-5.2 5.2"/></svg>';

export function gradientSection(view, selection, chain, open) {
  const weight = selection.kind === "weight";
  const layer = layerName(view, chain.layer);
  const head = (name) => heading(name, alone(view), weight ? PRODUCT_MARK : "", weight ? "weight" : "bias");
  const name = weight
    ? `Weight ${selection.from + 1} → ${selection.to + 1}, ${layer}`
    : `Bias ${selection.unit + 1}, ${layer}`;
  const ready = chain.factors.every((f) => f.value !== undefined) && chain.product.value !== undefined;
  const line = weight
    ? `${times(chain.factors.map((f, i) => valueMarkup(view, f, { brackets: i > 0 })))}${EQUALS}${valueMarkup(view, chain.product, { strong: true, note: "this sample alone" })}`
    : valueMarkup(view, chain.product, { strong: true, note: "this sample alone" });
  const wide = ready && [...chain.factors, chain.product].reduce((length, f) => length + short(f.value).length, 0) > 17;
  if (view.size === "phone")
    return `${head(name)}<div class="equation-line">${equation(chain, className)}</div>${errorSource(view, chain)}`;
  return `${head(name)}
<div class="equation"><span class="lhs" data-term="chain-rule" tabindex="0">${math(derivative(chain.target))}</span>${EQUALS}<span class="rhs">${chain.factors.map((f) => letterMarkup(view, f)).join('<span class="op">·</span>')}</span>
${ready ? `<span class="rhs second${wide ? " wide" : ""}">${EQUALS}${line}</span>` : `<span class="rhs second later">not computed yet</span>`}</div>
${errorSource(view, chain)}
<p class="sub"><i>${weight ? "w" : "b"}</i> now ${valueMarkup(view, chain.target, { strong: true })}${chain.batch ? ` · batch mean ${valueMarkup(view, chain.batch.recorded, { strong: true })}` : ""}</p>
${chain.batch ? batchSection(view, chain, open) : ""}`;
}

/** Where δ came from, with its numbers, and in words below. */
function errorSource(view, { factors: [error], delta }) {
  if (error.value === undefined) return "";
  const { factors, difference, norm } = delta;
  const lines = [];
  if (difference && !factors.length) lines.push(outputErrorSource(view, error, difference));
  else {
    const to = norm ? delta.error : error;
    lines.push(
      `where ${letterMarkup(view, to)}${EQUALS}${times(factors.map((f, i) => valueMarkup(view, f, { brackets: i > 0, note: f.words })))}<br>${factorsInWords(factors)}`,
    );
    if (difference) lines.push(outputErrorSource(view, factors[0], difference));
    if (norm) lines.push(batchNormSource(view, error, delta));
  }
  return lines.map((line) => `<p class="sub">${line}</p>`).join("");
}

const factorsInWords = (factors) =>
  factors
    .map((f) => (f.role === "slope" && f.value !== undefined ? `slope <i>${escaped(f.formula)}</i>` : f.words))
    .join(" × ");

function outputErrorSource(view, error, [answer, truth]) {
  const what =
    networkOf(view).loss === "squared_error"
      ? "prediction − target: the slope of half a square"
      : "probability − target: the slopes of the loss and of the output cancel to this";
  return `where ${letterMarkup(view, error)}${EQUALS}${valueMarkup(view, answer)}<span class="op">−</span>${valueMarkup(view, truth, { digits: 0, brackets: true })}<br>${what}`;
}

export function batchNormSource(view, error, { norm, error: before }, result = "") {
  if (norm.value === undefined) return "";
  return `${letterMarkup(view, error)}${EQUALS}${valueMarkup(view, before)}${TIMES}${valueMarkup(view, norm, { note: norm.words })}${result}<br>error × batch norm’s γ ÷ standard deviation, held still`;
}
