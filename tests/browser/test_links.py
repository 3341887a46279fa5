"""What a link asks for: a step that is on its way, one that is far, and what no page can read."""

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Open, arrived
from tests.browser.test_journey import button, run_of, slider
from tests.browser.waiting import SLOW, at_rest

FAR = 3000


def test_what_is_asked_for_while_a_link_opens_waits_for_its_step(open_page: Open, server_url: str) -> None:
    page = open_page(f"?step={FAR}")
    button(page, "Next batch").click()
    page.wait_for_url(f"**step={FAR + 1}", timeout=SLOW)
    assert httpx.get(run_of(page, server_url)).json()["step"] == FAR + 1
    page = open_page(f"?step={FAR}")
    slider(page, "Learning rate").fill("-2")
    button(page, "Next operation").click()
    page.wait_for_url(f"**change={FAR}:learning_rate:0.01&step={FAR + 1}", timeout=SLOW)
    assert [(c["step"], c["value"]) for c in httpx.get(run_of(page, server_url)).json()["changes"]] == [(FAR, 0.01)]


def test_play_waits_for_the_step_of_a_link(open_page: Open) -> None:
    page = open_page(f"?step={FAR}")
    button(page, "Play").click()
    expect(page.locator("#caption")).to_contain_text("operation 1 of 16", timeout=SLOW)
    page.wait_for_url(f"**step={FAR + 1}", timeout=SLOW)


def test_who_wants_another_run_does_not_wait_for_the_step_of_a_link(open_page: Open) -> None:
    page = open_page("?step=20000")
    expect(page.get_by_text("Training again to step")).to_be_visible()
    button(page, "New seed").click()
    page.wait_for_url("**/?seed=1", timeout=SLOW)
    expect(page.locator("#caption")).to_contain_text("Nothing has been learned yet")


def test_a_run_that_was_let_go_is_asked_nothing_more(open_page: Open, server_url: str) -> None:
    run = httpx.post(f"{server_url}/api/runs", json={}).json()["id"]
    httpx.post(f"{server_url}/api/runs/{run}/train", json={"steps": 5})
    page = open_page()
    held = []
    page.route("**/limit?step=5", lambda route: held.append((route, route.fetch(max_retries=3))))
    with page.expect_request("**/limit?step=5"):
        page.goto(f"{server_url}/?run={run}")
    arrived(page)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        button(page, "New seed").click()
    [(route, answer)] = held
    with page.expect_event("requestfinished", lambda request: request == route.request):
        route.fulfill(response=answer)
    at_rest(
        page, frames=10
    )  # the answer came late: a page that asked where the estimate began would hear of no such run


def test_a_link_keeps_its_step_while_it_opens(browser: Browser, server_url: str) -> None:
    with browser.new_context() as context:  # whose clock is its own
        page = context.new_page()
        page.clock.install()
        page.goto(f"{server_url}/?step=20000")
        expect(page.get_by_text("Training again to step")).to_be_visible()
        page.clock.fast_forward(1000)  # the address is written half a second late
        assert page.url.endswith("?step=20000")


def test_a_step_far_away_is_trained_only_on_request_and_as_far_as_one_likes(open_page: Open) -> None:
    page = open_page("?step=1e9")
    gone = page.get_by_role("alert").filter(has_text="Step 1 000 000 000 is a long way")
    expect(gone).to_be_visible()
    gone.get_by_role("button", name="Train it to step").click()
    page.get_by_role("button", name="Stop here").click()
    arrived(page)
    expect(gone).to_be_hidden()


@pytest.mark.parametrize(
    ("query", "left_out", "address"),
    [
        ("?step=-1&noise=0.2", "step=-1", "?noise=0.2"),
        ("?lr=0.1", "lr=0.1", ""),
        ("?features=", "features", ""),
        (
            "?change=1:dropout:none&change=2:learning_rate:0.1&step=4",
            "change=1:dropout:none",
            "?change=2:learning_rate:0.1&step=4",
        ),
        ("?change=2:hidden:3&step=4", "change=2:hidden:3", "?step=4"),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_kept(
    open_page: Open, query: str, left_out: str, address: str
) -> None:
    page = open_page(query)
    expect(page.locator("#message")).to_contain_text(f"Not all of the link could be read:{left_out} was left out.")
    page.wait_for_url(f"**/{address}")
