"""Keras 3 as far as the exported file needs it, on NumPy, with its faults: its own layers round to float32, and so does
its tanh, as on JAX. It has no gelu and no leaky ReLU, whose constants TensorFlow rounds."""

from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np


class Layer:
    weights: tuple[str, ...] = ()

    def __call__(self, x: Any) -> Any:
        return self.call(x)

    def call(self, x: Any, **_: Any) -> Any:
        return x


class Dense(Layer):
    weights = ("kernel", "bias")

    def __init__(self, units: int) -> None:
        self.units = units

    def call(self, x: Any, **_: Any) -> Any:
        return (x @ self.kernel).astype(np.float32) + self.bias  # type: ignore[attr-defined]


class BatchNormalization(Layer):
    weights = ("gamma", "beta", "moving_mean", "moving_variance")

    def __init__(self, epsilon: float, **_: Any) -> None:
        self.epsilon = epsilon

    def call(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("rounds to float32")


class Activation(Layer):
    def __init__(self, which: Any) -> None:
        self.which = which if callable(which) else FUNCTIONS[which]

    def call(self, x: Any, **_: Any) -> Any:
        return self.which(x)


class Sequential:
    def __init__(self, layers: list[Layer]) -> None:
        self.layers = layers

    def set_weights(self, values: list[Any]) -> None:
        given = iter(values)
        for layer in self.layers:
            for name in layer.weights:
                setattr(layer, name, np.asarray(next(given), dtype=np.float64))
        assert next(given, None) is None

    def __call__(self, x: Any, **_: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x


def _softmax(z: Any) -> Any:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


FUNCTIONS = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 0.5 * (1 + np.tanh(z / 2)),
    "tanh": lambda z: np.tanh(z).astype(np.float32),
    "relu": lambda z: np.maximum(z, 0),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "softmax": _softmax,
}


def module() -> ModuleType:
    """What `import keras` finds."""
    found: Any = ModuleType("keras")
    found.config = SimpleNamespace(set_floatx=lambda _: None)
    found.layers = SimpleNamespace(
        Dense=Dense,
        BatchNormalization=BatchNormalization,
        Activation=Activation,
        Dropout=lambda _: Layer(),
    )
    found.Input = lambda _: Layer()
    found.Sequential = Sequential
    found.activations = SimpleNamespace(sigmoid=FUNCTIONS["sigmoid"], relu=FUNCTIONS["relu"])
    found.ops = SimpleNamespace(
        cast=lambda x, dtype: np.asarray(x, dtype=dtype),
        convert_to_tensor=np.asarray,
        convert_to_numpy=np.asarray,
        sum=np.sum,
        square=np.square,
    )
    return found
