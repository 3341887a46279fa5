"""The samples of a run, prepared from its choice of data."""

import numpy as np
import pytest

from app.data.datasets import DATASETS
from app.data.errors import DataError
from app.data.prepare import prepare

ROWS = {"inputs": [[0, 1, 5.5], [1, None, 2], [3, 4, 7]], "targets": [0, 1, 1], "task": "binary"}


@pytest.mark.parametrize("scaling", ["none", "linear", "standard", "clip", "log"])
@pytest.mark.parametrize("name", DATASETS)
def test_every_dataset_can_be_prepared_with_every_scaling(name: str, scaling: str) -> None:
    samples = prepare(name, samples=60, scaling=scaling)
    n = len(samples.inputs)
    assert samples.values.shape == (n, len(samples.features))
    assert samples.targets.shape == (n, max(1, len(samples.classes)) if samples.task == "multiclass" else 1)
    assert samples.train == n - round(0.33 * n)
    assert np.isfinite(samples.values).all()


def test_scaling_is_fitted_on_the_training_split_alone() -> None:
    samples = prepare("moons", scaling="linear")
    train, test = samples.values[: samples.train], samples.values[samples.train :]
    assert (train.min(axis=0) == -1).all()
    assert (train.max(axis=0) == 1).all()
    assert np.abs(test).max() != 1


def test_label_noise_flips_training_labels_only() -> None:
    clean, noisy = prepare("circles", samples=300), prepare("circles", samples=300, label_noise=0.1)
    different = np.flatnonzero((clean.targets != noisy.targets).any(axis=1))
    assert different.tolist() == list(noisy.flipped)
    assert len(different) == round(0.1 * clean.train)
    assert (different < clean.train).all()


def test_label_noise_does_not_change_a_regression() -> None:
    assert (prepare("plane", label_noise=0.5).targets == prepare("plane").targets).all()


def test_three_classes_are_one_hot() -> None:
    samples = prepare("penguins", label_noise=0.2)
    assert samples.targets.shape == (342, 3)
    assert (samples.targets.sum(axis=1) == 1).all()
    assert samples.classes == ("Adelie", "Chinstrap", "Gentoo")


def test_samples_are_read_only() -> None:
    samples = prepare("penguins")
    for array in (samples.inputs, samples.values, samples.targets):
        assert not array.flags.writeable


def test_new_inputs_are_transformed_as_the_samples_were() -> None:
    samples = prepare("spirals", features=["x1", "x1*x2", "sin(x2)"], scaling="standard")
    assert (samples.transform(samples.inputs) == samples.values).all()


def test_the_point_has_no_test_split() -> None:
    samples = prepare("point")
    assert (samples.train, samples.columns, samples.extent, samples.grid(5)) == (1, ("x1",), None, None)


def test_the_grid_goes_from_the_upper_left_to_the_lower_right() -> None:
    samples = prepare("circles")
    assert samples.extent == (-1.5, 1.5, -1.5, 1.5)
    grid = samples.grid(4)
    assert grid is not None
    assert grid.shape == (16, 2)
    assert grid[[0, 3, 4, 15]].tolist() == [[-1.5, 1.5], [1.5, 1.5], [-1.5, 0.5], [1.5, -1.5]]


def test_the_extent_holds_every_sample_of_a_table() -> None:
    samples = prepare("housing")
    assert samples.extent is not None
    low, high = np.array(samples.extent).reshape(2, 2).T
    assert (samples.inputs > low).all()
    assert (samples.inputs < high).all()


def test_a_table_in_place_names_its_columns_and_keeps_what_is_missing() -> None:
    samples = prepare(ROWS, test_fraction=0, samples=7, noise=9)
    assert (samples.columns, samples.features, samples.train) == (("x1", "x2", "x3"),) * 2 + (3,)
    order = np.argsort(samples.inputs[:, 0])
    assert np.array_equal(samples.inputs[order], np.array([[0, 1, 5.5], [1, np.nan, 2], [3, 4, 7]]), equal_nan=True)
    assert samples.targets[order].tolist() == [[0], [1], [1]]


@pytest.mark.parametrize(
    ("targets", "task", "classes", "wire"),
    [
        ([[1], [0], [0]], "binary", ("0", "1"), [[1], [0], [0]]),
        ([1, 1, 1], "binary", ("0", "1"), [[1], [1], [1]]),
        ([True, False, True], "binary", ("0", "1"), [[1], [0], [1]]),
        (["no", "yes", "no"], "binary", ("no", "yes"), [[0], [1], [0]]),
        ([2, 0, 1.0], "multiclass", ("0", "1", "2"), [[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
        (["b", "a", "b"], "multiclass", ("a", "b"), [[0, 1], [1, 0], [0, 1]]),
        ([[0, 1], [1, 0], [0, 1]], "multiclass", ("0", "1"), [[0, 1], [1, 0], [0, 1]]),
        ([1.5, -2, 0], "regression", (), [[1.5], [-2], [0]]),
        ([[1, 2], [3, 4], [5, 6]], "regression", (), [[1, 2], [3, 4], [5, 6]]),
    ],
)
def test_targets_may_be_numbers_labels_or_rows(
    targets: list[object], task: str, classes: tuple[str, ...], wire: list[list[float]]
) -> None:
    samples = prepare({"inputs": [[1], [2], [3]], "targets": targets, "task": task}, test_fraction=0)
    assert samples.classes == classes
    assert samples.targets[np.argsort(samples.inputs[:, 0])].tolist() == wire


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"task": "guess"}, ("dataset", "task")),
        ({"inputs": []}, ("dataset", "inputs")),
        ({"inputs": "abc"}, ("dataset", "inputs")),
        ({"inputs": [[1, 2], [1], [2, 3]]}, ("dataset", "inputs", 1)),
        ({"inputs": [[1], ["2"], [3]]}, ("dataset", "inputs", 1, 0)),
        ({"inputs": [[1], [float("inf")], [3]]}, ("dataset", "inputs", 1, 0)),
        ({"inputs": [[1], [10**400], [3]]}, ("dataset", "inputs", 1, 0)),
        ({"targets": [0, 1]}, ("dataset", "targets")),
        ({"targets": [0, 1, None]}, ("dataset", "targets", 2)),
        ({"targets": [0, 1, float("nan")]}, ("dataset", "targets", 2)),
        ({"targets": [0, 1, 2]}, ("dataset", "targets")),
        ({"targets": [0, 1, "x"]}, ("dataset", "targets")),
        ({"targets": [0, 0.5, 1]}, ("dataset", "targets", 1)),
        ({"targets": [0, 0, 0], "task": "multiclass"}, ("dataset", "targets")),
        ({"targets": [[1, 0], [1, 1], [0, 1]], "task": "multiclass"}, ("dataset", "targets", 1)),
        ({"targets": [0, None, 1], "task": "regression"}, ("dataset", "targets", 1, 0)),
        ({"targets": [[1, 2], [3], [4, 5]], "task": "regression"}, ("dataset", "targets", 1)),
    ],
)
def test_a_bad_table_is_refused_with_the_path_to_the_bad_cell(
    change: dict[str, object], path: tuple[object, ...]
) -> None:
    with pytest.raises(DataError) as error:
        prepare({**ROWS, **change})
    assert error.value.path == path


def test_a_table_with_every_value_missing_is_prepared() -> None:
    samples = prepare({"inputs": [[None, 1], [None, 2]], "targets": [1, 2], "task": "regression"}, scaling="log")
    assert samples.extent is not None
    assert np.isfinite(samples.extent).all()
