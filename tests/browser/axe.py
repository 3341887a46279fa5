"""What axe-core finds in a page as it stands."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.waiting import at_rest, faded

# Of what passes one element a rule is enough to tell: the thousands of others took two thirds of the time.
VIOLATIONS = {"resultTypes": ["violations"]}
AXE = Axe()


def violations(page: Page, playing: bool = False, within: tuple[str, ...] = ()) -> list[str]:
    """Rule and element of each, once the page is at rest; while it plays, once no colour fades.

    `within` names the parts that a test has changed since it last asked of the whole page: to judge all of it takes
    seconds.
    """
    if playing:
        faded(page)
    else:
        at_rest(page)
    if not page.evaluate("'axe' in window"):  # once a page: what is compiled already is twice as fast
        page.evaluate(AXE.axe_script)
    run = "([within, options]) => axe.run(within.length ? { include: within } : document, options)"
    found = page.evaluate(run, [list(within), VIOLATIONS])["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


# Structure differs by size and contrast by scheme: each size once, and both schemes.
in_both_schemes = pytest.mark.parametrize(
    ("scheme", "width", "height"),
    [("light", 1440, 900), ("dark", 1440, 900), ("light", 1024, 768), ("dark", 390, 844)],
)
