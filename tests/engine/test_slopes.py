"""Slopes and gradients over the input plane, against the workspace's own backward pass."""

import numpy as np
import pytest

from app.engine.inference import Inference
from app.engine.network import Network
from app.engine.slopes import layer_slopes
from app.engine.spec import LayerSpec, NetworkSpec

POINTS = np.random.default_rng(1).normal(size=(40, 2))
LOSSES = [
    ("binary_cross_entropy", "linear", 1),
    ("softmax_cross_entropy", "linear", 3),
    ("squared_error", "linear", 2),
    ("squared_error", "tanh", 1),
]


@pytest.mark.parametrize(("loss", "output", "outputs"), LOSSES)
@pytest.mark.parametrize("normed", [False, True])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "gelu"])
def test_gradients_are_those_of_a_backward_pass(
    loss: str, output: str, outputs: int, normed: bool, activation: str
) -> None:
    hidden = (LayerSpec(5, activation, batch_norm=normed), LayerSpec(4, activation))
    network = Network(NetworkSpec(2, hidden, outputs, loss, output))
    flat, running = network.initial("glorot_normal", 1.0, 0), network.initial_running() + 0.3 * normed
    target = np.eye(outputs)[0]
    found = layer_slopes(network, flat, running, (0.0, 0.0), POINTS, target)
    reference = Inference(network, POINTS, np.tile(target, (len(POINTS), 1)))
    reference.forward(flat, running, (0.0, 0.0))
    reference.backward()
    space = reference.workspace
    planes = [*(space.area("dz")[space.layout.units(k)] for k in (1, 2)), space.area("dz_last")]
    for mine, theirs in zip(found.gradients, planes, strict=True):
        assert mine == pytest.approx(theirs * len(POINTS), rel=1e-10, abs=1e-15)
    for k in (1, 2):
        assert found.slopes[k - 1] == pytest.approx(space.area("slope")[space.layout.units(k)], rel=1e-12, abs=1e-15)
    assert np.all(found.slopes[-1] <= 1)


def test_gradients_through_a_dead_or_dropped_unit_are_zero() -> None:
    network = Network(NetworkSpec(2, (LayerSpec(4, "relu"), LayerSpec(3, "relu")), 1, "binary_cross_entropy"))
    flat = network.initial("he_normal", 1.0, 0)
    named = network.unpack(flat)
    named["b2"][1] = -1e3
    dead = network.pack(named)
    found = layer_slopes(network, dead, network.initial_running(), (0.0, 0.0), POINTS, np.ones(1))
    assert not found.slopes[1][1].any()
    assert not found.gradients[1][1].any()
    assert found.gradients[1][[0, 2]].any()
    without = layer_slopes(network, flat, network.initial_running(), (0.0, 1.0), POINTS, np.ones(1))
    assert not without.gradients[1].any()
    assert not without.gradients[0].any()


@pytest.mark.parametrize("name", ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu"])
def test_slopes_are_those_of_the_activation_by_differences(name: str) -> None:
    network = Network(NetworkSpec(1, (LayerSpec(1, name),), 1, "squared_error"))
    flat = network.pack({"W1": [[1.0]], "b1": [0.0], "W2": [[1.0]], "b2": [0.0]})
    z = np.linspace(-2.9, 3.1, 41)[:, None]

    def answer(at: np.ndarray) -> np.ndarray:
        reference = Inference(network, at)
        reference.forward(flat, network.initial_running(), (0.0,))
        return reference.activations()[0].copy()

    found = layer_slopes(network, flat, network.initial_running(), (0.0,), z, np.zeros(1)).slopes[0]
    assert found == pytest.approx((answer(z + 1e-6) - answer(z - 1e-6)) / 2e-6, abs=1e-8)
