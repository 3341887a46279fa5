"""Turns: one slice of work, then the event loop."""

from asyncio import create_task, gather, get_running_loop, sleep

import pytest

from app.work.turns import Turns

pytestmark = pytest.mark.anyio


async def test_the_loop_comes_round_after_each_slice_whoever_computes() -> None:
    turns, slices, rounds = Turns(), [0], list[int]()

    async def work(client: str) -> None:
        for _ in range(5):
            await turns.next(client)
            slices[0] += 1

    def once_round(before: int) -> None:
        rounds.append(slices[0] - before)
        if slices[0] < 100:
            get_running_loop().call_soon(once_round, slices[0])

    once_round(0)
    await gather(*(work(f"client {number % 3}") for number in range(20)))
    assert max(rounds) == 1
    assert slices[0] == 100


async def test_clients_take_turns_and_who_is_cancelled_takes_none() -> None:
    turns, order = Turns(), list[str]()

    async def work(client: str) -> None:
        await turns.next(client)
        order.append(client)

    tasks = [create_task(work(client)) for client in "aaabc"]
    await sleep(0)
    tasks[1].cancel()
    await gather(*tasks, return_exceptions=True)
    assert order == ["a", "b", "c", "a"]
