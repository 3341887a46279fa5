// Page zoom: on very large windows the whole page is enlarged. Converts pointer positions to the page's own pixels.

const BASE_WIDTH = 1920; // what the page is designed for; the zoom is a multiple of a quarter
const BASE_HEIGHT = 1000;
const MAX_ZOOM = 3;

let pageZoom = 1;

/** The zoom for a window of this size. @param {number} width @param {number} height */
export const pageZoomFor = (width, height) =>
  Math.max(1, Math.min(MAX_ZOOM, Math.floor(Math.min(width / BASE_WIDTH, height / BASE_HEIGHT) * 4) / 4));

/** Applies the zoom. To be called at the start and whenever the window is resized. */
export function applyPageZoom() {
  const next = "currentCSSZoom" in document.body ? pageZoomFor(innerWidth, innerHeight) : 1;
  if (next === pageZoom) return;
  pageZoom = next;
  document.body.style.setProperty("zoom", String(pageZoom));
  document.body.style.setProperty("--large", String(pageZoom));
}

/**
 * The pointer's position within an element.
 * @param {Element} element @param {{clientX: number, clientY: number}} pointer
 */
export function pointerIn(element, { clientX, clientY }) {
  const box = element.getBoundingClientRect();
  return { x: (clientX - box.left) / pageZoom, y: (clientY - box.top) / pageZoom };
}

/** The pointer's position within the window, and the window's size. @param {number} clientX @param {number} clientY */
export const pointerInWindow = (clientX, clientY) => ({
  x: clientX / pageZoom,
  y: clientY / pageZoom,
  width: innerWidth / pageZoom,
  height: innerHeight / pageZoom,
});

/** Device pixels to one pixel of the page. */
export const pixelRatio = () => (devicePixelRatio || 1) * pageZoom;
