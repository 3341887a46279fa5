"""The fair queue: places, their limits, and whose turn it is."""

from asyncio import CancelledError, Event, Task, create_task, sleep
from contextlib import suppress

import pytest

from app.runs.errors import ClientLimitError, OverloadedError
from app.work.queue import FairQueue
from app.work.rounds import Rounds

pytestmark = pytest.mark.anyio


class Crowd:
    """Pieces of work in a queue; each ends when it is told to, and `order` says who got a place when."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue, self.order = queue, list[str]()
        self.ends: list[Event] = []

    async def enter(self, client: str) -> Task[None]:
        task = create_task(self._work(client))
        await sleep(0)
        return task

    async def _work(self, client: str) -> None:
        async with self.queue.place(client):
            self.order.append(client)
            self.ends.append(end := Event())
            await end.wait()

    async def finish(self) -> None:
        """The oldest piece under way ends."""
        self.ends.pop(0).set()
        for _ in range(5):
            await sleep(0)


def queue_of(at_once: int = 1, waiting: int = 10, each: int = 10) -> FairQueue:
    return FairQueue("testing", "questions", at_once, waiting, each)


async def test_clients_are_served_one_after_the_other() -> None:
    crowd = Crowd(queue_of())
    for client in "aaaabbc":
        await crowd.enter(client)
    for _ in range(6):
        await crowd.finish()
    assert "".join(crowd.order) == "aabcaba"
    await crowd.finish()


async def test_one_client_may_not_fill_the_queue() -> None:
    crowd = Crowd(queue_of(each=3))
    for _ in range(3):
        await crowd.enter("a")
    with pytest.raises(ClientLimitError, match="One client may have 3 questions at the same time") as refused:
        await (await crowd.enter("a"))
    assert refused.value.retry >= 1
    await crowd.enter("b")
    for _ in range(4):
        await crowd.finish()
    assert "".join(crowd.order) == "aaba"
    await crowd.enter("a")  # it has room again
    await crowd.finish()


async def test_a_full_queue_refuses_everybody() -> None:
    crowd = Crowd(queue_of(at_once=2, waiting=1))
    for client in "abc":
        await crowd.enter(client)
    with pytest.raises(OverloadedError, match="all 2 places for questions are taken"):
        await (await crowd.enter("d"))
    for _ in range(3):
        await crowd.finish()


async def test_who_is_cancelled_leaves_no_trace() -> None:
    crowd = Crowd(queue_of(each=2))
    working, waiting = await crowd.enter("a"), await crowd.enter("a")
    other = await crowd.enter("b")
    waiting.cancel()
    working.cancel()
    for task in (waiting, working):
        with suppress(CancelledError):
            await task
    await sleep(0)
    assert crowd.order == ["a", "b"]
    other.cancel()  # it has its place already
    with suppress(CancelledError):
        await other
    await crowd.enter("c")
    assert crowd.order == ["a", "b", "c"]


async def test_a_place_that_comes_as_its_owner_goes_is_passed_on() -> None:
    crowd = Crowd(queue_of())
    await crowd.enter("a")
    second, third = await crowd.enter("b"), await crowd.enter("c")
    crowd.ends.pop(0).set()
    await sleep(0)  # b's place is given, and b does not know yet
    second.cancel()
    with suppress(CancelledError):
        await second
    await sleep(0)
    assert crowd.order == ["a", "c"]
    third.cancel()


async def test_a_place_that_is_left_as_the_next_one_goes_is_not_lost() -> None:
    crowd = Crowd(queue := queue_of())
    await crowd.enter("a")
    waiting = await crowd.enter("b")
    crowd.ends.pop(0).set()  # the place is left ...
    waiting.cancel()  # ... when whoever would have it has been cancelled, and has not yet found out
    with suppress(CancelledError):
        await waiting
    assert (queue.taken, queue.waits) == (0, 0)
    await crowd.enter("c")
    assert crowd.order == ["a", "c"]
    await crowd.finish()


def test_rounds_take_one_of_each_in_turn() -> None:
    rounds: Rounds[int] = Rounds()
    for client, item in [("a", 1), ("a", 2), ("a", 3), ("b", 4), ("c", 5)]:
        rounds.add(client, item)
    rounds.remove("a", 2)
    assert [rounds.pop() for _ in range(len(rounds))] == [1, 4, 5, 3]
    with pytest.raises(IndexError):
        rounds.pop()
