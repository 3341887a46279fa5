// The story's picture: the playground's own graph and tape, with the story's marks on them, and what is said above.

import { setText } from "../dom/elements.js";
import { createGraph } from "../network/graph.js";
import { createTape } from "../tape/tape.js";
import { createCaption, createReadingLine } from "./caption.js";
import { evaluate } from "./expressions.js";
import { createDrawing } from "./overlay.js";

const SIZES = { phone: "story-phone", tablet: "story-narrow", wide: "story" };

/**
 * @param {{live: HTMLElement, find: (id: string) => HTMLElement, note: {reach: Function}, on: any}} of
 *   on: select, hover, hoverRef, scrub, move
 */
export function createPicture({ live, find, note, on }) {
  const drawing = createDrawing();
  const graph = createGraph(find("stage"), { select: on.select, hover: on.hover, painted: drawing.paint });
  const tape = createTape(find("tape"), on);
  const caption = createCaption(find("caption"));
  const line = createReadingLine(live, find("stage"));
  const motto = find("tape").querySelector(".tape-head em");
  const kept = motto.textContent;

  /** What the story draws on the small network. */
  function marksOf({ motion, trials, small }, { chapter, rests, chosen, setting, off, routes, counting }) {
    const still = rests && !motion && !counting && !off;
    const trial = chapter.note === "blame" ? trials.all.find((entry) => entry.of === chosen) : null;
    return {
      curves: trials.curves,
      keys: still ? chapter.keys : null,
      x: setting.x,
      y: setting.y,
      routes,
      trial: trial && { ...trial, value: evaluate(trial.of, small.step.parameters), size: trials.size },
    };
  }

  /** The cell that the chapter's operation reads, and the unit that it supplies: [record, layer, unit]. */
  function read({ motion, size, selection }, { chapter: { id }, own, rests }) {
    if (motion || !own || size === "phone" || !rests) return null;
    if (id === "slope") return ["a3", 3, 0];
    if (id !== "weight" || (selection && selection.kind !== "weight")) return null;
    const layer = selection ? selection.layer - 1 : 2;
    return [layer ? `a${layer}` : "x", layer, selection?.from ?? 0];
  }

  return {
    isInput: drawing.isInput,
    inputBox: drawing.inputBox,
    /**
     * @param {any} now where the reader stands @param {any} source the network that is shown
     * @param {any} told of its chapter
     */
    draw(now, source, told) {
      const { op, t, hover, hoverRef, size } = now;
      const view = {
        ...source,
        catalog: null,
        config: source.run.config,
        op: Math.min(op, source.ops.length - 1),
        t,
        playing: Boolean(now.motion),
        mode: "operations",
        front: null,
        selection: told.off ? null : now.selection,
        hover,
        hoverRef,
        spotlight: { index: 0 },
        theme: document.documentElement.dataset.theme,
        reduced: now.reduced,
        size,
        story: told.own ? marksOf(now, told) : null,
      };
      if (told.chapter.note === "doors" && told.own && size !== "phone") note.reach(view.ops, op, t);
      else graph.render({ ...view, size: told.own ? SIZES[size] : size });
      tape.render(told.off ? { ...view, step: null, spot: null } : view);
      live.classList.toggle("is-off", told.off);
      setText(motto, told.off ? "recording is off: nothing is kept" : kept);
      caption(view, told.said);
      line(read(now, told), graph.layout());
    },
  };
}
