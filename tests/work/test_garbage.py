"""Reference cycles are looked for a little at a time, and all of them are found in the end."""

import gc
import weakref
from asyncio import create_task, sleep
from collections.abc import AsyncIterator

import pytest

from app.work import garbage

pytestmark = pytest.mark.anyio


class Cycle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
async def quiet(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[bool]]:
    """Whether it is, while it is collected."""
    monkeypatch.setattr(garbage, "EVERY", 0.01)
    monkeypatch.setattr(garbage, "resident", lambda: 0)
    thresholds, quiet = gc.get_threshold(), [False]
    collecting = create_task(garbage.collect_in_steps(lambda: quiet[0], lambda: 1000))
    yield quiet
    collecting.cancel()
    gc.set_threshold(*thresholds)
    gc.unfreeze()


async def until(found: weakref.ref[Cycle]) -> None:
    while found() is not None:
        await sleep(0.01)


@pytest.mark.usefixtures("quiet")
async def test_a_new_cycle_is_found_at_the_next_look() -> None:
    await sleep(0.05)
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    await until(weakref.ref(Cycle()))
    assert gc.get_freeze_count() >= frozen - 1000


@pytest.mark.parametrize("reason", ["quiet", "long", "grown"])
async def test_a_cycle_of_what_was_left_out_is_found_when_all_is_looked_through(
    monkeypatch: pytest.MonkeyPatch, quiet: list[bool], reason: str
) -> None:
    monkeypatch.setattr(garbage, "QUIET", 0.0)
    monkeypatch.setattr(garbage, "SOON", 0.0)
    held = Cycle()
    await sleep(0.05)
    found = weakref.ref(held)
    del held
    for _ in range(10):
        await sleep(0.01)
    assert found() is not None
    if reason == "grown":
        monkeypatch.setattr(garbage, "resident", lambda: garbage.GROWN + 1)
    elif reason == "long":
        monkeypatch.setattr(garbage, "LONGEST", 0.0)
    else:
        quiet[0] = True
    await until(found)
