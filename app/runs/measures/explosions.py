"""Measures of exploding losses: whether, when, and when the curvature of the data predicts it."""

import math

from ...engine import curvature
from ...engine.health import EXPLODING_LOSS, LEAST_LOSS
from ..snapshots import RunSnapshot
from .measure import Measure

ROUNDING = 1e-9
"""A loss that has come to its least wavers by less than this beside itself."""

OVERFLOW = 1.34e154
"""The square of anything larger is no number of float64."""


def _exploded_at(snapshot: RunSnapshot) -> float | None:
    """The first step whose loss is not finite, or above a million times the first; None where there is none."""
    most = EXPLODING_LOSS * max(snapshot.start_evaluation.train_loss, LEAST_LOSS)
    for number, loss in enumerate(snapshot.losses, snapshot.start.state.step + 1):
        if not loss <= most:
            return number
    return snapshot.step if not snapshot.finite or not snapshot.evaluation.train_loss <= most else None


def _exploded(snapshot: RunSnapshot) -> float:
    return float(_exploded_at(snapshot) is not None)


def _stopped_at(snapshot: RunSnapshot) -> float | None:
    return None if snapshot.finite else snapshot.step


def _stopped_epochs(snapshot: RunSnapshot) -> float | None:
    """After how many passes over the training split the numbers ended: at most 1 where the first held the cause."""
    stopped, batches = _stopped_at(snapshot), math.ceil(snapshot.plan.samples.train / snapshot.controls.batch_size)
    return None if stopped is None else stopped / batches


def _rate_limit(snapshot: RunSnapshot) -> float | None:
    start, settings = snapshot.start.state.parameters, snapshot.plan.controls.settings
    return curvature.curvature(snapshot.plan.network, start, snapshot.training_batch, settings.l2).limit


def _rate_over_limit(snapshot: RunSnapshot) -> float | None:
    limit = RATE_LIMIT.of(snapshot)
    return None if limit is None else snapshot.controls.settings.learning_rate / limit


def _rate_from_limit(snapshot: RunSnapshot) -> float | None:
    share = RATE_OVER_LIMIT.of(snapshot)
    return None if share is None else abs(share - 1)


def _limit_predicts(snapshot: RunSnapshot) -> float | None:
    """Whether the loss grows in the second half of the steps above the limit, and does not below it."""
    share, losses = RATE_OVER_LIMIT.of(snapshot), snapshot.losses
    if share is None or len(losses) < 2:
        return None
    grew = not snapshot.finite or not losses[-1] <= losses[len(losses) // 2] * (1 + ROUNDING)
    return float(grew == (share > 1))


def _growth(snapshot: RunSnapshot) -> float | None:
    """|1 − lr·λ|: by how much the error along the steepest direction is multiplied in a step."""
    limit = RATE_LIMIT.of(snapshot)
    return None if limit is None else abs(1 - 2 * snapshot.plan.controls.settings.learning_rate / limit)


def _predicted_stop(snapshot: RunSnapshot) -> float | None:
    """The step whose loss overflows, as predicted from the data alone: ln(1.34e154)/ln(growth) steps later."""
    growth = ERROR_GROWTH.of(snapshot)
    if growth is None or growth <= 1 or not curvature.is_linear_unit(snapshot.plan.network):
        return None
    return 1 + math.log(OVERFLOW) / math.log(growth)


def _prediction_error(snapshot: RunSnapshot) -> float | None:
    predicted, stopped = PREDICTED_STOP.of(snapshot), STOPPED_AT.of(snapshot)
    return None if predicted is None or stopped is None else abs(stopped - predicted)


STOPPED_AT = Measure("stopped_at", "step at which the numbers overflowed or became NaN", "", "integer", _stopped_at)
RATE_LIMIT = Measure("rate_limit", "largest stable learning rate, 2/λmax", "", "number", _rate_limit)
RATE_OVER_LIMIT = Measure("rate_over_limit", "learning rate ÷ the limit", "", "number", _rate_over_limit)
ERROR_GROWTH = Measure("error_growth", "growth of the error in a step", "×", "number", _growth)
PREDICTED_STOP = Measure("predicted_stop", "step at which it should overflow", "", "number", _predicted_stop)
MEASURES = (
    Measure("exploded", "exploded", "", "yes", _exploded, replay=True),
    Measure("exploded_at", "step at which it exploded", "", "integer", _exploded_at, replay=True),
    STOPPED_AT,
    Measure("stopped_epochs", "epochs until the numbers overflowed or became NaN", "", "number", _stopped_epochs),
    RATE_LIMIT,
    RATE_OVER_LIMIT,
    Measure("rate_from_limit", "distance of the learning rate from the limit", "", "percent", _rate_from_limit),
    Measure("limit_predicts", "the limit says rightly whether the loss grows", "", "yes", _limit_predicts, replay=True),
    ERROR_GROWTH,
    PREDICTED_STOP,
    Measure("prediction_error", "steps between prediction and overflow", "steps", "number", _prediction_error),
)
