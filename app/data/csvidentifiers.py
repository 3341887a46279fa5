"""Columns that only number the rows, by their names and values."""

import re
from collections.abc import Sequence

import numpy as np

from .datasets import Array

ROW_NAMES = re.compile(
    r"(.*[^a-z])?(ids?|uuid|guid|index|rows?|rownames?|row ?numbers?|row ?no|nr|no|#)\.?|unnamed:? ?0|column 1"
)
FROM = 12  # rows from which on a running number in the first column is no coincidence


def numbers_rows(name: str, number: int, texts: Sequence[str], values: Array, rows: Sequence[int]) -> bool:
    """Whether a column identifies its row and says nothing of it.

    All its values differ, are whole numbers or texts, and either its name says so (`id`, `CustomerId`, none) or it is
    the first column and counts the rows. `rows` are their numbers in the file: a sample of 1 … n counts as well.
    """
    if len(texts) < 3 or any(not text for text in texts) or len(set(texts)) < len(texts):
        return False
    numeric = bool(np.isfinite(values).all())
    if numeric and not bool((values == np.floor(values)).all()):
        return False
    if named_as_row(name):
        return True
    if not numeric or number > 0 or len(texts) < FROM:
        return False
    away = values - np.asarray(rows, dtype=np.float64)
    return bool((away == away[0]).all() and away[0] in (0.0, 1.0))


def named_as_row(name: str) -> bool:
    """Whether identifiers are called so."""
    words = re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower().strip()
    return bool(ROW_NAMES.fullmatch(words))
