"""Other settings that a reader may try a lesson in: widths, depths, batch sizes, noise, rates, data and more."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.runs.experiments import Experiment
from app.runs.experiments.model import columns

WIDTHS, DEPTHS, BATCHES, NOISES = (2, 3, 5, 12, 16), (1, 2, 3, 4, 6, 8), (1, 10, 32, 100, 5000), (0.0, 0.05, 0.2, 0.4)
PLANES = ("circles", "xor", "gaussians", "spirals", "blobs3", "plane", "hills")


def settings(experiment: Experiment) -> dict[str, Mapping[str, Any]]:
    """What to change in the experiment's config, by a name."""
    return {"as it is": {}, **dict(_others(experiment.config))}


def _others(config: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    hidden, dataset = config["hidden"], config["dataset"]
    if hidden:
        yield from ((f"{n} units", {"hidden": [{**layer, "units": n} for layer in hidden]}) for n in WIDTHS)
        yield "16 and 4 units", {"hidden": [{**layer, "units": (16, 4)[k % 2]} for k, layer in enumerate(hidden)]}
        yield from ((f"{n} layers", {"hidden": [hidden[0]] * n}) for n in DEPTHS)
        for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "step"):
            yield name, {"hidden": [{**layer, "activation": name} for layer in hidden]}
    yield from ((f"batch size {n}", {"batch_size": n}) for n in BATCHES)
    yield from ((f"learning rate {rate}", {"learning_rate": rate}) for rate in (0.001, 0.1, 1.0, 10.0))
    yield from ((name, {"optimizer": name}) for name in ("adam", "momentum"))
    yield from ((f"scaling {name}", {"scaling": name}) for name in ("none", "linear", "standard"))
    yield "batch norm", {"batch_norm": True}
    yield "dropout 0.3", {"dropout": 0.3}
    yield "clip norm 1", {"clip_norm": 1.0}
    yield "l2 0.01", {"l2": 0.01}
    yield "initializer glorot_uniform", {"initializer": "glorot_uniform", "initializer_scale": 1.0}
    yield "initializer zeros", {"initializer": "zeros", "initializer_scale": 1.0}
    if not isinstance(dataset, str):
        return
    yield from ((f"noise {noise}", {"noise": noise}) for noise in NOISES)
    yield from ((f"{n} samples", {"samples": n}) for n in (100, 1000))
    yield from ((name, {"dataset": name, "features": ["x1", "x2"]}) for name in PLANES)
    yield "penguins", {"dataset": "penguins", "features": columns("penguins")}
