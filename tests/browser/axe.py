"""What axe-core finds in a page as it stands."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.waiting import at_rest, faded

# Of what passes one element a rule is enough to tell: the thousands of others took two thirds of the time.
VIOLATIONS = {"resultTypes": ["violations"]}
AXE = Axe()


def violations(page: Page, playing: bool = False) -> list[str]:
    """Rule and element of each, once the page is at rest; while it plays, once no colour fades."""
    if playing:
        faded(page)
    else:
        at_rest(page)
    if not page.evaluate("'axe' in window"):  # once a page: what is compiled already is twice as fast
        page.evaluate(AXE.axe_script)
    found = page.evaluate("(options) => axe.run(options)", VIOLATIONS)["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
