"""Gradient and signal by layer: gradients by autograd, signal over noise by the variances of a linear chain."""

import math

import numpy as np
import pytest

from app.engine.network import Network
from app.engine.signal import NOISE, NOISE_FLOOR, SIGMOID_DECADES, gradient_rms, signal_to_noise, theoretical_slope
from app.engine.spec import LayerSpec

from .gradient_references import by_autograd
from .networks import batch_for, spec, trainer_for

INPUTS = np.random.default_rng(2).normal(size=(400, 1))


@pytest.mark.parametrize("normed", [False, True])
def test_the_profile_is_what_autograd_says_of_every_layer(normed: bool) -> None:
    network = spec(LayerSpec(5, "sigmoid", 0.0, normed), LayerSpec(3, "tanh"), LayerSpec(2, "elu", 0.0, normed))
    batch = batch_for(network, 20)
    trainer = trainer_for(network)
    found = gradient_rms(trainer.network, trainer.state().parameters, batch)
    _, gradients = by_autograd(trainer.recorded_step(batch))
    wanted = [math.sqrt(np.mean(np.square(gradients[f"dz{k}"[1:]]))) for k in range(1, 5)]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


def chain(weight: float, layers: int) -> tuple[Network, np.ndarray]:
    """One linear unit after another, each multiplying by the same weight."""
    network = Network(spec(*(LayerSpec(1, "linear"),) * layers, inputs=1, outputs=1))
    named = {name: np.full(shape, weight if name[0] == "W" else 0.0) for name, shape in network.shapes.items()}
    return network, network.pack(named)


def test_a_linear_chain_accumulates_the_noise_of_every_layer() -> None:
    weight = 0.7
    found = signal_to_noise(*chain(weight, 4), INPUTS, seed=0)
    for k, decibels in enumerate(found.decibels, 1):
        signal = weight ** (2 * k) * INPUTS.var()
        noise = NOISE**2 * sum(weight ** (2 * j) for j in range(k))
        assert decibels == pytest.approx(10 * math.log10(signal / noise), abs=0.2)
    fitted = np.polyfit(range(4), [level for level in found.decibels if level is not None], 1)[0]
    assert found.per_layer == pytest.approx(fitted)
    assert found == signal_to_noise(*chain(weight, 4), INPUTS, seed=0)


def test_a_weight_of_a_quarter_costs_twelve_decibels_a_layer_until_only_noise_is_left() -> None:
    found = signal_to_noise(*chain(0.25, 8), INPUTS, seed=1)
    levels = [level for level in found.decibels if level is not None]
    assert len(levels) == 8
    assert min(levels[:4]) > NOISE_FLOOR
    assert levels[-1] < NOISE_FLOOR
    assert found.per_layer == pytest.approx(20 * math.log10(0.25), abs=0.8)


def test_a_layer_without_finite_numbers_has_no_level() -> None:
    network, flat = chain(1.0, 3)
    broken = network.unpack(flat) | {"W2": np.array([[np.nan]])}
    found = signal_to_noise(network, network.pack(broken), INPUTS, seed=0)
    assert found.decibels[0] is not None
    assert found.decibels[1:] == (None, None)
    assert found.per_layer is None
    assert signal_to_noise(*chain(1.0, 1), INPUTS, seed=0).per_layer is None


def test_theory_predicts_sigmoid_layers_only() -> None:
    assert theoretical_slope(["sigmoid"] * 3, batch_norm=False) == SIGMOID_DECADES == pytest.approx(0.60206, abs=1e-5)
    assert theoretical_slope(["sigmoid"] * 3, batch_norm=True) is None
    assert theoretical_slope(["sigmoid", "tanh"], batch_norm=False) is None
    assert theoretical_slope([], batch_norm=False) is None
