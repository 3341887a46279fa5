// The caption above the graph, the legend, and the announcements for screen readers.

import { htmlWriter, setHidden, syncText } from "../dom/elements.js";
import { SPEEDS } from "../run/clock.js";
import { isDense, layerWidths } from "../run/values.js";
import { announcement, caption, glyph } from "./captiontext.js";

/** A training step runs in training mode; the plane, the tiles and the losses in the charts are evaluated. */
const trainMode = (view) =>
  view.step.dropout > 0 || view.ops.some((op) => op.kind === "batch_norm" || op.kind === "dropout")
    ? `training mode, ${view.ops.some((op) => op.kind === "dropout") ? "mask" : "batch statistics"} on`
    : "training mode";

const DOT = (hue) => `<circle cx="7" cy="4.5" r="4.3" fill="var(--v${hue})"/>`;
const LEGENDS = {
  both: `<span><svg viewBox="0 0 34 9"><path d="M0 4.5H14" stroke="var(--vneg)" stroke-width="3"/><path d="M20 4.5H34" stroke="var(--vpos)" stroke-width="3"/>${DOT("neg")}<circle cx="27" cy="4.5" r="4.3" fill="var(--vpos)"/></svg>value − / +</span><span>round, travels →</span><span><svg viewBox="0 0 34 9"><path d="M0 4.5H14" stroke="var(--gneg)" stroke-width="2"/><path d="M20 4.5H34" stroke="var(--gpos)" stroke-width="2"/><path d="M9 0L4 4.5L9 9" fill="none" stroke="var(--gneg)" stroke-width="2.4"/><path d="M29 0L24 4.5L29 9" fill="none" stroke="var(--gpos)" stroke-width="2.4"/></svg>gradient − / +</span><span>chevron, travels ←</span>`,
  update: (n, many) =>
    `<span><svg viewBox="0 0 34 9"><rect x="1" y="1" width="32" height="7" rx="3.5" fill="none" stroke="var(--gpos)" stroke-width="1.6"/></svg>${many ? "largest gradients" : "whole gradient"}, mean of ${n}</span><span></span><span><svg viewBox="0 0 34 9"><rect x="11" y="1.5" width="12" height="6" rx="3" fill="var(--vneg)"/></svg>the step that is taken</span><span></span>`,
};
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
    const own = instruments()?.caption(view);
    spokenCaption = own ? null : caption(view);
    const said = own ?? spokenCaption;
    const hue =
      {
        right: "value-positive",
        left: view.ops[view.operation]?.phase === "backward" ? "gradient-positive" : "",
        stop: "warning",
      }[said.direction] ?? "";
    const formula = [said.formula, said.sentence].filter(Boolean);
    const { way } = said;
    const stopped = said.direction === "stop"; // the caption is about the divergence, not the operation
    const mode =
      view.step && !own && !stopped && !(view.playing && view.playbackMode === "fast")
        ? `<span class="mode">${trainMode(view)}</span>`
        : "";
    if (!element.firstChild) element.innerHTML = '<p class="eyebrow"></p><h2></h2><p></p>';
    const [head, title, text] = /** @type {HTMLElement[]} */ ([...element.children]);
    show(
      head,
      `<b class="${hue}">${glyph(said.direction)}${said.phase}</b><span></span>${way ? `<button type="button" class="why" data-goto="${way.step}">${way.text}</button>` : own || stopped ? "" : why(view)}${mode}${stepUnnamed(state, said) ? `<span>step ${state.shownStep}</span>` : ""}`,
    );
    syncText(head.children[1], said.position);
    syncText(title, said.title);
    syncText(text, formula.length ? formula.join(formula.length > 1 && said.formula ? ". " : " ") : (said.text ?? ""));
  }

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

  function legend(view) {
    const updating = view.step && view.ops[view.operation]?.phase === "update" && view.playbackMode === "operations";
    show(
      find("legend"),
      updating
        ? LEGENDS.update(view.step.batch.indices.length, isDense(layerWidths(view.step.parameters)))
        : LEGENDS.both,
    );
  }

  let said = "";
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
    if (!words || words === said || (quick && !urgent && !state.offline && !state.message)) return;
    const now = performance.now();
    if (urgent) {
      said = words;
      find("alarm").textContent = words;
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        said = words;
        announcedAt = performance.now();
        find("live").textContent = words;
      },
      Math.max(0, 2000 - (now - announcedAt)),
    );
  }

  return { caption: renderCaption, legend, announce };
}

/** On a phone the caption is folded to what fits below the graph; a tap or Enter unfolds it. @param {HTMLElement} element */
export function createCaptionFold(element) {
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
