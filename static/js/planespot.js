// The sample in the spotlight, on the plane.
import { createSvg, setAttribute } from "./elements.js";
import { n1 } from "./scales.js";

const RADIUS = 4;

/** Ring, crosshair, and stripes where a coordinate is missing. */
export function makeSpot(root) {
  const group = createSvg("g", { class: "off" }, root);
  const cross = createSvg("path", { class: "plane-cross" }, group);
  const gone = createSvg("rect", { class: "off", fill: "url(#plane-lost)" }, group);
  const halo = createSvg("circle", { class: "plane-halo", r: 9 }, group);
  const ring = createSvg("circle", { class: "plane-ring", r: 8 }, group);
  const mark = createSvg("path", {}, group);
  return {
    group,
    mark,
    show(known, x, y, { width, height }) {
      setAttribute(group, "class", known && (x !== null || y !== null) ? "plane-spot" : "off");
      if (!known) return;
      const whole = x !== null && y !== null;
      for (const part of [halo, ring]) {
        setAttribute(part, "class", whole ? (part === halo ? "plane-halo" : "plane-ring") : "off");
        setAttribute(part, "cx", n1(x ?? 0));
        setAttribute(part, "cy", n1(y ?? 0));
      }
      setAttribute(mark, "transform", `translate(${n1(x ?? 0)} ${n1(y ?? 0)}) scale(${RADIUS})`);
      setAttribute(
        cross,
        "d",
        whole
          ? `M${n1(x)} 0V${n1(y - 9)}M${n1(x)} ${n1(y + 9)}V${height}M0 ${n1(y)}H${n1(x - 9)}M${n1(x + 9)} ${n1(y)}H${width}`
          : "",
      );
      setAttribute(gone, "class", whole ? "off" : "");
      setAttribute(gone, "x", x === null ? 0 : n1(x - 4));
      setAttribute(gone, "y", y === null ? 0 : n1(y - 4));
      setAttribute(gone, "width", x === null ? width : 8);
      setAttribute(gone, "height", y === null ? height : 8);
    },
  };
}
