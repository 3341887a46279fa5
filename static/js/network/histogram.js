// A small histogram below the graph: 25 bars, and a mark at zero.

import { createSvg, setAttribute } from "../dom/elements.js";
import { isNumber, n1 } from "../format/math.js";

const BINS = 25;

/**
 * Its elements. x, y: the left end of its base line.
 * @param {SVGElement} parent @param {string} ref name of the recorded counts
 */
export function createHistogram(parent, x, y, w, h, ref) {
  createSvg("path", { class: "base", d: `M${n1(x)} ${n1(y + 0.5)}h${n1(w)}` }, parent);
  const zero = createSvg("path", { class: "mid" }, parent);
  const group = createSvg("g", { class: "bars" }, parent);
  const step = w / BINS;
  const bars = Array.from({ length: BINS }, (_, i) =>
    createSvg(
      "rect",
      { x: n1(x + i * step), width: n1(Math.max(0.8, step - 0.5)), y: n1(y), height: 0, "data-ref": `${ref}[${i}]` },
      group,
    ),
  );
  return { group, bars, zero, x, y, width: w, height: h };
}

/**
 * Bars as high as the root of their counts; the mark below stands at zero, where zero lies within.
 * @param {ReturnType<typeof createHistogram>} h @param {any} data its lo, hi and counts @param {boolean} shown whether they
 * are computed; `before`: else paler, those of the step before @param {string} positive class of the bars above zero
 */
export function updateHistogram(h, data, shown, before, positive, negative) {
  const visible = data && (shown || before) && isNumber(data.lo) && isNumber(data.hi);
  setAttribute(h.group, "class", shown ? "bars" : "bars before");
  setAttribute(h.group, "display", visible ? "inline" : "none");
  const at = !visible ? -1 : data.hi > data.lo ? -data.lo / (data.hi - data.lo) : data.lo === 0 ? 0.5 : -1;
  setAttribute(h.zero, "display", at < 0 || at > 1 ? "none" : "inline");
  if (!visible) return;
  const highest = Math.max(...data.counts, 1);
  const step = (data.hi - data.lo) / BINS;
  data.counts.forEach((count, i) => {
    const size = count > 0 ? Math.max(0.8, h.height * Math.sqrt(count / highest)) : 0;
    setAttribute(h.bars[i], "y", n1(h.y - size));
    setAttribute(h.bars[i], "height", n1(size));
    setAttribute(h.bars[i], "class", data.lo + (i + 0.5) * step < 0 ? negative : positive);
  });
  if (at >= 0 && at <= 1) setAttribute(h.zero, "d", `M${n1(h.x + h.width * at)} ${n1(h.y)}v3.5`);
}
