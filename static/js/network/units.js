// The units of the graph: tiles with their three gauges and numbers.

import { createSvg, setAttribute, setAttributes, setShown, setText } from "../dom/elements.js";
import { frameBudget, roundRobin } from "../dom/frames.js";
import { gradientClass, hueNames, shapeAt, shapeOfClass, valueClass } from "../format/colors.js";
import { clamp, easeOut, isNumber, n1, n2, progress, share } from "../format/math.js";
import { format, formatWithin, lettersOf, subscript, superscript } from "../format/numbers.js";
import { isFeature } from "../plane/surface.js";
import { operationProgress, showsOperations } from "../run/values.js";
import { hoveredWeight, isolated } from "../run/view.js";
import { sumTime, updateTimes } from "./flow.js";
import { buildColumn, buildInput, paintInput } from "./inputs.js";
import { buildLoss } from "./loss.js";
import { chosen, deadRing, gauge, ghost, keepApart, strike, stripes } from "./tiles.js";

export function buildUnits(svg, layout, features, samples) {
  const nodes = layout.units.map((column, k) =>
    Object.assign(
      column.map((place, unit) => buildUnit(svg, layout, features, samples, k, unit, place)),
      { key: "", focus: "", here: false },
    ),
  );
  return { nodes: Object.assign(nodes, { next: 0 }), loss: buildLoss(svg, layout) };
}

function buildUnit(svg, layout, features, samples, k, unit, { x, y, s }) {
  const last = k === layout.widths.length - 1;
  const rx = last ? layout.outputRadius : layout.radius;
  const box = { width: s, height: s, rx };
  const g = createSvg(
    "g",
    {
      class: "node",
      role: "button",
      tabindex: "-1",
      "data-unit": `${k},${unit}`,
      transform: `translate(${n1(x - s / 2)} ${n1(y - s / 2)})`,
    },
    svg,
  );
  createSvg("rect", { class: "ground", ...box }, g);
  const veil = createSvg("rect", { class: "veil", ...box }, g);
  const body = createSvg("g", {}, g);
  // Its words stand beside the button: a name says the same in full, and nobody has to speak a tick of an axis.
  const words = createSvg("g", { class: "words", "aria-hidden": "true", "data-words": `${k},${unit}` }, svg);
  setAttribute(words, "transform", g.getAttribute("transform"));
  const frame = createSvg("rect", { class: "frame", ...box }, body);
  const ring = createSvg("circle", { class: "ring", display: "none", r: !layout.fine ? 1.6 : last ? 3.4 : 2.3 }, body);
  const part = { g, s, rx, k, unit, last, veil, body, words, frame, ring };
  if (k > 0) return buildGauges(part, layout);
  const name = features?.[unit] ?? `x${unit + 1}`;
  return layout.table && (!isFeature(name) || !samples?.extent)
    ? buildColumn(part, layout, name, samples)
    : buildInput(part, layout, name);
}

function buildGauges(part, layout) {
  const { body, words, s, k, unit, last } = part;
  const bar = (at) => {
    createSvg("path", { class: "track", d: `M${at} 2V${s - 2}`, "stroke-width": layout.gauge }, body);
    const fill = createSvg("path", { class: "bar", "stroke-width": layout.gauge }, body);
    const ghost = createSvg("path", { class: "ghost", display: "none" }, body);
    createSvg("path", { class: "zero", d: `M${at - layout.gauge / 2 - 1} ${s / 2}h${layout.gauge + 2}` }, body);
    return { fill, ghost, at };
  };
  const text = (x, y, anchor = "start") =>
    createSvg("text", { x: n1(x), y: n1(y), "text-anchor": anchor, class: "num" }, words);
  part.left = bar(-layout.gap / 2);
  part.right = bar(s + layout.gap / 2);
  if (last && layout.several)
    part.token = createSvg(
      "path",
      {
        class: `class-mark ${hueNames(unit)}`,
        d: layout.fine
          ? shapeAt(shapeOfClass(unit), -21, s / 2 - 12, 4.6)
          : shapeAt(shapeOfClass(unit), s + layout.gap + 7, 3, 3.4),
      },
      body,
    );
  if (!layout.fine) return part;
  createSvg("path", { class: "track", d: `M3 -5H${s - 3}`, "stroke-width": 2.6 }, body);
  part.top = createSvg("path", { class: "bar", "stroke-width": 2.6, "data-ref": `b${k}[${unit}]` }, body);
  createSvg("path", { class: "zero", d: `M${s / 2} -7.4v4.6` }, body);
  if (last && !layout.several) {
    const answer = text(-16, -15);
    createSvg("tspan", { class: "it s17" }, answer).textContent = "ŷ";
    part.value = createSvg("tspan", { dx: 5, "data-ref": `outputs[${unit}]` }, answer);
    const error = text(s + 18, -15, "end");
    part.errorName = createSvg("tspan", { class: "it" }, error);
    part.errorName.textContent = `δ${superscript(k)}`;
    part.error = createSvg("tspan", { dx: 4 }, error);
    part.ends = [answer, error];
  } else if (last) {
    const answer = text(s / 2, s + 13, "middle");
    part.name = createSvg("tspan", { class: "it s13" }, answer);
    part.value = createSvg("tspan", { dx: 5, class: "num", "data-ref": `outputs[${unit}]` }, answer);
  } else {
    part.value = text(-11, s + 12);
    part.error = text(s + 11, s + 12, "end");
    part.ends = [part.value, part.error];
  }
  return part;
}

/**
 * Paints the columns in which something may have changed: those of the operation, the others in their turn.
 * @param {any} scene @param {boolean} due whether it is any column's turn @param {boolean} left that of the one gone on from
 */
export function paintUnits(scene, due, left) {
  const { view, nodes, records, status } = scene;
  const flowing = !showsOperations(view);
  const unit = isolated(view);
  const one = hoveredWeight(view);
  const op = view.ops?.[view.op];
  const focus = [JSON.stringify(unit ?? one), JSON.stringify(view.selection), view.hoverRef].join();
  const shared = [records.id, scene.painting, view.mode, focus].join();
  const more = frameBudget(view);
  nodes.next = roundRobin(nodes.length, nodes.next, (k) => {
    const column = nodes[k];
    const own = k === 0 ? ["x"] : ["z", "n", "a", "d", "dd", "da", "dn", "dz"].map((stem) => stem + k);
    if (k === records.layers) own.push("L");
    if (op?.phase === "update") own.push("update");
    const key = [shared, op?.layer === k ? view.op : "", ...own.map((name) => n2(status(name) * 2))].join();
    if (column.key === key) return true;
    const here = (op?.layer ?? records.layers) === k;
    const first = here || (left && column.here) || column.focus !== focus;
    if (!first && !(due && more())) return false;
    Object.assign(column, { key, focus, here });
    const fadeOf = (u) => {
      if (one) return (one.layer === k && one.to === u) || (one.layer === k + 1 && one.from === u) ? 1 : 0.3;
      return !unit || Math.abs(unit.layer - k) === 1 || (unit.layer === k && unit.unit === u) ? 1 : 0.35;
    };
    if (k === 0) for (const part of column) paintInput(scene, part, fadeOf(part.unit));
    else {
      const state = columnState(scene, k, op, flowing);
      for (const part of column) paintUnit(scene, part, state, fadeOf(part.unit));
    }
    return true;
  });
}

/** What all units of a column share. */
function columnState({ view, records, status, layout, evaluation }, k, op, flowing) {
  const last = k === records.layers;
  const has = (name) => records.index.has(name);
  const measure = records.measures[k];
  return {
    op,
    flowing,
    measure,
    now: !flowing && op?.layer === k && !/^(z|dW)/.test(op.name) && (op.phase !== "loss" || last),
    answers: last ? [has(`a${k}`) ? `a${k}` : "outputs"] : [`a${k}`, `d${k}`].filter(has),
    errors: ["dd", "da", "dn", "dz"].map((stem) => stem + k).filter(has),
    limit: measure.error / (layout.deep && !last ? measure.factor : 1),
    moved: op?.phase === "update" && !flowing ? updateTimes(operationProgress(view)).moved : 0,
    numbered: layout.numbers && !flowing,
    sum: status(`z${k}`),
    dead: evaluation?.health?.layers?.[k - 1]?.dead_units ?? [],
  };
}

/** The latest of some records that has begun, the one before it, and how far the change between them is. */
function latest({ records, status }, names, unit, from, to) {
  let found = null;
  for (const name of names) {
    const done = status(name === "outputs" ? "L" : name);
    const values = done > 0 ? records.values(name) : null;
    if (!values || values[unit] === undefined) continue;
    const before = found?.value ?? 0;
    const grown = easeOut(progress(done, from(name), to(name)));
    const value = values[unit];
    found = {
      value,
      before,
      grown,
      ref: `${name}[${unit}]`,
      at: isNumber(value) && isNumber(before) ? before + (value - before) * grown : value,
    };
  }
  return found;
}

function paintUnit(scene, part, state, fade) {
  const { view, records, status, layout, extent } = scene;
  const { unit, s, last, k } = part;
  const { op, measure, sum } = state;
  const out = scene.dropped(k, unit);
  const reach =
    sum >= 1 ? 1 : sum > 0 ? easeOut(progress(sumTime(operationProgress(view), unit, layout.widths[k]), 0.86, 1)) : 0;
  const painted = scene.painted?.[k]?.[unit];
  const dead = !out && !last && reach >= 1 && state.dead.includes(unit);
  for (const group of [part.body, part.words]) setAttribute(group, "opacity", fade === 1 ? null : fade);
  setAttribute(part.veil, "fill-opacity", n2(dead ? fade : !painted || out ? 1 : 1 - (0.38 + 0.62 * reach) * fade));
  setAttribute(part.veil, "class", dead ? "veil dead" : "veil");

  const arriving = (name) => !last && name === op?.name && name === records.layerErrors[k];
  const answer = latest(
    scene,
    state.answers,
    unit,
    () => 0,
    (name) => (name === "outputs" ? 0.4 : 1),
  );
  const error = latest(
    scene,
    state.errors,
    unit,
    (name) => (name === records.error ? 0.6 : arriving(name) ? 0.55 : 0),
    () => 1,
  );
  gauge(part.left, s, !out && answer, measure.activation, valueClass);
  gauge(part.right, s, !out && error, state.limit, gradientClass);
  const past = showsOperations(view) ? null : view.past?.spot;
  ghost(part.left, s, layout, past?.[last ? "outputs" : `a${k}`]?.[unit], measure.activation);
  ghost(part.right, s, layout, past?.[`dz${k}`]?.[unit], state.limit);
  if (part.top) {
    const b = records.parameters[`b${k}`]?.[unit];
    const step = records.update?.[`b${k}`]?.[unit];
    setShown(part.top, isNumber(b) && !out);
    if (isNumber(b)) {
      const now = b + (isNumber(step) ? step * state.moved : 0);
      setAttributes(part.top, {
        d: `M${s / 2} -5h${n2(share(now, measure.bias) * (s / 2 - 3))}`,
        class: `bar ${now === 0 ? "none" : valueClass(now)}`,
      });
    }
  }

  const z = records.values(`z${k}`);
  const lost = !out && (answer ? !isNumber(answer.value) : sum >= 1 && z !== null && !isNumber(z[unit]));
  stripes(part, lost, false);
  strike(part, out, state.numbered && fade === 1);
  deadRing(part, dead);
  const lit = view.hoverRef && new RegExp(`^d?[zand]?[zand]${k}\\[${unit}\\]$`).test(view.hoverRef) ? " lit" : "";
  setAttribute(
    part.frame,
    "class",
    `frame${out ? " out" : state.now ? " now" : reach >= 1 ? " on" : ""}${chosen(view, part)}${lit}`,
  );
  const place = view.samples?.inputs?.[view.spotlight?.index];
  const spotlit = painted && !out && !lost && !dead && reach > 0.5 && extent && place?.every(isNumber);
  setShown(part.ring, Boolean(spotlit));
  if (spotlit) {
    setAttribute(part.ring, "cx", n1(clamp((place[0] - extent[0]) / (extent[1] - extent[0])) * s));
    setAttribute(part.ring, "cy", n1(clamp((extent[3] - place[1]) / (extent[3] - extent[2])) * s));
  }

  const close = isolated(view)?.layer === k && isolated(view).unit === unit;
  const readable = !out && (last || state.numbered || close);
  const dz = status(`dz${k}`) >= 1 ? records.values(`dz${k}`)?.[unit] : undefined;
  const done = answer && (answer.grown >= 1 || answer.before !== 0);
  const both = [done ? (answer.grown >= 1 ? answer.value : answer.before) : undefined, dz];
  const [valueText, errorText] =
    both.includes(undefined) || !part.error || !readable
      ? both.map((value) => (value === undefined ? "" : format(value)))
      : formatWithin(both, layout.roomBelow[last ? "output" : "hidden"]);
  if (part.ends) keepApart(part, lettersOf([valueText, errorText]) - layout.roomBelow[last ? "output" : "hidden"]);
  if (part.value) {
    setText(part.value, readable && done ? valueText : "");
    setAttribute(
      part.value,
      "class",
      `${part.errorName ? "num12" : "num"} ${answer && !isNumber(answer.value) ? "warn" : part.name ? "strong" : valueClass(answer?.value)}`,
    );
    if (answer) setAttribute(part.value, "data-ref", answer.ref);
  }
  if (part.error) {
    setText(part.error, readable && dz !== undefined ? errorText : "");
    setAttributes(part.error, {
      class: `${part.errorName ? "num12" : "num"} ${dz === null ? "warn" : gradientClass(dz)}`,
      "data-ref": `dz${k}[${unit}]`,
    });
    if (part.errorName) setShown(part.errorName, dz !== undefined);
  }
  if (part.token) setShown(part.token, view.samples?.task === "multiclass");
  if (part.name) {
    const { classes, task } = view.samples ?? {};
    const named = layout.table && task === "multiclass" && String(classes[unit]).length < 12;
    setText(part.name, named ? String(classes[unit]) : `${records.probabilities ? "p" : "ŷ"}${subscript(unit + 1)}`);
    setAttribute(part.name, "class", named ? "" : "it s13");
  }
  if (state.flowing && part.g.written["aria-label"]) return; // not rewritten while whole steps fly by
  const told = (on, value) => (on ? format(value) : "not computed yet");
  const condition = `${out ? ", dropped" : ""}${dead ? ", dead" : ""}`;
  const subject = `layer ${k} unit ${unit + 1}${last ? ", output" : ""}`;
  setAttribute(
    part.g,
    "aria-label",
    `${subject}: activation ${told(answer && answer.grown >= 1, answer?.value)}, gradient ${told(dz !== undefined, dz)}${condition}`,
  );
}
