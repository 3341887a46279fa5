"""Keys, names, contrast and motion: what the page owes everybody."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.axe import in_both_schemes, violations
from tests.browser.conftest import Open, arrived, complete, in_every_font
from tests.browser.waiting import SLOW, at_rest, resized

SIZES = [(1440, 900), (1024, 768), (390, 844)]


@in_both_schemes
def test_axe_finds_nothing(open_page: Open, scheme: str, width: int, height: int) -> None:
    page = open_page("?dropout=0.25&step=5", width, height, visited=False, color_scheme=scheme)
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    arrived(page)
    complete(page)
    assert violations(page) == []
    if width > 720:
        page.locator(".menu").click()
        expect(page.get_by_role("dialog", name="Setup")).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("button", name="All steps", exact=True).click()
        expect(page.locator("#timeline .tape-slider")).to_be_visible()
        assert violations(page) == []
    else:
        for tab in ("Output", "Layers", "Data", "Lessons"):
            page.get_by_role("tab", name=tab).click()
            expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
            assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [SIZES[0], SIZES[2]])
def test_axe_finds_nothing_where_things_go_wrong(open_page: Open, scheme: str, width: int, height: int) -> None:
    page = open_page(
        "?dataset=plane&learning_rate=3&hidden=6leaky_relu,4leaky_relu&batch_size=10&step=40",
        width,
        height,
        color_scheme=scheme,
        quiet=False,
    )
    expect(page.locator("#caption")).to_contain_text("Stopped at step")
    expect(page.locator("#remedies .button").first).to_be_attached(timeout=SLOW)  # what helps has been tried
    assert violations(page) == []
    page = open_page("?step=2", width, height, color_scheme=scheme, quiet=False)
    expect(page.locator("#caption")).to_contain_text("operation 16 of 16")
    page.wait_for_load_state("networkidle")  # nothing is under way when the server goes
    for path in ("**/api/**", "**/readyz"):
        page.route(path, lambda route: route.abort())
    page.get_by_role("button", name="Next batch").click()
    expect(page.get_by_text("The server is away.", exact=True)).to_be_visible()
    assert violations(page) == []
    for path in ("**/api/**", "**/readyz"):
        page.unroute(path)
    expect(page.get_by_text("Back.", exact=True)).to_be_visible(timeout=SLOW)  # it asks again by itself
    assert violations(page) == []
    page = open_page("?run=forgotten", width, height, color_scheme=scheme, quiet=False)
    expect(page.locator("#lost-run")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_beside_a_unit_and_a_weight(open_page: Open, scheme: str) -> None:
    page = open_page("?dropout=0.25&step=5", color_scheme=scheme)
    arrived(page)
    page.locator("[data-unit='2,1']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_contain_text("Weight")
    assert violations(page) == []


def test_keys_do_what_the_help_says(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("b")
    page.wait_for_url("**step=1")
    page.keyboard.press("Home")
    expect(page.locator("#caption")).to_contain_text("operation 1 of")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#caption")).to_contain_text("operation 2 of")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#caption")).to_contain_text("operation 4 of")
    page.keyboard.press("End")
    expect(page.locator("#caption")).to_contain_text("Update")
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("l")
    expect(page.get_by_role("slider", name="Learning rate", exact=True)).to_be_focused()
    page.keyboard.press("d")
    expect(page.get_by_role("slider", name="Dropout", exact=True)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="How to use this page")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.wait_for_url("**step=13")
    page.keyboard.press("r")
    expect(page.locator("#caption")).to_contain_text("Step 0")


def test_letters_can_be_switched_off(open_page: Open) -> None:
    page = open_page()
    page.locator(".menu").click()
    page.get_by_role("switch", name="Shortcut letters").click()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_with_reduced_motion_operations_appear_done(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    page.get_by_role("button", name="Next operation", exact=True).click()
    page.get_by_role("button", name="Next operation", exact=True).click()
    expect(page.locator("#caption")).to_contain_text("operation 2 of")
    at_rest(page)
    assert page.evaluate("document.getAnimations().length") == 0


@in_every_font
def test_nothing_is_wider_than_the_window(open_page: Open) -> None:
    page = open_page("?step=2", *SIZES[0])
    arrived(page)
    complete(page)
    for width, height in (*SIZES, (720, 450), (320, 640)):
        resized(page, width, height)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# Whatever stands in the bar and is seen, from the left; and each value with the room that it has.
BAR = """() => {
  const seen = [...document.querySelectorAll(".top > :not(.transport), .transport > *")].filter((e) =>
    e.checkVisibility());
  const values = [...document.querySelectorAll(".main-slider .value")];
  return [
    seen.map((e) => e.getBoundingClientRect()).sort((a, b) => a.left - b.left).map((r) => [r.left, r.right]),
    values.map((e) => [e.scrollWidth, e.clientWidth, e.getBoundingClientRect().right]),
  ];
}"""


@in_every_font
def test_the_top_bar_keeps_its_last_button_inside(open_page: Open) -> None:
    page = open_page("?optimizer=momentum&dropout=0.25", 721, 900)
    complete(page)
    for width in (721, 800, 961, 1181, 1300, 1440, 1600):
        parts, values = resized(page, width, 900).evaluate(BAR)
        assert parts[-1][1] <= width - 8, width
        reach = 12  # of the question mark, so that its neighbours stand as near as they look
        assert all(a[1] <= b[0] + reach + 1 for a, b in pairwise(parts)), (width, parts)
        assert all(needs <= has + 1 for needs, has, _ in values), (width, values)
