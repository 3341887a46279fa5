"""What every unit answers over the whole input plane: its heat map.

Two paths give the same picture: `numbers` in float64, through the workspace that evaluation uses; and `bytes`, in
float32 and in place, for a picture of one byte a point many times a second. Neither touches what a training step holds.
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
    """One layer's heat maps (units, N, N), or swarms (units, samples): byte v stands for lo + v/255 · (hi - lo).

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
        """The same, one byte a point; from float64 where a float32 overflows, which a run that explodes soon does."""
        if self._painter is None:
            self._painter = Painter(self.network, self._grid, self.size)
        painted = self._painter.paint(parameters, running, dropout)
        if painted is None:
            return tuple(quantised(layer) for layer in self.numbers(parameters, running, dropout))
        return tuple(painted)


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where one layer is computed, (units, points) each: `z` and `scratch` are lent to every layer in turn.

    `after` is what the next layer reads, its row of ones included, and `silent` the same of a layer that is left out.
    """

    W: Single
    z: Single
    values: Single
    scratch: Single
    flat: Single
    after: Single
    silent: Single
    answer: Callable[[Single, Single, Single], object]
    picture: tuple[int, int, int]


class Painter:
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
        lent = np.empty(widest, np.float32), np.empty(widest, np.float32)
        answers = [activation(layer.activation, np.float32).forward for layer in spec.hidden]
        answers.append(_answer(spec.loss, spec.output_activation))
        views = network.views(_any(self._single))
        self._canvases = [
            _canvas(_any(view.W), units, size, lent, answer)
            for view, units, answer in zip(views, spec.widths[1:], answers, strict=True)
        ]

    def paint(self, parameters: Array, running: Array, dropout: Sequence[float]) -> list[LayerBytes] | None:
        """For each hidden layer and the outputs: lo, hi and the bytes of one's own. None where a value overflows."""
        left_out = [*(rate == 1 for rate in dropout), False]
        with np.errstate(all="ignore"):
            self._load(parameters, running)
            x, painted = self._inputs, []
            for canvas, left in zip(self._canvases, left_out, strict=True):
                canvas.W.dot(x, canvas.z)
                canvas.answer(canvas.z, canvas.values, canvas.scratch)
                layer = self._quantised(canvas)  # at once, while its values are in the cache
                if layer is None:
                    return None
                painted.append(layer)
                x = canvas.silent if left else canvas.after
        return painted

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

    def _quantised(self, canvas: Canvas) -> LayerBytes | None:
        """⌊(v - lo) · 255/(hi - lo) + ½⌋; what float32 rounds off may not reach the half to spare at both ends."""
        values, scaled = canvas.values, canvas.scratch
        lo, hi = float(np.minimum.reduce(canvas.flat)), float(np.maximum.reduce(canvas.flat))
        span = hi - lo
        if span == 0:
            return LayerBytes(lo, hi, np.zeros(canvas.picture, np.uint8))
        if not span < _LARGEST_SPAN:
            return None
        if not span > _LEAST_SPAN:
            return quantised(values.reshape(canvas.picture))
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
        return LayerBytes(lo, hi, scaled.astype(np.uint8).reshape(canvas.picture))


_FAR = 8.0  # spans from 0: closer than this, v · 255/(hi - lo) is right to 0.0003
_LEAST_SPAN, _LARGEST_SPAN = 1e-30, 1e38  # between them, a float32 can hold both hi - lo and 255/(hi - lo)


def _canvas(
    W: Single, units: int, size: int, lent: tuple[Single, Single], answer: Callable[[Single, Single, Single], object]
) -> Canvas:
    points = size * size
    z, scratch = (memory[: units * points].reshape(units, points) for memory in lent)
    after, silent = np.ones((units + 1, points), np.float32), np.zeros((units + 1, points), np.float32)
    silent[-1] = 1.0
    return Canvas(W, z, after[:-1], scratch, after[:-1].reshape(-1), after, silent, answer, (units, size, size))


def quantised(values: Single | Array) -> LayerBytes:
    """The same with care: for values that are not finite, or closer or further apart than a float32 can tell."""
    finite = values[np.isfinite(values)].astype(np.float64)
    lo, hi = (float(finite.min()), float(finite.max())) if finite.size else (0.0, np.inf)
    if not np.isfinite(hi - lo):
        return LayerBytes(None, None, np.zeros(values.shape, np.uint8))
    within = np.clip(np.nan_to_num(values.astype(np.float64), nan=lo, posinf=hi, neginf=lo), lo, hi)
    scaled = (within - lo) * (255 / (hi - lo) if hi > lo else 0.0)
    return LayerBytes(lo, hi, np.rint(scaled).astype(np.uint8))


def _answer(loss: str, output_activation: str) -> Callable[[Single, Single, Single], object]:
    """What makes the outputs of the last layer's z: probabilities for the cross-entropies, else ŷ."""
    if loss == "softmax_cross_entropy":
        return _softmax
    return activation("sigmoid" if loss == "binary_cross_entropy" else output_activation, np.float32).forward


def _softmax(z: Single, out: Single, _: Single) -> None:
    np.subtract(z, z.max(axis=0), out)
    np.exp(out, out)
    np.divide(out, out.sum(axis=0), out)


def _any(array: Any) -> Any:
    """The layout is the same for every float type; the annotations of Network speak of float64 only."""
    return array
