"""The gradient check: backpropagation against central differences of the loss alone.

Written apart, on whole arrays, so that it shares nothing with the backward pass that it checks but the activations'
values. Checked are the next step's batch and mask, with the batch's statistics.

A difference over a kink is no derivative: where L(p + h) or L(p − h) is computed on the other side of a ReLU's kink
than the gradient was, the entry is counted as `at_kink` and has no part in an error.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .activations import KINKED, activate
from .arrays import Array, Flags, Floats
from .batch import Batch
from .masks import Masks
from .network import Network
from .passes import sample_losses
from .spec import Settings
from .training import State
from .workspace import Layout, Workspace

H = 1e-5
"""Half the distance of the two points. The error is smallest here: 1e-10, where 1e-3 and 1e-7 give 1e-7 and 1e-9."""

SMALLEST = 1e-8
"""Gradients smaller than this are compared with this: a difference of two losses of size 1 holds no more."""

SMALL_QUOTIENT = 1e-4
"""A parameter's difference quotient below this holds fewer than about six digits beside the rounding of L, 1e-11."""

_NUMBERS_AT_ONCE = 1 << 18

PreActivationHook = Callable[[int, Floats], None]
"""(hidden layer from 0, what its activation is given: (points, batch, units)) -> nothing."""


@dataclass(frozen=True)
class ParameterCheck:
    """`at_kink` counts the entries whose pass lies within h of a kink; where all do, there is no error."""

    name: str
    relative_error: float | None
    at_kink: int


@dataclass(frozen=True)
class GradientCheck:
    """‖a − n‖ / max(‖a‖, ‖n‖, 1e-8) of every parameter, a from backpropagation and n from differences.

    Over the entries that lie at no kink: those of the output layer never do.
    """

    step: int
    max_relative_error: float
    parameters: tuple[ParameterCheck, ...]


@dataclass(frozen=True)
class Backpropagated:
    """What a step's backpropagation found: L and its gradient, flat, under these masks over 1 − p (or None).

    `sides` says of each hidden layer with a kink on which side of it each unit was, (batch, units); of others None.
    """

    loss: float
    gradients: Array
    keep: tuple[Array | None, ...]
    sides: tuple[Flags | None, ...]


@dataclass(frozen=True)
class Differences:
    """(L(p + h) − L(p − h)) / 2h of each parameter, flat, and for which of them a kink lies between the two."""

    quotients: Array
    at_kink: Flags


def gradcheck(network: Network, state: State, settings: Settings, seed: int, batch: Batch) -> GradientCheck:
    """Checks the step after `state`, on its batch. Takes two losses a parameter, in a workspace of its own."""
    return compare(network, state, batch, backpropagated(network, state, settings, seed, batch))


def compare(network: Network, state: State, batch: Batch, found: Backpropagated) -> GradientCheck:
    """Checks a gradient that backpropagation found in the step after `state`."""
    with np.errstate(all="ignore"):
        numeric = differences(network, state.parameters, batch, found)
        a, n = network.unpack(found.gradients), network.unpack(numeric.quotients)
        at_kink = flags_by_name(network, numeric.at_kink)
        checks = tuple(_check(name, a[name], n[name], at_kink[name]) for name in network.names)
    errors = [check.relative_error for check in checks if check.relative_error is not None]
    return GradientCheck(state.step, float(np.max(errors)), checks)


def flags_by_name(network: Network, flags: Flags) -> dict[str, Flags]:
    """Flags of the parameters, flat, in the shape of each."""
    return {name: part > 0 for name, part in network.unpack(flags.astype(np.float64)).items()}


def _check(name: str, analytic: Array, numeric: Array, at_kink: Flags) -> ParameterCheck:
    judged = ~at_kink
    error = relative_error(analytic[judged], numeric[judged]) if judged.any() else None
    return ParameterCheck(name, error, int(np.count_nonzero(at_kink)))


def relative_error(analytic: Array, numeric: Array) -> float:
    """‖a − n‖ / max(‖a‖, ‖n‖, 1e-8); NaN where a number is not finite."""
    scale = max(float(np.linalg.norm(analytic)), float(np.linalg.norm(numeric)), SMALLEST)
    return float(np.linalg.norm(analytic - numeric)) / scale


def differences(network: Network, parameters: Array, batch: Batch, found: Backpropagated) -> Differences:
    """The difference quotient of each of the parameters, under the masks of `found`.

    Where it is next to nothing it is mostly the rounding of L (a bias before batch norm has gradient 0): there it is
    computed again in the longest floating-point type of the machine.
    """
    numeric = _differences(network, parameters, np.arange(network.size), (batch.inputs, batch.targets), found)
    small = [np.linalg.norm(part) < SMALL_QUOTIENT for part in network.unpack(numeric.quotients).values()]
    flags = {n: np.full(s, f, np.float64) for (n, s), f in zip(network.shapes.items(), small, strict=True)}
    recomputed = np.flatnonzero(network.pack(flags))
    data = batch.inputs.astype(np.longdouble), batch.targets.astype(np.longdouble)
    again = _differences(network, parameters.astype(np.longdouble), recomputed, data, found)
    numeric.quotients[recomputed] = again.quotients
    return numeric


def _differences(
    network: Network, parameters: Floats, which: NDArray[np.intp], data: tuple[Floats, Floats], found: Backpropagated
) -> Differences:
    """The same for the parameters of these numbers, as many points at once as memory should hold."""
    numeric, at_kink = np.empty(len(which)), np.zeros(len(which), dtype=np.bool_)
    at_once = max(1, _NUMBERS_AT_ONCE // (2 * max(network.size, max(network.spec.widths) * len(data[0]))))
    for start in range(0, len(which), at_once):
        chunk = which[start : start + at_once]
        points = np.tile(parameters, (2, len(chunk), 1))
        points[0, np.arange(len(chunk)), chunk] += H
        points[1, np.arange(len(chunk)), chunk] -= H
        watch = _watch(found, at_kink[start : start + at_once])
        above, below = losses(network, points.reshape(-1, network.size), *data, found.keep, watch).reshape(2, -1)
        numeric[start : start + at_once] = (above - below) / (2 * H)
    return Differences(numeric, at_kink)


def _watch(found: Backpropagated, at_kink: Flags) -> PreActivationHook:
    """Marks in `at_kink` (parameters,) whose two points lie on two sides of a unit's kink, or move it off the side on
    which backpropagation has it.
    """

    def on_pre_activation(layer: int, z: Floats) -> None:
        sides = found.sides[layer]
        if sides is None:
            return
        above, below = z.reshape(2, len(at_kink), *sides.shape)
        crossed = (above > 0) != (below > 0)
        crossed |= ((above > 0) != sides) & (above != below)
        at_kink[:] |= crossed.any(axis=(1, 2))

    return on_pre_activation


def losses(
    network: Network,
    points: Array,
    inputs: Array,
    targets: Array,
    keep: Sequence[Array | None],
    on_pre_activation: PreActivationHook | None = None,
) -> Array:
    """The mean loss L over the batch at each of many parameter vectors: (points, size) -> (points,).

    `on_pre_activation` is told what each hidden layer's activation is given.
    """
    x = inputs
    for k, (block, layer, mask) in enumerate(zip(network.blocks, network.spec.hidden, keep, strict=False)):
        flat = points[:, block.start : block.gamma].reshape(len(points), block.units, block.inputs + 1)
        x = x @ flat[:, :, :-1].transpose(0, 2, 1) + flat[:, None, :, -1]
        if layer.batch_norm:
            gamma, beta = (
                points[:, block.gamma : block.stop].reshape(len(points), 2, 1, block.units).transpose(1, 0, 2, 3)
            )
            x = gamma * (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5) + beta
        if on_pre_activation is not None:
            on_pre_activation(k, x)
        x = activate(layer.activation, x)
        if mask is not None:
            x = x * mask.T
    block = network.blocks[-1]
    flat = points[:, block.start : block.gamma].reshape(len(points), block.units, block.inputs + 1)
    z = x @ flat[:, :, :-1].transpose(0, 2, 1) + flat[:, None, :, -1]
    mean: Array = sample_losses(network.spec, z, targets).mean(axis=1)
    return mean


def backpropagated(network: Network, state: State, settings: Settings, seed: int, batch: Batch) -> Backpropagated:
    """The next step's backpropagation, in a workspace of its own."""
    layout = Layout(network, batch.size, tuple(rate > 0 for rate in settings.dropout))
    workspace = Workspace(layout, state.parameters)
    if workspace.keep is not None:
        Masks(seed, network.spec, settings.dropout).write(state.step + 1, workspace.keep)
    with np.errstate(all="ignore"):
        loss = workspace.forward(batch)
        workspace.backward(batch)
    sides = tuple(
        layer.pre_activation.T > 0 if spec.activation in KINKED else None
        for layer, spec in zip(workspace.hidden, network.spec.hidden, strict=True)
    )
    return Backpropagated(loss, workspace.gradients, tuple(layer.keep for layer in workspace.hidden), sides)
