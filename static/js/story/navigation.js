// The reader's hands: pulling the input in the picture, the target on its parabola, the rate on its curve; and the keys.

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

// Where in the story one is: the numbers at the left, previous and next, how far, and the chapter said aloud.

/** @param {{chapters: any[], find: (id: string) => HTMLElement, home: () => string}} of home: the playground's address */
export function createContents({ chapters, find, home }) {
  const links = [...document.querySelectorAll(".contents a")];
  const [previous, next] = ["previous", "next"].map((id) => /** @type {HTMLAnchorElement} */ (find(id)));

  function turn(link, chapter, key, end, href) {
    const [kbd, text] = ["kbd", "span"].map((tag) => document.createElement(tag));
    kbd.textContent = key;
    text.textContent = chapter?.title ?? end;
    link.toggleAttribute("data-end", !chapter);
    if (chapter || href) link.href = chapter ? `#${chapter.id}` : href;
    else link.removeAttribute("href");
    link.replaceChildren(...(link === previous ? [kbd, text] : [text, kbd]));
  }

  return {
    links: [...links, previous, next],
    /** @param {number} i the chapter that is read: full ink, its numbers can be pressed */
    show(i) {
      chapters.forEach(({ section }, k) => {
        section.classList.toggle("on", k === i);
        for (const number of section.querySelectorAll(".prose data[data-ref]"))
          for (const [name, value] of Object.entries({ tabindex: "0", role: "button" }))
            if (k === i) number.setAttribute(name, value);
            else number.removeAttribute(name);
      });
      links.forEach((link, k) => {
        link.classList.toggle("done", k < i);
        if (k === i) link.setAttribute("aria-current", "step");
        else link.removeAttribute("aria-current");
      });
      turn(previous, chapters[i - 1], "K", "Start", "");
      turn(next, chapters[i + 1], "J", "To the playground", home());
      document.documentElement.style.setProperty("--progress", String((i + 1) / chapters.length));
      find("progress").lastChild.textContent = `${i + 1} of ${chapters.length}`;
    },
    say(i) {
      const { section, title } = chapters[i];
      find("say").textContent = `Chapter ${i + 1}: ${title}. ${section.querySelector(".ask span").textContent}`;
    },
  };
}

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
