"""Measures of parameters: how far they moved, how different units are, how many are NaN."""

import numpy as np

from ..build import Start
from ..snapshots import RunSnapshot
from .measure import Measure

ROUNDING = 1e-9
"""A `relative_unit_spread` up to this is rounding. Units that start alike are within 10^-15 after 500 steps and within
10^-11 after 2000 (widths 3 to 16, four activations), as rounding grows while they train; with dropout they are at 0.01.
"""


def _moved(snapshot: RunSnapshot, names: tuple[str, ...]) -> float:
    """The largest change of any number in these parameters; 0 where there are none. NaN where one is no number."""
    before, after = snapshot.parameters_of(snapshot.start), snapshot.parameters_of(snapshot.now)
    return max((float(np.abs(after[name] - before[name]).max()) for name in names), default=0.0)


def _moved_share(snapshot: RunSnapshot) -> float | None:
    before, after = snapshot.parameters_of(snapshot.start)["W1"], snapshot.parameters_of(snapshot.now)["W1"]
    size = float(np.linalg.norm(before))
    return float(np.linalg.norm(after - before)) / size if size > 0 else None


def _all_but_last_bias(snapshot: RunSnapshot) -> tuple[str, ...]:
    last = len(snapshot.plan.network.spec.hidden) + 1
    return tuple(name for name in snapshot.plan.network.names if name != f"b{last}")


def _spread(snapshot: RunSnapshot, position: Start) -> float | None:
    """The largest difference between two units of a hidden layer in the weights they receive from one input."""
    named, hidden = snapshot.parameters_of(position), snapshot.plan.network.spec.hidden
    spreads = [float(np.ptp(named[f"W{k}"], axis=1).max()) for k in range(1, len(hidden) + 1)]
    return max(spreads, default=None)


def _relative_spread(snapshot: RunSnapshot) -> float | None:
    """The same beside the largest weight of the layer: products of many terms differ in their last bit by rounding."""
    named, hidden = snapshot.parameters_of(snapshot.now), snapshot.plan.network.spec.hidden
    shares = []
    for k in range(1, len(hidden) + 1):
        spread, largest = float(np.ptp(named[f"W{k}"], axis=1).max()), float(np.abs(named[f"W{k}"]).max())
        shares.append(spread / largest if largest else 0.0)
    return max(shares, default=None)


def _nan_share(snapshot: RunSnapshot) -> float:
    return float(np.isnan(snapshot.now.state.parameters).mean())


MEASURES = (
    Measure("first_weights_moved", "largest change in W1", "", "number", lambda f: _moved(f, ("W1",))),
    Measure("first_weights_moved_share", "change of W1 beside its size", "", "percent", _moved_share),
    Measure(
        "all_but_bias_moved",
        "largest change in anything but the output's bias",
        "",
        "number",
        lambda f: _moved(f, _all_but_last_bias(f)),
    ),
    Measure(
        "unit_spread", "largest difference between two units of a layer", "", "number", lambda f: _spread(f, f.now)
    ),
    Measure(
        "unit_spread_at_start",
        "largest difference between two units of a layer before the first step",
        "",
        "number",
        lambda f: _spread(f, f.start),
    ),
    Measure(
        "relative_unit_spread",
        "largest difference between two units of a layer ÷ its largest weight",
        "",
        "number",
        _relative_spread,
    ),
    Measure("nan_share", "parameters that are NaN", "", "percent", _nan_share),
)
