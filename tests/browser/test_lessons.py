"""Break it and cure it: every experiment opened, run, judged, cured, and the reader's own run brought back."""

import json
import re

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived
from tests.browser.waiting import SLOW, at_rest

CURES = {
    "differentiable": "sigmoid",
    "vanishing": "relu",
    "exploding": "scale",
    "exploding_rate": "rate",
    "batch_norm": "all",
    "dying": "rate",
    "scaling": "log",
    "limit": "under",
    "overflow": "standard",
    "missing": "drop",
    "outlier": "clip",
    "centring": "centred",
    "dropout": "rate_50",
    "ensemble": "deep",
    "paths": "shallow",
    "symmetry": "random",
}
JUDGED = re.compile("holds in this run|contradicts the claim|Outside the claim")


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
    page.locator("#rail").get_by_role("button", name="Lessons").click()
    page.locator(f"#lessons [data-experiment={experiment}]").click()
    expect(page.get_by_role("region", name="Lesson")).to_be_visible()
    page.wait_for_url(f"**lesson={experiment}**")
    run_it(page)
    asked = f"{server_url}/api/runs/{run_of(page)}/verdict?experiment={experiment}"
    told = httpx.get(asked, timeout=SLOW / 1000).json()
    assert told["status"] == "held"
    expect(page.locator("#lesson .verdict")).to_contain_text("The claim holds in this run")
    if told["measure"]["kind"] != "seconds":
        expect(page.locator("#lesson .verdict .measurement")).to_contain_text(told["measure"]["text"])
    expect(page.locator("#lesson [role=alert]")).to_contain_text(told["measure"]["title"])
    judged = () if experiment == "vanishing" else ("#lesson", "#side")  # the rest is alike in every lesson
    assert violations(page, within=judged) == []
    cure_it(page, cure)
    expect(page.locator(".graph-b").get_by_role("group", name="network graph")).to_be_visible()
    expect(page.locator("#lesson .verdict")).to_contain_text("It holds")
    assert violations(page, within=judged) == []
    page.get_by_role("button", name="Restore mine").click()
    expect(page.get_by_role("region", name="Lesson")).to_be_hidden()
    page.wait_for_url("**/?learning_rate=0.1&step=3")
    assert run_of(page) == mine


def test_an_address_opens_a_lesson_and_brings_its_run_back(open_page: Open) -> None:
    page = open_page("?lesson=symmetry")
    run_it(page)
    page.wait_for_url("**/?lesson=symmetry&step=500")
    again = open_page("?lesson=symmetry&step=500")
    expect(again.locator("#lesson .verdict")).to_contain_text("The claim holds in this run", timeout=SLOW)


def test_a_setting_that_the_claim_is_not_about_is_outside_it(open_page: Open) -> None:
    page = open_page("?lesson=dying&learning_rate=0.1")
    page.wait_for_url("**learning_rate=0.1**")
    run_it(page)
    expect(page.locator("#lesson .verdict")).to_contain_text("Outside the claim")
    expect(page.locator("#lesson .verdict")).to_contain_text("learning_rate must be at least 3")


def test_a_question_is_answered_by_the_run(open_page: Open) -> None:
    page = open_page("?lesson=paths")
    answer = page.locator("#lesson .questions li").first
    answer.get_by_role("button").click()
    expect(answer.get_by_role("status")).to_contain_text("Not yet")
    other = open_page("?lesson=paths&hidden=12sigmoid,12sigmoid")
    other.locator("#lesson .questions li").first.get_by_role("button").click()
    expect(other.locator("#lesson .questions li").first.get_by_role("status")).to_contain_text(
        "paths with 24 hidden units"
    )


def test_the_cure_can_be_kept_and_both_runs_walk_together(open_page: Open) -> None:
    page = open_page("?lesson=differentiable")
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
    page = open_page("?lesson=symmetry")
    run_it(page)
    page.locator("#lesson [data-action=luck]").click()
    expect(page.get_by_text("as claimed in 12 of 12")).to_be_visible(timeout=SLOW)


@pytest.mark.parametrize(
    ("experiment", "mark"),
    [("scaling", "condition κ"), ("dropout", "gap"), ("ensemble", "median of 300 draws"), ("paths", "refused")],
)
def test_the_large_pictures_are_measured(open_page: Open, experiment: str, mark: str) -> None:
    page = open_page(f"?lesson={experiment}")
    run_it(page)
    board = page.locator(".stage-figure")
    expect(board).to_contain_text(mark, timeout=SLOW)
    expect(board.locator("tbody, .member:not([hidden]) canvas").nth(4 if experiment != "paths" else 0)).to_be_visible(
        timeout=SLOW
    )
    assert violations(page, playing=True) == []  # its small planes come one by one


def test_planes_that_are_not_measured_yet_say_so(open_page: Open) -> None:
    page = open_page("?lesson=scaling", quiet=False)
    held: list[Route] = []
    page.route("**/api/runs/*/scaling*", lambda route: held.append(route))
    page.route("**/js/lessons/scalings.js", lambda route: held.append(route))
    page.get_by_role("button", name="Five columns").click()
    board = page.locator(".stage-figure")
    expect(board).to_have_text("The figure is loading …")
    held.pop().continue_()
    waiting = board.get_by_text("measuring …")
    expect(waiting).to_have_count(5)
    held.pop().continue_()
    expect(waiting).to_have_count(0, timeout=SLOW)


def test_any_changed_field_can_be_seen_beside_the_run(open_page: Open) -> None:
    page = open_page("?step=13")
    arrived(page)
    page.get_by_role("button", name="All settings", exact=True).first.click()
    page.get_by_label("Layer 2: activation").select_option("relu")
    page.locator("#compare").click()
    expect(page.locator(".comparison-head").nth(1)).to_contain_text("relu", timeout=SLOW)
    expect(page.locator(".comparison-charts")).to_contain_text("fork:", timeout=SLOW)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".graph-b")).to_be_hidden()


def test_an_empty_cell_is_cured_from_the_last_step_that_was_well(open_page: Open) -> None:
    page = open_page("?lesson=missing")
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
    page = open_page("?lesson=paths")
    run_it(page)
    cure_it(page, "shallow")
    expect(page.locator(".stage-figure")).to_be_hidden()
    page.get_by_role("button", name="The count").click()
    expect(page.locator(".stage-figure")).to_contain_text("refused")
    expect(page.locator(".graph-b")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".graph-b")).to_be_visible()


def test_the_knob_of_batch_norm_is_drawn_from_runs_that_anybody_can_train_again(
    open_page: Open, server_url: str
) -> None:
    page = open_page("?lesson=batch_norm")
    page.get_by_role("button", name="The knob").click()
    figure = page.locator(".stage-figure")
    progress = figure.locator(".eyebrow")
    expect(progress).to_have_text(re.compile(r"(?<!\d)([89]|\d\d) of 42 runs trained"), timeout=SLOW)
    learned, api = [], f"{server_url}/api"
    config = next(each for each in httpx.get(f"{api}/experiments").json() if each["id"] == "batch_norm")["config"]
    rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1]
    for rate in rates:
        run = httpx.post(f"{api}/runs", json={**config, "learning_rate": rate}).json()["id"]
        lines = httpx.post(
            f"{api}/runs/{run}/train", json={"steps": 300, "every": 300, "detail": "summary"}, timeout=60
        )
        evaluation = json.loads(lines.text.splitlines()[-1])
        loss = evaluation["train_loss"]
        if loss is not None and loss < evaluation["health"]["constant_loss"] / 2:
            learned.append((rate, loss))
    rate, loss = max(learned)
    expect(figure.get_by_role("img")).to_have_attribute("aria-label", re.compile(f": 0: {rate:g}, 1:"))
    mark = figure.locator(f"circle:has(title:text('norm: 0; rate {rate:g}; loss'))")
    expect(mark).not_to_have_class(re.compile("hollow"))
    words = mark.locator("title").text_content() or ""
    assert float(words.rpartition(" ")[2]) == pytest.approx(loss, abs=6e-4)
    assert violations(page) == []


def test_what_usually_helps_is_tried_beside_the_run(open_page: Open) -> None:
    page = open_page("?hidden=8sigmoid,8sigmoid,8sigmoid,8sigmoid")
    line = page.get_by_role("region", name="Diagnosis")
    expect(line).to_contain_text("decades a layer")
    sick = run_of(page)
    line.get_by_role("button", name="ReLU with He initialization, compare").click()
    expect(page.locator(".comparison-head").nth(1)).to_contain_text("4 × 8 relu", timeout=SLOW)
    assert run_of(page) == sick


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (390, 844)])
def test_a_lesson_fits_smaller_windows(open_page: Open, width: int, height: int) -> None:
    page = open_page("?lesson=dying", width, height)
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
    page = open_page("?lesson=missing", reduced_motion="reduce", color_scheme="dark")
    run_it(page)
    expect(page.locator("#lesson .verdict")).to_contain_text("100\u00a0%")
    assert at_rest(page).evaluate("document.getAnimations().length") == 0
    assert violations(page) == []
