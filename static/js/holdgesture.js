// Press and hold an edge: 400 ms without moving, then it is held. A short press stays what it was.

const LONG = 400; // ms
const STILL = 7; // pixels that a finger may tremble

/** @param {HTMLElement} graph @param {{hold: (edge: any) => void, holding: () => boolean, end: () => void}} on */
export function createHoldGesture(graph, on) {
  let timer = 0;
  let from = null;
  let held = false; // by this press: its click is no click
  const let_go = () => {
    clearTimeout(timer);
    from = null;
  };
  graph.addEventListener(
    "pointerdown",
    (event) => {
      held = false;
      const edge = /** @type {HTMLElement} */ (event.target).closest("[data-edge]");
      if (event.button || !edge) return;
      const [layer, source, to] = /** @type {HTMLElement} */ (edge).dataset.edge.split(",").map(Number);
      from = [event.clientX, event.clientY];
      clearTimeout(timer);
      timer = setTimeout(() => {
        held = true;
        from = null;
        on.hold({ kind: "weight", layer, from: source, to });
      }, LONG);
    },
    true,
  );
  graph.addEventListener("pointermove", (event) => {
    if (from && Math.hypot(event.clientX - from[0], event.clientY - from[1]) > STILL) let_go();
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) graph.addEventListener(name, let_go);
  graph.addEventListener("contextmenu", (event) => {
    if (held || (from && /** @type {PointerEvent} */ (event).pointerType === "touch")) event.preventDefault();
  });
  graph.addEventListener(
    "click",
    (event) => {
      if (held) {
        held = false;
        event.stopPropagation();
      } else if (on.holding() && !(/** @type {HTMLElement} */ (event.target).closest("button"))) {
        on.end(); // a click elsewhere lets go, and does what it does
      }
    },
    true,
  );
}
