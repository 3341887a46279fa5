// Pure: the figures beside an edge that is held. The loss along the weight with its tangent and secant, and the V over h.
import { errorText, hEnds, hPlace, power, REACH, refOf } from "./heldmath.js";
import { clamp, gradientClass, isNumber, n1 } from "./scales.js";

const FLOOR = -12; // where the axis of errors ends

/**
 * The loss along the parameter, its tangent (recorded) and secant (two runs); the one before lingers pale.
 * @param {{data: any, before: any}} held @param {any} now the secant as it stands, on its way from the last to the new one
 * @param {{width: number, height: number, letter: string}} box @returns {string} SVG
 */
export function alongFigure({ data, before }, now, { width, height, letter }) {
  const { weights, losses } = data.line;
  const known = losses.filter(isNumber);
  if (!known.length) return "";
  const [low, high] = [Math.min(...known, data.loss), Math.max(...known, data.loss)];
  const pad = (high - low) * 0.12 || 0.01;
  const X = (v) => ((v - data.weight + REACH) / (2 * REACH)) * width;
  const Y = (v) => clamp(6 + ((high + pad - v) / (high - low + 2 * pad)) * (height - 26), -1e4, 1e4);
  const old = before && before.h !== data.h ? before : null;
  const at = { X, Y, weight: data.weight, floor: height - 18 };
  const curve = weights
    .map((v, i) =>
      isNumber(losses[i]) ? `${i && isNumber(losses[i - 1]) ? "L" : "M"}${n1(X(v))} ${n1(Y(losses[i]))}` : "",
    )
    .join("");
  const tangent = isNumber(data.gradient)
    ? straight(at, data.gradient, data.loss, 1.1, `bench-tangent ${gradientClass(data.gradient)}`, data)
    : "";
  return (
    `<clipPath id="bench-clip"><rect width="${width}" height="${height - 16}"/></clipPath><path class="bench-base" d="M0 ${height - 18}H${width}"/>` +
    `<g clip-path="url(#bench-clip)">${old ? secant(at, old, "bench-secant pale") : ""}${tangent}<path class="bench-curve" d="${curve}"/>${secant(at, now, "bench-secant")}</g>` +
    `${old ? `<g opacity=".3">${ends(at, old, 3)}</g>` : ""}${ends(at, now, 4.4)}` +
    `<circle class="bench-dot" cx="${n1(X(data.weight))}" cy="${n1(Y(data.loss))}" r="4.6"/>` +
    letters(at, data.h, width, height, letter) +
    words(at, data, width, height)
  );
}

function straight({ X, Y, weight }, slope, middle, reach, cls, data = null) {
  const ref = data ? ` data-ref="d${refOf(data.parameter, data.index)}"` : "";
  return `<path class="${cls}" d="M${n1(X(weight - reach))} ${n1(Y(middle - slope * reach))}L${n1(X(weight + reach))} ${n1(Y(middle + slope * reach))}"${ref}/>`;
}

const secant = (at, p, cls) =>
  isNumber(p.secant) && isNumber(p.loss_below + p.loss_above)
    ? straight(at, p.secant, (p.loss_below + p.loss_above) / 2, clamp(1.22 * p.h, 0.3, REACH), cls)
    : "";

const ends = ({ X, Y, weight, floor }, { h, loss_below, loss_above }, r) =>
  [
    [-h, loss_below],
    [h, loss_above],
  ]
    .filter(([, loss]) => isNumber(loss))
    .map(([away, loss]) => {
      const [x, y] = [n1(X(weight + away)), n1(Y(loss))];
      return `<path class="bench-drop" d="M${x} ${y}V${floor}"/><circle class="bench-end" cx="${x}" cy="${y}" r="${r}"/>`;
    })
    .join("");

function letters({ X, weight }, h, width, height, letter) {
  const apart = h * (width / (2 * REACH)) > 30;
  const places = apart
    ? [
        [-h, `${letter} − h`],
        [0, letter],
        [h, `${letter} + h`],
      ]
    : [[0, `${letter} ± h`]];
  return places
    .map(
      ([away, text]) =>
        `<text class="it s13" text-anchor="middle" x="${n1(clamp(X(weight + Number(away)), 16, width - 16))}" y="${height - 4}">${text}</text>`,
    )
    .join("");
}

/** "tangent" and "secant", each beside its line. */
function words({ X, Y, weight }, data, width, height) {
  const up = data.gradient > 0;
  const flat = !data.gradient && !data.secant; // the two lie on each other: below and above
  const yTangent = clamp(Y(data.loss + data.gradient * 1.1) + (up ? -7 : 14), 12, height - 24);
  let svg = `<text class="chip bench-small ${gradientClass(data.gradient)}" text-anchor="end" x="${width - 1}" y="${n1(yTangent)}">tangent</text>`;
  if (isNumber(data.loss_below)) {
    const right = data.h > 0.9;
    const y = clamp(Y(data.loss_below) + (up && !flat ? 15 : -8), 12, height - 22);
    svg += `<text class="chip bench-small" text-anchor="${right ? "start" : "end"}" x="${n1(X(weight - data.h) + (right ? 8 : -8))}" y="${n1(y)}">secant</text>`;
  }
  return svg;
}

/** Relative error over h: too wide, the loss bends; too narrow, the difference drowns. @returns {string} SVG */
export function veeFigure(data, width, height = 150) {
  const bottom = height - 8;
  const [left, right] = hEnds(width);
  const X = (h) => hPlace(Math.log10(h), width);
  const Y = (v) => 8 + (-Math.max(FLOOR, v > 0 ? Math.min(0, Math.log10(v)) : FLOOR) / -FLOOR) * (bottom - 8);
  let svg = [0, -4, -8, -12]
    .map(
      (e) =>
        `<path class="bench-grid" d="M${left} ${n1(Y(10 ** e))}H${right}"/><text class="tick" text-anchor="end" x="${left - 4}" y="${n1(Y(10 ** e) + 3.5)}">${power(e)}</text>`,
    )
    .join("");
  const points = data.curve.filter((p) => isNumber(p.relative_error));
  const some = points.some((p) => p.relative_error > 0);
  const [x, y] = [n1(X(data.h)), n1(Y(data.relative_error ?? 1))];
  if (points.length)
    svg += `<path class="bench-line" d="${points.map((p, i) => `${i ? "L" : "M"}${n1(X(p.h))} ${n1(Y(p.relative_error))}`).join("")}"/>`;
  if (some) {
    const best = points.reduce((a, b) => (b.relative_error < a.relative_error ? b : a));
    svg += `<text class="t2" text-anchor="middle" x="${n1(X(3e-12))}" y="${n1(Y(1e-7))}">rounding</text>`;
    svg += `<text class="t2" text-anchor="end" x="${n1(X(3e-4))}" y="${n1(Y(0.1) + 4)}">curvature</text>`;
    svg += `<circle class="bench-end" cx="${n1(X(best.h))}" cy="${n1(Y(best.relative_error))}" r="3.2"/>`;
  }
  const end = data.h > 1e-3;
  svg += `<path class="bench-stem" d="M${x} ${y}V${height}"/><circle class="bench-dot" cx="${x}" cy="${y}" r="4.4"/>`;
  svg += `<text class="chip bench-small" text-anchor="${end ? "end" : "start"}" x="${n1(x + (end ? -9 : 9))}" y="${n1(Math.max(11, y - 2))}">${errorText(data.relative_error)}</text>`;
  return svg;
}
