"""Keys, names, contrast and motion: what the page owes everybody."""

from collections.abc import Iterator
from itertools import pairwise, product

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import FONTS, Open, arrived, complete, set_in
from tests.browser.waiting import SLOW, at_rest, frames_pass, in_scheme, resized

SIZES = [(1440, 900), (1024, 768), (390, 844)]


# Structure differs by size and contrast by scheme: each size once, and both schemes.
SCHEMES: dict[tuple[int, int], tuple[str, ...]] = {
    (1440, 900): ("light", "dark"),
    (1024, 768): ("light",),
    (390, 844): ("dark",),
}


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_axe_finds_nothing(open_page: Open, width: int, height: int) -> None:
    """In the page as a link opens it, and in each part that is opened then."""
    schemes = SCHEMES[width, height]
    page = open_page(
        "?dropout=0.25&step=5", width, height, visited=False, color_scheme=schemes[0], reduced_motion="reduce"
    )
    expect(page.locator("html")).to_have_attribute("data-theme", schemes[0])
    arrived(page)
    complete(page)
    found: dict[str, list[str]] = {}
    for scheme in schemes:
        found[f"{scheme}: the page"] = violations(in_scheme(page, scheme))
    for scheme in reversed(schemes):
        in_scheme(page, scheme)
        for part, selectors in parts_opened(page, width):
            found[f"{scheme}: {part}"] = violations(page, within=selectors)
    assert {case: faults for case, faults in found.items() if faults} == {}


def parts_opened(page: Page, width: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Opens one part after the other, and closes it: its name, and where the page is another with it."""
    if width < 720:
        for tab, parts in {
            "Output": ("#side",),
            "Layers": ("#stats", "#band-head"),
            "Data": ("#rail",),
            "Lessons": ("#lessons",),
        }.items():
            page.get_by_role("tab", name=tab).click()
            expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
            yield tab, (".tabs", *parts)
        return
    page.locator(".menu").click()
    expect(page.get_by_role("dialog", name="Setup")).to_be_visible()
    yield "setup", ("#setup",)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="All steps", exact=True).click()
    expect(page.locator("#timeline .tape-slider")).to_be_visible()
    yield "all steps", ("#tape",)
    page.get_by_role("button", name="Tape", exact=True).click()
    if width > 1180:
        page.locator("[data-unit='2,1']").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#inspector")).to_be_visible()
        yield "a unit", ("#stage", "#tape")
        page.keyboard.press("e")
        page.keyboard.press("Enter")
        expect(page.locator("#inspector")).to_contain_text("Weight")
        yield "a weight", ("#stage", "#tape")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(page.locator("#inspector")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [SIZES[0], SIZES[2]])
def test_axe_finds_nothing_where_a_run_stopped(open_page: Open, width: int, height: int) -> None:
    query = "?dataset=plane&learning_rate=3&hidden=6leaky_relu,4leaky_relu&batch_size=10&step=40"
    page = open_page(query, width, height, reduced_motion="reduce", quiet=False)
    expect(page.locator("#caption")).to_contain_text("Stopped at step")
    expect(page.locator("#remedies .button").first).to_be_attached(timeout=SLOW)  # what helps has been tried
    found = {scheme: violations(in_scheme(page, scheme)) for scheme in ("light", "dark")}
    assert found == {"light": [], "dark": []}


# What is said for three seconds is said until it has been judged.
STAYS = "() => { const later = setTimeout; window.setTimeout = (f, ms) => (ms === 3000 ? 0 : later(f, ms)); }"


def test_axe_finds_nothing_where_the_server_is_away_and_back(open_page: Open) -> None:
    page = open_page("?step=2", quiet=False, reduced_motion="reduce")
    expect(page.locator("#caption")).to_contain_text("operation 16 of 16")
    page.wait_for_load_state("networkidle")  # nothing is under way when the server goes
    page.evaluate(STAYS)
    for path in ("**/api/**", "**/readyz"):
        page.route(path, lambda route: route.abort())
    page.get_by_role("button", name="Next batch").click()
    away, back = (page.get_by_text(words, exact=True) for words in ("The server is away.", "Back."))
    expect(away).to_be_visible()
    found: dict[str, list[str]] = {}
    for scheme, (width, height) in product(("light", "dark"), (SIZES[0], SIZES[2])):
        resized(in_scheme(page, scheme), width, height)
        expect(away).to_be_visible()
        found[f"away: {scheme} {width}"] = violations(page)
    for path in ("**/api/**", "**/readyz"):
        page.unroute(path)
    expect(back).to_be_visible(timeout=SLOW)  # it asks again by itself
    for scheme, (width, height) in product(("light", "dark"), (SIZES[0], SIZES[2])):
        resized(in_scheme(page, scheme), width, height)
        found[f"back: {scheme} {width}"] = violations(page, within=("#message", ".top"))
        expect(back).to_be_visible()
    assert {case: faults for case, faults in found.items() if faults} == {}


def test_axe_finds_nothing_where_a_run_is_lost(open_page: Open) -> None:
    page = open_page("?run=forgotten", quiet=False, reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    for width, height in (SIZES[0], SIZES[2]):
        resized(page, width, height)
        expect(page.locator("#lost-run")).to_be_visible()
        for scheme in ("light", "dark"):
            found[f"{width} {scheme}"] = violations(in_scheme(page, scheme))
    assert {case: faults for case, faults in found.items() if faults} == {}


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


def test_escape_takes_back_what_was_selected_within_the_same_frame(open_page: Open) -> None:
    page = open_page("?step=3")
    arrived(page)
    unit, inspector = page.locator("[data-unit='1,1']"), page.locator("#inspector")
    unit.press("Enter")
    expect(inspector).to_be_visible()
    unit.press("Escape")
    expect(inspector).to_be_hidden()
    unit.evaluate(
        """(unit) => {
          for (const key of ["Enter", "Escape"])
            unit.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        }"""
    )
    expect(frames_pass(page, 4).locator("#inspector")).to_be_hidden()


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


def test_nothing_is_wider_than_the_window(open_page: Open) -> None:
    page = open_page("?step=2", *SIZES[0])
    arrived(page)
    complete(page)
    wide: dict[str, int] = {}
    for fonts in FONTS:
        set_in(page, fonts)
        for width, height in (*SIZES, (720, 450), (320, 640)):
            resized(page, width, height)
            wide[f"{fonts} {width}"] = page.evaluate("document.documentElement.scrollWidth") - width
    assert {case: more for case, more in wide.items() if more > 0} == {}


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


def test_the_top_bar_keeps_its_last_button_inside(open_page: Open) -> None:
    page = open_page("?optimizer=momentum&dropout=0.25", 721, 900)
    complete(page)
    for fonts in FONTS:
        set_in(page, fonts)
        for width in (721, 800, 961, 1181, 1300, 1440, 1600):
            case = (fonts, width)
            parts, values = resized(page, width, 900).evaluate(BAR)
            assert parts[-1][1] <= width - 8, case
            reach = 12  # of the question mark, so that its neighbours stand as near as they look
            assert all(a[1] <= b[0] + reach + 1 for a, b in pairwise(parts)), (case, parts)
            assert all(needs <= has + 1 for needs, has, _ in values), (case, values)
