// Saves a part of the page as a picture: SVG or PNG, light or dark, with a caption that says which run and step it shows. Or
// a step as a video, operation by operation.

import { createHtml, setText } from "../dom/elements.js";
import { drawFiner } from "../dom/pagezoom.js";
import { drawnPicture, framesPassed, PRINTED, saveFile, savePicture } from "../dom/savedpicture.js";
import { recordVideo, videoType } from "../dom/savedvideo.js";
import { thousands } from "../format/numbers.js";
import { runWords } from "../run/runwords.js";

/** What can be saved, where it is shown. */
const PICTURES = {
  network: { title: "The network", at: "#graph" },
  plane: { title: "The output plane", at: "#plane" },
  loss: { title: "The loss curve", at: "#loss" },
  confusion: { title: "The confusion matrix", at: "#confusion" },
  predicted: { title: "Predicted against true values", at: "#predicted" },
  gradients: { title: "The chart of the gradients", at: "#gradient" },
  update: { title: "The chart of the update", at: "#update-bars" },
  tape: { title: "The tape", at: "#operations" },
  layers: { title: "The statistics of the layers", at: "#stats" },
  steps: { title: "All steps", at: "#timeline" },
};
const CONTROLS =
  "button, select, input, .tape-buttons, .graph-tip, .graph-map, .hit, .more, details, .step-table, [hidden]";
const FRAMES = 30; // in which the parts of the page are drawn anew, one after the other
const FRAMES_OF_AN_OPERATION = 6; // the same for an operation
const FINER = 2; // pixels of a video to one of the page
const START = "Record this step as a video";
const PACES = ["0.25", "0.5", "1", "2"]; // seconds that a video shows an operation

/**
 * @param {HTMLElement} element
 * @param {{commands: import("../session/commands.js").Commands, state: () => any, operation: () => any,
 *   file: (url: string) => Promise<Blob>}} of operation: the one under the playhead; file: what an address holds
 */
export function createPictures(element, { commands, state, operation, file }) {
  const choice = createHtml("div", { class: "picture-choice" }, element);
  const what = createSelect(choice, "Picture", []);
  const theme = createSelect(choice, "Colours", [
    ["light", "light"],
    ["dark", "dark"],
  ]);
  const row = createHtml("div", { class: "picture-buttons" }, element);
  const status = createHtml("p", { class: "share-facts", role: "status" }, element);
  for (const kind of /** @type {const} */ (["SVG", "PNG"])) {
    const button = createHtml("button", { type: "button", class: "button", text: `Save ${kind}` }, row);
    button.addEventListener("click", async () => {
      setText(status, "The picture is being made …");
      try {
        setText(status, `Saved: ${await save(kind)}`);
      } catch (error) {
        setText(status, `The picture could not be made: ${error.message}`);
      }
    });
  }

  const video = createVideo(element, record);

  /** Draws the page as the picture needs it, and then as it was. @param {"SVG"|"PNG"} kind @returns {Promise<string>} the file's name */
  async function save(kind) {
    const { at, title } = PICTURES[what.value];
    await commands.pause();
    const before = state().theme;
    show(theme.value, PRINTED);
    try {
      await framesPassed(FRAMES);
      const name = `${what.value}-step-${state().shownStep}`;
      return await savePicture(document.querySelector(at), {
        kind,
        name,
        title,
        caption: captionText(),
        skip: CONTROLS,
        file,
      });
    } finally {
      show(before, 1);
    }
  }

  /**
   * The operations of the step that is shown, from x to the update, and then the one that was under the playhead.
   * @param {{seconds: number, type: string, signal: AbortSignal, onOperation: (k: number, of: number) => void}} options
   * @returns {Promise<string>} the file's name
   */
  async function record({ onOperation, ...options }) {
    const { at, title } = PICTURES[what.value];
    await commands.pause();
    const before = state().theme;
    const { index, of } = operation();
    async function* pictures() {
      for (let k = 0; k < of; k++) {
        onOperation(k, of);
        commands.scrub(k);
        await framesPassed(FRAMES_OF_AN_OPERATION);
        yield drawnPicture(document.querySelector(at), { title, caption: captionText(), skip: CONTROLS, file });
      }
    }
    show(theme.value, FINER);
    try {
      await framesPassed(FRAMES);
      const blob = await recordVideo(pictures(), options);
      const name = `${what.value}-step-${state().shownStep}.${options.type.includes("mp4") ? "mp4" : "webm"}`;
      saveFile(blob, name);
      return name;
    } finally {
      show(before, 1);
      commands.scrub(index);
    }
  }

  function show(next, finer) {
    document.documentElement.dataset.theme = next;
    drawFiner(finer);
    commands.setEnvironment({ theme: next });
    dispatchEvent(new Event("layoutchange"));
  }

  function captionText() {
    const { shownStep } = state();
    const at = operation();
    const step = `Step ${thousands(shownStep)}${at ? `, operation ${at.index + 1} of ${at.of} (${at.names[0]})` : ""}.`;
    return `${runWords(state(), shownStep)}. ${step} Backprop Playground`;
  }

  return {
    /** Lists what is on the page at present. */
    render() {
      const chosen = what.value;
      const there = Object.entries(PICTURES).filter(([, { at }]) => document.querySelector(at)?.checkVisibility());
      what.replaceChildren();
      for (const [name, { title }] of there)
        createHtml("option", { value: name, text: title, selected: name === chosen }, what);
      theme.value = state().theme;
      setText(status, "");
      video.render(Boolean(operation()));
    },
  };
}

/**
 * Where the browser can't record, nothing is offered.
 * @param {HTMLElement} parent
 * @param {(options: {seconds: number, type: string, signal: AbortSignal, onOperation: (k: number, of: number) => void}) => Promise<string>} record
 * @returns {{render: (isThere: boolean) => void}}
 */
function createVideo(parent, record) {
  const type = videoType();
  if (!type) return { render() {} };
  const row = createHtml("div", { class: "picture-video" }, parent);
  const pace = createSelect(
    row,
    "An operation lasts",
    PACES.map((seconds) => [seconds, `${seconds} s`]),
  );
  pace.value = "1";
  const button = createHtml("button", { type: "button", class: "button", text: START }, row);
  const status = createHtml("p", { class: "share-facts", role: "status" }, parent);
  /** @type {AbortController|null} */
  let recording = null;
  button.addEventListener("click", async () => {
    if (recording) return recording.abort();
    recording = new AbortController();
    setText(button, "Stop");
    try {
      const onOperation = (k, of) => setText(status, `Recording operation ${k + 1} of ${of} …`);
      setText(
        status,
        `Saved: ${await record({ seconds: Number(pace.value), type, signal: recording.signal, onOperation })}`,
      );
    } catch (error) {
      setText(status, `The video could not be made: ${error.message}`);
    }
    recording = null;
    setText(button, START);
  });
  return {
    render(isThere) {
      button.disabled = !isThere;
      if (!recording) setText(status, isThere ? "" : "There is no step yet that could be recorded.");
    },
  };
}

/** @param {HTMLElement} parent @param {string} label @param {string[][]} options @returns {HTMLSelectElement} */
function createSelect(parent, label, options) {
  const element = createHtml("label", { class: "task-field" }, parent);
  createHtml("span", { text: label }, element);
  const select = createHtml("select", {}, element);
  for (const [value, text] of options) createHtml("option", { value, text }, select);
  return select;
}
