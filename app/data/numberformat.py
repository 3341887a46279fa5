"""How the numbers of a column are written: decimal and thousands marks, a unit, or dates; and what stands for none.

This file needs nothing but the standard library: an exported program that reads such numbers holds it word by word.
"""

import math
import re
from dataclasses import dataclass
from datetime import date

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?(\d*,\d+|\d+)([eE][+-]?\d{1,4})?", re.ASCII)
GROUPED = {
    ("point", ","): re.compile(r"[+-]?[1-9]\d{0,2}(,\d{2,3})*,\d{3}(\.\d*)?", re.ASCII),
    ("comma", "."): re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?", re.ASCII),
    ("point", " "): re.compile(r"[+-]?[1-9]\d{0,2}( \d{3})+(\.\d*)?", re.ASCII),
    ("comma", " "): re.compile(r"[+-]?[1-9]\d{0,2}( \d{3})+(,\d+)?", re.ASCII),
    ("point", "'"): re.compile(r"[+-]?[1-9]\d{0,2}('\d{3})+(\.\d*)?", re.ASCII),
    ("comma", "'"): re.compile(r"[+-]?[1-9]\d{0,2}('\d{3})+(,\d+)?", re.ASCII),
}
PLAIN = {"point": NUMBER, "comma": DECIMAL_COMMA}
MISSING = frozenset(
    ["", "na", "n/a", "nan", "null", "?", "-", "–", "—", "none", ".", "..", "...", "#n/a", "#na", "n.a.", "<na>"]
) | {"#null!", "#nv", "(null)", "#div/0!", "#value!", "--", "---", "nil", "missing", "not available", "k.a.", "n/d"}
CURRENCIES = ("$", "€", "£", "¥", "₹", "US$", "USD", "EUR", "GBP", "CHF", "JPY", "INR", "Rs", "Rs.", "kr", "zł")
UNITS = frozenset(
    word
    for line in (
        "mm cm m km in ft mi kg g mg lb lbs oz l ml kw hp ps km/h mph mpg kmpl km/kg cc bhp °c °f s sec min h hr hrs",
        "d days years yrs yr months w kwh v hz mb gb tb m² sqm sqft % mg/dl mmhg bpm",
    )
    for word in line.split()
)
WITH_UNIT = re.compile(
    r"(?P<sign>[+-]?)\s?(?P<before>[^\d\s+\-.,'\"]{0,4})\s?"
    r"(?P<number>[+-]?[\d.,][\d.,' eE+-]*?)"
    r"\s?(?P<after>[^\d\s.,'\"][^\d\s\"]{0,5})?"
)
YMD = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
DMY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d\d)(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
FIRST_HALF = ("january", "february", "march", "april", "may", "june")
MONTHS = (*FIRST_HALF, "july", "august", "september", "october", "november", "december")
MONTH = "|".join(f"{name}|{name[:3]}|{name[:4]}" for name in MONTHS)
NAMED_MONTH = re.compile(rf"(?:(\d\d?)[- ]?)?({MONTH})\.?[- ,](?:(\d\d?),? )?(\d{{4}}|\d\d)", re.ASCII | re.IGNORECASE)
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class NumberFormat:
    """How a column's cells become numbers. `doubt` says why they might be read otherwise, "" where they can't."""

    decimal: str = "point"
    thousands: str = ""
    unit: str = ""  # %, a currency or a unit that stands with each number
    date: str = ""  # ymd | dmy | mdy: days since 1 January 1970
    doubt: str = ""

    @property
    def reading(self) -> str:
        """Its name among READINGS."""
        return f"date_{self.date}" if self.date else f"decimal_{self.decimal}"

    @property
    def words(self) -> str:
        """What a reader may want to know of it, "" where the cells are plain numbers."""
        if self.date:
            order = {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year"}[self.date]
            return f"dates ({order}) as days since 1 January 1970"
        parts = [f"without its {self.unit}"] if self.unit else []
        parts += [f"{_mark(self.thousands)} for thousands"] if self.thousands else []
        parts += ["comma before decimals"] if self.decimal == "comma" else []
        return ", ".join(parts)

    def read(self, text: str) -> float:
        """The number, NaN where the text is none, or not finite."""
        if self.date:
            return _days(text, self.date)
        text = text.replace("\u2212", "-")
        if text.startswith("(") and text.endswith(")"):  # as accountants write what is owed
            text = f"-{text[1:-1]}"
        if self.unit:
            number, unit = without_unit(text)
            text = number if unit == self.unit else text
        if self.thousands and GROUPED[self.decimal, self.thousands].fullmatch(text):
            text = text.replace(self.thousands, "")
        elif not PLAIN[self.decimal].fullmatch(text):
            return math.nan
        value = float(text.replace(",", "."))
        return value if math.isfinite(value) else math.nan


def is_missing(cell: str) -> bool:
    return cell.lower() in MISSING


def _mark(sign: str) -> str:
    return {",": "comma", ".": "point", " ": "blank", "'": "apostrophe"}[sign]


def without_unit(text: str) -> tuple[str, str]:
    """The number's text and its unit; ("12", "cm") of "12 cm", and (text, "") where there is none."""
    found = WITH_UNIT.fullmatch(text) if len(text) < 40 else None
    if not found:
        return text, ""
    before, after = found["before"], found["after"] or ""
    unit = before or after
    known = unit in CURRENCIES or (not before and (unit.lower() in UNITS))
    if not unit or (before and after) or not known:
        return text, ""
    return found["sign"] + found["number"].strip(), unit


def _days(text: str, order: str) -> float:
    named = NAMED_MONTH.fullmatch(text)
    if named:
        month = next(number for number, name in enumerate(MONTHS, 1) if name.startswith(named[2].lower()))
        return _day_number(_year(named[4]), month, int(named[1] or named[3] or 1))
    found = (YMD if order == "ymd" else DMY).fullmatch(text)
    if not found:
        return math.nan
    parts = {"ymd": (1, 2, 3), "dmy": (3, 2, 1), "mdy": (3, 1, 2)}[order]
    year, month, day = _year(found[parts[0]]), int(found[parts[1]]), int(found[parts[2]])
    seconds = 3600 * int(found[4] or 0) + 60 * int(found[5] or 0) + int(found[6] or 0)
    return _day_number(year, month, day) + seconds / 86400


def _year(text: str) -> int:
    """Two digits are a year of 1970 to 2069."""
    return int(text) if len(text) != 2 else 1970 + (int(text) - 70) % 100


def _day_number(year: int, month: int, day: int) -> float:
    """Days since 1 January 1970, NaN where there is no such day."""
    try:
        return date(year, month, day).toordinal() - EPOCH
    except ValueError:
        return math.nan
