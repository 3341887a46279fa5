"""The first minute of somebody who has never seen the page, by role and name, against the server's own numbers."""

import json
import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.conftest import Open, arrived, complete
from tests.browser.waiting import SLOW, at_rest, becomes


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def run_of(page: Page, server_url: str) -> str:
    return f"{server_url}/api/runs/" + page.evaluate("sessionStorage.getItem('run')")


def test_it_begins_with_nothing_learned_and_plays_at_one_press(open_page: Open) -> None:
    page = open_page(visited=False)
    expect(page.locator("#caption")).to_contain_text("Nothing has been learned yet")
    expect(page.get_by_role("region", name="Guide")).to_contain_text("Press Play")
    button(page, "Play").click()
    expect(page.locator("#caption")).to_contain_text(re.compile(r"operation (?!1 )\d+ of 16"))
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()


def test_with_reduced_motion_playing_goes_from_operation_to_operation(open_page: Open) -> None:
    page = open_page("?step=3", reduced_motion="reduce")
    arrived(page)
    page.keyboard.press("Home")
    expect(page.locator("#caption")).to_contain_text("operation 1 of")
    page.keyboard.press("Space")
    expect(page.locator("#caption")).to_contain_text("operation 3 of")
    page.keyboard.press("End")  # which pauses
    page.keyboard.press("Space")
    becomes(page, "() => new URLSearchParams(location.search).get('step') === '4'")


def test_dropout_changed_amid_a_step_says_from_which_step_on_it_counts(open_page: Open) -> None:
    page = open_page("?step=2")
    arrived(page)
    button(page, "Previous operation").click()
    expect(page.locator("#caption")).to_contain_text("operation 15 of 16")
    slider(page, "Dropout").fill("0.25")
    from_when = page.locator("#dropout-control").get_by_text("from step 3 on")
    expect(from_when).to_be_visible()
    expect(slider(page, "Dropout")).to_have_accessible_description("from step 3 on")
    button(page, "Next batch").click()
    page.wait_for_url("**step=3")
    expect(from_when).to_be_hidden()
    button(page, "Reset").click()
    expect(page.locator("#caption")).to_contain_text("Step 0")
    slider(page, "Dropout").fill("0.5")
    expect(page.locator("#dropout-from")).to_be_hidden()  # nothing is computed that it would not hold for


def test_the_guide_takes_no_room_from_a_network_that_needs_it(open_page: Open) -> None:
    page = open_page("?hidden=" + ",".join(["8relu"] * 8), visited=False)
    expect(page.locator("#caption")).to_contain_text("Nothing has been learned yet")
    guide = page.get_by_role("region", name="Guide").bounding_box()
    tiles = [tile.bounding_box() for tile in page.locator("[data-unit]").all()]
    assert guide is not None
    assert len(tiles) == 2 + 8 * 8 + 1
    assert all(tile is not None and tile["y"] >= guide["y"] + guide["height"] for tile in tiles)


def test_a_step_is_walked_from_x_to_update_and_back(open_page: Open) -> None:
    page = open_page()
    button(page, "Next operation").click()
    expect(page.locator("#caption")).to_contain_text("operation 1 of 16")
    for i in range(2, 17):
        button(page, "Next operation").click()
        expect(page.locator("#caption")).to_contain_text(f"operation {i} of 16")
    expect(page.locator("#caption")).to_contain_text("Update")
    button(page, "Next operation").click()
    expect(page.locator("#caption")).to_contain_text("operation 1 of 16")
    page.wait_for_url("**step=2")
    button(page, "Previous operation").click()
    page.wait_for_url("**step=1")
    expect(page.locator("#caption")).to_contain_text("operation 16 of 16")


# Where a line lies farthest from all others: at a crossing a click means neither.
CLEAR = """(ref) => {
  const along = (path) =>
    Array.from({ length: 33 }, (_, i) =>
      path.getPointAtLength(((i + 4) / 40) * path.getTotalLength()).matrixTransform(path.getScreenCTM()));
  const lines = [...document.querySelectorAll(".graph-svg path.edge[d]:not([d=''])")];
  const others = lines.filter((line) => line.dataset.ref !== ref).flatMap(along);
  const free = (at) => Math.min(...others.map((other) => Math.hypot(other.x - at.x, other.y - at.y)));
  const points = along(lines.find((line) => line.dataset.ref === ref));
  const { x, y } = points.reduce((best, at) => (free(at) > free(best) ? at : best));
  return [x, y];
}"""


def test_the_factors_of_a_clicked_edge_are_the_servers_numbers(open_page: Open, server_url: str) -> None:
    page = open_page("?step=3")
    arrived(page)
    page.mouse.click(*at_rest(page).evaluate(CLEAR, "W2[4][0]"))
    inspector = page.get_by_role("region", name="Inspector")
    expect(inspector).to_contain_text("Weight 5 → 1, layer 2")
    for _ in range(4):
        button(page, "Previous operation").click()
    expect(page.locator("#caption")).to_contain_text("A weight’s gradient is error × recorded value")
    at_rest(page)
    format_number = inspector.evaluate(
        """(element) => Object.fromEntries([...element.querySelectorAll("[data-ref][title]")].map((mark) =>
            [mark.dataset.ref, Number(mark.title.split(" · ").at(-1).replace("−", "-"))]))"""
    )
    spot = httpx.get(f"{run_of(page, server_url)}/steps/3?spotlight=0").json()["spotlight"]
    assert format_number["dz2[0]"] == spot["dz2"][0]
    assert format_number["a1[4]"] == spot["a1"][4]
    assert spot["dW2"][4][0] == pytest.approx(spot["dz2"][0] * spot["a1"][4], rel=1e-12)
    page.keyboard.press("Escape")
    expect(inspector).to_be_hidden()


def test_batch_and_epoch_take_whole_steps(open_page: Open, server_url: str) -> None:
    page = open_page()
    button(page, "Next batch").click()
    page.wait_for_url("**step=1")
    button(page, "Next epoch").click()
    page.wait_for_url("**step=13")
    assert httpx.get(run_of(page, server_url)).json()["epoch"] == 1


def test_a_slider_moved_in_mid_stream_is_in_force_and_restarts_nothing(open_page: Open, server_url: str) -> None:
    page = open_page()
    run = run_of(page, server_url)
    slider(page, "Speed").fill("13")
    button(page, "Play").click()
    expect(page.locator("#caption")).to_contain_text("steps a second")
    slider(page, "Dropout").fill("1")
    slider(page, "Learning rate").fill("-2")
    page.wait_for_url(re.compile(r"dropout:1&"))
    page.wait_for_url(re.compile(r"learning_rate:0\.01&"))
    button(page, "Pause").click()
    expect(page.locator("#caption")).to_contain_text("operation")
    assert run_of(page, server_url) == run
    now = httpx.get(run).json()
    assert set(now["controls"]["dropout"]) == {1.0}
    assert now["controls"]["learning_rate"] == 0.01
    assert now["step"] > 100
    changed = next(c["step"] for c in now["changes"] if c["field"] == "dropout")
    before, after = (httpx.get(f"{run}/steps/{k}").json()["dropout"] for k in (changed, changed + 1))
    assert (before, after) == (0.0, 1.0)


def test_nonsense_in_the_value_field_is_answered_with_what_is_allowed(open_page: Open) -> None:
    page = open_page()
    field = page.get_by_role("textbox", name="Learning rate, exact value")
    field.fill("fast")
    field.press("Enter")
    expect(page.get_by_text("a number from 0 to 1000")).to_be_visible()
    field.fill("1000")
    field.press("Enter")
    expect(page.get_by_text("a number from 0 to 1000")).to_be_hidden()
    page.wait_for_url("**learning_rate:1000**")


def test_a_run_that_breaks_says_why_and_what_helps(open_page: Open) -> None:
    page = open_page("?dataset=hills&learning_rate=10&hidden=6leaky_relu,4leaky_relu&initializer=he_normal")
    slider(page, "Speed").fill("8")
    button(page, "Play").click()
    expect(page.locator("#caption")).to_contain_text("The steps were too long")
    expect(page.get_by_role("alert").filter(has_text="too long")).to_have_count(1)
    helps = page.get_by_role("region", name="What usually helps")
    expect(helps).to_contain_text("300 steps: loss")
    helps.get_by_role("button").first.click()
    page.wait_for_url("**step=300")
    assert "learning_rate=1&" in page.url


def test_a_link_is_the_same_run(open_page: Open, server_url: str) -> None:
    page = open_page()
    button(page, "Next epoch").click()
    page.wait_for_url("**step=13")
    slider(page, "Dropout").fill("0.5")
    page.wait_for_url("**dropout:0.5**")
    button(page, "Next batch").click()
    page.wait_for_url("**step=14")
    first = httpx.get(f"{run_of(page, server_url)}/steps/14").json()
    other = open_page(page.url.removeprefix(server_url).removeprefix("/"))
    other.wait_for_url("**step=14")
    expect(other.locator("#caption")).to_contain_text("operation")
    assert run_of(other, server_url) != run_of(page, server_url)
    second = httpx.get(f"{run_of(other, server_url)}/steps/14").json()
    assert first == second


def test_settings_that_need_a_new_network_are_collected(open_page: Open, server_url: str) -> None:
    page = open_page()
    run = run_of(page, server_url)
    button(page, "All settings").first.click()
    setup = page.get_by_role("dialog", name="Setup")
    setup.get_by_label("Layer 2: activation").select_option("relu")
    setup.get_by_label("Kind").select_option("adam")
    assert run_of(page, server_url) == run
    setup.get_by_role("button", name="Restart: 2 changes").click()
    page.wait_for_url("**hidden=6tanh,4relu&optimizer=adam")
    assert run_of(page, server_url) != run


def test_what_needed_a_new_network_is_undone_and_done_again_by_keys(open_page: Open) -> None:
    page = open_page()
    name = page.locator("[data-field=dataset] [aria-checked=true]")
    for dataset in ("moons", "spirals"):
        page.get_by_role("radio", name=dataset, exact=True).click()
        expect(page).to_have_url(re.compile(f"dataset={dataset}"))
    for key, dataset in (
        ("Control+z", "moons"),
        ("Control+z", "circles"),
        ("Control+z", "circles"),  # and nothing before the page itself
        ("Control+Shift+z", "moons"),
        ("Control+Shift+z", "spirals"),
    ):
        page.keyboard.press(key)
        expect(name).to_have_text(dataset)
        complete(page)  # opened anew, and listening
    expect(page).to_have_url(re.compile("dataset=spirals"))


def test_reset_and_new_seed(open_page: Open, server_url: str) -> None:
    page = open_page()
    button(page, "Next batch").click()
    page.wait_for_url("**step=1")
    first = httpx.get(f"{run_of(page, server_url)}/steps/1").json()
    button(page, "Reset").click()
    expect(page.locator("#caption")).to_contain_text("Step 0")
    button(page, "Next batch").click()
    page.wait_for_url("**step=1")
    assert httpx.get(f"{run_of(page, server_url)}/steps/1").json() == first
    button(page, "New seed").click()
    page.wait_for_url("**seed=1")
    expect(page.locator("#caption")).to_contain_text("Step 0")


def test_a_run_from_a_script_opens_where_it_stands_with_what_was_changed(open_page: Open, server_url: str) -> None:
    run = httpx.post(f"{server_url}/api/runs", json={}).json()["id"]
    httpx.post(f"{server_url}/api/runs/{run}/train", json={"steps": 4})
    httpx.patch(f"{server_url}/api/runs/{run}", json={"learning_rate": 0.6})
    httpx.post(f"{server_url}/api/runs/{run}/train", json={"steps": 3})
    page = open_page(f"?run={run}")
    arrived(page)
    expect(button(page, "Tape of step 7")).to_be_visible()
    expect(slider(page, "Learning rate")).to_have_attribute("aria-valuetext", re.compile(r"^0\.6"))


def test_the_keys_stay_with_what_opens_and_closes_the_band(open_page: Open) -> None:
    page = open_page("?step=2")
    arrived(page)
    tape, steps = button(page, "Tape of step 2"), button(page, "All steps")
    expect(tape).to_have_attribute("aria-expanded", "true")
    steps.focus()
    page.keyboard.press("Enter")
    expect(steps).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("slider", name="Steps of the run")).to_be_visible()
    expect(steps).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(tape).to_have_attribute("aria-expanded", "true")
    expect(tape).to_be_focused()
    page.keyboard.press("Space")  # closes it, and does not play
    expect(button(page, "Tape")).to_have_attribute("aria-expanded", "false")
    expect(button(page, "Play")).to_be_visible()


def test_walking_back_shows_what_was_recorded_and_trains_nothing(open_page: Open, server_url: str) -> None:
    page = open_page()
    button(page, "Next epoch").click()
    page.wait_for_url("**step=13")
    button(page, "All steps").click()
    page.get_by_role("button", name="back one step").click()
    page.wait_for_url(re.compile(r"step=12$"))
    assert httpx.get(run_of(page, server_url)).json()["step"] == 13


def test_the_server_going_away_loses_nothing_and_trains_no_step_twice(open_page: Open, server_url: str) -> None:
    page = open_page("?step=4", quiet=False)
    arrived(page)
    page.wait_for_load_state("networkidle")  # nothing asked for in passing may notice first that nobody answers
    page.route("**/api/**", lambda route: route.abort())
    page.route("**/readyz", lambda route: route.abort())
    button(page, "Next batch").click()
    expect(page.get_by_text("The server is away.", exact=True)).to_be_visible()
    button(page, "Previous operation").click()
    expect(page.locator("#caption")).to_contain_text("operation 15 of 16")
    page.unroute("**/api/**")
    page.unroute("**/readyz")
    page.get_by_role("button", name="Try now").click()
    expect(page.get_by_text("The server is away.", exact=True)).to_be_hidden(timeout=10_000)
    assert httpx.get(run_of(page, server_url)).json()["step"] <= 5


def test_two_arms_come_apart_within_seconds(open_page: Open, server_url: str) -> None:
    page = open_page("?dataset=spirals&hidden=8relu,8relu&initializer=he_normal&optimizer=adam&learning_rate=0.02")
    slider(page, "Speed").fill("13")
    button(page, "Play").click()
    page.wait_for_url(re.compile(r"step=\d{5}"), timeout=SLOW)
    button(page, "Pause").click()
    expect(page.locator("#caption")).to_contain_text("operation 16 of 16")
    assert httpx.get(run_of(page, server_url)).json()["evaluation"]["train_accuracy"] > 0.9


def goes_on(page: Page) -> None:
    """Once a later step than now is on the page."""
    becomes(
        page, "(now) => document.querySelector('#plane').textContent !== now", page.locator("#plane").text_content()
    )


def test_whole_steps_at_a_chosen_rate_come_in_one_stream(open_page: Open, server_url: str) -> None:
    page, asked = open_page(), []

    def note(request: Request) -> None:
        if request.url.endswith("/train"):
            asked.append(json.loads(request.post_data or "{}"))

    page.on("request", note)
    slider(page, "Speed").fill("8")
    button(page, "Play").click()
    for _ in range(4):
        goes_on(page)
    slider(page, "Learning rate").press("ArrowRight")
    page.wait_for_url(re.compile(r"change=\d+:learning_rate:"), timeout=SLOW)
    for _ in range(4):
        goes_on(page)
    assert [(body["every"], body["per_second"], body["from_step"]) for body in asked] == [(1, 20, 0)]
    slider(page, "Speed").fill("9")
    for _ in range(3):
        goes_on(page)
    assert [(body["every"], body["per_second"]) for body in asked] == [(1, 20), (2, 30)]
    button(page, "Pause").click()
    expect(page.locator("#caption")).to_contain_text(re.compile(r"operation \d+ of \d+"))
    run = httpx.get(run_of(page, server_url)).json()
    assert run["training"] is False
    assert run["step"] >= asked[1]["from_step"] > 0
    assert [change["field"] for change in run["changes"]] == ["learning_rate"]
    becomes(page, "(step) => new URLSearchParams(location.search).get('step') === String(step)", run["step"])


def test_a_slider_pulled_while_whole_steps_are_played_lets_nothing_go(open_page: Open, server_url: str) -> None:
    page = open_page()
    slider(page, "Speed").focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    button(page, "Play").click()
    expect(page.locator("#caption")).to_contain_text("steps a second")
    slider(page, "Dropout").focus()
    for key in ("End", "Home", "End", "ArrowLeft", "End"):
        page.keyboard.press(key)
        goes_on(page)
    button(page, "Pause").click()
    expect(page.locator("#message")).to_be_hidden()
    changes = httpx.get(run_of(page, server_url)).json()["changes"]
    assert [change["field"] for change in changes][-1:] == ["dropout"]
    assert changes[-1]["value"] == 1.0
    assert [change["step"] for change in changes] == sorted(change["step"] for change in changes)


LATE = """() => {
  const real = window.fetch;
  window.fetch = async (...given) => {
    const answer = await real(...given);
    await new Promise((done) => setTimeout(done, 200));
    return answer;
  };
}"""


def test_what_is_changed_after_steps_were_asked_for_is_in_force_after_them(open_page: Open, server_url: str) -> None:
    page = open_page()
    page.evaluate(LATE)
    for _ in range(3):
        button(page, "Next batch").click()
    value = page.get_by_label("Learning rate, exact value")
    value.fill("0.6")
    value.press("Enter")
    button(page, "Next batch").click()
    expect(value).to_have_value("0.60")
    page.wait_for_url("**step=4")
    expect(value).to_have_value("0.60")
    expect(page.locator("#message")).to_be_hidden()
    now = httpx.get(run_of(page, server_url)).json()
    assert now["step"] == 4
    assert [(change["step"], change["field"], change["value"]) for change in now["changes"]] == [
        (3, "learning_rate", 0.6)
    ]
