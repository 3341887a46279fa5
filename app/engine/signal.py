"""Gradient and signal layer by layer: rms(dL/dz) backward, signal-to-noise ratio forward.

Backward: rms(dL/dz) of each layer over the whole training split, as a training step computes it (with the batch's own
means and variances, nothing dropped). Forward: a little noise is added to every hidden output, and for each layer the
variance that depends on the sample is compared with that of the noise.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from .arrays import Array
from .batch import Batch
from .network import Network
from .passes import forward
from .summary import rms
from .workspace import Layout, Workspace

NOISE = 0.01
DRAWS = 30
SMALLEST = 1e-12  # a signal's variance below this is rounding
NOISE_FLOOR = -25.0
"""Decibels below which 30 draws measure nothing: the mean of the draws still holds a thirtieth of the noise."""

#: What a sigmoid layer loses at least, as its slope is at most 1/4 and its weights are neutral.
SIGMOID_DECADES = math.log10(4)
SIGMOID_DECIBELS = 20 * math.log10(0.25)


def gradient_rms(network: Network, parameters: Array, batch: Batch) -> tuple[float, ...]:
    """rms(dL/dz) of every layer, first to last, over the batch given."""
    workspace = Workspace(Layout(network, batch.size, (False,) * len(network.spec.hidden)), parameters)
    with np.errstate(all="ignore"):
        workspace.forward(batch)
        workspace.backward(batch)
        return tuple(map(rms, workspace.errors()))


@dataclass(frozen=True)
class SignalNoise:
    """Signal over noise of each hidden layer in decibels, first to last, and what a layer costs, by least squares.

    A layer below -25 dB can't be measured with so few draws, so the slope ends before it. A layer
    whose outputs hold no number has None, and so has the slope where fewer than two layers are above it.
    """

    decibels: tuple[float | None, ...]
    per_layer: float | None


def signal_to_noise(network: Network, parameters: Array, inputs: Array, seed: int) -> SignalNoise:
    """Adds N(0, 0.01²) to every hidden output, 30 times. Variance over the samples of the mean, over the noise's own.

    The noise comes from default_rng([seed, 6]): the same run has the same answer.
    """
    rng = np.random.default_rng([seed, 6])
    noisy_outputs: list[Array] = []

    def activation_hook(_layer: int, a: Array) -> Array:
        whole = np.broadcast_to(a, (DRAWS, *a.shape[-2:]))
        noisy_outputs.append(whole + rng.normal(0.0, NOISE, whole.shape))
        return noisy_outputs[-1]

    forward(network, parameters, inputs, activation_hook=activation_hook)
    with np.errstate(all="ignore"):
        decibels = tuple(_decibels(layer) for layer in noisy_outputs)
    return SignalNoise(decibels, _slope(decibels))


def _slope(decibels: Sequence[float | None]) -> float | None:
    levels = (NOISE_FLOOR if level is None else level for level in decibels)
    noisy_outputs = list(takewhile(lambda level: level > NOISE_FLOOR, levels))
    return float(np.polyfit(range(len(noisy_outputs)), noisy_outputs, 1)[0]) if len(noisy_outputs) > 1 else None


def _decibels(draws: Array) -> float | None:
    noise = float(draws.var(axis=0, ddof=1).mean())
    signal = max(float(draws.mean(axis=0).var(axis=0).mean()) - noise / DRAWS, SMALLEST)
    if not (math.isfinite(noise) and math.isfinite(signal) and noise > 0):
        return None
    return 10 * math.log10(signal / noise)


def theoretical_slope(activations: Sequence[str], batch_norm: bool) -> float | None:
    """Decades a layer that must be lost at least: log10 4 where every hidden layer is sigmoid with neutral weights."""
    if batch_norm or not activations or set(activations) != {"sigmoid"}:
        return None
    return SIGMOID_DECADES
