// The tape's header in the story: the counts of multiplications with their sums; and the buttons that go one step back
// and forward.

import { createHtml, createSvg, setAttribute, setHidden, setText } from "../dom/elements.js";
import { clamp } from "../format/math.js";
import { integerText, thousands } from "../format/numbers.js";
import { counter, multiplicationsUpTo } from "../run/operations.js";

/** The heading with the counts. @param {HTMLElement} element */
export function createHeader(element) {
  const head = createHtml("div", { class: "tape-head shares" }, element); // with the story's own switch
  createHtml("span", { text: "The tape", "data-term": "tape", tabindex: 0 }, createHtml("h2", {}, head));
  const phoneOp = createHtml("span", { class: "tape-op" }, head);
  const slogan = createHtml("em", { text: "forward records, backward reuses" }, head);
  const count = createHtml("div", { class: "tape-count" }, head);
  const fields = {
    paths: createSum(count, "paths input → loss", "paths", false),
    byPath: createSum(count, "products, path by path", "by paths", true),
    withTape: createSum(count, "with the tape", "tape", true),
    done: createSum(count, "done so far", "done", true),
  };
  let countedFor = {};
  let numbers = null;
  head.addEventListener(
    "toggle",
    (event) => {
      const opened = /** @type {HTMLDetailsElement} */ (event.target);
      if (opened.open)
        for (const other of count.querySelectorAll("details[open]")) if (other !== opened) other.open = false;
    },
    true,
  );
  head.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of count.querySelectorAll("details[open]")) {
      open.open = false;
      open.firstElementChild.focus();
      event.stopPropagation();
    }
  });
  addEventListener("pointerdown", (event) => {
    for (const open of count.querySelectorAll("details[open]"))
      if (!open.contains(/** @type {Node} */ (event.target))) open.open = false;
  });

  return {
    render(view, phone) {
      const { ops, step } = view;
      const parameters = step?.parameters ?? view.run?.parameters ?? {};
      if (countedFor.ops !== ops || countedFor.step !== step || countedFor.phone !== phone || !numbers) {
        countedFor = { ops, step, phone };
        numbers = counter(step, ops, parameters);
        const small = Number(numbers.byPath) < 1e4;
        head.classList.toggle("long-counts", Number(numbers.byPath) >= 1e5);
        const share = (v) => (small ? v / Number(numbers.byPath) : null);
        fields.paths.write(
          integerText(numbers.paths),
          [numbers.pathsSum || "counted by the engine", "One path takes one unit from each layer."],
          null,
        );
        fields.byPath.write(
          integerText(numbers.byPath, phone ? 7 : 16),
          [
            ...numbers.byPathSum,
            `together ${thousands(numbers.byPath)}`,
            "Every weight alone: the product along each of its paths to the loss.",
          ],
          share(Number(numbers.byPath)),
        );
        fields.withTape.write(
          thousands(numbers.withTape),
          [
            numbers.tapeSum.join(" + "),
            `= ${thousands(numbers.withTape)} multiplications of the backward pass, one sample`,
          ],
          share(numbers.withTape),
        );
      }
      const op = clamp(view.operation ?? 0, 0, Math.max(0, ops.length - 1));
      const done = step ? multiplicationsUpTo(ops, op) : 0;
      const byPath = Number(numbers.byPath);
      fields.done.write(
        thousands(done),
        () => [
          numbers.tapeSum
            .slice(0, ops.slice(0, op + 1).filter((o) => o.phase === "backward" && o.multiplications).length)
            .join(" + ") || "Nothing has gone back yet.",
          `of ${thousands(numbers.withTape)}`,
        ],
        byPath < 1e4 ? done / byPath : null,
      );
      setText(phoneOp, phone && ops.length ? `op ${op + 1} of ${ops.length}` : "");
      setHidden(slogan, phone);
    },
  };
}

/** A number that opens into the sum behind it. */
function createSum(parent, name, shortName, bar) {
  const details = createHtml("details", { class: "sum" }, parent);
  const summary = createHtml("summary", { title: name }, details);
  createHtml("span", { class: "long", text: `${name} ` }, summary);
  createHtml("span", { class: "brief", text: `${shortName} ` }, summary);
  const number = createHtml("b", {}, summary);
  const length = bar ? createHtml("i", { "aria-hidden": "true" }, summary) : null;
  const body = createHtml("div", { class: "sum-lines" }, details);
  let lines = null;
  const writeLines = () => {
    if (!details.open) return;
    const list = typeof lines === "function" ? lines() : lines;
    while (body.children.length > list.length) body.lastElementChild.remove();
    for (const [i, line] of list.entries()) setText(body.children[i] ?? createHtml("p", {}, body), line);
  };
  details.addEventListener("toggle", writeLines);
  return {
    write(text, sum, share) {
      setText(number, text);
      if (length) {
        setHidden(length, share === null);
        if (share !== null) length.style.width = `${Math.max(2, 110 * share).toFixed(1)}px`;
      }
      lines = sum;
      writeLines();
    },
  };
}

/** Two round buttons and a line below, at the left of the band. @param {(direction: number) => void} move */
export function createButtons(parent, thing, move) {
  const element = createHtml("div", { class: "tape-buttons" }, parent);
  const button = (name, d, direction) => {
    const created = createHtml("button", { type: "button", "aria-label": name, title: name }, element);
    createSvg("path", { d }, createSvg("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true" }, created));
    created.addEventListener("click", () => move(direction));
    return created;
  };
  const back = button(`back one ${thing}`, "M4 -6L-5 0L4 6z", -1);
  const on = button(`forward one ${thing}`, "M-4 -6L5 0L-4 6z", 1);
  const where = createHtml("span", {}, element);
  return {
    element,
    /** @param {number} y middle of the buttons in the band */
    at(y) {
      element.style.top = `${Math.round(y - 16)}px`;
    },
    render(text, canGoBack, canGoOn) {
      setText(where, text);
      setAttribute(back, "aria-disabled", canGoBack ? null : "true");
      setAttribute(on, "aria-disabled", canGoOn ? null : "true");
    },
  };
}
