"""Measures of the inputs: conditioning, missing values, crowded columns."""

import numpy as np

from ...engine import curvature
from ...engine.arrays import Array
from ..snapshots import RunSnapshot
from .measure import Measure


def _kappa(snapshot: RunSnapshot) -> float | None:
    return curvature.kappa(snapshot.training_batch.inputs)


def _lowest_tenth(snapshot: RunSnapshot) -> float | None:
    return lowest_tenth(snapshot.training_batch.inputs)


def lowest_tenth(values: Array) -> float | None:
    """Of the column with the longest tail: the share of its values in the lowest tenth of its range."""
    shares = []
    for column in values.T:
        known = column[np.isfinite(column)]
        spread = float(np.ptp(known)) if known.size else 0.0
        if spread > 0:
            shares.append(float((known < known.min() + spread / 10).mean()))
    return max(shares, default=None)


def _size_ratio(snapshot: RunSnapshot) -> float | None:
    """Of the features' root mean squares, the largest ÷ the smallest: κ is at least its square."""
    sizes = np.sqrt((snapshot.training_batch.inputs**2).mean(axis=0))
    return float(sizes.max() / sizes.min()) if np.isfinite(sizes).all() and sizes.min() > 0 else None


def _farthest(snapshot: RunSnapshot) -> float | None:
    """Of the raw cells of the training split: how far the farthest lies outside the middle half, in widths of it."""
    found = []
    for column in snapshot.plan.samples.inputs[: snapshot.plan.samples.train].T:
        known = column[np.isfinite(column)]
        low, high = np.quantile(known, [0.25, 0.75]) if known.size else (0.0, 0.0)
        if high > low:
            found.append(float(max(known.max() - high, low - known.min()) / (high - low)))
    return max(found, default=None)


def _off_centre(inputs: Array) -> float | None:
    """Of the columns (samples, columns): the largest |mean| ÷ standard deviation."""
    spread = inputs.std(axis=0)
    return float((np.abs(inputs.mean(axis=0)) / spread).max()) if (spread > 0).all() else None


def _spread_ratio(snapshot: RunSnapshot) -> float | None:
    spread = snapshot.training_batch.inputs.std(axis=0)
    return float(spread.max() / spread.min()) if spread.min() > 0 else None


MEASURES = (
    Measure("kappa", "condition κ of the data", "", "number", _kappa),
    Measure(
        "empty_cells", "missing values in the table", "", "integer", lambda f: np.isnan(f.plan.samples.inputs).sum()
    ),
    Measure(
        "missing_in_training",
        "missing values that training meets",
        "",
        "integer",
        lambda f: np.isnan(f.training_batch.inputs).sum(),
    ),
    Measure("size_ratio", "largest feature ÷ smallest, root mean square", "×", "number", _size_ratio),
    Measure("farthest_cell", "farthest cell from the middle half, in widths of it", "×", "number", _farthest),
    Measure(
        "off_centre",
        "largest |mean| ÷ standard deviation of a feature",
        "",
        "number",
        lambda f: _off_centre(f.training_batch.inputs),
    ),
    Measure(
        "farthest_mean",
        "largest |mean| ÷ standard deviation of a column before scaling",
        "",
        "number",
        lambda f: _off_centre(f.plan.samples.inputs[: f.plan.samples.train]),
    ),
    Measure("spread_ratio", "largest standard deviation of a feature ÷ smallest", "×", "number", _spread_ratio),
    Measure("lowest_tenth", "points in the lowest tenth of an axis", "", "percent", _lowest_tenth),
)
