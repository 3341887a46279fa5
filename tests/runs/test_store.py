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


def memory_store(most: int = 2, memory: int = 10**9, idle: float = 60, clock: Clock | None = None) -> MemoryStore:
    return MemoryStore(most, memory, idle, clock or Clock())


def small_run() -> Run:
    return Run(plan(RunConfig(samples=10)))


async def are_kept(store: MemoryStore, *runs: Run) -> list[bool]:
    found = []
    for run in runs:
        try:
            found.append(await store.get(run.id) is run)
        except UnknownRunError:
            found.append(False)
    return found


async def test_the_least_recently_used_is_evicted_first() -> None:
    store, runs = memory_store(), [small_run() for _ in range(3)]
    await store.add(runs[0])
    await store.add(runs[1])
    await store.get(runs[0].id)
    await store.add(runs[2])
    assert await are_kept(store, *runs) == [True, False, True]


async def test_runs_are_evicted_when_they_take_too_much_memory_together() -> None:
    runs = [small_run() for _ in range(3)]
    store = memory_store(most=10, memory=runs[0].memory * 5 // 2)
    for run in runs:
        await store.add(run)
    assert await are_kept(store, *runs) == [False, True, True]


async def test_an_idle_run_is_no_longer_kept() -> None:
    clock = Clock()
    store, run = memory_store(idle=60, clock=clock), small_run()
    await store.add(run)
    clock.now = 60
    assert await are_kept(store, run) == [True]
    clock.now = 121
    assert await are_kept(store, run) == [False]


async def test_a_run_in_training_is_not_evicted() -> None:
    clock = Clock()
    store, runs = memory_store(most=2, idle=60, clock=clock), [small_run() for _ in range(3)]
    for run in runs[:2]:
        await store.add(run)
        run.begin(TrainRequest())
    clock.now = 1000
    with pytest.raises(StoreFullError):
        await store.add(runs[2])
    runs[0].end()
    await store.add(runs[2])
    assert await are_kept(store, *runs) == [False, True, True]


async def test_a_removed_run_is_unknown_and_knows_it() -> None:
    store, run = memory_store(), small_run()
    await store.add(run)
    await store.remove(run.id)
    assert run.deleted
    assert await are_kept(store, run) == [False]
    with pytest.raises(UnknownRunError):
        await store.remove(run.id)


async def test_ids_are_long_and_differ() -> None:
    assert len({small_run().id for _ in range(20)}) == 20
    assert len(small_run().id) >= 22
