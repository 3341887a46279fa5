"""The server is killed while a page plays, and started again: the page goes on by itself, at the very step."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.run import Run
from tests.browser.conftest import VISITED
from tests.browser.waiting import SLOW, becomes
from tests.processes import server
from tests.runs.streams import train

# The last step that the page has received in a stream.
SEEN = """const parse = JSON.parse;
JSON.parse = (text, reviver) => {
  const line = parse(text, reviver);
  if (line?.type === "step") window.seen = line.step;
  return line;
};"""
SHOWN = "() => Number(new URLSearchParams(location.search).get('step') ?? 0)"


def beyond(page: Page, step: int) -> int:
    becomes(page, f"(than) => ({SHOWN})() > than", step, patience=SLOW)
    found: int = page.evaluate(SHOWN)
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own, on a server of the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("speed", "far"), [("13", 300), ("9", 30)], ids=["fastest", "at a chosen rate"])
def test_a_page_that_plays_goes_on_by_itself_at_the_very_step(page: Page, tmp_path: Path, speed: str, far: int) -> None:
    address = (tmp_path / "runs.sqlite").as_uri().replace("file:", "sqlite:")
    asked: list[int] = []

    def note(request: Request) -> None:
        if request.url.endswith("/train"):
            asked.append(json.loads(request.post_data or "{}")["from_step"])

    with server(address) as first:
        page.add_init_script(f"Object.assign(localStorage, {json.dumps(VISITED)})")
        page.add_init_script(SEEN)
        page.goto(f"{first.url}/?seed=3&dropout=0.25")
        page.wait_for_selector(".app:not(.without-run)")
        page.get_by_role("slider", name="Speed", exact=True).fill(speed)
        page.get_by_role("button", name="Play", exact=True).click()
        beyond(page, far)
        run = page.evaluate("sessionStorage.getItem('run')")
        first.process.kill()
        expect(page.get_by_text("The server is away.", exact=True)).to_be_visible()
        killed_at = page.evaluate("window.seen")
        page.on("request", note)
    with server(address, port=first.port) as second:
        reached = beyond(page, killed_at)
        page.get_by_role("button", name="Pause", exact=True).click()
        expect(page.locator("#caption")).to_contain_text(re.compile(r"operation \d+ of \d+"))
        assert page.evaluate("sessionStorage.getItem('run')") == run
        assert asked[0] >= killed_at > 0
        assert asked == sorted(asked)
        now = second.run(run)
        assert now["step"] >= reached
        plain = Run(plan(RunConfig(seed=3, dropout=0.25)))
        train(plain, steps=now["step"], every=100_000)
        W1 = plain.plan.network.unpack(plain.cursor.snapshot().state.parameters)["W1"]
        assert now["parameters"]["W1"] == W1.tolist()
