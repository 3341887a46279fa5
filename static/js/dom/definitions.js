// The definition of a term beside it: a tooltip for pointer, keyboard and touch that never covers what it explains.

import { createHtml } from "./elements.js";
import { pointerInWindow } from "./pagezoom.js";
import { isTap, keepToItself, termOf } from "./terms.js";

const DELAY = { pointer: 350, keyboard: 500, gone: 200 }; // ms
const GAP = 7; // pixels between the term and its definition
const EDGE = 8;

/** @param {() => Promise<{terms: any[]}>} fetchTerms */
export function createDefinitions(fetchTerms) {
  const tip = createHtml("div", { class: "definition", id: "definition", role: "tooltip", popover: "manual" });
  let terms = null;
  /** @type {{term: HTMLElement, host: Element, described: string|null}|null} */
  let shown = null;
  let wanted = null;
  let timer = 0;

  /** All terms by their ids; where the server was away they are asked for again the next time. */
  function load() {
    terms ??= fetchTerms().then(
      (glossary) => new Map(glossary.terms.map((each) => [each.id, each])),
      () => {
        terms = null;
        return new Map();
      },
    );
    return terms;
  }

  function later(action, delay) {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  }

  /** @param {HTMLElement} term @param {Element} host what is focused, which it describes */
  async function show(term, host) {
    wanted = term;
    const found = (await load()).get(term.dataset.term ?? term.dataset.focusTerm);
    if (!found || wanted !== term || !term.isConnected || shown?.term === term) return;
    hide();
    const symbols = found.symbols.length ? createHtml("i", { text: found.symbols.join(", ") }) : "";
    tip.replaceChildren(
      createHtml("b", {}, null, found.name, symbols ? " " : "", symbols),
      createHtml("span", { text: found.sentence }),
    );
    (term.closest("main, aside, section, header, dialog") ?? document.body).append(tip); // in its term's landmark
    tip.showPopover?.();
    place(term);
    const described = host.getAttribute("aria-describedby");
    host.setAttribute("aria-describedby", [described, tip.id].filter(Boolean).join(" "));
    shown = { term, host, described };
    requestAnimationFrame(watch);
  }

  function hide() {
    clearTimeout(timer);
    if (!shown) return;
    const { host, described } = shown;
    if (described === null) host.removeAttribute("aria-describedby");
    else host.setAttribute("aria-describedby", described);
    shown = null;
    tip.hidePopover?.();
  }

  /** Text that is written anew takes its definition with it. */
  function watch() {
    if (!shown) return;
    if (shown.term.isConnected && shown.term.getClientRects().length) requestAnimationFrame(watch);
    else hide();
  }

  /** Below the term and its control, or above them where there is no room; never over it. */
  function place(term) {
    const box = (term.closest(".main-slider, .setting, .field, label") ?? term).getBoundingClientRect();
    const { x, y: top, ...room } = pointerInWindow(box.left, box.top);
    const bottom = pointerInWindow(box.right, box.bottom).y;
    const { offsetWidth: width, offsetHeight: height } = tip;
    const left = Math.max(EDGE, Math.min(x, room.width - width - EDGE));
    const below = bottom + GAP + height + EDGE <= room.height;
    Object.assign(tip.style, {
      left: `${Math.round(left)}px`,
      top: `${Math.round(below ? bottom + GAP : Math.max(0, top - GAP - height))}px`,
    });
  }

  function pointed(event) {
    if (event.pointerType === "touch") return;
    const term = termOf(event.target);
    if (tip.contains(event.target) || (term && term === shown?.term)) return clearTimeout(timer);
    if (term && event.target.closest("[data-term]")) return later(() => show(term, term), DELAY.pointer);
    wanted = null;
    if (shown && !shown.host.matches(":focus-visible")) later(hide, DELAY.gone);
    else if (!shown) clearTimeout(timer);
  }

  function focused(event) {
    const term = event.target.matches(":focus-visible") ? termOf(event.target) : null;
    if (term) later(() => show(term, event.target), DELAY.keyboard);
  }

  function blurred() {
    wanted = null;
    hide();
  }

  function tapped(event) {
    if (!isTap(event)) return;
    const term = event.target.closest("[data-term]");
    if (!term) return hide();
    keepToItself(event);
    if (shown?.term === term) hide();
    else show(term, term);
  }

  document.addEventListener("pointerover", pointed);
  document.addEventListener("focusin", focused);
  document.addEventListener("focusout", blurred);
  document.addEventListener("click", tapped);
  addEventListener("scroll", hide, { capture: true, passive: true });
  addEventListener("resize", hide);
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !shown) return;
      event.stopImmediatePropagation();
      hide();
    },
    true,
  );

  return {
    /** What came before this was loaded. @param {Event} event */
    take(event) {
      const target = /** @type {HTMLElement} */ (event.target);
      if (event.type === "click") tapped(event);
      else if (event.type === "focusin") focused(event);
      else if (target.matches(":hover")) pointed(event);
    },
  };
}
