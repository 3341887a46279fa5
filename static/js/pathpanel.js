// Beside the graph while recording is off: the sum over a weight's paths, what other depths would take, or why it is refused.
import { sumRows, waterfall } from "./pathmarks.js";
import { duration, PATIENCE } from "./pathmath.js";
import { format, gradientClass, thousands } from "./scales.js";
import { observeBox } from "./sizes.js";
import { integerText } from "./tapelayout.js";

const DEPTHS = [3, 6, 10];

/** @param {HTMLElement} side @param {{close: () => void, changed: () => void}} on */
export function createPathPanel(side, on) {
  const panel = document.createElement("section");
  Object.assign(panel, { className: "bench-side paths-side", hidden: true, tabIndex: -1 });
  panel.setAttribute("aria-label", "The gradient, path by path");
  side.append(panel);
  const size = observeBox(panel, on.changed);
  panel.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("[data-close]")) on.close();
  });

  function sum(paths, view) {
    const { data, plan } = paths;
    const rows = sumRows(paths, view.step?.parameters ?? view.run.parameters);
    const { path, weight } = rows;
    const { svg, height } = waterfall(rows, size.width);
    const recorded = view.spot?.[`dW${path.layer}`]?.[path.from]?.[path.to];
    const ref = `dW${path.layer}[${path.from}][${path.to}]`;
    panel.innerHTML = `<header class="h"><b>Weight ${path.from + 1} → ${path.to + 1}, layer ${path.layer}</b><small>this sample alone</small></header>
<figure><figcaption class="eqh"><i>∂L/∂w = sum over its paths</i><small>${thousands(weight.paths)} ${weight.paths === 1 ? "path" : "paths"}</small></figcaption><svg class="graph-svg fall" viewBox="0 0 ${size.width} ${height}" height="${height}" role="img" aria-label="the sum so far ${format(rows.sum, 4)}">${svg}</svg>
<table class="cmp"><tbody><tr><td>the tape recorded</td><td><b data-ref="${ref}" class="${gradientClass(recorded)}" title="${recorded}">${recorded === undefined ? "" : format(recorded, 4)}</b></td></tr><tr><td>all ${integerText(plan.total)}, apart from the tape by</td><td><b>${format(data.measured.largest_difference)}</b></td></tr></tbody></table></figure>
${takes(data, view.run)}`;
  }

  function refused(found, view) {
    const widths = widthsOf(view.run);
    panel.innerHTML = `<header class="h"><b>Without the tape</b><button type="button" class="link" data-close>close</button></header><div class="refused" role="alert"><p class="h warn">✕ Refused for ${shorten(widths)}</p><p class="say3">${integerText(found.multiplications, 16)} multiplications for one sample: about ${duration(found.seconds)} on this server. With the tape it is ${thousands(found.tape_multiplications - forwardOf(widths))}. Recording stays on.</p></div>${takes(found, view.run)}`;
  }

  return {
    sum,
    refused,
    width: () => size.width,
    /** @param {boolean} on */
    show(on) {
      panel.hidden = !on;
    },
  };
}

/** What other depths would take, at the rate measured on this server. */
function takes(data, run) {
  const { hidden } = run.config;
  const widths = widthsOf(run);
  const wide = Math.max(...hidden.map((layer) => layer.units), 0);
  const like = (layers) => [widths[0], ...Array(layers).fill(wide), widths[widths.length - 1]];
  const others = data.deeper.filter(({ layers }) => DEPTHS.includes(layers) && layers !== hidden.length);
  const rows = [row(data, widths, "this-net"), ...others.map((deep) => row(deep, like(deep.layers)))];
  return `<figure><figcaption class="eqh"><i>What would it take?</i><small>${format(data.rate / 1e6, 1)}·10⁶ a second here</small></figcaption><table class="cmp takes"><thead><tr><th>network</th><th>tape</th><th>paths</th><th>time</th></tr></thead><tbody>${rows.join("")}</tbody></table><p class="note2">Multiplications of the backward pass, for one sample.</p></figure>`;
}

const row = ({ tape_multiplications, multiplications, seconds }, widths, className = "") =>
  `<tr class="${className}"><td>${shorten(widths)}</td><td>${thousands(tape_multiplications - forwardOf(widths))}</td><td>${integerText(multiplications, 9)}</td><td class="${seconds > PATIENCE ? "warn" : ""}">${duration(seconds)}</td></tr>`;

const widthsOf = ({ config, parameters }) => [
  parameters.W1.length,
  ...config.hidden.map((layer) => layer.units),
  parameters[`b${config.hidden.length + 1}`].length,
];

/** One a weight: both ways of going back need it. */
const forwardOf = (widths) => widths.slice(1).reduce((sum, n, i) => sum + n * widths[i], 0);

const shorten = (widths) => {
  const hidden = widths.slice(1, -1);
  const same = hidden.length > 3 && hidden.every((n) => n === hidden[0]);
  return same ? `${widths[0]}-[${hidden[0]}]×${hidden.length}-${widths[widths.length - 1]}` : widths.join("-");
};
