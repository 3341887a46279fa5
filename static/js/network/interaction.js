// The hand on the graph: what is pointed at and told of, what is selected, and the keys that walk from unit to unit.

import { setAttribute, setText } from "../dom/elements.js";
import { pointerIn } from "../dom/pagezoom.js";
import { clamp, n1 } from "../format/math.js";
import { computedShare, valueAt, valueText } from "../run/values.js";
import { isWeight } from "../run/view.js";
import { nearestEdge, pointAt } from "./layout.js";

const REACH = 4.5; // half the width of an edge's hit area
const TOUCH_REACH = 9;

/**
 * @param {{element: HTMLElement, scroller: HTMLElement, content: HTMLElement, svg: any, tip: HTMLElement,
 *   size: {box: {width: number, height: number}}, zoom: () => number}} parts
 * @param {{shown: () => {view: any, built: any, records: any}, fade: (how: "in"|"out") => void, on: any}} of
 */
export function createHand({ element, scroller, content, svg, tip, size, zoom }, { shown, fade, on }) {
  let pointed = "null"; // what the pointer is on
  let told = { thing: null, ref: null }; // what the tooltip tells of
  let touch = false;
  let focused = [1, 0]; // layer, unit: where the tab stop is

  /** What lies under a point: a unit, else the nearest edge, else nothing. */
  function under(event) {
    const { built } = shown();
    const thing = thingOf(event.target);
    if (thing?.kind === "unit" || !built) return thing;
    const at = pointerIn(svg, event);
    const [x, y] = [at.x / zoom(), at.y / zoom()];
    for (let k = 1; k < built.edges.length; k++) {
      const { x1, x2 } = built.edges[k][0].route;
      if (x < x1 - 2 || x > x2 + 2) continue;
      const edge = nearestEdge(built.edges[k], x, y, touch ? TOUCH_REACH : REACH);
      if (edge) return { kind: "weight", layer: k, from: edge.from, to: edge.to };
    }
    return null;
  }

  function hover(thing, event) {
    const { view } = shown();
    const key = JSON.stringify(thing);
    if (key !== pointed) {
      pointed = key;
      if (view && !view.playing) fade(thing ? "in" : "out");
      on.hover?.(thing);
    }
    content.classList.toggle("pointing", Boolean(thing));
    const ref = thing?.kind === "weight" ? null : event?.target.closest?.("[data-ref]")?.dataset.ref;
    told = { thing, ref };
    if (!tell()) return;
    const at = event ? pointerIn(element, event) : null;
    const [x, y] = at ? [at.x, at.y] : anchorOf(thing);
    const left = clamp(x + 14, 4, Math.max(4, size.box.width - tip.offsetWidth - 4));
    const below = y + 18 + tip.offsetHeight <= size.box.height;
    tip.style.transform = `translate(${n1(left)}px, ${n1(below ? y + 16 : Math.max(2, y - tip.offsetHeight - 12))}px)`;
  }

  /** Fills the tooltip; while it is shown it follows the playhead. */
  function tell() {
    const { view, records } = shown();
    const { thing, ref } = told;
    const lines = ref ? [valueText(records, view, ref)] : thing ? linesOf(thing) : [];
    tip.hidden = lines.length === 0;
    setText(tip, lines.join("\n"));
    return !tip.hidden;
  }

  const edgeOf = (s) => shown().built.edges[s.layer].find((e) => isWeight(s, e.layer, e.from, e.to));

  function anchorOf(thing) {
    const { built } = shown();
    const place = thing.kind === "unit" ? built.layout.units[thing.layer][thing.unit] : null;
    const [x, y] = place ? [place.x, place.y + place.s / 2] : pointAt(edgeOf(thing).route, 0.5);
    return [x * zoom() - scroller.scrollLeft, y * zoom() - scroller.scrollTop];
  }

  /** The recorded numbers of a unit or a weight, as far as they are computed. @param {any} thing */
  function linesOf({ kind, layer, unit, from, to }) {
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
    const refs = names.map((stem) => `${stem}${layer || ""}${at}`);
    if (kind === "unit" && layer === records.layers && status("L") > 0) refs.push(`outputs${at}`);
    return refs.filter((ref) => valueAt(records, ref)?.known).map((ref) => valueText(records, view, ref));
  }

  svg.addEventListener("pointermove", (event) => {
    touch = event.pointerType === "touch";
    if (!touch) hover(under(event), event);
  });
  svg.addEventListener("pointerleave", () => hover(null, null));
  svg.addEventListener("pointerdown", (event) => {
    touch = event.pointerType === "touch";
  });
  svg.addEventListener("click", (event) => {
    const thing = under(event);
    if (thing?.kind === "unit") rove(thing.layer, thing.unit);
    on.select?.(thing);
  });

  // ---------------------------------------------------------------- keys

  function rove(layer, unit) {
    const { built } = shown();
    for (const [l, u, stop] of [
      [...focused, "-1"],
      [layer, unit, "0"],
    ]) {
      const node = built.nodes[l]?.[u]?.g;
      if (node) setAttribute(node, "tabindex", stop);
    }
    focused = [layer, unit];
  }

  function focusUnit(layer, unit) {
    rove(layer, unit);
    shown().built.nodes[layer][unit].g.focus();
  }

  svg.addEventListener("focusin", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.matches(":focus-visible")) hover(thingOf(target), null);
  });
  svg.addEventListener("focusout", (event) => {
    if (!svg.contains(/** @type {Node} */ (event.relatedTarget))) hover(null, null);
  });

  svg.addEventListener("keydown", (event) => {
    const here = thingOf(event.target);
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
    const [layer, unit] = focused;
    const { widths } = shown().built.layout;
    const beside = (l) => widths[l] && focusUnit(l, Math.min(unit, widths[l] - 1));
    const act = {
      ArrowUp: () => focusUnit(layer, (unit + widths[layer] - 1) % widths[layer]),
      ArrowDown: () => focusUnit(layer, (unit + 1) % widths[layer]),
      ArrowLeft: () => beside(layer - 1),
      ArrowRight: () => beside(layer + 1),
      Home: () => focusUnit(0, 0),
      End: () => focusUnit(widths.length - 1, 0),
      Enter: () => on.select?.(here),
      " ": () => on.select?.(here),
      e: () => cycle(here, event.shiftKey ? -1 : 1),
      E: () => cycle(here, -1),
      Escape: () => leave(here),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });

  /** E walks the edges of the focused unit, those that come in first. */
  function cycle(here, direction) {
    const { built } = shown();
    const [layer, unit] = focused;
    const all = [
      ...(built.edges[layer] ?? []).filter((e) => e.to === unit),
      ...(built.edges[layer + 1] ?? []).filter((e) => e.from === unit),
    ];
    const at = here.kind === "weight" ? all.indexOf(edgeOf(here)) : direction > 0 ? -1 : 0;
    const edge = all[(at + direction + all.length) % all.length];
    setAttribute(
      edge.hit,
      "aria-label",
      linesOf({ kind: "weight", layer: edge.layer, from: edge.from, to: edge.to }).join("; "),
    );
    edge.hit.focus();
  }

  /** Escape: from an edge to its unit, then the selection, then out of the graph. */
  function leave(here) {
    const { view } = shown();
    const focus = /** @type {any} */ (document.activeElement);
    if (here.kind === "weight") focusUnit(...focused);
    else if (view.selection) on.select?.(null);
    else focus?.blur();
  }

  return {
    /** The tooltip follows the playhead. */
    follow() {
      if (!tip.hidden) tell();
    },
    /** The tab stop, and the focus if the graph had it, once its units are others. */
    settle(focus) {
      focused = [Math.min(focused[0], shown().built.layout.widths.length - 1), 0];
      rove(...focused);
      if (focus) focusUnit(...focused);
    },
  };
}

/** What an element stands for: a unit or an edge. */
function thingOf(target) {
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
