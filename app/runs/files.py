"""Uploaded files that are being decided about, named so that nobody can guess the name, and kept for a while."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import IO, TypeAlias
from weakref import finalize

from ..data.csvsource import CsvSource
from ..data.textlines import MEMORY
from .errors import UnknownFileError
from .limits import FILE_LIMITS

UploadedFile: TypeAlias = CsvSource


def opened(file: bytes | IO[bytes], memory: int = MEMORY) -> UploadedFile:
    """A file to make a table of; `memory` bytes of it are held, the rest lies on disk."""
    return CsvSource(file, FILE_LIMITS, memory)


class KeptFiles:
    """At most `most` files, the least recently used go first; each until it was not used for `idle` seconds."""

    def __init__(self, most: int, idle: float, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._idle, self._clock = most, idle, clock
        self._files: OrderedDict[str, tuple[UploadedFile, float]] = OrderedDict()  # least recently used first
        finalize(self, _close_all, self._files)

    def __len__(self) -> int:
        return len(self._files)

    def add(self, file: UploadedFile) -> str:
        """Keeps a file, and closes others where room is needed; its name."""
        self._close_idle()
        name = f"file-{secrets.token_urlsafe(16)}"
        self._files[name] = (file, self._clock())
        while len(self._files) > self._most:
            self._close(next(iter(self._files)))
        return name

    def get(self, name: str) -> UploadedFile:
        """The file of that name, which counts as using it; UnknownFileError."""
        self._close_idle()
        if name not in self._files:
            raise UnknownFileError(name)
        file, _ = self._files[name]
        self._files[name] = (file, self._clock())
        self._files.move_to_end(name)
        return file

    def discard(self, file: UploadedFile) -> None:
        """Closes a file, whether it is kept or not."""
        for name in [name for name, (one, _) in self._files.items() if one is file]:
            del self._files[name]
        file.close()

    def remove(self, name: str) -> None:
        """Closes a file; UnknownFileError."""
        self.get(name)
        self._close(name)

    def _close(self, name: str) -> None:
        file, _ = self._files.pop(name)
        file.close()

    def _close_idle(self) -> None:
        now = self._clock()
        for name in [name for name, (_, used) in self._files.items() if now - used > self._idle]:
            self._close(name)


def _close_all(files: OrderedDict[str, tuple[UploadedFile, float]]) -> None:
    for file, _ in files.values():
        file.close()
