// The reader's hands: pulling the input in the picture, the target on its parabola, the rate on its curve; and the keys.

/**
 * @param {HTMLElement} live @param {{input: {is: (target: any) => boolean, box: () => {left: number, width: number}},
 *   set: (field: string, value: number) => void}} of
 */
export function letPull(live, { input, set }) {
  /** [client x of the low end, of the high end, low, high, field] */
  function scaleOf(area) {
    if (!area) {
      const { left, width } = input.box();
      return [left, left + width, -3, 3, "x"];
    }
    const now = /** @type {any} */ (live.querySelector(`[data-drag="${area.dataset.drag}"]`)) ?? area;
    const [x0, x1, low, high] = now.dataset.scale.split(" ").map(Number);
    const svg = now.ownerSVGElement;
    const box = svg.getBoundingClientRect();
    const scale = box.width / svg.viewBox.baseVal.width;
    return [box.left + x0 * scale, box.left + x1 * scale, low, high, now.dataset.drag];
  }

  function begin(event) {
    const area = event.target.closest("[data-drag]");
    if (event.button || (!area && !input.is(event.target))) return;
    event.preventDefault();
    event.stopPropagation();
    const pull = (moved) => {
      const [left, right, low, high, field] = scaleOf(area);
      set(field, low + ((moved.clientX - left) / (right - left)) * (high - low));
    };
    const release = () => {
      removeEventListener("pointermove", pull);
      for (const name of ["pointerup", "pointercancel"]) removeEventListener(name, release);
    };
    addEventListener("pointermove", pull);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, release);
    pull(event);
  }

  live.addEventListener("pointerdown", begin, true);
}

/**
 * @param {{turn: (by: number) => void, seek: (by: number) => void, first: () => void, last: () => void, voice: () => void,
 *   play: () => void, back: () => void, choose: (ref: string) => void}} to
 */
export function listenToKeys(to) {
  const next = () => to.turn(1);
  const previous = () => to.turn(-1);
  const always = { j: next, PageDown: next, k: previous, PageUp: previous, n: to.voice, Escape: to.back };
  const outsideFields = {
    ArrowRight: () => to.seek(1),
    ArrowLeft: () => to.seek(-1),
    Home: to.first,
    End: to.last,
  };
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const field = target.matches?.("input, select, textarea");
    const pressed = target.closest?.("button, a, [role=button], [role=slider], summary");
    const number = target.closest?.("data[data-ref]");
    const act =
      always[event.key] ??
      (field ? null : outsideFields[event.key]) ??
      (event.key === " " && !field && !pressed ? to.play : null) ??
      (event.key === "Enter" && number ? () => to.choose(number.getAttribute("data-ref")) : null);
    if (!act) return;
    event.preventDefault();
    act();
  });
}
