// The sum over paths: the gradient of the step without its tape, one path after the other, as the server multiplies it
// out.

import { setHidden } from "../dom/elements.js";
import { pointerIn } from "../dom/pagezoom.js";
import { observeBox } from "../dom/size.js";
import { gradientClass } from "../format/colors.js";
import { clamp } from "../format/math.js";
import { format, integerText, thousands } from "../format/numbers.js";
import { SPEEDS } from "../run/clock.js";
import { counter } from "../run/operations.js";
import { createOverlay } from "./overlay.js";
import { bandMarks, createPathPanel, factorClass, factorName, factorRef, pathAtX, pathMarks } from "./pathmarks.js";
import { cellOf, factorsOf, MAX_SECONDS, multipliedUntil, pathAt, pathPlan, productOf } from "./pathplan.js";

const PATHS_PER_OPERATION = 6; // while an operation would take its time, so many paths go by
const MAX_STRIDES = 1e5; // paths are gone through in at most this many strides

export function create({ get, set, page, commands, ask, find, stage, redraw }) {
  const drawOverlay = createOverlay(find("graph"));
  const side = find("side");
  const tape = find("tape");
  const pathBand = createElement("div", "paths tape-view", tape);
  pathBand.hidden = true;
  const head = createElement("div", "tape-head", pathBand);
  const row = createElement("div", "tape-row", pathBand);
  const slider = createElement("div", "tape-slider", row);
  Object.assign(slider, { tabIndex: 0 });
  slider.setAttribute("role", "slider");
  slider.setAttribute("aria-label", "Paths, one after the other");
  slider.setAttribute("aria-valuemin", "1");
  slider.innerHTML = '<svg class="tape-cells path-cells" aria-hidden="true"></svg>';
  head.innerHTML = `<h2>Recording</h2><button type="button" role="switch" class="record" aria-checked="false" aria-label="Recording" title="Recording is off. Switch it on again"><i class="toggle" aria-hidden="true"></i><span>off</span></button><button type="button" class="link" data-run></button><em>nothing is kept, every path is multiplied out again</em><div class="tape-count"><span data-n="path"></span><span data-n="done"></span><span data-n="tape"></span></div>`;
  const panel = createPathPanel(side, { close: end, changed: redraw });
  const corner = createElement("section", "card instrument-corner path-corner", stage);
  corner.hidden = true;
  corner.setAttribute("aria-label", "This path");
  const svg = /** @type {SVGSVGElement} */ (slider.firstElementChild);
  let drawnFor = [];
  let generation = 0;
  let justBegun = false; // just begun: the keys go to the paths
  let justEnded = false; // from within the paths: the keys go where the switch is

  // ------------------------------------------------------------------ begin and end

  async function begin() {
    const { shownStep, run } = page.get();
    if (!shownStep) return;
    if (page.get().spotlight.input) commands.spotlight(0); // the sum is worked out for a sample of the run
    const { spotlight } = page.get();
    const current = ++generation;
    const query = `step=${shownStep}&spotlight=${spotlight.index}`;
    set({ paths: { waiting: true, step: shownStep, sample: spotlight.index, run: run.id } });
    const estimate = await ask("pathsum", `${query}&execute=false`);
    if (current !== generation) return;
    if (!estimate) return set({ paths: null });
    if (estimate.seconds > MAX_SECONDS) return set({ paths: { refused: estimate, step: shownStep, run: run.id } });
    const data = await ask("pathsum", query);
    if (current !== generation) return;
    if (!data?.measured) return set({ paths: null });
    const { below, slopes, top } = data.measured.factors;
    const widths = [...below.map((units) => units.length), top.length];
    const plan = pathPlan(
      widths,
      slopes.map((own) => own.length),
    );
    set({
      paths: {
        data,
        plan,
        at: 0,
        part: 0,
        running: !page.get().reduced,
        step: shownStep,
        sample: spotlight.index,
        run: run.id,
      },
    });
    commands.setBand("operations");
    justBegun = true;
  }

  function end() {
    generation++;
    const { paths } = get();
    set({ paths: null });
    justEnded = Boolean(paths?.data) && pathBand.contains(document.activeElement);
  }

  const last = () => get().paths.plan.total - 1;
  function goTo(at, running = false) {
    const { paths } = get();
    if (paths?.data) set({ paths: { ...paths, at: clamp(Math.round(at), 0, last()), part: 0, running } });
  }

  /** One cell on or back. */
  function moveCell(by) {
    const { paths } = get();
    const { plan, at } = paths;
    if (!plan.merged) return goTo(at + by);
    const cell = clamp(cellOf(plan, at) + by, 0, plan.weights.length - 1);
    const weight = plan.weights[cell];
    goTo(weight.first + weight.paths - 1);
  }

  function toggle() {
    const { paths } = get();
    if (paths.running) return set({ paths: { ...paths, running: false } });
    goTo(paths.at >= last() ? 0 : paths.at, true);
  }

  /** The counter runs. @param {number} elapsed ms */
  function tick(elapsed) {
    const { paths } = get();
    if (!paths?.running) return;
    const stride = Math.max(1, paths.plan.total / MAX_STRIDES, paths.plan.merged ? paths.plan.total / 400 : 1);
    const speed = SPEEDS[page.get().speed].ops ?? 60;
    const part = paths.part + (elapsed / 1000) * speed * PATHS_PER_OPERATION * stride;
    const by = Math.floor(part);
    if (!by) return set({ paths: { ...paths, part } });
    const at = Math.min(last(), paths.at + by);
    set({ paths: { ...paths, at, part: part - by, running: at < last() } });
  }

  // ------------------------------------------------------------------ what the reader does

  /** The transport's buttons, while paths are shown. @param {string} command @returns {boolean} whether it was for us */
  function transport(command) {
    const { paths } = get();
    if (!paths?.data) return false;
    if (command === "play") toggle();
    else if (command === "forward") moveCell(1);
    else if (command === "back") moveCell(-1);
    else return false;
    return true;
  }

  /** @param {string} key @param {KeyboardEvent} event */
  function key(key, event) {
    const { paths } = get();
    const target = /** @type {HTMLElement} */ (event.target);
    if (!paths?.data || (target !== slider && target.closest("input, [role=radiogroup], [role=tablist], .graph")))
      return false;
    if (key === " " && target.closest("button, summary, a, [role=button]")) return false;
    const action = {
      ArrowRight: () => (event.shiftKey ? moveWeight(1) : moveCell(1)),
      ArrowUp: () => moveCell(1),
      ArrowLeft: () => (event.shiftKey ? moveWeight(-1) : moveCell(-1)),
      ArrowDown: () => moveCell(-1),
      Home: () => goTo(0),
      End: () => goTo(last()),
      " ": toggle,
    }[key];
    action?.();
    return Boolean(action);
  }

  /** To the next or the previous weight. */
  function moveWeight(by) {
    const { plan, at } = get().paths;
    const weightNow = pathAt(plan, at).at;
    const weight = plan.weights[clamp(weightNow + by, 0, plan.weights.length - 1)];
    goTo(weight.first + weight.paths - 1);
  }

  head.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (button?.dataset.run !== undefined) toggle();
    else if (button) end();
  });
  let drag = false;
  const seek = (event) => goTo(pathAtX(get().paths.plan, pointerIn(slider, event).x, sliderBox.width));
  slider.addEventListener("pointerdown", (event) => {
    if (event.button || !get().paths?.data) return;
    slider.setPointerCapture(event.pointerId);
    drag = true;
    seek(event);
  });
  slider.addEventListener("pointermove", (event) => drag && get().paths?.data && seek(event));
  for (const name of ["pointerup", "pointercancel"])
    slider.addEventListener(name, () => {
      drag = false;
    });
  const sliderBox = observeBox(slider, redraw);

  // ------------------------------------------------------------------ drawing

  const parametersOf = (view) => view.step?.parameters ?? view.run.parameters;
  let records = null;

  function onRender(scene) {
    const { paths } = get();
    records = scene.records;
    const on = paths?.data && scene.records.widths.join() === paths.plan.widths.join();
    drawOverlay(scene, [on ? paths.data : null, on ? paths.at + 1 : 0], () => pathMarks(scene, paths));
  }

  function render(view, state) {
    const { paths } = get();
    const outdated =
      paths &&
      (paths.run !== state.run.id ||
        paths.step !== state.shownStep ||
        (paths.data && paths.sample !== state.spotlight.index));
    if (outdated) {
      const restarts = paths.data && paths.run === state.run.id && state.shownStep > 0 && !state.playing && view.step;
      if (paths.data && !restarts) end();
      else if (paths.refused) set({ paths: null });
      else if (restarts && !paths.waiting) begin();
    }
    const now = get().paths;
    const open = Boolean(now?.data);
    tape.classList.toggle("no-record", open);
    setHidden(pathBand, !open);
    if (!open && justEnded) find("band-head").querySelector("summary").focus({ preventScroll: true });
    justEnded = false;
    if (open && justBegun) {
      justBegun = false;
      slider.focus({ preventScroll: true });
    }
    setHidden(corner, !open || state.size !== "wide");
    panel.show(open || Boolean(now?.refused));
    stage.classList.toggle("shows-paths", open);
    if (open) updatePlayButton(now.running);
    else if (drawnFor.length) updatePlayButton(state.playing);
    const key = [
      now?.data,
      now?.at,
      now?.running,
      now?.refused,
      now?.waiting,
      view.step,
      sliderBox.width,
      sliderBox.height,
      panel.width(),
      view.size,
    ];
    if (key.every((value, i) => value === drawnFor[i])) return;
    drawnFor = open || now?.refused ? key : [];
    if (now?.refused) panel.refused(now.refused, view);
    if (!open || !records || !sliderBox.width) return;
    renderBand(now, view);
    panel.sum(now, view);
    renderCorner(now, view);
  }

  /** The button of the transport plays paths now. @param {boolean} running */
  function updatePlayButton(running) {
    const button = find("transport").querySelector("[data-do=play]");
    const word = running ? "Pause" : "Play";
    find("app").classList.toggle("playing", running);
    button.setAttribute("aria-label", word);
    button.querySelector(".play-word").textContent = word;
  }

  function renderBand(paths, view) {
    const { plan, at, running } = paths;
    const tapeMultiplications = counter(view.step, view.ops, parametersOf(view)).withTape;
    const { width, height } = sliderBox;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.innerHTML = bandMarks(paths, parametersOf(view), tapeMultiplications, width, height);
    const done = multipliedUntil(plan, at);
    const meter = (share, cls) => `<i class="${cls}" data-share="${share.toFixed(3)}"></i>`;
    const fields = {
      path: `path <b>${thousands(at + 1)}</b> of ${integerText(plan.total)}`,
      done: `<span class="long">multiplications so far</span> <b>${thousands(done)}</b> of ${integerText(plan.multiplications)} ${meter(done / plan.multiplications, "meter")}`,
      tape: `with the tape <b>${thousands(tapeMultiplications)}</b>`,
    };
    for (const [name, html] of Object.entries(fields)) head.querySelector(`[data-n=${name}]`).innerHTML = html;
    for (const bar of /** @type {NodeListOf<HTMLElement>} */ (head.querySelectorAll("[data-share]")))
      bar.style.setProperty("--p", `${Number(bar.dataset.share) * 100}%`);
    head.querySelector("[data-run]").textContent = running ? "pause" : at >= plan.total - 1 ? "again" : "go on";
    const path = pathAt(plan, at);
    const product = productOf(factorsOf(path, paths.data.measured.factors, parametersOf(view)));
    slider.setAttribute("aria-valuemax", String(plan.total));
    slider.setAttribute("aria-valuenow", String(at + 1));
    slider.setAttribute(
      "aria-valuetext",
      `path ${at + 1} of ${plan.total}, weight ${path.from + 1} to ${path.to + 1} of layer ${path.layer}, adds ${format(product, 4)}`,
    );
  }

  function renderCorner(paths, view) {
    const { plan, at, data } = paths;
    const path = pathAt(plan, at);
    const factors = factorsOf(path, data.measured.factors, parametersOf(view));
    const product = productOf(factors);
    const sign = (v) => (v < 0 ? `(${format(v)})` : v === 1 ? "1" : format(v));
    corner.innerHTML = `<h3>Path ${thousands(at + 1)}: ${factors.length} factors</h3><p class="equation-large"><i>${factors.map((factor) => factorName(factor, records)).join("·")}</i></p><p class="equation-large small">= ${factors
      .map(
        (factor) =>
          `<span class="${factorClass(factor)}" data-ref="${factorRef(factor, records)}" title="${factor.value}">${sign(factor.value)}</span>`,
      )
      .join(" × ")} = <b class="${gradientClass(product)}" title="${product}">${format(product, 4)}</b></p>`;
  }

  function caption() {
    const { paths } = get();
    if (!paths?.data) return null;
    return {
      phase: "Backward",
      direction: "left",
      position: `path ${thousands(paths.at + 1)} of ${thousands(paths.plan.total)} · recording off`,
      title: "The same gradient, one path at a time",
      formula: "",
      sentence: "The chain rule without a memory: multiply along every path from the weight to the loss, then add up.",
    };
  }

  const legend = () =>
    get().paths?.data
      ? '<svg viewBox="0 0 34 9" aria-hidden="true"><path class="instrument-ink" d="M0 4.5H34" stroke-width="3"/></svg><span>this path</span><svg viewBox="0 0 34 9" aria-hidden="true"><path class="instrument-ink" d="M0 4.5H34" stroke-width="1.6" stroke-opacity=".42"/></svg><span>this weight’s earlier ones</span>'
      : null;

  return { begin, end, onRender, render, caption, legend, tick, transport, key };
}

function createElement(tag, className, parent) {
  const child = document.createElement(tag);
  child.className = className;
  parent.append(child);
  return child;
}
