"""Measures of the inputs: conditioning, missing values, crowded columns."""

import numpy as np

from app.engine import curvature
from app.engine.arrays import Array
from app.runs.measures.measure import Measure
from app.runs.snapshots import RunSnapshot


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
    Measure("lowest_tenth", "points in the lowest tenth of an axis", "", "percent", _lowest_tenth),
)
