"""The gradient check: it agrees with a right backward pass, and catches a wrong one."""

from dataclasses import replace

import numpy as np
import pytest

from app.engine import gradcheck as gradcheck_module
from app.engine.activations import Activation
from app.engine.gradcheck import GradientCheck, gradcheck, losses
from app.engine.network import Network
from app.engine.spec import ACTIVATION_NAMES, LayerSpec, NetworkSpec, OptimizerSpec, settings_of
from app.engine.training import State, Trainer, initial_state, make_batch
from app.engine.workspace import Layout, Workspace

RNG = np.random.default_rng(7)
INPUTS = RNG.normal(size=(6, 3))


def network_of(activation: str, *, loss: str = "squared_error", output: str = "linear", **layer: object) -> Network:
    hidden = (LayerSpec(4, activation, **layer), LayerSpec(3, activation, **layer))  # type: ignore[arg-type]
    outputs = 3 if loss == "softmax_cross_entropy" else 2
    return Network(NetworkSpec(3, hidden, outputs, loss, output))


def targets_of(network: Network) -> np.ndarray:
    if network.spec.loss == "softmax_cross_entropy":
        return np.eye(3)[[0, 1, 2, 0, 1, 1]]
    rows = np.array([[0.0, 1], [1, 1], [0, 0], [1, 0], [0, 1], [1, 1]])
    return rows if network.spec.loss == "binary_cross_entropy" else rows - 0.3


def start_of(network: Network) -> State:
    """A start away from zero biases, so that no two of a unit's derivatives are alike by accident."""
    flat = network.initial("glorot_normal", 1.5, 3)
    return initial_state(network, flat + 0.1 * np.random.default_rng(1).normal(size=flat.size))


def error_of(network: Network) -> float:
    batch = make_batch(np.arange(6), INPUTS, targets_of(network))
    return gradcheck(network, start_of(network), settings_of(network.spec, 0.1), 0, batch).max_relative_error


@pytest.mark.parametrize("loss", ["squared_error", "binary_cross_entropy", "softmax_cross_entropy"])
@pytest.mark.parametrize("activation", ACTIVATION_NAMES)
def test_backpropagation_agrees_with_differences_for_every_activation_and_loss(activation: str, loss: str) -> None:
    assert error_of(network_of(activation, loss=loss)) < 1e-7


@pytest.mark.parametrize("output", ["linear", "sigmoid", "tanh"])
def test_backpropagation_agrees_through_every_output_activation(output: str) -> None:
    assert error_of(network_of("tanh", output=output)) < 1e-7


@pytest.mark.parametrize("dropout", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("activation", ["tanh", "gelu", "leaky_relu"])
def test_backpropagation_agrees_with_batch_statistics_and_a_fixed_mask(activation: str, dropout: float) -> None:
    assert error_of(network_of(activation, batch_norm=True, dropout=dropout)) < 1e-5


def test_the_check_computes_the_same_loss_as_training() -> None:
    for loss in ("squared_error", "binary_cross_entropy", "softmax_cross_entropy"):
        network = network_of("elu", loss=loss, batch_norm=True)
        batch, state = make_batch(np.arange(6), INPUTS, targets_of(network)), start_of(network)
        workspace = Workspace(Layout(network, 6, (False, False)), state.parameters)
        own = losses(network, state.parameters[None, :], batch.inputs, batch.targets, [None, None])
        assert own[0] == pytest.approx(workspace.forward(batch), rel=1e-13)


def test_a_wrong_slope_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.engine import workspace

    right = workspace.activation("tanh")
    wrong = Activation("tanh", right.forward, lambda _z, a, out, _s: np.subtract(1.0, a, out), right.slope_reads)
    monkeypatch.setattr(workspace, "activation", lambda *_: wrong)
    assert error_of(network_of("tanh")) > 0.01


@pytest.mark.parametrize("name", ["W1", "gamma1", "beta2", "W3", "b3"])
def test_a_gradient_that_is_off_by_a_thousandth_is_named(name: str) -> None:
    network = network_of("tanh", batch_norm=True)
    batch, state = make_batch(np.arange(6), INPUTS, targets_of(network)), start_of(network)
    found = gradcheck_module.backpropagated(network, state, settings_of(network.spec, 0.1), 0, batch)
    gradients = network.unpack(found.gradients)
    gradients[name] = gradients[name] * 1.001
    check = gradcheck_module.compare(network, state, batch, replace(found, gradients=network.pack(gradients)))
    off = {parameter.name for parameter in check.parameters if (parameter.relative_error or 0) > 1e-4}
    assert off == {name}


def test_checking_in_many_pieces_gives_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    network = network_of("sigmoid")
    at_once = error_of(network)
    monkeypatch.setattr(gradcheck_module, "_NUMBERS_AT_ONCE", 300)
    assert error_of(network) == pytest.approx(at_once, rel=1e-2)


def test_a_run_that_is_not_finite_has_no_error_rather_than_a_crash() -> None:
    network = network_of("relu")
    state = initial_state(network, np.full(network.size, np.nan))
    batch = make_batch(np.arange(6), INPUTS, targets_of(network))
    found = gradcheck(network, state, settings_of(network.spec, 0.1), 0, batch)
    assert np.isnan(found.max_relative_error)
    assert {parameter.at_kink for parameter in found.parameters} == {0}


def test_the_checked_gradient_is_the_one_the_next_step_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    network = network_of("tanh", batch_norm=True, dropout=0.4)
    batch, start = make_batch(np.arange(6), INPUTS, targets_of(network)), start_of(network)
    settings = settings_of(network.spec, 0.1)
    trainer = Trainer(network, OptimizerSpec(), settings, start, 9)
    trainer.step(batch)
    state, checked = trainer.state(), []
    monkeypatch.setattr(gradcheck_module, "compare", lambda *arguments: checked.append(arguments[-1]))
    gradcheck(network, state, settings, 9, batch)
    assert (checked[0].gradients == trainer.recorded_step(batch).gradients).all()


RELUS = Network(NetworkSpec(2, (LayerSpec(4, "relu"), LayerSpec(4, "relu")), 1, "binary_cross_entropy"))


def he_check(seed: int) -> GradientCheck:
    """Of 2-4-4-1 ReLUs before their first step: biases 0, so that z = 0 exactly where all of a layer is off."""
    state = initial_state(RELUS, RELUS.initial("he_normal", 1.0, seed))
    inputs = np.random.default_rng(seed).normal(size=(16, 2))
    batch = make_batch(np.arange(16), inputs, (inputs[:, :1] > 0).astype(float))
    return gradcheck(RELUS, state, settings_of(RELUS.spec, 0.1), 0, batch)


def test_entries_at_a_kink_are_counted_and_judged_by_no_error() -> None:
    checks = [he_check(seed) for seed in range(40)]
    assert max(check.max_relative_error for check in checks) < 1e-7
    kinks = [sum(parameter.at_kink for parameter in check.parameters) for check in checks]
    assert sum(count > 0 for count in kinks) >= 10
    assert max(kinks) <= 8, "of 37: all others are judged"


def test_of_a_layer_at_its_kink_the_biases_are_not_judged_and_all_else_is() -> None:
    """The first layer is off everywhere, so the second gets 0: its biases, and nothing else, move it off the kink."""
    values = RELUS.unpack(RELUS.initial("he_normal", 1.0, 0)) | {"b1": np.full(4, -100.0)}
    batch = make_batch(np.arange(16), np.random.default_rng(0).normal(size=(16, 2)), np.ones((16, 1)))
    state = initial_state(RELUS, RELUS.pack(values))
    check = gradcheck(RELUS, state, settings_of(RELUS.spec, 0.1), 0, batch)
    assert {parameter.name: parameter.at_kink for parameter in check.parameters if parameter.at_kink} == {"b2": 4}
    assert {parameter.name for parameter in check.parameters if parameter.relative_error is None} == {"b2"}
    assert check.max_relative_error < 1e-7


def test_a_wrong_gradient_beside_a_kink_is_still_caught() -> None:
    values = RELUS.unpack(RELUS.initial("he_normal", 1.0, 0))
    batch = make_batch(np.arange(16), np.random.default_rng(0).normal(size=(16, 2)), np.ones((16, 1)))
    values["b1"][0] = -float((batch.inputs @ values["W1"])[3, 0])  # unit 0 is at its kink for sample 3
    state = initial_state(RELUS, RELUS.pack(values))
    found = gradcheck_module.backpropagated(RELUS, state, settings_of(RELUS.spec, 0.1), 0, batch)
    gradients = RELUS.unpack(found.gradients)
    gradients["W1"][1, 2] += 0.1
    check = gradcheck_module.compare(RELUS, state, batch, replace(found, gradients=RELUS.pack(gradients)))
    first = check.parameters[0]
    assert (first.name, first.at_kink) == ("W1", 2)
    assert first.relative_error is not None
    assert first.relative_error > 0.01


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "elu", "gelu", "linear"])
def test_a_smooth_activation_has_no_kink(activation: str) -> None:
    network = Network(NetworkSpec(2, (LayerSpec(4, activation),), 1, "squared_error"))
    state = initial_state(network, np.zeros(network.size))
    batch = make_batch(np.arange(3), np.ones((3, 2)), np.ones((3, 1)))
    check = gradcheck(network, state, settings_of(network.spec, 0.1), 0, batch)
    assert {parameter.at_kink for parameter in check.parameters} == {0}
