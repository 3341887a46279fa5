// Keyboard shortcuts. Letters do nothing in fields and can be switched off; arrow keys go to the focused control first.

/**
 * @param {import("../session/commands.js").Commands} commands @param {() => any} state
 * @param {{focus: (id: string) => void, help: () => void, escape: () => boolean, undo: () => void, redo: () => void}} page
 */
export function listenToKeys(commands, state, page) {
  addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.defaultPrevented || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      const inText = target.closest("textarea, input:not([type=range], [type=file])");
      if (keyOf(event) !== "z" || inText) return;
      event.preventDefault();
      return event.shiftKey ? page.redo() : page.undo();
    }
    if (event.key === "Escape") {
      if (!target.closest("dialog") && page.escape()) event.preventDefault();
      return;
    }
    if (target.closest("dialog, select, textarea, input:not([type=range], [type=file])")) return;
    const key = keyOf(event);
    const arrows = /^(Arrow|Home|End)/.test(key);
    if (
      arrows &&
      target.closest(
        "input, [role=slider], [role=radiogroup], [role=application], [role=tablist], [role=toolbar]:not(#transport), .graph",
      )
    )
      return;
    if (key === " " && target.closest("button, summary, a, [role=button], .graph")) return;
    if (/^[a-z]$/.test(key) && (!state().letters || (key === "e" && target.closest(".graph")))) return;
    const act = {
      " ": commands.toggle,
      ArrowRight: () =>
        event.shiftKey ? commands.jumpLayer(1) : state().band === "steps" ? commands.stepBy(1) : commands.forward(),
      ArrowLeft: () =>
        event.shiftKey ? commands.jumpLayer(-1) : state().band === "steps" ? commands.stepBy(-1) : commands.back(),
      Home: commands.first,
      End: commands.last,
      b: commands.batch,
      e: commands.epoch,
      r: commands.reset,
      "+": () => commands.speed(state().speed + 1),
      "=": () => commands.speed(state().speed + 1),
      "-": () => commands.speed(state().speed - 1),
      l: () => page.focus("learning_rate"),
      d: () => page.focus("dropout"),
      t: commands.theme,
      "?": page.help,
    }[key];
    if (!act) return;
    if (state().offline && /^[ber ]$/.test(key)) return;
    event.preventDefault();
    act();
  });
}

/** The key as the shortcuts name it; on a keyboard with other letters than Latin ones, by its place. @param {KeyboardEvent} event */
function keyOf({ key, code }) {
  if (key.length > 1) return key;
  return (key < "\u0080" ? key : /^Key[A-Z]$/.test(code) ? code.slice(3) : key).toLowerCase();
}
