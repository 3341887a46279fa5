// The export: links to the run as a file.

import { syncText } from "../dom/elements.js";
import { thousands } from "../format/numbers.js";

/** @param {HTMLElement} list @param {(id: string, format: string) => string} addressOf */
export function createExport(list, addressOf) {
  const text = document.getElementById("export-text");
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = list.querySelectorAll("a[data-format]");

  /** @param {any} state */
  return function render({ run, trainedStep, offline }) {
    for (const link of links) {
      const address = run && !offline ? addressOf(run.id, link.dataset.format) : "";
      if (link.getAttribute("href") === (address || null)) continue;
      if (address) {
        link.href = address;
        link.removeAttribute("aria-disabled");
      } else {
        link.removeAttribute("href");
        link.setAttribute("aria-disabled", "true"); // without href it would not be announced as a link
      }
    }
    syncText(
      text,
      `Settings and trained weights after step ${thousands(trainedStep)}: as data, or as code that predicts. The samples as a table.`,
    );
  };
}
