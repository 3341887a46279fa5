"""Break it and cure it: every experiment opened, run, judged, cured, and the reader's own run brought back."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived
from tests.browser.waiting import SLOW, at_rest

CURES = {
    "differentiable": "sigmoid",
    "vanishing": "relu",
    "exploding": "scale",
    "exploding_rate": "rate",
    "dying": "rate",
    "scaling": "log",
    "limit": "under",
    "overflow": "standard",
    "missing": "drop",
    "outlier": "clip",
    "dropout": "rate_50",
    "ensemble": "deep",
    "paths": "shallow",
    "symmetry": "random",
}
JUDGED = re.compile("holds in this run|contradicts the claim")


def run_of(page: Page) -> str:
    return str(page.evaluate("sessionStorage.getItem('run')"))


def verdict(page: Page) -> str:
    return str(page.locator("#lesson .verdict").inner_text())


def run_it(page: Page) -> None:
    page.locator("#lesson [data-action=run]").click()
    expect(page.locator("#lesson .verdict")).to_contain_text(JUDGED, timeout=SLOW)
    expect(page.locator("#lesson [data-action=stop]")).to_have_count(0, timeout=SLOW)


def cure_it(page: Page, cure: str) -> None:
    page.locator(f"#lesson .remedies [data-id={cure}]").click()
    expect(page.locator("#lesson [data-action=keep]")).to_be_visible(timeout=SLOW)


@pytest.mark.parametrize(("experiment", "cure"), CURES.items())
def test_it_is_opened_run_judged_cured_and_left(open_page: Open, server_url: str, experiment: str, cure: str) -> None:
    page = open_page("?learning_rate=0.1&step=3")
    arrived(page)
    mine = run_of(page)
    page.locator(f"#rail [data-experiment={experiment}]").click()
    expect(page.get_by_role("region", name="Lesson")).to_be_visible()
    page.wait_for_url(f"**experiment={experiment}**")
    run_it(page)
    told = httpx.get(f"{server_url}/api/runs/{run_of(page)}/verdict?experiment={experiment}").json()
    assert told["status"] == "held"
    expect(page.locator("#lesson .verdict")).to_contain_text("The claim holds in this run")
    if told["measure"]["kind"] != "seconds":
        expect(page.locator("#lesson .verdict .measurement")).to_contain_text(told["measure"]["text"])
    expect(page.locator("#lesson [role=alert]")).to_contain_text(told["measure"]["title"])
    assert violations(page) == []
    cure_it(page, cure)
    expect(page.locator(".graph-b").get_by_role("group", name="network graph")).to_be_visible()
    expect(page.locator("#lesson .verdict")).to_contain_text("It holds")
    assert violations(page) == []
    page.get_by_role("button", name="Restore mine").click()
    expect(page.get_by_role("region", name="Lesson")).to_be_hidden()
    page.wait_for_url("**/?learning_rate=0.1&step=3")
    assert run_of(page) == mine


def test_an_address_opens_a_lesson_and_brings_its_run_back(open_page: Open) -> None:
    page = open_page("?experiment=symmetry")
    run_it(page)
    page.wait_for_url("**/?experiment=symmetry&step=500")
    again = open_page("?experiment=symmetry&step=500")
    expect(again.locator("#lesson .verdict")).to_contain_text("The claim holds in this run", timeout=SLOW)


def test_a_run_that_contradicts_says_so_and_why(open_page: Open) -> None:
    page = open_page("?experiment=dying&learning_rate=0.1")
    page.wait_for_url("**learning_rate=0.1**")
    run_it(page)
    expect(page.locator("#lesson .verdict")).to_contain_text("This run contradicts the claim")
    expect(page.locator("#lesson .verdict")).to_contain_text("learning_rate")


def test_a_question_is_answered_by_the_run(open_page: Open) -> None:
    page = open_page("?experiment=paths")
    answer = page.locator("#lesson .questions li").first
    answer.get_by_role("button").click()
    expect(answer.get_by_role("status")).to_contain_text("Not yet")
    other = open_page("?experiment=paths&hidden=12sigmoid,12sigmoid")
    other.locator("#lesson .questions li").first.get_by_role("button").click()
    expect(other.locator("#lesson .questions li").first.get_by_role("status")).to_contain_text(
        "paths with 24 hidden units"
    )


def test_the_cure_can_be_kept_and_both_runs_walk_together(open_page: Open) -> None:
    page = open_page("?experiment=differentiable")
    run_it(page)
    sick = run_of(page)
    cure_it(page, "tanh")
    page.get_by_role("button", name="Next batch").click()
    page.wait_for_url("**step=1001")
    expect(page.locator(".comparison-head").nth(1)).to_contain_text("loss")
    page.locator("#lesson [data-action=keep]").click()
    page.wait_for_url("**hidden=8tanh**")
    assert run_of(page) != sick
    expect(page.locator(".graph-b")).to_be_hidden()


def test_seeds_are_really_run(open_page: Open) -> None:
    page = open_page("?experiment=symmetry")
    run_it(page)
    page.locator("#lesson [data-action=luck]").click()
    expect(page.get_by_text("as claimed in 12 of 12")).to_be_visible(timeout=SLOW)


@pytest.mark.parametrize(
    ("experiment", "mark"),
    [("scaling", "condition κ"), ("dropout", "gap"), ("ensemble", "median of 300 draws"), ("paths", "refused")],
)
def test_the_large_pictures_are_measured(open_page: Open, experiment: str, mark: str) -> None:
    page = open_page(f"?experiment={experiment}")
    run_it(page)
    board = page.locator(".stage-figure")
    expect(board).to_contain_text(mark, timeout=SLOW)
    expect(board.locator("tbody, .member:not([hidden]) canvas").nth(4 if experiment != "paths" else 0)).to_be_visible(
        timeout=SLOW
    )
    assert violations(page, playing=True) == []  # its small planes come one by one


def test_any_changed_field_can_be_seen_beside_the_run(open_page: Open) -> None:
    page = open_page("?step=13")
    arrived(page)
    page.get_by_role("button", name="more", exact=True).click()
    page.get_by_label("Layer 2: activation").select_option("relu")
    page.locator("#compare").click()
    expect(page.locator(".comparison-head").nth(1)).to_contain_text("relu", timeout=SLOW)
    expect(page.locator(".comparison-charts")).to_contain_text("fork:", timeout=SLOW)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".graph-b")).to_be_hidden()


def test_an_empty_cell_is_cured_from_the_last_step_that_was_well(open_page: Open) -> None:
    page = open_page("?experiment=missing")
    run_it(page)
    broken = re.search(r"step (\d+) held the missing value", verdict(page))
    assert broken is not None
    cure_it(page, "drop")
    expect(page.locator(".comparison-head")).to_have_count(2)
    sick, cured = page.locator(".comparison-head").all()
    expect(sick).to_contain_text(f"not finite, step {broken[1]}")
    expect(cured).to_contain_text(f"fork from step {int(broken[1]) - 1}")
    expect(cured).to_contain_text("199 rows")
    expect(page.locator("#lesson .verdict")).to_contain_text(f"from step {int(broken[1]) - 1} on")


def test_a_large_picture_lies_over_two_runs_and_goes_again(open_page: Open) -> None:
    page = open_page("?experiment=paths")
    run_it(page)
    cure_it(page, "shallow")
    expect(page.locator(".stage-figure")).to_be_hidden()
    page.get_by_role("button", name="The count").click()
    expect(page.locator(".stage-figure")).to_contain_text("refused")
    expect(page.locator(".graph-b")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".graph-b")).to_be_visible()


def test_what_usually_helps_is_tried_beside_the_run(open_page: Open) -> None:
    page = open_page("?hidden=8sigmoid,8sigmoid,8sigmoid,8sigmoid")
    line = page.get_by_role("region", name="Diagnosis")
    expect(line).to_contain_text("decades a layer")
    sick = run_of(page)
    line.get_by_role("button", name="ReLU with He weights, beside it").click()
    expect(page.locator(".comparison-head").nth(1)).to_contain_text("4 × 8 relu", timeout=SLOW)
    assert run_of(page) == sick


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (390, 844)])
def test_a_lesson_fits_smaller_windows(open_page: Open, width: int, height: int) -> None:
    page = open_page("?experiment=dying", width, height)
    if width < 721:
        page.get_by_role("tab", name="Data").click()
    run_it(page)
    cure_it(page, "rate")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width < 721:
        page.get_by_role("tab", name="Output").click()
    expect(page.locator(".comparison-charts figure")).not_to_have_count(0)
    for chart in page.locator(".comparison-charts figure").all():
        chart.scroll_into_view_if_needed()
        expect(chart).to_contain_text("fork:")
    assert violations(page) == []


def test_with_reduced_motion_it_is_measured_all_the_same(open_page: Open) -> None:
    page = open_page("?experiment=missing", reduced_motion="reduce", color_scheme="dark")
    run_it(page)
    expect(page.locator("#lesson .verdict")).to_contain_text("100\u00a0%")
    assert at_rest(page).evaluate("document.getAnimations().length") == 0
    assert violations(page) == []
