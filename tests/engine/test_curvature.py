"""Curvature: eigenvalues by hand, autograd's Hessian, and a step that is just too long."""

from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import hessian

from app.engine import curvature as module
from app.engine.batch import make_batch
from app.engine.curvature import condition, curvature, is_linear_unit, kappa
from app.engine.network import Network
from app.engine.spec import LayerSpec

from .networks import batch_for, spec, start, trainer_for

ALTERNATING = np.array([[1.0], [-1.0]])
UNIT = spec(inputs=2, outputs=1)


def test_the_curvature_along_uncorrelated_columns_is_their_mean_square() -> None:
    assert condition(ALTERNATING) == pytest.approx((1.0, 1.0))
    assert condition(10 * ALTERNATING) == pytest.approx((1.0, 100.0))
    assert condition(10 * ALTERNATING, l2=5.0) == pytest.approx((1.0, 105.0))
    assert kappa(10 * ALTERNATING) == pytest.approx(100.0)


def test_a_constant_column_and_the_bias_make_a_flat_direction() -> None:
    """[2, 1] for every sample: λ = 5 along it, 0 across."""
    low, high = condition(np.full((4, 1), 2.0))
    assert (low, high) == pytest.approx((0.0, 5.0), abs=1e-12)
    assert kappa(np.full((4, 1), 2.0)) == pytest.approx(1e14, rel=1e-3)


def test_a_missing_cell_has_no_curvature() -> None:
    assert np.isnan(condition(np.array([[1.0], [np.nan]]))).all()
    assert kappa(np.array([[1.0], [np.nan]])) is None


def test_a_run_that_is_not_finite_has_no_curvature() -> None:
    deep = spec(LayerSpec(3, "tanh"), inputs=2, outputs=1)
    found = curvature(Network(deep), np.full(Network(deep).size, 1e200), batch_for(deep, 8))
    assert found.limit is None


@pytest.mark.parametrize("l2", [0.0, 0.5])
@pytest.mark.parametrize(("share", "grows"), [(0.99, False), (1.01, True)])
def test_one_percent_above_the_limit_the_loss_of_a_linear_unit_rises(l2: float, share: float, grows: bool) -> None:
    batch = batch_for(UNIT, 30)
    found = curvature(Network(UNIT), start(Network(UNIT)), batch, l2)
    assert found.exact
    assert found.limit is not None
    trainer = trainer_for(UNIT, learning_rate=share * found.limit, l2=l2)
    losses = [trainer.step(batch) for _ in range(2000)]
    assert (losses[-1] > 1e6 * losses[0]) == grows
    assert (losses[-1] < losses[0]) != grows


def by_hessian(network: Network, flat: Any, batch: Any, l2: float) -> Any:
    """All eigenvalues of the loss's Hessian over the packed parameters, for one tanh layer and squared error."""
    shapes, sizes = network.shapes, [int(np.prod(shape)) for shape in network.shapes.values()]
    order = np.concatenate([part.ravel() for part in network.unpack(np.arange(network.size, dtype=float)).values()])

    def loss(vector: Any) -> Any:
        parts, at = {}, 0
        for (name, shape), size in zip(shapes.items(), sizes, strict=True):
            parts[name] = anp.reshape(vector[at : at + size], shape)
            at += size
        a = anp.tanh(batch.inputs @ parts["W1"] + parts["b1"])
        error = a @ parts["W2"] + parts["b2"] - batch.targets
        penalty = l2 / 2 * (anp.sum(parts["W1"] ** 2) + anp.sum(parts["W2"] ** 2))
        return anp.sum(error**2) / 2 / len(error) + penalty

    return np.linalg.eigvalsh(hessian(loss)(flat[order.astype(int)]))


@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_the_estimate_is_the_largest_eigenvalue_of_autograds_hessian(l2: float) -> None:
    network = Network(spec(LayerSpec(3, "tanh"), inputs=2, outputs=1))
    batch = batch_for(network.spec, 25)
    found = curvature(network, start(network), batch, l2)
    assert not found.exact
    assert found.smallest is None
    assert found.settled
    assert found.largest == pytest.approx(by_hessian(network, start(network), batch, l2)[-1], rel=5e-3)
    assert found.limit == pytest.approx(2 / found.largest)


def test_where_the_largest_curvature_is_negative_the_largest_positive_one_is_reported() -> None:
    """Targets far on the other side: near saturation the loss bends down harder than up."""
    network = Network(spec(LayerSpec(1, "tanh"), inputs=1, outputs=1))
    flat = network.pack({"W1": [[0.8]], "b1": [0.4], "W2": [[0.2]], "b2": [0.0]})
    batch = make_batch([0, 1], [[1.0], [0.5]], [[-30.0], [-40.0]])
    values = by_hessian(network, flat, batch, 0.0)
    assert -values[0] > values[-1] > 0
    assert curvature(network, flat, batch).largest == pytest.approx(values[-1], rel=5e-3)


def test_a_saddle_that_bends_as_much_up_as_down_has_its_curve_up_told() -> None:
    """All zeros: W1 and W2 meet in products, so that each eigenvalue has a twin of the other sign."""
    network = Network(spec(LayerSpec(3, "tanh"), inputs=2, outputs=1))
    flat, known = np.zeros(network.size), batch_for(network.spec, 25)
    batch = make_batch(known.indices, known.inputs, 10 * known.targets)
    values = by_hessian(network, flat, batch, 0.0)
    assert values[0] == pytest.approx(-values[-1])
    found = curvature(network, flat, batch)
    assert found.settled
    assert found.largest == pytest.approx(values[-1], rel=1e-3)


def test_a_kink_is_no_curve() -> None:
    """One ReLU exactly at its kink: as 0 where it is, or as the line that a sample beyond it sees."""
    network = Network(spec(LayerSpec(2, "relu"), inputs=1, outputs=1))
    flat = network.pack({"W1": [[1.0, 1.0]], "b1": [-1.0, 1.0], "W2": [[5.0], [3.0]], "b2": [0.0]})
    batch = make_batch([0], [[1.0]], [[-4.0]])  # z1 = (0, 2), ŷ = 6
    a, error = 2.0, 10.0
    # ŷ = w2 (w1 + b1) + b2 of the second unit alone: ∇ŷ ∇ŷᵀ + error · ∇²ŷ over (w1, b1, w2, b2)
    first = np.array([3.0, 3.0, a, 1.0])
    second = np.array([[0, 0, 1, 0], [0, 0, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0]])
    wanted = np.linalg.eigvalsh(np.outer(first, first) + error * second)[-1]
    found = curvature(network, flat, batch)
    assert found.settled
    assert found.largest == pytest.approx(wanted, rel=1e-6)


def test_starts_that_end_apart_are_not_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(spec(LayerSpec(3, "tanh"), inputs=2, outputs=1))
    batch = batch_for(network.spec, 25)
    for other, settled in ((1.04, True), (1.06, False)):
        ends = iter([(1.0, 5, True), (other, 5, True)])
        monkeypatch.setattr(module, "_largest", lambda *_, ends=ends: next(ends))
        found = curvature(network, start(network), batch)
        assert (found.settled, found.largest, found.iterations) == (settled, other, 10)


def test_an_iteration_that_ran_out_is_not_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(spec(LayerSpec(3, "tanh"), inputs=2, outputs=1))
    monkeypatch.setattr(module, "ITERATIONS", 2)
    assert not curvature(network, start(network), batch_for(network.spec, 25)).settled


def test_a_flat_loss_has_no_limit() -> None:
    network = Network(spec(LayerSpec(2, "step"), inputs=1, outputs=1))
    dead = network.pack({"W1": [[0.0, 0.0]], "b1": [-1.0, -1.0], "W2": [[0.0], [0.0]], "b2": [0.0]})
    batch = make_batch([0], [[np.nan]], [[0.0]])
    assert curvature(network, np.full(network.size, np.nan), batch).limit is None
    assert curvature(network, dead, make_batch([0], [[1.0]], [[0.0]])).largest == pytest.approx(1.0)  # b2's own


def test_a_linear_unit_is_one_without_hidden_layers_or_an_output_activation() -> None:
    assert is_linear_unit(Network(UNIT))
    assert not is_linear_unit(Network(spec(LayerSpec(1, "linear"))))
    assert not is_linear_unit(Network(spec(output_activation="tanh")))
    assert not is_linear_unit(Network(spec(outputs=1, loss="binary_cross_entropy")))
