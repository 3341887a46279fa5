// What the browser offers: storage, the size of the screen, media queries, and the colours of the theme.

import { rgb } from "../format/colors.js";

/** What the browser remembers, where it may. */
/** Null where storage is switched off. @returns {Storage|null} */
const storage = (name) => {
  try {
    return name === "local" ? localStorage : sessionStorage;
  } catch {
    return null;
  }
};
const createStorage = (name) => ({
  get: (key) => storage(name)?.getItem(key) ?? null,
  set(key, value) {
    try {
      storage(name)?.setItem(key, value);
    } catch {
      // storage is full or not allowed
    }
  },
});
export const local = createStorage("local");
export const session = createStorage("session");

export const matchesMedia = (query) => matchMedia(query).matches;
export const screenSize = () =>
  matchesMedia("screen and (max-width: 720px)") ? "phone" : matchesMedia("(max-width: 1180px)") ? "tablet" : "wide";

// Everything but paintTiles is pure and tested in Node.
export const COLOR_TOKENS =
  "paper paper-2 paper-3 ink ink-2 ink-3 hair hair-2 vpos vneg gpos gneg hmid fpos fneg c1 c2 c3 nan-y nan-k dead warn";

/** The theme's colours, as [r, g, b] by token name and, under `css`, as text. Reads the document; call it once a theme. */
export function readColors() {
  const style = getComputedStyle(document.documentElement);
  const forced = matchMedia("(forced-colors: active)").matches;
  const colors = { css: {} };
  for (const name of COLOR_TOKENS.split(" ")) {
    const text = style.getPropertyValue(`--${name}`).trim() || "#888888";
    colors[name] = rgb(text);
    colors.css[name] = forced && /^(v|g)(pos|neg)$|ink/.test(name) ? "CanvasText" : text;
  }
  return colors;
}
