"""Dropout's sub-networks: what each answers alone, and what their average answers."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ...engine import ensemble
from ...engine.arrays import Array
from ...engine.passes import outputs_of
from .. import costs
from ..build import Plan
from ..errors import FieldError, UnsuitedRunError
from ..run import Run
from ..slices import Slices
from ..snapshots import RunSnapshot
from .lookup import Measurement, state_after

SHOWN_MEMBERS = 24


@dataclass(frozen=True)
class EnsembleSurfaces:
    """Answers on a grid of the input plane, (N, N) for each output: members, the average of all, the network in use.

    `masks`, 0 or 1, say of each member which of the units that may drop it keeps, layer by layer.
    """

    extent: tuple[float, float, float, float]
    masks: tuple[tuple[int, ...], ...]
    members: tuple[Array, ...]
    average: Array
    used: Array


@dataclass(frozen=True)
class EnsembleResult:
    step: int
    where: str  # test | train: whose samples the losses are of
    found: ensemble.Ensemble
    surfaces: EnsembleSurfaces | None


def measure_ensemble(run: Run, members: int, size: int, rate: float | None) -> Slices[Measurement]:
    """Sub-networks of the run as it stands; UnsuitedRunError where none differs from another."""
    controls, start = yield from state_after(run, None)
    rates = controls.settings.dropout if rate is None else (rate,) * len(controls.settings.dropout)
    state = start.state
    subnetworks = ensemble.SubNetworks(run.plan.network, state.parameters, state.running, rates, run.plan.config.seed)
    if not subnetworks.units:
        message = "at a dropout rate of 0 or 1, or without hidden layers, there is only one sub-network"
        raise UnsuitedRunError(FieldError("rate", max(rates, default=0.0), message, "above 0 and below 1"))
    snapshot = RunSnapshot(run.plan, start, controls)
    grid = run.plan.samples.grid(size) if size else None
    places = 0 if grid is None else len(grid)
    cost = costs.ensembles(run.plan.network, subnetworks.units, members, len(snapshot.test_split[0]), places)
    return Measurement(partial(_measure, snapshot, subnetworks, members, grid), cost)


def _measure(
    snapshot: RunSnapshot, subnetworks: ensemble.SubNetworks, members: int, grid: Array | None
) -> EnsembleResult:
    samples = snapshot.plan.samples
    found = ensemble.evaluate_ensemble(subnetworks, *snapshot.test_split, members)
    where = "test" if samples.train < len(samples.values) else "train"
    return EnsembleResult(
        snapshot.step, where, found, None if grid is None else _surfaces(snapshot.plan, subnetworks, members, grid)
    )


def _surfaces(plan: Plan, subnetworks: ensemble.SubNetworks, members: int, grid: Array) -> EnsembleSurfaces:
    spec, size = plan.network.spec, round(len(grid) ** 0.5)
    masks = subnetworks.drawn_masks(members)
    kept = np.concatenate(
        [mask[:SHOWN_MEMBERS, 0] > 0 for mask, may in zip(masks, subnetworks.dropping, strict=True) if may], 1
    )
    first: list[Array] = []
    total = np.zeros((len(grid), spec.outputs))
    for start in range(0, members, SHOWN_MEMBERS):
        some = outputs_of(spec, subnetworks.logits(grid, [mask[start : start + SHOWN_MEMBERS] for mask in masks]))
        total += some.sum(axis=0)
        first = first or list(some)
    extent = plan.samples.extent
    assert extent is not None

    def square(flat: Array) -> Array:
        """(size², outputs) -> (outputs, size, size)"""
        return np.ascontiguousarray(flat.T).reshape(-1, size, size)

    return EnsembleSurfaces(
        extent=extent,
        masks=tuple(tuple(map(int, row)) for row in kept),
        members=tuple(square(member) for member in first),
        average=square(total / members),
        used=square(outputs_of(spec, subnetworks.inference_logits(grid))),
    )
