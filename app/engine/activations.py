"""Activation functions and their derivatives, computed in place.

Every function takes `out` and a `scratch` array of the same shape; nothing is allocated. Constants are 0-d arrays,
which NumPy takes twice as fast as Python numbers, so each float type has its own: `activation(name, dtype)`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from .arrays import Floats

Number = Callable[[float], Floats]
Forward = Callable[[Floats, Floats, Floats], object]
Slope = Callable[[Floats, Floats, Floats, Floats], object]


KINKED = ("relu", "leaky_relu", "step")
"""Activations made of two straight pieces, whose slope (or value) jumps at 0. That of elu with α = 1 does not."""


@dataclass(frozen=True, slots=True)
class Activation:
    """`forward(z, out, scratch)` writes f(z); `slope(z, a, out, scratch)` writes f'(z), given z and a = f(z).

    `slope_reads` names what the slope is really made from: "z", "a", or "" where it is the same everywhere.
    """

    name: str
    forward: Forward
    slope: Slope
    slope_reads: str


def _linear(number: Number) -> Activation:
    """f(z) = z."""
    one = number(1.0)
    return Activation("linear", lambda z, out, _: np.copyto(out, z), lambda _z, _a, out, _s: np.copyto(out, one), "")


def _sigmoid(number: Number) -> Activation:
    """f(z) = 1 / (1 + exp(−z)); f' = a (1 − a)."""
    one = number(1.0)

    def forward(z: Floats, out: Floats, _: Floats) -> None:
        np.negative(z, out)
        np.exp(out, out)
        np.add(out, one, out)
        np.reciprocal(out, out)

    def slope(_z: Floats, a: Floats, out: Floats, _: Floats) -> None:
        np.subtract(one, a, out)
        np.multiply(out, a, out)

    return Activation("sigmoid", forward, slope, "a")


def _tanh(number: Number) -> Activation:
    """f(z) = tanh z; f' = 1 − a²."""
    one = number(1.0)

    def forward(z: Floats, out: Floats, _: Floats) -> None:
        np.tanh(z, out)

    def slope(_z: Floats, a: Floats, out: Floats, _: Floats) -> None:
        np.square(a, out)
        np.subtract(one, out, out)

    return Activation("tanh", forward, slope, "a")


def _relu(number: Number) -> Activation:
    """f(z) = max(z, 0); f' = 1 for z > 0, else 0. `sign` lets NaN through, so that it shows."""
    zero = number(0.0)

    def forward(z: Floats, out: Floats, _: Floats) -> None:
        np.maximum(z, zero, out=out)

    def slope(_z: Floats, a: Floats, out: Floats, _: Floats) -> None:
        np.sign(a, out)

    return Activation("relu", forward, slope, "a")


def _leaky_relu(number: Number) -> Activation:
    """f(z) = max(z, 0.01 z); f' = 1 for z > 0, else 0.01."""
    leak = number(0.01)

    def forward(z: Floats, out: Floats, _: Floats) -> None:
        np.multiply(z, leak, out)
        np.maximum(z, out, out=out)

    def slope(_z: Floats, a: Floats, out: Floats, _: Floats) -> None:
        np.sign(a, out)
        np.maximum(out, leak, out=out)

    return Activation("leaky_relu", forward, slope, "a")


def _elu(number: Number) -> Activation:
    """f(z) = max(z, 0) + exp(min(z, 0)) − 1; f' = exp(min(z, 0))."""
    zero = number(0.0)

    def forward(z: Floats, out: Floats, scratch: Floats) -> None:
        np.minimum(z, zero, out=scratch)
        np.expm1(scratch, scratch)
        np.maximum(z, zero, out=out)
        np.add(out, scratch, out)

    def slope(z: Floats, _a: Floats, out: Floats, _: Floats) -> None:
        np.minimum(z, zero, out=out)
        np.exp(out, out)

    return Activation("elu", forward, slope, "z")


def _gelu(number: Number) -> Activation:
    """f(z) = z h, with h = (1 + tanh u) / 2 and u = √(2/π) (z + 0.044715 z³); f' = h + z · 2u' h (1 − h).

    From |z| = 20 on h is exactly 0 or 1, so z² is held at 400 inside: a large z would make 0 · ∞ of the slope.
    """
    one, half, far = number(1.0), number(0.5), number(400.0)
    cubic, cubic3 = number(0.044715), number(3 * 0.044715)
    c, twice_c = number(math.sqrt(2 / math.pi)), number(2 * math.sqrt(2 / math.pi))

    def tanh_of(z: Floats, out: Floats) -> None:
        np.square(z, out)
        np.minimum(out, far, out=out)
        np.multiply(out, cubic, out)
        np.add(out, one, out)
        np.multiply(out, z, out)
        np.multiply(out, c, out)
        np.tanh(out, out)

    def forward(z: Floats, out: Floats, scratch: Floats) -> None:
        tanh_of(z, scratch)
        np.add(scratch, one, scratch)
        np.multiply(scratch, half, scratch)
        np.multiply(scratch, z, out)

    def slope(z: Floats, _a: Floats, out: Floats, scratch: Floats) -> None:
        np.square(z, out)
        np.minimum(out, far, out=out)
        np.multiply(out, cubic3, out)
        np.add(out, one, out)
        np.multiply(out, twice_c, out)  # 2u'
        tanh_of(z, scratch)
        np.multiply(scratch, half, scratch)
        np.subtract(half, scratch, scratch)  # 1 − h
        np.multiply(out, scratch, out)
        np.subtract(one, scratch, scratch)  # h
        np.multiply(out, scratch, out)
        np.multiply(out, z, out)
        np.add(out, scratch, out)

    return Activation("gelu", forward, slope, "z")


def _step(number: Number) -> Activation:
    """f(z) = 1 for z > 0, else 0; its slope is 0, so nothing behind it can learn."""
    zero = number(0.0)

    def forward(z: Floats, out: Floats, _: Floats) -> None:
        np.heaviside(z, zero, out)

    return Activation("step", forward, lambda _z, _a, out, _s: np.copyto(out, zero), "")


_MAKERS: dict[str, Callable[[Number], Activation]] = {
    "linear": _linear,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "gelu": _gelu,
    "step": _step,
}


@lru_cache(maxsize=64)
def _made(name: str, dtype: np.dtype[Any]) -> Activation:
    return _MAKERS[name](lambda value: np.array(value, dtype))


def activation(name: str, dtype: Any = np.float64) -> Activation:
    """The activation of that name for arrays of that float type; KeyError where there is none."""
    return _made(name, np.dtype(dtype))


def activate(name: str, z: Floats) -> Floats:
    """f(z) in an array of its own."""
    out = np.empty_like(z)
    with np.errstate(all="ignore"):
        activation(name, z.dtype).forward(z, out, np.empty_like(z))
    return out


def slope(name: str, z: Floats, a: Floats) -> Floats:
    """f'(z) in an array of its own, given z and a = f(z)."""
    out = np.empty_like(z)
    with np.errstate(all="ignore"):
        activation(name, z.dtype).slope(z, a, out, np.empty_like(z))
    return out
