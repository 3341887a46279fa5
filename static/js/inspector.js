// The inspector: the chain rule of one weight, bias or unit, with its recorded numbers. A view: values in, intents out.
import { ACTIVATIONS } from "./activations.js";
import { biasChain, truthOf, weightChain } from "./chain.js";
import { attributes, derivative, equation, escaped, figures, math, mi, product, row, symbol } from "./mathml.js";
import { networkOf, refOf, settingAt } from "./recorded.js";
import { refTitle } from "./refname.js";
import { format, full, gradientClass, isNumber, thousands, valueClass } from "./scales.js";
import { unitChain } from "./unitchain.js";

const CROSS =
  '<svg class="cross" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7"/><path d="M5.4 5.4l5.2 5.2m0 -5.2l-5.2 5.2"/></svg>';

/**
 * @param {HTMLElement} element
 * @param {{select: (selection: any) => void, hoverRef?: (ref: string|null) => void}} on
 * @param {string[]} kinds which of weight, bias, update, unit, classes this element shows; for the others it hides
 * @returns {{render: (view: any) => void}}
 */
export function createInspector(element, on, kinds = ["weight", "bias", "update", "unit", "classes"]) {
  let shown = "";
  let view = null;
  let open = false;
  const refOfEvent = (/** @type {any} */ event) => event.target.closest?.("[data-ref]")?.dataset.ref ?? null;
  const hover = (ref) => ref !== (view?.hoverRef ?? null) && on.hoverRef?.(ref);
  element.classList.add("inspect");
  element.addEventListener("pointerover", (event) => hover(refOfEvent(event)));
  element.addEventListener("pointerleave", () => hover(null));
  element.addEventListener("focusin", (event) => hover(refOfEvent(event)));
  element.addEventListener("focusout", () => hover(null));
  element.addEventListener("click", (/** @type {any} */ event) => act(event.target.closest("[data-act]")));
  element.addEventListener("keydown", (/** @type {any} */ event) => {
    const target = event.target.closest("[data-act]");
    if (!target || target.tagName === "BUTTON" || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    act(target);
  });
  element.addEventListener(
    "toggle",
    (/** @type {any} */ event) => {
      if (event.target.matches("details.batch")) open = event.target.open;
    },
    true,
  );

  function act(target) {
    if (!target) return;
    if (target.dataset.act === "close") on.select(null);
    else if (target.dataset.act === "select") on.select(JSON.parse(target.dataset.selection));
  }

  return {
    render(next) {
      view = next;
      const { kind, html } = contents(view, open, kinds);
      if (html !== shown) {
        const focus = focusedIn(element);
        element.innerHTML = html;
        shown = html;
        refocus(element, focus);
      }
      if (element.dataset.kind !== kind) element.dataset.kind = kind;
      element.hidden = !kind;
      for (const mark of element.querySelectorAll("[data-ref]"))
        mark.classList.toggle("lit", mark.getAttribute("data-ref") === view.hoverRef);
    },
  };
}

/** Which of the marks has the focus, so that it can be found again after the numbers have changed. */
function focusedIn(element) {
  const active = element.ownerDocument.activeElement;
  return element.contains(active) ? [...element.querySelectorAll(FOCUSABLE)].indexOf(active) : -1;
}

const FOCUSABLE = "button, summary, [tabindex]";
const refocus = (element, at) => at >= 0 && element.querySelectorAll(FOCUSABLE)[at]?.focus({ preventScroll: true });

/** What is shown, as a value: {kind, html}. Kind is "" where there is nothing to inspect. */
export function contents(view, open = false, kinds = undefined) {
  const found = content(view, open);
  return kinds && !kinds.includes(found.kind) ? { kind: "", html: "" } : found;
}

function content(view, open) {
  const { selection } = view;
  const updating = view.step && view.ops?.[view.op]?.phase === "update";
  if (selection && selection.kind !== "unit") {
    const at = updating ? { ...view, t: 1 } : view; // the change is known before it has been shown to its end
    const chain = selection.kind === "weight" ? weightChain(at, selection) : biasChain(at, selection);
    if (updating && chain.update) return { kind: "update", html: updateSection(at, selection, chain, view.t ?? 1) };
    return { kind: selection.kind, html: gradientSection(view, selection, chain, open) };
  }
  if (selection) return { kind: "unit", html: unitSection(view, selection) };
  if (atSoftmax(view)) return { kind: "classes", html: classSection(view) };
  return { kind: "", html: "" };
}

/** The hue of a sign; exactly 0 has none. */
function className({ kind, value }) {
  if (value === 0 || value === undefined || ((kind === "scale" || kind === "slope") && isNumber(value))) return "";
  return kind === "gradient" ? gradientClass(value) : valueClass(value);
}

const short = (value) => format(value, figures(value));

/* ---------- marks: every number stands on a record ---------- */

const titled = (view, term, note = "") => refTitle(term.ref, term.value, view.step?.step, note);

/** A number that can be followed: {ref, value, kind}. */
function num(
  view,
  term,
  { note = "", brackets = false, digits = figures(term.value), strong = false, stop = true } = {},
) {
  if (term.value === undefined) return '<span class="later">not computed yet</span>';
  const hue = className(term);
  const text = format(term.value, digits);
  const pairs = { class: `f ${hue}${strong ? " strong" : ""}`, "data-ref": term.ref, title: titled(view, term, note) };
  if (stop) pairs.tabindex = 0;
  return `<span${attributes(pairs)}>${brackets && term.value < 0 ? `(${text})` : text}</span>`;
}

/** A letter that can be followed. */
const sym = (view, term) =>
  `<span${attributes({ class: `f ${className(term)}`, "data-ref": term.ref, title: titled(view, term) })}>${math(symbol(term))}</span>`;

const by = '<wbr><span class="op">×</span>';
const is = '<span class="op">=</span>';
const times = (parts) => parts.join(by);

const heading = (text, note, mark = "") =>
  `<header><h3>${mark}${text}</h3><span class="note">${note}</span><button type="button" data-act="close" aria-label="Close the inspector" title="Close (Esc)">✕</button></header>`;

const alone = (view) => (view.spotlight ? `sample ${thousands(view.spotlight.index)} alone` : "one sample alone");

const layerName = (view, k) => (k === networkOf(view).last ? "output" : `layer ${k}`);

/* ---------- a weight or a bias ---------- */

function gradientSection(view, selection, chain, open) {
  const weight = selection.kind === "weight";
  const place = layerName(view, chain.layer);
  const name = weight
    ? `Weight ${selection.from + 1} → ${selection.to + 1}, ${place}`
    : `Bias ${selection.unit + 1}, ${place}`;
  const ready = chain.factors.every((f) => f.value !== undefined) && chain.product.value !== undefined;
  const line = weight
    ? `${times(chain.factors.map((f, i) => num(view, f, { brackets: i > 0 })))}${is}${num(view, chain.product, { strong: true, note: "this sample alone" })}`
    : num(view, chain.product, { strong: true, note: "this sample alone" });
  const wide = ready && [...chain.factors, chain.product].reduce((length, f) => length + short(f.value).length, 0) > 17;
  if (view.size === "phone")
    return `${heading(name, alone(view), weight ? CROSS : "")}<div class="eqline">${equation(chain, className)}</div>${whereLine(view, chain)}`;
  return `${heading(name, alone(view), weight ? CROSS : "")}
<div class="eq"><span class="lhs">${math(derivative(chain.target))}</span>${is}<span class="rhs">${chain.factors.map((f) => sym(view, f)).join('<span class="op">·</span>')}</span>
${ready ? `<span class="rhs second${wide ? " wide" : ""}">${is}${line}</span>` : `<span class="rhs second later">not computed yet</span>`}</div>
${whereLine(view, chain)}
<p class="sub"><i>${weight ? "w" : "b"}</i> now ${num(view, chain.target, { strong: true })}${chain.batch ? ` · batch mean ${num(view, chain.batch.recorded, { strong: true })}` : ""}</p>
${chain.batch ? batchSection(view, chain, open) : ""}`;
}

/** Where δ came from, with its numbers, and in words below. */
function whereLine(view, { factors: [error], delta }) {
  if (error.value === undefined) return "";
  const { factors, difference, norm } = delta;
  const lines = [];
  if (difference && !factors.length) lines.push(differenceLine(view, error, difference));
  else {
    const to = norm ? delta.error : error;
    lines.push(
      `where ${sym(view, to)}${is}${times(factors.map((f, i) => num(view, f, { brackets: i > 0, note: f.words })))}<br>${inWords(factors)}`,
    );
    if (difference) lines.push(differenceLine(view, factors[0], difference));
    if (norm) lines.push(normLine(view, error, delta));
  }
  return lines.map((line) => `<p class="sub">${line}</p>`).join("");
}

const inWords = (factors) =>
  factors
    .map((f) => (f.role === "slope" && f.value !== undefined ? `slope <i>${escaped(f.formula)}</i>` : f.words))
    .join(" × ");

function differenceLine(view, error, [answer, truth]) {
  const what =
    answer.base === "p"
      ? "probability − truth: the loss and its squashing turn around in one step"
      : "answer − truth: the slope of half a square";
  return `where ${sym(view, error)}${is}${num(view, answer)}<span class="op">−</span>${num(view, truth, { digits: 0, brackets: true })}<br>${what}`;
}

function normLine(view, error, { norm, error: before }, result = "") {
  if (norm.value === undefined) return "";
  return `${sym(view, error)}${is}${num(view, before)}${by}${num(view, norm, { note: norm.words })}${result}<br>error × batch norm’s γ ÷ spread, held still`;
}

/** The batch's terms: a bar for each sample, and the numbers for whoever wants them. */
function batchSection(view, chain, open) {
  const { batch } = chain;
  if (batch.n === 1) return '<p class="sub">The batch is this one sample, so this is the whole gradient.</p>';
  const weight = chain.factors.length > 1;
  const size = (r) => Math.abs(r.product ?? 0);
  const rows = [...batch.rows].sort((p, q) => size(q) - size(p)).slice(0, 16);
  const rest = batch.total - rows.reduce((sum, r) => sum + (r.product ?? 0), 0);
  const cells = (...texts) =>
    texts
      .filter((_, i) => weight || i !== 2)
      .map((text) => `<td>${text}</td>`)
      .join("");
  const term = (r) =>
    `<span class="${className({ kind: "gradient", value: r.product })}" title="${full(r.product)}">${short(r.product)}</span>`;
  const line = (r) => {
    const [error, value] = [0, 1].map((which) =>
      which && !weight ? "" : num(view, rowTerm(chain, r, which), { stop: false }),
    );
    return `<tr${r.row === batch.own ? ' class="own"' : ""}>${cells(thousands(r.index), error, value, term(r))}</tr>`;
  };
  const more = batch.n - rows.length;
  const whole = num(view, batch.recorded, { strong: true, stop: false });
  const moving = [...networkOf(view).names].some((name) => name[0] === "n" && Number(name.slice(1)) >= chain.layer);
  return `<details class="batch"${open ? " open" : ""}><summary aria-label="÷ ${batch.n}, the samples of the batch">÷ ${batch.n}</summary>${batch.rows.some(size) ? bars(view, chain) : ""}
<p class="sub">Each of the batch’s ${batch.n} samples gives such a product. All of them ÷ ${batch.n}, added up, are the recorded ${math(symbol(batch.recorded))}.${moving ? " Alone, a sample is held at the batch’s mean and spread; here it moves them too." : ""}</p>
<div class="scroll" tabindex="0" role="region" aria-label="the batch’s terms"><table><thead><tr><th>sample</th><th>error ÷ ${batch.n}</th>${weight ? "<th>value</th>" : ""}<th>product</th></tr></thead><tbody>${rows
    .sort((p, q) => p.row - q.row)
    .map(line)
    .join(
      "",
    )}${more ? `<tr>${cells(`${thousands(more)} more`, "", "", term({ product: batch.total === null ? null : rest }))}</tr>` : ""}</tbody><tfoot><tr>${cells("sum", "", "", whole)}</tr></tfoot></table></div></details>`;
}

const rowTerm = (chain, r, which) => {
  const f = chain.factors[which];
  return { ref: refOf(f.record, r.row, f.indices[0]), value: which ? r.value : r.error, kind: f.kind };
};

function bars(view, { batch, factors }) {
  const [width, height, middle] = [264, 30, 15];
  const most = Math.max(...batch.rows.map((r) => Math.abs(r.product ?? 0))) || 1;
  const step = width / batch.n;
  const gap = step > 4 ? 1 : 0;
  const body = batch.rows
    .map((r, i) => {
      const h = (Math.abs(r.product ?? 0) / most) * (middle - 1);
      const hue = r.product === null ? "nan-bar" : r.product < 0 ? "gn" : "gp";
      const pairs = {
        class: hue,
        x: (i * step).toFixed(1),
        y: (r.product < 0 ? middle : middle - h).toFixed(1),
        width: Math.max(0.6, step - gap).toFixed(1),
        height: Math.max(r.product === null ? middle : 0.4, h).toFixed(1),
      };
      const title = `sample ${r.index} · ${refTitle(refOf(factors[0].record, r.row, factors[0].indices[0]), r.error, view.step.step)} · term ${full(r.product)}`;
      const own =
        i === batch.own
          ? `<path class="own" d="M${(i * step + (step - gap) / 2).toFixed(1)} ${height - 1}l-3.4 5.4h6.8z"/>`
          : "";
      return `<g data-ref="${refOf(factors[0].record, r.row, factors[0].indices[0])}"><title>${escaped(title)}</title><rect${attributes(pairs)}/>${own}</g>`;
    })
    .join("");
  return `<svg class="bars" viewBox="0 0 ${width} ${height + 6}" role="img" aria-label="${batch.n} terms, one for each sample of the batch"><path class="axis" d="M0 ${middle}H${width}"/>${body}</svg>`;
}

/* ---------- the update of one parameter ---------- */

function updateSection(view, selection, chain, t) {
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

/** w → w − g (dashed) → w after the step (solid), drawn for the share t of the operation. */
function numberLine(u, t) {
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

/* ---------- a unit from both sides ---------- */

function unitSection(view, { layer, unit }) {
  const c = unitChain(view, { layer, unit });
  const name =
    layer === 0 ? `Input ${unit + 1}` : `Unit ${unit + 1}, ${c.layer === c.last ? "output" : `hidden ${layer}`}`;
  const parts = [
    layer === 0 ? inputPart(view, c) : sumPart(view, c),
    c.scaled ? normPart(view, c) : "",
    c.answer ? curvePart(view, c) : "",
  ];
  parts.push(
    layer === c.last ? answerPart(view, c) : layer === 0 ? "" : backPart(view, c),
    layer === 0 ? "" : chainPart(view, c),
  );
  return `${heading(name, alone(view))}${parts.join("")}`;
}

const SUM = '<mo>=</mo><mo lspace="0.1em" rspace="0.2em">Σ</mo>';
const block = (title, note, body) =>
  `<figure><figcaption><span>${title}</span><small>${note}</small></figcaption>${body}</figure>`;
const formula = (...children) => math(...children);
const later = '<p class="later">not computed yet</p>';

function inputPart(view, c) {
  const value = c.sum.value;
  return block(
    formula(symbol(c.sum)),
    "",
    `<p class="sub">${value === undefined ? "No sample has entered yet." : `This sample brings ${num(view, c.sum, { strong: true })}.`} An input only hands its number on: there is nothing here to learn, so no gradient is taken.</p>`,
  );
}

function sumPart(view, c) {
  const source = c.incoming[0]?.other.base ?? "x";
  const title = formula(mi("z"), SUM, mi("w"), "<mo>·</mo>", mi(source), "<mo>+</mo>", mi("b"));
  if (c.sum.value === undefined) return block(title, "", later);
  const rows = c.incoming.map((e) => edgeRow(view, e, "value"));
  rows.push({
    ref: c.bias.ref,
    name: "b",
    words: "bias",
    value: c.bias.value,
    term: c.bias,
    selection: { kind: "bias", layer: c.layer, unit: c.unit },
  });
  rows.sort((p, q) => Number(!!p.off) - Number(!!q.off) || Math.abs(q.value ?? 0) - Math.abs(p.value ?? 0));
  return block(title, "largest first", waterfall(view, rows, c.sum, "value"));
}

function edgeRow(view, edge, hue) {
  const { weight, other, layer, from, to } = edge;
  const factor = other.value < 0 ? `(${format(other.value, 2)})` : format(other.value, 2);
  return {
    ref: weight.ref,
    name: letters(other),
    words: edge.dropped ? "dropped: 0" : `${format(weight.value, 2)} × ${factor}`,
    title: `${titled(view, weight)} × ${titled(view, other)} = ${full(edge.product)}`,
    value: edge.product,
    off: edge.dropped,
    selection: { kind: "weight", layer, from, to },
    hue,
  };
}

const letters = ({ base, sup, sub }) =>
  `<tspan class="it">${base}</tspan>${sup ? `<tspan class="sup" dy="-4">${sup}</tspan>` : ""}<tspan class="sup" dy="${sup ? 7 : 3}">${sub}</tspan>`;

/** Bars that each start where the last ended; small and many ones are gathered in one row. */
function waterfall(view, all, total, hue, limit = 8) {
  const rest = all.slice(limit);
  const rows = rest.length > 1 ? all.slice(0, limit) : all;
  if (rest.length > 1)
    rows.push({
      name: "",
      words: `… ${rest.length} more`,
      value: rest.some((r) => r.value === null) ? null : rest.reduce((s, r) => s + (r.value ?? 0), 0),
    });
  const [W, x0, h] = [240, 122, 17];
  const stops = [0];
  for (const r of rows) stops.push(stops.at(-1) + (r.value ?? 0));
  const [low, high] = [Math.min(...stops, total.value ?? 0), Math.max(...stops, total.value ?? 0)];
  const pad = (high - low) * 0.04 || 1;
  const X = (v) => Number((x0 + ((v - low + pad) / (high - low + 2 * pad)) * (W - x0)).toFixed(1));
  const hueOf = hue === "value" ? valueClass : gradientClass;
  const body = rows.map((r, i) => {
    const y = i * h;
    const [a, b] = [X(stops[i]), X(stops[i + 1])];
    const bar = r.off
      ? `<path class="none" d="M${a - 3} ${y + 8}h6"/>`
      : r.value === null
        ? `<text class="nan" x="${W}" y="${y + 12}" text-anchor="end">NaN</text>`
        : `<rect class="${hueOf(r.value)}" x="${Math.min(a, b)}" y="${y + 3}" width="${Math.max(1.2, Math.abs(b - a)).toFixed(1)}" height="${h - 7}" rx="1.5"/><path class="stop" d="M${b} ${y + h - 4}v8"/>`;
    const pairs = r.ref
      ? {
          "data-ref": r.ref,
          "data-act": "select",
          "data-selection": JSON.stringify(r.selection),
          tabindex: 0,
          role: "button",
          "aria-label": `${r.words}, open this ${r.selection.kind}`,
        }
      : {};
    const title = r.title ?? (r.term ? titled(view, r.term) : "");
    return `<g class="row${r.off ? " off" : ""}"${attributes(pairs)}>${title ? `<title>${escaped(title)}</title>` : ""}<rect class="hit" x="-4" y="${y}" width="${W + 8}" height="${h}" rx="3"/><text class="name" x="0" y="${y + 12}">${r.name === "b" ? '<tspan class="it">b</tspan>' : r.name}</text><text class="words" x="${x0 - 10}" y="${y + 12}" text-anchor="end">${r.words}</text>${bar}</g>`;
  });
  const y = rows.length * h + 5;
  const sum = total.value;
  const bar = isNumber(sum) ? `<path class="sum ${hueOf(sum)}" d="M${X(0)} ${y + 11}H${X(sum)}"/>` : "";
  return `<svg class="fall" viewBox="-4 0 ${W + 8} ${y + 22}" role="group" aria-label="sum, largest part first"><path class="zero" d="M${X(0)} 0V${y}"/>${body.join("")}<path class="rule" d="M0 ${y}H${W}"/><g data-ref="${total.ref}"><title>${escaped(titled(view, total))}</title><text class="name big" x="0" y="${y + 16}">${letters(total)}</text><text class="total ${isNumber(sum) ? hueOf(sum) : "nan"}" x="${x0 - 10}" y="${y + 16}" text-anchor="end">${format(sum)}</text></g>${bar}<path class="zero" d="M${X(0)} ${y}v17"/></svg>`;
}

function normPart(view, c) {
  const title = formula(
    mi("n"),
    "<mo>=</mo>",
    mi("γ"),
    "<mo>·</mo>",
    "<mover><mi>z</mi><mo>^</mo></mover>",
    "<mo>+</mo>",
    mi("β"),
  );
  if (c.scaled.value === undefined) return block(title, "batch norm", later);
  return block(title, "batch norm", `<p class="eqbig">${normNumbers(view, c)}</p>${normNotes(view, c.norm)}`);
}

/** n = γ (z − μ) ÷ σ + β, in numbers. */
function normNumbers(view, { sum, norm, scaled }) {
  const { gamma, beta, moments } = norm;
  if (!moments || !isNumber(norm.hat)) return num(view, scaled, { strong: true });
  const spread = `<span class="f" title="spread of the batch, √(variance + 10⁻⁵)">${format(Math.sqrt(moments.variance + 1e-5))}</span>`;
  const mean = `<span class="f" title="mean of the batch">${moments.mean < 0 ? `(${format(moments.mean)})` : format(moments.mean)}</span>`;
  return `${num(view, gamma)}${by}(${num(view, sum)}<span class="op">−</span>${mean})<span class="op">÷</span>${spread}<wbr><span class="op">+</span>${num(view, beta, { brackets: true })}${is}${num(view, scaled, { strong: true })}`;
}

/** The batch's mean and spread against the running ones, and the gradients of γ and β. */
function normNotes(view, { moments, running, dgamma, dbeta }) {
  if (!moments) return "";
  const row = (name, m, v) => `<tr><th scope="row">${name}</th><td>${format(m)}</td><td>${format(v)}</td></tr>`;
  const table = `<table class="moments"><thead><tr><td></td><th scope="col">mean</th><th scope="col">variance</th></tr></thead><tbody>${row("this batch, in training", moments.mean, moments.variance)}${running ? row("running, in evaluation", running.mean, running.variance) : ""}</tbody></table>`;
  const gradients =
    dgamma.value === undefined
      ? ""
      : `<p class="sub">∂γ ${num(view, dgamma)} · ∂β ${num(view, dbeta)}, of the whole batch</p>`;
  return table + gradients;
}

/** The activation's curve with the point, its tangent, and a tick for each sample of the batch. */
function curvePart(view, c) {
  const kind = c.slope.activation;
  const title = formula(
    mi("a"),
    "<mo>=</mo>",
    `<mtext>${kind.replace("_", " ")}</mtext>`,
    "<mo>(</mo>",
    mi(c.scaled ? "n" : "z"),
    "<mo>)</mo>",
  );
  const note = c.batch.length && c.answer.value !== undefined ? "ticks: the whole batch" : "";
  const [W, H] = [240, 116];
  const z = (c.scaled ?? c.sum).value;
  const at = isNumber(z) && c.answer.value !== undefined;
  const R = Math.max(3, ...(at ? [Math.abs(z) * 1.15, ...c.batch.map((v) => Math.abs(v) * 1.05)] : []));
  const f = ACTIVATIONS[kind].value;
  const [low, high] =
    kind === "sigmoid" || kind === "step" ? [0, 1] : kind === "tanh" ? [-1, 1] : [Math.min(0, f(-R)), f(R)];
  const X = (v) => ((v + R) / (2 * R)) * W;
  const Y = (v) => 10 + ((high - v) / (high - low)) * (H - 30);
  let d = "";
  for (let i = 0; i <= 96; i++)
    d += `${i ? "L" : "M"}${X(-R + (i * R) / 48).toFixed(1)} ${Y(f(-R + (i * R) / 48)).toFixed(1)}`;
  const rug = at ? c.batch.map((v) => `<path class="rug" d="M${X(v).toFixed(1)} ${H - 8}v8"/>`).join("") : "";
  const point = at && isNumber(c.answer.value) ? curvePoint(view, c, { X, Y, R, W, H, z, high, low }) : "";
  return block(
    title,
    note,
    `<svg class="curve" viewBox="0 0 ${W} ${H}" role="img" aria-label="${kind.replace("_", " ")}${at ? `, slope ${format(c.slope.value)} at ${format(z)}` : ""}"><path class="axis" d="M0 ${Y(0).toFixed(1)}H${W}M${W / 2} 4V${H - 10}"/><path class="f" d="${d}"/>${rug}${point}${high === 1 ? `<text class="t2" x="0" y="${Y(1) + 3}">1</text>` : ""}</svg>${at ? "" : later}`,
  );
}

function curvePoint(view, c, { X, Y, R, W, H, z, high, low }) {
  const a = c.answer.value;
  const slope = c.slope.value;
  const [px, py] = [X(z), Y(a)];
  const rise = slope * ((H - 30) / W) * ((2 * R) / (high - low)); // in pixels a pixel
  const run = 42 / Math.hypot(1, rise);
  const tangent = `M${(px - run).toFixed(1)} ${(py + rise * run).toFixed(1)}L${(px + run).toFixed(1)} ${(py - rise * run).toFixed(1)}`;
  const right = px > W * 0.62;
  const across = z > 0 ? -1 : 1;
  const hue = a === 0 ? "" : valueClass(a);
  const tone = slope === 0 ? "" : gradientClass(slope);
  const input = c.scaled ?? c.sum;
  const slopeX = z > R * 0.2 ? 0 : W;
  const slopeY = z > R * 0.2 ? 24 : H - 44;
  const anchor = z > R * 0.2 ? "start" : "end";
  return `<path class="drop ${hue}" d="M${px.toFixed(1)} ${H - 10}V${py.toFixed(1)}H${W / 2}"/><path class="casing" d="${tangent}"/><path class="tangent ${tone}" d="${tangent}"/>
<g data-ref="${c.answer.ref}"><title>${escaped(titled(view, c.answer))}</title><circle class="${hue}" cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="4.2"/><text class="strong ${hue}" x="${W / 2 + across * 8}" y="${(py + 4).toFixed(1)}" text-anchor="${across < 0 ? "end" : "start"}"><tspan class="it">a</tspan> = ${format(a)}</text></g>
<g data-ref="${input.ref}"><title>${escaped(titled(view, input))}</title><text x="${(px + (right ? -6 : 6)).toFixed(1)}" y="${(py > H - 44 ? py - 9 : H - 14).toFixed(1)}" text-anchor="${right ? "end" : "start"}"><tspan class="it">${input.base}</tspan> = ${format(z)}</text></g>
<g data-ref="${c.slope.ref}"><title>slope, from ${escaped(titled(view, c.answer))} · ${full(slope)}</title><text class="t2" x="${slopeX}" y="${slopeY}" text-anchor="${anchor}">slope</text><text class="strong ${tone}" x="${slopeX}" y="${slopeY + 14}" text-anchor="${anchor}">${SHORT[c.slope.activation] ?? ""}${format(slope)}</text></g>`;
}

const SHORT = { tanh: "1 − a² = ", sigmoid: "a (1 − a) = " };

function backPart(view, c) {
  const title = formula(mi("∂"), mi(c.arrives.base.slice(1)), SUM, mi("w"), "<mo>·</mo>", mi("δ"));
  if (c.arrives.value === undefined) return block(title, "over the outgoing lines", later);
  return block(
    title,
    "over the outgoing lines",
    waterfall(
      view,
      c.outgoing.map((e) => edgeRow(view, e, "gradient")),
      c.arrives,
      "gradient",
      6,
    ),
  );
}

function answerPart(view, c) {
  const [answer, truth] = c.delta.difference;
  const ce = answer.base === "p";
  const letter = ce || !c.delta.factors.length ? mi("δ") : row(symbol({ base: "∂ŷ" }));
  const title = formula(letter, "<mo>=</mo>", symbol({ base: answer.base }), "<mo>−</mo>", mi("y"));
  if (answer.value === undefined) return block(title, "at the loss", later);
  const to = c.delta.factors[0] ?? c.delta.result;
  return block(
    title,
    "at the loss",
    `<p class="eqbig">${num(view, answer)}<span class="op">−</span>${num(view, truth, { digits: 0, brackets: true })}${to.value === undefined ? "" : `${is}${num(view, to, { strong: true })}`}</p>`,
  );
}

function chainPart(view, c) {
  const { delta } = c;
  const target = delta.norm ? delta.error : delta.result;
  if (!delta.factors.length) return "";
  if (target.value === undefined) return `<div class="chain">${later}</div>`;
  const cells = delta.factors.map(
    (f) => `<div>${num(view, f)}<span>${f.role === "arrives" ? "arrives" : f.words}</span></div>`,
  );
  const first = `<div class="chain">${cells.join("<i>×</i>")}<i>=</i><div>${num(view, target, { strong: true })}<span>${plain(target)}${delta.norm ? "" : " = ∂b"}</span></div></div>`;
  const norm =
    delta.norm && delta.result.value !== undefined
      ? `<p class="sub">${normLine(view, delta.result, delta, is + num(view, delta.result, { strong: true }))}</p>`
      : "";
  return first + norm;
}

const plain = ({ base, sup, sub }) => `${base}<sup>${sup}</sup><sub>${sub}</sub>`;

/* ---------- several classes ---------- */

function atSoftmax(view) {
  const op = view.step && view.ops?.[view.op];
  return (
    !!op && op.kind === "softmax_cross_entropy" && !!view.spot?.outputs && !(view.playing && view.mode !== "operations")
  );
}

const SHAPES = [
  "M6 1.6a4.4 4.4 0 1 0 .01 0z",
  "M6 1.4L10.8 10H1.2z",
  "M2 2h8v8H2z",
  "M5 1h2v4h4v2H7v4H5V7H1V5h4z",
  "M2.4 1L6 4.6L9.6 1L11 2.4L7.4 6L11 9.6L9.6 11L6 7.4L2.4 11L1 9.6L4.6 6L1 2.4z",
  "M6 1l4.4 2.5v5L6 11L1.6 8.5v-5z",
];

function classSection(view) {
  const names = view.samples?.classes ?? [];
  const { last } = networkOf(view);
  const truth = truthOf(view);
  const error = view.spot[`dz${last}`];
  const seen = view.ops[view.op].phase === "backward";
  const rows = view.spot.outputs.map((p, u) => {
    const pt = { ref: refOf("outputs", u), value: isNumber(p) ? p : null, kind: "scale" };
    const dt = { ref: refOf(`dz${last}`, u), value: error && seen ? error[u] : undefined, kind: "gradient" };
    const bar = `<svg viewBox="0 0 84 12" aria-hidden="true"><path class="track" d="M0 6H84"/><path class="class c${(u % 3) + 1}" d="M0 6H${(84 * (p ?? 0)).toFixed(1)}"/><path class="target" d="M${truth?.[u] ? 83 : 1} 0v12"/></svg>`;
    return `<tr><td><svg class="shape c${(u % 3) + 1}" viewBox="0 0 12 12" aria-hidden="true"><path d="${SHAPES[u % SHAPES.length]}"/></svg></td><th scope="row">${escaped(names[u] ?? `class ${u + 1}`)}</th><td>${num(view, pt)}</td><td class="bar">${bar}</td><td>${truth ? truth[u] : ""}</td><td>${dt.value === undefined ? '<span class="later">later</span>' : num(view, dt, { strong: true })}</td></tr>`;
  });
  return `<header><h3>Softmax and its slope</h3><span class="note">δ = <i>p</i> − <i>y</i>, ${alone(view)}</span></header><table><thead><tr><td></td><th>class</th><th><i>p</i></th><td></td><th><i>y</i></th><th><i>δ</i><sup>${last}</sup></th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}
