"""The same run under each scaling, side by side."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ...data.scaling import SCALINGS
from ...engine import curvature
from ...engine.tape import Histogram, histogram
from .. import costs
from ..config import RunConfig
from ..measures import value
from ..measures.data import lowest_tenth
from ..run import Run
from ..slices import Slices, finish
from ..snapshots import RunSnapshot, trained_snapshot
from ..tables import UploadedTable
from .lookup import Measurement

CURVE_POINTS = 100
MAX_STEPS = 5_000


@dataclass(frozen=True)
class ScalingResult:
    """The same run under one scaling, after the same steps. `losses` are [step, loss of that step's batch].

    `tail` is the histogram of the feature with the longest tail, as the network sees it.
    """

    scaling: str
    in_force: bool
    step: int
    kappa: float | None
    lowest_tenth: float | None
    saturated_at_start: float | None
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    stopped_at: float | None
    rate_limit: float | None
    losses: tuple[tuple[int, float], ...]
    tail: Histogram


@dataclass(frozen=True)
class ScalingComparison:
    steps: int
    feature: str
    scalings: tuple[ScalingResult, ...]


def compare_scalings(run: Run, steps: int | None) -> Slices[Measurement]:
    """The run's config under each of the five scalings, trained as far as the run stands, or so many steps."""
    count = (run.step - run.first or 500) if steps is None else steps
    plan = run.plan
    cost = costs.scalings(plan.config, plan.network, plan.samples.train, min(count, MAX_STEPS), len(SCALINGS))
    yield from ()
    return Measurement(partial(_compare, plan.config, count, plan.table), cost)


def _compare(config: RunConfig, steps: int, table: UploadedTable | None) -> ScalingComparison:
    snapshots = []
    for name in SCALINGS:
        other = config.model_copy(update={"scaling": name, "features": config.features})
        snapshots.append(finish(trained_snapshot(other, min(steps, MAX_STEPS), table)))
    raw = snapshots[0].training_batch.inputs
    tails = [lowest_tenth(column[:, None]) or 0.0 for column in raw.T]
    column = int(np.argmax(tails))
    return ScalingComparison(
        steps=steps,
        feature=snapshots[0].plan.samples.features[column],
        scalings=tuple(_result(item, config.scaling, column) for item in snapshots),
    )


def _result(snapshot: RunSnapshot, in_force: str, column: int) -> ScalingResult:
    name, losses = snapshot.plan.config.scaling, snapshot.losses
    every = max(1, -(-len(losses) // CURVE_POINTS))
    linear = curvature.is_linear_unit(snapshot.plan.network)
    return ScalingResult(
        scaling=name,
        in_force=name == in_force,
        step=snapshot.step,
        kappa=value(snapshot, "kappa"),
        lowest_tenth=value(snapshot, "lowest_tenth"),
        saturated_at_start=value(snapshot, "saturated_at_start"),
        train_loss=value(snapshot, "train_loss"),
        test_loss=value(snapshot, "test_loss"),
        train_accuracy=value(snapshot, "train_accuracy"),
        test_accuracy=value(snapshot, "test_accuracy"),
        stopped_at=value(snapshot, "stopped_at"),
        rate_limit=value(snapshot, "rate_limit") if linear else None,
        losses=tuple((k + 1, float(losses[k])) for k in range(0, len(losses), every)),
        tail=histogram(snapshot.training_batch.inputs[:, column]),
    )
