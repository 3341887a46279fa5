// Pictures that take the whole stage: one setup five ways side by side, an ensemble member by member, the paths counted.

import { createColumns } from "./columns.js";
import { createMembers } from "./members.js";
import { createPathBoard } from "./pathboard.js";
import { html } from "./svg.js";

const KINDS = {
  scaling: ["Five columns", createColumns],
  outlier: ["Five columns", createColumns],
  dropout: ["Five rates", createColumns],
  ensemble: ["24 networks", createMembers],
  paths: ["The count", createPathBoard],
};

/**
 * @param {HTMLElement} stage @param {HTMLElement} side
 * @param {{api: any, page: any, follow: (fields: any) => void, redraw: () => void}} of
 */
export function createBoards(stage, side, { api, page, follow, redraw }) {
  const host = html("section", "board", stage);
  host.tabIndex = -1;
  const beside = html("div", "board-side", side);
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
        const board = KINDS[lesson.experiment.id][1]({
          host,
          beside,
          api,
          page,
          experiment: lesson.experiment,
          follow,
          going,
          redraw,
        });
        made = { key, ...board };
      }
      made?.render(view);
    },
  };
}
