"""What was learned is used: a row of the table, changed in the settings, is answered by the network as it stands."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open
from tests.browser.reach import out_of_reach

ROOMS = "district,size,price\n" + "".join(
    f"{['north', 'south', 'west'][k % 3]},{40 + 2 * k},{90_000 + 2_100 * k}\n" for k in range(30)
)


def predictor(page: Page) -> Page:
    more = page.get_by_role("button", name="more", exact=True)  # where the screen is narrow
    if more.is_visible():
        more.click()
    page.get_by_role("button", name="All settings", exact=True).locator("visible=true").first.click()
    expect(page.get_by_role("form", name="Use what was learned")).to_be_visible()
    return page


def test_a_row_is_answered_with_classes_probabilities_and_what_was_filled(open_page: Open) -> None:
    page = predictor(open_page("?dataset=penguins&scaling=standard&step=150", quiet=False))
    form = page.get_by_role("form", name="Use what was learned")
    mass = form.get_by_label("body_mass_g, g")
    expect(mass).to_have_value(re.compile(r"^\d{4}$"))
    row = {"bill_length_mm": 49, "bill_depth_mm": 15, "flipper_length_mm": 222, "body_mass_g": 5600}
    for name, value in row.items():
        form.get_by_label(re.compile(name)).fill(str(value))
        form.get_by_label(re.compile(name)).press("Enter")
    answer = form.locator("output")
    expect(answer.locator("p b")).to_have_text("Gentoo")
    expect(answer.locator("dd").first).to_have_text(re.compile(r"9\d(\.\d)? %"))
    mass.fill("")
    mass.press("Enter")
    expect(answer).to_contain_text("body_mass_g is missing")
    mass.fill("heavy")
    mass.press("Enter")
    expect(answer).to_contain_text("'heavy' is not a finite number; 'body_mass_g' holds numbers")


def test_a_price_is_answered_in_its_own_units_with_categories_to_choose(open_page: Open, server_url: str) -> None:
    table = httpx.post(
        f"{server_url}/api/datasets?target=price", content=ROOMS, headers={"Content-Type": "text/csv"}
    ).json()
    page = predictor(open_page(f"?dataset={table['name']}&scaling=standard&step=200"))
    form = page.get_by_role("form", name="Use what was learned")
    form.get_by_label("district").select_option("west")
    form.get_by_label("size").fill("70")
    form.get_by_label("size").press("Enter")
    expect(form.locator("output")).to_have_text(re.compile(r"^price: 1[12]\d\u202f\d{3}$"))
    form.get_by_label("district").select_option("missing")
    expect(form.locator("output")).to_contain_text("share of each category")


def test_cells_are_typed_as_the_file_writes_them(open_page: Open, server_url: str) -> None:
    rows = "".join(f"{k % 28 + 1}.03.20{10 + k % 9};{k % 9},5 %;1.{200 + 7 * k},50 €\n" for k in range(40))
    table = httpx.post(
        f"{server_url}/api/datasets",
        content=f"day;discount;rent\n{rows}".encode(),
        headers={"Content-Type": "text/csv"},
    ).json()
    page = predictor(open_page(f"?dataset={table['name']}&scaling=standard&step=50", quiet=False))
    form = page.get_by_role("form", name="Use what was learned")
    expect(form.get_by_label("day")).to_have_value(re.compile(r"^\d\d\.03\.20\d\d$"))
    expect(form.get_by_label("discount, %")).to_have_value(re.compile(r"^\d,5$"))
    form.get_by_label("day").fill("4.3.2012")
    form.get_by_label("discount, %").fill("7,5 %")
    form.get_by_label("discount, %").press("Enter")
    answer = form.locator("output")
    expect(answer).to_have_text(re.compile(r"^rent: 1\u202f\d{3} €$"))
    form.get_by_label("day").fill("2012-03-04")
    form.get_by_label("day").press("Enter")
    expect(answer).to_contain_text("'day' holds dates (day, month, year)")


def test_a_shape_in_the_plane_has_no_rows_to_answer(open_page: Open) -> None:
    page = open_page("?step=1")
    page.locator("[data-do=setup]").first.click()
    expect(page.get_by_role("link", name="JSON")).to_be_visible()
    expect(page.locator("#predictor")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(720, 450), (390, 844)], ids=["a desk at 200 %", "a phone"])
def test_in_forced_colours_all_of_it_can_be_read_and_reached(open_page: Open, width: int, height: int) -> None:
    page = predictor(
        open_page("?dataset=penguins&scaling=standard&step=50", width, height, quiet=False, forced_colors="active")
    )
    form = page.get_by_role("form", name="Use what was learned")
    form.get_by_label(re.compile("body_mass_g")).fill("5600")
    form.get_by_label(re.compile("body_mass_g")).press("Enter")
    expect(form.locator("output p b")).to_be_visible()
    assert violations(page, within=("#setup",)) == []
    assert out_of_reach(page) == []
