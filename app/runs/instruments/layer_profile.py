"""The layer profile: size of the gradient and signal-to-noise ratio, layer by layer."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ...engine import signal
from ...engine.health import LEAST_HIDDEN, VANISHING_SLOPE, chance_slope, decades_per_layer, judge_slope
from .. import costs
from ..run import Run
from ..slices import Slices
from ..snapshots import RunSnapshot
from .lookup import Measurement, state_after


@dataclass(frozen=True)
class LayerSignal:
    """One layer: rms(dL/dz) over the training split, its logarithm, and, of a hidden layer, signal over noise in dB."""

    layer: int
    activation: str
    rms: float
    log10_rms: float | None
    decibels: float | None


@dataclass(frozen=True)
class LayerProfile:
    """Slopes are by least squares over the hidden layers; `theory_*` is what sigmoid layers cost at least, else None.

    `status` is that of the gradient's slope, and "" where it means nothing: after step 0, or with too few layers.
    """

    step: int
    layers: tuple[LayerSignal, ...]
    slope: float | None
    factor: float | None
    theory_slope: float | None
    noise_slope: float | None
    theory_noise_slope: float | None
    status: str
    thresholds: dict[str, float]


def layer_profile(run: Run, step: int | None) -> Slices[Measurement]:
    """Gradient and signal of each layer in the state after a step; without one, the run's first state."""
    controls, start = yield from state_after(run, run.first if step is None else step)
    snapshot = RunSnapshot(run.plan, start, controls)
    return Measurement(partial(_layer_profile, snapshot), costs.profile(run.plan))


def _layer_profile(snapshot: RunSnapshot) -> LayerProfile:
    network, parameters, batch = snapshot.plan.network, snapshot.now.state.parameters, snapshot.training_batch
    rms = signal.gradient_rms(network, parameters, batch)
    noise = signal.signal_to_noise(network, parameters, batch.inputs, snapshot.plan.config.seed)
    hidden = network.spec.hidden
    names = [*(layer.activation for layer in hidden), network.spec.output_activation]
    layers = [
        LayerSignal(k, name, size, float(np.log10(size)) if size > 0 else None, level)
        for k, (name, size, level) in enumerate(zip(names, rms, [*noise.decibels, None], strict=True), 1)
    ]
    slope, widths = decades_per_layer(rms[:-1]), [layer.units for layer in hidden]
    chance = chance_slope(widths) if hidden else 0.0
    judged = snapshot.step == 0 and len(hidden) >= LEAST_HIDDEN
    normed = any(layer.batch_norm for layer in hidden)
    theory = signal.theoretical_slope(names[:-1], normed)
    return LayerProfile(
        step=snapshot.step,
        layers=tuple(layers),
        slope=slope,
        factor=None if slope is None else 10**slope,
        theory_slope=theory,
        noise_slope=noise.per_layer,
        theory_noise_slope=None if theory is None else signal.SIGMOID_DECIBELS,
        status=judge_slope(slope, widths) if slope is not None and judged else "",
        thresholds={"vanishing": max(VANISHING_SLOPE, chance), "exploding": -chance},
    )
