"""Text files: decoding, and faults by line and column with the lines around them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.data.errors import DataError

ENCODINGS = ("utf-8", "latin-1")
SHOWN_FAULTS = 50
WINDOW = 200  # characters of a line that are shown around a fault
CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1a")  # bytes of pictures and archives; no text has them


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


def decode(data: bytes, encoding: str, most: int) -> str:
    """The file's text with plain line ends; MalformedError where it is none."""
    if len(data) > most:
        raise DataError(f"{len(data)} bytes; a file may have {most}", ("file",), len(data), most)
    if data.startswith(b"PK\x03\x04"):
        raise DataError("this is a zip archive or a spreadsheet; save the sheet as CSV", ("file",), None, "CSV")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, error, encoding) from error
    text = _plain_ends(text)
    if "\0" in text:
        line, column = _place(text[: text.index("\0")])
        message = "a NUL character: this is no text file, or one in UTF-16 or UTF-32; save it as UTF-8"
        raise MalformedError([fault_at(text.split("\n"), line, column, message)])
    if not text.strip():
        raise DataError("the file is empty", ("file",), len(data), "a header and rows")
    return text


def _undecodable(data: bytes, error: UnicodeDecodeError, encoding: str) -> MalformedError:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    line, column = _place(_plain_ends(data[: error.start].decode(codec, "ignore")))
    text = _plain_ends(data.decode(codec, "replace"))
    message = f"byte 0x{data[error.start]:02X} is not {encoding.upper()}"
    allowed = None
    if encoding == "utf-8" and any(byte in CONTROLS for byte in data):
        message = f"{message}, and the file holds bytes that no text has: it is no CSV file"
    elif encoding == "utf-8":
        message, allowed = f"{message}; read the file as latin-1, or save it as UTF-8", ["latin-1"]
    return MalformedError([fault_at(text.split("\n"), line, column, message)], allowed=allowed)


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _place(before: str) -> tuple[int, int]:
    """Line and column of what comes after a text."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
