"""Exact counts of paths and of the multiplications that the chain rule takes path by path.

Widths n₀ … n_L, fully connected; biases are not counted. A sum over paths multiplies two factors a layer (weight and
slope), one more where the layer drops units (its mask), one more where it has batch norm.
"""

from collections.abc import Sequence
from math import prod

from .spec import NetworkSpec


def paths(spec: NetworkSpec) -> int:
    """Ways from an input to an output: ∏ n_k."""
    return prod(spec.widths)


def path_multiplications(spec: NetworkSpec, dropout: Sequence[float]) -> int:
    """Multiplications of all dL/dW summed path by path: Σ_l (factors of a path from layer l on) · ∏_{k ≥ l−1} n_k.

    `dropout` holds the hidden layers' rates in force.
    """
    widths = spec.widths
    factors = [2 + (rate > 0) + layer.batch_norm for layer, rate in zip(spec.hidden, dropout, strict=True)] + [2]
    return sum(sum(factors[k:]) * prod(widths[k:]) for k in range(len(factors)))
