// The overview of a graph that is wider than its box: all columns in small, a window where the graph stands, and the
// scrolling that follows the playhead.

import { createSvg, setAttribute, setAttributes } from "../dom/elements.js";
import { clamp, n1 } from "../format/math.js";

const FOLLOW_DELAY = 4000; // ms after which a scrolled graph follows the playhead again
const WIDTH = 150;
const HEIGHT = 30;

/** @param {HTMLElement} element @param {HTMLElement} scroller @param {() => number} zoom by two fingers */
export function createOverview(element, scroller, zoom) {
  const svg = createSvg("svg", { class: "graph-map", "aria-hidden": "true" }, element);
  let layout = null;
  let frame = null; // of what is in view; only where the graph scrolls
  let scrolledAt = Number.NEGATIVE_INFINITY; // when the reader last scrolled
  let followedOperation = -1;
  let selfScrolled = false; // the graph scrolls itself

  /** @param {any} next layout of the graph */
  function build(next) {
    layout = next;
    frame = null;
    svg.replaceChildren();
    svg.toggleAttribute("hidden", !layout.scrolls);
    if (!layout.scrolls) return;
    setAttribute(svg, "viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    drawColumns(svg, layout);
    frame = createSvg("rect", { class: "window", y: 0.8, height: 25, rx: 4 }, svg);
    updateWindow();
  }

  function updateWindow() {
    if (!frame) return;
    const scale = WIDTH / layout.width / zoom();
    setAttributes(frame, { x: n1(scroller.scrollLeft * scale), width: n1(layout.visible * scale) });
  }

  /** The reader moves the graph: for a while it does not follow the playhead. */
  function onMoved() {
    scrolledAt = performance.now();
    updateWindow();
  }

  /** On narrow screens a deep network scrolls with the playhead, unless the reader has just scrolled. @param {any} view */
  function follow(view) {
    if (!layout.scrolls || view.operation === followedOperation || performance.now() - scrolledAt < FOLLOW_DELAY)
      return;
    followedOperation = view.operation;
    const op = view.ops?.[view.operation];
    if (!op) return;
    const x = operationX(layout, op) * zoom();
    const left = Math.round(clamp(x - layout.visible / 2, 0, layout.width * zoom() - layout.visible));
    selfScrolled = selfScrolled || left !== scroller.scrollLeft;
    scroller.scrollLeft = left;
    updateWindow();
  }

  scroller.addEventListener("scroll", () => {
    if (selfScrolled) updateWindow();
    else onMoved();
    selfScrolled = false;
  });

  /** Dragging in the overview scrolls the graph. */
  const drag = (event) => {
    if (!layout || (event.type === "pointermove" && event.buttons === 0)) return;
    const box = svg.getBoundingClientRect();
    const x = clamp((event.clientX - box.left) / box.width) * layout.width * zoom();
    scroller.scrollLeft = x - layout.visible / 2;
  };
  svg.addEventListener("pointerdown", drag);
  svg.addEventListener("pointermove", drag);

  return { build, follow, onMoved };
}

function drawColumns(svg, layout) {
  const scale = WIDTH / layout.width;
  layout.widths.forEach((count, k) => {
    const pitch = Math.min(3, 24 / count);
    for (let unit = 0; unit < count; unit++) {
      const x = n1(layout.columns[k] * scale - 1.6);
      const y = n1(13 + (unit - (count - 1) / 2) * pitch - pitch / 3);
      createSvg("rect", { x, y, width: 3.2, height: n1(pitch * 0.72) }, svg);
    }
  });
}

/** Where in the graph an operation is computed. */
function operationX(layout, op) {
  if (op.name === "L") return layout.loss.x;
  const k = op.phase === "update" ? 1 : (op.layer ?? 0);
  return (layout.columns[Math.max(0, k - 1)] + layout.columns[k]) / 2;
}
