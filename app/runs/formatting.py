"""Measured numbers as text (0.693, 1.2·10⁻¹³, 69 %, 2.6 hours), and templates filled with them."""

import math
import re
from collections.abc import Callable

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NO_VALUE = "—"
NO_BREAK_SPACE = "\u00a0"


def number(value: float) -> str:
    """Three significant digits, four places from 0.01 to 1; a power of ten below 0.001 and from a million on."""
    if value == 0:
        return "0"
    size = abs(value)
    if size < 1e-3 or size >= 1e6:
        exponent = math.floor(math.log10(size))
        digits = f"{size / 10**exponent:.1f}" if abs(exponent) < 300 else f"{float(f'{size:e}'.split('e')[0]):.1f}"
        if digits == "10.0":
            digits, exponent = "1.0", exponent + 1
        return f"{'−' if value < 0 else ''}{digits}·10{str(exponent).translate(SUPERSCRIPTS)}"
    places = 4 if 0.01 <= size < 1 else max(0, 2 - math.floor(math.log10(size)))
    text = f"{size:,.{places}f}".replace(",", "\u202f")
    return f"{'−' if value < 0 else ''}{text}"


def integer(value: float) -> str:
    """Whole, in groups of three; a power of ten from 10¹² on."""
    return number(value) if abs(value) >= 1e12 else f"{round(value):,}".replace(",", "\u202f").replace("-", "−")


def seconds(value: float) -> str:
    """In the unit that suits: 80 µs, 1.2 ms, 3.4 s, 5 minutes, 2.6 hours, 12 days, 300 years."""
    for limit, size, unit in (
        (1e-3, 1e-6, "µs"),
        (1, 1e-3, "ms"),
        (100, 1, "s"),
        (6000, 60, "minutes"),
        (200_000, 3600, "hours"),
        (4e7, 86_400, "days"),
    ):
        if value < limit:
            return f"{float(f'{value / size:.2g}'):g}{NO_BREAK_SPACE}{unit}"
    years = value / 31_557_600
    return f"{number(years) if years >= 1e6 else integer(float(f'{years:.2g}'))}{NO_BREAK_SPACE}years"


def percent(value: float) -> str:
    """Whole percent; one digit more near 0 and 100, where it is not exactly there."""
    shown = 100 * value
    if 0 < shown < 0.1:
        return f"{number(shown)}{NO_BREAK_SPACE}%"
    near = 0 < shown < 1 or 99 < shown < 100
    return f"{shown:.1f}{NO_BREAK_SPACE}%" if near else f"{shown:.0f}{NO_BREAK_SPACE}%"


def yes_no(value: float) -> str:
    return "yes" if value else "no"


KINDS: dict[str, Callable[[float], str]] = {
    "number": number,
    "integer": integer,
    "seconds": seconds,
    "percent": percent,
    "yes": yes_no,
}


def format_value(kind: str, value: float | None) -> str:
    return NO_VALUE if value is None else KINDS[kind](value)


def template_names(template: str) -> list[str]:
    """The names in braces, in the order in which they stand."""
    return re.findall(r"\{([\w.]+)\}", template)


def fill_template(template: str, lookup: Callable[[str], str]) -> str:
    """The template with every {name} replaced."""
    return re.sub(r"\{([\w.]+)\}", lambda found: lookup(found[1]), template)
