// A text to copy, with the button that copies it.

import { createHtml, setText } from "../dom/elements.js";

const COPIED = 3000; // ms that "Copied" stays

/** Copies a text. Without TLS there is no clipboard; what is selected can be copied all the same. @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const before = /** @type {HTMLElement} */ (document.activeElement);
    const field = createHtml("textarea", { class: "visually-hidden", text }, document.body);
    field.select();
    document.execCommand("copy");
    field.remove();
    before?.focus({ preventScroll: true });
  }
}

/**
 * @param {HTMLElement} parent @param {{label: string, copy: string, copied: string, lines?: number}} of
 *   label: the field's name; copy: what the button says; copied: what is said once it is done
 * @returns {{field: HTMLInputElement|HTMLTextAreaElement, button: HTMLButtonElement}}
 */
export function createCopyField(parent, { label, copy, copied, lines = 1 }) {
  const row = createHtml("div", { class: "share-link" }, parent);
  const field =
    lines > 1
      ? createHtml("textarea", { rows: lines, readonly: true, "aria-label": label, spellcheck: "false" }, row)
      : createHtml("input", { type: "text", readonly: true, "aria-label": label }, row);
  const button = createHtml("button", { type: "button", class: "button primary", text: copy }, row);
  const status = createHtml("span", { class: "visually-hidden", role: "status" }, row);
  button.addEventListener("click", async () => {
    field.select();
    await copyText(field.value);
    setText(button, "✓ Copied");
    setText(status, copied);
    setTimeout(() => {
      setText(button, copy);
      setText(status, "");
    }, COPIED);
  });
  field.addEventListener("focus", () => field.select());
  return { field, button };
}
