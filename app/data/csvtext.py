"""The text of a CSV file cut into cells: its separator, its lines, and where a line does not fit.

Python's csv module does the parsing, one record at a time, so that a quotation mark that never closes costs its own
line and no other. What is wrong is reported by line, column (characters, both from 1) and the lines around it.

Why not a library's reader (30 November 2026; each tried on twelve small files, one for each form that people have):
- pandas 3.1 (84 MB, 3.8 s to import), Polars 2.1 (181 MB, 1.4 s), DuckDB 2.0 (69 MB, 1.0 s), PyArrow 26 (170 MB,
  0.8 s).
- A header with years: DuckDB takes it for data. Blanks between cells, `sep=;`: two of four, none of four.
- `1,5;2,5`: Polars and PyArrow give up, DuckDB cuts it at the comma. `1,250` beside 718, `7.5%`, `$1,200`: texts, to
  all of them.
- `-`, `.` for a gap, a total at the end, Windows-1252: none of them.
- A quotation mark that never closes: pandas says "unexpected end of data", PyArrow swallows the rest of the file.
So everything that decides would still be ours, and the exact line and column of a fault would be lost. What we do take
is charset-normalizer (1 MB, imported in 0.2 s), in `encodings.py`. A million rows are cut and counted here in seconds.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .csvheader import Header, header_of
from .csvlimits import Limits
from .csvnumbers import number_like
from .csvrecords import COMMENT_SIGNS, Record, fault_in_cell, next_record, plain, record_at, records
from .csvseparator import COMMENTS, SEPARATORS, likely_separator, sep_line
from .errors import DataError
from .textfile import Fault, MalformedError, fault_at
from .textlines import TextLines

Classes: TypeAlias = NDArray[np.uint8]
MOST_CLASSES = 200  # different cells, above which they are none
HEAD = 1_000  # records by which the usual number of cells is
MOST_FAULTS = 1_000  # that are kept with their places
TOO_MANY_FAULTS = 20_000  # from here on it is another kind of file


@dataclass(frozen=True)
class Sheet:
    """A file cut into cells. Rows all have as many cells as there are `names`; lines that do not fit are `faults`."""

    lines: Sequence[str]
    separator: str  # by name
    header: Header
    names: tuple[str, ...]
    rows: tuple[Record, ...]
    numbers: tuple[int, ...]  # of the rows in the file, from 0
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]

    def fault(self, record: Record, field: int, message: str) -> Fault:
        """Something about one cell of a row."""
        return fault_in_cell(self.lines, SEPARATORS[self.separator], record, field, message)


@dataclass(frozen=True)
class CsvFile:
    """A file of which every row was counted and checked, and none is held: `sheet` reads the rows that are wanted."""

    lines: TextLines
    separator: str
    header: Header
    names: tuple[str, ...]
    places: "array[int]"  # the line of each row, from 0
    faults: tuple[Fault, ...]  # the first of them
    bad_lines: "array[int]"  # all lines that do not fit
    notes: tuple[str, ...]
    limits: Limits
    first: dict[int, Record] = field(repr=False, default_factory=dict)  # rows by line, as far as they are held
    known_classes: dict[int, Classes | None] = field(repr=False, default_factory=dict)  # by column, once asked for

    def __len__(self) -> int:
        return len(self.places)

    def sheet(self, numbers: Iterable[int]) -> Sheet:
        """These rows, counted from 0."""
        chosen = tuple(numbers)
        rows = tuple(self.record(number) for number in chosen)
        return Sheet(self.lines, self.separator, self.header, self.names, rows, chosen, self.faults, self.notes)

    def record(self, number: int) -> Record:
        line = self.places[number]
        found = self.first.get(line)
        if found is None:
            item = record_at(self.lines, line, SEPARATORS[self.separator], self.limits, len(self.names))
            assert isinstance(item, Record), "a row that was counted fits"
            found = item
        return found

    def column(self, field: int) -> Iterator[str]:
        """One cell of every row."""
        sign = SEPARATORS[self.separator]
        least = len(self.names) - 1
        begin, block = 0, list[str]()
        for line in self.places:
            if not begin <= line < begin + len(block):
                begin, block = line, self.lines.rest_of_block(line)
            text = block[line - begin]
            if sign != " " and '"' not in text and text.count(sign) == least:
                yield plain(text.split(sign, field + 1)[field])
                continue
            item = record_at(self.lines, line, sign, self.limits, len(self.names))
            assert isinstance(item, Record), "a row that was counted fits"
            yield plain(item.cells[field])

    def classes(self, field: int) -> Classes | None:
        """The class of each row as a number (rows,), None where there are too many different cells to be classes."""
        if field not in self.known_classes:
            self.known_classes[field] = self._numbered(field)
        return self.known_classes[field]

    def _numbered(self, field: int) -> Classes | None:
        known: dict[str, int] = {}
        found = np.empty(len(self), dtype=np.uint8)
        for number, cell in enumerate(self.column(field)):
            found[number] = known.setdefault(cell, len(known))
            if len(known) > MOST_CLASSES:
                return None
        return found


def read(text: TextLines, separator: str, header: str, limits: Limits) -> CsvFile:
    """Text -> its rows, counted. `separator` and `header` ("yes", "no") are found out where they are "auto"."""
    begin, named = sep_line(text)
    name = (named or likely_separator(text, begin)) if separator == "auto" else separator
    lines, sign = text.with_blanks() if name == "blanks" else text, SEPARATORS[name]
    head = list(_head(lines, begin, sign, limits))
    width = _usual_width(head)
    if width > limits.columns:
        message = f"{width} columns; a file may have {limits.columns}"
        raise MalformedError([fault_in_cell(lines, sign, head[0], limits.columns, message)])
    begin, notes = _below_titles(lines, begin, sign, limits, width)
    found = [record for record in head if record.line > begin]
    top = _commented_names(lines, begin, sign, width) or _top(found, width)
    commented = bool(top) and (not found or top != _top(found, width))
    head_cells = [[plain(cell) for cell in record.cells] for record in found if len(record.cells) == width]
    about = header_of(top, [top, *head_cells] if commented else head_cells, header, width)
    names, more = _names(about.names, width, limits)
    if about.named and found and not commented:
        begin = found[0].line - 1 + found[0].span if found[0].line > begin else begin
    places, bad, faults, first = array("Q"), array("Q"), list[Fault](), dict[int, Record]()
    for item in _walk(lines, sign, limits, width, begin, first):
        if isinstance(item, int):
            places.append(item)
            if len(places) > limits.rows:
                raise _too_many(lines, item + 1, limits)
            continue
        if isinstance(item, Fault):
            bad.append(item.line)
            faults += [item] if len(faults) < MOST_FAULTS else []
            if len(bad) > TOO_MANY_FAULTS:
                raise MalformedError(faults, len(bad))
            continue
        if len(places) == limits.rows:
            raise _too_many(lines, item.line, limits)
        if len(first) < limits.held(width):
            first[item.line - 1] = item
        places.append(item.line - 1)
    if not places and not bad and not found:
        raise DataError("the file holds no cells", ("file",), None, "rows")
    said = (*notes, *about.notes, *more)
    return CsvFile(lines, name, about, names, places, tuple(faults), bad, said, limits, first)


def _walk(
    lines: TextLines, sign: str, limits: Limits, width: int, begin: int, held: Sized
) -> Iterator[Record | Fault | int]:
    """Records and faults; once enough records are `held`, of a row without quotation marks its line alone, from 0."""
    at, blank = begin, f" \t{sign}"
    while at < len(lines):
        if len(held) >= limits.held(width) and sign != " ":
            for line in lines.rest_of_block(at):
                if '"' in line or line.count(sign) != width - 1 or line[:1] in COMMENT_SIGNS:
                    break
                if line.strip(blank):
                    yield at
                at += 1
            if at >= len(lines):
                return
        item, at = next_record(lines, at, sign, limits, width)
        if item is not None:
            yield item


def _head(lines: Sequence[str], begin: int, sign: str, limits: Limits) -> Iterator[Record]:
    for count, item in enumerate(records(lines, sign, limits, None, begin)):
        if count == HEAD:
            return
        if isinstance(item, Record):
            yield item


def _usual_width(records: Sequence[Record]) -> int:
    counts = Counter(len(record.cells) for record in records)
    return max(counts, key=lambda width: (counts[width], width), default=1)


def _below_titles(
    lines: Sequence[str], begin: int, sign: str, limits: Limits, width: int
) -> tuple[int, tuple[str, ...]]:
    """Where the table begins, below comments and titles: lines of one cell above a table of several columns."""
    at, skipped = begin, list[int]()
    while at < len(lines) and width > 1:
        if lines[at].strip():
            item = record_at(lines, at, sign, limits, None)
            if not isinstance(item, Record) or item.span > 1:
                break
            told = [cell for cell in item.cells if cell.strip()]
            comment = lines[at].lstrip().startswith(COMMENTS) and len(item.cells) != width
            if not comment and (len(told) != 1 or (width == 2 and len(item.cells) == 2)):
                break
            skipped.append(at + 1)
        at += 1
    if not skipped or at >= len(lines):
        return begin, ()
    which = f"line {skipped[0]} is" if len(skipped) == 1 else f"lines {skipped[0]} to {skipped[-1]} are"
    return skipped[-1], (f"{which} above the table, and left out",)


def _commented_names(lines: Sequence[str], begin: int, sign: str, width: int) -> list[str]:
    """The names in a comment right above the rows, as numpy.savetxt writes them."""
    for line in (lines[at] for at in (begin - 1, begin) if 0 <= at < len(lines)):
        text = line.lstrip("# ")
        cells = text.split() if sign == " " else [plain(cell) for cell in text.split(sign)]
        if line.startswith("#") and width > 1 and len(cells) == width and not any(map(number_like, cells)):
            return cells
    return []


def _top(found: Sequence[Record], width: int) -> list[str]:
    """The cells of the first record, where it may be a header: as wide as the rest, or one cell shorter (R)."""
    if not found:
        return []
    cells = [plain(cell) for cell in found[0].cells]
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if cells and cells[0].startswith("#") and len(cells[0]) > 1:
        cells[0] = cells[0].lstrip("# ")
    return cells if len(cells) in (width, width - 1) else []


def _too_many(lines: Sequence[str], line: int, limits: Limits) -> MalformedError:
    return MalformedError([fault_at(lines, line, 1, f"more than {limits.rows} rows, which is the most")])


def _names(given: Sequence[str], width: int, limits: Limits) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name for each column, no two alike, and what had to be done for it."""
    names: list[str] = []
    notes: list[str] = []
    if width == 1:
        notes.append("there is one column only: cells are parted by a comma, a semicolon, a tab, a | or blanks")
    for number in range(width):
        wanted = given[number] if given else ""
        name = unique(wanted[: limits.name] or f"column {number + 1}", names)
        if given and not wanted:
            notes.append(f"column {number + 1} has no name: it is called {name!r}")
        elif wanted and name != wanted:
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
