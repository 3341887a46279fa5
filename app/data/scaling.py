"""Scalings of feature columns, fitted on the training split only."""

from dataclasses import dataclass

import numpy as np

from .datasets import Array
from .errors import DataError

SCALINGS: dict[str, str] = {
    "none": "As they are.",
    "linear": "Smallest to -1, largest to 1.",
    "standard": "Subtract the mean, divide by the standard deviation (z-score).",
    "clip": "Cut off below the 1st and above the 95th percentile (1 in 100 values below, 5 in 100 above: long tails "
    "lie "
    "above), then linear.",
    "log": "sign(x)·ln(1 + |x|) for columns with a long tail, then standard, as logarithms have a mean far from 0.",
}
TARGET_SCALINGS: dict[str, str] = {
    "auto": "Standard for a table; none for plane, hills and point, and where the output is a sigmoid or tanh.",
    "none": "As it is: loss and gradients are in the target's own units.",
    "standard": "Mean 0, standard deviation 1 on the training split; answers are shown in the target's own units.",
}


@dataclass(frozen=True)
class Scaler:
    """(v - offset) / scale + shift for each column, of v = x, of x cut to [low, high], or of sign(x)·ln(1 + |x|).

    All arrays are (features,). A column that is constant on the training split (or has no finite value there) has
    scale 1 and shift 0: it becomes 0, never infinite.
    """

    kind: str
    offset: Array
    scale: Array
    shift: Array
    low: Array | None = None
    high: Array | None = None

    def apply(self, values: Array) -> Array:
        """(samples, features) -> the same shape, a new array; NaN passes through."""
        if self.kind == "none":
            return values.copy()
        with np.errstate(over="ignore", invalid="ignore"):
            if self.kind == "log":
                values = _log(values)
            if self.low is not None:
                values = np.clip(values, self.low, self.high)
            return (values - self.offset) / self.scale + self.shift

    def invert(self, values: Array) -> Array:
        """What `apply` made these of (samples, features), with none and standard: the two that targets have."""
        if self.kind == "none":
            return values.copy()
        with np.errstate(over="ignore", invalid="ignore"):
            return values * self.scale + self.offset


@np.errstate(over="ignore", invalid="ignore")
def fit(kind: str, values: Array) -> Scaler:
    """The scaler of the training split's features (samples, features); missing and infinite values do not count."""
    if kind not in SCALINGS:
        raise DataError(f"there is no scaling {kind!r}", ("scaling",), kind, tuple(SCALINGS))
    columns = [column[np.isfinite(column)] for column in values.T]
    if kind == "linear":
        return _linear(kind, [(c.min(), c.max()) if c.size else (0.0, 0.0) for c in columns])
    if kind == "clip":
        bounds = [tuple(np.quantile(c, [0.01, 0.95])) if c.size else (-np.inf, np.inf) for c in columns]
        low, high = np.array(bounds).T.copy()
        scaler = _linear(kind, bounds)
        return Scaler(kind, scaler.offset, scaler.scale, scaler.shift, low, high)
    if kind == "standard":
        return _standard(kind, columns)
    if kind == "log":
        return _standard(kind, [_log(c) for c in columns])
    features = values.shape[1]
    return Scaler(kind, np.zeros(features), np.ones(features), np.zeros(features))


def _log(values: Array) -> Array:
    return np.sign(values) * np.log1p(np.abs(values))


def _linear(kind: str, bounds: list[tuple[float, ...]]) -> Scaler:
    low, high = np.array(bounds, dtype=np.float64).T
    flat = ~np.isfinite(high - low) | (high == low)
    offset = np.where(np.isfinite(low), low, 0.0)
    return Scaler(kind, offset, np.where(flat, 1.0, (high - low) / 2), np.where(flat, 0.0, -1.0))


def _standard(kind: str, columns: list[Array]) -> Scaler:
    """z-score with the biased deviation; a constant column's deviation is 0 but for rounding, so look at its range."""
    mean = np.array([c.mean() if c.size else 0.0 for c in columns])
    spread = np.array([c.std() if c.size and np.ptp(c) > 0 else 0.0 for c in columns])
    usable = np.isfinite(spread) & (spread > 0)
    mean = np.array([c[0] if c.size and not ok else m for c, ok, m in zip(columns, usable, mean, strict=True)])
    return Scaler(kind, mean, np.where(usable, spread, 1.0), np.zeros(len(columns)))
