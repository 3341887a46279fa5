"""A real Chromium on a real server. Whatever the page logs, and whatever it asks of another host, fails the test."""

import re
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from greenlet import greenlet
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright
from playwright.sync_api import TimeoutError as TimeLimit

from tests.browser.device import MEDIA, Device
from tests.browser.waiting import PATIENCE, at_rest
from tests.chromium import FLAGS, find_chromium

HERE = Path(__file__).parent
Open = Callable[..., Page]

# A time limit that was met says that the machine is slow, an assertion that something is wrong: what a test expects
# of the page is an assertion, however long it waited for it. The end of the run names who was tried once more.
once_more = pytest.mark.flaky(reruns=1, only_rerun=[TimeLimit, httpx.TimeoutException], rerun_except=AssertionError)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(once_more)


def on_a_short_stack(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What `call` returns or raises, called without the frames of its callers below it."""
    return greenlet(partial(call, *args, **kwargs)).switch()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """At each call Playwright writes down the whole stack: pytest's forty frames were half of what Python computed."""
    test = pyfuncitem.obj
    pyfuncitem.obj = partial(on_a_short_stack, test)
    try:
        return (yield)
    finally:
        pyfuncitem.obj = test


# Whoever reads with fonts of their own (forced by the browser, or for better reading) gets their widths, unadjusted.
FORCED = """(font) => {
  const sheet = (globalThis.forcedFonts ??= new CSSStyleSheet());
  sheet.replaceSync(font === "ours" ? "" : `:root {
    --sans: "${font} Sans" !important; --serif: "${font} Serif" !important; --math: "${font} Serif" !important;
  }`);
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
}"""
FONTS = ("ours", "DejaVu", "Liberation")
# A reader who has done the first step, and sent the guide away: everything is unfolded, the tape open.
VISITED = {"unfolded": "yes", "band": "operations", "guide": "0"}
in_every_font = pytest.mark.parametrize("fonts", FONTS, indirect=True)


def each_font(page: Page) -> Iterator[str]:
    """The fonts of `in_every_font` in one page, one after the other, each once the page stands in it; ours last."""
    for font in (*FONTS[1:], FONTS[0]):
        page.evaluate(FORCED, font)
        at_rest(page)
        yield font


def set_in(page: Page, font: str) -> Page:
    """The page once it stands in another font, and has measured its words in it."""
    page.evaluate(FORCED, font)
    page.evaluate("dispatchEvent(new Event('resize'))")
    return at_rest(page)


@pytest.fixture
def fonts(request: pytest.FixtureRequest) -> str:
    """The fonts that a test's pages are set in: the page's own, unless `in_every_font` says otherwise."""
    return getattr(request, "param", "ours")


def arrived(page: Page) -> None:
    """Once the step that the link names is on the page: its address says so from the start."""
    expect(page.locator("#caption")).to_contain_text(re.compile(r"operation \d+ of \d+"))


def complete(page: Page) -> None:
    """Once everything is there that comes after the first paint: the instruments, and with a step its caption's why."""
    expect(page.locator("#record-place .record")).to_be_attached()
    if "step=" in page.url:
        expect(page.locator("#caption .why")).to_be_attached()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def devices() -> dict[str, list[Device]]:
    """Devices by kind: as many of each as a test has held at once."""
    return {}


@pytest.fixture
def complaints() -> list[str]:
    """What the pages of `new_page` say that they should not; their listeners write it."""
    return []


@pytest.fixture
def held() -> list[Device]:
    """The devices whose pages the test holds, one for each page."""
    return []


@pytest.fixture
def new_page(
    browser: Browser,
    server_url: str,
    fonts: str,
    devices: dict[str, list[Device]],
    held: list[Device],
    complaints: list[str],
) -> Iterator[Open]:
    """new_page(width=390, color_scheme="dark", has_touch=True, ...) -> an empty page of a reader who was never here.

    A test's second page is another reader's, who shares nothing with the first.
    """

    def new_page(width: int = 1440, height: int = 900, **options: Any) -> Page:
        media = {name: options.pop(name) for name in MEDIA.keys() & options.keys()}
        kind = devices.setdefault(str([fonts, *sorted(options.items())]), [])
        device = next((each for each in kind if each not in held), None)
        if device is None:
            device = Device(browser.new_context(**options))
            if fonts != "ours":
                device.context.add_init_script(f"({FORCED})('{fonts}')")
            kind.append(device)
        held.append(device)
        return device.new_reader(server_url, width, height, media)

    yield new_page
    for device in held:
        on_a_short_stack(device.leave, server_url)
    assert not complaints


@pytest.fixture
def open_page(new_page: Open, held: list[Device], server_url: str, complaints: list[str]) -> Open:
    """open_page("?dataset=spirals", width=390, ...) -> the page once its run is there; options go to `new_page`."""

    def asked(request: Request) -> None:
        if not request.url.startswith((server_url, "data:", "blob:")):
            complaints.append(f"asked {request.url}")

    def hear(device: Device) -> None:
        device.listen("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        device.listen("pageerror", lambda error: complaints.append(str(error)))
        device.listen("request", asked)

    def open_page(
        query: str = "", width: int = 1440, height: int = 900, visited: bool = True, quiet: bool = True, **options: Any
    ) -> Page:
        page = new_page(width, height, **options)
        if visited:
            page.evaluate("(marks) => Object.assign(localStorage, marks)", VISITED)
        if quiet:
            hear(held[-1])
        page.goto(f"{server_url}/{query}")
        page.wait_for_selector(".app:not(.without-run), #lost-run:not([hidden])")
        page.evaluate("document.fonts.ready.then(() => {})")
        return page

    return open_page
