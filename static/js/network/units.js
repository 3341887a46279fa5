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

const AT_START = 0.86; // how much of a tile shows before the first step

export function createUnits(svg, layout, features, samples, opensLoss) {
  const nodes = layout.units.map((column, k) =>
    Object.assign(
      k === 0 && layout.inputs
        ? layout.inputs.create(svg, layout)
        : column.map((tile, unit) => createUnit(svg, layout, features, samples, k, unit, tile)),
      { key: "", focus: "", isCurrent: false },
    ),
  );
  return { nodes: Object.assign(nodes, { next: 0 }), loss: createLoss(svg, layout, opensLoss) };
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
  const ring = createSvg(
    "circle",
    { class: "ring", display: "none", r: !layout.detailed ? 1.6 : last ? 3.4 : 2.3 },
    body,
  );
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
        d: layout.detailed
          ? shapeAt(shapeOfClass(unit), -21, s / 2 - 12, 4.6)
          : shapeAt(shapeOfClass(unit), s + layout.gap + 7, 3, 3.4),
      },
      body,
    );
  if (!layout.detailed) return part;
  if (!last || !layout.tightOutputs) {
    createSvg("path", { class: "track", d: `M3 -5H${s - 3}`, "stroke-width": 2.6 }, body);
    part.biasGauge = createSvg("path", { class: "bar", "stroke-width": 2.6, "data-ref": `b${k}[${unit}]` }, body);
    createSvg("path", { class: "zero", d: `M${s / 2} -7.4v4.6` }, body);
  }
  if (last && !layout.multipleOutputs) {
    const activation = addText(-16, -15);
    createSvg("tspan", { class: "variable text-17", "data-term": "prediction" }, activation).textContent = "ŷ";
    part.value = createSvg("tspan", { dx: 5, "data-ref": `outputs[${unit}]` }, activation);
    const error = addText(s + 18, -15, "end");
    part.errorName = createSvg("tspan", { class: "variable", "data-term": "error" }, error);
    part.errorName.textContent = `δ${superscript(k)}`;
    part.error = createSvg("tspan", { dx: 4 }, error);
    part.numbers = [activation, error];
  } else if (last) {
    const activation = addText(s / 2, s + 13, "middle");
    part.name = createSvg("tspan", { class: "variable text-13", "data-term": "prediction" }, activation);
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
    const names = k === 0 ? ["x", "dW1"] : ["z", "n", "a", "d", "dd", "da", "dn", "dz"].map((stem) => stem + k);
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
    const paintInput = scene.layout.inputs?.update ?? updateInput;
    if (k === 0) for (const part of column) paintInput(scene, part, opacityOf(part.unit));
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
    limit: measure.error / (layout.compact && !last ? measure.factor : 1),
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
  const now = unitState(scene, part, state);
  updateDimmer(part, now, fade);
  updateGauges(scene, part, state, now);
  updateDropoutMark(part, now.dropped, state.labelled && fade === 1);
  updateDeadRing(part, now.dead);
  updateFrame(scene, part, state, now);
  updateSpotlightRing(scene, part, now);
  updateNumbers(scene, part, state, now);
  if (state.flowing && part.g.written["aria-label"]) return; // not rewritten while whole steps fly by
  updateLabel(part, now);
}

/**
 * What a unit shows at the playhead. computed: how far its sum is, 0 to 1; activation, error: the latest of its records;
 * dz: the gradient of its sum, undefined until it is there.
 */
function unitState(scene, part, state) {
  const { view, records, status, layout } = scene;
  const { unit, last, k } = part;
  const { op, sum } = state;
  const dropped = scene.dropped(k, unit);
  const time = () => forwardTime(operationProgress(view), unit, layout.widths[k]);
  const computed = sum >= 1 ? 1 : sum > 0 ? easeOut(progress(time(), 0.86, 1)) : 0;
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
  const z = records.values(`z${k}`);
  return {
    dropped,
    computed,
    activation,
    error,
    drawn: scene.drawnTiles?.[k]?.[unit],
    shown: view.step ? 0.38 + 0.62 * computed : AT_START, // of the tile, where it is drawn at all
    dead: !dropped && !last && computed >= 1 && state.dead.includes(unit),
    dz: status(`dz${k}`) >= 1 ? records.values(`dz${k}`)?.[unit] : undefined,
    notFinite: !dropped && (activation ? !isNumber(activation.value) : sum >= 1 && z !== null && !isNumber(z[unit])),
  };
}

/** The tile is dark until its sum is computed, and while its unit is dropped or dead. */
function updateDimmer(part, { drawn, dropped, dead, shown }, fade) {
  for (const group of [part.body, part.words]) setAttribute(group, "opacity", fade === 1 ? null : fade);
  const opacity = dead ? fade : !drawn || dropped ? 1 : 1 - shown * fade;
  setAttribute(part.dimmer, "fill-opacity", n2(opacity));
  setAttribute(part.dimmer, "class", dead ? "dimmer dead" : "dimmer");
}

function updateGauges({ view, records, layout }, part, state, { dropped, activation, error }) {
  const { unit, s, last, k } = part;
  const { measure, limit } = state;
  updateGauge(part.activationGauge, s, !dropped && activation, measure.activation, valueClass);
  updateGauge(part.errorGauge, s, !dropped && error, limit, gradientClass);
  const previousValues = showsOperations(view) ? null : view.previousStep?.spotlightValues;
  const previousActivation = previousValues?.[last ? "outputs" : `a${k}`]?.[unit];
  updatePrevious(part.activationGauge, s, layout, previousActivation, measure.activation);
  updatePrevious(part.errorGauge, s, layout, previousValues?.[`dz${k}`]?.[unit], limit);
  if (!part.biasGauge) return;
  const b = records.parameters[`b${k}`]?.[unit];
  const step = records.update?.[`b${k}`]?.[unit];
  setShown(part.biasGauge, isNumber(b) && !dropped);
  if (!isNumber(b)) return;
  const bias = b + (isNumber(step) ? step * state.updateProgress : 0);
  setAttributes(part.biasGauge, {
    d: `M${s / 2} -5h${n2(share(bias, measure.bias) * (s / 2 - 3))}`,
    class: `bar ${bias === 0 ? "none" : valueClass(bias)}`,
  });
}

function updateFrame({ view }, part, state, { dropped, computed, notFinite }) {
  updateStripes(part, notFinite, false);
  const isOwn = (ref) => new RegExp(`^d?[zand]?[zand]${part.k}\\[${part.unit}\\]$`).test(ref);
  const highlight = view.hoverRef && isOwn(view.hoverRef) ? " highlighted" : "";
  const reached = dropped ? " out" : state.isCurrent ? " now" : computed >= 1 ? " on" : "";
  setAttribute(part.frame, "class", `frame${reached}${selected(view, part)}${highlight}`);
}

/** Where on the tile's input plane the sample in the spotlight lies. */
function updateSpotlightRing({ view, extent }, part, { drawn, dropped, dead, computed, notFinite }) {
  const { s } = part;
  const point = view.samples?.inputs?.[view.spotlight?.index];
  const spotlit = drawn && !dropped && !notFinite && !dead && computed > 0.5 && extent && point?.every(isNumber);
  setShown(part.ring, Boolean(spotlit));
  if (!spotlit) return;
  setAttribute(part.ring, "cx", n1(clamp((point[0] - extent[0]) / (extent[1] - extent[0])) * s));
  setAttribute(part.ring, "cy", n1(clamp((extent[3] - point[1]) / (extent[3] - extent[2])) * s));
}

function updateNumbers({ view, layout }, part, state, { dropped, activation, dz }) {
  const { unit, last, k } = part;
  const inFocus = isolated(view)?.layer === k && isolated(view).unit === unit;
  const readable = !dropped && (last || state.labelled || inFocus);
  const activationShown = activation && (activation.grown >= 1 || activation.before !== 0);
  const shownValues = [
    activationShown ? (activation.grown >= 1 ? activation.value : activation.before) : undefined,
    dz,
  ];
  const room = layout.roomBelow[last ? "output" : "hidden"];
  const [valueText, errorText] =
    shownValues.includes(undefined) || !part.error || !readable
      ? shownValues.map((value) => (value === undefined ? "" : format(value)))
      : formatWithin(shownValues, room);
  const kind = part.errorName ? "figure-number" : "num";
  if (part.numbers) spread(part, lettersOf([valueText, errorText]) - room);
  if (part.value) {
    const lost = activation && !isNumber(activation.value);
    const hue = lost
      ? "warning"
      : part.name
        ? "strong"
        : activation?.value === 0
          ? "muted"
          : valueClass(activation?.value);
    setText(part.value, readable && activationShown ? valueText : "");
    setAttribute(part.value, "class", `${kind} ${hue}`);
    if (activation) setAttribute(part.value, "data-ref", activation.ref);
  }
  if (part.error) {
    setText(part.error, readable && dz !== undefined ? errorText : "");
    setAttributes(part.error, {
      class: `${kind} ${dz === null ? "warning" : dz === 0 ? "muted" : gradientClass(dz)}`,
      "data-ref": `dz${k}[${unit}]`,
    });
    if (part.errorName) setShown(part.errorName, dz !== undefined);
  }
  if (part.classMark) setShown(part.classMark, view.samples?.task === "multiclass");
  if (!part.name) return;
  const { classes, task } = view.samples ?? {};
  const named = layout.table && task === "multiclass" && String(classes[unit]).length < 12;
  setText(part.name, named ? String(classes[unit]) : `ŷ${subscript(unit + 1)}`);
  setAttribute(part.name, "class", named ? "" : "variable text-13");
}

/** The same for a screen reader. */
function updateLabel({ g, k, unit, last }, { activation, dz, dropped, dead }) {
  const spoken = (on, value) => (on ? format(value) : "not computed yet");
  const condition = `${dropped ? ", dropped" : ""}${dead ? ", dead" : ""}`;
  const subject = `layer ${k} unit ${unit + 1}${last ? ", output" : ""}`;
  setAttribute(
    g,
    "aria-label",
    `${subject}: activation ${spoken(activation && activation.grown >= 1, activation?.value)}, gradient ${spoken(dz !== undefined, dz)}${condition}`,
  );
}
