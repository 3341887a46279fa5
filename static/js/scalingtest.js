// What each scaling makes of the run's setup: five runs are really trained, when the reader asks for it.

import { createHtml, setText } from "./elements.js";
import { format, isNumber } from "./scales.js";

const STEPS = 200;

/**
 * @param {HTMLElement} host @param {string[]} names of the scalings, in the order of their buttons
 * @param {(run: string, steps: number) => Promise<any>} measure throws what api.js calls a Problem
 */
export function createScalingTest(host, names, measure) {
  const table = createHtml("table", { class: "scaling-test" }, host);
  const note = createHtml("p", { class: "note2" }, host);
  note.setAttribute("role", "status");
  const button = createHtml("button", { class: "link", text: "measure each" }, host);
  button.type = "button";
  button.title = `Trains this setup for ${STEPS} steps under each of the five scalings, from the same seed`;
  button.addEventListener("click", ask);
  let about = ""; // the run and the setup that the numbers are of
  let run = "";
  let asked = "";
  let away = false;
  clear();

  function clear() {
    table.hidden = true;
    table.replaceChildren();
    button.hidden = false;
    setText(note, "");
  }

  async function ask() {
    if (asked || away) return;
    const mine = about;
    asked = mine;
    button.hidden = true;
    setText(note, `Training five runs, ${STEPS} steps each …`);
    try {
      const { scalings, steps } = await measure(run, STEPS);
      if (mine === about) show(scalings, steps);
    } catch (error) {
      if (!error.errors) throw error;
      if (mine === about) {
        clear();
        setText(note, `That could not be measured: ${error.message}`);
      }
    } finally {
      asked = "";
    }
  }

  function show(scalings, steps) {
    const of = names.map((name) => scalings.find((item) => item.scaling === name));
    const tested = of.some((item) => isNumber(item.test_accuracy) || isNumber(item.test_loss));
    const told = of.some((item) => isNumber(item.train_accuracy));
    const kind = `${tested ? "test" : "train"}_${told ? "accuracy" : "loss"}`;
    table.replaceChildren();
    const head = createHtml("tr", {}, createHtml("thead", { class: "sr" }, table));
    for (const name of names) createHtml("th", { text: name }, head).scope = "col";
    lines("units saturated at step 0, %", of, (item) => [
      percent(item.saturated_at_start),
      item.saturated_at_start > 0.5,
    ]);
    lines(
      told ? `${tested ? "test" : "training"} rows right, %` : `${tested ? "test" : "training"} loss`,
      of,
      (item) =>
        item.stopped_at !== null ? ["NaN", true] : [told ? percent(item[kind]) : format(item[kind], 2), false],
    );
    table.hidden = false;
    setText(note, `Measured: this setup, ${steps} steps under each.`);
  }

  function lines(title, of, cell) {
    const body = createHtml("tbody", {}, table);
    const name = createHtml("th", { text: title }, createHtml("tr", {}, body));
    name.scope = "rowgroup";
    name.colSpan = of.length;
    const row = createHtml("tr", {}, body);
    for (const item of of) {
      const [text, ill] = cell(item);
      createHtml("td", { class: `${ill ? "ill" : ""}${item.in_force ? " now" : ""}`, text }, row);
    }
  }

  return {
    /** @param {any} state */
    render(state) {
      run = state.run.id;
      away = Boolean(state.away);
      if (away) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
      const now = JSON.stringify([run, state.config]);
      if (now === about) return;
      about = now;
      clear();
    },
  };
}

const percent = (share) => (isNumber(share) ? `${Math.round(share * 100)}` : "–");
