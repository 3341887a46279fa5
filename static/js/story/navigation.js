// Moving through the story: keys, the table of contents, and which chapter is being read.

/**
 * @param {{turn: (by: number) => void, seek: (by: number) => void, first: () => void, last: () => void, toggleTextMode: () => void,
 *   play: () => void, back: () => void, choose: (ref: string) => void}} to
 */
export function listenToKeys(to) {
  const next = () => to.turn(1);
  const previous = () => to.turn(-1);
  const always = { j: next, PageDown: next, k: previous, PageUp: previous, n: to.toggleTextMode, Escape: to.back };
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
    const activatable = target.closest?.("button, a, [role=button], [role=slider], summary");
    const number = target.closest?.("data[data-ref]");
    const action =
      always[event.key] ??
      (field ? null : outsideFields[event.key]) ??
      (event.key === " " && !field && !activatable ? to.play : null) ??
      (event.key === "Enter" && number ? () => to.choose(number.getAttribute("data-ref")) : null);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

// The table of contents: chapter numbers, previous and next, the progress, and the chapter announced.

/** @param {{chapters: any[], find: (id: string) => HTMLElement, home: () => string}} of home: the playground's address */
export function createContents({ chapters, find, home }) {
  const links = [...document.querySelectorAll(".contents a")];
  const [previous, next] = ["previous", "next"].map((id) => /** @type {HTMLAnchorElement} */ (find(id)));

  function updateLink(link, chapter, key, end, href) {
    const [kbd, text] = ["kbd", "span"].map((tag) => document.createElement(tag));
    kbd.textContent = key;
    text.textContent = chapter?.title.split(":")[0] ?? end; // what follows the colon has no room here
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
      updateLink(previous, chapters[i - 1], "K", "Start", "");
      updateLink(next, chapters[i + 1], "J", "To the playground", home());
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

const READING_LINE = 0.42; // of the column's height
const SCROLL_TIMEOUT = 1200; // ms after which a scroll has ended, where the browser fires no scrollend

/**
 * @param {{sections: HTMLElement[], top: () => number, reduced: () => boolean, enter: (i: number) => void}} of
 *   top: where the text's column begins
 */
export function createReader({ sections, top, reduced, enter }) {
  let at = 0;
  let targetChapter = /** @type {number|null} */ (null); // the chapter that the page is on its way to
  let scrollTimer = 0;
  let waiting = false;

  function read() {
    waiting = false;
    const begin = top();
    const readingY = begin + (innerHeight - begin) * READING_LINE;
    const found = sections.findIndex((section) => section.getBoundingClientRect().bottom > readingY);
    const i = found < 0 ? sections.length - 1 : found;
    if (targetChapter !== null && targetChapter !== i) return;
    at = i;
    enter(i);
  }

  function goTo(i) {
    targetChapter = Math.max(0, Math.min(sections.length - 1, i));
    clearTimeout(scrollTimer);
    scrollTimer = setTimeout(onScrolled, SCROLL_TIMEOUT);
    sections[targetChapter].scrollIntoView({ behavior: reduced() ? "auto" : "smooth", block: "start" });
    sections[targetChapter].querySelector("h2").focus({ preventScroll: true });
  }

  function onScrolled() {
    clearTimeout(scrollTimer);
    targetChapter = null;
    read();
  }

  addEventListener("scrollend", onScrolled);
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
    turn: (by) => goTo((targetChapter ?? at) + by),
    /** The chapter that the page begins with. */
    begin(i) {
      at = i;
      enter(i);
    },
  };
}
