// A text to copy, with the button that copies it.

import { createHtml, setText } from "../dom/elements.js";

const COPIED = 3000; // ms that "Copied" stays
const DONE = "✓ Copied";

/** Copies a text. Without TLS there is no clipboard; what is selected can be copied all the same. @param {string} text */
async function copyText(text) {
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

/** The button says for a while that it copied. @param {HTMLButtonElement} button @param {string} text */
export async function copyWith(button, text) {
  const before = button.textContent ?? "";
  await copyText(text);
  if (before === DONE) return; // pressed again while it says so
  setText(button, DONE);
  setTimeout(() => setText(button, before), COPIED);
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
    await copyWith(button, field.value);
    setText(status, copied);
    setTimeout(() => setText(status, ""), COPIED);
  });
  field.addEventListener("focus", () => field.select());
  return { field, button };
}
