"""The largest learning rate that is stable: exact for a linear unit, else an estimate."""

from dataclasses import dataclass

from app.engine import curvature
from app.runs.build import Controls, Plan
from app.runs.instruments.lookup import Measurement, state_after
from app.runs.run import Run
from app.runs.slices import Slices
from app.runs.snapshots import RunSnapshot


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
    return lambda: _stability_limit(RunSnapshot(run.plan, start, controls))


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
