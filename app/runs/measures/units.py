"""Measures of hidden units: how many, and how many are dead or saturated."""

from collections.abc import Callable

import numpy as np

from ...engine.evaluation import Evaluation
from ...engine.health import LayerHealth
from ..snapshots import RunSnapshot
from .measure import Measure


def _units(snapshot: RunSnapshot) -> int:
    return sum(layer.units for layer in snapshot.plan.network.spec.hidden)


def _share(snapshot: RunSnapshot, evaluation: Evaluation | None, count: Callable[[LayerHealth], int]) -> float | None:
    """Of all hidden units, the share that an evaluation counts."""
    units = _units(snapshot)
    return sum(map(count, evaluation.health.layers)) / units if units and evaluation else None


def _dead(layer: LayerHealth) -> int:
    return layer.dead


def _saturated(layer: LayerHealth) -> int:
    return layer.saturated


def _dead_weights_moved(snapshot: RunSnapshot) -> float | None:
    """How far the incoming weights of first-layer units that were dead when the cure began have moved since."""
    if snapshot.cure_start is None or snapshot.cure_start_evaluation is None or not snapshot.plan.network.spec.hidden:
        return None
    dead = list(snapshot.cure_start_evaluation.health.layers[0].dead_units)
    if not dead:
        return None
    before, after = snapshot.parameters_of(snapshot.cure_start)["W1"], snapshot.parameters_of(snapshot.now)["W1"]
    return float(np.abs(after[:, dead] - before[:, dead]).max())


MEASURES = (
    Measure("hidden_units", "hidden units", "", "integer", _units),
    Measure("dead_share", "dead units", "", "percent", lambda s: _share(s, s.evaluation, _dead)),
    Measure(
        "dead_at_start",
        "dead units before the first step",
        "",
        "percent",
        lambda s: _share(s, s.start_evaluation, _dead),
    ),
    Measure(
        "dead_then",
        "dead units when the cure began",
        "",
        "percent",
        lambda s: _share(s, s.cure_start_evaluation, _dead),
    ),
    Measure("dead_weights_moved", "largest change in a dead unit's weights since", "", "number", _dead_weights_moved),
    Measure(
        "saturated_at_start",
        "saturated units before the first step",
        "",
        "percent",
        lambda s: _share(s, s.start_evaluation, _saturated),
    ),
)
