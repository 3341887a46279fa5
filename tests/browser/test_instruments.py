"""Instruments on the page: what they show is what the server measures, and none of them moves the run."""

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.conftest import FONTS, Open, arrived, complete, set_in
from tests.browser.waiting import at_rest, frames_pass, in_scheme

SIZES = [(1440, 900), (1024, 768), (390, 844)]
MIDDLE = """(ref) => {
  const path = document.querySelector(`.graph-svg path.edge[data-ref='${ref}']`);
  const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
  return [point.x, point.y];
}"""
UNDER = """([x, y]) => document.elementFromPoint(x, y).closest("[data-edge]").dataset.edge"""


def ready(page: Page) -> Page:
    complete(page)
    return page


def switch_recording(page: Page) -> Locator:
    """Presses the switch, which stands with the sums of what the tape saves."""
    sums = page.locator("#band-head .sum")
    if sums.get_attribute("open") is None:
        sums.locator("summary").click()
    sums.get_by_role("switch", name="Recording").click()
    return sums.locator("[role=switch]")


def shows(page: Page) -> Locator:
    """The choice of what the tiles show."""
    return page.get_by_role("combobox", name="Tiles show")


@pytest.fixture
def ask(server_url: str) -> Callable[[Page, str], Any]:
    def ask(page: Page, name: str) -> Any:
        run = page.evaluate("sessionStorage.getItem('run')")
        return httpx.get(f"{server_url}/api/runs/{run}/{name}").raise_for_status().json()

    return ask


def number(text: str) -> float:
    """Four digits as the page writes them: −0.002995, 1.606·10⁻⁶."""
    text = text.translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789"))
    mantissa, _, exponent = text.partition("·10")
    return float(f"{mantissa}e{exponent}") if exponent else float(text)


def test_an_edge_that_is_held_is_run_again_at_both_sides(open_page: Open, ask: Callable[[Page, str], Any]) -> None:
    page = ready(open_page("?step=20"))
    arrived(page)
    place = at_rest(page).evaluate(MIDDLE, "W3[1][0]")
    layer, source, to = page.evaluate(UNDER, place).split(",")
    page.mouse.move(*place)
    page.mouse.down()
    panel = page.get_by_role("region", name="Weight, held")
    expect(panel).to_contain_text("held")
    page.mouse.up()
    expect(page.locator("#caption")).to_contain_text("Move one weight, run the network again")
    secant = panel.locator("[data-n=secant]")
    expect(secant).not_to_be_empty()

    def told(h: float) -> Any:
        return ask(page, f"weight_check?parameter=W{layer}&index={source},{to}&h={h}&step=20&spotlight=0")

    found = told(0.5)
    assert float(secant.get_attribute("title") or "") == found["secant"]
    assert number(secant.inner_text()) == pytest.approx(found["secant"], rel=1e-3)
    assert float(panel.locator("[data-n=gradient]").get_attribute("title") or "") == found["gradient"]
    expect(page.locator(".instrument-overlay .instrument-bar")).to_have_count(2 * (1 if layer == "3" else 2))
    before = secant.get_attribute("title") or ""
    panel.get_by_role("slider", name="h, how far to each side").press("ArrowLeft")
    expect(panel).to_contain_text("h = 0.4")
    expect(secant).not_to_have_attribute("title", before)
    slid = 10 ** float(panel.get_by_role("slider").input_value())
    assert float(secant.get_attribute("title") or "") == pytest.approx(told(slid)["secant"], rel=1e-6)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("#plane")).to_be_visible()


def test_an_edge_is_held_by_key(open_page: Open) -> None:
    page = ready(open_page("?step=2"))
    page.locator("[data-unit='1,0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    page.keyboard.press("h")
    held = page.get_by_role("region", name="Weight, held")
    expect(held).to_contain_text("Weight 1 → 2, layer 2, held")
    page.keyboard.press("h")
    expect(held).to_be_hidden()
    page.keyboard.press("h")
    expect(held).to_be_visible()
    page.keyboard.press("Escape")
    expect(held).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.edge") == "2,0,1"


def test_a_bias_is_held_from_its_unit(open_page: Open, ask: Callable[[Page, str], Any]) -> None:
    page = ready(open_page("?step=20"))
    arrived(page)
    held = page.get_by_role("region", name="Bias, held")
    page.locator("[data-unit='2,1']").focus()
    page.keyboard.press("h")
    expect(held).to_contain_text("Bias of unit 2, layer 2, held")
    secant = held.locator("[data-n=secant]")
    expect(secant).not_to_be_empty()
    found = ask(page, "weight_check?parameter=b2&index=1&h=0.5&step=20&spotlight=0")
    assert float(secant.get_attribute("title") or "") == found["secant"]
    assert float(held.locator("[data-n=gradient]").get_attribute("title") or "") == found["gradient"]
    assert page.locator(".instrument-overlay .instrument-bar").count() == 2 * 2  # its own unit, and the output
    held.get_by_role("button", name="let go").click()
    expect(held).to_be_hidden()
    tile = page.locator("[data-unit='2,2']")
    tile.click()
    page.get_by_role("button", name="± move this bias").click()
    expect(held).to_contain_text("Bias of unit 3, layer 2, held")


def test_pressing_and_holding_a_unit_holds_its_bias_and_a_press_elsewhere_lets_go(open_page: Open) -> None:
    page = ready(open_page("?step=2"))
    held = page.locator("#gradient-check")
    arrived(page)
    box = at_rest(page).locator("[data-unit='1,3']").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    expect(held).to_contain_text("Bias of unit 4, layer 1, held")
    page.mouse.up()
    expect(page.locator("#caption")).to_contain_text("a click on the network lets go")
    page.locator("[data-unit='1,0']").click()
    expect(held).to_be_hidden()


def test_nothing_is_left_lit_when_a_held_weight_is_let_go_and_left(open_page: Open) -> None:
    page = ready(open_page("?step=5"))
    arrived(page)
    page.mouse.move(*at_rest(page).evaluate(MIDDLE, "W3[1][0]"))
    page.mouse.down()
    expect(page.get_by_role("region", name="Weight, held")).to_be_visible()
    page.mouse.up()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Weight, held")).to_be_hidden()
    page.keyboard.press("Escape")
    dimmed = page.locator("#graph .node > g[opacity]")
    expect(dimmed).to_have_count(0)
    expect(page.locator(".graph-tip")).to_be_hidden()
    assert page.evaluate("document.activeElement === document.body")


def test_what_moves_the_run_lets_go(open_page: Open) -> None:
    page = ready(open_page("?step=5"))
    arrived(page)
    held = page.locator("#gradient-check")
    for key in ("b", " ", "r"):
        page.locator("[data-unit='2,1']").focus()
        page.keyboard.press("h")
        expect(held).to_be_visible()
        page.locator("[data-unit='2,1']").evaluate("(unit) => unit.blur()")
        page.keyboard.press(key)
        expect(held).to_be_hidden()
        if key == " ":
            page.keyboard.press(key)


def test_the_last_secant_lingers_pale(open_page: Open) -> None:
    page = ready(open_page("?step=20", reduced_motion="reduce"))
    arrived(page)
    page.locator("[data-unit='2,1']").focus()
    page.keyboard.press("h")
    held = page.locator("#gradient-check")
    expect(held.locator("[data-n=secant]")).not_to_be_empty()
    assert held.locator(".instrument-secant.pale").count() == 0
    slider = held.get_by_role("slider")
    first = held.locator(".instrument-secant").get_attribute("d")
    slider.press("ArrowLeft")
    expect(held).to_contain_text("Pale: the secant at h = 0.5, a moment ago.")
    assert held.locator(".instrument-secant.pale").get_attribute("d") == first


def test_where_nothing_arrives_both_numbers_are_exactly_zero(open_page: Open) -> None:
    page = ready(open_page("?hidden=4relu,3relu&initializer=zeros&step=1"))
    arrived(page)
    page.locator("[data-unit='1,0']").focus()
    page.keyboard.press("h")
    held = page.locator("#gradient-check")
    expect(held).to_contain_text("Both are exactly 0: in this step nothing gets from this bias to the loss.")
    expect(held.locator("[data-n=apart]")).to_have_text("0")


def test_all_edges_are_checked(open_page: Open, ask: Callable[[Page, str], Any]) -> None:
    page = ready(open_page("?step=20"))
    arrived(page)
    page.keyboard.press("g")
    corner = page.get_by_role("region", name="All gradients, checked")
    expect(corner).to_contain_text("All 51 parameters checked")
    expect(corner).to_contain_text("Every recorded gradient agrees with two runs of the network")
    expect(page.locator(".instrument-overlay .instrument-ring")).to_have_count(2 * 6 + 6 * 4 + 4)
    assert page.locator(".instrument-overlay .instrument-ring.bad").count() == 0
    checks = ask(page, "checks?step=20")
    mantissa = f"{checks['worst']['relative_error']:.1e}".split("e")[0]
    expect(corner).to_contain_text(f"{mantissa}·10")
    expect(page.locator(".instrument-overlay .instrument-worst")).to_have_count(1)
    corner.get_by_role("button", name="Show worst").click()
    name = checks["worst"]["parameter"]
    expect(page.locator("#gradient-check")).to_contain_text(f"layer {name[1:]}, held")
    expect(page.locator("#gradient-check")).to_contain_text("h = 10⁻⁵")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(corner).to_be_hidden()


def test_without_recording_every_path_is_multiplied_out(open_page: Open, ask: Callable[[Page, str], Any]) -> None:
    page = ready(open_page("?step=3"))
    arrived(page)
    switch_recording(page)
    paths = page.get_by_role("slider", name="Paths, one after the other")
    expect(paths).to_be_focused()
    page.get_by_role("button", name="Pause", exact=True).click()
    paths.press("End")
    expect(paths).to_have_attribute("aria-valuetext", re.compile("path 76 of 76"))
    head = page.locator(".paths .tape-head")
    expect(head).to_contain_text("392 of 392")
    expect(head).to_contain_text("with the tape 79")
    panel = page.get_by_role("region", name="The gradient, path by path")
    spot = ask(page, "steps/3?spotlight=0")["spotlight"]
    recorded = panel.locator("td [data-ref='dW1[1][5]']")
    assert float(recorded.get_attribute("title") or "") == spot["dW1"][1][5]
    so_far = panel.locator("svg [data-ref='dW1[1][5]']")
    expect(so_far).to_be_attached()
    assert panel.locator("svg").get_attribute("aria-label").split()[-1] == recorded.inner_text()  # type: ignore[union-attr]
    summed = ask(page, "pathsum?step=3&spotlight=0")["measured"]
    assert summed["gradients"]["W1"][1][5] == pytest.approx(spot["dW1"][1][5], abs=1e-15)
    page.get_by_role("button", name="Previous operation", exact=True).click()
    expect(paths).to_have_attribute("aria-valuetext", re.compile("path 75 of 76"))
    page.locator(".paths").get_by_role("switch", name="Recording").click()
    expect(page.get_by_role("slider", name="Tape of recorded operations")).to_be_visible()
    expect(panel).to_be_hidden()
    expect(page.locator("#band-head summary")).to_be_focused()


def test_what_would_take_too_long_is_refused_with_its_number(open_page: Open) -> None:
    page = ready(open_page(f"?hidden={','.join(['8sigmoid'] * 10)}&step=1"))
    arrived(page)
    switch = switch_recording(page)
    panel = page.get_by_role("region", name="The gradient, path by path")
    expect(panel).to_contain_text("Refused for 2-[8]×10-1")
    expect(panel).to_contain_text("71\u202f436\u202f700\u202f944 multiplications")
    expect(panel).to_contain_text("With the tape it is 1\u202f265")
    expect(switch).to_have_attribute("aria-checked", "true")
    panel.get_by_role("button", name="close").click()
    expect(panel).to_be_hidden()


def test_axe_finds_nothing_where_a_sum_is_refused(open_page: Open) -> None:
    page = ready(open_page(f"?hidden={','.join(['8sigmoid'] * 10)}&step=1", reduced_motion="reduce"))
    arrived(page)
    switch_recording(page)
    expect(page.locator(".paths-side")).to_contain_text("Refused")
    found = {scheme: violations(in_scheme(page, scheme)) for scheme in ("light", "dark")}
    assert found == {"light": [], "dark": []}


def test_more_than_400_paths_share_a_cell_a_weight(open_page: Open) -> None:
    page = ready(open_page("?hidden=8tanh,8tanh,4tanh&step=2"))
    arrived(page)
    switch_recording(page)
    paths = page.get_by_role("slider", name="Paths, one after the other")
    expect(paths).to_be_focused()
    weights = 2 * 8 + 8 * 8 + 8 * 4 + 4
    expect(page.locator(".paths .path-cell")).to_have_count(weights)
    page.get_by_role("button", name="Pause", exact=True).click()
    paths.press("Home")
    paths.press("ArrowRight")
    expect(paths).to_have_attribute("aria-valuetext", re.compile("path 2 of 804"))  # W4 has one path a weight
    paths.press("End")
    expect(page.locator(".paths .tape-head")).to_contain_text("5\u202f768 of 5\u202f768")


def test_one_reading_at_a_time_lies_under_an_instrument(open_page: Open) -> None:
    page = ready(open_page("?step=2"))
    arrived(page)
    shows(page).select_option("all three")
    expect(page.locator(".slope-graphs")).to_be_visible()
    page.keyboard.press("g")
    expect(page.locator("#full-check")).to_be_visible()
    expect(page.locator(".slope-graphs")).to_be_hidden()
    shows(page).select_option("all three")
    expect(page.locator("#full-check")).to_be_hidden()
    expect(page.locator(".slope-graphs")).to_be_visible()


COUNTING = """() => {
  window.asked = [];
  const counted = [
    [HTMLElement, ["offsetWidth", "offsetHeight", "offsetLeft", "offsetTop"]],
    [Element, ["clientWidth", "clientHeight"]],
  ];
  for (const [kind, names] of counted)
    for (const name of names) {
      const { get } = Object.getOwnPropertyDescriptor(kind.prototype, name);
      Object.defineProperty(kind.prototype, name, {
        get() {
          if (this.closest("#learning-rate-control, .instrument-side, .instrument-corner"))
            window.asked.push(`${name} of ${this.className}`);
          return get.call(this);
        },
      });
    }
}"""


def test_no_frame_asks_the_page_for_the_size_of_an_instrument(open_page: Open) -> None:
    page = ready(open_page("?step=2"))
    arrived(page)
    expect(page.locator("#learning-rate-control .limit")).to_be_visible()
    page.locator("[data-unit='2,1']").focus()
    page.keyboard.press("h")
    expect(page.locator("#gradient-check [data-n=secant]")).not_to_be_empty()
    slider = page.locator("#gradient-check").get_by_role("slider")
    slider.press("ArrowLeft")
    expect(page.locator("#gradient-check [data-n=pale]")).to_be_visible()
    frames_pass(page)
    page.evaluate(COUNTING)
    slider.press("ArrowLeft")
    expect(page.locator("#gradient-check [data-n=pale]")).to_contain_text("h = 0.4")
    frames_pass(page)
    assert page.evaluate("asked") == []


def test_tiles_are_flipped(open_page: Open, ask: Callable[[Page, str], Any]) -> None:
    page = ready(open_page("?step=20"))
    arrived(page)
    page.keyboard.press("v")
    expect(shows(page)).to_have_value("slope")
    means = page.locator(".instrument-overlay text.muted")
    expect(means).to_have_count(10)
    found = ask(page, "surfaces?show=slope&step=20")
    wanted = [f"{mean:.2f}" for layer in found["layers"][:2] for mean in layer["means"]]
    expect(means).to_have_text(wanted)
    page.keyboard.press("v")
    expect(shows(page)).to_have_value("gradient")
    truth = page.locator("#instrument-legend [data-truth]")
    before = truth.inner_text()
    truth.click()
    expect(truth).not_to_have_text(before)
    page.keyboard.press("v")
    expect(page.locator(".slope-graph")).to_have_count(3)
    expect(page.get_by_role("heading", name=re.compile("Slope f′"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(shows(page)).to_have_value("output")
    page.keyboard.press("v")
    page.keyboard.press("v")
    expect(shows(page)).to_have_value("gradient")


def marked(page: Page, tick: str) -> tuple[float, float]:
    """Where a tick stands on the learning rate's slider, in powers of ten, and how much of one a pixel is."""
    left, begin, width = page.locator("#learning-rate-control .limit").evaluate(
        """(rail, tick) => {
            const { left, width } = rail.getBoundingClientRect();
            return [rail.querySelector(tick).getBoundingClientRect().left + 1.2, left, width];
        }""",
        tick,
    )
    return 6 * (left - begin) / width - 5, 6 / width


def test_the_limit_is_a_tick_exact_for_a_linear_unit(open_page: Open, ask: Callable[[Page, str], Any]) -> None:
    query = "?hidden=none&dataset=house_prices&learning_rate=1.5&batch_size=5000&scaling=standard"
    page = ready(open_page(query))
    expect(page.locator("#learning-rate-control .limit.exact")).to_be_visible()
    limit = ask(page, "limit?step=0")
    assert limit["exact"] is True
    expect(page.locator("#limit-words")).to_have_text(
        f"2/λmax = {limit['limit']:.4g}, exact: above it every start grows"
    )
    at, pixel = marked(at_rest(page), ".limit-tick:not(.initial)")
    assert at == pytest.approx(math.log10(limit["limit"]), abs=pixel)
    line = page.get_by_role("region", name="Diagnosis")
    expect(line).to_contain_text(f"{1.5 / limit['limit']:.2f} times the stability limit")
    half = float(f"{limit['limit'] / 2:.2g}")
    line.get_by_role("button", name="Half the limit").click()
    expect(page.get_by_role("textbox", name="Learning rate, exact value")).to_have_value(f"{half:.2f}")
    expect(line).to_be_hidden()


def test_an_estimate_is_no_limit_and_its_ghost_stands_at_the_start(
    open_page: Open, ask: Callable[[Page, str], Any]
) -> None:
    page = ready(open_page("?step=400&learning_rate=1"))
    arrived(page)
    box = page.locator("#learning-rate-control .limit")
    expect(box).to_be_visible()
    expect(box).not_to_have_class(re.compile("exact"))
    words = page.locator("#limit-words")
    expect(words).to_contain_text("estimate now (step 400)")
    now, start = ask(page, "limit?step=400"), ask(page, "limit?step=0")
    expect(words).to_contain_text(f"≈ {now['limit']:.2g}")
    expect(box.locator(".limit-tick.initial")).to_be_visible()
    for fonts in FONTS:
        set_in(page, fonts)
        for mark, found in [(".limit-tick:not(.initial)", now), (".limit-tick.initial", start)]:
            at, pixel = marked(page, mark)
            assert at == pytest.approx(math.log10(found["limit"]), abs=pixel), (fonts, mark)
    assert "limit" not in words.inner_text()
    assert page.locator("#learning-rate-control .limit-beyond").is_hidden()


def test_an_estimate_that_did_not_settle_says_so(open_page: Open) -> None:
    def unsettle(route: Route) -> None:
        answer = route.fetch(max_retries=3)
        route.fulfill(response=answer, json=answer.json() | {"settled": False})

    page = ready(open_page("?step=3&learning_rate=1"))
    arrived(page)
    page.route("**/limit*", unsettle)
    page.get_by_role("button", name="Next batch").click()
    words = page.locator("#limit-words")
    expect(words).to_contain_text("not settled: iterations from two starts do not agree within 5 %")
    expect(words).not_to_contain_text("estimate now")


def test_what_ails_the_network_is_said_and_cured_at_a_press(open_page: Open) -> None:
    page = ready(open_page(f"?hidden={','.join(['8sigmoid'] * 5)}"))
    line = page.get_by_role("region", name="Diagnosis")
    expect(line).to_contain_text("On the way back each layer leaves 1/")
    line.get_by_role("button", name=re.compile("^ReLU with He initialization.*with a new network")).click()
    expect(line).to_be_hidden()
    expect(page.get_by_label("Activation, restarts").first).to_have_value("relu")
    quiet = ready(open_page("?step=20"))
    quiet.wait_for_url("**step=20")
    expect(quiet.get_by_role("region", name="Diagnosis")).to_be_hidden()


# Where the instruments show what they measure; what is multiplied out path by path takes the tape's place.
SHOWN = ("#stage", "#side")


def held_one_after_the_other(page: Page, width: int) -> Iterator[str]:
    """The instruments, each by its name once it shows what it measures; let go in the end."""
    for name in ["slope", "gradient", *(["all"] if width > 1180 else [])]:
        page.keyboard.press("v")
        expect(shows(page)).to_have_value(name)
        if name == "all":
            expect(page.locator(".slope-graph")).to_have_count(3)
        else:
            expect(page.locator("#instrument-legend")).not_to_be_empty()
        yield f"tiles show {name}"
    page.keyboard.press("g")
    expect(page.locator("#full-check")).to_be_visible()
    yield "all gradients, checked"
    page.locator("#graph [data-unit='2,1']").focus()
    page.keyboard.press("e")
    page.keyboard.press("h")
    expect(page.locator("#gradient-check [data-n=secant]")).not_to_be_empty()
    page.locator("#gradient-check").get_by_role("slider").press("ArrowLeft")
    expect(page.locator("#gradient-check [data-n=pale]")).to_be_visible()
    yield "a weight, held"
    page.keyboard.press("Escape")
    page.locator("#graph [data-unit='2,1']").focus()
    page.keyboard.press("h")
    expect(page.get_by_role("region", name="Bias, held")).to_be_visible()
    yield "a bias, held"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    switch_recording(page)
    expect(page.locator(".paths .tape-slider")).to_be_visible()
    yield "path by path"
    page.locator(".paths").get_by_role("switch", name="Recording").click()
    expect(page.locator(".paths .tape-slider")).to_be_hidden()


# Structure differs by size and contrast by scheme: each size once, and both schemes.
@pytest.mark.parametrize(
    ("width", "height", "schemes"),
    [(1440, 900, ("light", "dark")), (1024, 768, ("light",)), (390, 844, ("dark",))],
    ids=["desk", "tablet", "phone"],
)
def test_axe_finds_nothing_while_instruments_are_held(
    open_page: Open, width: int, height: int, schemes: tuple[str, ...]
) -> None:
    page = ready(open_page(f"?hidden={','.join(['4sigmoid'] * 4)}&step=2", width, height))
    arrived(page)
    expect(page.get_by_role("region", name="Diagnosis")).to_be_visible()
    found: dict[str, list[str]] = {}
    for scheme in schemes:
        in_scheme(page, scheme)
        found[f"{scheme}: the page"] = violations(page)
        for state in held_one_after_the_other(page, width):
            paths = state == "path by path"
            found[f"{scheme}: {state}"] = violations(page, playing=paths, within=(*SHOWN, "#tape") if paths else SHOWN)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, state
    assert {case: faults for case, faults in found.items() if faults} == {}
