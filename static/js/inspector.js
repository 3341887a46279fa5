// The inspector: the chain rule of one weight, bias or unit, with its recorded numbers. A view: values in, intents out.
import { biasChain, weightChain } from "./chain.js";
import { classSection } from "./inspectorclasses.js";
import { gradientSection } from "./inspectorgradient.js";
import { unitSection } from "./inspectorunit.js";
import { updateSection } from "./inspectorupdate.js";

/**
 * @param {HTMLElement} element
 * @param {{select: (selection: any) => void, hoverRef?: (ref: string|null) => void}} on
 * @returns {{render: (view: any) => void}}
 */
export function createInspector(element, on) {
  let shown = "";
  let view = null;
  let open = false;
  const refOfEvent = (/** @type {any} */ event) => event.target.closest?.("[data-ref]")?.dataset.ref ?? null;
  const hover = (ref) => ref !== (view?.hoverRef ?? null) && on.hoverRef?.(ref);
  element.classList.add("inspect");
  element.addEventListener("pointerover", (event) => hover(refOfEvent(event)));
  element.addEventListener("pointerleave", () => hover(null));
  element.addEventListener("focusin", (event) => hover(refOfEvent(event)));
  element.addEventListener("focusout", () => hover(null));
  element.addEventListener("click", (/** @type {any} */ event) => act(event.target.closest("[data-act]")));
  element.addEventListener("keydown", (/** @type {any} */ event) => {
    const target = event.target.closest("[data-act]");
    if (!target || target.tagName === "BUTTON" || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    act(target);
  });
  element.addEventListener(
    "toggle",
    (/** @type {any} */ event) => {
      if (event.target.matches("details.batch")) open = event.target.open;
    },
    true,
  );

  function act(target) {
    if (!target) return;
    if (target.dataset.act === "close") on.select(null);
    else if (target.dataset.act === "select") on.select(JSON.parse(target.dataset.selection));
  }

  return {
    render(next) {
      view = next;
      const { kind, html } = contents(view, open);
      if (html !== shown) {
        const focus = focusedIn(element);
        element.innerHTML = html;
        shown = html;
        refocus(element, focus);
      }
      if (element.dataset.kind !== kind) element.dataset.kind = kind;
      if (element.hidden === Boolean(kind)) element.hidden = !kind;
      for (const mark of element.querySelectorAll("[data-ref]"))
        mark.classList.toggle("lit", mark.getAttribute("data-ref") === view.hoverRef);
    },
  };
}

/** Which of the marks has the focus, so that it can be found again after the numbers have changed. */
function focusedIn(element) {
  const active = element.ownerDocument.activeElement;
  return element.contains(active) ? [...element.querySelectorAll(FOCUSABLE)].indexOf(active) : -1;
}

const FOCUSABLE = "button, summary, [tabindex]";
const refocus = (element, at) => at >= 0 && element.querySelectorAll(FOCUSABLE)[at]?.focus({ preventScroll: true });

/** What is shown, as a value: {kind, html}. Kind is "" where there is nothing to inspect. */
export function contents(view, open = false) {
  const { selection } = view;
  const updating = view.step && view.ops?.[view.op]?.phase === "update";
  if (selection && selection.kind !== "unit") {
    const at = updating ? { ...view, t: 1 } : view; // the change is known before it has been shown to its end
    const chain = selection.kind === "weight" ? weightChain(at, selection) : biasChain(at, selection);
    if (updating && chain.update) return { kind: "update", html: updateSection(at, selection, chain, view.t ?? 1) };
    return { kind: selection.kind, html: gradientSection(view, selection, chain, open) };
  }
  if (selection) return { kind: "unit", html: unitSection(view, selection) };
  if (atSoftmax(view)) return { kind: "classes", html: classSection(view) };
  return { kind: "", html: "" };
}

function atSoftmax(view) {
  const op = view.step && view.ops?.[view.op];
  return (
    !!op && op.kind === "softmax_cross_entropy" && !!view.spot?.outputs && !(view.playing && view.mode !== "operations")
  );
}
