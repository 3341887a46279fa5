// The tape: one cell per recorded operation of the step, what each one reads, and the playhead that scrubs over them.

import { placeIn } from "./enlarge.js";
import { html, onceAFrame, say, set, sizeOf, stripes, svg } from "./marks.js";
import { noReadout, readout } from "./readout.js";
import { clamp, easeOut, full, isNumber, superscript, thousands } from "./scales.js";
import * as plan from "./tapelayout.js";

const FILL = 0.18; // share of an operation in which its cell fills
const DRAW = 0.27; // and in which its arcs are drawn
const EMPTY_FROM = 0.6; // where in the update the cells begin to empty
const AHEAD = "ahead";

/**
 * @param {HTMLElement} element
 * @param {{scrub?: (op: number, t: number) => void, move?: (operations: number) => void, zoom?: (name: string) => void,
 *   hover?: (target: any) => void, hoverRef?: (ref: string|null) => void}} on
 */
export function createTape(element, on = {}) {
  element.classList.add("band-view");
  const head = createHead(element, on);
  const row = html("div", { class: "tape-row" }, element);
  const buttons = createButtons(row, "operation", (d) => (on.move ? on.move(d) : goTo(last.op + d)));
  const slider = html(
    "div",
    {
      class: "tape-slider",
      role: "slider",
      tabindex: 0,
      "aria-label": "Tape of recorded operations",
      "aria-valuemin": 1,
    },
    row,
  );
  const root = svg("svg", { class: "tape-cells", "aria-hidden": "true" }, slider);
  stripes(root, "tape-lost");
  const moved = svg("g", {}, root); // the phone's row moves under a fixed playhead
  const arcs = svg("g", { class: "tape-arcs" }, moved);
  const cellsGroup = svg("g", {}, moved);
  const turn = svg("path", { class: "tape-turn" }, moved);
  const strip = svg("g", { class: "tape-strip" }, root);
  // What moves in every frame has a picture of its own, and stays within its rule's box: the cells are not painted anew.
  const wire = svg("svg", { class: "tape-cells", "aria-hidden": "true" }, slider);
  const rule = svg("path", { class: "tape-rule" }, wire);
  const doneRule = svg("path", { class: "tape-done" }, wire);
  const pointer = svg("path", { class: "tape-pointer" }, wire);
  const sweep = svg("path", { class: "tape-sweep" }, wire);
  const arrow = svg("path", { class: "tape-arrow" }, arcs);

  let last = null;
  let built = {};
  let structure = "";
  let placed = "";
  let filled = {};
  let lit = {};
  let layout = null;
  let cells = [];
  let links = [];
  let stripParts = null;
  let hoverX = null; // client x relative to the slider, while the pointer is over it
  let drag = null;
  let offset = 0; // of the phone's row
  let hovered = null;
  const draw = onceAFrame(() => last && render(last));
  const size = sizeOf(slider, () => {
    placed = "";
    draw();
  });

  function render(view) {
    last = view;
    const { ops, size: device } = view;
    const phone = device === "phone";
    const box = size.measure();
    head.render(view, phone);
    set(element, "data-size", device);
    if (!box.width) return;
    const glide = view.playing && view.mode !== "operations" && view.front ? view.front : null; // a sweep over whole steps
    build(ops, phone);
    place(view, box, phone, glide);
    if (!ops.length) return;
    const op = clamp(view.op ?? 0, 0, ops.length - 1);
    const t = view.step ? (view.t ?? 1) : 1;
    const whole = !view.step ? 0 : glide ? cells.length : op + 1;
    fill(view, whole);
    const reached = !glide ? ops.length : view.mode === "fast" ? plan.sweepAt(layout, glide) : op + t;
    const emptied = emptiedUntil(view, op, t, glide) * ops.length;
    states(view, op, t, glide, whole, reached, emptied);
    drawLinks(view, op, t, glide, emptied);
    light(view, op, glide);
    playhead(op, t, glide, reached, phone);
    buttons.render(glide ? "one step" : `op ${op + 1} / ${ops.length}`, op > 0, op < ops.length - 1);
    set(slider, "aria-valuemax", ops.length);
    set(slider, "aria-valuenow", op + 1);
    if (!glide) set(slider, "aria-valuetext", plan.valueText(ops, op));
  }

  /** Elements, once per structure: names of the cells and how they hang together. */
  function build(ops, phone) {
    if (ops === built.ops && phone === built.phone) return;
    built = { ops, phone };
    const key = `${ops.map((op) => `${op.names.join("+")}<${op.reads}|${op.from}`).join(" ")} ${phone}`;
    if (key === structure) {
      for (const cell of cells) cell.op = ops[cell.op.index];
      return;
    }
    structure = key;
    placed = "";
    filled = {};
    cellsGroup.replaceChildren();
    for (const link of links) link.group.remove();
    cells = ops.map((op) => {
      const group = svg("g", { "data-ref": op.name, "data-op": op.index }, cellsGroup);
      const frame = svg("rect", { class: "tape-frame" }, group);
      const glyph = svg("g", { class: "tape-glyph" }, group);
      const lit = svg("rect", { class: "tape-lit" }, glyph);
      const label = svg("text", { class: "tape-label", "text-anchor": "middle" }, group);
      label.textContent = op.label.base;
      if (op.label.sup) svg("tspan", { text: superscript(op.label.sup) }, label);
      return {
        op,
        group,
        frame,
        glyph,
        lit,
        label,
        filled: null,
        marks: [],
        merged: [],
        nominal: 0,
        parts: [],
        split: null,
        glyphText: null,
      };
    });
    links = ops.flatMap((op) => [
      ...op.reads.map((from) => makeLink(op, from, op.phase !== "backward" && op.index - from === 1 ? "bar" : "read")),
      ...op.from.map((from) => makeLink(op, from, op.phase === "backward" && op.index - from === 1 ? "bar" : "go")),
    ]);
    arcs.append(arrow);
    strip.replaceChildren();
    stripParts = phone && ops.length > 30 ? makeStrip(ops) : null;
  }

  function makeLink(op, from, kind) {
    const group = svg("g", { class: "off" }, arcs);
    const path = svg("path", { class: `tape-${kind}` }, group);
    const dot = kind === "read" ? svg("circle", { class: "tape-dot", r: 3.4 }, group) : null;
    return {
      to: op.index,
      from,
      kind,
      lasting: kind === "read" && op.phase === "backward",
      group,
      path,
      dot,
      placed: "",
    };
  }

  function makeStrip(ops) {
    const bars = ops.map((op) =>
      svg("rect", { y: 20, height: 10, rx: 1.2, class: "strip-cell", "data-op": op.index }, strip),
    );
    const most = Math.max(1, ...ops.map((op) => op.reads.length));
    const reads = Array.from({ length: most }, () => [
      svg("path", { class: "strip-arc" }, strip),
      svg("circle", { r: 2.6, class: "tape-dot" }, strip),
    ]);
    return { bars, reads, frame: svg("rect", { y: 16, height: 18, rx: 4, class: "strip-window" }, strip) };
  }

  /** Where everything lies; only again when the box, the structure or the lens has changed. */
  function place(view, box, phone, glide) {
    const { ops } = view;
    const at = hoverX !== null && layout && !phone ? plan.lensAt(layout, hoverX) : (view.op ?? 0);
    const lens = glide || phone ? null : Math.round(at * 20) / 20;
    const plain = layout && !layout.magnified && layout.base - layout.gap >= plan.LENS_BELOW;
    const key = `${box.width} ${box.height} ${plain ? "" : lens}`;
    if (key === placed) return;
    layout = plan.tapeLayout(ops, { ...box, lead: phone ? 0 : 84, phone, lens });
    placed =
      layout.magnified || plain || layout.base - layout.gap >= plan.LENS_BELOW
        ? `${box.width} ${box.height} ${layout.magnified ? lens : ""}`
        : key;
    for (const picture of [root, wire]) set(picture, "viewBox", `0 0 ${box.width} ${box.height}`);
    const { bottom, size: sizes, x } = layout;
    const tiny = layout.magnified || layout.largest < 24;
    cells.forEach((cell, i) => {
      const c = sizes[i];
      set(cell.group, "transform", `translate(${plan.fix(x[i])} ${plan.fix(bottom - c)})`);
      set(cell.frame, "width", plan.fix(c));
      set(cell.frame, "height", plan.fix(c));
      set(cell.frame, "rx", c < 34 ? 3 : 5);
      const scale = c / layout.nominal;
      set(cell.glyph, "transform", Math.abs(scale - 1) < 0.001 ? null : `scale(${Math.round(scale * 1000) / 1000})`);
      set(cell.label, "x", plan.fix(c / 2));
      set(cell.label, "y", plan.fix(c + (c < 34 ? 13 : 16)));
      cell.label.style.fontSize = `${tiny ? Math.max(9, Math.min(14, c * 0.42)).toFixed(1) : c < 34 ? 10.5 : 14}px`;
      set(cell.label, "visibility", c > 15 ? null : "hidden");
    });
    set(
      turn,
      "d",
      ops.length ? `M${plan.fix(layout.turnAt)} ${plan.fix(bottom - layout.largest - 6)}V${plan.fix(bottom + 6)}` : "",
    );
    set(buttons.element, "style", null);
    buttons.at(bottom - layout.largest / 2);
    for (const link of links) link.placed = "";
  }

  /** The marks of the cells that are shown, from the records. Written again only when a cell's own numbers are others. */
  function fill(view, whole) {
    const nominal = layout.nominal;
    const { step } = view;
    const spot = spotOf(view);
    if (filled.step !== step || filled.spot !== spot || filled.nominal !== nominal) filled = { step, spot, nominal };
    for (const cell of cells.slice(0, whole)) {
      if (cell.filled === filled) continue;
      cell.filled = filled;
      const parts = plan.cellParts(cell.op, step, spot);
      const same =
        cell.nominal === nominal &&
        parts.length === cell.parts.length &&
        parts.every((p, i) => cell.parts[i].source === p.source);
      if (same && cell.op.phase !== "update") continue;
      cell.nominal = nominal;
      cell.parts = parts;
      if (cell.op.phase === "update") updateGlyph(cell, view, nominal);
      else writeGlyph(cell, nominal);
    }
  }

  function updateGlyph(cell, view, nominal) {
    cell.glyphText ??= svg("text", { class: "tape-label", "text-anchor": "middle" }, cell.glyph);
    set(cell.glyphText, "x", plan.fix(nominal / 2));
    set(cell.glyphText, "y", plan.fix(nominal / 2 + nominal / 10));
    cell.glyphText.style.fontSize = `${nominal > 36 ? 12 : 9}px`;
    say(cell.glyphText, cell.op.kind === "sgd" ? "−ηg" : "+Δ");
    set(cell.glyphText, "visibility", view.step ? null : "hidden");
  }

  function writeGlyph(cell, nominal) {
    const { parts } = cell;
    const grid = plan.glyphGrid(parts, nominal);
    const hue = cell.op.phase === "backward" ? "g" : "v";
    const merged = grid.pitch < 2.6;
    const paths = { positive: "", negative: "", zero: "", lost: "" };
    let k = 0;
    parts.forEach((part, p) => {
      part.rows.forEach((values, i) => {
        values.forEach((value, j) => {
          const x = grid.starts[p].x + (j + 0.5) * grid.pitch;
          const y = grid.starts[p].y + (i + 0.5) * grid.pitch;
          const { shape, d } = plan.hinton(value, grid.limit, x, y, grid.pitch);
          if (merged) {
            paths[shape] += d;
            return;
          }
          cell.marks[k] ??= svg("path", {}, cell.glyph);
          paintMark(cell.marks[k++], shape, d, hue, plan.refOf(part, i, j));
        });
      });
    });
    for (const spare of cell.marks.splice(merged ? 0 : k)) spare.remove();
    for (const spare of cell.merged.splice(0)) spare.remove();
    if (merged)
      for (const [shape, d] of Object.entries(paths)) {
        if (!d) continue;
        const path = svg("path", {}, cell.glyph);
        paintMark(path, shape, d, hue, cell.op.name);
        cell.merged.push(path);
      }
    splitLine(cell, grid, nominal);
    if (parts.length && parts.every((part) => part.rows.flat().every((v) => !isNumber(v)))) {
      const all = svg("path", { d: `M3 3H${nominal - 3}V${nominal - 3}H3z` }, cell.glyph); // nothing is left of this cell
      paintMark(all, "lost", all.getAttribute("d"), hue, cell.op.name);
      cell.merged.push(all);
    }
  }

  function splitLine(cell, grid, nominal) {
    const two = cell.parts.length > 1;
    if (!two && !cell.split) return;
    cell.split ??= svg("path", { class: "tape-split" }, cell.glyph);
    const y = two ? grid.starts[1].y - grid.pitch * 0.25 : 0;
    set(
      cell.split,
      "d",
      two ? `M${plan.fix(grid.starts[0].x)} ${plan.fix(y)}H${plan.fix(nominal - grid.starts[0].x)}` : "",
    );
  }

  function paintMark(mark, shape, d, hue, ref) {
    set(mark, "d", d);
    set(mark, "class", `mk ${shape === "positive" ? `${hue}p` : shape === "negative" ? `${hue}n` : shape}`);
    set(mark, "fill", shape === "lost" ? "url(#tape-lost)" : null);
    set(mark, "data-ref", ref);
  }

  /** Which cells are filled, current, read. */
  function states(view, op, t, glide, whole, reached, emptied) {
    const current = view.ops[op];
    const used = glide ? [] : [...current.reads, ...current.from];
    const fading = view.reduced || glide ? 1 : clamp(t / FILL);
    cells.forEach((cell, i) => {
      const on = i < whole && i >= emptied;
      const now = !glide && i === op;
      let name = on ? "tape-cell" : "tape-cell future";
      if (now) name += " now";
      else if (used.includes(i) && view.step) name += " used";
      if (glide && i > reached) name += ` ${AHEAD}`;
      set(cell.group, "class", name);
      set(cell.glyph, "fill-opacity", now && fading < 1 ? fading.toFixed(2) : null); // a group's opacity would be a layer
    });
  }

  function drawLinks(view, op, t, glide, emptied) {
    const hide = !!glide || emptied > 0 || !view.step;
    const share = view.reduced ? 1 : easeOut(clamp(t / DRAW));
    let reads = 0;
    for (const link of links) {
      const now = link.to === op;
      const shown = !hide && (!layout.strip || link.kind === "bar") && (now || (link.lasting && link.to < op));
      set(link.group, "class", shown ? (now ? "now" : "past") : "off");
      if (!shown) continue;
      if (now && link.kind === "read") reads++;
      placeLink(link);
      const growing = now && link.kind === "read" && share < 1;
      set(link.path, "pathLength", growing ? 100 : null);
      set(link.path, "stroke-dasharray", growing ? "100 100" : null);
      set(link.path, "stroke-dashoffset", growing ? (100 * (1 - share)).toFixed(1) : null);
      set(link.path, "stroke-opacity", now && link.kind === "go" && share < 1 ? share.toFixed(2) : null);
    }
    set(arrow, "class", reads && share >= 1 && !layout.strip ? "tape-arrow" : "off");
    if (reads)
      set(
        arrow,
        "d",
        `M${plan.fix(plan.middle(layout, op) - 4)} ${plan.fix(layout.bottom - layout.size[op] - 8)}l4 6l4 -6`,
      );
  }

  function placeLink(link) {
    if (link.placed === placed) return;
    link.placed = placed;
    const { from, to } = link;
    if (link.kind === "bar") {
      const y = layout.bottom - Math.min(layout.size[from], layout.size[to]) / 2;
      set(link.path, "d", `M${plan.fix(layout.x[from] + layout.size[from])} ${plan.fix(y)}H${plan.fix(layout.x[to])}`);
      return;
    }
    set(link.path, "d", plan.arcPath(layout, from, to));
    if (!link.dot) return;
    set(link.dot, "cx", plan.fix(plan.middle(layout, from)));
    set(link.dot, "cy", plan.fix(layout.bottom - layout.size[from] - 2));
  }

  /** What is selected or pointed at elsewhere is framed in its cells. */
  function light(view, op, glide) {
    const now = {
      ref: view.hoverRef,
      hover: view.hover,
      selection: view.selection,
      op,
      glide: !!glide,
      filled,
      placed,
    };
    if (Object.keys(now).every((key) => now[key] === lit[key])) return;
    lit = now;
    const refs = glide ? [] : view.hoverRef ? [view.hoverRef] : refsOf(view.hover ?? view.selection, view.ops);
    for (const cell of cells) {
      const place = refs.length ? markOf(cell, refs) : null;
      set(cell.lit, "class", place && cell.op.index <= op ? "tape-lit" : "off");
      if (!place) continue;
      for (const [name, value] of Object.entries(place)) set(cell.lit, name, plan.fix(value));
    }
  }

  function playhead(op, t, glide, reached, phone) {
    const raw = glide ? plan.sweepX(layout, reached) : plan.playheadAt(layout, op, t);
    offset = phone ? layout.width / 2 - raw : 0;
    const x = raw + offset;
    const y = layout.bottom + (layout.strip ? 19 : 21);
    set(moved, "transform", phone ? `translate(${plan.fix(offset)} 0)` : null);
    set(pointer, "d", `M${plan.fix(x)} ${plan.fix(y)}l-5.5 8h11z`);
    const [from, to] = phone ? [20, layout.width - 20] : [layout.left, layout.right];
    set(rule, "d", `M${from} ${plan.fix(y + 8.5)}H${plan.fix(to)}`);
    set(doneRule, "d", `M${from} ${plan.fix(y + 8.5)}H${plan.fix(x)}`);
    set(sweep, "d", glide ? `M${plan.fix(x)} ${plan.fix(layout.bottom - layout.largest - 8)}V${plan.fix(y - 1)}` : "");
    if (stripParts) renderStrip(op, glide, reached);
  }

  function renderStrip(op, glide, reached) {
    const { ops } = last;
    const pitch = (layout.width - 36) / (ops.length + 1);
    const X = (i) => 18 + i * pitch + (i >= layout.forward ? pitch * 0.7 : 0);
    const at = glide ? reached : op;
    stripParts.bars.forEach((bar, i) => {
      set(bar, "x", plan.fix(X(i)));
      set(bar, "width", plan.fix(Math.max(2, pitch - 1.6)));
      set(bar, "class", `strip-cell ${i > at || !last.step ? "future" : i < layout.forward ? "" : "back"}`);
    });
    const middle = pitch / 2 - 0.8;
    stripParts.reads.forEach(([arc, dot], k) => {
      const from = glide || !last.step ? undefined : ops[op].reads[k];
      set(arc, "class", from === undefined ? "off" : "strip-arc");
      set(dot, "class", from === undefined ? "off" : "tape-dot");
      if (from === undefined) return;
      const [a, b] = [plan.fix(X(from) + middle), plan.fix(X(op) + middle)];
      set(arc, "d", `M${a} 19C${a} 3 ${b} 3 ${b} 19`);
      set(dot, "cx", a);
      set(dot, "cy", 19);
    });
    const half = layout.width / 2 / layout.base;
    const centre = X(Math.max(0, Math.floor(at))) + middle;
    const [from, to] = [Math.max(4, centre - half * pitch), Math.min(layout.width - 4, centre + half * pitch)];
    set(stripParts.frame, "x", plan.fix(from));
    set(stripParts.frame, "width", plan.fix(to - from));
  }

  function goTo(op, t = 1) {
    if (!last?.ops.length) return;
    on.scrub?.(clamp(op, 0, last.ops.length - 1), t);
  }

  // ---- dragging and keys: intents only; what is shown comes back through render

  const localX = (event) => placeIn(slider, event).x;
  slider.addEventListener("pointerdown", (event) => {
    if (event.button || !layout?.n) return;
    slider.setPointerCapture(event.pointerId);
    const x = localX(event);
    const onStrip = !!stripParts && event.offsetY < 40;
    drag = { x, moved: false, onStrip, from: last.op - 1 + (last.t ?? 1) };
    noReadout();
    if (!layout || last.size !== "phone") goTo(plan.cellAt(layout, x));
    else if (onStrip) goTo(stripOp(x));
  });
  slider.addEventListener("pointermove", (event) => {
    const x = localX(event);
    if (drag) {
      if (Math.abs(x - drag.x) > 3) drag.moved = true;
      if (drag.moved) dragTo(x);
    } else point(event, x);
    hoverX = last?.size === "phone" ? null : x;
    if (layout && layout.base - layout.gap < plan.LENS_BELOW) draw();
  });
  const release = (event) => {
    if (!drag) return;
    const { moved: wasMoved, onStrip } = drag;
    const x = localX(event);
    drag = null;
    if (last.size !== "phone") return wasMoved ? goTo(plan.cellAt(layout, x)) : undefined;
    if (onStrip) return undefined;
    return goTo(wasMoved ? last.op : plan.cellAt(layout, x - offset));
  };
  slider.addEventListener("pointerup", release);
  slider.addEventListener("pointercancel", release);
  slider.addEventListener("pointerleave", () => {
    hoverX = null;
    noReadout();
    tellHover(null);
    if (layout?.magnified) draw();
  });

  const stripOp = (x) => Math.round(clamp((x - 18) / (layout.width - 36)) * (layout.n - 1));

  function dragTo(x) {
    if (last.size !== "phone") {
      const { op, t } = plan.momentAt(layout, x);
      return on.scrub?.(op, t);
    }
    if (drag.onStrip) return goTo(stripOp(x));
    const at = clamp(drag.from - (x - drag.x) / layout.base, -1, layout.n - 1);
    const op = Math.max(0, Math.ceil(at));
    return on.scrub?.(op, clamp(1 - (op - at)));
  }

  function point(event, x) {
    if (!layout?.n || event.pointerType === "touch") return;
    const i = plan.cellAt(layout, x - offset);
    const { y } = placeIn(slider, event);
    const cell = cells[i];
    const scale = layout.size[i] / layout.nominal;
    const mark = plan.markAt(
      cell.parts,
      layout.nominal,
      (x - offset - layout.x[i]) / scale,
      (y - layout.bottom + layout.size[i]) / scale,
    );
    const shown = mark && cell.group.getAttribute("class") !== "tape-cell future";
    readout(cellWords(cell.op, shown ? mark : null), event.clientX, event.clientY);
    tellHover(shown ? mark.ref : null);
  }

  function cellWords(op, mark) {
    const where = `${op.layer ? `layer ${op.layer}, ` : ""}${last.step ? `step ${last.step.step}` : "before the first step"}`;
    const count = `${thousands(op.multiplications)} multiplications a sample`;
    if (mark) {
      const whose = /^d(W|b|gamma|beta)/.test(mark.ref) ? "mean of the batch" : "spotlight sample";
      return `${mark.ref} = ${full(mark.value)}\n${plan.operationWords(op)} · ${whose}\n${where}`;
    }
    const clip = op.name === "update" && last.step ? `\nclip scale ${full(op.record.clip_scale ?? 1)}` : "";
    return `${op.names.join(", ")}\n${plan.valueText(last.ops, op.index)}\n${count}, ${where}${clip}`;
  }

  function tellHover(ref) {
    if (ref === hovered) return;
    hovered = ref;
    const target = ref && targetOf(ref);
    on.hover?.(target);
    on.hoverRef?.(ref);
  }

  slider.addEventListener("keydown", (event) => {
    if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || !last?.ops.length) return;
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
    if (step) goTo(last.op + step);
    else if (event.key === "Home") goTo(0);
    else if (event.key === "End") goTo(last.ops.length - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return { render };
}

/** The spotlight sample's own values by record name. */
const spotOf = (view) => view.spot?.values ?? view.spot ?? null;

/** How much of the row has emptied: from left to right in the last part of the update. */
function emptiedUntil(view, op, t, glide) {
  if (glide || view.reduced || view.ops[op].phase !== "update" || (t >= 1 && !view.playing)) return 0;
  return clamp((t - EMPTY_FROM) / (1 - EMPTY_FROM));
}

/** "dW2[3][1]" → {kind: "weight", layer: 2, from: 3, to: 1}; null where a number belongs to no weight or unit. @param {string} ref */
export function targetOf(ref) {
  const [, name, first, second] = /^([a-zA-Z]+\d*)\[(\d+)\](?:\[(\d+)\])?$/.exec(ref) ?? [];
  const [, stem, k] = /^([a-zA-Z]+?)(\d*)$/.exec(name ?? "") ?? [];
  if (!stem) return null;
  if (stem === "x") return { kind: "unit", layer: 0, unit: Number(first) };
  if (stem === "dW") return { kind: "weight", layer: Number(k), from: Number(first), to: Number(second) };
  if (stem === "db") return { kind: "bias", layer: Number(k), unit: Number(first) };
  return { kind: "unit", layer: Number(k), unit: Number(first) };
}

/** The numbers on the tape that a weight, bias or unit is made of. */
function refsOf(target, ops) {
  if (!target) return [];
  const k = target.layer;
  const named = (pattern) => ops.flatMap((op) => op.names).filter((name) => pattern.test(name));
  if (target.kind === "weight") {
    const leaves = ops.filter((op) => op.phase === "forward" && op.layer === k - 1).at(-1)?.name;
    return [`dW${k}[${target.from}][${target.to}]`, `dz${k}[${target.to}]`, `${leaves}[${target.from}]`];
  }
  if (target.kind === "bias") return [`db${k}[${target.unit}]`, `dz${k}[${target.unit}]`];
  if (k === 0) return [`x[${target.unit}]`];
  return named(new RegExp(`^d?[znad]${k}$`)).map((name) => `${name}[${target.unit}]`);
}

/** Where in a cell's glyph one of the numbers stands. */
function markOf(cell, refs) {
  const { pitch, starts } = plan.glyphGrid(cell.parts, cell.nominal ?? 1);
  for (const ref of refs) {
    const p = cell.parts.findIndex((part) => ref.startsWith(`${part.name}[`));
    if (p < 0) continue;
    const [i, j] = [...ref.matchAll(/\[(\d+)\]/g)].map((m) => Number(m[1]));
    const part = cell.parts[p];
    const [row, column] = part.vector ? (part.rows.length === 1 ? [0, i] : [i, 0]) : [i, j];
    if (part.rows[row]?.[column] === undefined) continue;
    const side = Math.max(pitch, 4);
    return {
      x: starts[p].x + (column + 0.5) * pitch - side / 2,
      y: starts[p].y + (row + 0.5) * pitch - side / 2,
      width: side,
      height: side,
    };
  }
  return null;
}

/** The heading: which of the two zooms of the band is shown, and the counter. */
function createHead(element, on) {
  const head = html("div", { class: "tape-head" }, element);
  if (!on.zoom) head.classList.add("shares"); // the page's own switch stands there
  html("h2", { text: "The tape" }, head);
  const zoom = createZoom(head, "operations", on);
  const phoneOp = html("span", { class: "tape-op" }, head);
  const motto = html("em", { text: "forward records, backward reuses" }, head);
  const count = html("div", { class: "tape-count" }, head);
  const fields = {
    paths: makeSum(count, "paths input → loss", "paths", false),
    byPath: makeSum(count, "products, path by path", "by paths", true),
    withTape: makeSum(count, "with the tape", "tape", true),
    done: makeSum(count, "done so far", "done", true),
  };
  let counted = {};
  let numbers = null;
  head.addEventListener(
    "toggle",
    (event) => {
      const opened = /** @type {HTMLDetailsElement} */ (event.target);
      if (opened.open)
        for (const other of count.querySelectorAll("details[open]")) if (other !== opened) other.open = false;
    },
    true,
  );
  head.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of count.querySelectorAll("details[open]")) {
      open.open = false;
      open.firstElementChild.focus();
      event.stopPropagation();
    }
  });
  addEventListener("pointerdown", (event) => {
    for (const open of count.querySelectorAll("details[open]"))
      if (!open.contains(/** @type {Node} */ (event.target))) open.open = false;
  });

  return {
    render(view, phone) {
      const { ops, step } = view;
      const parameters = step?.parameters ?? view.run?.parameters ?? {};
      if (counted.ops !== ops || counted.step !== step || counted.phone !== phone || !numbers) {
        counted = { ops, step, phone };
        numbers = plan.counter(step, ops, parameters);
        const small = Number(numbers.byPath) < 1e4;
        head.classList.toggle("long-counts", Number(numbers.byPath) >= 1e5);
        const share = (v) => (small ? v / Number(numbers.byPath) : null);
        fields.paths.write(
          plan.integerText(numbers.paths),
          [numbers.pathsSum || "counted by the engine", "One path takes one unit from each layer."],
          null,
        );
        fields.byPath.write(
          plan.integerText(numbers.byPath, phone ? 7 : 16),
          [
            ...numbers.byPathSum,
            `together ${thousands(numbers.byPath)}`,
            "Every weight alone: the product along each of its paths to the loss.",
          ],
          share(Number(numbers.byPath)),
        );
        fields.withTape.write(
          thousands(numbers.withTape),
          [
            numbers.tapeSum.join(" + "),
            `= ${thousands(numbers.withTape)} multiplications of the backward pass, one sample`,
          ],
          share(numbers.withTape),
        );
      }
      const op = clamp(view.op ?? 0, 0, Math.max(0, ops.length - 1));
      const done = step ? plan.doneSoFar(ops, op) : 0;
      const byPath = Number(numbers.byPath);
      fields.done.write(
        thousands(done),
        () => [
          numbers.tapeSum
            .slice(0, ops.slice(0, op + 1).filter((o) => o.phase === "backward" && o.multiplications).length)
            .join(" + ") || "Nothing has gone back yet.",
          `of ${thousands(numbers.withTape)}`,
        ],
        byPath < 1e4 ? done / byPath : null,
      );
      say(phoneOp, phone && ops.length ? `op ${op + 1} of ${ops.length}` : "");
      zoom.render(view.step ? `operations of step ${view.step.step}` : "operations of step 1");
      motto.hidden = phone;
    },
  };
}

/** A number that opens into the sum behind it. */
function makeSum(parent, name, brief, bar) {
  const details = html("details", { class: "sum" }, parent);
  const summary = html("summary", { title: name }, details);
  html("span", { class: "long", text: `${name} ` }, summary);
  html("span", { class: "brief", text: `${brief} ` }, summary);
  const number = html("b", {}, summary);
  const length = bar ? html("i", { "aria-hidden": "true" }, summary) : null;
  const body = html("div", { class: "sum-lines" }, details);
  let lines = null;
  const spell = () => {
    if (!details.open) return;
    const list = typeof lines === "function" ? lines() : lines;
    while (body.children.length > list.length) body.lastElementChild.remove();
    for (const [i, line] of list.entries()) say(body.children[i] ?? html("p", {}, body), line);
  };
  details.addEventListener("toggle", spell);
  return {
    write(text, sum, share) {
      say(number, text);
      if (length) {
        if (length.hidden !== (share === null)) length.hidden = share === null;
        if (share !== null) length.style.width = `${Math.max(2, 110 * share).toFixed(1)}px`;
      }
      lines = sum;
      spell();
    },
  };
}

/** The band's two zooms, as radio buttons; the other view is asked for through on.zoom. Nothing where that is not given. */
export function createZoom(parent, mine, on) {
  if (!on.zoom) return { render() {} };
  const group = html("span", { class: "zoom", role: "radiogroup", "aria-label": "shown below the graph" }, parent);
  const choices = ["operations", "steps"].map((name) => {
    const radio = html(
      "button",
      { type: "button", role: "radio", "aria-checked": String(name === mine), tabindex: name === mine ? 0 : -1 },
      group,
    );
    radio.addEventListener("click", () => name !== mine && on.zoom?.(name));
    const long = html("span", { class: "long" }, radio);
    html("span", { class: "brief", text: name === "steps" ? "steps" : "tape" }, radio); // a phone has room for one word
    return long;
  });
  say(choices[1], "all steps");
  group.addEventListener("keydown", (event) => {
    if (!/^Arrow/.test(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    on.zoom?.(mine === "steps" ? "operations" : "steps");
  });
  return { render: (/** @type {string} */ text) => say(choices[0], text) };
}

/** Two round buttons and a line below, at the left of the band. @param {(direction: number) => void} move */
export function createButtons(parent, thing, move) {
  const element = html("div", { class: "band-buttons" }, parent);
  const button = (name, d, direction) => {
    const made = html("button", { type: "button", "aria-label": name, title: name }, element);
    svg("path", { d }, svg("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true" }, made));
    made.addEventListener("click", () => move(direction));
    return made;
  };
  const back = button(`back one ${thing}`, "M4 -6L-5 0L4 6z", -1);
  const on = button(`forward one ${thing}`, "M-4 -6L5 0L-4 6z", 1);
  const where = html("span", {}, element);
  return {
    element,
    /** @param {number} y middle of the buttons in the band */
    at(y) {
      element.style.top = `${Math.round(y - 16)}px`;
    },
    render(text, canGoBack, canGoOn) {
      say(where, text);
      set(back, "aria-disabled", canGoBack ? null : "true");
      set(on, "aria-disabled", canGoOn ? null : "true");
    },
  };
}
