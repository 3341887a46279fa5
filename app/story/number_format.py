"""Numbers as the story writes them: four significant digits, exact short values short, narrow spaces."""

import re
from math import floor, isfinite, log10

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
MOST = 10**15  # what is larger is written as a power
MINUS, NARROW = "−", "\u202f"


def format_number(value: float, digits: int = 4) -> str:
    """0.5538, −0.01927, 0.5, 71 436 700 944, 3.20·10⁻⁷."""
    if not isfinite(value):
        return "not a number"
    size, sign = abs(value), MINUS if value < 0 else ""
    if size == int(size) and size < MOST:
        return sign + group_thousands(int(size))
    exponent = floor(log10(float(f"{size:.{digits - 1}e}")))
    if exponent < -4 or size >= MOST:
        return f"{sign}{size / 10**exponent:.2f}·10{str(exponent).translate(SUPERSCRIPTS)}"
    text = f"{size:.{max(0, digits - 1 - exponent)}f}"
    if "." in text:
        short = text.rstrip("0").rstrip(".")
        if len(short.partition(".")[2]) <= 2 and abs(float(text) - size) < 1e-12:
            text = short
    return sign + (group_thousands(text) if exponent > 3 else text)


def group_thousands(value: int | str) -> str:
    return re.sub(r"\B(?=(\d{3})+(?!\d))", NARROW, str(value))
