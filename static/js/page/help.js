// The help dialog: how to use the page, its keys, and a button that shows the guide again.

const KEYS = [
  ["Space", "play or pause"],
  ["← →", "one operation back or forward"],
  ["Shift ← →", "to the previous or next layer"],
  ["Home End", "first or last operation of the step"],
  ["B", "one batch: a whole step"],
  ["E", 'to the end of the <span data-term="epoch" tabindex="0">epoch</span>'],
  ["R", "reset: same seed, step 0"],
  ["+ −", "faster, slower"],
  ["L", "to the learning rate"],
  ["D", "to dropout"],
  ["H", "hold the weight or the unit’s bias that is focused or selected"],
  ["G", '<span data-term="gradient-check" tabindex="0">check</span> every gradient'],
  ["V", "tiles: output, slope, gradient"],
  ["Ctrl Z", "undo a setting; with Shift, redo"],
  ["T", "light or dark"],
  ["Esc", "close, clear the selection"],
  ["?", "this list"],
];

/**
 * @param {any} dialog @param {import("../session/commands.js").Commands} commands @param {() => any} state
 * @returns {() => void} opens it
 */
export function createHelp(dialog, commands, state) {
  const root = document.documentElement.dataset.root ?? "";
  dialog.innerHTML = `<h2 id="help-title">How to use this page</h2><p>Play sends a mini-batch through the network and back. Every operation of the step is a cell on the tape below; what is under its playhead is what moves. Click a line for the chain rule of its weight, in numbers; click a tile for its unit; click a point to follow it.</p><dl>${KEYS.map(
    ([key, text]) =>
      `<div><dt>${key
        .split(" ")
        .map((k) => `<kbd>${k}</kbd>`)
        .join(" ")}</dt><dd>${text}</dd></div>`,
  ).join(
    "",
  )}</dl><p>In the graph: ↑ ↓ within a layer, ← → between layers and on to the loss, with the target above it; Enter selects, E goes through the unit’s edges. Above and below the graph, ← → go from head to head.</p><p>Words with a dotted line are explained under the pointer, at a tap, and with Tab; <a href="${root}/glossary">the glossary</a> has all of them, and the notation.</p><div class="button-row"><button type="button" class="button primary" data-close>Close</button><button type="button" class="button" data-restart-guide>Show the guide again</button><button type="button" class="button" data-letters></button></div><p><a href="${root}/teach">Notes for teachers</a> have a ten-minute path through each topic, with prepared tasks. <a data-projector></a></p>`;
  const projector = dialog.querySelector("[data-projector]");
  const letters = dialog.querySelector("[data-letters]");
  const label = () => {
    letters.textContent = state().letters ? "Switch shortcut letters off" : "Switch shortcut letters on";
  };
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-letters]")) {
      commands.toggleLetters();
      return label();
    }
    if (event.target.closest("[data-restart-guide]")) commands.restartGuide();
    if (event.target === dialog || event.target.closest("[data-close], [data-restart-guide]")) dialog.close();
  });
  return () => {
    label();
    const query = new URLSearchParams(location.search);
    const on = query.get("projector") === "1";
    on ? query.delete("projector") : query.set("projector", "1");
    projector.href = `?${query}${location.hash}`;
    projector.textContent = on ? "Leave the projector mode" : "Projector mode: large type, and less around the network";
    if (!dialog.open) dialog.showModal();
  };
}
