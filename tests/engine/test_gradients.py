"""Every gradient against two references, and wrong layers that both must catch."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import layers, losses, workspace
from app.engine.activations import activation
from app.engine.batch import make_batch
from app.engine.layers import BatchNorm, HiddenLayer
from app.engine.spec import ACTIVATION_NAMES, LOSS_NAMES, LayerSpec
from app.engine.tape import Step

from .gradient_references import central_differences, check_by_autograd, check_by_differences, relative_error
from .networks import batch_for, spec, trainer_for, trainers

KINKED = {"relu", "leaky_relu", "elu", "step"}


def away_from_kinks(step: Step) -> bool:
    """Whether no unit with a kink stands where moving a parameter by 1e-5 could push it over."""
    pairs = [
        (f"{'n' if layer.batch_norm else 'z'}{k}", layer.activation)
        for k, layer in enumerate(step.network.spec.hidden, 1)
    ]
    return all(np.abs(step[name].value).min() > 1e-3 for name, kind in pairs if kind in KINKED)


def step_of(
    activation_name: str,
    loss: str,
    batch_norm: bool = False,
    dropout: float = 0.0,
    mask: str = "per_step",
    samples: int = 5,
    **more: Any,
) -> Step:
    """A recorded step of a network with two outputs, away from kinks."""
    hidden = [LayerSpec(4, activation_name, dropout, batch_norm), LayerSpec(3, activation_name, dropout, batch_norm)]
    network = spec(*hidden, loss=loss, dropout_mask=mask)
    for seed in range(50):
        step = trainer_for(network, seed, **more).recorded_step(batch_for(network, samples, seed))
        if away_from_kinks(step):
            return step
    raise AssertionError("no seed keeps away from the kinks")


@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "batch norm"])
@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize("name", ACTIVATION_NAMES)
def test_every_gradient_is_the_central_difference_of_the_loss(name: str, loss: str, batch_norm: bool) -> None:
    check_by_differences(step_of(name, loss, batch_norm))


@pytest.mark.parametrize("mask", ["per_step", "per_sample"])
@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "batch norm"])
@pytest.mark.parametrize("loss", LOSS_NAMES)
def test_gradients_hold_through_a_dropout_mask(loss: str, batch_norm: bool, mask: str) -> None:
    check_by_differences(step_of("tanh", loss, batch_norm, dropout=0.4, mask=mask))


@pytest.mark.parametrize("samples", [1, 2, 17])
def test_gradients_hold_for_any_size_of_batch(samples: int) -> None:
    check_by_differences(step_of("sigmoid", "softmax_cross_entropy", samples=samples))
    normed = step_of("gelu", "squared_error", True, samples=samples)
    check_by_differences(normed, tolerance=1e-5)  # two samples are ±1 after batch norm: sharply bent
    check_by_autograd(normed)


@pytest.mark.parametrize("output", ["sigmoid", "tanh"])
def test_gradients_hold_through_an_output_activation(output: str) -> None:
    network = spec(LayerSpec(3, "tanh"), output_activation=output)
    check_by_differences(trainer_for(network).recorded_step(batch_for(network)))


def test_gradients_hold_where_layers_differ() -> None:
    network = spec(
        LayerSpec(4, "tanh", 0.5),
        LayerSpec(3, "gelu", 0.0, True),
        LayerSpec(3, "gelu"),
        LayerSpec(5, "sigmoid", 0.2, True),
        loss="softmax_cross_entropy",
        dropout_mask="per_sample",
    )
    step = trainer_for(network).recorded_step(batch_for(network, 7))
    check_by_differences(step)
    check_by_autograd(step)


def test_the_update_follows_the_penalised_loss() -> None:
    step = step_of("tanh", "binary_cross_entropy", learning_rate=1.0, l1=0.03, l2=0.2)
    weights = step.network.weights * step.flat
    wanted = central_differences(step) + 0.03 * np.sign(weights) + 0.2 * weights
    assert relative_error(-step.update, wanted) < 1e-7
    assert step.penalty == pytest.approx(0.03 * np.abs(weights).sum() + 0.1 * np.square(weights).sum(), rel=1e-14)


def test_penalties_do_not_change_the_recorded_gradients() -> None:
    plain, penalised = step_of("tanh", "squared_error"), step_of("tanh", "squared_error", l1=0.1, l2=0.3)
    np.testing.assert_array_equal(plain.gradients, penalised.gradients)
    assert plain.penalty == 0.0
    assert plain.loss == penalised.loss


@settings(max_examples=150, deadline=None)
@given(trainers(), st.integers(1, 6), st.integers(0, 100))
def test_every_record_is_what_autograd_computes(trainer: Any, samples: int, seed: int) -> None:
    step = trainer.recorded_step(batch_for(trainer.network.spec, samples, seed))
    check_by_autograd(step)


def test_a_spotlight_is_the_gradient_of_its_sample_alone() -> None:
    """Without batch norm the batch's gradient is the mean of its samples' own."""
    network = spec(LayerSpec(4, "tanh", 0.4), LayerSpec(3, "elu", 0.2), dropout_mask="per_sample")
    batch = batch_for(network, 4)
    step = trainer_for(network).recorded_step(batch)
    alone = [step.spotlight(batch.inputs[row], batch.targets[row], row) for row in range(4)]
    for name in ("dW1", "db1", "dW3", "L"):
        mean = np.mean([one[name] for one in alone], axis=0)
        assert relative_error(mean, step[name].value) < 1e-12
    for name in ("z1", "d1", "z3"):
        assert relative_error([one[name] for one in alone], step[name].value) < 1e-12
    for name in ("dz3", "da1", "dz1"):
        assert relative_error([np.asarray(one[name]) / 4 for one in alone], step[name].value) < 1e-12


def test_a_spotlight_goes_through_the_statistics_of_its_batch() -> None:
    network = spec(LayerSpec(4, "sigmoid", 0.3, True), LayerSpec(3, "tanh", 0.0, True), loss="binary_cross_entropy")
    batch = batch_for(network, 6)
    step = trainer_for(network).recorded_step(batch)
    for row in range(6):
        alone = step.spotlight(batch.inputs[row], batch.targets[row], row)
        for name in ("z1", "n1", "a1", "d1", "n2", "z3"):
            assert relative_error(alone[name], np.asarray(step[name].value)[row]) < 1e-12
        assert step["L"].outputs is not None
        assert relative_error(alone["outputs"], step["L"].outputs[row]) < 1e-12
    unseen = step.spotlight([1.0, 2.0, 3.0], [0.0, 1.0])
    z1 = np.array([1.0, 2.0, 3.0]) @ step.parameters["W1"] + step.parameters["b1"]
    assert relative_error(unseen["z1"], z1) < 1e-12
    assert set(alone) == {record.name for record in step.tape} - {"update"} | {"outputs", "dx"}


@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize(
    "hidden",
    [
        (),
        (LayerSpec(5, "tanh", 0.0),),
        (LayerSpec(5, "gelu", 0.4), LayerSpec(4, "sigmoid", 0.0, True)),
        (LayerSpec(4, "elu", 0.0, True), LayerSpec(3, "relu", 0.3), LayerSpec(3, "tanh", 0.0)),
    ],
    ids=["no layer", "one", "dropout, batch norm", "three"],
)
def test_a_spotlights_gradient_of_its_inputs_is_what_differences_say(hidden: tuple[LayerSpec, ...], loss: str) -> None:
    network = spec(*hidden, inputs=6, outputs=3, loss=loss)
    batch = batch_for(network, 5)
    step = trainer_for(network).recorded_step(batch)
    x, y, h = batch.inputs[2], batch.targets[2], 1e-6
    loss_at = lambda inputs: float(np.asarray(step.spotlight(inputs, y, 2)["L"]))  # noqa: E731
    numeric = [(loss_at(x + h * unit) - loss_at(x - h * unit)) / (2 * h) for unit in np.eye(6)]
    found = np.asarray(step.spotlight(x, y, 2)["dx"])
    assert found.shape == (6,)
    assert np.abs(found).max() > 0
    assert relative_error(found, numeric) < 1e-7


def test_a_spotlight_outside_the_batch_has_its_units_where_each_sample_has_its_own_mask() -> None:
    network = spec(LayerSpec(4, "tanh", 0.9), LayerSpec(2, "tanh", 1.0), dropout_mask="per_sample")
    alone = trainer_for(network).recorded_step(batch_for(network)).spotlight([1.0, 0.5, 2.0], [0.0, 0.0])
    np.testing.assert_array_equal(alone["d1"], alone["a1"])
    np.testing.assert_array_equal(alone["d2"], [0.0, 0.0])


# --- wrong on purpose ---------------------------------------------------------------------------------------------


def wrong_slope(patch: pytest.MonkeyPatch) -> None:
    def wrong(_z: Any, a: Any, out: Any, _scratch: Any) -> None:
        np.subtract(1.0, a, out)  # 1 − a instead of 1 − a²

    def patched(name: str, dtype: Any = np.float64) -> Any:
        return replace(activation(name, dtype), slope=wrong)

    patch.setattr(workspace, "activation", patched)


def no_mean(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(losses.SquaredError, "backward", lambda _self, _y: None)


def mean_over_outputs_too(patch: pytest.MonkeyPatch) -> None:
    right = losses.SquaredError.backward

    def wrong(self: losses.SquaredError, y: Any) -> None:
        right(self, y)
        self._dz /= self._dz.shape[0]

    patch.setattr(losses.SquaredError, "backward", wrong)


def no_mask(patch: pytest.MonkeyPatch) -> None:
    def wrong(self: HiddenLayer) -> None:
        if self.keep is not None:
            np.copyto(self.da, self.dd)
        np.multiply(self.da, self.slope, self.dpre_activation)
        if self.norm is not None:
            self.norm.backward()

    patch.setattr(layers.HiddenLayer, "backward", wrong)


def statistics_held(patch: pytest.MonkeyPatch) -> None:
    right = BatchNorm.backward

    def wrong(self: BatchNorm) -> None:
        self.fixed_statistics = True
        right(self)
        self.fixed_statistics = False

    patch.setattr(layers.BatchNorm, "backward", wrong)


def gamma_forgotten(patch: pytest.MonkeyPatch) -> None:
    right = BatchNorm.backward

    def wrong(self: BatchNorm) -> None:
        right(self)
        np.divide(self.dz, self.gamma_column, self.dz)

    patch.setattr(layers.BatchNorm, "backward", wrong)


@pytest.mark.parametrize("check", [check_by_differences, check_by_autograd], ids=["differences", "autograd"])
@pytest.mark.parametrize(
    "mistake", [wrong_slope, no_mean, mean_over_outputs_too, no_mask, statistics_held, gamma_forgotten]
)
def test_the_references_catch_a_wrong_layer(
    mistake: Callable[[pytest.MonkeyPatch], None], check: Callable[[Step], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    network = spec(LayerSpec(4, "tanh", 0.4, True), LayerSpec(3, "tanh", 0.4, True))
    batch = batch_for(network, 5)
    check(trainer_for(network).recorded_step(batch))
    mistake(monkeypatch)
    with pytest.raises(AssertionError, match="is off by"):
        check(trainer_for(network).recorded_step(batch))


def test_a_kink_has_the_slope_that_pytorch_gives_it() -> None:
    for name, wanted in {"relu": 0.0, "leaky_relu": 0.01, "elu": 1.0, "step": 0.0}.items():
        network = spec(LayerSpec(1, name), inputs=1, outputs=1)
        trainer = trainer_for(network)
        parameters = trainer.network.pack({"W1": [[1.0]], "b1": [0.0], "W2": [[1.0]], "b2": [0.0]})
        trainer.restore(replace(trainer.state(), parameters=parameters))
        step = trainer.recorded_step(make_batch([0], [[0.0]], [[-1.0]]))
        assert np.asarray(step["dz1"].value).item() == wanted * np.asarray(step["da1"].value).item()
