"""Specifications as plain values: network, layer, optimizer, and the settings that may change during training."""

import math
from dataclasses import dataclass
from functools import cached_property

ACTIVATION_NAMES = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "step")
LOSS_NAMES = ("binary_cross_entropy", "softmax_cross_entropy", "squared_error")
OUTPUT_ACTIVATION_NAMES = ("linear", "sigmoid", "tanh")
OPTIMIZER_NAMES = ("sgd", "momentum", "nesterov", "rmsprop", "adam")
MASK_NAMES = ("per_step", "per_sample")


@dataclass(frozen=True)
class LayerSpec:
    """One hidden layer: dense, then batch norm where asked for, then the activation, then dropout."""

    units: int
    activation: str
    dropout: float = 0.0
    batch_norm: bool = False

    def __post_init__(self) -> None:
        if self.units < 1:
            raise ValueError(f"a layer needs at least one unit, got {self.units}")
        if self.activation not in ACTIVATION_NAMES:
            raise ValueError(f"unknown activation {self.activation!r}")
        _check_rate(self.dropout)


@dataclass(frozen=True)
class NetworkSpec:
    """A fully connected network; the output layer is dense, its activation belongs to the loss."""

    inputs: int
    hidden: tuple[LayerSpec, ...]
    outputs: int
    loss: str
    output_activation: str = "linear"
    dropout_mask: str = "per_step"

    def __post_init__(self) -> None:
        if self.inputs < 1 or self.outputs < 1:
            raise ValueError(f"a network needs inputs and outputs, got {self.inputs} and {self.outputs}")
        if self.loss not in LOSS_NAMES:
            raise ValueError(f"unknown loss {self.loss!r}")
        if self.output_activation not in OUTPUT_ACTIVATION_NAMES:
            raise ValueError(f"unknown output activation {self.output_activation!r}")
        if self.output_activation != "linear" and self.loss != "squared_error":
            raise ValueError(f"{self.loss} reads logits: no output activation {self.output_activation!r}")
        if self.dropout_mask not in MASK_NAMES:
            raise ValueError(f"unknown dropout mask {self.dropout_mask!r}")

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Units of every layer, from the inputs to the outputs."""
        return (self.inputs, *(layer.units for layer in self.hidden), self.outputs)


@dataclass(frozen=True)
class OptimizerSpec:
    """An optimizer and its constants (PyTorch's defaults); `momentum` is in Settings, as it may change."""

    kind: str = "sgd"
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    alpha: float = 0.99

    def __post_init__(self) -> None:
        if self.kind not in OPTIMIZER_NAMES:
            raise ValueError(f"unknown optimizer {self.kind!r}")
        for name in ("beta1", "beta2"):
            if not 0.0 <= getattr(self, name) < 1.0:
                raise ValueError(f"{name} lies between 0 and 1, below 1, got {getattr(self, name)}")
        if not 0.0 <= self.alpha <= 1.0:
            raise ValueError(f"alpha lies between 0 and 1, got {self.alpha}")
        if not (math.isfinite(self.epsilon) and self.epsilon >= 0):
            raise ValueError(f"epsilon must be finite and not negative, got {self.epsilon}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What may change while a network trains: in force at the next step. `dropout` holds one rate per hidden layer."""

    learning_rate: float
    dropout: tuple[float, ...]
    l1: float = 0.0
    l2: float = 0.0
    clip_norm: float | None = None
    momentum: float = 0.9

    def __post_init__(self) -> None:
        for name in ("learning_rate", "l1", "l2", "momentum"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} must be finite and not negative, got {value}")
        if self.clip_norm is not None and not self.clip_norm > 0:
            raise ValueError(f"clip_norm must be above 0, got {self.clip_norm}")
        for rate in self.dropout:
            _check_rate(rate)


def settings_of(
    spec: NetworkSpec,
    learning_rate: float,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    clip_norm: float | None = None,
    momentum: float = 0.9,
) -> Settings:
    """Settings with the dropout rates that the network was specified with."""
    return Settings(learning_rate, tuple(layer.dropout for layer in spec.hidden), l1, l2, clip_norm, momentum)


def _check_rate(rate: float) -> None:
    if not 0.0 <= rate <= 1.0:
        raise ValueError(f"a dropout rate lies between 0 and 1, got {rate}")
