// The lesson's panel: the claim, what to watch, the verdict on this very run, the remedies, and two questions to try.

import { htmlWriter, setHidden } from "../dom/elements.js";
import { thousands } from "../format/numbers.js";

const plain = (words) => String(words ?? "").replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/**
 * @param {HTMLElement} element
 * @param {Record<string, (id?: string) => void>} on run, stop, cure, keep, back, restore, luck, board, ask, open
 */
export function createPanel(element, on) {
  const fromStory = new URLSearchParams(location.search).get("from") === "story";
  element.innerHTML = `<div class="lesson-panel-read" tabindex="0" role="region" aria-label="Claim, verdict and cures"><button type="button" class="back link" data-action="back"></button>${fromStory ? '<a class="link to-story" href="story#doors">← Chapter 11 of the story</a>' : ""}<nav class="index" aria-label="All lessons" hidden></nav><div class="text"><p class="eyebrow number"></p><h2></h2><p class="subtitle"></p><p class="eyebrow">Claim</p><p class="claim"></p><p class="eyebrow">What to watch</p><p class="watch"></p></div><div class="verdict"></div><div class="remedies"></div><div class="questions"></div></div><div class="lesson-panel-do"></div><div class="visually-hidden" role="alert"></div>`;
  const part = (name) => /** @type {HTMLElement} */ (element.querySelector(name));
  const [index, texts, verdict, remedies, questions, act] = [
    ".index",
    ".text",
    ".verdict",
    ".remedies",
    ".questions",
    ".lesson-panel-do",
  ].map(part);
  const alertElement = part("[role=alert]");
  const show = htmlWriter();
  element.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-action]");
    if (!(button instanceof HTMLElement) || button.getAttribute("aria-disabled") === "true") return;
    on[button.dataset.action]?.(button.dataset.id);
  });
  let announced = "";

  return {
    /** @param {any} state of the lesson @param {any} run state of the page */
    render(state, run) {
      const { experiment, list, indexed } = state;
      if (!experiment) return;
      const set = (name, words) => {
        const node = part(name);
        if (node.textContent !== words) node.textContent = words;
      };
      setHidden(index, !indexed);
      set(".back", indexed ? "← Back to the lesson" : "← All lessons");
      if (indexed)
        show(
          index,
          `<h2>Lessons</h2><ol>${list.map((item) => `<li><a href="?lesson=${item.id}" data-experiment="${item.id}"${item.id === experiment.id ? ' aria-current="true"' : ""}><i>${item.number}</i><span>${plain(item.title)}<small>${plain(item.subtitle)}</small></span></a></li>`).join("")}</ol>`,
        );
      set(".number", `Lesson ${experiment.number} · ${experiment.topic}`);
      set(".text h2", experiment.title);
      set(".subtitle", experiment.subtitle);
      set(".claim", experiment.claim);
      set(".watch", experiment.watch);
      show(verdict, verdictHtml(state, run));
      show(remedies, remediesHtml(state));
      show(questions, questionsHtml(state));
      show(act, buttonsHtml(state, run));
      for (const other of [texts, verdict, remedies, questions]) setHidden(other, indexed);
      announce(state);
    },
  };

  /** Once, when it is known. */
  function announce({ experiment, remedy, running, verdict: runVerdict, remedyVerdict }) {
    const found = remedy ? remedyVerdict : runVerdict;
    if (running || !found?.final) return;
    const words = `${remedy ? `${remedy.title}: ` : ""}${found.measure.title} ${found.measure.text}. ${found.words} ${found.why ?? ""}`;
    const key = `${experiment.id} ${words}`;
    if (key === announced) return;
    announced = key;
    alertElement.textContent = words;
  }
}

const unitOf = ({ unit, text }) => (unit === "×" && text !== "–" ? "×" : "");
const sizeClass = (words) => (words.length > 13 ? " longer" : words.length > 8 ? " long" : "");

function verdictHtml({ remedy, running, verdict, remedyVerdict, progress }, run) {
  const found = remedy ? remedyVerdict : verdict;
  const name = remedy
    ? `<p class="eyebrow">Beside it: ${plain(remedy.title)}</p><p class="remedy-reason">${plain(remedy.why)}</p>`
    : "";
  if (!found)
    return `${name}<p class="eyebrow">${running ? "measuring…" : "Not measured yet"}</p><span class="measurement" aria-hidden="true">${running ? thousands(progress?.step ?? run.at) : "–"}</span><p class="what">${running ? `of ${thousands(progress?.steps ?? 0)} steps` : "Run it: every number here is measured in your own run."}</p>`;
  const { measure } = found;
  const before = remedy && measure.before_text && measure.before !== null ? `${measure.before_text} → ` : "";
  const number = `${before}${measure.text}${unitOf(measure)}`;
  const open = running || found.status === "measuring";
  const heads = {
    held: remedy
      ? remedy.helps === "no" || remedy.helps === "partly"
        ? "✓ As expected"
        : "✓ It holds"
      : "✓ The claim holds in this run",
    contradicted: remedy ? "✕ Not in this run" : "✕ This run contradicts the claim",
    unknown: "Could not be measured",
    outside: "Outside the claim",
  };
  const head = open ? "measuring…" : heads[found.status];
  const rest = open
    ? `<p>${running ? `Step ${thousands(progress?.step ?? run.at)} of ${thousands(found.steps)}.` : plain(found.words)}</p>`
    : `<p>${plain(found.words)}</p><p class="help-text">${plain(found.confidence)}${found.why ? ` ${plain(found.why)}` : ""}</p>`;
  return `${name}<p class="eyebrow${found.status === "contradicted" && !open ? " warning" : ""}">${head}</p><span class="measurement${sizeClass(number)}">${plain(number)}</span><p class="what">${plain(measure.title)}</p>${rest}`;
}

const outcomeHtml = (tried) =>
  !tried
    ? ""
    : `<b class="${tried.held === false ? "warning" : ""}">${tried.before_text && tried.before_text !== "—" ? `${plain(tried.before_text)} → ` : ""}${plain(tried.text)}</b>`;

function remediesHtml({ experiment, tried, remedy, running, done }) {
  const row = (item) =>
    `<li><button type="button" data-action="cure" data-id="${item.id}" aria-pressed="${remedy?.id === item.id}"${running || !done ? ' aria-disabled="true"' : ""} title="${done ? plain(item.why) : "First run the experiment as it is"}"><span>${plain(item.title)}</span>${outcomeHtml(tried[item.id])}</button></li>`;
  const part = (title, items) =>
    items.length ? `<h3 class="eyebrow">${title}</h3><ul>${items.map(row).join("")}</ul>` : "";
  return part("Cures, and what is said to be one", experiment.cures) + part("To see beside it", experiment.beside);
}

function questionsHtml({ experiment, answers, running }) {
  const items = experiment.questions.map((question) => {
    const found = answers[question.id];
    return `<li><p>${plain(question.text)}</p><button type="button" class="link" data-action="ask" data-id="${question.id}"${running ? ' aria-disabled="true"' : ""}>Check this run</button><p class="help-text answer${found?.answered ? " found" : ""}" role="status">${found ? plain(found.words) : ""}</p></li>`;
  });
  return `<h3 class="eyebrow">Two questions to answer by trying</h3><p class="help-text">Change what you like, train, and let the run be checked.</p><ol>${items.join("")}</ol>`;
}

function buttonsHtml(
  {
    experiment,
    running,
    done,
    remedy,
    remedyVerdict,
    tried,
    stageFigures: stageFigureName,
    stageFigure,
    seedStudy,
    finished,
  },
  run,
) {
  const button = (act, title, small, id = "") =>
    `<button type="button" class="button primary primary-action" data-action="${act}"${id ? ` data-id="${id}"` : ""}><span>${plain(title)}<small>${plain(small)}</small></span><i aria-hidden="true">${act === "stop" ? "■" : "→"}</i></button>`;
  const next = [...experiment.cures, ...experiment.beside].find((item) => !tried[item.id]);
  const steps = experiment.train.steps;
  const count = `${thousands(steps)} ${steps === 1 ? "step" : "steps"}`;
  let first;
  if (running) first = button("stop", "Stop here", `step ${thousands(run.at)}`);
  else if (!done)
    first = button(
      "run",
      finished ? "Run it again" : run.at > 0 ? "Run it on" : "Run it",
      `${count}, measured as it goes`,
    );
  else if (remedy && remedyVerdict) first = button("keep", "Keep the one beside it", "it becomes this run");
  else if (next) first = button("cure", `Now try: ${next.title}`, "same data, same seed", next.id);
  else first = button("again", "Run it again", `${count}, from the start`);
  const link = (act, title, on = false) =>
    `<button type="button" class="link" data-action="${act}" aria-pressed="${on}"${running && act !== "restore" ? ' aria-disabled="true"' : ""}>${title}</button>`;
  return `${first}<div class="secondary">${stageFigureName ? link("board", stageFigureName, stageFigure) : ""}${link("luck", seedStudy?.busy ? "Counting seeds…" : "Try other seeds", Boolean(seedStudy))}${remedy ? link("close", "This run alone").replace(' aria-pressed="false"', "") : ""}<button type="button" class="link" data-action="restore">Restore mine</button></div>`;
}
