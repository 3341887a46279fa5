// The minimap of a long tape on a phone: all operations at once, what the current one reads, and which cells are in
// view.

import { createSvg, setAttribute } from "../dom/elements.js";
import { clamp } from "../format/math.js";
import { round } from "./layout.js";

const EDGE = 18; // pixels

/** @param {any[]} ops @param {Element} parent */
export function createMinimap(ops, parent) {
  const bars = ops.map((op) =>
    createSvg("rect", { y: 20, height: 10, rx: 1.2, class: "minimap-cell", "data-op": op.index }, parent),
  );
  const maxReads = Math.max(1, ...ops.map((op) => op.reads.length));
  const reads = Array.from({ length: maxReads }, () => [
    createSvg("path", { class: "minimap-arc" }, parent),
    createSvg("circle", { r: 2.6, class: "tape-dot" }, parent),
  ]);
  const frame = createSvg("rect", { y: 16, height: 18, rx: 4, class: "minimap-window" }, parent);

  /** @param {{op: number, at: number, step: any, reads: number[], layout: import("./layout.js").Layout}} now */
  function render({ op, at, step, reads: readNow, layout }) {
    const pitch = (layout.width - 36) / (ops.length + 1);
    const x = (i) => EDGE + i * pitch + (i >= layout.forward ? pitch * 0.7 : 0);
    bars.forEach((bar, i) => {
      setAttribute(bar, "x", round(x(i)));
      setAttribute(bar, "width", round(Math.max(2, pitch - 1.6)));
      setAttribute(bar, "class", `minimap-cell ${i > at || !step ? "future" : i < layout.forward ? "" : "back"}`);
    });
    const middle = pitch / 2 - 0.8;
    reads.forEach(([arc, dot], k) => {
      const from = readNow[k];
      setAttribute(arc, "class", from === undefined ? "off" : "minimap-arc");
      setAttribute(dot, "class", from === undefined ? "off" : "tape-dot");
      if (from === undefined) return;
      const [a, b] = [round(x(from) + middle), round(x(op) + middle)];
      setAttribute(arc, "d", `M${a} 19C${a} 3 ${b} 3 ${b} 19`);
      setAttribute(dot, "cx", a);
      setAttribute(dot, "cy", 19);
    });
    const half = layout.width / 2 / layout.base;
    const middleX = x(Math.max(0, Math.floor(at))) + middle;
    const [from, to] = [Math.max(4, middleX - half * pitch), Math.min(layout.width - 4, middleX + half * pitch)];
    setAttribute(frame, "x", round(from));
    setAttribute(frame, "width", round(to - from));
  }

  return {
    render,
    /** The operation at a place. @param {import("./layout.js").Layout} layout @param {number} x */
    opAt: (layout, x) => Math.round(clamp((x - EDGE) / (layout.width - 2 * EDGE)) * (layout.n - 1)),
  };
}
