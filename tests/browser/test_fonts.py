"""The page is set in the fonts that it brings, and in their place nothing moves while they are on their way."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, arrived

# Every text that is drawn, by the font that it is asked for in; a list of these is set once more, each a line, to
# ask of each line what it is set in: every element of the page takes many times as long.
ASKED = """() => {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const found = new Map();
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const words = text.data.trim();
    range.selectNodeContents(text);
    if (!words || !range.getClientRects().length) continue;
    const style = getComputedStyle(text.parentElement);
    const font = ["font-family", "font-style", "font-weight", "font-stretch", "font-size", "font-variant",
      "font-feature-settings", "font-variation-settings", "text-transform"]
      .map((name) => `${name}: ${style.getPropertyValue(name)}`).join("; ");
    if (!found.has(font)) found.set(font, new Set());
    found.get(font).add(words);
  }
  return [...found].map(([font, words]) => [font, [...words]]);
}"""
SET = """(lines) => {
  const paper = document.createElement("div");
  paper.id = "set-once-more";
  paper.style = "position: fixed; inset: 0; overflow: hidden; visibility: hidden";
  for (const [font, words] of lines) {
    const line = document.createElement("p");
    line.style = font;
    line.textContent = words;
    paper.append(line);
  }
  document.body.append(paper);
  paper.getBoundingClientRect(); // now: what is not laid out has no fonts
}"""


def machine_s(page: Page) -> dict[str, str]:
    """Fonts of the machine that anything on the page is set in, with the words."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")

    def set_in(lines: list[tuple[str, str]]) -> list[list[str]]:
        """Of each line, its fonts of the machine."""
        page.evaluate(SET, lines)
        root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
        asked = {"nodeId": root, "selector": "#set-once-more > p"}
        nodes = session.send("DOM.querySelectorAll", asked)["nodeIds"]
        answers = [session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"] for node in nodes]
        page.evaluate("document.querySelector('#set-once-more').remove()")
        assert len(answers) == len(lines)
        assert all(answers), [line for line, fonts in zip(lines, answers, strict=True) if not fonts]
        return [[font["familyName"] for font in fonts if not font["isCustomFont"]] for fonts in answers]

    asked = page.evaluate(ASKED)
    assert asked
    found = {}
    for (font, words), theirs in zip(asked, set_in([(font, " ".join(words)) for font, words in asked]), strict=True):
        if theirs:
            each = zip(words, set_in([(font, one) for one in words]), strict=True)
            found |= {f"{name} in {font}": one for one, names in each for name in names}
    session.detach()
    return found


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?dropout=0.25&optimizer=momentum&step=20",
        "?dataset=penguins&hidden=6tanh&scaling=standard&step=60",
        "?hidden=8sigmoid,8sigmoid,8sigmoid,8sigmoid,8sigmoid,8sigmoid&step=10",
        "?lesson=missing&step=20",
    ],
)
def test_every_word_of_the_playground_is_in_the_page_s_own_fonts(open_page: Open, query: str) -> None:
    page = open_page(query, visited=bool(query))
    if "step" in query:
        arrived(page)
        page.locator("[data-edge='2,1,0']").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#inspector")).to_be_visible()
    assert machine_s(page) == {}
    page.locator(".menu").click()
    assert machine_s(page) == {}
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert machine_s(page) == {}


def test_every_word_of_the_story_is_in_the_page_s_own_fonts(open_page: Open) -> None:
    page = open_page("")
    page.goto(page.url + "story")
    expect(page.locator("#caption")).to_contain_text("operation")
    assert machine_s(page) == {}


ROOM = """async ([family, style]) => {
  const [font] = await document.fonts.load(`${style} 100px "${family}"`);
  const line = document.createElement("span");
  line.textContent = document.querySelector("meta[name=description]").content;
  line.style = `font: ${style} 100px "${family}", monospace; position: fixed; white-space: nowrap; line-height: normal`;
  document.body.append(line);
  const { width, height } = line.getBoundingClientRect();
  line.remove();
  return [font?.status, width, height];
}"""


@pytest.mark.parametrize(
    ("stand_in", "family", "styles"),
    [
        ("Arial as Sans", "Playground Sans", ["400", "600"]),
        ("DejaVu as Sans", "Playground Sans", ["400", "600"]),
        ("Times as Serif", "Playground Serif", ["400", "600", "italic 400"]),
        ("DejaVu as Serif", "Playground Serif", ["400", "600"]),
    ],
)
def test_a_font_that_stands_in_takes_the_room_of_ours(
    open_page: Open, stand_in: str, family: str, styles: list[str]
) -> None:
    page = open_page()
    for style in styles:
        here, width, height = page.evaluate(ROOM, [stand_in, style])
        ours, wide, high = page.evaluate(ROOM, [family, style])
        assert (here, ours) == ("loaded", "loaded"), "the machine has the fonts that .ci/run installs"
        assert width == pytest.approx(wide, rel=0.03), style
        assert height == pytest.approx(high, abs=2), style
