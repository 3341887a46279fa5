// The caption above the story's picture, the dotted line from a cell of the tape to its value, and the note below.

import { createSvg, setAttribute } from "../dom/elements.js";
import { pointerIn } from "../dom/pagezoom.js";

const OPERATIONS = {
  x: () => "A sample enters the network.",
  z: (layer) => `${layer} adds up its weighted inputs and its ${layer === "The output" ? "bias" : "biases"}.`,
  a: (layer, last) => `${layer} applies its activation function${last ? ": this is the prediction" : ""}.`,
  d: (layer) => `${layer} leaves some units out at random: dropout.`,
  n: (layer) => `${layer} brings its sums to one scale: batch norm.`,
  L: () => "Prediction and target are compared.",
  dz: () => "The error δ at each weighted sum: what came back × the derivative, read off the tape.",
  dn: () => "The error at each normalized sum: what came back × the derivative, read off the tape.",
  da: () => "The error is sent back through the same weights, and added up.",
  dd: () => "The error is sent back through the same weights, and added up.",
  dW: () => "A weight’s gradient is error × input, for every line.",
  update: () => "Every parameter takes one step against its slope.",
};
const PHASE_LABELS = {
  forward: ["Forward", "value-positive"],
  loss: ["Forward", "value-positive"],
  backward: ["Backward", "gradient-positive"],
  update: ["Update", ""],
};
const ARROWS = {
  Forward:
    '<svg viewBox="0 0 26 11" aria-hidden="true"><path d="M1 5.5h17"/><circle cx="20.5" cy="5.5" r="4" fill="currentColor"/></svg>',
  Backward: '<svg viewBox="0 0 26 11" aria-hidden="true"><path d="M25 5.5H4M8 1L2 5.5L8 10"/></svg>',
};

/** @param {HTMLElement} element @returns {(view: any, said: {head?: string, words?: string}) => void} */
export function createCaption(element) {
  const [phase, where, words] = ["b", "span", "p"].map((tag) => document.createElement(tag));
  element.append(phase, " ", where, words);
  let written = [];
  return ({ ops, operation }, override) => {
    const now = [ops, operation, override.head, override.words];
    if (now.every((part, i) => part === written[i])) return;
    written = now;
    const { head, hue: colorClass, text } = captionOf(ops, operation, override);
    phase.className = colorClass;
    phase.innerHTML = (ARROWS[head] ?? "") + head;
    where.textContent = override.head ? "" : `operation ${operation + 1} of ${ops.length}`;
    words.textContent = text;
  };
}

function captionOf(ops, op, override) {
  const { name, phase, layer } = ops[op];
  const last = layer === Math.max(...ops.map((other) => other.layer ?? 0));
  const fromLoss = phase === "backward" && ops[op - 1]?.phase === "loss";
  const sentenceFor = OPERATIONS[name.replace(/\d+$/, "")] ?? (() => "");
  const text = fromLoss
    ? "The backward pass begins: the slope at the prediction."
    : sentenceFor(last ? "The output" : `Layer ${layer}`, last);
  const [head, colorClass] = PHASE_LABELS[phase];
  return { head: override.head ?? head, hue: override.head ? "warning" : colorClass, text: override.words ?? text };
}

const DRAWING_GAP = 455 / 660; // of a drawing's width: what is left and right of it leaves that free
const MARGIN = 16; // px, left of a drawing that leaves nothing free

/**
 * @param {HTMLElement} live around the picture and the tape @param {HTMLElement} stage the graph's box
 * @returns {(read: any[]|null, layout: any) => void} read: [record, layer, unit]
 */
export function createReadingLine(live, stage) {
  const svg = createSvg("svg", { class: "reading-line", "aria-hidden": "true" }, live);
  const line = createSvg("path", {}, svg);
  return (recordRead, layout) => {
    const tile = recordRead && live.querySelector(`.tape [data-ref="${recordRead[0]}"] rect`);
    const unit = recordRead && layout?.units[recordRead[1]]?.[recordRead[2]];
    svg.toggleAttribute("hidden", !tile || !unit);
    if (!tile || !unit) return;
    const cell = boxIn(live, tile);
    const graph = boxIn(live, stage);
    const from = { x: (cell.left + cell.right) / 2, y: cell.top - 3 };
    const to = { x: graph.left + unit.x - unit.s / 2 - 17, y: graph.top + unit.y + unit.s / 2 + 15 };
    const below = graph.top + Math.max(...layout.units.flat().map(({ y, s }) => y + s / 2)) + 42;
    const drawn = live.querySelector(".note-live svg");
    const note = drawn && boxIn(live, drawn);
    const beside = live.dataset.note === "tangent" && note ? (note.right - note.left) * DRAWING_GAP : -MARGIN;
    const gap = note && {
      x: beside < 0 ? Math.min(from.x, note.left + beside) : note.left + beside,
      bottom: note.bottom - 4,
      top: note.top + (beside < 0 ? 0 : 34),
    };
    setAttribute(line, "d", linePath(from, to, Math.max(to.y + 20, below), gap));
  };
}

/** Where an element lies within another, in the page's own pixels. @param {Element} outer @param {Element} inner */
function boxIn(outer, inner) {
  const { left, top, right, bottom } = inner.getBoundingClientRect();
  const begin = pointerIn(outer, { clientX: left, clientY: top });
  const end = pointerIn(outer, { clientX: right, clientY: bottom });
  return { left: begin.x, top: begin.y, right: end.x, bottom: end.y };
}

/** Up from the cell, through the drawing's gap or left of it, and left of the tiles to the number. */
function linePath(from, to, below, gap) {
  const lane = to.x - 4;
  const p = (x, y) => `${Math.round(x)} ${Math.round(y)}`;
  const bend = (a, b) => {
    const half = (b.y - a.y) / 2;
    return `C${p(a.x, a.y + half)} ${p(b.x, b.y - half)} ${p(b.x, b.y)}`;
  };
  const end = { x: lane, y: gap ? Math.min(below, gap.top - 26) : below };
  const middle = gap
    ? `${bend(from, { x: gap.x, y: gap.bottom })}V${Math.round(gap.top)}${bend({ x: gap.x, y: gap.top }, end)}`
    : bend(from, end);
  return `M${p(from.x, from.y)}${middle}V${Math.round(to.y + 9)}Q${p(lane, to.y)} ${p(to.x, to.y)}`;
}

// The note below the picture: the chapter's drawing; on a phone its line in numbers, and the drawings are in the text.

/** @param {{chapters: any[], live: HTMLElement, host: HTMLElement}} of */
export function createNote({ chapters, live, host }) {
  const textDrawings = chapters.map(({ section }) => section.querySelector(".note-here"));
  const originalDrawings = textDrawings.map((element) => element.innerHTML);
  let written = "";
  let isPrinting = false;
  /** @type {{element: Element, after: string}[]} */
  let pathFactors = [];

  /** The five previews, below one path of factors. */
  function openPreviews(previews) {
    const head = document.createElement("div");
    head.className = "previews-head";
    head.innerHTML =
      "<h3>One path back, factor by factor</h3><p>From the output to the first layer, through this very network. The bar is what is left of the error.</p>";
    host.prepend(head);
    host.append(previews.cloneNode(true));
    pathFactors = [...host.querySelectorAll("[data-after]")].map((element) => ({
      element,
      after: element.getAttribute("data-after"),
    }));
  }

  /** Writes the drawings into the text, null those that the page came with. @param {Record<string, string>|null} drawn */
  function writeDrawings(drawn) {
    textDrawings.forEach((element, i) => {
      const html = drawn?.[chapters[i].note] ?? originalDrawings[i];
      if (element.innerHTML !== html) element.innerHTML = html;
    });
  }

  return {
    /**
     * @param {number} at chapter @param {{name: string, drawn: Record<string, string>|null, phone: boolean, other: boolean}} now
     *   other: the picture shows another network than the chapter's
     */
    show(at, { name, drawn, phone, other }) {
      const { section } = chapters[at];
      const html = !name ? "" : (drawn?.[name] ?? originalDrawings[at]);
      const previews = name === "doors" && !phone;
      const line = phone && !other;
      if (phone && !isPrinting) writeDrawings(drawn);
      live.classList.toggle("shows-previews", previews);
      live.dataset.note = name;
      const key = [at, other, phone, html].join(" ");
      if (key === written) return;
      written = key;
      host.innerHTML = line ? `<p class="line">${section.querySelector(".numbers-only").innerHTML}</p>` : html;
      pathFactors = [];
      if (previews) openPreviews(section.querySelector(".previews"));
    },
    /** How far the path back has come: a factor is there once its record is. @param {any[]} ops @param {number} op @param {number} t */
    showProgress(ops, op, t) {
      for (const { element, after } of pathFactors) {
        const index = ops.findIndex((one) => one.name === after);
        element.classList.toggle("ahead", index > op || (index === op && t < 0.5));
      }
    },
    /** On paper are the drawings that the page came with. @param {boolean} printing */
    setPrinting(printing) {
      isPrinting = printing;
      if (printing) writeDrawings(null);
    },
    /** The size has changed. */
    clear() {
      written = "";
    },
  };
}
