// A roving tab stop: Tab reaches one of several things, the arrow keys the others.

/**
 * @param {Element} element that holds them @param {string} selector
 * @returns {(isStop?: (item: Element) => boolean) => HTMLElement|undefined} sets the tab stop once they are others: the
 *   first, or the one that it is told; that one it returns
 */
export function roveWithArrows(element, selector) {
  const items = () => /** @type {HTMLElement[]} */ ([...element.querySelectorAll(selector)]);

  function stopAt(stop) {
    for (const item of items()) item.setAttribute("tabindex", item === stop ? "0" : "-1");
  }

  element.addEventListener("keydown", (/** @type {any} */ event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = items();
    const at = all.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = all[Math.min(Math.max(to, 0), all.length - 1)];
    stopAt(next);
    next.focus();
  });
  element.addEventListener("focusin", (event) => {
    if (items().includes(/** @type {any} */ (event.target))) stopAt(event.target);
  });

  return (isStop = () => false) => {
    const all = items();
    const found = all.find(isStop);
    stopAt(found ?? all[0]);
    return found;
  };
}
