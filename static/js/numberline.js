// The line from a weight to what it becomes: the whole gradient dashed, the step solid. Pure: an update in, markup out.
import { format, gradientClass, isNumber, valueClass } from "./scales.js";

/** w → w − g (dashed) → w after the step (solid), drawn for the share t of the operation. */
export function numberLine(u, t) {
  if (![u.before, u.gradient, u.after].every(isNumber))
    return '<p class="sub nan">Not a number: there is no place for it on a line.</p>';
  const [W, y] = [262, 46];
  const whole = u.before - u.gradient;
  const ends = [u.before, whole, u.after];
  const pad = (Math.max(...ends) - Math.min(...ends)) * 0.2 || Math.abs(u.before) * 0.1 || 0.1;
  const [low, high] = [Math.min(...ends) - pad, Math.max(...ends) + pad];
  const X = (v) => Number((((v - low) / (high - low)) * W).toFixed(1));
  const grown = Math.min(1, t / 0.4);
  const shrunk = Math.min(1, Math.max(0, (t - 0.4) / 0.5));
  const reach = u.before + (whole - u.before) * grown;
  const core = u.before + (whole + (u.after - whole) * shrunk - u.before) * grown;
  const left = core < u.before;
  const clear = Math.abs(X(u.after) - X(u.before)) > 1;
  return `<svg class="line" viewBox="0 -6 ${W} 72" role="img" aria-label="from ${format(u.before)} to ${format(u.after)}; the whole gradient would have led to ${format(whole)}"><path class="axis" d="M0 ${y}H${W}"/>${ticks(low, high, X, y)}
${arrow(X(u.before), X(reach), 14, `${gradientClass(u.gradient)} dashed`)}${clear ? arrow(X(u.before), X(core), 32, `${valueClass(u.change)} solid`) : ""}
<path class="start" d="M${X(u.before)} 6V${y + 6}"/>${shrunk === 1 ? `<path class="end" d="M${X(u.after)} 24V${y + 6}"/>` : ""}<path class="whole" d="M${X(whole)} 6V${y}"/>
<text class="t2" x="${Math.max(36, Math.min(W - 36, (X(u.before) + X(whole)) / 2))}" y="6" text-anchor="middle">whole gradient</text><text class="eta" x="${X(core) + (left ? -7 : 7)}" y="30" text-anchor="${left ? "end" : "start"}">${u.kind === "sgd" ? "× η" : "step"}</text></svg>`;
}

function ticks(low, high, X, y) {
  const raw = (high - low) / 6;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((s) => s >= raw);
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(step))));
  let marks = "";
  for (let i = Math.ceil(low / step); i * step <= high; i++)
    marks += `<path class="tick" d="M${X(i * step)} ${y}v5"/><text class="t2" x="${Math.max(13, Math.min(249, X(i * step)))}" y="${y + 16}" text-anchor="middle">${tickText(i * step, digits)}</text>`;
  return marks;
}

const tickText = (v, digits) => (Math.abs(v) < 1e-12 ? "0" : v.toFixed(digits).replace("-", "−"));

function arrow(from, to, y, name) {
  if (Math.abs(to - from) < 0.5) return "";
  const back = to > from ? -1 : 1;
  return `<g class="arrow ${name}"><path d="M${from} ${y}H${to + back * 2}"/><path class="tip" d="M${to + back * 6} ${y - 5}L${to} ${y}L${to + back * 6} ${y + 5}"/></g>`;
}
