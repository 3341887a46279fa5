// A unit's activation as a curve: the point it stands at, the tangent there, a tick for each sample. Pure: a chain in, markup out.
import { ACTIVATIONS } from "./activations.js";
import { block, later, titled } from "./inspectormarks.js";
import { escaped, math, mi } from "./mathml.js";
import { format, full, gradientClass, isNumber, valueClass } from "./scales.js";

/** The activation's curve with the point, its tangent, and a tick for each sample of the batch. */
export function curvePart(view, c) {
  const kind = c.slope.activation;
  const title = math(
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
