// Figures that take the whole stage: one setup with five scalings or dropout rates, batch norm as a knob, an ensemble,
// the count of paths.

import { createHtml } from "../dom/elements.js";

const loadScalings = () => import("./scalings.js").then((module) => module.createScalings);
const FIGURES = {
  scaling: ["Five columns", loadScalings],
  outlier: ["Five columns", loadScalings],
  dropout: ["Five rates", loadScalings],
  batch_norm: ["The knob", () => import("./normknob.js").then((module) => module.createNormKnob)],
  ensemble: ["24 networks", () => import("./ensemble.js").then((module) => module.createEnsemble)],
  paths: ["The count", () => import("./pathcount.js").then((module) => module.createPathCount)],
};

/**
 * @param {HTMLElement} stage @param {HTMLElement} side
 * @param {{api: any, page: any, follow: (fields: any) => void, redraw: () => void}} of
 */
export function createStageFigures(stage, side, { api, page, follow, redraw }) {
  const host = createHtml("section", { class: "stage-figure" }, stage);
  host.tabIndex = -1;
  const beside = createHtml("div", { class: "stage-figure-side" }, side);
  let current = null; // the figure and what it is of
  let generation = 0;
  const markSide = () => side.classList.toggle("has-figure-side", beside.childElementCount > 0);

  return {
    /** What the button says, or nothing where there is no such picture. */
    shows: (experiment) => FIGURES[experiment?.id]?.[0] ?? "",
    clear() {
      generation++;
      current = null;
      host.replaceChildren();
      beside.replaceChildren();
      markSide();
    },
    /** @param {{view: any, lesson: any, state: any}|null} now */
    render(now) {
      if (!now) return;
      const { view, lesson, state } = now;
      const key = `${lesson.experiment.id} ${state.run.id} ${state.trainedStep}`;
      if (current?.key !== key && !state.playing && !lesson.running) {
        const own = ++generation;
        const waits = createHtml("p", { text: "The figure is loading …" });
        host.replaceChildren(waits);
        beside.replaceChildren();
        markSide();
        host.setAttribute("aria-label", FIGURES[lesson.experiment.id][0]);
        const isCurrent = () => own === generation;
        const { experiment } = lesson;
        const loading = { key, render: (_view) => {} };
        current = loading;
        FIGURES[experiment.id][1]().then(
          (create) => {
            if (!isCurrent()) return;
            waits.remove();
            Object.assign(
              loading,
              create({ host, sideHost: beside, api, page, experiment, follow, going: isCurrent, redraw }),
            );
            markSide();
            redraw();
          },
          () => {
            waits.textContent = "The figure could not be loaded: the server is away. Close it and open it again.";
          },
        );
      }
      current?.render(view);
    },
  };
}
