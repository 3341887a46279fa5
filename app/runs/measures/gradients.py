"""Measures of the gradient from layer to layer, before the first step."""

from ...engine import signal
from ...engine.health import decades_per_layer
from ..snapshots import RunSnapshot
from .measure import Measure


def _roots(snapshot: RunSnapshot) -> tuple[float, ...]:
    """rms(dL/dz) of every layer before the first step, as training computes them."""
    return signal.gradient_rms(snapshot.plan.network, snapshot.start.state.parameters, snapshot.training_batch)


def _slope(snapshot: RunSnapshot) -> float | None:
    return decades_per_layer(_roots(snapshot)[:-1]) if snapshot.start.state.step == 0 else None


def _per_layer(snapshot: RunSnapshot) -> float | None:
    slope = SLOPE.of(snapshot)
    return None if slope is None else 10**slope


def _first_over_last(snapshot: RunSnapshot) -> float | None:
    found = _roots(snapshot)[:-1]
    return found[0] / found[-1] if len(found) > 1 and found[-1] > 0 and snapshot.start.state.step == 0 else None


def _noise_slope(snapshot: RunSnapshot) -> float | None:
    if snapshot.start.state.step > 0:
        return None
    inputs = snapshot.training_batch.inputs
    return signal.signal_to_noise(
        snapshot.plan.network, snapshot.start.state.parameters, inputs, snapshot.plan.config.seed
    ).per_layer


SLOPE = Measure("gradient_slope", "gradient, decades a layer", "decades a layer", "number", _slope)
MEASURES = (
    SLOPE,
    Measure("shrink_per_layer", "gradient, factor a layer", "×", "number", _per_layer),
    Measure("first_over_last", "gradient of the first hidden layer ÷ the last", "", "number", _first_over_last),
    Measure("noise_slope", "signal against noise, decibels a layer", "dB a layer", "number", _noise_slope),
)
