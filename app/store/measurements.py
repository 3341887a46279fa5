"""How much memory the live runs take: measured in their first uses, later now and then, and one after the other."""

from asyncio import Task, TimerHandle, create_task, get_running_loop, to_thread
from collections.abc import Callable, Mapping
from time import monotonic, perf_counter
from typing import Any

from ..runs.memory import bytes_held
from .liverun import LiveRun

QUICK = 0.002  # seconds: what takes longer to measure is measured in a thread, while others are served
SHARE = 0.05  # of the time that measuring the quick ones may take: a whole class is due at the same moment
MANY = 20_000  # numbers of a run's samples: measured in a thread, too, before it is known how long that takes


def timed(measure: Callable[[Any], int], of: Any) -> tuple[int, float]:
    """What was measured, and how many seconds that took."""
    began = perf_counter()
    return measure(of), perf_counter() - began


class Measurements:
    """Measures the runs of a mapping, by name; `when_measured` is called where nobody waits for it."""

    def __init__(self, runs: Mapping[str, LiveRun], when_measured: Callable[[], None]) -> None:
        self._runs, self._when_measured = runs, when_measured
        self._used: dict[str, None] = {}  # since they were measured, the longest waiting first
        self._next = 0.0  # when the next one may be measured
        self._later: TimerHandle | None = None
        self._aside: Task[None] | None = None
        self._closed = False

    async def measure_new(self, live: LiveRun) -> None:
        """A run that is about to be among them."""
        if live.run.plan.samples.inputs.size > MANY:
            live.take(*await to_thread(timed, bytes_held, live.run))
        else:
            self._measure(live)

    def used(self, name: str) -> None:
        """The run was used, and may have grown by it."""
        self._runs[name].uses += 1
        self._used[name] = None

    def measure_due(self) -> None:
        """Measures what is due, each in its time: what is left is measured later, whether somebody comes or not."""
        for name in list(self._used):
            live = self._runs.get(name)
            if live is None:
                del self._used[name]
            elif not live.is_due:
                continue
            elif live.cost >= QUICK:
                if self._aside is None or self._aside.done():
                    self._aside = create_task(self._measure_aside(name, live))
            elif (left := self._next - monotonic()) <= 0:
                del self._used[name]
                self._measure(live)
            elif self._later is None and not self._closed:
                self._later = get_running_loop().call_later(left, self._measure_later)

    def _measure(self, live: LiveRun) -> None:
        live.take(*timed(bytes_held, live.run))
        self._next = monotonic() + live.cost / SHARE

    async def _measure_aside(self, name: str, live: LiveRun) -> None:
        live.take(*await to_thread(timed, bytes_held, live.run))
        self._used.pop(name, None)
        self._when_measured()

    def _measure_later(self) -> None:
        self._later = None
        self._when_measured()

    async def close(self) -> None:
        """Measures no more, once what is being measured is."""
        self._closed = True
        if self._later is not None:
            self._later.cancel()
        if self._aside is not None:
            await self._aside
