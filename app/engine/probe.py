"""Hold an edge and move it: the loss at w − h and w + h, on one step's batch and under its mask, beside its gradient.

The batch's mean loss is taken from whole arrays, not from the trainer's workspace, so the difference is a judge of its
own. With batch norm the batch's means and variances are computed anew at each place, as the step's gradient sees them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .batch import Batch
from .gradcheck import SMALLEST, H, backpropagated, differences, losses
from .network import Network
from .passes import answers, forward, sample_losses
from .spec import Settings
from .training import State

CURVE = tuple(10 ** (-n / 2) for n in range(29))
"""1, 0.316, 0.1, ... 1e-14: at the left the line bends, at the right the difference drowns in rounding."""

LINE_POINTS = 61
_NUMBERS_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class Held:
    """What a step reads and what it computed: everything that is held while one number moves.

    `keep` is each hidden layer's mask over 1 − p, (units, batch), or None; `gradients` is flat, of L alone.
    """

    network: Network
    step: int
    parameters: Array
    batch: Batch
    keep: tuple[Array | None, ...]
    gradients: Array
    loss: float

    def at(self, points: Array) -> Array:
        """The mean loss at each of many parameter vectors (points, size) -> (points,)."""
        inputs, targets = self.batch.inputs, self.batch.targets
        at_once = max(1, _NUMBERS_AT_ONCE // (self.batch.size * max(self.network.spec.widths)))
        with np.errstate(all="ignore"):
            parts = [
                losses(self.network, points[start : start + at_once], inputs, targets, self.keep)
                for start in range(0, len(points), at_once)
            ]
        return np.concatenate(parts)


def hold(network: Network, state: State, settings: Settings, seed: int, batch: Batch) -> Held:
    """The step after `state`, on its batch, in a workspace of its own."""
    loss, gradients, keep = backpropagated(network, state, settings, seed, batch)
    return Held(network, state.step + 1, state.parameters, batch, tuple(keep), gradients, loss)


@dataclass(frozen=True)
class Point:
    """One distance of the V: (L(w + h) − L(w − h)) / 2h, and how far that is from the recorded gradient, relatively."""

    h: float
    secant: float
    relative_error: float


@dataclass(frozen=True)
class Probe:
    """One parameter moved by ±h; `curve` over h, `line` the loss along the weight, `spotlight` one sample's values."""

    step: int
    parameter: str
    index: tuple[int, ...]
    h: float
    weight: float
    loss: float
    loss_below: float
    loss_above: float
    secant: float
    gradient: float
    relative_error: float
    curve: tuple[Point, ...]
    line: dict[str, tuple[float, ...]]
    spotlight: dict[str, dict[str, Array | float]] | None


def place(network: Network, name: str, index: Sequence[int]) -> int:
    """Where W2[3][1] lies in the flat vector; ValueError where there is none such."""
    if name not in network.shapes:
        raise ValueError(f"this network has no parameter {name[:100]!r}; it has {', '.join(network.names)}")
    shape = network.shapes[name]
    if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        wanted = ",".join(f"0..{n - 1}" for n in shape)
        raise ValueError(f"{name} has indices {wanted}")
    numbers = network.unpack(np.arange(network.size, dtype=np.float64))
    return int(numbers[name][tuple(index)])


def probe(
    held: Held,
    name: str,
    index: Sequence[int],
    h: float = H,
    reach: float = 1.0,
    sample: tuple[Array, Array, int | None] | None = None,
) -> Probe:
    """Moves one parameter. The line goes `reach` to each side; `sample` is (inputs, target, row in the batch)."""
    at = place(held.network, name, index)
    weight, gradient = float(held.parameters[at]), float(held.gradients[at])
    away = np.linspace(-reach, reach, LINE_POINTS)
    steps = np.array([h, *CURVE])
    moves = np.concatenate([[0.0], -steps, steps, away])
    points = np.tile(held.parameters, (len(moves), 1))
    points[:, at] += moves
    found = held.at(points)
    below, above = found[1 : 1 + len(steps)], found[1 + len(steps) : 1 + 2 * len(steps)]
    with np.errstate(all="ignore"):
        secants = (above - below) / (2 * steps)
    curve = [Point(float(s), float(c), _error(gradient, float(c))) for s, c in zip(steps, secants, strict=True)]
    return Probe(
        step=held.step,
        parameter=name,
        index=tuple(index),
        h=h,
        weight=weight,
        loss=float(found[0]),
        loss_below=float(below[0]),
        loss_above=float(above[0]),
        secant=curve[0].secant,
        gradient=gradient,
        relative_error=curve[0].relative_error,
        curve=tuple(curve[1:]),
        line={
            "weights": tuple((weight + away).tolist()),
            "losses": tuple(found[1 + 2 * len(steps) :].tolist()),
        },
        spotlight=None
        if sample is None
        else {
            "below": values(held, _moved(held.parameters, at, -h), *sample),
            "above": values(held, _moved(held.parameters, at, h), *sample),
        },
    )


def values(held: Held, parameters: Array, inputs: Array, target: Array, row: int | None) -> dict[str, Array | float]:
    """One sample's forward values by record name under the step's mask, the batch around it as it was.

    A sample that is not in the batch (`row` None) has the step's mask; where each sample has its own, it keeps every
    unit. It does not count toward the batch's means and variances.
    """
    found: dict[str, Array | float] = {"x": inputs.copy()}
    network, per_sample = held.network, held.network.spec.dropout_mask == "per_sample"
    own = 0 if row is None else row

    def look(name: str, value: Array) -> None:
        found[name] = value[-1].copy()

    def touch(layer: int, a: Array) -> Array:
        mask = held.keep[layer - 1]
        if mask is None:
            return a
        column = np.ones(len(mask)) if per_sample and row is None else mask[:, own]
        dropped: Array = a * np.vstack([mask.T, column])
        found[f"d{layer}"] = dropped[-1].copy()
        return dropped

    z = forward(network, parameters, np.vstack([held.batch.inputs, inputs]), touch=touch, look=look, extra=1)[-1:]
    found["outputs"] = answers(network.spec, z)[0]
    found["L"] = float(sample_losses(network.spec, z, target[None])[0])
    return found


@dataclass(frozen=True)
class Checks:
    """Every parameter's own relative error |a − n| / max(|a|, |n|, 1e-8 · the largest of its matrix, 1e-12)."""

    step: int
    h: float
    parameters: dict[str, Array]
    worst: tuple[str, tuple[int, ...], float]


def check_all(held: Held) -> Checks:
    """Central differences of every parameter, at h = 1e-5: two losses each."""
    network = held.network
    with np.errstate(all="ignore"):
        numeric = differences(network, held.parameters, held.batch.inputs, held.batch.targets, held.keep)
    analytic, other = network.unpack(held.gradients), network.unpack(numeric)
    found: dict[str, Array] = {}
    worst: tuple[str, tuple[int, ...], float] = (network.names[0], (0,), -1.0)
    for name in network.names:
        a, n = analytic[name], other[name]
        scale = np.maximum(np.abs(a), np.abs(n))
        floor = max(SMALLEST * float(scale.max()), 1e-7)  # an L of size 1 holds no more than 1e-11 at this h
        with np.errstate(all="ignore"):
            found[name] = np.abs(a - n) / np.maximum(scale, floor)
        top = np.unravel_index(int(np.argmax(found[name])), a.shape)
        if found[name][top] > worst[2] or math.isnan(found[name][top]):
            worst = (name, tuple(int(i) for i in top), float(found[name][top]))
    return Checks(held.step, H, found, worst)


def _moved(parameters: Array, at: int, by: float) -> Array:
    moved = parameters.copy()
    moved[at] += by
    return moved


def _error(gradient: float, secant: float) -> float:
    return abs(gradient - secant) / max(abs(gradient), abs(secant), SMALLEST)
