"""What is filled in where a value is missing: found on the training split alone."""

from collections.abc import Sequence

import numpy as np

from .datasets import Array, RawColumn

FILLS = ("mean", "median", "most_frequent")


def fills_of(kind: str, sources: Sequence[RawColumn], values: Array) -> Array:
    """What `kind`, one of FILLS, fills in for each of a table's columns, of its training rows (rows, columns).

    The mean of a category's column is its share; with the other two a missing category is the most frequent one. The
    column that says so is 1. NaN where no training row has a value.
    """
    found: list[float] = []
    for source in sources:
        columns = [column[~np.isnan(column)] for column in values[:, len(found) : len(found) + source.width].T]
        if not len(columns[0]):
            found += [np.nan] * len(columns)
        elif kind == "mean":
            found += [_mean(column) for column in columns]
        elif source.values:
            found += _most_frequent_category(source, [_mean(column) for column in columns])
        else:
            found += [_median(column) if kind == "median" else _most_frequent(column) for column in columns]
        found += [1.0] * source.says_missing
    return np.array(found)


def filled(values: Array, fills: Array) -> Array:
    """Values (rows, columns) without gaps, a new array; 0 where there is nothing to fill in."""
    return np.where(np.isnan(values), np.nan_to_num(fills), values)


def _mean(values: Array) -> float:
    """Finite even where the sum would not be."""
    with np.errstate(over="ignore"):
        found = float(values.mean())
    return found if np.isfinite(found) else float((values / len(values)).sum())


def _median(values: Array) -> float:
    """The middle value, or the mean of the two, finite even where their sum would not be."""
    return _mean(np.sort(values)[(len(values) - 1) // 2 : len(values) // 2 + 1])


def _most_frequent(values: Array) -> float:
    numbers, counts = np.unique(values, return_counts=True)
    return float(numbers[counts.argmax()])


def _most_frequent_category(source: RawColumn, shares: Sequence[float]) -> list[float]:
    """0 and 1 for its columns; where one value has no column of its own, it has the share that is left."""
    best = int(np.argmax(shares))
    alone = len(source.values) > len(shares) and 1 - sum(shares) > shares[best]
    return [float(number == best and not alone) for number in range(len(shares))]
