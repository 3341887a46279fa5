"""Losses and accuracies: of a run, of its beginning, and of the best answer that never looks."""

import math

import numpy as np

from app.runs.facts import Facts
from app.runs.measures.measure import Measure


def _base_rate(facts: Facts) -> float | None:
    """The loss of the best constant answer to the training split."""
    spec, targets = facts.plan.network.spec, facts.whole.targets
    mean = targets.mean(axis=0)
    if spec.loss == "squared_error":
        return float(0.5 * ((targets - mean) ** 2).sum(axis=1).mean())
    shares = np.array([mean[0], 1 - mean[0]]) if spec.loss == "binary_cross_entropy" else mean
    return float(-sum(share * math.log(share) for share in shares if share > 0))


def _above_base_rate(facts: Facts) -> float | None:
    base = _base_rate(facts)
    return None if base is None else abs(facts.evaluation.train_loss - base)


def _gap(facts: Facts) -> float | None:
    test = facts.evaluation.test_loss
    return None if test is None else test - facts.evaluation.train_loss


def _loss_then(facts: Facts) -> float | None:
    return facts.at_since.train_loss if facts.at_since else None


MEASURES = (
    Measure("train_loss", "training loss", "", "number", lambda f: f.evaluation.train_loss),
    Measure("test_loss", "test loss", "", "number", lambda f: f.evaluation.test_loss),
    Measure("first_loss", "training loss before the first step", "", "number", lambda f: f.at_start.train_loss),
    Measure("loss_then", "training loss when the cure began", "", "number", _loss_then),
    Measure("gap", "test loss − training loss", "", "number", _gap),
    Measure("train_accuracy", "training accuracy", "", "percent", lambda f: f.evaluation.train_accuracy),
    Measure("test_accuracy", "test accuracy", "", "percent", lambda f: f.evaluation.test_accuracy),
    Measure("base_rate", "loss of the best constant answer", "", "number", _base_rate),
    Measure("above_base_rate", "distance from the best constant answer's loss", "", "number", _above_base_rate),
)
