"""Terms are explained where they stand: under the pointer, with the keyboard, at a tap; never over what was asked."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from app.glossary import BY_ID
from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived
from tests.browser.waiting import at_rest, resized

HERE = re.compile("definition")
OPENS = {"gradient-norm": ("tab", "Gradients"), "health": ("button", "Layers")}  # what shows the term


def definition(page: Page, term: str) -> Locator:
    """The one that is shown, once it is that of this term."""
    tip = page.locator("#definition:popover-open")
    expect(tip).to_contain_text(BY_ID[term].sentence)
    return tip


def apart(one: Locator, other: Locator) -> bool:
    a, b = one.bounding_box(), other.bounding_box()
    assert a is not None
    assert b is not None
    return a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]


@pytest.mark.parametrize("term", ["learning-rate", "loss", "gradient-norm", "tape", "health"])
def test_a_term_is_explained_under_the_pointer_and_not_covered(open_page: Open, term: str) -> None:
    page = open_page("?step=2")
    arrived(page)
    if term in OPENS:
        role, name = OPENS[term]
        page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
        expect(page.locator(f"[data-term={term}]").locator("visible=true").first).to_be_visible()
    at_rest(page)
    asked = page.locator(f"[data-term={term}]").locator("visible=true").first
    asked.hover()
    tip = definition(page, term)
    assert apart(asked, tip)
    expect(asked).to_have_attribute("aria-describedby", HERE)
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    expect(asked).not_to_have_attribute("aria-describedby", HERE)


def test_the_operation_under_the_playhead_is_explained_with_the_keyboard(open_page: Open) -> None:
    page = open_page("?step=2")
    arrived(page)
    tape = page.get_by_role("slider", name="tape")
    expect(tape).to_have_attribute("aria-valuetext", re.compile("^operation 16"))
    at_rest(page)
    tape.focus()
    page.keyboard.press("Home")
    expect(tape).to_have_attribute("aria-valuetext", re.compile("^operation 1 "))
    page.keyboard.press("ArrowRight")
    formula = page.locator("#caption > p:last-child [data-term]")
    expect(formula).to_have_text(re.compile("^z¹ ="))
    page.locator("#caption .eyebrow [data-term]").focus()
    definition(page, "forward-pass")
    for _ in range(3):
        page.keyboard.press("Tab")
        if formula.evaluate("(element) => element === document.activeElement"):
            break
    definition(page, "weighted-sum")
    page.keyboard.press("Escape")
    expect(page.locator("#definition")).to_be_hidden()
    expect(formula).to_be_focused()


def test_a_settings_label_explains_its_control_with_the_keyboard(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("slider", name="Learning rate").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    definition(page, "learning-rate")
    expect(page.get_by_role("slider", name="Learning rate")).to_have_attribute("aria-describedby", HERE)


def test_the_heads_above_the_graph_are_explained_by_arrow_keys_behind_one_tab_stop(open_page: Open) -> None:
    page = open_page("?step=2")
    arrived(page)
    heads = page.get_by_role("toolbar", name="layers of the network")
    expect(heads.locator("[tabindex='0']")).to_have_text("Inputs")
    page.get_by_role("button", name=re.compile("^loss of this sample")).focus()
    page.keyboard.press("Tab")
    for name, term in [("Inputs", "input"), ("Hidden 1", "layer"), ("Output", "prediction"), ("Loss", "loss")]:
        head = heads.get_by_text(name, exact=True)
        for _ in range(12):
            if head.evaluate("(element) => element === document.activeElement"):
                break
            page.keyboard.press("ArrowRight")
        definition(page, term)
        expect(head).to_be_focused()
        expect(head).to_have_attribute("aria-describedby", HERE)
        expect(heads.locator("[tabindex='0']")).to_have_text(name)
    page.keyboard.press("Home")
    expect(heads.get_by_text("Inputs", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(heads.locator(":focus")).to_have_count(0)


def test_the_loss_and_the_target_above_it_are_explained_with_the_keyboard(open_page: Open) -> None:
    page = open_page("?step=2")
    arrived(page)
    at_rest(page)
    page.locator(".graph-svg .node[tabindex='0']").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name=re.compile("^layer 3 unit 1, output"))).to_be_focused()
    page.keyboard.press("ArrowRight")
    loss = page.get_by_role("button", name=re.compile("^loss of this sample"))
    expect(loss).to_be_focused()
    definition(page, "loss")
    page.keyboard.press("ArrowUp")
    target = page.get_by_role("img", name=re.compile(r"^target of this sample, y = [01]$"))
    expect(target).to_be_focused()
    definition(page, "target")
    expect(target).to_have_attribute("aria-describedby", HERE)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name=re.compile("^layer 3 unit 1, output"))).to_be_focused()


def test_heads_and_verdicts_below_the_graph_are_explained_by_arrow_keys_behind_one_tab_stop(open_page: Open) -> None:
    page = open_page("?step=2")
    arrived(page)
    page.get_by_role("button", name="Layers", exact=True).click()
    layers = page.get_by_role("group", name="layer statistics")
    expect(layers.locator("[tabindex='0']")).to_have_count(1)
    expect(layers.locator("[tabindex='0']")).to_have_text("activations")
    expect(layers.get_by_role("img").last).to_have_attribute("aria-label", re.compile("^layer 3: healthy: "))
    layers.locator("[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    definition(page, "error")
    page.keyboard.press("End")
    definition(page, "health")
    expect(layers.get_by_role("img").last).to_be_focused()
    expect(layers.get_by_role("img").last).to_have_attribute("aria-describedby", HERE)
    expect(layers.locator("[tabindex='0']")).to_have_count(1)
    page.keyboard.press("Tab")
    key = page.locator(".health-key")
    expect(key.locator(":focus")).to_contain_text("healthy")
    expect(key.locator("[tabindex='0']")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    definition(page, "vanishing")


def test_a_letter_at_the_output_is_explained_without_the_numbers_over_it(open_page: Open) -> None:
    page = open_page("?step=2")
    arrived(page)
    at_rest(page)
    letter = page.locator(".graph-svg [data-term=prediction]")
    letter.hover()
    tip = definition(page, "prediction")
    assert apart(letter, tip)
    expect(page.locator(".graph-tip")).to_be_hidden()


def test_a_tap_on_a_letter_of_the_graph_opens_nothing_else(open_page: Open) -> None:
    page = open_page("?step=2", 1280, 720, has_touch=True)
    arrived(page)
    at_rest(page)
    page.locator(".graph-svg [data-term=target]").tap()
    definition(page, "target")
    page.locator(".graph-svg [data-term=prediction]").tap()
    definition(page, "prediction")
    expect(page.locator("#inspector")).to_be_hidden()
    page.locator("#stage").tap(position={"x": 30, "y": 300})
    expect(page.locator("#definition")).to_be_hidden()
    page.locator(".loss-hit").tap()
    expect(page.get_by_role("button", name="Close the loss")).to_be_visible()
    expect(page.locator("#definition")).to_be_hidden()


def test_a_tap_explains_a_label_and_switches_nothing(open_page: Open) -> None:
    page = open_page(width=390, height=844, has_touch=True)
    page.locator(".main-slider [data-term=dropout]").tap()
    tip = definition(page, "dropout")
    assert apart(page.locator(".main-slider [data-term=dropout]"), tip)
    page.locator(".main-slider [data-term=learning-rate]").tap()
    definition(page, "learning-rate")
    page.locator("#caption h2").tap()
    expect(tip).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_term_of_the_story_is_explained_at_a_tap_and_its_link_is_not_followed(
    new_page: Open, server_url: str, scheme: str
) -> None:
    page = new_page(390, 844, has_touch=True, color_scheme=scheme)
    page.goto(f"{server_url}/story#forward")
    asked = page.locator("#forward .prose [data-term]").first
    asked.tap()
    tip = definition(page, asked.get_attribute("data-term") or "")
    assert apart(asked, tip)
    assert page.url.endswith("/story#forward")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_glossary(new_page: Open, server_url: str, scheme: str) -> None:
    page = new_page(1440, 900, color_scheme=scheme)
    page.goto(f"{server_url}/glossary")
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    found = {}
    for width, height in ((1440, 900), (390, 844)):
        resized(page, width, height).evaluate("scrollTo(0, 0)")
        expect(page.locator("#dropout")).not_to_be_in_viewport()
        page.goto(f"{server_url}/glossary#dropout")
        expect(page.locator("#dropout")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        found[width] = violations(page)
    assert found == {1440: [], 390: []}
