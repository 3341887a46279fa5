"""Measures of dropout's sub-networks: how many, and the losses of one, of their average, and of the network in use."""

from collections.abc import Callable

import numpy as np

from ...engine import ensemble
from ...engine.masks import Masks
from ..snapshots import RunSnapshot
from .measure import Measure

MEMBERS = 64
MASKS = 5_000
"""Steps whose masks are counted, the last ones."""


def _subnetworks(snapshot: RunSnapshot) -> ensemble.SubNetworks:
    state, rates = snapshot.now.state, snapshot.controls.settings.dropout
    return ensemble.SubNetworks(
        snapshot.plan.network, state.parameters, state.running, rates, snapshot.plan.config.seed
    )


def _ensemble(snapshot: RunSnapshot) -> ensemble.Ensemble | None:
    """64 members evaluated on the test split, once; None where nothing may drop."""
    if "ensemble" not in snapshot.cache:
        subnetworks = _subnetworks(snapshot)
        snapshot.cache["ensemble"] = (
            ensemble.evaluate_ensemble(subnetworks, *snapshot.test_split, MEMBERS) if subnetworks.units else None
        )
    found: ensemble.Ensemble | None = snapshot.cache["ensemble"]
    return found


def _of_ensemble(read: Callable[[ensemble.Ensemble], float | None]) -> Callable[[RunSnapshot], float | None]:
    def take(snapshot: RunSnapshot) -> float | None:
        found = _ensemble(snapshot)
        return None if found is None else read(found)

    return take


def _masks_drawn(snapshot: RunSnapshot) -> float | None:
    """How many different masks the steps so far had, at the rates in force now; None where each sample has its own."""
    spec, rates = snapshot.plan.network.spec, snapshot.controls.settings.dropout
    if spec.dropout_mask == "per_sample":
        return None
    masks = Masks(snapshot.plan.config.seed, spec, rates)
    rows = sum(layer.units + 1 for layer in spec.hidden)
    keep, seen = np.zeros((rows, 1)), set()
    for step in range(max(snapshot.start.state.step, snapshot.step - MASKS) + 1, snapshot.step + 1):
        masks.write(step, keep)
        seen.add(keep.tobytes())
    return len(seen)


def _gain_of_sixteen(found: ensemble.Ensemble) -> float | None:
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
    Measure("sixteen_gain", "average of 16 − single, in test loss", "", "number", _of_ensemble(_gain_of_sixteen)),
    Measure("ensemble_slope", "power with which the average converges", "", "number", _of_ensemble(lambda e: e.slope)),
    Measure(
        "geometric_difference",
        "geometric mean of all − network in use",
        "",
        "number",
        _of_ensemble(lambda e: e.geometric_difference),
    ),
    Measure("masks_drawn", "different sub-networks trained", "", "integer", _masks_drawn),
    Measure("subnetworks", "sub-networks", "", "integer", lambda f: float(1 << _subnetworks(f).units)),
)
