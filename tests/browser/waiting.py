"""Waiting for what a test has to see: the page at rest, or a condition that comes to hold."""

from typing import Any

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TimeLimit

PATIENCE = 30_000  # ms
SLOW = 120_000  # ms for hundreds of steps that are trained while the page follows

TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

# Nothing written, nothing fading, nothing moving by itself, for so many frames.
REST = """([frames, patience]) => new Promise((done) => {
  const begun = performance.now();
  let quiet = 0;
  const watch = new MutationObserver(() => {
    quiet = 0;
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


def at_rest(page: Page, frames: int = 4) -> Page:
    """The page once what it shows stands: after that one may measure. A page that plays never comes to rest."""
    if not page.evaluate(REST, [frames, PATIENCE]):
        raise TimeLimit(f"the page did not come to rest within {PATIENCE} ms")
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


def becomes(page: Page, holds: str, arg: Any = None) -> None:
    """An assertion, which waits: a JavaScript function of `arg` comes to hold on the page."""
    assert page.evaluate(UNTIL.replace("HOLDS", holds), [arg, PATIENCE]), f"never held: {holds} of {arg}"


def resized(page: Page, width: int, height: int) -> Page:
    """The page once it stands in a window of another size."""
    page.set_viewport_size({"width": width, "height": height})
    becomes(page, "([w, h]) => matchMedia(`(width: ${w}px) and (height: ${h}px)`).matches", [width, height])
    return at_rest(page)
