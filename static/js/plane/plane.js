// The output plane: the network's output at every point of the input plane, and the samples. Of a table, a scatter.

import { readColors } from "../dom/browser.js";
import { createHtml, createSvg, setAttribute, setText } from "../dom/elements.js";
import { oncePerFrame } from "../dom/frames.js";
import { pointerIn } from "../dom/pagezoom.js";
import { observeSize } from "../dom/size.js";
import { hideTooltip, showTooltip } from "../dom/tooltip.js";
import { clamp } from "../format/math.js";
import { shownEvaluation } from "../run/values.js";
import { writeLegend } from "./legend.js";
import { createOutputField } from "./outputfield.js";
import { fieldText, headingText, labelText, noteText, sampleText } from "./planetext.js";
import { neighbour, planeOf, sampleAt } from "./projection.js";
import { createAxisNames, createRings, createSampleMarks, createSpotlight } from "./samplemarks.js";
import { createHeading, pairOf } from "./scattercolumns.js";

/** @param {HTMLElement} element @param {{spotlight?: (index: number) => void, scatter?: (pair: string[]) => void}} on */
export function createPlane(element, on = {}) {
  element.classList.add("side-figure");
  const caption = createHtml("h2", { class: "side-figure-head" }, element);
  const title = createHtml("span", {}, caption);
  const heading = createHeading(title, (pair) => on.scatter?.(pair));
  const when = createHtml("small", {}, caption);
  const board = createHtml(
    "div",
    { class: "plane", role: "application", tabindex: 0, "aria-roledescription": "plane of samples" },
    element,
  );
  const canvas = createHtml("canvas", { class: "plane-field", "aria-hidden": "true" }, board);
  const root = createSvg("svg", { class: "plane-marks", "aria-hidden": "true" }, board);
  const field = createOutputField(canvas, root);
  const marks = createSampleMarks(root);
  const nameAxes = createAxisNames(root);
  const rings = createRings(root);
  const drawSpotlight = createSpotlight(root);
  const legend = createHtml("p", { class: "plane-legend" }, element);
  const note = createHtml("p", { class: "plane-note" }, element);
  const noteWords = createHtml("span", {}, note);
  createHtml("span", { class: "more", text: " Click a point to put it in the spotlight." }, note);

  let last = null;
  let drawn = {};
  let colors = null;
  let plane = null;
  /** @type {import("./samplemarks.js").Frame} */
  let frame = { width: 0, height: 0 };
  const draw = oncePerFrame(() => last && render(last));
  const size = observeSize(board, draw);
  listenToPlane(board, {
    plane: () => plane,
    frame: () => frame,
    view: () => last,
    side: () => size.box.width,
    spotlight: (index) => on.spotlight?.(index),
  });

  function render(view) {
    last = view;
    const { samples } = view;
    const { width: side, height } = size.measure();
    if (!samples || !side) return;
    if (drawn.theme !== view.theme || !colors) colors = readColors();
    const evaluation = shownEvaluation(view);
    const surfaces = evaluation?.surfaces ?? null;
    const { scatter = null, previous = null } = view;
    const now = { theme: view.theme, samples, side, height, evaluation, surfaces, previous, scatter };
    const changed = (...names) => names.some((name) => drawn[name] !== now[name]);
    if (changed("samples", "scatter") || !plane || surfaces?.extent.some((v, i) => v !== plane.extent[i]))
      plane = planeOf(samples, surfaces?.extent ?? samples.extent, pairOf(samples, scatter));
    if (drawn.plane !== plane) element.classList.toggle("scattered", !plane.field);
    frame = plane.field ? { width: side, height: side } : { width: side, height };
    const moved = plane !== drawn.plane || changed("side", "height");
    if (moved || changed("theme", "samples")) marks.draw(samples, plane, frame, colors);
    if (moved) nameAxes(samples, plane, frame);
    if (moved || changed("theme", "surfaces", "previous")) {
      const layer = plane.field ? surfaces?.layers.at(-1) : null;
      field.draw(samples, { layer, earlier: previous?.surfaces?.layers.at(-1), side, colors });
    }
    if (changed("samples")) writeLegend(legend, samples, colors);
    drawSpotlight(view, samples, plane, frame, marks.at);
    rings.drawBatch(view, plane, frame);
    if (moved || changed("evaluation")) rings.drawWrong(evaluation, samples, plane, frame);
    write(view, evaluation);
    drawn = { ...now, plane };
  }

  function write(view, evaluation) {
    const step = evaluation?.step;
    heading.render(headingText(view.samples, plane), view.samples, plane);
    setText(when, !evaluation || !plane.field ? "" : step === 0 ? "step 0" : `after step ${step}`);
    setText(noteWords, noteText(view, plane, evaluation));
    setAttribute(board, "aria-label", labelText(view, plane, evaluation, title.textContent));
  }

  return { render };
}

/**
 * Pointer and keys on the plane: a click or an arrow key puts a sample in the spotlight, the tooltip says what is there.
 * @param {HTMLElement} board
 * @param {{plane: () => any, frame: () => any, view: () => any, side: () => number, spotlight: (index: number) => void}} on
 */
function listenToPlane(board, on) {
  board.addEventListener("click", (event) => {
    if (!on.plane()) return;
    const { x, y } = pointerIn(board, event);
    const index = sampleAt(on.plane(), x, y, on.frame(), 16);
    if (index >= 0) on.spotlight(index);
  });
  board.addEventListener("pointermove", (event) => {
    const plane = on.plane();
    if (!plane || event.pointerType === "touch") return;
    const { x, y } = pointerIn(board, event);
    const [side, { samples }] = [on.side(), on.view()];
    const index = sampleAt(plane, x, y, on.frame(), 7);
    const [u, v] = [clamp(x, 0, side) / side, clamp(y, 0, side) / side];
    const field = fieldText(samples, plane, shownEvaluation(on.view()), u, v);
    const words =
      index >= 0 ? `${sampleText(samples, plane, index)}${field ? `\n${field.replace(/\n.*\n/, "\n")}` : ""}` : field;
    if (words) showTooltip(words, event.clientX, event.clientY);
    else hideTooltip();
    setAttribute(board, "data-over", index >= 0 ? "sample" : null);
  });
  board.addEventListener("pointerleave", hideTooltip);
  board.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || !on.plane() || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const index = neighbour(on.plane(), on.view().spotlight?.index ?? -1, way[0], way[1], on.frame());
    if (index >= 0) on.spotlight(index);
  });
}
