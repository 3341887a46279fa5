// A long press on an edge or a unit, 400 ms without moving, checks its weight or bias; a short press does what it
// always did.

const PRESS_TIME = 400; // ms
const MOVE_TOLERANCE = 7; // pixels that a finger may tremble

/** The weight of the edge, or the bias of the unit, that an element belongs to; an input has none. @param {any} target */
export function parameterAt(target) {
  const { edge, unit } = target.closest?.("[data-edge], [data-unit]")?.dataset ?? {};
  const [layer, ...at] = (edge ?? unit ?? "0").split(",").map(Number);
  if (edge) return { kind: "weight", layer, from: at[0], to: at[1] };
  return layer > 0 ? { kind: "bias", layer, unit: at[0] } : null;
}

/** The parameter that a selection stands for. @param {any} selection */
export function parameterOf(selection) {
  if (selection?.kind !== "unit") return selection ?? null;
  return selection.layer > 0 ? { kind: "bias", layer: selection.layer, unit: selection.unit } : null;
}

/** @param {HTMLElement} graph @param {{checkParameter: (parameter: any) => void, isChecking: () => boolean, end: () => void}} on */
export function createLongPress(graph, on) {
  let timer = 0;
  let from = null;
  let pressed = false; // by this press: the click that follows is swallowed
  const cancel = () => {
    clearTimeout(timer);
    from = null;
  };
  graph.addEventListener(
    "pointerdown",
    (event) => {
      pressed = false;
      cancel(); // a second finger is no press
      const parameter = parameterAt(event.target);
      if (event.button || !event.isPrimary || !parameter) return;
      from = [event.clientX, event.clientY];
      timer = setTimeout(() => {
        pressed = true;
        from = null;
        on.checkParameter(parameter);
      }, PRESS_TIME);
    },
    true,
  );
  graph.addEventListener("pointermove", (event) => {
    if (from && Math.hypot(event.clientX - from[0], event.clientY - from[1]) > MOVE_TOLERANCE) cancel();
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) graph.addEventListener(name, cancel);
  graph.addEventListener("contextmenu", (event) => {
    if (pressed || (from && /** @type {PointerEvent} */ (event).pointerType === "touch")) event.preventDefault();
  });
  graph.addEventListener(
    "click",
    (event) => {
      if (pressed) {
        pressed = false;
        event.stopPropagation();
      } else if (on.isChecking() && !(/** @type {HTMLElement} */ (event.target).closest("button"))) {
        on.end(); // another press lets go, and does what it does
      }
    },
    true,
  );
}
