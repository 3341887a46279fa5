// The update of one parameter, with what its optimizer remembers. Pure: a chain in, markup out.

import { gradientClass, valueClass } from "../format/colors.js";
import { isNumber } from "../format/math.js";
import { format, fullDigits } from "../format/numbers.js";
import { settingAt } from "../run/records.js";
import { EQUALS, heading, layerName, math, mi, product, row, TIMES, valueMarkup, waterfall } from "./markup.js";

// The line from a weight to what it becomes: the whole gradient dashed, the step solid. Pure: an update in, markup out.

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
${stepArrow(X(u.before), X(reach), 14, `${gradientClass(u.gradient)} dashed`)}${clear ? stepArrow(X(u.before), X(core), 32, `${valueClass(u.change)} solid`) : ""}
<path class="start" d="M${X(u.before)} 6V${y + 6}"/>${shrunk === 1 ? `<path class="end" d="M${X(u.after)} 24V${y + 6}"/>` : ""}<path class="whole" d="M${X(whole)} 6V${y}"/>
<text class="muted" x="${Math.max(36, Math.min(W - 36, (X(u.before) + X(whole)) / 2))}" y="6" text-anchor="middle">whole gradient</text><text class="eta" x="${X(core) + (left ? -7 : 7)}" y="30" text-anchor="${left ? "end" : "start"}">${u.kind === "sgd" ? "× η" : "step"}</text></svg>`;
}

function ticks(low, high, X, y) {
  const raw = (high - low) / 6;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((s) => s >= raw);
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(step))));
  let marks = "";
  for (let i = Math.ceil(low / step); i * step <= high; i++)
    marks += `<path class="tick" d="M${X(i * step)} ${y}v5"/><text class="muted" x="${Math.max(13, Math.min(249, X(i * step)))}" y="${y + 16}" text-anchor="middle">${tickText(i * step, digits)}</text>`;
  return marks;
}

const tickText = (v, digits) => (Math.abs(v) < 1e-12 ? "0" : v.toFixed(digits).replace("-", "−"));

function stepArrow(from, to, y, name) {
  if (Math.abs(to - from) < 0.5) return "";
  const back = to > from ? -1 : 1;
  return `<g class="arrow ${name}"><path d="M${from} ${y}H${to + back * 2}"/><path class="tip" d="M${to + back * 6} ${y - 5}L${to} ${y}L${to + back * 6} ${y + 5}"/></g>`;
}

export function updateSection(view, selection, chain, t) {
  const u = chain.update;
  const weight = selection.kind === "weight";
  const layer = layerName(view, chain.layer);
  const name = weight
    ? `Weight ${selection.from + 1} → ${selection.to + 1}, ${layer}`
    : `Bias ${selection.unit + 1}, ${layer}`;
  const digits = isNumber(u.change) ? Math.max(3, Math.min(6, 1 - Math.floor(Math.log10(Math.abs(u.change) || 1)))) : 3;
  const before = valueMarkup(view, { ...chain.target, value: u.before }, { note: "before this step", digits });
  const gradient = { ref: `d${u.ref}`, value: u.gradient, kind: "gradient" };
  const after = { ...chain.target, value: u.after };
  const result = valueMarkup(view, after, { strong: true, note: "after this step", digits });
  const w = weight ? "w" : "b";
  return `${heading(name, `η = ${format(u.rate, 2)}`, "", weight ? "weight" : "bias")}
<p class="equation-large">${math(...updateFormula(u, w))}</p><p class="equation-large numbers">${EQUALS}${before}${updateNumbers(view, u, gradient)} <span class="value-link">${EQUALS}${result}</span></p>
${updateNote(view, u, w)}${optimizerState(view, u)}${numberLine(u, t)}`;
}

const hasPenalty = (u) => u.pull !== 0;

function updateFormula(u, w) {
  if (u.kind !== "sgd") return [mi(w), "<mo>+</mo><mtext>step</mtext>"];
  const slope = `<mrow><mi>∂</mi><mi>L</mi><mo lspace="0" rspace="0">/</mo><mi>∂</mi><mi>${w}</mi></mrow>`;
  const whole = hasPenalty(u) ? row("<mo>(</mo>", slope, "<mo>+</mo><mtext>pull</mtext><mo>)</mo>") : slope;
  return [mi(w), "<mo>−</mo>", product([mi("η"), ...(u.clip < 1 ? ["<mtext>clip</mtext>"] : []), whole], "·")];
}

function updateNumbers(view, u, gradient) {
  const change = { ref: "update", value: u.change, kind: "value" };
  if (u.kind !== "sgd") return `<span class="op">+</span>${valueMarkup(view, change, { brackets: true })}`;
  const rate = `<span class="value-link" title="learning rate · ${fullDigits(u.rate)}">${format(u.rate, 2)}</span>`;
  const clip =
    u.clip < 1
      ? `${TIMES}<span class="value-link" data-ref="update" title="clip_scale · ${fullDigits(u.clip)}">${format(u.clip)}</span>`
      : "";
  const g = valueMarkup(view, gradient, { brackets: !hasPenalty(u) });
  const whole = hasPenalty(u)
    ? `(${g}<wbr><span class="op">+</span><span class="value-link ${valueClass(u.pull)}" title="penalty’s pull · ${fullDigits(u.pull)}">${u.pull < 0 ? `(${format(u.pull)})` : format(u.pull)}</span>)`
    : g;
  return `<wbr><span class="op">−</span>${rate}${clip}${TIMES}${whole}`;
}

const OPTIMIZERS = { momentum: "Momentum", nesterov: "Nesterov’s momentum", rmsprop: "RMSprop", adam: "Adam" };

function updateNote(view, u, w) {
  const notes = [];
  if (u.kind !== "sgd")
    notes.push(
      `${OPTIMIZERS[u.kind]} made this step from the gradient ${valueMarkup(view, { ref: `d${u.ref}`, value: u.gradient, kind: "gradient" })} and what it remembers of earlier ones. −η·∂L/∂${w} alone would have been ${format(u.plain)}.`,
    );
  if (u.clip < 1)
    notes.push(
      `<span data-term="clipping" tabindex="0">Clipped</span>: ${format(u.clip)} of the gradient’s length was let through.`,
    );
  if (hasPenalty(u)) notes.push("The penalty pulls the weight towards 0.");
  return notes.length ? `<p class="sub">${notes.join(" ")}</p>` : "";
}

/** What the optimizer keeps: its averages of earlier gradients beside this one's. Names are those of its state. */
function optimizerState(view, u) {
  if (!u.memory || u.used === null) return "";
  const setting = (name) => settingAt(view, name);
  const { velocity, squares, mean, square } = u.memory;
  const average = (letter, old, keep, own, total) =>
    waterfall(
      view,
      [
        {
          name: "kept",
          title: "of what was remembered",
          words: `${format(keep, 2)} × ${format(old)}`,
          value: keep * old,
        },
        {
          name: "new",
          title: "this step’s gradient, with penalty and clipping",
          words: own === 1 ? "" : `${format(own, 2)} × ${format(u.used)}`,
          value: own * u.used,
        },
      ],
      {
        ref: `state.optimizer.${velocity ? "velocity" : "mean"}.${u.ref}`,
        value: total,
        base: letter,
        sup: "",
        sub: "",
      },
      "gradient",
    );
  if (velocity) {
    const note = u.kind === "nesterov" ? "Steps −η (g + μ m): it looks ahead along m." : "Steps −η m.";
    return `${average("m", velocity.before, setting("momentum"), 1, velocity.after)}<p class="sub">${note}</p>`;
  }
  const root = (name, { before, after }, keep) =>
    `v = ${format(keep)} × ${format(before)} + ${format(1 - keep)} g² = <b data-ref="state.optimizer.${name}.${u.ref}">${format(after)}</b>`;
  if (squares)
    return `<p class="sub">Remembers the size of gradients: ${root("squares", squares, 0.99)}. Steps −η g ÷ √v.</p>`;
  if (!mean) return "";
  const [b1, b2] = [setting("beta1"), setting("beta2")];
  const [m, v] = [mean.after / (1 - b1 ** u.updates), square.after / (1 - b2 ** u.updates)];
  return `${average("m", mean.before, b1, 1 - b1, mean.after)}<p class="sub">${root("square", square, b2)}. Made up for the start: m̂ ${format(m)}, v̂ ${format(v)}; steps −η m̂ ÷ √v̂.</p>`;
}
