// The loss at the end of the graph: the target above it, its value, and the batch's loss before and after the update.

import { createSvg, setAttribute, setAttributes, setShown, setText } from "../dom/elements.js";
import { isNumber, n1 } from "../format/math.js";
import { format } from "../format/numbers.js";
import { lossText } from "../run/notfinite.js";
import { operationProgress, showsOperations } from "../run/values.js";

/** @param {SVGElement} svg @param {any} layout @param {boolean} opens whether it is a button that opens the loss of the sample */
export function createLoss(svg, layout, opens = false) {
  const { x, y, r } = layout.loss;
  const axisLength = layout.detailed ? 40 : Math.max(22, y - r - targetClearance(layout));
  const g = createSvg("g", opens ? { class: "loss-button" } : { role: "img" }, svg);
  const text = (dy, className, parent = g) =>
    createSvg("text", { x, y: n1(y + dy), "text-anchor": "middle", class: className }, parent);
  createSvg("path", { class: "axis", d: `M${x} ${y - r - axisLength}V${y - r - 3}M${x - 3} ${y - r - 7}l3 5l3 -5` }, g);
  const target = text(-r - axisLength - 7, "");
  if (opens) setAttributes(target, { role: "img", tabindex: -1, "data-focus-term": "target" });
  createSvg(
    "tspan",
    { class: `variable ${layout.detailed ? "text-16" : "text-12"}`, "data-term": "target" },
    target,
  ).textContent = "y";
  const targetValue = createSvg("tspan", { dx: 3, "data-ref": layout.multipleOutputs ? "y" : "y[0]" }, target);
  const circle = createSvg("circle", { cx: x, cy: y, r }, g);
  const letter = text(5, `variable ${layout.detailed ? "text-21" : "text-16"}`);
  letter.textContent = "L";
  const value = text(layout.detailed ? 15 : r + 13, "num");
  setAttribute(value, "data-ref", "L");
  const after = createSvg("g", { display: "none" }, g);
  text(r + 18, "muted", after).textContent = "this batch";
  // over all of it, so that what is clicked is the button
  const hit = opens
    ? createSvg(
        "circle",
        { cx: x, cy: y, r, class: "loss-hit", role: "button", tabindex: 0, "data-ref": "L", "data-focus-term": "loss" },
        g,
      )
    : null;
  return {
    named: hit ?? g,
    hit,
    circle,
    letter,
    value,
    target,
    targetValue,
    after,
    from: text(r + 32, "muted", after),
    to: text(r + 47, "strong", after),
  };
}

/** Where the target's words stand on a phone: higher than the curves from several outputs. */
function targetClearance({ phone, multipleOutputs: several, units, loss }) {
  const highest = units.at(-1)[0];
  return phone && several ? Math.max(20, highest.y - highest.s / 2 - 6) : loss.y;
}

export function updateLoss({ view, records, status, layout, loss }) {
  const op = view.ops?.[view.operation];
  const showsOperation = showsOperations(view);
  const L = records.values("L");
  const known =
    status("L") >= 0.85 && (L !== null || (view.spotlightValues !== null && "L" in (view.spotlightValues ?? {})));
  setAttribute(loss.circle, "class", `loss-node${op?.name === "L" && showsOperation ? " now" : ""}`);
  setAttribute(
    loss.letter,
    "y",
    layout.detailed && !known ? layout.loss.y + 7 : layout.detailed ? layout.loss.y : layout.loss.y + 5,
  );
  const text = L === null ? lossText(records.tape.get("L"), records.values("outputs")) : format(L);
  setText(loss.value, known && !layout.phone ? text : "");
  setAttribute(loss.value, "class", `num${known && !isNumber(L) ? " warning" : ""}`);
  const integerOrNumber = (v) => (Number.isInteger(v) ? String(v).replace("-", "−") : format(v));
  const { classes, task } = view.samples ?? {};
  const className =
    layout.table && task === "multiclass" && records.targets ? String(classes[records.targets.indexOf(1)]) : "";
  const targetText = records.targets?.map(integerOrNumber).join(" ") ?? "";
  const shownTarget = targetText.length < 9 ? targetText : `${records.targets.length} numbers`;
  if (layout.phone && (className || targetText.length > 5))
    setAttributes(loss.target, { x: layout.loss.x + layout.loss.r + 8, "text-anchor": "end" });
  const targetValue = !records.targets ? "" : `= ${className && className.length < 13 ? className : shownTarget}`;
  setText(loss.targetValue, targetValue);
  if (loss.hit) setAttribute(loss.target, "aria-label", `target of this sample, y ${targetValue}`.trim());
  const showsLossAfter =
    showsOperation &&
    op?.phase === "update" &&
    layout.detailed &&
    view.step?.loss_after !== undefined &&
    operationProgress(view) >= 0.85;
  setShown(loss.after, showsLossAfter);
  if (showsLossAfter) {
    setText(loss.from, `${format(view.step.loss ?? records.tape.get("L")?.value)} →`);
    setText(loss.to, format(view.step.loss_after));
  }
  setAttribute(
    loss.named,
    "aria-label",
    known ? `loss of this sample ${text}` : "loss of this sample, not computed yet",
  );
}
