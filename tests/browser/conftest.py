"""A real Chromium on a real server. Whatever the page logs, and whatever it asks of another host, fails the test."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.chromium import FLAGS, find_chromium

Open = Callable[..., Page]

# Whoever reads with fonts of their own (forced by the browser, or for better reading) gets their widths, unadjusted.
FORCED = """{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:root {
    --sans: "FONT Sans" !important; --serif: "FONT Serif" !important; --math: "FONT Serif" !important;
  }`);
  document.adoptedStyleSheets.push(sheet);
}"""
in_every_font = pytest.mark.parametrize("fonts", ["ours", "DejaVu", "Liberation"], indirect=True)


@pytest.fixture
def fonts(request: pytest.FixtureRequest) -> str:
    """The fonts that a test's pages are set in: the page's own, unless `in_every_font` says otherwise."""
    return getattr(request, "param", "ours")


def set_in(context: BrowserContext, fonts: str) -> None:
    if fonts != "ours":
        context.add_init_script(FORCED.replace("FONT", fonts))


def arrived(page: Page) -> None:
    """Once the step that the link names is on the page: its address says so from the start."""
    expect(page.locator("#caption")).to_contain_text(re.compile(r"operation \d+ of \d+"), timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, server_url: str, fonts: str) -> Iterator[Open]:
    """open_page("?dataset=spirals", width=390, ...) -> the page once its run is there; options go to the context."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(page: Page) -> None:
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                complaints.append(f"asked {request.url}")
                if not request.url.startswith((server_url, "data:", "blob:"))
                else None
            ),
        )

    def open_page(
        query: str = "", width: int = 1440, height: int = 900, visited: bool = True, quiet: bool = True, **options: Any
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        set_in(context, fonts)
        if visited:
            context.add_init_script("localStorage.setItem('visited', 'all')")
        page = context.new_page()
        if quiet:
            heard(page)
        page.goto(f"{server_url}/{query}")
        page.wait_for_selector(".app:not(.without-run), #lost-run:not([hidden])")
        page.evaluate("document.fonts.ready.then(() => {})")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
