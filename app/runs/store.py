"""The store of runs, bounded; it evicts the least recently used."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from app.runs.errors import StoreFullError, UnknownRunError
from app.runs.run import Run


class RunStore(Protocol):
    """Runs by id."""

    async def add(self, run: Run) -> None:
        """Keeps a run, and evicts others where room is needed; StoreFullError where none can be."""

    async def get(self, run: str) -> Run:
        """The run of that id, which counts as using it; UnknownRunError."""

    async def remove(self, run: str) -> None:
        """Removes a run; UnknownRunError."""


class MemoryStore:
    """Runs in this process: at most `most` of them, `memory` bytes, each until it was not used for `idle` seconds.

    A run that is being trained is never evicted.
    """

    def __init__(self, most: int, memory: int, idle: float, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._memory, self._idle, self._clock = most, memory, idle, clock
        self._runs: OrderedDict[str, tuple[Run, float]] = OrderedDict()  # least recently used first

    def __len__(self) -> int:
        return len(self._runs)

    async def add(self, run: Run) -> None:
        self._make_room(run.memory)
        self._runs[run.id] = (run, self._clock())

    async def get(self, run: str) -> Run:
        self._evict_idle()
        found = self._found(run)
        self._runs[run] = (found, self._clock())
        self._runs.move_to_end(run)
        return found

    async def remove(self, run: str) -> None:
        self._found(run).deleted = True
        del self._runs[run]

    def _found(self, run: str) -> Run:
        if run not in self._runs:
            raise UnknownRunError(run)
        return self._runs[run][0]

    def _evict_idle(self) -> None:
        now = self._clock()
        for name, (run, used) in list(self._runs.items()):
            if now - used <= self._idle:
                return
            if not run.busy:
                del self._runs[name]

    def _make_room(self, bytes_more: int) -> None:
        self._evict_idle()
        taken = bytes_more + sum(run.memory for run, _ in self._runs.values())
        for name, (run, _) in list(self._runs.items()):
            if len(self._runs) < self._most and taken <= self._memory:
                return
            if not run.busy:
                taken -= run.memory
                del self._runs[name]
        if len(self._runs) >= self._most:
            raise StoreFullError(self._most)
