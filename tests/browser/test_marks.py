"""Every mark is a recorded number: change one number in the stream, and exactly the marks bound to it change."""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open, arrived
from tests.browser.waiting import at_rest

# Each mark with its own attributes and words, but not those of the marks inside it.
MARKS = """() => [...document.querySelectorAll('.stage [data-ref], .tape [data-ref]')].map(mark => {
  const own = mark.cloneNode(true);
  own.querySelectorAll('[data-ref]').forEach(inner => inner.remove());
  return [mark.dataset.ref, own.outerHTML];
})"""

Mutate = Callable[[dict[str, Any]], None]


def halve_record(name: str, row: int, column: int) -> Mutate:
    def mutate(step: dict[str, Any]) -> None:
        record = next(entry for entry in step["tape"] if entry["name"] == name)
        record["value"][row][column] *= 0.5

    return mutate


def halve_parameter(name: str, row: int, column: int) -> Mutate:
    def mutate(step: dict[str, Any]) -> None:
        step["parameters"][name][row][column] *= 0.5

    return mutate


def halve_spotlight(name: str, unit: int) -> Mutate:
    def mutate(step: dict[str, Any]) -> None:
        step["spotlight"][name][unit] *= 0.5

    return mutate


def rewrite(mutate: Mutate) -> Callable[[Route], None]:
    """Answers as the server does, with one number of step 3 changed."""

    def handle(route: Route) -> None:
        answer = route.fetch(max_retries=3)  # of a connection that the server closes just then, as nobody used it
        lines = []
        for line in answer.text().split("\n"):
            found = json.loads(line) if line.startswith('{"type":"step","step":3,') else None
            if found is not None:
                mutate(found)
            lines.append(line if found is None else json.dumps(found))
        route.fulfill(response=answer, body="\n".join(lines))

    return handle


Marks = dict[str, list[str]]


@pytest.fixture(scope="module")
def unchanged() -> dict[int, Marks]:
    """The marks of the run as it is, by operation: the same for every test."""
    return {}


def marks_of(open_page: Open, mutate: Mutate | None, operation: int) -> Marks:
    """By what they are bound to; which of two lines lies on top is no mark."""
    page: Page = open_page("?step=2", reduced_motion="reduce")
    arrived(page)
    if mutate is not None:
        page.route("**/api/runs/*/train", rewrite(mutate))
        page.route("**/api/runs/*/steps/3*", rewrite(mutate))
    page.get_by_role("button", name="Next batch", exact=True).click()
    page.wait_for_url("**step=3")
    tape = page.get_by_role("slider", name="tape")
    expect(tape).to_have_attribute("aria-valuetext", re.compile("^operation 16 of 16"))
    tape.focus()
    for at in range(1, operation + 1):
        page.keyboard.press("Home" if at == 1 else "ArrowRight")
        expect(tape).to_have_attribute("aria-valuetext", re.compile(f"^operation {at} of 16"))
    page.mouse.move(5, 5)
    at_rest(page)
    found: dict[str, list[str]] = defaultdict(list)
    for ref, mark in sorted(page.evaluate(MARKS)):
        found[ref].append(mark)
    return found


@pytest.mark.parametrize(
    ("ref", "mutate"),
    [
        ("dW2[3][1]", halve_record("dW2", 3, 1)),
        ("W2[3][1]", halve_parameter("W2", 3, 1)),
        ("a1[2]", halve_spotlight("a1", 2)),
        ("dz2[1]", halve_spotlight("dz2", 1)),
    ],
)
def test_one_number_changes_exactly_the_marks_that_are_bound_to_it(
    open_page: Open, unchanged: dict[int, Marks], ref: str, mutate: Mutate
) -> None:
    operation = 1 if ref == "W2[3][1]" else 15  # weights are drawn where no gradient lies over them yet
    if operation not in unchanged:
        unchanged[operation] = marks_of(open_page, None, operation)
    plain, changed = unchanged[operation], marks_of(open_page, mutate, operation)
    assert len(plain[ref]) >= (1 if ref == "W2[3][1]" else 2), "in the graph, and what is recorded on the tape too"
    assert plain.keys() == changed.keys()
    assert {name for name in plain if plain[name] != changed[name]} == {ref}
