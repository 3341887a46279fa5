"""The five optimizers as PyTorch defines them, over flat vectors.

A rule keeps its moments between steps; `write(gradient, update)` moves them on and writes the update. Constants are 0-d
arrays, written into when the settings change.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np

from .arrays import Array
from .spec import OptimizerSpec, Settings


class Optimizer(Protocol):
    """A rule with its moments, by name: flat vectors, or none."""

    moments: dict[str, Array]

    def set(self, settings: Settings) -> None:
        """Takes over learning rate and momentum."""

    def write(self, gradient: Array, update: Array, count: int) -> None:
        """Writes what is added to the parameters; `count` is 1 at the first update these moments have seen."""


class Sgd:
    """update = −η g"""

    def __init__(self, _spec: OptimizerSpec, _size: int) -> None:
        self.moments: dict[str, Array] = {}
        self._minus_rate = np.zeros(())

    def set(self, settings: Settings) -> None:
        self._minus_rate[...] = -settings.learning_rate

    def write(self, gradient: Array, update: Array, _count: int) -> None:
        np.multiply(gradient, self._minus_rate, update)


class Momentum:
    """v = μ v + g; update = −η v, or with Nesterov's look ahead −η (g + μ v)"""

    def __init__(self, spec: OptimizerSpec, size: int) -> None:
        self._nesterov = spec.kind == "nesterov"
        self._velocity = np.zeros(size)
        self.moments = {"velocity": self._velocity}
        self._minus_rate, self._momentum = np.zeros(()), np.zeros(())

    def set(self, settings: Settings) -> None:
        self._minus_rate[...] = -settings.learning_rate
        self._momentum[...] = settings.momentum

    def write(self, gradient: Array, update: Array, _count: int) -> None:
        velocity = self._velocity
        np.multiply(velocity, self._momentum, velocity)
        np.add(velocity, gradient, velocity)
        if not self._nesterov:
            np.multiply(velocity, self._minus_rate, update)
            return
        np.multiply(velocity, self._momentum, update)
        np.add(update, gradient, update)
        np.multiply(update, self._minus_rate, update)


class RmsProp:
    """s = α s + (1 − α) g²; update = −η g / (√s + ε)   (Hinton's lecture 6e)"""

    def __init__(self, spec: OptimizerSpec, size: int) -> None:
        self._squares, self._scratch = np.zeros(size), np.zeros(size)
        self.moments = {"squares": self._squares}
        self._minus_rate, self._epsilon = np.zeros(()), np.array(spec.epsilon)
        self._alpha, self._rest = np.array(spec.alpha), np.array(1 - spec.alpha)

    def set(self, settings: Settings) -> None:
        self._minus_rate[...] = -settings.learning_rate

    def write(self, gradient: Array, update: Array, _count: int) -> None:
        squares, scratch = self._squares, self._scratch
        np.multiply(squares, self._alpha, squares)
        np.square(gradient, scratch)
        np.multiply(scratch, self._rest, scratch)
        np.add(squares, scratch, squares)
        np.sqrt(squares, scratch)
        np.add(scratch, self._epsilon, scratch)
        np.divide(gradient, scratch, update)
        np.multiply(update, self._minus_rate, update)


class Adam:
    """m = β₁ m + (1 − β₁) g; v = β₂ v + (1 − β₂) g²; update = −η m̂ / (√v̂ + ε), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)

    Kingma & Ba 2015.
    """

    def __init__(self, spec: OptimizerSpec, size: int) -> None:
        self._mean, self._square, self._scratch = np.zeros(size), np.zeros(size), np.zeros(size)
        self.moments = {"mean": self._mean, "square": self._square}
        self._betas = spec.beta1, spec.beta2
        self._beta1, self._rest1 = np.array(spec.beta1), np.array(1 - spec.beta1)
        self._beta2, self._rest2 = np.array(spec.beta2), np.array(1 - spec.beta2)
        self._epsilon, self._root, self._minus_step = np.array(spec.epsilon), np.zeros(()), np.zeros(())
        self._rate = 0.0

    def set(self, settings: Settings) -> None:
        self._rate = settings.learning_rate

    def write(self, gradient: Array, update: Array, count: int) -> None:
        mean, square, scratch = self._mean, self._square, self._scratch
        np.multiply(mean, self._beta1, mean)
        np.multiply(gradient, self._rest1, scratch)
        np.add(mean, scratch, mean)
        np.multiply(square, self._beta2, square)
        np.square(gradient, scratch)
        np.multiply(scratch, self._rest2, scratch)
        np.add(square, scratch, square)
        beta1, beta2 = self._betas
        self._root[...] = (1 - beta2**count) ** 0.5
        self._minus_step[...] = -self._rate / (1 - beta1**count)
        np.sqrt(square, scratch)
        np.divide(scratch, self._root, scratch)
        np.add(scratch, self._epsilon, scratch)
        np.divide(mean, scratch, update)
        np.multiply(update, self._minus_step, update)


OPTIMIZERS: dict[str, Callable[[OptimizerSpec, int], Optimizer]] = {
    "sgd": Sgd,
    "momentum": Momentum,
    "nesterov": Momentum,
    "rmsprop": RmsProp,
    "adam": Adam,
}


def make_optimizer(spec: OptimizerSpec, size: int, moments: Mapping[str, Array]) -> Optimizer:
    """The rule of that kind for `size` parameters, going on from these moments, or from zeros where there are none."""
    optimizer = OPTIMIZERS[spec.kind](spec, size)
    load(optimizer, moments)
    return optimizer


def load(optimizer: Optimizer, moments: Mapping[str, Array]) -> None:
    """Copies moments into the rule; all of its names, or none (zeros): ValueError otherwise."""
    if moments and set(moments) != set(optimizer.moments):
        raise ValueError(f"moments {sorted(moments)} do not fit {sorted(optimizer.moments)}")
    for name, moment in optimizer.moments.items():
        moment[...] = moments.get(name, 0.0)
