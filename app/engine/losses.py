"""The three losses and their gradients, from logits and in stable form, always the mean over the batch.

Each object holds its views of one workspace: z, dz (outputs, batch), and what else it needs of the same shape.
`forward(y)` returns L and leaves the network's outputs, `backward(y)` writes dz (and da, where that is recorded).
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from .activations import activation
from .arrays import Array

Area = Callable[[str], Array]


class Loss(Protocol):
    """What a workspace needs of a loss."""

    def forward(self, y: Array) -> float:
        """The mean loss of the batch, given targets (outputs, batch)."""

    def backward(self, y: Array) -> None:
        """Writes the gradient of what the output layer computed."""


class SquaredError:
    """½ Σ_outputs (ŷ − y)², mean over the batch; ŷ = z."""

    __slots__ = ("_dz", "_errors", "_half", "_share", "_z")

    def __init__(self, area: Area, samples: int) -> None:
        self._z, self._dz = area("z_last"), area("dz_last")
        self._errors = self._dz.reshape(-1)
        self._half, self._share = 0.5 / samples, np.array(1 / samples)

    def forward(self, y: Array) -> float:
        np.subtract(self._z, y, self._dz)
        return self._half * float(self._errors.dot(self._errors))

    def backward(self, _y: Array) -> None:
        np.multiply(self._dz, self._share, self._dz)


class ActivatedSquaredError:
    """½ Σ_outputs (ŷ − y)², mean over the batch; ŷ = f(z), so that dz = da · f'(z)."""

    __slots__ = ("_a", "_activation", "_da", "_dz", "_errors", "_half", "_scratch", "_share", "_slope", "_z")

    def __init__(self, area: Area, samples: int, name: str) -> None:
        self._activation = activation(name)
        self._z, self._dz = area("z_last"), area("dz_last")
        self._a, self._da = area("a_last"), area("da_last")
        self._slope, self._scratch = area("slope_last"), area("scratch_last")
        self._errors = self._da.reshape(-1)
        self._half, self._share = 0.5 / samples, np.array(1 / samples)

    def forward(self, y: Array) -> float:
        self._activation.forward(self._z, self._a, self._scratch)
        np.subtract(self._a, y, self._da)
        return self._half * float(self._errors.dot(self._errors))

    def backward(self, _y: Array) -> None:
        np.multiply(self._da, self._share, self._da)
        self._activation.slope(self._z, self._a, self._slope, self._scratch)
        np.multiply(self._da, self._slope, self._dz)


class BinaryCrossEntropy:
    """max(z, 0) − z·y + log(1 + exp(−|z|)), summed over outputs, mean over the batch; dz = (σ(z) − y) / N."""

    __slots__ = ("_dz", "_logs", "_minus", "_ones", "_outputs", "_samples", "_scratch", "_share", "_sigmoid", "_z")

    def __init__(self, area: Area, samples: int) -> None:
        self._z, self._dz, self._outputs = area("z_last"), area("dz_last"), area("outputs")
        self._scratch, self._logs = area("scratch_last"), area("slope_last")
        self._ones = np.ones(self._z.size)
        self._samples, self._share, self._minus = samples, np.array(1 / samples), np.array(-1.0)
        self._sigmoid = activation("sigmoid")

    def forward(self, y: Array) -> float:
        z, logs, scratch = self._z, self._logs, self._scratch
        self._sigmoid.forward(z, self._outputs, scratch)
        np.copysign(z, self._minus, logs)  # −|z|
        np.exp(logs, logs)
        np.log1p(logs, logs)
        np.maximum(z, _ZERO, out=scratch)
        np.multiply(z, y, self._dz)
        np.subtract(scratch, self._dz, scratch)
        np.add(logs, scratch, logs)
        return float(logs.reshape(-1).dot(self._ones)) / self._samples

    def backward(self, y: Array) -> None:
        np.subtract(self._outputs, y, self._dz)
        np.multiply(self._dz, self._share, self._dz)


class SoftmaxCrossEntropy:
    """log Σ exp(z) − Σ z·y over classes, y one-hot, mean over the batch; dz = (softmax(z) − y) / n.

    The largest logit is taken off first, so that no exponential overflows.
    """

    __slots__ = (
        "_dz",
        "_exponentials",
        "_ones",
        "_outputs",
        "_per_class",
        "_samples",
        "_share",
        "_shifted",
        "_sums",
        "_z",
    )

    def __init__(self, area: Area, samples: int) -> None:
        self._z, self._dz, self._outputs = area("z_last"), area("dz_last"), area("outputs")
        self._shifted, self._exponentials = area("scratch_last"), area("slope_last")
        self._sums, self._ones, self._per_class = np.empty(samples), np.ones(samples), np.ones(len(self._z))
        self._samples, self._share = samples, np.array(1 / samples)

    def forward(self, y: Array) -> float:
        np.maximum.reduce(self._z, axis=0, out=self._sums)
        np.subtract(self._z, self._sums, self._shifted)
        np.exp(self._shifted, self._exponentials)
        self._per_class.dot(self._exponentials, self._sums)
        np.divide(self._exponentials, self._sums, self._outputs)
        np.log(self._sums, self._sums)
        chosen = self._shifted.reshape(-1).dot(y.reshape(-1))
        return float(self._sums.dot(self._ones) - chosen) / self._samples

    def backward(self, y: Array) -> None:
        np.subtract(self._outputs, y, self._dz)
        np.multiply(self._dz, self._share, self._dz)


_ZERO: Any = np.array(0.0)


def make_loss(name: str, output_activation: str, area: Area, samples: int) -> Loss:
    """The loss of that name over a workspace's areas."""
    if name == "binary_cross_entropy":
        return BinaryCrossEntropy(area, samples)
    if name == "softmax_cross_entropy":
        return SoftmaxCrossEntropy(area, samples)
    if output_activation == "linear":
        return SquaredError(area, samples)
    return ActivatedSquaredError(area, samples, output_activation)
