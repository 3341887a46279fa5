// A sum as bars that each start where the last ended. Pure: rows in, markup out.
import { titled } from "./inspectormarks.js";
import { attributes, escaped } from "./mathml.js";
import { format, gradientClass, isNumber, valueClass } from "./scales.js";

/** Bars that each start where the last ended; small and many ones are gathered in one row. */
export function waterfall(view, all, total, hue, limit = 8) {
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

export const letters = ({ base, sup, sub }) =>
  `<tspan class="it">${base}</tspan>${sup ? `<tspan class="sup" dy="-4">${sup}</tspan>` : ""}<tspan class="sup" dy="${sup ? 7 : 3}">${sub}</tspan>`;
