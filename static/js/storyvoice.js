// How the page speaks and looks: words or numbers only, light or dark; remembered where that is allowed.

/** @param {{story: HTMLElement, here: () => HTMLElement, theme: HTMLElement, changed: () => void}} of here: the chapter being read */
export function createVoice({ story, here, theme, changed }) {
  const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-voice]")]);

  /** @param {string} voice words or numbers */
  function speak(voice) {
    const before = here().getBoundingClientRect().top;
    story.classList.toggle("numbers", voice === "numbers");
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.voice === voice));
    scrollBy({ top: here().getBoundingClientRect().top - before, behavior: "instant" });
    keep("story-voice", voice);
  }

  for (const button of buttons) button.addEventListener("click", () => speak(button.dataset.voice));
  theme.addEventListener("click", () => {
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    keep("theme", root.dataset.theme);
    changed();
  });

  return {
    speak,
    other: () => speak(story.classList.contains("numbers") ? "words" : "numbers"),
    remember() {
      if (kept("story-voice") === "numbers") speak("numbers");
    },
  };
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // storage may be switched off
  }
}

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
