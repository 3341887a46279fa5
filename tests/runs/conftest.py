"""A run that has not trained yet, plain and rich."""

import pytest

from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.run import Run
from tests.runs.streams import RICH


@pytest.fixture(params=[RunConfig(), RICH], ids=["plain", "rich"])
def run(request: pytest.FixtureRequest) -> Run:
    return Run(plan(request.param))
