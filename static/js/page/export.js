// The run as a file: links whose addresses follow the run.

import { syncText } from "../dom/elements.js";
import { thousands } from "../format/numbers.js";

/** @param {HTMLElement} list @param {(id: string, format: string) => string} addressOf */
export function createExport(list, addressOf) {
  const text = document.getElementById("export-text");
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = list.querySelectorAll("a[data-format]");

  /** @param {any} state */
  return function render({ run, position, away }) {
    for (const link of links) {
      const address = run && !away ? addressOf(run.id, link.dataset.format) : "";
      if (link.getAttribute("href") === (address || null)) continue;
      if (address) {
        link.href = address;
        link.removeAttribute("aria-disabled");
      } else {
        link.removeAttribute("href");
        link.setAttribute("aria-disabled", "true"); // a link that leads nowhere now is still a link
      }
    }
    syncText(
      text,
      `Settings and trained weights after step ${thousands(position)}: as data, or as code that predicts.`,
    );
  };
}
