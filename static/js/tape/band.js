// The line above the band below the network: which of tape, layers and all steps is open, and what the tape saves.

import { createHtml, setAttribute, setAttributes, setHidden, setText } from "../dom/elements.js";
import { integerText, thousands } from "../format/numbers.js";
import { counter } from "../run/operations.js";
import { BAND_PARTS } from "../run/view.js";

const NAMES = { operations: "Tape", layers: "Layers", steps: "All steps" };
const CLOSED = "closed";
const TERM = { "data-term": "tape", tabindex: 0 };
const NO_TERM = { "data-term": null, tabindex: null };

/**
 * @param {HTMLElement} element
 * @param {{showView: (name: string) => void}} on showView: opens one of them, or "closed"
 * @returns {{render: (view: any) => void}}
 */
export function createBand(element, { showView }) {
  let open = "";
  const buttons = Object.entries(BAND_PARTS).map(([name, id]) => {
    const button = createHtml("button", { type: "button", class: "band-name", "aria-controls": id }, element);
    createHtml("b", { text: NAMES[name] }, button);
    button.addEventListener("click", () => showView(open === name ? CLOSED : name));
    return button;
  });
  const ofStep = createHtml("span", {}, buttons[0]);
  const slogan = createHtml("em", {}, element);
  const products = createProducts(element);
  const hide = createHtml("button", { type: "button", class: "link band-hide", text: "hide" }, element);
  hide.addEventListener("click", () => {
    showView(CLOSED);
    buttons[0].focus();
  });

  return {
    render(view) {
      const { band, step, unfolded, playing, playbackMode } = view;
      open = band;
      Object.keys(BAND_PARTS).forEach((name, i) => {
        setAttribute(buttons[i], "aria-expanded", String(name === band));
        setHidden(buttons[i], name === "steps" && !unfolded);
      });
      const fast = playing && playbackMode !== "operations";
      setText(ofStep, band === "operations" && step && !fast ? ` of step ${step.step}` : "");
      setText(
        slogan,
        band === "operations"
          ? "forward records, backward reuses"
          : unfolded
            ? ""
            : "the tape opens by itself after the first whole step",
      );
      setAttributes(slogan, band === "operations" ? TERM : NO_TERM);
      setHidden(hide, band === CLOSED);
      products.render(view);
    },
  };
}

/** What the tape saves, in one line that opens into the sums behind it. @param {HTMLElement} parent */
function createProducts(parent) {
  const details = createHtml("details", { class: "sum" }, parent);
  const summary = createHtml("summary", {}, details);
  const withTape = createHtml("b", {}, summary);
  createHtml("span", { text: " products with the tape, " }, summary);
  const without = createHtml("b", {}, summary);
  createHtml("span", { text: " without " }, summary);
  createHtml("span", { class: "info", text: "i", "aria-hidden": "true" }, summary);
  const body = createHtml("div", { class: "sum-lines" }, details);
  const lines = Array.from({ length: 3 }, () => createHtml("p", {}, body));
  createHtml("p", { id: "record-place" }, body); // the instruments put the switch there
  let countedFor = {};
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    summary.focus();
    event.stopPropagation();
  });
  addEventListener("pointerdown", ({ target }) => {
    if (details.open && !details.contains(/** @type {Node} */ (target))) details.open = false;
  });

  function write({ byPath, byPathSum, paths, pathsSum, tapeSum, withTape: number }) {
    setText(withTape, thousands(number));
    setText(without, integerText(byPath, 9));
    setText(
      lines[0],
      `With the tape: ${tapeSum.join(" + ")} = ${thousands(number)} multiplications of the backward pass, for one sample.`,
    );
    setText(
      lines[1],
      `Without it, for every weight the product along each of its paths to the loss: ${byPathSum.join("; ")}. Together ${thousands(byPath)}.`,
    );
    setText(
      lines[2],
      `Paths from the inputs to the loss: ${pathsSum || integerText(paths)}. A path takes one unit of each layer.`,
    );
  }

  return {
    render({ ops, step, run, band }) {
      setHidden(details, band !== "operations");
      if (countedFor.ops === ops && countedFor.step === step) return;
      countedFor = { ops, step };
      if (ops) write(counter(step, ops, step?.parameters ?? run?.parameters ?? {}));
    },
  };
}
