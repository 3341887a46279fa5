"""The sum over paths: its cost, estimated and measured, and its result."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ...engine import paths, pathsum
from ...engine.batch import make_batch
from ...engine.network import Network
from ...engine.spec import LayerSpec, NetworkSpec, OptimizerSpec, settings_of
from ...engine.tape import Step
from ...engine.training import Trainer, initial_state
from .. import costs
from ..errors import FieldError, UnsuitedRunError
from ..formatting import integer, seconds
from ..limits import MAX_LAYERS
from ..run import Run
from ..slices import Slices, finish
from .lookup import Measurement, Sample, before_step, sample_of

MAX_SECONDS = 30.0
"""Seconds that a sum over paths may take."""


@dataclass(frozen=True)
class Deeper:
    """What hidden layers like the run's widest would take, at the rate measured here."""

    layers: int
    paths: int
    multiplications: int
    seconds: float
    tape_multiplications: int
    tape_seconds: float


@dataclass(frozen=True)
class Estimate:
    """`rate`: multiplications in a second, measured here on a small sum. Seconds are multiplications ÷ rate."""

    step: int
    rate: float
    paths: int
    summed_paths: int
    multiplications: int
    seconds: float
    tape_multiplications: int
    tape_seconds: float
    deeper: tuple[Deeper, ...]


@dataclass(frozen=True)
class PathSumResult:
    estimate: Estimate
    executed: pathsum.PathSum | None
    sample: int | None


def sum_paths(run: Run, step: int | None, spotlight: int | None, execute: bool) -> Slices[Measurement]:
    """Every path of a step at one sample, really multiplied out; UnsuitedRunError where that takes too long here."""
    rate = yield from measured_rate()
    cursor = yield from before_step(run, step)
    sample = sample_of(run, cursor, spotlight)
    batch = cursor.batch()
    index = int(batch.indices[0]) if spotlight is None else spotlight
    recorded = cursor.record()
    estimate = _estimate(recorded, run.plan.network.spec, rate)
    if not execute:
        return Measurement(partial(PathSumResult, estimate, None, index), 0)
    if estimate.seconds > MAX_SECONDS:
        message = (
            f"path by path this would take about {seconds(estimate.seconds)} here: {integer(estimate.multiplications)} "
            f"multiplications, where the tape needs {integer(estimate.tape_multiplications)}"
        )
        raise UnsuitedRunError(FieldError("seconds", estimate.seconds, message, f"at most {MAX_SECONDS:.0f}"))
    measure = partial(_sum, estimate, recorded, run.plan.network, sample, index)
    return Measurement(measure, costs.PATH * estimate.multiplications)


def _sum(estimate: Estimate, step: Step, network: Network, sample: Sample, index: int) -> PathSumResult:
    return PathSumResult(estimate, finish(pathsum.path_sum(step, network, sample)), index)


def _estimate(step: Step, spec: NetworkSpec, rate: float) -> Estimate:
    multiplications = step.path_multiplications
    tape = step.tape_multiplications
    widest = max((layer.units for layer in spec.hidden), default=0)
    return Estimate(
        step=step.step,
        rate=rate,
        paths=paths.paths(spec),
        summed_paths=pathsum.summed_paths(spec.widths),
        multiplications=multiplications,
        seconds=multiplications / rate,
        tape_multiplications=tape,
        tape_seconds=tape / rate,
        deeper=tuple(_deeper(spec, widest, n, rate) for n in range(1, MAX_LAYERS + 1)) if widest else (),
    )


def _deeper(spec: NetworkSpec, units: int, count: int, rate: float) -> Deeper:
    deep = NetworkSpec(spec.inputs, (LayerSpec(units, "sigmoid"),) * count, spec.outputs, spec.loss)
    products = paths.path_multiplications(deep, (0.0,) * count)
    tape = pathsum.tape_multiplications(deep.widths)
    return Deeper(count, paths.paths(deep), products, products / rate, tape, tape / rate)


_rates: list[float] = []


def measured_rate() -> Slices[float]:
    """Multiplications in a second of the sum over paths on this machine, measured once: 2-8-8-8-1, 11 536 of them."""
    if not _rates:
        spec = NetworkSpec(2, (LayerSpec(8, "sigmoid"),) * 3, 1, "binary_cross_entropy")
        network = Network(spec)
        state = initial_state(network, network.initial("glorot_normal", 1.0, 0))
        trainer = Trainer(network, OptimizerSpec(), settings_of(spec, 0.1), state, 0)
        inputs, targets = np.array([[0.5, -0.5]]), np.array([[1.0]])
        step = trainer.recorded_step(make_batch(np.arange(1), inputs, targets))
        best = 0.0
        for _ in range(3):
            done = yield from pathsum.path_sum(step, network, (inputs[0], targets[0], 0))
            best = max(best, done.multiplications / done.seconds)
        _rates.append(best)
    return _rates[0]
