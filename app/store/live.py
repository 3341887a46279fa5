"""The runs that are live in this server: a cache of what is kept, and leases for those that are being changed."""

import secrets
from asyncio import Event, Lock, Task, create_task, sleep, to_thread
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from time import monotonic
from typing import Any

from .. import metrics
from ..runs.errors import (
    BusyError,
    LeaseLostError,
    RunError,
    StoppingError,
    StoreDownError,
    StoreFullError,
    UnknownRunError,
)
from ..runs.memory import return_memory
from ..runs.run import Run
from .encoding import DamagedError
from .exclusive import settled, to_the_end
from .held import LEASE, Held
from .liverun import LiveRun
from .measurements import Measurements
from .protocol import Head, Store, Update, Usage
from .record import StoredRun, pack_fixed, pack_progress, unpack_plan, unpack_progress
from .tables import LiveTables

BEAT = 0.75  # seconds between two writes of a run in training
RETURNED = 8_000_000  # bytes of runs that are let go until memory is returned to the system
STALLED = 5.0  # seconds that a reader takes nothing, after which its run may be let go where there is no room
TOUCHED = 60.0  # seconds: that often a run that is only looked at counts as used


class LiveRuns:
    """The runs of a store as this server has them in memory, at most so many bytes of them: each is made again from
    what is kept whenever it is asked for, and none is lost when it is let go.
    """

    def __init__(self, store: Store, tables: LiveTables, memory: int) -> None:
        self.store, self._tables, self._memory = store, tables, memory
        self.name = secrets.token_urlsafe(9)  # of this server, in its leases
        self._live: OrderedDict[str, LiveRun] = OrderedDict()  # least recently used first
        self._measurements = Measurements(self._live, self._trim)
        self._held: dict[str, Held] = {}
        self._changing_hands: dict[str, Event] = {}  # while a lease is being taken or given back
        self._loading: dict[str, Lock] = {}
        self._beats: dict[str, Task[None]] = {}
        self._let_go = 0  # bytes, since memory was returned to the system
        self._returning: Task[None] | None = None
        self.stopping = False

    def __len__(self) -> int:
        return len(self._live)

    @property
    def bytes(self) -> int:
        return sum(live.bytes for live in self._live.values())

    # Looking

    async def add(self, run: Run) -> None:
        """Keeps a new run. StoreFullError, StoreDownError."""
        self._refuse_when_stopping()
        fixed, moving = pack_fixed(run.plan), pack_progress(run.progress)
        table = None if run.plan.table is None else run.plan.table.name
        try:
            version = await self.store.create(run.id, fixed, moving, table)
        except StoreFullError:
            if not await self._let_stalled_go():
                raise
            version = await self.store.create(run.id, fixed, moving, table)
        await self._keep(run.id, LiveRun(run, version, moving, set(), touched=monotonic()))

    async def _let_stalled_go(self) -> bool:
        """Ends the stream whose reader has taken nothing for the longest time, long enough, so that its run need not
        be kept any longer."""
        waiting = [held for held in self._held.values() if held.sending_since is not None and held.cut is not None]
        held = min(waiting, key=lambda each: each.sending_since or 0.0, default=None)
        if held is None or held.cut is None or monotonic() - (held.sending_since or 0.0) < STALLED:
            return False
        held.cut()
        await self.give_back(held)
        return True

    async def get(self, name: str) -> Run:
        """The run as it stands, which counts as using it. UnknownRunError."""
        held = self._held.get(name)
        if held is not None and held.error is None:
            return held.run
        head = await self.store.head(name)
        live = self._current(name, head) or await self._load(name)
        if monotonic() > live.touched + TOUCHED:
            live.touched = monotonic()
            await self.store.touch(name)
        live.run.busy_elsewhere = head.held and name not in self._held
        live.run.promised = head.promised
        return live.run

    def used(self, name: str) -> None:
        """The run was used, and may have grown by it."""
        live = self._live.get(name)
        if live is not None:
            self._measurements.used(name)
            self._live.move_to_end(name)
        self._trim()

    async def remove(self, name: str) -> None:
        """UnknownRunError. A stream that is under way ends."""
        await self.store.remove(name)
        live = self._live.pop(name, None)
        if live is not None:
            live.run.deleted = True

    # Changing

    @asynccontextmanager
    async def hold(self, name: str, promised: int = 0) -> AsyncIterator[Held]:
        """The run, to change it: what it has become is kept at the end. BusyError, UnknownRunError, StoppingError."""
        held = await self.take(name, promised)
        try:
            yield held
        finally:
            await self.give_back(held)

    async def take(self, name: str, promised: int = 0) -> Held:
        """As `hold`, to be given back by `give_back`; until then the run is written every second."""
        self._refuse_when_stopping()
        await self._settled(name)
        if name in self._held:
            raise BusyError
        with self._handing_over(name):
            held = self._held[name] = await to_the_end(self._take(name, promised))
        self._beats[name] = create_task(self._beat(held))
        return held

    async def _settled(self, name: str) -> None:
        """Once nobody is taking the run or giving it back: that takes a moment, and is no reason to refuse anybody."""
        while name in self._changing_hands:
            await self._changing_hands[name].wait()

    @contextmanager
    def _handing_over(self, name: str) -> Iterator[None]:
        done = self._changing_hands[name] = Event()
        try:
            yield
        finally:
            del self._changing_hands[name]
            done.set()

    async def _take(self, name: str, promised: int) -> Held:
        began = monotonic()
        lease = await self.store.take(name, self.name, LEASE, promised)
        try:
            live = self._current(name, lease.head) or await self._load(name)
        except BaseException:
            with suppress(StoreDownError, LeaseLostError, UnknownRunError):
                await self.store.write(lease, Update(), 0)
            raise
        live.run.busy_elsewhere = False
        live.run.promised = lease.head.promised
        self._live[name] = live
        return Held(self.store, live, lease, began + LEASE)

    async def give_back(self, held: Held) -> None:
        """Writes what the run has become and lets others change it; the second time it does nothing."""
        name = held.run.id
        if self._held.get(name) is not held:
            return
        if name in self._changing_hands:  # it is being given back
            await self._settled(name)
            return
        self._beats.pop(name).cancel()
        held.run.end()
        with self._handing_over(name):
            try:
                await held.write(release=True)
            finally:
                del self._held[name]
                if held.error is not None:  # it is no longer what is kept
                    self._live.pop(name, None)
                self.used(name)

    async def change(self, name: str, values: dict[str, Any]) -> Run:
        """PATCHes a run, also amid a stream of this server: in force from the next step on, and kept before that."""
        await self._settled(name)
        held = self._held.get(name)
        if held is not None and held.run.busy:
            try:
                async with held.paused() as run:
                    await settled(run)
                    run.patch(values)
            except StoreDownError as error:
                held.fail(error)
                raise
            return held.run
        async with self.hold(name) as held:
            await settled(held.run)
            held.run.patch(values)
        return held.run

    async def _beat(self, held: Held) -> None:
        while held.error is None:
            await sleep(BEAT)
            with suppress(StoreDownError, LeaseLostError, UnknownRunError):
                await held.write()
            self.used(held.run.id)

    # Stopping

    async def check(self) -> None:
        """Whether it can take more work: StoppingError, StoreDownError."""
        self._refuse_when_stopping()
        await self.usage()

    async def usage(self) -> Usage:
        """What the store holds. StoreDownError."""
        usage = await self.store.usage()
        metrics.RUNS_KEPT.set(usage.runs)
        metrics.BYTES_KEPT.set(usage.bytes)
        return usage

    def _refuse_when_stopping(self) -> None:
        if self.stopping:
            raise StoppingError

    def stop(self) -> None:
        """Streams end at their next step, and nothing new begins."""
        self.stopping = True

    async def close(self) -> None:
        """Gives back what is still held, and closes the store."""
        self.stop()
        await self._measurements.close()
        for held in list(self._held.values()):
            with suppress(RunError):
                await self.give_back(held)
        await self.store.close()

    # The cache

    def _current(self, name: str, head: Head) -> LiveRun | None:
        live = self._live.get(name)
        return live if live is not None and live.version == head.version else None

    async def _load(self, name: str) -> LiveRun:
        """The run, made again from what is kept."""
        async with self._loading.setdefault(name, Lock()):
            try:
                stored, head = await self.store.load(name)
                found = self._current(name, head)
                if found is None:
                    run = await self._made(name, stored)
                    found = LiveRun(run, head.version, stored.moving, set(stored.checkpoints))
                    await self._keep(name, found)
                return found
            except DamagedError as error:
                raise StoreDownError(f"what is kept of this run is damaged ({error})") from error
            finally:
                self._loading.pop(name, None)

    async def _made(self, name: str, stored: StoredRun) -> Run:
        before = self._live.get(name)
        if before is not None:
            return Run(before.run.plan, name, unpack_progress(stored), before.run)
        table = await self._tables.of_run(stored.fixed)
        plan = await to_thread(unpack_plan, stored.fixed, table)
        return await to_thread(lambda: Run(plan, name, unpack_progress(stored)))

    async def _keep(self, name: str, live: LiveRun) -> None:
        await self._measurements.measure_new(live)
        self._live[name] = live
        self._trim()

    def _trim(self) -> None:
        """Lets the least recently used go, one at a time, until the rest fits; those that are held stay."""
        self._measurements.measure_due()
        excess = self.bytes - self._memory
        metrics.RUNS_LIVE.set(len(self._live))
        metrics.BYTES_LIVE.set(excess + self._memory)
        for name, live in list(self._live.items()):
            if excess <= 0:
                break
            if name not in self._held:
                excess -= live.bytes
                del self._live[name]
                metrics.EVICTIONS.inc()
                self._let_go += live.bytes
        if self._let_go > RETURNED and (self._returning is None or self._returning.done()):
            self._let_go = 0
            self._returning = create_task(to_thread(return_memory))
