"""No false alarms and none missed: 120 healthy networks, 120 sick ones, and what the page opens with.

An alarm is a health that is not "healthy", or learning that is "guessing". The healthy networks have weights that suit
them and learn; they raise none before their first step, on their way, or at its end.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from app.data.datasets import DATASETS
from app.engine.health import Health
from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.run import Run
from tests.runs.trained import layers, train

Config = dict[str, Any]

DEPTHS = (2, 3, 4, 5)
TABLES = ("penguins", "housing", "house_prices", "digits")  # raw, they saturate: that alarm is a true one
RELU = {"initializer": "he_normal", "learning_rate": 0.1}

EQUAL = (8, 8, 8, 8, 8, 8)
MIXED = (4, 12, 6, 16, 5, 10)
WIDENING = (4, 6, 8, 10, 12, 16)
GLOROT = {"initializer": "glorot_normal", "learning_rate": 0.1}
UNIFORM = {"initializer": "glorot_uniform", "learning_rate": 0.3}
HE = {"initializer": "he_normal", "learning_rate": 0.05}
FASTER = {"initializer": "he_normal", "learning_rate": 0.2}
NORMED = {"initializer": "glorot_normal", "learning_rate": 0.3, "batch_norm": True}

# At each depth: activation, widths (as many as there are layers), data set, and the weights that suit them.
HEALTHY: list[tuple[str, tuple[int, ...], str, Config]] = [
    ("linear", EQUAL, "gaussians", GLOROT),
    ("linear", MIXED, "plane", GLOROT),
    ("sigmoid", EQUAL, "gaussians", NORMED),
    ("sigmoid", MIXED, "moons", NORMED),
    ("sigmoid", WIDENING, "blobs3", NORMED),
    ("tanh", EQUAL, "circles", UNIFORM),
    ("tanh", MIXED, "moons", GLOROT),
    ("tanh", WIDENING, "hills", GLOROT),
    ("relu", EQUAL, "circles", HE),
    ("relu", MIXED, "moons", HE),
    ("relu", WIDENING, "plane", HE),
    ("leaky_relu", EQUAL, "xor", HE),
    ("leaky_relu", MIXED, "blobs3", HE),
    ("leaky_relu", WIDENING, "moons", HE),
    ("elu", EQUAL, "circles", HE),
    ("elu", MIXED, "blobs3", HE),
    ("elu", WIDENING, "moons", HE),
    ("gelu", EQUAL, "moons", FASTER),
    ("gelu", MIXED, "hills", HE),
    ("gelu", WIDENING, "circles", FASTER),
]
LEARNING_STEPS = 400
DEEPEST = 6

SIGMOIDS: Config = {"dataset": "moons", "initializer": "glorot_normal", "batch_size": 300}
HOT: Config = {"hidden": layers(8, "relu", 2), "initializer": "he_normal", "batch_size": 10, "learning_rate": 3.0}
TWICE: Config = {"dataset": "plane", "initializer": "he_normal", "initializer_scale": 2.0, "noise": 0.0}
HOLED: Config = {"inputs": [[0, 1], [1, None], [1, 0], [0, 0]], "targets": [0, 1, 1, 0], "task": "binary"}

# What ails them: config, steps after which it shows, seeds, and what it is called.
SICK: dict[str, tuple[Config, int, int, set[str]]] = {
    "sigmoids, 4 layers": (SIGMOIDS | {"hidden": layers(8, "sigmoid", 4)}, 0, 10, {"vanishing"}),
    "sigmoids, 6 layers": (SIGMOIDS | {"hidden": layers(8, "sigmoid", 6)}, 0, 10, {"vanishing"}),
    "weights twice too large": (TWICE | {"hidden": layers(16, "relu", 5)}, 0, 15, {"exploding"}),
    "a plane at too large a rate": (HOT | {"dataset": "plane"}, 50, 15, {"exploding", "not_finite", "dead"}),
    "rings at too large a rate": (HOT | {"dataset": "circles"}, 300, 15, {"dead"}),
    "raw housing": ({"dataset": "housing"}, 0, 8, {"saturated"}),
    "raw penguins": ({"dataset": "penguins"}, 0, 7, {"saturated"}),
    "steps": ({"hidden": layers(8, "step", 1)}, 0, 5, {"no_gradient"}),
    "a step above": ({"hidden": [*layers(8, "tanh"), *layers(8, "step")]}, 20, 5, {"no_gradient"}),
    "zeros": ({"initializer": "zeros"}, 0, 3, {"no_gradient"}),
    "zeros, trained": ({"initializer": "zeros"}, 50, 2, {"no_gradient"}),
    "everything dropped": ({"dropout": 1.0}, 20, 5, {"no_gradient"}),
    "batch norm over one sample": ({"batch_norm": True, "batch_size": 1}, 20, 5, {"no_gradient"}),
    "a missing cell": ({"dataset": HOLED, "test_fraction": 0}, 1, 3, {"not_finite"}),
    "nothing moves": ({"learning_rate": 0.0}, 13, 6, {"guessing"}),
    "sigmoids, trained": (SIGMOIDS | {"hidden": layers(8, "sigmoid", 5)}, 100, 6, {"guessing"}),
}


def run_of(**config: Any) -> Run:
    return Run(plan(RunConfig.model_validate(config)))


def health(run: Run) -> Health:
    return run.evaluation().evaluation.health


def alarms(run: Run) -> set[str]:
    found = health(run)
    return {found.status, found.learning or "healthy"} - {"healthy"}


def healthy_networks(depth: int) -> Iterator[Config]:
    for seed, (activation, widths, dataset, weights) in enumerate(HEALTHY):
        hidden = [{"units": units, "activation": activation} for units in widths[:depth]]
        yield {"dataset": dataset, "samples": 200, "hidden": hidden, "seed": seed, **weights}


def test_each_set_holds_120_networks() -> None:
    assert sum(1 for depth in range(1, DEEPEST + 1) for _ in healthy_networks(depth)) == 120
    assert sum(seeds for _, _, seeds, _ in SICK.values()) == 120


@pytest.mark.parametrize("depth", range(1, DEEPEST + 1))
def test_healthy_networks_raise_no_alarm_and_learn(depth: int) -> None:
    for config in healthy_networks(depth):
        run = run_of(**config)
        assert alarms(run) == set(), config
        train(run, LEARNING_STEPS // 2)
        assert health(run).status == "healthy", config
        train(run, LEARNING_STEPS // 2)
        found = run.evaluation().evaluation
        assert alarms(run) == set(), config
        assert found.train_loss < 0.8 * found.health.constant_loss, config


@pytest.mark.parametrize("name", SICK)
def test_sick_networks_raise_the_alarm_that_says_what_ails_them(name: str) -> None:
    config, steps, seeds, called = SICK[name]
    for seed in range(seeds):
        assert alarms(train(run_of(**config, seed=seed), steps)) & called, seed


def statuses(dataset: str, seeds: range, activation: str, **more: Any) -> Iterator[tuple[int, int, str, str]]:
    """(depth, seed, health at the start, health after 1500 steps), the default setup apart from what is given."""
    for depth in DEPTHS:
        hidden = RunConfig().hidden if (depth, activation) == (2, "tanh") else layers(8, activation, depth)
        scaling = "standard" if dataset in TABLES else "none"
        for seed in seeds:
            run = run_of(dataset=dataset, scaling=scaling, hidden=hidden, seed=seed, **more)
            before = health(run).status
            train(run, 1500)
            yield depth, seed, before, health(run).status


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_default_setup_raises_no_alarm_at_any_depth(dataset: str) -> None:
    assert [found for found in statuses(dataset, range(3), "tanh") if found[2:] != ("healthy", "healthy")] == []


@pytest.mark.parametrize("dataset", [name for name in DATASETS if name not in ("point", *TABLES)])
def test_relu_layers_with_he_initialization_raise_no_alarm(dataset: str) -> None:
    """On tables and on a single point most of a layer may really be silent: what is said of it then is true."""
    assert [found for found in statuses(dataset, range(2), "relu", **RELU) if found[2:] != ("healthy", "healthy")] == []
