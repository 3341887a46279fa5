"""Handwritten digits as 8 × 8 grey pixels, 0 (paper) to 16 (ink); where they are from stands in digits.txt."""

import gzip
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

SIDE = 8
ROWS = 1000
COLUMNS = tuple(f"r{row}c{column}" for row in range(1, SIDE + 1) for column in range(1, SIDE + 1))
"""Pixels row by row from the top, each row from the left, both counted from 1."""


@cache
def read() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pixels (1000, 64) and digits (1000,), read-only; unpacked when first asked for."""
    packed = resources.files(__package__).joinpath("digits.csv.gz").read_bytes()
    numbers = np.loadtxt(gzip.decompress(packed).decode().splitlines(), delimiter=",", skiprows=1)
    numbers.flags.writeable = False
    return numbers[:, :-1], numbers[:, -1]
