"""Features and scalings: fitted on what may be seen, and never dividing by zero."""

import numpy as np
import pytest

from app.data import features
from app.data.errors import DataError
from app.data.scaling import SCALINGS, fit

COLUMN = np.array([[-2.0], [0.0], [1.0], [8.0]])


def test_linear_puts_the_smallest_at_minus_one_and_the_largest_at_one() -> None:
    scaled = fit("linear", COLUMN).apply(COLUMN)
    assert (scaled.min(), scaled.max()) == (-1.0, 1.0)
    assert scaled[1, 0] == pytest.approx(-0.6)


def test_standard_has_mean_zero_and_deviation_one() -> None:
    scaled = fit("standard", COLUMN).apply(COLUMN)
    assert scaled.mean() == pytest.approx(0)
    assert scaled.std() == pytest.approx(1)


def test_clip_cuts_at_the_first_and_ninety_fifth_percentile_then_scales_linearly() -> None:
    values = np.arange(101.0)[:, None]
    scaled = fit("clip", values).apply(values)
    assert (scaled[:2, 0] == -1).all()
    assert (scaled[95:, 0] == 1).all()
    assert scaled[48, 0] == pytest.approx(0)


def test_log_is_the_z_score_of_the_signed_logarithm() -> None:
    scaled = fit("log", COLUMN).apply(COLUMN)
    logs = np.sign(COLUMN) * np.log(1 + np.abs(COLUMN))
    assert np.allclose(scaled, (logs - logs.mean()) / logs.std())


def test_none_changes_nothing() -> None:
    assert (fit("none", COLUMN).apply(COLUMN) == COLUMN).all()


@pytest.mark.parametrize("kind", SCALINGS)
@pytest.mark.parametrize("constant", [0.0, 0.1, 7.0, 1e300])
def test_a_constant_column_stays_finite_and_becomes_zero(kind: str, constant: float) -> None:
    scaled = fit(kind, np.full((7, 1), constant)).apply(np.full((3, 1), constant))
    assert (scaled == (constant if kind == "none" else 0)).all()


@pytest.mark.parametrize("kind", SCALINGS)
def test_a_missing_value_passes_through_and_changes_no_other(kind: str) -> None:
    values = np.array([[1.0, 5.0], [np.nan, 6.0], [3.0, 9.0]])
    scaled = fit(kind, values).apply(values)
    assert np.isnan(scaled).tolist() == [[False, False], [True, False], [False, False]]


@pytest.mark.parametrize("kind", SCALINGS)
def test_a_column_without_any_value_scales_new_values_to_finite_numbers(kind: str) -> None:
    scaled = fit(kind, np.full((3, 1), np.nan)).apply(np.array([[2.0]]))
    assert np.isfinite(scaled).all()


@pytest.mark.parametrize("kind", SCALINGS)
def test_scaling_does_not_change_its_argument(kind: str) -> None:
    values = COLUMN.copy()
    result = fit(kind, values).apply(values)
    assert (values == COLUMN).all()
    assert not np.shares_memory(result, values)


def test_features_are_functions_of_the_two_raw_columns() -> None:
    inputs = np.array([[2.0, 3.0], [-1.0, 0.5]])
    values = features.apply(tuple(features.FEATURES), ("x1", "x2"), inputs)
    x1, x2 = inputs.T
    expected = [x1, x2, x1**2, x2**2, x1 * x2, np.sin(x1), np.sin(x2)]
    assert np.array_equal(values.T, expected)


def test_two_named_columns_offer_the_functions_too_and_three_do_not() -> None:
    assert features.available(("size", "rooms")) == ("size", "rooms", *features.FEATURES)
    assert features.available(("a", "b", "c")) == ("a", "b", "c")
    assert features.apply(("rooms", "x1^2"), ("size", "rooms"), np.array([[2.0, 3.0]])).tolist() == [[3.0, 4.0]]


@pytest.mark.parametrize("names", [[], ["x3"], ["x1", "x1"]])
def test_features_that_are_not_there_or_come_twice_are_refused(names: list[str]) -> None:
    with pytest.raises(DataError) as error:
        features.checked_names(names, ("x1", "x2"))
    assert error.value.path[0] == "features"


def test_an_unknown_scaling_is_refused() -> None:
    with pytest.raises(DataError, match="magic"):
        fit("magic", COLUMN)
