// Marks on a tile: its gauges, stripes where a number is lost, the stroke of dropout, the ring of a dead unit.

import { createSvg, setAttribute, setAttributes, setShown } from "./elements.js";
import { isNumber, n1, n2, share } from "./scales.js";
export const chosen = ({ selection: s }, { k, unit }) =>
  (s?.kind === "unit" || s?.kind === "bias") && s.layer === k && s.unit === unit ? " chosen" : "";

/** A bar from the middle, up for +, down for −; striped hue over its whole length where the number is lost. */
export function gauge(bar, s, reading, limit, classOf) {
  setShown(bar.fill, Boolean(reading) && reading.value !== 0);
  if (!reading || reading.value === 0) return;
  const { at, value, ref } = reading;
  const d = isNumber(at)
    ? `M${bar.at} ${s / 2}V${n2(s / 2 - (s / 2 - 2) * share(at, limit))}`
    : `M${bar.at} 2V${s - 2}`;
  setAttributes(bar.fill, { d, class: `bar ${isNumber(value) ? classOf(value) : "lost"}`, "data-ref": ref });
}

/** A cross-bar where the gauge stood some steps ago, if the View carries that. */
export function ghost(bar, s, layout, value, limit) {
  setShown(bar.ghost, isNumber(value));
  if (isNumber(value))
    setAttribute(
      bar.ghost,
      "d",
      `M${n1(bar.at - layout.gauge / 2 - 3)} ${n1(s / 2 - (s / 2 - 2) * share(value, limit))}h${n1(layout.gauge + 6)}`,
    );
}

/** Two numbers that have no room below or above a tile stand out on both its sides. @param {any} part @param {number} over letters too many */
export function keepApart({ ends: [left, right], s, last }, over) {
  const out = over > 0 ? over * 4 : 0;
  setAttribute(left, "x", n1((last ? -16 : -11) - out));
  setAttribute(right, "x", n1((last ? s + 18 : s + 11) + out));
}

/** Stripes: on a tile's frame where a value is lost, all over it where an input is. */
export function stripes(part, on, whole) {
  const { s, rx } = part;
  if (on && !part.stripes) {
    const hole = whole ? "" : `M${s * 0.2} ${s * 0.2}V${s * 0.8}H${s * 0.8}V${s * 0.2}z`;
    const d = `M${rx} 0H${s - rx}Q${s} 0 ${s} ${rx}V${s - rx}Q${s} ${s} ${s - rx} ${s}H${rx}Q0 ${s} 0 ${s - rx}V${rx}Q0 0 ${rx} 0z${hole}`;
    part.stripes = createSvg("path", { class: "stripes", "fill-rule": "evenodd", d });
    part.frame.before(part.stripes);
  }
  if (part.stripes) setShown(part.stripes, on);
}

/** The stroke through a dropped unit. */
export function strike(part, on, numbered) {
  const { s } = part;
  if (on && !part.strike) {
    part.strike = createSvg("g", { class: "strike" }, part.body);
    createSvg("path", { d: `M${n1(s * 0.16)} ${n1(s * 0.84)}L${n1(s * 0.84)} ${n1(s * 0.16)}` }, part.strike);
    part.word = createSvg("text", { class: "struck", x: s / 2, y: s + 12, "text-anchor": "middle" }, part.words);
    part.word.textContent = "dropped";
  }
  if (!part.strike) return;
  setShown(part.strike, on);
  setShown(part.word, on && numbered);
  setAttribute(part.g, "class", on ? "node dropped" : "node");
}

/** A unit with slope 0 on every training sample: a dark tile with a dashed ring. */
export function deadRing(part, on) {
  if (on && !part.dead)
    part.dead = createSvg(
      "circle",
      { class: "dead-ring", cx: part.s / 2, cy: part.s / 2, r: n1(part.s * 0.19) },
      part.body,
    );
  if (part.dead) setShown(part.dead, on);
}
