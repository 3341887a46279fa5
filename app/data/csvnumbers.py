"""Numbers as people write them: decimal and thousands marks, percent, currencies, units and dates, a column as a whole.

"1,250" is 1.25 in one file and 1250 in another. A column is one or the other: its other cells tell, and where they
don't, the other columns of the file. Where nothing tells, it is said to be in doubt, and can be decided.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from .datasets import Array
from .numberformat import (
    CURRENCIES,
    DECIMAL_COMMA,
    DMY,
    GROUPED,
    NAMED_MONTH,
    NUMBER,
    YMD,
    NumberFormat,
    without_unit,
)

COLUMN_OF_NUMBERS = re.compile(rf"(?:{NUMBER.pattern}\n)+", re.ASCII)
LIKE_NUMBERS = 0.9  # from this share of numbers on, what is left over is a mistake and no category
READINGS = ("number", "decimal_point", "decimal_comma", "date_ymd", "date_dmy", "date_mdy")


def number_like(cell: str) -> bool:
    """Whether a cell alone may be a number: what no name of a column looks like."""
    cell = cell.strip()
    if NUMBER.fullmatch(cell) or DECIMAL_COMMA.fullmatch(cell) or YMD.fullmatch(cell) or DMY.fullmatch(cell):
        return True
    number, unit = without_unit(cell)
    signed = unit == "%" or unit in CURRENCIES
    if unit and not signed:
        return False
    plain = signed and bool(NUMBER.fullmatch(number) or DECIMAL_COMMA.fullmatch(number))
    return plain or any(pattern.fullmatch(number) for pattern in GROUPED.values())


def numbers_of(written: NumberFormat, texts: Sequence[str]) -> Array:
    """The numbers of a column (rows,), each as `written.read` makes it."""
    if written == NumberFormat() and COLUMN_OF_NUMBERS.fullmatch("\n".join([*texts, ""])):
        numbers = np.array([float(text) for text in texts], dtype=np.float64)
        return np.where(np.isfinite(numbers), numbers, np.nan)
    return np.array([written.read(text) for text in texts], dtype=np.float64)


def formats_of(columns: Sequence[Sequence[str]], decimal: str, separator: str) -> tuple[NumberFormat, ...]:
    """A format for each column, given its cells that are not missing; `decimal` is "point", "comma" or "auto"."""
    distinct = [Counter(column) for column in columns]
    if decimal != "auto":
        return tuple(_likely(cells, [decimal]) for cells in distinct)
    found = [_likely(cells, ["point", "comma"]) for cells in distinct]
    if separator != "comma":  # there a point groups thousands nowhere
        found = [_between_points(one, cells) for one, cells in zip(found, distinct, strict=True)]
    known = Counter(f.decimal for f, cells in zip(found, distinct, strict=True) if not f.doubt and _tells(f, cells))
    if known["comma"] != known["point"]:
        usual = "comma" if known["comma"] > known["point"] else "point"
        return tuple(
            replace(_likely(cells, [usual]), doubt="") if f.doubt and not f.date else f
            for f, cells in zip(found, distinct, strict=True)
        )
    usual = "comma" if separator == "semicolon" else "point"
    return tuple(
        replace(_likely(cells, [usual]), doubt=f.doubt) if f.doubt and not f.date and "," in f.doubt else f
        for f, cells in zip(found, distinct, strict=True)
    )


def _tells(found: NumberFormat, cells: Iterable[str]) -> bool:
    """Whether a column shows which mark stands before decimals."""
    mark = "." if found.decimal == "point" else ","
    return (
        not found.date
        and (bool(found.thousands) or any(mark in cell for cell in cells))
        and _reads(found, Counter(cells)) > 0
    )


def _reads(format_: NumberFormat, cells: Counter[str]) -> int:
    return sum(count for cell, count in cells.items() if not np.isnan(format_.read(cell)))


def readings_of(cells: Sequence[str], chosen: NumberFormat) -> tuple[NumberFormat, ...]:
    """The format chosen, and those that read as much of the column and mean something else."""
    counted = Counter(cells)
    least = LIKE_NUMBERS * len(cells)
    others = []
    for other in [_likely(counted, ["point"]), _likely(counted, ["comma"]), *_dates(chosen, counted)]:
        if other.reading == chosen.reading or _reads(other, counted) < max(1, least):
            continue
        if any(other.read(cell) != chosen.read(cell) for cell in counted):
            others.append(replace(other, doubt=""))
    return (chosen, *others)


def as_reading(cells: Sequence[str], reading: str) -> NumberFormat:
    """The format by its name among READINGS, with what else the cells tell."""
    counted = Counter(cells)
    if reading.startswith("date_"):
        return NumberFormat(date=reading.removeprefix("date_"))
    decimals = ["point", "comma"] if reading == "number" else [reading.removeprefix("decimal_")]
    return replace(_likely(counted, decimals, dates=reading == "number"), doubt="")


def _dates(chosen: NumberFormat, cells: Counter[str]) -> list[NumberFormat]:
    return [NumberFormat(date=order) for order in ("dmy", "mdy")] if chosen.date and cells else []


def _likely(cells: Counter[str], decimals: Sequence[str], dates: bool = True) -> NumberFormat:
    """The format that reads most of the cells, the plainest of these; others only where they read nearly all."""
    total = sum(cells.values())
    if not total:
        return NumberFormat(decimals[0])
    if "point" in decimals and COLUMN_OF_NUMBERS.fullmatch("\n".join([*cells, ""])):
        return NumberFormat()
    plain = max((NumberFormat(decimal) for decimal in decimals), key=lambda f: _reads(f, cells))
    if "point" in decimals and _reads(plain, cells) == total and not any("," in cell for cell in cells):
        return plain
    if dates and (found := _date_format(cells)):
        return found
    unit = _unit_of(cells)
    best, most = plain, _reads(plain, cells)
    for decimal in decimals:
        for thousands in ("", *(sign for mark, sign in GROUPED if mark == decimal)):
            for one in dict.fromkeys(("", unit)):
                other = NumberFormat(decimal, thousands, one)
                count = _reads(other, cells)
                if count > most and (count >= LIKE_NUMBERS * total or not (thousands or one)):
                    best, most = other, count
    return _between_commas(best, most, cells, decimals)


def _between_commas(best: NumberFormat, most: int, cells: Counter[str], decimals: Sequence[str]) -> NumberFormat:
    """1,250: thousands where numbers stand beside it without a comma, else in doubt."""
    if best.decimal != "comma" or best.thousands or "point" not in decimals:
        return best
    other = replace(best, decimal="point", thousands=",")
    with_comma = [cell for cell in cells if "," in cell]
    if _reads(other, cells) < most or not with_comma:
        return best
    if len(with_comma) < len(cells):
        return other
    shown = with_comma[0]
    return replace(best, doubt=f"{shown!r} may be {best.read(shown):g} or {other.read(shown):g}")


def _between_points(found: NumberFormat, cells: Counter[str]) -> NumberFormat:
    """1.250: in doubt where every point stands before three digits."""
    with_point = [cell for cell in cells if "." in cell]
    other = replace(found, decimal="comma", thousands=".")
    if found.decimal == "comma" or found.thousands or found.date or not with_point:
        return found
    if _reads(other, cells) < _reads(found, cells) or not _reads(found, cells):
        return found
    shown = with_point[0]
    return replace(found, doubt=f"{shown!r} may be {found.read(shown):g} or {other.read(shown):g}")


def _unit_of(cells: Counter[str]) -> str:
    """A unit that nearly all numbers of a column have, or a percent or currency sign that half of them have."""
    counted = Counter[str]()
    for cell, count in cells.items():
        counted[without_unit(cell.replace("\u2212", "-"))[1]] += count
    total = sum(counted.values())
    signs = sum(count for unit, count in counted.items() if unit == "%" or unit in CURRENCIES)
    if len([unit for unit in counted if unit]) != 1:
        return ""
    unit = next(unit for unit in counted if unit)
    return unit if counted[unit] >= LIKE_NUMBERS * total or 2 * signs >= total else ""


def _date_format(cells: Counter[str]) -> NumberFormat | None:
    total = sum(cells.values())
    if sum(count for cell, count in cells.items() if YMD.fullmatch(cell)) >= LIKE_NUMBERS * total:
        found = NumberFormat(date="ymd")
        return found if _reads(found, cells) >= LIKE_NUMBERS * total else None
    if sum(count for cell, count in cells.items() if NAMED_MONTH.fullmatch(cell)) >= LIKE_NUMBERS * total:
        return NumberFormat(date="dmy")
    days = [day for cell in cells if (day := DMY.fullmatch(cell))]
    if sum(cells[day[0]] for day in days) < LIKE_NUMBERS * total:
        return None
    if any(int(day[1]) > 12 for day in days):
        return NumberFormat(date="dmy")
    if any(int(day[2]) > 12 for day in days):
        return NumberFormat(date="mdy")
    order = "dmy" if "." in days[0][0] else "mdy"
    if all(day[1] == day[2] for day in days):
        return NumberFormat(date=order)
    return NumberFormat(
        date=order, doubt="" if order == "dmy" else f"{days[0][0]!r} may begin with the month or the day"
    )
