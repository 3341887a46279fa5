"""A text file by its lines, without holding it: what is asked for is read from a temporary file, some lines at a time.

The temporary file has plain UTF-8 with plain line ends, whatever the upload had; up to `memory` bytes of it stay in
memory, the rest lies on disk until it is closed.
"""

import io
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, overload

BLOCK = 512  # lines that are read at once
CHUNK = 1 << 20  # characters
MEMORY = 4_000_000
UNDECODED = re.compile("[\udc80-\udcff]")  # how Python's surrogateescape holds a byte that is no text
NO_TEXT = {True: re.compile("[\0\udc80-\udcff]"), False: re.compile("[\0\ufffd]")}  # by whether it is UTF-8


@dataclass(frozen=True)
class Undecoded:
    """The first byte that is no text: its value, or None where the codec does not say, with line and column from 1.

    0 is a NUL character, in any encoding.
    """

    byte: int | None
    line: int
    column: int


class TextLines(Sequence[str]):
    """The lines of a file; `tick` is called now and then, and may raise to stop a reader whose client is gone."""

    def __init__(
        self, file: IO[bytes], starts: "array[int]", count: int, tick: Callable[[], None], blanks: bool
    ) -> None:
        self._file, self._starts, self._count, self._tick, self._blanks = file, starts, count, tick, blanks
        self._held: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(self._count))]
        if number < 0:
            number += self._count
        if not 0 <= number < self._count:
            raise IndexError(number)
        block, at = divmod(number, BLOCK)
        held = self._held.get(block)
        return (self._read(block) if held is None else held)[at]

    def rest_of_block(self, number: int) -> list[str]:
        """That line and some of those after it, at once."""
        block, at = divmod(number, BLOCK)
        held = self._held.get(block)
        return (self._read(block) if held is None else held)[at:]

    def with_blanks(self) -> "TextLines":
        """The same lines with a blank for each tab, so that places stay what they are."""
        return TextLines(self._file, self._starts, self._count, self._tick, True)

    def _read(self, block: int) -> list[str]:
        self._tick()
        self._file.seek(self._starts[block])
        end = self._starts[block + 1] if block + 1 < len(self._starts) else None
        data = self._file.read(-1 if end is None else end - self._starts[block] - 1)
        text = data.decode()
        if len(self._held) > 1:  # two: a record may go on in the next
            self._held.pop(next(iter(self._held)))
        self._held[block] = (text.replace("\t", " ") if self._blanks else text).split("\n")
        return self._held[block]


@contextmanager
def lines_of(
    source: IO[bytes], encoding: str, memory: int = MEMORY, tick: Callable[[], None] = lambda: None
) -> Iterator[tuple[TextLines, Undecoded | None]]:
    """The lines of a file in that encoding, and the first byte in it that is no text; the source is left open."""
    source.seek(0)
    with SpooledTemporaryFile(max_size=memory) as spool:
        file: IO[bytes] = spool
        utf8 = encoding in ("utf-8", "utf-8-sig")
        reader = io.TextIOWrapper(source, encoding, "surrogateescape" if utf8 else "replace", newline=None)
        starts, line, size, bad = array("Q", [0]), 0, 0, None
        try:
            rest = 0  # characters of the last line so far
            while text := reader.read(CHUNK):
                tick()
                if bad is None and (found := NO_TEXT[utf8].search(text)):
                    before = text[: found.start()]
                    column = found.start() - before.rfind("\n") if "\n" in before else rest + len(before) + 1
                    bad = Undecoded(
                        ord(found[0]) & 0xFF if utf8 or found[0] == "\0" else None,
                        line + before.count("\n") + 1,
                        column,
                    )
                if bad is not None and utf8:
                    text = UNDECODED.sub("\ufffd", text)
                data = text.encode()
                at = -1
                while (at := data.find(b"\n", at + 1)) >= 0:
                    line += 1
                    if line % BLOCK == 0:
                        starts.append(size + at + 1)
                rest = len(text) - text.rfind("\n") - 1 if "\n" in text else rest + len(text)
                size += len(data)
                file.write(data)
        finally:
            reader.detach()
        yield TextLines(file, starts, line + 1, tick, False), bad
