// Preferences of the story: words or numbers only, light or dark, remembered where storage is allowed; and its
// printing.

/** @param {{story: HTMLElement, here: () => HTMLElement, theme: HTMLElement, changed: () => void}} of here: the chapter being read */
export function createTextMode({ story, here: currentChapter, theme, changed }) {
  const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-text-mode]")]);

  /** @param {string} textMode words or numbers */
  function setTextMode(textMode) {
    const before = currentChapter().getBoundingClientRect().top;
    story.classList.toggle("numbers", textMode === "numbers");
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.textMode === textMode));
    scrollBy({ top: currentChapter().getBoundingClientRect().top - before, behavior: "instant" });
    store("story-voice", textMode);
  }

  for (const button of buttons) button.addEventListener("click", () => setTextMode(button.dataset.textMode));
  function setTheme(name) {
    document.documentElement.dataset.theme = name;
    changed();
  }
  theme.addEventListener("click", () => {
    setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    store("theme", document.documentElement.dataset.theme);
  });
  // The system's theme holds, also where it changes, until one is chosen here.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
    if (!stored("theme")) setTheme(matches ? "dark" : "light");
  });

  return {
    setTextMode,
    toggle: () => setTextMode(story.classList.contains("numbers") ? "words" : "numbers"),
    restore() {
      if (stored("story-voice") === "numbers") setTextMode("numbers");
    },
  };
}

function store(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // storage may be switched off
  }
}

function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

// The answers to the chapters' questions: folded on the screen, open on paper.

/** @param {ParentNode} page @returns {{open: () => void, restore: () => void}} restore: those the reader had open */
export function createAnswers(page) {
  const answers = /** @type {HTMLDetailsElement[]} */ ([...page.querySelectorAll("details.ask")]);
  let folded = /** @type {HTMLDetailsElement[]} */ ([]);
  return {
    open() {
      folded = answers.filter((answer) => !answer.open);
      for (const answer of answers) answer.open = true;
    },
    restore() {
      for (const answer of folded) answer.open = false;
    },
  };
}

// Printing, the label of the play buttons, and formulas that are wider than the page.

const reduced = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {{before: () => void, after: () => void}} printing */
export function createPrint({ before, after }) {
  function updatePlayLabels() {
    const text = reduced.matches ? "Next operation" : "Play this chapter";
    for (const button of document.querySelectorAll(".play span")) button.textContent = text;
    document.getElementById("play").setAttribute("aria-label", text);
  }

  /** A formula that is wider than the page can be scrolled by keys, too. */
  function makeFocusable() {
    for (const formula of document.querySelectorAll(".formula, .note-here"))
      for (const [name, value] of [
        ["tabindex", "0"],
        ["role", "group"],
        ["aria-label", formula.className === "formula" ? "Formula" : "Drawing"],
      ])
        if (formula.scrollWidth > formula.clientWidth) formula.setAttribute(name, value);
        else formula.removeAttribute(name);
  }

  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  addEventListener("resize", makeFocusable);
  reduced.addEventListener("change", updatePlayLabels);
  updatePlayLabels();
  makeFocusable();
}
