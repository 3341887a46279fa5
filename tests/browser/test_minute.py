"""The first minute of somebody who has never been here, with real presses, drags and taps: a step is played, what the
backward pass did is read, dropout is dragged, a lesson is found and opened, and a link is sent."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.waiting import SLOW, at_rest

See = Callable[[str], object]


def nothing(_: str) -> None:
    """Nobody looks."""


class Mouse:
    """What a reader at a desk does."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def drag(self, slider: Locator, share: float) -> None:
        """Its thumb, from where it is to a share of its way."""
        box = slider.bounding_box()
        assert box
        here = float(slider.evaluate("(e) => (e.value - e.min) / (e.max - e.min)"))
        room, y = box["width"] - 10, box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + 5 + here * room, y)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + 5 + share * room, y, steps=8)
        self.page.mouse.up()


class Finger(Mouse):
    """What a reader with a phone does."""

    def press(self, target: Locator) -> None:
        target.tap()

    def drag(self, slider: Locator, share: float) -> None:
        box = slider.bounding_box()
        assert box
        here = float(slider.evaluate("(e) => (e.value - e.min) / (e.max - e.min)"))
        room, y = box["width"] - 18, box["y"] + box["height"] / 2
        touch = self.page.context.new_cdp_session(self.page)

        def send(kind: str, at: float) -> None:
            points = [] if kind == "touchEnd" else [{"x": box["x"] + 9 + at * room, "y": y}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        send("touchStart", here)
        for i in range(1, 9):
            send("touchMove", here + (share - here) * i / 8)
        send("touchEnd", share)


def walk(page: Page, hand: Mouse, see: See = nothing) -> str:
    """The whole minute; the link that is sent at its end."""
    phone = isinstance(hand, Finger)
    caption, guide = page.locator("#caption"), page.get_by_role("region", name="Guide")
    play = page.locator("[data-do=play]")
    expect(guide).to_contain_text("Press Play")
    see("opened")
    hand.press(play)  # one step, operation by operation
    expect(caption).to_contain_text("Forward")
    see("forward")
    expect(caption).to_contain_text("Backward", timeout=SLOW)
    hand.press(play)  # pause, to read it
    expect(play).to_have_accessible_name("Play")
    expect(caption.locator("h2")).to_be_visible()
    see("backward")
    hand.press(page.get_by_role("button", name="Next operation", exact=True))
    hand.press(page.locator("[data-unit='2,1']"))
    expect(page.locator("#inspector")).to_contain_text("δ")
    see("a unit")
    hand.press(page.locator("#inspector [data-close], #inspector button[aria-label*=lose]").first)
    hand.press(page.get_by_role("button", name="Next batch"))
    expect(guide).to_contain_text("drag the learning rate")
    see("a step is done")

    dropout = page.get_by_role("slider", name="Dropout", exact=True)
    hand.drag(dropout, 0.25)
    expect(dropout).to_have_attribute("aria-valuetext", re.compile(r"2[3-7] percent"))
    expect(page.locator("#dropout-from")).to_have_text(re.compile(r"from step \d on"))
    see("dropout")
    hand.press(page.get_by_role("button", name="Next batch"))
    expect(page.locator("#graph .node.dropped").first).to_be_attached()
    see("dropped")

    if phone:
        hand.press(page.get_by_role("tab", name="Lessons"))
    else:
        hand.press(page.get_by_role("button", name=re.compile("^Lessons")).locator("visible=true").first)
    lessons = page.locator("#lessons")
    expect(lessons).to_be_visible()
    see("lessons")
    hand.press(lessons.get_by_role("link", name=re.compile("^Vanishing gradients")))
    panel = page.get_by_role("region", name="Lesson", exact=True)
    expect(panel.get_by_role("heading", name="Vanishing gradients")).to_be_visible(
        timeout=SLOW
    )  # the first lesson's files
    page.wait_for_url("**lesson=vanishing**")
    see("vanishing")

    if phone:
        hand.press(page.get_by_role("button", name="more", exact=True))
    hand.press(page.get_by_role("button", name="Share this moment"))
    share = page.get_by_role("dialog", name="Share this moment")
    expect(share).to_be_in_viewport(ratio=1)
    see("share")
    hand.press(share.get_by_role("button", name="Copy link"))
    expect(share.get_by_role("button", name="✓ Copied")).to_be_visible()
    see("copied")
    return share.get_by_label("The link").input_value()


@pytest.mark.parametrize(("width", "height", "touch"), [(1280, 720, False), (390, 844, True)])
def test_a_minute_from_the_first_sight_to_a_link(
    open_page: Open, server_url: str, width: int, height: int, touch: bool
) -> None:
    options = {"has_touch": True, "is_mobile": True} if touch else {}
    page = open_page("", width, height, visited=False, **options)
    link = walk(at_rest(page), Finger(page) if touch else Mouse(page))
    assert link.startswith(f"{server_url}/?")
    other = open_page(link.removeprefix(f"{server_url}/"))
    expect(other.get_by_role("region", name="Lesson", exact=True)).to_contain_text("Vanishing gradients")
    runs = [one.evaluate("sessionStorage.getItem('run')") for one in (page, other)]
    assert runs[0] != runs[1]
    first, second = (httpx.get(f"{server_url}/api/runs/{run}").json()["config"] for run in runs)
    assert first == second
