"""The rows of a file that a table is made of: all, or as many as a run may hold, each class as often as in the file."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .csvlimits import Limits
from .csvnumbers import number_like
from .csvrecords import Record, plain
from .csvtext import Classes, CsvFile, Sheet
from .datasets import Indices
from .numberformat import is_missing

TOTAL = re.compile(
    r"(grand |sub)?totals?|sums?|summe|gesamt|insgesamt|overall|averages?|means?|median|mittelwert|somme|moyenne|suma",
    re.IGNORECASE,
)
LAST = 3  # rows at the end that may be totals
PREVIEWED = 500  # rows by which the target is found
STREAM = 6  # of random numbers, apart from those of a run


@dataclass(frozen=True)
class ExtraRow:
    """A row that is no sample: a total, or a second line of names or units."""

    line: int
    number: int  # of the row, from 0
    why: str
    text: str


@dataclass(frozen=True)
class Sample:
    """How many rows of how many were taken; `by` is the column whose classes are as frequent as in the file."""

    rows: int
    of: int
    most: int  # that a run may hold
    seed: int
    by: str | None


def extra_rows(file: CsvFile) -> tuple[ExtraRow, ...]:
    """A second header below the first, and totals at the end."""
    count = len(file)
    if count < 4:
        return ()
    found = []
    first = file.record(0)
    if file.header.named and _is_second_header(first, [file.record(number) for number in range(1, min(count, 21))]):
        found.append(ExtraRow(first.line, 0, "it looks like a second header", _text(first)))
    totals = []
    for number in range(count - 1, count - 1 - LAST, -1):
        record = file.record(number)
        if not _is_total(record):
            break
        totals.append(ExtraRow(record.line, number, "it looks like a total", _text(record)))
    return (*found, *reversed(totals))


def _text(record: Record) -> str:
    return ", ".join(plain(cell) for cell in record.cells)[:80]


def _is_total(record: Record) -> bool:
    cells = [text for cell in record.cells if (text := plain(cell)) and not is_missing(text)]
    return (
        len(cells) > 1 and bool(TOTAL.fullmatch(cells[0].rstrip(" :"))) and all(number_like(cell) for cell in cells[1:])
    )


def _is_second_header(first: Record, below: list[Record]) -> bool:
    told = [plain(cell) for cell in first.cells]
    if not any(told) or any(number_like(cell) for cell in told):
        return False
    for number, cell in enumerate(told):
        column = [text for row in below if not is_missing(text := plain(row.cells[number]))]
        if cell and not is_missing(cell) and column and all(number_like(text) for text in column):
            return True
    return False


def taken(
    file: CsvFile,
    without: frozenset[int],
    wanted: int | None,
    seed: int,
    limits: Limits,
    classes_of: Callable[[Sheet], int | None],
) -> tuple[Sheet, Sample]:
    """The rows that are used. `classes_of` says by which column of a sheet its rows are classes, None by none."""
    rows = np.delete(np.arange(len(file)), sorted(without))
    most = limits.held(len(file.names))
    count = min(wanted or most, most)
    if len(rows) <= count:
        return file.sheet(rows.tolist()), Sample(len(rows), len(rows), most, seed, None)
    random = np.random.default_rng([seed, STREAM])
    chosen = np.sort(random.choice(rows, count, replace=False))
    column = classes_of(file.sheet(chosen[:: max(1, count // PREVIEWED)].tolist()))
    classes = None if column is None else file.classes(column)
    if classes is not None:
        chosen = _stratified(rows, classes[rows], count, random)
    sheet = file.sheet(chosen.tolist())
    by = file.names[column] if column is not None and classes is not None else None
    return sheet, Sample(count, len(rows), most, seed, by)


def _stratified(rows: Indices, strata: Classes, count: int, random: np.random.Generator) -> Indices:
    """So many rows, of each class its share: the largest remainders are rounded up, and no class is lost for it."""
    sizes = np.bincount(strata)
    exact = sizes * count / len(rows)
    shares = np.maximum(np.floor(exact), sizes > 0).astype(np.int64)
    if shares.sum() < count:
        shares[np.argsort(shares - exact, kind="stable")[: count - shares.sum()]] += 1
    while shares.sum() > count:
        shares[np.argmax(shares)] -= 1
    chosen = [random.permutation(rows[strata == k])[:share] for k, share in enumerate(shares.tolist())]
    return np.sort(np.concatenate(chosen))
