// The caption above the story's picture, the dotted line from a cell of the tape to its value, and the note below.

import { createSvg, setAttribute } from "../dom/elements.js";
import { pointerIn } from "../dom/pagezoom.js";

const OPERATIONS = {
  x: () => "A number enters.",
  z: (layer) => `${layer} adds up what arrives, weighted.`,
  a: (layer, last) =>
    last ? "The output bends its sum, and answers." : `${layer} bends its sums, and passes the answers on.`,
  d: (layer) => `${layer} leaves some units out, by lot.`,
  n: (layer) => `${layer} brings its sums to one scale.`,
  L: () => "The guess is compared with the truth.",
  dz: () => "The steepness is read from the tape.",
  dn: () => "The steepness is read from the tape.",
  da: () => "Errors come back over the same lines, and add up.",
  dd: () => "Errors come back over the same lines, and add up.",
  dW: () => "Error × recorded value, for every line.",
  update: () => "Every weight and offset takes one step.",
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
  const text = fromLoss ? "The error turns round." : sentenceFor(last ? "The output" : `Layer ${layer}`, last);
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
    const place = recordRead && layout?.units[recordRead[1]]?.[recordRead[2]];
    svg.toggleAttribute("hidden", !tile || !place);
    if (!tile || !place) return;
    const cell = boxIn(live, tile);
    const graph = boxIn(live, stage);
    const from = { x: (cell.left + cell.right) / 2, y: cell.top - 3 };
    const to = { x: graph.left + place.x - place.s / 2 - 17, y: graph.top + place.y + place.s / 2 + 15 };
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

/** @param {{chapters: any[], live: HTMLElement, place: HTMLElement}} of */
export function createNote({ chapters, live, place }) {
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
    place.prepend(head);
    place.append(previews.cloneNode(true));
    pathFactors = [...place.querySelectorAll("[data-after]")].map((element) => ({
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
      place.innerHTML = line ? `<p class="line">${section.querySelector(".numbers-only").innerHTML}</p>` : html;
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
