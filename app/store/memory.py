"""The store in this process: for tests, and for who wants nothing to be kept."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from ..runs.errors import BusyError, LeaseLostError, StoreFullError, UnknownRunError
from .protocol import Head, Lease, Limits, Update, Usage
from .record import StoredRun


@dataclass
class _Row:
    fixed: bytes
    moving: bytes
    table: str | None
    used: float
    checkpoints: dict[int, bytes] = field(default_factory=dict)
    token: int = 0
    version: int = 0
    holder: str = ""
    expires: float = 0.0
    promised: int = 0

    @property
    def bytes(self) -> int:
        return len(self.fixed) + len(self.moving) + sum(map(len, self.checkpoints.values()))


@dataclass
class _TableRow:
    content: bytes
    used: float
    listed: bool = True


class MemoryStore:
    """Runs and tables as bytes. Nothing in it waits, so every call is a transaction."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._runs: OrderedDict[str, _Row] = OrderedDict()  # least recently used first
        self._tables: OrderedDict[str, _TableRow] = OrderedDict()

    async def create(self, run: str, fixed: bytes, moving: bytes, table: str | None) -> str:
        row = _Row(fixed, moving, table, self._clock())
        self._make_room(row.bytes, 1)
        self._runs[run] = row
        return "0"

    async def head(self, run: str) -> Head:
        return self._head(self._row(run))

    async def load(self, run: str) -> tuple[StoredRun, Head]:
        row = self._row(run)
        return StoredRun(row.fixed, row.moving, dict(row.checkpoints)), self._head(row)

    async def take(self, run: str, holder: str, seconds: float, promised: int = 0) -> Lease:
        row = self._row(run)
        if self._is_held(row) and row.holder != holder:
            raise BusyError
        head = self._head(row)
        row.token += 1
        row.holder, row.expires = holder, self._clock() + seconds
        row.promised = max(row.promised, promised)
        self._use(run)
        return Lease(run, holder, row.token, head)

    async def write(self, lease: Lease, update: Update, seconds: float) -> str:
        row = self._row(lease.run)
        if (row.token, row.holder) != (lease.token, lease.holder):
            raise LeaseLostError(lease.run)
        if update.moving is not None:
            row.moving = update.moving
            row.version += 1
        if update.moving is not None or not seconds:
            row.promised = 0
        row.checkpoints |= update.added
        for step in update.dropped:
            row.checkpoints.pop(step, None)
        row.expires = self._clock() + seconds if seconds else 0.0
        self._use(lease.run)
        return str(row.version)

    async def touch(self, run: str) -> None:
        self._use(run)

    async def remove(self, run: str) -> None:
        self._row(run)
        del self._runs[run]
        self._let_idle_go()

    async def add_table(self, name: str, content: bytes) -> None:
        self._make_room(len(content), 0)
        self._tables[name] = _TableRow(content, self._clock())

    async def has_table(self, name: str) -> bool:
        self._let_idle_go()
        row = self._tables.get(name)
        if row is None or not row.listed:
            return False
        row.used = self._clock()
        self._tables.move_to_end(name)
        return True

    async def table(self, name: str) -> bytes | None:
        row = self._tables.get(name)
        return None if row is None else row.content

    async def remove_table(self, name: str) -> bool:
        self._let_idle_go()
        row = self._tables.get(name)
        if row is None or not row.listed:
            return False
        row.listed = False
        self._let_idle_go()
        return True

    async def usage(self) -> Usage:
        return Usage(len(self._runs), self._bytes())

    async def close(self) -> None:
        pass

    def _row(self, run: str) -> _Row:
        self._let_idle_go()
        if run not in self._runs:
            raise UnknownRunError(run)
        return self._runs[run]

    def _head(self, row: _Row) -> Head:
        return Head(str(row.version), self._is_held(row), row.promised)

    def _is_held(self, row: _Row) -> bool:
        return row.expires > self._clock()

    def _use(self, run: str) -> None:
        if run in self._runs:
            self._runs[run].used = self._clock()
            self._runs.move_to_end(run)

    def _bytes(self) -> int:
        tables = sum(len(table.content) for table in self._tables.values())
        return tables + sum(row.bytes for row in self._runs.values())

    def _let_idle_go(self) -> None:
        """Runs that were not used for long, then tables that are of no use to any."""
        oldest = self._clock() - self._limits.idle
        for name, row in list(self._runs.items()):
            if row.used >= oldest:
                break
            if not self._is_held(row):
                del self._runs[name]
        for name, table in self._free_tables():
            if table.used < oldest or not table.listed:
                del self._tables[name]

    def _free_tables(self) -> list[tuple[str, _TableRow]]:
        """Tables that no run is trained on, least recently used first."""
        in_use = {row.table for row in self._runs.values()}
        return [(name, table) for name, table in self._tables.items() if name not in in_use]

    def _make_room(self, bytes_more: int, runs_more: int) -> None:
        self._let_idle_go()
        excess = self._bytes() + bytes_more - self._limits.bytes
        while excess > 0 and (free := self._free_tables()):
            name, table = free[0]
            excess -= len(table.content)
            del self._tables[name]
        for name, row in list(self._runs.items()):
            if len(self._runs) + runs_more <= self._limits.runs and excess <= 0:
                return
            if not self._is_held(row):
                excess -= row.bytes
                del self._runs[name]
        if len(self._runs) + runs_more > self._limits.runs:
            raise StoreFullError(self._limits.runs)
