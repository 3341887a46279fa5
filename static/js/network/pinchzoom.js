// Pinch zoom: two fingers scale a scrolled drawing around the point between them; one finger pans, as it always does.

import { clamp } from "../format/math.js";

const MAX_SCALE = 3;

/**
 * @param {HTMLElement} scroller @param {HTMLElement} content what is scaled inside it
 * @param {{allowed: () => boolean, moved: () => void, settled: () => void}} on settled: the fingers have left
 * @returns {() => number} the scale now
 */
export function createPinch(scroller, content, on) {
  let scale = 1;
  let fingerDistance = 0;

  const touchCentre = (/** @type {TouchEvent} */ { touches: [a, b] }) => {
    const box = scroller.getBoundingClientRect();
    return {
      x: (a.clientX + b.clientX) / 2 - box.left,
      y: (a.clientY + b.clientY) / 2 - box.top,
      apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
    };
  };

  function zoom(next, x, y) {
    const [left, top] = [(scroller.scrollLeft + x) / scale, (scroller.scrollTop + y) / scale];
    scale = next;
    content.style.transform = scale === 1 ? "" : `scale(${scale})`;
    content.style.transformOrigin = "0 0";
    scroller.classList.toggle("zoomed", scale > 1);
    scroller.scrollTo(left * scale - x, top * scale - y);
    on.moved();
  }

  const options = { passive: false };
  scroller.addEventListener(
    "touchstart",
    (event) => {
      if (event.touches.length !== 2 || !on.allowed()) return;
      event.preventDefault();
      fingerDistance = touchCentre(event).apart;
    },
    options,
  );
  scroller.addEventListener(
    "touchmove",
    (event) => {
      if (!fingerDistance || event.touches.length !== 2) return;
      event.preventDefault();
      const centre = touchCentre(event);
      const next = clamp((scale * centre.apart) / fingerDistance, 1, MAX_SCALE);
      fingerDistance = centre.apart;
      zoom(next < 1.04 && next < scale ? 1 : next, centre.x, centre.y);
    },
    options,
  );
  const end = () => {
    if (fingerDistance) on.settled();
    fingerDistance = 0;
  };
  scroller.addEventListener("touchend", end);
  scroller.addEventListener("touchcancel", end);
  return () => scale;
}
