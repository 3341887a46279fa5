"""A regression whose target is scaled: what the page says in which units."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open

PRICES = "?dataset=house_prices&scaling=standard&step=40"


def test_the_loss_says_that_it_is_in_scaled_units_and_the_settings_choose(open_page: Open) -> None:
    page = open_page(PRICES)
    small = page.locator("#loss .side-figure-head small")
    expect(small).to_contain_text("y scaled")
    page.locator("[data-do=setup]").first.click()
    choice = page.get_by_label("Target scaling")
    expect(choice).to_have_value("auto")
    choice.select_option("none")
    page.locator("#apply").click()
    expect(small).not_to_contain_text("scaled")
    expect(page).to_have_url(re.compile("target_scaling=none"))


def test_classes_have_no_target_to_scale(open_page: Open) -> None:
    page = open_page("?step=1")
    page.locator("[data-do=setup]").first.click()
    expect(page.get_by_label("Initializer", exact=True)).to_be_visible()
    expect(page.get_by_label("Target scaling")).to_be_hidden()
