"""What every unit answers over the whole input plane: its heat map.

Two paths give the same picture: `numbers` in float64, through the workspace that evaluation uses; and `bytes`, in
float32 and in place, for a picture of one byte a point many times a second. Neither touches what a training step holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .activations import activation
from .inference import Inference
from .layers import EPSILON
from .network import Array, Network

Bytes = NDArray[np.uint8]
Single = NDArray[np.float32]


@dataclass(frozen=True)
class LayerBytes:
    """One layer's heat maps (units, N, N): byte v stands for lo + v/255 · (hi - lo).

    lo and hi are the layer's least and largest finite value; both None where it has none. Values that are not finite
    are drawn as the nearer end, NaN as lo.
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
        self._painter: Painter | None = None
        self._exact: Inference | None = None

    def numbers(self, parameters: Array, running: Array, dropout: Sequence[float]) -> tuple[Array, ...]:
        """a{k} of every hidden layer and the outputs, each (units, N, N) float64, of one's own."""
        if self._exact is None:
            self._exact = Inference(self.network, self._grid)
        self._exact.forward(parameters, running, dropout)
        layers = [*self._exact.activations(), self._exact.outputs]
        return tuple(layer.copy().reshape(len(layer), self.size, self.size) for layer in layers)

    def bytes(self, parameters: Array, running: Array, dropout: Sequence[float]) -> tuple[LayerBytes, ...]:
        """The same, one byte a point."""
        if self._painter is None:
            self._painter = Painter(self.network, self._grid)
        return tuple(
            LayerBytes(lo, hi, units.reshape(len(units), self.size, self.size))
            for lo, hi, units in self._painter.paint(parameters, running, dropout)
        )


class Painter:
    """The forward pass over the grid in float32, in place, and each layer's values as bytes.

    Batch norm's running averages are folded into the weights: W·s and b·s + shift, with s = γ / √(variance + ε).
    """

    def __init__(self, network: Network, grid: Array) -> None:
        spec, points = network.spec, len(grid)
        self._network = network
        self._folded = np.zeros(network.size)
        self._single = np.zeros(network.size, np.float32)
        self._W = [view.W for view in network.views(_any(self._single))]
        self._inputs = [np.ones((width + 1, points), np.float32) for width in spec.widths[:-1]]
        self._inputs[0][:-1] = grid.T
        widest = max(spec.widths[1:])
        self._z = np.empty(widest * points, np.float32)
        self._scratch = np.empty(widest * points, np.float32)
        self._values = [block[:-1] for block in self._inputs[1:]] + [np.empty((spec.outputs, points), np.float32)]
        self._forwards = [activation(layer.activation, np.float32).forward for layer in spec.hidden]
        self._last = activation(_output_activation(spec.loss, spec.output_activation), np.float32).forward
        self._silent = [_bias_only(block) for block in self._inputs]

    def paint(
        self, parameters: Array, running: Array, dropout: Sequence[float]
    ) -> list[tuple[float | None, float | None, Bytes]]:
        """For each hidden layer and the outputs: lo, hi and the bytes (units, points) of one's own."""
        with np.errstate(all="ignore"):
            self._load(parameters, running)
            self._forward(dropout)
            return [self._quantised(values) for values in self._values]

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

    def _forward(self, dropout: Sequence[float]) -> None:
        x = self._inputs[0]
        for k, (W, values) in enumerate(zip(self._W, self._values, strict=True)):
            z = self._z[: values.size].reshape(values.shape)
            scratch = self._scratch[: values.size].reshape(values.shape)
            W.dot(_any(x), _any(z))
            if k == len(self._forwards):
                self._answer(z, values, scratch)
            else:
                self._forwards[k](z, values, scratch)
                x = self._silent[k + 1] if dropout[k] == 1 else self._inputs[k + 1]

    def _answer(self, z: Single, out: Single, scratch: Single) -> None:
        if self._network.spec.loss == "softmax_cross_entropy":
            np.subtract(z, z.max(axis=0), out)
            np.exp(out, out)
            np.divide(out, out.sum(axis=0), out)
        else:
            self._last(z, out, scratch)

    def _quantised(self, values: Single) -> tuple[float | None, float | None, Bytes]:
        lo, hi = float(values.min()), float(values.max())
        if not (hi == lo or _LEAST_SPAN < hi - lo < _LARGEST_SPAN):
            return _quantised_carefully(values)
        pixels = np.empty(values.shape, np.uint8)
        if hi == lo:
            pixels.fill(0)
            return lo, hi, pixels
        # ⌊(v - lo) · 255/(hi - lo) + ½⌋, within 0 … 255 for every v in [lo, hi] though the products are rounded
        scaled = self._scratch[: values.size].reshape(values.shape)
        np.subtract(values, np.array(lo, np.float32), scaled)
        np.multiply(scaled, np.array(255 / (hi - lo), np.float32), scaled)
        np.add(scaled, _HALF, scaled)
        np.copyto(pixels, scaled, casting="unsafe")
        return lo, hi, pixels


_HALF: Any = np.array(0.5, np.float32)
_LEAST_SPAN, _LARGEST_SPAN = 1e-30, 1e38  # between them, a float32 can hold both hi - lo and 255/(hi - lo)


def _quantised_carefully(values: Single) -> tuple[float | None, float | None, Bytes]:
    """The same where some value is not finite, or lo and hi lie further apart than a float32 reaches."""
    finite = values[np.isfinite(values)].astype(np.float64)
    if not finite.size:
        return None, None, np.zeros(values.shape, np.uint8)
    lo, hi = float(finite.min()), float(finite.max())
    within = np.clip(np.nan_to_num(values.astype(np.float64), nan=lo, posinf=hi, neginf=lo), lo, hi)
    return lo, hi, np.rint((within - lo) * (255 / (hi - lo) if hi > lo else 0.0)).astype(np.uint8)


def _bias_only(block: Single) -> Single:
    """The input of a layer after one that is left out: zeros, and the row of ones."""
    silent = np.zeros_like(block)
    silent[-1] = 1.0
    return silent


def _output_activation(loss: str, output_activation: str) -> str:
    return "sigmoid" if loss == "binary_cross_entropy" else output_activation


def _any(array: Any) -> Any:
    """The layout is the same for every float type; the annotations of Network speak of float64 only."""
    return array
