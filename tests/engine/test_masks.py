"""Dropout masks: fair, the same again for the same seed and step, and right at rates 0 and 1."""

import numpy as np
import pytest

from app.engine.masks import Masks
from app.engine.spec import LayerSpec

from .networks import spec


def drawn(step: int, rate: float = 0.3, mask: str = "per_step", seed: int = 0, samples: int = 6) -> np.ndarray:
    network = spec(LayerSpec(20, "tanh", rate), LayerSpec(10, "tanh"), dropout_mask=mask)
    keep = np.empty((32, samples))
    Masks(seed, network, (rate, 0.0)).write(step, keep)
    return keep


@pytest.mark.parametrize("mask", ["per_step", "per_sample"])
def test_any_steps_mask_can_be_drawn_again(mask: str) -> None:
    network = spec(LayerSpec(20, "tanh", 0.3), LayerSpec(10, "tanh"), dropout_mask=mask)
    masks, keep = Masks(0, network, (0.3, 0.0)), np.empty((32, 6))
    kept = []
    for step in range(1, 200):
        masks.write(step, keep)
        kept.append(keep.copy())
    for step in (199, 1, 63, 64, 65, 128):
        np.testing.assert_array_equal(drawn(step, mask=mask), kept[step - 1])
    assert len({mask.tobytes() for mask in kept}) == 199


def test_another_seed_draws_other_masks() -> None:
    assert drawn(1).tobytes() != drawn(1, seed=1).tobytes()


def test_a_step_s_mask_is_the_same_for_all_its_samples() -> None:
    keep = drawn(5)
    np.testing.assert_array_equal(keep, np.tile(keep[:, :1], (1, 6)))


def test_a_samples_mask_is_its_own() -> None:
    keep = drawn(5, 0.5, "per_sample")
    assert len({column.tobytes() for column in keep.T}) == 6


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.8, 1.0])
@pytest.mark.parametrize("mask", ["per_step", "per_sample"])
def test_units_are_dropped_at_the_rate_and_scaled_by_the_keep_probability(rate: float, mask: str) -> None:
    masks = np.stack([drawn(step, rate, mask) for step in range(1, 400)])[:, :20]
    assert (masks == 0).mean() == pytest.approx(rate, abs=0.02)
    assert set(np.unique(masks)) <= ({0.0} if rate == 1 else {0.0, 1 / (1 - rate)})


def test_rows_of_ones_and_layers_without_dropout_stay() -> None:
    np.testing.assert_array_equal(drawn(3, 0.9)[20:], 1.0)


def test_a_higher_rate_drops_more_of_the_same() -> None:
    """A rate changed in the middle of a run needs no new draw."""
    low, high = drawn(7, 0.2) > 0, drawn(7, 0.6) > 0
    assert (low | ~high).all()
    assert high.sum() < low.sum()


def test_a_draw_of_exactly_zero_drops_nothing_at_a_rate_of_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    class Zeros:
        def random(self, shape: tuple[int, ...], dtype: type) -> np.ndarray:
            return np.zeros(shape, dtype)

    monkeypatch.setattr(np.random, "default_rng", lambda _key: Zeros())
    keep = drawn(1, 0.5)
    np.testing.assert_array_equal(keep[:20], 0.0)
    np.testing.assert_array_equal(keep[20:], 1.0)
