// Panels that open over the page or beside it.

/**
 * Follows whether a panel is open: `begin` runs when it opens, and once it closes the focus is where it was before.
 * @param {() => void} begin @returns {(open: boolean) => void}
 */
export function createOpening(begin) {
  let isOpen = false;
  /** @type {HTMLElement|null} */
  let before = null;
  return (open) => {
    if (open === isOpen) return;
    isOpen = open;
    if (!open) return before?.focus({ preventScroll: true });
    before = /** @type {HTMLElement} */ (document.activeElement);
    begin();
  };
}
