"""The page is set in the fonts that it brings, and in their place nothing moves while they are on their way."""

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import Open, arrived


def machine_s(page: Page) -> dict[str, str]:
    """Fonts of the machine that anything on the page is set in, with the words."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    found: dict[str, str] = {}

    def fonts_of(node: dict) -> list[dict]:
        try:
            return session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
        except Error as error:
            if "Could not find node" not in error.message:
                raise
            return []  # it has left the page meanwhile

    def look(node: dict) -> None:
        words = " ".join(child["nodeValue"] for child in node.get("children", []) if child["nodeType"] == 3).strip()
        if words and node["nodeName"] not in {"SCRIPT", "STYLE", "TITLE"}:
            for font in fonts_of(node):
                if not font["isCustomFont"]:
                    found[f"{font['familyName']} in {node['nodeName']}"] = words
        for child in node.get("children", []):
            look(child)

    look(session.send("DOM.getDocument", {"depth": -1})["root"])
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
