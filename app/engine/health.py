"""The health of layers and networks: dead, saturated, vanishing, exploding, and every threshold behind it.

All rules are free of scale: they compare a layer with the last one, or count units. Where the evidence is quoted it is
from runs over 20 seeds each, or from as many networks as are named.
"""

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Flags

HEALTHY, NOT_FINITE, DEAD, SATURATED, NO_GRADIENT, EXPLODING, VANISHING = (
    "healthy",
    "not_finite",
    "dead",
    "saturated",
    "no_gradient",
    "exploding",
    "vanishing",
)
BY_GRAVITY = (NOT_FINITE, DEAD, SATURATED, NO_GRADIENT, EXPLODING, VANISHING)
"""Where several hold, the first of these is the verdict: of a layer, and of the network over all its layers."""

GUESSING = "guessing"
GUESSING_SHARE = 0.95
"""After an epoch or more, a training loss not below this share of the best constant prediction's is guessing."""

SATURATING = ("sigmoid", "tanh")
"""A unit of these at the end of its range is saturated, never dead: its slope is small, and 0 only when rounded."""

FLAT = "step"
"""Its slope is 0 everywhere by its nature, and its units go on answering 0 and 1: it has no gradient, but none died."""

VANISHING_NORM = 1 / 100
"""‖dW_k‖ below this share of the last layer's: beside the gradients of the layers above, this layer's is lost."""

EXPLODING_NORM = 100.0
"""‖dW_k‖ above this multiple of the last layer's. Held in 0 of 160 healthy runs."""

EXPLODING_LOSS = 1e6
"""The loss above this multiple of the first: the run has exploded, whatever the layers say."""

LEAST_LOSS = 1e-12
"""A first loss below this counts as this: a network that starts perfect has not exploded when rounding moves it."""

VANISHING_SLOPE = 0.4
"""Decades a layer at step 0. Sigmoid layers with glorot weights have about log10 4 = 0.602 (σ' ≤ ¼; at least 0.46 in
400 networks), and other layers with the weights that suit them half of that or less, but for chance."""

CHANCE_SLOPE = 1.75
"""A slope at step 0 within ± this / √(hidden units) may be chance: the fewer units, the more one draw of the weights
decides. Measured (tests/runs/measure_slopes.py) on 7944 networks with the weights that suit them, 3 to 8 layers of 2 to
16 units, every activation but sigmoid and step: 2 are called exploding, where a fixed limit of -0.15 called 135 so,
nearly all of which learn. Of five ReLU layers of 16 with weights twice too large, which explode within two steps, 396
of 400 are. After ordinary training healthy networks have such slopes too: no sign of illness then."""

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

LEAST_ERROR = 1e-12
"""Root mean square of a sample's dL/dz at the output. Below this the fit is perfect and a gradient of 0 is right."""

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

    `norm` is ‖dW_k‖ over the whole training set. `dead` counts the units with slope 0 on all of it, and `dead_at_start`
    those of them that had it before the first step; units of a step layer and saturated ones are not among them. `flat`
    says that the activation is step, whose slope is 0 everywhere.
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
    of: fewer than two hidden layers, or a gradient that is 0 or not finite. `learning` is "guessing" or None: not yet
    judged, or below 95 % of `constant_loss`, the training loss of the best constant prediction.
    """

    status: str
    slope: float | None
    learning: str | None
    constant_loss: float
    layers: tuple[LayerHealth, ...]


@dataclass(frozen=True)
class LayerMeasurements:
    """What was found in one layer; unit masks are (units,), the output layer's all false.

    `no_gradient`: every entry of dW_k is 0, over the training set or in the last step.
    """

    norm: float
    dead: Flags
    saturated: Flags
    finite: bool
    flat: bool = False
    no_gradient: bool = False


@dataclass(frozen=True)
class Progress:
    """How far the run has come: steps, epochs, its training loss, and what the best constant prediction would have.

    `error` is the root mean square of what each sample's answer is off by, dL/dz of the output layer.
    """

    step: int
    epoch: float
    loss: float
    constant_loss: float
    error: float
    stopped: bool = False


def dead_units(activation: str, slopes: NDArray[Any]) -> Flags:
    """(units, samples) of slopes -> which units have slope 0 on every sample, where that is a death. A NaN is not 0."""
    if activation in SATURATING or activation == FLAT:
        return np.zeros(len(slopes), dtype=np.bool_)
    dead: Flags = ~np.logical_or.reduce(slopes, axis=1)
    return dead


def saturated_units(activation: str, outputs: NDArray[Any]) -> Flags:
    """(units, samples) of outputs a -> which units sit at an end of their range; only tanh and sigmoid have ends."""
    if activation == "tanh":
        high = np.abs(outputs) > TANH_SATURATED
    elif activation == "sigmoid":
        high = np.abs(outputs - 0.5) > 0.5 - SIGMOID_SATURATED
    else:
        return np.zeros(len(outputs), dtype=np.bool_)
    saturated: Flags = np.add.reduce(high, axis=1, dtype=np.intp) > SATURATED_SAMPLES * outputs.shape[1]
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


def judge_slope(slope: float | None, widths: Sequence[int]) -> str:
    """What a slope at step 0 says of hidden layers of these widths; healthy where they are too few to tell."""
    if slope is None or len(widths) < LEAST_HIDDEN:
        return HEALTHY
    chance = chance_slope(widths)
    if slope < -chance:
        return EXPLODING
    return VANISHING if slope > max(VANISHING_SLOPE, chance) else HEALTHY


def chance_slope(widths: Sequence[int]) -> float:
    """The largest slope that the draw of the weights may make by itself."""
    return CHANCE_SLOPE / math.sqrt(sum(widths))


def diagnose(
    measurements: Sequence[LayerMeasurements],
    gradient_rms: Sequence[float],
    progress: Progress,
    *,
    baseline: Baseline | None = None,
    batch_norm: bool = False,
) -> Health:
    """The health of all layers (the last is the output layer) and of the network.

    `gradient_rms` are rms(dL/dz) of the hidden layers. Without a baseline this is the start.
    """
    baseline = baseline or Baseline(progress.loss, tuple(_indices(layer.dead) for layer in measurements[:-1]))
    exploded = progress.loss > EXPLODING_LOSS * max(baseline.loss, LEAST_LOSS)
    comparable = measurements[-1].norm > LEAST_NORM and (not batch_norm or progress.step >= NORM_WARM_UP)
    layers = []
    for k, layer in enumerate(measurements, 1):
        dead = _indices(layer.dead)
        saturated = _indices(layer.saturated)
        dead_at_start = set(baseline.dead[k - 1]) if k <= len(baseline.dead) else set()
        relative_norm = layer.norm / measurements[-1].norm if comparable else 1.0
        found = _signs(layer, len(dead), len(saturated), relative_norm, erring=not progress.error <= LEAST_ERROR)
        layers.append(
            LayerHealth(
                layer=k,
                status=_gravest(found | ({EXPLODING} if exploded else set())),
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
    widths = [len(layer.dead) for layer in measurements[:-1]]
    at_start = judge_slope(slope, widths) if progress.step == 0 and not batch_norm else HEALTHY
    broken = NOT_FINITE if progress.stopped or not math.isfinite(progress.loss) else HEALTHY
    status = _gravest({layer.status for layer in layers} | {at_start, broken})
    return Health(status, slope, _learning(progress), progress.constant_loss, tuple(layers))


def _signs(layer: LayerMeasurements, dead: int, saturated: int, relative_norm: float, erring: bool) -> set[str]:
    """Everything that ails one layer. `erring`: the network's answers are off, so that there is something to learn."""
    signs = {
        NOT_FINITE: not layer.finite,
        DEAD: dead >= UNHEALTHY_SHARE * len(layer.dead),
        SATURATED: saturated >= UNHEALTHY_SHARE * len(layer.saturated),
        NO_GRADIENT: layer.no_gradient and erring,
        EXPLODING: relative_norm > EXPLODING_NORM,
        VANISHING: relative_norm < VANISHING_NORM,
    }
    return {sign for sign, holds in signs.items() if holds}


def _gravest(found: AbstractSet[str]) -> str:
    return next((status for status in BY_GRAVITY if status in found), HEALTHY)


def _learning(progress: Progress) -> str | None:
    """None too where one constant prediction is right for every sample: then there is nothing to learn."""
    if progress.epoch < 1 or not math.isfinite(progress.loss) or progress.constant_loss <= LEAST_LOSS:
        return None
    return None if progress.loss < GUESSING_SHARE * progress.constant_loss else GUESSING


def _indices(flags: Flags) -> tuple[int, ...]:
    return tuple(flags.nonzero()[0].tolist())
