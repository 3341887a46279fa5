"""What has opened is inside the window, and what of it is not can be scrolled to."""

from playwright.sync_api import Page

from tests.browser.waiting import at_rest

OUT = """() => {
  const parts = "#guide, #legend, #share, #lessons, #setup, #sample-loss, #inspector, dialog[open]";
  const found = [];
  for (const part of document.querySelectorAll(parts)) {
    if (!part.checkVisibility()) continue;
    for (const control of part.querySelectorAll("button, a, input, select, summary")) {
      if (!control.checkVisibility({ visibilityProperty: true })) continue;
      control.scrollIntoView({ block: "nearest", inline: "nearest" });
      const { left, top, right, bottom } = control.getBoundingClientRect();
      if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1)
        found.push(`${part.id}: ${control.textContent.trim().slice(0, 30)}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page is wider than its window");
  return found;
}"""


def out_of_reach(page: Page) -> list[str]:
    """The controls of what is open that can't be scrolled into the window."""
    found: list[str] = at_rest(page).evaluate(OUT)
    return found
