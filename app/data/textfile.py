"""Text files: decoding, and faults by line and column with the lines around them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import SEEK_END
from typing import IO

from .encodings import encoding_of, has_controls
from .errors import DataError
from .textlines import MEMORY, TextLines, Undecoded, lines_of

SHOWN_FAULTS = 50
WINDOW = 200  # characters of a line that are shown around a fault


@dataclass(frozen=True)
class TextLine:
    line: int
    text: str


@dataclass(frozen=True)
class Fault:
    """What does not fit, at `line` and `column`; each text of `around` begins with character `starts_at`."""

    line: int
    column: int
    message: str
    around: tuple[TextLine, ...]
    starts_at: int = 1


class MalformedError(DataError):
    """A file, or lines of it, that can't be read: the first `faults` of `count`."""

    def __init__(self, faults: Sequence[Fault], count: int | None = None, allowed: object = None) -> None:
        first = faults[0]
        self.faults = tuple(faults[:SHOWN_FAULTS])
        self.count = len(faults) if count is None else count
        more = f" (and {self.count - 1} more)" if self.count > 1 else ""
        message = f"line {first.line}, column {first.column}: {first.message}{more}"
        super().__init__(message, ("file",), None, allowed)


def fault_at(lines: Sequence[str], line: int, column: int, message: str) -> Fault:
    """With the line before and the line after, cut to what lies near."""
    near = range(max(1, line - 1), min(len(lines), line + 1) + 1)
    longest = max((len(lines[number - 1]) for number in near), default=0)
    start = max(1, column - WINDOW // 2) if longest > WINDOW else 1
    around = tuple(TextLine(number, lines[number - 1][start - 1 : start - 1 + WINDOW]) for number in near)
    return Fault(line, column, message, around, start)


@contextmanager
def open_text(
    source: IO[bytes], encoding: str, most: int, memory: int = MEMORY, tick: Callable[[], None] = lambda: None
) -> Iterator[tuple[TextLines, str]]:
    """The file's lines and its encoding, found out where it is "auto"; MalformedError where it is no text."""
    size = source.seek(0, SEEK_END)
    if size > most:
        raise DataError(f"{size} bytes; a file may have {most}", ("file",), size, most)
    source.seek(0)
    head = source.read(4)
    if head.startswith(b"PK\x03\x04"):
        raise DataError("this is a zip archive or a spreadsheet; save the sheet as CSV", ("file",), None, "CSV")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
        codec = "utf-16"
    else:
        encoding = encoding_of(source, tick) if encoding == "auto" else encoding
        # UTF-16 without a byte order mark: as Windows writes it
        codec = {"utf-8": "utf-8-sig", "utf-16": "utf-16-le"}.get(encoding, encoding)
    with lines_of(source, codec, memory, tick) as (lines, bad):
        if bad is not None:
            raise _undecodable(source, lines, bad, encoding)
        if not any(line.strip() for line in lines):
            raise DataError("the file is empty", ("file",), size, "a header and rows")
        yield lines, encoding


def _undecodable(source: IO[bytes], lines: Sequence[str], bad: Undecoded, encoding: str) -> MalformedError:
    if bad.byte == 0:
        message = "a NUL character: this is no text file, or one in UTF-16 or UTF-32; save it as UTF-8"
        return MalformedError([fault_at(lines, bad.line, bad.column, message)])
    named = "a byte" if bad.byte is None else f"byte 0x{bad.byte:02X}"
    allowed = None
    message = f"{named} is not {encoding.upper()}"
    if encoding == "utf-8" and has_controls(source):
        message = f"{message}, and the file holds bytes that no text has: it is no CSV file"
    elif encoding == "utf-8":
        message, allowed = f"{message}; let the encoding be found out, or save it as UTF-8", ["auto"]
    return MalformedError([fault_at(lines, bad.line, bad.column, message)], allowed=allowed)
