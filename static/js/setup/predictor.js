// "Use what was learned": a row in the data's own columns, and what the network answers to it as it stands.

import { createHtml, setHidden, syncText } from "../dom/elements.js";
import { isNumber } from "../format/math.js";
import { fullDigits, realText, thousands } from "../format/numbers.js";
import { percent } from "../run/metrics.js";
import { columnTitle } from "../run/settings.js";

const SHOWN_CLASSES = 6;
const MISSING = ""; // an empty field is a missing value

/**
 * @param {HTMLElement} form @param {(run: string, rows: any[]) => Promise<any>} predict
 */
export function createPredictor(form, predict) {
  createHtml("h3", { text: "Use what was learned" }, form);
  const about = createHtml("p", { class: "setup-text" }, form);
  const fields = createHtml("div", { class: "predictor-fields" }, form);
  const answer = createHtml("output", { class: "predictor-answer", "aria-live": "polite", name: "prediction" }, form);
  let samples = null; // that the fields were made for
  let state = null;
  let filledFrom = null;
  let asked = "";
  let waiting = false;

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => ask());

  /** One question at a time; what changed in the meantime is asked next. */
  async function ask() {
    const row = rowOf(fields);
    const key = JSON.stringify([state.run.id, state.trainedStep, row]);
    if (waiting || key === asked) return;
    asked = key;
    waiting = true;
    try {
      show(await predict(state.run.id, [row]));
    } catch (error) {
      say(error.errors?.[0]?.message ?? error.message);
    }
    waiting = false;
    ask();
  }

  const say = (text) => answer.replaceChildren(createHtml("p", { class: "warning", text }));

  function show({ answers: [found], target, unit, notes: [notes] }) {
    answer.replaceChildren(
      ...(found?.probabilities ? classes(found) : numbers(found, target, unit)),
      ...notes.map(({ text }) => createHtml("p", { class: "setup-text", text: `${text}.` })),
    );
  }

  return {
    /** @param {any} current */
    render(current) {
      state = current;
      const { setup, run, playing, spotlight, trainedStep } = current;
      setHidden(form, !current.samples?.sources || !run);
      if (form.hidden || !setup) return;
      if (samples !== current.samples) {
        samples = current.samples;
        filledFrom = null;
        fields.replaceChildren(...samples.sources.map(fieldOf));
      }
      const index = spotlight?.index ?? 0;
      if (filledFrom !== index && samples.inputs[index]) {
        filledFrom = index;
        fill(fields, samples, index);
      }
      syncText(about, `The row of the spotlight sample, to be changed. Answered after step ${thousands(trainedStep)}.`);
      if (!playing) ask();
    },
  };
}

/** A field for a column: a number with its unit, or one of the known categories. */
function fieldOf({ name, values, unit, format }) {
  const label = createHtml("label", { class: "setting" });
  createHtml("span", {}, label, columnTitle(name, unit), unit && createHtml("small", { text: ` ${unit}` }));
  const attributes = { "data-column": name, "aria-label": unit ? `${name}, ${unit}` : name };
  if (!values.length) {
    createHtml(
      "input",
      {
        class: "num",
        type: "text",
        inputmode: format.date ? "text" : "decimal",
        autocomplete: "off",
        placeholder: "missing",
        ...attributes,
      },
      label,
    );
    return label;
  }
  const select = createHtml("select", { class: "sel", ...attributes }, label);
  for (const value of [...values, MISSING]) createHtml("option", { value, text: value || "missing" }, select);
  return label;
}

const controlsOf = (fields) => fields.querySelectorAll("[data-column]");

/** The fields as a sample has them. */
function fill(fields, { sources, columns, inputs }, index) {
  const values = new Map(columns.map((name, k) => [name, inputs[index][k]]));
  controlsOf(fields).forEach((control, i) => {
    control.value = cellOf(sources[i], values);
  });
}

/** What a sample has in a column, as its file would; a value without a column of its own has 0 in those of the others. */
export function cellOf({ becomes, values, indicates, says_missing, format }, of) {
  const cells = becomes.map((name) => of.get(name));
  if (says_missing && cells.pop() === 1) return MISSING;
  if (!values.length) return isNumber(cells[0]) ? written(cells[0], format) : MISSING;
  const one = cells.indexOf(1);
  if (one >= 0) return indicates[one];
  return cells.every((cell) => cell === 0) ? (values.find((value) => !indicates.includes(value)) ?? MISSING) : MISSING;
}

function rowOf(fields) {
  const cells = [...controlsOf(fields)].map((control) => [control.dataset.column, typedCell(control)]);
  return Object.fromEntries(cells);
}

/** A category, or what was typed, for the server to read as the file has it; null where nothing stands. */
const typedCell = ({ value }) => value.trim().replace("−", "-") || null;

/** A number as the column's file writes it, without its unit. @param {number} value @param {any} format of a source */
export function written(value, { decimal, date }) {
  if (!date) return decimal === "comma" ? fullDigits(value).replace(".", ",") : fullDigits(value);
  const [day, time] = new Date(Math.round(value * 86400) * 1000).toISOString().split("T");
  const [y, m, d] = day.split("-");
  const text = { ymd: day, dmy: `${d}.${m}.${y}`, mdy: `${m}/${d}/${y}` }[date];
  return Number.isInteger(value) ? text : `${text} ${time.slice(0, 8)}`;
}

function classes({ class: best, probabilities }) {
  const ranked = Object.entries(probabilities).sort((a, b) => (b[1] ?? 0) - (a[1] ?? 0));
  const list = createHtml("dl", { class: "predictor-classes" });
  for (const [name, share] of ranked.slice(0, SHOWN_CLASSES)) {
    const row = createHtml("div", {}, list, createHtml("dt", { text: name }));
    const bar = createHtml("i", { "aria-hidden": "true" }, row);
    bar.style.setProperty("--share", String(Math.max(0, Math.min(1, share ?? 0))));
    createHtml("dd", { text: percent(share) }, row);
  }
  const others = ranked.length - SHOWN_CLASSES;
  return [
    createHtml("p", {}, null, createHtml("b", { text: best ?? "no answer: the outputs are not numbers" })),
    list,
    ...(others > 0 ? [createHtml("p", { class: "setup-text", text: `and ${others} less likely` })] : []),
  ];
}

function numbers(found, target, unit) {
  const text = (v) => (isNumber(v) ? realText(v) + (unit && ` ${unit}`) : "NaN");
  const value = createHtml("b", { text: [found].flat().map(text).join(", ") });
  return [createHtml("p", {}, null, `${target.replaceAll("_", " ") || "answer"}: `, value)];
}
