"""Measurements for the five previews of experiments: their configs, and one measurement of each.

They are kept in previews.json; `python -m app.story.previews` makes them again, and a test holds them to it.
"""

from collections.abc import Mapping
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from app.runs.build import Plan, plan
from app.runs.config import RunConfig
from app.runs.slices import finish
from app.runs.snapshots import RunSnapshot, trained_snapshot

from .values import recorded

FILE = Path(__file__).with_name("previews.json")


def _layers(count: int, units: int, activation: str) -> list[dict[str, Any]]:
    return [{"units": units, "activation": activation}] * count


MOONS = {"dataset": "moons", "samples": 200, "test_fraction": 0.0, "batch_size": 200, "learning_rate": 0.3}
PLANE = {
    "dataset": "plane",
    "samples": 100,
    "noise": 0.0,
    "test_fraction": 0.0,
    "batch_size": 100,
    "learning_rate": 0.1,
}
RINGS = {"dataset": "circles", "samples": 200, "test_fraction": 0.0, "batch_size": 10, "initializer": "he_normal"}
NOISY = {"dataset": "moons", "samples": 600, "noise": 0.3, "label_noise": 0.1, "test_fraction": 0.9, "batch_size": 60}
ADAM = {"optimizer": "adam", "learning_rate": 0.01, "initializer": "he_normal", "hidden": _layers(2, 16, "relu")}
PRICES = {"dataset": "house_prices", "samples": 200, "test_fraction": 0.0, "hidden": [], "learning_rate": 0.1}
CONFIGS: dict[str, dict[str, Any]] = {
    "vanish": {**MOONS, "hidden": _layers(8, 8, "sigmoid"), "initializer": "glorot_normal"},
    "vanish_relu": {**MOONS, "hidden": _layers(8, 8, "relu"), "initializer": "he_normal"},
    "explode": {**PLANE, "hidden": _layers(5, 16, "relu"), "initializer": "he_normal", "initializer_scale": 2.0},
    "die": {**RINGS, "hidden": _layers(2, 8, "relu"), "learning_rate": 3.0},
    "scale": {**PRICES, "batch_size": 200, "initializer": "zeros"},
    "dropout": {**NOISY, **ADAM, "dropout": 0.5},
}
VARIANTS: dict[str, dict[str, Any]] = {
    "clipped": {**CONFIGS["explode"], "clip_norm": 1.0},
    "calm": {**CONFIGS["die"], "learning_rate": 0.3},
    "scaled": {**CONFIGS["scale"], "scaling": "standard"},
    "none": {**CONFIGS["dropout"], "dropout": 0.0},
    "raw": {"dataset": "housing", "samples": 400, "test_fraction": 0.0},
    "log": {"dataset": "housing", "samples": 400, "test_fraction": 0.0, "scaling": "log"},
}


@lru_cache(maxsize=1)
def measurements() -> dict[str, Any]:
    """The measurements, as they were kept."""
    found: dict[str, Any] = orjson.loads(FILE.read_bytes())
    return found


def measure() -> dict[str, Any]:
    """All of them, by the engine, now."""
    return {"vanish": _vanish(), "explode": _explode(), "die": _die(), "scale": _scale(), "dropout": _dropout()}


def _plan(fields: Mapping[str, Any]) -> Plan:
    return plan(RunConfig.model_validate(fields))


def _trained(fields: Mapping[str, Any], steps: int) -> RunSnapshot:
    return finish(trained_snapshot(RunConfig.model_validate(fields), steps))


def _losses(fields: Mapping[str, Any], steps: int) -> list[float]:
    """The loss at the start of each step, as long as it is finite."""
    return [loss for loss in _trained(fields, steps).losses if isfinite(loss)]


def _vanish() -> dict[str, Any]:
    sizes = {}
    for name, fields in (("sigmoid", CONFIGS["vanish"]), ("relu", CONFIGS["vanish_relu"])):
        step = recorded(_plan(fields))
        values = [np.asarray(step[f"dz{k}"].value) for k in range(1, 10)]
        sizes[name] = [float(np.sqrt(np.mean(value**2))) for value in values]
    return {
        **sizes,
        "ratio": sizes["sigmoid"][-1] / sizes["sigmoid"][0],
        "relu_ratio": sizes["relu"][-1] / sizes["relu"][0],
    }


def _explode() -> dict[str, Any]:
    return {"sick": _losses(CONFIGS["explode"], 40), "clipped": _losses(VARIANTS["clipped"], 40)}


def _die() -> dict[str, Any]:
    found = {}
    for name, fields in (("hot", CONFIGS["die"]), ("calm", VARIANTS["calm"])):
        layers = _trained(fields, 400).evaluation.health.layers[:2]
        dead = [[unit in layer.dead_units for unit in range(8)] for layer in layers]
        found[name] = {"dead": dead, "count": sum(map(sum, dead))}
    return found


def _scale() -> dict[str, Any]:
    found: dict[str, Any] = {"steps": len(_losses(CONFIGS["scale"], 200))}
    found["overflow"] = found["steps"]
    found["scaled_loss"] = _losses(VARIANTS["scaled"], 200)[-1]
    for name in ("raw", "log"):
        column = _plan(VARIANTS[name]).samples.values[:, 1]
        positions = (column - column.min()) / np.ptp(column)
        found[name], found[f"{name}_share"] = positions.round(4).tolist(), float((positions < 0.1).mean())
    return found


def _dropout() -> dict[str, Any]:
    found = {}
    for name, fields in (("half", CONFIGS["dropout"]), ("none", VARIANTS["none"])):
        evaluation = _trained(fields, 1500).evaluation
        found[name] = {"train": evaluation.train_loss, "test": evaluation.test_loss}
    return found


if __name__ == "__main__":
    FILE.write_bytes(orjson.dumps(measure(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
