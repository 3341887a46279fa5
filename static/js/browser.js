// What the browser remembers for us, where it may, and what it says of its window.

/** What the browser remembers, where it may. */
/** @returns {Storage|null} */
const storage = (name) => {
  try {
    return name === "local" ? localStorage : sessionStorage;
  } catch {
    return null; // storage is switched off
  }
};
const keep = (name) => ({
  get: (key) => storage(name)?.getItem(key) ?? null,
  set(key, value) {
    try {
      storage(name)?.setItem(key, value);
    } catch {
      // full, or not allowed: then it is not remembered
    }
  },
});
export const local = keep("local");
export const session = keep("session");

export const media = (query) => matchMedia(query).matches;
export const sizeNow = () =>
  media("screen and (max-width: 720px)") ? "phone" : media("(max-width: 1180px)") ? "tablet" : "wide";
