"""The largest learning rate that is stable: exact for a linear unit, else an estimate."""

from dataclasses import dataclass

import numpy as np

from app.engine import curvature
from app.engine.batch import make_batch
from app.engine.network import Network
from app.runs.build import Controls, Start
from app.runs.instruments.lookup import Measurement, state_after
from app.runs.run import Run, Slices


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
    return lambda: _stability_limit(run, controls, start)


def _stability_limit(run: Run, controls: Controls, start: Start) -> StabilityLimit:
    network, samples = run.plan.network, run.plan.samples
    values, targets = samples.values[: samples.train], samples.targets[: samples.train]
    whole = make_batch(np.arange(samples.train), values, targets)
    found = curvature.curvature(network, start.state.parameters, whole, controls.settings.l2)
    why = _inexact(network, run, controls)
    rate = controls.settings.learning_rate
    return StabilityLimit(
        step=start.state.step,
        learning_rate=rate,
        limit=found.limit,
        over=None if found.limit is None else rate / found.limit,
        curvature=found.largest,
        kappa=curvature.kappa(values),
        exact=not why,
        settled=found.converged,
        iterations=found.iterations,
        why=why or "A linear unit with squared error: λ comes from the data alone.",
    )


def _inexact(network: Network, run: Run, controls: Controls) -> str:
    if not curvature.is_linear_unit(network):
        return "An estimate at this place: the loss curves otherwise elsewhere, and nets learn well above it."
    if controls.batch_size < run.plan.samples.train:
        return "Exact for the whole training split; a smaller batch has a limit of its own."
    if run.plan.optimizer.kind != "sgd":
        return f"Exact for plain gradient descent; {run.plan.optimizer.kind} has a limit of its own."
    if controls.settings.clip_norm is not None or controls.settings.l1 > 0:
        return "Exact for plain gradient descent; a clipped or l1-penalised step has a limit of its own."
    return ""
