// A window far larger than the page is drawn for, a 4K screen that shows a pixel as a pixel, shows all of it larger; and
// where a pointer then is, in the page's own pixels.

const WIDE = 1920; // what such a window is taken for, as nearly as quarters allow
const HIGH = 1000;
const MOST = 3;

let large = 1;

/** How much larger a window of this size shows the page. @param {number} width @param {number} height */
export const largenessOf = (width, height) =>
  Math.max(1, Math.min(MOST, Math.floor(Math.min(width / WIDE, height / HIGH) * 4) / 4));

/** Fits the page to its window. To be called at the start and whenever the window changes. */
export function enlarge() {
  const next = "currentCSSZoom" in document.body ? largenessOf(innerWidth, innerHeight) : 1;
  if (next === large) return;
  large = next;
  document.body.style.setProperty("zoom", String(large));
  document.body.style.setProperty("--large", String(large));
}

/**
 * Where a pointer is within an element.
 * @param {Element} element @param {{clientX: number, clientY: number}} pointer
 */
export function placeIn(element, { clientX, clientY }) {
  const box = element.getBoundingClientRect();
  return { x: (clientX - box.left) / large, y: (clientY - box.top) / large };
}

/** The same within the window, and how large that is. @param {number} clientX @param {number} clientY */
export const placeInWindow = (clientX, clientY) => ({
  x: clientX / large,
  y: clientY / large,
  width: innerWidth / large,
  height: innerHeight / large,
});

/** Pixels of the screen to one of the page. */
export const pixelRatio = () => (devicePixelRatio || 1) * large;
