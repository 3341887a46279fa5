"""A fair queue: so many pieces of work at once; who waits is served in turn, client by client."""

from asyncio import CancelledError, Future, get_running_loop
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from .. import metrics
from ..runs.errors import ClientLimitError, OverloadedError
from .rounds import Rounds

FIRST_GUESS = 0.2  # seconds that a piece of work takes, before any was measured
LONGEST_RETRY = 60  # seconds


class FairQueue:
    """Places for work of one kind; `noun` says of what, in the plural.

    `at_once` have a place, `waiting` more may wait for one, and of one client `each` in all: one client's crowd is
    refused before it can fill the queue, and a client that has one piece of work waits for one of every other client at
    most, and for those under way.
    """

    def __init__(self, kind: str, noun: str, at_once: int, waiting: int, each: int) -> None:
        self.noun = noun
        self.kind, self.at_once, self.waiting, self.each = kind, at_once, waiting, each
        self.taken = 0
        self._rounds: Rounds[Future[None]] = Rounds()
        self._of_client: Counter[str] = Counter()  # waiting or under way
        self._seconds = FIRST_GUESS  # that a piece of work has its place, a moving mean

    @property
    def waits(self) -> int:
        """How many wait for a place."""
        return len(self._rounds)

    @asynccontextmanager
    async def place(self, client: str) -> AsyncIterator[None]:
        """A place for a piece of work, once there is one. ClientLimitError, OverloadedError."""
        self._admit(client)
        self._of_client[client] += 1
        try:
            await self._enter(client)
            began = monotonic()
            try:
                yield
            finally:
                self._seconds += 0.1 * (monotonic() - began - self._seconds)
                self._leave()
        finally:
            self._of_client[client] -= 1
            if not self._of_client[client]:
                del self._of_client[client]

    def _admit(self, client: str) -> None:
        if self._of_client[client] >= self.each:
            metrics.WORK_REFUSED.labels(self.kind, "client").inc()
            raise ClientLimitError(f"{self.each} {self.noun} at the same time", self._retry(self.each))
        if self.taken >= self.at_once and len(self._rounds) >= self.waiting:
            metrics.WORK_REFUSED.labels(self.kind, "full").inc()
            raise OverloadedError(f"all {self.at_once} places for {self.noun} are taken", self._retry())

    def _retry(self, ahead: int | None = None) -> int:
        """Seconds until about half of those ahead have been served."""
        ahead = len(self._rounds) if ahead is None else ahead
        return min(LONGEST_RETRY, 1 + int(self._seconds * ahead / self.at_once / 2))

    async def _enter(self, client: str) -> None:
        if self.taken < self.at_once:
            self.taken += 1
            return
        place: Future[None] = get_running_loop().create_future()
        self._rounds.add(client, place)
        metrics.WORK_WAITING.labels(self.kind).inc()
        try:
            await place
        except CancelledError:
            if not place.cancelled():  # it was given just now
                self._leave()
            elif place in self._rounds:
                self._rounds.remove(client, place)
            raise
        finally:
            metrics.WORK_WAITING.labels(self.kind).dec()

    def _leave(self) -> None:
        while self._rounds:
            place = self._rounds.pop()
            if not place.done():  # whoever was cancelled may not have found out yet
                place.set_result(None)
                return
        self.taken -= 1
