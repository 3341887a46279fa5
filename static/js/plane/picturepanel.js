// Beside the network, where the inputs are a picture: the digit, the probability of each class as a bar, the digits that
// are classified wrong, and a pad to draw one of one's own.

import { createHtml, setAttribute, setHidden, setText, syncAttribute, syncText } from "../dom/elements.js";
import { classOf, hueText } from "../format/colors.js";
import { clamp, isNumber, maxAbs } from "../format/math.js";
import { thousands } from "../format/numbers.js";
import { percent } from "../run/metrics.js";
import { picturePixels } from "../run/settings.js";
import { computedShare, rawInput, shownEvaluation } from "../run/values.js";
import { createPad } from "./drawingpad.js";
import { createSheet } from "./picturesheet.js";

const SHOWN_WRONG = 12;

/**
 * @param {HTMLElement} element
 * @param {{spotlight: (index: number) => void, draw: (input: number[], target: number|null) => void,
 *   predict: (run: string, inputs: number[][]) => Promise<any>}} on
 */
export function createPicturePanel(element, on) {
  const panel = createHtml("div", { class: "picture-panel" }, element);
  const head = createHtml("h2", { class: "side-figure-head" }, panel);
  const title = createHtml("span", {}, head);
  const when = createHtml("small", {}, head);
  const padPlace = createHtml("div", {}, panel);
  const row = createHtml("div", { class: "picture-row" }, panel);
  const bars = createHtml("ol", { class: "picture-bars", "aria-label": "Probability of each class" }, row);
  const answer = createHtml("p", { class: "picture-answer" }, panel);
  const note = createHtml("p", { class: "plane-note" }, panel);
  const actions = createHtml("div", { class: "picture-actions" }, panel);
  const wrongPart = createHtml("section", { class: "picture-wrong" }, panel);
  const wrongHead = createHtml("h3", {}, wrongPart);
  const wrongList = createHtml("div", { class: "picture-thumbs" }, wrongPart);
  /** @param {string} text @param {(event: any) => void} act @param {string} [label] */
  const button = (text, act, label) =>
    createHtml("button", { type: "button", class: "picture-button", text, onclick: act, "aria-label": label }, actions);
  const before = button("‹", () => turn(-1), "Previous sample");
  const after = button("›", () => turn(1), "Next sample");
  const drawButton = button("Draw a digit", (event) => setDrawing(true, event.detail === 0));
  const target = createTarget(actions, (k) => {
    chosen = k;
    hand();
  });
  const clearButton = button("Clear", () => pad?.clear());
  const doneButton = button("Done", () => setDrawing(false), "Done, back to the samples");

  let view = null;
  let shape = null; // rows, columns
  let sheet = null;
  let pad = null;
  let drawing = false;
  let lastIndex = 0; // the sample that was shown before drawing
  let pixels = null; // as drawn; null while nothing is
  let chosen = null; // the class that the reader says it is
  let predicted = null; // {pixels, outputs, step}: what the run predicts for the drawn digit as it stands
  let asking = false;
  let drawnBars = null;
  let drawnWrong = null;
  let thumbs = [];

  function build({ rows, columns }) {
    shape = { rows, columns };
    sheet?.root.remove();
    sheet = createSheet(null, rows, columns, { role: "img" });
    row.prepend(sheet.root);
    wrongList.replaceChildren();
    thumbs = [];
    padPlace.replaceChildren();
    pad = createPad(padPlace, sheet, {
      rows,
      columns,
      changed(next) {
        pixels = next.some(Boolean) ? next : null;
        chosen = null;
        hand();
      },
    });
    sheet.root.addEventListener("keydown", (event) => drawing && pad.onKey(event));
    sheet.root.addEventListener("focus", () => pad.focus(drawing && sheet.root.matches(":focus-visible")));
    sheet.root.addEventListener("blur", () => pad.focus(false));
  }

  function turn(by) {
    const n = view.samples.targets.length;
    const { index } = view.spotlight;
    on.spotlight(((Number.isInteger(index) ? index : lastIndex) + by + n) % n);
  }

  /** @param {boolean} to @param {boolean} [byKey] the keys then go to the pixels */
  function setDrawing(to, byKey = false) {
    drawing = to;
    if (to) {
      if (Number.isInteger(view.spotlight?.index)) lastIndex = view.spotlight.index;
      pad.clear();
    } else {
      leave();
      on.spotlight(lastIndex);
    }
    render(view);
    (byKey ? sheet.root : to ? clearButton : drawButton).focus({ preventScroll: true });
  }

  /** What the run predicts, and with that as its target, or what the reader says it is, the digit goes through the step. */
  async function hand() {
    render(view);
    if (!pixels || asking) return;
    asking = true;
    const [asked, step] = [pixels, view.lastStep];
    try {
      const { outputs } = await on.predict(view.run.id, [asked]);
      predicted = { pixels: asked, outputs: outputs[0], step };
    } catch (error) {
      if (!error.errors) throw error;
      predicted = null;
    } finally {
      asking = false;
    }
    if (asked !== pixels) return hand();
    on.draw(asked, chosen ?? likeliest(predicted?.outputs));
    render(view);
  }

  function render(next) {
    view = next;
    const picture = view && picturePixels(view);
    if (!picture) return;
    if (shape?.rows !== picture.rows || shape?.columns !== picture.columns) build(picture);
    const { samples, spotlight } = view;
    const own = Boolean(spotlight?.input);
    if (drawing && Number.isInteger(spotlight?.index) && spotlight.index !== lastIndex) leave(); // chosen elsewhere
    syncAttribute(panel, "data-drawing", drawing ? "" : null);
    syncAttribute(answer, "role", drawing ? "status" : null); // not at every step that is played
    const status = computedShare(
      { index: new Map(view.ops.flatMap((op) => op.names.map((name) => [name, op.index]))) },
      view,
    );
    const values = view.spotlightValues;
    const answered = status("L") > 0.4 && values?.outputs;
    const untrained = drawing && pixels === predicted?.pixels && predicted.step === 0 && view.lastStep === 0;
    const stand = untrained ? predicted.outputs : null;
    const outputs = drawing && !pixels ? null : answered ? values.outputs : view.step ? null : stand;
    const slopes = values?.dx && status("dW1") >= 1 && !(drawing && !pixels) ? pixelsOf(values.dx, picture) : null;
    const raw = drawing ? (pixels ?? []) : (rawInput(view) ?? []);
    sheet.draw(raw, maxAbs(samples.inputs[0]) || 1, slopes);
    nameSheet(own);
    setText(title, drawing ? "Your digit" : `Sample ${spotlight?.index ?? 0}`);
    setText(when, drawing ? "" : (spotlight?.index ?? 0) < samples.train ? "training" : "test");
    renderBars(
      outputs,
      own ? classOf(spotlight.target, samples.task) : classOf(samples.targets[spotlight?.index ?? 0], samples.task),
    );
    renderAnswer(outputs, own, answered);
    setText(note, noteText(slopes));
    for (const each of [before, after, drawButton]) setHidden(each, drawing);
    for (const each of [clearButton, doneButton]) setHidden(each, !drawing);
    target.render(
      drawing && Boolean(pixels),
      samples.classes,
      chosen ?? (own ? classOf(spotlight.target, samples.task) : -1),
    );
    setHidden(wrongPart, drawing);
    if (!drawing) renderWrong(picture);
  }

  function leave() {
    drawing = false;
    pixels = null;
    pad.focus(false);
  }

  function nameSheet(own) {
    setAttribute(sheet.root, "tabindex", drawing ? "0" : null);
    setAttribute(sheet.root, "role", drawing ? "application" : "img");
    setAttribute(
      sheet.root,
      "aria-label",
      drawing
        ? "Pixels of your digit: arrow keys move, space fills or clears one, + and − change it"
        : own
          ? "the drawn digit"
          : `sample ${view.spotlight?.index ?? 0}, a ${className(view.samples, view.spotlight?.index ?? 0)}`,
    );
  }

  function renderBars(outputs, wanted) {
    const { classes } = view.samples;
    if (drawnBars !== classes) {
      drawnBars = classes;
      bars.replaceChildren(
        ...classes.map((name, k) => {
          const item = createHtml("li", {}, null, createHtml("span", { text: String(name) }));
          const bar = createHtml("i", { "aria-hidden": "true" }, item);
          bar.style.setProperty("--hue", hueText(k));
          createHtml("b", {}, item);
          return item;
        }),
      );
    }
    const best = likeliest(outputs);
    [...bars.children].forEach((item, k) => {
      const [, bar, text] = /** @type {any} */ (item.children);
      bar.style.setProperty("--share", String(outputs && isNumber(outputs[k]) ? clamp(outputs[k]) : 0));
      syncText(text, outputs ? percent(outputs[k]) : "");
      item.classList.toggle("wanted", k === wanted && !(drawing && chosen === null));
      item.classList.toggle("best", k === best);
    });
  }

  function renderAnswer(outputs, own, answered) {
    const { classes, task } = view.samples;
    const best = likeliest(outputs);
    const waits =
      drawing && !pixels
        ? ""
        : view.step
          ? "Nothing is predicted yet at this operation."
          : "Nothing is predicted yet: no step is taken.";
    if (best === null) return setText(answer, outputs ? "No prediction: the outputs are not numbers." : waits);
    const wanted = own ? chosen : classOf(view.samples.targets[view.spotlight?.index ?? 0], task);
    const verdict = wanted === null ? "" : wanted === best ? ", which is right" : `, and it is a ${classes[wanted]}`;
    const stage = answered ? `in step ${thousands(view.step.step)}` : "after step 0";
    setText(answer, `Predicted: ${classes[best]}, with ${percent(outputs[best])} ${stage}${verdict}.`);
  }

  function noteText(slopes) {
    if (slopes)
      return "On the digit: ∂L/∂x. Where the square is full, more ink raises the loss; where it is hollow, it lowers the loss.";
    if (drawing)
      return "As the data were made: stretched to 32 rows and up to 20 columns of a bitmap of 32 × 32, black pixels counted in each block of 4 × 4.";
    return "";
  }

  function renderWrong({ rows, columns }) {
    const evaluation = shownEvaluation(view);
    const { samples } = view;
    const all = evaluation?.beeswarms?.wrong;
    if (all === drawnWrong?.all && drawnWrong?.samples === samples) return;
    drawnWrong = { all, samples };
    const missed = (all ?? []).filter((i) => i >= samples.train);
    const tested = samples.targets.length - samples.train;
    setHidden(wrongPart, !all || !tested);
    const after = evaluation?.step ? ` after step ${thousands(evaluation.step)}` : " at step 0";
    setText(
      wrongHead,
      `${missed.length ? thousands(missed.length) : "None"} of ${thousands(tested)} test digits classified wrong${after}`,
    );
    const shown = missed.slice(0, SHOWN_WRONG);
    while (thumbs.length < shown.length) thumbs.push(createThumb(rows, columns));
    for (const [n, thumb] of thumbs.entries()) thumb.show(shown[n], samples);
  }

  /** A digit that is classified wrong, as a button; it is drawn anew for another one. */
  function createThumb(rows, columns) {
    let shown = null;
    const thumb = createHtml("button", { type: "button", onclick: () => on.spotlight(shown) }, wrongList);
    const small = createSheet(thumb, rows, columns, { "aria-hidden": "true" });
    return {
      show(i, samples) {
        setHidden(thumb, i === undefined);
        if (i === undefined) return;
        shown = i;
        const name = `sample ${i}, a ${className(samples, i)}, classified wrong`;
        setAttribute(thumb, "aria-label", name);
        setAttribute(thumb, "title", name);
        small.draw(samples.inputs[i], maxAbs(samples.inputs[i]) || 1);
      },
    };
  }

  return { render };
}

/** The class of the largest output; null where they are none, or not numbers. */
const likeliest = (outputs) =>
  outputs?.every(isNumber) ? outputs.reduce((best, v, k) => (v > outputs[best] ? k : best), 0) : null;

const className = (samples, i) => samples.classes[classOf(samples.targets[i], samples.task)];

/** An input's value at each pixel; 0 where a pixel is no input. */
function pixelsOf(values, { rows, columns, at }) {
  const found = new Array(rows * columns).fill(0);
  at.forEach((pixel, unit) => {
    found[pixel] = values[unit];
  });
  return found;
}

/** The choice of what a drawn digit is: the prediction, until the reader says otherwise. */
function createTarget(parent, choose) {
  const label = createHtml("label", { class: "picture-target" }, parent, "It is a ");
  const select = createHtml("select", { "aria-label": "Which digit it is: the target of the backward pass" }, label);
  select.addEventListener("change", () => choose(Number(select.value)));
  let names = null;
  return {
    render(shown, classes, value) {
      setHidden(label, !shown);
      if (names !== classes) {
        names = classes;
        select.replaceChildren(
          ...classes.map((name, k) => createHtml("option", { value: String(k), text: String(name) })),
        );
      }
      if (select.value !== String(value)) select.value = String(value);
    },
  };
}
