"""The sheet with all lessons: in groups, found by typing, marked once their claim was seen to hold."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from app.runs.experiments import experiments
from tests.browser.axe import violations
from tests.browser.conftest import Open, in_every_font
from tests.browser.test_lessons import run_it
from tests.browser.waiting import at_rest, resized

LESSONS = experiments()
GROUPS = {
    "Gradients": "gradients",
    "Regularization": "regularization",
    "Data": "data",
    "How it works": "how it works",
}


def opened(page: Page) -> Locator:
    page.locator("#rail").get_by_role("button", name="Lessons").click()
    sheet = page.get_by_role("dialog", name="Lessons")
    expect(sheet.get_by_role("searchbox")).to_be_focused()
    return sheet


def find(sheet: Locator, words: str) -> list[str]:
    """The lessons that are left when these words are typed."""
    sheet.get_by_role("searchbox").fill(words)
    return shown(sheet)


def shown(sheet: Locator) -> list[str]:
    links = sheet.locator("a[data-experiment]").filter(visible=True)
    return [str(link.get_attribute("data-experiment")) for link in links.all()]


@in_every_font
def test_every_lesson_is_within_reach_without_scrolling(open_page: Open, fonts: str) -> None:
    page = open_page()
    sheet = opened(page)
    for size in ((1440, 900), (1280, 720)):
        all_within_reach(resized(page, *size), sheet)
        assert fonts != "ours" or violations(page, within=("#lessons",)) == []


def all_within_reach(page: Page, sheet: Locator) -> None:
    for name, topic in GROUPS.items():
        group = sheet.locator(".lessons-group").filter(has=page.get_by_role("heading", name=re.compile(f"^{name}")))
        wanted = [each.title for each in LESSONS.values() if each.topic == topic]
        assert wanted
        expect(group.locator("b")).to_have_text(wanted)
    assert len(shown(sheet)) == len(LESSONS) >= 14
    for name, lesson in LESSONS.items():
        link = sheet.locator(f"a[data-experiment={name}]")
        expect(link).to_be_in_viewport(ratio=1)
        expect(link).to_contain_text(f"{lesson.minutes} min")
        expect(link).to_contain_text(lesson.subtitle)
        height_of = link.evaluate("(e) => e.getBoundingClientRect().height")
        assert height_of >= 32
    assert sheet.evaluate("(e) => e.scrollHeight <= e.clientHeight")


def test_a_lesson_is_found_by_what_it_speaks_of(open_page: Open) -> None:
    page = open_page()
    sheet = opened(page)
    assert {"dying", "vanishing"} <= set(find(sheet, "relu"))
    assert "symmetry" not in shown(sheet)
    assert {"scaling", "outlier"} <= set(find(sheet, "scaling"))
    assert {"overflow", "missing"} <= set(find(sheet, "NaN"))
    expect(sheet.get_by_role("heading", name=re.compile("^How it works"))).to_be_hidden()
    assert find(sheet, "dropout ensemble") == ["ensemble"], "every word counts"
    assert find(sheet, "quaternion") == []
    expect(sheet.get_by_role("status")).to_have_text("No lesson speaks of “quaternion”.")


def test_enter_opens_the_first_that_is_found(open_page: Open) -> None:
    page = open_page()
    sheet = opened(page)
    first = find(sheet, "nan")[0]
    page.keyboard.press("Enter")
    expect(sheet).to_be_hidden()
    page.wait_for_url(f"**lesson={first}**")
    expect(page.get_by_role("region", name="Lesson")).to_contain_text(LESSONS[first].title)


def test_the_arrows_go_from_lesson_to_lesson(open_page: Open) -> None:
    page = open_page()
    sheet = opened(page)
    ids = find(sheet, "scaling")
    for name in ids:
        page.keyboard.press("ArrowDown")
        expect(sheet.locator(f"a[data-experiment={name}]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(sheet.get_by_role("searchbox")).to_be_focused()


def test_escape_empties_the_search_and_then_closes(open_page: Open) -> None:
    page = open_page()
    sheet = opened(page)
    find(sheet, "relu")
    page.keyboard.press("Escape")
    expect(sheet.get_by_role("searchbox")).to_have_value("")
    assert len(shown(sheet)) == len(LESSONS)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator("#rail").get_by_role("button", name="Lessons")).to_be_focused()
    sheet = opened(page)
    sheet.get_by_role("button", name="Close the lessons").click()
    expect(sheet).to_be_hidden()


def test_what_was_seen_to_hold_is_done(open_page: Open) -> None:
    page = open_page("?lesson=overflow")
    run_it(page)
    page.get_by_role("button", name="Restore mine").click()
    page.wait_for_url(lambda url: "lesson=" not in url)
    sheet = opened(page)
    expect(sheet.locator("a[data-experiment=overflow]")).to_contain_text("✓ done")
    expect(sheet.get_by_text("✓ done")).to_have_count(1)
    page.reload()
    page.wait_for_selector(".app:not(.without-run)")
    expect(opened(page).locator("a[data-experiment=overflow]")).to_contain_text("✓ done")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_them_in_a_tab_a_tablet_behind_a_button(open_page: Open, scheme: str) -> None:
    page = open_page("", 390, 844, has_touch=True, is_mobile=True, color_scheme=scheme)
    page.get_by_role("tab", name="Lessons").tap()
    sheet = page.get_by_role("dialog", name="Lessons")
    at_rest(page)
    for link in sheet.locator("a[data-experiment]").all():
        assert link.evaluate("(e) => e.getBoundingClientRect().height") >= 44
    assert sheet.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    assert violations(page) == []
    sheet.get_by_role("button", name="Close the lessons").tap()
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("tab", name="Network")).to_have_attribute("aria-selected", "true")
    resized(page, 1024, 768)
    page.get_by_role("button", name="Lessons", exact=True).tap()
    expect(sheet).to_be_visible()
    assert violations(page, within=("#lessons",)) == []
