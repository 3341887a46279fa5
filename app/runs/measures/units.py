"""Hidden units: how many, how many are dead or saturated, and whether the dead ones still move."""

import numpy as np

from app.runs.facts import Facts
from app.runs.measures.measure import Measure


def _units(facts: Facts) -> int:
    return sum(layer.units for layer in facts.plan.network.spec.hidden)


def _dead_share(facts: Facts) -> float | None:
    units = _units(facts)
    return sum(layer.dead for layer in facts.evaluation.health.layers) / units if units else None


def _dead_at_start(facts: Facts) -> float | None:
    units = _units(facts)
    return sum(layer.dead for layer in facts.at_start.health.layers) / units if units else None


def _dead_then(facts: Facts) -> float | None:
    units = _units(facts)
    return sum(layer.dead for layer in facts.at_since.health.layers) / units if units and facts.at_since else None


def _dead_weights_moved(facts: Facts) -> float | None:
    """How far the incoming weights of first-layer units that were dead when the cure began have moved since."""
    if facts.since is None or facts.at_since is None or not facts.plan.network.spec.hidden:
        return None
    dead = list(facts.at_since.health.layers[0].dead_units)
    if not dead:
        return None
    before, after = facts.named(facts.since)["W1"], facts.named(facts.now)["W1"]
    return float(np.abs(after[:, dead] - before[:, dead]).max())


def _saturated_at_start(facts: Facts) -> float | None:
    units = _units(facts)
    return sum(layer.saturated for layer in facts.at_start.health.layers) / units if units else None


MEASURES = (
    Measure("hidden_units", "hidden units", "", "integer", _units),
    Measure("dead_share", "dead units", "", "percent", _dead_share),
    Measure("dead_at_start", "dead units before the first step", "", "percent", _dead_at_start),
    Measure("dead_then", "dead units when the cure began", "", "percent", _dead_then),
    Measure("dead_weights_moved", "largest change in a dead unit's weights since", "", "number", _dead_weights_moved),
    Measure("saturated_at_start", "saturated units before the first step", "", "percent", _saturated_at_start),
)
