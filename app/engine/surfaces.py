"""Heat maps: every unit's value over the whole input plane.

Two ways give the same heat map: `numbers` in float64, through the workspace that evaluation uses; and `bytes`, in
float32 and in place, one byte a point, many times a second. Neither touches what a training step holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .activations import activation
from .arrays import Array
from .inference import Inference
from .layers import EPSILON
from .network import Network

Bytes = NDArray[np.uint8]
Single = NDArray[np.float32]


@dataclass(frozen=True)
class LayerBytes:
    """One layer's heat maps (units, N, N), or beeswarms (units, samples): byte v stands for lo + v/255 · (hi - lo).

    lo and hi are the layer's least and largest finite value; both None where it has none, or hi - lo is beyond all
    numbers. Values that are not finite are drawn as the nearer end, NaN as lo.
    """

    lo: float | None
    hi: float | None
    units: Bytes


class Surfaces:
    """The heat maps of one network over one grid of N·N points: keeps the workspaces, one owner at a time."""

    def __init__(self, network: Network, grid: ArrayLike, size: int) -> None:
        """`grid` (N·N, inputs): what the network sees at each point, row by row."""
        self.network, self.size = network, size
        self._grid = np.asarray(grid, dtype=np.float64)
        if self._grid.shape != (size * size, network.spec.inputs):
            raise ValueError(f"a grid of {size} × {size} points got inputs {self._grid.shape}")
        self._renderer: ByteRenderer | None = None
        self._exact: Inference | None = None

    def numbers(self, parameters: Array, running: Array, dropout: Sequence[float]) -> tuple[Array, ...]:
        """a{k} of every hidden layer and the outputs, each (units, N, N) float64, of one's own."""
        if self._exact is None:
            self._exact = Inference(self.network, self._grid)
        self._exact.forward(parameters, running, dropout)
        layers = [*self._exact.activations(), self._exact.outputs]
        return tuple(layer.copy().reshape(len(layer), self.size, self.size) for layer in layers)

    def bytes(self, parameters: Array, running: Array, dropout: Sequence[float]) -> tuple[LayerBytes, ...]:
        """The same, one byte a point; from float64 where a float32 overflows, which a run that explodes soon does."""
        if self._renderer is None:
            self._renderer = ByteRenderer(self.network, self._grid, self.size)
        rendered = self._renderer.render(parameters, running, dropout)
        if rendered is None:
            return tuple(quantised(layer) for layer in self.numbers(parameters, running, dropout))
        return tuple(rendered)


@dataclass(frozen=True, slots=True)
class LayerBuffers:
    """Where one layer is computed, (units, points) each: all layers share `z` and `scratch`.

    `output` is what the next layer reads, its row of ones included; `zero_output` the same of a layer that is left out.
    """

    W: Single
    z: Single
    values: Single
    scratch: Single
    flat: Single
    output: Single
    zero_output: Single
    activate: Callable[[Single, Single, Single], object]
    shape: tuple[int, int, int]


class ByteRenderer:
    """The forward pass over the grid in float32, in place, and each layer's values as bytes.

    Batch norm's running averages are folded into the weights: W·s and b·s + shift, with s = γ / √(variance + ε).
    """

    def __init__(self, network: Network, grid: Array, size: int) -> None:
        spec, points = network.spec, len(grid)
        self._network = network
        self._folded = np.zeros(network.size)
        self._single = np.zeros(network.size, np.float32)
        self._inputs = np.ones((spec.inputs + 1, points), np.float32)
        self._inputs[:-1] = grid.T
        self._scale, self._shift = np.zeros((), np.float32), np.zeros((), np.float32)
        widest = max(spec.widths[1:]) * points
        shared = np.empty(widest, np.float32), np.empty(widest, np.float32)
        activations = [activation(layer.activation, np.float32).forward for layer in spec.hidden]
        activations.append(_output_activation(spec.loss, spec.output_activation))
        views = network.views(_any_float(self._single))
        self._layers = [
            _layer_buffers(_any_float(view.W), units, size, shared, activate)
            for view, units, activate in zip(views, spec.widths[1:], activations, strict=True)
        ]

    def render(self, parameters: Array, running: Array, dropout: Sequence[float]) -> list[LayerBytes] | None:
        """For each hidden layer and the outputs: lo, hi and the bytes of one's own. None where a value overflows."""
        left_out = [*(rate == 1 for rate in dropout), False]
        with np.errstate(all="ignore"):
            self._load(parameters, running)
            x, rendered = self._inputs, []
            for buffers, left in zip(self._layers, left_out, strict=True):
                buffers.W.dot(x, buffers.z)
                buffers.activate(buffers.z, buffers.values, buffers.scratch)
                layer = self._quantised(buffers)  # at once, while its values are in the cache
                if layer is None:
                    return None
                rendered.append(layer)
                x = buffers.zero_output if left else buffers.output
        return rendered

    def _load(self, parameters: Array, running: Array) -> None:
        if not self._network.normalised:
            self._single[:] = parameters
            return
        self._folded[:] = parameters
        means, variances = running[: len(running) // 2], running[len(running) // 2 :]
        for block, view in zip(self._network.blocks, self._network.views(self._folded), strict=True):
            if block.norm is not None and view.gamma is not None and view.beta is not None:
                units = slice(block.norm, block.norm + block.units)
                scale = view.gamma / np.sqrt(variances[units] + EPSILON)
                view.W[:, -1] -= means[units]
                view.W[...] *= scale[:, None]
                view.W[:, -1] += view.beta
        self._single[:] = self._folded

    def _quantised(self, buffers: LayerBuffers) -> LayerBytes | None:
        """⌊(v - lo) · 255/(hi - lo) + ½⌋; what float32 rounds off may not reach the half to spare at both ends."""
        values, scaled = buffers.values, buffers.scratch
        lo, hi = float(np.minimum.reduce(buffers.flat)), float(np.maximum.reduce(buffers.flat))
        span = hi - lo
        if span == 0:
            return LayerBytes(lo, hi, np.zeros(buffers.shape, np.uint8))
        if not span < _LARGEST_SPAN:
            return None
        if not span > _LEAST_SPAN:
            return quantised(values.reshape(buffers.shape))
        scale, shift = self._scale, self._shift
        scale[()] = 255 / span
        if max(-lo, hi) < _FAR * span:
            shift[()] = 0.5 - lo * 255 / span
            np.multiply(values, scale, scaled)
        else:
            shift[()] = lo
            np.subtract(values, shift, scaled)
            np.multiply(scaled, scale, scaled)
            shift[()] = 0.5
        np.add(scaled, shift, scaled)
        return LayerBytes(lo, hi, scaled.astype(np.uint8).reshape(buffers.shape))


_FAR = 8.0  # spans from 0: closer than this, v · 255/(hi - lo) is right to 0.0003
_LEAST_SPAN, _LARGEST_SPAN = 1e-30, 1e38  # between them, a float32 can hold both hi - lo and 255/(hi - lo)


def _layer_buffers(
    W: Single,
    units: int,
    size: int,
    shared: tuple[Single, Single],
    activate: Callable[[Single, Single, Single], object],
) -> LayerBuffers:
    points = size * size
    z, scratch = (memory[: units * points].reshape(units, points) for memory in shared)
    output, zero_output = np.ones((units + 1, points), np.float32), np.zeros((units + 1, points), np.float32)
    zero_output[-1] = 1.0
    return LayerBuffers(
        W, z, output[:-1], scratch, output[:-1].reshape(-1), output, zero_output, activate, (units, size, size)
    )


def quantised(values: Single | Array) -> LayerBytes:
    """The same with care: for values that are not finite, or closer or further apart than a float32 can resolve."""
    finite = values[np.isfinite(values)].astype(np.float64)
    lo, hi = (float(finite.min()), float(finite.max())) if finite.size else (0.0, np.inf)
    if not np.isfinite(hi - lo):
        return LayerBytes(None, None, np.zeros(values.shape, np.uint8))
    within = np.clip(np.nan_to_num(values.astype(np.float64), nan=lo, posinf=hi, neginf=lo), lo, hi)
    scaled = (within - lo) * (255 / (hi - lo) if hi > lo else 0.0)
    return LayerBytes(lo, hi, np.rint(scaled).astype(np.uint8))


def _output_activation(loss: str, output_activation: str) -> Callable[[Single, Single, Single], object]:
    """What makes the outputs of the last layer's z: probabilities for the cross-entropies, else ŷ."""
    if loss == "softmax_cross_entropy":
        return _softmax
    return activation("sigmoid" if loss == "binary_cross_entropy" else output_activation, np.float32).forward


def _softmax(z: Single, out: Single, _: Single) -> None:
    np.subtract(z, z.max(axis=0), out)
    np.exp(out, out)
    np.divide(out, out.sum(axis=0), out)


def _any_float(array: Any) -> Any:
    """The layout is the same for every float type; Network is annotated for float64 only."""
    return array
