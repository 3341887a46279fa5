// The gradient check of all parameters: a ring for each weight on the graph, and the result in a corner.

import { setHidden } from "../dom/elements.js";
import { observeBox } from "../dom/size.js";
import { clamp } from "../format/math.js";
import {
  countFailures,
  errorText,
  parameterTitle,
  refOf,
  selectionOf,
  serverName,
  stepText,
} from "./centraldifference.js";

const GROW_TIME = 600; // ms until all rings are there
const MAX_GROWING = 300; // rings that grow one layer after the other; more are there at once
const CHECK_STEP = 1e-5; // the distance of the two runs

export function createFullCheck({
  get,
  set,
  page,
  ask,
  find,
  stage,
  overlapsTile: covers,
  redraw,
  checkParameter,
  currentStep,
}) {
  const side = find("side");
  const corner = document.createElement("section");
  Object.assign(corner, { className: "card instrument-corner", id: "full-check", hidden: true });
  corner.setAttribute("aria-label", "All gradients, checked");
  stage.append(corner);
  const stageBox = observeBox(stage, redraw);
  let drawn = "";
  let startedAt = 0; // when the rings began to grow
  let lastView = null; // the View that was drawn

  async function check() {
    const { run } = page.get();
    const step = currentStep();
    const data = await ask("checks", `step=${step}`);
    if (!data) return;
    const rings = Object.entries(data.parameters).reduce(
      (n, [name, v]) => n + (name[0] === "W" ? v.flat().length : 0),
      0,
    );
    startedAt = page.get().reduced || rings > MAX_GROWING ? Number.NEGATIVE_INFINITY : performance.now();
    set({ checks: { data, step, run: run.id, loss: lastView?.step?.step === step ? lastView.step.loss : 1 } });
  }

  /** How far the rings have grown, 0 to 1. */
  function grown() {
    const t = clamp((performance.now() - startedAt) / GROW_TIME);
    if (t < 1) redraw();
    return t;
  }

  const worstOf = ({ data }) => selectionOf(data.worst.parameter, data.worst.index);

  corner.addEventListener("click", (event) => {
    const command = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset.command;
    if (command === "again") check();
    if (command === "close") set({ checks: null });
    if (command === "worst") checkParameter(worstOf(get().checks), CHECK_STEP);
  });

  function render(view, state) {
    lastView = view;
    const { checks } = get();
    if (checks && (checks.step !== currentStep() || state.playing)) set({ checks: null });
    renderCorner(get().checks, get().checked, view);
  }

  function renderCorner(checks, checked, view) {
    setHidden(corner, !checks);
    if (!checks) {
      drawn = "";
      return;
    }
    const html = words(checks, checked, view);
    const key = [html, view.size, Boolean(checked), stageBox.width, stageBox.height].join();
    if (key === drawn) return;
    drawn = key;
    corner.innerHTML = html;
    placeCorner(view.size, checked);
  }

  function words(checks, checked, view) {
    const { worst, h } = checks.data;
    const records = new Map((view.step?.tape ?? []).map((record) => [record.name, record.value]));
    const { count, failed, kinks } = countFailures(checks, (name) => records.get(name));
    const name = refOf(worst.parameter, worst.index);
    const found = failed
      ? `${failed} of ${count} recorded gradients ${failed === 1 ? "differs" : "differ"} from two runs of the network: the layer’s rule is wrong.`
      : `Every recorded gradient agrees with two runs of the network. The worst is off by ${errorText(worst.relative_error)} of itself.`;
    const beside = kinks
      ? ` ${kinks} ${kinks === 1 ? "is" : "are"} left out: ${kinks === 1 ? "it lies" : "they lie"} at a kink of an activation, where two runs tell no derivative.`
      : "";
    const small = worst.relative_error > 1e-6 && !failed ? " It is so small that rounding shows." : "";
    const selection = worstOf(checks);
    const where =
      selection?.kind === "weight" ? "" : ` It is ${selection ? lowerFirst(parameterTitle(selection)) : `d${name}`}.`;
    const shown = checked && serverName(checked.selection) === name;
    const show =
      selection && !shown ? '<button type="button" class="button" data-command="worst">Show worst</button>' : "";
    return `<h3><b>${kinks ? `${count} of ${count + kinks}` : `All ${count}`} parameters checked, h = ${stepText(h)}</b><button type="button" class="link" data-command="close" aria-label="Close the check">close</button></h3><p class="instrument-text${failed ? " warning" : ""}" title="d${name}">${found}${small}${where}${beside}</p><div class="button-row"><button type="button" class="button" data-command="again">Check all again</button>${show}</div>`;
  }

  const lowerFirst = (title) => `the ${title[0].toLowerCase()}${title.slice(1)}`;

  /** In the free corner below the output, or, where that would cover a tile or the loss's two values, beside the graph. */
  function placeCorner(size, checked) {
    corner.classList.remove("instrument-side");
    if (corner.parentElement !== stage) stage.append(corner);
    const box = corner.getBoundingClientRect();
    const values = new DOMRect(box.right - 80, box.top - 38, 80, box.height);
    if (size === "phone" || !(covers(box) || (checked && covers(values)))) return;
    corner.classList.add("instrument-side");
    side.prepend(corner);
  }

  /** What both captions of a proof share. */
  function captionFrame(view, step) {
    const n = view.step?.batch?.indices.length;
    const position = `${n ? `batch of ${n}, ` : ""}mask held · step ${step}`;
    return { phase: "Proof on the spot", direction: "none", formula: "", position };
  }

  function caption(view) {
    const { checks } = get();
    if (!checks) return null;
    return {
      ...captionFrame(view, checks.step),
      title: "Every gradient against two runs",
      sentence: "One ring a weight: the larger, the further the recorded gradient is from the difference of two runs.",
    };
  }

  const legend = () =>
    get().checks
      ? '<svg viewBox="0 0 34 9" aria-hidden="true"><circle class="instrument-ring" cx="5" cy="4.5" r="1.6"/><circle class="instrument-ring" cx="16" cy="4.5" r="3"/><circle class="instrument-ring" cx="29" cy="4.5" r="4.4"/></svg><span>error of the check, 10⁻¹² to 10⁻⁸</span>'
      : null;

  return { check, grown, render, proof: captionFrame, caption, legend };
}
