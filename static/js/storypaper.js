// The page as it is held: what is printed, how its buttons are called, and which formulas are wider than it.

const reduced = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {{before: () => void, after: () => void}} printing */
export function createPaper({ before, after }) {
  function names() {
    const text = reduced.matches ? "Next operation" : "Play this chapter";
    for (const button of document.querySelectorAll(".play span")) button.textContent = text;
    document.getElementById("play").setAttribute("aria-label", text);
  }

  /** A formula that is wider than the page can be scrolled by keys, too. */
  function formulas() {
    for (const formula of document.querySelectorAll(".formula, .note-here"))
      for (const [name, value] of [
        ["tabindex", "0"],
        ["role", "group"],
        ["aria-label", formula.className === "formula" ? "Formula" : "Drawing"],
      ])
        if (formula.scrollWidth > formula.clientWidth) formula.setAttribute(name, value);
        else formula.removeAttribute(name);
  }

  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  addEventListener("resize", formulas);
  reduced.addEventListener("change", names);
  names();
  formulas();
}
