// A weight or bias that is held: the network is run again at w − h and w + h, and the recorded gradient has to agree.

import { observeBox } from "../dom/size.js";
import { gradientClass } from "../format/colors.js";
import { clamp, easeOut, isNumber } from "../format/math.js";
import { format } from "../format/numbers.js";
import {
  between,
  errorText,
  FIRST_H,
  fourDigits,
  hText,
  hTrack,
  letterOf,
  placeOf,
  REACH,
  refOf,
  titleOf,
} from "./centraldifference.js";
import { alongFigure, heldMarks, ringMarks, veeFigure } from "./checkmarks.js";
import { createChecks } from "./fullcheck.js";
import { createOver } from "./overlay.js";

const TURNS = 240; // ms in which the last secant turns into the new one
const THUMB = 11;
const TICKS = [
  [-14, "10⁻¹⁴"],
  [-10, "10⁻¹⁰"],
  [-5, "10⁻⁵"],
  [0, "1"],
];
const ratio = (letter) =>
  `<math><mfrac><mrow><mi>L</mi><mo>(</mo><mi>${letter}</mi><mo>+</mo><mi>h</mi><mo>)</mo><mo>−</mo><mi>L</mi><mo>(</mo><mi>${letter}</mi><mo>−</mo><mi>h</mi><mo>)</mo></mrow><mrow><mn>2</mn><mi>h</mi></mrow></mfrac></math>`;
const slope = (letter) =>
  `<math><mfrac><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi><mi>${letter}</mi></mrow></mfrac></math>`;
const wordOf = ({ kind }) => (kind === "bias" ? "bias" : "weight");

export function create(tools) {
  const { get, set, page, ask, find, redraw } = tools;
  const over = createOver(find("graph"));
  const checks = createChecks({ ...tools, hold, stepNow });
  const panel = document.createElement("section");
  Object.assign(panel, { className: "bench-side held", id: "held", hidden: true, tabIndex: -1 });
  panel.innerHTML = `<header class="h"><b></b><button type="button" class="link" data-close title="Esc, H, or a click on the network">let go</button></header>
<figure><figcaption class="eqh"><i></i><small></small></figcaption><svg class="graph-svg along" role="img"></svg><p class="note2" data-n="pale"></p></figure>
<figure class="two"></figure>
<figure><figcaption class="eqh"><i data-n="h"></i><small>relative error over h; drag</small></figcaption><div class="vee"><svg class="graph-svg" role="img" aria-label="relative error over h"></svg><input type="range" min="-14" max="0" step="0.1" aria-label="h, how far to each side"><div class="ticks" aria-hidden="true">${TICKS.map(([, text]) => `<span>${text}</span>`).join("")}</div></div><p class="note2" data-n="vee"></p></figure>`;
  find("side").append(panel);
  const size = observeBox(panel, redraw);
  const one = (selector) => /** @type {any} */ (panel.querySelector(selector));
  const slider = one("input");
  let under = false; // a request is on its way
  let drawn = [];
  let named = ""; // what the panel's words are about
  let turned = null; // {from, since}: the secant that turns into the new one
  let begun = null; // the secant that a drag of the slider began at: it lingers
  let back = null; // what had the focus before

  // ------------------------------------------------------------------ asking

  function stepNow() {
    const { at, run } = page.get();
    return Math.max(at, (run.first_step ?? 0) + 1);
  }

  async function hold(selection, h = get().held?.h ?? FIRST_H) {
    if (!get().held) back = document.activeElement;
    begun = turned = null;
    set({ held: { selection, h, step: stepNow(), run: page.get().run.id, data: null, before: null } });
    await measure();
    if (get().held?.selection === selection && page.get().size !== "wide") panel.focus({ preventScroll: true });
  }

  async function measure() {
    if (under) return;
    under = true;
    try {
      for (;;) {
        const { held } = get();
        if (!held || (held.data && held.asked === held.h)) break;
        const { parameter, index } = placeOf(held.selection);
        const { spotlight } = page.get();
        const data = await ask(
          "probe",
          `parameter=${parameter}&index=${index}&h=${held.h}&reach=${REACH}&step=${held.step}&spotlight=${spotlight.index}`,
        );
        const now = get().held;
        if (now?.selection !== held.selection) continue;
        if (!data) set({ held: null });
        else arrived(now, data, held.h);
      }
    } finally {
      under = false;
    }
  }

  function arrived(held, data, h) {
    turned = held.data && !page.get().reduced ? { from: secantNow(held), since: performance.now() } : null;
    set({ held: { ...held, data, before: begun ?? held.data, asked: h } });
  }

  /** How far the last secant has turned into the new one, 0 to 1. */
  const turn = () => (turned ? clamp((performance.now() - turned.since) / TURNS) : 1);
  const secantNow = ({ data }) => between(turned?.from, data, easeOut(turn()));

  // ------------------------------------------------------------------ what the reader does

  slider.addEventListener("input", () => {
    const { held } = get();
    const h = Number((10 ** Number(slider.value)).toPrecision(6));
    if (!held || held.h === h) return;
    begun ??= held.data;
    set({ held: { ...held, h } });
    measure();
  });
  slider.addEventListener("change", () => {
    const { held } = get();
    if (held && held.asked !== held.h) measure().then(settled);
    else settled();
  });
  const settled = () => {
    begun = null;
  };
  panel.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("[data-close]")) set({ held: null });
  });

  // ------------------------------------------------------------------ drawing

  function painted(scene) {
    const { held, checks: found } = get();
    const grown = found ? checks.grown() : 1;
    over(
      scene,
      [held, found, found && 1 + Math.floor(grown * 40)],
      () => (found ? ringMarks(scene, found, held?.selection, grown) : "") + (held ? heldMarks(scene, held) : ""),
    );
  }

  function render(view, state) {
    const { held } = get();
    if (held && (held.step !== stepNow() || state.playing)) set({ held: null });
    renderPanel(get().held, view);
    checks.render(view, state);
  }

  function renderPanel(held, view) {
    if (!held) return close();
    panel.hidden = false;
    const t = turn();
    if (t < 1) redraw();
    const key = [held, size.width, view.theme, t];
    if (!size.width || key.every((value, i) => value === drawn[i])) return;
    drawn = key;
    name(held.selection, view);
    place(held, size.width);
    if (held.data) figures(held, view, size.width);
  }

  function close() {
    if (panel.hidden) return;
    const inside = panel.contains(document.activeElement) || document.activeElement === document.body;
    panel.hidden = true;
    drawn = [];
    if (inside && back?.isConnected) back.focus({ preventScroll: true });
    back = null;
  }

  function name(selection, view) {
    const n = view.step?.batch?.indices.length;
    const key = `${titleOf(selection)} ${n}`;
    if (key === named) return;
    named = key;
    const [letter, word] = [letterOf(selection), wordOf(selection)];
    panel.setAttribute("aria-label", `${word === "bias" ? "Bias" : "Weight"}, held`);
    one("header b").textContent = `${titleOf(selection)}, held`;
    one("figcaption i").textContent = `L along this ${word}`;
    one("figcaption small").textContent = n ? `mean of ${n} ${n === 1 ? "sample" : "samples"}` : "";
    one(".two").innerHTML =
      `<span>two runs</span>${ratio(letter)}<b data-n="secant"></b><span>recorded</span>${slope(letter)}<b data-n="gradient"></b><i></i><span>apart by</span><span></span><b data-n="apart"></b>`;
  }

  function place({ h, data }, width) {
    one("[data-n=h]").textContent = `h = ${hText(h)}`;
    slider.value = String(Math.log10(h));
    slider.setAttribute(
      "aria-valuetext",
      `h ${hText(h)}${data ? `, relative error ${errorText(data.relative_error)}` : ""}`,
    );
    const { left, width: wide } = hTrack(width, THUMB);
    slider.style.left = `${left}px`;
    slider.style.width = `${wide}px`;
    slider.style.setProperty("--p", `${((Number(slider.value) + 14) / 14) * 100}%`);
    TICKS.forEach(([e], i) => {
      one(".ticks").children[i].style.left = `${left + THUMB / 2 + ((Number(e) + 14) / 14) * (wide - THUMB)}px`;
    });
  }

  function figures(held, view, width) {
    const { data, before, selection, asked } = held;
    const [tall, high] = view.size === "wide" ? [178, 150] : [132, 124];
    const word = wordOf(selection);
    const along = one(".along");
    paint(along, width, tall, alongFigure(held, secantNow(held), { width, height: tall, letter: letterOf(selection) }));
    const said = `loss along this ${word}: tangent ${format(data.gradient)}, secant ${format(data.secant)}`;
    along.setAttribute("aria-label", said);
    paint(one(".vee svg"), width, high, veeFigure({ ...data, h: asked }, width, high));
    number("secant", data.secant);
    number("gradient", data.gradient, gradientClass(data.gradient));
    one("[data-n=gradient]").dataset.ref = `d${refOf(data.parameter, data.index)}`;
    number("apart", isNumber(data.secant) && isNumber(data.gradient) ? Math.abs(data.secant - data.gradient) : null);
    const pale = before && before.h !== data.h ? `Pale: the secant at h = ${hText(before.h)}, a moment ago.` : "";
    one("[data-n=pale]").textContent = pale;
    one("[data-n=vee]").textContent =
      data.gradient === 0 && data.secant === 0
        ? `Both are exactly 0: in this step nothing gets from this ${word} to the loss.`
        : "Too wide, and the loss bends between the two runs; too narrow, and their difference drowns in rounding. Tick: 10⁻⁵.";
  }

  function paint(svg, width, height, marks) {
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.style.height = `${height}px`;
    svg.innerHTML = marks;
  }

  function number(which, value, className = "") {
    const b = one(`[data-n=${which}]`);
    b.textContent = fourDigits(value);
    b.className = className;
    b.title = String(value);
  }

  function caption(view) {
    const { held } = get();
    if (!held) return checks.caption(view);
    const [letter, word] = [letterOf(held.selection), wordOf(held.selection)];
    return {
      ...checks.proof(view, held.step),
      title: `Move one ${word}, run the network again`,
      sentence: `Held: one ${word} of layer ${held.selection.layer}, at ${letter} − h and ${letter} + h. The marks − and + on the gauges are the two new runs. Esc or a click on the network lets go.`,
    };
  }

  const legend = () =>
    checks.legend() ??
    (get().held
      ? '<svg viewBox="0 0 34 9" aria-hidden="true"><path class="bench-bar" d="M10 1.5h14M10 7.5h14"/></svg><span>the two runs, on the gauges</span>'
      : null);

  return { hold, check: checks.check, painted, render, caption, legend };
}
