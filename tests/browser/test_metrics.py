"""Beside the loss: accuracy and confusion of every classification, RMSE and R² of every regression."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, arrived


def numbers(page: Page) -> list[list[str]]:
    """Name, training and test of each number."""
    groups = page.locator("#metrics dl > div").locator("visible=true")
    return [text.split("\n") for text in groups.all_inner_texts()]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (390, 844)])
def test_a_plane_has_accuracy_beside_the_loss_and_its_confusion_on_demand(
    open_page: Open, width: int, height: int
) -> None:
    page = open_page("?step=2", width, height)
    arrived(page)
    if width < 720:
        page.get_by_role("tab", name="Output").click()
    metrics = page.locator("#metrics")
    expect(metrics).to_contain_text("61 %")
    assert numbers(page) == [["Loss", "0.685", "test 0.684"], ["Accuracy", "61 %", "test 64 %"]]
    table = page.locator("#confusion").get_by_role("table")
    expect(table).to_be_hidden()
    page.get_by_role("tab", name="Confusion").click()
    cells = table.locator("td[data-ref]")
    expect(cells).to_have_count(4)
    assert sum(map(int, cells.all_inner_texts())) == 99
    expect(metrics).to_be_visible()
    page.get_by_role("tab", name="Loss", exact=True).click()
    expect(table).to_be_hidden()
    expect(page.locator("#loss")).to_be_visible()


def test_a_regression_has_rmse_and_r2_and_no_confusion(open_page: Open) -> None:
    page = open_page("?dataset=plane&step=60")
    arrived(page)
    names = [name for name, *_ in numbers(page)]
    assert names == ["Loss", "RMSE", "R²"]
    expect(page.get_by_role("tab", name="Gradients")).to_be_visible()
    expect(page.get_by_role("tab", name="Confusion")).to_be_hidden()


def test_a_class_that_is_never_answered_is_named(open_page: Open) -> None:
    page = open_page("?dataset=penguins&step=30")
    arrived(page)
    expect(page.locator("#metrics")).to_contain_text("Never predicts “Adelie” or “Gentoo”: 0 of 91 test samples right.")
    page = open_page("?step=200")
    arrived(page)
    expect(page.locator("#metrics .warning")).to_be_hidden()
