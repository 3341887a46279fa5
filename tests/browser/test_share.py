"""Share: a link that opens the same moment for somebody else, what is in it and what is not, and its QR code."""

import re
from base64 import b64encode

import httpx
import numpy as np
import pytest
import zxingcpp
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived, complete
from tests.browser.test_upload import PENGUINS, chosen, used
from tests.browser.waiting import at_rest, in_scheme

CHANGED = "?hidden=5tanh,3relu&dataset=moons&change=2:learning_rate:0.1&step=4"


def opened(page: Page) -> Locator:
    page.get_by_role("button", name="Share this moment").click()
    panel = page.get_by_role("dialog", name="Share this moment")
    expect(panel.get_by_role("button", name="Copy link")).to_be_focused()
    return panel


def link_of(panel: Locator) -> str:
    return panel.get_by_label("The link").input_value()


# The grey levels of a picture, row by row, a character each.
GREYS = """async (png) => {
  const image = Object.assign(new Image(), { src: `data:image/png;base64,${png}` });
  await image.decode();
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  const greys = Array.from({ length: width * height }, (_, i) => String.fromCharCode(data[4 * i + 1]));
  return { width, greys: greys.join("") };
}"""


def read(page: Page, code: Locator) -> str:
    """What a camera reads from the screen: no more than the pixels of the QR code."""
    picture = page.evaluate(GREYS, b64encode(code.screenshot()).decode())
    greys = np.frombuffer(picture["greys"].encode("latin-1"), dtype=np.uint8).reshape(-1, picture["width"])
    (found,) = zxingcpp.read_barcodes(greys)
    return found.text


def walked_back(page: Page, operations: int) -> str:
    """So many operations before the update; the record where the playhead stands then."""
    cell = page.locator(".tape-cells .tape-cell.now")
    for _ in range(operations):
        before = cell.get_attribute("data-ref")
        page.get_by_role("button", name="Previous operation", exact=True).click()
        expect(cell).not_to_have_attribute("data-ref", str(before))
    return str(cell.get_attribute("data-ref"))


def test_the_link_opens_the_same_moment_for_somebody_else(open_page: Open, server_url: str) -> None:
    page = open_page(CHANGED)
    arrived(page)
    complete(page)
    page.locator("[data-unit='1,2']").click()
    expect(page.locator("#inspector")).to_contain_text("Unit 3")
    record = walked_back(page, 5)
    panel = opened(page)
    expect(panel).to_contain_text("step 4, operation 11 of 16")
    expect(panel).to_contain_text("what is selected")
    expect(panel).to_contain_text("moons")
    expect(panel).to_contain_text("1 change")
    link = link_of(panel)
    assert link.startswith(f"{server_url}/?")
    mine = page.evaluate("sessionStorage.getItem('run')")
    other = open_page(link.removeprefix(server_url).removeprefix("/"))
    expect(other.locator(".tape-cells .tape-cell.now")).to_have_attribute("data-ref", record)
    expect(other.locator("#inspector")).to_contain_text("Unit 3")
    theirs = other.evaluate("sessionStorage.getItem('run')")
    assert theirs != mine
    steps = [httpx.get(f"{server_url}/api/runs/{run}/steps/4?spotlight=0").json() for run in (mine, theirs)]
    assert steps[0]["spotlight"] == steps[1]["spotlight"], "the same numbers, to the last digit"


def test_copied_is_said_and_the_link_is_on_the_clipboard(open_page: Open, server_url: str) -> None:
    page = open_page("?step=2")
    arrived(page)
    complete(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server_url)
    panel = opened(page)
    at_rest(page)
    assert violations(page, within=("#share",)) == []
    panel.get_by_role("button", name="Copy link").click()
    expect(panel.get_by_role("button", name="✓ Copied")).to_be_visible()
    expect(panel.get_by_role("status")).to_have_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == link_of(panel)
    expect(panel.get_by_role("button", name="Copy link")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("button", name="Share this moment")).to_be_focused()
    opened(page)
    page.mouse.click(300, 500)
    expect(panel).to_be_hidden()


@pytest.mark.parametrize(
    ("query", "width", "height", "scheme"),
    [("?step=2", 1280, 720, "light"), (CHANGED, 1440, 900, "dark"), (CHANGED, 390, 844, "dark")],
)
def test_the_qr_code_reads_as_this_link(open_page: Open, query: str, width: int, height: int, scheme: str) -> None:
    page = open_page(query, width, height, color_scheme=scheme, reduced_motion="reduce")
    arrived(page)
    if width < 720:
        page.get_by_role("button", name="more", exact=True).click()
    panel = opened(page)
    with page.expect_response(re.compile(r"/qr\.svg")) as answer:
        panel.get_by_role("button", name="Show it as a QR code").click()
    assert answer.value.status == 200
    code = panel.get_by_role("img", name="QR code of the link")
    expect(code).to_be_visible()
    assert code.evaluate("(e) => e.decode().then(() => e.naturalWidth)") > 20
    at_rest(page)
    assert panel.evaluate("(e) => e.getBoundingClientRect().bottom <= innerHeight")
    code.scroll_into_view_if_needed()
    assert read(page, code) == link_of(panel)
    panel.get_by_role("button", name="Hide the QR code").click()
    expect(code).to_be_hidden()


def test_the_rows_of_an_own_table_are_not_in_it(open_page: Open) -> None:
    page = open_page()
    used(chosen(page, PENGUINS))
    page.wait_for_url("**dataset=table-**")
    expect(opened(page)).to_contain_text("Not in the link: the rows of your own table.")


def test_a_phone_shares_from_its_thumb_bar(open_page: Open) -> None:
    page = open_page("?step=2", 390, 844, has_touch=True, is_mobile=True, reduced_motion="reduce")
    arrived(page)
    page.get_by_role("button", name="more", exact=True).tap()
    page.get_by_role("button", name="Share this moment").tap()
    panel = page.get_by_role("dialog", name="Share this moment")
    expect(panel.get_by_role("button", name="Copy link")).to_be_focused()
    expect(panel).to_be_in_viewport(ratio=1)
    at_rest(page)
    heights = panel.get_by_role("button").evaluate_all("(all) => all.map((e) => e.getBoundingClientRect().height)")
    assert min(heights) >= 43.5
    found = {scheme: violations(in_scheme(page, scheme), within=("#share",)) for scheme in ("light", "dark")}
    assert found == {"light": [], "dark": []}


def test_a_saved_run_opens_again_where_it_is_dropped(open_page: Open, server_url: str) -> None:
    page = open_page(CHANGED)
    arrived(page)
    panel = opened(page)
    with page.expect_download() as download:
        panel.get_by_role("button", name="Save as a file").click()
    other = open_page()
    complete(other)
    expect(other.locator("#caption")).to_contain_text("Step 0")
    drop(other, download.value.path().read_text(), download.value.suggested_filename)
    expect(other).to_have_url(re.compile("dataset=moons.*step=4"))
    runs = [one.evaluate("sessionStorage.getItem('run')") for one in (page, other)]
    assert runs[0] != runs[1]
    first, second = (httpx.get(f"{server_url}/api/runs/{run}/steps/4").json() for run in runs)
    assert first["parameters"] == second["parameters"], "the same numbers, to the last digit"
    exported = httpx.get(f"{server_url}/api/runs/{runs[0]}/export")
    drop(other, exported.text, "exported.json")
    other.wait_for_function("(before) => sessionStorage.getItem('run') !== before", arg=runs[1])
    third = httpx.get(f"{server_url}/api/runs/{other.evaluate('sessionStorage.getItem(`run`)')}/export")
    assert third.text == exported.text, "an export stands where it stood"
    expect(other).to_have_url(re.compile("dataset=moons.*step=4"))


def drop(page: Page, text: str, name: str) -> None:
    """Drops a file of JSON on the page."""
    page.evaluate(
        """([text, name]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], name, { type: "application/json" }));
            for (const type of ["dragenter", "dragover", "drop"])
              document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        [text, name],
    )
