// Files come in: chosen in the rail, or dropped anywhere. The panel about them comes when there is one.
import { createHtml } from "../dom/elements.js";

/**
 * @param {(id: string) => HTMLElement} find
 * @param {() => Promise<{open: (file: File) => void, render: (state: any) => void}>} load the panel
 */
export function createUpload(find, load) {
  const entries = find("rail").querySelector(".thumbnails");
  const sheet = find("upload-drop");
  let loading = null;
  let panel = null;
  let listed = null;
  let depth = 0; // how many elements a file is being dragged over, one in the other

  async function open(file) {
    loading ??= load();
    panel = await loading;
    panel.open(file);
  }

  addEventListener("change", ({ target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    if (!input.matches?.(".upload-file")) return;
    const [chosen] = input.files;
    input.value = ""; // the same file can be chosen again
    if (chosen) open(chosen);
  });

  const brings = (event) => event.dataTransfer?.types.includes("Files");
  const show = (shown) => {
    if (!shown) depth = 0;
    if (shown !== sheet.matches(":popover-open")) sheet.togglePopover(shown);
  };
  addEventListener("dragenter", (event) => {
    if (brings(event) && ++depth) show(true);
  });
  addEventListener("dragleave", (event) => {
    if (brings(event) && --depth <= 0) show(false);
  });
  addEventListener("dragover", (event) => {
    if (brings(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    show(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped) open(dropped);
  });

  /** Own tables stand among the data sets. @param {any} state */
  return function update(state) {
    panel?.render(state);
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
