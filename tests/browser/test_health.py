"""What the server says of a network's health stands on the page in words, with the numbers behind it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived, complete
from tests.browser.waiting import resized

ZEROS = "?initializer=zeros&step=20"
ALONE = "?samples=100&test_fraction=0.35&batch_norm=true&hidden=6relu&step=12"


def line(page: Page) -> str:
    """What stands below the graph."""
    complete(page)
    found = page.locator("#diagnosis p")
    expect(found).to_be_visible()
    return found.inner_text()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            ZEROS,
            "No gradient: every entry of .* is 0, because all weights are 0.* always answering 50 % costs 0\\.6931",
        ),
        (
            "?dropout=1&step=3",
            "No gradient: every entry of ∂W¹, ∂W² and ∂W³ is 0, because a dropout of 1 leaves every unit out",
        ),
        (
            "?dataset=xor&hidden=none&step=60",
            "Guessing: after 4 epochs the training loss 0\\.\\d{4} is .* answering 5\\d %",
        ),
        (ALONE, "A batch of one under batch norm .65 samples, batches of 16.: .* running averages"),
        (
            "?batch_norm=true&batch_size=1&step=3",
            "every entry of ∂W¹.* is 0 where batch norm sees a batch of one .a step of a single sample",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_numbers(open_page: Open, query: str, words: str) -> None:
    page = open_page(query)
    arrived(page)
    assert re.search(words, line(page))
    for size in ((1440, 900), (1280, 720), (390, 844)):
        resized(page, *size)
        assert page.locator("#diagnosis").evaluate("(e) => e.scrollHeight <= e.clientHeight + 1"), size


def test_without_a_gradient_nothing_is_called_healthy(open_page: Open) -> None:
    page = open_page(ZEROS)
    arrived(page)
    complete(page)
    page.get_by_role("button", name="Layers").click()
    stats = page.locator("#stats")
    expect(stats.locator("text.strong")).to_have_text(["○ no gradient"] * 3)
    expect(stats.locator("text:is(.healthy, .warning)")).to_have_count(0)
    expect(stats.get_by_role("img", name="layer 2: no gradient: every entry of ∂W² is 0")).to_be_attached()
    numbers = page.locator("#graph [data-words='1,0'] text.num")
    expect(numbers).to_have_text(["0", "0"])
    assert all("muted" in str(each.get_attribute("class")) for each in numbers.all()), "0 has no sign, and no hue"
    expect(page.locator("#graph path.edge.dotted")).to_have_count(2 * 6 + 6 * 4 + 4)
    key = page.locator(".health-key")
    expect(key).to_contain_text("◌ dead")
    key.get_by_text("○ no gradient").hover()
    expect(page.locator(".definition")).to_contain_text("every entry of ∂W is exactly 0")
    assert violations(page) == []


def test_l1_is_said_to_leave_no_zero_where_it_is_chosen(open_page: Open) -> None:
    page = open_page()
    page.locator(".menu").click()
    expect(page.get_by_role("dialog", name="Setup")).to_contain_text("L1 makes weights small, but never exactly 0")
