"""The digits: 64 inputs as a picture, weights and ∂L/∂x as pictures, and a digit of one's own."""

import json
import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open
from tests.browser.waiting import SLOW, at_rest, becomes

TRAINED = "?dataset=digits&step=300"
ZERO = [
    (50 + 26 * x, 50 + 40 * y) for x, y in [(0, -1), (-0.7, -0.7), (-1, 0), (-0.7, 0.7), (0, 1), (0.7, 0.7), (1, 0)]
]
DIGITS: dict[str, list[list[tuple[float, float]]]] = {
    "0": [[*ZERO, (68, 22), (50, 10)]],
    "2": [[(24, 32), (30, 16), (50, 8), (70, 16), (74, 32), (60, 52), (40, 72), (22, 92), (50, 92), (78, 92)]],
    "5": [[(74, 8), (32, 8), (28, 44), (48, 40), (68, 48), (74, 66), (64, 86), (44, 92), (24, 84)]],
}


def trained(page: Page) -> Page:
    expect(page.locator("#caption")).to_contain_text(re.compile(r"operation \d+ of \d+"), timeout=SLOW)
    expect(page.locator(".picture-panel")).to_be_attached()
    return page


def draw(page: Page, strokes: list[list[tuple[float, float]]]) -> None:
    """With the mouse, in hundredths of the pad."""
    pad = page.get_by_role("img", name="Drawing pad")
    pad.scroll_into_view_if_needed()
    box = at_rest(page) and pad.bounding_box()
    assert box
    for stroke in strokes:
        for number, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100, steps=4)
            if number == 0:
                page.mouse.down()
        page.mouse.up()


def run_of(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        "fetch(`api/runs/${sessionStorage.getItem('run')}`).then((answer) => answer.json())"
    )
    return found


# The operations that the playhead has passed since.
PASSED = """() => {
  window.passed = [];
  new MutationObserver(() => {
    const now = document.querySelector(".tape-cells .tape-cell.now")?.dataset.ref;
    if (now && now !== passed.at(-1)) passed.push(now);
  }).observe(document.querySelector("#operations"), { subtree: true, childList: true, attributeFilter: ["class"] });
}"""


def test_a_digit_drawn_with_the_mouse_is_classified_operation_by_operation(open_page: Open) -> None:
    page = trained(open_page(TRAINED))
    page.get_by_role("slider", name="Speed", exact=True).fill("2")
    page.evaluate(PASSED)
    for digit, strokes in DIGITS.items():
        page.evaluate("passed.length = 0")
        page.get_by_role("button", name="Draw a digit").click()
        draw(page, strokes)
        cells = page.locator(".tape-cells .tape-cell.now")
        becomes(page, "() => passed.includes('L')")
        assert page.evaluate("passed")[-4:] == ["z1", "a1", "z2", "L"], digit  # one after the other
        expect(cells).to_have_attribute("data-ref", "L")
        expect(page.locator(".picture-answer")).to_contain_text(f"Predicted: {digit}, with")
        expect(page.locator(".picture-bars .best")).to_contain_text(re.compile(rf"^{digit}\d"))
        expect(page.get_by_label("Which digit it is")).to_have_value(digit)
        # the same as the API says of these pixels, in the step that is shown
        ink = page.locator(".picture-sheet .ink").evaluate_all(
            "(all) => all.map((e) => 16 * e.getAttribute('fill-opacity'))"
        )
        pixels = [round(level) for level in ink[:64]]
        spotlight = json.dumps({"input": pixels, "target": digit})
        origin = page.evaluate("location.origin")
        step = httpx.get(f"{origin}/api/runs/{run_of(page)['id']}/steps/300", params={"spotlight": spotlight}).json()
        wide = step["spotlight"]["outputs"][int(digit)]
        assert wide == max(step["spotlight"]["outputs"])
        shown = page.locator(".picture-bars .best i").evaluate("(e) => Number(e.style.getPropertyValue('--share'))")
        assert shown == pytest.approx(wide, abs=1e-12)
        # on to the backward pass: ∂L/∂x lies on the digit, and another target turns it
        page.keyboard.press("End")
        expect(page.locator(".picture .pixel-gradient").first).to_be_visible()
        page.get_by_role("button", name="Done").click()
        expect(page.locator(".picture-panel h2")).to_contain_text("Sample 0")


def test_pixels_can_be_set_with_the_keys(open_page: Open) -> None:
    page = open_page("?dataset=digits", reduced_motion="reduce")
    page.get_by_role("button", name="Draw a digit").press("Enter")
    sheet = page.get_by_role("application", name="Pixels of your digit")
    expect(sheet).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator(".pad [role=status]")).to_have_text("pixel in row 2, column 2: 16 of 16")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    expect(page.locator(".pad [role=status]")).to_have_text("pixel in row 2, column 3: 4 of 16")
    inks = page.locator(".picture-row .ink")
    expect(inks.nth(9)).to_have_attribute("fill-opacity", "1")
    expect(inks.nth(10)).to_have_attribute("fill-opacity", "0.25")
    expect(page.locator(".picture-answer")).to_contain_text("after step 0")  # the run as it stands answers
    expect(page.locator(".graph .pixel .ink").nth(9)).to_have_attribute("fill-opacity", "1")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(inks.nth(9)).to_have_attribute("fill-opacity", "0")
    assert violations(page) == []


def test_what_a_digit_is_makes_its_gradient(open_page: Open) -> None:
    page = trained(open_page(TRAINED, reduced_motion="reduce"))
    page.get_by_role("button", name="Draw a digit").click()
    draw(page, DIGITS["2"])
    target = page.get_by_label("Which digit it is")
    expect(target).to_have_value("2")
    target.select_option("7")
    expect(page.locator(".picture-answer")).to_contain_text("Predicted: 2")
    expect(page.locator(".picture-answer")).to_contain_text("and it is a 7")
    expect(page.get_by_role("button", name=re.compile("^loss of this sample [1-9]"))).to_be_attached()
    expect(page.get_by_role("group", name="network graph")).to_contain_text("= 7")


def test_only_the_strongest_lines_are_drawn_and_all_on_demand(open_page: Open) -> None:
    page = trained(open_page("?dataset=digits&step=5", reduced_motion="reduce"))
    lines = page.locator(".graph-lines [data-ref^='W1[']")
    expect(lines).to_have_count(6 * 10)
    for unit in range(10):  # in the update, by their steps
        expect(page.locator(f".graph-lines [data-ref^='W1['][data-ref$='[{unit}]']")).to_have_count(6)
    page.keyboard.press("Home")
    becomes(page, "() => document.querySelector('.tape-cell.now').dataset.ref === 'x'")
    step = httpx.get(f"{page.evaluate('location.origin')}/api/runs/{run_of(page)['id']}/steps/5").json()
    before = step["parameters"]["W1"]
    for unit in (0, 9):
        largest = sorted(range(64), key=lambda pixel: -abs(before[pixel][unit]))[:6]
        for pixel in largest:
            expect(page.locator(f".graph-lines [data-ref='W1[{pixel}][{unit}]']")).to_have_count(1)
    page.locator("[data-unit='1,3']").click()
    expect(page.locator(".graph-lines [data-ref^='W1['][data-ref$='[3]']")).to_have_count(64)
    page.keyboard.press("Escape")
    page.locator("[data-unit='0,28']").click()
    expect(page.locator(".graph-lines [data-ref^='W1[28][']")).to_have_count(10)
    page.keyboard.press("Escape")
    button = page.get_by_role("button", name="draw all 640 lines")
    button.click()
    expect(lines).to_have_count(640)
    page.get_by_role("button", name="strongest lines only").click()
    page.locator("h1.brand").hover()  # off the graph: what is pointed at has all its lines
    expect(lines).to_have_count(60)


def test_the_gradient_on_the_digit_is_the_recorded_one(open_page: Open) -> None:
    page = trained(open_page("?dataset=digits&step=5", reduced_motion="reduce"))
    step = httpx.get(
        f"{page.evaluate('location.origin')}/api/runs/{run_of(page)['id']}/steps/5", params={"spotlight": "0"}
    ).json()
    slopes = step["spotlight"]["dx"]
    marks = page.locator(".picture .pixel-gradient")
    largest = max(range(64), key=lambda pixel: abs(slopes[pixel]))
    sign = "negative" if slopes[largest] < 0 else "positive"
    expect(page.locator(f".picture [data-ref='dx[{largest}]']")).to_have_class(f"pixel-gradient {sign}")
    shown = marks.evaluate_all("(all) => all.map((e) => [e.dataset.ref, e.classList.contains('negative')])")
    assert len(shown) > 20
    for ref, negative in shown:
        assert (slopes[int(ref[3:-1])] < 0) == negative, ref
    page.keyboard.press("Home")
    expect(page.locator(".picture .pixel-gradient:not([display=none])")).to_have_count(0)


def test_the_picture_takes_one_tab_stop_and_arrow_keys(open_page: Open) -> None:
    page = trained(open_page("?dataset=digits&step=2", reduced_motion="reduce"))
    stops = page.locator(".graph-svg [tabindex='0']")
    expect(stops).to_have_count(2)  # the units, and the loss
    page.locator("[data-unit='1,0']").focus()
    page.keyboard.press("ArrowLeft")
    focused = page.locator(".graph .pixel:focus")
    expect(focused).to_have_attribute("aria-label", re.compile(r"^pixel in row 1, column 8: \d+ of 16"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_attribute("aria-label", re.compile(r"^pixel in row 2, column 7: "))
    page.keyboard.press("e")
    expect(page.locator(".graph-svg .hit:focus")).to_have_attribute("data-edge", "1,14,0")
    page.keyboard.press("Escape")
    expect(focused).to_have_attribute("data-unit", "0,14")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector").filter(has_text="Input 15, pixel in row 2, column 7")).to_be_visible()


def test_a_digit_that_is_answered_wrong_can_be_looked_at(open_page: Open) -> None:
    page = trained(open_page(TRAINED, reduced_motion="reduce"))
    wrong = page.get_by_role("button", name=re.compile(r"sample \d+, a \d, classified wrong"))
    name = wrong.first.get_attribute("aria-label") or ""
    wrong.first.click()
    number, what = re.findall(r"\d+", name)
    expect(page.locator(".picture-panel h2")).to_have_text(f"Sample {number}test")
    expect(page.locator(".picture-answer")).to_contain_text(f"and it is a {what}")
    page.get_by_role("button", name="Next sample").click()
    expect(page.locator(".picture-panel h2")).to_contain_text(f"Sample {int(number) + 1}")


def test_the_data_set_brings_its_scaling_and_layers_and_takes_them_along(open_page: Open) -> None:
    page = open_page("?learning_rate=0.1")
    page.get_by_role("button", name=re.compile(r"^All \d+ data sets")).click()
    page.get_by_role("radio", name="digits").click()
    page.wait_for_url("**/?dataset=digits&learning_rate=0.1")
    run = run_of(page)
    assert (run["config"]["scaling"], run["config"]["hidden"]) == ("linear", [{"units": 10, "activation": "tanh"}])
    page.get_by_role("radio", name="moons").click()
    page.wait_for_url("**/?dataset=moons&learning_rate=0.1")
    run = run_of(page)
    assert run["config"]["scaling"] == "none"
    assert [layer["units"] for layer in run["config"]["hidden"]] == [6, 4]


def test_a_choice_against_the_proposal_stands_in_the_link(open_page: Open) -> None:
    page = open_page("?dataset=digits&hidden=6tanh,4tanh&scaling=none")
    run = run_of(page)
    assert run["config"]["scaling"] == "none"
    assert [layer["units"] for layer in run["config"]["hidden"]] == [6, 4]
    expect(page).to_have_url(re.compile(r"scaling=none"))


def test_a_finger_draws_on_a_phone(open_page: Open) -> None:
    page = trained(open_page(TRAINED, 390, 844, has_touch=True, is_mobile=True, reduced_motion="reduce"))
    page.get_by_role("tab", name="Output").click()
    page.get_by_role("button", name="Draw a digit").tap()
    pad = page.get_by_role("img", name="Drawing pad")
    pad.scroll_into_view_if_needed()
    box = at_rest(page) and pad.bounding_box()
    assert box
    assert box["width"] >= 200
    touch = page.context.new_cdp_session(page)
    for stroke in DIGITS["2"]:
        for number, (x, y) in enumerate(stroke):
            point = {"x": box["x"] + box["width"] * x / 100, "y": box["y"] + box["height"] * y / 100}
            kind = "touchMove" if number else "touchStart"
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".picture-answer")).to_contain_text("Predicted: 2, with")
    small = page.locator(".picture-button:visible, .picture-target select:visible").evaluate_all(
        "(all) => all.filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.textContent)"
    )
    assert small == []
    assert violations(page) == []
