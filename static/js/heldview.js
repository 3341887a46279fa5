// An edge that is held: the network is run again at w − h and w + h, and the recorded gradient has to agree. And all edges at once.
import {
  alongFigure,
  errorText,
  FIRST_H,
  fourDigits,
  heldMarks,
  hText,
  hTrack,
  judged,
  REACH,
  ringMarks,
  veeFigure,
} from "./heldmath.js";
import { createOver } from "./over.js";
import { format, gradientClass, isNumber } from "./scales.js";

const RATIO =
  "<math><mfrac><mrow><mi>L</mi><mo>(</mo><mi>w</mi><mo>+</mo><mi>h</mi><mo>)</mo><mo>−</mo><mi>L</mi><mo>(</mo><mi>w</mi><mo>−</mo><mi>h</mi><mo>)</mo></mrow><mrow><mn>2</mn><mi>h</mi></mrow></mfrac></math>";
const SLOPE = "<math><mfrac><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi><mi>w</mi></mrow></mfrac></math>";

export function create({ get, set, page, ask, find, stage, covers }) {
  const over = createOver(find("graph"));
  const side = find("side");
  const panel = document.createElement("section");
  Object.assign(panel, { className: "bench-side held", id: "held", hidden: true, tabIndex: -1 });
  panel.setAttribute("aria-label", "Weight, held");
  panel.innerHTML = `<header class="h"><b></b><button type="button" class="link" data-close>let go</button></header>
<figure><figcaption class="eqh"><i>L along this weight</i><small></small></figcaption><svg class="graph-svg along" role="img"></svg></figure>
<figure class="two"><span>two runs</span>${RATIO}<b data-n="secant"></b><span>recorded</span>${SLOPE}<b data-n="gradient"></b><i></i><span>apart by</span><span></span><b data-n="apart"></b></figure>
<figure><figcaption class="eqh"><i>h</i><small>relative error over h; drag</small></figcaption><div class="vee"><svg class="graph-svg" role="img" aria-label="relative error over h"></svg><input type="range" min="-14" max="0" step="0.1" aria-label="h, how far to each side"><div class="ticks" aria-hidden="true"></div></div><p class="note2">Too wide, and the loss bends between the two runs; too narrow, and their difference drowns in rounding. Tick: 10⁻⁵.</p></figure>`;
  side.append(panel);
  const corner = document.createElement("section");
  Object.assign(corner, { className: "insp bench-corner", id: "checked", hidden: true });
  corner.setAttribute("aria-label", "All gradients, checked");
  stage.append(corner);
  const one = (selector) => /** @type {any} */ (panel.querySelector(selector));
  const slider = one("input");
  let under = false; // a request is on its way
  let drawn = [];
  let cornered = "";

  // ------------------------------------------------------------------ asking

  const stepNow = () => {
    const { at, run } = page.get();
    return Math.max(at, (run.first_step ?? 0) + 1);
  };

  async function hold(selection, h = get().held?.h ?? FIRST_H) {
    set({ held: { selection, h, step: stepNow(), run: page.get().run.id, data: null, before: null } });
    if (page.get().size === "wide") return measure();
    await measure();
    panel.focus({ preventScroll: true });
  }

  async function measure() {
    if (under) return;
    under = true;
    try {
      for (;;) {
        const { held } = get();
        if (!held || (held.data?.h === held.h && held.asked === held.h)) break;
        const { layer, from, to } = held.selection;
        const { spotlight } = page.get();
        const data = await ask(
          "probe",
          `parameter=W${layer}&index=${from},${to}&h=${held.h}&reach=${REACH}&step=${held.step}&spotlight=${spotlight.index}`,
        );
        const now = get().held;
        if (!data) {
          if (now?.selection === held.selection) set({ held: null });
          break;
        }
        if (now?.selection === held.selection) set({ held: { ...now, data, before: held.data, asked: held.h } });
      }
    } finally {
      under = false;
    }
  }

  function setH(h) {
    const { held } = get();
    if (!held || held.h === h) return;
    set({ held: { ...held, h } });
    measure();
  }

  async function check() {
    const step = stepNow();
    const { run } = page.get();
    const data = await ask("checks", `step=${step}`);
    if (data) set({ checks: { data, step, run: run.id, loss: page.get().at === step ? lossOf(step) : 1 } });
  }
  let known = null;
  const lossOf = (step) => (known?.step?.step === step ? known.step.loss : 1);

  // ------------------------------------------------------------------ what the reader does

  const powerOf = () => Number(slider.value);
  slider.addEventListener("input", () => setH(Number((10 ** powerOf()).toPrecision(6))));
  panel.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("[data-close]")) set({ held: null });
  });
  corner.addEventListener("click", (event) => {
    const deed = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset.deed;
    if (deed === "again") check();
    if (deed === "close") set({ checks: null });
    if (deed === "worst") {
      const { parameter, index } = get().checks.data.worst;
      if (parameter[0] === "W")
        hold({ kind: "weight", layer: Number(parameter.slice(1)), from: index[0], to: index[1] }, 1e-5);
    }
  });

  // ------------------------------------------------------------------ drawing

  function painted(scene) {
    known = scene.view;
    const { held, checks } = get();
    over(
      scene,
      [held, checks],
      () => (checks ? ringMarks(scene, checks, held?.selection) : "") + (held ? heldMarks(scene, held) : ""),
    );
  }

  function render(view, state) {
    known = view;
    const { held, checks } = get();
    const step = stepNow();
    if (held && (held.step !== step || state.playing)) set({ held: null });
    if (checks && (checks.step !== step || state.playing)) set({ checks: null });
    renderPanel(get().held, view);
    renderCorner(get().checks, get().held, view);
  }

  function renderPanel(held, view) {
    panel.hidden = !held;
    if (!held) {
      drawn = [];
      return;
    }
    const width = panel.clientWidth;
    const key = [held, width, view.theme];
    if (key.every((value, i) => value === drawn[i])) return;
    drawn = key;
    const { selection, data, h } = held;
    one("header b").textContent = `Weight ${selection.from + 1} → ${selection.to + 1}, layer ${selection.layer}, held`;
    one(".vee").previousElementSibling.firstElementChild.textContent = `h = ${hText(h)}`;
    slider.value = String(Math.log10(h));
    slider.setAttribute(
      "aria-valuetext",
      `h ${hText(h)}${data ? `, relative error ${errorText(data.relative_error)}` : ""}`,
    );
    place(width);
    const n = view.step?.batch?.indices.length;
    panel.querySelector("figcaption small").textContent = n ? `mean of ${n} ${n === 1 ? "sample" : "samples"}` : "";
    if (!data) return;
    const svg = one(".along");
    const tall = view.size === "wide" ? 178 : 140;
    svg.setAttribute("viewBox", `0 0 ${width} ${tall}`);
    svg.style.height = `${tall}px`;
    svg.innerHTML = alongFigure(held, width, tall);
    svg.setAttribute(
      "aria-label",
      `loss along this weight: tangent ${format(data.gradient)}, secant ${format(data.secant)}`,
    );
    const number = (name, value, cls = "") => {
      const b = one(`[data-n=${name}]`);
      b.textContent = fourDigits(value);
      b.className = cls;
      b.title = String(value);
    };
    number("secant", data.secant);
    number("gradient", data.gradient, gradientClass(data.gradient));
    one("[data-n=gradient]").dataset.ref = `d${data.parameter}[${data.index.join("][")}]`;
    number("apart", isNumber(data.secant) && isNumber(data.gradient) ? Math.abs(data.secant - data.gradient) : null);
    const vee = one(".vee svg");
    vee.setAttribute("viewBox", `0 0 ${width} 150`);
    vee.style.height = "150px";
    vee.innerHTML = veeFigure({ ...data, h: held.asked }, width, 150);
  }

  function place(width) {
    const thumb = 11;
    const { left, width: wide } = hTrack(width, thumb);
    slider.style.left = `${left}px`;
    slider.style.width = `${wide}px`;
    slider.style.setProperty("--p", `${((Number(slider.value) + 14) / 14) * 100}%`);
    const ticks = one(".ticks");
    const inner = wide - thumb;
    const texts = [
      [-14, "10⁻¹⁴"],
      [-10, "10⁻¹⁰"],
      [-5, "10⁻⁵"],
      [0, "1"],
    ];
    if (ticks.children.length !== texts.length)
      ticks.replaceChildren(...texts.map(() => document.createElement("span")));
    texts.forEach(([e, text], i) => {
      ticks.children[i].textContent = String(text);
      ticks.children[i].style.left = `${left + thumb / 2 + ((Number(e) + 14) / 14) * inner}px`;
    });
  }

  function renderCorner(checks, held, view) {
    corner.hidden = !checks;
    if (!checks) {
      cornered = "";
      return;
    }
    const records = new Map((view.step?.tape ?? []).map((record) => [record.name, record.value]));
    const { count, failed } = judged(checks, (name) => records.get(name));
    const { worst, h } = checks.data;
    const at = `d${worst.parameter}[${worst.index.join("][")}]`;
    const small = worst.relative_error > 1e-6 && !failed ? " It is so small that rounding shows." : "";
    const words = failed
      ? `${failed} of ${count} recorded gradients differ from two runs of the network: a kink lies between the two runs, or the layer’s rule is wrong.`
      : `Every recorded gradient agrees with two runs of the network. The worst is off by ${format(worst.relative_error)} of itself.${small}`;
    const weight = worst.parameter[0] === "W";
    const html = `<h3><b>All ${count} parameters checked, h = ${hText(h)}</b><button type="button" class="link" data-deed="close" aria-label="Close the check">close</button></h3><p class="say3${failed ? " warn" : ""}" title="${at}">${words}${weight ? "" : ` It is ${at}.`}</p><div class="rowb"><button type="button" class="act" data-deed="again">Check all again</button>${weight && !held ? '<button type="button" class="act" data-deed="worst">Show worst</button>' : ""}</div>`;
    const key = `${html} ${view.size} ${innerWidth} ${innerHeight}`;
    if (key === cornered) return;
    cornered = key;
    corner.innerHTML = html;
    seat(view.size);
  }

  /** In the free corner below the output, or, where that would cover a tile, beside the graph. */
  function seat(size) {
    corner.classList.remove("bench-side");
    if (corner.parentElement !== stage) stage.append(corner);
    if (size === "phone" || !covers(corner.getBoundingClientRect())) return;
    corner.classList.add("bench-side");
    side.prepend(corner);
  }

  function caption(view) {
    const { held, checks } = get();
    if (!held && !checks) return null;
    const n = view.step?.batch?.indices.length;
    const position = `${n ? `batch of ${n}, ` : ""}mask held · step ${(held ?? checks).step}`;
    if (!held)
      return {
        phase: "Proof on the spot",
        direction: "none",
        position,
        title: "Every gradient against two runs",
        formula: "",
        sentence:
          "One ring a weight: the larger, the further the recorded gradient is from the difference of two runs.",
      };
    return {
      phase: "Proof on the spot",
      direction: "none",
      position,
      title: "Move one weight, run the network again",
      formula: "",
      sentence: `Held: one weight of layer ${held.selection.layer}, at w − h and w + h. The marks − and + on the gauges are the two new runs.`,
    };
  }

  const legend = () =>
    get().checks
      ? '<svg viewBox="0 0 34 9" aria-hidden="true"><circle class="bench-ring" cx="5" cy="4.5" r="1.6"/><circle class="bench-ring" cx="16" cy="4.5" r="3"/><circle class="bench-ring" cx="29" cy="4.5" r="4.4"/></svg><span>error of the check, 10⁻¹² to 10⁻⁸</span>'
      : null;

  return { hold, check, painted, render, caption, legend };
}
