"""What a course needs: a task set by a link and checked by another, the page in a frame of another origin's page."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from starlette.responses import HTMLResponse

from app.main import create_app
from app.settings import Settings
from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived
from tests.browser.test_journey import button
from tests.browser.test_share import opened
from tests.browser.waiting import SLOW, resized
from tests.conftest import serving

TASK = "Learn this with one <b>layer</b>.\nWhat does each unit see?"


def test_a_task_is_set_on_the_page_followed_by_its_link_and_checked_by_another(open_page: Open) -> None:
    page = open_page("?dataset=gaussians&hidden=4tanh&seed=3")
    panel = opened(page)
    panel.get_by_text("Set a task").click()
    panel.get_by_label("Task, in your own words").fill(TASK)
    panel.get_by_role("button", name="Add a condition").click()
    panel.get_by_label("Bound of condition 1").fill("90")
    panel.get_by_role("button", name="Add a condition").click()
    panel.get_by_label("Measure of condition 2").select_option("hidden_layers")
    panel.get_by_label("Bound of condition 2").fill("1")
    panel.get_by_text("Settings", exact=True).click()
    panel.get_by_label("dropout", exact=True).check()
    expect(panel.get_by_role("group", name="Preview")).to_contain_text("hidden layers = 1")
    assert violations(page) == []
    link = panel.get_by_label("The link with the task").input_value()
    assert link.endswith("&goal=test_accuracy%3E=0.9,hidden_layers=1&hide=dropout")

    learner = open_page(link.partition("/?")[2].join(["?", ""]), visited=False)
    task = learner.get_by_role("region", name="Task")
    expect(task.get_by_text("Learn this with one <b>layer</b>.")).to_be_visible()
    expect(task.get_by_role("listitem").first).to_contain_text(re.compile("now .*does not hold"))
    expect(task.get_by_role("listitem").last).to_contain_text("now 1, holds")
    expect(learner.get_by_role("slider", name="Dropout")).to_be_hidden()
    expect(learner.get_by_role("slider", name="Learning rate")).to_be_visible()
    assert violations(learner) == []
    result = learner.get_by_role("link", name="Link to this result")
    learner.locator("body").press("e")  # an epoch: 201 samples, 16 at a time
    learner.wait_for_url("**&step=13&task=*", timeout=SLOW)
    expect(result).to_be_visible(timeout=SLOW)
    said = task.get_by_role("status").inner_text()
    assert "gaussians, 2-4 tanh" in said
    assert "seed 3" in said
    learner.reload()
    expect(task.get_by_role("status")).to_have_text(said)

    button(learner, "Next batch").click()
    learner.wait_for_url("**&step=14&task=*")
    learner.get_by_role("slider", name="Learning rate").fill("-1.5")
    learner.wait_for_url("**&change=*&goal=*hide=dropout")
    learner.evaluate("sessionStorage.removeItem('run')")  # as where the change is in the run: another one is opened
    learner.go_back()  # undo
    arrived(learner)
    expect(task.get_by_role("status")).to_have_text(said)
    expect(learner.get_by_role("slider", name="Dropout")).to_be_hidden()

    teacher = open_page((result.get_attribute("href") or "").lstrip("/"))
    arrived(teacher)
    step = int(re.findall(r"step=(\d+)", teacher.url)[-1])
    expect(teacher.get_by_role("region", name="Task").get_by_role("heading", name="Goal")).to_have_text(
        f"Goalat step {step}"
    )
    for condition in teacher.get_by_role("region", name="Task").get_by_role("listitem").all():
        expect(condition).to_contain_text(", holds")


def test_what_of_a_task_cannot_be_read_is_named(open_page: Open) -> None:
    page = open_page("?goal=acuracy>0.9&hide=dropout,drop&projector=yes")
    message = page.locator("#message")
    expect(message).to_contain_text("hide=drop, projector=yes (1 is allowed), goal= (“acuracy>0.9”: the measures are")
    expect(page.get_by_role("region", name="Task")).to_have_count(0)


HOST = """<!doctype html><title>A course</title><iframe src="FRAME" width="800" height="500"></iframe><script>
const told = [];
const frame = document.querySelector("iframe").contentWindow;
addEventListener("message", ({ data, origin }) => told.push({ ...data, origin }));
</script>"""


# A page of a third origin beside the playground, which would drive it as well.
INTRUDER = """<!doctype html><title>Another page</title><script>
parent.frames[0].postMessage({ type: "set", settings: { learning_rate: 7 } }, "*");
parent.postMessage("tried", "*");
</script>"""


@contextmanager
def framed() -> Iterator[tuple[str, str, str]]:
    """A page that may frame the playground, one that may not, and the playground: each of an origin of its own."""
    host, stranger = FastAPI(), FastAPI()
    frame = ""
    for app in (host, stranger):
        app.add_route("/", lambda _: HTMLResponse(HOST.replace("FRAME", frame)))
    stranger.add_route("/intruder", lambda _: HTMLResponse(INTRUDER))
    with (
        serving(host) as host_url,
        serving(stranger) as stranger_url,
        serving(create_app(Settings(embed=host_url))) as url,
    ):
        frame = f"{url}/?dataset=moons&embed=1"
        yield host_url, stranger_url, url


def told(page: Page, condition: str) -> dict[str, object]:
    """The first message that meets a condition on `m`, once it is there."""
    return json.loads(page.wait_for_function(f"JSON.stringify(told.find((m) => {condition}))").json_value())


def test_a_page_of_an_origin_that_is_named_frames_the_playground_and_drives_it(browser: Browser) -> None:
    with framed() as (host_url, stranger_url, url):
        page = browser.new_page(viewport={"width": 900, "height": 600})
        page.set_default_timeout(SLOW)
        page.goto(host_url)
        first = told(page, 'm.type === "state" && m.step === 0')
        assert (first["origin"], first["source"], first["operation"]) == (url, "backprop-playground", None)
        assert isinstance(first["test_accuracy"], float)
        frame = page.frame_locator("iframe").first
        expect(frame.get_by_role("toolbar", name="Transport")).to_be_visible()
        for part in ("#rail", "#side", "#tape", "#learning_rate"):
            expect(frame.locator(part)).to_be_hidden()
        page.evaluate(
            """() => { for (const message of [
              { type: "set", settings: { learning_rate: 0.05 } }, { type: "step" }, { type: "stop" },
              { type: "set", settings: { learning_rate: -1 } },
            ]) frame.postMessage(message, "*"); }"""
        )
        assert told(page, 'm.type === "state" && m.step === 1 && m.operation === "update"')["playing"] is False
        errors = page.evaluate('told.filter((m) => m.type === "error").map((m) => m.detail)')
        assert errors == [
            'type is "stop"; it may be play, pause, step, set or state',
            "settings: learning_rate may not be -1",
        ]
        intrude = "(src) => document.body.append(Object.assign(document.createElement('iframe'), { src }))"
        page.evaluate(intrude, f"{stranger_url}/intruder")
        page.wait_for_function("(origin) => told.some((m) => m.origin === origin)", arg=stranger_url)
        page.evaluate('frame.postMessage({ type: "play" }, "*")')
        told(page, "m.playing")
        page.evaluate('frame.postMessage({ type: "pause" }, "*")')
        page.wait_for_function("told.at(-1).playing === false")
        link = frame.get_by_role("link", name="Backprop Playground").get_attribute("href") or ""
        assert "learning_rate:0.05" in link
        assert "learning_rate:7" not in link

        page.goto(stranger_url)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("told") == []
        page.context.close()


def test_in_a_small_frame_nothing_is_cut_off(open_page: Open) -> None:
    page = open_page("?embed=1&step=1", 800, 500)
    arrived(page)
    for width, height in ((800, 500), (390, 420)):
        resized(page, width, height)
        for part in ("#graph", "#transport", "#caption h2"):
            box = page.locator(part).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= height
        assert violations(page) == []


def test_the_notes_for_teachers_lead_to_their_tasks_and_to_the_projector(new_page: Open, server_url: str) -> None:
    page = new_page(390, 844, color_scheme="dark")
    page.goto(f"{server_url}/teach")
    assert violations(page) == []
    page.get_by_role("link", name="Gradients").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gradients")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1600, "height": 900})
    page.get_by_role("link", name="A learning rate for ReLUs").click()
    expect(page.get_by_role("region", name="Task")).to_contain_text("Change nothing but the learning rate")
    expect(page.get_by_role("listitem").filter(has_text="training accuracy ≥ 95 %")).to_be_visible()
    expect(page.locator("#message")).to_be_hidden()
    page.go_back()
    page.get_by_role("link", name="Open it for the projector").nth(2).click()
    page.wait_for_url("**/?lesson=vanishing&projector=1")
    expect(page.get_by_role("region", name="Lesson")).to_be_visible()
    expect(page.get_by_role("button", name="Lessons", exact=True)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).zoom") == "1.25"
    assert violations(page) == []
