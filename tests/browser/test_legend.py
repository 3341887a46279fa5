"""The legend: every mark of the page in a sentence, in the place of what stands beside the network."""

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived
from tests.browser.waiting import at_rest


def opened(page: Page) -> Locator:
    page.get_by_role("button", name="Legend", exact=True).click()
    legend = page.get_by_role("region", name="Legend", exact=True)
    expect(legend.get_by_role("heading", name="Legend")).to_be_focused()
    return legend


def test_it_explains_marks_and_letters_with_the_glossary_s_own_words(open_page: Open, server_url: str) -> None:
    page = open_page("?step=2")
    arrived(page)
    legend = opened(page)
    for mark in ["Line", "Green or purple line", "Dashed tile", "Black tile", "Yellow and black", "Red mark", "Points"]:
        expect(legend.locator("dt").get_by_text(mark, exact=True)).to_be_visible()
    terms = {term["id"]: term for term in httpx.get(f"{server_url}/api/glossary").json()["terms"]}
    for name in ["error", "gradient-norm", "condition-number"]:
        expect(legend).to_contain_text(terms[name]["sentence"])
    expect(legend.get_by_role("link", name="All terms and the notation")).to_have_attribute("href", "/glossary")


@pytest.mark.parametrize(
    ("query", "there", "elsewhere"),
    [
        ("?step=2", ["at each point of the plane", "Points"], ["a dot each", "∂L/∂x"]),
        ("?dataset=penguins&step=2", ["a dot each", "Points"], ["each point of the plane", "∂L/∂x"]),
        (
            "?dataset=digits&step=2",
            ["a dot each", "pixel by pixel", "∂L/∂x"],
            ["point of the plane", "Points"],
        ),
    ],
    ids=["a plane", "a table", "pictures"],
)
def test_it_explains_what_the_run_shows(open_page: Open, query: str, there: list[str], elsewhere: list[str]) -> None:
    page = open_page(query)
    arrived(page)
    rows = opened(page).locator("dl:not(.letters) > div")
    for words in there:
        expect(rows.filter(has_text=words, visible=True)).not_to_have_count(0)
    for words in elsewhere:
        expect(rows.filter(has_text=words, visible=True)).to_have_count(0)


def test_escape_and_its_cross_close_it_and_the_focus_returns(open_page: Open) -> None:
    page = open_page("?step=2")
    arrived(page)
    button = page.get_by_role("button", name="Legend", exact=True)
    expect(button).to_have_attribute("aria-expanded", "false")
    legend = opened(page)
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(legend).to_be_hidden()
    expect(button).to_be_focused()
    expect(page.locator("#plane .plane")).to_be_in_viewport(ratio=1)
    opened(page).get_by_role("button", name="Close the legend").click()
    expect(legend).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(legend).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1024, 768), (390, 844)])
def test_it_leaves_network_and_words_to_be_read_beside_it(open_page: Open, width: int, height: int) -> None:
    touch = {"has_touch": True, "is_mobile": True} if width < 721 else {}
    page = open_page("?step=2", width, height, reduced_motion="reduce", **touch)
    arrived(page)
    legend = opened(page)
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        at_rest(page)
        box = legend.bounding_box()
        assert box is not None
        assert box["x"] >= -1, scheme
        assert box["x"] + box["width"] <= width + 1, scheme
        assert legend.evaluate("(e) => e.scrollWidth <= e.clientWidth"), scheme
        if width > 720:
            output = page.locator(".loss-node").bounding_box()
            assert output is not None
            assert output["x"] + output["width"] <= box["x"], scheme
        found[scheme] = violations(page)
    assert found == {"light": [], "dark": []}
