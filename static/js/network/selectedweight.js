// The selected weight on the graph: its edge, the × mark of its gradient's product, and the values of both factors.

import { createSvg, setAttributes, setShown, setText } from "../dom/elements.js";
import { gradientClass, valueClass } from "../format/colors.js";
import { isNumber, n1, n2 } from "../format/math.js";
import { format, subscript, superscript } from "../format/numbers.js";
import { operationProgress, showsOperations } from "../run/values.js";
import { targetTime } from "./flow.js";
import { pointAt } from "./layout.js";

export function createSelectedWeight(svg) {
  const g = createSvg("g", { class: "selected", "aria-hidden": "true", display: "none" }, svg);
  const outline = createSvg("path", { class: "outline" }, g);
  const line = createSvg("path", { class: "edge" }, g);
  const disc = createSvg("g", {}, g);
  createSvg("circle", { class: "product-mark", r: 12 }, disc);
  createSvg("path", { class: "cross", d: "M-4.1 -4.1L4.1 4.1M4.1 -4.1L-4.1 4.1" }, disc);
  const valueLabel = () => {
    const text = createSvg("text", { class: "value-label" }, g);
    return { text, name: createSvg("tspan", { class: "variable" }, text), value: createSvg("tspan", { dx: 4 }, text) };
  };
  return { g, outline, line, disc, source: valueLabel(), error: valueLabel() };
}

/** The × mark: what was recorded comes from the left, the error from the right, their product spreads from the middle. */
export function updateSelectedWeight(scene) {
  const { selected, layout, status, view, records } = scene;
  const s = view.selection?.kind === "weight" ? view.selection : null;
  const edge = s && scene.edges[s.layer]?.find((e) => e.from === s.from && e.to === s.to);
  const updating = view.ops?.[view.operation]?.phase === "update" && showsOperations(view);
  setShown(selected.g, Boolean(edge) && !updating);
  if (!edge || updating) return;
  const { layer: k, from, to } = s;
  const done = status(`dW${k}`);
  const productProgress = done > 0 && done < 1 ? targetTime(operationProgress(view), to, layout.widths[k]) : done;
  const w = records.parameters[`W${k}`][from][to];
  const g = records.batch(`dW${k}`)?.[from]?.[to];
  const showsGradient = showsOperations(view) && productProgress >= 1 && isNumber(g);
  const measure = records.measures[k];
  const maxWidth = layout.detailed ? 5.2 : 3;
  const width = showsGradient
    ? 0.4 + maxWidth * measure.factor * (measure.gradient > 0 ? Math.abs(g) / measure.gradient : 0)
    : 0.5 + maxWidth * (measure.weight > 0 && isNumber(w) ? Math.abs(w) / measure.weight : 0);
  const dropped = scene.dropped(k - 1, from) || scene.dropped(k, to);
  const colorClass = dropped ? "neutral" : showsGradient ? gradientClass(g) : valueClass(w);
  setAttributes(selected.outline, { d: edge.d, "stroke-width": n2(width + 3.4) });
  setAttributes(selected.line, {
    d: edge.d,
    "stroke-width": n2(width),
    class: `edge ${colorClass}`,
    "data-ref": `${showsGradient ? "dW" : "W"}${k}${edge.at}`,
  });
  setShown(selected.outline, showsGradient && !dropped);
  const [x, y] = pointAt(edge.route, 0.5);
  setShown(selected.disc, showsOperations(view));
  setAttributes(selected.disc, {
    transform: `translate(${n1(x)} ${n1(y)})${layout.detailed ? "" : " scale(.75)"}`,
    class: productProgress >= 0.7 ? "" : "waiting",
  });
  const slopesDown = edge.route.y2 >= edge.route.y1 - 12; // labels lie on the side that the curve bends away from
  const roomy = layout.detailed && showsOperations(view) && layout.columnPitch > 120;
  const source = records.layerOutputs[k - 1];
  const [stem, number] = [source.replace(/\d/g, ""), source.replace(/\D/g, "")];
  const h = records.values(source)?.[from];
  const dz = records.values(`dz${k}`)?.[to];
  const { x1, y1, x2, y2 } = edge.route;
  valueLabel(
    selected.source,
    roomy && status(source) >= 1,
    h,
    valueClass(h),
    `${source}[${from}]`,
    `${stem}${superscript(number)}${subscript(from + 1)}`,
    x1 + 2,
    y1 + (slopesDown ? -11 : 22),
    "start",
  );
  valueLabel(
    selected.error,
    roomy && status(`dz${k}`) >= 1,
    dz,
    gradientClass(dz),
    `dz${k}[${to}]`,
    `δ${superscript(k)}${subscript(to + 1)}`,
    x2 - 3,
    y2 + (slopesDown ? 22 : -11),
    "end",
  );
}

export function valueLabel({ text, name, value }, on, number, className, ref, letter, x, y, anchor) {
  setShown(text, on && number !== undefined);
  setAttributes(text, {
    x: n1(x),
    y: n1(y),
    "text-anchor": anchor,
    class: `value-label ${className}`,
    "data-ref": ref,
  });
  setText(name, letter);
  setText(value, format(number));
}
