"""Addresses of the page, read as the page itself reads them: `tests/js/session/url.test.js` reads the same file."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.runs.address import read

CASES = json.loads((Path(__file__).parents[1] / "golden" / "addresses.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["query"][:30] for case in CASES])
def test_an_address_is_read_as_the_page_reads_it(case: dict[str, Any]) -> None:
    found = read(case["query"])
    changes = [{"step": step, "name": name, "value": value} for step, name, value in found.changes]
    assert found.config == case["config"]
    assert (found.step, changes, found.run) == (case.get("step", 0), case.get("changes", []), case.get("run"))
    assert found.errors == case.get("errors", [])
