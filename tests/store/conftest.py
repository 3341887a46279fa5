"""A shelf of every kind of store."""

from collections.abc import AsyncIterator

import pytest

from tests.store.kinds import KINDS, Shelf


@pytest.fixture(params=KINDS)
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    async with KINDS[request.param]() as opened:
        yield opened
