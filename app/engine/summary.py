"""Summaries of many numbers: mean, standard deviation, norm, root mean square and histogram."""

import math
from dataclasses import dataclass

import numpy as np

from .arrays import Array

BINS = 25


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts in equal bins from `lo` to `hi`, of the finite numbers only."""

    lo: float
    hi: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A record in a few numbers; `dead` is the share of units with slope 0 on the whole batch, for activations."""

    mean: float
    std: float
    norm: float
    histogram: Histogram
    dead: float | None


def norm(vector: Array) -> float:
    """The Euclidean norm of a flat vector, also where its squares overflow."""
    squares = float(vector.dot(vector))
    if math.isfinite(squares):
        return math.sqrt(squares)
    largest = float(np.abs(vector).max())
    return largest * norm(vector / largest) if math.isfinite(largest) else largest


def rms(values: Array) -> float:
    """The root mean square of all numbers of an array."""
    return norm(np.ascontiguousarray(values).reshape(-1)) / math.sqrt(values.size)


def summary(numbers: Array, dead: float | None = None) -> Summary:
    """A vector in a few numbers, with the divisor n in its standard deviation."""
    mean = float(np.add.reduce(numbers)) / numbers.size
    apart = numbers - mean
    std = math.sqrt(float(apart.dot(apart)) / numbers.size)
    return Summary(mean, std, norm(numbers), histogram(numbers), dead)


def histogram(numbers: Array, bins: int = BINS) -> Histogram:
    """The finite numbers in equal bins from the smallest to the largest; infinity and NaN are left out."""
    numbers = numbers.reshape(-1)
    lo, hi = (float(np.minimum.reduce(numbers)), float(np.maximum.reduce(numbers))) if numbers.size else (0.0, 0.0)
    if not (math.isfinite(lo) and math.isfinite(hi)):  # both are NaN where a number is
        return histogram(numbers[np.isfinite(numbers)], bins)
    half = hi / 2 - lo / 2  # halves, so that the width of ±1e308 is a number
    if half <= 0:
        return Histogram(lo, hi, (numbers.size, *(0,) * (bins - 1)))
    place = numbers / 2
    place -= lo / 2
    place /= half
    place *= bins
    np.minimum(place, bins - 1, out=place)
    return Histogram(lo, hi, tuple(np.bincount(place.astype(np.intp), minlength=bins).tolist()))
