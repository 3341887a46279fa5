// The inspector's numbers and letters: each stands on a record and can be followed. Pure: values in, markup out.
import { attributes, figures, math, symbol } from "./mathml.js";
import { networkOf } from "./recorded.js";
import { refTitle } from "./refname.js";
import { format, gradientClass, isNumber, thousands, valueClass } from "./scales.js";

/** The hue of a sign; exactly 0 has none. */
export function className({ kind, value }) {
  if (value === 0 || value === undefined || ((kind === "scale" || kind === "slope") && isNumber(value))) return "";
  return kind === "gradient" ? gradientClass(value) : valueClass(value);
}

export const short = (value) => format(value, figures(value));

export const titled = (view, term, note = "") => refTitle(term.ref, term.value, view.step?.step, note);

/** A number that can be followed: {ref, value, kind}. */
export function num(
  view,
  term,
  { note = "", brackets = false, digits = figures(term.value), strong = false, stop = true } = {},
) {
  if (term.value === undefined) return '<span class="later">not computed yet</span>';
  const hue = className(term);
  const text = format(term.value, digits);
  const pairs = { class: `f ${hue}${strong ? " strong" : ""}`, "data-ref": term.ref, title: titled(view, term, note) };
  if (stop) pairs.tabindex = 0;
  return `<span${attributes(pairs)}>${brackets && term.value < 0 ? `(${text})` : text}</span>`;
}

/** A letter that can be followed. */
export const sym = (view, term) =>
  `<span${attributes({ class: `f ${className(term)}`, "data-ref": term.ref, title: titled(view, term) })}>${math(symbol(term))}</span>`;

export const by = '<wbr><span class="op">×</span>';
export const is = '<span class="op">=</span>';
export const times = (parts) => parts.join(by);

export const heading = (text, note, mark = "") =>
  `<header><h3>${mark}${text}</h3><span class="note">${note}</span><button type="button" data-act="close" aria-label="Close the inspector" title="Close (Esc)">✕</button></header>`;

export const alone = (view) =>
  view.spotlight ? `sample ${thousands(view.spotlight.index)} alone` : "one sample alone";

export const layerName = (view, k) => (k === networkOf(view).last ? "output" : `layer ${k}`);

/** A figure of the inspector, under its formula. */
export const block = (title, note, body) =>
  `<figure><figcaption><span>${title}</span><small>${note}</small></figcaption>${body}</figure>`;

export const later = '<p class="later">not computed yet</p>';
