"""The golden steps are what the engine records now, up to the last bits in which two machines may differ."""

import json
import math
from typing import Any

import pytest

from tests.golden import make

WRITTEN = json.loads(make.FILE.read_text())


def same(a: Any, b: Any) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) or isinstance(b, float):
        return a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    return bool(a == b)


@pytest.mark.parametrize("name", make.CASES)
def test_the_golden_step_is_current(name: str) -> None:
    step = json.loads(json.dumps(make.recorded(name, *make.CASES[name])))
    assert same(WRITTEN[name], step), "python -m tests.golden.make writes it anew"


def test_the_golden_file_holds_no_other_steps() -> None:
    assert WRITTEN.keys() == make.CASES.keys()
