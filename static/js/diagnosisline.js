// The line below the graph: what ails the network, what its numbers mean, and what usually helps. Quiet while nothing is ill.
import { diagnose } from "./diagnosis.js";
import { GLYPHS } from "./health.js";
import { htmlWriter, plain } from "./notices.js";
import { single } from "./scene.js";

const ANEW = ' <span class="re" aria-hidden="true">↻</span><span class="sr">, with a new network</span>';

/**
 * @param {HTMLElement} line
 * @param {{page: any, actions: any, catalog: any, stage: HTMLElement, beside: (config: any) => void}} of
 *   beside: opens another setup beside the run
 */
export function createDiagnosisLine(line, { page, actions, catalog, stage, beside }) {
  const show = htmlWriter();
  let diagnosed = null;
  let wasIll = null; // the run whose stage keeps a line's room

  line.addEventListener("click", (event) => {
    const { help, aside } = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset ?? {};
    if (page.get().away) return;
    if (help !== undefined) apply(diagnosed.helps[help]);
    if (aside !== undefined) beside({ ...page.get().base, ...diagnosed.helps[aside].fields });
  });

  function apply({ fields, anew }) {
    if (anew) actions.restart(fields);
    else actions.change(fields);
  }

  /** @param {{view: any, state: any, limit: any}} now limit: of the learning rate, as far as it is known */
  function render({ view, state, limit }) {
    const evaluation = single(view) ? (view.before ?? view.after) : (view.after ?? view.before);
    const known =
      limit?.exact && limit.run === state.run.id ? { ...limit, over: state.config.learning_rate / limit.limit } : null;
    diagnosed = state.stopped ? null : diagnose(evaluation ?? state.run.evaluation, state.config, catalog, known);
    if (diagnosed) wasIll = state.run.id;
    stage.classList.toggle("ill", wasIll === state.run.id);
    show(line, diagnosed ? words(diagnosed) : "");
  }

  return { render };
}

function words({ status, words: said, helps }) {
  const buttons = helps.map(
    ({ label, why, anew }, i) =>
      `<span class="usual"><button type="button" class="link" data-help="${i}"${why ? ` title="${plain(why)}"` : ""}>${plain(label)}${anew ? ANEW : ""}</button>${anew ? aside(plain(label), i) : ""}</span>`,
  );
  const cures = buttons.length ? `<div class="helps"><span>usually helps</span>${buttons.join("")}</div>` : "";
  return `<p><b aria-hidden="true">${GLYPHS[status] ?? "·"}</b> ${plain(said)}</p>${cures}`;
}

/** Where applying it would lose the run. */
const aside = (label, i) =>
  `<button type="button" class="link aside" data-aside="${i}" title="This run stays: ${label}, beside it"><span class="sr">${label}, </span>beside it</button>`;
