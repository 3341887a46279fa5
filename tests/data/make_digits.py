"""Makes app/data/digits.csv.gz anew from scikit-learn's copy of the digits: `python -m tests.data.make_digits`."""

import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

import app.data
from app.data.digits import COLUMNS

EACH = 100  # samples of a class
FILE = Path(app.data.__file__).parent / "digits.csv.gz"


def chosen() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pixels (1000, 64) and digits (1000,): of each class as many, evenly spread over all of them."""
    found = load_digits()
    rows = [np.flatnonzero(found.target == digit) for digit in range(10)]
    spread = [own[np.linspace(0, len(own) - 1, EACH).round().astype(np.int64)] for own in rows]
    taken = np.sort(np.concatenate(spread))
    return found.data[taken].astype(np.int64), found.target[taken].astype(np.int64)


def text() -> str:
    """As the file holds it, unpacked."""
    pixels, digits = chosen()
    lines = [",".join([*COLUMNS, "digit"])]
    lines += [",".join(map(str, [*row, digit])) for row, digit in zip(pixels.tolist(), digits.tolist(), strict=True)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_bytes(gzip.compress(text().encode(), 9, mtime=0))
    print(f"{FILE}: {FILE.stat().st_size} bytes")
