// Pictures that take the whole stage: one setup five ways side by side, an ensemble member by member, the paths counted.
import { createHtml } from "../dom/elements.js";

const columns = () => import("./scalings.js").then((module) => module.createColumns);
const KINDS = {
  scaling: ["Five columns", columns],
  outlier: ["Five columns", columns],
  dropout: ["Five rates", columns],
  ensemble: ["24 networks", () => import("./ensemble.js").then((module) => module.createMembers)],
  paths: ["The count", () => import("./pathcount.js").then((module) => module.createPathBoard)],
};

/**
 * @param {HTMLElement} stage @param {HTMLElement} side
 * @param {{api: any, page: any, follow: (fields: any) => void, redraw: () => void}} of
 */
export function createBoards(stage, side, { api, page, follow, redraw }) {
  const host = createHtml("section", { class: "board" }, stage);
  host.tabIndex = -1;
  const beside = createHtml("div", { class: "board-side" }, side);
  let made = null; // the board and what it is of
  let turn = 0;

  return {
    /** What the button says, or nothing where there is no such picture. */
    shows: (experiment) => KINDS[experiment?.id]?.[0] ?? "",
    forget() {
      turn++;
      made = null;
      host.replaceChildren();
      beside.replaceChildren();
    },
    /** @param {{view: any, lesson: any, state: any}|null} now */
    render(now) {
      if (!now) return;
      const { view, lesson, state } = now;
      const key = `${lesson.experiment.id} ${state.run.id} ${state.position}`;
      if (made?.key !== key && !state.playing && !lesson.running) {
        const mine = ++turn;
        host.replaceChildren();
        beside.replaceChildren();
        host.setAttribute("aria-label", KINDS[lesson.experiment.id][0]);
        const going = () => mine === turn;
        const { experiment } = lesson;
        const begun = { key, render: (_view) => {} };
        made = begun;
        KINDS[experiment.id][1]().then((create) => {
          if (!going()) return;
          Object.assign(begun, create({ host, beside, api, page, experiment, follow, going, redraw }));
          redraw();
        });
      }
      made?.render(view);
    },
  };
}
