// Native MathML as text: letters with indices, fractions, numbers. Pure: values in, markup out.
import { format } from "./scales.js";

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
export const figures = (value) => Math.max(3, Math.min(5, 2 - Math.floor(Math.log10(Math.abs(value) || 1))));

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
    factor((i ? bracketed : number)(f.value, figures(f.value)), { className: className(f), ref: f.ref }),
  );
  if (numbers.length > 1) parts.push(mo("="), product(numbers));
  parts.push(
    mo("="),
    factor(number(chain.product.value, figures(chain.product.value)), {
      className: className(chain.product),
      ref: chain.product.ref,
    }),
  );
  return math(...parts);
}
