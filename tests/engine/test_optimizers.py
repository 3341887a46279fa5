"""The five optimizers against their published formulas, written out once more in plain NumPy."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from app.engine.network import Network
from app.engine.spec import OPTIMIZER_NAMES, LayerSpec, OptimizerSpec
from app.engine.training import Trainer, initial_state

from .networks import batch_for, settings_for, spec, start, trainer_for

RATE = 0.05


def sgd() -> Iterator[Any]:
    update = None
    while True:
        gradient = yield update
        update = -RATE * gradient


def momentum(mu: float = 0.8) -> Iterator[Any]:
    velocity, update = 0.0, None
    while True:
        gradient = yield update
        velocity = mu * velocity + gradient
        update = -RATE * velocity


def nesterov(mu: float = 0.8) -> Iterator[Any]:
    velocity, update = 0.0, None
    while True:
        gradient = yield update
        velocity = mu * velocity + gradient
        update = -RATE * (gradient + mu * velocity)


def rmsprop(alpha: float = 0.99) -> Iterator[Any]:
    squares, update = 0.0, None
    while True:
        gradient = yield update
        squares = alpha * squares + (1 - alpha) * gradient**2
        update = -RATE * gradient / (np.sqrt(squares) + 1e-8)


def adam(beta1: float = 0.9, beta2: float = 0.999) -> Iterator[Any]:
    mean, square, t, update = 0.0, 0.0, 0, None
    while True:
        gradient = yield update
        t += 1
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient**2
        update = -RATE * (mean / (1 - beta1**t)) / (np.sqrt(square / (1 - beta2**t)) + 1e-8)


RULES = {"sgd": sgd, "momentum": momentum, "nesterov": nesterov, "rmsprop": rmsprop, "adam": adam}


@pytest.mark.parametrize("kind", OPTIMIZER_NAMES)
def test_an_optimizer_follows_its_formula_for_twenty_steps(kind: str) -> None:
    network = spec(LayerSpec(4, "tanh"))
    trainer = trainer_for(network, optimizer=kind, learning_rate=RATE, momentum=0.8)
    rule: Any = RULES[kind]()
    next(rule)
    for k in range(20):
        step = trainer.recorded_step(batch_for(network, 5, k))
        wanted = rule.send(step.gradients)
        np.testing.assert_allclose(step.update, wanted, rtol=1e-11, atol=0)
        np.testing.assert_array_equal(trainer.state().parameters, step.flat + step.update)
        assert step["update"].kind == kind


def test_a_changed_learning_rate_and_momentum_are_in_force_at_the_next_step() -> None:
    network = spec(LayerSpec(3, "tanh"))
    trainer = trainer_for(network, optimizer="momentum", learning_rate=0.5, momentum=0.9)
    first = trainer.recorded_step(batch_for(network))
    trainer.settings = settings_for(network, 0.25, momentum=0.5)
    second = trainer.recorded_step(batch_for(network))
    np.testing.assert_allclose(second.update, -0.25 * (0.5 * first.gradients + second.gradients), rtol=1e-13)
    assert (first.learning_rate, second.learning_rate) == (0.5, 0.25)


def test_constants_are_taken_from_the_spec() -> None:
    network = Network(spec(LayerSpec(3, "tanh")))
    optimizer = OptimizerSpec("adam", beta1=0.0, beta2=0.0, epsilon=0.5)
    trainer = Trainer(network, optimizer, settings_for(network.spec, 0.1), initial_state(network, start(network)), 0)
    step = trainer.recorded_step(batch_for(network.spec))
    np.testing.assert_allclose(step.update, -0.1 * step.gradients / (np.abs(step.gradients) + 0.5), rtol=1e-12)


def test_clipping_scales_the_gradients_of_all_parameters_together() -> None:
    network = spec(LayerSpec(4, "tanh"))
    free = trainer_for(network, learning_rate=1.0).recorded_step(batch_for(network))
    length = float(np.linalg.norm(free.gradients))
    clipped = trainer_for(network, learning_rate=1.0, clip_norm=length / 4).recorded_step(batch_for(network))
    assert clipped.clip_scale == pytest.approx(0.25, rel=1e-14)
    assert clipped["update"].clip_scale == clipped.clip_scale
    np.testing.assert_array_equal(clipped.gradients, free.gradients)
    np.testing.assert_allclose(clipped.update, free.update / 4, rtol=1e-14)
    wide = trainer_for(network, learning_rate=1.0, clip_norm=length * 2).recorded_step(batch_for(network))
    assert wide.clip_scale == 1.0
    np.testing.assert_array_equal(wide.update, free.update)


def test_clipping_sees_the_penalties() -> None:
    network = spec(LayerSpec(4, "tanh"))
    trainer = trainer_for(network, learning_rate=1.0, l2=0.5, clip_norm=1e-3)
    step = trainer.recorded_step(batch_for(network))
    pull = step.gradients + 0.5 * step.network.weights * step.flat
    np.testing.assert_allclose(step.update, -1e-3 * pull / np.linalg.norm(pull), rtol=1e-12)


def test_a_learning_rate_of_zero_moves_nothing() -> None:
    network = spec(LayerSpec(4, "tanh"))
    for kind in OPTIMIZER_NAMES:
        trainer = trainer_for(network, optimizer=kind, learning_rate=0.0)
        step = trainer.recorded_step(batch_for(network))
        np.testing.assert_array_equal(trainer.state().parameters, step.flat)
