"""Summaries against NumPy's own, and where squares and widths overflow."""

import numpy as np
import pytest

from app.engine.summary import BINS, histogram, norm, summary


def test_a_summary_is_what_numpy_says() -> None:
    numbers = np.random.default_rng(0).normal(2, 3, size=500)
    found = summary(numbers, dead=0.5)
    assert (found.mean, found.std) == pytest.approx((numbers.mean(), numbers.std()), rel=1e-14)
    assert found.norm == pytest.approx(np.linalg.norm(numbers), rel=1e-14)
    assert found.histogram == histogram(numbers)
    assert found.dead == 0.5
    assert len(found.histogram.counts) == BINS


def test_a_norm_whose_square_overflows_is_still_a_norm() -> None:
    with np.errstate(over="ignore"):
        assert norm(np.array([3e200, 4e200])) == pytest.approx(5e200)
        assert norm(np.array([np.inf, 1.0])) == np.inf
        assert np.isnan(norm(np.array([np.nan, 1.0])))


def test_a_histogram_counts_every_finite_number_once() -> None:
    assert sum(histogram(np.array([-1e308, 0.0, 1e308])).counts) == 3
    assert sum(histogram(np.array([2.0, 2.0])).counts) == 2
    assert sum(histogram(np.array([np.nan, np.inf])).counts) == 0
    numbers = np.random.default_rng(0).normal(size=1000)
    found = histogram(numbers)
    np.testing.assert_array_equal(found.counts, np.histogram(numbers, 25)[0])
    assert (found.lo, found.hi) == (numbers.min(), numbers.max())
