"""What chance makes of a slope at step 0: `python -m tests.runs.measure_slopes` measures it for app/engine/health.py.

Of networks whose weights suit them, and of some whose weights don't: quantiles of the slope (decades a layer) times the
root of the number of hidden units, and how many would be called vanishing or exploding.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.health import CHANCE_SLOPE, judge_slope
from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.evaluator import split_evaluator

NETWORKS = 8000
SICK = 400
QUANTILES = (0, 0.001, 0.01, 0.5, 0.99, 0.999, 1)
DATASETS = ("circles", "moons", "xor", "spirals", "plane", "hills", "blobs3", "penguins")
HE = ("relu", "leaky_relu", "elu", "gelu")
NEUTRAL = ("tanh", "linear")
UNIFORM = (3, 4, 6, 8, 12, 16)


def config(rng: np.random.Generator, activation: str, initializer: str, scale: float = 1.0, **more: Any) -> RunConfig:
    """3 to 8 hidden layers of equal width, or of widths from 2 to 16."""
    depth = int(rng.integers(3, 9))
    equal = [int(rng.choice(UNIFORM))] * depth
    widths = rng.integers(2, 17, depth).tolist() if rng.random() < 0.6 else equal
    dataset = str(rng.choice(DATASETS))
    fields = {
        "dataset": dataset,
        "scaling": "standard" if dataset == "penguins" else "none",
        "samples": 200,
        "hidden": [{"units": units, "activation": activation} for units in widths],
        "initializer": initializer,
        "initializer_scale": scale,
        "seed": int(rng.integers(0, 100_000)),
    }
    return RunConfig.model_validate(fields | more)


def suited(rng: np.random.Generator) -> RunConfig:
    """Weights that keep the gradient's size, on average."""
    activation = str(rng.choice([*HE, *NEUTRAL]))
    initializer = rng.choice(["glorot_uniform", "glorot_normal", "lecun_normal"])
    return config(rng, activation, "he_normal" if activation in HE else str(initializer))


def sigmoid(rng: np.random.Generator) -> RunConfig:
    return config(rng, "sigmoid", str(rng.choice(["glorot_uniform", "glorot_normal"])))


def recipe(rng: np.random.Generator) -> RunConfig:
    """2-[16]*5-1 ReLU, weights twice too large, on a plane: explodes in the first steps of 20 seeds of 20."""
    hidden = [{"units": 16, "activation": "relu"}] * 5
    return config(rng, "relu", "he_normal", 2.0, hidden=hidden, dataset="plane", samples=150, noise=0.0, scaling="none")


def doubled(rng: np.random.Generator) -> RunConfig:
    return config(rng, "relu", "he_normal", 2.0)


def measure(name: str, draw: Callable[[np.random.Generator], RunConfig], count: int) -> None:
    rng, scaled, plain, statuses = np.random.default_rng(5), [], [], []
    for _ in range(count):
        made = plan(draw(rng))
        slope = split_evaluator(made).evaluate(made.start.state, made.controls.settings.dropout).health.slope
        widths = made.network.spec.widths[1:-1]
        if slope is not None:
            plain.append(slope)
            scaled.append(slope * np.sqrt(sum(widths)))
            statuses.append(judge_slope(slope, widths))
    print(f"{name}: {len(plain)} networks, quantiles {QUANTILES}")
    print("  slope          ", np.quantile(plain, QUANTILES).round(2))
    print("  slope · √units ", np.quantile(scaled, QUANTILES).round(2))
    print("  below -0.15    ", int(np.count_nonzero(np.array(plain) < -0.15)))
    print("  now            ", {status: statuses.count(status) for status in sorted(set(statuses))})


if __name__ == "__main__":
    print("limit:", CHANCE_SLOPE, "/ √(hidden units)")
    measure("weights that suit", suited, NETWORKS)
    measure("sigmoid", sigmoid, SICK)
    measure("ReLU 5 × 16, twice too large", recipe, SICK)
    measure("ReLU, twice too large", doubled, SICK)
