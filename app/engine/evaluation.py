"""Evaluations: losses, accuracies, confusion, health and histograms on the whole training and test split.

Evaluated without dropout and with batch norm's running averages. The gradients behind health and histograms are those
of the mean loss over the whole training split in that mode, without penalties. An evaluation is a value: nothing in it
is written to again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from . import health
from .arrays import Array
from .health import Baseline, Health, LayerMeasurements, Progress
from .inference import Inference
from .metrics import (
    ConfusionMatrix,
    Metrics,
    Predictions,
    SplitMetrics,
    Task,
    class_predictions,
    constant_loss,
    regression_metrics,
    true_classes,
)
from .network import Network
from .summary import Histogram, histogram, norm, rms
from .training import State


@dataclass(frozen=True)
class LayerHistograms:
    """Of one layer, over the training split: its activations (the last layer's outputs) and dL/dz."""

    layer: int
    activation: Histogram
    gradient: Histogram


@dataclass(frozen=True)
class Confusion:
    """Counts, rows the true class and columns the answered one; an answer that is not a number is in no column."""

    train: ConfusionMatrix
    test: ConfusionMatrix | None


@dataclass(frozen=True)
class Evaluation:
    """Of the state after `step` steps. Test values are None without a test split, accuracies in a regression."""

    step: int
    train_loss: float
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    confusion: Confusion | None
    metrics: SplitMetrics
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
        *,
        target_scale: Array | float = 1.0,
    ) -> None:
        """`train` and `test` are inputs (n, inputs) and targets (n, outputs); a test split of no samples is None.

        `target_scale` (outputs,) is how much of a regression's own units one unit of its targets here is.
        """
        self.network = network
        self._target_scale = target_scale
        self._task = task
        self._train = Inference(network, *train)
        self._test = Inference(network, *test) if test is not None and len(np.asarray(test[0])) else None
        self._truth = [
            None if split is None else true_classes(task, split.batch.y) for split in (self._train, self._test)
        ]
        self._none = np.zeros(network.spec.outputs, dtype=np.bool_)
        self._zeros = np.zeros(network.size)
        self._constant_loss = constant_loss(network.spec.loss, self._train.batch.targets)

    def evaluate(
        self, state: State, dropout: Sequence[float], baseline: Baseline | None = None, *, epoch: float = 0.0
    ) -> Evaluation:
        """`dropout` is one rate a hidden layer; at 1 the layer is left out. Without a baseline this is the start.

        `epoch` is how often the training split was used so far.
        """
        train, test = self._train, self._test
        train_loss = train.forward(state.parameters, state.running, dropout)
        train.backward()
        test_loss = test.forward(state.parameters, state.running, dropout) if test else None
        train_predictions, test_predictions = (
            None if split is None or truth is None else class_predictions(split.outputs, truth)
            for split, truth in zip((train, test), self._truth, strict=True)
        )
        train_metrics = self._metrics(train, train_predictions)
        test_metrics = self._metrics(test, test_predictions) if test else None
        with np.errstate(all="ignore"):
            histograms = self._histograms()
            return Evaluation(
                step=state.step,
                train_loss=train_loss,
                test_loss=test_loss,
                train_accuracy=getattr(train_metrics, "accuracy", None),
                test_accuracy=getattr(test_metrics, "accuracy", None),
                confusion=Confusion(
                    train_predictions.confusion(), test_predictions.confusion() if test_predictions else None
                )
                if train_predictions
                else None,
                metrics=SplitMetrics(train_metrics, test_metrics),
                health=self._health(state, epoch, train_loss, histograms, baseline),
                histograms=histograms,
                stopped=None if state.finite else "not_finite",
                wrong=_wrong(train_predictions, test_predictions),
            )

    def _metrics(self, split: Inference, predictions: Predictions | None) -> Metrics:
        return (
            predictions.metrics if predictions else regression_metrics(split.outputs, split.batch.y, self._target_scale)
        )

    def _health(
        self,
        state: State,
        epoch: float,
        loss: float,
        histograms: Sequence[LayerHistograms],
        baseline: Baseline | None,
    ) -> Health:
        *hidden, last = [rms(layer) for layer in self._train.workspace.errors()]
        progress = Progress(
            step=state.step,
            epoch=epoch,
            loss=loss,
            constant_loss=self._constant_loss,
            error=last * self._train.batch.size,
            stopped=not state.finite,
        )
        normalised = any(layer.batch_norm for layer in self.network.spec.hidden)
        return health.diagnose(
            self._measurements(_stopped_by_batch_norm(self.network, state), histograms),
            hidden,
            progress,
            baseline=baseline,
            batch_norm=normalised,
        )

    def _measurements(self, stopped: int, histograms: Sequence[LayerHistograms]) -> list[LayerMeasurements]:
        """`stopped`: the first so many layers had no gradient in the last training step."""
        workspace, spec, none = self._train.workspace, self.network.spec, self._none
        all_finite = (
            workspace.parameters.dot(self._zeros) == 0
        )  # 0 · x is 0 for every finite x, and NaN for every other
        found = []
        for k, (own, gradient) in enumerate(zip(workspace.parameter_views, workspace.gradient_views, strict=True)):
            weights = np.ascontiguousarray(gradient.W[:, :-1]).reshape(-1)
            size = norm(weights)
            activation = "" if k == len(spec.hidden) else spec.hidden[k].activation
            layer = None if k == len(spec.hidden) else workspace.hidden[k]
            outputs = self._train.outputs if layer is None else layer.a
            found.append(
                LayerMeasurements(
                    norm=size,
                    dead=none if layer is None else health.dead_units(activation, layer.slope),
                    saturated=none if layer is None else health.saturated_units(activation, layer.a),
                    finite=math.isfinite(size)
                    and (all_finite or bool(np.isfinite(own.W).all()))
                    and sum(histograms[k].activation.counts) == outputs.size,  # which counts finite numbers only
                    flat=activation == health.FLAT,
                    no_gradient=k < stopped
                    or (size == 0 and not weights.any()),  # the norm of very small ones is 0 too
                )
            )
        return found

    def _histograms(self) -> tuple[LayerHistograms, ...]:
        values = [*self._train.activations(), self._train.outputs]
        return tuple(
            LayerHistograms(k, histogram(activation), histogram(gradient))
            for k, (activation, gradient) in enumerate(zip(values, self._train.workspace.errors(), strict=True), 1)
        )


def _stopped_by_batch_norm(network: Network, state: State) -> int:
    """How many layers, from the first, had no gradient in the step that led here as batch norm saw a single sample.

    A sample is its own mean, so nothing that comes before the norm has a part in what comes after it.
    """
    if state.batch_size != 1:
        return 0
    return max((k for k, layer in enumerate(network.spec.hidden, 1) if layer.batch_norm), default=0)


def _wrong(train: Predictions | None, test: Predictions | None) -> tuple[int, ...] | None:
    if train is None:
        return None
    missed = [predictions.truth != predictions.predicted for predictions in (train, test) if predictions]
    return tuple(np.flatnonzero(np.concatenate(missed)).tolist())
