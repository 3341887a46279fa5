// Where the inspector sits: a unit's numbers fill the right column; a weight's stand beside the graph, but where they
// would cover a tile. The four things to try wait for a network that leaves them room.

/** @param {(id: string) => HTMLElement} find @param {(box: DOMRect) => boolean} covers whether tiles lie there */
export function createSeat(find, covers) {
  const seated = { key: "", aside: false, grown: false };
  const element = find("inspector");
  new ResizeObserver(() => {
    seated.grown = true;
  }).observe(element);
  return function seat({ selection, run }, size) {
    const { kind } = element.dataset;
    const strip = !find("strip").hidden; // it makes the graph lower
    const key = [kind, JSON.stringify(selection), size, innerWidth, innerHeight, run.id, strip].join();
    const whole = kind === "unit";
    if (key !== seated.key || seated.grown) {
      if (key !== seated.key) seated.aside = whole || (size === "tablet" && Boolean(selection));
      Object.assign(seated, { key, grown: false });
      find("app").classList.toggle("full", covers(find("visit").getBoundingClientRect()));
      move(element, find(seated.aside ? "unit" : "stage"));
      if (!seated.aside && size === "wide" && kind && covers(element.getBoundingClientRect())) {
        seated.aside = true;
        move(element, find("unit"));
      }
    }
    const hidden = !seated.aside || !kind;
    if (find("unit").hidden !== hidden) find("unit").hidden = hidden;
    find("app").classList.toggle("of-unit", whole);
    const classes = find("side").classList;
    classes.toggle("of-edge", !hidden && !whole);
    classes.toggle("of-update", !hidden && kind === "update");
    classes.toggle("of-classes", !hidden && kind === "classes");
  };
}

function move(element, place) {
  if (element.parentElement === place) return;
  const focus = element.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  place.append(element);
  focus?.focus({ preventScroll: true });
}
