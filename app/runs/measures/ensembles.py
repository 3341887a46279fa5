"""The sub-networks that dropout trains: how many, how each answers alone, and how their average does."""

from collections.abc import Callable

import numpy as np

from app.engine import ensemble
from app.engine.masks import Masks
from app.runs.facts import Facts
from app.runs.measures.measure import Measure

MEMBERS = 64
MASKS = 5_000
"""Steps whose masks are counted, the last ones."""


def _members(facts: Facts) -> ensemble.SubNetworks:
    state = facts.now.state
    return ensemble.SubNetworks(
        facts.plan.network,
        state.parameters,
        state.running,
        facts.controls.settings.dropout,
        facts.plan.config.seed,
    )


def _asked(facts: Facts) -> ensemble.Ensemble | None:
    """64 members asked about the test split; None where nothing may drop."""
    group = _members(facts)
    return ensemble.evaluate_ensemble(group, *facts.test, MEMBERS) if group.units else None


def _of_ensemble(read: Callable[[ensemble.Ensemble], float | None]) -> Callable[[Facts], float | None]:
    def take(facts: Facts) -> float | None:
        found = _asked_once(facts)
        return None if found is None else read(found)

    return take


def _asked_once(facts: Facts) -> ensemble.Ensemble | None:
    if "ensemble" not in facts.kept:
        facts.kept["ensemble"] = _asked(facts)
    found: ensemble.Ensemble | None = facts.kept["ensemble"]
    return found


def _masks_drawn(facts: Facts) -> float | None:
    """How many different masks the steps so far had, at the rates in force now; None where each sample has its own."""
    spec, rates = facts.plan.network.spec, facts.controls.settings.dropout
    if spec.dropout_mask == "per_sample":
        return None
    masks = Masks(facts.plan.config.seed, spec, rates)
    rows = sum(layer.units + 1 for layer in spec.hidden)
    keep, seen = np.zeros((rows, 1)), set()
    for step in range(max(facts.start.state.step, facts.step - MASKS) + 1, facts.step + 1):
        masks.write(step, keep)
        seen.add(keep.tobytes())
    return len(seen)


def _sixteen(found: ensemble.Ensemble) -> float | None:
    losses = {average.members: average.loss for average in found.averages}
    one, sixteen = losses.get(1), losses.get(16)
    return sixteen - one if one is not None and sixteen is not None else None


MEASURES = (
    Measure("member_loss", "test loss of a single sub-network", "", "number", _of_ensemble(lambda e: e.member_loss)),
    Measure("average_loss", "test loss of their average", "", "number", _of_ensemble(lambda e: e.average_loss)),
    Measure("used_loss", "test loss of the network in use", "", "number", _of_ensemble(lambda e: e.used_loss)),
    Measure(
        "average_gain",
        "single − average, in test loss",
        "",
        "number",
        _of_ensemble(lambda e: e.member_loss - e.average_loss),
    ),
    Measure(
        "used_gain",
        "average − network in use, in test loss",
        "",
        "number",
        _of_ensemble(lambda e: e.average_loss - e.used_loss),
    ),
    Measure("sixteen_gain", "average of 16 − single, in test loss", "", "number", _of_ensemble(_sixteen)),
    Measure("ensemble_slope", "power with which the average converges", "", "number", _of_ensemble(lambda e: e.slope)),
    Measure(
        "geometric_difference",
        "geometric mean of all − network in use",
        "",
        "number",
        _of_ensemble(lambda e: e.geometric_difference),
    ),
    Measure("masks_drawn", "different sub-networks trained", "", "integer", _masks_drawn),
    Measure("subnetworks", "sub-networks", "", "integer", lambda f: float(1 << _members(f).units)),
)
