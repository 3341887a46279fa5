"""A run whose steps are too long: where the page stands when it breaks, what is read there, and where one goes on."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import VISITED, Open, arrived, each_font
from tests.browser.test_journey import button, run_of, slider
from tests.browser.waiting import SLOW, resized

BREAKS = "?dataset=plane&hidden=8relu,8relu&initializer=he_normal&learning_rate=10"  # in step 9; step 2 can be read
SHOWN = "Shown is step 2, the last with sizes one can read."
WHERE = "step 9, where it broke"


def caption(page: Page, text: str) -> None:
    expect(page.locator("#caption")).to_contain_text(text, timeout=SLOW)


def tried(page: Page) -> None:
    expect(page.locator("#remedies .button")).to_have_count(2, timeout=SLOW)


def fly(page: Page) -> None:
    slider(page, "Speed").fill("10")
    button(page, "Play").click()


def test_what_broke_while_steps_flew_by_is_shown_where_it_can_be_read(open_page: Open) -> None:
    page = open_page(BREAKS)
    fly(page)
    caption(page, SHOWN)
    caption(page, "Stopped at step 9")
    caption(page, "learning rate 10 · squared error")
    expect(page.locator("#alarm")).to_contain_text("more than a number can hold")
    expect(page.locator("#plane")).to_contain_text("after step 2")
    expect(page.locator("#band-head")).to_contain_text("Tape of step 2")
    tried(page)
    rows = page.locator("#divergence tbody tr")
    expect(rows).to_have_text([re.compile(rf"^{step}\s") for step in (2, 5, 6, 7, 8, 9)], use_inner_text=True)
    expect(rows.first).to_have_attribute("aria-current", "step")
    expect(rows.last).to_contain_text("∞")
    page.wait_for_url("**step=9")
    assert violations(page) == []
    button(page, WHERE).click()
    caption(page, "operation 16 of 16")
    expect(page.locator("#band-head")).to_contain_text("Tape of step 9")
    expect(rows.last).to_contain_text("∞")
    rows.first.get_by_role("button").click()
    caption(page, SHOWN)


def test_all_that_is_read_of_it_fits_beside_the_graph(open_page: Open) -> None:
    page = open_page(BREAKS)
    fly(page)
    tried(page)
    expect(page.locator("#trials svg")).to_be_visible()
    for width, height in ((1440, 900), (1366, 768), (1280, 720), (1024, 768)):
        resized(page, width, height)
        for font in each_font(page):
            hidden = page.locator("#side").evaluate("(side) => side.scrollHeight - side.clientHeight")
            assert hidden <= 1, (width, font)
            for name in ("#plane", "#divergence .chart", "#divergence table", "#trials .chart"):
                expect(page.locator(name)).to_be_visible()
            helps = page.locator("#remedies").bounding_box()
            tile = page.get_by_role("button", name=re.compile("^layer 3 unit 1")).first.bounding_box()
            assert helps is not None
            assert tile is not None
            assert helps["y"] >= tile["y"] + tile["height"] - 1, (width, font)


def test_who_watched_the_operations_stays_before_the_update_that_would_lose_the_weights(open_page: Open) -> None:
    page = open_page(f"{BREAKS}&step=8")
    arrived(page)
    for _ in range(16):
        button(page, "Next operation").click()
    caption(page, "Stopped at step 9")
    caption(page, "operation 16 of 16")
    expect(button(page, "step 2, the last with sizes one can read")).to_be_visible()


def test_a_batch_too_many_is_shown_where_it_can_be_read_and_the_way_back_there_is_walked(open_page: Open) -> None:
    page = open_page(f"{BREAKS}&step=8")
    arrived(page)
    button(page, "Next batch").click()
    caption(page, SHOWN)
    tried(page)
    button(page, "Next operation").click()
    caption(page, "step 3 of 9, walked back · operation 1 of 16")
    button(page, "Previous operation").click()
    caption(page, SHOWN)
    button(page, "Next batch").click()
    expect(page.locator("#plane")).to_contain_text("after step 3")
    for _ in range(6):
        button(page, "Next batch").click()
    caption(page, "operation 16 of 16")
    expect(page.locator("#band-head")).to_contain_text("Tape of step 9")


def test_what_helps_is_tried_once_and_forgotten_when_the_run_goes_on_otherwise(
    open_page: Open, server_url: str
) -> None:
    page = open_page(BREAKS)
    made: list[str] = []
    page.on("response", lambda answer: made.append(answer.url) if answer.status == 201 else None)
    fly(page)
    tried(page)
    button(page, WHERE).click()
    caption(page, "operation 16 of 16")
    button(page, "Play").click()
    button(page, "step 2, the last with sizes one can read").click()
    caption(page, SHOWN)
    with page.expect_response("**/train"):
        fly(page)  # the same again
    expect(button(page, "Play")).to_be_visible()
    caption(page, SHOWN)
    assert len(made) == 2
    slider(page, "Learning rate").fill("-1")
    expect(page.locator("#remedies")).to_be_hidden()
    expect(page.locator("#divergence")).to_be_hidden()
    button(page, "Next batch").click()
    page.wait_for_url(re.compile(r"change=2:learning_rate:0\.1&step=3$"))
    now = httpx.get(run_of(page, server_url)).json()
    assert (now["step"], now["evaluation"]["stopped"]) == (3, None)


def test_a_cure_takes_over_and_may_break_in_its_turn(open_page: Open) -> None:
    page = open_page(BREAKS)
    fly(page)
    tried(page)
    page.locator("#remedies .button").first.click()
    caption(page, "operation 16 of 16")
    page.wait_for_url("**learning_rate=1&step=300")
    expect(page.locator("#divergence")).to_be_hidden()
    slider(page, "Learning rate").fill("1")
    page.wait_for_url("**change=300:learning_rate:10&step=300")
    button(page, "Play").click()
    caption(page, "the last with sizes one can read.")
    caption(page, "learning rate 10 · squared error")
    tried(page)
    expect(page.locator("#remedies .button").first).to_contain_text("Lower the rate to 1, from step 0")


@pytest.mark.parametrize("step", [9, 4000])
def test_a_link_to_a_run_that_breaks_opens_as_one_that_has_just_broken(open_page: Open, step: int) -> None:
    page = open_page(f"{BREAKS}&step={step}")
    caption(page, SHOWN)
    tried(page)
    page.wait_for_url("**step=9")
    page.reload()
    caption(page, SHOWN)
    tried(page)
    assert page.url.endswith("step=9")


def test_a_run_that_breaks_while_the_server_goes_is_told_and_cured_once_it_is_back(open_page: Open) -> None:
    page = open_page(f"{BREAKS}&step=8", quiet=False)
    arrived(page)
    page.route("**/forks", lambda route: route.abort())
    page.route("**/readyz", lambda route: route.abort())
    button(page, "Next batch").click()
    caption(page, "Stopped at step 9")
    expect(page.get_by_text("The server is away.", exact=True)).to_be_visible()
    expect(page.locator("#remedies")).to_contain_text("Will be tried when the server is back")
    page.unroute("**/forks")
    page.unroute("**/readyz")
    button(page, "Try now").click()
    tried(page)


def test_a_part_that_could_not_be_loaded_is_said_and_comes_by_itself(new_page: Open, server_url: str) -> None:
    page = new_page()
    page.evaluate("(marks) => Object.assign(localStorage, marks)", VISITED)
    page.route("**/js/tape/tape.js", lambda route: route.abort())
    page.goto(f"{server_url}/?step=3")
    expect(page.locator("#message")).to_contain_text("A part of the page could not be loaded.")
    expect(page.locator(".tape-cells")).to_have_count(0)
    page.unroute("**/js/tape/tape.js")
    expect(page.locator(".tape-cells .tape-cell.now")).to_be_visible()
