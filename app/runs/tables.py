"""Uploaded tables: read from a file, named so that nobody can guess the name, and kept in a bounded store."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Protocol, TypeGuard
from weakref import WeakValueDictionary

from app.data import csvtable, tables
from app.data.csvbuild import BuiltTable
from app.data.csvtable import Inspection
from app.data.errors import DataError
from app.data.textfile import Fault, MalformedError
from app.runs.config import FILE_LIMITS, FileRequest
from app.runs.errors import FileError, UnknownTableError, field_error


def _new_name() -> str:
    return f"table-{secrets.token_urlsafe(16)}"


@dataclass(frozen=True, eq=False)
class UploadedTable:
    """A table that came in from a file, and what was decided about it."""

    title: str
    built: BuiltTable
    name: str = field(default_factory=_new_name)

    @property
    def memory(self) -> int:
        """Bytes, near enough."""
        return 20_000 + self.built.table.inputs.nbytes + self.built.table.targets.nbytes


def is_uploaded(dataset: object) -> TypeGuard[str]:
    """Whether a config's `dataset` names an uploaded table."""
    return isinstance(dataset, str) and dataset.startswith("table-")


def inspect(data: bytes, request: FileRequest) -> Inspection:
    """What a file holds; FileError where it can't be read."""
    try:
        return csvtable.inspect(data, request.decisions(), FILE_LIMITS)
    except DataError as error:
        raise _file_error(error) from error


def make(data: bytes, request: FileRequest) -> UploadedTable:
    """The table that a file becomes; FileError says, line by line, what does not fit."""
    try:
        return UploadedTable(request.title, csvtable.make(data, request.decisions(), FILE_LIMITS))
    except DataError as error:
        raise _file_error(error) from error


def _file_error(error: DataError) -> FileError:
    about = field_error(error)
    if not isinstance(error, MalformedError):
        return FileError(str(error), about)
    fields = [replace(about, value=None, message=fault.message, place=place(fault)) for fault in error.faults]
    return FileError(str(error), *fields)


def place(fault: Fault) -> dict[str, Any]:
    """Where in the file it is, with the lines around it."""
    around = [{"line": near.line, "text": near.text} for near in fault.around]
    return {"line": fault.line, "column": fault.column, "starts_at": fault.starts_at, "around": around}


def in_place(table: UploadedTable) -> dict[str, object]:
    """The table as a config holds one in place."""
    return tables.in_place(table.built.table)


class TableStore(Protocol):
    """Tables by name."""

    async def add(self, table: UploadedTable) -> None:
        """Keeps a table, and evicts others where room is needed."""

    async def get(self, name: str) -> UploadedTable:
        """The table of that name, which counts as using it; UnknownTableError."""

    async def remove(self, name: str) -> None:
        """Removes a table; UnknownTableError. Runs that are trained on it keep their samples."""


class MemoryTables:
    """Tables in this process: at most `most` of them and `memory` bytes, each until it was not used for `idle` seconds.

    A table that some run still holds can be had as long as that run.
    """

    def __init__(self, most: int, memory: int, idle: float, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._memory, self._idle, self._clock = most, memory, idle, clock
        self._tables: OrderedDict[str, tuple[UploadedTable, float]] = OrderedDict()  # least recently used first
        self._by_name: WeakValueDictionary[str, UploadedTable] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._tables)

    async def add(self, table: UploadedTable) -> None:
        self._by_name[table.name] = table
        self._use(table)
        taken = sum(kept.memory for kept, _ in self._tables.values())
        while len(self._tables) > 1 and (len(self._tables) > self._most or taken > self._memory):
            _, (gone, _) = self._tables.popitem(last=False)
            taken -= gone.memory

    async def get(self, name: str) -> UploadedTable:
        self._evict_idle()
        table = self._by_name.get(name)
        if table is None:
            raise UnknownTableError(name)
        self._use(table)
        return table

    async def remove(self, name: str) -> None:
        self._evict_idle()
        if self._by_name.pop(name, None) is None:
            raise UnknownTableError(name)
        self._tables.pop(name, None)

    def _use(self, table: UploadedTable) -> None:
        self._evict_idle()
        self._tables[table.name] = (table, self._clock())
        self._tables.move_to_end(table.name)

    def _evict_idle(self) -> None:
        now = self._clock()
        while self._tables:
            name, (_, used) = next(iter(self._tables.items()))
            if now - used <= self._idle:
                return
            del self._tables[name]
