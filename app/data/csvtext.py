"""The text of a CSV file cut into cells: its separator, its lines, and where a line does not fit.

Python's csv module does the parsing, one record at a time, so that a quotation mark that never closes costs its own
line and no other. What is wrong is reported by line, column (characters, both from 1) and the lines around it.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.data.errors import DataError
from app.data.textfile import Fault, MalformedError, fault_at

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
MOST_PLACES = 10_000  # cells of a record whose places are looked for
LOOKED_AT = 50  # records by which a separator is chosen

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d{1,4})?", re.ASCII)
MISSING = {"", "na", "n/a", "nan", "null", "?"}


@dataclass(frozen=True)
class Limits:
    """What a file may hold; written once, where the limits of a run are."""

    bytes: int
    rows: int
    columns: int
    inputs: int  # columns of numbers that it becomes
    classes: int  # different values of a column of categories
    cell: int  # characters
    name: int  # characters of a column's name, or of a category


@dataclass(frozen=True)
class Record:
    """The cells of a row, the line that it begins in, and how many lines it takes."""

    line: int
    cells: tuple[str, ...]
    span: int = 1


@dataclass(frozen=True)
class Sheet:
    """A file cut into cells. Rows all have as many cells as there are `names`; lines that do not fit are `faults`."""

    lines: tuple[str, ...]
    separator: str  # by name
    header: bool
    names: tuple[str, ...]
    rows: tuple[Record, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]

    def fault(self, record: Record, field: int, message: str) -> Fault:
        """Something about one cell of a row."""
        return _at_field(self.lines, SEPARATORS[self.separator], record, field, message)


def plain(cell: str) -> str:
    """Its words with one space between them, without characters that can't be seen."""
    return "".join(sign for sign in " ".join(cell.split()) if sign.isprintable())


def is_missing(cell: str) -> bool:
    return cell.lower() in MISSING


def read(text: str, separator: str, header: str, limits: Limits) -> Sheet:
    """Text -> rows of cells. `separator` and `header` ("yes", "no") are found out where they are "auto"."""
    lines = text.split("\n")
    name = _likely_separator(lines) if separator == "auto" else separator
    records = [item for item in _records(lines, SEPARATORS[name], limits) if isinstance(item, Record)]
    width = _usual_width(records)
    if width > limits.columns:
        message = f"{width} columns; a file may have {limits.columns}"
        raise MalformedError([_at_field(lines, SEPARATORS[name], records[0], limits.columns, message)])
    found = list(_records(lines, SEPARATORS[name], limits, width))
    faults = [item for item in found if isinstance(item, Fault)]
    rows = [item for item in found if isinstance(item, Record)]
    if not found:
        raise DataError("the file holds no cells", ("file",), None, "rows")
    first = [plain(cell) for cell in rows[0].cells] if rows else []
    named = header == "yes" or (header == "auto" and _looks_like_names(first))
    rows = rows[1:] if named else rows
    if len(rows) > limits.rows:
        raise _too_many(lines, rows[limits.rows].line, limits)
    names, notes = _names(first if named else [], width, limits)
    return Sheet(tuple(lines), name, named, names, tuple(rows), tuple(faults), notes)


def _too_many(lines: Sequence[str], line: int, limits: Limits) -> MalformedError:
    return MalformedError([fault_at(lines, line, 1, f"more than {limits.rows} rows, which is the most")])


def _records(lines: Sequence[str], sign: str, limits: Limits, width: int | None = None) -> Iterator[Record | Fault]:
    """The file record by record, those of another width are faults where it is given.

    After a fault the next line is tried, so that one quotation mark costs one line, however many it spans.
    """
    at = count = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        item = _record(lines, at, sign, limits, width)
        at += item.span if isinstance(item, Record) else 1
        if isinstance(item, Record) and not any(cell.strip() for cell in item.cells):
            continue
        count += 1
        if count > limits.rows + 1:  # the header is one
            raise _too_many(lines, item.line, limits)
        yield item


def _record(lines: Sequence[str], at: int, sign: str, limits: Limits, width: int | None) -> Record | Fault:
    """The record that begins in line `at` (from 0), or what is wrong with it."""
    reader = csv.reader(_from(lines, at), delimiter=sign, strict=True, skipinitialspace=True)
    try:
        cells = next(reader)
    except csv.Error:
        return _quoting(lines, at, sign)
    record = Record(at + 1, tuple(cells), reader.line_num)
    longest = max(range(len(cells)), key=lambda field: len(cells[field]), default=0)
    if cells and len(cells[longest]) > limits.cell:
        message = f"a cell of {len(cells[longest])} characters; {limits.cell} are the most"
        if "\n" in cells[longest]:
            message = "a quotation mark opens here and closes far away, in another line"
        return _at_field(lines, sign, record, longest, message)
    if width is not None:
        record = _fitted(record, width)
        if len(record.cells) != width:
            return _misfit(lines, sign, record, width)
    return record


def _from(lines: Sequence[str], at: int) -> Iterator[str]:
    return (lines[number] + "\n" for number in range(at, len(lines)))


@dataclass(frozen=True)
class Scan:
    """Where the cells of a record begin; where a quotation mark opens that never closes, or something follows one."""

    starts: list[tuple[int, int]]
    never_closed: tuple[int, int] | None = None
    follows: tuple[int, int] | None = None


def _scan(lines: Sequence[str], at: int, sign: str) -> Scan:
    """A second look, character by character, at a record that begins in line `at` (from 0): only to find places."""
    starts: list[tuple[int, int]] = []
    column, line = 0, lines[at]
    while True:
        while line[column : column + 1] == " ":
            column += 1
        starts.append((at + 1, column + 1))
        if line[column : column + 1] == '"':
            opened = (at + 1, column + 1)
            column += 1
            while (end := _closing(line, column)) < 0:
                at, column = at + 1, 0
                if at == len(lines):
                    return Scan(starts, never_closed=opened)
                line = lines[at]
            column = end + 1
            if column < len(line) and line[column] != sign:
                return Scan(starts, follows=(at + 1, column + 1))
        column = line.find(sign, column)
        if column < 0 or len(starts) > MOST_PLACES:
            return Scan(starts)
        column += 1


def _closing(line: str, column: int) -> int:
    """Where the quotation closes, from `column` on; doubled marks do not close it; -1: not in this line."""
    while (found := line.find('"', column)) >= 0:
        if line[found + 1 : found + 2] != '"':
            return found
        column = found + 2
    return -1


def _quoting(lines: Sequence[str], at: int, sign: str) -> Fault:
    scan = _scan(lines, at, sign)
    if scan.follows is not None:
        message = "after a closing quotation mark only a separator or the line's end may follow"
        return fault_at(lines, *scan.follows, message)
    if scan.never_closed is not None:
        return fault_at(lines, *scan.never_closed, "a quotation mark opens and never closes")
    return fault_at(lines, *_longest(lines, scan.starts), "a cell without end; is it a line of another kind of file?")


def _longest(lines: Sequence[str], starts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Where the longest cell of a record's first line begins."""
    first = [column for line, column in starts if line == starts[0][0]]
    ends = [*first[1:], len(lines[starts[0][0] - 1]) + 1]
    return starts[0][0], max(zip(first, ends, strict=True), key=lambda cell: cell[1] - cell[0])[0]


def _at_field(lines: Sequence[str], sign: str, record: Record, field: int, message: str) -> Fault:
    starts = _scan(lines, record.line - 1, sign).starts
    line, column = starts[min(field, len(starts) - 1)]
    return fault_at(lines, line, column, message)


def _usual_width(records: Sequence[Record]) -> int:
    counts = Counter(len(record.cells) for record in records)
    return max(counts, key=lambda width: (counts[width], width), default=1)


def _fitted(record: Record, width: int) -> Record:
    """Without empty cells beyond the last column: some programs end every line with a separator."""
    if any(cell.strip() for cell in record.cells[width:]):
        return record
    return replace(record, cells=record.cells[:width])


def _misfit(lines: Sequence[str], sign: str, record: Record, width: int) -> Fault:
    count = len(record.cells)
    counted = f"{count} cell{'s' * (count != 1)}, the others have {width}"
    starts = _scan(lines, record.line - 1, sign).starts
    if starts[-1][0] > record.line:
        line, column = [start for start in starts if start[0] == record.line][-1]
        return fault_at(lines, line, column, f"{counted}: a quotation mark opens here and closes in another line")
    if count > width:
        return fault_at(lines, *starts[min(width, len(starts) - 1)], counted)
    return fault_at(lines, record.line, len(lines[record.line - 1]) + 1, counted)


def _likely_separator(lines: Sequence[str]) -> str:
    """The separator by which the first lines part into equally many cells, and the most of them into numbers."""
    return max(SEPARATORS, key=lambda name: _score(lines, SEPARATORS[name]))


def _score(lines: Sequence[str], sign: str) -> tuple[bool, bool, float, float, int]:
    rows = []
    for line in lines:
        if line.strip():
            try:
                rows.append(next(csv.reader([line], delimiter=sign, skipinitialspace=True)))
            except csv.Error:
                continue
        if len(rows) == LOOKED_AT:
            break
    counts = Counter(len(row) for row in rows)
    width = max(counts, key=lambda width: (counts[width], width), default=1)
    cells = [cell.strip() for row in rows for cell in row]
    numbers = sum(1 for cell in cells if is_missing(cell) or number_like(cell))
    first = bool(rows) and len(rows[0]) == width
    return width > 1, first, counts[width] / max(1, len(rows)), numbers / max(1, len(cells)), width


def number_like(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell) or DECIMAL_COMMA.fullmatch(cell))


def _looks_like_names(first: Iterable[str]) -> bool:
    return not any(number_like(cell) for cell in first)


def _names(first: Sequence[str], width: int, limits: Limits) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name for each column, no two alike, and what had to be done for it."""
    names: list[str] = []
    notes: list[str] = []
    if width == 1:
        notes.append("there is one column only: cells are parted by a comma, a semicolon or a tab")
    for number in range(width):
        given = first[number] if first else ""
        name = unique(given[: limits.name] or f"column {number + 1}", names)
        if first and not given:
            notes.append(f"column {number + 1} has no name: it is called {name!r}")
        elif given and name != given:
            notes.append(f"column {number + 1} is called {name!r}: its name is too long, or another column's")
        names.append(name)
    return tuple(names), tuple(notes)


def unique(name: str, taken: Iterable[str]) -> str:
    """The name, or "name (2)" and so on where it is taken."""
    used, number, found = set(taken), 1, name
    while found in used:
        number += 1
        found = f"{name} ({number})"
    return found
