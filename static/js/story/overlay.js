// The story's marks on the playground's graph: each unit as the curve of its activation, the weights' values on their
// edges. Created once for each structure; a frame only changes attributes.

import { createSvg, setAttribute, setAttributes, setShown, setText } from "../dom/elements.js";
import { gradientClass, valueClass } from "../format/colors.js";
import { clamp, n1 } from "../format/math.js";
import { subscript, superscript } from "../format/numbers.js";
import { pointAt } from "../network/layout.js";
import { createLeaderLines, createPathLines, createTrial } from "./annotations.js";
import { storyNumber } from "./expressions.js";

const INPUT_RANGE = 3; // inputs from −3 to 3
const MIN_ACTIVATION = 0.3; // the answers between which the tiles are drawn
const MAX_ACTIVATION = 0.78;
const AXIS_HALF = 34; // half the length of the input's axis
const PHONE_AXIS_HALF = 20;
const NARROW_PITCH = 170; // px from column to column, below which a step on a short line has only its end written

/** Where a line's number stands from its place on the line, by layer, upper and lower: across, down, anchor. */
const LABEL_OFFSETS = {
  1: [
    [-10, -9, "end"],
    [-10, 18, "end"],
  ],
  2: [
    [2, -9, "middle"],
    [-5, 18, "middle"],
  ],
  3: [
    [10, -9, "start"],
    [-7, -7, "end"],
  ],
};
/** The same for a number and what becomes of it. */
const STEP_LABEL_OFFSETS = {
  1: [
    [-18, -14, "end"],
    [-18, 24, "end"],
  ],
  2: [
    [0, -14, "middle"],
    [0, 24, "middle"],
  ],
  3: [
    [22, -24, "start"],
    [-14, 56, "start"],
  ],
};

/** Draws on scenes whose view carries `story`: {curves, leaderLines, x, y, trial, paths}. */
export function createStoryMarks() {
  let elements = null;

  function update(scene) {
    const { story } = scene.view;
    if (!story) return;
    if (elements?.nodes !== scene.nodes) elements = createElements(scene);
    const { curves } = story;
    if (curves && elements.curves !== curves) drawCurves(curves);
    updateInput(scene);
    for (const part of elements.units) updateUnit(scene, part, curves);
    for (const label of elements.weights) updateWeight(scene, label);
    updateLoss(scene);
    for (const part of elements.marks) part(scene);
  }

  function createElements(scene) {
    const { layout, nodes, edges } = scene;
    const svg = nodes[0][0].g.ownerSVGElement;
    const { phone } = layout;
    const overlay = createSvg("g", { class: "story-overlay" }, svg);
    const units = nodes
      .slice(1)
      .flatMap((column, i) => [...column].map((node) => createUnit(overlay, node, i + 1, layout)));
    const input = createInput(overlay, nodes[0][0], layout);
    const weights = edges
      .slice(1)
      .flatMap((list, i) => [...list].map((edge) => createWeight(overlay, edge, i + 1, layout)));
    const { x, y, r } = layout.loss;
    const loss = {
      value: createSvg(
        "text",
        { class: "story-loss", x, y: n1(y + (phone ? r + 13 : 16)), "text-anchor": "middle" },
        overlay,
      ),
      target: createSvg(
        "text",
        { class: "story-target", x, y: n1(y - r - (phone ? 25 : 47)), "text-anchor": "middle" },
        overlay,
      ),
    };
    createSvg("tspan", { class: "variable text-16" }, loss.target).textContent = "y";
    const known = createSvg("tspan", { dx: 4 }, loss.target);
    const inputOffset = (x) => clamp(x / INPUT_RANGE, -1, 1) * input.half;
    return {
      nodes,
      units,
      input,
      weights,
      loss: { ...loss, known },
      marks: [createTrial(overlay, layout.loss), createPathLines(overlay), createLeaderLines(overlay, { inputOffset })],
      curves: null,
    };
  }

  /** Where a unit's words stand: beside its button, which says the same in full. */
  const createLabels = (overlay, node) =>
    createSvg(
      "g",
      { class: "story-words", "aria-hidden": "true", transform: node.g.getAttribute("transform") },
      overlay,
    );

  function createUnit(overlay, node, layer, layout) {
    const { s, rx, dimmer: veil, unit } = node;
    const labels = createLabels(overlay, node);
    const tile = createSvg("g", { class: "face" });
    veil.after(tile);
    createSvg("path", { class: "half", d: `M0 ${n1(tileY(0.5, s))}H${s}` }, tile);
    const under = createSvg("path", { class: "under" }, tile);
    const curve = createSvg("path", { class: "curve" }, tile);
    const read = createSvg("path", { class: "read" }, tile);
    const dot = createSvg("circle", { class: "dot", r: layout.phone ? 3.4 : 5 }, tile);
    const label = (dy, ref) => {
      const text = createSvg(
        "text",
        {
          class: "unit-label",
          x: layout.phone ? s / 2 : -12,
          y: s + dy,
          "text-anchor": layout.phone ? "middle" : "start",
        },
        labels,
      );
      if (layout.phone) return { text, name: null, value: text };
      const name = createSvg("tspan", { class: "variable" }, text);
      return { text, name, value: createSvg("tspan", { dx: 5, "data-ref": ref }, text) };
    };
    const last = layer === layout.widths.length - 1;
    const index = `${superscript(layer)}${last ? "" : subscript(unit + 1)}`;
    return {
      node,
      s,
      rx,
      layer,
      unit,
      last,
      index,
      face: tile,
      under,
      curve,
      read,
      dot,
      answer: label(layout.phone ? 12 : 19, `a${layer}[${unit}]`),
      error: label(layout.phone ? 24 : 38, `dz${layer}[${unit}]`),
    };
  }

  function createInput(overlay, node, layout) {
    const labels = createLabels(overlay, node);
    const axisHalf = layout.phone ? PHONE_AXIS_HALF : AXIS_HALF;
    const group = createSvg("g", { class: "story-input" }, node.g);
    const c = node.s / 2;
    createSvg(
      "rect",
      { class: "ground", x: n1(c - axisHalf - 12), y: n1(c - 34), width: 2 * axisHalf + 24, height: 62 },
      group,
    );
    createSvg(
      "path",
      {
        class: "axis",
        d: `M${c - axisHalf} ${c}h${2 * axisHalf}M${c - axisHalf} ${c - 4}v8M${c} ${c - 4}v8M${c + axisHalf} ${c - 4}v8`,
      },
      group,
    );
    for (const at of layout.phone ? [] : [-1, 1])
      createSvg(
        "text",
        { class: "tick input-label", x: n1(c + at * axisHalf), y: c + 19, "text-anchor": "middle" },
        labels,
      ).textContent = at < 0 ? "−3" : "3";
    const dot = createSvg("circle", { class: "input-dot", cy: c, r: layout.phone ? 7 : 9 }, group);
    const text = createSvg(
      "text",
      { class: "input-label", y: c - (layout.phone ? 13 : 18), "text-anchor": "middle" },
      labels,
    );
    createSvg("tspan", { class: "variable text-17" }, text).textContent = "x";
    return { group, dot, text, value: createSvg("tspan", { dx: 5 }, text), c, half: axisHalf };
  }

  /** Level lines carry their number in the middle, slanting ones near their start. */
  function createWeight(overlay, edge, layer, layout) {
    const level = layer !== 2 || edge.from === edge.to;
    const [x, y] = pointAt(edge.route, level ? 0.5 : 0.24);
    const low = layer === 1 ? edge.to : edge.from;
    const text = createSvg("text", { class: "weight-label" }, overlay);
    setShown(text, !layout.phone);
    const attributesAt = ([dx, dy, anchor]) => ({ x: n1(x + dx), y: n1(y + dy), "text-anchor": anchor });
    return {
      edge,
      layer,
      text,
      level,
      at: attributesAt(LABEL_OFFSETS[layer][low]),
      stepPosition: attributesAt(STEP_LABEL_OFFSETS[layer][low]),
    };
  }

  function drawCurves(curves) {
    elements.curves = curves;
    for (const { s, layer, unit, under, curve } of elements.units) {
      const answers = curves.a[layer - 1][unit];
      const points = curves.x.map((x, i) => [n1(tileX(x, s)), n1(tileY(answers[i], s))]);
      const inside = points.filter(([, y]) => y > 0 && y < s);
      setAttribute(curve, "d", inside.length ? `M${inside.join("L")}` : null);
      setAttribute(under, "d", `M${points.join("L")}L${s} ${s - 1}L0 ${s - 1}z`);
    }
  }

  function updateInput({ view, records }) {
    const { input } = elements;
    const x = view.story.x ?? records.values("x")?.[0] ?? 0;
    const at = n1(input.c + clamp(x / INPUT_RANGE, -1, 1) * input.half);
    setAttribute(input.dot, "cx", at);
    setAttribute(input.dot, "class", `input-dot ${valueClass(x)}`);
    setAttribute(input.text, "x", at);
    setText(input.value, storyNumber(x));
    setAttribute(input.value, "class", valueClass(x));
  }

  function updateUnit(scene, part, curves) {
    const { records, status, view } = scene;
    const { s, layer, unit, last } = part;
    const activation = records.values(`a${layer}`)?.[unit];
    const done = status(`a${layer}`);
    const known = done > 0.5 && activation !== undefined && curves;
    const x = records.values("x")?.[0] ?? 0;
    const isFaded = part.node.body.written?.opacity;
    setAttribute(part.face, "opacity", isFaded ? 0.4 : null);
    setAttribute(part.curve, "opacity", done >= 1 ? null : 0.45);
    setAttribute(part.under, "opacity", done >= 1 ? null : 0.4);
    setShown(part.read, Boolean(known));
    setShown(part.dot, Boolean(known));
    if (known) {
      const [cx, cy] = [n1(tileX(x, s)), n1(tileY(activation, s))];
      setAttribute(part.read, "d", `M${cx} ${s - 1}V${cy}H0`);
      setAttributes(part.dot, { cx, cy });
    }
    const flowing = view.ops?.[view.operation]?.phase === "update";
    label(
      part.answer,
      done >= 1 ? activation : undefined,
      valueClass(activation),
      last ? "ŷ" : "a",
      last ? "" : part.index,
      part.face,
    );
    const [name, symbol] = status(`dz${layer}`) >= 1 ? [`dz${layer}`, "δ"] : [`da${layer}`, last ? "∂ŷ" : "∂a"];
    const error = status(name) >= 1 && !(flowing && last) ? records.values(name)?.[unit] : undefined;
    label(part.error, error, gradientClass(error), symbol, symbol === "∂ŷ" ? "" : part.index, part.face);
  }

  /** @param {any} parts @param {number|undefined} value */
  function label({ text, name, value: valueText }, value, hue, symbol, index, tile) {
    setShown(text, value !== undefined);
    if (value === undefined) return;
    if (name) {
      setText(name, `${symbol}${index}`);
      setAttribute(text, "opacity", tile.written?.opacity ?? null);
    }
    setText(valueText, storyNumber(value, name ? 4 : 2));
    setAttribute(valueText, "class", `${name ? "" : "unit-label "}${hue}`);
  }

  function updateWeight(scene, { edge, layer, text, level, at, stepPosition }) {
    const { records, status, view, layout } = scene;
    if (layout.phone) return;
    const { from, to } = edge;
    const w = records.parameters[`W${layer}`][from][to];
    const op = view.ops?.[view.operation];
    const updating = op?.phase === "update" && (view.progress ?? 1) > 0.2;
    const errorReturning = op?.name === `da${layer - 1}`; // then a line says what comes back over it
    const g = errorReturning
      ? w * (records.values(`dz${layer}`)?.[to] ?? 0)
      : status(`dW${layer}`) >= 1 && !updating
        ? records.batch(`dW${layer}`)?.[from]?.[to]
        : undefined;
    setAttributes(text, updating ? stepPosition : at);
    const s = view.hover ?? view.selection;
    const related =
      !s || s.kind === "weight" || (s.layer === layer && s.unit === to) || (s.layer === layer - 1 && s.unit === from);
    const hasTrial = view.story.trial && view.story.trial.of === `W${layer}${edge.at}`;
    const hasProductMark =
      view.selection?.kind === "weight" &&
      view.selection.layer === layer &&
      view.selection.from === from &&
      view.selection.to === to &&
      !updating;
    setShown(
      text,
      related &&
        !hasTrial &&
        !view.story.paths &&
        !(hasProductMark && level && status(`dW${layer}`) > 0) &&
        !(updating && !level),
    );
    if (updating) {
      const added = records.update?.[`W${layer}`]?.[from]?.[to] ?? 0;
      const onlyResult = layer === 2 && layout.columnPitch < NARROW_PITCH;
      setText(text, `${onlyResult ? "" : `${storyNumber(w, 3)} `}→ ${storyNumber(w + added, layer === 2 ? 3 : 4)}`);
      setAttribute(text, "class", `weight-label strong ${valueClass(w + added)}`);
      return;
    }
    setText(text, storyNumber(g ?? w, g === undefined ? 4 : 3));
    setAttribute(text, "class", `weight-label ${g === undefined ? valueClass(w) : gradientClass(g)}`);
  }

  function updateLoss({ view, records, status, layout }) {
    const L = records.values("L");
    const done = status("L") >= 0.85 && L !== null;
    setShown(elements.loss.value, done);
    if (done) setText(elements.loss.value, storyNumber(L, layout.loss.r < 29 ? 3 : 4));
    setText(elements.loss.known, `= ${storyNumber(view.story.y ?? records.targets?.[0] ?? 1)}`);
  }

  return {
    update,
    /** The input's axis in client pixels, for pulling. */
    inputBox: () => {
      const axis = elements?.input.group.querySelector(".axis")?.getBoundingClientRect();
      return axis ? { left: axis.left, width: axis.width } : null;
    },
    isInput: (target) => Boolean(target?.closest?.(".story-input")),
  };
}

const tileX = (x, s) => ((x + INPUT_RANGE) / (2 * INPUT_RANGE)) * s;
const tileY = (a, s) => clamp(s - 6 - ((a - MIN_ACTIVATION) / (MAX_ACTIVATION - MIN_ACTIVATION)) * (s - 12), 0, s);
