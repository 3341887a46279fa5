"""Evaluations: losses, accuracies, confusion, health and histograms on the whole training and test split.

Evaluated without dropout and with batch norm's running averages. The gradients behind health and histograms are those
of the mean loss over the whole training split in that mode, without penalties. An evaluation is a value: nothing in it
is written to again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import health
from .health import Baseline, Health, LayerMeasurements
from .inference import Inference
from .network import Network
from .summary import Histogram, histogram, norm, rms
from .training import State

Task = Literal["binary", "multiclass", "regression"]


@dataclass(frozen=True)
class LayerHistograms:
    """Of one layer, over the training split: its activations (the last layer's outputs) and dL/dz."""

    layer: int
    activation: Histogram
    gradient: Histogram


@dataclass(frozen=True)
class Confusion:
    """Counts, rows the true class and columns the answered one; an answer that is not a number is in no column."""

    train: tuple[tuple[int, ...], ...]
    test: tuple[tuple[int, ...], ...] | None


@dataclass(frozen=True)
class Evaluation:
    """Of the state after `step` steps. Test values are None without a test split, accuracies in a regression."""

    step: int
    train_loss: float
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    confusion: Confusion | None
    health: Health
    histograms: tuple[LayerHistograms, ...]
    stopped: str | None
    wrong: tuple[int, ...] | None = None  # samples, those for training first, whose answer is not the truth

    @property
    def baseline(self) -> Baseline:
        """What later evaluations of the same run are compared with, when this one is of its start."""
        return Baseline(self.train_loss, tuple(layer.dead_units for layer in self.health.layers[:-1]))


class Evaluator:
    """Evaluates the states of one run; keeps workspaces of its own, and has one owner at a time."""

    def __init__(
        self,
        network: Network,
        task: Task,
        train: tuple[ArrayLike, ArrayLike],
        test: tuple[ArrayLike, ArrayLike] | None = None,
    ) -> None:
        """`train` and `test` are inputs (n, inputs) and targets (n, outputs); a test split of no samples is None."""
        self.network = network
        self._task = task
        self._train = Inference(network, *train)
        self._test = Inference(network, *test) if test is not None and len(np.asarray(test[0])) else None

    def evaluate(self, state: State, dropout: Sequence[float], baseline: Baseline | None = None) -> Evaluation:
        """`dropout` is one rate a hidden layer; at 1 the layer is left out. Without a baseline this is the start."""
        train, test = self._train, self._test
        train_loss = train.forward(state.parameters, state.running, dropout)
        train.backward()
        test_loss = test.forward(state.parameters, state.running, dropout) if test else None
        train_predictions = _predictions(self._task, train)
        test_predictions = _predictions(self._task, test) if test else None
        with np.errstate(all="ignore"):
            return Evaluation(
                step=state.step,
                train_loss=train_loss,
                test_loss=test_loss,
                train_accuracy=train_predictions.accuracy if train_predictions else None,
                test_accuracy=test_predictions.accuracy if test_predictions else None,
                confusion=Confusion(
                    train_predictions.confusion(), test_predictions.confusion() if test_predictions else None
                )
                if train_predictions
                else None,
                health=self._health(state, train_loss, baseline),
                histograms=self._histograms(),
                stopped=None if state.finite else "not_finite",
                wrong=_wrong(train_predictions, test_predictions),
            )

    def _health(self, state: State, loss: float, baseline: Baseline | None) -> Health:
        hidden = self.network.spec.hidden
        gradient_rms = [rms(layer) for layer in self._train.workspace.errors()[:-1]]
        return health.diagnose(
            self._measurements(),
            gradient_rms,
            step=state.step,
            loss=loss,
            baseline=baseline,
            batch_norm=any(layer.batch_norm for layer in hidden),
            stopped=not state.finite,
        )

    def _measurements(self) -> list[LayerMeasurements]:
        workspace, spec = self._train.workspace, self.network.spec
        parameters = self.network.views(workspace.parameters)
        gradients = self.network.views(workspace.gradients)
        none = np.zeros(spec.outputs, dtype=np.bool_)
        found = []
        for k, (own, gradient) in enumerate(zip(parameters, gradients, strict=True)):
            weights = norm(np.ascontiguousarray(gradient.W[:, :-1]).reshape(-1))
            last = k == len(spec.hidden)
            layer = None if last else workspace.hidden[k]
            outputs = self._train.outputs if layer is None else layer.a
            found.append(
                LayerMeasurements(
                    norm=weights,
                    dead=none if layer is None else health.dead_units(layer.slope),
                    saturated=none if layer is None else health.saturated_units(spec.hidden[k].activation, layer.a),
                    finite=math.isfinite(weights) and _all_finite(own.W) and _all_finite(outputs),
                    flat=not last and spec.hidden[k].activation == "step",
                )
            )
        return found

    def _histograms(self) -> tuple[LayerHistograms, ...]:
        values = [*self._train.activations(), self._train.outputs]
        return tuple(
            LayerHistograms(k, histogram(activation), histogram(gradient))
            for k, (activation, gradient) in enumerate(zip(values, self._train.workspace.errors(), strict=True), 1)
        )


@dataclass(frozen=True)
class Predictions:
    """Class numbers (n,): the true ones and the answered ones, -1 for an answer that is not a number."""

    truth: NDArray[np.intp]
    predicted: NDArray[np.intp]
    classes: int

    @property
    def accuracy(self) -> float:
        return int(np.count_nonzero(self.truth == self.predicted)) / len(self.truth)

    def confusion(self) -> tuple[tuple[int, ...], ...]:
        known = self.predicted >= 0
        cells = self.truth[known] * self.classes + self.predicted[known]
        counts = np.bincount(cells, minlength=self.classes**2).reshape(self.classes, self.classes)
        return tuple(tuple(row) for row in counts.tolist())


def _wrong(train: Predictions | None, test: Predictions | None) -> tuple[int, ...] | None:
    if train is None:
        return None
    missed = [predictions.truth != predictions.predicted for predictions in (train, test) if predictions]
    return tuple(np.flatnonzero(np.concatenate(missed)).tolist())


def _predictions(task: Task, inference: Inference) -> Predictions | None:
    """Probability (or ŷ) ≥ 0.5 answers class 1; of several outputs the largest answers. None in a regression."""
    outputs, targets = inference.outputs, inference.batch.y
    if task == "regression":
        return None
    if task == "binary":
        predicted = (outputs[0] >= 0.5).astype(np.intp)
        truth = (targets[0] >= 0.5).astype(np.intp)
    else:
        predicted, truth = outputs.argmax(axis=0), targets.argmax(axis=0)
    predicted[np.isnan(outputs).any(axis=0)] = -1
    return Predictions(truth, predicted, max(2, len(outputs)))


def _all_finite(values: NDArray[Any]) -> bool:
    return bool(np.isfinite(values).all())
