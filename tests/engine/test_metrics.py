"""How good the answers are, against what scikit-learn says of the same numbers (written down here) and by hand."""

import numpy as np
import pytest

from app.engine.metrics import Predictions, class_predictions, constant_loss, regression_metrics, true_classes


def test_who_always_answers_no_is_right_in_nineteen_of_twenty_and_balanced_at_half() -> None:
    found = Predictions(np.array([0] * 19 + [1]), np.zeros(20, dtype=np.intp), 2).metrics
    assert (found.accuracy, found.balanced_accuracy, found.never_answered) == (0.95, 0.5, (1,))


def test_classes_count_alike_in_the_balanced_accuracy() -> None:
    """sklearn.metrics.balanced_accuracy_score([0, 0, 0, 0, 1, 1, 2], [0, 0, 0, 1, 1, 0, 2]) is 0.75."""
    found = Predictions(np.array([0, 0, 0, 0, 1, 1, 2]), np.array([0, 0, 0, 1, 1, 0, 2]), 3).metrics
    assert (found.accuracy, found.balanced_accuracy, found.never_answered) == (5 / 7, 0.75, ())


def test_a_class_that_does_not_occur_is_not_missed() -> None:
    found = Predictions(np.array([0, 0, 2]), np.array([0, 0, 0]), 3).metrics
    assert (found.balanced_accuracy, found.never_answered) == (0.5, (2,))


def test_an_answer_that_is_no_number_names_no_class() -> None:
    truth = true_classes("binary", np.array([[0.0, 0.0, 1.0]]))
    assert truth is not None
    found = class_predictions(np.array([[np.nan, 0.2, 0.7]]), truth)
    assert found.predicted.tolist() == [-1, 0, 1]
    assert found.metrics.accuracy == 2 / 3


def test_a_regression_is_told_by_its_error_and_by_its_share_of_the_variance() -> None:
    """sklearn.metrics: root_mean_squared_error 0.6123724356957945, r2_score 0.9486081370449679."""
    found = regression_metrics(np.array([[2.5, 0.0, 2.0, 8.0]]), np.array([[3.0, -0.5, 2.0, 7.0]]))
    assert found.rmse == pytest.approx(0.6123724356957945, rel=1e-15)
    assert found.r2 == pytest.approx(0.9486081370449679, rel=1e-15)


def test_several_outputs_count_alike() -> None:
    """sklearn.metrics: root_mean_squared_error 0.8227486121839513, r2_score 0.9368005266622779."""
    outputs, targets = np.array([[0, -1, 8], [2, 2, -5]]).astype(float), np.array([[0.5, -1, 7], [1, 1, -6]])
    found = regression_metrics(outputs, targets)
    assert found.rmse == pytest.approx(0.8227486121839513, rel=1e-15)
    assert found.r2 == pytest.approx(0.9368005266622779, rel=1e-15)


def test_where_all_targets_are_alike_there_is_no_variance_to_have_a_share_of() -> None:
    assert regression_metrics(np.array([[1.0, 3.0]]), np.array([[2.0, 2.0]])).r2 is None


def test_the_best_constant_answer_is_the_mean_or_the_shares_of_the_classes() -> None:
    thirds = np.eye(3)[[0, 0, 1, 2, 2, 2]]
    assert constant_loss("softmax_cross_entropy", thirds) == pytest.approx(
        -(2 / 6 * np.log(2 / 6) + 1 / 6 * np.log(1 / 6) + 0.5 * np.log(0.5))
    )
    assert constant_loss("binary_cross_entropy", np.array([[0.0], [1.0]])) == pytest.approx(np.log(2))
    assert constant_loss("binary_cross_entropy", np.ones((3, 1))) == 0
    targets = np.array([[1.0, 4.0], [3.0, 0.0]])
    assert constant_loss("squared_error", targets) == pytest.approx(0.5 * (1 + 4))
    rng = np.random.default_rng(0)
    best = min(0.5 * ((targets - answer) ** 2).sum(axis=1).mean() for answer in rng.uniform(-1, 5, (2000, 2)))
    assert constant_loss("squared_error", targets) <= best
