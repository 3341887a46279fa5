"""The largest learning rate that is stable: exact for a linear unit, else an estimate."""

from dataclasses import dataclass
from functools import partial

from ...engine import curvature
from .. import costs
from ..build import Controls, Plan
from ..run import Run
from ..slices import Slices
from ..snapshots import RunSnapshot
from .lookup import Measurement, state_after


@dataclass(frozen=True)
class StabilityLimit:
    """2/λmax for plain gradient descent on the whole training split. `exact`: a linear unit, full batch, sgd.

    An estimate is no limit: nets learn well above it. `over` is learning rate ÷ limit.
    """

    step: int
    learning_rate: float
    limit: float | None
    over: float | None
    curvature: float | None
    kappa: float | None
    exact: bool
    settled: bool
    iterations: int
    why: str


def stability_limit(run: Run, step: int | None) -> Slices[Measurement]:
    """The largest stable learning rate in the state after a step; without one, as the run stands."""
    controls, start = yield from state_after(run, step)
    snapshot = RunSnapshot(run.plan, start, controls)
    return Measurement(partial(_stability_limit, snapshot), costs.stability_limit(run.plan))


def _stability_limit(snapshot: RunSnapshot) -> StabilityLimit:
    settings, batch = snapshot.controls.settings, snapshot.training_batch
    found = curvature.curvature(snapshot.plan.network, snapshot.now.state.parameters, batch, settings.l2)
    why = _inexact(snapshot.plan, snapshot.controls)
    rate = settings.learning_rate
    return StabilityLimit(
        step=snapshot.step,
        learning_rate=rate,
        limit=found.limit,
        over=None if found.limit is None else rate / found.limit,
        curvature=found.largest,
        kappa=curvature.kappa(batch.inputs),
        exact=not why,
        settled=found.settled,
        iterations=found.iterations,
        why=why or "A linear unit with squared error: λ comes from the data alone.",
    )


def _inexact(plan: Plan, controls: Controls) -> str:
    """Why the limit is not exact, or ""."""
    if not curvature.is_linear_unit(plan.network):
        return "An estimate at this place: the loss curves otherwise elsewhere, and nets learn well above it."
    if controls.batch_size < plan.samples.train:
        return "Exact for the whole training split; a smaller batch has a limit of its own."
    if plan.optimizer.kind != "sgd":
        return f"Exact for plain gradient descent; {plan.optimizer.kind} has a limit of its own."
    if controls.settings.clip_norm is not None or controls.settings.l1 > 0:
        return "Exact for plain gradient descent; a clipped or l1-penalised step has a limit of its own."
    return ""
