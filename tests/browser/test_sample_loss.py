"""The loss of one sample, opened at L: its curve, the sample's point and slope, in the numbers of the record."""

import math
import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived, complete
from tests.browser.test_instruments import number
from tests.browser.waiting import at_rest, in_scheme

PENGUINS = "?dataset=penguins&hidden=6tanh&scaling=standard&learning_rate=0.1&step=20"
PLANE = "?dataset=plane&hidden=4tanh&learning_rate=0.05&step=10"


def panel_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Loss of this sample")


def opened(page: Page) -> Locator:
    page.get_by_role("button", name=re.compile("^loss of this sample")).click()
    expect(panel_of(page)).to_be_visible()
    return panel_of(page)


def recorded(page: Page, server_url: str, step: int) -> dict[str, Any]:
    """The spotlight sample's values in a step, and its targets."""
    run = page.evaluate("sessionStorage.getItem('run')")
    spot = httpx.get(f"{server_url}/api/runs/{run}/steps/{step}?spotlight=0").json()["spotlight"]
    assert isinstance(spot, dict)
    return spot


def bold(panel: Locator) -> list[float]:
    """The numbers that stand out: the prediction, the loss, and the slope."""
    return [number(text.rpartition("= ")[2]) for text in panel.locator("b").all_inner_texts()]


def test_two_classes(open_page: Open, server_url: str) -> None:
    page = open_page("?step=3")
    arrived(page)
    panel = opened(page)
    spot = recorded(page, server_url, 3)
    answer, loss, slope = bold(panel)
    assert answer == pytest.approx(spot["outputs"][0], rel=2e-2)
    assert loss == pytest.approx(-math.log(1 - spot["outputs"][0]), rel=2e-2)
    assert loss == pytest.approx(spot["L"], rel=2e-2)
    assert slope == pytest.approx(spot["dz3"][0], rel=2e-2)
    expect(panel).to_contain_text("the first number that goes back")
    expect(panel.locator(".sample-loss-tangent")).to_have_class(re.compile("gradient-positive"))


def test_three_classes_by_their_true_one(open_page: Open, server_url: str) -> None:
    page = open_page(PENGUINS)
    arrived(page)
    complete(page)
    panel = opened(page)
    spot = recorded(page, server_url, 20)
    expect(panel).to_contain_text("softmax")
    expect(panel).to_contain_text("Chinstrap")
    answer, loss, slope = bold(panel)
    assert answer == pytest.approx(spot["outputs"][1], rel=2e-2)
    assert loss == pytest.approx(spot["L"], rel=2e-2)
    assert slope == pytest.approx(spot["dz2"][1], rel=2e-2)
    assert slope < 0


def test_a_number_by_the_squared_error(open_page: Open, server_url: str) -> None:
    page = open_page(PLANE)
    arrived(page)
    panel = opened(page)
    spot = recorded(page, server_url, 10)
    answer, loss, slope = bold(panel)
    assert answer == pytest.approx(spot["outputs"][0], rel=2e-2)
    assert loss == pytest.approx(spot["L"], rel=2e-2)
    assert slope == pytest.approx(spot["dz2"][0], rel=2e-2)


def test_it_opens_by_enter_and_closes_by_escape_and_by_its_cross(open_page: Open) -> None:
    page = open_page("?step=2")
    arrived(page)
    button = page.get_by_role("button", name=re.compile("^loss of this sample"))
    button.focus()
    page.keyboard.press("Enter")
    expect(panel_of(page)).to_be_visible()
    expect(page.locator("#metrics")).to_be_hidden()
    expect(page.locator("#plane .plane")).to_be_visible()
    assert violations(page, within=("#stage", "#side")) == []
    assert page.evaluate("document.querySelector('#side').scrollHeight <= document.querySelector('#side').clientHeight")
    page.keyboard.press("Escape")
    expect(panel_of(page)).to_be_hidden()
    expect(button).to_be_focused()
    expect(page.locator("#metrics")).to_be_visible()
    opened(page).get_by_role("button", name="Close the loss").click()
    expect(panel_of(page)).to_be_hidden()
    opened(page)
    page.locator("[data-unit='1,0']").click()  # what is selected takes its place
    expect(panel_of(page)).to_be_hidden()


def test_it_waits_for_the_forward_pass(open_page: Open) -> None:
    page = open_page("?step=2")
    arrived(page)
    page.keyboard.press("Home")
    expect(page.locator("#caption")).to_contain_text("operation 1 of")
    panel = opened(page)
    expect(panel).to_contain_text("once the forward pass has reached L")
    for _ in range(6):
        page.get_by_role("button", name="Next operation", exact=True).click()
    expect(panel).to_contain_text("Slope here")


def test_a_tap_opens_it_below_a_phone_s_network(open_page: Open) -> None:
    page = open_page("?step=2", 390, 844, has_touch=True, is_mobile=True, reduced_motion="reduce")
    arrived(page)
    at_rest(page)
    page.get_by_role("button", name=re.compile("^loss of this sample")).tap()
    panel = panel_of(page)
    expect(panel).to_contain_text("Slope here")
    at_rest(page)
    expect(panel.locator(".sample-loss-picture")).to_be_in_viewport(ratio=1)
    expect(page.locator(".loss-node")).to_be_in_viewport()
    close = panel.get_by_role("button", name="Close the loss")
    assert close.evaluate("(e) => Math.min(e.offsetWidth, e.offsetHeight)") >= 44
    found = {scheme: violations(in_scheme(page, scheme)) for scheme in ("light", "dark")}
    assert found == {"light": [], "dark": []}
    close.tap()
    expect(panel).to_be_hidden()
