"""What a phone has of its own: the line of all steps under a thumb, what is printed of it, where its words stand."""

import re
import time
import zlib
from itertools import pairwise

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived, complete, each_font
from tests.browser.waiting import at_rest, resized

TOUCH = {"has_touch": True, "is_mobile": True}
SMALL, COMMON, LARGE = (360, 740), (390, 844), (414, 896)


def box(part: Locator) -> dict[str, float]:
    found = part.bounding_box()
    assert found is not None
    return {"left": found["x"], "top": found["y"], "width": found["width"], "height": found["height"]}


def band(page: Page, name: str) -> Locator:
    """The button that opens one of the instruments below the network."""
    return page.locator("#band-head .band-name").filter(has_text=name)


def changed_twice(page: Page) -> None:
    """Steps 1 to 10, with another learning rate after step 4 and after step 8."""
    arrived(page)
    value = page.get_by_label("Learning rate, exact value")
    for rate, steps in (("0.6", 4), ("1", 2)):
        value.fill(rate)
        value.press("Enter")
        value.blur()
        for _ in range(steps):
            page.get_by_role("button", name="Next batch").tap()
    expect(page.locator("#caption")).to_contain_text("step 10")


def drag(page: Page, start: tuple[float, float], end: float) -> None:
    """A finger along a line, to the abscissa `end`."""
    cdp = page.context.new_cdp_session(page)
    x, y = start
    clock = time.time()

    def touch(kind: str, k: int, points: list[dict[str, float]]) -> None:
        event = {"type": kind, "touchPoints": points, "timestamp": clock + k / 40}
        cdp.send("Input.dispatchTouchEvent", event)

    touch("touchStart", 0, [{"x": x, "y": y}])
    for k in range(1, 13):  # it comes to rest: after a flick the browser takes the next touch for the flick's end
        touch("touchMove", k, [{"x": x + (end - x) * min(1, k / 8), "y": y}])
    touch("touchEnd", 13, [])


def test_two_fingers_enlarge_a_deep_graph(open_page: Open) -> None:
    page = open_page("?hidden=4tanh,4tanh,4tanh,4tanh,4tanh,4tanh", *COMMON, **TOUCH)
    complete(page)
    at_rest(page)
    graph = box(page.locator(".graph-scroll"))
    x, y = graph["left"] + graph["width"] / 2, graph["top"] + graph["height"] / 2
    cdp = page.context.new_cdp_session(page)

    def fingers(kind: str, apart: float) -> None:
        points = [{"x": x - apart / 2, "y": y, "id": 0}, {"x": x + apart / 2, "y": y, "id": 1}]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if apart else []})

    fingers("touchStart", 60)
    for apart in (70, 80, 90, 120):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    expect(page.locator(".graph-scroll.zoomed")).to_be_visible()
    at_rest(page)
    unit = page.locator("[data-unit='1,0']").first
    large = box(unit)["width"]
    fingers("touchStart", 120)
    for apart in (100, 80, 30):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    expect(page.locator(".graph-scroll:not(.zoomed)")).to_be_visible()
    at_rest(page)
    assert large / box(unit)["width"] == pytest.approx(2, abs=0.05)


# What takes a touch at a point, for every control of a part: the control itself, wherever a thumb's width reaches.
REACHED = """(controls) => controls.filter((e) => e.checkVisibility()).map((e) => {
  const { left, right, top, bottom } = e.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const mine = ([dx, dy]) => e.contains(document.elementFromPoint(x + dx, y + dy));
  return [e.innerText || e.ariaLabel, [[-21, 0], [21, 0], [0, -21], [0, 21]].every(mine)];
})"""


@pytest.mark.parametrize(("width", "height"), [SMALL, COMMON])
def test_all_steps_are_walked_with_a_thumb(open_page: Open, server_url: str, width: int, height: int) -> None:
    page = open_page("?step=4", width, height, **TOUCH)
    changed_twice(page)
    band(page, "All steps").tap()
    line = page.locator("#timeline .tape-slider")
    expect(line).to_have_attribute("aria-valuenow", "10")
    expect(page.locator("#operations")).to_be_hidden()
    expect(page.locator("#timeline .flag")).to_have_count(2)
    expect(page.locator("#timeline .flag-text").first).to_have_text("η 0.3 → 0.6")
    at_rest(page)
    at = box(line)
    drag(page, (at["left"] + at["width"] - 20, at["top"] + 40), at["left"] + 8)
    expect(line).to_have_attribute("aria-valuenow", "0")
    page.get_by_role("button", name="forward one step").tap()
    expect(line).to_have_attribute("aria-valuenow", "1")
    page.wait_for_url(re.compile(r"step=1$"))
    page.get_by_role("button", name="forward one step").tap()
    page.get_by_role("button", name="back one step").tap()
    expect(line).to_have_attribute("aria-valuenow", "1")
    run = page.evaluate("sessionStorage.getItem('run')")
    assert httpx.get(f"{server_url}/api/runs/{run}").json()["step"] == 10, "nothing is trained or let go"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    band(page, "Tape").tap()
    expect(page.locator("#timeline")).to_be_hidden()
    expect(page.locator("#operations .tape-slider")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_was_changed_stands_below_a_phone_s_plane(open_page: Open, scheme: str) -> None:
    page = open_page("?step=4", *COMMON, color_scheme=scheme, **TOUCH)
    changed_twice(page)
    band(page, "All steps").tap()
    expect(page.locator("#timeline .flag")).to_have_count(2)
    assert violations(page) == []
    page.get_by_role("button", name="2 changes").tap()
    expect(page.get_by_role("tab", name="Output")).to_have_attribute("aria-selected", "true")
    rows = page.locator("#rewind .changes-table button")
    expect(rows).to_have_count(2)
    expect(page.locator("#plane .plane")).to_be_in_viewport()
    rows.last.tap()
    expect(page.locator("#timeline .tape-slider")).to_have_attribute("aria-valuenow", "8")
    more = page.get_by_role("button", name="Train on from here")
    expect(more).to_be_in_viewport()
    assert violations(page) == []
    page.get_by_role("tab", name="Layers").tap()
    expect(page.locator("#rewind")).to_be_hidden()
    expect(page.locator("#gradient")).to_be_visible()
    page.get_by_role("tab", name="Output").tap()
    more.tap()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [SMALL, COMMON, LARGE])
def test_whatever_is_touched_in_the_band_is_a_thumb_wide(open_page: Open, width: int, height: int) -> None:
    page = open_page("?step=4", width, height, **TOUCH)
    changed_twice(page)
    at_rest(page)
    reached = page.locator("#band-head").locator("button, summary").evaluate_all(REACHED)
    assert [re.split(r"\W| of", name)[0] for name, _ in reached] == ["Tape", "All", "79", "hide"]
    assert all(wide for _, wide in reached), reached
    page.locator("#band-head summary").tap()
    switch = page.locator("#band-head .record")
    expect(switch).to_be_visible()
    at_rest(page)
    assert switch.evaluate_all(REACHED) == [["recording", True]]
    page.locator("#band-head summary").tap()
    band(page, "All steps").tap()
    page.get_by_role("button", name="back one step").tap()
    expect(page.locator("#timeline .tape-slider")).to_have_attribute("aria-valuenow", "9")
    at_rest(page)
    reached = page.locator("#timeline").locator("button").evaluate_all(REACHED)
    assert [name for name, _ in reached] == ["2 changes", "back one step", "forward one step"]
    assert all(wide for _, wide in reached), reached


def test_a_deep_network_s_long_counts_leave_the_switches_their_place(open_page: Open) -> None:
    deep = ",".join(["16relu"] * 10)
    page = open_page(f"?hidden={deep}&initializer=he_normal&step=2", *SMALL, **TOUCH)
    arrived(page)
    parts = page.locator("#band-head").locator("button, summary")
    for width, height in (SMALL, COMMON, LARGE):
        resized(page, width, height)
        for font in each_font(page):
            places = parts.evaluate_all(
                """(parts) => parts.filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect())
                  .sort((a, b) => a.left - b.left).map((r) => [r.left, r.right])"""
            )
            assert all(a[1] <= b[0] + 1 for a, b in pairwise(places)), (width, font, places)
            assert places[-1][1] <= width - 7, (width, font, places)


DEEP = ",".join(["16relu"] * 8)
SHEETS = {
    "a plane": "?step=40",
    "three classes": "?dataset=spirals3&hidden=8tanh,6tanh&step=20",
    "a table": "?dataset=penguins&hidden=6tanh&scaling=standard&learning_rate=0.1&step=30",
    "a deep network": f"?hidden={DEEP}&initializer=he_normal&step=3",
}


def printed(page: Page, paper: str) -> tuple[int, int]:
    """Pages, and strings written on them."""
    pdf = at_rest(page).pdf(prefer_css_page_size=True, format=paper)
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    written = 0
    for stream in streams:
        try:
            written += len(re.findall(rb"T[jJ]\b", zlib.decompress(stream)))
        except zlib.error:
            continue  # a font or a picture
    return len(re.findall(rb"/Type\s*/Page\b", pdf)), written


@pytest.mark.parametrize("name", SHEETS)
def test_a_phone_prints_all_of_its_parts_on_one_sheet(open_page: Open, name: str) -> None:
    page = open_page(SHEETS[name], *COMMON, color_scheme="dark", **TOUCH)
    arrived(page)
    complete(page)
    # What comes last: the limit, which the server measures where the run stands, and what a screen reader is told.
    step = SHEETS[name].rpartition("=")[2]
    expect(page.locator("#learning-rate-control .limit-words")).to_contain_text(f"(step {step})")
    expect(page.locator("#live")).to_contain_text("Update, operation")
    page.get_by_role("tab", name="Layers").tap()  # whoever prints has been here: all parts are loaded
    expect(page.locator("#stats svg")).to_be_visible()
    page.get_by_role("tab", name="Network").tap()
    at_rest(page)
    tile, tape = page.locator("[data-unit='1,0'] .frame"), page.locator("#operations .tape-pointer")
    before = box(tile), tape.get_attribute("d") or ""
    if name == "a table":
        page.get_by_role("tab", name="Output").tap()
        page.get_by_role("tab", name="Confusion").tap()
        expect(page.locator("#confusion table")).to_be_visible()
        page.get_by_role("tab", name="Network").tap()
        at_rest(page)
    assert printed(page, "A4")[0] == 1
    pages, strings = printed(page, "Letter")
    assert pages == 1
    page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(".graph-heat { display: none }");
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
        }"""
    )
    assert printed(page, "Letter") == (1, strings), "no canvas takes away what is written"
    expect(page.locator("#side")).to_be_hidden()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(tape).to_have_attribute("d", before[1])
    assert box(at_rest(page).locator("[data-unit='1,0'] .frame")) == pytest.approx(before[0], abs=1)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    at_rest(page)
    for part in (
        *(["#confusion table"] if name == "a table" else []),
        "#plane .plane",
        "#metrics .train",
        "#loss .chart .line.run, #loss .chart .line",
        ".stats svg",
        ".graph-svg",
        ".tape-cells",
    ):
        shown = page.locator(part).first
        expect(shown).to_be_visible()
        at = box(shown)
        assert at["left"] >= -1, part
        assert at["left"] + at["width"] <= 691, part
    assert page.locator("#loss .line").first.get_attribute("d")
    assert page.locator(".stats path").count() > 10
    assert page.locator(".transport, .tabs").first.is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(page.get_by_role("tab", name="Output")).to_be_visible()
    expect(tape).to_have_attribute("d", before[1])
    assert box(at_rest(page).locator("[data-unit='1,0'] .frame")) == pytest.approx(before[0], abs=1)


def test_a_unit_s_numbers_are_printed_beside_a_phone_s_charts(open_page: Open) -> None:
    page = open_page("?step=40", *COMMON, **TOUCH)
    arrived(page)
    page.locator("[data-unit='1,0']").first.tap()
    expect(page.locator("#inspector")).to_be_visible()
    at_rest(page)
    assert printed(page, "A4")[0] == 1
    assert printed(page, "Letter")[0] == 1


LOW = [(360, 740), (390, 664), (390, 700), (412, 780)]


def test_a_low_window_keeps_the_caption_s_title(open_page: Open) -> None:
    page = open_page("?step=3", *COMMON, **TOUCH)
    arrived(page)
    expect(page.locator("#tiles")).to_be_visible()
    complete(page)
    for size in (*LOW, COMMON):
        resized(page, *size)
        for font in each_font(page):
            case = (size, font)
            title, room = box(page.locator("#caption h2")), box(page.locator("#caption"))
            assert title["top"] + title["height"] <= room["top"] + room["height"] + 1, case
            graph, bar = box(page.locator("#graph")), box(page.locator("#tiles"))
            assert graph["height"] >= 189, case
            assert graph["top"] + graph["height"] <= room["top"] + 1, case
            assert bar["top"] + bar["height"] <= graph["top"] + 1, case
            assert room["top"] + room["height"] <= box(page.locator("#learning-rate-control"))["top"] + 1, case


@pytest.mark.parametrize("query", [SHEETS["a table"], SHEETS["three classes"]])
def test_the_target_stands_clear_of_the_curves_to_the_loss(open_page: Open, query: str) -> None:
    page = open_page(query, *COMMON, **TOUCH)
    arrived(page)
    for width, height in (SMALL, COMMON, LARGE):
        resized(page, width, height)
        words = page.locator(".graph-svg text", has_text=re.compile("^y")).last
        target, output = box(words), box(page.locator("[data-unit='2,0'], [data-unit='3,0']").last.locator(".frame"))
        assert target["top"] + target["height"] <= output["top"] + 1, width
        assert target["left"] + target["width"] <= width + 1, width
        assert target["top"] >= box(page.locator("#graph"))["top"] - 1, width


def test_the_limit_s_tick_leaves_the_slider_s_numbers_alone(open_page: Open) -> None:
    page = open_page("?step=3", *COMMON, **TOUCH)
    control = page.locator("#learning-rate-control")
    tick = control.locator(".limit-tick:not(.initial)")
    expect(tick).to_be_visible()
    for size in (SMALL, COMMON):
        resized(page, *size)
        for font in each_font(page):
            mark, numbers, value = box(tick), box(control.locator(".ticks")), box(control.locator(".value"))
            assert mark["top"] + mark["height"] <= numbers["top"] + 1, (size, font)
            assert mark["top"] >= value["top"] + value["height"] - 3, (size, font)


def test_a_low_window_names_a_table_s_columns(open_page: Open) -> None:
    page = open_page(SHEETS["a table"], 390, 700, **TOUCH)
    arrived(page)
    expect(page.locator(".graph-svg .words text").first).to_have_text(re.compile("^bill length"))
    page.get_by_role("tab", name="Layers").tap()
    expect(page.locator("#confusion")).to_be_hidden()


def test_the_classes_answers_cover_a_phone_s_caption(open_page: Open) -> None:
    page = open_page(SHEETS["a table"], *COMMON, **TOUCH)
    arrived(page)
    page.keyboard.press("Home")
    cells = page.locator("#operations .tape-cell")
    for _ in range(cells.evaluate_all("(all) => all.findIndex((cell) => cell.dataset.ref === 'L')")):
        page.keyboard.press("ArrowRight")
    answers = page.locator("#inspector[data-kind='classes']")
    expect(answers).to_be_visible()
    at_rest(page)
    assert box(answers)["width"] == pytest.approx(COMMON[0], abs=1)


def test_what_ails_a_network_is_read_in_full_on_a_low_phone_and_every_layer_s_health_at_360(open_page: Open) -> None:
    page = open_page("?hidden=" + ",".join(["8sigmoid"] * 6) + "&learning_rate=0.03&step=10", *COMMON, **TOUCH)
    arrived(page)
    line = page.locator("#diagnosis")
    expect(line).to_contain_text("Layer 1 receives")
    for size in ((390, 664), (390, 700), COMMON, SMALL):
        resized(page, *size)
        for font in each_font(page):
            assert line.evaluate("(e) => e.scrollHeight <= e.clientHeight + 1"), (size, font)
            assert box(page.locator("#graph"))["height"] >= 149, (size, font)
    page.get_by_role("tab", name="Layers").tap()
    words = page.locator(".stats text", has_text="vanishing")
    expect(words.first).to_be_visible()
    for font in each_font(page):
        assert all(box(word)["left"] + box(word)["width"] <= SMALL[0] - 4 for word in words.all()), font
