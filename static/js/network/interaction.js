// Pointer and keyboard on the graph: hovering with its tooltip, selecting, and moving from unit to unit with the arrow
// keys.

import { setAttribute, setHidden, setText } from "../dom/elements.js";
import { pointerIn } from "../dom/pagezoom.js";
import { clamp, n1 } from "../format/math.js";
import { computedShare, valueAt, valueText } from "../run/values.js";
import { isWeight } from "../run/view.js";
import { showEdge } from "./edges.js";
import { nearestEdge, pointAt } from "./layout.js";

const HIT_DISTANCE = 4.5; // half the width of an edge's hit area
const TOUCH_HIT_DISTANCE = 9;

/**
 * @param {{element: HTMLElement, scroller: HTMLElement, content: HTMLElement, svg: any, tip: HTMLElement,
 *   size: {box: {width: number, height: number}}, zoom: () => number}} parts
 * @param {{shown: () => {view: any, elements: any, records: any}, fade: (how: "in"|"out") => void, on: any}} of
 */
export function createInteraction({ element, scroller, content, svg, tip, size, zoom }, { shown, fade, on }) {
  let hoveredKey = "null"; // what the pointer is on
  let tipSubject = { target: null, ref: null }; // what the tooltip describes
  let touch = false;
  let byKeys = false; // whether the focused edge was reached from its unit
  let clickedKey = ""; // what was clicked last keeps its tooltip away, until the pointer has left it
  let focused = [1, 0]; // layer, unit: where the tab stop is
  let chosen; // what was selected since the graph was drawn last: its View knows nothing of it yet

  function select(target) {
    chosen = target;
    on.select?.(target);
  }

  /** What lies under a point: a unit, else the nearest edge, else nothing. */
  function hitTest(event) {
    const { elements } = shown();
    const target = targetOf(event.target);
    if (target?.kind === "unit" || !elements) return target;
    const at = pointerIn(svg, event);
    const [x, y] = [at.x / zoom(), at.y / zoom()];
    for (let k = 1; k < elements.edges.length; k++) {
      const { x1, x2 } = elements.edges[k][0].route;
      if (x < x1 - 2 || x > x2 + 2) continue;
      const edge = nearestEdge(elements.edges[k], x, y, touch ? TOUCH_HIT_DISTANCE : HIT_DISTANCE);
      if (edge) return { kind: "weight", layer: k, from: edge.from, to: edge.to };
    }
    return null;
  }

  function hover(target, event) {
    const { view } = shown();
    const key = JSON.stringify(target);
    if (key !== hoveredKey) {
      hoveredKey = key;
      if (view && !view.playing) fade(target ? "in" : "out");
      on.hover?.(target);
    }
    content.classList.toggle("pointing", Boolean(target));
    if (key !== clickedKey) clickedKey = "";
    if (key === clickedKey || event?.target.closest?.("[data-term]")) {
      // a letter has its own explanation
      setHidden(tip, true);
      return;
    }
    const ref = target?.kind === "weight" ? null : event?.target.closest?.("[data-ref]")?.dataset.ref;
    tipSubject = { target, ref };
    if (!updateTip()) return;
    const at = event ? pointerIn(element, event) : null;
    const [x, y] = at ? [at.x, at.y] : anchorPoint(target);
    const left = clamp(x + 14, 4, Math.max(4, size.box.width - tip.offsetWidth - 4));
    const below = y + 18 + tip.offsetHeight <= size.box.height;
    tip.style.transform = `translate(${n1(left)}px, ${n1(below ? y + 16 : Math.max(2, y - tip.offsetHeight - 12))}px)`;
  }

  /** Fills the tooltip; while it is shown it follows the playhead. */
  function updateTip() {
    const { view, records } = shown();
    const { target, ref } = tipSubject;
    const lines = ref ? [valueText(records, view, ref)] : target ? tipLines(target) : [];
    setHidden(tip, lines.length === 0);
    setText(tip, lines.join("\n"));
    return !tip.hidden;
  }

  const edgeOf = (s) => shown().elements.edges[s.layer].find((e) => isWeight(s, e.layer, e.from, e.to));

  function anchorPoint(target) {
    const { elements } = shown();
    const tile = target.kind === "unit" ? elements.layout.units[target.layer][target.unit] : null;
    const [x, y] = tile ? [tile.x, tile.y + tile.s / 2] : pointAt(edgeOf(target).route, 0.5);
    return [x * zoom() - scroller.scrollLeft, y * zoom() - scroller.scrollTop];
  }

  /** The recorded numbers of a unit or a weight, as far as they are computed. @param {any} thing */
  function tipLines({ kind, layer, unit, from, to }) {
    const { view, records } = shown();
    const status = computedShare(records, view);
    const names =
      kind === "weight"
        ? ["W", "dW", "update.W"].filter(
            (stem) => status(stem === "W" ? "x" : stem === "dW" ? `dW${layer}` : "update") > 0 || stem === "W",
          )
        : layer === 0
          ? ["x"]
          : ["z", "n", "a", "d", "dd", "da", "dn", "dz"].filter((stem) => status(stem + layer) > 0).slice(-4);
    if (kind === "unit" && layer > 0) names.push("b");
    const at = kind === "weight" ? `[${from}][${to}]` : `[${unit}]`;
    if (kind === "unit" && layer === 0 && status("dW1") > 0) names.push("dx");
    const refs = names.map((stem) => `${stem}${layer || ""}${at}`);
    if (kind === "unit" && layer === records.layers && status("L") > 0) refs.push(`outputs${at}`);
    const lines = refs.filter((ref) => valueAt(records, ref)?.known).map((ref) => valueText(records, view, ref));
    const title = kind === "unit" && shown().elements.nodes[layer][unit].title; // of one of many inputs
    return title ? [title, ...lines] : lines;
  }

  svg.addEventListener("pointermove", (event) => {
    touch = event.pointerType === "touch";
    if (!touch) hover(hitTest(event), event);
  });
  svg.addEventListener("pointerleave", () => hover(null, null));
  svg.addEventListener("pointerdown", (event) => {
    touch = event.pointerType === "touch";
    byKeys = false;
  });
  svg.addEventListener("click", (event) => {
    const { pointerType, target: clicked } = /** @type {any} */ (event);
    if (pointerType === "touch" && clicked.closest("[data-term]")) return; // a tap on a letter asks for its definition
    if (on.loss && clicked.closest(".loss-button")) return on.loss();
    const target = hitTest(event);
    if (target?.kind === "unit") setTabStop(target.layer, target.unit);
    clickedKey = target ? JSON.stringify(target) : "";
    if (target) setHidden(tip, true);
    select(target);
  });

  // ---------------------------------------------------------------- keys

  function setTabStop(layer, unit) {
    const { elements } = shown();
    for (const [l, u, stop] of [
      [...focused, "-1"],
      [layer, unit, "0"],
    ]) {
      const node = elements.nodes[l]?.[u]?.g;
      if (node) setAttribute(node, "tabindex", stop);
    }
    focused = [layer, unit];
  }

  function focusUnit(layer, unit) {
    setTabStop(layer, unit);
    shown().elements.nodes[layer][unit].g.focus();
  }

  svg.addEventListener("focusin", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.matches(":focus-visible")) hover(targetOf(target), null);
  });
  svg.addEventListener("focusout", (event) => {
    if (!svg.contains(/** @type {Node} */ (event.relatedTarget))) hover(null, null);
  });

  svg.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const focusedTarget = targetOf(event.target);
    const action = focusedTarget
      ? unitKeys(focusedTarget, event.shiftKey)[event.key]
      : on.loss && /** @type {Element} */ (event.target).closest(".loss-button") && lossKeys()[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });

  /** What the keys do on a unit or one of its edges. */
  function unitKeys(focusedTarget, shift) {
    const [layer, unit] = focused;
    const { layout, loss } = shown().elements;
    const { widths, inputs } = layout;
    const enter = (l) => (l === 0 ? inputs?.entry?.(unit, widths[1]) : null) ?? Math.min(unit, widths[l] - 1);
    const focusLayer = (l) => (widths[l] ? focusUnit(l, enter(l)) : l > 0 && loss.hit?.focus());
    /** Within a picture an arrow key leads to the next pixel, where there is one. */
    const arrow = (key, otherwise) => () => {
      const pixel = layer === 0 && focusedTarget.kind === "unit" ? (inputs?.next?.(unit, key) ?? null) : null;
      return pixel === null ? otherwise() : focusUnit(0, pixel);
    };
    return {
      ArrowUp: arrow("ArrowUp", () => focusUnit(layer, (unit + widths[layer] - 1) % widths[layer])),
      ArrowDown: arrow("ArrowDown", () => focusUnit(layer, (unit + 1) % widths[layer])),
      ArrowLeft: arrow("ArrowLeft", () => focusLayer(layer - 1)),
      ArrowRight: arrow("ArrowRight", () => focusLayer(layer + 1)),
      Home: () => focusUnit(0, 0),
      End: () => focusUnit(widths.length - 1, 0),
      Enter: () => select(focusedTarget),
      " ": () => select(focusedTarget),
      e: () => cycle(focusedTarget, shift ? -1 : 1),
      E: () => cycle(focusedTarget, -1),
      Escape: () => handleEscape(focusedTarget),
    };
  }

  /** And on the loss and the target above it. */
  function lossKeys() {
    const { layout, loss } = shown().elements;
    const back = () => focusUnit(layout.widths.length - 1, 0);
    return {
      ArrowUp: () => loss.target.focus(),
      ArrowDown: () => loss.hit.focus(),
      ArrowLeft: back,
      End: back,
      Home: () => focusUnit(0, 0),
      Enter: on.loss,
      " ": on.loss,
    };
  }

  /** E goes through the edges of the focused unit, incoming ones first. */
  function cycle(focusedTarget, direction) {
    const { elements } = shown();
    const [layer, unit] = focused;
    const all = [
      ...(elements.edges[layer] ?? []).filter((e) => e.to === unit),
      ...(elements.edges[layer + 1] ?? []).filter((e) => e.from === unit),
    ];
    const at = focusedTarget.kind === "weight" ? all.indexOf(edgeOf(focusedTarget)) : direction > 0 ? -1 : 0;
    const edge = all[(at + direction + all.length) % all.length];
    showEdge(elements.edges[edge.layer], edge, true);
    setAttribute(
      edge.hit,
      "aria-label",
      tipLines({ kind: "weight", layer: edge.layer, from: edge.from, to: edge.to }).join("; "),
    );
    byKeys = true;
    edge.hit.focus();
  }

  /** Escape: from an edge to the unit whose keys led there, then the selection, then out of the graph. */
  function handleEscape(focusedTarget) {
    const selection = chosen === undefined ? shown().view.selection : chosen;
    const focus = /** @type {any} */ (document.activeElement);
    if (focusedTarget.kind === "weight" && byKeys) focusUnit(...focused);
    else if (selection) select(null);
    else focus?.blur();
  }

  return {
    /** The graph was drawn: its View knows what is selected, and the tooltip follows the playhead. */
    update() {
      chosen = undefined;
      if (!tip.hidden) updateTip();
    },
    /** The tab stop, and the focus if the graph had it, once its units are others. */
    restoreTabStop(focus) {
      focused = [Math.min(focused[0], shown().elements.layout.widths.length - 1), 0];
      setTabStop(...focused);
      if (focus) focusUnit(...focused);
    },
  };
}

/** The unit or edge that an element belongs to. */
function targetOf(target) {
  const [layer, ...at] = (
    target.closest?.("[data-unit]")?.dataset.unit ??
    target.closest?.("[data-words]")?.dataset.words ??
    target.closest?.("[data-edge]")?.dataset.edge ??
    ""
  )
    .split(",")
    .map(Number);
  if (at.length === 1) return { kind: "unit", layer, unit: at[0] };
  return at.length === 2 ? { kind: "weight", layer, from: at[0], to: at[1] } : null;
}
