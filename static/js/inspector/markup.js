// Native MathML as text: letters with indices, fractions, numbers. Pure: values in, markup out.

import { gradientClass, valueClass } from "../format/colors.js";
import { isNumber } from "../format/math.js";
import { format, thousands } from "../format/numbers.js";
import { networkOf, refTitle } from "../run/records.js";

export const escaped = (text) =>
  String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/** ` name="value"` for each attribute that has one. */
export const attributes = (pairs = {}) =>
  Object.entries(pairs)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join("");

const element = (tag, pairs, ...children) => `<${tag}${attributes(pairs)}>${children.join("")}</${tag}>`;

export const mi = (text, pairs) => element("mi", pairs, escaped(text));
export const mn = (text, pairs) => element("mn", pairs, escaped(text));
const mo = (text, pairs) => element("mo", pairs, escaped(text));
export const row = (...children) => element("mrow", {}, ...children);
export const fraction = (above, below) => element("mfrac", {}, row(above), row(below));
const power = (base, exponent) => element("msup", {}, base, exponent);

/** A whole formula. `display` "block" stands on its own line. */
export const math = (...children) => element("math", {}, row(...children));

/** Part of a formula with a colour and a record behind it.
 * @param {string} content @param {{className?: string, ref?: string}} behind */
const factor = (content, { className, ref } = {}) => element("mrow", { class: className, "data-ref": ref }, content);

const index = (text) => {
  const parts = String(text).split(",");
  return parts.length === 1
    ? mn(text)
    : row(...parts.flatMap((part, i) => (i ? [mo(",", { lspace: "0", rspace: "0" }), mn(part)] : [mn(part)])));
};

/** A letter with its layer above and its unit below: {base: "δ", sup: 2, sub: 4}. A ∂ in front is an operator. */
export function symbol({ base, sup = "", sub = "" }) {
  const partial = base.length > 1 && base.startsWith("∂");
  const name = partial ? base.slice(1) : base;
  const letter = name === "ŷ" ? element("mover", { accent: "true" }, mi("y"), mo("^")) : mi(name);
  const indexed =
    sup !== "" && sub !== ""
      ? element("msubsup", {}, letter, index(sub), index(sup))
      : sup !== ""
        ? power(letter, index(sup))
        : sub !== ""
          ? element("msub", {}, letter, index(sub))
          : letter;
  return partial ? row(mi("∂"), indexed) : indexed;
}

/** ∂L / ∂(letter). */
export const derivative = (letter) => fraction(row(mi("∂"), mi("L")), row(mi("∂"), symbol(letter)));

const FIGURES = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number as the page writes it; powers of ten as real exponents. */
export function number(value, digits) {
  const text = format(value, digits);
  if (/NaN|∞/.test(text)) return element("mtext", { class: "nan" }, text);
  const sign = text.startsWith("−") ? mo("−", { form: "prefix" }) : "";
  const [mantissa, exponent] = text.replace("−", "").split("·10");
  if (exponent === undefined) return row(sign, mn(mantissa));
  const size = [...exponent].map((c) => (c === "⁻" ? "−" : FIGURES.indexOf(c))).join("");
  return row(sign, mn(mantissa), mo("·"), power(mn(10), mn(size)));
}

/** Enough decimals for three figures, so that what is shown multiplies out. */
export const significantDigits = (value) => Math.max(3, Math.min(5, 2 - Math.floor(Math.log10(Math.abs(value) || 1))));

/** The same, in brackets where it is negative and follows a sign. */
export const bracketed = (value, digits) =>
  value < 0 ? row(mo("("), number(value, digits), mo(")")) : number(value, digits);

/** [a, b, c] → a × b × c. */
export const product = (factors, sign = "×") => factors.flatMap((f, i) => (i ? [mo(sign), f] : [f])).join("");

/** ∂L/∂w = δ·d = −0.566 × 0.421 = −0.238, as one formula: what chain.js found for a weight or a bias.
 * @param {any} chain @param {(term: any) => string} className */
export function equation(chain, className = () => "") {
  const letters = chain.factors.map((f) => factor(symbol(f), { className: className(f), ref: f.ref }));
  const parts = [derivative(chain.target), mo("="), product(letters, "·")];
  if (chain.factors.some((f) => f.value === undefined) || chain.product.value === undefined) return math(...parts);
  const numbers = chain.factors.map((f, i) =>
    factor((i ? bracketed : number)(f.value, significantDigits(f.value)), { className: className(f), ref: f.ref }),
  );
  if (numbers.length > 1) parts.push(mo("="), product(numbers));
  parts.push(
    mo("="),
    factor(number(chain.product.value, significantDigits(chain.product.value)), {
      className: className(chain.product),
      ref: chain.product.ref,
    }),
  );
  return math(...parts);
}

// The inspector's numbers and letters: each stands on a record and can be followed. Pure: values in, markup out.

/** The hue of a sign; exactly 0 has none. */
export function className({ kind, value }) {
  if (value === 0 || value === undefined || ((kind === "scale" || kind === "slope") && isNumber(value))) return "";
  return kind === "gradient" ? gradientClass(value) : valueClass(value);
}

export const short = (value) => format(value, significantDigits(value));

export const valueTitle = (view, term, note = "") => refTitle(term.ref, term.value, view.step?.step, note);

/** A number that can be followed: {ref, value, kind}. */
export function valueMarkup(
  view,
  term,
  { note = "", brackets = false, digits = significantDigits(term.value), strong = false, stop = true } = {},
) {
  if (term.value === undefined) return '<span class="later">not computed yet</span>';
  const hue = className(term);
  const text = format(term.value, digits);
  const pairs = {
    class: `value-link ${hue}${strong ? " strong" : ""}`,
    "data-ref": term.ref,
    title: valueTitle(view, term, note),
  };
  if (stop) pairs.tabindex = 0;
  return `<span${attributes(pairs)}>${brackets && term.value < 0 ? `(${text})` : text}</span>`;
}

/** A letter that can be followed. */
export const letterMarkup = (view, term) =>
  `<span${attributes({ class: `value-link ${className(term)}`, "data-ref": term.ref, title: valueTitle(view, term) })}>${math(symbol(term))}</span>`;

export const TIMES = '<wbr><span class="op">×</span>';
export const EQUALS = '<span class="op">=</span>';
export const times = (parts) => parts.join(TIMES);

/** @param {string} text @param {string} note @param {string} mark @param {string} term that explains the text */
export const heading = (text, note, mark = "", term = "") =>
  `<header><h3>${mark}${term ? `<span data-term="${term}" tabindex="0">${text}</span>` : text}</h3><span class="note">${note}</span><button type="button" data-action="close" aria-label="Close the inspector" title="Close (Esc)">✕</button></header>`;

export const alone = (view) =>
  view.spotlight?.input
    ? "your digit alone"
    : view.spotlight
      ? `sample ${thousands(view.spotlight.index)} alone`
      : "one sample alone";

export const layerName = (view, k) => (k === networkOf(view).last ? "output" : `layer ${k}`);

/** A figure of the inspector, under its formula. */
export const block = (title, note, body) =>
  `<figure><figcaption><span>${title}</span><small>${note}</small></figcaption>${body}</figure>`;

export const NOT_COMPUTED = '<p class="later">not computed yet</p>';

// A sum as bars that each start where the last ended. Pure: rows in, markup out.

/** Bars that each start where the last ended; small and many ones are gathered in one row. */
export function waterfall(view, all, total, hue, limit = 8) {
  const rest = all.slice(limit);
  const rows = rest.length > 1 ? all.slice(0, limit) : all;
  if (rest.length > 1)
    rows.push({
      name: "",
      words: `… ${rest.length} more`,
      value: rest.some((r) => r.value === null) ? null : rest.reduce((s, r) => s + (r.value ?? 0), 0),
    });
  const [W, x0, h] = [214, 118, 17];
  const stops = [0];
  for (const r of rows) stops.push(stops.at(-1) + (r.value ?? 0));
  const [low, high] = [Math.min(...stops, total.value ?? 0), Math.max(...stops, total.value ?? 0)];
  const pad = (high - low) * 0.04 || 1;
  const X = (v) => Number((x0 + ((v - low + pad) / (high - low + 2 * pad)) * (W - x0)).toFixed(1));
  const hueOf = hue === "value" ? valueClass : gradientClass;
  const body = rows.map((r, i) => {
    const y = i * h;
    const [a, b] = [X(stops[i]), X(stops[i + 1])];
    const bar = r.off
      ? `<path class="none" d="M${a - 3} ${y + 8}h6"/>`
      : r.value === null
        ? `<text class="nan" x="${W}" y="${y + 12}" text-anchor="end">NaN</text>`
        : `<rect class="${hueOf(r.value)}" x="${Math.min(a, b)}" y="${y + 3}" width="${Math.max(1.2, Math.abs(b - a)).toFixed(1)}" height="${h - 7}" rx="1.5"/><path class="stop" d="M${b} ${y + h - 4}v8"/>`;
    const pairs = r.ref
      ? {
          "data-ref": r.ref,
          "data-action": "select",
          "data-selection": JSON.stringify(r.selection),
          tabindex: 0,
          role: "button",
          "aria-label": `${r.words}, open this ${r.selection.kind}`,
        }
      : {};
    const title = r.title ?? (r.term ? valueTitle(view, r.term) : "");
    return `<g class="row${r.off ? " off" : ""}"${attributes(pairs)}>${title ? `<title>${escaped(title)}</title>` : ""}<rect class="hit" x="-4" y="${y}" width="${W + 8}" height="${h}" rx="3"/><text class="name" x="0" y="${y + 12}">${r.name === "b" ? '<tspan class="variable">b</tspan>' : r.name}</text><text class="words" x="${x0 - 10}" y="${y + 12}" text-anchor="end">${r.words}</text>${bar}</g>`;
  });
  const y = rows.length * h + 5;
  const sum = total.value;
  const bar = isNumber(sum) ? `<path class="sum ${hueOf(sum)}" d="M${X(0)} ${y + 11}H${X(sum)}"/>` : "";
  return `<svg class="waterfall" viewBox="-4 0 ${W + 8} ${y + 22}" role="group" aria-label="sum, largest part first"><path class="zero" d="M${X(0)} 0V${y}"/>${body.join("")}<path class="rule" d="M0 ${y}H${W}"/><g data-ref="${total.ref}"><title>${escaped(valueTitle(view, total))}</title><text class="name big" x="0" y="${y + 16}">${letters(total)}</text><text class="total ${isNumber(sum) ? hueOf(sum) : "nan"}" x="${x0 - 10}" y="${y + 16}" text-anchor="end">${format(sum)}</text></g>${bar}<path class="zero" d="M${X(0)} ${y}v17"/></svg>`;
}

export const letters = ({ base, sup, sub }) =>
  `<tspan class="variable">${base}</tspan>${sup ? `<tspan class="sup" dy="-4">${sup}</tspan>` : ""}<tspan class="sup" dy="${sup ? 7 : 3}">${sub}</tspan>`;
