"""The gradient as a sum over paths: every path from a weight to the loss, multiplied out by itself.

Deliberately without reuse: no product of one path is ever used for another. For one sample, batch norm's means
and variances held. It yields now and then, so that its caller can let others have a turn, and counts its own time.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from math import prod
from time import perf_counter

import numpy as np

from .activations import slope
from .arrays import Array
from .network import Network
from .passes import EPSILON
from .tape import Step

SLICE = 0.002  # seconds between two yields
_PATHS_PER_CLOCK_CHECK = 256  # paths between two looks at the clock


@dataclass(frozen=True)
class PathSum:
    """All dL/dW of one sample, path by path: (inputs, units) by name, with what it took.

    `seconds` is time spent computing, without the pauses. `factors`: what the paths were multiplied from.
    """

    gradients: Mapping[str, Array]
    paths: int
    multiplications: int
    seconds: float
    largest_difference: float
    largest_gradient: float
    factors: "Factors"


@dataclass(frozen=True)
class Factors:
    """A path's product: below[l-1][i], then at each of its units k ≥ l every factor[unit] of slopes[k-1], the weights
    between them, and top[unit] at last, multiplied in this order."""

    below: list[list[float]]
    slopes: list[list[list[float]]]
    top: list[float]


def tape_multiplications(widths: tuple[int, ...]) -> int:
    """The backward pass with every result recorded, without dropout or batch norm: 2E − n₀n₁ + N."""
    edges = sum(a * b for a, b in pairwise(widths))
    return 2 * edges - widths[0] * widths[1] + sum(widths[1:])


def summed_paths(widths: tuple[int, ...]) -> int:
    """How many paths are multiplied out for all weights: Σ_l ∏_{k ≥ l−1} n_k."""
    return sum(prod(widths[k:]) for k in range(len(widths) - 1))


def path_sum(step: Step, network: Network, sample: tuple[Array, Array, int | None]) -> Generator[None, None, PathSum]:
    """The gradient of the step's loss at one sample alone; compared with what the tape says (Step.spotlight)."""
    inputs, target, row = sample
    values = {name: np.asarray(value) for name, value in step.spotlight(inputs, target, row).items()}
    factors = _factors(step, network, values, row)
    below, ahead, top = factors.below, factors.slopes, factors.top
    widths = network.spec.widths
    last = len(widths) - 1
    weights = [step.parameters[f"W{k}"].tolist() for k in range(1, last + 1)]
    found = {f"W{k}": np.zeros((widths[k - 1], widths[k])) for k in range(1, last + 1)}
    paths = multiplications = 0
    seconds, started = 0.0, perf_counter()
    for l in range(1, last + 1):  # noqa: E741 (the layer's letter in the formula)
        gradient = found[f"W{l}"]
        tails = [range(widths[k]) for k in range(l + 1, last + 1)]
        own = sum(len(ahead[k - 1]) for k in range(l, last + 1)) + (last - l)
        for i in range(widths[l - 1]):
            for j in range(widths[l]):
                total = 0.0
                for tail in product(*tails):
                    value, unit = below[l - 1][i], j
                    for k, nxt in enumerate(tail, l):
                        for factor in ahead[k - 1]:
                            value *= factor[unit]
                        value *= weights[k][unit][nxt]
                        unit = nxt
                    for factor in ahead[last - 1]:
                        value *= factor[unit]
                    total += value * top[unit]
                    paths += 1
                    if paths % _PATHS_PER_CLOCK_CHECK == 0 and perf_counter() - started > SLICE:
                        seconds += perf_counter() - started
                        yield None
                        started = perf_counter()
                gradient[i, j] = total
                multiplications += (own + 1) * prod(widths[l + 1 :])
    seconds += perf_counter() - started
    tape = {name: values[f"d{name}"] for name in found}
    differences = [float(np.abs(found[name] - tape[name]).max()) for name in found]
    return PathSum(
        gradients=found,
        paths=paths,
        multiplications=multiplications,
        seconds=seconds,
        largest_difference=max(differences),
        largest_gradient=max(float(np.abs(value).max()) for value in tape.values()),
        factors=factors,
    )


def _factors(step: Step, network: Network, values: Mapping[str, Array], row: int | None) -> Factors:
    below: list[list[float]] = [values["x"].tolist()]
    slopes: list[list[list[float]]] = []
    last = len(network.spec.hidden) + 1
    for k, layer in enumerate(network.spec.hidden, 1):
        before = values[f"n{k}"] if layer.batch_norm else values[f"z{k}"]
        own = [slope(layer.activation, before, values[f"a{k}"]).tolist()]
        if f"d{k}" in values:
            own.append(_mask(step, network, k, row).tolist())
        if layer.batch_norm:
            own.append(_norm_factor(step, k))
        below.append(values.get(f"d{k}", values[f"a{k}"]).tolist())
        slopes.append(own)
    slopes.append([_output_slope(network, values)])
    top = values[f"da{last}" if f"da{last}" in values else f"dz{last}"].tolist()
    return Factors(below, slopes, top)


def _mask(step: Step, network: Network, k: int, row: int | None) -> Array:
    """The mask over 1 − p that the sample went through; where each sample has its own, one from outside has none."""
    rate, mask = step.settings.dropout[k - 1], step[f"d{k}"].mask
    units = network.spec.hidden[k - 1].units
    if mask is None or (network.spec.dropout_mask == "per_sample" and row is None):
        return np.ones(units)
    scaled: Array = mask[row or 0] * (0.0 if rate == 1 else 1 / (1 - rate))
    return scaled


def _output_slope(network: Network, values: Mapping[str, Array]) -> list[float]:
    """The output's own slope: 1 where it is linear, or where its activation is part of the loss."""
    spec, last = network.spec, len(network.spec.hidden) + 1
    z = values[f"z{last}"]
    name = spec.output_activation
    found: list[float] = slope(name, z, values.get(f"a{last}", z)).tolist()
    return found


def _norm_factor(step: Step, k: int) -> list[float]:
    """γ/√(variance + ε) of each unit, the batch's variance held."""
    z = np.asarray(step[f"z{k}"].value)
    factor: list[float] = (step.parameters[f"gamma{k}"] / np.sqrt(z.var(axis=0) + EPSILON)).tolist()
    return factor
