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
