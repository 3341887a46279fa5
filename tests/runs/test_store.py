"""The store of runs evicts the least recently used, and never a run that is being trained."""

import pytest

from app.runs.build import plan
from app.runs.config import RunConfig, TrainRequest
from app.runs.errors import StoreFullError, UnknownRunError
from app.runs.run import Run
from app.runs.store import MemoryStore

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def store(most: int = 2, memory: int = 10**9, idle: float = 60, clock: Clock | None = None) -> MemoryStore:
    return MemoryStore(most, memory, idle, clock or Clock())


def made() -> Run:
    return Run(plan(RunConfig(samples=10)))


async def kept(place: MemoryStore, *runs: Run) -> list[bool]:
    found = []
    for run in runs:
        try:
            found.append(await place.get(run.id) is run)
        except UnknownRunError:
            found.append(False)
    return found


async def test_the_least_recently_used_goes_first() -> None:
    place, runs = store(), [made() for _ in range(3)]
    await place.add(runs[0])
    await place.add(runs[1])
    await place.get(runs[0].id)
    await place.add(runs[2])
    assert await kept(place, *runs) == [True, False, True]


async def test_runs_go_when_they_take_too_much_memory_together() -> None:
    runs = [made() for _ in range(3)]
    place = store(most=10, memory=runs[0].memory * 5 // 2)
    for run in runs:
        await place.add(run)
    assert await kept(place, *runs) == [False, True, True]


async def test_an_idle_run_is_no_longer_kept() -> None:
    clock = Clock()
    place, run = store(idle=60, clock=clock), made()
    await place.add(run)
    clock.now = 60
    assert await kept(place, run) == [True]
    clock.now = 121
    assert await kept(place, run) == [False]


async def test_a_run_in_training_stays() -> None:
    clock = Clock()
    place, runs = store(most=2, idle=60, clock=clock), [made() for _ in range(3)]
    for run in runs[:2]:
        await place.add(run)
        run.begin(TrainRequest())
    clock.now = 1000
    with pytest.raises(StoreFullError):
        await place.add(runs[2])
    runs[0].end()
    await place.add(runs[2])
    assert await kept(place, *runs) == [False, True, True]


async def test_a_removed_run_is_unknown_and_knows_it() -> None:
    place, run = store(), made()
    await place.add(run)
    await place.remove(run.id)
    assert run.deleted
    assert await kept(place, run) == [False]
    with pytest.raises(UnknownRunError):
        await place.remove(run.id)


async def test_ids_are_long_and_differ() -> None:
    assert len({made().id for _ in range(20)}) == 20
    assert len(made().id) >= 22
