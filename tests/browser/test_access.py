"""Keys, names, contrast and motion: what the page owes everybody."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived

SIZES = [(1440, 900), (1024, 768), (390, 844)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_axe_finds_nothing(open_page: Open, scheme: str, width: int, height: int) -> None:
    page = open_page("?dropout=0.25&step=5", width, height, visited=False, color_scheme=scheme)
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    page.wait_for_url("**step=5")
    assert violations(page) == []
    if width > 720:
        page.locator(".menu").click()
        assert violations(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("radio", name="all steps").click()
        assert violations(page) == []
    else:
        for tab in ("Output", "Layers", "Data"):
            page.get_by_role("tab", name=tab).click()
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
    assert violations(page) == []
    page = open_page("?step=2", width, height, color_scheme=scheme, quiet=False)
    expect(page.locator("#caption")).to_contain_text("operation 16 of 16")
    page.wait_for_load_state("networkidle")  # nothing is under way when the server goes
    for path in ("**/api/**", "**/healthz"):
        page.route(path, lambda route: route.abort())
    page.get_by_role("button", name="Next batch").click()
    expect(page.get_by_text("The server is away.", exact=True)).to_be_visible()
    assert violations(page) == []
    for path in ("**/api/**", "**/healthz"):
        page.unroute(path)
    expect(page.get_by_text("Back.", exact=True)).to_be_visible(timeout=35_000)  # it asks again by itself
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
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize(("width", "height"), [*SIZES, (720, 450), (320, 640)])
def test_nothing_is_wider_than_the_window(open_page: Open, width: int, height: int) -> None:
    page = open_page("?step=2", width, height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [721, 800, 1181, 1300, 1440, 1600])
def test_the_top_bar_keeps_its_last_button_inside(open_page: Open, width: int) -> None:
    page = open_page("?optimizer=momentum&dropout=0.25", width, 900)
    box = page.get_by_role("button", name="Light or dark").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
