// File upload: by a file chooser in the rail, or dropped anywhere on the page. The dialog is loaded with the first table; a
// run that was saved as a file is opened again.

import { createHtml } from "../dom/elements.js";

/** The run that a file holds, as the page saves or exports it, or null where it is another file. @param {File} file */
async function savedRun(file) {
  if (!/\.json$/i.test(file.name)) return null;
  try {
    const { config, changes = [], step = 0, ...more } = JSON.parse(await file.text());
    const known = config?.hidden && Array.isArray(changes) && Number.isInteger(step);
    return known ? { config, changes, step, ...more } : null;
  } catch {
    return null;
  }
}

/**
 * @param {(id: string) => HTMLElement} find
 * @param {() => Promise<{open: (file: File) => void, render: (state: any) => void}>} load the dialog
 * @param {(saved: {config: any, changes: any[], step: number, start?: any}) => void} openRun
 */
export function createUpload(find, load, openRun) {
  const entries = find("rail").querySelector(".thumbnails");
  const dropArea = find("upload-drop");
  let loading = null;
  let dialog = null;
  let listed = null;
  let depth = 0; // how many elements a file is being dragged over, one in the other

  async function open(file) {
    const saved = await savedRun(file);
    if (saved) return openRun(saved);
    loading ??= load();
    dialog = await loading;
    dialog.open(file);
  }

  addEventListener("change", ({ target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    if (!input.matches?.(".upload-file")) return;
    const [chosen] = input.files;
    input.value = ""; // the same file can be chosen again
    if (chosen) open(chosen);
  });

  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const show = (shown) => {
    if (!shown) depth = 0;
    if (shown !== dropArea.matches(":popover-open")) dropArea.togglePopover(shown);
  };
  addEventListener("dragenter", (event) => {
    if (hasFiles(event) && ++depth) show(true);
  });
  addEventListener("dragleave", (event) => {
    if (hasFiles(event) && --depth <= 0) show(false);
  });
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped) open(dropped);
  });

  /** Lists uploaded tables among the data sets. @param {any} state */
  return function update(state) {
    dialog?.render(state);
    if (state.tables === listed) return;
    listed = state.tables;
    for (const old of entries.querySelectorAll(".uploaded")) old.remove();
    for (const { name, title, description } of listed)
      createHtml(
        "button",
        {
          type: "button",
          class: "dataset-name uploaded",
          role: "radio",
          "aria-checked": "false",
          "data-value": name,
          title: description,
          text: title,
        },
        entries,
      );
  };
}
