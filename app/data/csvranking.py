"""How much a column tells of the target: their mutual information, as a share of the target's entropy."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Values: TypeAlias = npt.NDArray[Any]
BINS = 8  # equally filled parts of a column of numbers
MOST = 40  # different texts that are told apart


def information(values: Values, target: Values) -> float:
    """0 where the column tells nothing, 1 where it tells all. Numbers (rows,) are binned, a gap is a value of its own.

    Chance alone gives (a-1)(b-1)/2n nats (Miller and Madow), so much is taken off: else the column with the most
    values would win.
    """
    if not len(values):
        return 0.0
    (a, wide), (b, high) = _codes(values), _codes(target)
    counts = np.bincount(a * high + b, minlength=wide * high).reshape(wide, high) / len(values)
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    entropy = -_plogp(columns)
    if entropy <= 0:
        return 0.0
    shared = entropy - _plogp(rows) + _plogp(counts.ravel())
    chance = (np.count_nonzero(rows) - 1) * (np.count_nonzero(columns) - 1) / (2 * len(values))
    return float(np.clip((shared - chance) / entropy, 0.0, 1.0))


def _plogp(shares: Values) -> float:
    held = shares[shares > 0]
    return float((held * np.log(held)).sum())


def _codes(values: Values) -> tuple[npt.NDArray[np.int64], int]:
    """Whole numbers from 0 (rows,), and how many there are."""
    if values.dtype.kind == "f":
        finite = values[np.isfinite(values)]
        if not len(finite):
            return np.zeros(len(values), dtype=np.int64), 1
        edges = np.unique(np.quantile(finite, np.linspace(0, 1, BINS + 1)[1:-1], method="lower"))
        found = np.searchsorted(edges, np.nan_to_num(values), side="left")
        found[~np.isfinite(values)] = len(edges) + 1
        return found.astype(np.int64), len(edges) + 2
    _, found = np.unique(values, return_inverse=True)
    return np.minimum(found, MOST - 1).astype(np.int64), MOST
