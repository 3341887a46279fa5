"""Initial weights by the published rules, without truncation; biases start at 0 and are not made here."""

import math
from collections.abc import Callable

import numpy as np

from .arrays import Array

Initializer = Callable[[np.random.Generator, int, int, float], Array]


def _uniform(limit: Callable[[int, int], float]) -> Initializer:
    def draw(rng: np.random.Generator, inputs: int, units: int, scale: float) -> Array:
        return rng.uniform(-1.0, 1.0, (inputs, units)) * (scale * limit(inputs, units))

    return draw


def _normal(variance: Callable[[int, int], float]) -> Initializer:
    def draw(rng: np.random.Generator, inputs: int, units: int, scale: float) -> Array:
        return rng.standard_normal((inputs, units)) * (scale * math.sqrt(variance(inputs, units)))

    return draw


def _constant(_rng: np.random.Generator, inputs: int, units: int, scale: float) -> Array:
    return np.full((inputs, units), float(scale))


def _zeros(_rng: np.random.Generator, inputs: int, units: int, _scale: float) -> Array:
    return np.zeros((inputs, units))


# Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998; the scale multiplies the limit or the standard deviation.
INITIALIZERS: dict[str, Initializer] = {
    "glorot_uniform": _uniform(lambda inputs, units: math.sqrt(6 / (inputs + units))),
    "glorot_normal": _normal(lambda inputs, units: 2 / (inputs + units)),
    "he_normal": _normal(lambda inputs, _units: 2 / inputs),
    "lecun_normal": _normal(lambda inputs, _units: 1 / inputs),
    "normal": _normal(lambda _inputs, _units: 1.0),
    "uniform": _uniform(lambda _inputs, _units: 1.0),
    "constant": _constant,
    "zeros": _zeros,
}


def weights(name: str, rng: np.random.Generator, inputs: int, units: int, scale: float = 1.0) -> Array:
    """Start weights of one layer, (inputs, units); ValueError names an unknown initializer."""
    if name not in INITIALIZERS:
        raise ValueError(f"unknown initializer {name!r}")
    return INITIALIZERS[name](rng, inputs, units, scale)
