"""The gradient from layer to layer, before the first step."""

from app.engine import signal
from app.engine.health import decades_per_layer
from app.runs.facts import Facts
from app.runs.measures.measure import Measure


def _roots(facts: Facts) -> tuple[float, ...]:
    """rms(dL/dz) of every layer before the first step, as training computes them."""
    return signal.gradient_rms(facts.plan.network, facts.start.state.parameters, facts.whole)


def _slope(facts: Facts) -> float | None:
    return decades_per_layer(_roots(facts)[:-1]) if facts.start.state.step == 0 else None


def _per_layer(facts: Facts) -> float | None:
    slope = SLOPE.of(facts)
    return None if slope is None else 10**slope


def _first_over_last(facts: Facts) -> float | None:
    found = _roots(facts)[:-1]
    return found[0] / found[-1] if len(found) > 1 and found[-1] > 0 and facts.start.state.step == 0 else None


def _noise_slope(facts: Facts) -> float | None:
    if facts.start.state.step > 0:
        return None
    inputs = facts.whole.inputs
    return signal.signal_to_noise(
        facts.plan.network, facts.start.state.parameters, inputs, facts.plan.config.seed
    ).per_layer


SLOPE = Measure("gradient_slope", "gradient, decades a layer", "decades a layer", "number", _slope)
MEASURES = (
    SLOPE,
    Measure("shrink_per_layer", "gradient, factor a layer", "×", "number", _per_layer),
    Measure("first_over_last", "gradient of the first hidden layer ÷ the last", "", "number", _first_over_last),
    Measure("noise_slope", "signal against noise, decibels a layer", "dB a layer", "number", _noise_slope),
)
