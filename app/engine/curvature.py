"""The curvature of the loss, and the learning rate up to which plain gradient descent is stable.

Along a direction of curvature λ plain gradient descent multiplies the distance to the minimum by 1 − lr·λ: above
lr = 2/λ it grows. For a linear unit with squared error λ is an eigenvalue of the data alone, so the limit is exact. For
anything else the largest λ at this place is an estimate, and how far it holds is for the run to show.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from .arrays import Array
from .batch import Batch
from .network import Network
from .workspace import Layout, Workspace

ITERATIONS = 100
TOLERANCE = 1e-4

AGREEMENT = 0.05
"""An estimate is settled where iterations from two directions that know nothing of each other end this close."""

DISTANCES = (1e-6, 1e-7)
"""h of a Hessian-vector product beside the parameters' root mean square, another one for each start: where the answer
depends on it, as after an explosion, the loss is no parabola so far around and the estimate means nothing."""


@dataclass(frozen=True)
class Curvature:
    """The largest curvature and, of a linear unit, the smallest; `exact`, or an estimate by Lanczos iteration.

    `settled`: exact, or found alike from independent starts. `largest` is the largest that was found.
    """

    largest: float
    smallest: float | None
    exact: bool
    iterations: int
    settled: bool

    @property
    def limit(self) -> float | None:
        """2/λ: the largest learning rate at which plain gradient descent is stable here; None where nothing curves."""
        return 2 / self.largest if math.isfinite(self.largest) and self.largest > 0 else None


def condition(inputs: Array, l2: float = 0.0) -> tuple[float, float]:
    """Smallest and largest eigenvalue of [X,1]ᵀ[X,1]/n, its weights' diagonal raised by l2; NaN where X holds one."""
    table = np.column_stack([inputs, np.ones(len(inputs))])
    with np.errstate(all="ignore"):
        square = table.T @ table / len(table)
    square[np.diag_indices(len(square) - 1)] += l2
    if not np.isfinite(square).all():
        return math.nan, math.nan
    values = np.linalg.eigvalsh(square)
    return float(values[0]), float(values[-1])


def kappa(inputs: Array) -> float | None:
    """How many times more the steepest direction curves than the flattest; None where a cell is missing or it is flat.

    Below 1e-14 of the largest an eigenvalue is rounding, so more than 1e14 is not reported.
    """
    low, high = condition(inputs)
    if not (math.isfinite(high) and high > 0):
        return None
    return high / max(low, high * 1e-14)


def is_linear_unit(network: Network) -> bool:
    """No hidden layer, squared error, no output activation: the loss is quadratic."""
    spec = network.spec
    return not spec.hidden and spec.loss == "squared_error" and spec.output_activation == "linear"


def curvature(network: Network, parameters: Array, batch: Batch, l2: float = 0.0) -> Curvature:
    """Of the mean loss over `batch`, nothing dropped, batch norm with the batch's own statistics.

    The estimate multiplies directions by the Hessian, H·v = (∇L(w + hv) − ∇L(w − hv)) / 2h, again and again. ReLUs stay
    on their side of the kink meanwhile: a kink has no curvature, though a difference across it would look like much.
    """
    if is_linear_unit(network):
        low, high = condition(batch.inputs, l2)
        return Curvature(high, low, True, 0, True)
    return _estimated(network, parameters, batch, l2)


def _estimated(network: Network, parameters: Array, batch: Batch, l2: float) -> Curvature:
    current = np.zeros(network.size)
    workspace = Workspace(Layout(network, batch.size, (False,) * len(network.spec.hidden)), current)
    with np.errstate(all="ignore"):  # weights of a run that diverged may have squares too large to be added
        scale = max(1.0, float(np.linalg.norm(parameters)) / math.sqrt(network.size))

    def gradient(point: Array) -> Array:
        current[:] = point
        workspace.forward(batch)
        workspace.backward(batch)
        return workspace.gradients.copy()

    def hessian_product(h: float, direction: Array) -> Array:
        product = (gradient(parameters + h * direction) - gradient(parameters - h * direction)) / (2 * h)
        penalised: Array = product + l2 * network.weights * direction
        return penalised

    with np.errstate(all="ignore"):
        gradient(parameters)
        workspace.hold_sides()
        found = [
            _largest(partial(hessian_product, distance * scale), network.size, start)
            for start, distance in enumerate(DISTANCES)
        ]
        values = [value for value, _, _ in found]
        settled = all(converged for _, _, converged in found) and _agree(values)
    return Curvature(float(np.max(values)), None, False, sum(done for _, done, _ in found), settled)


def _agree(values: list[float]) -> bool:
    return max(values) - min(values) <= AGREEMENT * max(map(abs, values))


def _largest(hessian_product: Callable[[Array], Array], size: int, start: int) -> tuple[float, int, bool]:
    """The largest eigenvalue of H from one start: its value, iterations taken, and whether they converged.

    Lanczos (1950): H is looked at within the directions v, Hv, H²v, ... made orthonormal, where it is small. Unlike
    power iteration this tells the largest eigenvalue from one of equal size that is negative, as saddles have.
    """
    direction = np.random.default_rng([0, 7, start]).standard_normal(size)
    direction /= np.linalg.norm(direction)
    basis, small = np.empty((0, size)), np.zeros((0, 0))
    value = math.nan
    for number in range(1, min(ITERATIONS, size) + 1):
        basis = np.vstack([basis, direction])
        product = hessian_product(direction)
        small = np.pad(small, (0, 1))
        small[-1] = small[:, -1] = basis @ product
        if not np.isfinite(small).all():
            return math.nan, number, False
        for _ in range(2):  # once leaves what rounding puts back
            product -= basis.T @ (basis @ product)
        length = float(np.linalg.norm(product))
        values, vectors = np.linalg.eigh(small)
        value = float(values[-1])
        if length * abs(float(vectors[-1, -1])) <= TOLERANCE * abs(value):
            return value, number, True
        direction = product / length
    return value, number, size <= ITERATIONS
