"""The charts beside the network: one at a time, chosen by pointer or key, remembered on this device."""

import re

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived
from tests.browser.waiting import in_scheme, resized

CHARTS = {
    "Loss": "#loss",
    "Confusion": "#confusion",
    "Predicted": "#predicted",
    "Gradients": "#gradient",
    "Update": "#update-bars",
}


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tablist", name="Chart").get_by_role("tab", name=name)


def only(page: Page, name: str) -> None:
    """This chart is shown, and no other."""
    expect(tab(page, name)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tablist", name="Chart").locator("[aria-selected=true]")).to_have_count(1)
    for other, chart in CHARTS.items():
        expect(page.locator(chart)).to_be_visible(visible=other == name)


def test_the_arrows_go_from_chart_to_chart(open_page: Open) -> None:
    page = open_page("?step=4", 1280, 720, reduced_motion="reduce")
    arrived(page)
    only(page, "Loss")
    tab(page, "Loss").focus()
    found: dict[str, list[str]] = {}
    for scheme in ("light", "dark"):
        found[f"{scheme}: the page"] = violations(in_scheme(page, scheme))
        for name in ["Confusion", "Gradients", "Update", "Loss"]:
            page.keyboard.press("ArrowRight")
            expect(tab(page, name)).to_be_focused()
            only(page, name)
            found[f"{scheme}: {name}"] = violations(page, within=("#side",))
    assert {case: faults for case, faults in found.items() if faults} == {}
    page.keyboard.press("ArrowLeft")
    only(page, "Update")
    expect(page.locator("#caption")).to_contain_text("operation 16 of 16")  # the playhead stays


def test_what_was_chosen_stays_chosen(open_page: Open) -> None:
    page = open_page("?step=4")
    arrived(page)
    tab(page, "Gradients").click()
    only(page, "Gradients")
    page.get_by_role("button", name="Next batch", exact=True).click()
    page.wait_for_url("**step=5")
    only(page, "Gradients")
    page.get_by_role("button", name="All settings", exact=True).first.click()
    page.keyboard.press("Escape")
    only(page, "Gradients")
    page.reload()
    page.wait_for_selector(".app:not(.without-run)")
    only(page, "Gradients")


def test_a_regression_has_no_confusion(open_page: Open) -> None:
    page = open_page("?step=2")
    arrived(page)
    tab(page, "Confusion").click()
    only(page, "Confusion")
    page.goto(page.url.split("?")[0] + "?dataset=plane&hidden=4tanh&learning_rate=0.05&step=2")
    arrived(page)
    expect(tab(page, "Confusion")).to_be_hidden()
    only(page, "Loss")
    tab(page, "Loss").focus()
    for name in ("Predicted", "Gradients"):
        page.keyboard.press("ArrowRight")
        only(page, name)


def test_what_a_regression_predicts_stands_against_what_is_true(open_page: Open, server_url: str) -> None:
    csv = "size;rent\n" + "".join(f"{30 + k};{200 + 9 * k + 40 * (k % 3)},50 €\n" for k in range(60))
    table = httpx.post(f"{server_url}/api/datasets", content=csv.encode(), headers={"Content-Type": "text/csv"}).json()
    page = open_page(f"?dataset={table['name']}&scaling=standard&step=200", reduced_motion="reduce")
    arrived(page)
    samples = httpx.get(f"{server_url}/api/runs/{page.evaluate('sessionStorage.getItem(`run`)')}/samples").json()
    ordered = sorted(range(60), key=lambda k: samples["targets"][k][0])
    found: dict[str, list[str]] = {}
    for scheme, width, height, key in [
        ("light", 1440, 900, "ArrowLeft"),
        ("dark", 1280, 720, "ArrowRight"),
        ("light", 390, 844, "ArrowLeft"),
    ]:
        in_scheme(resized(page, width, height), scheme)
        if width < 720:
            page.get_by_role("tab", name="Output").click()
        tab(page, "Predicted").click()
        board = page.get_by_role(
            "application", name=re.compile("^Predicted against true rent, 20 test and 40 training")
        )
        expect(board).to_have_accessible_name(re.compile(r"R² 0\.9\d, RMSE \d+(\.\d+)? € in the test split"))
        expect(page.locator("#predicted")).to_contain_text("after step 200")
        expect(board.locator(".predicted-test")).to_have_attribute("d", re.compile("^(M[^M]+){20}$"))
        expect(board.locator(".predicted-train")).to_have_attribute("d", re.compile("^(M[^M]+){40}$"))
        board.focus()
        for _ in range(70):
            page.keyboard.press(key)
        last, true = (ordered[0], "20[01]") if key == "ArrowLeft" else (ordered[-1], "81[12]")
        expect(board).to_have_accessible_name(re.compile(f"In the spotlight: sample .*true {true} €, predicted .* €"))
        expect(board).to_have_accessible_name(re.compile(f"sample {last} "))
        found[f"{width} {scheme}"] = violations(page)
    assert {case: faults for case, faults in found.items() if faults} == {}
