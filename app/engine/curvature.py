"""The curvature of the loss, and the learning rate up to which plain gradient descent is stable.

Along a direction of curvature λ plain gradient descent multiplies the distance to the minimum by 1 − lr·λ: above
lr = 2/λ it grows. For a linear unit with squared error λ is an eigenvalue of the data alone, so the limit is exact. For
anything else the largest λ at this place is an estimate, and how far it holds is for the run to show.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .batch import Batch
from .network import Network
from .workspace import Layout, Workspace

ITERATIONS = 100
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Curvature:
    """The largest curvature and, of a linear unit, the smallest; `exact`, or an estimate by power iteration."""

    largest: float
    smallest: float | None
    exact: bool
    iterations: int
    converged: bool

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

    The estimate multiplies a direction by the Hessian again and again, H·v = (∇L(w + hv) − ∇L(w − hv)) / 2h.
    """
    if is_linear_unit(network):
        low, high = condition(batch.inputs, l2)
        return Curvature(high, low, True, 0, True)
    return _estimated(network, parameters, batch, l2)


def _estimated(network: Network, parameters: Array, batch: Batch, l2: float) -> Curvature:
    current = np.zeros(network.size)
    workspace = Workspace(Layout(network, batch.size, (False,) * len(network.spec.hidden)), current)
    with np.errstate(all="ignore"):  # weights of a run that diverged may have squares too large to be added
        h = 1e-4 * max(1.0, float(np.linalg.norm(parameters)) / math.sqrt(network.size))

    def gradient(point: Array) -> Array:
        current[:] = point
        workspace.forward(batch)
        workspace.backward(batch)
        return workspace.gradients.copy()

    def hessian_product(direction: Array) -> Array:
        product = (gradient(parameters + h * direction) - gradient(parameters - h * direction)) / (2 * h)
        penalised: Array = product + l2 * network.weights * direction
        return penalised

    with np.errstate(all="ignore"):
        value, done, converged = _largest(hessian_product, network.size, 0.0)
        if value < 0:  # the largest in magnitude is negative: shifted by it, the largest positive one is found
            shift = -value
            value, more, converged = _largest(hessian_product, network.size, shift)
            value, done = value - shift, done + more
    return Curvature(value, None, False, done, converged)


def _largest(hessian_product: Callable[[Array], Array], size: int, shift: float) -> tuple[float, int, bool]:
    """The eigenvalue of largest magnitude of H + shift: its value, iterations taken, and whether it converged."""
    direction = np.random.default_rng([0, 7]).standard_normal(size)
    direction /= np.linalg.norm(direction)
    value = math.nan
    for number in range(1, ITERATIONS + 1):
        product = hessian_product(direction) + shift * direction
        before, value = value, float(direction @ product)
        length = float(np.linalg.norm(product))
        if not math.isfinite(length) or length == 0:
            return value if math.isfinite(length) else math.nan, number, False
        direction = product / length
        if abs(value - before) <= TOLERANCE * abs(value):
            return value, number, True
    return value, ITERATIONS, False
