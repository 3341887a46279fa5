// The output plane: the network's output at every point of the input plane, and the samples.

import { readColors } from "../dom/browser.js";
import { createHtml, createStripes, createSvg, setAttribute, setText } from "../dom/elements.js";
import { oncePerFrame } from "../dom/frames.js";
import { pixelRatio, pointerIn } from "../dom/pagezoom.js";
import { observeSize } from "../dom/size.js";
import { hideTooltip, showTooltip } from "../dom/tooltip.js";
import { classOf, mix, SHAPES, shapeAt, shapeOf } from "../format/colors.js";
import { clamp, isNumber, n1 } from "../format/math.js";
import { format, fullDigits, subscript } from "../format/numbers.js";
import { columnTitle } from "../run/settings.js";
import { shownEvaluation } from "../run/values.js";
import { classHue, makeSpot, pathOf, readingOf, targetRange, targetScale, valueHue } from "./field.js";
import { between, neighbour, place, planeOf, sampleAt } from "./projection.js";
import { drawNodes, gridsOf } from "./surface.js";

// The heading of the plane, and what it shows of a table.

/** The heading; over a scatter of a table, two selects for its columns. */
export function createChooser(title, choose) {
  const word = createHtml("span", {}, title);
  const box = createHtml("span", { class: "scatter" }, title);
  const selects = ["Columns across", "Columns upwards"].map((label, i) => {
    if (i) box.append(" × ");
    return createHtml("select", { "aria-label": label }, box);
  });
  let shown = null;
  for (const select of selects) select.addEventListener("change", () => choose(selects.map((s) => s.value)));
  return {
    render(text, samples, plane) {
      setText(word, text);
      const on = !plane.field && samples.columns.length > 1;
      if (box.hidden === on) box.hidden = !on;
      if (!on) return;
      selects.forEach((select, i) => {
        if (shown !== samples) {
          select.replaceChildren();
          samples.columns.forEach((name, c) => {
            createHtml("option", { value: name, text: columnTitle(name, samples.units[c]) }, select);
          });
        }
        if (select.value !== plane.names[i]) select.value = plane.names[i];
      });
      shown = samples;
    },
  };
}

const RADIUS = { train: 2.5, test: 2.2 };

/** @param {HTMLElement} element @param {{spotlight?: (index: number) => void, scatter?: (pair: string[]) => void}} on */
export function createPlane(element, on = {}) {
  element.classList.add("side-figure");
  const caption = createHtml("h2", { class: "side-figure-head" }, element);
  const title = createHtml("span", {}, caption);
  const chooser = createChooser(title, (pair) => on.scatter?.(pair));
  const when = createHtml("small", {}, caption);
  const board = createHtml(
    "div",
    { class: "plane", role: "application", tabindex: 0, "aria-roledescription": "plane of samples" },
    element,
  );
  const canvas = createHtml("canvas", { class: "plane-field", "aria-hidden": "true" }, board);
  const root = createSvg("svg", { class: "plane-marks", "aria-hidden": "true" }, board);
  createStripes(root, "plane-lost");
  const lost = createSvg("rect", { class: "off", fill: "url(#plane-lost)", width: "100%", height: "100%" }, root);
  const lines = createSvg("g", { class: "plane-lines" }, root);
  const [thin, bold, ghost] = ["thin", "bold", "previous"].map((name) =>
    createSvg("path", { class: `contour ${name}` }, lines),
  );
  const points = createSvg("g", { class: "plane-points" }, root);
  const axes = ["end", "start"].map((anchor) =>
    createSvg("text", { class: "plane-axis", "text-anchor": anchor }, root),
  );
  const batch = createSvg("path", { class: "plane-batch", "data-ref": "batch.indices" }, root);
  const wrong = createSvg("path", { class: "plane-wrong", "data-ref": "swarms.wrong" }, root);
  const spot = makeSpot(root);
  const legend = createHtml("p", { class: "plane-legend" }, element);
  const note = createHtml("p", { class: "plane-note" }, element);
  const noted = createHtml("span", {}, note);
  createHtml("span", { class: "more", text: " Click a point to put it in the spotlight." }, note);

  let last = null;
  let drawn = {};
  let colors = null;
  let plane = null;
  let frame = { width: 0, height: 0 }; // a field is a square, a scatter as wide as the column
  const marks = [];
  const draw = oncePerFrame(() => last && render(last));
  const size = observeSize(board, draw);

  function render(view) {
    last = view;
    const { samples } = view;
    const { width: side, height } = size.measure();
    if (!samples || !side) return;
    if (drawn.theme !== view.theme || !colors) colors = readColors();
    const evaluation = shownEvaluation(view);
    const surfaces = evaluation?.surfaces ?? null;
    const { scatter = null, previous = null } = view;
    const now = { theme: view.theme, samples, side, height, evaluation, surfaces, ghost: previous, scatter };
    const changed = (...names) => names.some((name) => drawn[name] !== now[name]);
    if (changed("samples", "scatter") || !plane || surfaces?.extent.some((v, i) => v !== plane.extent[i]))
      plane = planeOf(samples, surfaces?.extent ?? samples.extent, pairOf(samples, scatter));
    if (drawn.plane !== plane) element.classList.toggle("scattered", !plane.field);
    frame = plane.field ? { width: side, height: side } : { width: side, height };
    const moved = plane !== drawn.plane || changed("side", "height");
    if (moved || changed("theme", "samples")) drawPoints(samples);
    if (moved) nameAxes(samples);
    if (moved || changed("theme", "surfaces", "ghost")) drawField(samples, surfaces, now.ghost, side);
    if (changed("samples")) writeLegend(samples);
    drawSpot(view, samples);
    drawBatch(view);
    if (moved || changed("evaluation")) drawWrong(evaluation, samples);
    write(view, samples, evaluation, surfaces);
    drawn = { ...now, plane };
  }

  // ---- the field

  function drawField(samples, surfaces, before, side) {
    const ratio = pixelRatio();
    const pixels = Math.round(side * ratio);
    if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, pixels, pixels);
    const layer = plane.field ? surfaces?.layers.at(-1) : null;
    const sound = !layer || (isNumber(layer.lo) && isNumber(layer.hi));
    setAttribute(lost, "class", sound ? "off" : "plane-lost");
    const reading = layer && sound ? readingOf(layer, samples) : null;
    setAttribute(thin, "d", reading ? pathOf(reading.thin, side) : "");
    setAttribute(bold, "d", reading ? pathOf(reading.bold, side) : "");
    const earlier = before?.surfaces?.layers.at(-1);
    setAttribute(
      ghost,
      "d",
      reading && earlier && isNumber(earlier.lo) ? pathOf(readingOf(earlier, samples).bold, side) : "",
    );
    if (!reading) return;
    const picture = reading.picture(colors);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    drawNodes(context, picture, 0, 0, pixels);
  }

  /** Columns with names of their own are named; x1 and x2 need no words. */
  function nameAxes(samples) {
    const plain = plane.names.join() === "x1,x2";
    plane.names.forEach((name, k) => {
      setText(axes[k], plain ? "" : columnTitle(name, samples.units[samples.columns.indexOf(name)], true));
      setAttribute(axes[k], "x", k ? 7 : frame.width - 7);
      setAttribute(axes[k], "y", k ? 16 : frame.height - 8);
    });
  }

  // ---- the samples

  function drawPoints(samples) {
    const n = samples.targets.length;
    while (marks.length > n) marks.pop().remove();
    const hue = pointHues(samples);
    for (let i = 0; i < n; i++) {
      marks[i] ??= createSvg("path", { "data-ref": `inputs[${i}]` }, points);
      const mark = marks[i];
      const test = i >= samples.train;
      const { x, y } = place(plane, i, frame);
      const here = x !== null && y !== null;
      setAttribute(mark, "class", here ? `point ${test ? "test" : "train"} ${hue.name(i)}` : "off");
      if (!here) continue;
      const shape = shapeOf(samples.targets[i], samples.task);
      setAttribute(mark, "d", shapeAt(shape, n1(x), n1(y), test ? RADIUS.test : RADIUS.train));
      mark.style.color = hue.color(i);
    }
  }

  /** A point's hue: its class, or its value. @param {any} samples */
  function pointHues(samples) {
    if (samples.task === "binary")
      return {
        name: (i) => (classOf(samples.targets[i], "binary") ? "value-positive" : "value-negative"),
        color: () => "",
      };
    if (samples.task === "multiclass") {
      const name = (i) => classOf(samples.targets[i], "multiclass");
      return {
        name: (i) => (name(i) < 3 ? `c${name(i) + 1}` : "tint"),
        color: (i) => (name(i) < 3 ? "" : css(classHue(name(i), colors))),
      };
    }
    const scale = targetScale(samples);
    const hue = (i) => valueHue(scale.of(samples.targets[i][0] ?? 0), 1, colors);
    return { name: () => "value", color: (i) => css(i < samples.train ? hue(i) : mix(hue(i), colors.ink, 0.35)) };
  }

  function drawSpot(view, samples) {
    const index = view.spotlight?.index;
    const known = Number.isInteger(index) && samples.targets[index];
    const { x, y } = known ? place(plane, index, frame) : { x: null, y: null };
    spot.show(!!known, x, y, frame);
    if (!known) return;
    const mark = marks[index];
    setAttribute(spot.mark, "d", SHAPES[shapeOf(samples.targets[index], samples.task)]);
    setAttribute(
      spot.mark,
      "class",
      mark.getAttribute("class") === "off" ? "off" : `${mark.getAttribute("class").replace("test", "train")}`,
    );
    spot.mark.style.color = mark.style.color;
    setAttribute(spot.group, "data-ref", `inputs[${index}]`);
  }

  /** The samples of the batch, while they are read. */
  function drawBatch(view) {
    const reading = view.step && view.playbackMode === "operations" && view.ops[view.operation]?.name === "x";
    setAttribute(batch, "class", reading ? "plane-batch" : "off");
    if (!reading) return;
    const rings = view.step.batch.indices
      .map((i) => place(plane, i, frame))
      .filter(({ x, y }) => x !== null && y !== null);
    setAttribute(batch, "d", rings.map((p) => ringOf(p, 5)).join(""));
  }

  /** Test samples that were answered wrong, where no field can show it. */
  function drawWrong(evaluation, samples) {
    const rows = plane.field ? [] : (evaluation?.swarms?.wrong ?? []);
    const rings = rows.filter((i) => i >= samples.train).map((i) => place(plane, i, frame));
    setAttribute(wrong, "d", rings.map((p) => (p.x === null || p.y === null ? "" : ringOf(p, 5.5))).join(""));
  }

  // ---- words

  function write(view, samples, evaluation, surfaces) {
    const several = samples.task === "multiclass";
    chooser.render(plane.field ? (several ? "Decision regions" : "Output plane") : "Scatter", samples, plane);
    const step = evaluation?.step;
    setText(when, !evaluation || !plane.field ? "" : step === 0 ? "step 0" : `after step ${step}`);
    setText(noted, noteOf(view, evaluation, surfaces));
    const index = view.spotlight?.index;
    const target = Number.isInteger(index)
      ? `; in the spotlight ${sampleWords(samples, index).replace(/\n/g, ", ")}`
      : "";
    const state = evaluation ? `, evaluation mode, after step ${step}` : "";
    setAttribute(
      board,
      "aria-label",
      `${plane.field ? title.textContent : `Scatter of ${plane.names.map(pretty).join(" and ")}`}${state}: ${samples.train} training and ${samples.targets.length - samples.train} test samples${target}. Arrow keys go to the next sample in that direction.`,
    );
  }

  function noteOf(view, evaluation, surfaces) {
    if (!plane.field) {
      const missed = evaluation?.swarms?.wrong?.filter((i) => i >= view.samples.train).length;
      const told = missed === undefined ? "" : missed ? "○ test rows answered wrong" : "every test row answered right";
      return [told, `ring: sample ${view.spotlight?.index ?? 0}.`].filter(Boolean).join(" · ");
    }
    const config = view.config ?? view.run?.config ?? {};
    const norm = config.batch_norm || config.hidden?.some((layer) => layer.batch_norm);
    const mode = surfaces ? `Evaluation mode: no dropout${norm ? ", running averages" : ""}.` : "No field yet.";
    if (view.previous) return `Dashed: the boundary after step ${view.previous.step}. ${mode}`;
    if (evaluation?.step === 0) return `The field is one random guess. ${mode}`;
    return `${mode}`;
  }

  function writeLegend(samples) {
    legend.replaceChildren();
    const key = (shape, name, hue, text) => {
      const item = createHtml("span", {}, legend);
      const picture = createSvg("svg", { viewBox: "-1.4 -1.4 2.8 2.8", "aria-hidden": "true" }, item);
      const mark = createSvg("path", { d: SHAPES[shape], class: `point train ${name}` }, picture);
      mark.style.color = hue;
      item.append(text);
    };
    if (samples.task === "regression") {
      const [low, high] = targetRange(samples);
      const { centre } = targetScale(samples);
      const scale = createHtml("span", { class: "plane-ramp" }, legend);
      createHtml("span", { text: format(low, 2) }, scale);
      createHtml("i", { "aria-hidden": "true" }, scale);
      createHtml(
        "span",
        { text: `${format(high, 2)}${low < 0 && high > 0 ? "" : `, neutral at ${format(centre, 2)}`}` },
        scale,
      );
    } else {
      const order = samples.task === "binary" ? [1, 0] : samples.classes.map((_, k) => k);
      for (const k of order) {
        const target = samples.task === "binary" ? [k] : samples.classes.map((_, j) => (j === k ? 1 : 0));
        const tint = samples.task !== "binary" && k >= 3;
        key(
          shapeOf(target, samples.task),
          samples.task === "binary" ? (k ? "value-positive" : "value-negative") : tint ? "tint" : `c${k + 1}`,
          tint ? css(classHue(k, colors)) : "",
          String(samples.classes[k] ?? k),
        );
      }
    }
    if (samples.train < samples.targets.length) createHtml("span", { class: "hollow", text: "hollow = test" }, legend);
  }

  function sampleWords(samples, i) {
    const where = plane.names
      .slice(0, plane.field ? 2 : samples.columns.length > 1 ? 2 : 1)
      .map((name, k) => `${name} = ${orMissing(k ? plane.y[i] : plane.x[i])}`);
    const target = samples.targets[i];
    const what =
      samples.task === "regression"
        ? `target ${target.map(fullDigits).join(", ")}`
        : `class ${samples.classes[classOf(target, samples.task)] ?? classOf(target, samples.task)}`;
    const wrong = samples.flipped?.includes(i) ? " (label flipped)" : "";
    return `sample ${i}, ${i < samples.train ? "train" : "test"}\n${where.join(", ")}\n${what}${wrong}`;
  }

  function fieldWords(x, y, side) {
    const evaluation = shownEvaluation(last);
    const layer = plane.field ? evaluation?.surfaces?.layers.at(-1) : null;
    if (!layer || !isNumber(layer.lo)) return "";
    const grids = gridsOf(layer);
    const n = Math.round(Math.sqrt(grids[0].length));
    const values = grids.map((grid) => layer.lo + (between(grid, n, x / side, y / side) / 255) * (layer.hi - layer.lo));
    const [x1, x2, y1, y2] = plane.extent;
    const { samples } = last;
    const names =
      samples.task === "binary"
        ? [`probability of ${samples.classes[1] ?? "class 1"}`]
        : values.map((_, k) =>
            samples.task === "multiclass"
              ? `p(${samples.classes[k] ?? k})`
              : `ŷ${values.length > 1 ? subscript(k + 1) : ""}`,
          );
    const at = `${plane.names[0]} ${format(x1 + (x / side) * (x2 - x1), 2)}, ${plane.names[1]} ${format(y2 - (y / side) * (y2 - y1), 2)}`;
    return `${values.map((v, k) => `${names[k]} ≈ ${format(v, 2)}`).join(", ")}\n${at}\nevaluation mode, after step ${evaluation.step}`;
  }

  // ---- intents

  const local = (event) => pointerIn(board, event);
  board.addEventListener("click", (event) => {
    if (!plane) return;
    const { x, y } = local(event);
    const index = sampleAt(plane, x, y, frame, 16);
    if (index >= 0) on.spotlight?.(index);
  });
  board.addEventListener("pointermove", (event) => {
    if (!plane || event.pointerType === "touch") return;
    const { x, y } = local(event);
    const side = size.box.width;
    const index = sampleAt(plane, x, y, frame, 7);
    const field = fieldWords(clamp(x, 0, side), clamp(y, 0, side), side);
    const words =
      index >= 0 ? `${sampleWords(last.samples, index)}${field ? `\n${field.replace(/\n.*\n/, "\n")}` : ""}` : field;
    if (words) showTooltip(words, event.clientX, event.clientY);
    else hideTooltip();
    setAttribute(board, "data-over", index >= 0 ? "sample" : null);
  });
  board.addEventListener("pointerleave", hideTooltip);
  board.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || !plane || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const from = last.spotlight?.index ?? -1;
    const index = neighbour(plane, from, way[0], way[1], frame);
    if (index >= 0) on.spotlight?.(index);
  });

  return { render };
}

const ringOf = ({ x, y }, r) => `M${n1(x - r)} ${n1(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;

/** The chosen pair of columns, where the data have both. */
const pairOf = (samples, pair) => (pair?.every((name) => samples.columns.includes(name)) ? pair : null);

const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;
const orMissing = (v) => (isNumber(v) ? fullDigits(v) : "missing");
const pretty = (name) => name.replace(/_/g, " ");
