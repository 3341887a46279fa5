// On a phone the caption is folded to what fits below the graph; a tap, or Enter, unfolds it.

/** @param {HTMLElement} element */
export function createFold(element) {
  const turn = () => {
    const open = element.classList.toggle("open");
    if (!open) element.scrollTop = 0;
  };
  element.addEventListener("click", ({ target }) => {
    if (!(/** @type {Element} */ (target).closest("a, button"))) turn();
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === element) turn();
  });
}
