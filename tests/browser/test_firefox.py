"""The page in Firefox as well: it plays, shows the server's numbers, and writes its formulas as it does elsewhere."""

from collections.abc import Iterator

import httpx
import pytest

from tests.browser.reach import OUT
from tests.browser.test_first_visit import REACHES, SMALL
from tests.firefox import Firefox, firefox

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def browser_window() -> Iterator[Firefox]:
    with firefox() as window:
        yield window


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def window(request: pytest.FixtureRequest, browser_window: Firefox, server_url: str) -> Iterator[Firefox]:
    """The window at a desktop's and at a phone's width; no page in it may complain."""
    browser_window.goto(f"{server_url}/story")
    browser_window.resize(*request.param)
    browser_window.run("localStorage.clear(); sessionStorage.clear(); localStorage.setItem('visited', 'all')")
    browser_window.run("localStorage.setItem('speed', '4')")  # eight operations a second
    yield browser_window
    assert browser_window.errors(server_url) == []


CENTRE = """const box = document.querySelector(arguments[0]).getBoundingClientRect();
return [box.x + box.width / 2, box.y + box.height / 2];"""
MIDDLE_OF_EDGE = """const path = document.querySelector(`.graph-svg path.edge[data-ref='${arguments[0]}']`);
const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
return [point.x, point.y];"""
MARKS = """return [...document.querySelectorAll("#inspector [data-ref][title]")].map((mark) =>
  [mark.dataset.ref, Number(mark.title.split(" · ").at(-1).replace("−", "-"))]);"""
# Each script's size and its base's; a script is a letter or number, however it is wrapped.
SCRIPTS = """const size = (element) => {
  const leaf = element.matches("mi, mn, mo") ? element : element.querySelector("mi, mn, mo") ?? element;
  return parseFloat(getComputedStyle(leaf).fontSize);
};
return [...document.querySelectorAll("math :is(msub, msup, msubsup)")].filter((each) => each.checkVisibility())
  .flatMap((each) => [...each.children].slice(1).map((script) => [size(script), size(each.children[0])]));"""


# Elements of a formula that have not as many children as MathML wants of them.
MALFORMED = """const wanted = { mfrac: 2, mroot: 2, msub: 2, msup: 2, munder: 2, mover: 2, msubsup: 3, munderover: 3 };
return [...document.querySelectorAll("math *")]
  .filter((each) => each.children.length !== (wanted[each.localName] ?? each.children.length))
  .map((each) => each.outerHTML);"""


def whole_formulas_with_smaller_scripts(window: Firefox) -> None:
    assert window.run(MALFORMED) == []
    sizes = window.run(SCRIPTS)
    assert sizes
    least = 10.7  # px: nothing in a formula is made smaller than 8 points
    assert [(size, base) for size, base in sizes if size > max(0.85 * base, least)] == []
    assert [(size, base) for size, base in sizes if base > least and size >= base] == []


def test_a_step_plays_and_its_numbers_are_the_servers(window: Firefox, server_url: str) -> None:
    window.goto(server_url)
    window.becomes("() => document.querySelector('.app:not(.without-run)')")
    window.click(*window.run(CENTRE, "[data-do=play]"))
    window.becomes("() => new URLSearchParams(location.search).get('step') === '2'")  # the first went by as a whole
    window.click(*window.run(CENTRE, "[data-do=play]"))
    window.becomes("() => document.querySelector('[data-do=play]').ariaLabel === 'Play'")
    window.press("End")
    window.becomes("() => document.querySelector('#caption').textContent.includes('operation 16 of 16')")
    run = f"{server_url}/api/runs/" + window.run("return sessionStorage.getItem('run')")
    spot = httpx.get(f"{run}/steps/2?spotlight=0").json()["spotlight"]

    window.click(*window.run(MIDDLE_OF_EDGE, "W1[0][0]"))
    window.becomes("() => document.querySelector('#inspector').checkVisibility()")
    window.click(*window.run(CENTRE, "[data-do=back]"))
    window.becomes("() => document.querySelector('#caption').textContent.includes('operation 15 of 16')")
    window.becomes("() => document.querySelectorAll('#inspector [data-ref][title]').length > 2")
    read = dict(window.run(MARKS))
    known = {f"{name}[0]": spot[name][0] for name in ("x", "dz1", "da1")}
    chain = ["x[0]", "dz1[0]"] if "x[0]" in read else ["da1[0]", "dz1[0]"]  # a finger's tap may find the unit
    assert [read[name] for name in chain] == [known[name] for name in chain]
    whole_formulas_with_smaller_scripts(window)
    window.press("Escape")

    window.run("document.querySelector('#dropout, [aria-label=Dropout]').focus()")
    window.press("ArrowRight", "ArrowRight", "ArrowRight")
    window.becomes("() => location.search.includes('change=2:dropout')")
    shown = window.run("return document.querySelector('[aria-label=Dropout]').getAttribute('aria-valuetext')")
    (rate,) = set(httpx.get(run).json()["controls"]["dropout"])
    assert shown == f"{round(100 * rate)} percent"
    assert rate > 0


def test_a_hidden_tab_waits_and_goes_on_when_it_is_seen_again(window: Firefox, server_url: str) -> None:
    window.goto(server_url)
    window.becomes("() => document.querySelector('.app:not(.without-run)')")
    window.click(*window.run(CENTRE, "[data-do=play]"))
    window.becomes("() => document.querySelector('[data-do=play]').ariaLabel === 'Pause'")
    window.becomes("() => new URLSearchParams(location.search).get('step') === '1'")
    with window.another_tab():
        window.becomes("() => document.hidden && document.querySelector('[data-do=play]').ariaLabel === 'Play'")
    window.becomes("() => !document.hidden && document.querySelector('[data-do=play]').ariaLabel === 'Pause'")
    window.becomes("() => Number(new URLSearchParams(location.search).get('step')) > 1")
    window.click(*window.run(CENTRE, "[data-do=play]"))
    with window.another_tab():  # who paused is not played on
        window.becomes("() => document.hidden")
    window.becomes("() => !document.hidden && document.querySelector('[data-do=play]').ariaLabel === 'Play'")


def test_the_story_comes_to_a_chapter_with_its_numbers(window: Firefox, server_url: str) -> None:
    window.goto(f"{server_url}/story")
    window.becomes("() => document.querySelector('.chapter.on')")
    window.run("document.querySelector('#slope').scrollIntoView({ block: 'center' })")
    window.becomes("() => document.querySelector('.chapter.on')?.id === 'slope'")
    number = "#slope .prose data[data-ref='dz3[0]']"
    window.becomes("(number) => /^−?0\\.\\d+$/.test(document.querySelector(number).textContent)", number)
    whole_formulas_with_smaller_scripts(window)


# What opens on a first visit, each by what is pressed for it and what is there then; Escape closes it.
OPENS = {
    "legend": ("[data-do=legend]", "#legend .letters dd"),
    "loss": (".loss-button", "#sample-loss"),
    "lessons": ("[data-do=lessons], [data-tab=lessons]", "#lessons"),
    "share": ("[data-do=share]", "#share"),
    "settings": ("[data-do=setup]", "#setup"),
}
# Presses the one that is shown of several; on a phone some lie behind "more".
PRESSED = """const shown = () => [...document.querySelectorAll(arguments[0])].find((one) => one.checkVisibility());
if (!shown()) document.querySelector("[data-do=more]").click();
const found = shown();
found?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
return Boolean(found);"""
SHOWN = "(place) => document.querySelector(place)?.checkVisibility({ visibilityProperty: true })"


def test_what_opens_can_be_read_reached_and_hit(window: Firefox, server_url: str) -> None:
    window.run("localStorage.clear()")
    window.goto(server_url)
    window.becomes("() => document.querySelector('.app:not(.without-run)')")
    least = 44 if window.run("return innerWidth < 720") else 32

    def faults() -> list[str]:
        checks = (SMALL, OUT, REACHES)
        window.comes_to_rest()
        return [fault for check in checks for fault in window.run(f"return ({check})(arguments[0])", least)]

    window.becomes(SHOWN, "#guide")
    found = {"first visit": faults()}
    window.run(PRESSED, "[data-do=batch]")
    window.becomes("() => new URLSearchParams(location.search).get('step') === '1'")
    window.becomes(SHOWN, "#operations")
    found["after the first step"] = faults()
    for name, (button, part) in OPENS.items():
        assert window.run(PRESSED, button), name
        window.becomes(SHOWN, part)
        found[name] = faults()
        window.press("Escape")
    assert {state: what for state, what in found.items() if what} == {}
