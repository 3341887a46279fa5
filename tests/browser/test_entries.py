"""Every way into the page, and what all of its parts then say, against the server's run: one run, one step."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, arrived
from tests.browser.test_journey import button, slider
from tests.browser.waiting import SLOW, at_rest, becomes

Numbers = dict[str, Any]

# What the page says, each part in its own words. Of a tile: whether the middle of its picture is blue (above zero).
SCREEN = r"""() => {
  const one = (selector) => document.querySelector(selector);
  const text = (selector) => one(selector)?.textContent ?? "";
  const label = (selector) => (one(selector)?.checkVisibility() ? one(selector).getAttribute("aria-label") : null);
  const canvas = one(".graph-heat");
  const box = canvas.getBoundingClientRect();
  const ink = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  ink.drawImage(canvas, 0, 0);
  const tile = (unit) => {
    const { left, top, width, height } = unit.querySelector("rect.ground").getBoundingClientRect();
    const scale = canvas.width / box.width;
    const at = [(left + width / 2 - box.left) * scale, (top + height / 2 - box.top) * scale];
    const [red, , blue, alpha] = ink.getImageData(Math.round(at[0]), Math.round(at[1]), 1, 1).data;
    return alpha ? blue - red : null;
  };
  const units = [...document.querySelectorAll(".graph-svg [data-unit]")];
  return {
    address: location.search,
    caption: text("#caption"),
    plane: text("#plane .side-figure-head small") || text("#plane"),
    planeName: label("#plane [role=application], #plane [aria-label*='Output plane']"),
    tape: text("#band-head .band-name"),
    metrics: [...document.querySelectorAll("#metrics dl > div")].filter((one) => one.checkVisibility())
      .map((one) => [...one.children].map((part) => part.textContent)),
    operation: text("#operations .tape-buttons span"),
    loss: label("#loss .chart > svg"),
    lossKind: text("#loss .side-figure-head small"),
    gradient: label("#gradient .chart > svg"),
    stats: [...document.querySelectorAll("#stats g[aria-label^='layer ']")].map((g) => g.getAttribute("aria-label")),
    units: Object.fromEntries(units.map((unit) => [unit.dataset.unit, unit.getAttribute("aria-label")])),
    tiles: Object.fromEntries(units.map((unit) => [unit.dataset.unit, tile(unit)])),
    L: one(".loss-hit").getAttribute("aria-label"),
    dataset: one("[data-field=dataset] [aria-checked=true]")?.dataset.value,
    features: [...document.querySelectorAll("#features [aria-pressed=true]")].map((feature) => feature.dataset.name),
    headings: [...document.querySelectorAll("#side figure")]
      .filter((figure) => figure.checkVisibility() && figure.querySelector(".side-figure-head")?.textContent)
      .filter((figure) => ![...figure.querySelectorAll("svg path[d], svg text, canvas, td")].some((mark) =>
        !mark.closest(".side-figure-head") && mark.checkVisibility() && mark.getBoundingClientRect().width > 0))
      .map((figure) => figure.id),
  };
}"""
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def shown(text: str) -> Any:
    """A number as the page writes it, within what its digits leave open."""
    found = re.match(r"(−?[\d.]+)(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?$", text.strip())
    assert found, f"no number: {text!r}"
    value = float(found[1].replace("−", "-"))
    power = 10.0 ** int(found[2].translate(SUPERSCRIPTS)) if found[2] else 1.0
    return pytest.approx(value * power, abs=0.051 * power if found[2] else 6e-4)


class Run(NamedTuple):
    """A run on the server, read as a script would read it."""

    url: str
    page: Page

    def get(self, path: str = "", **query: Any) -> Any:
        answer = self.page.request.get(f"{self.url}{path}", params=query)
        assert answer.ok, answer.url
        return answer.json()


def run_on(page: Page, server_url: str) -> Run:
    return Run(f"{server_url}/api/runs/" + page.evaluate("sessionStorage.getItem('run')"), page)


def one_truth(page: Page, server_url: str, step: int) -> None:
    """All parts of the page, at rest after the last operation of this step (or before the first), are the run's own."""
    if step:
        becomes(page, f"() => new URLSearchParams(location.search).get('step') === '{step}'")
        expect(page.get_by_role("button", name=f"Tape of step {step}", exact=True)).to_be_visible()
        expect(page.locator("#operations .tape-buttons")).to_contain_text(re.compile(r"op (\d+) / \1"))
    else:
        becomes(page, "() => !new URLSearchParams(location.search).has('step')")
        expect(page.locator("#caption")).to_contain_text("Nothing has been learned yet")
    run = run_on(page, server_url)
    screen = read(page)
    evaluation = run.get(f"/evaluations/{step}", surfaces=25)
    assert screen["headings"] == [], "headings without their chart"
    captioned(screen, step)
    charted(screen, evaluation, run, step)
    tiled(screen, evaluation)
    if step:
        computed(screen, run.get(f"/steps/{step}", spotlight=0), evaluation)
        inspected(page, run, step)
    else:
        assert screen["L"] == "loss of this sample, not computed yet"
        assert all("not computed yet" in layer for layer in screen["stats"])
        assert all("activation not computed yet" in text for unit, text in screen["units"].items() if unit[0] != "0")
    config = run.get()["config"]
    assert screen["dataset"] == config["dataset"]
    assert screen["features"] == config["features"]


def read(page: Page) -> Numbers:
    """The page with its tape open, and then what stands behind the layers and behind the gradients' tab."""
    screen: Numbers = at_rest(page, frames=8).evaluate(SCREEN)
    band = page.locator("#band-head")
    band.get_by_role("button", name="Layers").click()
    expect(page.locator("#stats g[aria-label^='layer ']")).not_to_have_count(0)
    screen["stats"] = at_rest(page, frames=8).evaluate(SCREEN)["stats"]
    band.get_by_role("button", name="Tape").click()
    tabs = page.get_by_role("tablist", name="Chart")
    if tabs.is_visible():
        tabs.get_by_role("tab", name="Gradients").click()
        screen["gradient"] = at_rest(page, frames=8).evaluate(SCREEN)["gradient"]
        tabs.get_by_role("tab", name="Loss").click()
    return screen


def captioned(screen: Numbers, step: int) -> None:
    assert ("Step 0" in screen["caption"]) == (step == 0), screen["caption"]
    assert (f"after step {step}" if step else "step 0") in screen["plane"] + screen["planeName"]
    assert screen["tape"] == (f"Tape of step {step}" if step else "Tape")


def charted(screen: Numbers, evaluation: Numbers, run: Run, step: int) -> None:
    kinds = {"binary": "cross-entropy", "multiclass": "cross-entropy", "regression": "½(ŷ − y)²"}
    assert screen["lossKind"].startswith(kinds[run.get("/samples")["task"]]), screen["lossKind"]
    found = re.match(r"Loss: train (\S+?),? test ([^,]+)", screen["loss"] + ",")
    train = re.match(r"Loss: train ([^,]+)", screen["loss"])
    assert train, screen["loss"]
    assert evaluation["train_loss"] == shown(train[1])
    if found and evaluation["test_loss"] is not None:
        assert evaluation["test_loss"] == shown(found[2])
    measured(screen, evaluation)
    if not step:
        assert "at step" not in (screen["gradient"] or "")
        return
    assert screen["loss"].endswith(f"at step {step}")
    if not screen["gradient"]:  # a lesson has charts of its own there
        return
    assert f"at step {step}:" in screen["gradient"]
    norms = {r["name"][2:]: r["norm"] for r in run.get(f"/steps/{step}")["tape"] if r["name"].startswith("dW")}
    for layer, text in re.findall(r"W(\d+) ([^,]+)", screen["gradient"]):
        assert norms[layer] == shown(text)


def measured(screen: Numbers, evaluation: Numbers) -> None:
    """Loss, and accuracy or RMSE and R², of the training set."""
    if not screen["metrics"]:  # two runs, or a lesson with its own
        return
    train = evaluation["metrics"]["train"]
    own = {"Loss": evaluation["train_loss"], "RMSE": train.get("rmse"), "R²": train.get("r2")}
    for name, value, *_ in screen["metrics"]:
        if name == "Accuracy":
            assert float(value.removesuffix(" %")) == pytest.approx(100 * train["accuracy"], abs=0.51)
        elif name == "R²":  # of two decimals
            assert own[name] == pytest.approx(float(value.replace("−", "-")), abs=0.0051)
        else:
            assert own[name] == shown(value)


def tiled(screen: Numbers, evaluation: Numbers) -> None:
    """The middle of each hidden unit's tile, where its value there is clearly above or below 0."""
    if not evaluation["surfaces"]:
        return
    for k, units in enumerate(evaluation["surfaces"]["layers"][:-1], 1):
        highest = max(abs(value) for unit in units for row in unit for value in row)
        for unit, rows in enumerate(units):
            value = rows[len(rows) // 2][len(rows) // 2]
            if abs(value) > 0.2 * highest:
                assert (screen["tiles"][f"{k},{unit}"] > 0) == (value > 0), (k, unit, value)


def computed(screen: Numbers, recorded: Numbers, evaluation: Numbers) -> None:
    spot = recorded["spotlight"]
    assert spot["L"] == shown(screen["L"].removeprefix("loss of this sample "))
    for key, text in screen["units"].items():
        layer, unit = map(int, key.split(","))
        found = re.search(r"activation ([^,]+), gradient (.+)", text)
        if found and layer < len(screen["stats"]):  # the output's activation is part of the loss
            name = f"d{layer}" if f"d{layer}" in spot else f"a{layer}"
            assert spot[name][unit] == shown(found[1])
    for layer, text in zip(evaluation["health"]["layers"], screen["stats"], strict=True):
        norm = re.search(r"‖∂W\S*‖ = (\S+)", text)
        if norm:  # dead and saturated units are counted instead
            assert layer["norm"] == shown(norm[1])
        else:
            assert layer["status"] in {"dead", "saturated", "no_gradient"}


def inspected(page: Page, run: Run, step: int) -> None:
    """The first weight of the first layer, its factors and its update."""
    middle = """() => {
      const path = document.querySelector(".graph-svg path.edge[data-ref='W1[0][0]']");
      const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
      return [point.x, point.y];
    }"""
    page.mouse.click(*page.evaluate(middle))
    inspector = page.get_by_role("region", name="Inspector")
    expect(inspector).to_contain_text("layer 1")
    at_rest(page)
    marks = inspector.evaluate(
        """(element) => [...element.querySelectorAll("[data-ref][title]")].map((mark) =>
            [mark.dataset.ref, Number(mark.title.split(" · ").at(-1).replace("−", "-"))])"""
    )
    recorded = run.get(f"/steps/{step}", spotlight=0)
    tape = {record["name"]: record for record in recorded["tape"]}
    weight, update = recorded["parameters"]["W1"][0][0], tape["update"]["value"]["W1"][0][0]
    known = {
        "x[0]": [recorded["spotlight"]["x"][0]],
        "dz1[0]": [recorded["spotlight"]["dz1"][0]],
        "dW1[0][0]": [tape["dW1"]["value"][0][0]],
        "W1[0][0]": [weight, weight + update],  # before and after
        "update.W1[0][0]": [update],
    }
    read = [(ref, value) for ref, value in marks if ref in known]
    assert read, marks
    assert [(ref, value) for ref, value in read if value not in known[ref]] == []


# ---------- the ways in ----------


def open_lesson(page: Page, name: str) -> None:
    page.locator(".lessons-card").click()
    page.locator(f"#lessons [data-experiment={name}]").click()


def choose_data(page: Page, name: str) -> None:
    choice = page.locator(f"#datasets [data-value={name}]")
    if not choice.is_visible():
        page.get_by_role("button", name="data sets").click()
    choice.click()


# What somebody does one after the other, and after each the step that the page then has to show.
Moments = Iterator[tuple[str, Page, int]]
Entry = Callable[[Open, str], Moments]
ENTRIES: dict[str, Entry] = {}


def entry(way: Entry) -> Entry:
    """A way into the page."""
    ENTRIES[way.__name__] = way
    return way


def trained(open_page: Open, quiet: bool = True) -> Page:
    """Somebody's page after an epoch."""
    page = open_page(quiet=quiet)
    button(page, "Next epoch").click()
    page.wait_for_url("**step=13")
    return page


@entry
def fresh(open_page: Open, _: str) -> Moments:
    yield "opened", open_page(), 0


@entry
def a_link_with_a_step(open_page: Open, _: str) -> Moments:
    yield "opened", open_page("?step=7"), 7


@entry
def a_link_with_a_step_and_reduced_motion(open_page: Open, _: str) -> Moments:
    yield "opened", open_page("?step=7", reduced_motion="reduce"), 7


@entry
def a_link_to_a_table(open_page: Open, _: str) -> Moments:
    yield "opened", open_page("?dataset=house_prices&scaling=standard&learning_rate=0.05&step=7"), 7


@entry
def one_batch_later(open_page: Open, _: str) -> Moments:
    page = open_page("?dropout=0.25&step=7")
    arrived(page)
    button(page, "Next batch").click()
    yield "one batch later", page, 8


@entry
def away_and_back(open_page: Open, _: str) -> Moments:
    page = trained(open_page)
    page.reload()
    yield "reloaded", page, 13
    page.locator("#caption").get_by_role("link", name="why?").click()
    page.wait_for_url("**/story**")
    page.go_back()
    yield "back from the story", page, 13
    open_lesson(page, "vanishing")
    page.wait_for_url("**/?lesson=vanishing")
    with page.expect_event("domcontentloaded"):
        page.go_back()
    yield "back from a lesson", page, 13
    choose_data(page, "spirals")
    page.wait_for_url("**/?dataset=spirals")
    with page.expect_event("domcontentloaded"):
        page.go_back()
    yield "back to the data set before", page, 13
    choose_data(page, "house_prices")
    page.wait_for_url("**dataset=house_prices**")
    yield "another data set", page, 0


@entry
def walked_back(open_page: Open, server_url: str) -> Moments:
    page = trained(open_page)
    walk_back(page, 13, 9)
    yield "walked back", page, 9
    page.goto(server_url)
    yield "a second visit", page, 0


@entry
def a_pause_after_whole_steps(open_page: Open, server_url: str) -> Moments:
    page = open_page()
    slider(page, "Speed").fill("10")
    button(page, "Play").click()
    becomes(page, "() => Number(new URLSearchParams(location.search).get('step')) > 50")
    button(page, "Pause").click()
    expect(page.locator("#caption")).to_contain_text("operation 16 of 16", timeout=SLOW)
    step = run_on(at_rest(page), server_url).get()["step"]  # the last one that the server took before it heard of it
    expect(page.get_by_role("button", name="Tape of step")).to_contain_text(f"step {step}")
    yield "paused", page, step
    page.goto(server_url)
    yield "a second visit", page, 0


@entry
def the_run_of_a_script(open_page: Open, server_url: str) -> Moments:
    run = httpx.post(f"{server_url}/api/runs", json={"dataset": "moons"}).json()["id"]
    httpx.post(f"{server_url}/api/runs/{run}/train", json={"steps": 7})
    page = open_page(f"?run={run}")
    yield "opened", page, 7
    walk_back(page, 7, 0)
    yield "walked back to its start", page, 0


def walk_back(page: Page, here: int, there: int) -> None:
    page.get_by_role("button", name="All steps").click()
    for step in range(here - 1, there - 1, -1):
        page.get_by_role("button", name="back one step").click()
        expect(page.locator("#timeline .tape-buttons span")).to_have_text(re.compile(rf"^step {step}$"))
    page.get_by_role("button", name="Tape").click()


@entry
def a_lesson(open_page: Open, server_url: str) -> Moments:
    page = open_page()
    open_lesson(page, "vanishing")
    page.wait_for_url("**/?lesson=vanishing")
    yield "opened", page, 0
    button(page, "Next batch").click()
    page.wait_for_url("**step=1")
    yield "one batch later", page, 1
    page.goto(f"{server_url}/?lesson=vanishing")
    yield "opened again", page, 0


@entry
def another_data_set_after_the_single_point(open_page: Open, _: str) -> Moments:
    page = open_page()
    choose_data(page, "point")
    page.wait_for_url("**dataset=point**")
    choose_data(page, "xor")
    page.wait_for_url("**/?dataset=xor")
    yield "chosen", page, 0


@entry
def a_server_that_forgets_the_run(open_page: Open, server_url: str) -> Moments:
    page = trained(open_page, quiet=False)  # the browser writes each 404 into its console
    httpx.delete(run_on(page, server_url).url)
    button(page, "Next batch").click()
    expect(page.get_by_text("The server had forgotten this run.", exact=True)).to_be_visible()
    yield "meanwhile", page, 13
    httpx.delete(run_on(page, server_url).url)
    page.reload()
    yield "before a reload", page, 13


@pytest.mark.parametrize("way", ENTRIES.values(), ids=ENTRIES)
def test_all_parts_show_the_same_step_of_the_same_run(open_page: Open, server_url: str, way: Entry) -> None:
    for moment, page, step in way(open_page, server_url):
        try:
            one_truth(page, server_url, step)
        except AssertionError as error:
            error.add_note(f"{way.__name__}: {moment}")
            raise
        page.keyboard.press("Escape")
        expect(page.get_by_role("region", name="Inspector")).to_be_hidden()
