"""Measures of losses and accuracies: of the run, of its start, and of the best constant prediction."""

import numpy as np

from ...engine.curvature import is_linear_unit
from ...engine.metrics import Metrics, RegressionMetrics
from ..snapshots import RunSnapshot
from .measure import Measure

FITTED = 0.01
"""Of the first loss's excess over the least possible one: what may be left when a linear unit counts as fitted."""


def _base_rate(snapshot: RunSnapshot) -> float:
    """The loss of the best constant prediction to the training split."""
    return snapshot.evaluation.health.constant_loss


def _above_base_rate(snapshot: RunSnapshot) -> float:
    return abs(snapshot.evaluation.train_loss - _base_rate(snapshot))


def _excess_share(snapshot: RunSnapshot) -> float | None:
    """The share still to go, from the best constant prediction's loss to the least possible loss of a linear unit."""
    base, least = _base_rate(snapshot), least_loss(snapshot)
    if least is None:
        return None
    return (snapshot.evaluation.train_loss - least) / (base - least) if base > least else None


def least_loss(snapshot: RunSnapshot) -> float | None:
    """The least possible loss of a linear unit on the training split; None of anything else."""
    batch = snapshot.training_batch
    if not is_linear_unit(snapshot.plan.network) or not np.isfinite(batch.inputs).all():
        return None
    table = np.column_stack([batch.inputs, np.ones(len(batch.inputs))])
    answers = table @ np.linalg.lstsq(table, batch.targets, rcond=None)[0]
    return float(0.5 * ((batch.targets - answers) ** 2).sum(axis=1).mean())


def _share_of_base_rate(snapshot: RunSnapshot) -> float | None:
    base = _base_rate(snapshot)
    return snapshot.evaluation.train_loss / base if base > 0 else None


def _steps_to_fit(snapshot: RunSnapshot) -> float | None:
    """The first step after which at most 1 % of the first loss's excess is left; None where there is none yet.

    With full batches the loss of step k + 1 is the training loss after step k.
    """
    least, first = least_loss(snapshot), snapshot.start_evaluation.train_loss
    if least is None or snapshot.controls.batch_size < snapshot.plan.samples.train:
        return None
    most = least + FITTED * (first - least)
    after = [*snapshot.losses[1:], snapshot.evaluation.train_loss]
    return next((snapshot.start.state.step + k for k, loss in enumerate(after, 1) if loss <= most), None)


def _gap(snapshot: RunSnapshot) -> float | None:
    test = snapshot.evaluation.test_loss
    return None if test is None else test - snapshot.evaluation.train_loss


def _r2(metrics: Metrics | None) -> float | None:
    return metrics.r2 if isinstance(metrics, RegressionMetrics) else None


def _loss_then(snapshot: RunSnapshot) -> float | None:
    return snapshot.cure_start_evaluation.train_loss if snapshot.cure_start_evaluation else None


MEASURES = (
    Measure("train_loss", "training loss", "", "number", lambda f: f.evaluation.train_loss),
    Measure("test_loss", "test loss", "", "number", lambda f: f.evaluation.test_loss),
    Measure("first_loss", "training loss before the first step", "", "number", lambda f: f.start_evaluation.train_loss),
    Measure("loss_then", "training loss when the cure began", "", "number", _loss_then),
    Measure("excess_share", "loss above the least possible one, of the whole way", "", "percent", _excess_share),
    Measure(
        "steps_to_fit", "steps until 1 % of the excess loss is left", "steps", "integer", _steps_to_fit, replay=True
    ),
    Measure("gap", "test loss − training loss", "", "number", _gap),
    Measure("train_accuracy", "training accuracy", "", "percent", lambda f: f.evaluation.train_accuracy),
    Measure("test_accuracy", "test accuracy", "", "percent", lambda f: f.evaluation.test_accuracy),
    Measure("train_r2", "training R²", "", "number", lambda f: _r2(f.evaluation.metrics.train)),
    Measure("test_r2", "test R²", "", "number", lambda f: _r2(f.evaluation.metrics.test)),
    Measure("base_rate", "loss of the best constant prediction", "", "number", _base_rate),
    Measure(
        "share_of_base_rate", "training loss ÷ that of the best constant prediction", "", "percent", _share_of_base_rate
    ),
    Measure("above_base_rate", "distance from the best constant prediction's loss", "", "number", _above_base_rate),
)
