// What each operation reads: arcs from the cells that were recorded before, bars from the neighbour.
import { createSvg, setAttribute } from "./elements.js";
import * as plan from "./tapelayout.js";

/** All links of a step's operations. @param {any[]} ops @param {Element} parent */
export function linksOf(ops, parent) {
  return ops.flatMap((op) => [
    ...op.reads.map((from) =>
      makeLink(parent, op, from, op.phase !== "backward" && op.index - from === 1 ? "bar" : "read"),
    ),
    ...op.from.map((from) =>
      makeLink(parent, op, from, op.phase === "backward" && op.index - from === 1 ? "bar" : "go"),
    ),
  ]);
}

function makeLink(parent, op, from, kind) {
  const group = createSvg("g", { class: "off" }, parent);
  const path = createSvg("path", { class: `tape-${kind}` }, group);
  const dot = kind === "read" ? createSvg("circle", { class: "tape-dot", r: 3.4 }, group) : null;
  return {
    to: op.index,
    from,
    kind,
    lasting: kind === "read" && op.phase === "backward",
    group,
    path,
    dot,
    placed: "",
  };
}

/** Shows the link where its operation stands, drawn so far; true where that one reads here. It goes with the cell that is
 * read. @param {any} link
 * @param {{op: number, share: number, emptied: number, layout: import("./tapelayout.js").Layout, placed: string}} now
 *   emptied: how many cells are, placed: the key of the layout */
export function drawLink(link, { op, share, emptied, layout, placed }) {
  const now = link.to === op;
  const shown =
    link.from >= emptied && (!layout.strip || link.kind === "bar") && (now || (link.lasting && link.to < op));
  setAttribute(link.group, "class", shown ? (now ? "now" : "past") : "off");
  if (!shown) return false;
  placeLink(link, layout, placed);
  const growing = now && link.kind === "read" && share < 1;
  setAttribute(link.path, "pathLength", growing ? 100 : null);
  setAttribute(link.path, "stroke-dasharray", growing ? "100 100" : null);
  setAttribute(link.path, "stroke-dashoffset", growing ? (100 * (1 - share)).toFixed(1) : null);
  setAttribute(link.path, "stroke-opacity", now && link.kind === "go" && share < 1 ? share.toFixed(2) : null);
  return now && link.kind === "read";
}

function placeLink(link, layout, placed) {
  if (link.placed === placed) return;
  link.placed = placed;
  const { from, to } = link;
  if (link.kind === "bar") {
    const y = layout.bottom - Math.min(layout.size[from], layout.size[to]) / 2;
    setAttribute(
      link.path,
      "d",
      `M${plan.fix(layout.x[from] + layout.size[from])} ${plan.fix(y)}H${plan.fix(layout.x[to])}`,
    );
    return;
  }
  setAttribute(link.path, "d", plan.arcPath(layout, from, to));
  if (!link.dot) return;
  setAttribute(link.dot, "cx", plan.fix(plan.middle(layout, from)));
  setAttribute(link.dot, "cy", plan.fix(layout.bottom - layout.size[from] - 2));
}
