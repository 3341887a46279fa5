"""What axe-core finds in a page as it stands."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Of what passes one element a rule is enough to tell: the thousands of others took two thirds of the time.
VIOLATIONS = {"resultTypes": ["violations"]}


def violations(page: Page, settled: float = 300) -> list[str]:
    """Rule and element of each, once colours had so many ms to fade."""
    page.wait_for_timeout(settled)
    found = Axe().run(page, options=VIOLATIONS).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
