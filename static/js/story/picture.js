// The story's picture: the playground's graph and tape with the story's marks, and the caption above.

import { setText } from "../dom/elements.js";
import { createGraph } from "../network/graph.js";
import { createTape } from "../tape/tape.js";
import { createCaption, createReadingLine } from "./caption.js";
import { evaluate } from "./expressions.js";
import { createStoryMarks } from "./overlay.js";

const SIZES = { phone: "story-phone", tablet: "story-narrow", wide: "story" };

/**
 * @param {{live: HTMLElement, find: (id: string) => HTMLElement, note: {showProgress: Function}, on: any}} of
 *   on: select, hover, hoverRef, scrub, move
 */
export function createPicture({ live, find, note, on }) {
  const storyGraph = createStoryMarks();
  const graph = createGraph(find("stage"), { select: on.select, hover: on.hover, onRender: storyGraph.update });
  const tape = createTape(find("tape"), on);
  const caption = createCaption(find("caption"));
  const readingLine = createReadingLine(live, find("stage"));
  const slogan = find("tape").querySelector(".tape-head em");
  const sloganText = slogan.textContent;

  /** What the story draws on the small network. */
  function storyMarks(
    { motion, trials, small },
    { chapter, atRest, selectedWeight, setting, sumsOverPaths, shownPaths, isCounting },
  ) {
    const still = atRest && !motion && !isCounting && !sumsOverPaths;
    const selectedTrial = chapter.note === "blame" ? trials.all.find((entry) => entry.of === selectedWeight) : null;
    return {
      curves: trials.curves,
      leaderLines: still ? chapter.keys : null,
      x: setting.x,
      y: setting.y,
      paths: shownPaths,
      trial: selectedTrial && {
        ...selectedTrial,
        value: evaluate(selectedTrial.of, small.step.parameters),
        size: trials.size,
      },
    };
  }

  /** The cell that the chapter's operation reads, and the unit that it supplies: [record, layer, unit]. */
  function recordRead({ motion, size, selection }, { chapter: { id }, isSmallNetwork, atRest }) {
    if (motion || !isSmallNetwork || size === "phone" || !atRest) return null;
    if (id === "slope") return ["a3", 3, 0];
    if (id !== "weight" || (selection && selection.kind !== "weight")) return null;
    const layer = selection ? selection.layer - 1 : 2;
    return [layer ? `a${layer}` : "x", layer, selection?.from ?? 0];
  }

  return {
    isInput: storyGraph.isInput,
    inputBox: storyGraph.inputBox,
    /**
     * @param {any} state where the reader stands @param {any} source the network that is shown
     * @param {any} frame of its chapter
     */
    draw(state, source, frame) {
      const { op, t, hover, hoverRef, size } = state;
      const view = {
        ...source,
        catalog: null,
        config: source.run.config,
        op: Math.min(op, source.ops.length - 1),
        t,
        playing: Boolean(state.motion),
        mode: "operations",
        front: null,
        selection: frame.sumsOverPaths ? null : state.selection,
        hover,
        hoverRef,
        spotlight: { index: 0 },
        theme: document.documentElement.dataset.theme,
        reduced: state.reduced,
        size,
        story: frame.isSmallNetwork ? storyMarks(state, frame) : null,
      };
      if (frame.chapter.note === "doors" && frame.isSmallNetwork && size !== "phone")
        note.showProgress(view.ops, op, t);
      else graph.render({ ...view, size: frame.isSmallNetwork ? SIZES[size] : size });
      tape.render(frame.sumsOverPaths ? { ...view, step: null, spot: null } : view);
      live.classList.toggle("is-off", frame.sumsOverPaths);
      setText(slogan, frame.sumsOverPaths ? "recording is off: nothing is kept" : sloganText);
      caption(view, frame.captionOverride);
      readingLine(recordRead(state, frame), graph.layout());
    },
  };
}
