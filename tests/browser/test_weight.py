"""What the first visit carries over the wire: every file of ours, body and headers as they were sent."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

MOST = 250_000  # bytes, without the fonts
FONTS = 160_000


@pytest.fixture
def first_load(browser: Browser, server_url: str) -> Iterator[dict[str, int]]:
    """Bytes by address, from an empty cache until nothing more is asked for."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on(
        "Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]})
    )
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({addresses[event["requestId"]]: int(event["encodedDataLength"])}),
    )
    page.goto(f"{server_url}/")
    page.wait_for_selector(".app:not(.without-run)")
    page.wait_for_load_state("networkidle")
    yield sizes
    context.close()


def test_the_first_load_weighs_no_more_than_250_kilobytes(first_load: dict[str, int]) -> None:
    ours = {address: size for address, size in first_load.items() if not re.search("/api/|woff2$", address)}
    heaviest = sorted(ours.items(), key=lambda item: -item[1])[:8]
    assert len(ours) > 10
    assert sum(ours.values()) <= MOST, heaviest


def test_the_fonts_weigh_no_more_than_160_kilobytes(first_load: dict[str, int]) -> None:
    fonts = {address.rpartition("/")[2]: size for address, size in first_load.items() if address.endswith("woff2")}
    assert fonts.keys() == {"sans.woff2", "serif.woff2", "serif-italic.woff2", "signs.woff2"}
    assert 0 < sum(fonts.values()) <= FONTS, fonts


def test_what_the_first_paint_does_not_need_comes_later(first_load: dict[str, int]) -> None:
    names = {address.rpartition("/")[2] for address in first_load}
    assert not names & {
        "diagnosis.js",
        "help.js",
        "inspector.js",
        "chainrule.js",
        "markup.js",
        "stepchart.js",
        "table.js",
        "lesson.js",
        "story.js",
        "beeswarm.js",
    }


def test_single_operations_leave_most_of_each_frame_free(browser: Browser, server_url: str) -> None:
    """Script time a frame, by the browser's own count: a busy machine makes frames rarer, not dearer."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script("localStorage.setItem('visited', 'all'); localStorage.setItem('speed', '3')")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable")

    def script_seconds() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "ScriptDuration")

    page.goto(f"{server_url}/?hidden={','.join(['8tanh'] * 6)}")
    page.wait_for_selector(".app:not(.without-run)")
    page.keyboard.press("Space")
    page.wait_for_timeout(1500)
    page.evaluate("() => { window.frames_ = 0; (function count() { frames_++; requestAnimationFrame(count) })() }")
    before = script_seconds()
    page.wait_for_timeout(2500)
    spent, frames = script_seconds() - before, page.evaluate("frames_")
    context.close()
    assert spent / frames < 0.008
