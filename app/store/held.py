"""A run under its lease: this server alone may change it, and writes where it stands."""

from asyncio import Event, Lock
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from copy import copy
from time import monotonic

from .. import metrics
from ..runs.errors import LeaseLostError, StoreDownError, UnknownRunError
from ..runs.run import Run
from .exclusive import settled, to_the_end
from .liverun import LiveRun
from .protocol import Lease, Store, Update
from .record import pack_checkpoint, pack_progress, thinned

LEASE = 3.0  # seconds that a lease is given for: so long a server that died is missed


class Held:
    """A run that this server alone may change, as long as it holds the lease. One task changes it at a time."""

    def __init__(self, store: Store, live: LiveRun, lease: Lease, deadline: float) -> None:
        self._store, self._live, self._lease, self._deadline = store, live, lease, deadline
        self.run = live.run
        self.error: Exception | None = None  # why it can no longer be changed
        self.sending_since: float | None = None  # while a stream waits for its reader to take a line
        self.cut: Callable[[], None] | None = None  # ends that stream
        self._counted = self.run.step
        self._writing = Lock()
        self._open = Event()
        self._open.set()
        self._released = False

    @property
    def must_wait(self) -> bool:
        """Whether no further step may be trained before `turn`."""
        return not self._open.is_set() or monotonic() > self._deadline

    async def turn(self) -> None:
        """Waits while another task changes the run; raises what took it away from us."""
        await self._open.wait()
        if monotonic() > self._deadline and self.error is None:  # we were stopped, or the store did not answer
            with suppress(StoreDownError):
                await self.write()
        if self.error is not None:
            raise copy(self.error)

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[Run]:
        """A change amid a stream: it is written before any further step is trained."""
        await self._open.wait()
        self._open.clear()
        try:
            if self.error is not None:
                raise copy(self.error)
            yield self.run
            await self.write()
        finally:
            self._open.set()

    async def write(self, release: bool = False) -> None:
        """Writes where the run stands, and keeps the lease or gives it back."""
        await to_the_end(self._write(release))

    async def _write(self, release: bool) -> None:
        async with self._writing:
            if self._released:
                return
            began, live, run = monotonic(), self._live, self.run
            metrics.STEPS.inc(max(0, run.step - self._counted))
            self._counted = run.step
            await settled(run)
            moving = pack_progress(run.progress)
            added, dropped = _checkpoints(run, live.stored)
            update = Update(moving if moving != live.moving else None, added, dropped)
            try:
                live.version = await self._store.write(self._lease, update, 0 if release else LEASE)
            except (LeaseLostError, UnknownRunError) as error:
                run.deleted = isinstance(error, UnknownRunError)
                self.fail(error)
                raise
            except StoreDownError as error:
                if release or monotonic() > self._deadline:
                    self.fail(error)
                raise
            live.moving, live.stored = moving, (live.stored | set(added)) - set(dropped)
            self._deadline = began + LEASE
            self._released = release

    def fail(self, error: Exception) -> None:
        """From now on it can't be changed, and this is why.

        A copy is kept, and copies are raised: the traceback of one that was raised refers to us, a cycle.
        """
        self.error, self._released = copy(error), True
        self._deadline = 0.0


def _checkpoints(run: Run, stored: set[int]) -> tuple[dict[int, bytes], list[int]]:
    """The checkpoints to add to those that are stored, and the steps of those to drop."""
    starts = {start.state.step: start for start in run.checkpoints()}
    valid = {step for step in stored if run.exact_from <= step <= run.furthest}
    if run.exact_from > run.first:
        valid.add(run.exact_from)
    newest = max((step for step in starts if step > max(valid, default=run.first)), default=None)
    if newest is not None:
        valid.add(newest)
    packed = {step: pack_checkpoint(starts[step]) for step in valid - stored if step in starts}
    kept = set(thinned(valid, run.step, len(next(iter(packed.values())))) if packed else valid)
    return {step: packed[step] for step in packed if step in kept}, sorted(stored - kept)
