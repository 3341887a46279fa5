// The loss of one sample: its curve over the output's sum, the point where the sample stands, and the slope that starts the
// way back. A view in, markup out.

import { gradientClass } from "../format/colors.js";
import { isNumber } from "../format/math.js";
import { format, realText, superscript } from "../format/numbers.js";
import { networkOf } from "../run/records.js";
import { isTargetScaled, realNumber } from "../run/targets.js";
import { computedShare } from "../run/values.js";
import { targetOf } from "./chainrule.js";
import { escaped } from "./markup.js";

const BOX = { left: 26, right: 14, top: 6, bottom: 28, width: 220, height: 124 };
const POINTS = 60;
const PROBABILITIES = [0.02, 0.1, 0.5, 0.9, 0.98];
const REACH = 4; // of the output's sum, to either side, unless the sample lies farther out

const logit = (p) => Math.log(p / (1 - p));
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/**
 * What is drawn: the loss as a function of one number, where the sample stands, and the words.
 * @param {any} view @returns {{curve: (x: number) => number, slope: number, at: number, loss: number, ticks: any[][],
 *   axis: string, lines: string[], words: string}|null} null before the loss of this sample is computed, or where it is not finite
 */
export function lossOfSample(view) {
  const values = view.spotlightValues;
  const target = targetOf(view);
  if (!isReached(view) || !values?.outputs || !target || !isNumber(values.L)) return null;
  const { kind } = view.ops.find(({ phase }) => phase === "loss");
  const { last } = networkOf(view);
  const z = values[`z${last}`];
  const sup = superscript(last);
  if (!z?.every(isNumber) || !values.outputs.every(isNumber)) return null;
  if (kind === "binary_cross_entropy") return binary(z[0], values.outputs[0], target[0], sup);
  if (kind === "softmax_cross_entropy") return softmax(z, values.outputs, target, view.samples?.classes ?? [], sup);
  return squared(values.outputs, target, sup, view.samples);
}

/** Whether the forward pass has come to the loss. */
function isReached(view) {
  const index = new Map(view.ops?.flatMap((op) => op.names.map((name) => [name, op.index])));
  return Boolean(view.step) && index.has("L") && computedShare({ index }, view)("L") === 1;
}

function binary(z, p, y, sup) {
  const loss = softplus(z) - y * z;
  const right = y ? p : 1 - p;
  return {
    curve: (x) => softplus(x) - y * x,
    slope: p - y,
    at: z,
    loss,
    ticks: PROBABILITIES.map((q) => [logit(q), String(q === 0.5 ? "½" : q)]),
    axis: "prediction ŷ →",
    lines: [
      `ŷ = σ(z${sup}) = σ(${format(z)}) = <b>${format(p)}</b>`,
      `L = −ln ${y ? "ŷ" : "(1 − ŷ)"} = −ln ${format(right)} = <b>${format(loss)}</b>`,
    ],
    words: `Slope here: <b class="${gradientClass(p - y)}">δ${sup} = ŷ − y = ${format(p - y)}</b>, the first number that goes back.`,
  };
}

function softmax(z, p, y, classes, sup) {
  const k = y.indexOf(1);
  const others = z.filter((_, j) => j !== k);
  const most = Math.max(...others);
  const rest = most + Math.log(others.reduce((sum, v) => sum + Math.exp(v - most), 0)); // ln Σ exp of the other sums
  const curve = (x) => softplus(rest - x);
  const name = escaped(String(classes[k] ?? `class ${k + 1}`));
  return {
    curve,
    slope: p[k] - 1,
    at: z[k],
    loss: curve(z[k]),
    ticks: PROBABILITIES.map((q) => [logit(q) + rest, String(q === 0.5 ? "½" : q)]),
    axis: "probability of the true class →",
    lines: [
      `ŷ = softmax(z${sup}): ${name} <b>${format(p[k])}</b>`,
      `L = −ln ŷ of ${name} = <b>${format(curve(z[k]))}</b>`,
    ],
    words: `Slope here: <b class="${gradientClass(p[k] - 1)}">δ${sup} = ŷ − 1 = ${format(p[k] - 1)}</b>, the first number that goes back; for every other class it is ŷ.`,
  };
}

function squared(outputs, y, sup, samples) {
  const others = outputs.slice(1).reduce((sum, v, j) => sum + (v - y[j + 1]) ** 2 / 2, 0);
  const [p, target] = [outputs[0], y[0]];
  const reach = Math.max(1, 1.4 * Math.abs(p - target));
  const several = outputs.length > 1;
  return {
    curve: (x) => (x - target) ** 2 / 2 + others,
    slope: p - target,
    at: p,
    loss: (p - target) ** 2 / 2 + others,
    ticks: [-1, 0, 1].map((share) => [target + share * reach, format(target + share * reach, 2)]),
    axis: several ? "first output ŷ →" : "prediction ŷ →",
    lines: [
      `ŷ = <b>${format(p)}</b>, target y = ${format(target)}`,
      ...(isTargetScaled(samples)
        ? [
            `<span class="muted">in scaled units; in the target's own ${realText(realNumber(samples, p))} and ${realText(realNumber(samples, target))}</span>`,
          ]
        : []),
      `L = ½(ŷ − y)²${several ? " + the other outputs'" : ""} = <b>${format((p - target) ** 2 / 2 + others)}</b>`,
    ],
    words: `Slope here: <b class="${gradientClass(p - target)}">δ${sup} = ŷ − y = ${format(p - target)}</b>, the first number that goes back.`,
  };
}

/** @param {any} view @returns {string} */
export function sampleLossHtml(view) {
  const found = lossOfSample(view);
  const head =
    '<header><h2 tabindex="-1">Loss of this sample</h2><button type="button" data-close aria-label="Close the loss">✕</button></header>';
  if (!found && isReached(view) && view.spotlightValues)
    return `${head}<p class="help-text">The loss of this sample is not a finite number, so it has no curve and no slope.</p>`;
  if (!found)
    return `${head}<p class="help-text">It stands here once the forward pass has reached <i class="variable">L</i>.</p>`;
  const { lines, words, loss, at, axis } = found;
  return `${head}<p class="sample-loss-equation">${lines.join("<br>")}</p>${picture(found)}<p class="help-text">${words}</p><p class="visually-hidden">The curve is the loss over the ${axis.replace(" →", "")}; the sample stands at ${format(at)}, with a loss of ${format(loss)}.</p>`;
}

function picture({ curve, slope, at, loss, ticks, axis }) {
  const { left, right, top, bottom, width, height } = BOX;
  const middle = ticks[Math.floor(ticks.length / 2)][0];
  const reach = Math.max(REACH, Math.abs(at - middle) * 1.1, ...ticks.map(([x]) => Math.abs(x - middle)));
  const [from, to] = [middle - reach, middle + reach];
  const xs = Array.from({ length: POINTS + 1 }, (_, i) => from + ((to - from) * i) / POINTS);
  const highest = Math.max(...xs.map(curve), 1e-12);
  const X = (x) => left + ((x - from) / (to - from)) * (width - left - right);
  const Y = (v) => height - bottom - (v / highest) * (height - top - bottom);
  const path = xs.map((x, i) => `${i ? "L" : "M"}${X(x).toFixed(1)} ${Y(curve(x)).toFixed(1)}`).join("");
  const half = reach * 0.42;
  const tangent = `M${X(at - half).toFixed(1)} ${Y(loss - slope * half).toFixed(1)}L${X(at + half).toFixed(1)} ${Y(loss + slope * half).toFixed(1)}`;
  const levels = [0, highest / 2, highest];
  return `<svg class="sample-loss-picture" viewBox="0 0 ${width} ${height}" aria-hidden="true"><path class="sample-loss-rule" d="M${left} ${height - bottom}H${width - right}"/>${levels
    .map(
      (v) =>
        `<text class="tick" x="${left - 5}" y="${(Y(v) + 3.5).toFixed(1)}" text-anchor="end">${v ? format(v, 1) : 0}</text>`,
    )
    .join("")}${ticks
    .map(
      ([x, text]) =>
        `<text class="tick" x="${X(x).toFixed(1)}" y="${height - bottom + 13}" text-anchor="middle">${text}</text>`,
    )
    .join(
      "",
    )}<text class="tick" x="${width - right}" y="${height - 3}" text-anchor="end">${axis}</text><path class="sample-loss-drop" d="M${left} ${Y(loss).toFixed(1)}H${X(at).toFixed(1)}V${height - bottom}"/><path class="sample-loss-curve" d="${path}"/><path class="sample-loss-tangent ${gradientClass(slope)}" d="${tangent}"/><circle cx="${X(at).toFixed(1)}" cy="${Y(loss).toFixed(1)}" r="4.5"/></svg>`;
}

/** @param {HTMLElement} element @param {() => void} close @returns {{render: (view: any) => void}} */
export function createSampleLoss(element, close) {
  let shown = "";
  let open = false;
  let opener = null;
  element.addEventListener("click", ({ target }) => {
    if (/** @type {Element} */ (target).closest("[data-close]")) close();
  });
  return {
    render(view) {
      const opened = view.sampleLoss && !open;
      const closed = open && !view.sampleLoss && element.contains(document.activeElement);
      if (opened) opener = document.activeElement;
      open = view.sampleLoss;
      if (element.hidden === open) element.hidden = !open;
      if (closed) opener?.focus({ preventScroll: true });
      if (!open) return;
      const html = sampleLossHtml(view);
      if (html !== shown) element.innerHTML = shown = html;
      if (opened) element.querySelector("h2").focus({ preventScroll: true });
    },
  };
}
