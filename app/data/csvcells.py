"""The cells of a CSV file's columns: texts, the numbers that they are, and what kind a column is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from .csvdecisions import Decisions
from .csvidentifiers import numbers_rows
from .csvlimits import Limits
from .csvnumbers import LIKE_NUMBERS, as_reading, formats_of, numbers_of, readings_of
from .csvrecords import plain
from .csvtext import Sheet
from .datasets import Array
from .errors import DataError
from .numberformat import NumberFormat, is_missing

Kind: TypeAlias = Literal["number", "categories", "text", "empty"]


@dataclass(frozen=True)
class Count:
    name: str
    count: int


@dataclass(frozen=True)
class Cells:
    """A column's cells: texts as they stand (empty where missing), and the numbers that they are (else NaN)."""

    name: str
    texts: tuple[str, ...]
    numbers: Array
    missing: tuple[bool, ...]
    spellings: tuple[Count, ...]  # of the missing ones
    format: NumberFormat
    readings: tuple[NumberFormat, ...]
    numbered: bool  # by name or by value it numbers the rows
    not_numbers: tuple[int, ...]  # rows whose cell is there, and no number
    lines: tuple[int, ...]  # of the file, by row

    @property
    def present(self) -> list[str]:
        return [text for text, missing in zip(self.texts, self.missing, strict=True) if not missing]


def all_cells(sheet: Sheet, decisions: Decisions) -> tuple[Cells, ...]:
    """Every column of a sheet, its numbers read in the way that the column, and the others, speak for."""
    gone: dict[str, set[str]] = {}
    for name, value in decisions.missing_values:
        gone.setdefault(name, set()).add(value)
    columns = [[plain(row.cells[number]) for row in sheet.rows] for number in range(len(sheet.names))]
    absent = [
        [is_missing(text) or text in gone.get(name, ()) for text in texts]
        for name, texts in zip(sheet.names, columns, strict=True)
    ]
    present = [
        [text for text, away in zip(texts, away, strict=True) if not away]
        for texts, away in zip(columns, absent, strict=True)
    ]
    formats = formats_of(present, decisions.decimal, sheet.separator)
    return tuple(
        _cells(
            sheet, number, columns[number], absent[number], _chosen(name, present[number], formats[number], decisions)
        )
        for number, name in enumerate(sheet.names)
    )


def _chosen(name: str, present: Sequence[str], proposed: NumberFormat, decisions: Decisions) -> NumberFormat:
    wanted = decisions.kind.get(name)
    if wanted is None or wanted == "categories" or (wanted == "number" and not proposed.doubt):
        return proposed
    return as_reading(present, wanted)


def _cells(sheet: Sheet, number: int, texts: Sequence[str], absent: Sequence[bool], written: NumberFormat) -> Cells:
    shown = tuple("" if gone else text for text, gone in zip(texts, absent, strict=True))
    present = [text for text, gone in zip(texts, absent, strict=True) if not gone]
    numbers = numbers_of(written, present)
    values = np.full(len(texts), np.nan)
    values[~np.array(absent, dtype=bool)] = numbers
    not_numbers = np.flatnonzero(np.isnan(values) & ~np.array(absent, dtype=bool))
    counted = Counter(text for text, gone in zip(texts, absent, strict=True) if gone).most_common()
    return Cells(
        name=sheet.names[number],
        texts=shown,
        numbers=values,
        missing=tuple(absent),
        spellings=tuple(Count(text, count) for text, count in counted),
        format=written,
        readings=readings_of(present, written)
        if written.doubt or written.words or written.decimal == "comma"
        else (written,),
        numbered=numbers_rows(sheet.names[number], number, shown, values, sheet.numbers),
        not_numbers=tuple(int(row) for row in not_numbers),
        lines=tuple(row.line for row in sheet.rows),
    )


def kind_of(cells: Cells, decisions: Decisions, limits: Limits) -> Kind:
    present = cells.present
    if not present:
        return "empty"
    wanted = decisions.kind.get(cells.name)
    if wanted not in (None, "categories"):
        return "number"
    longest = max(len(text) for text in present)
    if wanted == "categories":
        if longest > limits.name:
            message = f"{cells.name!r} holds a text of {longest} characters; a category may have {limits.name}"
            raise DataError(message, ("as",), cells.name, f"{limits.name} characters")
        return "categories"
    distinct = len(set(present))
    if not cells.not_numbers or (
        distinct > limits.classes and len(cells.not_numbers) <= (1 - LIKE_NUMBERS) * len(present)
    ):
        return "number"
    few = longest <= limits.name and distinct <= limits.classes and (distinct < len(present) or len(present) <= 3)
    return "categories" if few else "text"


def values_of(cells: Cells) -> tuple[str, ...]:
    """The values of a column of categories that become an input each: of two, one says all."""
    found = categories(cells)
    return found[1:] if len(found) == 2 else found


def categories(cells: Cells) -> tuple[str, ...]:
    """The different texts of a column, sorted: as numbers where all are plain whole numbers."""
    return sorted_classes(cells.present)


def sorted_classes(texts: Sequence[str]) -> tuple[str, ...]:
    found = set(texts)
    if all(is_class_number(text) for text in found):
        return tuple(sorted(found, key=int))
    return tuple(sorted(found))


def is_class_number(text: str) -> bool:
    """A whole number as Python writes it."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 15 and str(int(text)) == text
