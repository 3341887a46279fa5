// Terms: whatever has data-term is explained under the pointer, at a tap, or with the keyboard; what does something else at
// a click, or is more than its word, has data-focus-term and is explained with the keyboard alone. What shows the
// explanation is loaded at the first sign that somebody wants one.

/**
 * The element whose term an event asks for: itself, or, of a control, the label beside it.
 * @param {EventTarget|null} target @returns {HTMLElement|null}
 */
export function termOf(target) {
  if (!(target instanceof Element)) return null;
  const own = /** @type {HTMLElement|null} */ (target.closest("[data-term], [data-focus-term]"));
  if (own || !target.matches("input, select, [role=switch], [role=radio]")) return own;
  return target.closest(".setting, .field, label, .main-slider")?.querySelector("[data-term]") ?? null;
}

/** @param {Event} event */
export const isTap = (event) => event.type === "click" && /** @type {PointerEvent} */ (event).pointerType === "touch";

/** A tap on a term shows its definition and does nothing else: no link is followed, and a label switches nothing. */
export function keepToItself(event) {
  if (event.target.closest("a[data-term], label [data-term]")) event.preventDefault();
}

/** @param {() => Promise<{terms: any[]}>} fetchTerms */
export function listenToTerms(fetchTerms) {
  const signs = ["pointerover", "focusin", "click"];
  /** @type {Event|null} the last that asked for a definition while there was nothing to show it */
  let waiting = null;
  let loading = false;
  async function load() {
    const [{ createDefinitions }, { loadStyle }] = await Promise.all([import("./definitions.js"), import("./lazy.js")]);
    await loadStyle("dom/terms");
    for (const sign of signs) document.removeEventListener(sign, first);
    createDefinitions(fetchTerms).take(waiting);
  }
  /** @param {Event} event */
  function first(event) {
    const byTouch = /** @type {PointerEvent} */ (event).pointerType === "touch";
    if (!termOf(event.target) || (byTouch && !isTap(event))) return;
    if (isTap(event)) keepToItself(event);
    waiting = event;
    if (loading) return;
    loading = true;
    load().catch(() => {
      loading = false; // the server is away: tried again the next time
    });
  }
  for (const sign of signs) document.addEventListener(sign, first);
}
