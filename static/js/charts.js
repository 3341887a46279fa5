// The charts of a run: loss, gradient flow, and whether the step helped.

import {
  axis,
  binnedPath,
  extentOf,
  lastFinite,
  linear,
  linePath,
  logarithmic,
  nearest,
  promiseWords,
  sampled,
  spread,
  tickText,
  wantsLog,
} from "./chartscale.js";
import { placeIn } from "./enlarge.js";
import { html, onceAFrame, say, set, sizeOf, svg } from "./marks.js";
import { SPEEDS } from "./player.js";
import { noReadout, readout } from "./readout.js";
import { clamp, format, full, isNumber, n1, superscript } from "./scales.js";

const ROWS = 60; // of a chart as a table

/** Loss over the steps: the training set solid, the test set dashed, the batches' own loss pale behind them.
 * @param {HTMLElement} element */
export function createLossChart(element, _on = {}) {
  const chart = createFrame(element, "Loss", { right: 58, height: "loss" });
  const spreadOf = svg("path", { class: "batch-area", "data-ref": "L" }, chart.lines);
  const lines = {
    loss: svg("path", { class: "line batch", "data-ref": "L" }, chart.lines),
    test: svg("path", { class: "line test", "data-ref": "test_loss" }, chart.lines),
    train: svg("path", { class: "line train", "data-ref": "train_loss" }, chart.lines),
  };
  const end = svg("circle", { r: 2.4, class: "chart-end" }, chart.over);
  const ends = {
    train: svg("text", { class: "end-label strong" }, chart.over),
    test: svg("text", { class: "end-label" }, chart.over),
  };
  const empty = svg(
    "text",
    { class: "chart-empty", "text-anchor": "middle", text: "begins with the first step" },
    chart.over,
  );

  return chart.drawing((view, box) => {
    const { series } = view;
    const began = series.steps.length > 1;
    set(empty, "visibility", began ? "hidden" : null);
    set(empty, "x", box.left + (box.right - box.left) * 0.5);
    set(empty, "y", box.top + (box.bottom - box.top) * 0.62);
    const columns = [series.train, series.test, series.loss];
    const log = wantsLog(columns);
    chart.small(`${lossName(view)}${log ? ", log" : ""}`);
    const { Y, low, high } = chart.axes(extentOf(columns, log ? 0 : undefined), log, 3);
    const first = series.steps[0] ?? 0;
    const last = began ? series.steps.at(-1) : first + 1;
    const X = linear(first, last, box.left, box.right);
    const inside = (v) => Y(clamp(v, low, high));
    for (const name of ["train", "test"])
      set(lines[name], "d", began ? linePath(series.steps, series[name], X, inside, { log }) : "");
    const batches = began
      ? binnedPath(series.steps, series.loss, X, inside, { log, bin: 1 })
      : { line: "", area: "", most: 0 };
    set(lines.loss, "d", batches.most > 1 ? "" : batches.line);
    set(spreadOf, "d", batches.area);
    const at = { train: lastFinite(series.train), test: lastFinite(series.test), loss: lastFinite(series.loss) };
    const main = at.train > 0 || at.loss < 0 ? "train" : "loss";
    const value = { train: series[main][at[main]], test: series.test[at.test] };
    const heights = spread(
      [isNumber(value.test) ? Y(value.test) : box.top, isNumber(value.train) ? Y(value.train) : box.bottom],
      12.5,
      box.top + 2,
      box.bottom - 2,
    );
    ["test", "train"].forEach((name, i) => {
      const v = began || name === "train" ? value[name] : undefined;
      say(
        ends[name],
        isNumber(v)
          ? began
            ? `${name === "train" && main === "loss" ? "batch" : name} ${short(v)}`
            : `${format(v, 2)} at step ${first}`
          : "",
      );
      set(ends[name], "x", began ? box.right + 6 : box.left + 9);
      set(ends[name], "y", (began ? heights[i] : isNumber(v) ? Y(v) : 0) + 3.5);
    });
    set(end, "visibility", isNumber(value.train) ? null : "hidden");
    if (isNumber(value.train)) {
      set(end, "cx", n1(X(series.steps[at[main]])));
      set(end, "cy", n1(Y(value.train)));
    }
    chart.name(
      `Loss: ${isNumber(value.train) ? `${main === "train" ? "train" : "batch"} ${format(value.train)}` : "none yet"}${isNumber(value.test) ? `, test ${format(value.test)}` : ""}${began ? `, at step ${last}` : ""}`,
    );
    chart.hovering(X, series.steps, (i) => wordsAt(series, i));
    chart.table(["step", "train", "test", "batch"], series.version, () =>
      sampled(series.steps.length, ROWS).map((i) => [
        String(series.steps[i]),
        ...["train", "test", "loss"].map((name) => (isNumber(series[name][i]) ? format(series[name][i]) : "")),
      ]),
    );
  });
}

/** A loss in the little room beside its line. */
const short = (v) => (v >= 1e5 || v < 1e-3 ? format(v).replace(/\.\d/, "") : format(v, v < 0.0995 ? 3 : 2));

function wordsAt(series, i) {
  const own = (name) => {
    const at = lastFinite(series[name], i);
    return at < 0 ? null : `${full(series[name][at])}${at === i ? "" : ` (step ${series.steps[at]})`}`;
  };
  const rows = [
    ["train", own("train")],
    ["test", own("test")],
    ["this batch", isNumber(series.loss[i]) ? full(series.loss[i]) : null],
  ];
  return [`step ${series.steps[i]}`, ...rows.filter(([, text]) => text).map(([name, text]) => `${name} ${text}`)].join(
    "\n",
  );
}

/** ‖∂W‖ of each layer over the steps. @param {HTMLElement} element */
export function createGradientChart(element, _on = {}) {
  const chart = createFrame(element, "Gradient flow", { right: 28, height: "flow" });
  const empty = svg("text", { class: "chart-empty", "text-anchor": "middle", text: "no gradient yet" }, chart.over);
  let lines = [];
  let areas = [];
  let labels = [];

  return chart.drawing((view, box) => {
    const { series } = view;
    const layers = series.norms.length;
    if (lines.length !== layers) {
      for (const old of [...lines, ...areas, ...labels]) old.remove();
      areas = series.norms.map(() => svg("path", { class: "flow-area" }, chart.lines));
      lines = series.norms.map((_, k) =>
        svg(
          "path",
          {
            class: "line flow",
            "data-ref": `dW${k + 1}.norm`,
            "stroke-opacity": (layers > 1 ? 0.42 + (0.58 * k) / (layers - 1) : 1).toFixed(2),
          },
          chart.lines,
        ),
      );
      lines.forEach((line, k) => {
        line.style.strokeWidth = (layers > 1 ? 2.2 - (1.1 * k) / (layers - 1) : 1.6).toFixed(1);
      });
      labels = series.norms.map((_, k) =>
        svg("text", { class: "end-label it", text: `W${superscript(k + 1)}` }, chart.over),
      );
    }
    const extent = extentOf(series.norms, 0);
    const began = !!extent;
    set(empty, "visibility", began ? "hidden" : null);
    set(empty, "x", (box.left + box.right) / 2);
    set(empty, "y", box.top + (box.bottom - box.top) * 0.62);
    const { Y } = chart.axes(extent, true, 5);
    const first = series.steps[0] ?? 0;
    const last = Math.max(first + 1, series.steps.at(-1) ?? 1);
    const X = linear(first, last, box.left, box.right);
    const at = series.norms.map((column) => lastFinite(column));
    const now = at.map((i, k) => (i < 0 ? undefined : series.norms[k][i]));
    let most = 0;
    lines.forEach((line, k) => {
      const path = began
        ? binnedPath(series.steps, series.norms[k], X, Y, { log: true })
        : { line: "", area: "", most: 0 };
      set(line, "d", path.line);
      set(areas[k], "d", path.area);
      most = Math.max(most, path.most);
    });
    chart.small(`‖∂W‖${most > 1 ? "" : " per layer"}, log${most > 1 ? `, mean of ${most}` : ""}`);
    const wanted = now.map((v) => (isNumber(v) ? Y(v) : box.bottom));
    const gap = Math.min(10.5, (box.bottom - box.top) / Math.max(1, layers - 1));
    spread(wanted, gap, box.top + 2, box.bottom).forEach((y, k) => {
      set(labels[k], "visibility", isNumber(now[k]) ? null : "hidden");
      set(labels[k], "x", box.right + 4);
      set(labels[k], "y", n1(y + 4));
    });
    chart.name(
      began
        ? `Size of the gradient per layer, log scale, at step ${last}: ${now.map((v, i) => `W${i + 1} ${format(v)}`).join(", ")}`
        : "Size of the gradient per layer: none yet",
    );
    chart.hovering(X, series.steps, (i) => {
      const rows = series.norms
        .map((column, layer) => (isNumber(column[i]) ? `‖∂W${superscript(layer + 1)}‖ ${full(column[i])}` : null))
        .filter(Boolean);
      return [`step ${series.steps[i]}`, ...(rows.length ? rows : ["no gradient recorded here"])].join("\n");
    });
    chart.table(["step", ...labels.map((_, i) => `W${superscript(i + 1)}`)], series.version, () =>
      sampled(series.steps.length, ROWS)
        .filter((i) => series.norms.some((c) => isNumber(c[i])))
        .map((i) => [String(series.steps[i]), ...series.norms.map((c) => (isNumber(c[i]) ? format(c[i]) : ""))]),
    );
  });
}

/** At the update: loss before and after, on this batch and on all training points, and what the slope alone promised.
 * @param {HTMLElement} element */
export function createHelpBars(element, _on = {}) {
  heading(element, "Did it help?", "loss before → after");
  const root = svg("svg", { class: "help-bars", role: "img" }, element);
  const rows = ["batch", "all"].map((name, i) => {
    const y = i * 50;
    const bar = (dy, ref) =>
      svg("rect", { x: 2, y: y + dy, height: 8, class: dy < 30 ? "bar before" : "bar after", "data-ref": ref }, root);
    return {
      text: svg("text", { x: 0, y: y + 14 }, root),
      before: bar(20, name === "batch" ? "L" : "train_loss before"),
      after: bar(32, name === "batch" ? "loss_after" : "train_loss"),
      numbers: [
        svg("text", { y: y + 27.5, "text-anchor": "end", class: "soft" }, root),
        svg("text", { y: y + 40.5, "text-anchor": "end", class: "strong" }, root),
      ],
    };
  });
  const tick = svg("path", { class: "promise", "data-ref": "loss_predicted" }, root);
  const words = html("p", { class: "plane-note" }, element);
  const promised = html("b", { class: "promised", text: "| " }, words);
  const sentence = html("span", {}, words);
  let last = null;
  const size = sizeOf(
    /** @type {any} */ (root),
    onceAFrame(() => last && render(last)),
  );

  function render(view) {
    last = view;
    const shown = helps(view);
    element.parentElement.classList.toggle("helped", shown);
    if (!shown) return;
    const { step, before, after, samples } = view;
    const width = size.measure().width || 240;
    const pairs = [
      [step.loss ?? lossIn(step), step.loss_after],
      [before?.train_loss, after?.train_loss],
    ];
    const largest = Math.max(1e-300, ...pairs.flat().filter(isNumber)) * 1.08;
    const X = (v) => clamp(v / largest) * (width - 88);
    const names = [`this batch of ${step.batch.indices.length}`, `all ${samples?.train ?? ""} training points`];
    rows.forEach((row, i) => {
      say(row.text, names[i]);
      [row.before, row.after].forEach((bar, k) => {
        const v = pairs[i][k];
        set(bar, "width", isNumber(v) ? n1(X(v)) : 0);
        say(row.numbers[k], isNumber(v) ? format(v) : v === null ? "NaN" : "…");
        set(row.numbers[k], "x", width);
      });
    });
    const p = step.loss_predicted;
    set(tick, "d", isNumber(p) ? (p >= 0 ? `M${n1(2 + X(p))} 29v14` : "M7 31l-5 5l5 5") : "");
    say(promised, isNumber(p) && p < 0 ? "‹ " : "| ");
    say(
      sentence,
      isNumber(p)
        ? `${format(p)} was promised by the slope alone. ${promiseWords(pairs[0][0], pairs[0][1], p)}`
        : promiseWords(null, null, null),
    );
    set(
      root,
      "aria-label",
      `Loss before and after: ${names.map((name, i) => `${name} ${pairs[i].map((v) => format(v)).join(" to ")}`).join("; ")}; promised by the slope ${format(p)}`,
    );
  }
  return { render };
}

const lossIn = (step) => step.tape.find((record) => record.name === "L")?.value;
/** Whether an update can be read. */
const slow = (view) => !view.playing || (view.mode === "operations" && !(SPEEDS[view.speed]?.ops > 2));
const helps = (view) =>
  !view.stopped &&
  slow(view) &&
  !!view.step &&
  view.step.loss_after !== undefined &&
  view.ops?.[view.op]?.phase === "update";
const LOSS_NAMES = {
  binary_cross_entropy: "cross-entropy",
  softmax_cross_entropy: "−ln p of the true class",
  squared_error: "½(ŷ − y)²",
};
const lossName = (view) => LOSS_NAMES[view.ops?.find((op) => op.phase === "loss")?.kind] ?? "";

export function heading(element, title, small) {
  element.classList.add("reading");
  const head = html("h2", { class: "reading-head" }, element);
  return { head, title: html("span", { text: title }, head), small: html("small", { text: small }, head) };
}

/**
 * What the line charts share: heading, axes, read-out under the pointer, and the same numbers as a table. Drawn again
 * only when the series, the box or the step has changed.
 */
function createFrame(element, title, { right, height }) {
  const { head, small } = heading(element, title, "");
  element.classList.add(`reading-${height}`);
  const toggle = html(
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
  svg(
    "path",
    { d: "M1 1.5h10v9h-10zM1 4.5h10M1 7.5h10M4.6 1.5v9" },
    svg("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, toggle),
  );
  const host = html("div", { class: `chart ${height}` }, element);
  const root = svg("svg", { role: "img" }, host);
  const scroller = html(
    "div",
    { class: "chart-table", tabindex: 0, role: "region", "aria-label": `${title} as a table`, hidden: "" },
    host,
  );
  const grid = svg("g", { class: "chart-grid" }, root);
  const lines = svg("g", {}, root);
  const over = svg("g", {}, root);
  const here = svg("path", { class: "chart-here" }, root);
  const cursor = svg("path", { class: "chart-cursor" }, root);
  const pool = [];
  let last = null;
  let drawn = "";
  let hover = null;
  let table = null;
  let tableKey = "";
  const box = { left: 26, right: 100, top: 6, bottom: 90 };
  let draw = () => {};
  const size = sizeOf(host, () => draw());

  function writeTable() {
    if (scroller.hidden || !table) return;
    const key = `${table.columns} ${table.version}`;
    if (key === tableKey) return;
    tableKey = key;
    scroller.replaceChildren();
    const made = html("table", { class: "readings" }, scroller);
    const header = html("tr", {}, html("thead", {}, made));
    for (const text of table.columns) html("th", { scope: "col", text }, header);
    const body = html("tbody", {}, made);
    for (const [first, ...rest] of table.rows()) {
      const line = html("tr", {}, body);
      html("th", { scope: "row", text: first }, line);
      for (const text of rest) html("td", { text }, line);
    }
  }
  toggle.addEventListener("click", () => {
    const open = scroller.hidden;
    scroller.hidden = !open;
    root.classList.toggle("away", open);
    set(toggle, "aria-pressed", open);
    tableKey = "";
    writeTable();
  });
  root.addEventListener("pointermove", (event) => {
    if (!hover?.steps.length) return;
    const { x } = placeIn(root, event);
    const { steps, X, words } = hover;
    const from = steps[0];
    const span = steps.at(-1) - from;
    const i = nearest(steps, from + clamp((x - box.left) / (box.right - box.left)) * span);
    if (i < 0) return;
    set(cursor, "d", `M${n1(X(steps[i]))} ${box.top}V${box.bottom}`);
    readout(words(i), event.clientX, event.clientY);
  });
  root.addEventListener("pointerleave", () => {
    set(cursor, "d", "");
    noReadout();
  });

  return {
    lines,
    over,
    small: (text) => say(small, text),
    name: (text) => set(root, "aria-label", text),
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
      while (pool.length < ticks.length)
        pool.push([svg("path", {}, grid), svg("text", { class: "tick", "text-anchor": "end" }, grid)]);
      pool.forEach(([line, text], i) => {
        const v = ticks[i];
        const shown = v !== undefined;
        for (const part of [line, text]) set(part, "visibility", shown ? null : "hidden");
        if (!shown) return;
        const y = n1(Y(v));
        set(line, "d", `M${box.left} ${y}H${box.right}`);
        set(line, "class", v === low ? "base" : "");
        set(text, "x", box.left - 4);
        set(text, "y", y + 3.5);
        say(text, tickText(v, log));
      });
      if (!ticks.length) {
        if (!pool.length)
          pool.push([svg("path", {}, grid), svg("text", { class: "tick", "text-anchor": "end" }, grid)]);
        set(pool[0][0], "visibility", null);
        set(pool[0][0], "class", "base");
        set(pool[0][0], "d", `M${box.left} ${box.top}V${box.bottom}H${box.right}`);
      }
      return { Y, low, high };
    },
    /** @param {(view: any, box: any) => void} paint */
    drawing(paint) {
      const render = (view) => {
        last = view;
        const { width, height: tall } = size.measure();
        if (!width || !view.series) return; // or something has its place
        const key = `${view.series.version} ${view.series.steps.length} ${width} ${tall} ${view.ops?.length}`;
        if (key !== drawn) {
          drawn = key;
          set(root, "viewBox", `0 0 ${width} ${tall}`);
          box.right = Math.max(box.left + 20, width - right);
          box.bottom = Math.max(box.top + 20, tall - 4);
          paint(view, box);
        }
        const k = view.step?.step; // walked back: where
        const back = hover && hover.steps.length > 1 && k < hover.steps.at(-1);
        set(here, "d", back ? `M${n1(hover.X(k))} ${box.top}V${box.bottom}` : "");
      };
      draw = onceAFrame(() => last && render(last));
      return { render };
    },
  };
}
