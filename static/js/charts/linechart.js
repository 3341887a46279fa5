// The frame of a line chart over the steps: heading, axes, tooltip under the pointer, and the same numbers as a table.

import { createHtml, createSvg, setAttribute, setHidden, setText } from "../dom/elements.js";
import { oncePerFrame } from "../dom/frames.js";
import { pointerIn } from "../dom/pagezoom.js";
import { observeSize } from "../dom/size.js";
import { hideTooltip, showTooltip } from "../dom/tooltip.js";
import { clamp, n1 } from "../format/math.js";
import { axis, linear, logarithmic, nearest, tickText } from "./scale.js";
import { shownRows } from "./shown.js";

/** @param {HTMLElement} element @param {string} title @param {string} small @param {string} [term] that explains it */
export function heading(element, title, small, term) {
  element.classList.add("side-figure");
  const head = createHtml("h2", { class: "side-figure-head" }, element);
  return {
    head,
    title: createHtml("span", { text: title, "data-term": term, tabindex: term && 0 }, head),
    small: createHtml("small", { text: small }, head),
  };
}

/**
 * Heading, axes, read-out under the pointer, and the same numbers as a table. Drawn again only when the series, the box or
 * the shown step has changed.
 */
export function createLineChart(element, title, { right, height, term }) {
  const { head, small } = heading(element, title, "", term);
  element.classList.add(`side-figure-${height}`);
  const toggle = createHtml(
    "button",
    {
      type: "button",
      class: "as-table",
      "aria-pressed": "false",
      "aria-label": `show as table: ${title.toLowerCase()}`,
      title: "show as table",
    },
    head,
  );
  createSvg(
    "path",
    { d: "M1 1.5h10v9h-10zM1 4.5h10M1 7.5h10M4.6 1.5v9" },
    createSvg("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, toggle),
  );
  const host = createHtml("div", { class: `chart ${height}` }, element);
  const root = createSvg("svg", { role: "img" }, host);
  const scroller = createHtml(
    "div",
    { class: "chart-table", tabindex: 0, role: "region", "aria-label": `${title} as a table`, hidden: "" },
    host,
  );
  const grid = createSvg("g", { class: "chart-grid" }, root);
  const lines = createSvg("g", {}, root);
  const later = createSvg("path", { class: "chart-later" }, root);
  const over = createSvg("g", {}, root);
  const here = createSvg("path", { class: "chart-here" }, root);
  const cursor = createSvg("path", { class: "chart-cursor" }, root);
  const tickPool = [];
  let last = null;
  let drawnFor = "";
  let drawnSeries = null; // of which run
  let hover = null;
  let table = null;
  let tableKey = "";
  const box = { left: 26, right: 100, top: 6, bottom: 90 };
  let draw = () => {};
  const size = observeSize(host, () => draw());

  function writeTable() {
    if (scroller.hidden || !table) return;
    const key = `${table.columns} ${table.version}`;
    if (key === tableKey) return;
    tableKey = key;
    scroller.replaceChildren();
    const tableElement = createHtml("table", { class: "step-table" }, scroller);
    const header = createHtml("tr", {}, createHtml("thead", {}, tableElement));
    for (const text of table.columns) createHtml("th", { scope: "col", text }, header);
    const body = createHtml("tbody", {}, tableElement);
    for (const [first, ...rest] of table.rows()) {
      const line = createHtml("tr", {}, body);
      createHtml("th", { scope: "row", text: first }, line);
      for (const text of rest) createHtml("td", { text }, line);
    }
  }
  toggle.addEventListener("click", () => {
    const open = scroller.hidden;
    setHidden(scroller, !open);
    root.classList.toggle("invisible", open);
    setAttribute(toggle, "aria-pressed", open);
    tableKey = "";
    writeTable();
  });
  root.addEventListener("pointermove", (event) => {
    if (!hover?.steps.length) return;
    const { x } = pointerIn(root, event);
    const { steps, X, words } = hover;
    const from = steps[0];
    const span = steps.at(-1) - from;
    const i = nearest(steps, from + clamp((x - box.left) / (box.right - box.left)) * span);
    if (i < 0) return;
    setAttribute(cursor, "d", `M${n1(X(steps[i]))} ${box.top}V${box.bottom}`);
    showTooltip(words(i), event.clientX, event.clientY);
  });
  root.addEventListener("pointerleave", () => {
    setAttribute(cursor, "d", "");
    hideTooltip();
  });

  return {
    lines,
    over,
    small: (text) => setText(small, text),
    name: (text) => setAttribute(root, "aria-label", text),
    hovering(X, steps, words) {
      hover = { X, steps, words };
    },
    table(columns, version, rows) {
      table = { columns, version, rows };
      writeTable();
    },
    /** Ticks and their lines; the scale that the values are drawn with. */
    axes(extent, log, count) {
      const { low, high, ticks } = axis(extent, log, count);
      const Y = (log ? logarithmic : linear)(low, high, box.bottom, box.top);
      while (tickPool.length < ticks.length)
        tickPool.push([createSvg("path", {}, grid), createSvg("text", { class: "tick", "text-anchor": "end" }, grid)]);
      tickPool.forEach(([line, text], i) => {
        const v = ticks[i];
        const shown = v !== undefined;
        for (const part of [line, text]) setAttribute(part, "visibility", shown ? null : "hidden");
        if (!shown) return;
        const y = n1(Y(v));
        setAttribute(line, "d", `M${box.left} ${y}H${box.right}`);
        setAttribute(line, "class", v === low ? "base" : "");
        setAttribute(text, "x", box.left - 4);
        setAttribute(text, "y", y + 3.5);
        setText(text, tickText(v, log));
      });
      if (!ticks.length) {
        if (!tickPool.length)
          tickPool.push([
            createSvg("path", {}, grid),
            createSvg("text", { class: "tick", "text-anchor": "end" }, grid),
          ]);
        setAttribute(tickPool[0][0], "visibility", null);
        setAttribute(tickPool[0][0], "class", "base");
        setAttribute(tickPool[0][0], "d", `M${box.left} ${box.top}V${box.bottom}H${box.right}`);
      }
      return { Y, low, high };
    },
    /**
     * @param {(view: any) => number} shownStep the step whose numbers the chart ends with @param {(view: any, box: any, rows:
     *   {length: number, at: number, isBack: boolean}) => void} paint what is drawn of the series, and which row is shown
     */
    drawing(shownStep, paint) {
      const render = (view) => {
        last = view;
        const { width, height: boxHeight } = size.measure();
        if (!width || !view.series) return; // or something has its place
        const rows = shownRows(view, shownStep(view));
        const key = `${view.series.version} ${Object.values(rows)} ${width} ${boxHeight} ${view.ops?.length}`;
        if (key !== drawnFor || view.series !== drawnSeries) {
          drawnFor = key;
          drawnSeries = view.series;
          setAttribute(root, "viewBox", `0 0 ${width} ${boxHeight}`);
          box.right = Math.max(box.left + 20, width - right);
          box.bottom = Math.max(box.top + 20, boxHeight - 4);
          paint(view, box, rows);
          const x = rows.isBack && rows.at >= 0 ? n1(hover.X(hover.steps[rows.at])) : null; // of an earlier step that is shown
          setAttribute(here, "d", x === null ? "" : `M${x} ${box.top}V${box.bottom}`);
          setAttribute(later, "d", x === null ? "" : `M${x} ${box.top - 3}H${box.right}V${box.bottom + 1}H${x}z`);
        }
      };
      draw = oncePerFrame(() => last && render(last));
      return { render };
    },
  };
}
