"""The story in a browser: read, touched, without motion, without a script, on paper, and there and back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app.story.chapters import CHAPTERS, Chapter
from app.story.number_format import format_number
from app.story.setting import Setting
from app.story.values import values_of
from tests.browser.axe import violations
from tests.browser.conftest import FONTS, Open, set_in
from tests.browser.waiting import at_rest, becomes, in_scheme, resized

Read = Callable[..., Page]

# Where the pointer on the tape has been: what a motion leaves behind, however late one asks for it.
NOTES_POINTER = """
window.places = new Set();
new MutationObserver((changes) => {
  for (const { target } of changes)
    if (target instanceof Element && target.matches("#tape .tape-pointer")) places.add(target.getAttribute("d"));
}).observe(document, { subtree: true, attributeFilter: ["d"] });
"""


# What the caption has said of each path: {"Path 2 of 10": "…"}.
NOTES_PATHS = """() => {
  window.walked = {};
  new MutationObserver(() => {
    const [path, words] = document.querySelector("#caption p").textContent.split(": ");
    walked[path] = words;
  }).observe(document.querySelector("#caption p"), { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture
def read(new_page: Open, server_url: str, complaints: list[str]) -> Read:
    """read("?x=0.4#turn", width=390, …) -> the story once its numbers are live."""

    def read(where: str = "", width: int = 1440, height: int = 900, live: bool = True, **options: Any) -> Page:
        page = new_page(width, height, **options)
        page.add_init_script(NOTES_POINTER)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{server_url}/story{where}")
        if live:
            expect(page.locator("#caption")).to_contain_text("operation")
            page.evaluate("document.fonts.ready.then(() => {})")
        return page

    return read


def moves(page: Page) -> None:
    """Once the chapter's motion has begun."""
    becomes(page, "() => places.size > 3")


def stands(page: Page) -> None:
    """Once the chapter's motion is over."""
    moves(page)
    at_rest(page, frames=12)


def prose(page: Page, chapter: str) -> str:
    return page.locator(f"#{chapter} .prose").inner_text()


def begun_in(page: Page, fonts: str) -> tuple[Chapter, ...]:
    """The chapters that one reads from here on, from the first: they are drawn in these fonts as one comes to them."""
    if fonts != "ours":
        set_in(page, fonts)
        page.keyboard.press("Home")
    return tuple(CHAPTERS)


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def turned(page: Page, scheme: str) -> Page:
    """The story in these colours: light or dark."""
    if page.locator("html").get_attribute("data-theme") != scheme:
        page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    return page


# Structure differs by size and contrast by scheme: each size once, and both schemes.
LOOKS = [(1440, 900, ("light", "dark")), (1024, 768, ("light",)), (390, 844, ("dark",))]


def test_axe_finds_nothing(read: Read) -> None:
    page = read(reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    for width, height, schemes in LOOKS:
        resized(page, width, height)
        for i in (0, 3, 8, 10, 11):
            page.evaluate("i => document.querySelectorAll('.chapter')[i].scrollIntoView()", i)
            expect(page.locator(".chapter.on")).to_have_id(CHAPTERS[i].id)
            if CHAPTERS[i].id == "yours":
                expect(page.locator("#stage")).to_contain_text("dropped")
            for scheme in schemes:
                within = ("#live", ".chapter.on") if i else ()
                found[f"{width} {scheme}: {CHAPTERS[i].id}"] = violations(turned(page, scheme), within=within)
            assert overflow(page) <= 0, (width, CHAPTERS[i].id)
    assert {case: faults for case, faults in found.items() if faults} == {}


def test_the_story_is_as_dark_as_its_reader_s_system(read: Read) -> None:
    page = read("#yours", color_scheme="dark", reduced_motion="reduce", live=False)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    in_scheme(page, "light")  # and follows it
    page.get_by_role("button", name="Light or dark").click()
    page.emulate_media(color_scheme="dark")
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")  # what was chosen here holds


READING_LINE = """() => {
  const line = document.querySelector("svg.reading-line path").getBoundingClientRect();
  const cell = document.querySelector('.tape [data-ref="a3"] rect').getBoundingClientRect();
  return [line.bottom - cell.top, line.left - (cell.left + cell.right) / 2, innerHeight - cell.bottom];
}"""


def test_a_very_large_screen_shows_the_story_larger(read: Read) -> None:
    page = read("#slope", 3840, 2160, reduced_motion="reduce")
    expect(page.locator("svg.reading-line path")).to_be_attached()
    at_rest(page)
    assert page.evaluate("document.body.currentCSSZoom") == 2
    assert overflow(page) <= 0
    above, begins, below = page.evaluate(READING_LINE)
    assert above == pytest.approx(-6, abs=2)  # three of the page's pixels above the cell that it comes from
    assert begins == pytest.approx(0, abs=4)
    assert 0 < below < 200
    page.set_viewport_size({"width": 1440, "height": 900})
    becomes(page, "() => document.body.currentCSSZoom === 1")


def test_axe_finds_nothing_in_numbers_only(read: Read) -> None:
    page = read("#weight", reduced_motion="reduce")
    page.get_by_role("button", name=re.compile("^numbers")).click()
    found: dict[str, list[str]] = {}
    for width, height in [(1440, 900), (390, 844)]:
        resized(page, width, height)
        expect(page.locator("#weight .numbers-only")).to_be_visible()
        for scheme in ("light", "dark"):
            found[f"{width} {scheme}"] = violations(turned(page, scheme))
        assert overflow(page) <= 0, width
    assert {case: faults for case, faults in found.items() if faults} == {}


def test_j_and_k_read_on_and_back(read: Read) -> None:
    page = read(reduced_motion="reduce")
    for i, chapter in enumerate(CHAPTERS):
        expect(page.locator(".chapter.on")).to_have_id(chapter.id)
        expect(page.locator(".contents [aria-current=step]")).to_contain_text(str(i + 1))
        expect(page).to_have_url(re.compile(rf"#{chapter.id}$" if i else r"/story(#function)?$"))
        page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".chapter.on")).to_have_id("doors")
    page.keyboard.press("Home")
    expect(page.locator(".chapter.on")).to_have_id("function")


def test_every_chapter_moves_the_picture_and_then_stands(read: Read) -> None:
    page = read()
    for chapter in CHAPTERS:
        expect(page.locator(".chapter.on")).to_have_id(chapter.id)
        stands(page)
        assert page.locator("#tape .now.tape-cell").get_attribute("data-ref") == chapter.op, chapter.id
        page.evaluate("places.clear()")
        page.keyboard.press("j")


def test_a_chapter_moves_although_the_network_comes_late(new_page: Open, server_url: str) -> None:
    page = new_page()
    page.add_init_script(NOTES_POINTER)
    held: list[Route] = []
    page.route("**/api/runs", lambda route: held.append(route))
    page.goto(f"{server_url}/story#sum")
    expect(page.locator("#say")).to_contain_text("Chapter 8")  # said when the motion is to begin
    held.pop().continue_()
    stands(page)
    expect(page.locator("#caption")).to_contain_text("operation 15 of 18")


def test_a_pulled_input_changes_the_words_to_the_engines_numbers(read: Read) -> None:
    page = read("#function")
    page.locator("#function input[data-field=x]").fill("0.4")
    values = values_of(Setting(x=0.4))
    expect(page.locator("#function .prose")).to_contain_text(format_number(values["a3"][0]))
    expect(page.locator("#slope .prose")).to_contain_text(format_number(values["dz3"][0]))
    expect(page.locator("#blame .prose")).to_contain_text(format_number(values["trials"]["w"]["slope"]))
    expect(page.locator("#stage")).to_contain_text(format_number(values["a1"][0]))
    expect(page).to_have_url(re.compile(r"\?x=0\.4"))
    page.locator("#put-back").click()
    expect(page.locator("#function .prose")).to_contain_text("0.5538")


def test_a_target_above_the_prediction_turns_the_sentence(read: Read) -> None:
    page = read("#turn")
    assert "the loss rises" in prose(page, "turn")
    page.locator("#turn input[data-field=y]").fill("0.9")
    expect(page.locator("#turn .prose")).to_contain_text("the loss falls")
    expect(page.locator("#note")).to_contain_text("falls")


def test_an_answer_is_unfolded_by_keys_and_follows_the_numbers(read: Read) -> None:
    page = read("#slope", reduced_motion="reduce")
    answer = page.locator("#slope .ask p")
    expect(answer).to_be_hidden()
    page.locator("#slope .ask summary").focus()
    page.keyboard.press(" ")
    expect(answer).to_be_visible()
    expect(page.locator("#caption")).to_contain_text("operation 10 of 18")  # the space has not played the chapter
    expect(answer).to_contain_text(format_number(values_of(Setting())["dz3"][0]))
    page.locator("#slope input[data-field=x]").fill("0.4")
    expect(answer).to_contain_text(format_number(values_of(Setting(x=0.4))["dz3"][0]))
    page.locator("#slope .ask summary").focus()
    page.keyboard.press("Enter")
    expect(answer).to_be_hidden()


def test_every_question_has_an_answer_on_paper(read: Read) -> None:
    page = read("#slope", reduced_motion="reduce")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".ask p:visible").count() == len(CHAPTERS) - 11  # those not being read are hidden on the screen
    page.emulate_media(media="print")
    assert page.locator(".ask p:visible").count() == len(CHAPTERS)
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".ask p:visible")).to_have_count(0)


def test_the_input_is_pulled_in_the_picture(read: Read) -> None:
    page = read("#function")
    stands(page)
    box = page.locator(".story-input .axis").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 2 / 3, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(page.locator("#function .prose data").first).to_have_text(re.compile(r"^[−0.\d]{1,5}$"))
    value = float(page.locator("#function input[data-field=x]").input_value())
    assert abs(value) < 0.15
    expect(page.locator("#function .prose")).to_contain_text(format_number(values_of(Setting(x=value))["a3"][0]))


def test_a_chosen_line_is_tried_and_calculated(read: Read) -> None:
    page = read("#blame", reduced_motion="reduce")
    page.locator('#note .trial[data-weight="W2[0][1]"]').click()
    expect(page.locator('#note .trial[data-weight="W2[0][1]"]')).to_have_class(re.compile("chosen"))
    trial = next(t for t in values_of(Setting())["trials"]["all"] if t["of"] == "W2[0][1]")
    expect(page.locator(".story-trial")).to_contain_text(format_number(trial["L"]))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".chapter.on")).to_have_id("weight")
    page.locator('#weight .prose [data-ref="W3[0][0]"]').first.click()
    expect(page.locator("#note")).to_contain_text("By hand")


def test_the_readers_hand_stops_the_motion(read: Read) -> None:
    page = read("#sum")
    moves(page)
    page.keyboard.press("ArrowLeft")
    at_rest(page, frames=30)
    expect(page.locator("#caption")).to_contain_text("of 18")
    expect(page.locator("#caption")).not_to_contain_text("operation 15 of 18")  # where the motion would have ended
    page.keyboard.press("Escape")
    expect(page.locator("#caption")).to_contain_text("operation 15 of 18")


def test_without_motion_a_chapter_opens_as_it_ends(read: Read) -> None:
    page = read("#weight", reduced_motion="reduce")
    expect(page.locator("#caption")).to_contain_text("operation 11 of 18")
    expect(page.locator("#weight .play")).to_have_text("Next operation")
    page.locator("#weight .play").click()
    expect(page.locator("#caption")).to_contain_text("operation 12 of 18")
    page.keyboard.press(" ")
    expect(page.locator("#caption")).to_contain_text(re.compile(r"operation 1[23] of 18"))


def test_numbers_only_leaves_title_line_and_question(read: Read) -> None:
    page = read("#loss")
    page.keyboard.press("n")
    expect(page.locator("#loss .prose")).to_be_hidden()
    expect(page.locator("#loss .numbers-only")).to_contain_text(format_number(values_of(Setting())["L"]))
    expect(page.get_by_role("button", name="numbers only")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("#loss .numbers-only")).to_be_visible()


def test_with_recording_off_the_paths_are_counted_one_by_one(read: Read) -> None:
    page = read("#paths")
    stands(page)
    page.evaluate(NOTES_PATHS)
    page.locator("#recording").click()
    expect(page.locator("#caption")).to_contain_text("Recording off")
    expect(page.locator("#tape .tape-cell:not(.future)")).to_have_count(8)  # of the forward pass; no error is recorded
    expect(page.locator("#caption")).to_contain_text(
        "25 of the 44 multiplications had been done before", timeout=20_000
    )
    expect(page.locator("#note .count.warning")).to_have_text("44")
    expect(page.locator("#note .repeats")).to_have_text("25 of them done before")
    expect(page.locator("#stage .unit-label:visible", has_text="δ")).to_have_count(0)
    walked = page.evaluate("walked")
    assert [walked[f"Path {n} of 10"] for n in (1, 2, 4, 10)] == [
        "6 multiplications, none of them done before.",
        "6 multiplications, 3 of them done before, dotted.",
        "6 multiplications, 5 of them done before, dotted.",
        "2 multiplications, 1 of them done before, dotted.",
    ]
    expect(page.locator(".path-line.repeated")).to_have_count(2)  # x · σ′ in front, the output's error at the end
    expect(page.locator(".path-line-label")).to_have_text(["a", "b"])
    page.get_by_role("button", name="one layer more").click()
    expect(page.locator("#note .count.warning")).to_have_text("132")
    page.locator("#recording").click()
    expect(page.locator(".path-line")).to_have_count(0)


def test_a_second_step_goes_on_from_the_first(read: Read) -> None:
    page = read("#update")
    first = values_of(Setting())
    page.locator("#again").click()
    expect(page.locator("#loss .prose")).to_contain_text(format_number(first["after"]))


def test_pointing_at_a_number_lights_it_in_the_picture(read: Read) -> None:
    page = read("#slope", reduced_motion="reduce")
    page.locator('#slope .prose data[data-ref="dz3[0]"]').hover()
    expect(page.locator("#stage .frame.highlighted")).to_have_count(1)


def test_the_path_back_comes_factor_by_factor(read: Read) -> None:
    page = read("#doors", reduced_motion="reduce")
    expect(page.locator("#note .chain-link")).to_have_count(5)
    expect(page.locator("#note .chain-link.ahead")).to_have_count(0)
    for ahead in (0, 1, 2, 2, 3):  # δ¹, ∂a¹, ∂W², δ², ∂a²
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#note .chain-link.ahead")).to_have_count(ahead)
    page.keyboard.press("Escape")
    expect(page.locator("#note .chain-link.ahead")).to_have_count(0)


def test_one_press_on_the_tape_goes_one_operation(read: Read) -> None:
    page = read("#sum", reduced_motion="reduce")
    slider = page.get_by_role("slider", name=re.compile("Tape"))
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuenow", "14")


def test_nothing_at_the_first_chapter_leads_nowhere(read: Read) -> None:
    page = read("#function", reduced_motion="reduce")
    assert page.locator("#previous").get_attribute("href") is None
    page.keyboard.press("j")
    expect(page.locator("#previous")).to_have_attribute("href", "#function")


def test_the_theme_is_changed_at_every_size(read: Read) -> None:
    page = read("#loss", color_scheme="light", reduced_motion="reduce")
    for width, height, theme in [(1440, 900, "dark"), (390, 844, "light"), (320, 640, "dark")]:
        resized(page, width, height)
        page.get_by_role("button", name="Light or dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        page.reload()
        expect(page.locator("#caption")).to_contain_text("operation")
        expect(page.locator("html")).to_have_attribute("data-theme", theme)


def test_low_and_wide_the_picture_stands_beside_the_text(read: Read) -> None:
    page = read("#slope", 720, 450, reduced_motion="reduce")
    for fonts in FONTS:
        if fonts != "ours":
            set_in(resized(page, 720, 450), fonts)
            page.keyboard.press("k")  # to where a chapter begins, in these fonts
        expect(page.locator(".chapter.on")).to_have_id("slope")
        at_rest(page)
        live, title = page.locator("#live").bounding_box(), page.locator("#slope h2").bounding_box()
        assert live is not None
        assert title is not None
        assert title["x"] + title["width"] <= live["x"] + 1, fonts
        assert live["y"] - 1 <= title["y"] < live["y"] + live["height"], fonts
        page.keyboard.press("j")
        expect(page.locator(".chapter.on")).to_have_id("weight")
        resized(page, 390, 844)
        expect(page.locator(".chapter.on")).to_have_id("weight")


# How far each word at the picture stands out of it, to the left and to the right.
OUTSIDE = """() => {
  const stage = document.querySelector("#stage").getBoundingClientRect();
  return [...document.querySelectorAll(".key")].map((key) => {
    const { left, right } = key.getBoundingClientRect();
    return [stage.left - left, right - stage.right];
  });
}"""


def test_every_word_at_the_picture_stays_in_it(read: Read) -> None:
    page = read("#function", 1024, 768, reduced_motion="reduce")
    for fonts in FONTS:
        for chapter in begun_in(page, fonts)[:6]:
            expect(page.locator(".chapter.on")).to_have_id(chapter.id)
            expect(page.locator(".key")).to_have_count(len(chapter.keys))
            out = at_rest(page).evaluate(OUTSIDE)
            assert all(far <= 1 for sides in out for far in sides), (chapter.id, fonts, out)
            page.keyboard.press("j")


def test_the_last_chapter_is_taken_to_the_playground(read: Read) -> None:
    page = read("#yours", reduced_motion="reduce")
    expect(page.locator("#stage")).to_contain_text("dropped")
    expect(page.locator("#caption")).to_contain_text("of 20")
    page.get_by_role("link", name="Continue in the playground").click()
    page.wait_for_url(re.compile(r"dropout=0\.25.*step=40"))
    expect(page.locator("#caption")).to_contain_text("operation")


def left(page: Page, where: str, operations: int) -> str:
    """Stands in the playground, and leaves it for the story by the link in its bar."""
    page.goto(where)
    expect(page.locator("#caption")).to_contain_text(f"of {operations}" if operations else "Step 0")
    becomes(page, "() => sessionStorage.getItem('run') !== null")
    at_rest(page)
    run = str(page.evaluate("sessionStorage.getItem('run')"))
    page.get_by_role("link", name=re.compile("^The story")).first.click()
    expect(page.locator("#caption")).to_contain_text("operation")
    page.keyboard.press("End")
    expect(page.locator(".chapter.on")).to_have_id("yours")
    return run


def test_the_last_chapter_shows_the_run_that_was_left(read: Read, server_url: str) -> None:
    page = read("", live=False, reduced_motion="reduce")
    run = left(page, f"{server_url}/?dataset=moons&hidden=5tanh,3relu&step=4", 16)
    expect(page.locator("#user-run-bar")).to_have_text("Your run, step 4")
    expect(page.locator("#yours .prose")).to_contain_text(
        "that you left in the playground: two inputs, five units, three"
    )
    expect(page.locator("#yours .prose")).to_contain_text("switched off here")
    expect(page.locator("#yours .formula")).to_be_hidden()
    told = page.request.get(f"{server_url}/api/runs/{run}/steps/4").json()
    expect(page.locator("#yours .prose data").first).to_have_text(format_number(told["path_multiplications"]))
    expect(page.locator("#caption")).to_contain_text("of 16")
    where = page.locator("#caption").inner_text()
    page.get_by_role("link", name="Continue in the playground").click()
    page.wait_for_url("**/?dataset=moons&hidden=5tanh,3relu&step=4")
    expect(page.locator("#caption")).to_contain_text(re.search(r"operation \d+ of 16", where)[0])  # type: ignore[index]
    assert page.evaluate("sessionStorage.getItem('run')") == run
    page.goto(f"{server_url}/story")
    page.get_by_role("link", name="Backprop Playground").click()
    page.wait_for_url("**/?dataset=moons&hidden=5tanh,3relu&step=4")
    assert page.evaluate("sessionStorage.getItem('run')") == run


def test_a_run_without_a_step_is_said_to_have_none(read: Read, server_url: str) -> None:
    page = read("", live=False, reduced_motion="reduce")
    left(page, f"{server_url}/?dataset=moons", 0)
    expect(page.locator("#user-run-bar")).to_contain_text("has not taken a step yet")
    expect(page.locator("#stage")).to_contain_text("dropped")
    expect(page.locator("#yours .prose")).to_contain_text("the playground’s network: two inputs, six units, four, one")


def test_a_run_that_is_gone_is_said_to_be(browser: Browser, server_url: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    run = left(page, f"{server_url}/?step=2", 16)
    expect(page).to_have_url(re.compile("#yours$"))  # it is written a little later
    page.request.delete(f"{server_url}/api/runs/{run}")
    page.reload()
    expect(page.locator("#caption")).to_contain_text("operation")
    page.keyboard.press("End")
    expect(page.locator("#user-run-bar")).to_contain_text("no longer kept")
    expect(page.locator("#stage")).to_contain_text("dropped")
    page.goto(f"{server_url}/story?run={run}&step=2&op=dz2#slope")
    expect(page.locator("#user-run-bar")).to_contain_text("The run of this link is no longer kept")
    expect(page.locator("#caption")).to_contain_text("operation 10 of 18")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#user-run-bar")).to_be_hidden()
    context.close()


def test_a_lesson_is_gone_back_to(read: Read, server_url: str) -> None:
    page = read("", live=False)
    page.goto(f"{server_url}/?lesson=vanishing&step=2")
    expect(page.locator("#caption")).to_contain_text("of 31")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#caption")).to_contain_text("operation 30 of 31")
    page.get_by_role("link", name="why?").click()
    expect(page.locator("#user-run-bar")).to_contain_text("Your run, step 2")
    page.get_by_role("link", name="Back to step 2").click()
    page.wait_for_url("**/?lesson=vanishing&step=2**")
    expect(page.locator("#caption")).to_contain_text("operation 30 of 31")
    expect(page.get_by_role("region", name="Lesson")).to_be_visible()


def test_a_door_leads_to_its_lesson_and_back_to_the_chapter(read: Read) -> None:
    page = read("#doors", reduced_motion="reduce")
    doors = page.locator("#note .preview a")
    expect(doors).to_have_count(5)
    lessons = set()
    for door in range(5):
        doors.nth(door).click()
        page.wait_for_url(re.compile("lesson="))
        lessons.add(page.url)
        page.get_by_role("link", name=re.compile("Chapter 11 of the story")).click()
        expect(page.locator(".chapter.on")).to_have_id("doors")
    assert len(lessons) == 5


def test_the_playground_leads_to_the_story(read: Read, server_url: str) -> None:
    page = read("", live=False)
    for width, height in [(1440, 900), (1024, 768), (390, 844)]:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{server_url}/")
        expect(page.locator("#caption")).to_contain_text("Step 0")
        if width < 500:
            page.get_by_role("tab", name="Lessons").click()
        page.locator('a[href$="/story"]:visible').first.click()
        expect(page.get_by_role("heading", name="Backpropagation, by hand")).to_be_visible()


def test_a_run_of_ones_own_is_shown_and_gone_back_to(read: Read, server_url: str) -> None:
    page = read("", live=False)
    page.goto(f"{server_url}/?dropout=0.25&step=3")
    expect(page.locator("#caption")).to_contain_text("of 20")
    page.wait_for_url("**step=3")
    run = page.evaluate("sessionStorage.getItem('run')")
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#caption")).to_contain_text("operation 14 of 20")
    page.locator('.graph-svg [data-unit="2,1"]').click()
    expect(page.get_by_role("region", name="Inspector")).to_be_visible()
    page.get_by_role("link", name="why?").click()
    expect(page).to_have_url(re.compile(r"op=dz2&pick=unit,2,1#slope$"))
    expect(page.locator("#user-run-bar")).to_contain_text("Your run, step 3, operation δ²")
    expect(page.locator("#caption")).to_contain_text("of 20")
    page.get_by_role("link", name="Back to step 3").click()
    page.wait_for_url("**step=3")
    assert page.evaluate("sessionStorage.getItem('run')") == run
    expect(page.locator("#caption")).to_contain_text("operation 14 of 20")
    expect(page.get_by_role("region", name="Inspector")).to_be_visible()


def test_without_a_script_there_are_words_and_stills(read: Read) -> None:
    for width in (1440, 390, 320):
        page = read("", width, live=False, java_script_enabled=False)
        expect(page.locator(".still svg").first).to_be_visible()
        assert page.locator(".still").first.bounding_box()["x"] < width  # type: ignore[index]
        assert page.locator(".still:visible").count() == 12
        assert page.locator(".live-only:visible, .live:visible").count() == 0
        assert "0.5538" in prose(page, "function")


def test_paper_carries_every_chapter_with_its_still(read: Read) -> None:
    page = read("#weight", reduced_motion="reduce")
    page.locator("#weight input[data-field=x]").fill("0.4")
    expect(page.locator("#function .prose")).not_to_contain_text("0.5538")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".still:visible").count() == 12
    assert page.locator(".live:visible, .tries:visible, .live-only:visible").count() == 0
    assert "0.5538" in prose(page, "function")
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
    assert 4 <= pages <= 6


def test_on_a_phone_the_text_stands_where_it_will_before_the_picture_is_there(new_page: Open, server_url: str) -> None:
    page = new_page(412, 823)
    page.route("**/story.js", lambda route: route.abort())
    page.goto(f"{server_url}/story")
    top = "() => document.querySelector('#text').getBoundingClientRect().top"
    empty = page.evaluate(top)
    page.evaluate("document.querySelector('#live').remove()")  # as while the page is still being parsed
    assert abs(page.evaluate(top) - empty) < 2


def test_nothing_sticks_out_at_320(read: Read, server_url: str) -> None:
    """Of any chapter that a link opens."""
    page = read("", 320, 640, live=False, reduced_motion="reduce")
    out: dict[str, int] = {}
    for chapter in CHAPTERS:
        page.goto(f"{server_url}/story?opened-at={chapter.id}#{chapter.id}")
        expect(page.locator("#caption")).to_contain_text("operation")
        expect(page.locator(".chapter.on")).to_have_id(chapter.id)
        page.evaluate("document.fonts.ready.then(() => {})")
        out[chapter.id] = overflow(at_rest(page))
    assert {chapter: far for chapter, far in out.items() if far > 0} == {}


def test_nothing_sticks_out_at_320_while_one_reads_on(read: Read) -> None:
    page = read("", 320, 640, reduced_motion="reduce")
    out: dict[str, int] = {}
    for fonts in FONTS:
        for chapter in begun_in(page, fonts):
            expect(page.locator(".chapter.on")).to_have_id(chapter.id)
            out[f"{chapter.id} in {fonts}"] = overflow(at_rest(page))
            page.keyboard.press("j")
    assert {case: far for case, far in out.items() if far > 0} == {}
