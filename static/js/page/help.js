// The help dialog: how to use the page, its keys, and a button that restarts the onboarding.

const KEYS = [
  ["Space", "play or pause"],
  ["← →", "one operation back or forward"],
  ["Shift ← →", "to the previous or next layer"],
  ["Home End", "first or last operation of the step"],
  ["B", "one batch: a whole step"],
  ["E", "to the end of the epoch"],
  ["R", "reset: same seed, step 0"],
  ["+ −", "faster, slower"],
  ["L", "to the learning rate"],
  ["D", "to dropout"],
  ["H", "hold the weight or the unit’s bias that is focused or selected"],
  ["G", "check every gradient"],
  ["V", "tiles: output, slope, gradient"],
  ["T", "light or dark"],
  ["Esc", "close, clear the selection"],
  ["?", "this list"],
];

/** @param {any} dialog @param {any} commands @param {() => any} state @returns {() => void} opens it */
export function createHelp(dialog, commands, state) {
  dialog.innerHTML = `<h2 id="help-title">How to use this page</h2><p>Play sends a mini-batch through the network and back. Every operation of the step is a cell on the tape below; what is under its playhead is what moves. Click a line for the chain rule of its weight, in numbers; click a tile for its unit; click a point to follow it.</p><dl>${KEYS.map(
    ([key, text]) =>
      `<div><dt>${key
        .split(" ")
        .map((k) => `<kbd>${k}</kbd>`)
        .join(" ")}</dt><dd>${text}</dd></div>`,
  ).join(
    "",
  )}</dl><p>In the graph: ↑ ↓ within a layer, ← → between layers, Enter selects, E goes through the unit’s edges.</p><div class="button-row"><button type="button" class="button primary" data-close>Close</button><button type="button" class="button" data-restart-onboarding>Show the four things to try</button><button type="button" class="button" data-letters></button></div>`;
  const letters = dialog.querySelector("[data-letters]");
  const label = () => {
    letters.textContent = state().letters ? "Switch shortcut letters off" : "Switch shortcut letters on";
  };
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-letters]")) {
      commands.toggleLetters();
      return label();
    }
    if (event.target.closest("[data-restart-onboarding]")) commands.restartOnboarding();
    if (event.target === dialog || event.target.closest("[data-close], [data-restart-onboarding]")) dialog.close();
  });
  return () => {
    label();
    if (!dialog.open) dialog.showModal();
  };
}
