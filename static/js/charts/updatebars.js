// At the update: the loss before and after, on this batch and on all training samples, and the loss that the slope
// predicted.

import { createHtml, createSvg, setAttribute, setHidden, setText } from "../dom/elements.js";
import { oncePerFrame } from "../dom/frames.js";
import { observeSize } from "../dom/size.js";
import { clamp, isNumber, n1 } from "../format/math.js";
import { format } from "../format/numbers.js";
import { SPEEDS } from "../run/clock.js";
import { heading } from "./linechart.js";

const lossIn = (step) => step.tape.find((record) => record.name === "L")?.value;
/** Whether an update can be read. */
const readable = (view) => !view.playing || (view.playbackMode === "operations" && !(SPEEDS[view.speed]?.ops > 2));
const showsUpdate = (view) =>
  !view.divergence &&
  readable(view) &&
  !!view.step &&
  view.step.loss_after !== undefined &&
  view.ops?.[view.operation]?.phase === "update";

/** @param {HTMLElement} element */
export function createUpdateBars(element) {
  heading(element, "Did it help?", "loss before → after");
  const root = createSvg("svg", { class: "update-bars", role: "img" }, element);
  const rows = ["batch", "all"].map((name, i) => {
    const y = i * 50;
    const bar = (dy, ref) =>
      createSvg(
        "rect",
        { x: 2, y: y + dy, height: 8, class: dy < 30 ? "bar before" : "bar after", "data-ref": ref },
        root,
      );
    return {
      text: createSvg("text", { x: 0, y: y + 14 }, root),
      before: bar(20, name === "batch" ? "L" : "train_loss before"),
      after: bar(32, name === "batch" ? "loss_after" : "train_loss"),
      numbers: [
        createSvg("text", { y: y + 27.5, "text-anchor": "end", class: "soft" }, root),
        createSvg("text", { y: y + 40.5, "text-anchor": "end", class: "strong" }, root),
      ],
    };
  });
  const tick = createSvg("path", { class: "promise", "data-ref": "loss_predicted" }, root);
  const words = createHtml("p", { class: "plane-note" }, element);
  const promised = createHtml("b", { class: "promised", text: "| " }, words);
  const sentence = createHtml("span", {}, words);
  let last = null;
  const size = observeSize(
    /** @type {any} */ (root),
    oncePerFrame(() => last && render(last)),
  );

  function render(view) {
    last = view;
    const shown = showsUpdate(view);
    setHidden(/** @type {any} */ (root), !shown);
    setHidden(promised, !shown);
    if (!shown)
      return setText(sentence, "At the end of each step: the loss before and after, and what the slope promised.");
    const { step, before, after, samples } = view;
    const width = size.measure().width || 240;
    const pairs = [
      [step.loss ?? lossIn(step), step.loss_after],
      [before?.train_loss, after?.train_loss],
    ];
    const largest = Math.max(1e-300, ...pairs.flat().filter(isNumber)) * 1.08;
    const X = (v) => clamp(v / largest) * (width - 88);
    const names = [`this batch of ${step.batch.indices.length}`, `all ${samples?.train ?? ""} training points`];
    rows.forEach((row, i) => {
      setText(row.text, names[i]);
      [row.before, row.after].forEach((bar, k) => {
        const v = pairs[i][k];
        setAttribute(bar, "width", isNumber(v) ? n1(X(v)) : 0);
        setText(row.numbers[k], isNumber(v) ? format(v) : v === null ? "NaN" : "…");
        setAttribute(row.numbers[k], "x", width);
      });
    });
    const p = step.loss_predicted;
    setAttribute(tick, "d", isNumber(p) ? (p >= 0 ? `M${n1(2 + X(p))} 29v14` : "M7 31l-5 5l5 5") : "");
    setText(promised, isNumber(p) && p < 0 ? "‹ " : "| ");
    setText(
      sentence,
      isNumber(p)
        ? `${format(p)} was promised by the slope alone. ${promiseWords(pairs[0][0], pairs[0][1], p)}`
        : promiseWords(null, null, null),
    );
    setAttribute(
      root,
      "aria-label",
      `Loss before and after: ${names.map((name, i) => `${name} ${pairs[i].map((v) => format(v)).join(" to ")}`).join("; ")}; promised by the slope ${format(p)}`,
    );
  }
  return { render };
}

/** What became of the slope's promise, in a sentence. All three are losses of the same batch and mask. */
export function promiseWords(before, after, predicted) {
  if (![before, after, predicted].every(isNumber)) return "The loss is no longer a number: the step went too far.";
  const promised = before - predicted;
  const gained = before - after;
  if (promised <= 0) return "The slope alone promised no gain here.";
  if (gained < 0) return "The step was too long: it overshot, and the loss went up.";
  if (predicted < 0 && after >= 0)
    return "A loss below 0 can't be: the slope holds only nearby, and a step as long as this leaves it behind.";
  const share = gained / promised;
  if (share > 1.02) return "The loss curves downward here, so the step gave more than promised.";
  if (share > 0.98 || format(after) === format(predicted))
    return "On so short a step the loss is almost straight, so the promise was kept.";
  return "The loss is curved, so a step of this size gives less.";
}
