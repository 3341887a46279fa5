// What each sample of the batch gives to a gradient: a bar each, and the numbers for whoever wants them. Pure: a chain in, markup out.
import { className, num, short } from "./inspectormarks.js";
import { attributes, escaped, math, symbol } from "./mathml.js";
import { networkOf, refOf } from "./recorded.js";
import { refTitle } from "./refname.js";
import { full, thousands } from "./scales.js";

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
    `<span class="${className({ kind: "gradient", value: r.product })}" title="${full(r.product)}">${short(r.product)}</span>`;
  const line = (r) => {
    const [error, value] = [0, 1].map((which) =>
      which && !weight ? "" : num(view, rowTerm(chain, r, which), { stop: false }),
    );
    return `<tr${r.row === batch.own ? ' class="own"' : ""}>${cells(thousands(r.index), error, value, term(r))}</tr>`;
  };
  const more = batch.n - rows.length;
  const whole = num(view, batch.recorded, { strong: true, stop: false });
  const moving = [...networkOf(view).names].some((name) => name[0] === "n" && Number(name.slice(1)) >= chain.layer);
  return `<details class="batch"${open ? " open" : ""}><summary aria-label="÷ ${batch.n}, the samples of the batch">÷ ${batch.n}</summary>${batch.rows.some(size) ? bars(view, chain) : ""}
<p class="sub">Each of the batch’s ${batch.n} samples gives such a product. All of them ÷ ${batch.n}, added up, are the recorded ${math(symbol(batch.recorded))}.${moving ? " Alone, a sample is held at the batch’s mean and spread; here it moves them too." : ""}</p>
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

function bars(view, { batch, factors }) {
  const [width, height, middle] = [264, 30, 15];
  const most = Math.max(...batch.rows.map((r) => Math.abs(r.product ?? 0))) || 1;
  const step = width / batch.n;
  const gap = step > 4 ? 1 : 0;
  const body = batch.rows
    .map((r, i) => {
      const h = (Math.abs(r.product ?? 0) / most) * (middle - 1);
      const hue = r.product === null ? "nan-bar" : r.product < 0 ? "gn" : "gp";
      const pairs = {
        class: hue,
        x: (i * step).toFixed(1),
        y: (r.product < 0 ? middle : middle - h).toFixed(1),
        width: Math.max(0.6, step - gap).toFixed(1),
        height: Math.max(r.product === null ? middle : 0.4, h).toFixed(1),
      };
      const title = `sample ${r.index} · ${refTitle(refOf(factors[0].record, r.row, factors[0].indices[0]), r.error, view.step.step)} · term ${full(r.product)}`;
      const own =
        i === batch.own
          ? `<path class="own" d="M${(i * step + (step - gap) / 2).toFixed(1)} ${height - 1}l-3.4 5.4h6.8z"/>`
          : "";
      return `<g data-ref="${refOf(factors[0].record, r.row, factors[0].indices[0])}"><title>${escaped(title)}</title><rect${attributes(pairs)}/>${own}</g>`;
    })
    .join("");
  return `<svg class="bars" viewBox="0 0 ${width} ${height + 6}" role="img" aria-label="${batch.n} terms, one for each sample of the batch"><path class="axis" d="M0 ${middle}H${width}"/>${body}</svg>`;
}
