// The pad: a digit is drawn on it with a pointer, or pixel by pixel with the keys; what it becomes is handed on.

import { createHtml, createSvg, setAttribute, setText } from "../dom/elements.js";
import { pointerIn } from "../dom/pagezoom.js";
import { n1 } from "../format/math.js";
import { pixelWords } from "../run/settings.js";
import { digitOf } from "./bitmap.js";

const SIDE = 200; // units of the pad, from edge to edge
const FULL = 16;

/**
 * @param {HTMLElement} parent @param {ReturnType<typeof import("./picturesheet.js").createSheet>} sheet where the pixels are shown
 * @param {{rows: number, columns: number, changed: (pixels: number[]) => void}} of
 */
export function createPad(parent, sheet, { rows, columns, changed }) {
  const box = createHtml("div", { class: "pad" }, parent);
  const surface = createSvg("svg", { class: "pad-surface", viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img" }, box);
  setAttribute(surface, "aria-label", "Drawing pad for a pointer; the pixels beside the bars take keys");
  const hint = createSvg("text", { class: "pad-hint", x: SIDE / 2, y: SIDE / 2 + 4 }, surface);
  hint.textContent = "Draw a digit here";
  const live = createHtml("p", { class: "visually-hidden", role: "status" }, box);
  /** @type {import("./bitmap.js").Stroke[]} */
  let strokes = [];
  let lines = [];
  let pixels = new Array(rows * columns).fill(0);
  let current = -1; // the pixel that the keys are on

  const at = (event) => {
    const { width } = surface.getBoundingClientRect();
    const { x, y } = pointerIn(surface, event);
    const scale = SIDE / (width || SIDE);
    return /** @type {[number, number]} */ ([x * scale, y * scale]);
  };

  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    surface.setPointerCapture(event.pointerId);
    if (!strokes.length) forget(); // pixels set by key make way for a drawing
    strokes.push([at(event)]);
    lines.push(createSvg("path", { class: "stroke" }, surface));
    drawLast();
  });
  surface.addEventListener("pointermove", (event) => {
    if (!surface.hasPointerCapture(event.pointerId)) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) strokes.at(-1)?.push(at(each));
    drawLast();
  });
  for (const end of ["pointerup", "pointercancel"])
    surface.addEventListener(end, () => {
      if (!strokes.length) return;
      pixels = digitOf(strokes);
      hand();
    });

  function drawLast() {
    const points = strokes.at(-1) ?? [];
    const [first] = points;
    const d = points.map(([x, y]) => `${n1(x)} ${n1(y)}`).join("L");
    setAttribute(lines.at(-1), "d", `M${first.map(n1).join(" ")}L${d}`);
    setAttribute(hint, "display", "none");
  }

  function hand() {
    setAttribute(hint, "display", pixels.some(Boolean) || strokes.length ? "none" : null);
    changed([...pixels]);
  }

  function forget() {
    for (const line of lines) line.remove();
    lines = [];
    strokes = [];
    pixels = new Array(rows * columns).fill(0);
  }

  /** Keys on the sheet: arrows move over the pixels, the space bar fills or clears one, + and − change it by a quarter. */
  function onKey(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const level = { " ": (v) => (v ? 0 : FULL), "+": (v) => Math.min(FULL, v + 4), "-": (v) => Math.max(0, v - 4) }[
      event.key
    ];
    if ((!step && !level) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (current < 0) current = 0;
    if (step) {
      const row = (Math.floor(current / columns) + step[0] + rows) % rows;
      current = row * columns + (((current % columns) + step[1] + columns) % columns);
    } else if (level) {
      const before = pixels;
      if (strokes.length) forget(); // from here on the pixels are the digit
      pixels = before.map((v, i) => (i === current ? level(v) : v));
      hand();
    }
    sheet.point(current);
    setText(live, `${pixelWords(Math.floor(current / columns), current % columns)}: ${pixels[current]} of ${FULL}`);
  }

  return {
    onKey,
    /** Shows where the keys are, or no longer. @param {boolean} on */
    focus(on) {
      if (on && current < 0) current = 0;
      sheet.point(on ? current : -1);
    },
    /** Begins anew, from pixels or from an empty sheet. @param {number[]} [from] */
    clear(from) {
      forget();
      if (from) pixels = [...from];
      hand();
    },
    empty: () => !pixels.some(Boolean),
  };
}
