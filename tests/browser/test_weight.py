"""What the first visit carries over the wire: every file of ours, body and headers as they were sent."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Open
from tests.browser.waiting import becomes, frames_pass

MOST = 250_000  # bytes, without the fonts
FONTS = 160_000
FRAMES = 150


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
    assert fonts.keys() == {"sans.woff2", "serif.woff2", "serif-italic.woff2"}
    assert 0 < sum(fonts.values()) <= FONTS, fonts


def test_what_the_first_paint_does_not_need_comes_later(first_load: dict[str, int]) -> None:
    names = {address.rpartition("/")[2] for address in first_load}
    assert not names & {
        "diagnosis.js",
        "tape.js",
        "tape.css",
        "layerstats.js",
        "legend.css",
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


# Some 6 ms of a present-day machine.
SUM = """new Promise((done) => requestAnimationFrame(() => {
  let sum = 0;
  for (let i = 0; i < 2e5; i++) sum += Math.sin(i) * Math.exp(-i / 2e5);
  done(sum);
}))"""


def test_single_operations_leave_most_of_each_frame_free(browser: Browser, server_url: str) -> None:
    """Script time a frame, of the page's own thread, beside a sum that the same thread adds up."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(
        "Object.assign(localStorage, {unfolded: 'yes', band: 'operations', guide: '0', speed: '3'})"
    )
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def script_seconds() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "ScriptDuration")

    page.goto(f"{server_url}/?hidden={','.join(['8tanh'] * 6)}")
    page.wait_for_selector(".app:not(.without-run)")
    page.keyboard.press("Space")
    frames_pass(page, 60)
    before = script_seconds()
    frames_pass(page, FRAMES)
    spent = script_seconds() - before
    page.keyboard.press("Space")
    before = script_seconds()
    page.evaluate(SUM)
    measure = script_seconds() - before
    context.close()
    assert spent / FRAMES < measure / 2


def test_a_step_of_a_lesson_restyles_what_it_changes(open_page: Open, browser: Browser) -> None:
    page = open_page("?lesson=exploding")
    page.locator("#lesson [data-action=run]").click()
    expect(page.locator("#lesson .verdict")).to_contain_text(re.compile(r"Step \d+ of"))
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    before = page.locator("#lesson .verdict").inner_text()
    becomes(page, "(before) => document.querySelector('#lesson .verdict').innerText !== before", before)
    frames_pass(page, 10)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    restyled = [each["args"].get("elementCount", 0) for each in events if each["name"] == "UpdateLayoutTree"]
    assert restyled
    assert max(restyled) < page.locator("*").count() / 2
