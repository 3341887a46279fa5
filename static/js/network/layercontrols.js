// Layer controls above the graph: the name of each column, buttons to add and remove units and layers. One tab stop.

import { createHtml } from "../dom/elements.js";
import { clamp, n1 } from "../format/math.js";

const UNFOLDED_PITCH = 132; // pixels from column to column at which "Hidden 3 − 12 +" fits
const NAME_PITCH = 66; // and at which its name alone does; what is left out shows when the head is hovered

/** @param {HTMLElement} bar a toolbar @param {{structure?: (change: {hidden: object[]}) => void}} on */
export function createLayerControls(bar, on) {
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "layers of the network");
  bar.addEventListener("keydown", (event) => {
    const buttons = [...bar.querySelectorAll("button")];
    const at = buttons.indexOf(/** @type {any} */ (event.target));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = buttons[clamp(to, 0, buttons.length - 1)];
    for (const addButton of buttons) addButton.tabIndex = addButton === next ? 0 : -1;
    next.focus();
  });

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
    const focused =
      document.activeElement && bar.contains(document.activeElement)
        ? document.activeElement.getAttribute("aria-label")
        : null;
    bar.replaceChildren();
    const { layers = 10, units = 16 } = limits ?? {};
    const propose = (next) => on.structure?.({ hidden: next });
    if (layout.phone) {
      if (!layout.deep) return;
      for (const [i] of hidden.entries()) addElement("head-number", layout.columns[i + 1]).append(String(i + 1));
      return;
    }
    const folded = layout.deep || (hidden.length > 1 && layout.columnPitch < UNFOLDED_PITCH);
    const showsName = !layout.deep && (hidden.length < 2 || layout.columnPitch >= NAME_PITCH);
    const outputShift = Math.max(0, 48 - layout.columnPitch); // "Output" gives way to the two figures before it
    layout.columns.forEach((x, k) => {
      const output = k === layout.columns.length - 1;
      const head = addElement(folded ? "head folded" : "head", x + (output ? outputShift : 0));
      const layer = hidden[k - 1];
      if (k === 0) createHtml("b", { text: layout.deep ? "" : layout.widths[0] === 1 ? "Input" : "Inputs" }, head);
      else if (output) createHtml("b", { text: "Output" }, head);
      else {
        const setUnits = (n) => propose(hidden.map((h, i) => (i === k - 1 ? { ...h, units: n } : h)));
        createHtml("b", { text: !showsName ? String(k) : on.structure ? `Hidden ${k}` : `Layer ${k}` }, head);
        if (!on.structure) return;
        addButton(head, "−", `remove a unit from hidden layer ${k}`, layer.units > 1, () => setUnits(layer.units - 1));
        createHtml("span", { text: String(layer.units) }, head);
        addButton(head, "+", `add a unit to hidden layer ${k}`, layer.units < units, () => setUnits(layer.units + 1));
        addButton(head, "×", `remove hidden layer ${k}`, true, () => propose(hidden.toSpliced(k - 1, 1))).classList.add(
          "head-remove",
        );
      }
      if (output || !on.structure) return;
      const gap = addElement("head-gap", (x + layout.columns[k + 1]) / 2);
      const where = k < hidden.length ? `before hidden layer ${k + 1}` : "before the output";
      const newLayer = { ...(hidden[k] ?? hidden[k - 1] ?? { units: 4, activation: "tanh" }) };
      addButton(gap, folded ? "+" : "+ layer", `add a hidden layer here, ${where}`, hidden.length < layers, () =>
        propose(hidden.toSpliced(k, 0, newLayer)),
      );
    });
    if (!layout.deep) createHtml("b", { text: "Loss" }, addElement("head", layout.loss.x));
    const buttons = [...bar.querySelectorAll("button")];
    if (!buttons.length) return;
    const refocused = buttons.find((node) => node.getAttribute("aria-label") === focused);
    (refocused ?? buttons[0]).tabIndex = 0;
    refocused?.focus();
  };
}
