// The legend: every mark of the network and of the plane, and the letters, each with its sentence. It takes the place of
// what stands beside the network.

import { createHtml, setHidden } from "../dom/elements.js";
import { createOpening } from "../dom/opening.js";
import { picturePixels } from "../run/settings.js";
import { isTable } from "../run/values.js";

const TILE = '<rect x="10" y="4" width="26" height="26" rx="5" fill="url(#legend-ramp)" stroke="var(--ink-3)"/>';
const RAMP =
  '<defs><linearGradient id="legend-ramp"><stop offset="0" stop-color="var(--fneg)"/><stop offset=".5" stop-color="var(--hmid)"/><stop offset="1" stop-color="var(--fpos)"/></linearGradient></defs>';

/** Mark, its name, what it says. */
const MARKS = [
  [
    TILE,
    "Tile",
    "a unit’s activation at each point of the plane: blue is positive, orange negative, the line between them 0.",
  ],
  [
    `${RAMP}${TILE}<path d="M5 17v8" stroke="var(--vpos)" stroke-width="4"/><path d="M41 6v11" stroke="var(--gneg)" stroke-width="4"/><path d="M23 0v3" stroke="var(--ink)" stroke-width="2"/>`,
    "Gauges",
    "at the left of a tile its activation and at the right its error δ, for the sample in the spotlight; above it its bias.",
  ],
  [
    '<path d="M4 10H42" stroke="var(--vpos)" stroke-width="4"/><path d="M4 20H42" stroke="var(--vneg)" stroke-width="1.5"/>',
    "Line",
    "a weight: blue positive, orange negative, as wide as it is large.",
  ],
  [
    '<path d="M4 10H42" stroke="var(--gpos)" stroke-width="4"/><path d="M4 20H42" stroke="var(--gneg)" stroke-width="2"/>',
    "Green or purple line",
    "its gradient, once the error has come back so far: green positive, purple negative.",
  ],
  [
    '<path d="M4 17H42" stroke="var(--ink-3)" stroke-width="1.6" stroke-dasharray="2 4"/>',
    "Dotted line",
    "a weight, or its gradient, that is exactly 0; or one that leads to a unit left out by dropout.",
  ],
  [
    '<rect x="5" y="10" width="36" height="14" rx="7" fill="none" stroke="var(--gpos)" stroke-width="2"/><rect x="15" y="13" width="16" height="8" rx="4" fill="var(--vneg)"/>',
    "Outlined bar",
    "the update of a weight: the outline is its gradient, the filled part what is added to it.",
  ],
  [
    '<rect x="10" y="4" width="26" height="26" rx="5" fill="none" stroke="var(--ink-3)" stroke-dasharray="2 3"/><path d="M12 28L34 6" stroke="var(--ink-3)"/>',
    "Dashed tile",
    "left out by dropout in this step.",
  ],
  [
    '<rect x="10" y="4" width="26" height="26" rx="5" fill="var(--dead)"/><circle cx="23" cy="17" r="6" fill="none" stroke="var(--dead-r)" stroke-dasharray="2 2"/>',
    "Black tile",
    "a dead unit: its output is 0 for every training sample, and its own weights get no gradient.",
  ],
  [
    '<rect x="10" y="4" width="26" height="26" rx="5" fill="var(--nan-y)"/><path d="M10 12L18 4M10 22L28 4M12 30L36 6M22 30L36 16M31 30L36 25" stroke="var(--nan-k)" stroke-width="4"/>',
    "Yellow and black",
    "not a finite number: an overflow, a missing value, or what was computed from one.",
  ],
  [
    '<path d="M4 17H42" stroke="var(--ink)" stroke-width="2"/><path d="M26 6V28" stroke="var(--warn)" stroke-width="2.4" stroke-dasharray="4 3"/>',
    "Red mark",
    "on the learning rate: beyond it each step of gradient descent overshoots by more than it corrects, where the loss curves most.",
  ],
  [
    '<circle cx="12" cy="17" r="4.5" fill="var(--vpos)"/><circle cx="24" cy="17" r="4" fill="var(--paper)" stroke="var(--vpos)" stroke-width="1.6"/><path d="M37 11l6 6-6 6-6-6z" fill="var(--vneg)"/>',
    "Points",
    "samples, by class; hollow ones are the test set. The field behind them is the prediction, the black line where it is undecided.",
  ],
];
/** The tile, where no plane can be drawn. */
const TABLE_TILE = [
  '<rect x="10" y="4" width="26" height="26" rx="5" fill="none" stroke="var(--ink-3)"/><path d="M11 20h24" stroke="var(--ink-3)" stroke-opacity=".5"/><path d="M15 12v0M18 15v0M15 17v0M17 9v0" stroke="var(--c1)" stroke-width="3" stroke-linecap="round"/><path d="M28 21v0M31 24v0M28 26v0M30 18v0" stroke="var(--c2)" stroke-width="3" stroke-linecap="round"/>',
  "Tile",
  "a unit’s activation for every training sample, a dot each, one column a class; the line is 0.",
];
/** The same, of runs whose inputs are the pixels of a picture. */
const PICTURE_MARKS = [
  [
    '<path d="M10 4h13v13H10z" fill="var(--vneg)"/><path d="M23 4h13v13H23zM10 17h13v13H10z" fill="var(--hmid)"/><path d="M23 17h13v13H23z" fill="var(--vpos)"/><rect x="10" y="4" width="26" height="26" fill="none" stroke="var(--ink-3)"/>',
    "Tile of the first layer",
    "the unit’s weights, pixel by pixel: blue positive, orange negative, as strong as the weight is large in its layer.",
  ],
  [
    '<rect x="6" y="10" width="13" height="13" fill="var(--gpos)"/><rect x="28" y="11" width="11" height="11" fill="none" stroke="var(--gneg)" stroke-width="2.4"/>',
    "Squares on the picture",
    "∂L/∂x, once δ has come back: full where more ink raises the loss of this sample, hollow where it lowers it.",
  ],
  [
    '<path d="M4 8H42M4 14H42" stroke="var(--vpos)" stroke-width="2.4"/><path d="M4 21H42" stroke="var(--vneg)" stroke-width="2.4"/><path d="M4 28H42" stroke="var(--ink-3)" stroke-opacity=".25"/>',
    "Lines from many inputs",
    "of each unit the strongest, by weight, gradient or step; all of what is pointed at or selected.",
  ],
];
const LETTERS = [
  "activation",
  "prediction",
  "target",
  "loss",
  "error",
  "gradient",
  "gradient-norm",
  "health",
  "condition-number",
  "learning-rate",
];

/**
 * @param {HTMLElement} element @param {{fetchTerms: () => Promise<{terms: any[]}>, root: string, close: () => void}} on
 * @returns {{render: (state: any) => void}}
 */
export function createLegend(element, { fetchTerms, root, close }) {
  const head = createHtml("header", {}, element);
  const title = createHtml("h2", { text: "Legend", tabindex: -1 }, head);
  createHtml("button", { type: "button", text: "✕", "aria-label": "Close the legend", onclick: close }, head);
  const list = createHtml("dl", {}, element);
  const addRow = (/** @type {string[]} */ [mark, name, words]) => {
    const row = createHtml("div", {}, list);
    row.innerHTML = `<dt><svg viewBox="0 0 46 34" aria-hidden="true">${mark}</svg>${name}</dt><dd>${words}</dd>`;
    return row;
  };
  const ofPictures = PICTURE_MARKS.map(addRow);
  const ofTables = addRow(TABLE_TILE);
  const [ofPlanes, ...others] = MARKS.map(addRow);
  const letters = createHtml("dl", { class: "letters" }, element);
  const more = createHtml("p", {}, element);
  createHtml("a", { href: `${root}/glossary`, text: "All terms and the notation" }, more);

  async function writeLetters() {
    const { terms } = await fetchTerms();
    letters.replaceChildren();
    for (const id of LETTERS) {
      const term = terms.find((each) => each.id === id);
      const row = createHtml("div", {}, letters);
      const name = createHtml("dt", {}, row);
      createHtml("i", { class: "variable", text: id === "gradient" ? "∂W" : (term.symbols[0] ?? "✓") }, name);
      createHtml("span", { text: term.name }, name);
      createHtml("dd", { text: term.sentence }, row);
    }
  }

  const follow = createOpening(() => {
    if (!letters.children.length) writeLetters().catch(() => {}); // the server is away: the marks are there all the same
    title.focus({ preventScroll: true });
  });
  return {
    render(state) {
      const [table, picture] = [isTable(state), Boolean(picturePixels(state))];
      for (const row of ofPictures) setHidden(row, !picture);
      setHidden(ofTables, !table);
      setHidden(ofPlanes, table);
      setHidden(others[others.length - 1], picture); // the points of a plane or a scatter
      follow(state.legendOpen);
    },
  };
}
