// Several classes where softmax turns around: probability, truth and error, a row each. Pure: a view in, markup out.
import { truthOf } from "./chain.js";
import { alone, num } from "./inspectormarks.js";
import { escaped } from "./mathml.js";
import { hueNames, SHAPES, shapeOfClass } from "./planemap.js";
import { networkOf, refOf } from "./recorded.js";
import { isNumber } from "./scales.js";

export function classSection(view) {
  const names = view.samples?.classes ?? [];
  const { last } = networkOf(view);
  const truth = truthOf(view);
  const error = view.spot[`dz${last}`];
  const seen = view.ops[view.op].phase === "backward";
  const rows = view.spot.outputs.map((p, u) => {
    const pt = { ref: refOf("outputs", u), value: isNumber(p) ? p : null, kind: "scale" };
    const dt = { ref: refOf(`dz${last}`, u), value: error && seen ? error[u] : undefined, kind: "gradient" };
    const bar = `<svg viewBox="0 0 84 12" preserveAspectRatio="none" aria-hidden="true"><path class="track" d="M0 6H84"/><path class="class ${hueNames(u)}" d="M0 6H${(84 * (p ?? 0)).toFixed(1)}"/><path class="target" d="M${truth?.[u] ? 83 : 1} 0v12"/></svg>`;
    return `<tr><td><svg class="shape ${hueNames(u)}" viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true"><path d="${SHAPES[shapeOfClass(u)]}"/></svg></td><th scope="row">${escaped(names[u] ?? `class ${u + 1}`)}</th><td>${num(view, pt)}</td><td class="bar">${bar}</td><td>${truth ? truth[u] : ""}</td><td>${dt.value === undefined ? '<span class="later">later</span>' : num(view, dt, { strong: true })}</td></tr>`;
  });
  return `<header><h3>Softmax and its slope</h3><span class="note">δ = <i>p</i> − <i>y</i>, ${alone(view)}</span></header><table><thead><tr><td></td><th>class</th><th><i>p</i></th><td></td><th><i>y</i></th><th><i>δ</i><sup>${last}</sup></th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}
