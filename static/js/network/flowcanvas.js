// The shapes that move over the graph, as drawing functions of one canvas.

import { angleAt, pointAt } from "./layout.js";

/**
 * The drawing functions of a canvas.
 * @param {CanvasRenderingContext2D} ctx in CSS pixels @param {Record<string, string>} css colours by token
 */
export function createFlowCanvas(ctx, css) {
  let dirty = true; // whether there is anything to be cleared
  const setAlpha = (alpha) => {
    ctx.globalAlpha = alpha;
    dirty = true;
  };
  const curve = (e) => {
    ctx.beginPath();
    ctx.moveTo(e.x1, e.y1);
    ctx.bezierCurveTo(e.cx1, e.cy1, e.cx2, e.cy2, e.x2, e.y2);
  };
  const line = (e, width, token, alpha) => {
    setAlpha(alpha);
    ctx.strokeStyle = css[token];
    ctx.lineWidth = width;
    ctx.lineCap = "round";
    curve(e);
    ctx.stroke();
  };
  return {
    line,
    /** A canvas on which nothing was drawn is left alone: it need not be composited again. */
    clear(width, height) {
      if (!dirty) return;
      dirty = false;
      ctx.globalAlpha = 1;
      ctx.clearRect(0, 0, width, height);
    },
    dot(x, y, r, token, alpha) {
      setAlpha(alpha);
      ctx.fillStyle = css[token];
      ctx.beginPath();
      ctx.arc(x, y, r, 0, 6.2832);
      ctx.fill();
      if (token === "nan-y") {
        ctx.strokeStyle = css["nan-k"];
        ctx.lineWidth = 1.2;
        ctx.stroke();
      }
    },
    dash(e, from, to, width, token, alpha) {
      const [x1, y1] = pointAt(e, from);
      const [x2, y2] = pointAt(e, to);
      setAlpha(alpha);
      ctx.strokeStyle = css[token];
      ctx.lineWidth = width;
      ctx.lineCap = "round";
      ctx.beginPath();
      ctx.moveTo(x1, y1);
      ctx.lineTo(x2, y2);
      ctx.stroke();
    },
    chevron(x, y, angle, size, token, alpha) {
      const c = Math.cos(angle) * size;
      const s = Math.sin(angle) * size;
      setAlpha(alpha);
      ctx.strokeStyle = css[token];
      ctx.lineWidth = 1 + size * 0.28;
      ctx.lineCap = "round";
      ctx.lineJoin = "round";
      ctx.beginPath();
      ctx.moveTo(x + 0.55 * c + s, y + 0.55 * s - c);
      ctx.lineTo(x - 0.55 * c, y - 0.55 * s);
      ctx.lineTo(x + 0.55 * c - s, y + 0.55 * s + c);
      ctx.stroke();
    },
    /** A still arrow in the middle of an edge: direction 1 with the edge, -1 against it. */
    arrow(e, direction, size, token, alpha) {
      const [x, y] = pointAt(e, 0.5);
      const angle = angleAt(e, 0.5) + (direction < 0 ? Math.PI : 0);
      const c = Math.cos(angle) * size;
      const s = Math.sin(angle) * size;
      setAlpha(alpha);
      ctx.strokeStyle = css[token];
      ctx.lineWidth = 1 + size * 0.14;
      ctx.lineCap = ctx.lineJoin = "round";
      ctx.beginPath();
      ctx.moveTo(x - c, y - s);
      ctx.lineTo(x + c, y + s);
      ctx.moveTo(x + 0.35 * c + 0.55 * s, y + 0.35 * s - 0.55 * c);
      ctx.lineTo(x + c, y + s);
      ctx.lineTo(x + 0.35 * c - 0.55 * s, y + 0.35 * s + 0.55 * c);
      ctx.stroke();
    },
    updateBar(
      { gradient: gradientBar, update: updateBar, clipped: clippedBar, at, scale, exceeds },
      gradient,
      value,
      selected,
    ) {
      if (!gradientBar) {
        setAlpha(1);
        ctx.fillStyle = css.paper;
        ctx.strokeStyle = css[gradient];
        ctx.lineWidth = 1.2;
        ctx.beginPath();
        ctx.arc(at[0], at[1], 2.2 * Math.max(0.7, scale), 0, 6.2832);
        ctx.fill();
        ctx.stroke();
        return;
      }
      if (selected) {
        line(gradientBar, 19 * scale, "ink", 1);
        line(gradientBar, 15.5 * scale, "paper", 1);
      }
      line(gradientBar, 10.5 * scale, gradient, 1);
      line(gradientBar, 7.8 * scale, "paper", 1);
      line(updateBar, 5.6 * scale, value, 1);
      if (exceeds) line(updateBar, 1.2, "warn", 1);
      if (clippedBar)
        for (const [x, y, angle] of [
          [clippedBar.x1, clippedBar.y1, angleAt(clippedBar, 0)],
          [clippedBar.x2, clippedBar.y2, angleAt(clippedBar, 1)],
        ]) {
          setAlpha(1);
          ctx.strokeStyle = css.ink;
          ctx.lineWidth = 1.6;
          ctx.beginPath();
          ctx.moveTo(x + Math.sin(angle) * 5, y - Math.cos(angle) * 5);
          ctx.lineTo(x - Math.sin(angle) * 5, y + Math.cos(angle) * 5);
          ctx.stroke();
        }
    },
    /** All that was drawn becomes fainter. */
    fade(alpha) {
      ctx.globalCompositeOperation = "destination-in";
      ctx.globalAlpha = alpha;
      ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
      ctx.globalCompositeOperation = "source-over";
    },
    front(x, top, bottom, backward) {
      setAlpha(0.75);
      ctx.strokeStyle = ctx.fillStyle = css["ink-2"];
      ctx.lineWidth = 1;
      ctx.setLineDash([1.5, 4]);
      ctx.beginPath();
      ctx.moveTo(x, top);
      ctx.lineTo(x, bottom);
      ctx.stroke();
      ctx.setLineDash([]);
      const side = backward ? -8 : 8;
      ctx.beginPath();
      ctx.moveTo(x, top - 4);
      ctx.lineTo(x + side, top);
      ctx.lineTo(x, top + 4);
      ctx.fill();
    },
  };
}
