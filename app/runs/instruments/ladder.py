"""The ladder: gradient and signal, layer by layer."""

from dataclasses import dataclass

import numpy as np

from app.engine import signal
from app.engine.batch import make_batch
from app.engine.health import EXPLODING_SLOPE, LEAST_HIDDEN, VANISHING_SLOPE, decades
from app.runs.build import Start
from app.runs.instruments.place import Work, state_after
from app.runs.run import Run, Slices


@dataclass(frozen=True)
class Rung:
    """One layer: rms(dL/dz) over the training split, its logarithm, and, of a hidden layer, signal over noise in dB."""

    layer: int
    activation: str
    rms: float
    log10_rms: float | None
    decibels: float | None


@dataclass(frozen=True)
class Ladder:
    """Slopes are by least squares over the hidden layers; `theory_*` is what sigmoid layers cost at least, else None.

    `status` judges the gradient's slope, and is "" where it means nothing: after step 0, or with too few layers.
    """

    step: int
    layers: tuple[Rung, ...]
    slope: float | None
    factor: float | None
    theory_slope: float | None
    noise_slope: float | None
    theory_noise_slope: float | None
    status: str
    thresholds: dict[str, float]


def ladder(run: Run, step: int | None) -> Slices[Work]:
    """Gradient and signal of each layer in the state after a step; without one, the run's first state."""
    _, start = yield from state_after(run, run.first if step is None else step)
    return lambda: _ladder(run, start)


def _ladder(run: Run, start: Start) -> Ladder:
    network, samples = run.plan.network, run.plan.samples
    values, targets = samples.values[: samples.train], samples.targets[: samples.train]
    whole = make_batch(np.arange(samples.train), values, targets)
    roots = signal.gradient_roots(network, start.state.parameters, whole)
    heard = signal.signal_to_noise(network, start.state.parameters, values, run.plan.config.seed)
    hidden = network.spec.hidden
    names = [*(layer.activation for layer in hidden), network.spec.output_activation]
    rungs = [
        Rung(k, name, root, float(np.log10(root)) if root > 0 else None, level)
        for k, (name, root, level) in enumerate(zip(names, roots, [*heard.decibels, None], strict=True), 1)
    ]
    slope = decades(roots[:-1])
    normed = any(layer.batch_norm for layer in hidden)
    theory = signal.theory(names[:-1], normed)
    return Ladder(
        step=start.state.step,
        layers=tuple(rungs),
        slope=slope,
        factor=None if slope is None else 10**slope,
        theory_slope=theory,
        noise_slope=heard.per_layer,
        theory_noise_slope=None if theory is None else signal.SIGMOID_DECIBELS,
        status=_status(slope) if slope is not None and start.state.step == 0 and len(hidden) >= LEAST_HIDDEN else "",
        thresholds={"vanishing": VANISHING_SLOPE, "exploding": EXPLODING_SLOPE},
    )


def _status(slope: float) -> str:
    if slope > VANISHING_SLOPE:
        return "vanishing"
    return "exploding" if slope < EXPLODING_SLOPE else "healthy"
