// Parts of the page that come when they are first needed, each with its style; the first paint waits for none of them.

/** A stylesheet of ours, once; it settles when it is there. @param {string} name @param {string} before the sheet it stands before */
export function loadStyle(name, before = "") {
  const sheet = (named) => document.querySelector(`link[rel=stylesheet][href$="/css/${named}.css"]`);
  if (sheet(name)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(`../../css/${name}.css`, import.meta.url).href;
  return new Promise((done) => {
    link.onload = link.onerror = done;
    const next = before && sheet(before);
    next ? next.before(link) : document.head.append(link);
  });
}

/**
 * A view that is loaded when it first has something to show.
 * @param {(view: any) => boolean} needed @param {() => Promise<{render: (view: any) => void}>} load
 * @param {() => void} arrived called once it is there
 */
export function later(needed, load, arrived) {
  let made = null;
  let loading = null;
  const fetched = () => {
    loading ??= load().then(
      (part) => {
        made = part;
        arrived();
      },
      () => {
        loading = null; // the server is away: the next time again
      },
    );
    return loading;
  };
  return {
    fetched,
    render(view) {
      if (made) made.render(view);
      else if (needed(view)) fetched();
    },
  };
}

/**
 * A deed that is loaded with the first sign of a reader: it can be done although the server is away by then.
 * @param {() => Promise<() => void>} load
 */
export function deedLater(load) {
  let loading = null;
  const fetched = () => {
    loading ??= load().catch(() => {
      loading = null; // the server is away: the next time again
    });
    return loading;
  };
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, fetched, { once: true, passive: true });
  return () => fetched().then((deed) => deed?.());
}
