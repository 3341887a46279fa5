"""The separator of a CSV file: what Excel's first line names, or what parts the first lines alike."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from .csvnumbers import number_like
from .numberformat import is_missing

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "blanks": " "}
COMMENTS = ("#", "%%", "//")
LOOKED_AT = 50  # records by which a separator is chosen
ALIKE = 0.7  # of the first lines have as many cells
EXCEL_SEPARATOR = re.compile(r"\ufeff?\"?sep=(.)\"?", re.IGNORECASE)


def sep_line(lines: Sequence[str]) -> tuple[int, str | None]:
    """Where the file begins behind Excel's first line `sep=;`, and the separator that it names."""
    found = EXCEL_SEPARATOR.fullmatch(lines[0].strip(" "))
    name = {sign: name for name, sign in SEPARATORS.items()}.get(found[1]) if found else None
    return (1, name) if name else (0, None)


def likely_separator(lines: Sequence[str], begin: int) -> str:
    """The separator by which the first lines part into equally many cells, and the most of them into numbers.

    Blanks stand in texts as well: they part cells where no other sign does, or leaves fewer numbers.
    """
    scores = {name: _score(lines, begin, sign) for name, sign in SEPARATORS.items()}
    blanks = scores.pop("blanks")
    best = max(scores, key=lambda name: scores[name])
    several, first, alike, numbers, _ = scores[best]
    if blanks[:2] == (True, True) and blanks[2] >= ALIKE and (not several or (not first and alike < ALIKE)):
        return "blanks"
    return "blanks" if blanks[:3] == (True, True, 1.0) and blanks[3] > numbers else best


def _score(lines: Sequence[str], begin: int, sign: str) -> tuple[bool, bool, float, float, int]:
    rows = list(_sampled(lines, begin, sign))
    counts = Counter(len(row) for row in rows)
    width = max(counts, key=lambda width: (counts[width], width), default=1)
    cells = [cell.strip() for row in rows for cell in row]
    numbers = sum(1 for cell in cells if is_missing(cell) or number_like(cell))
    shorter = bool(rows) and len(rows[0]) == width - 1 > 1  # a header as R writes it
    first = bool(rows) and (len(rows[0]) == width or shorter)
    return width > 1, first, (counts[width] + shorter) / max(1, len(rows)), numbers / max(1, len(cells)), width


def _sampled(lines: Sequence[str], begin: int, sign: str) -> Iterator[list[str]]:
    """The first lines cut by that sign, each for itself."""
    count = 0
    for line in lines[begin : begin + 4 * LOOKED_AT]:
        text = line.replace("\t", " ").rstrip() if sign == " " else line
        if not text.strip() or text.startswith(COMMENTS):
            continue
        try:
            yield next(csv.reader([text], delimiter=sign, strict=True, skipinitialspace=True))
        except csv.Error:
            continue
        count += 1
        if count == LOOKED_AT:
            return
