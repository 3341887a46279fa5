"""The runs that are live in this server: a cache of what is kept, and leases for those that are being changed."""

import secrets
from asyncio import Event, Lock, Task, TimerHandle, create_task, get_running_loop, sleep, to_thread
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from time import monotonic, perf_counter
from typing import Any, TypeVar

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
from ..runs.memory import bytes_held, return_memory
from ..runs.run import Run
from .encoding import DamagedError
from .exclusive import settled, to_the_end
from .protocol import Head, Lease, Store, Update, Usage
from .record import (
    StoredRun,
    pack_checkpoint,
    pack_fixed,
    pack_progress,
    thinned,
    unpack_plan,
    unpack_progress,
)
from .tables import LiveTables

T = TypeVar("T")
LEASE = 3.0  # seconds that a lease is given for: so long a server that died is missed
BEAT = 0.75  # seconds between two writes of a run in training
MEASURED = 10.0  # seconds: a run's memory is measured that often, as that takes as long as two frames of it
QUICK = 0.002  # seconds: what takes longer to measure is measured in a thread, while others are served
MEASURING = 0.05  # share of the time that measuring the quick ones may take: a whole class is due at the same moment
MANY = 20_000  # numbers of a run's samples: measured so, too, before it is known how long that takes
RETURNED = 8_000_000  # bytes of runs that are let go until memory is returned to the system
STALLED = 5.0  # seconds that a reader takes nothing, after which its run may be let go where there is no room
TOUCHED = 60.0  # seconds: that often a run that is only looked at counts as used


@dataclass
class LiveRun:
    """A run in memory, as `moving` says it was kept at `version`; `stored` are the steps of its stored checkpoints."""

    run: Run
    version: str
    moving: bytes
    stored: set[int]
    bytes: int = 0
    measured: float = 0.0
    cost: float = 0.0  # seconds that it took to measure
    uses: int = 0
    measured_uses: int = 0  # of them, when it was measured
    touched: float = 0.0

    def take(self, size: int, cost: float) -> None:
        """How many bytes it was found to hold, and how long that took."""
        self.bytes, self.cost, self.measured, self.measured_uses = size, cost, monotonic(), self.uses

    @property
    def is_due(self) -> bool:
        """Whether its memory is to be measured: it grows in its first uses, hardly in later ones."""
        return self.uses >= 2 * self.measured_uses or monotonic() > self.measured + MEASURED


def timed(measure: Callable[[Any], int], of: Any) -> tuple[int, float]:
    """What was measured, and how many seconds that took."""
    began = perf_counter()
    return measure(of), perf_counter() - began


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
            raise self.error

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[Run]:
        """A change amid a stream: it is written before any further step is trained."""
        await self._open.wait()
        self._open.clear()
        try:
            if self.error is not None:
                raise self.error
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
                self._fail(error)
                raise
            except StoreDownError as error:
                if release or monotonic() > self._deadline:
                    self._fail(error)
                raise
            live.moving, live.stored = moving, (live.stored | set(added)) - set(dropped)
            self._deadline = began + LEASE
            self._released = release

    def _fail(self, error: Exception) -> None:
        self.error, self._released = error, True
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


class LiveRuns:
    """The runs of a store as this server has them in memory, at most so many bytes of them: each is made again from
    what is kept whenever it is asked for, and none is lost when it is let go.
    """

    def __init__(self, store: Store, tables: LiveTables, memory: int) -> None:
        self.store, self._tables, self._memory = store, tables, memory
        self.name = secrets.token_urlsafe(9)  # of this server, in its leases
        self._live: OrderedDict[str, LiveRun] = OrderedDict()  # least recently used first
        self._held: dict[str, Held] = {}
        self._changing_hands: dict[str, Event] = {}  # while a lease is being taken or given back
        self._loading: dict[str, Lock] = {}
        self._grown: dict[str, None] = {}  # used since they were measured, the longest waiting first
        self._beats: dict[str, Task[None]] = {}
        self._let_go = 0  # bytes, since memory was returned to the system
        self._returning: Task[None] | None = None
        self._measuring: Task[None] | None = None
        self._next_measurement = 0.0  # when the next one may begin
        self._measuring_later: TimerHandle | None = None
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
            live.uses += 1
            self._grown[name] = None
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
                held._fail(error)
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
        if self._measuring_later is not None:
            self._measuring_later.cancel()
        if self._measuring is not None:
            await self._measuring
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
        if live.run.plan.samples.inputs.size > MANY:
            live.take(*await to_thread(timed, bytes_held, live.run))
        self._live[name] = live
        if not live.bytes:
            self._measure(name)
        self._trim()

    def _measure(self, name: str) -> None:
        live = self._live.get(name)
        if live is not None:
            live.take(*timed(bytes_held, live.run))
            self._next_measurement = monotonic() + live.cost / MEASURING
        self._grown.pop(name, None)

    async def _measure_aside(self, name: str) -> None:
        live = self._live.get(name)
        if live is not None:
            live.take(*await to_thread(timed, bytes_held, live.run))
        self._grown.pop(name, None)
        self._trim()

    def _measure_grown(self) -> None:
        """Measures what is due, each in its time: what is left is measured later, whether somebody comes or not."""
        for name in list(self._grown):
            live = self._live.get(name)
            if live is None:
                self._grown.pop(name, None)
            elif not live.is_due:
                continue
            elif live.cost >= QUICK:
                if self._measuring is None or self._measuring.done():
                    self._measuring = create_task(self._measure_aside(name))
            elif (left := self._next_measurement - monotonic()) <= 0:
                self._measure(name)
            elif self._measuring_later is None and not self.stopping:
                self._measuring_later = get_running_loop().call_later(left, self._measure_later)

    def _measure_later(self) -> None:
        self._measuring_later = None
        self._trim()

    def _trim(self) -> None:
        """Lets the least recently used go, one at a time, until the rest fits; those that are held stay."""
        self._measure_grown()
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
