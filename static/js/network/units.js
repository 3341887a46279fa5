// The units of the graph: a tile with the gauges of its activation, its error and its bias, and their numbers.

import { createSvg, setAttribute, setAttributes, setShown, setText } from "../dom/elements.js";
import { frameBudget, roundRobin } from "../dom/frames.js";
import { gradientClass, hueNames, shapeAt, shapeOfClass, valueClass } from "../format/colors.js";
import { clamp, easeOut, isNumber, n1, n2, progress, share } from "../format/math.js";
import { format, formatWithin, lettersOf, subscript, superscript } from "../format/numbers.js";
import { isFeature } from "../plane/surface.js";
import { operationProgress, showsOperations } from "../run/values.js";
import { hoveredWeight, isolated } from "../run/view.js";
import { forwardTime, updateTimes } from "./flow.js";
import { createColumn, createInput, updateInput } from "./inputs.js";
import { createLoss } from "./loss.js";
import {
  selected,
  spread,
  updateDeadRing,
  updateDropoutMark,
  updateGauge,
  updatePrevious,
  updateStripes,
} from "./tiles.js";

export function createUnits(svg, layout, features, samples) {
  const nodes = layout.units.map((column, k) =>
    Object.assign(
      column.map((place, unit) => createUnit(svg, layout, features, samples, k, unit, place)),
      { key: "", focus: "", isCurrent: false },
    ),
  );
  return { nodes: Object.assign(nodes, { next: 0 }), loss: createLoss(svg, layout) };
}

function createUnit(svg, layout, features, samples, k, unit, { x, y, s }) {
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
  const dimmer = createSvg("rect", { class: "dimmer", ...box }, g);
  const body = createSvg("g", {}, g);
  // The labels lie outside the button, whose accessible name says the same in full; an axis tick is never read out.
  const words = createSvg("g", { class: "words", "aria-hidden": "true", "data-words": `${k},${unit}` }, svg);
  setAttribute(words, "transform", g.getAttribute("transform"));
  const frame = createSvg("rect", { class: "frame", ...box }, body);
  const ring = createSvg("circle", { class: "ring", display: "none", r: !layout.fine ? 1.6 : last ? 3.4 : 2.3 }, body);
  const part = { g, s, rx, k, unit, last, dimmer, body, words, frame, ring };
  if (k > 0) return createGauges(part, layout);
  const name = features?.[unit] ?? `x${unit + 1}`;
  return layout.table && (!isFeature(name) || !samples?.extent)
    ? createColumn(part, layout, name, samples)
    : createInput(part, layout, name);
}

function createGauges(part, layout) {
  const { body, words, s, k, unit, last } = part;
  const addGauge = (at) => {
    createSvg("path", { class: "track", d: `M${at} 2V${s - 2}`, "stroke-width": layout.gauge }, body);
    const fill = createSvg("path", { class: "bar", "stroke-width": layout.gauge }, body);
    const previous = createSvg("path", { class: "previous", display: "none" }, body);
    createSvg("path", { class: "zero", d: `M${at - layout.gauge / 2 - 1} ${s / 2}h${layout.gauge + 2}` }, body);
    return { fill, previous, at };
  };
  const addText = (x, y, anchor = "start") =>
    createSvg("text", { x: n1(x), y: n1(y), "text-anchor": anchor, class: "num" }, words);
  part.activationGauge = addGauge(-layout.gap / 2);
  part.errorGauge = addGauge(s + layout.gap / 2);
  if (last && layout.multipleOutputs)
    part.classMark = createSvg(
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
  part.biasGauge = createSvg("path", { class: "bar", "stroke-width": 2.6, "data-ref": `b${k}[${unit}]` }, body);
  createSvg("path", { class: "zero", d: `M${s / 2} -7.4v4.6` }, body);
  if (last && !layout.multipleOutputs) {
    const activation = addText(-16, -15);
    createSvg("tspan", { class: "variable text-17" }, activation).textContent = "ŷ";
    part.value = createSvg("tspan", { dx: 5, "data-ref": `outputs[${unit}]` }, activation);
    const error = addText(s + 18, -15, "end");
    part.errorName = createSvg("tspan", { class: "variable" }, error);
    part.errorName.textContent = `δ${superscript(k)}`;
    part.error = createSvg("tspan", { dx: 4 }, error);
    part.numbers = [activation, error];
  } else if (last) {
    const activation = addText(s / 2, s + 13, "middle");
    part.name = createSvg("tspan", { class: "variable text-13" }, activation);
    part.value = createSvg("tspan", { dx: 5, class: "num", "data-ref": `outputs[${unit}]` }, activation);
  } else {
    part.value = addText(-11, s + 12);
    part.error = addText(s + 11, s + 12, "end");
    part.numbers = [part.value, part.error];
  }
  return part;
}

/**
 * Updates the columns that may have changed: first that of the operation, then the others in turn.
 * @param {any} scene @param {boolean} due whether it is any column's turn @param {boolean} previousColumn that of the one gone on from
 */
export function updateUnits(scene, due, previousColumn) {
  const { view, nodes, records, status } = scene;
  const flowing = !showsOperations(view);
  const unit = isolated(view);
  const hovered = hoveredWeight(view);
  const op = view.ops?.[view.operation];
  const focus = [JSON.stringify(unit ?? hovered), JSON.stringify(view.selection), view.hoverRef].join();
  const shared = [records.id, scene.tilesVersion, view.playbackMode, focus].join();
  const hasTime = frameBudget(view);
  nodes.next = roundRobin(nodes.length, nodes.next, (k) => {
    const column = nodes[k];
    const names = k === 0 ? ["x"] : ["z", "n", "a", "d", "dd", "da", "dn", "dz"].map((stem) => stem + k);
    if (k === records.layers) names.push("L");
    if (op?.phase === "update") names.push("update");
    const key = [shared, op?.layer === k ? view.operation : "", ...names.map((name) => n2(status(name) * 2))].join();
    if (column.key === key) return true;
    const isCurrent = (op?.layer ?? records.layers) === k;
    const urgent = isCurrent || (previousColumn && column.isCurrent) || column.focus !== focus;
    if (!urgent && !(due && hasTime())) return false;
    Object.assign(column, { key, focus, isCurrent });
    const opacityOf = (u) => {
      if (hovered)
        return (hovered.layer === k && hovered.to === u) || (hovered.layer === k + 1 && hovered.from === u) ? 1 : 0.3;
      return !unit || Math.abs(unit.layer - k) === 1 || (unit.layer === k && unit.unit === u) ? 1 : 0.35;
    };
    if (k === 0) for (const part of column) updateInput(scene, part, opacityOf(part.unit));
    else {
      const state = columnState(scene, k, op, flowing);
      for (const part of column) updateUnit(scene, part, state, opacityOf(part.unit));
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
    isCurrent: !flowing && op?.layer === k && !/^(z|dW)/.test(op.name) && (op.phase !== "loss" || last),
    activationRecords: last ? [has(`a${k}`) ? `a${k}` : "outputs"] : [`a${k}`, `d${k}`].filter(has),
    errorRecords: ["dd", "da", "dn", "dz"].map((stem) => stem + k).filter(has),
    limit: measure.error / (layout.deep && !last ? measure.factor : 1),
    updateProgress: op?.phase === "update" && !flowing ? updateTimes(operationProgress(view)).updateProgress : 0,
    labelled: layout.numbers && !flowing,
    sum: status(`z${k}`),
    dead: evaluation?.health?.layers?.[k - 1]?.dead_units ?? [],
  };
}

/** The latest of some records that has begun, the one before it, and how far the change between them is. */
function latestRecord({ records, status }, names, unit, from, to) {
  let found = null;
  for (const name of names) {
    const activationShown = status(name === "outputs" ? "L" : name);
    const values = activationShown > 0 ? records.values(name) : null;
    if (!values || values[unit] === undefined) continue;
    const before = found?.value ?? 0;
    const grown = easeOut(progress(activationShown, from(name), to(name)));
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

function updateUnit(scene, part, state, fade) {
  const { view, records, status, layout, extent } = scene;
  const { unit, s, last, k } = part;
  const { op, measure, sum } = state;
  const dropped = scene.dropped(k, unit);
  const sumProgress =
    sum >= 1
      ? 1
      : sum > 0
        ? easeOut(progress(forwardTime(operationProgress(view), unit, layout.widths[k]), 0.86, 1))
        : 0;
  const drawn = scene.drawnTiles?.[k]?.[unit];
  const dead = !dropped && !last && sumProgress >= 1 && state.dead.includes(unit);
  for (const group of [part.body, part.words]) setAttribute(group, "opacity", fade === 1 ? null : fade);
  setAttribute(
    part.dimmer,
    "fill-opacity",
    n2(dead ? fade : !drawn || dropped ? 1 : 1 - (0.38 + 0.62 * sumProgress) * fade),
  );
  setAttribute(part.dimmer, "class", dead ? "dimmer dead" : "dimmer");

  const arrives = (name) => !last && name === op?.name && name === records.layerErrors[k];
  const activation = latestRecord(
    scene,
    state.activationRecords,
    unit,
    () => 0,
    (name) => (name === "outputs" ? 0.4 : 1),
  );
  const error = latestRecord(
    scene,
    state.errorRecords,
    unit,
    (name) => (name === records.error ? 0.6 : arrives(name) ? 0.55 : 0),
    () => 1,
  );
  updateGauge(part.activationGauge, s, !dropped && activation, measure.activation, valueClass);
  updateGauge(part.errorGauge, s, !dropped && error, state.limit, gradientClass);
  const previousValues = showsOperations(view) ? null : view.previousStep?.spotlightValues;
  updatePrevious(
    part.activationGauge,
    s,
    layout,
    previousValues?.[last ? "outputs" : `a${k}`]?.[unit],
    measure.activation,
  );
  updatePrevious(part.errorGauge, s, layout, previousValues?.[`dz${k}`]?.[unit], state.limit);
  if (part.biasGauge) {
    const b = records.parameters[`b${k}`]?.[unit];
    const step = records.update?.[`b${k}`]?.[unit];
    setShown(part.biasGauge, isNumber(b) && !dropped);
    if (isNumber(b)) {
      const now = b + (isNumber(step) ? step * state.updateProgress : 0);
      setAttributes(part.biasGauge, {
        d: `M${s / 2} -5h${n2(share(now, measure.bias) * (s / 2 - 3))}`,
        class: `bar ${now === 0 ? "none" : valueClass(now)}`,
      });
    }
  }

  const z = records.values(`z${k}`);
  const notFinite =
    !dropped && (activation ? !isNumber(activation.value) : sum >= 1 && z !== null && !isNumber(z[unit]));
  updateStripes(part, notFinite, false);
  updateDropoutMark(part, dropped, state.labelled && fade === 1);
  updateDeadRing(part, dead);
  const highlight =
    view.hoverRef && new RegExp(`^d?[zand]?[zand]${k}\\[${unit}\\]$`).test(view.hoverRef) ? " highlighted" : "";
  setAttribute(
    part.frame,
    "class",
    `frame${dropped ? " out" : state.isCurrent ? " now" : sumProgress >= 1 ? " on" : ""}${selected(view, part)}${highlight}`,
  );
  const place = view.samples?.inputs?.[view.spotlight?.index];
  const spotlit = drawn && !dropped && !notFinite && !dead && sumProgress > 0.5 && extent && place?.every(isNumber);
  setShown(part.ring, Boolean(spotlit));
  if (spotlit) {
    setAttribute(part.ring, "cx", n1(clamp((place[0] - extent[0]) / (extent[1] - extent[0])) * s));
    setAttribute(part.ring, "cy", n1(clamp((extent[3] - place[1]) / (extent[3] - extent[2])) * s));
  }

  const inFocus = isolated(view)?.layer === k && isolated(view).unit === unit;
  const readable = !dropped && (last || state.labelled || inFocus);
  const dz = status(`dz${k}`) >= 1 ? records.values(`dz${k}`)?.[unit] : undefined;
  const activationShown = activation && (activation.grown >= 1 || activation.before !== 0);
  const shownValues = [
    activationShown ? (activation.grown >= 1 ? activation.value : activation.before) : undefined,
    dz,
  ];
  const [valueText, errorText] =
    shownValues.includes(undefined) || !part.error || !readable
      ? shownValues.map((value) => (value === undefined ? "" : format(value)))
      : formatWithin(shownValues, layout.roomBelow[last ? "output" : "hidden"]);
  if (part.numbers) spread(part, lettersOf([valueText, errorText]) - layout.roomBelow[last ? "output" : "hidden"]);
  if (part.value) {
    setText(part.value, readable && activationShown ? valueText : "");
    setAttribute(
      part.value,
      "class",
      `${part.errorName ? "figure-number" : "num"} ${activation && !isNumber(activation.value) ? "warning" : part.name ? "strong" : valueClass(activation?.value)}`,
    );
    if (activation) setAttribute(part.value, "data-ref", activation.ref);
  }
  if (part.error) {
    setText(part.error, readable && dz !== undefined ? errorText : "");
    setAttributes(part.error, {
      class: `${part.errorName ? "figure-number" : "num"} ${dz === null ? "warning" : gradientClass(dz)}`,
      "data-ref": `dz${k}[${unit}]`,
    });
    if (part.errorName) setShown(part.errorName, dz !== undefined);
  }
  if (part.classMark) setShown(part.classMark, view.samples?.task === "multiclass");
  if (part.name) {
    const { classes, task } = view.samples ?? {};
    const named = layout.table && task === "multiclass" && String(classes[unit]).length < 12;
    setText(part.name, named ? String(classes[unit]) : `${records.probabilities ? "p" : "ŷ"}${subscript(unit + 1)}`);
    setAttribute(part.name, "class", named ? "" : "variable text-13");
  }
  if (state.flowing && part.g.written["aria-label"]) return; // not rewritten while whole steps fly by
  const spoken = (on, value) => (on ? format(value) : "not computed yet");
  const condition = `${dropped ? ", dropped" : ""}${dead ? ", dead" : ""}`;
  const subject = `layer ${k} unit ${unit + 1}${last ? ", output" : ""}`;
  setAttribute(
    part.g,
    "aria-label",
    `${subject}: activation ${spoken(activation && activation.grown >= 1, activation?.value)}, gradient ${spoken(dz !== undefined, dz)}${condition}`,
  );
}
