"""How good the answers to one split are, apart from the loss: of classes, and of numbers in their own units."""

import math
from dataclasses import dataclass
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

    @property
    def metrics(self) -> ClassMetrics:
        occurring = np.unique(self.truth)
        recalls = [float(np.mean(self.predicted[self.truth == number] == number)) for number in occurring]
        never = tuple(int(number) for number in occurring if not np.any(self.predicted == number))
        right = int(np.count_nonzero(self.truth == self.predicted))
        return ClassMetrics(right / len(self.truth), sum(recalls) / len(recalls), never)

    def confusion(self) -> ConfusionMatrix:
        """Counts, rows the true class and columns the answered one; an answer that is not a number is in no column."""
        known = self.predicted >= 0
        cells = self.truth[known] * self.classes + self.predicted[known]
        counts = np.bincount(cells, minlength=self.classes**2).reshape(self.classes, self.classes)
        return tuple(tuple(row) for row in counts.tolist())


def class_predictions(task: Task, outputs: Array, targets: Array) -> Predictions | None:
    """Probability (or ŷ) ≥ 0.5 answers class 1; of several outputs the largest answers. None in a regression.

    outputs and targets are (outputs, n).
    """
    if task == "regression":
        return None
    if task == "binary":
        predicted = (outputs[0] >= 0.5).astype(np.intp)
        truth = (targets[0] >= 0.5).astype(np.intp)
    else:
        predicted, truth = outputs.argmax(axis=0), targets.argmax(axis=0)
    predicted[np.isnan(outputs).any(axis=0)] = -1
    return Predictions(truth, predicted, max(2, len(outputs)))


def regression_metrics(outputs: Array, targets: Array) -> RegressionMetrics:
    """Of outputs and targets (outputs, n) in the units in which they are to be told."""
    with np.errstate(all="ignore"):
        squares = np.square(outputs - targets).mean(axis=1)
        spread = np.square(targets - targets.mean(axis=1, keepdims=True)).mean(axis=1)
        rmse = float(np.sqrt(squares).mean())
        r2 = float((1 - squares / spread).mean()) if (spread > 0).all() else None
    return RegressionMetrics(rmse, r2)


def constant_loss(loss: str, targets: Array) -> float:
    """The loss of the best constant answer to targets (n, outputs): their mean, or the shares of the classes."""
    mean = targets.mean(axis=0)
    if loss == "squared_error":
        return float(0.5 * ((targets - mean) ** 2).sum(axis=1).mean())
    shares = [mean[0], 1 - mean[0]] if loss == "binary_cross_entropy" else list(mean)
    return float(-sum(share * math.log(share) for share in shares if share > 0))
