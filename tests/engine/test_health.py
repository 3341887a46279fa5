"""Health: the status of each unhealthy layer, and that healthy networks have none."""

import math

import numpy as np
import pytest

from app.engine import health
from app.engine.health import Baseline, LayerMeasurements, dead_units, decades_per_layer, diagnose, saturated_units

NONE = np.zeros(4, dtype=np.bool_)


def layer(
    norm: float = 1.0, dead: int = 0, saturated: int = 0, finite: bool = True, flat: bool = False
) -> LayerMeasurements:
    return LayerMeasurements(norm, np.arange(4) < dead, np.arange(4) < saturated, finite, flat)


def status(
    *layers: LayerMeasurements, loss: float = 0.5, step: int = 100, first: float = 0.7, batch_norm: bool = False
) -> str:
    found = diagnose(
        [*layers, layer()], [1.0], step=step, loss=loss, baseline=Baseline(first, ((),)), batch_norm=batch_norm
    )
    return found.layers[0].status


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
        (layer(saturated=4, dead=4, norm=0.0), "saturated"),
        (layer(finite=False, norm=math.nan), "not_finite"),
    ],
)
def test_each_status_has_its_name(found: LayerMeasurements, called: str) -> None:
    assert status(found) == called


def test_a_loss_a_million_times_the_first_is_an_explosion_everywhere() -> None:
    found = diagnose([layer(), layer()], [1.0], step=9, loss=8e5, baseline=Baseline(0.7, ((),)))
    assert {found.status, *(each.status for each in found.layers)} == {"exploding"}


def test_a_fit_that_is_exact_up_to_rounding_is_healthy() -> None:
    found = diagnose([layer(norm=0.0), layer(norm=1e-17)], [1.0], step=9, loss=0.0, baseline=Baseline(0.7, ((),)))
    assert found.status == "healthy"


def test_a_loss_that_starts_at_zero_does_not_explode_by_rounding() -> None:
    assert status(layer(), loss=1e-9, first=0.0) == "healthy"


def test_units_dead_from_the_start_are_counted_apart() -> None:
    found = diagnose([layer(dead=3), layer()], [1.0], step=5, loss=0.5, baseline=Baseline(0.7, ((1, 3),)))
    assert (found.layers[0].dead, found.layers[0].dead_at_start) == (3, 1)
    assert found.layers[0].dead_units == (0, 1, 2)


def test_at_the_start_all_the_dead_are_dead_from_the_start() -> None:
    found = diagnose([layer(dead=2), layer()], [1.0], step=0, loss=0.5, baseline=None)
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
    found = diagnose([layer()] * 6, gradient_rms, step=step, loss=0.5, baseline=Baseline(0.7, ((),) * 5))
    assert found.slope == pytest.approx(slope)
    assert found.status == called


def test_two_hidden_layers_are_too_few_for_a_slope_to_set_the_status() -> None:
    assert diagnose([layer()] * 3, [1.0, 100.0], step=0, loss=0.5, baseline=None).status == "healthy"


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
    assert diagnose([layer(), layer()], [1.0], step=3, loss=math.nan, baseline=None).status == "not_finite"


def test_the_networks_status_is_that_of_its_worst_layer() -> None:
    found = diagnose([layer(norm=1e-4), layer(dead=4), layer()], [1.0, 1.0], step=9, loss=0.5, baseline=None)
    assert found.status == "dead"


def test_a_dead_unit_has_no_slope_on_any_sample_and_nan_is_not_zero() -> None:
    slopes = np.array([[0, 0, 0], [0, 1, 0], [0, np.nan, 0]], dtype=np.float64)
    assert dead_units(slopes).tolist() == [True, False, False]


def test_a_saturated_unit_sits_at_its_end_on_more_than_nine_samples_of_ten() -> None:
    outputs = np.full((3, 20), 0.9995)
    outputs[1, :2] = 0.5
    outputs[2] *= -1
    assert saturated_units("tanh", outputs).tolist() == [True, False, True]
    assert saturated_units("sigmoid", np.array([[0.0005], [0.9995], [0.5]])).tolist() == [True, True, False]
    assert not saturated_units("relu", outputs).any()
