"""Tables of one's own: read from a file, named so that nobody can guess the name, and kept no longer than a run."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol, TypeGuard
from weakref import WeakValueDictionary

from app.data import csvtable, tables
from app.data.csvmade import Made
from app.data.csvtable import Inspection
from app.data.errors import DataError
from app.data.textfile import Fault, MalformedError
from app.runs.config import FILE, FileRequest
from app.runs.errors import FieldError, FileError, UnknownTableError, path_text


def _new_name() -> str:
    return f"table-{secrets.token_urlsafe(16)}"


@dataclass(frozen=True, eq=False)
class OwnTable:
    """A table that came in from a file, and what was decided about it."""

    title: str
    made: Made
    name: str = field(default_factory=_new_name)

    @property
    def memory(self) -> int:
        """Bytes, near enough."""
        return 20_000 + self.made.table.inputs.nbytes + self.made.table.targets.nbytes


def is_own_table(dataset: object) -> TypeGuard[str]:
    """Whether a config's `dataset` names a table of one's own."""
    return isinstance(dataset, str) and dataset.startswith("table-")


def inspect(data: bytes, request: FileRequest) -> Inspection:
    """What a file holds; FileError where it can't be read."""
    try:
        return csvtable.inspect(data, request.decisions(), FILE)
    except DataError as error:
        raise _told(error) from error


def make(data: bytes, request: FileRequest) -> OwnTable:
    """The table that a file becomes; FileError says, line by line, what does not fit."""
    try:
        return OwnTable(request.title, csvtable.make(data, request.decisions(), FILE))
    except DataError as error:
        raise _told(error) from error


def _told(error: DataError) -> FileError:
    allowed = list(error.allowed) if isinstance(error.allowed, tuple | list) else error.allowed
    path = path_text(error.path)
    if not isinstance(error, MalformedError):
        return FileError(str(error), FieldError(path, error.value, str(error), allowed))
    fields = [FieldError(path, None, fault.message, allowed, place(fault)) for fault in error.faults]
    return FileError(str(error), *fields)


def place(fault: Fault) -> dict[str, Any]:
    """Where in the file it is, with the lines around it."""
    around = [{"line": near.line, "text": near.text} for near in fault.around]
    return {"line": fault.line, "column": fault.column, "starts_at": fault.starts_at, "around": around}


def in_place(table: OwnTable) -> dict[str, object]:
    """The table as a config holds one in place."""
    return tables.in_place(table.made.table)


class TableStore(Protocol):
    """Tables by name."""

    async def add(self, table: OwnTable) -> None:
        """Keeps a table, and forgets others where room is needed."""

    async def get(self, name: str) -> OwnTable:
        """The table of that name, which counts as using it; UnknownTableError."""

    async def remove(self, name: str) -> None:
        """Forgets a table; UnknownTableError. Runs that are trained on it keep their samples."""


class MemoryTables:
    """Tables in this process: at most `most` of them and `memory` bytes, each until it was not used for `idle` seconds.

    A table that some run still holds can be had as long as that run.
    """

    def __init__(self, most: int, memory: int, idle: float, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._memory, self._idle, self._clock = most, memory, idle, clock
        self._tables: OrderedDict[str, tuple[OwnTable, float]] = OrderedDict()  # least recently used first
        self._held: WeakValueDictionary[str, OwnTable] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._tables)

    async def add(self, table: OwnTable) -> None:
        self._held[table.name] = table
        self._use(table)
        taken = sum(kept.memory for kept, _ in self._tables.values())
        while len(self._tables) > 1 and (len(self._tables) > self._most or taken > self._memory):
            _, (gone, _) = self._tables.popitem(last=False)
            taken -= gone.memory

    async def get(self, name: str) -> OwnTable:
        self._forget_idle()
        table = self._held.get(name)
        if table is None:
            raise UnknownTableError(name)
        self._use(table)
        return table

    async def remove(self, name: str) -> None:
        self._forget_idle()
        if self._held.pop(name, None) is None:
            raise UnknownTableError(name)
        self._tables.pop(name, None)

    def _use(self, table: OwnTable) -> None:
        self._forget_idle()
        self._tables[table.name] = (table, self._clock())
        self._tables.move_to_end(table.name)

    def _forget_idle(self) -> None:
        now = self._clock()
        while self._tables:
            name, (_, used) = next(iter(self._tables.items()))
            if now - used <= self._idle:
                return
            del self._tables[name]
