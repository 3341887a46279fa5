// A window far larger than the page is drawn for, a 4K screen that shows a pixel as a pixel, shows all of it larger; and
// where a pointer then is, in the page's own pixels.

const BASE_WIDTH = 1920; // what such a window is taken for, as nearly as quarters allow
const BASE_HEIGHT = 1000;
const MAX_ZOOM = 3;

let pageZoom = 1;

/** How much larger a window of this size shows the page. @param {number} width @param {number} height */
export const pageZoomFor = (width, height) =>
  Math.max(1, Math.min(MAX_ZOOM, Math.floor(Math.min(width / BASE_WIDTH, height / BASE_HEIGHT) * 4) / 4));

/** Fits the page to its window. To be called at the start and whenever the window changes. */
export function applyPageZoom() {
  const next = "currentCSSZoom" in document.body ? pageZoomFor(innerWidth, innerHeight) : 1;
  if (next === pageZoom) return;
  pageZoom = next;
  document.body.style.setProperty("zoom", String(pageZoom));
  document.body.style.setProperty("--large", String(pageZoom));
}

/**
 * Where a pointer is within an element.
 * @param {Element} element @param {{clientX: number, clientY: number}} pointer
 */
export function pointerIn(element, { clientX, clientY }) {
  const box = element.getBoundingClientRect();
  return { x: (clientX - box.left) / pageZoom, y: (clientY - box.top) / pageZoom };
}

/** The same within the window, and how large that is. @param {number} clientX @param {number} clientY */
export const pointerInWindow = (clientX, clientY) => ({
  x: clientX / pageZoom,
  y: clientY / pageZoom,
  width: innerWidth / pageZoom,
  height: innerHeight / pageZoom,
});

/** Pixels of the screen to one of the page. */
export const pixelRatio = () => (devicePixelRatio || 1) * pageZoom;
