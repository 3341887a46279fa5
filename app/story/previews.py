"""Measurements for the five previews of experiments: each is the lesson's own run and one of its cures.

They are kept in previews.json; `python -m app.story.previews` makes them again, and a test holds them to it.
"""

from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any

import orjson

from ..engine.signal import gradient_rms
from ..runs.experiments import config_of, experiments
from ..runs.measures import value
from ..runs.slices import finish
from ..runs.snapshots import RunSnapshot, trained_snapshot

FILE = Path(__file__).with_name("previews.json")
CURES = {
    "vanishing": "relu",
    "exploding": "clip",
    "dying": "rate",
    "overflow": "standard",
    "dropout": "rate_50",
}
"""By lesson, the cure that is shown beside it."""

CURVE_STEPS = 60  # losses that a thumbnail draws


@lru_cache(maxsize=1)
def measurements() -> dict[str, Any]:
    """The measurements, as they were kept."""
    found: dict[str, Any] = orjson.loads(FILE.read_bytes())
    return found


def measure() -> dict[str, Any]:
    """All of them, by the engine, now: {lesson: {"run": …, "cure": …}}."""
    return {
        "vanishing": _both("vanishing", _gradients),
        "exploding": _both("exploding", _losses),
        "dying": _both("dying", _dead_units),
        "overflow": _both("overflow", _overflow),
        "dropout": _both("dropout", _splits),
    }


def _both(lesson: str, measured: Any) -> dict[str, Any]:
    """What is measured of the lesson's run and of its cure's, after as many steps as the lesson takes."""
    experiment = experiments()[lesson]
    cure = next(variant for variant in experiment.cures if variant.id == CURES[lesson])
    runs = {"run": config_of(experiment), "cure": config_of(experiment, cure)}
    found = {name: measured(finish(trained_snapshot(config, experiment.steps))) for name, config in runs.items()}
    return {"steps": experiment.steps, **found}


def _gradients(run: RunSnapshot) -> dict[str, Any]:
    """rms(dL/dz) of every layer before the first step, the output's last."""
    sizes = gradient_rms(run.plan.network, run.start.state.parameters, run.training_batch)
    return {
        "sizes": list(sizes),
        "ratio": sizes[-1] / sizes[0],
        "per_layer": value(run, "shrink_per_layer"),
        "loss": value(run, "train_loss"),
    }


def _losses(run: RunSnapshot) -> dict[str, Any]:
    """The loss at the start of each step, as long as it is finite, and that of the whole training split at the end."""
    curve = [loss for loss in run.losses[:CURVE_STEPS] if isfinite(loss)]
    return {"curve": curve, "loss": value(run, "train_loss"), "exploded_at": value(run, "exploded_at")}


def _dead_units(run: RunSnapshot) -> dict[str, Any]:
    layers = run.evaluation.health.layers[:-1]
    widths = [layer.units for layer in run.plan.config.hidden]
    dead = [[unit in layer.dead_units for unit in range(n)] for layer, n in zip(layers, widths, strict=True)]
    return {"dead": dead, "count": sum(map(sum, dead)), "rate": run.plan.config.learning_rate}


def _overflow(run: RunSnapshot) -> dict[str, Any]:
    return {**_losses(run), "stopped_at": value(run, "stopped_at"), "growth": value(run, "error_growth")}


def _splits(run: RunSnapshot) -> dict[str, Any]:
    names = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
    return {name: value(run, name) for name in names}


if __name__ == "__main__":
    FILE.write_bytes(orjson.dumps(measure(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
