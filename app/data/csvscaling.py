"""The scaling proposed for an uploaded table, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .datasets import Array

APART = 3.0  # ranges that differ by more call for a scaling
FAR = 3.0  # and so do values beyond this: a tanh of such a sum is flat


@dataclass(frozen=True)
class Scaling:
    """A proposal: `scaling`, because the ranges of two columns differ by a factor of `ratio`, or values are large."""

    scaling: str
    why: str
    ratio: float | None


def scaling_of(names: Sequence[str], inputs: Array) -> Scaling:
    """standard where the ranges of the columns differ, or their values lie far from 0; else none."""
    spans: dict[str, float] = {}
    largest = 0.0
    for name, column in zip(names, inputs.T, strict=True):
        finite = column[np.isfinite(column)]
        if not len(finite):
            continue
        largest = max(largest, float(np.abs(finite).max()))
        with np.errstate(over="ignore"):
            span = float(np.ptp(finite))
        if 0 < span < np.inf:
            spans[name] = span
    if len(spans) > 1:
        wide, narrow = max(spans, key=lambda n: spans[n]), min(spans, key=lambda n: spans[n])
        with np.errstate(over="ignore"):
            ratio = float(np.float64(spans[wide]) / spans[narrow])
        if ratio > APART:
            return Scaling("standard", f"the ranges of {wide} and {narrow} differ by {ratio:.3g}×", ratio)
        if largest <= FAR:
            return Scaling("none", "the columns are alike in size", ratio)
    if largest > FAR:
        return Scaling("standard", f"values reach {largest:.3g}", None)
    return Scaling("none", "the values are small", None)
