"""How good the answers to one split are, apart from the loss: of classes, and of numbers in their own units."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .arrays import Array

Task = Literal["binary", "multiclass", "regression"]
ConfusionMatrix = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class ClassMetrics:
    """`balanced_accuracy` is the mean, over the classes that occur, of the share of a class that is answered right.

    `never_answered` lists the classes, by number, that occur and that no answer names. A class of which the split holds
    no sample is in neither.
    """

    accuracy: float
    balanced_accuracy: float
    never_answered: tuple[int, ...]


@dataclass(frozen=True)
class RegressionMetrics:
    """Root of the mean squared error, and R² = 1 − Σ(ŷ − y)² / Σ(y − mean y)²; of several outputs the mean of each.

    `r2` is None where the targets of an output are all alike: it divides by how far they lie apart.
    """

    rmse: float
    r2: float | None


Metrics = ClassMetrics | RegressionMetrics


@dataclass(frozen=True)
class SplitMetrics:
    """Of both splits; `test` is None without a test split."""

    train: Metrics
    test: Metrics | None


@dataclass(frozen=True)
class Predictions:
    """Class numbers (n,): the true ones and the answered ones, -1 for an answer that is not a number."""

    truth: NDArray[np.intp]
    predicted: NDArray[np.intp]
    classes: int

    @cached_property
    def _counts(self) -> list[list[int]]:
        """Rows the true class, columns the answered one; before them the answers that are not a number."""
        columns = self.classes + 1
        cells = self.truth * columns + self.predicted + 1
        counts: list[list[int]] = np.bincount(cells, minlength=self.classes * columns).reshape(-1, columns).tolist()
        return counts

    @property
    def metrics(self) -> ClassMetrics:
        counts = self._counts
        occurring = [(number, row) for number, row in enumerate(counts) if any(row)]
        recalls = [row[number + 1] / sum(row) for number, row in occurring]
        never = tuple(number for number, _ in occurring if not any(row[number + 1] for row in counts))
        right = sum(row[number + 1] for number, row in occurring)
        return ClassMetrics(right / len(self.truth), sum(recalls) / len(recalls), never)

    def confusion(self) -> ConfusionMatrix:
        """Counts, rows the true class and columns the answered one; an answer that is not a number is in no column."""
        return tuple(tuple(row[1:]) for row in self._counts)


def true_classes(task: Task, targets: Array) -> NDArray[np.intp] | None:
    """The class numbers (n,) that targets (outputs, n) stand for; None in a regression."""
    if task == "regression":
        return None
    truth: NDArray[np.intp] = (targets[0] >= 0.5).astype(np.intp) if task == "binary" else targets.argmax(axis=0)
    return truth


def class_predictions(outputs: Array, truth: NDArray[np.intp]) -> Predictions:
    """Probability (or ŷ) ≥ 0.5 answers class 1; of several outputs (outputs, n) the largest answers."""
    predicted = (outputs[0] >= 0.5).astype(np.intp) if len(outputs) == 1 else outputs.argmax(axis=0)
    if math.isnan(np.minimum.reduce(outputs, axis=None)):
        predicted[np.isnan(outputs).any(axis=0)] = -1
    return Predictions(truth, predicted, max(2, len(outputs)))


def regression_metrics(outputs: Array, targets: Array, scale: Array | float = 1.0) -> RegressionMetrics:
    """Of outputs and targets (outputs, n); one of their units is `scale` (outputs,) of those that RMSE is told in."""
    with np.errstate(all="ignore"):
        squares = np.square(outputs - targets).mean(axis=1)
        spread = np.square(targets - targets.mean(axis=1, keepdims=True)).mean(axis=1)
        rmse = float((np.sqrt(squares) * scale).mean())
        r2 = float((1 - squares / spread).mean()) if (spread > 0).all() else None
    return RegressionMetrics(rmse, r2)


def constant_loss(loss: str, targets: Array) -> float:
    """The loss of the best constant prediction to targets (n, outputs): their mean, or the shares of the classes."""
    mean = targets.mean(axis=0)
    if loss == "squared_error":
        return float(0.5 * ((targets - mean) ** 2).sum(axis=1).mean())
    shares = [mean[0], 1 - mean[0]] if loss == "binary_cross_entropy" else list(mean)
    return float(-sum(share * math.log(share) for share in shares if share > 0))
