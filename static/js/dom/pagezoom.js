// Page zoom: on very large windows the whole page is enlarged. Converts pointer positions to the page's own pixels.

// What the page is designed for; the zoom is a multiple of a quarter. On a projector it is as large as it can be.
const DESIGNED = [1920, 1000];
const PROJECTED = [1280, 680];
const MAX_ZOOM = 3;

let pageZoom = 1;
let fineness = 1; // of canvases that are drawn for print

/** The zoom for a window of this size. @param {number} width @param {number} height @param {number[]} base */
export const pageZoomFor = (width, height, base = DESIGNED) =>
  Math.max(1, Math.min(MAX_ZOOM, Math.floor(Math.min(width / base[0], height / base[1]) * 4) / 4));

/** Applies the zoom. To be called at the start and whenever the window is resized. */
export function applyPageZoom() {
  const base = document.documentElement.classList.contains("projector") ? PROJECTED : DESIGNED;
  const next = "currentCSSZoom" in document.body ? pageZoomFor(innerWidth, innerHeight, base) : 1;
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

/** Has canvases drawn with so many times the pixels of the screen, from the next time on that they are drawn. */
export const drawFiner = (factor) => {
  fineness = factor;
};

/** Pixels of a canvas to one pixel of the page. */
export const pixelRatio = () => (devicePixelRatio || 1) * pageZoom * fineness;
