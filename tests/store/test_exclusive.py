"""Work that is done to its end, whoever hangs up meanwhile."""

import asyncio

import anyio
import pytest

from app.store import exclusive

pytestmark = pytest.mark.anyio


async def test_the_loop_rests_while_work_is_waited_for_whose_asker_has_hung_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scope of anyio, in which Starlette sends a response, cancels again in each turn of the loop."""
    turns = 0
    wait = asyncio.wait

    async def counted(tasks: set[asyncio.Task[str]]) -> object:
        nonlocal turns
        turns += 1
        return await wait(tasks)

    monkeypatch.setattr(exclusive, "wait", counted)
    done: list[str] = []

    async def work() -> str:
        await asyncio.sleep(0.1)
        done.append("to its end")
        return "nobody reads it"

    async with anyio.create_task_group() as group:
        group.start_soon(exclusive.to_the_end, work())
        await asyncio.sleep(0.01)
        group.cancel_scope.cancel()
    assert done == ["to its end"]
    assert turns == 1
