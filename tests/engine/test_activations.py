"""Activations and losses by their definitions, at the far ends too."""

from typing import Any

import numpy as np
import pytest

from app.engine.activations import activate, activation, slope
from app.engine.batch import make_batch
from app.engine.network import Network
from app.engine.spec import ACTIVATION_NAMES, LOSS_NAMES
from app.engine.workspace import Layout, Workspace

from .gradient_references import ACTIVATIONS
from .networks import spec

Z = np.linspace(-6, 6, 101)
FAR = np.array([-1e308, -1e200, -1e3, -50.0, 50.0, 1e3, 1e200, 1e308])


@pytest.mark.parametrize("name", ACTIVATION_NAMES)
def test_an_activation_is_its_formula(name: str) -> None:
    np.testing.assert_allclose(activate(name, Z), ACTIVATIONS[name](Z), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", ACTIVATION_NAMES)
def test_a_slope_is_the_central_difference_of_its_activation(name: str) -> None:
    z = Z[np.abs(Z) > 1e-3]
    h = 1e-6
    numeric = (activate(name, z + h) - activate(name, z - h)) / (2 * h)
    np.testing.assert_allclose(slope(name, z, activate(name, z)), numeric, atol=1e-8)


def test_slopes_at_zero_are_pytorchs() -> None:
    zero = np.zeros(1)
    slopes = {name: slope(name, zero, activate(name, zero)).item() for name in ACTIVATION_NAMES}
    assert slopes == {
        "linear": 1.0,
        "sigmoid": 0.25,
        "tanh": 1.0,
        "relu": 0.0,
        "leaky_relu": 0.01,
        "elu": 1.0,
        "gelu": 0.5,
        "step": 0.0,
    }
    assert activate("step", zero).item() == 0.0


@pytest.mark.parametrize("name", ACTIVATION_NAMES)
def test_extreme_inputs_stay_finite_and_nan_passes_through(name: str) -> None:
    a = activate(name, FAR)
    assert np.isfinite(a).all()
    assert np.isfinite(slope(name, FAR, a)).all()
    assert np.isnan(activate(name, np.array([np.nan]))).all()


@pytest.mark.parametrize("name", ACTIVATION_NAMES)
def test_single_precision_stays_single(name: str) -> None:
    z = Z.astype(np.float32)
    a, out = activate(name, z), np.empty_like(z)
    assert a.dtype == np.float32
    np.testing.assert_allclose(a, activate(name, Z), atol=2e-6)
    activation(name, np.float32).slope(z, a, out, np.empty_like(z))
    np.testing.assert_allclose(out, slope(name, Z, activate(name, Z)), atol=2e-5)


def loss_of(loss: str, logits: list[list[float]], targets: list[list[float]], output: str = "linear") -> Any:
    """Loss, outputs and dz of these logits: a network of one layer, weights 0, driven by its input alone."""
    outputs = len(logits[0])
    network = Network(spec(inputs=outputs, outputs=outputs, loss=loss, output_activation=output))
    workspace = Workspace(
        Layout(network, len(logits), ()), network.pack({"W1": np.eye(outputs), "b1": np.zeros(outputs)})
    )
    batch = make_batch(range(len(logits)), logits, targets)
    with np.errstate(all="ignore"):
        value = workspace.forward(batch)
        workspace.backward(batch)
    outs = workspace.area("outputs") if loss != "squared_error" else workspace.area("z_last")
    return value, outs.T, workspace.area("dz_last").T


def test_squared_error_is_half_the_sum_over_outputs_and_the_mean_over_samples() -> None:
    value, _, dz = loss_of("squared_error", [[1.0, 2.0], [3.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]])
    assert value == pytest.approx((1 + 4 + 9 + 16) / 2 / 2)
    np.testing.assert_array_equal(dz, [[0.5, 1.0], [1.5, 2.0]])


def test_binary_cross_entropy_is_exact_far_from_zero() -> None:
    assert loss_of("binary_cross_entropy", [[1000.0], [-1000.0]], [[1.0], [0.0]])[0] == 0.0
    assert loss_of("binary_cross_entropy", [[1000.0], [-1000.0]], [[0.0], [1.0]])[0] == 1000.0
    assert loss_of("binary_cross_entropy", [[40.0]], [[1.0]])[0] == pytest.approx(np.exp(-40.0), rel=1e-12, abs=0)
    value, p, dz = loss_of("binary_cross_entropy", [[0.0], [2.0]], [[1.0], [0.0]])
    assert value == pytest.approx((np.log(2) + np.log1p(np.exp(2.0))) / 2)
    np.testing.assert_allclose(p.ravel(), [0.5, 1 / (1 + np.exp(-2.0))])
    np.testing.assert_allclose(dz.ravel(), [-0.25, p[1, 0] / 2])


def test_softmax_cross_entropy_is_exact_far_from_zero() -> None:
    value, p, dz = loss_of("softmax_cross_entropy", [[1000.0, 0.0], [0.0, 1000.0]], [[1.0, 0.0], [1.0, 0.0]])
    assert value == 500.0
    np.testing.assert_array_equal(p, [[1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_array_equal(dz, [[0.0, 0.0], [-0.5, 0.5]])
    value, p, _ = loss_of("softmax_cross_entropy", [[0.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
    assert value == pytest.approx(np.log(3))
    np.testing.assert_allclose(p.sum(axis=1), 1.0)


@pytest.mark.parametrize("loss", LOSS_NAMES)
def test_a_loss_of_nan_is_nan(loss: str) -> None:
    assert np.isnan(loss_of(loss, [[np.nan, 0.0]], [[1.0, 0.0]])[0])
