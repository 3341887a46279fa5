// Before the first paint: the theme that was chosen here, else the system's, so that nothing flashes.
(() => {
  let theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  try {
    theme = localStorage.getItem("theme") ?? theme;
  } catch {
    // storage may be switched off; the system's theme it is
  }
  document.documentElement.dataset.theme = theme === "dark" ? "dark" : "light";
  document.documentElement.classList.add("js"); // the story's still pictures stand where no script runs
  // Where a module, or one that it imports, does not arrive, nothing else is left to say so.
  addEventListener(
    "error",
    ({ target }) => {
      const loading = target instanceof HTMLScriptElement && document.querySelector("#loading");
      if (loading) loading.textContent = "A part of the page did not arrive. Reload the page to try again.";
    },
    true,
  );
})();
