"""Records of a CSV file: lines cut into cells, and where a line does not fit.

Python's csv module does the parsing, one record at a time, so that a quotation mark that never closes costs its own
line and no other. What is wrong is reported by line, column (characters, both from 1) and the lines around it.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .csvlimits import Limits
from .csvseparator import COMMENTS
from .textfile import Fault, fault_at

MOST_PLACES = 10_000  # cells of a record whose places are looked for
COMMENT_SIGNS = "#/%"


@dataclass(frozen=True)
class Record:
    """The cells of a row, the line that it begins in, and how many lines it takes."""

    line: int
    cells: tuple[str, ...]
    span: int = 1


def plain(cell: str) -> str:
    """Its words with one space between them, without characters that can't be seen."""
    if cell.isascii() and cell.isprintable() and "  " not in cell:
        return cell.strip(" ")
    return "".join(sign for sign in " ".join(cell.split()) if sign.isprintable())


def records(
    lines: Sequence[str], sign: str, limits: Limits, width: int | None = None, begin: int = 0
) -> Iterator[Record | Fault]:
    """The file record by record from line `begin` on; those of another width are faults where it is given.

    After a fault the next line is tried, so that one quotation mark costs one line, however many it spans.
    """
    at = begin
    while at < len(lines):
        item, at = next_record(lines, at, sign, limits, width)
        if item is not None:
            yield item


def next_record(
    lines: Sequence[str], at: int, sign: str, limits: Limits, width: int | None
) -> tuple[Record | Fault | None, int]:
    """What begins in line `at`, None where that is nothing, and the line that comes after."""
    line = lines[at]
    if not line.strip() or (line[0] in COMMENT_SIGNS and line.startswith(COMMENTS) and _is_comment(line, sign, width)):
        return None, at + 1
    item = record_at(lines, at, sign, limits, width)
    if isinstance(item, Fault):
        return item, at + 1
    told = any(cell and not cell.isspace() for cell in item.cells)
    return (item if told else None), at + item.span


def _is_comment(line: str, sign: str, width: int | None) -> bool:
    """A line that begins as comments do, and is no row."""
    return width is None or (width > 1 and len(line.split(sign)) != width)


def record_at(lines: Sequence[str], at: int, sign: str, limits: Limits, width: int | None) -> Record | Fault:
    """The record that begins in line `at` (from 0), or what is wrong with it."""
    line = lines[at]
    if '"' not in line and len(line) <= csv.field_size_limit():  # what the csv module would find
        record = Record(at + 1, tuple(line.split() if sign == " " else line.split(sign)))
    else:
        reader = csv.reader(_from(lines, at), delimiter=sign, strict=True, skipinitialspace=True)
        try:
            record = Record(at + 1, tuple(next(reader)), reader.line_num)
        except csv.Error:
            return _quoting(lines, at, sign)
    if width is not None:
        record = _fitted(record, width)
        if len(record.cells) != width:
            return _misfit(lines, sign, record, width)
    if (len(line) > limits.cell or record.span > 1) and max(map(len, record.cells)) > limits.cell:
        return _with_short_cells(lines, sign, record, limits)
    return record


def _with_short_cells(lines: Sequence[str], sign: str, record: Record, limits: Limits) -> Record | Fault:
    """Only the beginning of a long text is kept: nothing more is made of it. One that holds rows is a mistake."""
    for number, cell in enumerate(record.cells):
        if len(cell) > limits.cell and "\n" in cell:
            inside = cell.split("\n")[1:]
            rows = sum(line.count(sign) >= len(record.cells) - 1 for line in inside)
            if len(record.cells) > 1 and 2 * rows > len(inside):
                message = "a quotation mark opens here and closes far away, in another line"
                return fault_in_cell(lines, sign, record, number, message)
    return replace(record, cells=tuple(cell[: limits.cell] for cell in record.cells))


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


def fault_in_cell(lines: Sequence[str], sign: str, record: Record, field: int, message: str) -> Fault:
    starts = _scan(lines, record.line - 1, sign).starts
    line, column = starts[min(field, len(starts) - 1)]
    return fault_at(lines, line, column, message)


def _fitted(record: Record, width: int) -> Record:
    """Without empty cells beyond the last column: some programs end every line with a separator."""
    if len(record.cells) <= width or any(cell.strip() for cell in record.cells[width:]):
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
