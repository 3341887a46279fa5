// The update of one parameter, with what its optimizer remembers. Pure: a chain in, markup out.
import { by, heading, is, layerName, num } from "./inspectormarks.js";
import { math, mi, product, row } from "./mathml.js";
import { numberLine } from "./numberline.js";
import { settingAt } from "./recorded.js";
import { format, full, isNumber, valueClass } from "./scales.js";
import { waterfall } from "./waterfall.js";

export function updateSection(view, selection, chain, t) {
  const u = chain.update;
  const weight = selection.kind === "weight";
  const place = layerName(view, chain.layer);
  const name = weight
    ? `Weight ${selection.from + 1} → ${selection.to + 1}, ${place}`
    : `Bias ${selection.unit + 1}, ${place}`;
  const digits = isNumber(u.change) ? Math.max(3, Math.min(6, 1 - Math.floor(Math.log10(Math.abs(u.change) || 1)))) : 3;
  const before = num(view, { ...chain.target, value: u.before }, { note: "before this step", digits });
  const gradient = { ref: `d${u.ref}`, value: u.gradient, kind: "gradient" };
  const after = { ...chain.target, value: u.after };
  const result = num(view, after, { strong: true, note: "after this step", digits });
  const w = weight ? "w" : "b";
  return `${heading(name, `η = ${format(u.rate, 2)}`)}
<p class="eqbig">${math(...updateFormula(u, w))}</p><p class="eqbig numbers">${is}${before}${updateNumbers(view, u, gradient)} <span class="f">${is}${result}</span></p>
${updateNote(view, u, w)}${memoryPart(view, u)}${numberLine(u, t)}`;
}

const pulls = (u) => u.pull !== 0;

function updateFormula(u, w) {
  if (u.kind !== "sgd") return [mi(w), "<mo>+</mo><mtext>step</mtext>"];
  const slope = `<mrow><mi>∂</mi><mi>L</mi><mo lspace="0" rspace="0">/</mo><mi>∂</mi><mi>${w}</mi></mrow>`;
  const whole = pulls(u) ? row("<mo>(</mo>", slope, "<mo>+</mo><mtext>pull</mtext><mo>)</mo>") : slope;
  return [mi(w), "<mo>−</mo>", product([mi("η"), ...(u.clip < 1 ? ["<mtext>clip</mtext>"] : []), whole], "·")];
}

function updateNumbers(view, u, gradient) {
  const change = { ref: "update", value: u.change, kind: "value" };
  if (u.kind !== "sgd") return `<span class="op">+</span>${num(view, change, { brackets: true })}`;
  const rate = `<span class="f" title="learning rate · ${full(u.rate)}">${format(u.rate, 2)}</span>`;
  const clip =
    u.clip < 1
      ? `${by}<span class="f" data-ref="update" title="clip_scale · ${full(u.clip)}">${format(u.clip)}</span>`
      : "";
  const g = num(view, gradient, { brackets: !pulls(u) });
  const whole = pulls(u)
    ? `(${g}<wbr><span class="op">+</span><span class="f ${valueClass(u.pull)}" title="penalty’s pull · ${full(u.pull)}">${u.pull < 0 ? `(${format(u.pull)})` : format(u.pull)}</span>)`
    : g;
  return `<wbr><span class="op">−</span>${rate}${clip}${by}${whole}`;
}

const OPTIMIZERS = { momentum: "Momentum", nesterov: "Nesterov’s momentum", rmsprop: "RMSprop", adam: "Adam" };

function updateNote(view, u, w) {
  const notes = [];
  if (u.kind !== "sgd")
    notes.push(
      `${OPTIMIZERS[u.kind]} made this step from the gradient ${num(view, { ref: `d${u.ref}`, value: u.gradient, kind: "gradient" })} and what it remembers of earlier ones. −η·∂L/∂${w} alone would have been ${format(u.plain)}.`,
    );
  if (u.clip < 1) notes.push(`Clipped: ${format(u.clip)} of the gradient’s length was let through.`);
  if (pulls(u)) notes.push("The penalty pulls the weight towards 0.");
  return notes.length ? `<p class="sub">${notes.join(" ")}</p>` : "";
}

/** Two hands on the weight: what is remembered of earlier gradients, and this one's. Names are the state's own. */
function memoryPart(view, u) {
  if (!u.memory || u.used === null) return "";
  const setting = (name) => settingAt(view, name);
  const { velocity, squares, mean, square } = u.memory;
  const hands = (letter, old, keep, own, total) =>
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
        ref: `state.optimizer.${letter === "v" ? "velocity" : "mean"}.${u.ref}`,
        value: total,
        base: letter,
        sup: "",
        sub: "",
      },
      "gradient",
    );
  if (velocity) {
    const note = u.kind === "nesterov" ? "Steps −η (g + μ v): it looks ahead along v." : "Steps −η v.";
    return `${hands("v", velocity.before, setting("momentum"), 1, velocity.after)}<p class="sub">${note}</p>`;
  }
  const root = (name, { before, after }, keep) =>
    `${name} = ${format(keep)} × ${format(before)} + ${format(1 - keep)} g² = <b data-ref="state.optimizer.${name === "s" ? "squares" : "square"}.${u.ref}">${format(after)}</b>`;
  if (squares)
    return `<p class="sub">Remembers the size of gradients: ${root("s", squares, 0.99)}. Steps −η g ÷ √s.</p>`;
  if (!mean) return "";
  const [b1, b2] = [setting("beta1"), setting("beta2")];
  const [m, v] = [mean.after / (1 - b1 ** u.updates), square.after / (1 - b2 ** u.updates)];
  return `${hands("m", mean.before, b1, 1 - b1, mean.after)}<p class="sub">${root("v", square, b2)}. Made up for the start: m̂ ${format(m)}, v̂ ${format(v)}; steps −η m̂ ÷ √v̂.</p>`;
}
