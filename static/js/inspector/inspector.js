// The inspector: the chain rule of one weight, bias or unit, with its recorded numbers. A view: values in, intents out.

import { hueNames, SHAPES, shapeOfClass } from "../format/colors.js";
import { isNumber } from "../format/math.js";
import { networkOf, refOf } from "../run/records.js";
import { biasChain, targetOf, weightChain } from "./chainrule.js";
import { gradientSection } from "./gradient.js";
import { alone, escaped, valueMarkup } from "./markup.js";
import { unitSection } from "./unit.js";
import { updateSection } from "./update.js";

// Several classes where softmax turns around: probability, truth and error, a row each. Pure: a view in, markup out.

export function classSection(view) {
  const names = view.samples?.classes ?? [];
  const { last } = networkOf(view);
  const truth = targetOf(view);
  const error = view.spotlightValues[`dz${last}`];
  const seen = view.ops[view.operation].phase === "backward";
  const rows = view.spotlightValues.outputs.map((p, u) => {
    const pt = { ref: refOf("outputs", u), value: isNumber(p) ? p : null, kind: "scale" };
    const dt = { ref: refOf(`dz${last}`, u), value: error && seen ? error[u] : undefined, kind: "gradient" };
    const bar = `<svg viewBox="0 0 84 12" preserveAspectRatio="none" aria-hidden="true"><path class="track" d="M0 6H84"/><path class="class ${hueNames(u)}" d="M0 6H${(84 * (p ?? 0)).toFixed(1)}"/><path class="target" d="M${truth?.[u] ? 83 : 1} 0v12"/></svg>`;
    return `<tr><td><svg class="shape ${hueNames(u)}" viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true"><path d="${SHAPES[shapeOfClass(u)]}"/></svg></td><th scope="row">${escaped(names[u] ?? `class ${u + 1}`)}</th><td>${valueMarkup(view, pt)}</td><td class="bar">${bar}</td><td>${truth ? truth[u] : ""}</td><td>${dt.value === undefined ? '<span class="later">later</span>' : valueMarkup(view, dt, { strong: true })}</td></tr>`;
  });
  return `<header><h3><span data-term="softmax" tabindex="0">Softmax</span> and its slope</h3><span class="note">δ = <i>ŷ</i> − <i>y</i>, ${alone(view)}</span></header><table><thead><tr><td></td><th>class</th><th><i>ŷ</i></th><td></td><th><i>y</i></th><th><i>δ</i><sup>${last}</sup></th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

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
  element.addEventListener("click", (/** @type {any} */ event) => act(event.target.closest("[data-action]")));
  element.addEventListener("keydown", (/** @type {any} */ event) => {
    const target = event.target.closest("[data-action]");
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
    if (target.dataset.action === "close") on.select(null);
    else if (target.dataset.action === "select") on.select(JSON.parse(target.dataset.selection));
  }

  return {
    render(next) {
      view = next;
      const { kind, html } = inspectorContent(view, open);
      if (html !== shown) {
        const focus = focusIndex(element);
        element.innerHTML = html;
        shown = html;
        restoreFocus(element, focus);
      }
      if (element.dataset.kind !== kind) element.dataset.kind = kind;
      if (element.hidden === Boolean(kind)) element.hidden = !kind;
      for (const mark of element.querySelectorAll("[data-ref]"))
        mark.classList.toggle("highlighted", mark.getAttribute("data-ref") === view.hoverRef);
    },
  };
}

/** Which of the marks has the focus, so that it can be found again after the numbers have changed. */
function focusIndex(element) {
  const active = element.ownerDocument.activeElement;
  return element.contains(active) ? [...element.querySelectorAll(FOCUSABLE)].indexOf(active) : -1;
}

const FOCUSABLE = "button, summary, [tabindex]";
const restoreFocus = (element, at) =>
  at >= 0 && element.querySelectorAll(FOCUSABLE)[at]?.focus({ preventScroll: true });

/** What is shown, as a value: {kind, html}. Kind is "" where there is nothing to inspect. */
export function inspectorContent(view, open = false) {
  const { selection } = view;
  const updating = view.step && view.ops?.[view.operation]?.phase === "update";
  if (selection && selection.kind !== "unit") {
    const at = updating ? { ...view, progress: 1 } : view; // the change is known before it has been shown to its end
    const chain = selection.kind === "weight" ? weightChain(at, selection) : biasChain(at, selection);
    if (updating && chain.update)
      return { kind: "update", html: updateSection(at, selection, chain, view.progress ?? 1) };
    return { kind: selection.kind, html: gradientSection(view, selection, chain, open) };
  }
  if (selection) return { kind: "unit", html: unitSection(view, selection) };
  if (isSoftmaxError(view)) return { kind: "classes", html: classSection(view) };
  return { kind: "", html: "" };
}

function isSoftmaxError(view) {
  const op = view.step && view.ops?.[view.operation];
  return (
    !!op &&
    op.kind === "softmax_cross_entropy" &&
    !!view.spotlightValues?.outputs &&
    !(view.playing && view.playbackMode !== "operations")
  );
}
