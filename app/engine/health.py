"""The health of layers and networks: dead, saturated, vanishing, exploding, and every threshold behind it.

All rules are free of scale: they compare a layer with the last one, or count units. Where the evidence is quoted it is
from runs over 20 seeds each.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Flags

HEALTHY, VANISHING, EXPLODING, DEAD, SATURATED, NOT_FINITE = (
    "healthy",
    "vanishing",
    "exploding",
    "dead",
    "saturated",
    "not_finite",
)

VANISHING_NORM = 1 / 100
"""‖dW_k‖ below this share of the last layer's: beside the gradients of the layers above, this layer's is lost."""

EXPLODING_NORM = 100.0
"""‖dW_k‖ above this multiple of the last layer's. Held in 0 of 160 healthy runs."""

EXPLODING_LOSS = 1e6
"""The loss above this multiple of the first: the run has exploded, whatever the layers say."""

LEAST_LOSS = 1e-12
"""A first loss below this counts as this: a network that starts perfect has not exploded when rounding moves it."""

VANISHING_SLOPE, EXPLODING_SLOPE = 0.4, -0.15
"""Decades a layer at step 0. Sigmoid layers with glorot weights have about log10 4 = 0.602 (σ' ≤ ¼; measured ≥ 0.549)
and healthy ones at most 0.264; ReLU layers with weights twice too large have -log10 2 = -0.301 (measured ≤ -0.20) and
healthy ones at least -0.094. After ordinary training the second holds in most healthy runs: it means nothing then."""

LEAST_HIDDEN = 3
"""With fewer hidden layers a slope is shown, but too few points lie on it for a status."""

TANH_SATURATED, SIGMOID_SATURATED = 0.999, 0.001
"""A tanh unit's |a| above the first, a sigmoid unit's a within the second of 0 or 1: there the slope is below 0.002."""

SATURATED_SAMPLES = 0.9
"""A unit is saturated when it is so on more than this share of the training set."""

UNHEALTHY_SHARE = 0.75
"""A layer is dead, or saturated, when at least this share of its units is. Single dead ReLUs are ordinary. Circles,
2-8-8-1 and 2-6-4-1, 400 steps: the worst layer of 120 runs at learning rates that learn (0.1, 0.3, 1) had 3 of 8 dead;
of 40 runs at 3, none of which learns, at least 3 of 4, and in 38 all."""

LEAST_NORM = 1e-12
"""Below this the last layer's ‖dW‖ is rounding: there is no gradient left, so no layer's share of it counts."""

NORM_WARM_UP = 44
"""With batch norm, gradients count from this step on: 0.9^44 < 1 %. Before, the running averages that evaluation
uses are mostly the numbers they started as, so its gradients are not those the network trains with."""


@dataclass(frozen=True)
class Baseline:
    """What the run looked like before its first step: its training loss, and of each hidden layer the dead units."""

    loss: float
    dead: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class LayerHealth:
    """One layer's diagnosis and the numbers behind it; unit numbers count from 0.

    `norm` is ‖dW_k‖ over the whole training set. `dead_at_start` counts those of the dead that were so before the first
    step. `flat` says that the activation (step) has slope 0 everywhere, so that its units were never anything but dead.
    """

    layer: int
    status: str
    norm: float
    units: int
    dead: int
    dead_at_start: int
    saturated: int
    dead_units: tuple[int, ...]
    saturated_units: tuple[int, ...]
    flat: bool


@dataclass(frozen=True)
class Health:
    """All layers, the slope of log10 rms(dL/dz) over the hidden layers in decades a layer, and the status.

    A positive slope grows toward the output: it vanishes toward the input. `slope` is None where there is none to speak
    of: fewer than two hidden layers, or a gradient that is 0 or not finite.
    """

    status: str
    slope: float | None
    layers: tuple[LayerHealth, ...]


@dataclass(frozen=True)
class LayerMeasurements:
    """What was found in one layer; unit masks are (units,), the output layer's all false."""

    norm: float
    dead: Flags
    saturated: Flags
    finite: bool
    flat: bool = False


def dead_units(slopes: NDArray[Any]) -> Flags:
    """(units, samples) -> which units have slope 0 on every sample. A NaN is not 0."""
    dead: Flags = ~np.any(slopes, axis=1)
    return dead


def saturated_units(activation: str, outputs: NDArray[Any]) -> Flags:
    """(units, samples) of outputs a -> which units sit at an end of their range; only tanh and sigmoid have ends."""
    if activation == "tanh":
        high = np.abs(outputs) > TANH_SATURATED
    elif activation == "sigmoid":
        high = np.abs(outputs - 0.5) > 0.5 - SIGMOID_SATURATED
    else:
        return np.zeros(len(outputs), dtype=np.bool_)
    saturated: Flags = np.count_nonzero(high, axis=1) > SATURATED_SAMPLES * outputs.shape[1]
    return saturated


def decades_per_layer(gradient_rms: Sequence[float]) -> float | None:
    """The least-squares slope of log10 rms(dL/dz) of the hidden layers against their number, first layer first."""
    if len(gradient_rms) < 2 or not all(math.isfinite(root) and root > 0 for root in gradient_rms):
        return None
    middle = (len(gradient_rms) - 1) / 2
    offsets = [k - middle for k in range(len(gradient_rms))]
    return sum(d * math.log10(root) for d, root in zip(offsets, gradient_rms, strict=True)) / sum(
        d * d for d in offsets
    )


def diagnose(
    measurements: Sequence[LayerMeasurements],
    gradient_rms: Sequence[float],
    *,
    step: int,
    loss: float,
    baseline: Baseline | None,
    batch_norm: bool = False,
    stopped: bool = False,
) -> Health:
    """The health of all layers (the last is the output layer) and of the network after `step` steps.

    `roots` are rms(dL/dz) of the hidden layers, `loss` the training loss now. Without a
    baseline this is the start.
    """
    baseline = baseline or Baseline(loss, tuple(_indices(layer.dead) for layer in measurements[:-1]))
    exploded = loss > EXPLODING_LOSS * max(baseline.loss, LEAST_LOSS)
    gradients_settled = not batch_norm or step >= NORM_WARM_UP
    last = measurements[-1].norm
    layers = []
    for k, layer in enumerate(measurements, 1):
        dead = _indices(layer.dead)
        saturated = _indices(layer.saturated)
        dead_at_start = set(baseline.dead[k - 1]) if k <= len(baseline.dead) else set()
        layers.append(
            LayerHealth(
                layer=k,
                status=_status(layer, exploded, layer.norm / last if gradients_settled and last > LEAST_NORM else 1.0),
                norm=layer.norm,
                units=len(layer.dead),
                dead=len(dead),
                dead_at_start=len(dead_at_start.intersection(dead)),
                saturated=len(saturated),
                dead_units=dead,
                saturated_units=saturated,
                flat=layer.flat,
            )
        )
    slope = decades_per_layer(gradient_rms)
    judged_slope = slope if step == 0 and len(gradient_rms) >= LEAST_HIDDEN and not batch_norm else None
    return Health(
        _network_status(layers, judged_slope, exploded, stopped or not math.isfinite(loss)), slope, tuple(layers)
    )


def _status(layer: LayerMeasurements, exploded: bool, relative_norm: float) -> str:
    """One layer's status, the gravest first. A unit at its end may have slope 0: that is still called saturated."""
    if not layer.finite:
        return NOT_FINITE
    if exploded or relative_norm > EXPLODING_NORM:
        return EXPLODING
    if np.count_nonzero(layer.saturated) >= UNHEALTHY_SHARE * len(layer.saturated):
        return SATURATED
    if np.count_nonzero(layer.dead) >= UNHEALTHY_SHARE * len(layer.dead):
        return DEAD
    return VANISHING if relative_norm < VANISHING_NORM else HEALTHY


def _network_status(layers: Sequence[LayerHealth], slope: float | None, exploded: bool, not_finite: bool) -> str:
    """Not finite, exploded, what the slope says at step 0; else the gravest of the layers' statuses."""
    if not_finite:
        return NOT_FINITE
    if exploded or (slope is not None and slope < EXPLODING_SLOPE):
        return EXPLODING
    if slope is not None and slope > VANISHING_SLOPE:
        return VANISHING
    found = {layer.status for layer in layers}
    return next((s for s in (NOT_FINITE, EXPLODING, DEAD, SATURATED, VANISHING) if s in found), HEALTHY)


def _indices(flags: Flags) -> tuple[int, ...]:
    return tuple(np.flatnonzero(flags).tolist())
