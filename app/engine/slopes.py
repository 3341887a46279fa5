"""Slopes and gradients of every unit at many points of the input plane."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .activations import slope
from .arrays import Array
from .network import Network
from .passes import EPSILON, forward, outputs_of


@dataclass(frozen=True)
class LayerSlopes:
    """Layer by layer, the outputs last, each (units, points).

    `slopes`: f' of each activation at what it is given: z, or with batch norm n. The output's is 1 where its activation
    is part of the loss. `gradients`: ∂L/∂z of each point alone, as if every point had the same target.
    """

    slopes: tuple[Array, ...]
    gradients: tuple[Array, ...]


def layer_slopes(
    network: Network, parameters: Array, running: Array, dropout: Sequence[float], inputs: Array, target: Array
) -> LayerSlopes:
    """As evaluation sees the network: nothing dropped, batch norm's running averages held constant.

    inputs (points, features), target (outputs,). A layer whose dropout rate is 1 is left out, so no error gets past it.
    """
    spec, values = network.spec, dict[str, Array]()
    left_out = [rate == 1 for rate in dropout]

    def activation_hook(layer: int, a: Array) -> Array:
        return np.zeros_like(a) if left_out[layer - 1] else a

    z = forward(
        network, parameters, inputs, running=running, activation_hook=activation_hook, on_activation=values.__setitem__
    )
    named, averages = network.unpack(parameters), network.unpack_running(running)
    answer = outputs_of(spec, z)
    slopes = [slope(spec.output_activation, z, answer)]
    gradients = [(answer - target) * slopes[0]]
    with np.errstate(all="ignore"):
        for k in range(len(spec.hidden), 0, -1):
            layer = spec.hidden[k - 1]
            pre_activation = values[f"n{k}"] if layer.batch_norm else values[f"z{k}"]
            slopes.insert(0, slope(layer.activation, pre_activation, values[f"a{k}"]))
            upstream = gradients[0] @ named[f"W{k + 1}"].T
            error = np.zeros_like(upstream) if left_out[k - 1] else upstream * slopes[0]
            if layer.batch_norm:
                error = error * (named[f"gamma{k}"] / np.sqrt(averages[f"running_variance{k}"] + EPSILON))
            gradients.insert(0, error)
    return LayerSlopes(_units_first(slopes), _units_first(gradients))


def _units_first(layers: Sequence[Array]) -> tuple[Array, ...]:
    """(points, units) -> (units, points)"""
    return tuple(np.ascontiguousarray(layer.T) for layer in layers)
