// Notices: the message bar, the remedies of a diverged run, a lost run, and the changes when rewinding.

import { escapeHtml, htmlWriter } from "../dom/elements.js";
import { format, thousands } from "../format/numbers.js";
import { REMEDY_STEPS } from "../run/clock.js";
import { isUploadedTable, LABELS, textOf } from "../run/settings.js";

const WAYS_WITH_GAPS = [
  ["mean", "Fill the gaps with the mean"],
  ["median", "Fill them with the median"],
  ["leave_out", "Leave the rows with gaps out"],
];

/** @returns {HTMLElement|null} */
const closest = (event, selector) => event.target.closest(selector);
const value = (field, v, train) => escapeHtml(textOf(field, Array.isArray(v) ? v[0] : v, train));

/**
 * @param {(id: string) => HTMLElement} find
 * @param {import("../session/commands.js").Commands & {tryNow: () => void, help: () => void, download: () => void}} commands
 */
export function createNotices(find, commands) {
  const show = htmlWriter();
  const buttons = {
    try: commands.tryNow,
    save: commands.download,
    cancel: commands.cancel,
    close: () => commands.notify(null, 0),
    fresh: () => commands.recoverRun(true),
    again: () => commands.recoverRun(false),
    other: () => commands.recoverRun({ dataset: "penguins", scaling: "standard" }),
    do() {
      const { fields, live } = state.message.act;
      live ? commands.change(fields) : commands.restart(fields);
      if (live) commands.notify(null, 0);
    },
  };
  for (const id of ["message", "lost-run"])
    find(id).addEventListener("click", (event) => buttons[closest(event, "[data-action]")?.dataset.action]?.());
  find("remedies").addEventListener("click", (event) => {
    const which = closest(event, "[data-remedy]")?.dataset.remedy;
    if (which !== undefined) commands.adoptRemedy(state.divergence.remedies[which]);
    const missing = closest(event, "[data-missing]")?.dataset.missing;
    if (missing) commands.decideMissing(missing);
  });
  find("caption").addEventListener("click", (event) => {
    const step = closest(event, "[data-goto]")?.dataset.goto;
    if (step !== undefined) commands.scrubSteps(Number(step));
  });
  find("rewind").addEventListener("click", (event) => {
    const step = closest(event, "[data-step]")?.dataset.step;
    if (step !== undefined) commands.scrubSteps(Number(step));
    if (closest(event, "[data-on]")) commands.play();
  });
  let state = null;

  return {
    render(next) {
      state = next;
      renderMessage();
      renderRemedies();
      renderRewind();
      renderLostRun();
    },
  };

  function renderMessage() {
    const { offline, busy, message: said } = state;
    const steps = offline ? (commands.history()?.size.steps ?? 0) : 0;
    const icon =
      '<svg viewBox="0 0 16 16" aria-hidden="true"><path class="line" d="M2 6.2a9 9 0 0 1 12 0M4.6 9a5.4 5.4 0 0 1 6.8 0M2 14L14 2"/><circle cx="8" cy="12.4" r="1.3"/></svg>';
    let html = "";
    if (offline)
      html = `${icon}<b>The server is away.</b><span>${state.run ? `Nothing is lost: ${steps === 1 ? "1 step is" : `${thousands(steps)} steps are`} recorded here. Scrub, select and read as before; training goes on when it is back.` : "The network comes as soon as it is back."}</span><span class="message-actions"><span aria-hidden="true">trying again in ${Math.ceil(offline.seconds)} s</span><button type="button" data-action="try">Try now</button>${state.run ? '<button type="button" data-action="save">Save this run</button>' : ""}</span>`;
    else if (busy)
      html = `<b>${escapeHtml(busy.text)}</b><progress value="${busy.done.toFixed(2)}" max="1"></progress><span>The same setup and seed give the same numbers.</span><span class="message-actions"><button type="button" data-action="cancel">Stop here</button></span>`;
    else if (said)
      html = `<b>${escapeHtml(said.bold ?? "")}</b><span>${escapeHtml(said.text ?? "")}</span><span class="message-actions">${said.act ? `<button type="button" data-action="do">${escapeHtml(said.act.label)}</button>` : ""}<button type="button" data-action="close" aria-label="Close this message">close</button></span>`;
    show(find("message"), html);
  }

  function renderRemedies() {
    const { divergence, selection, run, offline } = state;
    const open = Boolean(divergence && run && !selection);
    let html = "";
    if (open && divergence.remedies === null)
      html = `<h3>What usually helps</h3><p class="help-text">${offline ? "Will be tried when the server is back" : "Being tried now"}: ${REMEDY_STEPS} steps each, from step ${run.first_step ?? 0} …</p>`;
    else if (open && divergence.remedies.length)
      html = `<h3>What usually helps, tried just now</h3><div class="buttons">${divergence.remedies.map((remedy, i) => `<button type="button" class="button${i ? "" : " primary"}" data-remedy="${i}"${offline ? ' disabled title="Needs the server, which is away"' : ""}>${escapeHtml(remedy.label)}<small>${remedy.loss === null ? "breaks as well" : `${REMEDY_STEPS} steps: loss ${format(remedy.loss)}`}</small></button>`).join("")}</div>`;
    else if (open) {
      const gaps = divergence.record?.tape[0].finite === false;
      const own = gaps && isUploadedTable(state.config.dataset);
      const way = ([missing, label]) =>
        `<button type="button" class="button" data-missing="${missing}">${label}<small>a new run, from step 0</small></button>`;
      html = `<h3>What usually helps</h3>${own ? `<div class="buttons">${WAYS_WITH_GAPS.map(way).join("")}</div>` : ""}<p class="help-text">${gaps ? (own ? "Filled is what the training rows alone say." : "Other data, or none of the samples with gaps.") : "Smaller steps, or other data."} Walk back with ← to see where it began.</p>`;
    }
    show(find("remedies"), html);
  }

  function renderRewind() {
    const { band, changes, base, shownStep, lastStep, samples } = state;
    const open = band === "steps" && base;
    const flags = open ? changes : [];
    show(
      find("rewind"),
      open
        ? `<h2 class="section-heading">What was changed<small>${flags.length ? "click to go there" : ""}</small></h2>${
            flags.length
              ? `<table class="changes-table"><tbody>${flags
                  .slice(-8)
                  .map(
                    (flag) =>
                      `<tr><td><button type="button" data-step="${flag.step}"><span class="step-number">${thousands(flag.step)}</span><span>${LABELS[flag.field]}</span><b>${value(flag.field, flag.before, samples?.train)} → ${value(flag.field, flag.value, samples?.train)}</b></button></td></tr>`,
                  )
                  .join("")}</tbody></table>`
              : `<p class="help-text">Nothing yet. What is changed while it trains stands here, with its step.</p>`
          }
${shownStep < lastStep ? `<h2 class="section-heading rewind-heading">From step ${thousands(shownStep)}</h2><button type="button" class="button" data-on>Train on from here<small>repeats the run, step by step${flags.some((f) => f.step >= shownStep) ? ", later changes included" : ""}</small></button><p class="help-text">Or move a slider: the run then goes on differently from here, and later steps are discarded.</p>` : ""}`
        : "",
    );
  }

  function renderLostRun() {
    const { lostRun: lost } = state;
    show(
      find("lost-run"),
      lost?.table
        ? '<div><p class="section-heading">Table not found</p><h2>This table is no longer kept</h2><p>The server lets go of tables that nobody used for long. The link still holds the setup and seed, but it cannot hold the rows.</p><div class="button-row"><label class="button primary"><input type="file" class="visually-hidden upload-file" accept=".csv,.tsv,.txt,text/csv,text/plain">Your file once more<small>choose it, or drop it anywhere on this page</small></label><button type="button" class="button" data-action="other">Palmer penguins<small>a table that is always here</small></button><button type="button" class="button" data-action="fresh">Start fresh<small>the default setup</small></button></div></div>'
        : lost
          ? `<div><p class="section-heading">Run not found</p>${lost.far ? `<h2>Step ${thousands(lost.step)} is a long way</h2><p>The server has no run that stands there. But the link holds a whole setup and seed, and the same setup and seed give the same numbers, to the last bit. Training up to there takes its time; it can be stopped on the way, and stays where it is then.</p>` : "<h2>This run is no longer kept</h2><p>The server lets go of runs that nobody used for long. But the link still holds its whole setup and seed, and the same setup and seed give the same numbers, to the last bit.</p>"}<div class="button-row"><button type="button" class="button primary" data-action="again">${lost.step ? `Train it ${lost.far ? "" : "again "}to step ${thousands(lost.step)}` : "Set it up again"}<small>${escapeHtml(commands.lostRunText())}</small></button><button type="button" class="button" data-action="fresh">Start fresh<small>the default setup</small></button></div><p class="small">A run on a table of your own can only be made again from its file.</p></div>`
          : "",
    );
  }
}
