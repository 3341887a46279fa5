// The caption above the graph, the key of what travels, and the announcements for screen readers.

import { escapeHtml, htmlWriter, setHidden, syncText } from "../dom/elements.js";
import { SPEEDS } from "../run/clock.js";
import { TERM_OF_PHASE, termOfOperation } from "../run/terms.js";
import { largestOnly } from "../run/values.js";
import { announcement, caption, glyph } from "./captiontext.js";

/** A training step runs in training mode; the plane, the tiles and the losses in the charts are evaluated. */
const trainMode = (view) =>
  view.step.dropout > 0 || view.ops.some((op) => op.kind === "batch_norm" || op.kind === "dropout")
    ? `training mode, ${view.ops.some((op) => op.kind === "dropout") ? "mask" : "batch statistics"} on`
    : "training mode";

const MARKS = {
  values: `<span><svg viewBox="0 0 34 9"><path d="M0 4.5H14" stroke="var(--vneg)" stroke-width="3"/><path d="M20 4.5H34" stroke="var(--vpos)" stroke-width="3"/><circle cx="7" cy="4.5" r="4.3" fill="var(--vneg)"/><circle cx="27" cy="4.5" r="4.3" fill="var(--vpos)"/></svg>values →</span>`,
  gradients: `<span><svg viewBox="0 0 34 9"><path d="M0 4.5H14" stroke="var(--gneg)" stroke-width="2"/><path d="M20 4.5H34" stroke="var(--gpos)" stroke-width="2"/><path d="M9 0L4 4.5L9 9" fill="none" stroke="var(--gneg)" stroke-width="2.4"/><path d="M29 0L24 4.5L29 9" fill="none" stroke="var(--gpos)" stroke-width="2.4"/></svg>← gradients</span>`,
  update: `<span><svg viewBox="0 0 34 9"><rect x="1" y="0" width="32" height="9" rx="4.5" fill="none" stroke="var(--gpos)" stroke-width="1.6"/><rect x="11" y="2" width="12" height="5" rx="2.5" fill="var(--vneg)"/></svg>`,
};
/** The key of what travels now. */
function keyOf(view) {
  const phase = view.playbackMode === "operations" ? view.ops[view.operation]?.phase : "";
  if (!view.step || !phase) return MARKS.values + MARKS.gradients;
  if (phase === "update") {
    return `${MARKS.update}${largestOnly(view) ? "<b>largest</b> gradients" : "gradient"}, and the step</span>`;
  }
  return phase === "backward" ? MARKS.gradients : MARKS.values;
}

/**
 * @param {(id: string) => HTMLElement} find @param {{instruments: () => any, chapters: () => any}} late what is
 * loaded after the first paint: the instruments, which have captions of their own, and the story's chapters for "why?"
 */
export function createCaption(find, { instruments, chapters }) {
  const show = htmlWriter();
  let spokenCaption = null; // the caption of the operation, for screen readers

  function renderCaption(view, state) {
    const element = find("caption");
    setHidden(element, !view.run && !element.firstChild); // of the default network the page brings it
    if (!view.run) return;
    const instrumentCaption = instruments()?.caption(view);
    spokenCaption = instrumentCaption ? null : caption(view);
    const shownCaption = instrumentCaption ?? spokenCaption;
    const hue =
      {
        right: "value-positive",
        left: view.ops[view.operation]?.phase === "backward" ? "gradient-positive" : "",
        stop: "warning",
      }[shownCaption.direction] ?? "";
    // single operations alone are explained: their words stand still long enough to be pointed at
    const op = spokenCaption && view.step && view.playbackMode !== "fast" ? view.ops[view.operation] : null;
    const formula = [shownCaption.formula, shownCaption.sentence].filter(Boolean);
    const { way } = shownCaption;
    const stopped = shownCaption.direction === "stop"; // the caption is about the divergence, not the operation
    const mode =
      view.step && !instrumentCaption && !stopped && !(view.playing && view.playbackMode === "fast")
        ? `<span class="mode">${trainMode(view)}</span>`
        : "";
    if (!element.firstChild) element.innerHTML = '<p class="eyebrow"></p><h2></h2><p></p>';
    const [head, title, text] = /** @type {HTMLElement[]} */ ([...element.children]);
    show(
      head,
      `<b class="${hue}">${glyph(shownCaption.direction)}${named(shownCaption.phase, op && TERM_OF_PHASE[op.phase])}</b><span></span>${way ? `<button type="button" class="why" data-goto="${way.step}">${way.text}</button>` : instrumentCaption || stopped ? "" : why(view)}${mode}${stepUnnamed(state, shownCaption) ? `<span>step ${state.shownStep}</span>` : ""}`,
    );
    syncText(head.children[1], shownCaption.position);
    syncText(title, shownCaption.title);
    const [, ...rest] = formula;
    show(
      text,
      op && shownCaption.formula
        ? [named(shownCaption.formula, termOfOperation(op)), ...rest.map(escapeHtml)].join(". ")
        : escapeHtml(formula.length ? formula.join(" ") : (shownCaption.text ?? "")),
    );
    setHidden(text, false);
  }

  /** Text that is explained by a term of the glossary, if there is one. */
  const named = (text, term) =>
    term ? `<span data-term="${term}" tabindex="0">${escapeHtml(text)}</span>` : escapeHtml(text);

  /** Whether the caption has to name the step: a phone's toolbar does not. */
  const stepUnnamed = ({ shownStep, size }, { phase, position }) =>
    shownStep && size === "phone" && !/step/i.test(phase + position);

  /** A link to the story's chapter that explains this operation; the chapter links back. */
  function why(view) {
    const op = view.ops[view.operation];
    if (!chapters() || !view.step || view.playing || !op) return "";
    const from = { run: view.run.id, step: view.step.step, op: op.name, selection: view.selection };
    const href = chapters()
      .chapterAddress(document.documentElement.dataset.root ?? "", from, op.record)
      .replaceAll("&", "&amp;");
    return `<a class="why" href="${href}" title="The chapter of the story that explains this">why?</a>`;
  }

  const key = (view) => show(find("key"), keyOf(view));

  let announced = "";
  let announcedAt = 0;
  let timer = 0;
  function announce(view, state) {
    const { text, urgent } = announcement(view, spokenCaption ?? caption(view));
    const words = state.offline
      ? "The server is away. What is recorded can be read on."
      : state.message
        ? `${state.message.bold ?? ""} ${state.message.text ?? ""}`
        : text;
    const quick = view.playing && (SPEEDS[state.speed].ops ?? 99) > 2;
    if (!words || words === announced || (quick && !urgent && !state.offline && !state.message)) return;
    const now = performance.now();
    if (urgent) {
      announced = words;
      find("alarm").textContent = words;
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        announced = words;
        announcedAt = performance.now();
        find("live").textContent = words;
      },
      Math.max(0, 2000 - (now - announcedAt)),
    );
  }

  return { caption: renderCaption, key, announce };
}

/** On a phone the caption is folded to what fits below the graph; a tap or Enter unfolds it. @param {HTMLElement} element */
export function createCaptionFold(element) {
  const turn = () => {
    const open = element.classList.toggle("open");
    if (!open) element.scrollTop = 0;
  };
  element.addEventListener("click", ({ target }) => {
    if (!(/** @type {Element} */ (target).closest("a, button, [data-term]"))) turn();
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === element) turn();
  });
}
