"""Measures of losses and accuracies: of the run, of its start, and of the best constant answer."""

import numpy as np

from app.engine.curvature import is_linear_unit
from app.runs.measures.measure import Measure
from app.runs.snapshots import RunSnapshot


def _base_rate(snapshot: RunSnapshot) -> float:
    """The loss of the best constant answer to the training split."""
    return snapshot.evaluation.health.constant_loss


def _above_base_rate(snapshot: RunSnapshot) -> float:
    return abs(snapshot.evaluation.train_loss - _base_rate(snapshot))


def _excess_share(snapshot: RunSnapshot) -> float | None:
    """Of the way from the best constant answer to the least possible loss of a linear unit, the share still to go."""
    base, batch = _base_rate(snapshot), snapshot.training_batch
    if not is_linear_unit(snapshot.plan.network) or not np.isfinite(batch.inputs).all():
        return None
    table = np.column_stack([batch.inputs, np.ones(len(batch.inputs))])
    answers = table @ np.linalg.lstsq(table, batch.targets, rcond=None)[0]
    least = float(0.5 * ((batch.targets - answers) ** 2).sum(axis=1).mean())
    return (snapshot.evaluation.train_loss - least) / (base - least) if base > least else None


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
    Measure("excess_share", "loss above the least possible one, of the whole way", "", "percent", _excess_share),
    Measure("gap", "test loss − training loss", "", "number", _gap),
    Measure("train_accuracy", "training accuracy", "", "percent", lambda f: f.evaluation.train_accuracy),
    Measure("test_accuracy", "test accuracy", "", "percent", lambda f: f.evaluation.test_accuracy),
    Measure("base_rate", "loss of the best constant answer", "", "number", _base_rate),
    Measure("above_base_rate", "distance from the best constant answer's loss", "", "number", _above_base_rate),
)
