// The picture of a chapter as a file, as it stands beside the text.

import { drawFiner } from "../dom/pagezoom.js";
import { framesPassed, PRINTED, savePicture } from "../dom/savedpicture.js";

const FRAMES = 12; // in which the picture is drawn anew
const CONTROLS = "button, .tape-buttons, .graph-tip, .graph-map, .hit, details, .user-run-bar, [hidden]";

/**
 * @param {HTMLElement} live what stands beside the text
 * @param {{kind: "SVG"|"PNG", chapter: {id: string, title: string, ordinal: number}, of: string, redraw: () => void,
 *   file: (url: string) => Promise<Blob>}} options of: the network that is shown, in words; file: what an address holds
 */
export async function saveChapter(live, { kind, chapter: { id, title, ordinal }, of, redraw, file }) {
  const drawAnew = (finer) => {
    drawFiner(finer);
    dispatchEvent(new Event("layoutchange"));
    redraw();
  };
  drawAnew(PRINTED);
  try {
    await framesPassed(FRAMES);
    const caption = `Chapter ${ordinal}: ${title}. ${of} Backprop Playground, Backpropagation, by hand`;
    await savePicture(live, { kind, name: `story-${ordinal}-${id}`, title, caption, skip: CONTROLS, file });
  } finally {
    drawAnew(1);
  }
}
