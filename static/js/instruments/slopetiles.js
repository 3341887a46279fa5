// Tiles that show the slope f′(z) or the gradient ∂L/∂z of every unit over the input plane, as the server computes
// them.

import { setHidden } from "../dom/elements.js";
import { rgb } from "../format/colors.js";
import { createGraph } from "../network/graph.js";
import { shownEvaluation } from "../run/values.js";
import { createOverlay } from "./overlay.js";
import {
  gradientColor,
  gradientMarks,
  largestSlope,
  limitText,
  slopeColor,
  slopeFindings,
  slopeMarks,
  slopeText,
  surfacesOf,
} from "./slopes.js";

const [FINE_GRID, COARSE_GRID] = [48, 24]; // places to each side of a tile
const FINE_UNITS = 40; // units whose tiles are fine; a kinked slope shows its steps otherwise
const TOKENS = ["dead", "hmid", "gfneg", "gfpos", "fneg", "fpos", "ink", "paper-2"];

export function create({ get, set, page, ask, find, stage, on, view: lastView }) {
  const drawOverlay = createOverlay(find("graph"));
  /** @type {any} */
  let colors = null;
  const requested = {}; // by show: the key that is on its way
  const surfaceCache = { slope: null, gradient: null }; // surfaces made of an answer
  let comparison = null; // the three graphs, once they are asked for

  function colorsOf(theme) {
    if (colors?.theme === theme) return colors;
    const style = getComputedStyle(document.documentElement);
    colors = /** @type {any} */ ({ theme });
    for (const name of TOKENS) colors[name] = rgb(style.getPropertyValue(`--${name}`).trim() || "#888888");
    colors.light = theme === "dark" ? colors.ink : colors["paper-2"];
    return colors;
  }

  // ------------------------------------------------------------------ asking

  const sampleOf = (view) => get().truth ?? view.spotlight.index;

  function keyOf(view, show) {
    const step = shownEvaluation(view)?.step;
    return step === undefined ? null : [view.run.id, step, show, show === "gradient" ? sampleOf(view) : ""].join();
  }

  async function request(view, show) {
    const key = keyOf(view, show);
    if (
      key === null ||
      requested[show] ||
      get().slopeTiles[show]?.key === key ||
      !view.samples?.extent ||
      page.get().offline
    )
      return;
    requested[show] = key;
    const step = shownEvaluation(view).step;
    const units = view.run.config.hidden.reduce((sum, layer) => sum + layer.units, 0);
    const size = units <= FINE_UNITS ? FINE_GRID : COARSE_GRID;
    const found = await ask("surfaces", `show=${show}&size=${size}&step=${step}&sample=${sampleOf(view)}`);
    requested[show] = null;
    const fixedOperation = found && page.get().run?.id === view.run.id;
    if (fixedOperation) set({ slopeTiles: { ...get().slopeTiles, [show]: { key, run: view.run.id, found } } });
  }

  function surfaces(view, show) {
    const slopeSurfaces = get().slopeTiles[show];
    if (!slopeSurfaces || slopeSurfaces.run !== view.run.id) return null;
    const theme = colorsOf(view.theme);
    const cached = surfaceCache[show];
    if (cached?.slopeSurfaces === slopeSurfaces && cached.theme === theme) return cached.surfaces;
    const names = [...view.run.config.hidden.map((layer) => layer.activation), view.run.config.output_activation];
    const value = surfacesOf(slopeSurfaces.found, names, theme);
    surfaceCache[show] = { slopeSurfaces, theme, surfaces: value };
    return value;
  }

  // ------------------------------------------------------------------ the truth that every place is given

  /** Another class for the target: that of a sample that has it. */
  function nextTarget() {
    const { targets } = page.get().samples;
    const view = lastView();
    const now = JSON.stringify(targets[sampleOf(view)]);
    const kinds = [...new Set(targets.map((target) => JSON.stringify(target)))].sort();
    const next = kinds[(kinds.indexOf(now) + 1) % kinds.length];
    set({ truth: targets.findIndex((target) => JSON.stringify(target) === next) });
  }

  const targetText = (view) => {
    const { targets, classes, task } = view.samples;
    const target = targets[sampleOf(view)];
    return task === "multiclass"
      ? String(classes[target.indexOf(1)])
      : task === "binary"
        ? String(target[0])
        : target.map((v) => v.toFixed(2)).join(" ");
  };
  const canChooseTarget = (view) => view.samples.task !== "regression";
  const targetButton = (view) =>
    canChooseTarget(view)
      ? `if the truth were <button type="button" class="link" data-truth title="Another truth for every place">${targetText(view)}</button>`
      : `if the truth were ${targetText(view)}`;

  stage.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("[data-truth]")) nextTarget();
  });
  find("graph").addEventListener(
    "click",
    (event) => {
      const mark = /** @type {HTMLElement} */ (event.target).closest("text")?.querySelector("[data-ref^=y]");
      if (
        !mark ||
        !/^y/.test(mark.getAttribute("data-ref")) ||
        get().tiles !== "gradient" ||
        !canChooseTarget(lastView())
      )
        return;
      event.stopPropagation();
      nextTarget();
    },
    true,
  );

  // ------------------------------------------------------------------ drawing

  function graphView(view) {
    const show = get().tiles;
    if (show !== "slope" && show !== "gradient") return view;
    request(view, show);
    const slopeSurfaces = surfaces(view, show);
    return slopeSurfaces ? { ...view, tileSurfaces: slopeSurfaces } : view;
  }

  const marks = (scene, show, slopeSurfaces, view) =>
    show === "slope"
      ? slopeMarks(scene, slopeSurfaces, shownEvaluation(view)?.health)
      : gradientMarks(scene, slopeSurfaces);

  function onRender(scene) {
    const show = get().tiles;
    const slopeSurfaces = scene.view.tileSurfaces ?? null;
    drawOverlay(scene, [slopeSurfaces, slopeSurfaces && shownEvaluation(scene.view)], () =>
      marks(scene, show, slopeSurfaces, scene.view),
    );
  }

  function legend(view) {
    const show = get().tiles;
    if ((show !== "slope" && show !== "gradient") || !view.samples?.extent) return null;
    return show === "slope"
      ? `${ramp("slope", view)}<span>dark: no error passes</span>`
      : `${ramp("gradient", view)}<span>${targetButton(view)}</span>`;
  }

  const cssColor = ([r, g, b]) => `rgb(${r},${g},${b})`;
  function ramp(show, view) {
    const c = colorsOf(view.theme);
    const largest = Math.max(...view.run.config.hidden.map((layer) => largestSlope(layer.activation)), 0) || 1;
    const stops = Array.from({ length: 9 }, (_, i) => {
      const t = i / 8;
      const color =
        show === "slope"
          ? slopeColor(t, 1, c)
          : show === "gradient"
            ? gradientColor(2 * t - 1, 1, c)
            : valueColor(2 * t - 1, c);
      return `<stop offset="${t}" stop-color="${cssColor(color)}"/>`;
    }).join("");
    const id = `ramp-${show}`;
    const ends =
      show === "slope" ? ["0", "", slopeText(largest)] : show === "gradient" ? ["−", "0", "+"] : ["−1", "0", "1"];
    return `<svg class="ramp" viewBox="0 0 120 22" role="img" aria-label="from ${ends[0]} to ${ends[2]}"><defs><linearGradient id="${id}">${stops}</linearGradient></defs><rect width="120" height="9" fill="url(#${id})" class="ramp-box"/><text class="tick" y="20">${ends[0]}</text><text class="tick" x="60" y="20" text-anchor="middle">${ends[1]}</text><text class="tick" x="120" y="20" text-anchor="end">${ends[2]}</text></svg>`;
  }
  const valueColor = (v, c) =>
    c.hmid.map((m, i) => Math.round(m + ((v < 0 ? c.fneg : c.fpos)[i] - m) * Math.abs(v) ** 0.85));

  // ------------------------------------------------------------------ all three at once

  function createComparison() {
    const root = document.createElement("div");
    root.className = "slope-graphs";
    setHidden(root, true);
    stage.append(root);
    const parts = [
      ["output", "Output", "the unit's activation"],
      ["slope", "Slope f′(z)", "where an error can pass"],
      ["gradient", "Gradient ∂L/∂z", ""],
    ].map(([show, title, subtitle]) => {
      const part = document.createElement("section");
      part.setAttribute("aria-label", title);
      part.innerHTML = `<h3>${title} <small>${subtitle}</small></h3><div class="slope-graph" data-tiles="${show}"></div><div class="slope-graph-foot"></div>`;
      root.append(part);
      const element = /** @type {HTMLElement} */ (part.querySelector(".slope-graph"));
      const drawMarks = createOverlay(element);
      const graph = createGraph(element, {
        select: on.select,
        hover: on.hover,
        onRender: (scene) =>
          drawMarks(scene, [scene.view.tileSurfaces ?? null], () =>
            marks(scene, show, scene.view.tileSurfaces, scene.view),
          ),
      });
      return {
        show,
        part,
        graph,
        foot: part.querySelector(".slope-graph-foot"),
        small: part.querySelector("small"),
        written: "",
      };
    });
    return { root, parts };
  }

  function render(view) {
    const all = get().tiles === "all";
    if (!all) {
      if (comparison) setHidden(comparison.root, true);
      return;
    }
    comparison ??= createComparison();
    setHidden(comparison.root, false);
    request(view, "slope");
    request(view, "gradient");
    const backward = view.ops.findLastIndex((op) => op.phase === "backward");
    const forward = view.ops.findLastIndex((op) => op.phase === "loss");
    for (const part of comparison.parts) {
      const slopeSurfaces = part.show === "output" ? null : surfaces(view, part.show);
      const fixedOperation =
        view.playbackMode === "operations" && view.step
          ? { operation: part.show === "gradient" ? backward : forward, progress: 1 }
          : {};
      part.graph.render({
        ...view,
        ...fixedOperation,
        ...(slopeSurfaces ? { tileSurfaces: slopeSurfaces } : {}),
        size: "half",
      });
      const html = footer(part.show, view, slopeSurfaces);
      if (html === part.written) continue;
      part.written = html;
      part.foot.innerHTML = html;
      if (part.show === "gradient") part.small.innerHTML = `the error δ at each place, ${targetButton(view)}`;
    }
  }

  function footer(show, view, slopeSurfaces) {
    const health = shownEvaluation(view)?.health;
    if (show === "output")
      return `${ramp("output", view)}<p class="instrument-text">Each unit’s answer over the input plane. tanh runs from −1 to 1; a layer without ends has its own range.</p>`;
    if (show === "slope") {
      const findings = slopeFindings(health).map(([name, cssColor]) => `<b>${name}</b>: ${cssColor}.`);
      return `${ramp("slope", view)}<p class="instrument-text">${findings.length ? findings.join(" ") : "No unit is dead or saturated."} Dead is judged on the points: a lit corner where none lies is no help. Numbers: mean slope over the training points.</p>`;
    }
    return `${ramp("gradient", view)}<p class="instrument-text">Scaled in each layer${slopeSurfaces ? `, the largest ${limitText(slopeSurfaces)}` : ""}. Nothing arrives through a dead unit.</p>`;
  }

  function caption(view) {
    const show = get().tiles;
    if (show === "output" || !view.samples?.extent || get().checked || get().paths) return null;
    if (show !== "all") return null;
    return {
      phase: "One network, three readings",
      direction: "none",
      position: `step ${shownEvaluation(view)?.step ?? 0}`,
      title: "Where the error can pass, and where it cannot",
      formula: "",
      sentence: "Same units, same input plane. Where the middle is dark, no error gets through.",
    };
  }

  return { graphView, onRender, render, legend, caption };
}
