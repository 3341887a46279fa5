"""Forward passes many at once, against plain loops over one sample and the formulas of the losses."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine.network import Network
from app.engine.passes import forward, outputs_of, sample_losses
from app.engine.spec import LayerSpec, NetworkSpec

from .networks import spec, start

RNG = np.random.default_rng(4)
INPUTS = RNG.normal(size=(6, 2))
NORMED = spec(LayerSpec(3, "tanh", batch_norm=True), LayerSpec(2, "sigmoid"), inputs=2, outputs=1)


def by_loops(network: Network, flat: Any, x: Any, statistics: dict[str, Any]) -> list[float]:
    """The last z of one sample, number by number; `statistics` are batch norm's, by name."""
    named = network.unpack(flat)
    functions = {"tanh": math.tanh, "sigmoid": lambda z: 1 / (1 + math.exp(-z))}
    for k, layer in enumerate([*network.spec.hidden, None], 1):
        W, b = named[f"W{k}"], named[f"b{k}"]
        z = [sum(x[i] * W[i][j] for i in range(len(x))) + b[j] for j in range(len(b))]
        if layer is None:
            return z
        if layer.batch_norm:
            mean, variance = statistics[f"running_mean{k}"], statistics[f"running_variance{k}"]
            gamma, beta = named[f"gamma{k}"], named[f"beta{k}"]
            z = [gamma[j] * (z[j] - mean[j]) / math.sqrt(variance[j] + 1e-5) + beta[j] for j in range(len(z))]
        x = [functions[layer.activation](number) for number in z]
    raise AssertionError


def test_running_averages_are_those_that_are_given() -> None:
    network = Network(NORMED)
    running = RNG.uniform(0.5, 2, size=2 * network.normalised)
    found = forward(network, start(network), INPUTS, running=running)
    wanted = [by_loops(network, start(network), list(x), network.unpack_running(running)) for x in INPUTS]
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_without_them_the_samples_are_their_own_batch_and_the_extra_ones_only_pass_through() -> None:
    network, seen = Network(NORMED), dict[str, Any]()
    flat = start(network)
    found = forward(network, flat, np.vstack([INPUTS, [[50.0, -50.0]]]), on_activation=seen.__setitem__, extra=1)
    z1 = INPUTS @ network.unpack(flat)["W1"] + network.unpack(flat)["b1"]
    batch = {"running_mean1": z1.mean(axis=0), "running_variance1": ((z1 - z1.mean(axis=0)) ** 2).mean(axis=0)}
    wanted = [by_loops(network, flat, list(x), batch) for x in [*INPUTS, [50.0, -50.0]]]
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
    assert list(seen) == ["z1", "n1", "a1", "z2", "a2", "z3"]


def test_leading_axes_carry_many_masks_at_once() -> None:
    network = Network(spec(LayerSpec(3, "tanh"), inputs=2, outputs=1))
    flat = start(network)
    masks = np.array([[1.0, 0, 2], [0, 0, 0], [1, 1, 1]])[:, None, :]
    found = forward(network, flat, INPUTS, activation_hook=lambda _k, a: a * masks)
    named = network.unpack(flat)
    for mask, z in zip(masks[:, 0], found, strict=True):
        wanted = (np.tanh(INPUTS @ named["W1"] + named["b1"]) * mask) @ named["W2"] + named["b2"]
        np.testing.assert_allclose(z, wanted, rtol=1e-12)


@pytest.mark.parametrize(
    ("loss", "output", "answer", "each"),
    [
        ("binary_cross_entropy", "linear", lambda z: 1 / (1 + np.exp(-z)), lambda p, y: -np.log(p if y else 1 - p)),
        ("squared_error", "tanh", np.tanh, lambda p, y: (p - y) ** 2 / 2),
        ("squared_error", "linear", lambda z: z, lambda p, y: (p - y) ** 2 / 2),
    ],
)
def test_outputs_and_losses_are_their_formulas(loss: str, output: str, answer: Any, each: Any) -> None:
    network = NetworkSpec(1, (), 1, loss, output)
    z, y = np.array([[-2.0], [0.0], [3.0]]), np.array([[1.0], [0.0], [0.0]])
    np.testing.assert_allclose(outputs_of(network, z), answer(z), rtol=1e-14)
    wanted = [each(float(answer(a)), float(b)) for a, b in zip(z[:, 0], y[:, 0], strict=True)]
    np.testing.assert_allclose(sample_losses(network, z, y), wanted, rtol=1e-13)


def test_the_loss_of_several_classes_is_of_the_true_ones_probability() -> None:
    network = NetworkSpec(1, (), 3, "softmax_cross_entropy")
    z, y = np.array([[0.0, 1.0, 2.0], [5.0, 5.0, 5.0]]), np.eye(3)[[2, 0]]
    shares = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(outputs_of(network, z), shares, rtol=1e-14)
    np.testing.assert_allclose(sample_losses(network, z, y), [-np.log(shares[0, 2]), np.log(3)], rtol=1e-13)


def test_huge_logits_have_a_loss() -> None:
    for loss, z, y in (
        ("binary_cross_entropy", [[1000.0], [-1000.0]], [[0.0], [0.0]]),
        ("softmax_cross_entropy", [[1000.0, 0.0], [0.0, 1000.0]], [[0.0, 1.0], [0.0, 1.0]]),
    ):
        network = NetworkSpec(1, (), len(z[0]), loss)
        np.testing.assert_array_equal(sample_losses(network, np.array(z), np.array(y)), [1000.0, 0.0])
        assert np.isfinite(outputs_of(network, np.array(z))).all()
