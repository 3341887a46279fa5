// The features on offer, each with its own heat map where there is a plane.
import { syncAttribute } from "./elements.js";

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
      const names = dataset?.features ?? config.features;
      const key = JSON.stringify([names, theme]);
      if (key !== shown) {
        shown = key;
        element.classList.toggle("long", !dataset?.preview);
        element.innerHTML = names.map(() => `<button class="feat" type="button"></button>`).join("");
        [...element.children].forEach((button, i) => {
          button.dataset.name = names[i];
          button.classList.toggle("own", Boolean(dataset?.preview) && !FIELDS[names[i]]);
          if (dataset?.preview && FIELDS[names[i]]) button.append(field(FIELDS[names[i]]));
          button.append(
            dataset?.preview ? (LETTERS[names[i]] ?? names[i].replaceAll("_", " ")) : names[i].replaceAll("_", " "),
          );
        });
      }
      for (const button of element.children)
        syncAttribute(button, "aria-pressed", String(config.features.includes(button.dataset.name)));
    },
  };
}

/** A picture, not a canvas: a canvas is asked for its pixels in every frame of the page. */
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
