// The lines that put the playground into a page of one's own, and who may.

import { createHtml, setText } from "../dom/elements.js";
import { setupWords } from "../run/settings.js";
import { createCopyField } from "./copyfield.js";

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");

/** @param {HTMLElement} element @param {{link: () => string, state: () => any}} of link: to what is shown now, with embed=1 */
export function createEmbedCode(element, { link, state }) {
  const text = createHtml("p", {}, element);
  const origins = document.documentElement.dataset.embed ?? "";
  const allowed =
    origins === "*"
      ? "Pages of any origin may frame this server."
      : origins
        ? `Pages of ${origins.replaceAll(" ", ", ")} may frame this server.`
        : "No page of another origin may frame this server until its operator names that origin in BACKPROP_EMBED.";
  setText(text, `The network, its caption and the buttons, in a frame of your page. ${allowed}`);
  const { field } = createCopyField(element, {
    label: "HTML of the frame",
    copy: "Copy HTML",
    copied: "The HTML is copied.",
    lines: 4,
  });
  return {
    render() {
      const { base } = state();
      field.value = `<iframe src="${escaped(link())}" title="Backprop Playground: ${escaped(setupWords(base))}" width="800" height="500" style="border:0"></iframe>`;
    },
  };
}
