// The gradient check of one weight or bias: the network is run again at w − h and w + h, and their difference quotient
// must agree with the recorded gradient.

import { observeBox } from "../dom/size.js";
import { gradientClass } from "../format/colors.js";
import { clamp, easeOut, isNumber } from "../format/math.js";
import { format } from "../format/numbers.js";
import {
  CURVE_HALF_WIDTH,
  errorText,
  fourDigits,
  INITIAL_STEP,
  interpolateRuns,
  parameterIndex,
  parameterLetter,
  parameterTitle,
  refOf,
  stepText,
  stepTrack,
} from "./centraldifference.js";
import { checkedMarks, errorFigure, lossFigure, ringMarks } from "./checkmarks.js";
import { createFullCheck } from "./fullcheck.js";
import { createOverlay } from "./overlay.js";

const TURN_TIME = 240; // ms in which the last secant turns into the new one
const THUMB = 11;
const TICKS = [
  [-14, "10⁻¹⁴"],
  [-10, "10⁻¹⁰"],
  [-5, "10⁻⁵"],
  [0, "1"],
];
const differenceQuotient = (letter) =>
  `<math><mfrac><mrow><mi>L</mi><mo>(</mo><mi>${letter}</mi><mo>+</mo><mi>h</mi><mo>)</mo><mo>−</mo><mi>L</mi><mo>(</mo><mi>${letter}</mi><mo>−</mo><mi>h</mi><mo>)</mo></mrow><mrow><mn>2</mn><mi>h</mi></mrow></mfrac></math>`;
const partialDerivative = (letter) =>
  `<math><mfrac><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi><mi>${letter}</mi></mrow></mfrac></math>`;
const parameterKind = ({ kind }) => (kind === "bias" ? "bias" : "weight");

export function create(tools) {
  const { get, set, page, ask, find, redraw } = tools;
  const drawOverlay = createOverlay(find("graph"));
  const fullCheck = createFullCheck({ ...tools, checkParameter, currentStep });
  const panel = document.createElement("section");
  Object.assign(panel, {
    className: "instrument-side gradient-check",
    id: "gradient-check",
    hidden: true,
    tabIndex: -1,
  });
  panel.innerHTML = `<header class="section-heading"><b></b><button type="button" class="link" data-close title="Esc, H, or a click on the network">let go</button></header>
<figure><figcaption class="equation-heading"><i></i><small></small></figcaption><svg class="graph-svg along" role="img"></svg><p class="help-text" data-n="pale"></p></figure>
<figure class="two"></figure>
<figure><figcaption class="equation-heading"><i data-n="h"></i><small>relative error over h; drag</small></figcaption><div class="vee"><svg class="graph-svg" role="img" aria-label="relative error over h"></svg><input type="range" min="-14" max="0" step="0.1" aria-label="h, how far to each side"><div class="ticks" aria-hidden="true">${TICKS.map(([, text]) => `<span>${text}</span>`).join("")}</div></div><p class="help-text" data-n="vee"></p></figure>`;
  find("side").append(panel);
  const size = observeBox(panel, redraw);
  const part = (selector) => /** @type {any} */ (panel.querySelector(selector));
  const slider = part("input");
  let measuring = false; // a request is on its way
  let drawnFor = [];
  let titledFor = ""; // what the panel's words are about
  let turning = null; // {from, since}: the secant that turns into the new one
  let dragStart = null; // the secant that a drag of the slider began at: it lingers
  let focusBefore = null; // what had the focus before

  // ------------------------------------------------------------------ asking

  function currentStep() {
    const { shownStep, run } = page.get();
    return Math.max(shownStep, (run.first_step ?? 0) + 1);
  }

  async function checkParameter(selection, h = get().checked?.h ?? INITIAL_STEP) {
    if (!get().checked) focusBefore = document.activeElement;
    dragStart = turning = null;
    set({ checked: { selection, h, step: currentStep(), run: page.get().run.id, data: null, before: null } });
    await measure();
    if (get().checked?.selection === selection && page.get().size !== "wide") panel.focus({ preventScroll: true });
  }

  async function measure() {
    if (measuring) return;
    measuring = true;
    try {
      for (;;) {
        const { checked } = get();
        if (!checked || (checked.data && checked.asked === checked.h)) break;
        const { parameter, index } = parameterIndex(checked.selection);
        const { index: sample } = page.get().spotlight; // a drawn one has no number
        const data = await ask(
          "weight_check",
          `parameter=${parameter}&index=${index}&h=${checked.h}&reach=${CURVE_HALF_WIDTH}&step=${checked.step}${Number.isInteger(sample) ? `&spotlight=${sample}` : ""}`,
        );
        const now = get().checked;
        if (now?.selection !== checked.selection) continue;
        if (!data) set({ checked: null });
        else onMeasured(now, data, checked.h);
      }
    } finally {
      measuring = false;
    }
  }

  function onMeasured(checked, data, h) {
    turning = checked.data && !page.get().reduced ? { from: secantNow(checked), since: performance.now() } : null;
    set({ checked: { ...checked, data, before: dragStart ?? checked.data, asked: h } });
  }

  /** How far the last secant has turned into the new one, 0 to 1. */
  const turnProgress = () => (turning ? clamp((performance.now() - turning.since) / TURN_TIME) : 1);
  const secantNow = ({ data }) => interpolateRuns(turning?.from, data, easeOut(turnProgress()));

  // ------------------------------------------------------------------ what the reader does

  slider.addEventListener("input", () => {
    const { checked } = get();
    const h = Number((10 ** Number(slider.value)).toPrecision(6));
    if (!checked || checked.h === h) return;
    dragStart ??= checked.data;
    set({ checked: { ...checked, h } });
    measure();
  });
  slider.addEventListener("change", () => {
    const { checked } = get();
    if (checked && checked.asked !== checked.h) measure().then(endDrag);
    else endDrag();
  });
  const endDrag = () => {
    dragStart = null;
  };
  panel.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("[data-close]")) set({ checked: null });
  });

  // ------------------------------------------------------------------ drawing

  function onRender(scene) {
    const { checked, checks: allChecks } = get();
    const grown = allChecks ? fullCheck.grown() : 1;
    drawOverlay(
      scene,
      [checked, allChecks, allChecks && 1 + Math.floor(grown * 40)],
      () =>
        (allChecks ? ringMarks(scene, allChecks, checked?.selection, grown) : "") +
        (checked ? checkedMarks(scene, checked) : ""),
    );
  }

  function render(view, state) {
    const { checked } = get();
    if (checked && (checked.step !== currentStep() || state.playing)) set({ checked: null });
    renderPanel(get().checked, view);
    fullCheck.render(view, state);
  }

  function renderPanel(checked, view) {
    if (!checked) return hidePanel();
    panel.hidden = false;
    const t = turnProgress();
    if (t < 1) redraw();
    const key = [checked, size.width, view.theme, t];
    if (!size.width || key.every((value, i) => value === drawnFor[i])) return;
    drawnFor = key;
    updateTitle(checked.selection, view);
    updateSlider(checked, size.width);
    if (checked.data) updateFigures(checked, view, size.width);
  }

  function hidePanel() {
    if (panel.hidden) return;
    const inside = panel.contains(document.activeElement) || document.activeElement === document.body;
    panel.hidden = true;
    drawnFor = [];
    if (inside && focusBefore?.isConnected) focusBefore.focus({ preventScroll: true });
    focusBefore = null;
  }

  function updateTitle(selection, view) {
    const n = view.step?.batch?.indices.length;
    const key = `${parameterTitle(selection)} ${n}`;
    if (key === titledFor) return;
    titledFor = key;
    const [letter, word] = [parameterLetter(selection), parameterKind(selection)];
    panel.setAttribute("aria-label", `${word === "bias" ? "Bias" : "Weight"}, held`);
    part("header b").textContent = `${parameterTitle(selection)}, held`;
    part("figcaption i").textContent = `L along this ${word}`;
    part("figcaption small").textContent = n ? `mean of ${n} ${n === 1 ? "sample" : "samples"}` : "";
    part(".two").innerHTML =
      `<span>two runs</span>${differenceQuotient(letter)}<b data-n="secant"></b><span>recorded</span>${partialDerivative(letter)}<b data-n="gradient"></b><i></i><span>apart by</span><span></span><b data-n="apart"></b>`;
  }

  function updateSlider({ h, data }, width) {
    part("[data-n=h]").textContent = `h = ${stepText(h)}`;
    slider.value = String(Math.log10(h));
    slider.setAttribute(
      "aria-valuetext",
      `h ${stepText(h)}${data ? `, relative error ${errorText(data.relative_error)}` : ""}`,
    );
    const { left, width: wide } = stepTrack(width, THUMB);
    slider.style.left = `${left}px`;
    slider.style.width = `${wide}px`;
    slider.style.setProperty("--p", `${((Number(slider.value) + 14) / 14) * 100}%`);
    TICKS.forEach(([e], i) => {
      part(".ticks").children[i].style.left = `${left + THUMB / 2 + ((Number(e) + 14) / 14) * (wide - THUMB)}px`;
    });
  }

  function updateFigures(checked, view, width) {
    const { data, before, selection, asked } = checked;
    const [curveHeight, errorHeight] = view.size === "wide" ? [178, 150] : [132, 124];
    const word = parameterKind(selection);
    const along = part(".along");
    drawFigure(
      along,
      width,
      curveHeight,
      lossFigure(checked, secantNow(checked), { width, height: curveHeight, letter: parameterLetter(selection) }),
    );
    const label = `loss along this ${word}: tangent ${format(data.gradient)}, secant ${format(data.secant)}`;
    along.setAttribute("aria-label", label);
    drawFigure(part(".vee svg"), width, errorHeight, errorFigure({ ...data, h: asked }, width, errorHeight));
    updateNumber("secant", data.secant);
    updateNumber("gradient", data.gradient, gradientClass(data.gradient));
    part("[data-n=gradient]").dataset.ref = `d${refOf(data.parameter, data.index)}`;
    updateNumber(
      "apart",
      isNumber(data.secant) && isNumber(data.gradient) ? Math.abs(data.secant - data.gradient) : null,
    );
    const pale = before && before.h !== data.h ? `Pale: the secant at h = ${stepText(before.h)}, a moment ago.` : "";
    part("[data-n=pale]").textContent = pale;
    part("[data-n=vee]").textContent =
      data.gradient === 0 && data.secant === 0
        ? `Both are exactly 0: in this step nothing gets from this ${word} to the loss.`
        : "Too wide, and the loss bends between the two runs; too narrow, and their difference drowns in rounding. Tick: 10⁻⁵.";
  }

  function drawFigure(svg, width, height, marks) {
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.style.height = `${height}px`;
    svg.innerHTML = marks;
  }

  function updateNumber(which, value, className = "") {
    const b = part(`[data-n=${which}]`);
    b.textContent = fourDigits(value);
    b.className = className;
    b.title = String(value);
  }

  function caption(view) {
    const { checked } = get();
    if (!checked) return fullCheck.caption(view);
    const [letter, word] = [parameterLetter(checked.selection), parameterKind(checked.selection)];
    return {
      ...fullCheck.proof(view, checked.step),
      title: `Move one ${word}, run the network again`,
      sentence: `Held: one ${word} of layer ${checked.selection.layer}, at ${letter} − h and ${letter} + h. The marks − and + on the gauges are the two new runs. Esc or a click on the network lets go.`,
    };
  }

  const legend = () =>
    fullCheck.legend() ??
    (get().checked
      ? '<svg viewBox="0 0 34 9" aria-hidden="true"><path class="instrument-bar" d="M10 1.5h14M10 7.5h14"/></svg><span>the two runs, on the gauges</span>'
      : null);

  return { checkParameter, check: fullCheck.check, onRender, render, caption, legend };
}
