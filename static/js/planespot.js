// The sample in the spotlight, on the plane.

import { set, svg } from "./marks.js";
import { n1 } from "./scales.js";

const RADIUS = 4;

/** Ring, crosshair, and stripes where a coordinate is missing. */
export function makeSpot(root) {
  const group = svg("g", { class: "off" }, root);
  const cross = svg("path", { class: "plane-cross" }, group);
  const gone = svg("rect", { class: "off", fill: "url(#plane-lost)" }, group);
  const halo = svg("circle", { class: "plane-halo", r: 9 }, group);
  const ring = svg("circle", { class: "plane-ring", r: 8 }, group);
  const mark = svg("path", {}, group);
  return {
    group,
    mark,
    show(known, x, y, { width, height }) {
      set(group, "class", known && (x !== null || y !== null) ? "plane-spot" : "off");
      if (!known) return;
      const whole = x !== null && y !== null;
      for (const part of [halo, ring]) {
        set(part, "class", whole ? (part === halo ? "plane-halo" : "plane-ring") : "off");
        set(part, "cx", n1(x ?? 0));
        set(part, "cy", n1(y ?? 0));
      }
      set(mark, "transform", `translate(${n1(x ?? 0)} ${n1(y ?? 0)}) scale(${RADIUS})`);
      set(
        cross,
        "d",
        whole
          ? `M${n1(x)} 0V${n1(y - 9)}M${n1(x)} ${n1(y + 9)}V${height}M0 ${n1(y)}H${n1(x - 9)}M${n1(x + 9)} ${n1(y)}H${width}`
          : "",
      );
      set(gone, "class", whole ? "off" : "");
      set(gone, "x", x === null ? 0 : n1(x - 4));
      set(gone, "y", y === null ? 0 : n1(y - 4));
      set(gone, "width", x === null ? width : 8);
      set(gone, "height", y === null ? height : 8);
    },
  };
}
