"""The first load shows words as soon as the sheets are there, and a reload asks for nothing but the page.

These are the causes of a good score in Lighthouse that do not depend on the machine; the score itself is printed by
`python -m tests.lighthouse --speed`.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.main import create_app
from app.settings import Settings
from app.static_files import addresses, modules
from tests.browser.axe import violations
from tests.conftest import serving

PAINTS = """
window.paints = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) paints.push({ at: entry.startTime, text: entry.element?.textContent ?? "" });
}).observe({ type: "largest-contentful-paint", buffered: true });
"""
BLOCKING = """
performance.getEntriesByType("resource")
  .filter((each) => each.renderBlockingStatus === "blocking")
  .map((each) => each.name)
"""
SCRIPT = addresses("")("js/main.js")


class Log:
    """Notes what was asked for, and the status that it got."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.answers: list[tuple[str, int]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.answers.append((scope["path"], message["status"]))
            await send(message)

        await self.app(scope, receive, noted)


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 412, "height": 823}, is_mobile=True, has_touch=True)
    yield context
    context.close()


def ready(page: Page) -> None:
    page.wait_for_selector(".app:not(.without-run)")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("path", ["/", "/story"])
def test_a_reload_asks_for_nothing_but_the_page(phone: BrowserContext, path: str) -> None:
    log = Log(create_app(Settings()))
    with serving(log) as url:  # type: ignore[arg-type]
        page = phone.new_page()
        page.goto(url + path)
        page.wait_for_load_state("networkidle")
        first = [name for name, _ in log.answers if name.startswith("/static/")]
        assert len(first) == len(set(first)) > 20
        log.answers.clear()
        page.reload()
        page.wait_for_load_state("networkidle")
        assert [answer for answer in log.answers if not answer[0].startswith("/api/")] == [(path, 304)]


def test_the_largest_words_are_there_before_any_module_and_stay(phone: BrowserContext, server_url: str) -> None:
    page = phone.new_page()
    page.add_init_script(PAINTS)
    held: list[Route] = []
    for address in (SCRIPT, "/api/runs"):
        page.route(f"**{address}", lambda route: held.append(route))
    page.goto(f"{server_url}/", wait_until="commit")
    page.wait_for_function("() => paints.length > 0")
    caption = page.locator("#caption")
    brought = caption.text_content()
    before = page.evaluate("performance.now()")
    with page.expect_request("**/api/runs"):
        held.pop().continue_()
    expect(page.locator(".app")).to_have_class(re.compile("without-run"))  # drawn for the first time, without a run
    expect(caption).to_be_visible()
    loading = page.get_by_text("The network is loading …")
    expect(loading).to_be_visible()
    held.pop().continue_()
    ready(page)
    expect(loading).to_be_hidden()
    paints = page.evaluate("paints")
    assert paints[-1]["at"] < before, paints
    assert paints[-1]["text"].startswith("Every line is a weight")
    expect(caption).to_have_text(brought or "")  # the module says the same of the default network as the template


SLOW_LINE = {"offline": False, "latency": 200, "downloadThroughput": 60_000, "uploadThroughput": 60_000}  # ms, bytes/s


def test_on_a_slow_line_the_stage_says_that_it_loads_until_the_network_is_there(
    phone: BrowserContext, server_url: str
) -> None:
    page = phone.new_page()
    session = phone.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_LINE)
    page.goto(f"{server_url}/", wait_until="commit")
    loading = page.get_by_text("The network is loading …")
    play = page.get_by_role("button", name="Play", exact=True)
    expect(page.locator("#caption")).to_contain_text("Nothing has been learned yet")
    expect(loading).to_be_visible()
    expect(play).to_have_attribute("aria-disabled", "true")
    assert page.evaluate("sessionStorage.getItem('run')") is None
    expect(page.locator("#graph [data-unit='1,0']")).to_be_visible()
    expect(loading).to_be_hidden()
    expect(play).not_to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Next batch").click()  # the tape comes over the same line
    expect(page.get_by_role("slider", name="tape")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", [SCRIPT, addresses("")("js/network/graph.js")])
def test_a_module_that_does_not_arrive_is_said(browser: Browser, server_url: str, address: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
    held: list[Route] = []
    page.route(f"**{address}", lambda route: held.append(route))
    page.goto(f"{server_url}/", wait_until="commit")
    expect(page.get_by_text("The network is loading …")).to_be_visible()
    assert violations(page) == []
    held.pop().abort()
    expect(page.get_by_text("A part of the page did not arrive. Reload the page to try again.")).to_be_visible()
    page.unroute(f"**{address}")
    page.reload()
    ready(page)
    expect(page.locator("#loading")).to_be_hidden()
    page.close()


def test_where_the_server_is_away_from_the_start_the_page_says_that_and_no_more(
    browser: Browser, server_url: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    for path in ("**/api/**", "**/healthz"):
        page.route(path, lambda route: route.abort())
    page.goto(f"{server_url}/")
    expect(page.get_by_text("The network comes as soon as it is back.")).to_be_visible()
    expect(page.get_by_role("button", name="Save this run")).to_be_hidden()
    expect(page.locator("#loading")).to_be_hidden()
    assert violations(page) == []
    for path in ("**/api/**", "**/healthz"):
        page.unroute(path)
    ready(page)
    expect(page.locator("#graph [data-unit='1,0']")).to_be_visible()
    page.close()


def test_a_link_to_a_run_brings_no_caption_of_another(phone: BrowserContext, server_url: str) -> None:
    page = phone.new_page()
    page.route(f"**{SCRIPT}", lambda route: route.abort())
    page.goto(f"{server_url}/?dataset=spirals&step=3")
    expect(page.locator("#caption")).to_be_empty()


@pytest.mark.parametrize(("path", "root", "most"), [("/", "js/main.js", 15), ("/story", "js/story.js", 15)])
def test_the_page_names_all_that_its_first_load_needs(
    phone: BrowserContext, server_url: str, path: str, root: str, most: int
) -> None:
    """No chain: neither a sheet nor a module is found by reading another."""
    page = phone.new_page()
    session = phone.new_cdp_session(page)
    session.send("Network.enable")
    priorities: dict[str, str] = {}
    session.on(
        "Network.requestWillBeSent",
        lambda event: priorities.update({event["request"]["url"]: event["request"]["initialPriority"]}),
    )
    page.goto(server_url + path)
    page.wait_for_load_state("networkidle")
    html = page.request.get(server_url + path).text()
    blocking = page.evaluate(BLOCKING)
    assert blocking
    assert len(blocking) <= most
    assert all(address.removeprefix(server_url) in html for address in blocking)
    # What the first paint waits for goes first: over HTTP/2 all of it shares one line.
    for address in blocking:
        assert priorities[address] in ("VeryHigh", "High"), address
    fonts = re.findall(r'rel="preload"[^>]* href="([^"]+)"', html)
    assert all(priorities[server_url + address] == "Low" for address in fonts), priorities
    for name in (root, *modules(root)):
        assert addresses("")(name) in html
        assert priorities[server_url + addresses("")(name)] == "Low", name
