// Which chapter is being read: the one that covers a line in the text's column; and the way to another one.

const LINE = 0.42; // of the column's height
const ARRIVED = 1200; // ms after which a way has ended, where no scrollend is told

/**
 * @param {{sections: HTMLElement[], top: () => number, reduced: () => boolean, enter: (i: number) => void}} of
 *   top: where the text's column begins
 */
export function createReader({ sections, top, reduced, enter }) {
  let at = 0;
  let aim = /** @type {number|null} */ (null); // the chapter that the page is on its way to
  let arriving = 0;
  let waiting = false;

  function read() {
    waiting = false;
    const begin = top();
    const mark = begin + (innerHeight - begin) * LINE;
    const found = sections.findIndex((section) => section.getBoundingClientRect().bottom > mark);
    const i = found < 0 ? sections.length - 1 : found;
    if (aim !== null && aim !== i) return;
    at = i;
    enter(i);
  }

  function goTo(i) {
    aim = Math.max(0, Math.min(sections.length - 1, i));
    clearTimeout(arriving);
    arriving = setTimeout(arrived, ARRIVED);
    sections[aim].scrollIntoView({ behavior: reduced() ? "auto" : "smooth", block: "start" });
    sections[aim].querySelector("h2").focus({ preventScroll: true });
  }

  function arrived() {
    clearTimeout(arriving);
    aim = null;
    read();
  }

  addEventListener("scrollend", arrived);
  addEventListener(
    "scroll",
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(read);
    },
    { passive: true },
  );

  return {
    read,
    goTo,
    turn: (by) => goTo((aim ?? at) + by),
    /** The chapter that the page begins with. */
    begin(i) {
      at = i;
      enter(i);
    },
  };
}
