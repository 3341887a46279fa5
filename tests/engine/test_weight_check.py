"""Checks of single weights: parabolas whose slope is known, the training step's own loss, and a wrong gradient."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.engine.batch import make_batch
from app.engine.network import Network
from app.engine.spec import LayerSpec
from app.engine.training import Trainer
from app.engine.weight_check import (
    LINE_POINTS,
    STEP_SIZES,
    FrozenStep,
    check_all_weights,
    check_weight,
    flat_index,
    freeze_step,
)

from .networks import batch_for, spec, trainer_for

UNIT = spec(inputs=1, outputs=1)
SAMPLES = make_batch([0, 1, 2], [[1.0], [2.0], [3.0]], [[2.0], [0.0], [1.0]])
DEEP = spec(LayerSpec(4, "tanh", 0.3, True), LayerSpec(3, "elu", 0.4), outputs=1, loss="binary_cross_entropy", inputs=2)

WHOLE = spec(LayerSpec(4, "tanh"), LayerSpec(3, "elu"), outputs=1, loss="binary_cross_entropy", inputs=2)


def frozen_step(trainer: Trainer, batch: Any) -> FrozenStep:
    return freeze_step(trainer.network, trainer.state(), trainer.settings, trainer.seed, batch)


def moved(trainer: Trainer, name: str, index: tuple[int, ...], by: float) -> Trainer:
    """The same place in training, one parameter moved."""
    state = trainer.state()
    named = trainer.network.unpack(state.parameters)
    named[name][index] += by
    other = Trainer(trainer.network, trainer.optimizer, trainer.settings, state, trainer.seed)
    other.restore(replace(state, parameters=trainer.network.pack(named)))
    return other


def test_the_loss_of_a_linear_unit_is_a_parabola_in_its_weight() -> None:
    trainer = trainer_for(UNIT)
    found = check_weight(frozen_step(trainer, SAMPLES), "W1", (0, 0), h=0.5, reach=2.0)
    w, b = (float(value.ravel()[0]) for value in trainer.network.unpack(trainer.state().parameters).values())
    x, y = SAMPLES.inputs[:, 0], SAMPLES.targets[:, 0]
    assert found.weight == w
    assert found.gradient == pytest.approx(np.mean(x * (w * x + b - y)))
    assert found.secant == pytest.approx(found.gradient)  # exact at any h, for a parabola
    weights = np.array(found.line["weights"])
    assert len(weights) == LINE_POINTS
    assert (weights[0], weights[-1]) == pytest.approx((w - 2, w + 2))
    wanted = [np.mean((v * x + b - y) ** 2) / 2 for v in weights]
    np.testing.assert_allclose(found.line["losses"], wanted, rtol=1e-12)
    assert found.loss_above == pytest.approx(np.mean(((w + 0.5) * x + b - y) ** 2) / 2)
    assert found.spotlight is None


def test_difference_quotients_err_by_curvature_at_large_h_and_by_rounding_at_small_h() -> None:
    curve = check_weight(frozen_step(trainer_for(WHOLE), batch_for(WHOLE, 8)), "W2", (1, 2)).curve
    assert [point.h for point in curve] == list(STEP_SIZES)
    errors = {round(np.log10(point.h), 1): point.relative_error for point in curve}
    assert errors[-5.0] < 1e-6 < 1e-3 < errors[0.0]
    assert errors[-14.0] > 1e-6


@pytest.mark.parametrize("mask", ["per_step", "per_sample"])
@pytest.mark.parametrize(("name", "index"), [("W1", (1, 2)), ("b2", (0,)), ("gamma1", (3,)), ("W3", (2, 0))])
def test_the_losses_are_those_of_a_training_step_from_there(mask: str, name: str, index: tuple[int, ...]) -> None:
    trainer = trainer_for(replace(DEEP, dropout_mask=mask))
    batch = batch_for(DEEP, 8)
    trainer.step(batch)
    found = check_weight(frozen_step(trainer, batch), name, index, h=0.1)
    assert found.step == 2
    assert found.loss == pytest.approx(moved(trainer, name, index, 0.0).step(batch), rel=1e-12)
    assert found.loss_below == pytest.approx(moved(trainer, name, index, -0.1).step(batch), rel=1e-12)
    assert found.loss_above == pytest.approx(moved(trainer, name, index, 0.1).step(batch), rel=1e-12)
    step = moved(trainer, name, index, 0.0).recorded_step(batch)
    assert found.gradient == np.asarray(step[f"d{name}"].value)[index]


@pytest.mark.parametrize("mask", ["per_step", "per_sample"])
@pytest.mark.parametrize("row", [3, None])
def test_a_spotlights_values_are_those_of_the_step(mask: str, row: int | None) -> None:
    trainer = trainer_for(replace(DEEP, dropout_mask=mask))
    batch = batch_for(DEEP, 8)
    inputs, target = batch.inputs[3], batch.targets[3]
    found = check_weight(frozen_step(trainer, batch), "W1", (0, 1), h=0.2, sample=(inputs, target, row)).spotlight
    assert found is not None
    for side, by in (("below", -0.2), ("above", 0.2)):
        step = moved(trainer, "W1", (0, 1), by).recorded_step(batch)
        wanted = step.spotlight(inputs, target, row)
        assert set(found[side]) == {name for name in wanted if not (name[0] == "d" and name not in ("d1", "d2", "d3"))}
        for name, value in found[side].items():
            np.testing.assert_allclose(value, wanted[name], rtol=1e-9, atol=1e-12, err_msg=name)


def test_a_flat_index_is_where_the_parameter_lies() -> None:
    network = Network(DEEP)
    flat = np.arange(network.size, dtype=float)
    for name, values in network.unpack(flat).items():
        for index, number in np.ndenumerate(values):
            assert flat_index(network, name, index) == number


@pytest.mark.parametrize(
    ("name", "index"), [("W9", (0, 0)), ("W1", (0,)), ("W1", (2, 0)), ("W1", (0, -1)), ("b1", (4,)), ("", ())]
)
def test_an_index_outside_the_parameter_is_refused(name: str, index: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=name or "no parameter"):
        flat_index(Network(DEEP), name, index)


def test_every_element_of_every_parameter_is_checked() -> None:
    frozen = frozen_step(trainer_for(WHOLE), batch_for(WHOLE, 8))
    checks = check_all_weights(frozen)
    assert {name: errors.shape for name, errors in checks.parameters.items()} == dict(frozen.network.shapes)
    assert checks.worst[2] == max(float(errors.max()) for errors in checks.parameters.values()) < 1e-5
    wrong = frozen.network.unpack(frozen.gradients)
    wrong["W2"][3, 1] *= 1.001
    caught = check_all_weights(replace(frozen, found=replace(frozen.found, gradients=frozen.network.pack(wrong))))
    assert caught.worst[:2] == ("W2", (3, 1))
    assert caught.worst[2] == pytest.approx(1e-3, rel=1e-2)


def test_many_points_at_once_or_few_make_the_same_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = frozen_step(trainer_for(DEEP), batch_for(DEEP, 8))
    whole = check_weight(frozen, "W1", (0, 0))
    monkeypatch.setattr("app.engine.weight_check._NUMBERS_AT_ONCE", 100)
    assert check_weight(frozen, "W1", (0, 0)) == whole


def test_entries_at_a_kink_are_marked_and_never_the_worst() -> None:
    """A unit at its kink for one sample: its bias and weights have no derivative, though their errors may be large."""
    relu = spec(LayerSpec(3, "relu"), inputs=2, outputs=1)
    trainer, batch = trainer_for(relu), batch_for(relu, 8)
    values = trainer.network.unpack(trainer.state().parameters)
    by = -float((batch.inputs @ values["W1"] + values["b1"])[5, 1])
    checks = check_all_weights(frozen_step(moved(trainer, "b1", (1,), by), batch))
    assert {name: np.argwhere(flags).tolist() for name, flags in checks.at_kink.items()} == {
        "W1": [[0, 1], [1, 1]],
        "b1": [[1]],
        "W2": [],
        "b2": [],
    }
    assert float(checks.parameters["b1"][1]) > 0.01
    assert checks.worst[2] < 1e-5
