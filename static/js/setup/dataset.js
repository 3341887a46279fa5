// The data set: its features as heat maps, its classes and condition numbers, and thumbnails.

import { classMark, createHtml, setHidden, setText, syncAttribute } from "../dom/elements.js";
import { classCounts } from "../format/colors.js";
import { isNumber } from "../format/math.js";
import { format, superscript, thousands } from "../format/numbers.js";

const LETTERS = {
  x1: "x₁",
  x2: "x₂",
  "x1^2": "x₁²",
  "x2^2": "x₂²",
  "x1*x2": "x₁x₂",
  "sin(x1)": "sin x₁",
  "sin(x2)": "sin x₂",
};
const FIELDS = {
  x1: (x) => x,
  x2: (_, y) => y,
  "x1^2": (x) => 2 * x * x - 1,
  "x2^2": (_, y) => 2 * y * y - 1,
  "x1*x2": (x, y) => x * y * 1.6,
  "sin(x1)": (x) => Math.sin(x * 4.5),
  "sin(x2)": (_, y) => Math.sin(y * 4.5),
};

/** @param {any} element @param {{restart: (fields: any) => void, config: () => any}} on */
export function createFeatures(element, on) {
  let shown = "";
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { features } = on.config();
    const name = button.dataset.name;
    const on_ = [...element.querySelectorAll("button")].map((b) => b.dataset.name);
    const next = features.includes(name)
      ? features.filter((f) => f !== name)
      : on_.filter((f) => f === name || features.includes(f));
    if (next.length) on.restart({ features: next });
  });
  return {
    render(config, dataset, theme) {
      const offered = dataset?.picture ? [] : (dataset?.features ?? config.features);
      const names = offered.filter((name) => !isSecondName(name, dataset, config));
      const key = JSON.stringify([dataset?.name, names, theme]);
      if (key !== shown) {
        shown = key;
        element.classList.toggle("long", !dataset?.preview);
        const [rows, columns] = dataset?.picture ?? [];
        element.innerHTML = rows
          ? `<p class="help-text">Each of the ${rows} × ${columns} pixels is an input.</p>`
          : names.map(() => `<button class="feature" type="button"></button>`).join("");
        [...element.querySelectorAll("button")].forEach((button, i) => {
          button.dataset.name = names[i];
          button.classList.toggle("table-column", Boolean(dataset?.preview) && !FIELDS[names[i]]);
          if (dataset?.preview && FIELDS[names[i]]) button.append(field(FIELDS[names[i]]));
          button.append(
            dataset?.preview ? (LETTERS[names[i]] ?? names[i].replaceAll("_", " ")) : names[i].replaceAll("_", " "),
          );
          const place = dataset?.columns.findIndex((column) => nameOf(column) === names[i]);
          const second = LETTERS[`x${place + 1}`]; // what the features made of it call this column
          if (dataset?.preview && second && !FIELDS[names[i]])
            createHtml("span", { class: "variable", text: ` ${second}` }, button);
        });
      }
      for (const button of element.querySelectorAll("button"))
        syncAttribute(button, "aria-pressed", String(config.features.includes(button.dataset.name)));
    },
  };
}

/** Columns with names of their own are also called x1 and x2: each is offered once, unless a link asks for the other name. */
const isSecondName = (name, dataset, { features }) =>
  /^x[12]$/.test(name) && !dataset?.columns.some((column) => nameOf(column) === name) && !features.includes(name);
const nameOf = (column) => column.name ?? column;

/** A background image, not a canvas: a canvas would be composited in every frame. */
function field(f) {
  const size = 20;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const g = canvas.getContext("2d");
  const css = getComputedStyle(document.documentElement);
  const [low, middle, high] = ["--fneg", "--hmid", "--fpos"].map((name) => css.getPropertyValue(name).trim());
  for (let j = 0; j < size; j++)
    for (let i = 0; i < size; i++) {
      const v = Math.max(-1, Math.min(1, f(((i + 0.5) / size) * 2 - 1, 1 - ((j + 0.5) / size) * 2)));
      g.globalAlpha = 1;
      g.fillStyle = middle;
      g.fillRect(i, j, 1, 1);
      g.globalAlpha = Math.abs(v);
      g.fillStyle = v < 0 ? low : high;
      g.fillRect(i, j, 1, 1);
    }
  const picture = document.createElement("i");
  picture.style.backgroundImage = `url(${canvas.toDataURL()})`;
  return picture;
}

/** Facts about the data: their source, class counts, and the condition number under each scaling. @param {HTMLElement} about @param {NodeListOf<HTMLElement>} scalings their buttons @param {any} catalog */
export function createDatasetFacts(about, scalings, catalog) {
  const text = createHtml("p", {}, about);
  const classes = createHtml("ul", { class: "class-counts" }, about);
  let shown = null;

  /** @param {any} config @param {any} samples of the run, or null before they are here */
  return function render(config, samples) {
    const dataset = catalog.datasets.find((d) => d.name === config.dataset);
    const isOwnTable = samples && !dataset?.preview;
    const left = samples?.left_out ?? dataset?.left_out;
    const why = (samples?.why || dataset?.why || "").replace(/\.$/, "");
    const words = dataset && !dataset.preview ? dataset.description : dataset ? "" : "A table of your own.";
    setText(
      text,
      `${words}${left ? ` ${thousands(left)} ${left === 1 ? "row is" : "rows are"} left out${why ? `: ${why}` : ""}.` : ""}`,
    );
    setHidden(text, !text.textContent);
    if (samples === shown) return;
    shown = samples;
    classes.replaceChildren();
    setHidden(classes, !isOwnTable || samples.task === "regression");
    if (!classes.hidden)
      classCounts(samples).forEach((count, k) => {
        const item = createHtml("li", {}, classes);
        classMark(item, samples, k);
        createHtml("span", { text: String(samples.classes[k]) }, item);
        createHtml("b", { text: thousands(count) }, item);
      });
    if (samples) conditions(samples, scalings);
  };
}

/** Whether the columns have names of their own, as those of a table do. @param {any} samples of the run */
export const hasNamedColumns = (samples) => Boolean(samples?.columns.some((name) => !/^x\d+$/.test(name)));

/** κ under each scaling, below its button. */
function conditions({ condition }, buttons) {
  for (const button of buttons) {
    const kappa = condition?.[button.dataset.value];
    button.dataset.kappa = kappa === undefined ? "" : short(kappa);
    button.title = `${button.title.split(" κ = ")[0]} κ = ${isNumber(kappa) ? format(kappa) : "not known"}`;
  }
}

const short = (v) => (!isNumber(v) ? "–" : v < 9999 ? format(v, 0) : `10${superscript(Math.round(Math.log10(v)))}`);

/** Draws the points of a data set, small. @param {Element} thumb @param {any} dataset of the catalog */
export function drawThumbnail(thumb, { preview, task, classes }) {
  const xs = preview.inputs.map((p) => p[0]);
  const ys = preview.inputs.map((p) => p[1]);
  const middle = (v) => (Math.max(...v) + Math.min(...v)) / 2;
  const span = (v) => (Math.max(...v) - Math.min(...v)) / 2 || 1;
  const [cx, cy] = [middle(xs), middle(ys)];
  const s = 1.22 / Math.max(span(xs), span(ys));
  const targets = preview.targets;
  const [low, high] = [Math.min(...targets), Math.max(...targets)];
  const hue = (t) =>
    classes.length > 2
      ? `var(--c${1 + (t % 3)})`
      : (task === "regression" ? t > (low + high) / 2 : t > 0)
        ? "var(--vpos)"
        : "var(--vneg)";
  const marks = preview.inputs.map(([a, b], i) => {
    const x = ((a - cx) * s).toFixed(2);
    const y = (-(b - cy) * s).toFixed(2);
    const t = targets[i];
    const size =
      task === "regression" ? 0.04 + (0.1 * Math.abs(t - (low + high) / 2)) / ((high - low) / 2 || 1) : 0.085;
    return (classes.length > 2 ? t === 0 : task === "regression" || t > 0)
      ? `<circle cx="${x}" cy="${y}" r="${size.toFixed(3)}" fill="${hue(t)}"/>`
      : `<path d="M${x} ${y}m0-.115l.115.115-.115.115-.115-.115z" fill="${hue(t)}"/>`;
  });
  thumb.insertAdjacentHTML("afterbegin", `<svg viewBox="-1.5 -1.5 3 3" aria-hidden="true">${marks.join("")}</svg>`);
}
