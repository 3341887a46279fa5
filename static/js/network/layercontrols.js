// Layer controls above the graph: the name of each column with its definition, buttons to add and remove units and layers.
// One tab stop.

import { createHtml } from "../dom/elements.js";
import { roveWithArrows } from "../dom/roving.js";
import { n1 } from "../format/math.js";

const UNFOLDED_PITCH = 132; // pixels from column to column at which "Hidden 3 − 12 +" fits
const ADDED_PITCH = 160; // and at which "+ layer" fits beside it
const NAME_PITCH = 66; // and at which its name alone does; what is left out shows when the head is hovered

/** @param {HTMLElement} bar a toolbar @param {{structure?: (change: {hidden: object[]}) => void}} on */
export function createLayerControls(bar, on) {
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "layers of the network");
  const setTabStop = roveWithArrows(bar, "button, [data-term]");

  // A finger's first tap on a folded head unfolds it and does no more: under it a button has only just appeared.
  let foldedHead = null;
  bar.addEventListener("pointerdown", (event) => {
    const head = event.pointerType === "touch" ? /** @type {Element} */ (event.target).closest(".folded") : null;
    foldedHead = head?.matches(":hover, :focus-within") ? null : head;
  });
  bar.addEventListener(
    "click",
    (event) => {
      if (foldedHead?.contains(/** @type {Node} */ (event.target))) event.stopPropagation();
      foldedHead = null;
    },
    true,
  );

  const addElement = (className, x) => {
    const node = createHtml("div", { class: className }, bar);
    node.style.left = `${n1(x)}px`;
    return node;
  };

  const addName = (parent, text, term) => createHtml("b", { text, "data-term": term, tabindex: -1 }, parent);

  function addButton(parent, text, name, enabled, action) {
    const node = createHtml("button", { class: "head-button", text }, parent);
    node.type = "button";
    node.tabIndex = -1;
    node.title = name;
    node.setAttribute("aria-label", name);
    if (!enabled) node.setAttribute("aria-disabled", "true");
    node.addEventListener("click", () => enabled && action());
    return node;
  }

  /** @param {object} layout @param {object[]} hidden of the config @param {{layers?: number, units?: number}} limits */
  return function build(layout, hidden, limits) {
    const nameOf = (node) => node?.getAttribute("aria-label") ?? node?.textContent;
    const focused = bar.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    bar.replaceChildren();
    const { layers = 10, units = 16 } = limits ?? {};
    const propose = (next) => on.structure?.({ hidden: next });
    if (layout.phone) {
      if (!layout.compact) return;
      for (const [i] of hidden.entries()) addElement("head-number", layout.columns[i + 1]).append(String(i + 1));
      return;
    }
    const folded = layout.compact || (hidden.length > 1 && layout.columnPitch < UNFOLDED_PITCH);
    const showsName = !layout.compact && (hidden.length < 2 || layout.columnPitch >= NAME_PITCH);
    const outputShift = Math.max(0, 48 - layout.columnPitch); // "Output" gives way to the two figures before it
    layout.columns.forEach((x, k) => {
      const output = k === layout.columns.length - 1;
      const head = addElement(folded ? "head folded" : "head", x + (output ? outputShift : 0));
      const layer = hidden[k - 1];
      if (k === 0) {
        if (!layout.compact) addName(head, layout.widths[0] === 1 ? "Input" : "Inputs", "input");
      } else if (output) addName(head, "Output", "prediction");
      else {
        const setUnits = (n) => propose(hidden.map((h, i) => (i === k - 1 ? { ...h, units: n } : h)));
        addName(head, !showsName ? String(k) : on.structure ? `Hidden ${k}` : `Layer ${k}`, "layer");
        if (!on.structure) return;
        addButton(head, "−", `remove a unit from hidden layer ${k}`, layer.units > 1, () => setUnits(layer.units - 1));
        createHtml("span", { text: String(layer.units) }, head);
        addButton(head, "+", `add a unit to hidden layer ${k}`, layer.units < units, () => setUnits(layer.units + 1));
        addButton(head, "×", `remove hidden layer ${k}`, true, () => propose(hidden.toSpliced(k - 1, 1))).classList.add(
          "head-remove",
        );
      }
      if (output || !on.structure) return;
      const always = k === hidden.length && !folded && layout.columnPitch >= ADDED_PITCH; // else on hover and focus
      const gap = addElement(always ? "head-gap always" : "head-gap", (x + layout.columns[k + 1]) / 2);
      const where = k < hidden.length ? `before hidden layer ${k + 1}` : "before the output";
      const newLayer = { ...(hidden[k] ?? hidden[k - 1] ?? { units: 4, activation: "tanh" }) };
      addButton(gap, folded ? "+" : "+ layer", `add a hidden layer here, ${where}`, hidden.length < layers, () =>
        propose(hidden.toSpliced(k, 0, newLayer)),
      );
    });
    if (!layout.compact) addName(addElement("head", layout.loss.x), "Loss", "loss");
    setTabStop((node) => focused !== null && nameOf(node) === focused)?.focus();
  };
}
