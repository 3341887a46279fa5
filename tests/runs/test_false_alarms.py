"""No false alarms: the default setup is called healthy on every data set, at the start and after 1500 steps."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.data.datasets import DATASETS
from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.run import Run
from tests.runs.trained import layers, train

DEPTHS = (2, 3, 4, 5)
TABLES = ("penguins", "housing", "house_prices")  # raw, they saturate: that alarm is a true one
RELU = {"initializer": "he_normal", "learning_rate": 0.1}


def statuses(dataset: str, seeds: range, activation: str, **more: Any) -> Iterator[tuple[int, int, str, str]]:
    """(depth, seed, health at the start, health after 1500 steps), the default setup apart from what is given."""
    for depth in DEPTHS:
        hidden = RunConfig().hidden if (depth, activation) == (2, "tanh") else layers(8, activation, depth)
        scaling = "standard" if dataset in TABLES else "none"
        for seed in seeds:
            config = {"dataset": dataset, "scaling": scaling, "hidden": hidden, "seed": seed, **more}
            run = Run(plan(RunConfig.model_validate(config)))
            before = run.evaluation().evaluation.health.status
            train(run, 1500)
            yield depth, seed, before, run.evaluation().evaluation.health.status


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_default_setup_raises_no_alarm_at_any_depth(dataset: str) -> None:
    assert [found for found in statuses(dataset, range(3), "tanh") if found[2:] != ("healthy", "healthy")] == []


@pytest.mark.parametrize("dataset", [name for name in DATASETS if name not in ("point", *TABLES)])
def test_relu_layers_with_he_initialization_raise_no_alarm(dataset: str) -> None:
    """On tables and on a single point most of a layer may really be silent: what is said of it then is true."""
    assert [found for found in statuses(dataset, range(2), "relu", **RELU) if found[2:] != ("healthy", "healthy")] == []
