"""The network's architecture, and the layout of its parameters in one flat vector.

Layer k's weights and bias are one block (units, inputs + 1), the bias in the last column: with a row of ones under the
layer's input, the bias is part of the matrix product, and so is its gradient. After it come gamma and beta, where
the layer has batch norm. Outside, weights are (inputs, units).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import initializers
from .arrays import Array
from .spec import NetworkSpec


@dataclass(frozen=True, slots=True)
class Block:
    """One layer's place in the flat vectors. `norm` is its first unit among all batch-norm units, or None without."""

    layer: int
    inputs: int
    units: int
    start: int
    norm: int | None

    @property
    def gamma(self) -> int:
        """Where gamma begins; beta follows it."""
        return self.start + self.units * (self.inputs + 1)

    @property
    def stop(self) -> int:
        return self.gamma + (0 if self.norm is None else 2 * self.units)


@dataclass(frozen=True, slots=True)
class LayerParameters:
    """Views into a flat vector: W (units, inputs + 1), the bias its last column; gamma, beta (units,) or None."""

    W: Array
    gamma: Array | None
    beta: Array | None


class Network:
    """What does not change while a network trains; it holds no parameters."""

    def __init__(self, spec: NetworkSpec) -> None:
        self.spec = spec
        self.blocks = _blocks(spec)
        self.size = self.blocks[-1].stop
        self.normalised = sum(block.units for block in self.blocks if block.norm is not None)
        self._slots = _slots(self.blocks)
        self.shapes = {name: slot.shape for name, slot in self._slots.items()}
        self.names = tuple(self.shapes)
        self.weight_names = tuple(name for name in self.names if name.startswith("W"))
        self.weights = np.zeros(self.size)  # 1 where a weight lies, 0 at a bias, gamma or beta
        for view in self.views(self.weights):
            view.W[:, :-1] = 1.0
        self.weights.flags.writeable = False

    def views(self, flat: Array) -> tuple[LayerParameters, ...]:
        """The layers' blocks of a flat vector; writing to them writes to it."""
        return tuple(_view(flat, block) for block in self.blocks)

    def pack(self, named: Mapping[str, ArrayLike]) -> Array:
        """The flat vector of parameters by name; ValueError names a missing, unknown or wrongly shaped one."""
        for name in named:
            if name not in self.shapes:
                raise ValueError(f"unknown parameter {name!r}; this network has {', '.join(self.names)}")
        flat = np.empty(self.size)
        parts = self.parts(flat)
        for name, shape in self.shapes.items():
            if name not in named:
                raise ValueError(f"parameter {name} is missing; wanted shape {shape}")
            parts[name][...] = _array(name, named[name], shape)
        return flat

    def unpack(self, flat: Array) -> dict[str, Array]:
        """Parameters, or gradients or moments laid out alike, by name; copies, W as (inputs, units)."""
        return {name: part.copy(order="C") for name, part in self.parts(flat).items()}

    def initial(self, initializer: str, scale: float, seed: int) -> Array:
        """Start values: weights by the initializer, biases and beta 0, gamma 1; a generator for each layer."""
        flat = np.zeros(self.size)
        for block, view in zip(self.blocks, self.views(flat), strict=True):
            rng = np.random.default_rng([seed, 3, block.layer])
            view.W[:, :-1] = initializers.weights(initializer, rng, block.inputs, block.units, scale).T
            if view.gamma is not None:
                view.gamma[:] = 1.0
        return flat

    def initial_running(self) -> Array:
        """Batch norm's running averages at the start: means 0, then variances 1, of all normalised units."""
        return np.concatenate([np.zeros(self.normalised), np.ones(self.normalised)])

    def unpack_running(self, running: Array) -> dict[str, Array]:
        """Running averages by name: running_mean1, running_variance1, … for layers with batch norm; copies."""
        return {name: part.copy() for name, part in self._running_parts(running).items()}

    def pack_running(self, named: Mapping[str, ArrayLike]) -> Array:
        """The flat vector of running averages by name; ValueError as in pack."""
        running = np.empty(2 * self.normalised)
        parts = self._running_parts(running)
        for name, part in parts.items():
            if name not in named:
                raise ValueError(f"running average {name} is missing; wanted shape {part.shape}")
            part[...] = _array(name, named[name], part.shape)
        return running

    def parts(self, flat: Array) -> dict[str, Array]:
        """Views of a flat vector by name, W as (inputs, units); writing to them writes to it."""
        return {name: slot.view(flat) for name, slot in self._slots.items()}

    def _running_parts(self, running: Array) -> dict[str, Array]:
        means, variances = running[: self.normalised], running[self.normalised :]
        parts: dict[str, Array] = {}
        for block in self.blocks:
            if block.norm is not None:
                units = slice(block.norm, block.norm + block.units)
                parts[f"running_mean{block.layer}"] = means[units]
                parts[f"running_variance{block.layer}"] = variances[units]
        return parts


def _blocks(spec: NetworkSpec) -> tuple[Block, ...]:
    blocks: list[Block] = []
    start = norm = 0
    widths = spec.widths
    with_norm = [*(layer.batch_norm for layer in spec.hidden), False]
    for k, (inputs, units, normalise) in enumerate(zip(widths, widths[1:], with_norm, strict=False), 1):
        blocks.append(Block(k, inputs, units, start, norm if normalise else None))
        start = blocks[-1].stop
        norm += units if normalise else 0
    return tuple(blocks)


@dataclass(frozen=True, slots=True)
class _ParameterSlot:
    """Where a named parameter lies in a flat vector."""

    span: slice
    shape: tuple[int, ...]

    def view(self, flat: Array) -> Array:
        """A view in the outward shape: W (inputs, units), others (units,)."""
        if len(self.shape) == 1:
            return flat[self.span]
        inputs, units = self.shape
        return flat[self.span].reshape(units, inputs + 1)[:, :-1].T


def _slots(blocks: tuple[Block, ...]) -> dict[str, _ParameterSlot]:
    slots: dict[str, _ParameterSlot] = {}
    for block in blocks:
        k, units, gamma = block.layer, block.units, block.gamma
        slots[f"W{k}"] = _ParameterSlot(slice(block.start, gamma), (block.inputs, units))
        slots[f"b{k}"] = _ParameterSlot(slice(block.start + block.inputs, gamma, block.inputs + 1), (units,))
        if block.norm is not None:
            slots[f"gamma{k}"] = _ParameterSlot(slice(gamma, gamma + units), (units,))
            slots[f"beta{k}"] = _ParameterSlot(slice(gamma + units, block.stop), (units,))
    return slots


def _view(flat: Array, block: Block) -> LayerParameters:
    W = flat[block.start : block.gamma].reshape(block.units, block.inputs + 1)
    if block.norm is None:
        return LayerParameters(W, None, None)
    middle = block.gamma + block.units
    return LayerParameters(W, flat[block.gamma : middle], flat[middle : block.stop])


def _array(name: str, value: ArrayLike, shape: tuple[int, ...]) -> NDArray[Any]:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers of shape {shape}") from error
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}, wanted {shape}")
    return array
