"""Splits, label noise and batches: every sample once an epoch, and any step's batch can be had again."""

import numpy as np
import pytest

from app.data.errors import DataError
from app.data.sampling import Sampler, flip_labels, permutation, split


def test_a_split_uses_every_row_once() -> None:
    train, test = split(300, 0.33, 5)
    assert (len(train), len(test)) == (201, 99)
    assert sorted([*train, *test]) == list(range(300))


def test_a_split_keeps_the_classes_balanced() -> None:
    classes = np.tile([0.0, 1.0], 50)
    train, test = split(100, 0.3, 1, classes)
    assert classes[train].mean() == classes[test].mean() == 0.5


def test_a_class_of_one_stays_in_training() -> None:
    train, _ = split(20, 0.3, 0, np.array([1.0] + 19 * [0.0]))
    assert 0 in train


@pytest.mark.parametrize(("rows", "fraction", "tests"), [(1, 0.33, 0), (1, 0.9, 0), (10, 0.0, 0), (2, 0.9, 1)])
def test_one_row_always_stays_for_training(rows: int, fraction: float, tests: int) -> None:
    train, test = split(rows, fraction, 0)
    assert (len(train), len(test)) == (rows - tests, tests)


@pytest.mark.parametrize("fraction", [-0.1, 1.0, float("nan")])
def test_a_fraction_that_leaves_nothing_to_train_on_is_refused(fraction: float) -> None:
    with pytest.raises(DataError, match="test_fraction"):
        split(10, fraction, 0)


@pytest.mark.parametrize("classes", [2, 3])
def test_flipped_labels_are_exactly_that_share_and_always_another_class(classes: int) -> None:
    labels = np.tile(np.arange(classes, dtype=np.float64), 90 // classes)
    flipped = flip_labels(labels, 0.2, classes, 0)
    assert (flipped != labels).sum() == 18
    assert set(flipped) == set(labels)


def test_a_larger_share_flips_the_same_labels_and_more() -> None:
    labels = np.zeros(50)
    few, many = flip_labels(labels, 0.1, 3, 0), flip_labels(labels, 0.3, 3, 0)
    assert (many[few != 0] == few[few != 0]).all()


def test_an_epoch_visits_the_permutation_of_the_contract() -> None:
    assert (permutation(4, 2, 10) == np.random.default_rng([4, 1, 2]).permutation(10)).all()


def test_batches_cut_an_epoch_and_the_remainder_comes_last() -> None:
    sampler, used, sizes, seen = Sampler(0, 10), 0, [], []
    for _ in range(6):
        batch = sampler.batch(used, 4)
        used += len(batch)
        sizes.append(len(batch))
        seen.extend(batch.tolist())
    assert sizes == [4, 4, 2, 4, 4, 2]
    assert seen == [*permutation(0, 0, 10), *permutation(0, 1, 10)]


def test_a_batch_size_above_the_number_of_samples_means_all_of_them() -> None:
    assert len(Sampler(0, 10).batch(0, 1000)) == 10


def test_a_changed_batch_size_goes_on_from_the_same_place() -> None:
    sampler = Sampler(0, 10)
    first, second, third = sampler.batch(0, 4), sampler.batch(4, 5), sampler.batch(9, 5)
    assert [*first, *second, *third] == permutation(0, 0, 10).tolist()


def test_going_back_gives_the_same_batch_again() -> None:
    sampler = Sampler(3, 10)
    first = sampler.batch(4, 4).tolist()
    sampler.batch(24, 4)
    assert sampler.batch(4, 4).tolist() == first


def test_a_batch_is_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Sampler(0, 10).batch(0, 4)[0] = 1
