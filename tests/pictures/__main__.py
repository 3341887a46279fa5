"""Pictures of the page in its states, taken from a real run: `python -m tests.pictures [name ...]`.

They go to artefacts/states/, which git does not keep; `hero`, the picture of the README, also lies beside this file.
"""

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from app.main import create_app
from app.settings import Settings
from tests.browser.waiting import at_rest, frames_pass
from tests.chromium import FLAGS, find_chromium
from tests.conftest import serving

STATES = Path(__file__).resolve().parents[2] / "artefacts" / "states"
README_PICTURE = Path(__file__).parent / "playground.png"
TRAINED = "?dropout=0.25&optimizer=momentum&learning_rate=0.1&step=240"
MIDDLE = """edge => {
  const path = document.querySelector(`.graph-svg [data-edge='${edge}']`);
  const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
  return [point.x, point.y];
}"""


def walk_to(page: Page, operation: str) -> None:
    """The playhead on a cell of the tape, by the keyboard: back from the last to the one that is named so."""
    tape = page.get_by_role("slider", name="tape")
    tape.focus()
    page.keyboard.press("End")
    at_rest(page)
    for at in range(int(tape.get_attribute("aria-valuenow") or 0), 0, -1):
        expect(tape).to_have_attribute("aria-valuenow", str(at))
        if operation in (tape.get_attribute("aria-valuetext") or ""):
            return
        page.keyboard.press("ArrowLeft")
    raise LookupError(f"no operation {operation!r} on the tape")


def click_edge(page: Page, layer: int, start: int, end: int) -> None:
    page.mouse.click(*page.evaluate(MIDDLE, f"{layer},{start},{end}"))
    page.mouse.move(2, 2)
    page.locator("#inspector").wait_for()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def hero(page: Page) -> None:
    walk_to(page, "gradient of W2")
    click_edge(page, 2, 5, 0)


def forward(page: Page) -> None:
    walk_to(page, "dropout, d1")
    press(page, "Next operation")
    frames_pass(page, 20)  # the products are on their way


def unit(page: Page) -> None:
    walk_to(page, "gradient of W1")
    page.get_by_role("button", name=re.compile("^layer 2 unit 1")).first.click()
    page.locator("#inspector").wait_for()


def update(page: Page) -> None:
    page.get_by_role("slider", name="tape").focus()
    page.keyboard.press("End")


def fast(page: Page) -> None:
    speed = page.get_by_role("slider", name="speed")
    speed.focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    press(page, "Play")


def flying(page: Page) -> None:
    fast(page)
    page.locator("#caption", has_text="steps a second").wait_for()
    frames_pass(page, 120)


def first(page: Page) -> None:
    """As it opens."""


def setup(page: Page) -> None:
    page.locator("[data-do=setup]").first.click()
    page.get_by_role("dialog", name="Setup").wait_for()


def steps(page: Page) -> None:
    press(page, "All steps")
    page.locator("#timeline .tape-slider").wait_for()


def diverged(page: Page) -> None:
    fast(page)
    page.locator("#trials svg").wait_for()
    page.mouse.move(2, 2)


DIVERGING = "?dataset=plane&hidden=8relu,8relu&initializer=he_normal&learning_rate=10"
PHONE, TABLET, DESK = (390, 844), (1024, 768), (1440, 900)
# name: what to open, in which window, what to do there, whether it is somebody's first visit
PICTURES: dict[str, tuple[str, tuple[int, int], Callable[[Page], None], bool]] = {
    "hero": (TRAINED, DESK, hero, False),
    "forward": (TRAINED, DESK, forward, False),
    "phone": (TRAINED, PHONE, hero, False),
    "unit": (TRAINED, DESK, unit, False),
    "update": (TRAINED, DESK, update, False),
    "fast": ("", DESK, flying, False),
    "first-visit": ("", DESK, first, True),
    "tablet": (TRAINED, TABLET, hero, False),
    "setup": (TRAINED, TABLET, setup, False),
    "all-steps": (TRAINED, DESK, steps, False),
    "diverged": (DIVERGING, DESK, diverged, False),
    "gone": ("?run=forgotten", DESK, first, False),
}


MOVING = (forward, flying)  # pictures of something that moves


def take(browser: Browser, url: str, name: str, theme: str) -> Path:
    query, (width, height), act, visitor = PICTURES[name]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light"
    )
    if not visitor:
        context.add_init_script("Object.assign(localStorage, {unfolded: 'yes', band: 'operations', guide: '0'})")
    page = context.new_page()
    page.goto(f"{url}/{query}")
    page.wait_for_selector(".app:not(.without-run), #lost-run:not([hidden])")
    if "step=" in query:
        expect(page.locator("#caption")).to_contain_text(re.compile(r"operation \d+ of \d+"))  # it has arrived there
    at_rest(page)
    act(page)
    if act not in MOVING:
        at_rest(page)
    path = STATES / f"{name}{'-dark' if theme == 'dark' else ''}.png"
    page.screenshot(path=path)
    context.close()
    return path


def main(names: list[str]) -> int:
    STATES.mkdir(parents=True, exist_ok=True)
    with serving(create_app(Settings())) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name in names or PICTURES:
            for theme in ("light", "dark"):
                print(take(browser, url, name, theme), flush=True)
        browser.close()
    if not names or "hero" in names:
        shutil.copy(STATES / "hero.png", README_PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
