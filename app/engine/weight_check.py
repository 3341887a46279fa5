"""The gradient check of single weights: the loss at w − h and w + h beside the recorded gradient.

The batch's mean loss is taken from whole arrays, not from the trainer's workspace, so the difference is an independent
reference. With batch norm the batch's means and variances are computed anew at each place, as the step's gradient sees
them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Array, Flags
from .batch import Batch
from .gradcheck import SMALLEST, Backpropagated, H, backpropagated, differences, flags_by_name, losses
from .network import Network
from .passes import forward, outputs_of, sample_losses
from .spec import Settings
from .training import State

STEP_SIZES = tuple(10 ** (-n / 2) for n in range(29))
"""1, 0.316, 0.1, ... 1e-14: large steps err by the curvature, small ones by rounding."""

LINE_POINTS = 61
_NUMBERS_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class FrozenStep:
    """What a step reads and what it computed: everything that stays fixed while one number moves."""

    network: Network
    step: int
    parameters: Array
    batch: Batch
    found: Backpropagated

    @property
    def keep(self) -> tuple[Array | None, ...]:
        """Each hidden layer's mask over 1 − p, (units, batch), or None."""
        return self.found.keep

    @property
    def gradients(self) -> Array:
        """Of L alone, flat."""
        return self.found.gradients

    def losses_at(self, points: Array) -> Array:
        """The mean loss at each of many parameter vectors (points, size) -> (points,)."""
        inputs, targets = self.batch.inputs, self.batch.targets
        at_once = max(1, _NUMBERS_AT_ONCE // (self.batch.size * max(self.network.spec.widths)))
        with np.errstate(all="ignore"):
            parts = [
                losses(self.network, points[start : start + at_once], inputs, targets, self.keep)
                for start in range(0, len(points), at_once)
            ]
        return np.concatenate(parts)


def freeze_step(network: Network, state: State, settings: Settings, seed: int, batch: Batch) -> FrozenStep:
    """The step after `state`, on its batch, in a workspace of its own."""
    found = backpropagated(network, state, settings, seed, batch)
    return FrozenStep(network, state.step + 1, state.parameters, batch, found)


@dataclass(frozen=True)
class DifferenceQuotient:
    """For one step size h: (L(w + h) − L(w − h)) / 2h, and how far that is from the recorded gradient, relatively."""

    h: float
    secant: float
    relative_error: float


@dataclass(frozen=True)
class WeightCheck:
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
    curve: tuple[DifferenceQuotient, ...]
    line: dict[str, tuple[float, ...]]
    spotlight: dict[str, dict[str, Array | float]] | None


def flat_index(network: Network, name: str, index: Sequence[int]) -> int:
    """Where W2[3][1] lies in the flat vector; ValueError where there is none such."""
    if name not in network.shapes:
        raise ValueError(f"this network has no parameter {name[:100]!r}; it has {', '.join(network.names)}")
    shape = network.shapes[name]
    if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        wanted = ",".join(f"0..{n - 1}" for n in shape)
        raise ValueError(f"{name} has indices {wanted}")
    numbers = network.unpack(np.arange(network.size, dtype=np.float64))
    return int(numbers[name][tuple(index)])


def check_weight(
    frozen: FrozenStep,
    name: str,
    index: Sequence[int],
    h: float = H,
    reach: float = 1.0,
    sample: tuple[Array, Array, int | None] | None = None,
) -> WeightCheck:
    """Moves one parameter. The line goes `reach` to each side; `sample` is (inputs, target, row in the batch)."""
    position = flat_index(frozen.network, name, index)
    weight, gradient = float(frozen.parameters[position]), float(frozen.gradients[position])
    offsets = np.linspace(-reach, reach, LINE_POINTS)
    steps = np.array([h, *STEP_SIZES])
    moves = np.concatenate([[0.0], -steps, steps, offsets])
    points = np.tile(frozen.parameters, (len(moves), 1))
    points[:, position] += moves
    found = frozen.losses_at(points)
    below, above = found[1 : 1 + len(steps)], found[1 + len(steps) : 1 + 2 * len(steps)]
    with np.errstate(all="ignore"):
        secants = (above - below) / (2 * steps)
    curve = [
        DifferenceQuotient(float(s), float(c), _error(gradient, float(c))) for s, c in zip(steps, secants, strict=True)
    ]
    return WeightCheck(
        step=frozen.step,
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
            "weights": tuple((weight + offsets).tolist()),
            "losses": tuple(found[1 + 2 * len(steps) :].tolist()),
        },
        spotlight=None
        if sample is None
        else {
            "below": spotlight_values(frozen, _shifted(frozen.parameters, position, -h), *sample),
            "above": spotlight_values(frozen, _shifted(frozen.parameters, position, h), *sample),
        },
    )


def spotlight_values(
    frozen: FrozenStep, parameters: Array, inputs: Array, target: Array, row: int | None
) -> dict[str, Array | float]:
    """One sample's forward values by record name under the step's mask, the batch around it as it was.

    A sample that is not in the batch (`row` None) has the step's mask; where each sample has its own, it keeps every
    unit. It does not count toward the batch's means and variances.
    """
    found: dict[str, Array | float] = {"x": inputs.copy()}
    network, per_sample = frozen.network, frozen.network.spec.dropout_mask == "per_sample"
    own = 0 if row is None else row

    def on_activation(name: str, value: Array) -> None:
        found[name] = value[-1].copy()

    def activation_hook(layer: int, a: Array) -> Array:
        mask = frozen.keep[layer - 1]
        if mask is None:
            return a
        column = np.ones(len(mask)) if per_sample and row is None else mask[:, own]
        dropped: Array = a * np.vstack([mask.T, column])
        found[f"d{layer}"] = dropped[-1].copy()
        return dropped

    z = forward(
        network,
        parameters,
        np.vstack([frozen.batch.inputs, inputs]),
        activation_hook=activation_hook,
        on_activation=on_activation,
        extra=1,
    )[-1:]
    found["outputs"] = outputs_of(network.spec, z)[0]
    found["L"] = float(sample_losses(network.spec, z, target[None])[0])
    return found


@dataclass(frozen=True)
class GradientErrors:
    """Every entry's own relative error |a − n| / max(|a|, |n|, 1e-8 · the largest of its matrix, 1e-7).

    `at_kink` marks the entries whose pass lies within h of a kink: their errors mean nothing. `worst` is the largest of
    the others; those of the output layer always are among them.
    """

    step: int
    h: float
    parameters: dict[str, Array]
    at_kink: dict[str, Flags]
    worst: tuple[str, tuple[int, ...], float]


def check_all_weights(frozen: FrozenStep) -> GradientErrors:
    """Central differences of every parameter, at h = 1e-5: two losses each."""
    network = frozen.network
    with np.errstate(all="ignore"):
        numeric = differences(network, frozen.parameters, frozen.batch, frozen.found)
    analytic, other = network.unpack(frozen.gradients), network.unpack(numeric.quotients)
    at_kink = flags_by_name(network, numeric.at_kink)
    found: dict[str, Array] = {}
    worst: tuple[str, tuple[int, ...], float] = (network.names[0], (0,), -1.0)
    for name in network.names:
        a, n = analytic[name], other[name]
        scale = np.maximum(np.abs(a), np.abs(n))
        floor = max(SMALLEST * float(scale.max()), 1e-7)  # an L of size 1 holds no more than 1e-11 at this h
        with np.errstate(all="ignore"):
            found[name] = np.abs(a - n) / np.maximum(scale, floor)
        judged = np.where(at_kink[name], -1.0, found[name])
        top = np.unravel_index(int(np.argmax(judged)), a.shape)
        if judged[top] > worst[2] or math.isnan(judged[top]):
            worst = (name, tuple(int(i) for i in top), float(judged[top]))
    return GradientErrors(frozen.step, H, found, at_kink, worst)


def _shifted(parameters: Array, position: int, by: float) -> Array:
    moved = parameters.copy()
    moved[position] += by
    return moved


def _error(gradient: float, secant: float) -> float:
    return abs(gradient - secant) / max(abs(gradient), abs(secant), SMALLEST)
