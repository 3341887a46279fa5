// The guide of the first visit: a strip below the bar that points at one control at a time, and never lies over anything.

import { createHtml, htmlWriter, setHidden, syncText } from "../dom/elements.js";
import { observeSize } from "../dom/size.js";

/** What each step asks for, what it points at, and what it says: on a phone the strip stands above the thumb bar. */
const STEPS = [
  {
    at: "[data-do=play]",
    text: "Press <b>Play</b>. Values travel right, the error turns round at <i>L</i>, gradients come back left.",
    phone: "Press <b>Play</b> and watch one step of learning, forward and back.",
    playing: "One operation at a time. The line above the network says what each one does.",
    playingPhone: "One operation at a time. The line below the network says what each one does.",
  },
  {
    at: "#learning-rate-control",
    text: "One whole step is done, and recorded below. Now drag the <b>learning rate</b>: it applies at the next step.",
    phone: "One whole step is done, and recorded. Now drag the <b>learning rate</b>.",
    reset: "Drag the <b>learning rate</b>: it applies at the next step.",
  },
  {
    at: ".speed",
    text: "Make it faster with <b>Speed</b>: from one operation a second to a thousand steps.",
    phone: "Make it faster: <b>Speed</b> is under <b>more</b>.",
    phoneAt: ".more-button",
  },
  {
    at: "#graph",
    text: "Click any <b>line</b> or <b>tile</b>: its numbers stand beside it, with where they come from.",
    phone: "Tap any <b>line</b> or <b>tile</b> for its numbers, and where they come from.",
  },
];

/** What a step says now: after a reset there is no step to speak of until one has been shown. */
function wordsOf(step, phone, playing, wholeStep) {
  if (!wholeStep && step.reset) return step.reset;
  if (playing && step.playing) return phone ? step.playingPhone : step.playing;
  return phone ? step.phone : step.text;
}

/**
 * @param {HTMLElement} element @param {HTMLElement} app
 * @returns {(state: any) => void} its buttons stay the same ones, so that the keys stay with them
 */
export function createGuide(element, app) {
  const write = htmlWriter();
  const count = createHtml("small", {}, element);
  const words = createHtml("p", {}, element);
  const actions = createHtml("span", { class: "guide-actions" }, element);
  const next = createHtml("button", { type: "button", class: "link", "data-do": "next-guide", text: "Next" }, actions);
  const end = createHtml("button", { type: "button", class: "link", "data-do": "end-guide" }, actions);
  let pointed = /** @type {HTMLElement|null} */ (null);
  observeSize(element, () => pointAt(pointed));

  function pointAt(target) {
    if (pointed !== target) {
      pointed?.classList.remove("guided");
      target?.classList.add("guided");
      pointed = target;
    }
    if (!target) return;
    const { left, top, width } = target.getBoundingClientRect();
    const strip = element.getBoundingClientRect();
    element.classList.toggle("points-down", top > strip.top);
    const middle = Math.max(24, Math.min(strip.width - 24, left + width / 2 - strip.left));
    element.style.setProperty("--tip", `${Math.round(middle)}px`);
  }

  /** Hides it; the keys go on where it pointed. */
  function hide() {
    const focused = element.contains(document.activeElement);
    setHidden(element, true);
    const goesOn = /** @type {HTMLElement|null} */ (pointed?.querySelector("input[type=range]") ?? pointed);
    if (focused) goesOn?.focus({ preventScroll: true });
    pointAt(null);
  }

  return ({ guide, run, lostRun, lesson, divergence, offline, size, playing, setup, lessonsOpen, tab, wholeStep }) => {
    const phone = size === "phone";
    const open = guide > 0 && run && !lostRun && !lesson && !divergence && !offline && !setup && !lessonsOpen;
    const step = open && !(phone && tab !== "network") ? STEPS[guide - 1] : null;
    if (!step) return hide();
    syncText(count, `${guide} of ${STEPS.length}`);
    write(words, wordsOf(step, phone, playing, wholeStep));
    syncText(end, guide === STEPS.length ? "Close" : "No guide");
    const skips = guide > 1 && guide < STEPS.length;
    if (!skips && document.activeElement === next) end.focus({ preventScroll: true });
    setHidden(next, !skips);
    setHidden(element, false);
    element.dataset.step = String(guide);
    pointAt(app.querySelector(phone && step.phoneAt ? step.phoneAt : step.at));
  };
}
