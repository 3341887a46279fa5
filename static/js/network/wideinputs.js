// Many inputs: drawn as the picture whose pixels they are, or as a strip of cells. Of their edges only each unit's
// strongest are drawn; the others where they are asked for.

import { createHtml, setHidden, setText, syncAttribute } from "../dom/elements.js";
import { isNumber } from "../format/math.js";
import { picturePixels } from "../run/settings.js";
import { createPicture, pictureColumn } from "./picture.js";
import { createStrip, stripColumn } from "./strip.js";

const PER_UNIT = 6; // edges of a unit that are always drawn

/** How far the column of inputs reaches to the left and right of its middle, and where that is. @param {any} view @param {number} width */
export function inputColumn(view, width) {
  const phone = /phone$/.test(view.size ?? "");
  return picturePixels(view) ? pictureColumn(width, phone) : stripColumn(width, phone || view.size === "half");
}

/** @param {HTMLElement} content @param {() => void} redraw */
export function createWideInputs(content, redraw) {
  const button = createHtml("button", { class: "edge-choice", type: "button", "aria-pressed": "false" }, content);
  let all = false; // every edge is drawn
  let key = [];
  let inputs = null;
  button.addEventListener("click", () => {
    all = !all;
    redraw();
  });

  /** What the graph asks about the inputs of a View; the same as long as they are the same. @param {any} view */
  function inputsOf(view) {
    const next = [view.run.id, view.samples, view.size];
    if (!inputs || next.some((part, i) => part !== key[i])) {
      key = next;
      const pixels = picturePixels(view);
      const drawing = pixels ? createPicture(view, pixels) : createStrip(view);
      inputs = { ...drawing, column: (width) => inputColumn(view, width), choose: chooseEdges, isAll: () => all };
    }
    return inputs;
  }

  /** The button below the inputs. @param {any} layout null where there are few inputs */
  function update(layout) {
    setHidden(button, !layout);
    if (!layout) return;
    const { widths, units, columns } = layout;
    const count = widths[0] * widths[1];
    const lowest = units[0].at(-1);
    button.style.left = `${columns[0]}px`;
    button.style.top = `${lowest.y + lowest.s / 2 + 8}px`;
    setText(button, all ? "strongest lines only" : layout.phone ? `all ${count} lines` : `draw all ${count} lines`);
    button.title = `Drawn are the ${PER_UNIT} strongest lines of each of the first layer’s units, and all of what you point at or select`;
    syncAttribute(button, "aria-pressed", String(all));
  }

  /** Decides, edge by edge, what is drawn: by weight, by gradient once that is known, by its step in the update. */
  function chooseEdges(list, { view, records, layout }, { grad, activeTarget, phase, flowing }) {
    const [sources, targets] = layout.widths;
    const W = records.parameters.W1;
    const dW = records.batch("dW1");
    const added = records.update?.W1;
    const asked = [view.hover, view.selection].filter(Boolean);
    for (let to = 0; to < targets; to++) {
      const showsGradient = !flowing && phase === "backward" && dW && (grad >= 1 || to <= activeTarget);
      const by = showsGradient ? dW : phase === "update" && !flowing && added ? added : W;
      const strong = all ? null : strongest(by, to);
      for (let from = 0; from < sources; from++) {
        const edge = list[from * targets + to];
        edge.shown = !strong || strong.has(from) || asked.some((what) => touches(what, from, to));
      }
    }
  }

  return { inputsOf, update };
}

/** What is not finite is the strongest of all. */
const size = (v) => (isNumber(v) ? Math.abs(v) : Number.POSITIVE_INFINITY);

/** The rows of a column's largest entries; of equal ones the first: pixels that are blank in a whole batch have one gradient. */
function strongest(matrix, column) {
  const sizes = matrix.map((row) => size(row[column]));
  const order = sizes.map((_, i) => i).sort((a, b) => (sizes[a] === sizes[b] ? a - b : sizes[b] - sizes[a]));
  return new Set(order.slice(0, PER_UNIT));
}

/** Whether an edge of the first layer is one of those of a selection. */
function touches({ kind, layer, unit, from: source, to: target }, from, to) {
  if (kind === "weight") return layer === 1 && source === from && target === to;
  return (layer === 0 && unit === from) || (layer === 1 && unit === to);
}
