"""Frames a second and long tasks of the page while operations play: 6 × 8 units, all their maps, in a real Chromium.

`rows()` gives the measurements as in `engine`; `python -m tests.benchmarks page` prints them. Chromium slows its own
main thread down for the second half, as a page's developer would see it under "CPU: 4× slowdown".
"""

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import FLAGS, find_chromium

from .row import Row
from .stream import served

NETWORK = f"?hidden={','.join(['8tanh'] * 6)}"
SPEEDS = {"½": 0, "1": 1, "2": 2, "4": 3, "8": 4}  # operations a second: the places of the speed's slider
SLOWED = 4
LONG = 50  # ms: what the Long Tasks API calls long
SETTLED = 2500.0  # ms until the first step plays
WATCH = """() => {
  window.seen = { from: performance.now(), frames: 0, long: 0 };
  new PerformanceObserver((list) => { seen.long += list.getEntries().length; }).observe({ entryTypes: ["longtask"] });
  const frame = () => { seen.frames++; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""
AFRESH = "() => Object.assign(seen, { from: performance.now(), frames: 0, long: 0 })"
READ = "() => [seen.frames / (performance.now() - seen.from) * 1000, seen.long]"


def watched(browser: Browser, url: str, speed: int, slowed: int, seconds: float) -> tuple[int, float]:
    """How many tasks took longer than `LONG`, and frames a second, in so many seconds of playing."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(
        f"Object.assign(localStorage, {{unfolded: 'yes', band: 'operations', guide: '0', speed: '{speed}'}})"
    )
    page = context.new_page()
    try:
        return played(page, f"{url}/{NETWORK}", slowed, seconds)
    finally:
        context.close()


def played(page: Page, address: str, slowed: int, seconds: float) -> tuple[int, float]:
    page.goto(address)
    page.wait_for_selector(".app:not(.without-run)")
    page.evaluate(WATCH)
    page.keyboard.press("Space")
    page.wait_for_timeout(SETTLED)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    page.wait_for_timeout(SETTLED / 2)
    page.evaluate(AFRESH)
    page.wait_for_timeout(seconds * 1000)
    frames, long = page.evaluate(READ)
    return int(long), float(frames)


def rows(rounds: int = 3, seconds: float = 10) -> list[Row]:
    """The best of some rounds for each speed, so that other work on the machine counts little."""
    found: list[Row] = []
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for slowed in (1, SLOWED):
            for name, speed in SPEEDS.items():
                long, frames = min(
                    (watched(browser, url, speed, slowed, seconds) for _ in range(rounds)),
                    key=lambda seen: (seen[0], -seen[1]),
                )
                how = f"page: {name} operations a second{f', {slowed} × slower' if slowed > 1 else ''}"
                note = f"tasks over {LONG} ms in {seconds:g} s; {frames:.0f} frames a second"
                found.append(Row(how, long, 0, note))
        browser.close()
    return found
