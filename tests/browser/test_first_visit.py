"""The first five minutes: what a fresh visitor sees, the guide, what unfolds, and sizes for eyes and fingers."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived, complete
from tests.browser.reach import out_of_reach
from tests.browser.test_journey import button, slider
from tests.browser.waiting import at_rest, becomes, resized
from tests.chromium import FLAGS, find_chromium

WIDE = [(1440, 900), (1366, 768), (1280, 720)]
PHONES = [(390, 844), (360, 640)]
SIZES = [*WIDE, (1024, 768), *PHONES]
NEEDED = {
    "the network": "#graph .graph-svg",
    "the output plane": "#plane .plane",
    "the loss": "#metrics dl > :nth-child(1)",
    "the accuracy": "#metrics dl > :nth-child(2)",
    "play": "[data-do=play]",
    "the word of play": ".play-word",
    "the learning rate": "#learning-rate-control",
    "dropout": "#dropout-control",
    "the guide": "#guide",
}
DATA = {"circles": "#datasets [data-value=circles]", "checkerboard": "#datasets [data-value=checkerboard]"}
# Of what is asked for: whatever is not whole inside the window, or lies under something that does not belong to it.
UNSEEN = """(needed) => Object.entries(needed).filter(([, selector]) => {
  const element = document.querySelector(selector);
  if (!element?.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return true;
  const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
  if (!width || left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5) return true;
  return [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]].some(([x, y]) => {
    const hit = document.elementFromPoint(left + x * width, top + y * height);
    return !(hit && (element.contains(hit) || hit.contains(element) || hit.closest(".stage")));
  });
}).map(([name]) => name)"""
SCROLLS = """() => ["#rail", "#side", "#stage"].filter((selector) => {
  const element = document.querySelector(selector);
  return element.scrollHeight > element.clientHeight || element.scrollWidth > element.clientWidth;
})"""


@pytest.fixture(scope="module")
def with_scrollbars(browser: Browser) -> Iterator[Browser]:
    """A Chromium that shows the scrollbars which tests are usually spared."""
    shown = browser.browser_type.launch(
        executable_path=find_chromium(), args=FLAGS, ignore_default_args=["--hide-scrollbars"]
    )
    yield shown
    shown.close()


def guide_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Guide")


def band(page: Page, name: str) -> Locator:
    """The button that opens and closes one of the instruments below the network."""
    return page.get_by_role("button", name=re.compile(f"^{name}"))


def first_step(page: Page) -> None:
    button(page, "Next batch").click()
    page.wait_for_url("**step=1")
    expect(band(page, "All steps")).to_be_visible()


def test_a_fresh_visitor_sees_what_it_is_about(open_page: Open) -> None:
    page = open_page(visited=False)
    tiles = page.locator("#graph [data-unit]")
    expect(tiles).to_have_count(2 + 6 + 4 + 1)
    expect(page.locator(".play-word")).to_have_text("Play")
    unseen: dict[str, list[str]] = {}
    for width, height in SIZES:
        phone = width < 720
        found = resized(page, width, height).evaluate(UNSEEN, NEEDED if phone else NEEDED | DATA)
        boxes = [tile.bounding_box() for tile in tiles.all()]
        found += [f"tile {k}" for k, at in enumerate(boxes) if not at or at["y"] < 0 or at["y"] + at["height"] > height]
        if phone:
            page.get_by_role("tab", name="Data").click()
            found += at_rest(page).evaluate(UNSEEN, DATA)
            page.get_by_role("tab", name="Network").click()
        unseen[f"{width} × {height}"] = found
    assert {size: names for size, names in unseen.items() if names} == {}


def test_no_part_scrolls_before_the_first_step_and_after_it(with_scrollbars: Browser, server_url: str) -> None:
    page = with_scrollbars.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{server_url}/")
    page.wait_for_selector(".app:not(.without-run)")
    complete(page)
    for size in WIDE:
        assert resized(page, *size).evaluate(SCROLLS) == [], size
        assert page.evaluate("innerWidth - document.documentElement.clientWidth") == 0, size
    first_step(page)
    for size in WIDE:
        assert resized(page, *size).evaluate(SCROLLS) == [], size


def test_no_name_of_a_data_set_is_cut(open_page: Open) -> None:
    page = open_page("?dataset=checkerboard", visited=False)  # the longest, and bold
    names = page.locator(".thumbnail:not(.further) span")
    expect(names).to_have_count(6)
    cut = "(all) => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)"
    for size in (*WIDE, (1181, 800), (1024, 768)):
        resized(page, *size)
        assert names.evaluate_all(cut) == [], size


def test_the_rail_keeps_its_place_when_it_begins_to_scroll(with_scrollbars: Browser, server_url: str) -> None:
    page = with_scrollbars.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{server_url}/")
    page.wait_for_selector(".app:not(.without-run)")
    left_and_right = "(element) => [element.getBoundingClientRect().left, element.getBoundingClientRect().right]"
    place = at_rest(page).locator("#data").evaluate(left_and_right)
    page.get_by_role("button", name=re.compile(r"^All \d+ data sets")).click()
    becomes(page, "() => document.querySelector('#rail').scrollHeight > document.querySelector('#rail').clientHeight")
    assert page.locator("#data").evaluate(left_and_right) == place


def test_the_guide_goes_on_with_what_is_done(open_page: Open) -> None:
    page = open_page(visited=False)
    guide = guide_of(page)
    expect(guide).to_contain_text("Press Play.")
    button(page, "Play").click()
    expect(guide).to_contain_text("One operation at a time.")
    button(page, "Pause").click()
    first_step(page)
    expect(guide).to_contain_text("One whole step is done, and recorded below. Now drag the learning rate")
    button(page, "Reset").click()
    expect(guide).to_contain_text("2 of 4Drag the learning rate")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#caption")).to_contain_text("operation 1 of")
    expect(guide).to_contain_text("2 of 4Drag the learning rate")
    button(page, "Next batch").click()
    expect(guide).to_contain_text("One whole step is done")
    slider(page, "Learning rate").fill("-1")
    expect(guide).to_contain_text("Make it faster with Speed")
    slider(page, "Speed").fill("2")
    expect(guide).to_contain_text("Click any line or tile")
    page.locator("[data-unit='1,1']").first.focus()
    page.keyboard.press("Enter")
    expect(guide).to_be_hidden()
    page.reload()
    page.wait_for_selector(".app:not(.without-run)")
    expect(guide).to_be_hidden()


def test_the_guide_asks_for_nothing_while_the_server_is_away(open_page: Open) -> None:
    page = open_page(visited=False, quiet=False)
    first_step(page)
    expect(guide_of(page)).to_contain_text("2 of 4")
    page.wait_for_load_state("networkidle")  # nothing asked for in passing may notice first that nobody answers
    for path in ("**/api/**", "**/readyz"):
        page.route(path, lambda route: route.abort())
    button(page, "Next batch").click()
    expect(page.get_by_text("The server is away.", exact=True)).to_be_visible()
    expect(slider(page, "Learning rate")).to_be_disabled()
    expect(guide_of(page)).to_be_hidden()
    for path in ("**/api/**", "**/readyz"):
        page.unroute(path)
    button(page, "Try now").click()
    expect(guide_of(page)).to_contain_text("2 of 4")


def test_the_guide_goes_on_with_next_by_the_keys_and_remembers_where_it_was(open_page: Open) -> None:
    page = open_page(visited=False)
    guide = guide_of(page)
    expect(guide.get_by_role("button", name="Next")).to_be_hidden()  # the first step has to be seen
    first_step(page)
    go_on = guide.get_by_role("button", name="Next", exact=True)
    go_on.focus()
    page.keyboard.press("Enter")
    expect(guide).to_contain_text("3 of 4")
    expect(go_on).to_be_focused()
    page.reload()
    expect(guide).to_contain_text("3 of 4")
    go_on.focus()
    page.keyboard.press("Space")
    expect(guide).to_contain_text("4 of 4")
    page.keyboard.press("Enter")  # the keys are where they were: on what ends it now
    expect(guide).to_be_hidden()
    assert page.evaluate("document.activeElement !== document.body")


def test_no_guide_ends_it_until_the_help_shows_it_again(open_page: Open) -> None:
    page = open_page(visited=False)
    guide = guide_of(page)
    guide.get_by_role("button", name="No guide").click()
    expect(guide).to_be_hidden()
    page.reload()
    page.wait_for_selector(".app:not(.without-run)")
    expect(guide).to_be_hidden()
    first_step(page)
    expect(guide).to_be_hidden()
    button(page, "Reset").click()
    expect(page.locator("#caption")).to_contain_text("Step 0")
    page.keyboard.press("?")
    button(page, "Show the guide again").click()
    expect(guide).to_contain_text("1 of 4")


BOXES = """() => ["#guide", "#graph", "#plane", "#metrics", "#operations", "#transport", ".main-slider"]
  .map((selector) => document.querySelector(selector))
  .filter((element) => element.checkVisibility())
  .map((element) => [element.id, element.getBoundingClientRect()])
  .map(([id, { left, top, right, bottom }]) => [id, left, top, right, bottom])"""


def test_the_guide_lies_over_nothing(open_page: Open) -> None:
    page = open_page(visited=False)
    for place in ("1 of 4", "2 of 4", "3 of 4", "4 of 4"):
        if place == "2 of 4":
            first_step(page)
        elif place != "1 of 4":
            guide_of(page).get_by_role("button", name="Next", exact=True).click()
        expect(guide_of(page)).to_contain_text(place)
        for size in SIZES:
            (_, left, top, right, bottom), *others = resized(page, *size).evaluate(BOXES)
            over = [
                name
                for name, x0, y0, x1, y1 in others
                if x0 < right and x1 > left and y0 < bottom - 0.5 and y1 > top + 0.5
            ]
            assert over == [], (place, size)
        resized(page, *SIZES[0])


def test_the_tape_opens_by_itself_once_and_then_the_reader_decides(open_page: Open) -> None:
    page = open_page(visited=False)
    expect(band(page, "Tape")).to_have_attribute("aria-expanded", "false")
    expect(band(page, "All steps")).to_be_hidden()
    first_step(page)
    expect(band(page, "Tape")).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("slider", name="tape")).to_be_visible()
    button(page, "hide").click()
    expect(band(page, "Tape")).to_be_focused()
    button(page, "Next batch").click()
    page.wait_for_url("**step=2")
    page.reload()
    arrived(page)
    expect(band(page, "Tape")).to_have_attribute("aria-expanded", "false")
    expect(band(page, "All steps")).to_be_visible()  # nothing is folded again
    band(page, "Layers").click()
    expect(page.locator("#stats")).to_be_visible()
    page.reload()
    arrived(page)
    expect(band(page, "Layers")).to_have_attribute("aria-expanded", "true")
    button(page, "Reset").click()
    expect(page.locator("#caption")).to_contain_text("Step 0")
    expect(band(page, "All steps")).to_be_visible()


def test_who_opened_the_layers_first_keeps_them(open_page: Open) -> None:
    page = open_page(visited=False)
    band(page, "Layers").click()
    first_step(page)
    expect(band(page, "Layers")).to_have_attribute("aria-expanded", "true")
    expect(band(page, "Tape")).to_have_attribute("aria-expanded", "false")


# Every text that is drawn, with the size that it has on the screen; what is shrunk by its picture counts as it is seen.
SMALL = """() => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("script, style, noscript, option, .visually-hidden")) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const scale = element.getScreenCTM?.()?.a ?? 1;
    const size = parseFloat(getComputedStyle(element).fontSize) * scale;
    const words = node.data.trim().slice(0, 30);
    if (size < 10.95) found.push(`${size.toFixed(1)} px: ${words} in ${element.tagName} ${element.classList}`);
  }
  return found;
}"""


def what_opens_over_it(page: Page) -> Iterator[str]:
    """The legend, and what the network shows where it is pressed."""
    button(page, "Legend").click()
    expect(page.locator("#legend .letters dd").first).to_be_visible()
    yield "legend"
    page.keyboard.press("Escape")
    page.locator(".loss-button").click()
    expect(page.locator("#sample-loss")).to_be_visible()
    yield "loss"
    page.keyboard.press("Escape")
    page.locator("[data-unit='2,1']").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_be_visible()
    yield "unit"
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_contain_text("Weight")
    yield "weight"
    page.keyboard.press("Escape")


# Where each of the states that follow differs from the one before it; the others are judged as a whole.
PART = {
    "Output": ("#side",),
    "Layers": ("#stats", "#band-head"),
    "All steps": ("#timeline", "#band-head"),
    "Tape": ("#operations", "#band-head"),
    "Data": ("#rail",),
    "Lessons": ("#lessons",),
    "Confusion": ("#side",),
    "Gradients": ("#side",),
    "Update": ("#side",),
    "the rail": ("#rail",),
    "share": ("#share",),
    "legend": ("#legend",),
    "loss": ("#sample-loss",),
    "unit": ("#inspector",),
    "weight": ("#inspector",),
    "lessons": ("#lessons",),
}


def what_opens(page: Page, width: int) -> Iterator[str]:
    """The states that hold words and buttons, one after the other, each by its name."""
    yield "first visit"
    first_step(page)
    yield "after the first step"
    if width < 720:
        for tab in ("Output", "Layers", "Data", "Lessons", "Network"):
            page.get_by_role("tab", name=tab).click()
            yield tab
        yield from what_opens_over_it(page)
        page.keyboard.press("Escape")
        button(page, "more").click()
        yield "more"
        button(page, "Share this moment").click()
        yield "share"
        page.keyboard.press("Escape")
        if not button(page, "All settings").is_visible():
            button(page, "more").click()
        button(page, "All settings").click()
        yield "settings"
        return
    for name in ("Layers", "All steps", "Tape"):
        band(page, name).click()
        yield name
    for name in ("Confusion", "Gradients", "Update"):
        page.get_by_role("tab", name=name, exact=True).click()
        yield name
    if width > 1180:
        for fold in page.locator(".fold summary").all():
            fold.click()
        page.get_by_role("button", name=re.compile(r"^All \d+ data sets")).click()
        yield "the rail"
    button(page, "Share this moment").click()
    yield "share"
    page.keyboard.press("Escape")
    yield from what_opens_over_it(page)
    page.locator("[data-do=lessons]").locator("visible=true").first.click()
    expect(page.locator("#lessons")).to_be_visible()
    yield "lessons"
    page.keyboard.press("Escape")
    page.locator(".menu").click()
    yield "settings"


def test_no_text_of_a_table_is_smaller_than_eleven_pixels(open_page: Open) -> None:
    page = open_page("?dataset=penguins")
    expect(page.get_by_role("button", name="input bill_length_mm")).to_be_visible()
    for size in SIZES:
        assert resized(page, *size).evaluate(SMALL) == [], size


# Of what stands in a triangle's or an underline's place only the colour tells whether it is open or chosen.
CHOSEN = """() => [...document.querySelectorAll(".chart-tabs button")].filter((e) => e.checkVisibility()).map((e) =>
  [e.ariaSelected === "true", getComputedStyle(e).borderBottomColor])"""


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_in_forced_colours_all_that_opens_can_be_read(open_page: Open, width: int, height: int) -> None:
    page = open_page("", width, height, visited=False, forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    found: dict[str, list[str]] = {}
    for state in what_opens(page, width):
        found[state] = violations(page, within=PART.get(state, ()))
        tabs = page.evaluate(CHOSEN)
        chosen = {colour for selected, colour in tabs if selected}
        assert not chosen & {colour for selected, colour in tabs if not selected}, state
    assert {state: rules for state, rules in found.items() if rules} == {}


@pytest.mark.parametrize(("width", "height"), [(640, 360), (720, 450)])
def test_at_two_hundred_percent_all_that_opens_can_be_reached(
    with_scrollbars: Browser, server_url: str, width: int, height: int
) -> None:
    """As at 1280 x 720 and 1440 x 900, whose pixels are then twice as large."""
    page = with_scrollbars.new_page(viewport={"width": width, "height": height}, device_scale_factor=2)
    page.goto(f"{server_url}/")
    page.wait_for_selector(".app:not(.without-run)")
    out = {state: out_of_reach(page) for state in what_opens(page, 640)}
    assert {state: controls for state, controls in out.items() if controls} == {}


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1280, 720), (1024, 768)])
def test_with_scrollbars_shown_nothing_that_opens_is_cut(
    with_scrollbars: Browser, server_url: str, width: int, height: int
) -> None:
    page = with_scrollbars.new_page(viewport={"width": width, "height": height})
    page.goto(f"{server_url}/")
    page.wait_for_selector(".app:not(.without-run)")
    out: dict[str, list[str]] = {}
    for state in what_opens(page, width):
        out[state] = out_of_reach(page)
        tabs = page.locator(".chart-tabs button").locator("visible=true")
        rows = {tab["y"] for tab in (each.bounding_box() for each in tabs.all()) if tab}
        assert len(rows) <= 1, f"{state}: the tabs take two lines"
    assert {state: controls for state, controls in out.items() if controls} == {}


# Of each control outside the network how far a press reaches; what can be scrolled to is scrolled to. The terms of a
# sum stand as close as lines do: the network has the same weights, farther apart.
REACHES = """(least) => {
  const CONTROL =
    "button, summary, select, [role=button], [role=tab], [role=switch], a.toolbar-button, input[type=range]";
  const PANEL = "#share, #legend, #lessons, #setup, #sample-loss, #inspector";
  const found = [];
  for (const element of document.querySelectorAll(CONTROL)) {
    if (element.closest(".graph, .skip, .waterfall")) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    element.scrollIntoView({ block: "center", inline: "nearest" });
    const { left, top, width, height } = element.getBoundingClientRect();
    const hits = (x, y) => {
      const hit = document.elementFromPoint(x, y);
      return hit && (hit.closest(CONTROL) === element || hit.closest("label")?.control === element);
    };
    const [x, y] = [left + width / 2, top + height / 2];
    if (!hits(x, y)) continue; // something else lies over it
    const half = least / 2;
    if (hits(x - half, y) && hits(x + half, y) && hits(x, y - half) && hits(x, y + half)) continue; // most are
    const panel = element.closest(PANEL);
    let covered = false; // in part, by a panel that has opened over it
    const reach = (dx, dy) => {
      let far = 0;
      while (far < least && hits(x + dx * (far + 1), y + dy * (far + 1))) far++;
      const end = document.elementFromPoint(x + dx * (far + 1), y + dy * (far + 1))?.closest(PANEL);
      covered ||= Boolean(end) && end !== panel;
      return far;
    };
    const size = [reach(-1, 0) + reach(1, 0) + 1, reach(0, -1) + reach(0, 1) + 1];
    const name = element.ariaLabel ?? element.textContent.trim().slice(0, 30);
    if (!covered && Math.min(...size) < least - 1) found.push(`${size.join(" × ")}: ${name} .${element.classList}`);
  }
  return found;
}"""


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_what_opens_can_be_read_and_hit(open_page: Open, width: int, height: int) -> None:
    """Axe judges each part that opens at two of the sizes, one in each scheme: structure differs by size only."""
    phone = width < 720
    scheme = "dark" if phone else "light"
    page = open_page("", width, height, visited=False, color_scheme=scheme, has_touch=phone)
    found: dict[str, list[str]] = {}
    for state in what_opens(page, width):
        found[state] = at_rest(page).evaluate(SMALL) + page.evaluate(REACHES, 44 if phone else 32)
        if (width, height) in ((1280, 720), (390, 844)):
            found[state] += violations(page, within=PART.get(state, ()))
    assert {state: faults for state, faults in found.items() if faults} == {}


def test_the_guide_moves_with_the_window(open_page: Open) -> None:
    """Its tip points at the middle of the play button, wherever that is."""
    page = open_page(visited=False)
    off = """() => {
      const { left, width } = document.querySelector("[data-do=play]").getBoundingClientRect();
      const guide = document.querySelector("#guide");
      const tip = guide.getBoundingClientRect().left + parseFloat(guide.style.getPropertyValue("--tip"));
      return Math.abs(left + width / 2 - tip);
    }"""
    for width, height in [(1440, 900), (1280, 720), (1024, 768), (390, 844)]:
        assert resized(page, width, height).evaluate(off) <= 1, width
