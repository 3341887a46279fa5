"""The gradient check: backpropagation against central differences of the loss alone.

Written apart, on whole arrays, so that it shares nothing with the backward pass that it checks but the activations'
values. Checked are the next step's batch and mask, with the batch's statistics.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .activations import activate
from .arrays import Array, Floats
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


@dataclass(frozen=True)
class ParameterCheck:
    name: str
    relative_error: float


@dataclass(frozen=True)
class GradientCheck:
    """‖a − n‖ / max(‖a‖, ‖n‖, 1e-8) of every parameter, a from backpropagation and n from differences."""

    step: int
    max_relative_error: float
    parameters: tuple[ParameterCheck, ...]


def gradcheck(network: Network, state: State, settings: Settings, seed: int, batch: Batch) -> GradientCheck:
    """Checks the step after `state`, on its batch. Takes two losses a parameter, in a workspace of its own."""
    _, analytic, keep = backpropagated(network, state, settings, seed, batch)
    return compare(network, state, batch, keep, analytic)


def compare(
    network: Network, state: State, batch: Batch, keep: Sequence[Array | None], analytic: Array
) -> GradientCheck:
    """Checks a flat gradient. `keep` holds each hidden layer's mask over 1 − p, (units, batch), or None."""
    with np.errstate(all="ignore"):
        numeric = differences(network, state.parameters, batch.inputs, batch.targets, keep)
        a, n = network.unpack(analytic), network.unpack(numeric)
        checks = tuple(ParameterCheck(name, relative_error(a[name], n[name])) for name in network.names)
    return GradientCheck(state.step, float(np.max([check.relative_error for check in checks])), checks)


def relative_error(analytic: Array, numeric: Array) -> float:
    """‖a − n‖ / max(‖a‖, ‖n‖, 1e-8); NaN where a number is not finite."""
    scale = max(float(np.linalg.norm(analytic)), float(np.linalg.norm(numeric)), SMALLEST)
    return float(np.linalg.norm(analytic - numeric)) / scale


def differences(
    network: Network, parameters: Array, inputs: Array, targets: Array, keep: Sequence[Array | None]
) -> Array:
    """(L(p + h) − L(p − h)) / 2h for each of the parameters, flat.

    Where that is next to nothing it is mostly the rounding of L (a bias before batch norm has gradient 0): there it is
    computed again in the longest floating-point type of the machine.
    """
    numeric = _differences(network, parameters, np.arange(network.size), (inputs, targets, keep))
    small = [np.linalg.norm(part) < SMALL_QUOTIENT for part in network.unpack(numeric).values()]
    flags = {n: np.full(s, f, np.float64) for (n, s), f in zip(network.shapes.items(), small, strict=True)}
    recomputed = np.flatnonzero(network.pack(flags))
    data = inputs.astype(np.longdouble), targets.astype(np.longdouble), keep
    numeric[recomputed] = _differences(network, parameters.astype(np.longdouble), recomputed, data)
    return numeric


def _differences(
    network: Network, parameters: Floats, which: NDArray[np.intp], data: tuple[Floats, Floats, Sequence[Array | None]]
) -> Array:
    """The same for the parameters of these numbers, as many points at once as memory should hold."""
    numeric = np.empty(len(which))
    at_once = max(1, _NUMBERS_AT_ONCE // (2 * max(network.size, max(network.spec.widths) * len(data[0]))))
    for start in range(0, len(which), at_once):
        chunk = which[start : start + at_once]
        points = np.tile(parameters, (2, len(chunk), 1))
        points[0, np.arange(len(chunk)), chunk] += H
        points[1, np.arange(len(chunk)), chunk] -= H
        above, below = losses(network, points.reshape(-1, network.size), *data).reshape(2, -1)
        numeric[start : start + at_once] = (above - below) / (2 * H)
    return numeric


def losses(network: Network, points: Array, inputs: Array, targets: Array, keep: Sequence[Array | None]) -> Array:
    """The mean loss L over the batch at each of many parameter vectors: (points, size) -> (points,)."""
    x = inputs
    for block, layer, mask in zip(network.blocks, network.spec.hidden, keep, strict=False):
        flat = points[:, block.start : block.gamma].reshape(len(points), block.units, block.inputs + 1)
        x = x @ flat[:, :, :-1].transpose(0, 2, 1) + flat[:, None, :, -1]
        if layer.batch_norm:
            gamma, beta = (
                points[:, block.gamma : block.stop].reshape(len(points), 2, 1, block.units).transpose(1, 0, 2, 3)
            )
            x = gamma * (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5) + beta
        x = activate(layer.activation, x)
        if mask is not None:
            x = x * mask.T
    block = network.blocks[-1]
    flat = points[:, block.start : block.gamma].reshape(len(points), block.units, block.inputs + 1)
    z = x @ flat[:, :, :-1].transpose(0, 2, 1) + flat[:, None, :, -1]
    mean: Array = sample_losses(network.spec, z, targets).mean(axis=1)
    return mean


def backpropagated(
    network: Network, state: State, settings: Settings, seed: int, batch: Batch
) -> tuple[float, Array, list[Array | None]]:
    """The next step's L, its gradient, flat, and its masks over 1 − p, from a workspace of its own."""
    layout = Layout(network, batch.size, tuple(rate > 0 for rate in settings.dropout))
    workspace = Workspace(layout, state.parameters)
    if workspace.keep is not None:
        Masks(seed, network.spec, settings.dropout).write(state.step + 1, workspace.keep)
    with np.errstate(all="ignore"):
        loss = workspace.forward(batch)
        workspace.backward(batch)
    return loss, workspace.gradients, [layer.keep for layer in workspace.hidden]
