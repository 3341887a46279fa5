"""What a reader may try to answer each question: tries that answer it, and near ones that must not.

Where a question has several `yes`, each seed is answered by one of them: the edge lies elsewhere from seed to seed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.runs.trained import layers

BILLS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]


@dataclass(frozen=True)
class Try:
    """A run with these changes after so many steps, and the second run where a question takes two."""

    changes: Mapping[str, Any]
    steps: int
    second: tuple[Mapping[str, Any], int] | None = None


@dataclass(frozen=True)
class Tries:
    yes: tuple[Try, ...]
    no: tuple[Try, ...]


def _rates(low: float, high: float, steps: tuple[int, int] = (300, 300)) -> Try:
    return Try({"learning_rate": low}, steps[0], ({"learning_rate": high}, steps[1]))


STEP_BEHIND = {"hidden": layers(8, "sigmoid") + layers(8, "step")}
ALL_FOUR = {"dataset": "penguins", "features": BILLS, "hidden": [], "optimizer": "adam", "learning_rate": 0.03}
RELUS = layers(16, "relu", 3)
NORMALIZED = [{**layer, "batch_norm": True} for layer in layers(16, "relu", 5)]
SMALL = {"initializer": "glorot_normal", "initializer_scale": 0.1, "optimizer": "adam", "learning_rate": 0.03}

QUESTIONS: dict[tuple[str, str], Tries] = {
    ("differentiable", "below"): Tries(
        (Try(STEP_BEHIND, 200),),
        (
            Try({**STEP_BEHIND, "learning_rate": 0.0}, 200),
            Try({**STEP_BEHIND, "l2": 0.01}, 200),
            Try({"hidden": layers(8, "sigmoid", 2)}, 200),
        ),
    ),
    ("differentiable", "anyway"): Tries(
        (Try({"hidden": layers(16, "step"), "dataset": "gaussians"}, 1000),),
        (Try({"dataset": "spirals"}, 1000), Try({"dataset": "plane"}, 200)),
    ),
    ("vanishing", "depth"): Tries(
        (Try({"hidden": layers(8, "sigmoid", 2)}, 600),),
        (
            Try({"batch_norm": True}, 600),
            Try({"initializer_scale": 6.0}, 600),
            Try({"hidden": layers(8, "sigmoid", 2), "dataset": "plane"}, 600),
            Try({"hidden": layers(8, "sigmoid")}, 600),
        ),
    ),
    ("vanishing", "tanh"): Tries(
        (Try({"hidden": layers(16, "tanh", 5)}, 1),),
        (Try({"hidden": layers(16, "relu", 5), "initializer": "he_normal"}, 1), Try({"initializer_scale": 4.0}, 1)),
    ),
    ("exploding", "fewer"): Tries(
        (Try({"hidden": layers(16, "relu")}, 500),),
        (Try({"clip_norm": 1.0}, 500), Try({"hidden": layers(16, "relu"), "batch_norm": True}, 500)),
    ),
    ("exploding", "tanh"): Tries(
        (Try({"hidden": layers(16, "tanh", 5)}, 300),),
        (
            Try({"hidden": layers(16, "relu", 5), "batch_norm": True}, 300),
            Try({"hidden": layers(16, "tanh", 5), "learning_rate": 0.001}, 300),
            Try({"hidden": layers(16, "leaky_relu", 5), "clip_norm": 1.0}, 300),
        ),
    ),
    ("exploding_rate", "edge"): Tries(
        tuple(_rates(round(low, 3), round(low * 1.19, 3)) for low in (1.2, 1.42, 1.69, 1.9, 2.2)),
        (
            _rates(1.0, 3.0),
            Try({"learning_rate": 1.2, "hidden": layers(8, "tanh", 2)}, 300, ({"learning_rate": 3.0}, 300)),
        ),
    ),
    ("exploding_rate", "fast"): Tries(
        (Try({"learning_rate": 0.3}, 300),),
        (
            Try({"learning_rate": 0.3, "clip_norm": 100.0}, 300),
            Try({"learning_rate": 0.001}, 300),
            Try({"learning_rate": 0.3}, 400),
        ),
    ),
    ("dying", "bearable"): Tries(
        (Try({"learning_rate": 0.8, "hidden": layers(16, "relu", 2)}, 400),),
        (
            Try({"learning_rate": 3.0, "clip_norm": 0.1}, 400),
            Try({"learning_rate": 0.3}, 400),
            Try({"learning_rate": 0.8, "dataset": "gaussians"}, 400),
        ),
    ),
    ("dying", "smooth"): Tries(
        (Try({"learning_rate": 0.3, "hidden": layers(8, "elu", 2)}, 400),),
        (
            Try({"learning_rate": 0.3, "hidden": layers(8, "leaky_relu", 2)}, 400),
            Try({"learning_rate": 0.3, "hidden": layers(8, "linear", 2)}, 400),
            Try({"learning_rate": 0.3, "hidden": layers(8, "step", 2)}, 400),
        ),
    ),
    ("scaling", "best"): Tries(
        (Try({"scaling": "log"}, 500),),
        (Try({"scaling": "log", "optimizer": "adam"}, 500), Try({"scaling": "none"}, 500)),
    ),
    ("scaling", "otherwise"): Tries(
        (Try(ALL_FOUR, 3000),),
        (
            Try({**ALL_FOUR, "features": BILLS[:2]}, 3000),
            Try({**ALL_FOUR, "scaling": "standard"}, 1000),
            Try({**ALL_FOUR, "optimizer": "sgd"}, 500),
        ),
    ),
    ("centring", "gap"): Tries(
        (Try({"optimizer": "adam", "learning_rate": 0.1}, 1000),),
        (Try({"scaling": "standard"}, 1000), Try({}, 1000)),
    ),
    ("centring", "linear"): Tries(
        (Try({"scaling": "linear", "learning_rate": 0.1}, 1000),),
        (Try({"scaling": "linear", "learning_rate": 0.001}, 1000), Try({"optimizer": "adam"}, 1000)),
    ),
    ("batch_norm", "two"): Tries(
        (Try({"hidden": RELUS + NORMALIZED[:2]}, 300),),
        (Try({}, 300), Try({"hidden": NORMALIZED[:2] + RELUS}, 300), Try({"hidden": NORMALIZED}, 300)),
    ),
    ("batch_norm", "rate"): Tries(
        (Try({"hidden": NORMALIZED, "learning_rate": 0.5}, 300),),
        (
            Try({"hidden": NORMALIZED}, 300),
            Try({"hidden": NORMALIZED, "learning_rate": 0.5, "clip_norm": 0.1}, 300),
            Try({"hidden": NORMALIZED, "learning_rate": 0.5, "initializer_scale": 1.0}, 300),
        ),
    ),
    ("limit", "percent"): Tries(
        (
            _rates(1.045, 1.064, (300, 3000)),
            _rates(1.055, 1.074, (300, 3000)),
            _rates(1.03, 1.05, (300, 3000)),
            _rates(1.065, 1.084, (300, 3000)),
        ),
        (
            _rates(0.9, 1.2),
            Try({"learning_rate": 1.045}, 600, ({"learning_rate": 1.066, "optimizer": "momentum"}, 1500)),
        ),
    ),
    ("limit", "wide"): Tries(
        (Try({"learning_rate": 1.6, "scaling": "linear"}, 300),),
        (
            Try({"learning_rate": 1.6}, 300),
            Try({"learning_rate": 1.6, "clip_norm": 0.1}, 300),
            Try({"learning_rate": 1.0}, 300),
        ),
    ),
    ("overflow", "double"): Tries(
        (Try({"learning_rate": 10.0}, 60),),
        (Try({}, 60), Try({"learning_rate": 10.0, "optimizer": "momentum"}, 60)),
    ),
    ("overflow", "adam"): Tries(
        (Try({"optimizer": "adam"}, 300),),
        (
            Try({"clip_norm": 1.0, "optimizer": "momentum"}, 300),
            Try({"scaling": "standard"}, 300),
            Try({"optimizer": "adam", "learning_rate": 0.01}, 300),
        ),
    ),
    ("missing", "spared"): Tries((Try({"features": ["x2"]}, 100),), (Try({"batch_size": 1}, 3), Try({}, 100))),
    ("missing", "late"): Tries(
        (Try({"batch_size": 1}, 25),), (Try({"features": ["x2"]}, 25), Try({"learning_rate": 0.0}, 25))
    ),
    ("outlier", "patience"): Tries(
        (Try({"optimizer": "adam", "learning_rate": 0.03}, 5000),), (Try({}, 1000), Try({"scaling": "clip"}, 1000))
    ),
    ("outlier", "best"): Tries(
        (Try({"scaling": "log"}, 3000),), (Try({"dataset": "moons", "scaling": "log"}, 3000), Try({}, 1000))
    ),
    ("dropout", "smaller"): Tries(
        (Try({"l2": 0.03}, 1500),),
        (Try({"dropout": 0.5, "l2": 0.03}, 1500), Try({"l2": 0.03, "label_noise": 0.0}, 500)),
    ),
    ("dropout", "honest"): Tries(
        (Try({"l2": 0.03}, 1500),),
        (Try({"l2": 0.03, "samples": 2000}, 1000), Try({"l2": 0.03, "noise": 0.1}, 1000)),
    ),
    ("ensemble", "linear"): Tries(
        (Try({"dropout": 0.01}, 500), Try({"dropout": 0.003}, 500)), (Try({"dropout": 0.0}, 500), Try({}, 500))
    ),
    ("ensemble", "worse"): Tries(
        (Try({"dropout": 0.8}, 300),), (Try({"dropout": 0.0}, 300), Try({"dropout": 1.0}, 300))
    ),
    ("paths", "wide"): Tries(
        (Try({"hidden": layers(16, "tanh") + layers(8, "tanh")}, 0),),
        (Try({"hidden": layers(8, "tanh", 3)}, 0), Try({"hidden": layers(12, "tanh")}, 0)),
    ),
    ("paths", "million"): Tries(
        (Try({"hidden": layers(4, "tanh", 10)}, 0),),
        (Try({"hidden": layers(8, "tanh", 7)}, 0), Try({"hidden": layers(4, "tanh", 5)}, 0)),
    ),
    ("symmetry", "batch"): Tries(
        (Try({"batch_size": 16}, 200),),
        (
            Try({"batch_size": 16, "learning_rate": 0.0}, 200),
            Try({"batch_size": 16, "dropout": 0.2}, 200),
            Try({"batch_size": 16, "initializer": "normal"}, 200),
        ),
    ),
    ("symmetry", "tiny"): Tries(
        (Try(SMALL, 3000),),
        (
            Try({**SMALL, "initializer_scale": 1.0}, 3000),
            Try({**SMALL, "initializer": "zeros"}, 500),
            Try({**SMALL, "dataset": "gaussians"}, 500),
        ),
    ),
}
