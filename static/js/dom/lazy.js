// Lazy loading: parts of the page, and their style sheets, that are loaded when they are first needed.

/** Loads a style sheet once; settles when it is loaded. @param {string} name @param {string} before the sheet to insert it before */
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
 * A module together with its sheets. @template M @param {Promise<M>} module @param {string[]} sheets @param {string} [before] the
 * sheet to insert them before @returns {Promise<M>}
 */
export const withStyles = async (module, sheets, before) =>
  (await Promise.all([module, ...sheets.map((name) => loadStyle(name, before))]))[0];

/**
 * A view that is loaded when it first has something to show.
 * @param {(view: any) => boolean} needed @param {() => Promise<{render: (view: any) => void}>} fetchPart
 * @param {() => void} onLoad called once it is loaded
 */
export function lazyView(needed, fetchPart, onLoad) {
  let loaded = null;
  const load = retried(fetchPart, (part) => {
    loaded = part;
    onLoad();
  });
  return {
    load,
    render(view) {
      if (loaded) loaded.render(view);
      else if (needed(view)) load();
    },
  };
}

/**
 * A command that is loaded at the first sign of a reader, so that it can be carried out although the server is away by then.
 * @param {() => Promise<() => void>} fetchCommand
 */
export function lazyCommand(fetchCommand) {
  const load = retried(fetchCommand, (command) => command);
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, load, { once: true, passive: true });
  return () => load().then((command) => command?.());
}

/**
 * Fetches once. What could not be had is asked for again, after 2, 4, then 8 seconds, and a `partfailed`
 * event says so.
 */
function retried(fetchPart, onLoad) {
  let loading = null;
  let pause = 1;
  return function load() {
    loading ??= fetchPart().then(onLoad, () => {
      pause = Math.min(8, 2 * pause);
      setTimeout(() => {
        loading = null;
        load();
      }, 1000 * pause);
      dispatchEvent(new Event("partfailed"));
    });
    return loading;
  };
}
