"""The first line of a table: names of its columns, or values already.

Texts are names, unless they come again below. Years and running numbers (2014, 2015, … or 0, 1, 2, …) are names where
the cells below are something else: columns of a statistic, pixels of a picture. Where in doubt, that is said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .csvnumbers import number_like
from .numberformat import is_missing

YEAR = re.compile(r"(1[5-9]|20|21)\d\d", re.ASCII)
WHOLE = re.compile(r"\d{1,5}", re.ASCII)
ROW_NAMES = "row"  # what R calls nothing


@dataclass(frozen=True)
class Header:
    """Whether the first line names the columns; `doubt` is why it may be otherwise, "" where it can't."""

    named: bool
    names: tuple[str, ...]
    doubt: str = ""
    notes: tuple[str, ...] = ()


def header_of(first: Sequence[str], rows: Sequence[Sequence[str]], asked: str, width: int) -> Header:
    """Of a first line, and the first rows of the file, that line among them; `asked` is "yes", "no" or "auto"."""
    if not first:
        return Header(False, ())
    if len(first) == width - 1:  # R's write.table: the row names have no name
        if asked == "no" or not _all_texts(first):
            return Header(False, ())
        note = f"the header is one cell shorter than the rows: the first column is called {ROW_NAMES!r}"
        return Header(True, (ROW_NAMES, *first), notes=(note,))
    below = [row for row in rows[1:] if len(row) == width]
    named, doubt = _judged(first, below)
    if asked != "auto":
        named, doubt = asked == "yes", ""
    return Header(named, tuple(first) if named else (), doubt)


def _all_texts(cells: Sequence[str]) -> bool:
    return not any(number_like(cell) for cell in cells)


def _judged(first: Sequence[str], below: Sequence[Sequence[str]]) -> tuple[bool, str]:
    columns = [[row[number] for row in below] for number in range(len(first))]
    if _all_texts(first):
        again = [cell for cell, column in zip(first, columns, strict=True) if cell and cell in column]
        anywhere_numbers = any(column and all(number_like(cell) for cell in column) for column in columns)
        if 2 * len(again) > len(first) and not anywhere_numbers:
            return False, f"{again[0]!r} in the first line comes again below: it is taken for a row"
        return True, ""
    numbers = [number for number, cell in enumerate(first) if number_like(cell)]
    counted = [first[number] for number in numbers]
    others = [cell for number, cell in enumerate(first) if number not in numbers]
    if any(is_missing(cell) and cell for cell in others) or not below:
        return False, ""
    under = [cell for number in numbers for cell in columns[number] if not is_missing(cell)]
    if len(numbers) > 1 and all(YEAR.fullmatch(cell) for cell in counted) and _rising(counted):
        strange = sum(not YEAR.fullmatch(cell) for cell in under)
        if 2 * strange > len(under):
            doubt = "" if others else f"the first line holds years ({counted[0]} …): they are taken for names"
            return True, doubt
    if len(numbers) > (2 if others else 8) and all(WHOLE.fullmatch(cell) for cell in counted) and _running(counted):
        alike = any([row[number] for number in numbers] == counted for row in below)
        texts = [columns[number] for number, cell in enumerate(first) if number not in numbers and cell]
        named = not alike and (
            not texts or not any(cell in column for cell, column in zip(others, texts, strict=False))
        )
        if named and not _running([below[0][number] for number in numbers]):
            return True, f"the first line counts {counted[0]}, {counted[1]} …: it is taken for names"
    return False, ""


def _rising(cells: Sequence[str]) -> bool:
    return all(int(a) < int(b) for a, b in pairwise(cells))


def _running(cells: Sequence[str]) -> bool:
    if not all(WHOLE.fullmatch(cell) for cell in cells):
        return False
    return int(cells[0]) in (0, 1) and all(int(b) - int(a) == 1 for a, b in pairwise(cells))
