"""Health: the status of each unhealthy layer, and that healthy networks have none."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine import health
from app.engine.health import (
    Baseline,
    Health,
    LayerMeasurements,
    Progress,
    dead_units,
    decades_per_layer,
    diagnose,
    judge_slope,
    saturated_units,
)


def layer(
    norm: float = 1.0, dead: int = 0, saturated: int = 0, finite: bool = True, no_gradient: bool = False, units: int = 4
) -> LayerMeasurements:
    number = np.arange(units)
    return LayerMeasurements(norm, number < dead, number < saturated, finite, no_gradient=no_gradient)


def diagnosis(
    layers: list[LayerMeasurements], gradient_rms: list[float] | None = None, first: float | None = 0.7, **more: Any
) -> Health:
    """Without `first`, the training loss at the start, it is the start that is diagnosed."""
    batch_norm = more.pop("batch_norm", False)
    progress = Progress(**{"step": 9, "epoch": 1.0, "loss": 0.5, "constant_loss": 0.69, "error": 0.4} | more)
    baseline = None if first is None else Baseline(first, ((),))
    return diagnose(layers, gradient_rms or [1.0], progress, baseline=baseline, batch_norm=batch_norm)


def status(*layers: LayerMeasurements, **more: Any) -> str:
    return diagnosis([*layers, layer()], **{"step": 100} | more).layers[0].status


@pytest.mark.parametrize(
    ("found", "called"),
    [
        (layer(), "healthy"),
        (layer(norm=0.011), "healthy"),
        (layer(norm=0.009), "vanishing"),
        (layer(norm=99.0), "healthy"),
        (layer(norm=101.0), "exploding"),
        (layer(dead=2), "healthy"),
        (layer(dead=3), "dead"),
        (layer(saturated=2), "healthy"),
        (layer(saturated=3), "saturated"),
        (layer(no_gradient=True, norm=0.0), "no_gradient"),
        (layer(finite=False, norm=math.nan), "not_finite"),
    ],
)
def test_each_status_has_its_name(found: LayerMeasurements, called: str) -> None:
    assert status(found) == called


def test_a_loss_a_million_times_the_first_is_an_explosion_everywhere() -> None:
    found = diagnosis([layer(), layer()], loss=8e5)
    assert {found.status, *(each.status for each in found.layers)} == {"exploding"}


def test_of_several_illnesses_the_gravest_is_named() -> None:
    everything = {"finite": False, "dead": 4, "saturated": 4, "no_gradient": True, "norm": 101.0}
    order = ["not_finite", "dead", "saturated", "no_gradient", "exploding"]
    cured: list[dict[str, Any]] = [{}, {"finite": True}, {"dead": 0}, {"saturated": 0}, {"no_gradient": False}]
    for name, cure in zip(order, cured, strict=True):
        everything |= cure
        assert status(layer(**everything)) == name
    assert status(layer(no_gradient=True, norm=0.0)) == "no_gradient", "and not vanishing"


def test_a_fit_that_is_exact_up_to_rounding_is_healthy() -> None:
    found = diagnosis([layer(norm=0.0), layer(norm=1e-17)], loss=0.0)
    assert found.status == "healthy"


def test_a_gradient_of_zero_is_right_where_no_answer_is_off() -> None:
    still = [layer(norm=0.0, no_gradient=True)] * 2
    assert diagnosis(still, error=0.0).status == "healthy"
    assert diagnosis(still, error=1e-6).status == "no_gradient"


def test_a_loss_that_starts_at_zero_does_not_explode_by_rounding() -> None:
    assert status(layer(), loss=1e-9, first=0.0) == "healthy"


def test_units_dead_from_the_start_are_counted_apart() -> None:
    progress = Progress(step=5, epoch=1.0, loss=0.5, constant_loss=0.69, error=0.4)
    found = diagnose([layer(dead=3), layer()], [1.0], progress, baseline=Baseline(0.7, ((1, 3),)))
    assert (found.layers[0].dead, found.layers[0].dead_at_start) == (3, 1)
    assert found.layers[0].dead_units == (0, 1, 2)


def test_at_the_start_all_the_dead_are_dead_from_the_start() -> None:
    found = diagnosis([layer(dead=2), layer()], first=None, step=0)
    assert found.layers[0].dead_at_start == 2


@pytest.mark.parametrize(
    ("slope", "step", "called"),
    [
        (0.65, 0, "vanishing"),
        (0.26, 0, "healthy"),
        (-0.09, 0, "healthy"),
        (-0.28, 0, "exploding"),
        (-0.28, 1500, "healthy"),
        (0.65, 1500, "healthy"),
    ],
)
def test_the_slope_is_always_reported_and_sets_the_status_only_at_the_start(
    slope: float, step: int, called: str
) -> None:
    gradient_rms = [10 ** (slope * k) for k in range(5)]
    found = diagnosis([layer(units=16)] * 6, gradient_rms, step=step)
    assert found.slope == pytest.approx(slope)
    assert found.status == called


def test_two_hidden_layers_are_too_few_for_a_slope_to_set_the_status() -> None:
    assert diagnosis([layer()] * 3, [1.0, 100.0], first=None, step=0).status == "healthy"


@pytest.mark.parametrize(
    ("slope", "widths", "called"),
    [
        (-0.22, [16] * 4, "exploding"),
        (-0.21, [16] * 4, "healthy"),  # 1.75 / √64 = 0.219
        (-0.3, [3, 12, 13], "healthy"),
        (-0.36, [3, 12, 13], "exploding"),
        (0.41, [16] * 4, "vanishing"),
        (0.39, [16] * 4, "healthy"),
        (0.55, [3] * 3, "healthy"),
        (0.6, [3] * 3, "vanishing"),
        (None, [16] * 4, "healthy"),
        (-9.0, [16] * 2, "healthy"),
    ],
)
def test_a_slope_that_the_draw_of_few_weights_may_make_is_no_sign(
    slope: float | None, widths: list[int], called: str
) -> None:
    assert judge_slope(slope, widths) == called


def test_with_batch_norm_gradients_set_the_status_once_its_averages_have_settled() -> None:
    assert status(layer(norm=1e-5), batch_norm=True, step=health.NORM_WARM_UP - 1) == "healthy"
    assert status(layer(norm=1e-5), batch_norm=True, step=health.NORM_WARM_UP) == "vanishing"
    assert status(layer(dead=4), batch_norm=True, step=0) == "dead"


def test_the_slope_is_that_of_a_line_through_the_logarithms() -> None:
    gradient_rms = [0.001, 0.02, 0.05, 3.0]
    assert decades_per_layer(gradient_rms) == pytest.approx(np.polyfit([1, 2, 3, 4], np.log10(gradient_rms), 1)[0])


@pytest.mark.parametrize("gradient_rms", [[], [1.0], [1.0, 0.0, 1.0], [1.0, math.nan], [1.0, math.inf]])
def test_without_a_line_there_is_no_slope(gradient_rms: list[float]) -> None:
    assert decades_per_layer(gradient_rms) is None


def test_a_loss_that_is_not_a_number_makes_the_whole_network_not_finite() -> None:
    assert diagnosis([layer(), layer()], loss=math.nan).status == "not_finite"
    assert diagnosis([layer(), layer()], stopped=True).status == "not_finite"


def test_the_networks_status_is_that_of_its_worst_layer() -> None:
    found = diagnosis([layer(norm=1e-4), layer(dead=4), layer()], [1.0, 1.0])
    assert found.status == "dead"
    saturated = diagnosis([layer(saturated=4), *[layer()] * 4], [1e-4, 1e-2, 1.0, 1e2], step=0)
    assert saturated.status == "saturated", "graver than its slope, which vanishes"


@pytest.mark.parametrize(
    ("loss", "epoch", "called"),
    [
        (0.65, 1.0, None),
        (0.66, 1.0, "guessing"),  # 95 % of 0.69 is 0.6555
        (0.66, 0.99, None),
        (5.0, 3.0, "guessing"),
        (math.inf, 3.0, None),
    ],
)
def test_a_loss_that_hardly_beats_the_best_constant_answer_after_an_epoch_is_guessing(
    loss: float, epoch: float, called: str | None
) -> None:
    found = diagnosis([layer(), layer()], loss=loss, epoch=epoch)
    assert (found.learning, found.constant_loss) == (called, 0.69)


def test_where_one_answer_is_right_for_all_nobody_guesses() -> None:
    assert diagnosis([layer(), layer()], loss=0.1, constant_loss=0.0).learning is None


def test_a_dead_unit_has_no_slope_on_any_sample_and_nan_is_not_zero() -> None:
    slopes = np.array([[0, 0, 0], [0, 1, 0], [0, np.nan, 0]], dtype=np.float64)
    assert dead_units("relu", slopes).tolist() == [True, False, False]


@pytest.mark.parametrize("activation", ["step", "tanh", "sigmoid"])
def test_no_unit_of_a_step_layer_or_at_the_end_of_its_range_is_dead(activation: str) -> None:
    """A step answers 0 and 1 all the same; the slope of the others is rounded to 0."""
    assert not dead_units(activation, np.zeros((3, 5))).any()


def test_a_saturated_unit_sits_at_its_end_on_more_than_nine_samples_of_ten() -> None:
    outputs = np.full((3, 20), 0.9995)
    outputs[1, :2] = 0.5
    outputs[2] *= -1
    assert saturated_units("tanh", outputs).tolist() == [True, False, True]
    assert saturated_units("sigmoid", np.array([[0.0005], [0.9995], [0.5]])).tolist() == [True, True, False]
    assert not saturated_units("relu", outputs).any()
