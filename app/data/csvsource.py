"""A CSV file that is held open while it is decided about, so that a decision costs no second reading."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from os import SEEK_END
from threading import Lock
from typing import IO, Self

from . import csvtext
from .csvdecisions import Decisions
from .csvlimits import Limits
from .csvtext import CsvFile
from .errors import DataError
from .textfile import open_text
from .textlines import MEMORY, TextLines


def never() -> None:
    """A reader that nobody stops."""


class CsvSource:
    """A file, its text, and its rows as they were counted last. It is closed with the source.

    Up to `memory` bytes are held, the rest lies on disk. One thread reads at a time; another waits.
    """

    def __init__(self, source: bytes | IO[bytes], limits: Limits, memory: int = MEMORY) -> None:
        self.limits = limits
        self._file = BytesIO(source) if isinstance(source, bytes) else source
        self._memory = memory
        self._lock = Lock()
        self._closed = False
        self._tick: Callable[[], None] = never
        self._text: tuple[str, TextLines, str] | None = None  # the encoding asked for, the lines, the encoding found
        self._csv: tuple[tuple[str, str, str], CsvFile] | None = None  # what was asked for
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def reading(self, tick: Callable[[], None] = never) -> Iterator[None]:
        """While a thread reads; `tick` is called now and then, and may raise to stop."""
        with self._lock:
            if self._closed:
                raise DataError("the file is no longer kept; send it again", ("file",))
            self._tick = tick
            try:
                yield
            finally:
                self._tick = never
                if self._closed:
                    self._close()

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def size(self) -> int:
        """Bytes."""
        return self._file.seek(0, SEEK_END)

    def text(self, encoding: str) -> tuple[TextLines, str]:
        """Its lines and its encoding, found out where it is "auto"."""
        if self._text is None or self._text[0] != encoding:
            self._forget()
            text = open_text(self._file, encoding, self.limits.bytes, self._memory, lambda: self._tick())
            self._text = (encoding, *self._open.enter_context(text))
        return self._text[1], self._text[2]

    def csv(self, decisions: Decisions) -> CsvFile:
        """Its rows, counted."""
        asked = (decisions.encoding, decisions.separator, decisions.header)
        lines, _ = self.text(decisions.encoding)
        if self._csv is None or self._csv[0] != asked:
            self._csv = (asked, csvtext.read(lines, decisions.separator, decisions.header, self.limits))
        return self._csv[1]

    def close(self) -> None:
        """At once, or as soon as whoever reads it has ended."""
        self._closed = True
        if self._lock.acquire(blocking=False):
            self._close()
            self._lock.release()

    def _close(self) -> None:
        self._forget()
        self._file.close()

    def _forget(self) -> None:
        self._text = self._csv = None
        self._open.close()
