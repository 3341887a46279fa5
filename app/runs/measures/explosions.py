"""Whether the loss exploded, when, and when the curvature of the data says that it should."""

import math

from app.engine import curvature
from app.engine.health import EXPLODING_LOSS, LEAST_LOSS
from app.runs.facts import Facts
from app.runs.measures.measure import Measure

OVERFLOW = 1.34e154
"""The square of anything larger is no number of float64."""


def _exploded_at(facts: Facts) -> float | None:
    """The first step whose loss is not finite, or above a million times the first; None where there is none."""
    most = EXPLODING_LOSS * max(facts.at_start.train_loss, LEAST_LOSS)
    for number, loss in enumerate(facts.losses, facts.start.state.step + 1):
        if not loss <= most:
            return number
    return facts.step if not facts.finite or not facts.evaluation.train_loss <= most else None


def _exploded(facts: Facts) -> float:
    return float(_exploded_at(facts) is not None)


def _stopped_at(facts: Facts) -> float | None:
    return None if facts.finite else facts.step


def _rate_limit(facts: Facts) -> float | None:
    start, settings = facts.start.state.parameters, facts.plan.controls.settings
    return curvature.curvature(facts.plan.network, start, facts.whole, settings.l2).limit


def _rate_over_limit(facts: Facts) -> float | None:
    limit = RATE_LIMIT.of(facts)
    return None if limit is None else facts.controls.settings.learning_rate / limit


def _growth(facts: Facts) -> float | None:
    """|1 − lr·λ|: by how much the error along the steepest direction is multiplied in a step."""
    limit = RATE_LIMIT.of(facts)
    return None if limit is None else abs(1 - 2 * facts.plan.controls.settings.learning_rate / limit)


def _predicted_stop(facts: Facts) -> float | None:
    """The step whose loss overflows, as predicted from the data alone: ln(1.34e154)/ln(growth) steps later."""
    growth = ERROR_GROWTH.of(facts)
    if growth is None or growth <= 1 or not curvature.is_linear_unit(facts.plan.network):
        return None
    return 1 + math.log(OVERFLOW) / math.log(growth)


def _prediction_error(facts: Facts) -> float | None:
    predicted, stopped = PREDICTED_STOP.of(facts), STOPPED_AT.of(facts)
    return None if predicted is None or stopped is None else abs(stopped - predicted)


STOPPED_AT = Measure("stopped_at", "step at which numbers ended", "", "integer", _stopped_at)
RATE_LIMIT = Measure("rate_limit", "largest stable learning rate, 2/λmax", "", "number", _rate_limit)
ERROR_GROWTH = Measure("error_growth", "growth of the error in a step", "×", "number", _growth)
PREDICTED_STOP = Measure("predicted_stop", "step at which it should overflow", "", "number", _predicted_stop)
MEASURES = (
    Measure("exploded", "exploded", "", "yes", _exploded, replay=True),
    Measure("exploded_at", "step at which it exploded", "", "integer", _exploded_at, replay=True),
    STOPPED_AT,
    RATE_LIMIT,
    Measure("rate_over_limit", "learning rate ÷ the limit", "", "number", _rate_over_limit),
    ERROR_GROWTH,
    PREDICTED_STOP,
    Measure("prediction_error", "steps between prediction and overflow", "steps", "number", _prediction_error),
)
