// The figures of the lessons: their frame, one dot per seed, numbers that are not finite by operation.

import { linear } from "../charts/scale.js";
import { createHtml, setHidden } from "../dom/elements.js";
import { clamp, isNumber, n1 } from "../format/math.js";
import { format, thousands } from "../format/numbers.js";
import { stackHeights } from "./layerprofile.js";

export const polyline = (points) => `M${points.map(([x, y]) => `${n1(x)} ${n1(y)}`).join("L")}`;
export const svgText = (x, y, words, more = "") => `<text x="${n1(x)}" y="${n1(y)}" ${more}>${words}</text>`;
export const ANCHOR_END = 'text-anchor="end"';
export const ANCHOR_MIDDLE = 'text-anchor="middle"';

/** A figure with a heading and one drawing that is written again when something it shows has changed.
 * @param {Element|null} host @param {string} title */
export function figure(host, title) {
  const element = document.createElement("figure");
  element.className = "side-figure lesson-figure";
  element.innerHTML = `<h2 class="side-figure-head"><span></span><small></small></h2><div class="drawing"></div><p class="help-text"></p>`;
  const [name, small] = element.querySelectorAll("span, small");
  const drawing = /** @type {HTMLElement} */ (element.querySelector(".drawing"));
  const note = /** @type {HTMLElement} */ (element.querySelector("p"));
  name.textContent = title;
  host?.append(element);
  let before = [];
  return {
    element,
    /** @param {any[]} key @param {() => {small?: string, html: string, note?: string, title?: string}} draw */
    show(key, draw) {
      const now = [...key, drawing.clientWidth, drawing.clientHeight];
      if (now.length === before.length && now.every((v, i) => v === before[i])) return;
      before = now;
      const drawn = draw();
      if (drawn.title) name.textContent = drawn.title;
      small.textContent = drawn.small ?? "";
      drawing.innerHTML = drawn.html;
      note.textContent = drawn.note ?? "";
      setHidden(note, !drawn.note);
    },
    box: (height = 0) => ({ W: drawing.clientWidth || 232, H: height || drawing.clientHeight || 150 }),
  };
}

export const svg = (W, H, label, inner, className = "") =>
  `<svg viewBox="0 0 ${n1(W)} ${n1(H)}" width="${n1(W)}" height="${n1(H)}" role="img" aria-label="${label}" class="${className}">${inner}</svg>`;

export const signedText = (v, digits = 2) => (v > 0 ? "+" : "") + format(v, digits);

// ------------------------------------------------------------------ one dot a seed

/** @param {{name: string, values: (number|null)[], hollow: boolean}[]} rows @param {any} measure */
export function seedDotsPicture(rows, measure, W) {
  const known = rows.flatMap(({ values }) => values).filter(isNumber);
  const pitch = 62;
  const H = rows.length * pitch + 18;
  if (!known.length)
    return svg(W, 40, "no seed measured yet", svgText(W / 2, 20, "…", ANCHOR_MIDDLE), "lesson-drawing");
  const log = known.every((v) => v > 0) && Math.max(...known) / Math.min(...known) > 50;
  const axisValue = (v) => (log ? Math.log10(v) : v);
  const low = Math.min(...known.map(axisValue));
  const high = Math.max(...known.map(axisValue));
  const margin = (high - low) * 0.08 || Math.abs(high) * 0.1 || 0.5;
  const box = { left: 10, right: W - 10 };
  const X = linear(low - margin, high + margin, box.left, box.right);
  const out = [];
  rows.forEach(({ name, values, hollow }, i) => {
    const base = (i + 1) * pitch - 8;
    out.push(
      `<path class="base" d="M${box.left} ${base}H${box.right}"/>`,
      svgText(box.left, base - 46, name, 'class="small"'),
    );
    const shown = values.filter(isNumber);
    const places = shown.map((v) => X(axisValue(v)));
    const heights = stackHeights(places, 7);
    const dotHeight = Math.min(6.4, 36 / Math.max(1, ...heights));
    heights.forEach((below, k) => {
      out.push(
        `<circle class="mark${hollow ? " hollow" : ""}" cx="${n1(Math.round(places[k] / 7) * 7)}" cy="${n1(base - 4.5 - below * dotHeight)}" r="2.9"/>`,
      );
    });
    const diverged = values.length - shown.length;
    if (diverged) out.push(svgText(box.right, base - 46, `${diverged} without`, `${ANCHOR_END} class="small"`));
  });
  for (const v of [low, (low + high) / 2, high].filter((v, i, all) => i === 0 || v > all[0]))
    out.push(
      svgText(
        clamp(X(v), 18, W - 18),
        H - 3,
        measureText(log ? 10 ** v : v, measure.kind),
        `${ANCHOR_MIDDLE} class="tick"`,
      ),
    );
  return svg(
    W,
    H,
    rows
      .map(
        ({ name, values }) =>
          `${name}: ${values.map((v) => (isNumber(v) ? measureText(v, measure.kind) : "none")).join(", ")}`,
      )
      .join("; "),
    out.join(""),
    "lesson-drawing",
  );
}

export const measureText = (v, kind) =>
  kind === "percent" ? percent(v) : kind === "integer" ? thousands(Math.round(v)) : format(v);

/** Whole percent; one digit more near 0 and 100, where it is not exactly there. @param {number} v */
function percent(v) {
  const needsDigit = (v > 0 && v < 0.01) || (v > 0.99 && v < 1);
  return `${(100 * v).toFixed(needsDigit ? 1 : 0)}\u00a0%`;
}

// ------------------------------------------------------------------ numbers that are not finite, by operation

/** Recorded numbers that are no numbers, added up in the order of the operations. @param {any} view */
export function notFinitePicture(view, W, H) {
  let sum = 0;
  const counts = view.ops.map((op) => {
    for (const record of op.records) for (const n of Object.values(record?.not_finite ?? {})) sum += Number(n);
    return sum;
  });
  const box = { left: 36, right: W - 40, top: 14, bottom: H - 18 };
  const Y = linear(0, Math.max(1, sum), box.bottom, box.top);
  const X = linear(0, Math.max(1, counts.length), box.left, box.right);
  const steps = (from, to) => {
    let d = "";
    for (let i = from; i < to; i++)
      d += `${i === from ? `M${n1(X(i))} ${n1(Y(i ? counts[i - 1] : 0))}` : ""}V${n1(Y(counts[i]))}H${n1(X(i + 1))}`;
    return d;
  };
  const here = Math.min(view.operation + 1, counts.length);
  const now = counts[here - 1] ?? 0;
  const turn = view.ops.findIndex((op) => op.phase === "loss");
  const html = svg(
    W,
    H,
    `${now} of ${sum} recorded numbers are not finite up to here`,
    `<path class="grid" d="M${box.left} ${n1(Y(sum))}H${box.right}M${n1(X(turn + 1))} ${box.top}V${box.bottom}"/><path class="base" d="M${box.left} ${box.bottom}H${box.right}"/>` +
      `<path class="fit dots" d="${steps(here, counts.length)}"/><path class="fit wide" d="${steps(0, here)}"/><circle class="mark" cx="${n1(X(here))}" cy="${n1(Y(now))}" r="4"/>` +
      svgText(X(here) - 8, Y(now) - 6, thousands(now), `${ANCHOR_END} class="strong"`) +
      svgText(box.left - 5, Y(sum) + 3.5, thousands(sum), `${ANCHOR_END} class="tick"`) +
      svgText(box.left - 5, box.bottom + 3.5, "0", `${ANCHOR_END} class="tick"`) +
      svgText(box.left, H - 3, "x", 'class="tick"') +
      svgText(X(turn + 1), H - 3, "turn", `${ANCHOR_MIDDLE} class="tick"`) +
      svgText(box.right, H - 3, "update", `${ANCHOR_END} class="tick"`),
    "lesson-drawing",
  );
  return { html, sum, now };
}

// ------------------------------------------------------------------ differences between the units of a layer

/** For every layer: the largest difference between weights into two of its units, in the recorded parameters. */
export function unitDifferences(parameters) {
  const found = [];
  for (let k = 1; parameters[`W${k}`]; k++) {
    const W = parameters[`W${k}`];
    if (!W[0] || W[0].length < 2) continue;
    found.push({ layer: k, spread: Math.max(...W.map((row) => Math.max(...row) - Math.min(...row))) });
  }
  return found;
}

/** The heading of a figure that takes the whole stage. @param {HTMLElement} host @param {string} over @param {string} title @param {string} under */
export function figureHead(host, over, title, under) {
  const head = createHtml("div", { class: "stage-caption stage-figure-caption" }, host);
  head.innerHTML = `<p class="eyebrow"><b></b><span></span></p><h2></h2><p></p>`;
  const [bold, rest] = over.split(" · ");
  const set = (selector, words) => {
    /** @type {HTMLElement} */ (head.querySelector(selector)).textContent = words;
  };
  set("b", bold);
  set("span", rest ?? "");
  set("h2", title);
  set("p:last-child", under);
  return { head, setProgress: (words) => set("span", words), setText: (words) => set("p:last-child", words) };
}
