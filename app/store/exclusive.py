"""Runs whose steps take long: they are computed in a thread, and meanwhile nobody else touches them."""

from asyncio import CancelledError, Lock, create_task, get_running_loop, shield, wait
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from anyio import CancelScope

from ..runs import costs
from ..runs.run import Run

T = TypeVar("T")
# Not kept with the run: through a lock that somebody waits for, the whole server would be reached, and counted as the
# run's memory.
_locks: WeakKeyDictionary[Run, Lock] = WeakKeyDictionary()
# NumPy lets go of the interpreter in large arrays alone: more threads would hold up the event loop among themselves.
_threads = ThreadPoolExecutor(2, "large runs")


def is_large(run: Run) -> bool:
    """Whether one of its steps, or an evaluation, holds the event loop longer than a slice."""
    plan = run.plan
    step = costs.step(plan.network, min(run.cursor.controls.batch_size, plan.samples.train))
    return max(step, costs.evaluation(plan)) > costs.BRIEF


def lock_of(run: Run) -> Lock:
    """Held while a thread computes in the run."""
    return _locks.setdefault(run, Lock())


async def settled(run: Run) -> None:
    """Once no thread computes in the run; none begins before the caller awaits something."""
    if lock_of(run).locked():
        async with lock_of(run):
            pass


async def exclusively(runs: Iterable[Run], function: Callable[[], T], cost: float = 0.0) -> T:
    """What a function that reads or moves some runs returns: computed at once, or in a thread where a run is large, or
    the function is. It is computed to its end, also where nobody waits for it any more."""
    large = [run for run in runs if cost > costs.BRIEF or is_large(run)]
    if not large:
        return function()
    async with AsyncExitStack() as locked:
        for run in sorted(large, key=id):
            await locked.enter_async_context(lock_of(run))
        return await to_the_end(_in_thread(function))


async def _in_thread(function: Callable[[], T]) -> T:
    return await get_running_loop().run_in_executor(_threads, function)


async def to_the_end(work: Coroutine[Any, Any, T], patience: float | None = None) -> T:
    """Work that is done to its end although whoever waits for it hangs up; only then he is gone.

    `patience`: seconds after which it is cancelled all the same.
    """
    task = create_task(work)
    try:
        return await shield(task)
    except CancelledError:
        with CancelScope(shield=True):  # else Starlette's own scope would cancel it anew in each turn of the loop
            late = None if patience is None else get_running_loop().call_later(patience, task.cancel)
            while not task.done():
                with suppress(CancelledError):
                    await wait({task})
            if late is not None:
                late.cancel()
        if not task.cancelled():
            task.exception()
        raise
    finally:
        del task  # its error's traceback refers to this frame: a cycle, which would keep the run until it is found
