"""Measures of losses and accuracies: of the run, of its start, and of the best constant answer."""

import math

import numpy as np

from app.runs.measures.measure import Measure
from app.runs.snapshots import RunSnapshot


def _base_rate(snapshot: RunSnapshot) -> float | None:
    """The loss of the best constant answer to the training split."""
    spec, targets = snapshot.plan.network.spec, snapshot.training_batch.targets
    mean = targets.mean(axis=0)
    if spec.loss == "squared_error":
        return float(0.5 * ((targets - mean) ** 2).sum(axis=1).mean())
    shares = np.array([mean[0], 1 - mean[0]]) if spec.loss == "binary_cross_entropy" else mean
    return float(-sum(share * math.log(share) for share in shares if share > 0))


def _above_base_rate(snapshot: RunSnapshot) -> float | None:
    base = _base_rate(snapshot)
    return None if base is None else abs(snapshot.evaluation.train_loss - base)


def _gap(snapshot: RunSnapshot) -> float | None:
    test = snapshot.evaluation.test_loss
    return None if test is None else test - snapshot.evaluation.train_loss


def _loss_then(snapshot: RunSnapshot) -> float | None:
    return snapshot.cure_start_evaluation.train_loss if snapshot.cure_start_evaluation else None


MEASURES = (
    Measure("train_loss", "training loss", "", "number", lambda f: f.evaluation.train_loss),
    Measure("test_loss", "test loss", "", "number", lambda f: f.evaluation.test_loss),
    Measure("first_loss", "training loss before the first step", "", "number", lambda f: f.start_evaluation.train_loss),
    Measure("loss_then", "training loss when the cure began", "", "number", _loss_then),
    Measure("gap", "test loss − training loss", "", "number", _gap),
    Measure("train_accuracy", "training accuracy", "", "percent", lambda f: f.evaluation.train_accuracy),
    Measure("test_accuracy", "test accuracy", "", "percent", lambda f: f.evaluation.test_accuracy),
    Measure("base_rate", "loss of the best constant answer", "", "number", _base_rate),
    Measure("above_base_rate", "distance from the best constant answer's loss", "", "number", _above_base_rate),
)
