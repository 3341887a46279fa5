"""Types of arrays, and helpers for arrays aligned to cache lines or closed for writing."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Floats = NDArray[Any]
"""Of any float type."""

Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
AnyArray = TypeVar("AnyArray", bound=NDArray[Any])

CACHE_LINE = 8  # float64 numbers in 64 bytes


def aligned(numbers: int) -> Array:
    """Zeros that start on a line of 64 bytes, so that a repeated computation takes the same vector instructions."""
    raw: NDArray[Any] = np.zeros(numbers + CACHE_LINE)
    skip = -raw.ctypes.data // 8 % CACHE_LINE
    return raw[skip : skip + numbers]


def read_only(array: AnyArray) -> AnyArray:
    """The same array, closed for writing."""
    array.flags.writeable = False
    return array
