// The story's picture: the playground's graph and tape with the story's marks, and the caption above.

import { setText } from "../dom/elements.js";
import { createGraph } from "../network/graph.js";
import { createTape } from "../tape/tape.js";
import { createCaption, createReadingLine } from "./caption.js";
import { evaluate, motionAt } from "./expressions.js";
import { createStoryMarks } from "./overlay.js";

const SIZES = { phone: "story-phone", tablet: "story-narrow", wide: "story" };

/**
 * @param {{live: HTMLElement, find: (id: string) => HTMLElement, note: {showProgress: Function}, on: any}} of
 *   on: select, hover, hoverRef, scrub, move
 */
export function createPicture({ live, find, note, on }) {
  const storyGraph = createStoryMarks();
  const graph = createGraph(find("stage"), { select: on.select, hover: on.hover, onRender: storyGraph.update });
  const tape = createTape(find("tape"), { ...on, counts: true });
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
      const { operation, progress, hover, hoverRef, size } = state;
      const view = {
        ...source,
        catalog: null,
        config: source.run.config,
        operation: Math.min(operation, source.ops.length - 1),
        progress,
        playing: Boolean(state.motion),
        playbackMode: "operations",
        sweepFront: null,
        selection: frame.sumsOverPaths ? null : state.selection,
        hover,
        hoverRef,
        spotlight: { index: 0 },
        theme: document.documentElement.dataset.theme,
        reduced: state.reduced,
        size,
        story: frame.isSmallNetwork ? storyMarks(state, frame) : null,
      };
      const known = frame.sumsOverPaths ? atLoss(view) : view;
      if (frame.chapter.note === "doors" && frame.isSmallNetwork && size !== "phone")
        note.showProgress(view.ops, operation, progress);
      else graph.render({ ...known, size: frame.isSmallNetwork ? SIZES[size] : size });
      tape.render(known);
      live.classList.toggle("is-off", frame.sumsOverPaths);
      setText(slogan, frame.sumsOverPaths ? "activations are recorded, errors are not" : sloganText);
      caption(view, frame.captionOverride);
      readingLine(recordRead(state, frame), graph.layout());
    },
  };
}

/** The view as the forward pass leaves it. */
const atLoss = (view) => ({ ...view, operation: view.ops.findIndex(({ phase }) => phase === "loss"), progress: 1 });

const START_DELAY = 250; // ms from entering a chapter to its motion

/**
 * The motion of a chapter: from one operation to the one where it rests. The reader may seek, which ends it.
 * @param {{state: any, chapter: () => any, network: () => any, linkedPosition: () => {op: string, selection: any}|null,
 *   countPaths: () => boolean, selectionOf: (ref: string) => any, redraw: () => void}} of
 *   network: the one that is shown; countPaths: counts them, if the chapter is about that
 */
export function createMotion({ state, chapter, network, linkedPosition, countPaths, selectionOf, redraw }) {
  let timer = 0;
  let due = false; // the motion was to begin before there was a network

  /** Where a record stands on the tape; a network that has none is shown as its error leaves the loss. */
  function operationOf(name) {
    const ops = network()?.ops ?? [];
    const found = ops.findIndex((op) => op.names.includes(name));
    return Math.max(0, found < 0 ? ops.findIndex((op) => op.phase === "backward") : found);
  }
  const restingOperation = () => operationOf(chapter().op);
  const restingProgress = () => (chapter().op === "update" ? 0.9 : 1);

  /** Where the chapter rests, or where the linked run was left. */
  function rest() {
    const linked = linkedPosition();
    const position = linked
      ? { operation: operationOf(linked.op), progress: 1, selection: linked.selection }
      : { operation: restingOperation(), progress: restingProgress(), selection: selectionOf(chapter().selection) };
    Object.assign(state, { motion: null, ...position });
    redraw();
  }

  /** Plays the chapter's motion. With reduced motion it goes on by one operation instead. */
  function play() {
    const shown = network();
    if (!shown) return;
    if (linkedPosition()) return seek(state.operation + 1);
    if (countPaths()) return;
    if (state.reduced) return seek(state.operation >= shown.ops.length - 1 ? 0 : state.operation + 1);
    const { begin, seconds, selection } = chapter();
    const way = { from: operationOf(begin), to: restingOperation(), end: restingProgress(), seconds: Number(seconds) };
    state.selection = selectionOf(selection);
    state.motion = { ...way, begun: performance.now() };
    redraw();
  }

  function cancel() {
    clearTimeout(timer);
    due = false;
  }

  function stop() {
    cancel();
    if (state.motion)
      Object.assign(state, { motion: null, operation: restingOperation(), progress: restingProgress() });
  }

  /** The reader goes to an operation: nothing moves by itself until the next chapter. */
  function seek(to, progress = 1) {
    const shown = network();
    if (!shown) return;
    cancel();
    const last = shown.ops.length - 1;
    const op = Math.max(0, Math.min(last, to));
    Object.assign(state, { motion: null, operation: op, progress: op === last ? Math.min(progress, 0.9) : progress });
    redraw();
  }

  return {
    rest,
    play,
    stop,
    seek,
    cancel,
    isAtRest: () => state.operation === restingOperation(),
    /** Once a chapter was entered. @param {() => void} announce */
    playSoon(announce) {
      timer = setTimeout(() => {
        announce();
        due = !network();
        if (!state.reduced && !linkedPosition()) play();
      }, START_DELAY);
    },
    /** The network has come: the motion that waited for it begins. */
    networkArrived() {
      if (state.motion) return;
      rest();
      if (due && !state.reduced && !linkedPosition()) play();
      due = false;
    },
    /** @param {number} time of the frame */
    advance(time) {
      if (!state.motion) return;
      const { op, t, over } = motionAt(state.motion, time - state.motion.begun);
      Object.assign(state, { operation: op, progress: t, motion: over ? null : state.motion });
      redraw();
    },
  };
}
