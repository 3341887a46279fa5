"""Uploaded tables: read from a file, named so that nobody can guess the name, and what they are."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from ..data import csvbuild, csvtable, tables
from ..data.csvbuild import BuiltTable
from ..data.csvsource import never
from ..data.csvtable import Inspection
from ..data.errors import DataError
from ..data.textfile import Fault, MalformedError
from .errors import FileError, field_error
from .filerequest import FileRequest
from .files import UploadedFile, opened


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


def inspect(file: bytes | UploadedFile, request: FileRequest, tick: Callable[[], None] = never) -> Inspection:
    """What a file holds; FileError where it can't be read. `tick` is called now and then, and may raise to stop."""
    try:
        with _opened(file) as source:
            return csvtable.inspect(source, request.decisions(), tick)
    except DataError as error:
        raise _file_error(error) from error


def make(file: bytes | UploadedFile, request: FileRequest, tick: Callable[[], None] = never) -> UploadedTable:
    """The table that a file becomes; FileError says, line by line, what does not fit."""
    try:
        with _opened(file) as source:
            return UploadedTable(request.title, csvtable.make(source, request.decisions(), tick))
    except DataError as error:
        raise _file_error(error) from error


def with_missing(table: UploadedTable, missing: str) -> UploadedTable:
    """Another table, the same but for what becomes of its missing values; FileError."""
    try:
        return UploadedTable(table.title, csvbuild.with_missing(table.built, missing))
    except DataError as error:
        raise _file_error(error) from error


def _opened(file: bytes | UploadedFile) -> AbstractContextManager[UploadedFile]:
    return opened(file) if isinstance(file, bytes) else nullcontext(file)


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
    """The table as a config holds one in place, with what its columns were in the file."""
    return tables.in_place(table.built.table)
