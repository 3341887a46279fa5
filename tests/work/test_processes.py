"""Processes that compute: they answer, raise, and end when nobody waits."""

import os
import time
from asyncio import CancelledError, create_task, sleep
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.runs.errors import FieldError, UnsuitedRunError
from app.work.messages import LONG
from app.work.processes import ProcessEndedError, Processes

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def started() -> AsyncIterator[Processes]:
    processes = Processes()
    try:
        yield processes
    finally:
        await processes.close()


def refuse() -> None:
    raise UnsuitedRunError(FieldError("batch_size", 7, "too many", "at most 3"))


def sleep_after(marker: Path) -> None:
    marker.write_text(str(os.getpid()))
    time.sleep(600)


def written_over(flags: NDArray[np.bool_]) -> int:
    """In its process it may write into its copy."""
    flags[:] = True
    return int(flags.sum())


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_process_answers_raises_and_ends_with_who_asked(tmp_path: Path) -> None:
    """All in one test: to start a process takes a while."""
    async with started() as processes:
        first = await processes.call(os.getpid)
        assert first != os.getpid()
        assert await processes.call(partial(divmod, 17, 5)) == (3, 2)
        with pytest.raises(UnsuitedRunError, match="too many") as refused:
            await processes.call(refuse)
        assert refused.value.errors[0].allowed == "at most 3"
        assert await processes.call(os.getpid) == first

        flags = np.arange(600_000) % 2 == 0  # larger than a pipe takes at once
        assert await processes.call(flags.sum) == 300_000
        doubled = await processes.call(partial(np.add, flags, flags))
        assert np.array_equal(doubled, flags)
        assert await processes.call(partial(bytes, 3_000_000)) == bytes(3_000_000)
        rows = [[row, str(row)] for row in range(3 * LONG + 1)]
        assert await processes.call(partial(dict, rows=rows, same=[], few=[1])) == {
            "rows": rows,
            "same": [],
            "few": [1],
        }
        assert await processes.call(partial(list, rows)) == rows
        assert await processes.call(partial(written_over, flags)) == 600_000
        assert flags.sum() == 300_000

        marker = tmp_path / "marker"
        asking = create_task(processes.call(partial(sleep_after, marker)))
        while not marker.exists() or not marker.read_text():
            await sleep(0.01)
        asking.cancel()
        with pytest.raises(CancelledError):
            await asking
        while alive(first):
            await sleep(0.01)

        with pytest.raises(ProcessEndedError):
            await processes.call(partial(os._exit, 3))
