// Pointer and keyboard on the tape: dragging the playhead, tooltips of cells, arrow keys. What is shown comes back by
// render.

import { pointerIn } from "../dom/pagezoom.js";
import { hideTooltip, showTooltip } from "../dom/tooltip.js";
import { clamp } from "../format/math.js";
import { fullDigits, thousands } from "../format/numbers.js";
import { operationText, operationWords } from "../run/operations.js";
import { targetOf } from "../run/records.js";
import * as plan from "./layout.js";

/**
 * @param {HTMLElement} slider
 * @param {{shown: () => {view: any, layout: any, cells: any[], offset: number, minimap: any}, redraw: () => void, on: any}} of
 *   offset: by how much the phone's row is moved
 */
export function createInteraction(slider, { shown, redraw, on }) {
  let hoverX = null; // in the slider, while the pointer is over it
  let drag = null;
  let hovered = null;

  function goTo(op, t = 1) {
    const { view } = shown();
    if (!view?.ops.length) return;
    on.scrub?.(clamp(op, 0, view.ops.length - 1), t);
  }

  const localX = (event) => pointerIn(slider, event).x;
  slider.addEventListener("pointerdown", (event) => {
    const { view, layout, minimap: strip } = shown();
    if (event.button || !layout?.n) return;
    slider.setPointerCapture(event.pointerId);
    const x = localX(event);
    const onStrip = Boolean(strip) && event.offsetY < 40;
    drag = { x, moved: false, onStrip, from: view.operation - 1 + (view.progress ?? 1) };
    hideTooltip();
    if (view.size !== "phone") goTo(plan.cellAt(layout, x));
    else if (onStrip) goTo(shown().minimap.opAt(layout, x));
  });
  slider.addEventListener("pointermove", (event) => {
    const x = localX(event);
    if (drag) {
      if (Math.abs(x - drag.x) > 3) drag.moved = true;
      if (drag.moved) dragTo(x);
    } else showCellTooltip(event, x);
    const { view, layout } = shown();
    hoverX = view?.size === "phone" ? null : x;
    if (layout && layout.base - layout.gap < plan.MAGNIFY_BELOW) redraw();
  });
  const release = (event) => {
    if (!drag) return;
    const { view, layout, offset } = shown();
    const { moved: wasMoved, onStrip } = drag;
    const x = localX(event);
    drag = null;
    if (view.size !== "phone") return wasMoved ? goTo(plan.cellAt(layout, x)) : undefined;
    if (onStrip) return undefined;
    return goTo(wasMoved ? view.operation : plan.cellAt(layout, x - offset));
  };
  slider.addEventListener("pointerup", release);
  slider.addEventListener("pointercancel", release);
  slider.addEventListener("pointerleave", () => {
    hoverX = null;
    hideTooltip();
    announceHover(null);
    if (shown().layout?.magnified) redraw();
  });

  function dragTo(x) {
    const { view, layout } = shown();
    if (view.size !== "phone") {
      const { op, t } = plan.operationAt(layout, x);
      return on.scrub?.(op, t);
    }
    if (drag.onStrip) return goTo(shown().minimap.opAt(layout, x));
    const at = clamp(drag.from - (x - drag.x) / layout.base, -1, layout.n - 1);
    const op = Math.max(0, Math.ceil(at));
    return on.scrub?.(op, clamp(1 - (op - at)));
  }

  function showCellTooltip(event, x) {
    const { view, layout, cells, offset } = shown();
    if (!layout?.n || event.pointerType === "touch") return;
    if (event.target.closest("[data-term]")) return hideTooltip(); // the letter has its own explanation
    const i = plan.cellAt(layout, x - offset);
    const { y } = pointerIn(slider, event);
    const cell = cells[i];
    const scale = layout.size[i] / layout.nominal;
    const mark = plan.markAt(
      cell.parts,
      layout.nominal,
      (x - offset - layout.x[i]) / scale,
      (y - layout.bottom + layout.size[i]) / scale,
    );
    const visibleMark = mark && cell.group.getAttribute("class") !== "tape-cell future";
    showTooltip(cellWords(view, cell.op, visibleMark ? mark : null), event.clientX, event.clientY);
    announceHover(visibleMark ? mark.ref : null);
  }

  function announceHover(ref) {
    if (ref === hovered) return;
    hovered = ref;
    const target = ref && targetOf(ref);
    on.hover?.(target);
    on.hoverRef?.(ref);
  }

  slider.addEventListener("keydown", (event) => {
    const { view } = shown();
    if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || !view?.ops.length) return;
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
    if (step) goTo(view.operation + step);
    else if (event.key === "Home") goTo(0);
    else if (event.key === "End") goTo(view.ops.length - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return { goTo, hoverX: () => hoverX };
}

function cellWords(view, op, mark) {
  const where = `${op.layer ? `layer ${op.layer}, ` : ""}${view.step ? `step ${view.step.step}` : "before the first step"}`;
  const count = `${thousands(op.multiplications)} multiplications a sample`;
  if (mark) {
    const whose = /^d(W|b|gamma|beta)/.test(mark.ref) ? "mean of the batch" : "spotlight sample";
    return `${mark.ref} = ${fullDigits(mark.value)}\n${operationWords(op)} · ${whose}\n${where}`;
  }
  const clip = op.name === "update" && view.step ? `\nclip scale ${fullDigits(op.record.clip_scale ?? 1)}` : "";
  return `${op.names.join(", ")}\n${operationText(view.ops, op.index)}\n${count}, ${where}${clip}`;
}
