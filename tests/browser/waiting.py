"""Waiting for what a test has to see: the page at rest, or a condition that comes to hold. Never for a time."""

from typing import Any

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TimeLimit

PATIENCE = 30_000  # ms
SLOW = 120_000  # ms for hundreds of steps that are trained while the page follows

FRAMES = """(count) => new Promise((done) => {
  const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
  next();
})"""

# For so many frames nothing fades, and nothing is written unless that is allowed.
REST = """([frames, writes, patience]) => new Promise((done) => {
  const begun = performance.now();
  let quiet = 0;
  const watch = new MutationObserver(() => {
    if (!writes) quiet = 0;
  });
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const moves = (animation) =>
    animation.playState === "running" && Number.isFinite(animation.effect.getComputedTiming().endTime);
  const look = () => {
    const busy = document.querySelector("[data-fade], .fade") || document.getAnimations().some(moves);
    quiet = busy ? 0 : quiet + 1;
    const late = performance.now() - begun > patience;
    if (quiet < frames && !late) return requestAnimationFrame(look);
    watch.disconnect();
    done(quiet >= frames);
  };
  requestAnimationFrame(look);
})"""


def at_rest(page: Page, frames: int = 4, writes: bool = False) -> Page:
    """The page once what it shows stands: after that one may measure. A page that plays never comes to rest."""
    if not page.evaluate(REST, [frames, writes, PATIENCE]):
        raise TimeLimit(f"the page did not come to rest within {PATIENCE} ms")
    return page


def faded(page: Page) -> Page:
    """The page once its colours stand, whatever else moves."""
    return at_rest(page, writes=True)


def frames_pass(page: Page, count: int = 2) -> Page:
    """The page so many frames later: what was asked of it has been drawn."""
    page.evaluate(FRAMES, count)
    return page


UNTIL = """([arg, patience]) => new Promise((done) => {
  const begun = performance.now();
  const holds = HOLDS;
  const look = () => {
    if (holds(arg)) return done(true);
    if (performance.now() - begun > patience) return done(false);
    requestAnimationFrame(look);
  };
  look();
})"""


def becomes(page: Page, holds: str, arg: Any = None, patience: int = PATIENCE) -> None:
    """An assertion, which waits: a JavaScript function of `arg` comes to hold on the page."""
    assert page.evaluate(UNTIL.replace("HOLDS", holds), [arg, patience]), f"never held: {holds} of {arg}"


def resized(page: Page, width: int, height: int) -> Page:
    """The page once it stands in a window of another size."""
    page.set_viewport_size({"width": width, "height": height})
    becomes(page, "([w, h]) => matchMedia(`(width: ${w}px) and (height: ${h}px)`).matches", [width, height])
    return at_rest(page)


def in_scheme(page: Page, scheme: str) -> Page:
    """The page once it follows a system that has turned light or dark. The next reader's system is set anew."""
    Page.emulate_media(page, color_scheme=scheme)  # type: ignore[arg-type]
    becomes(page, "(scheme) => document.documentElement.dataset.theme === scheme", scheme)
    return page
