"""Data sets by name: reproducible, balanced, and where they say they are."""

import gzip

import numpy as np
import pytest

from app.data.datasets import DATASETS, load
from app.data.errors import DataError
from tests.data import make_digits

SHAPES = [name for name, dataset in DATASETS.items() if dataset.shape]


def test_the_datasets_are_those_of_the_contract() -> None:
    binary = ["circles", "xor", "gaussians", "spirals", "moons", "checkerboard"]
    tables = ["penguins", "housing", "house_prices", "point", "digits"]
    assert list(DATASETS) == [*binary, "spirals3", "blobs3", "plane", "hills", *tables]


@pytest.mark.parametrize("name", DATASETS)
def test_the_same_seed_gives_the_same_rows_and_another_seed_others(name: str) -> None:
    one, again, other = load(name, 60, 0.1, 3), load(name, 60, 0.1, 3), load(name, 60, 0.1, 4)
    assert (one.inputs == again.inputs).all()
    assert (one.targets == again.targets).all()
    assert DATASETS[name].rows is not None or not (one.inputs == other.inputs).all()


@pytest.mark.parametrize("name", DATASETS)
def test_a_table_has_the_shape_that_its_description_promises(name: str) -> None:
    dataset, table = DATASETS[name], load(name, 61, 0.1, 0)
    rows = dataset.rows or 61
    assert table.inputs.shape == (rows, len(dataset.columns))
    assert table.targets.shape == (rows, 1)
    assert len(dataset.units) == len(dataset.columns)
    assert np.isfinite(table.inputs).all()
    if dataset.task != "regression":
        assert set(table.targets.ravel()) == set(range(len(dataset.classes)))


@pytest.mark.parametrize("name", [name for name in SHAPES if DATASETS[name].task != "regression"])
def test_every_class_of_a_shape_has_as_many_samples_as_the_others(name: str) -> None:
    counts = np.unique(load(name, 200, 0.1, 0).targets, return_counts=True)[1]
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_lie_around_the_origin(name: str) -> None:
    inputs = load(name, 500, 0.0, 0).inputs
    assert np.abs(inputs).max() <= 1.75
    assert np.abs(inputs.mean(axis=0)).max() < 0.2


def test_more_noise_moves_the_same_points_further() -> None:
    still, near, far = (load("moons", 50, noise, 0).inputs for noise in (0.0, 0.1, 0.2))
    assert np.allclose(far - still, 2 * (near - still))


def test_circles_without_noise_have_the_radii_of_the_recipe() -> None:
    table = load("circles", 100, 0.0, 0)
    radius = np.hypot(*table.inputs.T)
    assert np.allclose(radius, np.where(table.targets[:, 0] == 1, 1.0, 0.45))


def test_moons_without_noise_lie_on_two_half_circles() -> None:
    table = load("moons", 100, 0.0, 0)
    x, y = (table.inputs + np.array([0.5, 0.25])).T
    lower = table.targets[:, 0] == 1
    assert np.allclose(np.hypot(x[~lower], y[~lower]), 1)
    assert np.allclose(np.hypot(x[lower] - 1, y[lower] - 0.5), 1)
    assert (y[~lower] >= 0).all()
    assert (y[lower] <= 0.5).all()


def test_xor_without_noise_is_decided_by_the_signs() -> None:
    table = load("xor", 200, 0.0, 0)
    assert ((table.inputs.prod(axis=1) < 0) == (table.targets[:, 0] == 1)).all()


def test_checkerboard_without_noise_alternates() -> None:
    table = load("checkerboard", 300, 0.0, 0)
    cells = np.floor((table.inputs + 1.5) / 0.75).astype(int)
    assert (cells.sum(axis=1) % 2 == table.targets[:, 0]).all()
    assert len(np.unique(cells, axis=0)) == 16


def test_plane_is_the_mean_of_its_coordinates_and_noise_touches_only_the_target() -> None:
    clean, noisy = load("plane", 50, 0.0, 0), load("plane", 50, 0.1, 0)
    assert np.allclose(clean.targets[:, 0], clean.inputs.mean(axis=1))
    assert (noisy.inputs == clean.inputs).all()
    assert 0.05 < (noisy.targets - clean.targets).std() < 0.15


def test_penguins_are_the_342_measured_ones_of_344() -> None:
    table = load("penguins", 10, 0.5, 0)
    assert table.inputs.shape == (342, 4)
    assert (table.left_out, table.why) == (2, "no measurements")
    assert np.bincount(table.targets[:, 0].astype(int)).tolist() == [151, 68, 123]
    assert table.inputs[0].tolist() == [39.1, 18.7, 181.0, 3750.0]


def test_the_digits_are_those_of_the_script_that_made_the_file() -> None:
    """scikit-learn is the judge: what is committed is what its copy of UCI's digits says."""
    table, dataset = load("digits", 10, 0.5, 0), DATASETS["digits"]
    pixels, labels = make_digits.chosen()
    assert (table.inputs == pixels).all()
    assert (table.targets[:, 0] == labels).all()
    assert np.bincount(labels).tolist() == [100] * 10
    assert set(np.unique(table.inputs)) == set(range(17))
    assert dataset.picture == (8, 8)
    assert make_digits.FILE.stat().st_size < 60_000
    assert gzip.decompress(make_digits.FILE.read_bytes()).decode() == make_digits.text()


def test_housing_has_outliers_flipped_labels_and_columns_far_apart() -> None:
    table = load("housing", 400, 0.1, 0)
    logs = (np.log(table.inputs) - [0.65, 7.0]) / [0.35, 0.75]
    disagree = (logs[:, 0] > logs[:, 1]) != (table.targets[:, 0] == 1)
    assert 0.01 < disagree.mean() < 0.1
    assert table.inputs.max(axis=0)[1] / table.inputs.max(axis=0)[0] > 100
    assert (np.abs(logs) > 3).sum() >= 4
    assert DATASETS["housing"].made_up


def test_point_is_the_sample_of_the_worked_example() -> None:
    table = load("point", 300, 0.1, 7)
    assert (table.inputs.tolist(), table.targets.tolist()) == ([[1.0]], [[1.0]])


def test_an_unknown_dataset_is_named_with_what_there_is() -> None:
    with pytest.raises(DataError, match="mnist") as error:
        load("mnist", 10, 0.1, 0)
    assert (error.value.path, error.value.value) == (("dataset",), "mnist")
    assert "circles" in str(error.value.allowed)


def test_fewer_samples_than_classes_are_refused() -> None:
    with pytest.raises(DataError, match="at least 3"):
        load("blobs3", 2, 0.1, 0)
